//! The folders that are known to exist.

use std::collections::BTreeSet;

use tokio::sync::Mutex;

use crate::kinds::FolderTree;

/// The folders that a run knows to exist. One operation at a time looks them up and creates them,
/// so that no folder is created twice.
#[derive(Debug, Default)]
pub struct KnownFolders(pub(super) Mutex<BTreeSet<(FolderTree, String)>>);
