//! The loader on manifests that contradict each other.

use insta::assert_snapshot;

use crate::manifest_cases::report;

#[test]
fn references_must_lead_somewhere() {
    assert_snapshot!(report("references"), @r#"
a.yaml:4:57: error: there is no Workflow/sales
    declare it, or write the id of one that is managed elsewhere
a.yaml:10:52: error: there is no variable "worflow"
    did you mean `${var.workflow}`?
a.yaml:10:80: error: the variable "owner" has no value
    give it one: a default or a value in the target "local" in taskloom.yaml, TASKLOOM_VAR_OWNER in the environment, or --var owner=VALUE
a.yaml:11:34: warning: "${task.foo}" looks like ${task.NAME.id} but does not fit
    it is passed on as it is; to say that you mean it, write $${…}
a.yaml:11:46: warning: "${var.}" looks like ${var.NAME} but does not fit
    it is passed on as it is; to say that you mean it, write $${…}
a.yaml:11:54: warning: ${env.HOME} is filled in only in taskloom.yaml
    make a variable of it there, and use ${var.NAME} here
a.yaml:11:91: error: there is no TriggerTask/orders-extract
    did you mean `${task.orders-extract.id}`?
a.yaml:13:21: error: expected a whole number, found "${task.orders-extract.id}"
a.yaml:15:19: error: there is no Task/orders-extrct
    did you mean `${task.orders-extract.id}`?
a.yaml:16:19: error: a Task cannot depend on TriggerTask/t
a.yaml:16:19: error: a cycle of dependencies: Task/b (a.yaml:16) -> TriggerTask/t (a.yaml:26) -> Task/b
a.yaml:17:18: warning: "orders-extract" does not look like the id of a task
    ids have 17 digits; a task of this project is named by ${task.NAME.id}
a.yaml:18:16: error: the id of Task/b cannot stand in `extra`
a.yaml:18:31: error: ProjectId cannot be set through `extra`
a.yaml:26:46: error: a TriggerTask cannot depend on Task/b
"#);
}

#[test]
fn each_cycle_is_reported_once() {
    assert_snapshot!(report("cycle"), @r"
a.yaml:8:19: error: a cycle of dependencies: Task/a (a.yaml:8) -> Task/b (b.yaml:8) -> Task/c (c.yaml:8) -> Task/a
d.yaml:8:19: error: Task/d depends on itself
");
}

#[test]
fn nothing_is_declared_twice() {
    assert_snapshot!(report("duplicates"), @r#"
a.yaml:3:32: error: Task/b is still there: b.yaml:3
a.yaml:4:59: error: duplicate key "TaskTypeId" (first in line 4)
a.yaml:8:18: error: Task/a is already declared: a.yaml:3
b.yaml:3:18: warning: Task/a has the same TaskName and WorkflowId
b.yaml:3:32: error: Task/old was already renamed: a.yaml:3
b.yaml:11:20: warning: TaskExtConfigurationList names "x" twice with different values
b.yaml:12:1: error: duplicate key "spec" (first in line 4)
"#);
}

#[test]
fn a_dependency_must_fit_both_cycles() {
    assert_snapshot!(report("dependencies"), @r#"
a.yaml:18:89: error: MONTH with CURRENT_MONTH does not fit a DAY_CYCLE task that depends on a HOUR_CYCLE task
    it takes DAY with CURRENT_DAY, DAY with PREVIOUS_DAY, DAY with PREVIOUS_DAY_LATER_OFFSET_HOUR, LIST_HOUR with an Offset, RANGE_HOUR with an Offset
a.yaml:19:89: error: a DAY_CYCLE task cannot depend on a CRONTAB_CYCLE task
    CRONTAB_CYCLE goes only with CRONTAB_CYCLE
a.yaml:20:91: error: CRONTAB with CURRENT is not valid for any dependency of a DAY_CYCLE task
    it takes DAY with CURRENT_DAY, DAY with PREVIOUS_DAY, DAY with PREVIOUS_DAY_LATER_OFFSET_HOUR, DAY with PREVIOUS_DAY_LATER_OFFSET_MINUTE, DAY with RECENT_DATE, LIST_DAY with an Offset, LIST_HOUR with an Offset, LIST_MINUTE with an Offset, MONTH with CURRENT_MONTH, RANGE_DAY with an Offset, RANGE_HOUR with an Offset, RANGE_MINUTE with an Offset, WEEK with CURRENT_WEEK, YEAR with CURRENT_YEAR
a.yaml:21:57: error: RANGE_HOUR needs an Offset
    for instance Offset: "-1,0"
a.yaml:22:76: error: "-1, x" is not a list of whole numbers
    for instance "-1,0"
a.yaml:23:110: error: RANGE_HOUR with CURRENT_DAY is not valid for any dependency of a DAY_CYCLE task
    it takes DAY with CURRENT_DAY, DAY with PREVIOUS_DAY, DAY with PREVIOUS_DAY_LATER_OFFSET_HOUR, DAY with PREVIOUS_DAY_LATER_OFFSET_MINUTE, DAY with RECENT_DATE, LIST_DAY with an Offset, LIST_HOUR with an Offset, LIST_MINUTE with an Offset, MONTH with CURRENT_MONTH, RANGE_DAY with an Offset, RANGE_HOUR with an Offset, RANGE_MINUTE with an Offset, WEEK with CURRENT_WEEK, YEAR with CURRENT_YEAR
a.yaml:24:57: warning: DAY goes with a SubordinateCyclicConfig
a.yaml:25:108: warning: Offset goes with RANGE_… and LIST_…, not with DAY
a.yaml:31:46: warning: TaskDependencyExecutingStrategies matters only with PollingNullStrategy: EXECUTING
a.yaml:32:48: warning: TaskDependencyExecutingTimeoutValue matters only with the strategy PARENT_TIMEOUT
"#);
}
