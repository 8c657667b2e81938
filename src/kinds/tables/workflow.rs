//! Workflow: CreateWorkflow and its relatives.

use super::super::capability::{FolderField, Home, ScheduleRule, StepMeans};
use super::super::field::{Field, FieldFormat, flag, integer, section, text};
use super::super::table::{Actions, Table};
use super::shared_workflow::{
    BUNDLE_ID, BUNDLE_INFO, CREATE_USER, DESCRIPTION, IMPORT, LISTING, NAME, NO_UPDATE, OWNER,
    PARAMETERS, PARENT_FOLDER, PATH,
};
use crate::model::{Kind, Schedule, ScheduleMode};

/// The table of a periodic workflow.
///
/// Source: the models of CreateWorkflow, UpdateWorkflow and GetWorkflow, 2025-08-06.
pub const WORKFLOW: Table = Table {
    kind: Kind::Workflow,
    actions: Actions {
        create: "CreateWorkflow",
        get: "GetWorkflow",
        update: "UpdateWorkflow",
        update_partially: "",
        delete: "DeleteWorkflow",
        list: "ListWorkflows",
        submit: "",
        version: "",
        downstream: "",
        code: "",
    },
    steps: &[],
    step_means: StepMeans::Calls,
    id: "WorkflowId",
    name: &["WorkflowName"],
    home: Home::Folder(&["ParentFolderPath"]),
    holds: Some(Kind::Task),
    refers_to: &[],
    folder: FolderField::OfWorkflows(&["ParentFolderPath"]),
    mark: Some(&[]),
    mode: Some(ScheduleMode::Tasks),
    counterpart: Some(Kind::TriggerWorkflow),
    schedules: ScheduleRule {
        allowed: &[Schedule::Draft],
        because: "a periodic workflow has no schedule state",
        instead: "write it in the manifests of its tasks",
    },
    listing: LISTING,
    import: IMPORT,
    base: "",
    configuration: "",
    scheduler: "",
    fields: &[
        NAME,
        PARENT_FOLDER,
        text("WorkflowType")
            .about("Whether it runs by cycles or by hand.")
            .default_text("cycle")
            .values(&["cycle", "manual"])
            .unanswered()
            .immutable(NO_UPDATE),
        DESCRIPTION,
        OWNER,
        PARAMETERS,
        section("WorkflowSchedulerConfiguration", SCHEDULER)
            .about("The schedule that all its tasks share."),
        BUNDLE_ID,
        BUNDLE_INFO,
        PATH,
        CREATE_USER,
    ],
    task_types: &[],
};

/// The schedule that all tasks of a workflow share.
///
/// The required fields cannot be reset: a manifest that no longer names them leaves them as they
/// are. The two fields that change the tasks inside are sent only when a manifest names them; see
/// [`crate::kinds::update_call`].
const SCHEDULER: &[Field] = &[
    text("ScheduleTimeZone").about("The time zone of all its times, as in UTC+8.").required().default_of_service(),
    text("CycleType").about("How often its tasks run; CRONTAB_CYCLE runs by CrontabExpression.").filled().default_of_service().values(super::super::dependency::CYCLES),
    text("SelfDepend").about("Whether instances wait for the one before: parallel for no, serial in any order, orderly one by one.").required().default_of_service().values(&["parallel", "serial", "orderly"]),
    text("StartTime").about("The first moment of the schedule.").required().default_of_service().format(FieldFormat::DateTime),
    text("EndTime").about("The last moment of the schedule.").required().default_of_service().format(FieldFormat::DateTime),
    text("CrontabExpression").about("When its tasks run.").filled().default_of_service().format(FieldFormat::Cron),
    text("DependencyWorkflow").about("Whether instances of the whole workflow depend on each other.").values(&["yes", "no"]),
    text("ModifyCycleValue").about("What an update does to the dependencies of the tasks inside; sent only when it is named.").default_text("0").values(&["0", "1"]).not_in_get().unanswered(),
    flag("ClearLink").about("Whether an update cuts the links across workflows; sent only when it is named.").not_in_get().unanswered(),
    text("MainCyclicConfig").about("The kind of dependency on the instances before.").values(super::super::dependency::MAIN).not_in_get().unanswered(),
    text("SubordinateCyclicConfig").about("Which instances before are waited for.")
        .values(super::super::dependency::SUBORDINATE)
        .not_in_get()
        .unanswered(),
    text("ExecutionStartTime").about("The time of day from which its tasks may run.").format(FieldFormat::TimeOfDay),
    text("ExecutionEndTime").about("The time of day until which its tasks may run.").format(FieldFormat::TimeOfDay),
    text("CalendarOpen").about("Whether its tasks run by a calendar: 1 for yes.").default_text("0").values(&["0", "1"]),
    text("CalendarId").about("The id of the calendar."),
    integer("MinuteOffset").about("Minutes by which runs are moved.").unanswered(),
    text("CalendarName").answered_only(),
];
