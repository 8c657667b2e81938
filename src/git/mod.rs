//! Git, by the installed program: which commit a folder is at, and a branch that is followed.
//!
//! Hooks and settings of a repository are never run. The content of a commit is not checked here.

mod commit;
mod follow;

pub use commit::{Revision, revision};
pub use follow::{FetchedCommit, FollowedBranch, GitError};
