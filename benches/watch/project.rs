//! A project with a given number of manifests, and the service to which it is applied.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::relay::Relay;

/// The number of manifests in one folder.
const FOLDER: usize = 100;

/// How a manifest is changed.
#[derive(Clone, Copy, Debug)]
pub enum Edit {
    /// Written in place; every second one has its code in a file, which is written first.
    InPlace,
    /// Written beside it and renamed over it, as editors do.
    MovedOver,
    /// A new manifest is added.
    NewFile,
}

/// A project that has been applied.
#[derive(Debug)]
pub struct Project {
    folder: tempfile::TempDir,
    emulator: Child,
    /// The relay between the program and the service.
    pub relay: Relay,
}

impl Project {
    /// Writes this many manifests and applies them.
    pub fn applied(n: usize) -> Project {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut emulator = Command::new(program())
            .args(["emulator", "--rate", "1000"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the emulator starts");
        let out = emulator.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(out).lines();
        let line = lines.next().expect("the emulator says where it is").expect("in UTF-8");
        let start = line.find("http://").expect("the emulator prints its address");
        let address = line.get(start + 7..).unwrap_or_default();
        let address = address.split(|c: char| c == '/' || c.is_whitespace()).next();
        let relay = Relay::start(address.unwrap_or_default());
        let project = Project { folder, emulator, relay };
        for number in 0..n {
            project.write(number, "true");
        }
        let text = "bundle: {name: bench, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}\ntargets:\n  dev: \
                    {project_id: \"1000000000000000001\", region: ap-guangzhou}\n";
        fs::write(project.path().join("taskloom.yaml"), text).expect("it can be written");
        let done =
            project.command(&["apply", "-y", "--parallelism", "64"]).stdout(Stdio::null()).status();
        assert!(done.expect("apply runs").success(), "apply fails");
        project
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns a command of the program on this project.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.arg("-C").arg(self.path()).args(words);
        command.env("TASKLOOM_ENDPOINT", self.relay.url());
        command.env("TASKLOOM_RATE", "1000");
        command
            .env("TENCENTCLOUD_SECRET_ID", "taskloom-local")
            .env("TENCENTCLOUD_SECRET_KEY", "taskloom-local");
        command.stdin(Stdio::null()).stderr(Stdio::inherit());
        command
    }

    /// Changes one manifest.
    pub fn edit(&self, edit: usize, how: Edit) {
        let (folder, code) = (self.folder_of(edit), format!("echo {edit}"));
        match how {
            Edit::InPlace => self.write(edit, &code),
            Edit::MovedOver => {
                let beside = folder.join(".new");
                fs::write(&beside, manifest(edit, &format!("Code: {code}")))
                    .expect("it is written");
                fs::rename(beside, folder.join(format!("t{edit}.yaml"))).expect("it is moved");
            }
            Edit::NewFile => {
                let (name, text) = (format!("n{edit}"), manifest(edit, &format!("Code: {code}")));
                let text = text.replace(&format!("name: t{edit}"), &format!("name: {name}"));
                fs::write(folder.join(format!("{name}.yaml")), text).expect("it is written");
            }
        }
    }

    fn folder_of(&self, number: usize) -> PathBuf {
        self.path().join("manifests").join(format!("f{:03}", number / FOLDER))
    }

    fn write(&self, number: usize, code: &str) {
        let folder = self.folder_of(number);
        fs::create_dir_all(&folder).expect("a folder can be made");
        // Every second task has its code in a separate file.
        let code_key = if number.is_multiple_of(2) {
            format!("Code: {code}")
        } else {
            let name = format!("t{number}.sh");
            fs::write(folder.join(&name), format!("{code}\n")).expect("it can be written");
            format!("CodeFile: {name}")
        };
        let text = manifest(number, &code_key);
        fs::write(folder.join(format!("t{number}.yaml")), text).expect("it can be written");
    }
}

fn manifest(number: usize, code_key: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: Task\nmetadata:\n  name: t{number}\n  labels: \
         {{team: sales}}\nspec:\n  TaskBaseAttribute:\n    TaskTypeId: Shell\n    WorkflowId: \
         wf-1\n    OwnerUin: \"100000000002\"\n  TaskConfiguration:\n    {code_key}\n    \
         ResourceGroup: \"20240101000000000\"\n  TaskSchedulerConfiguration:\n    CycleType: \
         DAY_CYCLE\n    CrontabExpression: 0 30 1 * * ? *\n"
    )
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// Returns the program of this build, or another one to compare with.
fn program() -> PathBuf {
    let other = std::env::var_os("TASKLOOM_BENCH_PROGRAM").map(PathBuf::from);
    other.unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_taskloom")))
}
