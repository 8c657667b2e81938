//! One pass: lock, load, settle what an earlier run left, observe, plan, carry out, record.
//!
//! `plan` and `apply` walk the same steps; what a person is asked in between is not known here.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use crate::apply::{Event, ResolveError, Run, Tally, apply, resolve};
use crate::clock::Clock;
use crate::cloud::Client;
use crate::model::{Address, Desired, Observed, Recorded, RemoteId, Sighting};
use crate::observe::{ObserveError, Refresh, observe};
use crate::plan::{Plan, plan, schedule};
use crate::state::{Begun, Header, Holder, Journal, Loaded, Lock, Origin, StateError, load, save};

/// What a pass works on.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The state file.
    pub state: PathBuf,
    /// What it must belong to.
    pub origin: Origin,
    /// The service.
    pub client: Arc<Client>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// How much is read.
    pub refresh: Refresh,
    /// How many operations run side by side.
    pub parallelism: usize,
}

/// Why a pass ended early.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The service cannot be observed.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// An earlier run was cut off in a create, and nothing tells what came of it.
    #[error(
        "an earlier run was cut off while it created {address}, and {} of its name exist",
        ids(candidates)
    )]
    Unclear {
        /// Which resource.
        address: String,
        /// What may be it.
        candidates: Vec<RemoteId>,
    },
}

impl From<ResolveError> for PassError {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::Observe(error) => error.into(),
            ResolveError::State(error) => error.into(),
        }
    }
}

/// Reads a state without the right to change it.
///
/// # Errors
/// When the state cannot be used.
pub fn peek(state: &std::path::Path, origin: &Origin) -> Result<Loaded, StateError> {
    load(state, origin, &uuid::Uuid::new_v4().to_string())
}

/// Returns the plan for a state, and what was observed for it.
///
/// # Errors
/// When the service cannot be observed.
pub async fn look(
    scope: &Scope,
    desired: &Desired,
    recorded: &Recorded,
) -> Result<(Plan, Observed), ObserveError> {
    let project = &scope.origin.project_id;
    let observed = observe(&scope.client, project, desired, recorded, scope.refresh).await?;
    Ok((plan(desired, recorded, Some(&observed)), observed))
}

/// A state under lock.
#[derive(Debug)]
pub struct Session {
    scope: Scope,
    loaded: Loaded,
    _lock: Lock,
}

impl Session {
    /// Takes the lock and reads the state; what a cut-off run left is settled first.
    ///
    /// # Errors
    /// When the state cannot be used, is locked, or holds a doubt that looking cannot resolve.
    pub async fn open(scope: Scope, holder: &Holder) -> Result<Session, PassError> {
        let lock = Lock::take(&scope.state, holder)?;
        let loaded = peek(&scope.state, &scope.origin)?;
        let mut session = Session { scope, loaded, _lock: lock };
        if session.loaded.unfolded || !session.loaded.doubts.is_empty() {
            session.settle().await?;
        }
        Ok(session)
    }

    /// Returns what the state holds.
    pub fn recorded(&self) -> &Recorded {
        &self.loaded.recorded
    }

    /// Returns which version of the state is open.
    pub fn header(&self) -> &Header {
        &self.loaded.header
    }

    /// Returns the plan for this state, and what was observed for it.
    ///
    /// # Errors
    /// When the service cannot be observed.
    pub async fn look(&self, desired: &Desired) -> Result<(Plan, Observed), ObserveError> {
        look(&self.scope, desired, self.recorded()).await
    }

    /// Carries out a plan and records what came of it.
    ///
    /// # Errors
    /// When the state cannot be written; what was done is then in the journal.
    pub async fn carry_out(
        &mut self,
        plan: &Plan,
        desired: &Desired,
        observed: &Observed,
        stop: watch::Receiver<bool>,
        report: &mut dyn FnMut(Event<'_>),
    ) -> Result<Tally, StateError> {
        let moved = refresh_markers(&mut self.loaded.recorded, observed, plan);
        if plan.is_empty() {
            if moved {
                self.save()?;
            }
            return Ok(Tally::default());
        }
        // A journal continues a file, so the file comes first; markers go with it.
        if moved || !self.loaded.exists {
            self.save()?;
        }
        let operations = schedule(plan, desired, &self.loaded.recorded);
        let run = Arc::new(self.run(desired, &[])?);
        let mut recorded = self.loaded.recorded.clone();
        let tally = apply(&run, &operations, &mut recorded, 1, stop, report).await;
        drop(run);
        self.fold()?;
        Ok(tally)
    }

    /// Finds out what a cut-off run did, and puts it into the state.
    async fn settle(&mut self) -> Result<(), PassError> {
        let doubts = self.loaded.doubts.clone();
        self.save()?;
        let run = self.run(&Desired::default(), &doubts)?;
        let mut recorded = self.loaded.recorded.clone();
        let unclear = resolve(&run, &mut recorded, &doubts).await?;
        drop(run);
        self.fold()?;
        match unclear.into_iter().next() {
            Some((begun, candidates)) => {
                Err(PassError::Unclear { address: begun.address.to_string(), candidates })
            }
            None => Ok(()),
        }
    }

    fn run(&self, desired: &Desired, doubts: &[Begun]) -> Result<Run, StateError> {
        Ok(Run {
            client: Arc::clone(&self.scope.client),
            clock: Arc::clone(&self.scope.clock),
            project_id: self.scope.origin.project_id.clone(),
            bundle: desired.bundle.clone(),
            journal: Journal::start(&self.scope.state, &self.loaded.header, doubts)?,
            parallelism: self.scope.parallelism,
        })
    }

    /// Puts the journal into the state file and ends it; only open doubts stay in a journal.
    fn fold(&mut self) -> Result<(), StateError> {
        self.loaded = peek(&self.scope.state, &self.scope.origin)?;
        if self.loaded.unfolded {
            self.save()?;
        }
        let journal = Journal::start(&self.scope.state, &self.loaded.header, &self.loaded.doubts)?;
        if self.loaded.doubts.is_empty() { journal.close() } else { Ok(()) }
    }

    fn save(&mut self) -> Result<(), StateError> {
        self.loaded.header.serial += 1;
        save(&self.scope.state, &self.loaded.header, &self.loaded.recorded)?;
        self.loaded.exists = true;
        self.loaded.unfolded = false;
        Ok(())
    }
}

/// Takes over the markers of what was read and found to be as recorded, so that the next list
/// knows them. What a plan changes keeps its old marker until its write has succeeded: a drift whose
/// repair fails must be seen again.
fn refresh_markers(recorded: &mut Recorded, observed: &Observed, plan: &Plan) -> bool {
    let touched: BTreeSet<&Address> = plan
        .changes
        .iter()
        .flat_map(|change| std::iter::once(&change.address).chain(&change.moved_from))
        .collect();
    let mut moved = false;
    for (address, resource) in &mut recorded.resources {
        if touched.contains(address) {
            continue;
        }
        let sighting = observed.sightings.get(&(address.kind, resource.id.clone()));
        if let Some(Sighting::Present(seen)) = sighting
            && seen.marker != resource.observed
        {
            resource.observed = seen.marker.clone();
            moved = true;
        }
    }
    moved
}

fn ids(candidates: &[RemoteId]) -> String {
    candidates.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ")
}
