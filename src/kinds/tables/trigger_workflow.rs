//! TriggerWorkflow: CreateTriggerWorkflow and its relatives.

use super::super::capability::{FolderField, Home, ScheduleRule, StepMeans};
use super::super::field::{Field, FieldFormat, integer, list, ordered_list, section, text};
use super::super::table::{Actions, Table};
use super::shared_workflow::{
    BUNDLE_ID, BUNDLE_INFO, CREATE_USER, DESCRIPTION, IMPORT, LISTING, NAME, OWNER, PARAMETERS,
    PARENT_FOLDER, PATH,
};
use crate::model::{Kind, Schedule, ScheduleMode, Step};

/// The table of a workflow that triggers start.
///
/// Source: the models of CreateTriggerWorkflow, UpdateTriggerWorkflow and GetTriggerWorkflow,
/// 2025-08-06. The international site has no ExecuteUserUin, SchedulerStatus, TriggerMode and
/// TriggerWorkflowRunConfiguration, so their absence in an answer proves nothing.
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
    // A field of its own says whether it fires.
    steps: &[Step::Start, Step::Stop],
    step_means: StepMeans::StatusField,
    id: "WorkflowId",
    name: &["WorkflowName"],
    home: Home::Folder(&["ParentFolderPath"]),
    holds: Some(Kind::TriggerTask),
    refers_to: &[],
    folder: FolderField::OfWorkflows(&["ParentFolderPath"]),
    mark: Some(&[]),
    mode: Some(ScheduleMode::Workflows),
    counterpart: Some(Kind::Workflow),
    schedules: ScheduleRule {
        allowed: &[Schedule::Draft, Schedule::Running, Schedule::Paused],
        because: "a trigger workflow is not submitted",
        instead: "write `running` or `paused`; its tasks are submitted",
    },
    listing: LISTING,
    import: IMPORT,
    base: "",
    configuration: "",
    scheduler: "",
    fields: &[
        NAME,
        PARENT_FOLDER,
        DESCRIPTION,
        OWNER,
        PARAMETERS,
        ordered_list("TriggerWorkflowSchedulerConfigurations", TRIGGER)
            .about("What starts a run; told apart by their order."),
        list(
            "GeneralTaskParams",
            "Type",
            &[
                text("Type").about("The name of the parameter."),
                text("Value").about("The value of the parameter."),
            ],
        )
        .about("Parameters for the tasks of one type inside."),
        section("TriggerWorkflowRunConfiguration", RUN)
            .about("How many runs there may be at once.")
            .unanswered(),
        text("SchedulerStatus")
            .about("Whether it is started: `lifecycle.schedule` says so, too.")
            .default_of_service()
            .unanswered()
            .values(STATUS),
        text("TriggerMode")
            .about("What starts it: the time, or a file that arrives.")
            .default_of_service()
            .unanswered()
            .values(MODES),
        text("ExecuteUserUin").about("On whose account it runs.").default_of_service().unanswered(),
        BUNDLE_ID,
        BUNDLE_INFO,
        PATH,
        CREATE_USER,
    ],
    task_types: &[],
};

const STATUS: &[&str] = &["ACTIVE", "PAUSED"];
const MODES: &[&str] = &["TIME_TRIGGER", "FILE_ARRIVAL"];

/// What starts a run. The service sets TriggerId, so triggers are identified by their position.
const TRIGGER: &[Field] = &[
    text("TriggerMode")
        .about("What starts it: the time, or a file that arrives.")
        .default_of_service()
        .values(MODES),
    text("SchedulerStatus")
        .about("Whether it is started: `lifecycle.schedule` says so, too.")
        .default_of_service()
        .values(STATUS),
    text("ScheduleTimeZone").about("The time zone of all its times, as in UTC+8."),
    text("StartTime").about("The first moment of its schedule.").format(FieldFormat::DateTime),
    text("EndTime").about("The last moment of its schedule.").format(FieldFormat::DateTime),
    text("ConfigMode")
        .about("Whether its times follow from CycleType or from CrontabExpression.")
        .values(&["COMMON", "CRON_EXPRESSION"]),
    text("CycleType").about("How often it runs.").values(super::super::dependency::CYCLES),
    text("CrontabExpression").about("When it runs.").format(FieldFormat::Cron),
    text("FileArrivalPath").about("The folder in which a file is waited for."),
    text("FileNamePattern").about("What the name of the file looks like."),
    integer("Recursive")
        .about("Whether folders below are looked into, too: 1 for yes.")
        .default_integer(1)
        .values(&["0", "1"]),
    integer("TriggerMinimumInterval").about("The least time between two runs."),
    integer("TriggerWaitTime").about("How long to wait after a file arrives."),
    text("TriggerId").derived(),
    text("ExtraInfo").answered_only(),
    integer("TriggerMinimumIntervalSecond").answered_only(),
    integer("TriggerWaitTimeSecond").answered_only(),
];

/// How many runs there may be at once.
const RUN: &[Field] = &[
    integer("MaxConcurrentNum").about("How many runs there may be at once."),
    integer("QueuingMode").about("Whether further runs wait: 1 for yes.").values(&["0", "1"]),
];
