//! Writes manifests as text: the inverse of loading, with the short forms that people write.
//!
//! No file is written here.

mod name;
mod place;
mod yaml;
mod manifest;
mod request;

pub use manifest::{CodePlace, WrittenManifest, write, write_in};
pub use name::name_from;
pub use request::{RequestError, from_request};
