//! For ever: when a pass runs, what it leaves out, and what is told of it.
//!
//! Level-triggered: what wakes a pass is no hint of what it does, and a pass is what `apply` does,
//! by the same session. Which files had events only saves looking at the others right
//! after; the pass after each interval looks at all. Passes never overlap.

mod cause;
mod trigger;
mod policy;
mod pass_outcome;
mod prepared_pass;
mod pass;
mod hook;
mod systemd;
mod daemon;
mod heartbeat;
mod files;
mod status;
mod daemon_lock;
mod follow;
mod connection_slot;
mod project_source;

pub use cause::WakeCause;
pub use daemon::{Daemon, LocalBoxFuture, PassSource, WatchConfig, WatchListener};
pub use daemon_lock::{DaemonLock, Standby};
pub use files::{ChangedPaths, FileWatcher, WatchedManifests};
pub use follow::{BranchFollower, FollowError, FollowHandle};
pub use heartbeat::Heartbeat;
pub use hook::{Hook, Occasion, run_hook};
pub use pass::DriftPolicy;
pub use pass_outcome::{LeftOut, PassOutcome, PassReport};
pub use policy::Policy;
pub use prepared_pass::{PrepareError, PreparedPass};
pub use project_source::{ProjectSource, WatchInputs};
pub use status::{
    ActiveSuspension, DaemonInfo, DaemonPhase, ListenError, ListenReach, PassEnding, PassResult,
    ResourceDetails, ResourceSnapshot, ResourceState, StatusListener, StatusServer, StatusSnapshot,
    StatusStore,
};
pub use systemd::Systemd;
pub use trigger::Trigger;
