//! The real program in a separate folder, without the environment of the caller.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

/// A home folder with a project in it.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// The result of a run.
#[derive(Debug)]
pub struct Ran {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A program that runs in the background, and ends with the test.
#[derive(Debug)]
pub struct Beside {
    child: Child,
    lines: Option<BufReader<ChildStdout>>,
}

impl Home {
    /// Creates an empty home.
    pub fn new() -> Home {
        Home { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// Creates a home with a project against the embedded service.
    pub fn embedded() -> Home {
        let home = Home::new();
        home.write(
            "taskloom.yaml",
            "bundle: {name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}\nmanifests: [\".\"]\n\
             targets:\n  local: {endpoint: embedded, project_id: \"1\", region: ap-guangzhou}\n",
        );
        home
    }

    /// Creates a home with the manifests of the repository.
    pub fn shipped() -> Home {
        let home = Home::new();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests");
        let files = walkdir::WalkDir::new(&from)
            .into_iter()
            .filter_entry(|entry| entry.file_name() != ".taskloom")
            .map(|entry| entry.unwrap().into_path())
            .filter(|path| path.is_file());
        for path in files {
            let name = Path::new("manifests").join(path.strip_prefix(&from).unwrap());
            home.write(name.to_str().unwrap(), &fs::read_to_string(&path).unwrap());
        }
        home
    }

    /// Returns the same home with one more variable.
    pub fn with(mut self, name: &str, value: &str) -> Home {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the path of a file in the home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the program to its end, without standard input.
    pub fn run(&self, words: &str) -> Ran {
        let output = self.command(words).output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the program with its standard output in an existing file.
    pub fn run_into(&self, words: &str, file: &str) -> Ran {
        let file = fs::OpenOptions::new().write(true).open(file).unwrap();
        let output = self.command(words).stdout(file).stderr(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        Ran { status: output.status.code().unwrap(), out: String::new(), err }
    }

    /// Starts the program in the background.
    pub fn start(&self, words: &str) -> Beside {
        Beside::of(self.command(words))
    }

    /// Runs a shell script to its end; `$0` is the program.
    pub fn shell(&self, script: &str) -> Ran {
        let output = self.shell_command(script).output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts a shell script in the background; `$0` is the program.
    pub fn start_shell(&self, script: &str) -> Beside {
        Beside::of(self.shell_command(script))
    }

    fn shell_command(&self, script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_taskloom")]);
        self.at_home(command)
    }

    /// Starts the program in the background, with its standard error in a file.
    pub fn start_telling(&self, words: &str) -> (Beside, PathBuf) {
        let told = self.path("stderr");
        let mut command = self.command(words);
        command.stdout(Stdio::piped()).stderr(fs::File::create(&told).unwrap());
        let mut child = command.spawn().unwrap();
        let lines = child.stdout.take().map(BufReader::new);
        (Beside { child, lines }, told)
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskloom"));
        command.args(words.split_whitespace());
        self.at_home(command)
    }

    fn at_home(&self, mut command: Command) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.current_dir(self.folder.path()).env_clear().env("PATH", path);
        command.env("HOME", self.folder.path()).env("USER", "ann");
        command.envs(self.variables.iter().cloned()).stdin(Stdio::null());
        command
    }
}

impl Ran {
    /// Returns standard output as one JSON value.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap()
    }

    /// Returns standard output as one JSON value for each line.
    pub fn json_lines(&self) -> Vec<Json> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Beside {
    fn of(mut command: Command) -> Beside {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = child.stdout.take().map(BufReader::new);
        Beside { child, lines }
    }

    /// Returns the next line that it prints; None once it has ended.
    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let n = self.lines.as_mut().unwrap().read_line(&mut line).unwrap();
        (n > 0).then(|| line.trim_end().to_owned())
    }

    /// Reads lines up to the first one that contains a text.
    pub fn wait_for(&mut self, text: &str) {
        while let Some(line) = self.line() {
            if line.contains(text) {
                return;
            }
        }
        panic!("it ended without {text:?}");
    }

    /// Closes the reading end of its output, as `| head` does.
    pub fn close(&mut self) {
        self.lines = None;
    }

    /// Returns its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal: `INT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn status(&mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts an emulator in the background, and returns it with its URL.
pub fn emulator(home: &Home, words: &str) -> (Beside, String) {
    let mut emulator = home.start(&format!("emulator {words}"));
    let line = emulator.line().unwrap();
    let url = line.strip_prefix("listening on ").unwrap().to_owned();
    (emulator, url)
}

/// Replaces times and random values in a text: ids become `ID`, RequestIds `UUID`.
pub fn settled(text: &str) -> String {
    let mut settled = String::new();
    for word in text.split_inclusive([' ', '\n', ')', '"', '\'']) {
        let core = word.trim_end_matches([' ', '\n', ')', '"', '\'']);
        let is_id = core.len() >= 15 && core.bytes().all(|b| b.is_ascii_digit());
        let is_uuid = core.len() == 36 && core.bytes().filter(|b| *b == b'-').count() == 4;
        let shown = if is_id {
            "ID"
        } else if is_uuid {
            "UUID"
        } else {
            core
        };
        settled.push_str(shown);
        settled.push_str(&word[core.len()..]);
    }
    settled
}
