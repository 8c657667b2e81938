//! The folders that are known to be there.

use std::collections::BTreeSet;

use tokio::sync::Mutex;

use crate::kinds::FolderTree;

/// The folders that a run knows to be there. One operation at a time looks and makes, so that no
/// folder is made twice.
#[derive(Debug, Default)]
pub struct KnownFolders(pub(super) Mutex<BTreeSet<(FolderTree, String)>>);
