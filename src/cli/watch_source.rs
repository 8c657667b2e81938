//! What the daemon works on, read again for each pass.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};

use super::connection::Connection;
use super::context::{Context, ServiceAt};
use super::environment::Environment;
use super::failure::Failure;
use super::global_args::GlobalArgs;
use super::hints::call_hint;
use super::output::Output;
use super::plan_args::GuardArgs;
use super::problems::text_of_problems;
use super::watch_follow::FollowHandle;
use crate::cloud::CallMetrics;
use crate::git::{Revision, revision};
use crate::manifest::LoadedManifests;
use crate::observe::{ObserveError, Refresh};
use crate::reconcile::{PassError, read_state_cached};
use crate::state::{PlanApproval, StateCache, StateLock, Suspensions};
use crate::support::{Clock, StopSignal, error_chain};
use crate::watch::{
    FileWatcher, LocalBoxFuture, PassOutcome, PassReport, PassSource, PrepareError, PreparedPass,
    Trigger, WatchedManifests, poll,
};

/// How often folders are looked through when the system gives no file events.
const POLL: Duration = Duration::from_secs(10);

/// What the command line says.
#[derive(Debug)]
pub struct WatchInputs<'a> {
    /// Options of every command.
    pub global: GlobalArgs,
    /// The followed branch, where it is one.
    pub following: Option<FollowHandle>,
    /// The environment.
    pub environment: &'a Environment,
    /// What lifts the guards.
    pub guards: GuardArgs,
    /// How many operations run side by side.
    pub parallelism: usize,
    /// How often folders are looked through instead of file events.
    pub poll: Option<Duration>,
    /// What counts the calls.
    pub meter: Arc<CallMetrics>,
}

/// A project that is read again and again.
pub struct ProjectSource<'a> {
    place: WatchInputs<'a>,
    state: PathBuf,
    lock: Option<StateLock>,
    waker: Trigger,
    clock: Arc<dyn Clock>,
    stop: StopSignal,
    cache: Arc<Mutex<WatchedManifests>>,
    memory: Arc<StateCache>,
    /// None where folders are looked through instead.
    sentry: Option<FileWatcher>,
    /// Where the manifests are, as far as that is known.
    root: PathBuf,
    revision: Option<Revision>,
    /// The reading of the files that it belongs to.
    revision_of: u64,
    /// The way to the service, and what it was made from.
    connection: Option<(String, Connection)>,
    polling: Option<JoinHandle<()>>,
}

impl<'a> ProjectSource<'a> {
    /// Returns a workplace where nothing has been read yet.
    pub fn new(
        place: WatchInputs<'a>,
        state: PathBuf,
        lock: Option<StateLock>,
        waker: Trigger,
        clock: Arc<dyn Clock>,
        stop: StopSignal,
    ) -> ProjectSource<'a> {
        let sentry = match place.poll {
            Some(_) => None,
            None => FileWatcher::new(waker.clone())
                .inspect_err(|error| tracing::warn!(%error, "no file events: looking instead"))
                .ok(),
        };
        let root = place.global.folder().to_owned();
        ProjectSource {
            place,
            state,
            lock,
            waker,
            clock,
            stop,
            cache: Arc::default(),
            memory: Arc::default(),
            sentry,
            root,
            revision: None,
            revision_of: 0,
            connection: None,
            polling: None,
        }
    }

    /// Ends what runs beside.
    pub async fn close(mut self) {
        if let Some(polling) = self.polling.take() {
            polling.abort();
        }
        if let Some((_, connection)) = self.connection.take() {
            connection.close().await;
        }
    }

    async fn ready(&mut self) -> Result<PreparedPass, PrepareError> {
        self.keep_lock()?;
        let context = self.enter()?;
        let loaded = self.load(&context).await?;
        let meter = Arc::clone(&self.place.meter);
        let connection = self.connect(&context).await?;
        let mut scope = connection.scope.clone();
        scope.client = Arc::new(scope.client.metered(meter));
        scope.revision.clone_from(&self.revision);
        scope.memory = Arc::clone(&self.memory);
        let holder = context.holder(&self.clock.now().to_string());
        let guards = self.place.guards.over(context.guards);
        Ok(PreparedPass { scope, holder, guards, loaded })
    }

    /// Finds the project as it is now, and watches it where it is now.
    fn enter(&mut self) -> Result<Context, PrepareError> {
        if let Some(ears) = &self.place.following {
            self.revision = Some(ears.enter(&mut self.place.global)?);
        }
        let context = self.context()?;
        if *self.root != context.request().root {
            self.root.clone_from(&context.request().root);
            if let Some(polling) = self.polling.take() {
                polling.abort();
            }
            self.rearm();
        }
        Ok(context)
    }

    /// Reads the manifests and the state; what is wrong with them is told by the pass.
    async fn ahead(&mut self) {
        self.rearm();
        if self.sentry.is_none() {
            // Nobody would hear what moves meanwhile.
            return;
        }
        let Ok(context) = self.enter() else { return };
        let state = self.remember(&context);
        let clock = Arc::clone(&self.clock);
        let request = context.request().clone();
        let waker = self.waker.clone();
        let reading = self.with_cache(move |cache| {
            cache.read_ahead(&request, clock.as_ref(), &waker);
            cache.reads
        });
        if self.place.following.is_some() {
            reading.await.ok();
        } else {
            // What wrote the files has come to rest: also a git that moves on to another commit.
            let root = &context.request().root;
            let (reads, found) = tokio::join!(reading, revision(root, self.clock.as_ref()));
            (self.revision, self.revision_of) = (found, reads.unwrap_or_default());
        }
        state.await.ok();
    }

    /// Reads the state on a thread that may wait for files, so that it is remembered.
    fn remember(&self, context: &Context) -> JoinHandle<()> {
        let (memory, state) = (Arc::clone(&self.memory), self.state.clone());
        let origin = context.origin();
        tokio::task::spawn_blocking(move || {
            drop(origin.map(|origin| read_state_cached(&memory, &state, &origin)));
        })
    }

    /// Works with the cache on a thread that may wait for files.
    async fn with_cache<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WatchedManifests) -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let cache = Arc::clone(&self.cache);
        let work = move || work(&mut cache.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(work).await
    }

    /// Asks for the commit when the files were read anew.
    async fn note_revision(&mut self, context: &Context) {
        if self.place.following.is_some() {
            return;
        }
        let reads = self.cache.lock().unwrap_or_else(PoisonError::into_inner).reads;
        if reads != self.revision_of {
            self.revision = revision(&context.request().root, self.clock.as_ref()).await;
            self.revision_of = reads;
        }
    }

    /// Somebody may have removed the lock: then another daemon may be at work by now.
    fn keep_lock(&mut self) -> Result<(), PrepareError> {
        let Some(lock) = &self.lock else { return Ok(()) };
        if lock.check().is_ok() {
            return Ok(());
        }
        let context = self.context()?;
        let holder = context.holder(&self.clock.now().to_string());
        let lock = StateLock::take(&daemon_lock(&self.state), &holder).map_err(|error| {
            trouble(PassOutcome::Blocked, error_chain(&error), Some(error.way_out()))
        })?;
        self.lock = Some(lock);
        Ok(())
    }

    /// Watches before anything is read: what changes from here on is either read or heard.
    fn rearm(&mut self) {
        let global = &self.place.global;
        let files = ["taskloom.yaml", "manifests/taskloom.yaml"];
        let files = files.map(|name| global.folder().join(name));
        let words = [Suspensions::file(&self.state), PlanApproval::file(&self.state)];
        if let Some(sentry) = &mut self.sentry
            && let Err(error) = sentry.watch(&self.root, &files, &words)
        {
            tracing::warn!(%error, "no more file events: looking instead, every 10 s");
            self.sentry = None;
        }
        if self.sentry.is_none() && self.polling.is_none() {
            self.polling = Some(self.look_instead());
        }
    }

    fn look_instead(&self) -> JoinHandle<()> {
        let mut places = vec![self.root.clone(), self.place.global.folder().to_owned()];
        places.dedup();
        let words = [Suspensions::file(&self.state), PlanApproval::file(&self.state)];
        let (waker, stop) = (self.waker.clone(), self.stop.clone());
        let clock = Arc::clone(&self.clock);
        let every = self.place.poll.unwrap_or(POLL);
        tokio::spawn(async move {
            poll(places, words.to_vec(), every, waker, clock.as_ref(), stop).await;
        })
    }

    /// Finds the project as it is now; what is wrong with it is told as it is on the command line.
    fn context(&self) -> Result<Context, PrepareError> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut output =
            Output { out: &mut out, err: &mut err, out_color: false, err_color: false, ask: None };
        let global = GlobalArgs { json: false, ..self.place.global.clone() };
        let context = Context::new(&global, self.place.environment, &mut output);
        let context = context.map_err(|failure| {
            let told = String::from_utf8_lossy(&err).into_owned();
            trouble(PassOutcome::Invalid, format!("{told}{}", failure.text()), None)
        })?;
        if context.state != self.state {
            let (then, now) = (self.state.display(), context.state.display());
            let message = format!("the state was {then} and would now be {now}");
            let help = "start watch again if that is meant".to_owned();
            return Err(trouble(PassOutcome::Invalid, message, Some(help)));
        }
        Ok(context)
    }

    async fn load(&mut self, context: &Context) -> Result<Arc<LoadedManifests>, PrepareError> {
        let (request, clock) = (context.request().clone(), Arc::clone(&self.clock));
        let waker = self.waker.clone();
        let reading = self.with_cache(move |cache| cache.load(&request, clock.as_ref(), &waker));
        let loaded = reading.await.map_err(|error| {
            trouble(PassOutcome::Unsettled, format!("the manifests were not read: {error}"), None)
        })?;
        let Some(loaded) = loaded else {
            let message = "the files move while they are read".to_owned();
            return Err(trouble(PassOutcome::Unsettled, message, None));
        };
        self.note_revision(context).await;
        if !loaded.problems.has_errors() {
            return Ok(loaded);
        }
        let message = text_of_problems(&loaded.problems);
        let help = "nothing is changed until every manifest is right".to_owned();
        Err(trouble(PassOutcome::Invalid, message, Some(help)))
    }

    /// Returns the way to the service; the one of the last pass where nothing about it has moved.
    async fn connect(&mut self, context: &Context) -> Result<&Connection, PrepareError> {
        let Context { target, service, region, rate, limits, .. } = context;
        let project = context.project_id().unwrap_or_default();
        let key = format!("{target} {project} {service:?} {region:?} {rate:?} {limits:?}");
        let known = self.connection.take();
        let connection = match known {
            Some((then, connection)) if then == key => connection,
            other => {
                if let Some((_, connection)) = other {
                    connection.close().await;
                }
                let made = context.connect(Refresh::Moved, self.place.parallelism).await;
                made.map_err(|failure| blocked(&failure))?
            }
        };
        Ok(&self.connection.insert((key, connection)).1)
    }
}

impl PassSource for ProjectSource<'_> {
    fn state(&self) -> PathBuf {
        self.state.clone()
    }

    fn arm(&mut self) {
        self.rearm();
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
            // The embedded service is for whoever runs it, so it is let go; and a way that did not
            // work is made anew, with keys as they are then.
            let context = self.context();
            let is_embedded = context.as_ref().is_ok_and(|c| c.service == ServiceAt::Embedded);
            if let Ok(context) = &context {
                // Beside what follows: nobody waits for what the next pass then need not read.
                drop(self.remember(context));
            }
            if (is_bad || is_embedded)
                && let Some((_, connection)) = self.connection.take()
            {
                connection.close().await;
            }
        })
    }

    fn explain(&self, error: &PassError) -> (String, Option<String>) {
        let help = match error {
            PassError::State(error) => Some(error.way_out()),
            PassError::Observe(ObserveError::Call(error)) => call_hint(error).map(str::to_owned),
            PassError::Observe(ObserveError::Unreadable { .. }) => None,
        };
        (error_chain(error), help)
    }
}

/// Returns the file whose lock makes a daemon the one of a state.
pub fn daemon_lock(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".watch");
    PathBuf::from(name)
}

fn blocked(failure: &Failure) -> PrepareError {
    trouble(PassOutcome::Blocked, failure.text(), None)
}

fn trouble(verdict: PassOutcome, message: String, help: Option<String>) -> PrepareError {
    PrepareError { verdict, message, help }
}
