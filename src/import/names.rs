//! One name for each imported resource: for `metadata.name` and for its files.

use std::collections::BTreeSet;

use crate::manifest::name_from;

/// Names that are given out: without regard to case, since some file systems have none, and
/// across kinds, since their files lie side by side.
#[derive(Clone, Debug, Default)]
pub struct ImportNames {
    taken: BTreeSet<String>,
}

impl ImportNames {
    /// Takes a name out of use.
    pub fn take(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_lowercase())
    }

    /// Returns a free name close to a text: the name itself, else with the first free number.
    pub fn give(&mut self, text: &str) -> String {
        let name = name_from(text);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        candidates.find(|name| self.take(name)).expect("the numbers do not end")
    }
}
