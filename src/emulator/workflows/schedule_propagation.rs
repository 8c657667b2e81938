//! What the unified schedule of a workflow does to tasks.

use serde_json::{Map, Value as Json, json};

use super::super::behaviour::UnifiedSchedules;
use super::super::call_context::CallContext;
use super::super::records::{MapView, RecordChange, StoredTask, StoredWorkflow, key_of, time_text};
use crate::kinds::{dependency_pair, table};
use crate::model::Kind;

/// The fields that a unified schedule and the schedule of a task share.
const COMMON: [&str; 8] = [
    "ScheduleTimeZone",
    "CycleType",
    "SelfDepend",
    "StartTime",
    "EndTime",
    "CrontabExpression",
    "ExecutionStartTime",
    "ExecutionEndTime",
];
const UPSTREAMS: &str = "UpstreamDependencyConfigList";

impl CallContext<'_> {
    /// Returns the changes to tasks that follow from the schedule in an update of a workflow.
    pub fn unify(
        &self,
        workflow: &StoredWorkflow,
        schedule: &Map<String, Json>,
    ) -> Vec<RecordChange> {
        let of_project = self
            .store
            .tasks(MapView::Present)
            .filter(|task| task.kind == Kind::Task && task.project == workflow.project);
        of_project.filter_map(|task| self.unified(task, workflow, schedule)).collect()
    }

    fn unified(
        &self,
        task: &StoredTask,
        workflow: &StoredWorkflow,
        schedule: &Map<String, Json>,
    ) -> Option<RecordChange> {
        let mut changed = task.clone();
        let is_inside = self.lies_in(task, workflow);
        if is_inside && self.behaviour.unified_schedules == UnifiedSchedules::TasksToo {
            let own = changed.section_mut(table(task.kind).scheduler);
            for name in COMMON {
                if let Some(value) = schedule.get(name) {
                    own.insert(name.to_owned(), value.clone());
                }
            }
        }
        if is_inside && schedule.get("ModifyCycleValue") == Some(&json!("1")) {
            self.reset_dependencies(&mut changed, schedule);
        }
        let is_cron = schedule.get("CycleType") == Some(&json!("CRONTAB_CYCLE"));
        if is_cron && schedule.get("ClearLink") == Some(&json!(true)) {
            self.break_links(&mut changed, workflow);
        }
        if changed == *task {
            return None;
        }
        let (uin, name) = self.caller();
        changed.version += 1;
        changed.updated = time_text::seconds(self.now);
        changed.updater = uin;
        changed.updater_name = name;
        Some(RecordChange::Put(Box::new(changed)))
    }

    fn lies_in(&self, task: &StoredTask, workflow: &StoredWorkflow) -> bool {
        task.text(table(task.kind).base, "WorkflowId") == workflow.id
    }

    /// Gives every dependency the setting of the request, or the first one that fits both cycles.
    fn reset_dependencies(&self, task: &mut StoredTask, schedule: &Map<String, Json>) {
        let scheduler = table(task.kind).scheduler;
        let cycle = task.text(scheduler, "CycleType").to_owned();
        let given = |name: &str| {
            schedule.get(name).filter(|value| value.as_str().is_some_and(|text| !text.is_empty()))
        };
        let Some(items) = task.section_mut(scheduler).get_mut(UPSTREAMS) else { return };
        for item in items.as_array_mut().into_iter().flatten() {
            let upstream = key_of(item, "TaskId").unwrap_or_default();
            let upstream = self.store.records().tasks.get(upstream, MapView::Present);
            let upstream = upstream.map_or("DAY_CYCLE", |task| task.text(scheduler, "CycleType"));
            let fitting = dependency_pair(&cycle, upstream).and_then(|pair| pair.settings.first());
            let Some(item) = item.as_object_mut() else { continue };
            let fitting = fitting.map(|(main, subordinate)| (json!(main), json!(subordinate)));
            let (main, subordinate) = fitting.unwrap_or_default();
            let main = given("MainCyclicConfig").cloned().unwrap_or(main);
            let subordinate = given("SubordinateCyclicConfig").cloned().unwrap_or(subordinate);
            if !main.is_null() {
                item.insert("MainCyclicConfig".to_owned(), main);
                item.insert("SubordinateCyclicConfig".to_owned(), subordinate);
                item.remove("Offset");
            }
        }
    }

    /// Removes the dependencies between this workflow and others.
    fn break_links(&self, task: &mut StoredTask, workflow: &StoredWorkflow) {
        let is_inside = self.lies_in(task, workflow);
        let scheduler = table(task.kind).scheduler;
        let Some(items) = task.section_mut(scheduler).get_mut(UPSTREAMS) else { return };
        let Some(items) = items.as_array_mut() else { return };
        items.retain(|item| {
            let upstream = key_of(item, "TaskId").unwrap_or_default();
            let upstream = self.store.records().tasks.get(upstream, MapView::Present);
            upstream.is_some_and(|task| self.lies_in(task, workflow)) == is_inside
        });
    }
}
