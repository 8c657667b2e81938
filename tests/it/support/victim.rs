//! The real program in the folder of a world, run repeatedly and killed on the way.

use std::fs;
use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::gate::{Fate, Gate};
use super::world::{PROJECT, World};

/// The real program in the folder of a world.
#[derive(Debug)]
pub struct Victim {
    /// The project and its service.
    pub world: World,
    /// The connection of the program to the service.
    pub gate: Gate,
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By SIGKILL.
    Killed,
    /// By itself: everything is done.
    Done,
    /// By itself, with this status and this standard error.
    Failed(i32, String),
}

impl Victim {
    /// Writes the taskloom.yaml of a world.
    pub fn new(world: World) -> Victim {
        let gate = Gate::open(&world);
        let id = world.bundle.as_ref().map(|bundle| format!(", id: {}", bundle.id));
        let text = format!(
            "bundle: {{name: sales{}}}\nmanifests: [manifests]\n\
             guards: {{deletes_max: 1000, deletes_max_percent: 100}}\n\
             targets:\n  test: {{project_id: \"{PROJECT}\", region: ap-guangzhou, endpoint: \"{}\"}}\n",
            id.unwrap_or_default(),
            gate.url(),
        );
        fs::write(world.folder().join("taskloom.yaml"), text).unwrap();
        Victim { world, gate }
    }

    /// Runs the program once.
    pub fn run(&self, words: &str, fate: Option<Fate>) -> End {
        let folder = self.world.folder();
        let told = folder.join("stderr");
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskloom"));
        command.args(words.split_whitespace()).current_dir(folder).env_clear();
        command.env("HOME", folder).env("USER", "ann").env("TASKLOOM_RATE", "1000");
        command.env("TENCENTCLOUD_SECRET_ID", "taskloom-local");
        command.env("TENCENTCLOUD_SECRET_KEY", "taskloom-local");
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(fs::File::create(&told).unwrap());
        let mut child = command.spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        let child = Arc::new(Mutex::new(child));
        let has_ended = fate.map(|fate| self.gate.aim(&child, fate));
        out.read_to_end(&mut Vec::new()).unwrap();
        let status = child.lock().unwrap().wait().unwrap();
        if let Some(has_ended) = has_ended {
            has_ended.store(true, Ordering::SeqCst);
        }
        self.gate.rest();
        match status.code() {
            Some(0) => End::Done,
            Some(code) => End::Failed(code, fs::read_to_string(told).unwrap()),
            None => {
                assert_eq!(status.signal(), Some(9));
                End::Killed
            }
        }
    }

    /// Lets an hour pass: pending operations are an hour older, new resources are listed and read.
    pub async fn wait_an_hour(&self) {
        self.gate.deliver();
        let mut journal = self.world.state_file().into_os_string();
        journal.push(".journal");
        if let Ok(text) = fs::read_to_string(&journal) {
            let aged: String = text.split_inclusive('\n').map(an_hour_older).collect();
            fs::write(&journal, aged).unwrap();
        }
        self.world.catch_up().await;
    }
}

/// Returns a line with its time an hour earlier; a line that was cut off stays unchanged.
fn an_hour_older(line: &str) -> String {
    let Ok(json) = serde_json::from_str::<Json>(line) else { return line.to_owned() };
    let Some(text) = json["time"].as_str() else { return line.to_owned() };
    let time: Timestamp = text.parse().unwrap();
    line.replace(text, &(time - SignedDuration::from_hours(1)).to_string())
}
