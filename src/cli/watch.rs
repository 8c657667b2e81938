//! `taskloom watch`: keep the service as the manifests say.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::context::{Context, this_process};
use super::environment::Environment;
use super::failure::{ExitStatus, Failure};
use super::global_args::GlobalArgs;
use super::log::LogPass;
use super::output::Output;
use super::plan_args::{GuardArgs, parallelism};
use super::signals::Signals;
use super::watch_follow::Following;
use super::watch_listen::{ListenArgs, StatusEndpoint};
use super::watch_reporter::WatchReporter;
use super::watch_source::{ProjectSource, WatchInputs, daemon_lock};
use crate::git::FollowedBranch;
use crate::state::{StateError, StateLock};
use crate::support::{Clock, StopSignal, SystemClock, duration, error_chain};
use crate::watch::{
    Daemon, DaemonPhase, DriftPolicy, Heartbeat, StatusListener, StatusStore, Systemd, Trigger,
    WakeCause, WatchConfig,
};

/// Keep the service as the manifests say, for ever
///
/// It applies at once, then whenever a file moves, on SIGHUP, and every --interval; only one of
/// them works on a state. What would delete or replace waits for --prune, what is above the guards
/// for `taskloom approve`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// How long after a pass the next one comes when nothing happens; chance moves it by a tenth
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    interval: Duration,
    /// How long files must have come to rest before a pass
    #[arg(long, value_name = "TIME", default_value = "200ms", value_parser = duration)]
    debounce: Duration,
    /// Look through the folders so often, where the system gives no file events
    #[arg(long, value_name = "TIME", value_parser = duration)]
    poll: Option<Duration>,
    /// What happens when the service moves: off (it is not asked), warn (it is told) or correct
    #[arg(long, value_enum, value_name = "HOW", default_value_t = DriftArg::Correct, hide_possible_values = true)]
    drift: DriftArg,
    /// Delete and replace too, within the guards
    #[arg(long)]
    prune: bool,
    /// Change nothing: only tell what would be done
    #[arg(long)]
    dry_run: bool,
    /// End after the first pass; the exit status tells what it came to
    #[arg(long)]
    once: bool,
    /// Wait when another watch works on the state, and take over when it ends
    #[arg(long)]
    standby: bool,
    /// Run this command of the shell on drift, failure and recovery, with JSON on its standard input
    #[arg(long, value_name = "COMMAND")]
    hook: Option<String>,
    /// How long what is in flight may take to end after a signal
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
    /// How often the branch is asked for new commits; SIGHUP asks at once
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

/// What happens when the service moves.
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
    let mut global = global.clone();
    let starting = start(args, &global, environment, &clock);
    let Ok(following) = signals.or_stopped(starting).await else { return Ok(ExitStatus::Done) };
    let following = following?;
    if let Some(following) = &following {
        following.enter(&mut global)?;
    }
    let mut context = Context::new(&global, environment, output)?;
    if let Some(following) = &following {
        following.keep_state(&mut global, &mut context);
    }
    // Whoever cannot say which project it is about will not find out by waiting.
    let stand = StatusEndpoint::open(args.listen, &context, args.interval, &clock).await?;
    let pulse = pulse(environment, &stand.board, &systemd, &clock);
    let taking = take(args, &context, &systemd, &stand.board, clock.as_ref());
    let Ok(lock) = signals.or_stopped(pulse.keep(taking)).await else {
        return Ok(ExitStatus::Done);
    };
    let lock = (!args.dry_run).then_some(lock?);
    let waker = Trigger::default();
    let stop = StopSignal::new(signals.stop.clone(), None, Arc::clone(&clock));
    let place = WatchInputs {
        global: global.clone(),
        following: following.as_ref().map(Following::ears),
        environment,
        guards: args.guards.clone(),
        parallelism: args.parallelism,
        poll: args.poll,
        meter: Arc::clone(stand.board.call_metrics()),
    };
    let mut source = ProjectSource::new(
        place,
        context.state.clone(),
        lock,
        waker.clone(),
        Arc::clone(&clock),
        stop,
    );
    let mut helpers = vec![hear(signals, waker.clone())];
    if let Some(following) = following {
        let (wakes, every) = (signals.wakes.clone(), args.git_poll);
        helpers.push(tokio::spawn(following.go(every, wakes, waker.clone())));
    }
    let hook = args.hook.clone();
    let mut teller =
        WatchReporter::new(global.json, output, Arc::clone(&systemd), hook, Arc::clone(&clock));
    teller.log_pass = pass.clone();
    let state = context.state.clone();
    let mut posted = StatusListener { store: &stand.board, listener: &mut teller, state };
    let notice = signals.notice();
    let daemon = Daemon {
        rules: args.rules(),
        source: &mut source,
        listener: &mut posted,
        waker,
        clock,
        stop: signals.stop.clone(),
    };
    let verdict = pulse.keep(daemon.run()).await;
    drop(notice);
    systemd.tell("STOPPING=1");
    stand.close().await;
    teller.finish().await;
    source.close().await;
    helpers.iter().for_each(tokio::task::JoinHandle::abort);
    let is_bad = args.once && verdict.is_bad();
    Ok(if is_bad { ExitStatus::Failed } else { ExitStatus::Done })
}

/// Fetches the branch that is to be followed, if there is one.
async fn start(
    args: &WatchArgs,
    global: &GlobalArgs,
    environment: &Environment,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Following>, Failure> {
    let Some(follow) = args.follow(global)? else { return Ok(None) };
    let patience = if args.standby { Duration::MAX } else { Duration::ZERO };
    let holder = this_process(&environment.command, &clock.now().to_string());
    let path = args.path.clone();
    Following::start(follow, path, patience, &holder, clock).await.map(Some)
}

/// Takes the right to be the one daemon of a state. A lock of its own, so that between two passes
/// everybody else can work on the state.
async fn take(
    args: &WatchArgs,
    context: &Context,
    systemd: &Systemd,
    board: &StatusStore,
    clock: &dyn Clock,
) -> Result<StateLock, Failure> {
    let holder = context.holder(&clock.now().to_string());
    let file = daemon_lock(&context.state);
    match StateLock::take(&file, &holder) {
        Ok(lock) => Ok(lock),
        Err(error @ StateError::Locked { .. }) if !args.standby => {
            Err(Failure::user(error_chain(&error))
                .hint("one watch works on a state; with --standby this one waits and takes over"))
        }
        Err(StateError::Locked { .. }) => {
            // A standby is ready: it does what it is there for.
            systemd.tell("READY=1\nSTATUS=standing by");
            board.phase(DaemonPhase::Standby);
            let taking = StateLock::take_within(&file, &holder, Duration::MAX, clock).await;
            board.phase(DaemonPhase::Starting);
            taking.map_err(|error| context.state_failure(&error))
        }
        Err(error) => Err(context.state_failure(&error)),
    }
}

/// Returns what gives systemd the signs of life that it asks for.
fn pulse(
    environment: &Environment,
    board: &StatusStore,
    systemd: &Arc<Systemd>,
    clock: &Arc<dyn Clock>,
) -> Heartbeat {
    let watchdog = Systemd::watchdog(environment.get("WATCHDOG_USEC").as_deref());
    Heartbeat::new(board.clone(), Arc::clone(systemd), watchdog, Arc::clone(clock))
}

/// Lets SIGHUP wake.
fn hear(signals: &Signals, waker: Trigger) -> tokio::task::JoinHandle<()> {
    let mut wakes = signals.wakes.clone();
    tokio::spawn(async move {
        while wakes.changed().await.is_ok() {
            waker.wake(WakeCause::Signal);
        }
    })
}
