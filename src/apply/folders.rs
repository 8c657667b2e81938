//! Creates the missing folders of a resource, level by level. Folders are never deleted.

use std::collections::BTreeSet;

use super::error::OperationError;
use super::run_context::RunContext;
use crate::kinds::{
    FolderField, FolderTree, create_folder_call, decode_folders, folder_type, home_of,
    is_folder_made, list_folders_call, table, task_type,
};
use crate::model::{Operation, Reply, Value};
use crate::observe::ObserveError;

/// Items of a full page.
const PAGE: u64 = 200;

impl RunContext {
    /// Creates the folder of an operation's resource, with its parent folders.
    pub(super) async fn make_folders(&self, operation: &Operation) -> Result<(), OperationError> {
        let Some((forest, path)) = place(operation)? else { return Ok(()) };
        let mut known = self.folders.0.lock().await;
        let mut parent = "/".to_owned();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let path = join(&parent, name);
            if !known.contains(&(forest.clone(), path.clone())) {
                let there = self.folders_in(&forest, &parent).await?;
                known.extend(there.into_iter().map(|path| (forest.clone(), path)));
            }
            if !known.contains(&(forest.clone(), path.clone())) {
                self.make_folder(&forest, &parent, name, &path).await?;
                known.insert((forest.clone(), path.clone()));
            }
            parent = path;
        }
        Ok(())
    }

    /// Creates a folder. After a lost answer, one without an id, or one that says that the name is
    /// taken, a list shows whether the folder exists.
    async fn make_folder(
        &self,
        forest: &FolderTree,
        parent: &str,
        name: &str,
        path: &str,
    ) -> Result<(), OperationError> {
        let call = create_folder_call(forest, &self.project_id, parent, name);
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.send(&call).await {
                Ok(reply) if is_folder_made(&reply.data) => return Ok(()),
                Ok(Reply { request_id, .. }) => {
                    OperationError::NoId { action: call.action, request_id }
                }
                Err(error) => error.into(),
            };
            if self.folders_in(forest, parent).await?.contains(path) {
                return Ok(());
            }
            let may_repeat = error.is_lost_call() || matches!(error, OperationError::NoId { .. });
            if !may_repeat || tries == 3 {
                return Err(error);
            }
        }
    }

    async fn folders_in(
        &self,
        forest: &FolderTree,
        parent: &str,
    ) -> Result<BTreeSet<String>, OperationError> {
        let mut found = BTreeSet::new();
        let mut number = 1;
        loop {
            let call = list_folders_call(forest, &self.project_id, parent, number);
            let reply = self.send(&call).await?;
            let (paths, total) = decode_folders(&reply.data).ok_or(ObserveError::Unreadable {
                action: call.action,
                request_id: reply.request_id,
            })?;
            let last = paths.is_empty() || number * PAGE >= total;
            found.extend(paths);
            if last {
                return Ok(found);
            }
            number += 1;
        }
    }
}

/// Returns the folder of a resource; None at the top level, where no folder has to be created.
fn place(operation: &Operation) -> Result<Option<(FolderTree, String)>, OperationError> {
    let kind = operation.address.kind;
    let text = |path: &[&str]| operation.spec.at(path).and_then(Value::as_text);
    let folder = table(kind).folder;
    let path = match folder {
        FolderField::None => None,
        FolderField::OfWorkflows(field) | FolderField::OfTasks(field) => text(field),
    };
    let Some(path) = path.filter(|path| !path.trim_matches('/').is_empty()) else {
        return Ok(None);
    };
    let forest = match folder {
        FolderField::None | FolderField::OfWorkflows(_) => FolderTree::Workflows,
        FolderField::OfTasks(_) => FolderTree::Tasks {
            workflow: home_of(kind, &operation.spec)
                .and_then(|home| home.workflow().map(str::to_owned))
                .unwrap_or_default(),
            folder_type: type_of(operation)?,
        },
    };
    Ok(Some((forest, path.to_owned())))
}

fn type_of(operation: &Operation) -> Result<String, OperationError> {
    if let Some(chosen) = &operation.folder_type {
        return Ok(chosen.clone());
    }
    let number = task_type(operation.address.kind, &operation.spec).unwrap_or_default();
    let known = number.parse().ok().and_then(folder_type);
    known
        .map(str::to_owned)
        .ok_or_else(|| OperationError::FolderType { task_type: number.to_owned() })
}

fn join(parent: &str, name: &str) -> String {
    format!("{}/{name}", parent.trim_end_matches('/'))
}
