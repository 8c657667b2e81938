//! Tables of the parameters of workflows: deliberately a second reading of the documentation.
//!
//! The tables of `kinds` are not used here. If they were, a mistake in them would affect both what
//! is sent and what is accepted, and no test against this service could reveal it.
//!
//! Source: the models of CreateWorkflow, UpdateWorkflow, CreateTriggerWorkflow,
//! UpdateTriggerWorkflow and UpdateTriggerWorkflowPartially of 2025-08-06.

use crate::kinds::{CYCLES, Fallback, Field, FieldFormat, FieldUses, ListOwner, Shape};
use crate::model::Kind;

/// The folder, which updates do not have.
pub const FOLDER: &str = "ParentFolderPath";
/// The unified schedule of a workflow of periodic tasks.
pub const SCHEDULE: &str = "WorkflowSchedulerConfiguration";
/// The triggers of a trigger workflow.
pub const TRIGGERS: &str = "TriggerWorkflowSchedulerConfigurations";
/// What an update does to the tasks of a workflow; responses do not have these fields.
pub const ORDERS: [&str; 4] =
    ["ModifyCycleValue", "ClearLink", "MainCyclicConfig", "SubordinateCyclicConfig"];

/// The fields of a trigger workflow that the international site does not have.
pub const OF_CHINA: [&str; 4] =
    ["SchedulerStatus", "TriggerMode", "ExecuteUserUin", "TriggerWorkflowRunConfiguration"];

/// Returns the parameters of a kind's workflows.
pub fn fields(kind: Kind) -> &'static [Field] {
    if kind == Kind::TriggerTask { TRIGGER_WORKFLOW } else { WORKFLOW }
}

const WORKFLOW: &[Field] = &[
    required(text("WorkflowName")),
    fixed(required(text(FOLDER))),
    fixed(Field {
        fallback: Fallback::Text("cycle"),
        ..values(text("WorkflowType"), &["cycle", "manual"])
    }),
    text("WorkflowDesc"),
    text("OwnerUin"),
    list("WorkflowParams", "ParamKey", PARAMETERS),
    field(SCHEDULE, Shape::Section(UNIFIED_SCHEDULE)),
    text("BundleId"),
    text("BundleInfo"),
];

const TRIGGER_WORKFLOW: &[Field] = &[
    required(text("WorkflowName")),
    fixed(required(text(FOLDER))),
    text("WorkflowDesc"),
    text("OwnerUin"),
    list("WorkflowParams", "ParamKey", PARAMETERS),
    list(TRIGGERS, "TriggerId", TRIGGER),
    text("BundleId"),
    text("BundleInfo"),
    list("GeneralTaskParams", "Type", &[values(text("Type"), &["SPARK_SQL"]), text("Value")]),
    field("TriggerWorkflowRunConfiguration", Shape::Section(RUNS)),
    values(text("SchedulerStatus"), &["ACTIVE", "PAUSED"]),
    values(text("TriggerMode"), &["TIME_TRIGGER", "FILE_ARRIVAL"]),
    text("ExecuteUserUin"),
];

const PARAMETERS: &[Field] = &[required(text("ParamKey")), required(text("ParamValue"))];

const UNIFIED_SCHEDULE: &[Field] = &[
    required(text("ScheduleTimeZone")),
    required(values(text("CycleType"), CYCLES)),
    required(values(text("SelfDepend"), &["parallel", "serial", "orderly"])),
    required(format(text("StartTime"), FieldFormat::DateTime)),
    required(format(text("EndTime"), FieldFormat::DateTime)),
    required(format(text("CrontabExpression"), FieldFormat::Cron)),
    default_text(values(text("DependencyWorkflow"), &["yes", "no"]), "no"),
    values(text("ModifyCycleValue"), &["0", "1"]),
    field("ClearLink", Shape::Flag),
    text("MainCyclicConfig"),
    text("SubordinateCyclicConfig"),
    default_text(format(text("ExecutionStartTime"), FieldFormat::TimeOfDay), "00:00"),
    default_text(format(text("ExecutionEndTime"), FieldFormat::TimeOfDay), "23:59"),
    default_text(values(text("CalendarOpen"), &["0", "1"]), "0"),
    text("CalendarId"),
    field("MinuteOffset", Shape::Integer),
];

const TRIGGER: &[Field] = &[
    values(text("TriggerMode"), &["TIME_TRIGGER", "FILE_ARRIVAL", "CONTINUE_RUN"]),
    text("ExtraInfo"),
    text("ScheduleTimeZone"),
    format(text("StartTime"), FieldFormat::DateTime),
    format(text("EndTime"), FieldFormat::DateTime),
    values(text("ConfigMode"), &["COMMON", "CRON_EXPRESSION"]),
    values(text("CycleType"), CYCLES),
    format(text("CrontabExpression"), FieldFormat::Cron),
    text("TriggerId"),
    text("FileArrivalPath"),
    values(text("SchedulerStatus"), &["ACTIVE", "PAUSED"]),
    text("FileNamePattern"),
    values(field("Recursive", Shape::Integer), &["0", "1"]),
    field("TriggerMinimumInterval", Shape::Integer),
    field("TriggerWaitTime", Shape::Integer),
    field("TriggerMinimumIntervalSecond", Shape::Integer),
    field("TriggerWaitTimeSecond", Shape::Integer),
];

const RUNS: &[Field] = &[
    field("MaxConcurrentNum", Shape::Integer),
    values(field("QueuingMode", Shape::Integer), &["0", "1"]),
];

const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        uses: FieldUses { create: true, update: true, partial: true, get: true },
        required: false,
        never_empty: false,
        values: &[],
        fallback: Fallback::Unset,
        format: FieldFormat::Any,
        disabled: None,
        unanswered: false,
        number_in_answers: false,
        immutable: None,
        about: "",
    }
}

const fn text(name: &'static str) -> Field {
    field(name, Shape::Text)
}

const fn list(name: &'static str, key: &'static str, items: &'static [Field]) -> Field {
    field(name, Shape::List { key, items, owner: ListOwner::Manifest })
}

const fn required(field: Field) -> Field {
    Field { required: true, ..field }
}

const fn values(field: Field, values: &'static [&'static str]) -> Field {
    Field { values, ..field }
}

const fn format(field: Field, format: FieldFormat) -> Field {
    Field { format, ..field }
}

const fn default_text(field: Field, text: &'static str) -> Field {
    Field { fallback: Fallback::Text(text), ..field }
}

/// In creates only.
const fn fixed(field: Field) -> Field {
    Field { uses: FieldUses { create: true, update: false, partial: false, get: true }, ..field }
}
