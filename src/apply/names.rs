//! Checks what the service has under the names that creates are about to use.
//!
//! An unmanaged task with that name is never taken over, and no second one with it is created: if
//! the answer to the create were lost, only the content would distinguish the two.

use super::error::OperationError;
use super::run_context::RunContext;
use super::taken_names::NamesOfKind;
use crate::cloud::CallError;
use crate::kinds::{ListFilter, Listed, ResourceHome, ResourceIdentity, table};
use crate::model::{Kind, Operation, RemoteId};
use crate::observe::{ObserveError, list, list_unless_longer, read};

impl RunContext {
    /// Fails if something at the service has the identity of what is about to be created.
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

    /// Returns the error for a name that the service refused as taken, with the resources that have
    /// it.
    pub(super) async fn refused_name(
        &self,
        identity: &ResourceIdentity,
        refused: CallError,
    ) -> OperationError {
        match self.named_now(identity).await {
            Ok(listed) if !listed.is_empty() => {
                self.name_taken(identity, listed.into_iter().map(|item| item.id).collect())
            }
            Ok(_) | Err(_) => refused.into(),
        }
    }

    fn name_taken(&self, identity: &ResourceIdentity, ids: Vec<RemoteId>) -> OperationError {
        let owner = ids.iter().find_map(|id| self.claims.owner(id));
        let ResourceIdentity { kind, name, home, .. } = identity.clone();
        OperationError::NameTaken { kind, name, home, ids, owner }
    }

    /// Returns the ids of existing, unmanaged resources with an identity.
    async fn namesakes(&self, identity: &ResourceIdentity) -> Result<Vec<RemoteId>, ObserveError> {
        let listed = match self.known(identity.kind).await? {
            Some(known) => known.get(&identity.name).cloned().unwrap_or_default(),
            None => self.named_now(identity).await?,
        };
        let mut there = Vec::new();
        for Listed { id, .. } in listed.into_iter().filter(|item| identity.is(&item.identity)) {
            if self.claims.owner(&id).is_some() {
                continue;
            }
            // A list may lag behind, or show a task of the other kind.
            let table = table(identity.kind);
            let seen = read(&self.client, &self.project_id, table, &id).await?;
            let shown = seen.map(|seen| ResourceIdentity::of(identity.kind, &seen.spec));
            if shown.is_some_and(|shown| identity.is_in_home_of(&shown)) {
                there.push(id);
            }
        }
        Ok(there)
    }

    /// Lists what has an identity right now, managed resources included.
    pub(super) async fn namesakes_now(
        &self,
        identity: &ResourceIdentity,
    ) -> Result<Vec<Listed>, ObserveError> {
        let mut listed = self.named_now(identity).await?;
        listed.retain(|item| identity.is(&item.identity));
        Ok(listed)
    }

    /// Lists what has the name of an identity right now, of any type.
    async fn named_now(&self, identity: &ResourceIdentity) -> Result<Vec<Listed>, ObserveError> {
        let home = identity.home.as_ref();
        let filter = ListFilter {
            name: Some(identity.name.clone()),
            workflow_id: home.and_then(ResourceHome::workflow).map(str::to_owned),
            bundle_id: None,
        };
        let mut listed =
            list(&self.closing, &self.project_id, table(identity.kind), &filter).await?;
        // The service's filter may be fuzzy, so names are compared again here.
        listed.retain(|item| identity.has_name_of(&item.identity));
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
            Ok::<_, ObserveError>(listed.map(by_name))
        };
        Ok(cell.get_or_try_init(read).await?.as_ref())
    }
}

fn by_name(listed: Vec<Listed>) -> NamesOfKind {
    let mut known = NamesOfKind::new();
    for item in listed {
        known.entry(item.identity.name.clone()).or_default().push(item);
    }
    known
}
