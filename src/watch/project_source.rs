//! The project that the daemon works on, which is read again for each pass.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

use super::connection_slot::ConnectionSlot;
use super::daemon::{LocalBoxFuture, PassSource};
use super::daemon_lock::DaemonLock;
use super::files::{ProjectWatch, ReadAhead, WatchedManifests};
use super::follow::FollowHandle;
use super::pass_outcome::{PassOutcome, PassReport};
use super::prepared_pass::{PrepareError, PreparedPass};

use super::trigger::Trigger;
use crate::cloud::CallMetrics;
use crate::git::{Revision, revision};
use crate::manifest::LoadedManifests;
use crate::setup::{
    EnvLookup, GuardOverrides, ResolvedTarget, ServiceAt, SetupError, SetupInputs, resolve,
};
use crate::state::{NoteError, NoteKind, StateStore, Suspensions};
use crate::support::{Clock, StopSignal, error_chain};
use crate::yaml::{Problems, render};

/// What people say to a daemon that runs.
const WORDS: [NoteKind; 2] = [NoteKind::Suspensions, NoteKind::PlanApproval];

/// The inputs of the daemon, from its caller.
pub struct WatchInputs<'a> {
    /// The inputs of the project and its target; the folder changes if a branch is followed.
    pub setup: SetupInputs,
    /// The environment.
    pub env: &'a EnvLookup<'a>,
    /// The followed branch, if there is one.
    pub following: Option<FollowHandle>,
    /// What lifts the guards.
    pub guards: GuardOverrides,
    /// How many operations run in parallel.
    pub parallelism: usize,
    /// How often folders are polled instead of using file events.
    pub poll: Option<Duration>,
    /// What counts the calls.
    pub metrics: Arc<CallMetrics>,
}

impl std::fmt::Debug for WatchInputs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchInputs").field("setup", &self.setup).finish_non_exhaustive()
    }
}

/// A project that is read again for each pass.
///
/// Its target is resolved once per edit: read ahead when the files no longer change, it is used by
/// the pass that follows and by later ones.
#[derive(Debug)]
pub struct ProjectSource<'a> {
    inputs: WatchInputs<'a>,
    /// One for all passes: it remembers what it read.
    store: Arc<dyn StateStore>,
    /// None in a dry run.
    lock: Option<DaemonLock>,
    trigger: Trigger,
    clock: Arc<dyn Clock>,
    watch: ProjectWatch,
    ahead: Option<ReadAhead<SetupInputs, Result<Arc<ResolvedTarget>, PrepareError>>>,
    /// What the latest pass works on.
    target: Option<Arc<ResolvedTarget>>,
    manifests: Arc<Mutex<WatchedManifests>>,
    revision: Option<Revision>,
    /// The number of the reading of the files that it belongs to.
    revision_of: u64,
    connection: ConnectionSlot,
}

impl<'a> ProjectSource<'a> {
    /// Returns a source where nothing has been read yet, for the state that a store keeps.
    pub fn new(
        inputs: WatchInputs<'a>,
        store: Arc<dyn StateStore>,
        lock: Option<DaemonLock>,
        trigger: Trigger,
        clock: Arc<dyn Clock>,
        stop: StopSignal,
    ) -> ProjectSource<'a> {
        let root = inputs.setup.folder().to_owned();
        let watch = ProjectWatch::new(
            root,
            store.note_files(&WORDS),
            inputs.poll,
            trigger.clone(),
            Arc::clone(&clock),
            stop,
        );
        ProjectSource {
            inputs,
            store,
            lock,
            trigger,
            clock,
            watch,
            ahead: None,
            target: None,
            manifests: Arc::default(),
            revision: None,
            revision_of: 0,
            connection: ConnectionSlot::default(),
        }
    }

    /// Ends the background tasks.
    pub async fn close(mut self) {
        self.watch.close();
        self.connection.close().await;
    }

    async fn ready(&mut self) -> Result<PreparedPass, PrepareError> {
        self.target = None;
        let now = self.clock.now().to_string();
        if let Some(lock) = &mut self.lock {
            lock.keep(&self.inputs.setup.command, &now).await?;
        }
        let target = self.enter()?;
        self.target = Some(Arc::clone(&target));
        let loaded = self.load(&target).await?;
        let WatchInputs { env, parallelism, metrics, guards, .. } = &self.inputs;
        let connection = self.connection.of(&target, *env, *parallelism).await;
        let connection = connection.map_err(|error| blocked(&error))?;
        let mut scope = connection.scope.clone();
        scope.client = Arc::new(scope.client.metered(Arc::clone(metrics)));
        scope.spare_downstream = target.spare_downstream;
        scope.revision.clone_from(&self.revision);
        scope.store = Arc::clone(&self.store);
        let (holder, guards) = (target.holder(&now), guards.over(target.guards));
        Ok(PreparedPass { scope, holder, guards, loaded })
    }

    /// Finds the project as it is now, and watches its current folder.
    fn enter(&mut self) -> Result<Arc<ResolvedTarget>, PrepareError> {
        if let Some(following) = &self.inputs.following {
            let (folder, revision) = following.newest().map_err(|error| {
                PrepareError::new(PassOutcome::Invalid, error_chain(&error), None)
            })?;
            self.inputs.setup.folder = Some(folder);
            self.revision = Some(revision);
        }
        let setup = &self.inputs.setup;
        let ahead = self.ahead.take();
        let ahead = ahead.and_then(|a| a.take(setup, &self.trigger, self.clock.as_ref()));
        let target = ahead.unwrap_or_else(|| self.resolve())?;
        self.watch.move_to(&target.load.root, self.inputs.setup.folder());
        Ok(target)
    }

    fn resolve(&self) -> Result<Arc<ResolvedTarget>, PrepareError> {
        let target =
            resolve(&self.inputs.setup, self.inputs.env).map_err(|error| invalid(&error))?;
        let (then, now) = (self.store.describe(), target.store.describe());
        if then != now {
            let message = format!("the state was {then} and would now be {now}");
            let help = "start watch again if that is meant".to_owned();
            return Err(PrepareError::new(PassOutcome::Invalid, message, Some(help)));
        }
        Ok(Arc::new(target))
    }

    /// Reads the target, the manifests and the state ahead; the pass reports their problems.
    async fn ahead(&mut self) {
        self.watch.arm(self.inputs.setup.folder());
        if !self.watch.hears_at_once() {
            // Changes made meanwhile would not be noticed.
            return;
        }
        self.ahead = None;
        let event_count = self.trigger.event_count();
        let entered = self.enter();
        if let Ok(target) = &entered {
            self.read_files(target).await;
        }
        let setup = self.inputs.setup.clone();
        self.ahead = Some(ReadAhead::new(setup, entered, event_count, self.clock.as_ref()));
    }

    async fn read_files(&mut self, target: &Arc<ResolvedTarget>) {
        let state = self.remember(target);
        let (clock, trigger) = (Arc::clone(&self.clock), self.trigger.clone());
        let load = target.load.clone();
        let reading = self.with_manifests(move |manifests| {
            manifests.read_ahead(&load, clock.as_ref(), &trigger);
            manifests.reads
        });
        if self.inputs.following.is_some() {
            reading.await.ok();
        } else {
            // The files have stopped changing, also when git moved to another commit.
            let root = &target.load.root;
            let (reads, found) = tokio::join!(reading, revision(root, self.clock.as_ref()));
            (self.revision, self.revision_of) = (found, reads.unwrap_or_default());
        }
        state.await.ok();
    }

    /// Reads the state on a thread that may block on files, so that it is cached.
    fn remember(&self, target: &Arc<ResolvedTarget>) -> JoinHandle<()> {
        let (store, target) = (Arc::clone(&self.store), Arc::clone(target));
        let runtime = Handle::current();
        tokio::task::spawn_blocking(move || {
            if let Ok(origin) = target.origin() {
                drop(runtime.block_on(store.load(&origin)));
            }
        })
    }

    /// Works with the manifests on a thread that may block on files.
    async fn with_manifests<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WatchedManifests) -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let manifests = Arc::clone(&self.manifests);
        let work = move || work(&mut manifests.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(work).await
    }

    async fn load(
        &mut self,
        target: &ResolvedTarget,
    ) -> Result<Arc<LoadedManifests>, PrepareError> {
        let (load, clock) = (target.load.clone(), Arc::clone(&self.clock));
        let trigger = self.trigger.clone();
        let reading = self.with_manifests(move |m| m.load(&load, clock.as_ref(), &trigger));
        let unsettled = |message| PrepareError::new(PassOutcome::Unsettled, message, None);
        let loaded = reading
            .await
            .map_err(|error| unsettled(format!("the manifests were not read: {error}")))?
            .ok_or_else(|| unsettled("the files move while they are read".to_owned()))?;
        self.note_revision(target).await;
        if !loaded.problems.has_errors() {
            return Ok(loaded);
        }
        let help = "nothing is changed until every manifest is right".to_owned();
        Err(problems_error(&loaded.problems, Some(help)))
    }

    /// Reads the commit when the files were read again.
    async fn note_revision(&mut self, target: &ResolvedTarget) {
        if self.inputs.following.is_some() {
            return;
        }
        let reads = self.manifests.lock().unwrap_or_else(PoisonError::into_inner).reads;
        if reads != self.revision_of {
            self.revision = revision(&target.load.root, self.clock.as_ref()).await;
            self.revision_of = reads;
        }
    }
}

impl PassSource for ProjectSource<'_> {
    fn suspensions(&mut self) -> LocalBoxFuture<'_, Result<Suspensions, NoteError>> {
        Box::pin(Suspensions::read(self.store.as_ref()))
    }

    fn arm(&mut self) {
        self.watch.arm(self.inputs.setup.folder());
    }

    fn read_ahead(&mut self) -> LocalBoxFuture<'_, ()> {
        Box::pin(self.ahead())
    }

    fn prepare(&mut self) -> LocalBoxFuture<'_, Result<PreparedPass, PrepareError>> {
        Box::pin(self.ready())
    }

    fn release(&mut self, report: &PassReport) -> LocalBoxFuture<'_, ()> {
        let is_bad = report.verdict.is_bad();
        Box::pin(async move {
            if let Some(target) = &self.target {
                // In the background: no caller waits for what only saves the next pass a read.
                drop(self.remember(target));
            }
            // Another process may use the embedded service, so it is released; and a connection
            // that did not work is made again, with the keys as they are then.
            let is_embedded =
                self.target.as_ref().is_some_and(|target| target.service == ServiceAt::Embedded);
            if is_bad || is_embedded {
                self.connection.close().await;
            }
        })
    }
}

fn invalid(error: &SetupError) -> PrepareError {
    if let SetupError::Project { problems } = error {
        return problems_error(problems, None);
    }
    PrepareError::new(PassOutcome::Invalid, error_chain(error), error.way_out())
}

fn problems_error(problems: &Problems, help: Option<String>) -> PrepareError {
    PrepareError::new(PassOutcome::Invalid, render(problems, false), help)
}

fn blocked(error: &SetupError) -> PrepareError {
    PrepareError::new(PassOutcome::Blocked, error_chain(error), error.way_out())
}
