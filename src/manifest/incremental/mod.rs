//! Manifests read again and again: a file that has not moved is not read twice.
//!
//! A [`ParsedFile`](parsed_file) holds one file and all that it needs to stay valid; the cache
//! holds every file of a project; assembling goes from files to Desired. What comes out is what
//! reading everything anew would give, and never older than the files.

mod changed_paths;
mod file_manifests;
mod parsed_file;
mod assemble;
mod cache;

pub use cache::ManifestCache;
