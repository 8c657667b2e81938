//! TriggerWorkflow: CreateTriggerWorkflow and its relatives.

use super::field::{Field, Format, integer, list, ordered_list, section, text};
use super::shared_workflow::{
    BUNDLE_ID, BUNDLE_INFO, CREATE_USER, DESCRIPTION, NAME, OWNER, PARAMETERS, PARENT_FOLDER, PATH,
};
use super::table::{Actions, Table};
use crate::model::Kind;

/// The table of a workflow that triggers start.
///
/// Source: the models of CreateTriggerWorkflow, UpdateTriggerWorkflow and GetTriggerWorkflow,
/// 2025-08-06. The international site has no ExecuteUserUin, SchedulerStatus, TriggerMode and
/// TriggerWorkflowRunConfiguration, so their absence in an answer says nothing.
pub const TRIGGER_WORKFLOW: Table = Table {
    kind: Kind::TriggerWorkflow,
    actions: Actions {
        create: "CreateTriggerWorkflow",
        get: "GetTriggerWorkflow",
        update: "UpdateTriggerWorkflow",
        update_partially: "UpdateTriggerWorkflowPartially",
        delete: "DeleteTriggerWorkflow",
        list: "ListTriggerWorkflows",
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
        DESCRIPTION,
        OWNER,
        PARAMETERS,
        ordered_list("TriggerWorkflowSchedulerConfigurations", TRIGGER),
        list("GeneralTaskParams", "Type", &[text("Type"), text("Value")]),
        section("TriggerWorkflowRunConfiguration", RUN).unanswered(),
        text("SchedulerStatus").default_of_service().unanswered().values(STATUS),
        text("TriggerMode").default_of_service().unanswered().values(MODES),
        text("ExecuteUserUin").default_of_service().unanswered(),
        BUNDLE_ID,
        BUNDLE_INFO,
        PATH,
        CREATE_USER,
    ],
    task_types: &[],
};

const STATUS: &[&str] = &["ACTIVE", "PAUSED"];
const MODES: &[&str] = &["TIME_TRIGGER", "FILE_ARRIVAL"];

/// What starts a run. TriggerId is the service's own, so triggers are told apart by their order.
const TRIGGER: &[Field] = &[
    text("TriggerMode").default_of_service().values(MODES),
    text("SchedulerStatus").default_of_service().values(STATUS),
    text("ScheduleTimeZone"),
    text("StartTime").format(Format::DateTime),
    text("EndTime").format(Format::DateTime),
    text("ConfigMode").values(&["COMMON", "CRON_EXPRESSION"]),
    text("CycleType").values(super::dependency::CYCLES),
    text("CrontabExpression").format(Format::Cron),
    text("FileArrivalPath"),
    text("FileNamePattern"),
    integer("Recursive").default_integer(1).values(&["0", "1"]),
    integer("TriggerMinimumInterval"),
    integer("TriggerWaitTime"),
    text("TriggerId").derived(),
    text("ExtraInfo").answered_only(),
    integer("TriggerMinimumIntervalSecond").answered_only(),
    integer("TriggerWaitTimeSecond").answered_only(),
];

/// How many runs there may be at once.
const RUN: &[Field] = &[integer("MaxConcurrentNum"), integer("QueuingMode").values(&["0", "1"])];
