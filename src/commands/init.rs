//! `taskloom init`: the first files of a project.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use clap::Args;

use super::arguments::GlobalArgs;
use super::failure::{ExitStatus, Failure};
use super::outlet::Outlet;

/// Start a new project in this folder
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The name of the bundle [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// Writes the files; what is there already is left as it is.
pub fn run(
    args: &InitArgs,
    global: &GlobalArgs,
    outlet: &mut Outlet<'_>,
) -> Result<ExitStatus, Failure> {
    let folder = global.chdir.clone().unwrap_or_else(|| Path::new(".").to_owned());
    let name = match &args.name {
        Some(name) => name.clone(),
        None => folder_name(&folder),
    };
    let id = uuid::Uuid::new_v4().to_string();
    let quoted = serde_json::to_string(&name).map_err(|error| Failure::of(&error))?;
    let project = PROJECT.replace("@NAME@", &quoted).replace("@ID@", &id);
    let files = [
        ("taskloom.yaml", project.as_str()),
        ("manifests/hello.yaml", HELLO),
        ("manifests/hello.sh", HELLO_CODE),
        (".gitignore", ".taskloom/\n"),
    ];
    for (file, text) in files {
        let written = write_new(&folder.join(file), text).map_err(|error| {
            Failure::user(format!("cannot write {}: {error}", folder.join(file).display()))
        })?;
        match (written, file) {
            (true, _) => outlet.data(&format!("wrote {file}\n"))?,
            (false, "taskloom.yaml") => {
                return Err(Failure::user("taskloom.yaml is already there")
                    .hint("nothing was changed; edit it, or start in another folder with -C"));
            }
            (false, _) => outlet.data(&format!("kept {file}, which is already there\n"))?,
        }
    }
    outlet.note("next: taskloom plan, then taskloom apply (both on the embedded service)\n");
    Ok(ExitStatus::Done)
}

/// Writes a file that is not there yet; false when it is.
fn write_new(path: &Path, text: &str) -> std::io::Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn folder_name(folder: &Path) -> String {
    let full = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    full.file_name().map_or("tasks".to_owned(), |name| name.to_string_lossy().into_owned())
}

const PROJECT: &str = r#"bundle:
  name: @NAME@
  # The mark of ownership on everything that is created from here. Never share or change it.
  id: @ID@
manifests: [manifests]
targets:
  # The service inside this program: nothing leaves the machine.
  local: {default: true, endpoint: embedded, project_id: "1460947878944567296", region: ap-guangzhou}
  # prod: {project_id: "YOUR PROJECT", region: ap-guangzhou}
guards: {deletes_max: 10, deletes_max_percent: 30}
"#;

const HELLO: &str = r#"apiVersion: wedata/2025-08-06
kind: Task
metadata:
  name: hello
spec:
  TaskBaseAttribute:
    WorkflowId: a5acf635-a297-458d-a311-14745662dcae
    TaskTypeId: Shell
  TaskConfiguration:
    CodeFile: hello.sh
    BrokerIp: any
  TaskSchedulerConfiguration:
    CycleType: DAY_CYCLE
    StartTime: "2026-01-01 00:00:00"
"#;

const HELLO_CODE: &str = "#!/bin/bash\necho \"hello from taskloom\"\n";
