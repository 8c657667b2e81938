//! Who we are to the service: keys from the environment, from files, or issued for some time.
//!
//! Keys are kept in memory alone; no key is ever written, logged or shown.

mod key_pair;
mod profile_files;
mod chain;
mod workload;
mod pod_identity;
mod vm_role;
mod cache;

pub(crate) use cache::CredentialCache;
pub use chain::KeySource;
pub use key_pair::{Credentials, CredentialsError};
pub use workload::{KeyIssuer, KeyIssuers, Workload};
