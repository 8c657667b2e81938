//! For ever: when a pass runs, what it leaves out, and what is told of it.
//!
//! Level-triggered: what wakes a pass is no hint of what it does, and a pass is what `apply` does,
//! by the same session. Which files were heard to move only saves looking at the others right
//! after; the pass after each interval looks at all. Passes never overlap.

mod cause;
mod trigger;
mod policy;
mod suspension;
mod approval;
mod pass;
mod pass_outcome;
mod hook;
mod systemd;
mod daemon;
mod heartbeat;
mod files;
mod status;

pub use approval::{Approval, Waiting};
pub use cause::Cause;
pub use daemon::{Daemon, Listener, Ready, Rules, Source, Trouble, Work};
pub use files::{Cache, Heard, Sentry, Tree, poll};
pub use heartbeat::Pulse;
pub use hook::{Hook, Occasion, run_hook};
pub use pass::Drift;
pub use pass_outcome::{LeftOut, Report, Verdict};
pub use policy::{Backoff, Policy};
pub use status::{
    About, Board, Details, Ending, Hold, ListenError, PassResult, Phase, Posted, Reach, Resource,
    Server, Snapshot, State,
};
pub use suspension::{Suspension, SuspensionError, Suspensions};
pub use systemd::Systemd;
pub use trigger::Waker;
