//! X-TC-Action: which kind, and what to do with it.

use crate::kinds::ALL;
use crate::kinds::Table;

/// One of the actions served here.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// Of which kind.
    pub table: &'static Table,
    /// What is to be done.
    pub work: Work,
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Makes one.
    Create,
    /// Reads one.
    Get,
    /// Replaces one.
    Update,
    /// Changes parts of one.
    UpdatePartially,
    /// Removes one.
    Delete,
    /// Reads the base attributes of many.
    List,
    /// Submits the saved version of one.
    Submit,
    /// Reads the code of one.
    Code,
}

impl Action {
    /// Returns the action of a name, if it is served here.
    pub fn parse(name: &str) -> Option<Action> {
        ALL.into_iter().filter(|table| table.is_sectioned()).find_map(|table| {
            let actions = table.actions;
            let known = [
                (actions.create, Work::Create),
                (actions.get, Work::Get),
                (actions.update, Work::Update),
                (actions.update_partially, Work::UpdatePartially),
                (actions.delete, Work::Delete),
                (actions.list, Work::List),
                (actions.submit, Work::Submit),
                (actions.code, Work::Code),
            ];
            let (_, work) = known.into_iter().find(|(known, _)| *known == name)?;
            Some(Action { table, work })
        })
    }
}
