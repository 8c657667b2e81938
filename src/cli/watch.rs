//! `taskloom watch`: keep the service as the manifests say.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::context::Context;
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::log::{LogPass, NOTICE};
use super::output::Output;
use super::plan_args::{GuardArgs, parallelism};
use super::signals::Signals;
use super::watch_reporter::WatchReporter;
use crate::git::FollowedBranch;
use crate::setup::{SetupInputs, this_process};
use crate::state::StateError;
use crate::support::{Clock, StopSignal, SystemClock, duration, error_chain};
use crate::watch::{
    BranchFollower, Daemon, DaemonInfo, DaemonLock, DaemonPhase, DriftPolicy, FollowError,
    Heartbeat, ListenError, ListenReach, ProjectSource, Standby, StatusListener, StatusServer,
    StatusStore, Systemd, Trigger, WakeCause, WatchConfig, WatchInputs,
};

/// Keep the service as the manifests say, continuously
///
/// It applies immediately, then whenever a file changes, on SIGHUP, and every --interval; only one
/// watch works on a state. Deletes and replaces need --prune; a plan above the guards waits for
/// `taskloom approve`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Time from one pass to the next when nothing happens; varied at random by up to a tenth
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    interval: Duration,
    /// How long files must be unchanged before a pass
    #[arg(long, value_name = "TIME", default_value = "200ms", value_parser = duration)]
    debounce: Duration,
    /// Scan the folders this often, where the system gives no file events
    #[arg(long, value_name = "TIME", value_parser = duration)]
    poll: Option<Duration>,
    /// What to do about changes at the service: off (do not read it), warn (report them) or correct
    #[arg(long, value_enum, value_name = "HOW", default_value_t = DriftArg::Correct, hide_possible_values = true)]
    drift: DriftArg,
    /// Delete and replace too, within the guards
    #[arg(long)]
    prune: bool,
    /// Change nothing: only report what would be done
    #[arg(long)]
    dry_run: bool,
    /// End after the first pass; the exit status shows its outcome
    #[arg(long)]
    once: bool,
    /// Wait when another watch works on the state, and take over when it ends
    #[arg(long)]
    standby: bool,
    /// Run this command of the shell on drift, failure and recovery, with JSON on its standard input
    #[arg(long, value_name = "COMMAND")]
    hook: Option<String>,
    /// How long operations in flight may take to end after a signal
    #[arg(long, value_name = "TIME", default_value = "25s", value_parser = duration)]
    stop_timeout: Duration,
    /// Follow a branch of this repository instead of a folder: what git understands as a URL
    #[arg(long, value_name = "URL", requires = "branch")]
    git: Option<String>,
    /// The branch that is followed
    #[arg(long, value_name = "BRANCH", requires = "git")]
    branch: Option<String>,
    /// The folder of the project in that repository
    #[arg(long, value_name = "FOLDER", requires = "git")]
    path: Option<PathBuf>,
    /// How often the branch is fetched; SIGHUP fetches immediately
    #[arg(long, value_name = "TIME", default_value = "30s", requires = "git", value_parser = duration)]
    git_poll: Duration,
    #[command(flatten)]
    listen: ListenArgs,
    /// How many operations run side by side
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = parallelism)]
    parallelism: usize,
    #[command(flatten)]
    guards: GuardArgs,
}

/// Options of the status page.
#[derive(Clone, Copy, Debug, Args)]
struct ListenArgs {
    /// Serve a page with the graph of tasks, /healthz, /readyz and /metrics there, for reading
    /// only; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Let --listen take an address that other machines reach: anyone there can read names,
    /// differences and code of all tasks, without authentication
    #[arg(long, requires = "listen")]
    listen_anywhere: bool,
}

impl ListenArgs {
    fn reach(self) -> Option<(SocketAddr, ListenReach)> {
        let reach =
            if self.listen_anywhere { ListenReach::Anywhere } else { ListenReach::Loopback };
        Some((self.listen?, reach))
    }
}

/// What to do about changes at the service.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum DriftArg {
    Off,
    Warn,
    Correct,
}

impl WatchArgs {
    fn follow(&self, global: &GlobalArgs) -> Result<Option<FollowedBranch>, Failure> {
        let (Some(url), Some(branch)) = (&self.git, &self.branch) else { return Ok(None) };
        let target = global.target.as_deref().unwrap_or("default");
        let folder = global.folder().join(".taskloom").join(target).join("git");
        let follow = FollowedBranch { url: url.clone(), branch: branch.clone(), folder };
        follow.check().map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Some(follow))
    }

    fn rules(&self) -> WatchConfig {
        WatchConfig {
            interval: self.interval,
            debounce: self.debounce,
            drift: match self.drift {
                DriftArg::Off => DriftPolicy::Off,
                DriftArg::Warn => DriftPolicy::Warn,
                DriftArg::Correct => DriftPolicy::Correct,
            },
            prune: self.prune,
            dry_run: self.dry_run,
            once: self.once,
            grace: self.stop_timeout,
        }
    }
}

/// Watches until a signal comes.
pub async fn run(
    args: &WatchArgs,
    global: &GlobalArgs,
    environment: &Environment,
    signals: &Signals,
    pass: &LogPass,
    output: &mut Output<'_>,
) -> Result<ExitStatus, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let systemd = Arc::new(Systemd::new(environment.get("NOTIFY_SOCKET")));
    let starting = start(args, global, environment, &clock);
    let Ok(follower) = signals.or_stopped(starting).await else { return Ok(ExitStatus::Done) };
    let follower = follower?;
    let mut setup = global.setup_inputs(environment);
    // Without a known project the run fails now, since waiting does not help.
    let context = enter(&mut setup, follower.as_ref(), global, environment, output)?;
    let store = store(args, &context, &clock)?;
    let server = serve(args.listen, &store).await?;
    let heartbeat = heartbeat(environment, &store, &systemd, &clock);
    let taking = take(args, &context, &systemd, &store, clock.as_ref());
    let Ok(lock) = signals.or_stopped(heartbeat.keep(taking)).await else {
        return Ok(ExitStatus::Done);
    };
    let lock = (!args.dry_run).then_some(lock?);
    let trigger = Trigger::default();
    let env = |name: &str| environment.get(name);
    let inputs = WatchInputs {
        setup,
        env: &env,
        following: follower.as_ref().map(BranchFollower::handle),
        guards: args.guards.overrides(),
        parallelism: args.parallelism,
        poll: args.poll,
        metrics: Arc::clone(store.call_metrics()),
    };
    let stop = StopSignal::new(signals.stop.clone(), None, Arc::clone(&clock));
    let states = Arc::clone(&context.target.store);
    let mut source =
        ProjectSource::new(inputs, states, lock, trigger.clone(), Arc::clone(&clock), stop);
    let mut helpers = vec![wake_on_hangup(signals, trigger.clone())];
    if let Some(follower) = follower {
        let (wakes, every) = (signals.wakes.clone(), args.git_poll);
        helpers.push(tokio::spawn(follower.go(every, wakes, trigger.clone())));
    }
    let hook = args.hook.clone();
    let mut reporter =
        WatchReporter::new(global.json, output, Arc::clone(&systemd), hook, Arc::clone(&clock));
    reporter.log_pass = pass.clone();
    let mut listener = StatusListener { store: &store, listener: &mut reporter };
    let notice = signals.notice();
    let daemon = Daemon {
        rules: args.rules(),
        source: &mut source,
        listener: &mut listener,
        waker: trigger,
        clock,
        stop: signals.stop.clone(),
    };
    let verdict = heartbeat.keep(daemon.run()).await;
    drop(notice);
    systemd.tell("STOPPING=1");
    store.phase(DaemonPhase::Stopping);
    if let Some(server) = server {
        server.stop().await;
    }
    reporter.finish().await;
    source.close().await;
    helpers.iter().for_each(tokio::task::JoinHandle::abort);
    let is_bad = args.once && verdict.is_bad();
    Ok(if is_bad { ExitStatus::Failed } else { ExitStatus::Done })
}

/// Fetches the followed branch, if there is one.
async fn start(
    args: &WatchArgs,
    global: &GlobalArgs,
    environment: &Environment,
    clock: &Arc<dyn Clock>,
) -> Result<Option<BranchFollower>, Failure> {
    let Some(follow) = args.follow(global)? else { return Ok(None) };
    let patience = if args.standby { Duration::MAX } else { Duration::ZERO };
    let holder = this_process(&environment.command, &clock.now().to_string());
    let path = args.path.clone();
    let started = BranchFollower::start(follow, path, patience, &holder, clock).await;
    started.map(Some).map_err(|error| follow_failure(&error))
}

/// Finds the project in the folder of the daemon, or in the newest commit of the followed branch.
fn enter(
    setup: &mut SetupInputs,
    follower: Option<&BranchFollower>,
    global: &GlobalArgs,
    environment: &Environment,
    output: &mut Output<'_>,
) -> Result<Context, Failure> {
    if let Some(follower) = follower {
        follower.enter(setup).map_err(|error| follow_failure(&error))?;
    }
    let mut context = Context::of(setup, global.json, environment, output)?;
    if let Some(follower) = follower
        && setup.state.is_none()
    {
        let place = follower.state_of(&context.target.name);
        context.target.keep_state_at(&place);
        setup.state = Some(place.file);
    }
    Ok(context)
}

/// Returns an empty store for the status of the daemon.
fn store(
    args: &WatchArgs,
    context: &Context,
    clock: &Arc<dyn Clock>,
) -> Result<StatusStore, Failure> {
    let origin = context.origin()?;
    let (target, project_id, endpoint) = (origin.target, origin.project_id, origin.site);
    let info = DaemonInfo { target, project_id, endpoint, interval: args.interval };
    Ok(StatusStore::new(info, Arc::clone(clock)))
}

/// Serves the store if --listen is given.
async fn serve(args: ListenArgs, store: &StatusStore) -> Result<Option<StatusServer>, Failure> {
    let Some((address, reach)) = args.reach() else { return Ok(None) };
    let server = StatusServer::start(address, reach, store.clone()).await;
    let server = server.map_err(|error| listen_failure(&error))?;
    tracing::info!(target: NOTICE, "the status page is on http://{}/", server.address());
    Ok(Some(server))
}

/// Takes the lock that allows only one daemon per state.
async fn take(
    args: &WatchArgs,
    context: &Context,
    systemd: &Systemd,
    board: &StatusStore,
    clock: &dyn Clock,
) -> Result<DaemonLock, Failure> {
    let holder = context.target.holder(&clock.now().to_string());
    let standby = args.standby.then_some(Standby { systemd, board, clock });
    let taken = DaemonLock::take(&context.target.store, &holder, standby).await;
    taken.map_err(|error| {
        if !args.standby && matches!(error, StateError::Locked { .. }) {
            return Failure::user(error_chain(&error))
                .hint("one watch works on a state; with --standby this one waits and takes over");
        }
        context.state_failure(&error)
    })
}

/// Returns what gives systemd the signs of life that it asks for.
fn heartbeat(
    environment: &Environment,
    board: &StatusStore,
    systemd: &Arc<Systemd>,
    clock: &Arc<dyn Clock>,
) -> Heartbeat {
    let watchdog = Systemd::watchdog(environment.get("WATCHDOG_USEC").as_deref());
    Heartbeat::new(board.clone(), Arc::clone(systemd), watchdog, Arc::clone(clock))
}

/// Makes SIGHUP wake a pass.
fn wake_on_hangup(signals: &Signals, trigger: Trigger) -> tokio::task::JoinHandle<()> {
    let mut wakes = signals.wakes.clone();
    tokio::spawn(async move {
        while wakes.changed().await.is_ok() {
            trigger.wake(WakeCause::Signal);
        }
    })
}

fn follow_failure(error: &FollowError) -> Failure {
    let failure = match error {
        FollowError::Outside { .. } => Failure::usage(error.to_string()),
        FollowError::NoFolder { .. } | FollowError::Lock(_) | FollowError::Git(_) => {
            Failure::of(error)
        }
    };
    failure.maybe_hint(error.way_out())
}

fn listen_failure(error: &ListenError) -> Failure {
    let hint = match error {
        ListenError::NotLoopback { .. } => {
            "listen on 127.0.0.1 and use a proxy that authenticates its readers, or add \
             --listen-anywhere"
        }
        ListenError::Listen { .. } => "give another address to --listen; port 0 takes a free one",
    };
    Failure::user(error_chain(error)).hint(hint)
}
