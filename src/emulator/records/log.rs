//! The data file: a snapshot, and beside it a log of the changes since then.
//!
//! Writing the whole snapshot for each change would make n creates cost n² bytes, so a change is
//! one appended line, and the snapshot is rewritten (atomically) when the service starts or the
//! log has become larger than it. A line is complete before its call is answered; it survives a
//! killed process but not a power failure, since this is only a fake.
#![expect(clippy::disallowed_methods, reason = "this module keeps the emulator's data file")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::settings::EmulatorError;
use super::folder::StoredFolder;
use super::job::StoredJob;
use super::record::{RecordChange, Records};
use super::task::StoredTask;
use super::version::{SaveKind, StoredVersion};
use super::versioned_map::{MapView, VersionedMap, Visibility};
use super::workflow::StoredWorkflow;

/// Version 1 held only tasks; it is read and rewritten as version 2.
const FORMAT_VERSION: u64 = 2;
/// The log may have this many lines more than twice the number of tasks.
const N_LINES_SPARE: usize = 1000;

#[derive(Debug, Serialize)]
struct DataSnapshot<'a> {
    format_version: u64,
    tasks: Vec<&'a StoredTask>,
    workflows: Vec<&'a StoredWorkflow>,
    folders: Vec<&'a StoredFolder>,
    jobs: Vec<&'a StoredJob>,
    versions: Vec<&'a StoredVersion>,
    saves: Vec<&'a SaveKind>,
}

/// A snapshot as it is read: an old one may lack everything but tasks.
#[derive(Debug, Deserialize)]
struct Stored {
    tasks: Vec<StoredTask>,
    #[serde(default)]
    workflows: Vec<StoredWorkflow>,
    #[serde(default)]
    folders: Vec<StoredFolder>,
    #[serde(default)]
    jobs: Vec<StoredJob>,
    #[serde(default)]
    versions: Vec<StoredVersion>,
    #[serde(default)]
    saves: Vec<SaveKind>,
}

/// An open data file; its log is locked while it is open.
#[derive(Debug)]
pub struct ChangeLog {
    path: PathBuf,
    lines: File,
    n_lines: usize,
}

impl ChangeLog {
    /// Opens or creates a data file and returns its records.
    pub fn open(path: &Path) -> Result<(ChangeLog, Records), EmulatorError> {
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
        let (version, mut records) = read_snapshot(path)?;
        let n_lines = read_lines(&lines_path, &mut records)?;
        let mut log = ChangeLog { path: path.to_owned(), lines, n_lines };
        if n_lines > 0 || version != Some(FORMAT_VERSION) {
            log.compact(&records).map_err(failed)?;
        }
        Ok((log, records))
    }

    /// Appends a change; `records` is the state before it.
    pub fn append(&mut self, change: &RecordChange, records: &Records) -> io::Result<()> {
        if self.n_lines > N_LINES_SPARE + 2 * records.tasks.len() {
            self.compact(records)?;
        }
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        let end = self.lines.metadata()?.len();
        if let Err(error) = self.lines.write_all(&line) {
            // A partial line would make the next one unreadable.
            self.lines.set_len(end)?;
            return Err(error);
        }
        self.n_lines += 1;
        Ok(())
    }

    /// Rewrites the snapshot, then empties the log. A crash in between is harmless: the changes in
    /// the log are already in the snapshot.
    fn compact(&mut self, records: &Records) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        let snapshot = DataSnapshot {
            format_version: FORMAT_VERSION,
            tasks: all(&records.tasks),
            workflows: all(&records.workflows),
            folders: all(&records.folders),
            jobs: all(&records.jobs),
            versions: all(&records.versions),
            saves: all(&records.saves),
        };
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

impl Drop for ChangeLog {
    fn drop(&mut self) {
        // A child process that is just being started has a copy of the file, and of its lock.
        let _ = self.lines.unlock();
    }
}

fn all<T: Visibility>(shelf: &VersionedMap<T>) -> Vec<&T> {
    shelf.all(MapView::Present).collect()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".log");
    PathBuf::from(name)
}

/// Only the version: a newer file may have any shape.
#[derive(Deserialize)]
struct Head {
    format_version: u64,
}

/// Returns the version of the file, if there is one, and what it holds.
fn read_snapshot(path: &Path) -> Result<(Option<u64>, Records), EmulatorError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok((None, Records::default()));
        }
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
    let stored: Stored = serde_json::from_slice(&bytes).map_err(damaged)?;
    let tasks = stored.tasks.into_iter().map(|one| RecordChange::Put(Box::new(one)));
    let mut changes: Vec<RecordChange> = tasks.collect();
    changes.extend(stored.workflows.into_iter().map(Box::new).map(RecordChange::PutWorkflow));
    changes.extend(stored.folders.into_iter().map(Box::new).map(RecordChange::PutFolder));
    changes.extend(stored.jobs.into_iter().map(Box::new).map(RecordChange::PutJob));
    changes.extend(stored.versions.into_iter().map(Box::new).map(RecordChange::PutVersion));
    changes.extend(stored.saves.into_iter().map(Box::new).map(RecordChange::PutSave));
    let records = Records::of(changes);
    Ok((Some(head.format_version), records))
}

/// Applies the changes in the log and returns their number.
fn read_lines(path: &Path, records: &mut Records) -> Result<usize, EmulatorError> {
    let bytes =
        fs::read(path).map_err(|source| EmulatorError::Data { path: path.to_owned(), source })?;
    let mut n_lines = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        n_lines += 1;
        // A last line without a line end was being written when the process was killed: its call
        // was never answered.
        if !line.ends_with(b"\n") {
            break;
        }
        let change = serde_json::from_slice(line).map_err(|source| EmulatorError::Damaged {
            path: path.to_owned(),
            line: n_lines,
            source,
        })?;
        records.apply(change);
    }
    Ok(n_lines)
}
