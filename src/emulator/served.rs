//! The list of all actions that are served: those of each kind, and those without a kind.

use super::action::ApiAction;
use super::{folders, operations, project, tasks, workflows};

/// The tables of actions.
const ALL: [&[ApiAction]; 5] =
    [tasks::ACTIONS, workflows::ACTIONS, folders::ACTIONS, operations::ACTIONS, project::ACTIONS];

/// Returns the action of a name, if it is served here.
pub fn action(name: &str) -> Option<ApiAction> {
    actions().find(|action| action.name == name)
}

/// Returns every action that is served here.
pub fn actions() -> impl Iterator<Item = ApiAction> {
    ALL.into_iter().flatten().copied()
}
