//! The rules of the source tree: imports, contents of folders, unique names, length of files.
//!
//! Only the text of the repository is checked; the program does not run.

mod circles;
mod folders;
mod house;
mod imports;
mod items;
mod kinds;
mod layers;
mod names;
mod public;
mod state_paths;
mod tokens;
mod tree;
