//! The daemon: when a pass runs, what it leaves out, and what is reported of it.
//!
//! Level-triggered: what wakes a pass does not decide what it does, and a pass does what `apply`
//! does, with the same session. Knowing which files had events only saves reading the others right
//! afterwards; the pass after each interval reads all of them. Passes never overlap.

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
