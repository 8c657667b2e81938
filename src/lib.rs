//! taskloom: a declarative GitOps reconciler for Tencent Cloud WeData tasks.
//!
//! ```text
//! manifests/ --manifest--> Desired  --+
//! the state  --state-----> Recorded --+-- plan --> Plan --> guard --> schedule --> [Operation]
//! the service --observe--> Observed --+                                               |
//! the state <-- replay <-- Journal <-- {Intent, outcome} <-- apply <-- Reply <-- cloud <-- Call
//! ```
//!
//! The modules below stand in layer order: each imports from those above it and never
//! from those below.

pub mod model;
pub mod kinds;
pub mod plan;
pub mod support;
pub mod git;
pub mod yaml;
pub mod project;
pub mod manifest;
pub mod state;
pub mod cloud;
pub mod emulator;
pub mod observe;
pub mod apply;
pub mod reconcile;
pub mod setup;
pub mod watch;
pub mod import;
pub mod cli;
