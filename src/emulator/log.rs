//! The data file: a snapshot, and beside it a log of the changes since.
//!
//! Writing the whole snapshot for each change would make n creates cost n² bytes, so a change is
//! one appended line, and the snapshot is written anew (atomically) when the service starts or
//! the log has outgrown it. A line is whole before its call is answered; it survives a killed
//! process, not a power cut: what is kept here is a fake.
#![expect(clippy::disallowed_methods, reason = "this module keeps the emulator's data file")]

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::settings::EmulatorError;
use super::task::Task;

const FORMAT_VERSION: u64 = 1;
/// The log may have this many lines more than twice the tasks.
const N_LINES_SPARE: usize = 1000;

/// All tasks by id.
pub type Tasks = BTreeMap<String, Task>;

/// One line of the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A task is new or changed.
    Put(Box<Task>),
    /// A task is gone.
    Remove(String),
}

#[derive(Debug, Serialize, Deserialize)]
struct Snapshot {
    format_version: u64,
    tasks: Vec<Task>,
}

/// An open data file; its log is locked while it is open.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    lines: File,
    n_lines: usize,
}

impl Log {
    /// Opens or makes a data file and returns what it holds.
    pub fn open(path: &Path) -> Result<(Log, Tasks), EmulatorError> {
        let failed = |source| EmulatorError::Data { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let lines_path = beside(path);
        let open = OpenOptions::new().create(true).append(true).read(true).open(&lines_path);
        let lines = open.map_err(failed)?;
        match lines.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(EmulatorError::InUse { path: path.to_owned() });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut tasks = read_snapshot(path)?;
        let n_lines = read_lines(&lines_path, &mut tasks)?;
        let mut log = Log { path: path.to_owned(), lines, n_lines };
        if n_lines > 0 || !path.exists() {
            log.compact(&tasks).map_err(failed)?;
        }
        Ok((log, tasks))
    }

    /// Appends a change; `tasks` is what was there before it.
    pub fn append(&mut self, change: &Change, tasks: &Tasks) -> io::Result<()> {
        if self.n_lines > N_LINES_SPARE + 2 * tasks.len() {
            self.compact(tasks)?;
        }
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        let end = self.lines.metadata()?.len();
        if let Err(error) = self.lines.write_all(&line) {
            // Half a line would spoil the next one.
            self.lines.set_len(end)?;
            return Err(error);
        }
        self.n_lines += 1;
        Ok(())
    }

    /// A crash between the two steps is harmless: the log's changes are in the snapshot already.
    fn compact(&mut self, tasks: &Tasks) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        let snapshot =
            Snapshot { format_version: FORMAT_VERSION, tasks: tasks.values().cloned().collect() };
        let mut writer = io::BufWriter::new(file.as_file_mut());
        serde_json::to_writer_pretty(&mut writer, &snapshot)?;
        writer.write_all(b"\n")?;
        writer.flush()?;
        drop(writer);
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        self.lines.set_len(0)?;
        self.n_lines = 0;
        Ok(())
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".log");
    PathBuf::from(name)
}

/// Only the version: a newer file may have any form.
#[derive(Deserialize)]
struct Head {
    format_version: u64,
}

fn read_snapshot(path: &Path) -> Result<Tasks, EmulatorError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Tasks::new()),
        Err(source) => return Err(EmulatorError::Data { path: path.to_owned(), source }),
    };
    let damaged = |source: serde_json::Error| EmulatorError::Damaged {
        path: path.to_owned(),
        line: source.line(),
        source,
    };
    let head: Head = serde_json::from_slice(&bytes).map_err(damaged)?;
    if head.format_version > FORMAT_VERSION {
        return Err(EmulatorError::Newer { path: path.to_owned(), version: head.format_version });
    }
    let snapshot: Snapshot = serde_json::from_slice(&bytes).map_err(damaged)?;
    Ok(snapshot.tasks.into_iter().map(|task| (task.id.clone(), task)).collect())
}

/// Carries out the changes of the log and returns their number.
fn read_lines(path: &Path, tasks: &mut Tasks) -> Result<usize, EmulatorError> {
    let bytes =
        fs::read(path).map_err(|source| EmulatorError::Data { path: path.to_owned(), source })?;
    let mut n_lines = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        n_lines += 1;
        // A last line without its end was being written when the process was killed: its call
        // was never answered.
        if !line.ends_with(b"\n") {
            break;
        }
        let change = serde_json::from_slice(line).map_err(|source| EmulatorError::Damaged {
            path: path.to_owned(),
            line: n_lines,
            source,
        })?;
        match change {
            Change::Put(task) => {
                tasks.insert(task.id.clone(), *task);
            }
            Change::Remove(id) => {
                tasks.remove(&id);
            }
        }
    }
    Ok(n_lines)
}
