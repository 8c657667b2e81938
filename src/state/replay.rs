//! A journal back to what it tells: records that the state lacks, and creates still in doubt.
#![expect(clippy::disallowed_methods, reason = "this file reads the journal")]

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::StateError;
use super::file_store::OpenState;
use super::file_store::path_of;
use super::journal_line::{CompletedLine, Intent, JournalLine, OpenedLine};
use super::stored_resource::{FORMAT_VERSION, StoredResource};
use crate::model::{Address, Recorded, RemoteId, RemoteVersion, Verb};

/// Adds what a journal knows to a state that was just read.
pub fn replay(state: &Path, loaded: &mut OpenState) -> Result<(), StateError> {
    let path = path_of(state);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(StateError::Io { verb: "read", path, source }),
    };
    let stray = |because: String| StateError::StrayJournal { path: path.clone(), because };
    if !loaded.exists {
        return Err(stray(format!("{} is missing", state.display())));
    }
    let mut lines = read(&path, &text)?.into_iter();
    let Some(JournalLine::Open(open)) = lines.next() else {
        return Err(stray("its first line does not open it".to_owned()));
    };
    if open.format_version > FORMAT_VERSION {
        let (found, known) = (open.format_version, FORMAT_VERSION);
        return Err(StateError::Newer { path, found, known });
    }
    check(&open, loaded).map_err(stray)?;
    // A journal of an older serial is in the state already, but for what is still in doubt.
    let folded = open.serial < loaded.header.serial;
    let mut tale = Tale { recorded: (*loaded.recorded).clone(), ..Tale::default() };
    for line in lines {
        tale.add(line).map_err(stray)?;
    }
    loaded.leftover = true;
    if folded {
        if let Some(address) = tale.stranger(&loaded.recorded) {
            return Err(stray(format!(
                "it continues serial {} and knows of {address} what serial {} does not: the state \
                 was replaced from outside",
                open.serial, loaded.header.serial
            )));
        }
    } else {
        tale.doubt_markers();
        loaded.unfolded = tale.recorded != *loaded.recorded;
        loaded.recorded = Arc::new(tale.recorded);
    }
    loaded.doubts = tale.creates.into_values().collect();
    // A run that changed nothing leaves no trace; one that is in doubt may have.
    if !folded && (loaded.unfolded || !loaded.doubts.is_empty()) {
        loaded.last_apply = open.last_apply.or(loaded.last_apply.take());
    }
    Ok(())
}

fn check(open: &OpenedLine, loaded: &OpenState) -> Result<(), String> {
    let (ours, theirs) = (open.serial, loaded.header.serial);
    if open.lineage != loaded.header.lineage {
        return Err("it has another lineage".to_owned());
    }
    if ours > theirs {
        return Err(format!("it continues serial {ours}, but the state is at {theirs}"));
    }
    if ours == theirs && !open.digest.is_empty() && open.digest != loaded.digest {
        return Err(format!(
            "it continues serial {ours}, but another content of it: the state was replaced from \
             outside"
        ));
    }
    Ok(())
}

/// What the lines say so far.
#[derive(Default)]
struct Tale {
    recorded: Recorded,
    /// Creates that may have made something that no line names.
    creates: BTreeMap<u64, Intent>,
    /// Updates and deletes without an end, by number.
    others: BTreeMap<u64, Address>,
    /// What the lines leave of each address that they touch.
    ids: BTreeMap<Address, Option<RemoteId>>,
}

impl Tale {
    fn add(&mut self, line: JournalLine) -> Result<(), String> {
        match line {
            JournalLine::Open(_) => return Err("it is opened twice".to_owned()),
            JournalLine::Begun(begun) if begun.verb == Verb::Create => {
                self.creates.insert(begun.n, *begun);
            }
            JournalLine::Begun(begun) => {
                self.others.insert(begun.n, begun.address);
            }
            JournalLine::Made(made) => {
                let Some(begun) = self.creates.get(&made.n) else {
                    return Err(format!("{} was made without being announced", made.address));
                };
                let resource = begun.resource(made.id, RemoteVersion::default());
                let moved_from = begun.moved_from.clone();
                // One that was sent again may have made another one: it stays in doubt.
                if begun.tries == 1 {
                    self.creates.remove(&made.n);
                }
                self.drop_entry(moved_from);
                self.ids.insert(made.address.clone(), Some(resource.id.clone()));
                self.recorded.resources.insert(made.address, resource);
            }
            JournalLine::Seen(seen) => {
                if let Some(resource) = self.recorded.resources.get_mut(&seen.address)
                    && resource.id == seen.id
                {
                    resource.observed = seen.observed;
                }
            }
            JournalLine::Done(done) => self.done(done),
        }
        Ok(())
    }

    fn done(&mut self, done: CompletedLine) {
        self.others.remove(&done.n);
        if done.nothing || self.creates.get(&done.n).is_some_and(|begun| begun.tries == 1) {
            self.creates.remove(&done.n);
        }
        if done.nothing {
            return;
        }
        self.drop_entry(done.moved_from);
        let resource = done.resource.map(StoredResource::into_recorded);
        self.ids.insert(done.address.clone(), resource.as_ref().map(|found| found.id.clone()));
        match resource {
            Some(resource) => self.recorded.resources.insert(done.address, resource),
            None => self.recorded.resources.remove(&done.address),
        };
    }

    fn drop_entry(&mut self, address: Option<Address>) {
        if let Some(address) = address {
            self.recorded.resources.remove(&address);
            self.ids.insert(address, None);
        }
    }

    /// What an update or a delete without an end left is read again, whatever its marker says:
    /// markers count seconds, and the call may have come in the second of the last one.
    fn doubt_markers(&mut self) {
        for address in self.others.values() {
            if let Some(resource) = self.recorded.resources.get_mut(address) {
                resource.observed.updated = None;
            }
        }
    }

    /// Returns an address of which a state does not hold what the lines left.
    fn stranger(&self, recorded: &Recorded) -> Option<&Address> {
        let differs = |(address, id): &(&Address, &Option<RemoteId>)| {
            recorded.id_of(address).as_ref() != id.as_ref()
        };
        self.ids.iter().find(differs).map(|(address, _)| address)
    }
}

/// Returns the lines that were surely written. Each was synced before the next one began, so only
/// the last can be torn, and what it announces was never sent.
fn read(path: &Path, text: &[u8]) -> Result<Vec<JournalLine>, StateError> {
    let whole: Vec<&[u8]> = text
        .split_inclusive(|byte| *byte == b'\n')
        .filter_map(|line| line.strip_suffix(b"\n"))
        .collect();
    let mut lines = Vec::with_capacity(whole.len());
    for (place, line) in whole.iter().enumerate() {
        match serde_json::from_slice(line) {
            Ok(line) => lines.push(line),
            Err(_) if place > 0 && place + 1 == whole.len() => {}
            Err(source) => {
                return Err(StateError::Unreadable { path: PathBuf::from(path), source });
            }
        }
    }
    Ok(lines)
}
