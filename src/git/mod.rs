//! Git, by the installed program: which commit a folder is at, and a branch that is followed.
//!
//! Hooks and settings of a repository are never run. What stands in a commit is not judged here.

mod commit;
mod follow;

pub use commit::{Revision, revision};
pub use follow::{FetchedCommit, FollowedBranch, GitError};
