//! The house: who may import whom, what a folder holds, what a name stands for, how long a file is.
//!
//! Only the text of the repository is looked at; nothing of the program runs.

mod circles;
mod folders;
mod house;
mod imports;
mod items;
mod kinds;
mod layers;
mod names;
mod public;
mod tokens;
mod tree;
