//! What the service has under the names that creates are about to use.
//!
//! A task of that name which is not ours is never taken over, and never given a namesake: were
//! the answer to our create lost, nothing but its content would tell the two apart.

use super::error::OperationError;
use super::resource_identity::ResourceIdentity;
use super::run_context::RunContext;
use super::taken_names::NamesOfKind;
use crate::cloud::CallError;
use crate::kinds::{ListFilter, Listed, table, workflow_id};
use crate::model::{Kind, Operation, RemoteId};
use crate::observe::{ObserveError, list, list_unless_longer, read};

impl RunContext {
    /// Demands that nothing at the service has the identity of what is about to be created.
    pub(super) async fn check_name(
        &self,
        operation: &Operation,
        identity: &ResourceIdentity,
    ) -> Result<(), OperationError> {
        let namesakes = self.namesakes(identity).await?;
        let unclear = namesakes.iter().any(|id| self.claims.is_unclear(&operation.address, id));
        match (namesakes.is_empty(), unclear) {
            (true, _) => Ok(()),
            (false, true) => Err(OperationError::Unclear { candidates: namesakes }),
            (false, false) => Err(self.name_taken(identity, namesakes)),
        }
    }

    /// Returns the error of a name that the service refused as taken, with what has it.
    pub(super) async fn refused_name(
        &self,
        identity: &ResourceIdentity,
        refused: CallError,
    ) -> OperationError {
        let any_type = ResourceIdentity { task_type: String::new(), ..identity.clone() };
        match self.namesakes_now(&any_type).await {
            Ok(listed) if !listed.is_empty() => {
                self.name_taken(identity, listed.into_iter().map(|item| item.id).collect())
            }
            Ok(_) | Err(_) => refused.into(),
        }
    }

    fn name_taken(&self, identity: &ResourceIdentity, ids: Vec<RemoteId>) -> OperationError {
        let owner = ids.iter().find_map(|id| self.claims.owner(id));
        let (name, workflow) = (identity.name.clone(), identity.workflow.clone());
        OperationError::NameTaken { kind: identity.kind, name, workflow, ids, owner }
    }

    /// Returns the ids of an identity that are there and not ours.
    async fn namesakes(&self, identity: &ResourceIdentity) -> Result<Vec<RemoteId>, ObserveError> {
        let ids = match self.known(identity.kind).await? {
            Some(known) => known.get(&listed_as(identity)).cloned().unwrap_or_default(),
            None => self.namesakes_now(identity).await?.into_iter().map(|item| item.id).collect(),
        };
        let mut there = Vec::new();
        for id in ids {
            if self.claims.owner(&id).is_some() {
                continue;
            }
            // A list may be behind, or show a task of the other kind.
            let table = table(identity.kind);
            let seen = read(&self.client, &self.project_id, table, &id).await?;
            let home = seen.as_ref().and_then(|seen| workflow_id(identity.kind, &seen.spec));
            if seen.is_some() && home.is_none_or(|home| home == identity.workflow) {
                there.push(id);
            }
        }
        Ok(there)
    }

    /// Lists what has an identity right now, ours included.
    pub(super) async fn namesakes_now(
        &self,
        identity: &ResourceIdentity,
    ) -> Result<Vec<Listed>, ObserveError> {
        let filter = ListFilter {
            name: Some(identity.name.clone()),
            workflow_id: Some(identity.workflow.clone()),
            bundle_id: None,
        };
        let mut listed =
            list(&self.closing, &self.project_id, table(identity.kind), &filter).await?;
        // The service's filter may be fuzzy: the comparison that counts is this one.
        listed.retain(|item| has(item, identity));
        Ok(listed)
    }

    async fn known(&self, kind: Kind) -> Result<Option<&NamesOfKind>, ObserveError> {
        let place = Kind::ALL.iter().position(|known| *known == kind);
        let Some(cell) = place.and_then(|place| self.names.known.get(place)) else {
            return Ok(None);
        };
        let n_creates = self.names.creates.get(&kind).copied().unwrap_or_default();
        let read = async || {
            let table = table(kind);
            let listed =
                list_unless_longer(&self.client, &self.project_id, table, n_creates).await?;
            Ok::<_, ObserveError>(listed.map(|listed| index(kind, listed)))
        };
        Ok(cell.get_or_try_init(read).await?.as_ref())
    }
}

fn index(kind: Kind, listed: Vec<Listed>) -> NamesOfKind {
    let mut known = NamesOfKind::new();
    for Listed { id, name, workflow_id, task_type, .. } in listed {
        let identity = ResourceIdentity { kind, workflow: workflow_id, name, task_type };
        known.entry(identity).or_default().push(id);
    }
    known
}

/// Returns an identity as lists show it: those of workflows do not tell the folder.
fn listed_as(identity: &ResourceIdentity) -> ResourceIdentity {
    let workflow = match table(identity.kind).listing.shows_home {
        true => identity.workflow.clone(),
        false => String::new(),
    };
    ResourceIdentity { workflow, ..identity.clone() }
}

/// Tells whether an item has an identity, as far as lists tell; an empty type fits any.
fn has(item: &Listed, identity: &ResourceIdentity) -> bool {
    item.name == identity.name
        && item.workflow_id == listed_as(identity).workflow
        && (identity.task_type.is_empty() || item.task_type == identity.task_type)
}
