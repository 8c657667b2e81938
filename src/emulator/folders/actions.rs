//! The list of actions on the folders of workflows and on those of tasks.

use super::super::action::ApiAction;
use super::folder_step::{FolderPlace, FolderStep};
use crate::model::Kind;

/// The actions on folders; folders of tasks are shared by both kinds.
pub const ACTIONS: &[ApiAction] = &[
    ApiAction::makes("CreateTaskFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Workflow, FolderStep::Create, body)
    }),
    ApiAction::reads("GetTaskFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Workflow, FolderStep::Get, body)
    }),
    ApiAction::changes("UpdateTaskFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Workflow, FolderStep::Rename, body)
    }),
    ApiAction::changes("DeleteTaskFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Workflow, FolderStep::Delete, body)
    }),
    ApiAction::reads("ListTaskFolders", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Workflow, FolderStep::List, body)
    }),
    ApiAction::makes("CreateWorkflowFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Project, FolderStep::Create, body)
    }),
    ApiAction::reads("GetWorkflowFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Project, FolderStep::Get, body)
    }),
    ApiAction::changes("UpdateWorkflowFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Project, FolderStep::Rename, body)
    }),
    ApiAction::changes("DeleteWorkflowFolder", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Project, FolderStep::Delete, body)
    }),
    ApiAction::reads("ListWorkflowFolders", Kind::Task, |call, body| {
        call.folder_step(FolderPlace::Project, FolderStep::List, body)
    }),
];
