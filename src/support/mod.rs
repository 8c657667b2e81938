//! What every module may need and that does not depend on the project: time, work on all
//! processors, fingerprints of files, an error with its causes, connections that a guard may end.
//!
//! Nothing here depends on tasks, manifests or the service.

mod clock;
mod parallel;
mod file_fingerprint;
mod error_chain;
mod guarded_stream;

pub use clock::{BoxFuture, Clock, StopCause, StopSignal, SystemClock, duration};
pub use error_chain::error_chain;
pub use file_fingerprint::{FileFingerprint, is_settled};
pub use guarded_stream::{GuardedStream, StreamGuard};
pub use parallel::parallel_map;
