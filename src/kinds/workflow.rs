//! Workflow: CreateWorkflow and its relatives.

use super::field::{Field, Format, flag, integer, section, text};
use super::shared_workflow::{
    BUNDLE_ID, BUNDLE_INFO, CREATE_USER, DESCRIPTION, NAME, NO_UPDATE, OWNER, PARAMETERS,
    PARENT_FOLDER, PATH,
};
use super::table::{Actions, Table};
use crate::model::Kind;

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
    id: "WorkflowId",
    name: &["WorkflowName"],
    home: &["ParentFolderPath"],
    mark: &[],
    base: "",
    configuration: "",
    scheduler: "",
    fields: &[
        NAME,
        PARENT_FOLDER,
        text("WorkflowType")
            .default_text("cycle")
            .values(&["cycle", "manual"])
            .unanswered()
            .immutable(NO_UPDATE),
        DESCRIPTION,
        OWNER,
        PARAMETERS,
        section("WorkflowSchedulerConfiguration", SCHEDULER),
        BUNDLE_ID,
        BUNDLE_INFO,
        PATH,
        CREATE_USER,
    ],
    task_types: &[],
};

/// The schedule that all tasks of a workflow share.
///
/// The required fields cannot be taken back: a manifest that no longer names them leaves them as
/// they are. The two fields that change the tasks inside are sent only when a manifest names them; see
/// [`super::update_call`].
const SCHEDULER: &[Field] = &[
    text("ScheduleTimeZone").required().default_of_service(),
    text("CycleType").required().default_of_service().values(super::dependency::CYCLES),
    text("SelfDepend").required().default_of_service().values(&["parallel", "serial", "orderly"]),
    text("StartTime").required().default_of_service().format(Format::DateTime),
    text("EndTime").required().default_of_service().format(Format::DateTime),
    text("CrontabExpression").required().default_of_service().format(Format::Cron),
    text("DependencyWorkflow").values(&["yes", "no"]),
    text("ModifyCycleValue").default_text("0").values(&["0", "1"]).not_in_get().unanswered(),
    flag("ClearLink").not_in_get().unanswered(),
    text("MainCyclicConfig").values(super::dependency::MAIN).not_in_get().unanswered(),
    text("SubordinateCyclicConfig")
        .values(super::dependency::SUBORDINATE)
        .not_in_get()
        .unanswered(),
    text("ExecutionStartTime").format(Format::TimeOfDay),
    text("ExecutionEndTime").format(Format::TimeOfDay),
    text("CalendarOpen").default_text("0").values(&["0", "1"]),
    text("CalendarId"),
    integer("MinuteOffset").unanswered(),
    text("CalendarName").answered_only(),
];
