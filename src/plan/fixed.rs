//! What may not be removed, because a resource that is left as it is holds its id.

use std::collections::BTreeMap;

use super::users::users_under;
use super::withheld::ResourceError;
use crate::kinds::table;
use crate::model::{Address, KnownIds, Recorded};

/// Resources that must be neither deleted nor replaced, and because of which other one.
pub(super) type Fixed = BTreeMap<Address, Address>;

/// Adds everything whose id is held by what is left as it is; a resource in a workflow that may not
/// be removed must not cause its removal either. Returns whether anything was added.
pub(super) fn fix(
    fixed: &mut Fixed,
    errors: &[ResourceError],
    recorded: &Recorded,
    ids: &KnownIds<'_>,
) -> bool {
    if errors.is_empty() {
        return false;
    }
    let n_before = fixed.len();
    let now = ids.moves().collect();
    let users = users_under(recorded, &now);
    for error in errors {
        let held = users.iter().filter(|(_, users)| users.contains(&error.address));
        for (held, _) in held {
            let homes = users.iter().filter(|(home, users)| {
                table(held.kind).home_kind() == Some(home.kind) && users.contains(held)
            });
            for one in homes.map(|(home, _)| home).chain([held]) {
                fixed.entry((*one).clone()).or_insert_with(|| error.address.clone());
            }
        }
    }
    fixed.len() > n_before
}
