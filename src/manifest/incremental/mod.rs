//! Loads manifests repeatedly: a file that has not changed is not read twice.
//!
//! A [`ParsedFile`](parsed_file) holds one file and everything that its validity depends on; the
//! cache holds every file of a project; assembling combines files into Desired. The result is the
//! same as that of reading everything again, and never older than the files.

mod changed_paths;
mod file_manifests;
mod parsed_file;
mod assemble;
mod cache;

pub use cache::ManifestCache;
