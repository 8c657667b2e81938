//! Finds out whether a create with an unknown answer happened: by reads, never by sending it again.
//!
//! With a bundle the nonce in BundleInfo proves it. Without one, a resource matches if it has all
//! values that were sent, the same kind, workflow, name and type, and no owner: nothing of that
//! identity existed before the create (see `names`).

use super::run_context::RunContext;
use crate::cloud::CallError;
use crate::kinds::{ResourceIdentity, is_covered, table};
use crate::model::{Kind, ObservedResource, RemoteId};
use crate::observe::{ObserveError, read};
use crate::plan::differences;
use crate::state::Intent;

/// The outcome of a create in doubt.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateResolution {
    /// It happened and made this resource.
    Made(Box<ObservedResource>),
    /// It did not happen, as far as the service shows so far.
    Absent,
    /// Resources with its name exist, and nothing shows whether one of them is it.
    Unclear(Vec<RemoteId>),
}

/// Milliseconds before each look-up: a new resource may take a moment to be listed. Only what none
/// of them shows counts as not created.
pub const LOOKS: [u64; 4] = [0, 1000, 3000, 8000];

/// Further look-ups, in milliseconds, for what is listed and cannot be read yet.
const MORE_LOOKS: [u64; 2] = [8000, 16_000];

/// What a look-up for one create found, without the resources that are already owned.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Resources with its nonce.
    pub proofs: Vec<ObservedResource>,
    /// Resources with the content that it sent, and without any nonce.
    pub twins: Vec<ObservedResource>,
    /// Resources with its identity and other content.
    pub strangers: Vec<RemoteId>,
    /// Resources with its identity that are listed, but cannot be read (yet, or any more).
    pub hidden: Vec<RemoteId>,
}

impl Evidence {
    /// Returns the conclusion, when `n_twins` equal resources may have been created in all.
    ///
    /// Equal ones are interchangeable, so the first is taken. With more of them than this run's
    /// creates can have made, one belongs to another owner, and nothing shows which.
    pub fn resolution(self, n_twins: usize) -> CreateResolution {
        if let Some(seen) = self.proofs.into_iter().next() {
            return CreateResolution::Made(Box::new(seen));
        }
        if self.twins.len() > n_twins {
            return CreateResolution::Unclear(self.twins.into_iter().map(|seen| seen.id).collect());
        }
        let rest = [self.strangers, self.hidden].concat();
        match self.twins.into_iter().next() {
            Some(seen) => CreateResolution::Made(Box::new(seen)),
            None if rest.is_empty() => CreateResolution::Absent,
            None => CreateResolution::Unclear(rest),
        }
    }
}

impl RunContext {
    /// Looks for what a create may have made, until it is found or had enough time to show.
    pub(super) async fn find(&self, begun: &Intent) -> Result<CreateResolution, ObserveError> {
        let mut found = CreateResolution::Absent;
        let mut is_hidden = false;
        for (place, wait) in LOOKS.into_iter().chain(MORE_LOOKS).enumerate() {
            if place >= LOOKS.len() && !is_hidden {
                break;
            }
            if let Err(source) = self.pause(wait).await {
                let action = table(begun.address.kind).actions.list;
                return match found {
                    // Not visible yet does not mean absent: nothing may be sent again.
                    CreateResolution::Absent => Err(CallError::Stopped { action, source }.into()),
                    CreateResolution::Made(_) | CreateResolution::Unclear(_) => Ok(found),
                };
            }
            let traces = self.look(begun).await?;
            is_hidden = !traces.hidden.is_empty();
            found = traces.resolution(self.claims.n_twins(begun));
            if matches!(found, CreateResolution::Made(_)) {
                break;
            }
        }
        Ok(found)
    }

    /// Looks once for what a create may have made.
    pub(super) async fn look(&self, begun: &Intent) -> Result<Evidence, ObserveError> {
        let kind = begun.address.kind;
        let spec = begun.spec();
        let identity = ResourceIdentity::of(kind, &spec);
        let mut traces = Evidence::default();
        for item in self.namesakes_now(&identity).await? {
            if self.claims.owner(&item.id).is_some() {
                continue;
            }
            let read = read(&self.closing, &self.project_id, table(kind), &item.id).await?;
            let Some(seen) = read else {
                if !self.is_of_another_kind(kind, &item.id).await? {
                    traces.hidden.push(item.id);
                }
                continue;
            };
            // A list of workflows does not show their folders.
            if !identity.is_in_home_of(&ResourceIdentity::of(kind, &seen.spec)) {
                continue;
            }
            let nonce = seen.mark.as_ref().and_then(|mark| mark.nonce.as_deref());
            if nonce.is_some() {
                // A resource with another nonce was made by another create.
                if nonce == Some(begun.nonce.as_str()) {
                    traces.proofs.push(seen);
                }
                continue;
            }
            let mut fields = differences(kind, &spec, &seen.spec);
            fields.retain(|field| !is_covered(&field.path, &begun.ignore));
            if fields.is_empty() {
                traces.twins.push(seen);
            } else {
                traces.strangers.push(item.id);
            }
        }
        Ok(traces)
    }

    /// Returns whether a resource is of another kind: a list of one kind may show those of another.
    async fn is_of_another_kind(&self, kind: Kind, id: &RemoteId) -> Result<bool, ObserveError> {
        let Some(other) = table(kind).counterpart else { return Ok(false) };
        Ok(read(&self.closing, &self.project_id, table(other), id).await?.is_some())
    }
}
