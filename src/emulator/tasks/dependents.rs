//! ListUpstreamTasks and ListDownstreamTasks, and those of trigger tasks.

use serde_json::{Map, Value as Json, json};

use super::super::call_context::{CallContext, PROJECT, TASK, not_found};
use super::super::http::ApiError;
use super::super::paging::ListWindow;
use super::super::parameter::{Given, Parameter};
use super::super::records::StoredTask;
use crate::kinds::Shape;
use crate::model::Kind;

/// In which direction dependencies are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListDirection {
    /// To the tasks on which one depends.
    Up,
    /// To the tasks that depend on one.
    Down,
}

impl CallContext<'_> {
    /// Returns one page of the tasks that a task depends on or that depend on it.
    pub fn neighbours(
        &mut self,
        direction: ListDirection,
        body: &Map<String, Json>,
    ) -> Result<Json, ApiError> {
        let known = [
            PROJECT,
            TASK,
            Parameter::optional("PageNumber", Shape::Integer),
            Parameter::optional("PageSize", Shape::Integer),
        ];
        let given = Given::read(body, &known, &[])?;
        let page = ListWindow::new(given.integer("PageNumber"), given.integer("PageSize"), 1)?;
        let task = self.find(&given).ok_or_else(|| not_found(&given))?;
        let scheduler = self.table.scheduler;
        let found: Vec<&StoredTask> = self
            .store
            .tasks(self.view)
            .filter(|other| other.kind == task.kind && other.project == task.project)
            .filter(|other| {
                let (up, down) = match direction {
                    ListDirection::Up => (*other, task),
                    ListDirection::Down => (task, *other),
                };
                down.upstream_ids(scheduler).any(|id| id == up.id)
            })
            .collect();
        Ok(page.answer(&found, |other| self.neighbour(other)))
    }

    fn neighbour(&self, task: &StoredTask) -> Json {
        let table = self.table;
        let number: u32 = task.text(table.base, "TaskTypeId").parse().unwrap_or_default();
        let mut shown = json!({
            "OwnerUin": task.text(table.base, "OwnerUin"),
            "ProjectId": task.project,
            "Status": task.status,
            "TaskId": task.id,
            "TaskName": task.text(table.base, "TaskName"),
            "TaskTypeDesc": table.task_type_name(number),
            "TaskTypeId": number,
            "WorkflowId": task.text(table.base, "WorkflowId"),
            "WorkflowName": self.workflow_name(task),
        });
        let Some(map) = shown.as_object_mut().filter(|_| task.kind == Kind::Task) else {
            return shown;
        };
        let scheduler = |name: &str| task.text(table.scheduler, name);
        for (name, value) in [
            ("CrontabExpression", json!(scheduler("CrontabExpression"))),
            ("CycleType", json!(letter(scheduler("CycleType")))),
            ("DelayTime", Json::Null),
            ("EndTime", json!(scheduler("EndTime"))),
            ("InitStrategy", json!(scheduler("InitStrategy").replace("_PLUS_", "+"))),
            ("ScheduleDesc", Json::Null),
            ("StartTime", json!(scheduler("StartTime"))),
            ("TaskAction", json!("")),
        ] {
            map.insert(name.to_owned(), value);
        }
        shown
    }
}

/// Returns the letter of a cycle, which these actions use: the minute is I, since M is the month.
fn letter(cycle: &str) -> &'static str {
    match cycle {
        "ONEOFF_CYCLE" => "O",
        "YEAR_CYCLE" => "Y",
        "MONTH_CYCLE" => "M",
        "WEEK_CYCLE" => "W",
        "HOUR_CYCLE" => "H",
        "MINUTE_CYCLE" => "I",
        "CRONTAB_CYCLE" => "C",
        _ => "D",
    }
}
