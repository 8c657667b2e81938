//! A project, its state and its service.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use taskloom::apply::{ApplySummary, OperationStatus};
use taskloom::cloud::{CallError, Client, ClientSettings, Credentials, Rate};
use taskloom::emulator::{
    Behaviour, EmulatorSettings, Fault, FaultKind, FaultMoment, SeenCall, Service, ServiceSite,
};
use taskloom::manifest::{LoadOptions, LoadedManifests as Manifests, load};
use taskloom::model::{Bundle, Call, Desired, Reply};
use taskloom::observe::Refresh;
use taskloom::plan::{Plan, TextStyle, render};
use taskloom::project::VariableValue;
use taskloom::reconcile::{PassError, PassScope, Session, observe_and_plan};
use taskloom::state::{FileStore, LockHolder, OpenState, StateOrigin, StateStore};
use taskloom::support::{Clock, SystemClock};
use tempfile::TempDir;
use tokio::sync::watch;

use super::clock::TestClock;
use super::store_site::at_once;
use super::wire::Wire;

/// The id of the project in which every test works.
pub const PROJECT: &str = "1000000000000000001";

/// A project in a temporary folder against the embedded service.
#[derive(Debug)]
pub struct World {
    folder: TempDir,
    behaviour: Behaviour,
    /// The options of the next process.
    pub settings: Knobs,
    /// The service.
    pub service: Arc<Service>,
    /// The connection to it.
    pub wire: Arc<Wire>,
    /// How much is read.
    pub refresh: Refresh,
    /// The owner mark of what is created.
    pub bundle: Option<Bundle>,
    /// The variables of taskloom.yaml.
    pub variables: BTreeMap<String, Option<VariableValue>>,
    /// The cached state of a process that keeps running.
    pub store: Arc<dyn StateStore>,
    clock: Arc<dyn Clock>,
    site: &'static str,
    /// How many list calls do not show a new task.
    pub list_delay: u32,
    /// How many reads do not find a new task.
    pub get_delay: u32,
}

/// The options of a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Knobs {
    /// How long it waits for the lock.
    pub lock_timeout: Duration,
    /// How long it may run.
    pub run_for: Option<Duration>,
    /// Requests a second for each action; None: the most that a client may send.
    pub rate: Option<f64>,
}

/// The result of an apply.
#[derive(Debug)]
pub struct Pass {
    /// The plan that it carried out.
    pub plan: Plan,
    /// How it ended.
    pub tally: ApplySummary,
    /// One line for each event that ends an operation.
    pub log: Vec<String>,
    /// The hint of each failure.
    pub hints: Vec<String>,
}

impl World {
    /// Creates an empty project; needs a runtime, preferably one with paused time.
    pub fn new(behaviour: Behaviour) -> World {
        World::open(behaviour, project_folder(), Arc::new(TestClock::new()))
    }

    /// Creates an empty project on the machine's own time, for real processes over loopback.
    pub fn live(behaviour: Behaviour) -> World {
        let world = World::open(behaviour, project_folder(), Arc::new(SystemClock::new()));
        World { site: "loopback", ..world }
    }

    /// Opens a folder with everything in it.
    fn open(behaviour: Behaviour, folder: TempDir, clock: Arc<dyn Clock>) -> World {
        let (list_delay, get_delay) = (behaviour.list_delay, behaviour.get_delay);
        let settings = EmulatorSettings {
            behaviour: behaviour.clone(),
            data: Some(folder.path().join("cloud.json")),
            rate: 0.0,
            seed: 7,
            ..EmulatorSettings::default()
        };
        let service = Arc::new(Service::open(settings, Arc::clone(&clock)).unwrap());
        let wire = Arc::new(Wire::new(Arc::clone(&service), Arc::clone(&clock)));
        let settings = Knobs::default();
        let (refresh, bundle, site) = (Refresh::Moved, None, "embedded");
        let variables = BTreeMap::new();
        let store = Arc::new(FileStore::new(&state_file(&folder)));
        World {
            folder,
            behaviour,
            settings,
            service,
            wire,
            refresh,
            bundle,
            variables,
            store,
            clock,
            site,
            list_delay,
            get_delay,
        }
    }

    /// Returns a copy of the world.
    pub fn fork(&self) -> World {
        let folder = tempfile::tempdir().unwrap();
        copy(self.folder.path(), folder.path());
        let mut world = World::open(self.behaviour.clone(), folder, Arc::clone(&self.clock));
        world.bundle = self.bundle.clone();
        world.variables = self.variables.clone();
        world
    }

    /// Returns another project folder with its own state, at the same service.
    pub fn neighbour(&self) -> World {
        let mut other = World::new(Behaviour::default());
        (other.service, other.wire) = (Arc::clone(&self.service), Arc::clone(&self.wire));
        other.clock = Arc::clone(&self.clock);
        other
    }

    /// Returns the clock that all its processes use.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Returns the folder that contains everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file below `manifests`.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join("manifests").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Removes a file below `manifests`.
    pub fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path().join("manifests").join(name)).unwrap();
    }

    /// Removes every file below `manifests`.
    pub fn remove_all(&self) {
        let manifests = self.folder.path().join("manifests");
        fs::remove_dir_all(&manifests).unwrap();
        fs::create_dir(&manifests).unwrap();
    }

    /// Returns the path of the state file.
    pub fn state_file(&self) -> PathBuf {
        state_file(&self.folder)
    }

    /// Removes the folder of the state, as a user might.
    pub fn lose_state(&self) {
        fs::remove_dir_all(self.folder.path().join(".taskloom")).unwrap();
    }

    /// Returns what the state file and its journal contain.
    pub fn state(&self) -> OpenState {
        let (store, origin) = (FileStore::new(&self.state_file()), self.origin());
        at_once(store.load(&origin)).unwrap()
    }

    /// Returns what the manifests declare; they must be valid.
    pub fn desired(&self) -> Desired {
        self.loaded().desired
    }

    /// Returns the loaded manifests; they must be valid.
    pub fn loaded(&self) -> Manifests {
        let request = LoadOptions {
            root: self.folder.path().join("manifests"),
            folders: vec![".".to_owned()],
            target: "test".to_owned(),
            project_id: Some(PROJECT.to_owned()),
            bundle: self.bundle.clone(),
            variables: self.variables.clone(),
            international: self.behaviour.site == ServiceSite::International,
            ..LoadOptions::default()
        };
        let loaded = load(&request);
        assert!(!loaded.problems.has_errors(), "{:#?}", loaded.problems);
        loaded
    }

    /// Starts another process: with a new client, and without any memory but the files.
    pub fn scope(&self) -> PassScope {
        let rate = Rate::try_from(self.settings.rate.unwrap_or(1000.0)).unwrap();
        let settings = ClientSettings { rate, ..ClientSettings::new("ap-guangzhou") };
        let credentials =
            Credentials::new("the test", "taskloom-local", "taskloom-local", None).unwrap();
        let (transport, clock) = (Arc::clone(&self.wire), Arc::clone(&self.clock));
        let client = Client::new(settings, transport, clock, credentials);
        PassScope {
            store: Arc::clone(&self.store),
            origin: self.origin(),
            client: Arc::new(client),
            clock: Arc::clone(&self.clock),
            refresh: self.refresh,
            spare_downstream: true,
            remark: Some("a test".to_owned()),
            parallelism: 8,
            lock_timeout: self.settings.lock_timeout,
            run_for: self.settings.run_for,
            by: "ann@here".to_owned(),
            revision: None,
        }
    }

    /// Makes a call as another client.
    pub async fn call(&self, call: Call) -> Result<Reply, CallError> {
        self.scope().client.call(&call).await
    }

    fn origin(&self) -> StateOrigin {
        let (target, project_id) = ("test".to_owned(), PROJECT.to_owned());
        StateOrigin { target, project_id, site: self.site.to_owned() }
    }

    /// Opens the state under lock.
    pub async fn session(&self) -> Result<Session, PassError> {
        Session::open(self.scope(), &holder()).await
    }

    /// Plans without changing anything.
    pub async fn plan(&self) -> Plan {
        let (state, scope) = (self.state(), self.scope());
        observe_and_plan(&scope, &self.desired(), &state.recorded).await.unwrap().0
    }

    /// Returns the plan as it is printed.
    pub async fn plan_text(&self) -> String {
        render(&self.plan().await, TextStyle::default())
    }

    /// Applies the manifests; an interruption is an error.
    pub async fn try_apply(&self) -> Result<Pass, String> {
        let desired = self.desired();
        self.try_reach(&desired).await
    }

    /// Makes the service match `desired`; an interruption is an error.
    pub async fn try_reach(&self, desired: &Desired) -> Result<Pass, String> {
        let mut session = self.session().await.map_err(|error| error.to_string())?;
        let (plan, observed) = session.look(desired).await.map_err(|error| error.to_string())?;
        let (mut log, mut hints) = (Vec::new(), Vec::new());
        // The sender must live until the apply has ended.
        let (_stop, stop) = watch::channel(false);
        let tally = session
            .carry_out(&plan, desired, &observed, stop, &mut |event| {
                let name = format!("{} {}", event.operation.verb, event.operation.address);
                match event.status {
                    OperationStatus::Begun => {}
                    OperationStatus::Done => log.push(format!("done {name}")),
                    OperationStatus::Failed(error) => {
                        log.push(format!("failed {name}: {error}"));
                        hints.extend(error.way_out());
                    }
                    OperationStatus::Skipped(cause) => log.push(format!("skipped {name}: {cause}")),
                    OperationStatus::NotAttempted(_) => log.push(format!("not attempted {name}")),
                }
            })
            .await
            .map_err(|error| error.to_string())?;
        drop(session);
        self.check_memory();
        Ok(Pass { plan, tally, log, hints })
    }

    /// Checks that the cached state equals the state on disk.
    fn check_memory(&self) {
        let (known, read) = (at_once(self.store.load(&self.origin())).unwrap(), self.state());
        // Without a file each look makes a lineage.
        assert!(known == read || !(known.exists || read.exists), "{known:?}\n{read:?}");
    }

    /// Applies the manifests in a process that may die on the way: None if it did.
    pub async fn apply_or_die(&self) -> Option<Result<Pass, String>> {
        let result = tokio::select! {
            biased;
            () = self.wire.death() => None,
            result = self.try_apply() => Some(result),
        };
        // Everything that the dead process had in flight is dropped before anything else happens.
        tokio::task::yield_now().await;
        self.wire.revive();
        result
    }

    /// Lets time pass until lost creates count as not carried out, and applies until no question is
    /// left.
    pub async fn apply_later(&self) {
        for _ in 0..6 {
            self.clock.sleep(Duration::from_secs(601)).await;
            self.apply().await;
            if self.state().doubts.is_empty() {
                break;
            }
        }
    }

    /// Applies until a pass has nothing to do, at most `n` times; returns the log of all passes.
    pub async fn apply_until_done(&self, n: usize) -> Vec<String> {
        let mut log = Vec::new();
        for _ in 0..n {
            match self.try_apply().await {
                Ok(pass) if pass.plan.is_empty() => break,
                Ok(pass) => log.extend(pass.log),
                Err(error) => log.push(error),
            }
        }
        log
    }

    /// Applies the manifests.
    pub async fn apply(&self) -> Pass {
        self.try_apply().await.unwrap()
    }

    /// Plans a fault.
    pub fn fault(&self, fault: Fault) {
        self.service.faults().add(fault);
    }

    /// Returns every call that the service received.
    pub fn calls(&self) -> Vec<SeenCall> {
        self.service.calls()
    }

    /// Returns the number of calls of an action that the service received.
    pub fn count(&self, action: &str) -> usize {
        self.calls().iter().filter(|call| call.action == action).count()
    }
}

fn state_file(folder: &TempDir) -> PathBuf {
    folder.path().join(".taskloom/test/state.json")
}

fn project_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("manifests")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Returns the lock owner in tests.
pub fn holder() -> LockHolder {
    LockHolder {
        pid: 1,
        host: "here".to_owned(),
        command: "test".to_owned(),
        since: "2026-01-01T00:00:00Z".to_owned(),
    }
}

/// Returns a fault on the n-th call of an action.
pub fn fault(action: &str, nth: u64, effect: FaultMoment, kind: FaultKind) -> Fault {
    Fault { action: Some(action.to_owned()), nth, effect, kind }
}
