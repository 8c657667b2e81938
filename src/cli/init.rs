//! `taskloom init`: the first files of a project.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::output::Output;

/// Start a new project in this folder
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The name of the bundle [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// Writes the files; existing files are left as they are.
pub fn run(
    args: &InitArgs,
    global: &GlobalArgs,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let folder = global.folder();
    for there in ["taskloom.yaml", "manifests/taskloom.yaml"] {
        if folder.join(there).exists() {
            return Err(Failure::user(format!("{there} is already there"))
                .hint("nothing was changed; edit it, or start in another folder with -C"));
        }
    }
    let name = args.name.clone().unwrap_or_else(|| folder_name(folder));
    let quoted = serde_json::to_string(&name).map_err(|error| Failure::of(&error))?;
    let id = uuid::Uuid::new_v4().to_string();
    let project = PROJECT.replace("@ID@", &id).replace("@NAME@", &quoted);
    let files = [
        ("taskloom.yaml", project.as_str()),
        ("manifests/hello.yaml", HELLO),
        ("manifests/hello.sh", HELLO_CODE),
        (IGNORE, IGNORED),
    ];
    let (mut wrote, mut kept) = (Vec::new(), Vec::new());
    for (file, text) in files {
        let written = write_new(&folder.join(file), text).map_err(|error| {
            Failure::user(format!("cannot write {}: {error}", folder.join(file).display()))
        })?;
        if written { wrote.push(file) } else { kept.push(file) }
    }
    tell(&wrote, &kept, global.json, output)?;
    Ok(ExitStatus::Done)
}

fn tell(wrote: &[&str], kept: &[&str], json: bool, output: &mut Output<'_>) -> Result<(), Failure> {
    if json {
        output.json(&json!({"format_version": "1.0", "wrote": wrote, "kept": kept}))?;
    } else {
        let wrote = wrote.iter().map(|file| format!("wrote {file}\n"));
        let kept_lines = kept.iter().map(|file| format!("kept {file}, which is already there\n"));
        output.data(&wrote.chain(kept_lines).collect::<String>())?;
    }
    if kept.contains(&IGNORE) {
        output.note(
            "help: .taskloom/ holds the state; add it to .gitignore unless git is to keep it\n",
        );
    }
    output.note("next: taskloom plan, then taskloom apply (both on the embedded service)\n");
    Ok(())
}

/// Writes a file that does not exist yet; returns false when it exists.
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

const IGNORE: &str = ".gitignore";

const IGNORED: &str = ".taskloom/\n";

const PROJECT: &str = r#"bundle:
  name: @NAME@
  # The mark of ownership on everything that is created from here. Never share or change it.
  id: @ID@
manifests: [manifests]
targets:
  # The service inside this program: nothing leaves the machine.
  local: {default: true, endpoint: embedded, project_id: "1000000000000000001", region: ap-guangzhou}
  # prod: {project_id: "YOUR PROJECT", region: ap-guangzhou}
guards: {deletes_max: 10, deletes_max_percent: 30}
"#;

const HELLO: &str = r#"apiVersion: wedata/2025-08-06
kind: Task
metadata:
  name: hello
spec:
  TaskBaseAttribute:
    WorkflowId: 00000000-0000-4000-8000-000000000047
    TaskTypeId: Shell
  TaskConfiguration:
    CodeFile: hello.sh
    BrokerIp: any
  TaskSchedulerConfiguration:
    CycleType: DAY_CYCLE
    StartTime: "2026-01-01 00:00:00"
"#;

const HELLO_CODE: &str = "#!/bin/bash\necho \"hello from taskloom\"\n";
