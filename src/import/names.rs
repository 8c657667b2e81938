//! Gives each imported resource one name, for `metadata.name` and for its files.

use std::collections::BTreeSet;

use crate::manifest::name_from;

/// Names that are in use. They are compared without regard to case, since some file systems ignore
/// it, and across kinds, since their files are in one folder.
#[derive(Clone, Debug, Default)]
pub struct ImportNames {
    taken: BTreeSet<String>,
}

impl ImportNames {
    /// Marks a name as used; returns whether it was free.
    pub fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_lowercase())
    }

    /// Returns a free name close to a text: without a number, else with the first free number.
    pub fn give(&mut self, text: &str) -> String {
        let name = name_from(text);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        candidates.find(|name| self.take(name)).expect("the numbers do not end")
    }
}
