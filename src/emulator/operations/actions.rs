//! The list of actions on tasks in production.

use super::super::action::ApiAction;
use super::super::records::JobVerb;
use crate::model::Kind;

/// The actions on tasks in production. Trigger tasks cannot be started one by one.
pub const ACTIONS: &[ApiAction] = &[
    ApiAction::changes("StartOpsTasks", Kind::Task, |call, body| call.start(body)),
    ApiAction::makes("PauseOpsTasksAsync", Kind::Task, |call, body| {
        call.begin_job(JobVerb::Pause, body)
    }),
    ApiAction::makes("StopOpsTasksAsync", Kind::Task, |call, body| {
        call.begin_job(JobVerb::Stop, body)
    }),
    ApiAction::reads("GetOpsAsyncJob", Kind::Task, |call, body| call.job(body)),
    ApiAction::reads("GetOpsTask", Kind::Task, |call, body| call.ops_task(body)),
    ApiAction::reads("ListOpsTasks", Kind::Task, |call, body| call.ops_tasks(body)),
];
