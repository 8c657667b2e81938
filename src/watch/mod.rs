//! For ever: when a pass runs, what it leaves out, and what is told of it.
//!
//! Level-triggered: what wakes a pass is no hint of what it does, and a pass is what `apply` does,
//! by the same session. Which files were heard to move only saves looking at the others right
//! after; the pass after each interval looks at all. Passes never overlap.

mod cause;
mod heard;
mod waker;
mod tree;
mod files;
mod cache;
mod policy;
mod suspension;
mod approval;
mod round;
mod report;
mod hook;
mod systemd;
mod git;
mod daemon;
mod board;
mod entry;
mod facts;
mod history;
mod snapshot;
mod health;
mod line;
mod listen;
mod metrics;
mod page;
mod answer;
mod pulse;
mod posted;

pub use approval::{Approval, Waiting};
pub use board::Board;
pub use cache::Cache;
pub use cause::Cause;
pub use daemon::{Daemon, Listener, Ready, Rules, Source, Trouble, Work};
pub use facts::{About, Hold, Phase};
pub use files::{Sentry, poll};
pub use git::{Follow, Followed, GitError};
pub use heard::Heard;
pub use history::{Ending, PassResult};
pub use hook::{Hook, Occasion, run_hook};
pub use listen::{ListenError, Reach, Server};
pub use policy::{Backoff, Policy};
pub use posted::Posted;
pub use pulse::Pulse;
pub use report::{LeftOut, Report, Verdict};
pub use round::Drift;
pub use snapshot::{Details, Resource, Snapshot, State};
pub use suspension::{Suspension, SuspensionError, Suspensions};
pub use systemd::Systemd;
pub use tree::Tree;
pub use waker::Waker;
