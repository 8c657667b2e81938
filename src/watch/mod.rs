//! For ever: when a pass runs, what it leaves out, and what is told of it.
//!
//! Level-triggered: what wakes a pass is no hint of what it does, and a pass is what `apply` does,
//! by the same session. Which files had events only saves looking at the others right
//! after; the pass after each interval looks at all. Passes never overlap.

mod cause;
mod trigger;
mod policy;
mod pass;
mod pass_outcome;
mod hook;
mod systemd;
mod daemon;
mod heartbeat;
mod files;
mod status;

pub use cause::WakeCause;
pub use daemon::{
    Daemon, LocalBoxFuture, PassSource, PrepareError, PreparedPass, WatchConfig, WatchListener,
};
pub use files::{ChangedPaths, FileWatcher, WatchedManifests, poll};
pub use heartbeat::Heartbeat;
pub use hook::{Hook, Occasion, run_hook};
pub use pass::DriftPolicy;
pub use pass_outcome::{LeftOut, PassOutcome, PassReport};
pub use policy::Policy;
pub use status::{
    ActiveSuspension, DaemonInfo, DaemonPhase, ListenError, ListenReach, PassEnding, PassResult,
    ResourceDetails, ResourceSnapshot, ResourceState, StatusListener, StatusServer, StatusSnapshot,
    StatusStore,
};
pub use systemd::Systemd;
pub use trigger::Trigger;
