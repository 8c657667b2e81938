//! Task: CreateTask and its relatives.

use super::super::capability::{FolderField, Home, ImportFlag, Listing, ScheduleRule, StepMeans};
use super::super::field::{Field, FieldFormat, Shape, integer, list, section, text};
use super::super::table::{Actions, Table};
use super::shared::{
    CONFIGURATION, CREATE_TIME, CREATE_USER, DEPENDENCY, DESCRIPTION, DOWNSTREAM_ALLOWED, EVENT,
    FOLDER, LAST_OPS_TIME, LAST_OPS_USER, LAST_UPDATE_TIME, LAST_UPDATE_USER, OUTPUTS, OWNER,
    PARAMETERS_IN, PARAMETERS_OUT, REDO, SUBMIT, SUBMITTED_VERSION, TASK_ID, TASK_NAME, TASK_TYPE,
    TRIGGER_POLICY, UPDATE_USER, VERSION, WORKFLOW, WORKFLOW_NAME,
};
use crate::model::{Kind, ScheduleMode, Step};

/// The table of a task of a periodic workflow.
pub const TASK: Table = Table {
    kind: Kind::Task,
    actions: Actions {
        create: "CreateTask",
        get: "GetTask",
        update: "UpdateTask",
        update_partially: "UpdateTaskPartially",
        delete: "DeleteTask",
        list: "ListTasks",
        submit: "SubmitTask",
        version: "GetTaskVersion",
        downstream: "ListDownstreamTasks",
        code: "GetTaskCode",
    },
    steps: &[Step::Submit, Step::Start, Step::Pause, Step::Stop],
    step_means: StepMeans::Calls,
    id: "TaskId",
    name: &["TaskBaseAttribute", "TaskName"],
    home: Home::Workflow { kind: Kind::Workflow, field: &["TaskBaseAttribute", "WorkflowId"] },
    holds: None,
    refers_to: &[Kind::Workflow, Kind::Task],
    folder: FolderField::OfTasks(&["TaskBaseAttribute", "TaskFolderPath"]),
    mark: Some(&["TaskConfiguration"]),
    mode: Some(ScheduleMode::Tasks),
    counterpart: Some(Kind::TriggerTask),
    schedules: ScheduleRule::ALL,
    listing: Listing {
        by_name: "TaskName",
        by_home: Some("WorkflowId"),
        by_bundle: Some("BundleId"),
        shows_home: true,
    },
    import: ImportFlag {
        flag: "--task",
        about: "A task by its id; may be repeated",
        is_shared: false,
        absent: "check the id, and the project (--project-id or another target); a task of a trigger workflow is named with --trigger-task",
    },
    base: "TaskBaseAttribute",
    configuration: "TaskConfiguration",
    scheduler: "TaskSchedulerConfiguration",
    fields: &[
        section("TaskBaseAttribute", BASE).about("Name, type and workflow."),
        section("TaskConfiguration", CONFIGURATION).about("The code, and where it runs."),
        section("TaskSchedulerConfiguration", SCHEDULER).about("When it runs, and after what."),
    ],
    task_types: &[
        (21, "JDBC SQL"),
        (23, "TDSQL-PostgreSQL"),
        (26, "OfflineSynchronization"),
        (30, "Python"),
        (31, "PySpark"),
        (32, "DLC SQL"),
        (33, "Impala"),
        (34, "Hive SQL"),
        (35, "Shell"),
        (36, "Spark SQL"),
        (38, "Shell Form Mode"),
        (39, "Spark"),
        (40, "TCHouse-P"),
        (41, "Kettle"),
        (42, "Tchouse-X"),
        (43, "TCHouse-X SQL"),
        (46, "DLC Spark"),
        (47, "TiOne"),
        (48, "Trino"),
        (50, "DLC PySpark"),
        (92, "MapReduce"),
        (130, "Branch Node"),
        (131, "Merged Node"),
        (132, "Notebook"),
        (133, "SSH"),
        (134, "StarRocks"),
        (137, "For-each"),
        (138, "Setats SQL"),
    ],
};

const BASE: &[Field] = &[
    TASK_NAME,
    TASK_TYPE,
    WORKFLOW,
    OWNER,
    DESCRIPTION,
    FOLDER,
    TASK_ID,
    VERSION,
    SUBMITTED_VERSION,
    WORKFLOW_NAME,
    text("Status").answered_only().values(&["N", "Y", "F", "O", "T", "INVALID"]),
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
    text("CycleType").about("How often it runs; CRONTAB_CYCLE runs by CrontabExpression.").default_text("DAY_CYCLE").values(super::super::dependency::CYCLES),
    text("ScheduleTimeZone").about("The time zone of all its times, as in UTC+8.").default_text("UTC+8"),
    text("CrontabExpression").about("When it runs.").default_text("0 0 0 * * ? *").format(FieldFormat::Cron),
    // The default is the day of the call, so restoring it would move the start of a task.
    text("StartTime").about("The first moment of its schedule. Name it: the default depends on the day of the create.").default_of_service().format(FieldFormat::DateTime),
    text("EndTime").about("The last moment of its schedule.").default_text("2099-12-31 23:59:59").format(FieldFormat::DateTime),
    text("ExecutionStartTime").about("The time of day from which it may run.").default_text("00:00").format(FieldFormat::TimeOfDay),
    text("ExecutionEndTime").about("The time of day until which it may run.").default_text("23:59").format(FieldFormat::TimeOfDay),
    text("CalendarOpen").about("Whether it runs by a calendar: 1 for yes.").default_text("0").values(&["0", "1"]),
    text("CalendarId").about("The id of the calendar."),
    text("SelfDepend").about("Whether instances wait for the one before: parallel for no, serial in any order, orderly one by one.").default_text("serial").values(&["parallel", "serial", "orderly"]),
    list("UpstreamDependencyConfigList", "TaskId", DEPENDENCY).about("Tasks that must have run before."),
    list("EventListenerList", "EventName", EVENT).about("Events that it waits for."),
    REDO,
    PARAMETERS_OUT,
    PARAMETERS_IN,
    OUTPUTS,
    text("InitStrategy").about("Whether its first instance is of the day of the start, or of the next one.").default_text("T_PLUS_0").values(&["T_PLUS_0", "T_PLUS_1"]),
    integer("ScheduleType").about("How its instances are run: 0 as usual, 1 as dry runs that do nothing.").default_integer(0).values(&["0", "1"]).disabled("ScheduleRunType"),
    integer("RunPriorityType").about("Its priority: 4 high, 5 middle, 6 low.").default_integer(6).values(&["4", "5", "6"]).disabled("RunPriority"),
    integer("RetryWaitMinute").about("Minutes until a failed instance runs again.").default_integer(5).disabled("RetryWait"),
    integer("MaxRetryNumber").about("How often a failed instance runs again.").default_integer(4).disabled("MaxRetryAttempts"),
    integer("ExecutionTTLMinute").about("Minutes that a run may take; -1 for no limit.").default_integer(-1).disabled("ExecutionTTL"),
    integer("WaitExecutionTotalTTLMinute").about("Minutes that waiting and running may take together; -1 for no limit.")
        .default_integer(-1)
        .disabled_as("WaitExecutionTotalTTL", Shape::Text),
    TRIGGER_POLICY,
    DOWNSTREAM_ALLOWED,
    integer("MinuteOffset").about("Minutes by which runs are moved.").unanswered(),
    text("CalendarName").derived(),
    DOWNSTREAM.derived(),
];

const DOWNSTREAM: Field = list("DownstreamDependencyConfigList", "TaskId", DEPENDENCY)
    .disabled_as("DownStreamDependencyConfigList", DOWNSTREAM_SHAPE);
const DOWNSTREAM_SHAPE: Shape = list("DownstreamDependencyConfigList", "TaskId", DEPENDENCY).shape;
