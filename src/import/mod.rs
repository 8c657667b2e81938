//! Brings what exists at the service into manifests and the state: import, and rebuilding a lost
//! state.
//!
//! Nothing at the service is changed here, and existing files are overwritten only on request. What
//! a manifest has to contain is decided in `plan`, how it is spelled in `manifest`.

mod error;
mod selection;
mod read;
mod names;
mod context;
mod cycles;
mod existing;
mod draft;
mod files;
mod adopt;
mod rediscover;

pub use adopt::{ImportOutcome, adopt};
pub use context::ImportContext;
pub use draft::{ImportDraft, SortedResources, draft};
pub use error::ImportError;
pub use files::check;
pub use read::{FoundResource, read};
pub use rediscover::{Match, MatchedBy, Rediscovery, rediscover};
pub use selection::{ImportSelection, SkipReason, SkippedResource};
