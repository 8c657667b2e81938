//! The list of actions on tasks and trigger tasks.

use super::super::action::ApiAction;
use super::dependents::ListDirection;
use crate::model::Kind;

/// The actions on tasks of both kinds.
pub const ACTIONS: &[ApiAction] = &[
    ApiAction::makes("CreateTask", Kind::Task, |call, body| call.create(body)),
    ApiAction::reads("GetTask", Kind::Task, |call, body| call.get(body)),
    ApiAction::changes("UpdateTask", Kind::Task, |call, body| call.update(body)),
    ApiAction::changes("UpdateTaskPartially", Kind::Task, |call, body| call.update_partially(body)),
    ApiAction::changes("DeleteTask", Kind::Task, |call, body| call.delete(body)),
    ApiAction::reads("ListTasks", Kind::Task, |call, body| call.list(body)),
    ApiAction::changes("SubmitTask", Kind::Task, |call, body| call.submit(body)),
    ApiAction::reads("GetTaskCode", Kind::Task, |call, body| call.code(body)),
    ApiAction::makes("CreateTriggerTask", Kind::TriggerTask, |call, body| call.create(body)),
    ApiAction::reads("GetTriggerTask", Kind::TriggerTask, |call, body| call.get(body)),
    ApiAction::changes("UpdateTriggerTask", Kind::TriggerTask, |call, body| call.update(body)),
    ApiAction::changes("UpdateTriggerTaskPartially", Kind::TriggerTask, |call, body| {
        call.update_partially(body)
    }),
    ApiAction::changes("DeleteTriggerTask", Kind::TriggerTask, |call, body| call.delete(body)),
    ApiAction::reads("ListTriggerTasks", Kind::TriggerTask, |call, body| call.list(body)),
    ApiAction::changes("SubmitTriggerTask", Kind::TriggerTask, |call, body| call.submit(body)),
    ApiAction::reads("GetTriggerTaskCode", Kind::TriggerTask, |call, body| call.code(body)),
    ApiAction::reads("GetTaskVersion", Kind::Task, |call, body| call.version(body)),
    ApiAction::reads("GetTriggerTaskVersion", Kind::TriggerTask, |call, body| call.version(body)),
    ApiAction::reads("ListTaskVersions", Kind::Task, |call, body| call.versions(body)),
    ApiAction::reads("ListTriggerTaskVersions", Kind::TriggerTask, |call, body| {
        call.versions(body)
    }),
    ApiAction::reads("ListUpstreamTasks", Kind::Task, |call, body| {
        call.neighbours(ListDirection::Up, body)
    }),
    ApiAction::reads("ListUpstreamTriggerTasks", Kind::TriggerTask, |call, body| {
        call.neighbours(ListDirection::Up, body)
    }),
    ApiAction::reads("ListDownstreamTasks", Kind::Task, |call, body| {
        call.neighbours(ListDirection::Down, body)
    }),
    ApiAction::reads("ListDownstreamTriggerTasks", Kind::TriggerTask, |call, body| {
        call.neighbours(ListDirection::Down, body)
    }),
];
