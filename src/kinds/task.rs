//! Task: CreateTask and its relatives.

use super::field::{Field, Format, Shape, integer, list, section, text};
use super::shared::{
    CONFIGURATION, CREATE_TIME, CREATE_USER, DEPENDENCY, DESCRIPTION, DOWNSTREAM_ALLOWED, EVENT,
    FOLDER, LAST_OPS_TIME, LAST_OPS_USER, LAST_UPDATE_TIME, LAST_UPDATE_USER, OUTPUTS, OWNER,
    PARAMETERS_IN, PARAMETERS_OUT, REDO, SUBMIT, SUBMITTED_VERSION, TASK_ID, TASK_NAME, TASK_TYPE,
    TRIGGER_POLICY, UPDATE_USER, VERSION, WORKFLOW, WORKFLOW_NAME,
};
use super::table::{Actions, Table};
use crate::model::Kind;

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
    id: "TaskId",
    name: &["TaskBaseAttribute", "TaskName"],
    home: &["TaskBaseAttribute", "WorkflowId"],
    mark: &["TaskConfiguration"],
    base: "TaskBaseAttribute",
    configuration: "TaskConfiguration",
    scheduler: "TaskSchedulerConfiguration",
    fields: &[
        section("TaskBaseAttribute", BASE),
        section("TaskConfiguration", CONFIGURATION),
        section("TaskSchedulerConfiguration", SCHEDULER),
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
    text("CycleType").default_text("DAY_CYCLE").values(super::dependency::CYCLES),
    text("ScheduleTimeZone").default_text("UTC+8"),
    text("CrontabExpression").default_text("0 0 0 * * ? *").format(Format::Cron),
    // The default is the day of the call, so taking it back would move the start of a task.
    text("StartTime").default_of_service().format(Format::DateTime),
    text("EndTime").default_text("2099-12-31 23:59:59").format(Format::DateTime),
    text("ExecutionStartTime").default_text("00:00").format(Format::TimeOfDay),
    text("ExecutionEndTime").default_text("23:59").format(Format::TimeOfDay),
    text("CalendarOpen").default_text("0").values(&["0", "1"]),
    text("CalendarId"),
    text("SelfDepend").default_text("serial").values(&["parallel", "serial", "orderly"]),
    list("UpstreamDependencyConfigList", "TaskId", DEPENDENCY),
    list("EventListenerList", "EventName", EVENT),
    REDO,
    PARAMETERS_OUT,
    PARAMETERS_IN,
    OUTPUTS,
    text("InitStrategy").default_text("T_PLUS_0").values(&["T_PLUS_0", "T_PLUS_1"]),
    integer("ScheduleType").default_integer(0).values(&["0", "1"]).disabled("ScheduleRunType"),
    integer("RunPriorityType").default_integer(6).values(&["4", "5", "6"]).disabled("RunPriority"),
    integer("RetryWaitMinute").default_integer(5).disabled("RetryWait"),
    integer("MaxRetryNumber").default_integer(4).disabled("MaxRetryAttempts"),
    integer("ExecutionTTLMinute").default_integer(-1).disabled("ExecutionTTL"),
    integer("WaitExecutionTotalTTLMinute")
        .default_integer(-1)
        .disabled_as("WaitExecutionTotalTTL", Shape::Text),
    TRIGGER_POLICY,
    DOWNSTREAM_ALLOWED,
    integer("MinuteOffset").unanswered(),
    text("CalendarName").derived(),
    DOWNSTREAM.derived(),
];

const DOWNSTREAM: Field = list("DownstreamDependencyConfigList", "TaskId", DEPENDENCY)
    .disabled_as("DownStreamDependencyConfigList", DOWNSTREAM_SHAPE);
const DOWNSTREAM_SHAPE: Shape = list("DownstreamDependencyConfigList", "TaskId", DEPENDENCY).shape;
