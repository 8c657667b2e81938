//! Credentials: keys from the environment, from files, or issued for a limited time.
//!
//! Keys are kept in memory only; no key is ever written, logged or shown.

mod error;
mod pod_identity;
mod workload;
mod key_pair;
mod profile_files;
mod assume_role;
mod vm_role;
mod renewal;
mod chain;
mod cache;

pub(crate) use cache::CredentialCache;
pub use chain::KeySource;
pub use error::CredentialsError;
pub use key_pair::Credentials;
pub use workload::{KeyIssuer, KeyIssuers, Workload};
