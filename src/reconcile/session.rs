//! A state under lock, and the steps of a pass on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::markers::new_markers;
use super::secrets::secrets;
use crate::apply::{
    AmbiguousCreate, ApplySummary, IdClaims, KnownFolders, OperationEvent, RecoverError,
    RecoverPatience, RunContext, TakenNames, apply, recorded_bundles, recover_creates,
};
use crate::cloud::Client;
use crate::git::Revision;
use crate::model::{Address, Desired, Observed, Operation, Recorded, RecordedResource, RemoteId};
use crate::observe::{ObserveError, Refresh, observe, surround};
use crate::plan::{Plan, plan, schedule};
use crate::state::{
    Journal, LastApply, LockHolder, OpenState, RecordedChanges, StateError, StateHeader,
    StateOrigin, StateStore, StateWriter, recorded_changes,
};
use crate::support::{Clock, StopSignal};

/// What a pass works on.
#[derive(Clone, Debug)]
pub struct PassScope {
    /// Where the state is.
    pub store: Arc<dyn StateStore>,
    /// What it must belong to.
    pub origin: StateOrigin,
    /// The service.
    pub client: Arc<Client>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// How much is read.
    pub refresh: Refresh,
    /// Whether a delete spares the instances downstream of a task (DeleteMode).
    pub spare_downstream: bool,
    /// VersionRemark of what is submitted; without one it comes from the commit.
    pub remark: Option<String>,
    /// How many operations run side by side.
    pub parallelism: usize,
    /// How long a lock that another run holds is waited for.
    pub lock_timeout: Duration,
    /// How long after its lock was taken a run may still start something; None: no limit.
    pub run_for: Option<Duration>,
    /// On whose behalf things are changed: user@host.
    pub by: String,
    /// The commit that the manifests are at, where it is known.
    pub revision: Option<Revision>,
}

/// How long a read that belongs to a write in flight may still wait for its turn after a stop.
const GRACE: Duration = Duration::from_secs(1);

/// Why a pass ended early.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The service cannot be observed.
    #[error(transparent)]
    Observe(#[from] ObserveError),
}

impl From<RecoverError> for PassError {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::Observe(error) => error.into(),
            RecoverError::State(error) => error.into(),
        }
    }
}

/// Returns the plan for a state, and what was observed for it.
///
/// # Errors
/// When the service cannot be observed.
pub async fn observe_and_plan(
    scope: &PassScope,
    desired: &Desired,
    recorded: &Recorded,
) -> Result<(Plan, Observed), ObserveError> {
    let project = &scope.origin.project_id;
    let (client, clock) = (&scope.client, scope.clock.as_ref());
    let observed = observe(client, project, desired, recorded, scope.refresh, clock).await?;
    let mut plan = plan(desired, recorded, Some(&observed));
    surround(client, project, &mut plan, recorded).await?;
    Ok((plan, observed))
}

/// A state under lock.
#[derive(Debug)]
pub struct Session {
    scope: PassScope,
    loaded: OpenState,
    unclear: Vec<AmbiguousCreate>,
    /// The moment on the clock after which nothing new starts.
    until: Option<Duration>,
    writer: Box<dyn StateWriter>,
}

impl Session {
    /// Takes the lock and reads the state; what a cut-off run left is settled first.
    ///
    /// # Errors
    /// When the state cannot be used or is locked, or the service cannot be asked about a create
    /// that was cut off.
    pub async fn open(mut scope: PassScope, holder: &LockHolder) -> Result<Session, PassError> {
        let clock = Arc::clone(&scope.clock);
        let patience = scope.lock_timeout;
        let writer = scope.store.lock_within(holder, patience, clock.as_ref()).await?;
        let until = scope.run_for.map(|limit| clock.elapsed().saturating_add(limit));
        let stop = StopSignal::at(until, clock);
        scope.client = Arc::new(scope.client.stopping(stop.clone()));
        let loaded = scope.store.load(&scope.origin).await?;
        let mut session = Session { scope, loaded, unclear: Vec::new(), until, writer };
        // A journal that a cut-off run left is merged at once, also when it adds nothing: it
        // must not be mistaken for one of a later state.
        if session.loaded.has_journal {
            let run = session.run(&Desired::default(), &[], stop).await?;
            session.settle(&run, RecoverPatience::UntilShown).await?;
            drop(run);
            session.merge_journal().await?;
        }
        Ok(session)
    }

    /// Returns the creates of cut-off runs of which it is not known what they made. They stop only
    /// their own resources.
    pub fn unclear(&self) -> &[AmbiguousCreate] {
        &self.unclear
    }

    /// Gives up looking for what the lost creates of a resource made; returns whether there were
    /// any. What they made stays at the service, unmanaged.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn dismiss(&mut self, address: &Address) -> Result<bool, StateError> {
        let before = self.loaded.doubts.len();
        self.loaded.doubts.retain(|begun| begun.address != *address);
        self.unclear.retain(|unclear| unclear.begun.address != *address);
        if self.loaded.doubts.len() == before {
            return Ok(false);
        }
        self.start_journal().await?;
        Ok(true)
    }

    /// Returns what the state holds.
    pub fn recorded(&self) -> &Recorded {
        &self.loaded.recorded
    }

    /// Returns which version of the state is open.
    pub fn header(&self) -> &StateHeader {
        &self.loaded.header
    }

    /// Returns the plan for this state, and what was observed for it.
    ///
    /// # Errors
    /// When the service cannot be observed.
    pub async fn look(&self, desired: &Desired) -> Result<(Plan, Observed), ObserveError> {
        observe_and_plan(&self.scope, desired, self.recorded()).await
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
        report: &mut dyn FnMut(OperationEvent<'_>),
    ) -> Result<ApplySummary, StateError> {
        let markers = self.refreshed(observed, plan);
        if plan.is_empty() {
            if !markers.is_empty() {
                self.save(&markers).await?;
            }
            return Ok(ApplySummary::default());
        }
        // A journal continues what is stored, so that comes first; markers go with it.
        if !markers.is_empty() || !self.loaded.exists {
            self.save(&markers).await?;
        }
        self.loaded.last_apply = Some(LastApply {
            time: self.scope.clock.now().to_string(),
            by: self.scope.by.clone(),
            revision: self.scope.revision.clone(),
        });
        let operations = schedule(plan, desired, &self.loaded.recorded);
        let stop = StopSignal::new(stop, self.until, Arc::clone(&self.scope.clock));
        let run = Arc::new(self.run(desired, &operations, stop).await?);
        let mut recorded = (*self.loaded.recorded).clone();
        let first_n = 1 + self.loaded.doubts.iter().map(|begun| begun.n).max().unwrap_or_default();
        let tally = apply(&run, &operations, &mut recorded, first_n, report).await;
        if run.stop.cause().is_none() {
            self.look_back(&run).await;
        }
        drop(run);
        self.merge_journal().await?;
        Ok(tally)
    }

    /// Returns the resources whose marker moved.
    fn refreshed(&self, observed: &Observed, plan: &Plan) -> RecordedChanges {
        let resources = &self.loaded.recorded.resources;
        let markers = new_markers(&self.loaded.recorded, observed, plan).into_iter();
        let moved = markers.filter_map(|(address, marker)| {
            let resource = resources.get(&address)?.clone();
            Some((address, Some(RecordedResource { observed: marker, ..resource })))
        });
        moved.collect()
    }

    /// Looks once more for creates whose outcome is open: what was sent again may have happened
    /// twice, and what could not be looked up may be there by now.
    async fn look_back(&mut self, run: &RunContext) {
        let result = match self.load().await {
            Ok(loaded) => {
                self.loaded = loaded;
                self.settle(run, RecoverPatience::OneLook).await
            }
            Err(error) => Err(error.into()),
        };
        if let Err(error) = result {
            // Nothing is lost: the journal still has the question.
            tracing::warn!(%error, "cannot look for creates in doubt: the next run will");
        }
    }

    /// Finds out what creates in doubt did; the journal learns it.
    async fn settle(
        &mut self,
        run: &RunContext,
        patience: RecoverPatience,
    ) -> Result<(), RecoverError> {
        let doubts = self.loaded.doubts.clone();
        if doubts.is_empty() {
            return Ok(());
        }
        let mut recorded = (*self.loaded.recorded).clone();
        self.unclear = recover_creates(run, &mut recorded, &doubts, patience).await?;
        for AmbiguousCreate { begun, candidates } in &self.unclear {
            tracing::warn!(
                address = %begun.address, candidates = ids(candidates),
                "a create whose answer was lost may have made one of these: import the one that \
                 it is, or delete them"
            );
        }
        Ok(())
    }

    /// Starts a run on the saved state, with a journal that continues it.
    async fn run(
        &mut self,
        desired: &Desired,
        operations: &[Operation],
        stop: StopSignal,
    ) -> Result<RunContext, StateError> {
        if self.loaded.has_unmerged() {
            self.save(&RecordedChanges::new()).await?;
        }
        let claims = IdClaims::new(&self.loaded.recorded, &self.loaded.doubts);
        for AmbiguousCreate { begun, candidates } in &self.unclear {
            claims.note_unclear(&begun.address, candidates);
        }
        let client = self.scope.client.stopping(stop.clone());
        Ok(RunContext {
            closing: Arc::new(client.lingering(GRACE)),
            client: Arc::new(client),
            clock: Arc::clone(&self.scope.clock),
            project_id: self.scope.origin.project_id.clone(),
            bundle: desired.bundle.clone(),
            recorded_bundles: recorded_bundles(&self.loaded.recorded),
            journal: self.start_journal().await?,
            spare_downstream: self.scope.spare_downstream,
            remark: self.remark(),
            parallelism: self.scope.parallelism,
            stop,
            claims,
            folders: KnownFolders::default(),
            names: TakenNames::new(operations),
            secrets: secrets(operations),
        })
    }

    /// Returns what a submitted version says of itself.
    fn remark(&self) -> String {
        let PassScope { remark, revision, by, .. } = &self.scope;
        let of_commit = || revision.as_ref().map(Revision::remark);
        remark.clone().or_else(of_commit).unwrap_or_else(|| format!("taskloom apply by {by}"))
    }

    async fn start_journal(&self) -> Result<Box<dyn Journal>, StateError> {
        self.writer.start_journal(&self.loaded).await
    }

    /// Puts what the journal records into the state and ends it; only open doubts stay in one.
    async fn merge_journal(&mut self) -> Result<(), StateError> {
        self.loaded = self.load().await?;
        if self.loaded.has_unmerged() {
            self.save(&RecordedChanges::new()).await?;
        }
        if self.loaded.doubts.is_empty() {
            self.writer.end_journal().await?;
            self.loaded.has_journal = false;
        } else {
            self.start_journal().await?;
        }
        Ok(())
    }

    async fn load(&self) -> Result<OpenState, StateError> {
        self.scope.store.load(&self.scope.origin).await
    }

    async fn save(&mut self, changes: &RecordedChanges) -> Result<(), StateError> {
        self.loaded = self.writer.save(&self.loaded, changes).await?;
        Ok(())
    }
}

impl Session {
    /// Replaces what the state holds, where no operation stands behind the change.
    ///
    /// # Errors
    /// When the state cannot be written; it is then as it was.
    pub async fn put(&mut self, recorded: &Recorded) -> Result<(), StateError> {
        self.save(&recorded_changes(&self.loaded.recorded, recorded)).await
    }
}

fn ids(candidates: &[RemoteId]) -> String {
    candidates.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ")
}
