//! The list of actions on workflows and trigger workflows; each has the kind of the tasks that
//! these workflows contain.

use super::super::action::ApiAction;
use crate::model::Kind;

/// The actions on workflows of both kinds.
pub const ACTIONS: &[ApiAction] = &[
    ApiAction::makes("CreateWorkflow", Kind::Task, |call, body| call.create_workflow(body)),
    ApiAction::reads("GetWorkflow", Kind::Task, |call, body| call.get_workflow(body)),
    ApiAction::changes("UpdateWorkflow", Kind::Task, |call, body| call.update_workflow(body)),
    ApiAction::changes("DeleteWorkflow", Kind::Task, |call, body| call.delete_workflow(body)),
    ApiAction::reads("ListWorkflows", Kind::Task, |call, body| call.list_workflows(body)),
    ApiAction::makes("CreateTriggerWorkflow", Kind::TriggerTask, |call, body| {
        call.create_workflow(body)
    }),
    ApiAction::reads("GetTriggerWorkflow", Kind::TriggerTask, |call, body| call.get_workflow(body)),
    ApiAction::changes("UpdateTriggerWorkflow", Kind::TriggerTask, |call, body| {
        call.update_workflow(body)
    }),
    ApiAction::changes("UpdateTriggerWorkflowPartially", Kind::TriggerTask, |call, body| {
        call.update_workflow_partially(body)
    }),
    ApiAction::changes("DeleteTriggerWorkflow", Kind::TriggerTask, |call, body| {
        call.delete_workflow(body)
    }),
    ApiAction::reads("ListTriggerWorkflows", Kind::TriggerTask, |call, body| {
        call.list_workflows(body)
    }),
];
