//! TriggerTask: CreateTriggerTask and its relatives.

use super::super::capability::{FolderField, Home, ImportFlag, Listing, ScheduleRule, StepMeans};
use super::super::field::{Field, integer, list, section, text};
use super::super::table::{Actions, Table};
use super::shared::{
    CONFIGURATION, CREATE_TIME, CREATE_USER, DESCRIPTION, DOWNSTREAM_ALLOWED, FOLDER,
    LAST_OPS_TIME, LAST_OPS_USER, LAST_UPDATE_TIME, LAST_UPDATE_USER, OUTPUTS, OWNER,
    PARAMETERS_IN, PARAMETERS_OUT, REDO, SUBMIT, SUBMITTED_VERSION, TASK_ID, TASK_NAME, TASK_TYPE,
    TRIGGER_DEPENDENCY, TRIGGER_POLICY, UPDATE_USER, VERSION, WORKFLOW, WORKFLOW_NAME,
};
use crate::model::{Kind, Schedule, ScheduleMode, Step};

/// The table of a task of a trigger workflow.
pub const TRIGGER_TASK: Table = Table {
    kind: Kind::TriggerTask,
    actions: Actions {
        create: "CreateTriggerTask",
        get: "GetTriggerTask",
        update: "UpdateTriggerTask",
        update_partially: "UpdateTriggerTaskPartially",
        delete: "DeleteTriggerTask",
        list: "ListTriggerTasks",
        submit: "SubmitTriggerTask",
        version: "GetTriggerTaskVersion",
        downstream: "ListDownstreamTriggerTasks",
        code: "GetTriggerTaskCode",
    },
    // It runs when its workflow runs.
    steps: &[Step::Submit],
    step_means: StepMeans::Calls,
    id: "TaskId",
    name: &["TriggerTaskBaseAttribute", "TaskName"],
    home: Home::Workflow {
        kind: Kind::TriggerWorkflow,
        field: &["TriggerTaskBaseAttribute", "WorkflowId"],
    },
    holds: None,
    refers_to: &[Kind::TriggerWorkflow, Kind::TriggerTask],
    folder: FolderField::OfTasks(&["TriggerTaskBaseAttribute", "TaskFolderPath"]),
    mark: Some(&["TriggerTaskConfiguration"]),
    mode: Some(ScheduleMode::Workflows),
    counterpart: Some(Kind::Task),
    schedules: ScheduleRule {
        allowed: &[Schedule::Draft, Schedule::Submitted],
        because: "the tasks of a trigger workflow run when the workflow does",
        instead: "write `submitted` here, and the schedule in the manifest of the TriggerWorkflow",
    },
    listing: Listing {
        by_name: "TaskName",
        by_home: Some("WorkflowId"),
        by_bundle: Some("BundleId"),
        shows_home: true,
    },
    import: ImportFlag {
        flag: "--trigger-task",
        about: "A trigger task by its id; may be repeated",
        is_shared: false,
        absent: "check the id, and the project (--project-id or another target); a task of a periodic workflow is named with --task",
    },
    base: "TriggerTaskBaseAttribute",
    configuration: "TriggerTaskConfiguration",
    scheduler: "TriggerTaskSchedulerConfiguration",
    fields: &[
        section("TriggerTaskBaseAttribute", BASE).about("Name, type and workflow."),
        section("TriggerTaskConfiguration", CONFIGURATION).about("The code, and where it runs."),
        section("TriggerTaskSchedulerConfiguration", SCHEDULER)
            .about("When it runs, and after what."),
    ],
    task_types: &[
        (26, "OfflineSynchronization"),
        (30, "Python"),
        (32, "DLC SQL"),
        (35, "Shell"),
        (38, "Shell Form Mode"),
        (46, "DLC Spark"),
        (50, "DLC PySpark"),
        (130, "Branch Node"),
        (131, "Merged Node"),
        (132, "Notebook"),
        (133, "SSH"),
        (137, "For-each"),
        (139, "DLC Spark Streaming"),
        (140, "Run Workflow"),
    ],
};

const BASE: &[Field] = &[
    TASK_NAME,
    TASK_TYPE,
    WORKFLOW,
    OWNER,
    DESCRIPTION,
    FOLDER.not_in_partial(),
    TASK_ID,
    VERSION,
    SUBMITTED_VERSION,
    WORKFLOW_NAME,
    text("Status").answered_only().values(&["N", "Y"]),
    SUBMIT,
    CREATE_TIME,
    LAST_UPDATE_TIME,
    LAST_UPDATE_USER,
    LAST_OPS_TIME,
    LAST_OPS_USER,
    UPDATE_USER,
    CREATE_USER,
];

const SCHEDULER: &[Field] = &[
    list("UpstreamDependencyConfigList", "TaskId", TRIGGER_DEPENDENCY)
        .about("Tasks that must have run before."),
    integer("RunPriorityType")
        .about("Its priority: 4 high, 5 middle, 6 low.")
        .default_integer(6)
        .values(&["4", "5", "6"]),
    integer("RetryWaitMinute")
        .about("Minutes until a failed instance runs again.")
        .default_integer(5),
    integer("MaxRetryNumber").about("How often a failed instance runs again.").default_integer(4),
    integer("ExecutionTTLMinute")
        .about("Minutes that a run may take; -1 for no limit.")
        .default_integer(-1),
    integer("WaitExecutionTotalTTLMinute")
        .about("Minutes that waiting and running may take together; -1 for no limit.")
        .default_integer(-1),
    REDO,
    PARAMETERS_OUT,
    PARAMETERS_IN,
    OUTPUTS,
    TRIGGER_POLICY,
    DOWNSTREAM_ALLOWED,
    integer("ScheduleType")
        .about("How its instances are run: 0 as usual, 1 as dry runs that do nothing.")
        .default_integer(0)
        .unanswered()
        .values(&["0", "1"]),
];
