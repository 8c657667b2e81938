//! The lines of a journal back to what they tell: records that the state lacks, and creates still
//! in doubt.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::intent::Intent;
use super::journal_line::{CompletedLine, JOURNAL_FORMAT, JournalLine, OpenedLine};
use super::open_state::OpenState;
use super::stored_resource::StoredResource;
use crate::model::{Address, Recorded, RecordedResource, RemoteId, RemoteVersion, Verb};

/// Why the lines cannot be added to a state.
#[derive(Debug)]
pub enum ReplayError {
    /// They belong to another state, or contradict themselves.
    Stray(String),
    /// A later taskloom wrote them, in this format.
    Newer(u64),
}

/// Adds what the lines of a journal tell to a state as it is stored.
pub fn replay(lines: Vec<JournalLine>, state: &mut OpenState) -> Result<(), ReplayError> {
    let mut lines = lines.into_iter();
    let Some(JournalLine::Open(open)) = lines.next() else {
        return Err(ReplayError::Stray("its first line does not open it".to_owned()));
    };
    if open.format_version > JOURNAL_FORMAT {
        return Err(ReplayError::Newer(open.format_version));
    }
    check(&open, state).map_err(ReplayError::Stray)?;
    // A journal of an older serial is in the state already, but for what is still in doubt.
    let is_merged = open.serial < state.header.serial;
    let mut tale = Tale { recorded: Arc::clone(&state.recorded), ..Tale::default() };
    for line in lines {
        tale.add(line).map_err(ReplayError::Stray)?;
    }
    state.has_journal = true;
    if is_merged {
        if let Some(address) = tale.stranger(&state.recorded) {
            return Err(ReplayError::Stray(format!(
                "it continues serial {} and knows of {address} what serial {} does not: the state \
                 was replaced from outside",
                open.serial, state.header.serial
            )));
        }
    } else {
        tale.doubt_markers();
        state.unmerged = tale.news(&state.recorded);
        state.recorded = tale.recorded;
    }
    state.doubts = tale.creates.into_values().collect();
    // A run that changed nothing leaves no trace; one that is in doubt may have.
    if !is_merged && (state.has_unmerged() || !state.doubts.is_empty()) {
        state.last_apply = open.last_apply.or(state.last_apply.take());
    }
    Ok(())
}

fn check(open: &OpenedLine, state: &OpenState) -> Result<(), String> {
    let (ours, theirs) = (open.serial, state.header.serial);
    if open.lineage != state.header.lineage {
        return Err("it has another lineage".to_owned());
    }
    if ours > theirs {
        return Err(format!("it continues serial {ours}, but the state is at {theirs}"));
    }
    if ours == theirs && !open.digest.is_empty() && open.digest != state.digest {
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
    recorded: Arc<Recorded>,
    /// Every resource that they speak of.
    touched: BTreeSet<Address>,
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
                self.record(made.address, Some(resource));
            }
            JournalLine::Seen(seen) => {
                if self.recorded.id_of(&seen.address).as_ref() == Some(&seen.id)
                    && let Some(resource) = self.entry(&seen.address)
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
        self.record(done.address, done.resource.map(StoredResource::into_recorded));
    }

    fn drop_entry(&mut self, address: Option<Address>) {
        if let Some(address) = address {
            self.record(address, None);
        }
    }

    fn record(&mut self, address: Address, resource: Option<RecordedResource>) {
        self.ids.insert(address.clone(), resource.as_ref().map(|found| found.id.clone()));
        self.touched.insert(address.clone());
        let resources = &mut Arc::make_mut(&mut self.recorded).resources;
        match resource {
            Some(resource) => resources.insert(address, resource),
            None => resources.remove(&address),
        };
    }

    /// Returns what is recorded of an address, to be changed.
    fn entry(&mut self, address: &Address) -> Option<&mut RecordedResource> {
        if !self.recorded.resources.contains_key(address) {
            return None;
        }
        self.touched.insert(address.clone());
        Arc::make_mut(&mut self.recorded).resources.get_mut(address)
    }

    /// What an update or a delete without an end left is read again, whatever its marker says:
    /// markers count seconds, and the call may have come in the second of the last one.
    fn doubt_markers(&mut self) {
        for address in std::mem::take(&mut self.others).into_values() {
            if let Some(resource) = self.entry(&address) {
                resource.observed.updated = None;
            }
        }
    }

    /// Returns the resources of which the lines tell something else than a state does.
    fn news(&self, stored: &Recorded) -> BTreeSet<Address> {
        let differs = |address: &&Address| {
            self.recorded.resources.get(*address) != stored.resources.get(*address)
        };
        self.touched.iter().filter(differs).cloned().collect()
    }

    /// Returns an address of which a state does not hold what the lines left.
    fn stranger(&self, recorded: &Recorded) -> Option<&Address> {
        let differs = |(address, id): &(&Address, &Option<RemoteId>)| {
            recorded.id_of(address).as_ref() != id.as_ref()
        };
        self.ids.iter().find(differs).map(|(address, _)| address)
    }
}
