//! Fields that tasks and trigger tasks have in common.

use super::field::{Field, Format, flag, integer, list, section, shared_list, text, texts};

/// Why a task keeps its workflow and type for life.
const NO_UPDATE: &str = "no update request has this field";

/// ParamKey and ParamValue.
const PAIR: &[Field] = &[text("ParamKey").required(), text("ParamValue").required()];

/// `TaskBaseAttribute`, but for the parts that differ.
pub const TASK_NAME: Field = text("TaskName").required();
/// See [`TASK_NAME`].
pub const TASK_TYPE: Field =
    text("TaskTypeId").required().format(Format::TaskType).number_in_answers().immutable(NO_UPDATE);
/// See [`TASK_NAME`].
pub const WORKFLOW: Field =
    text("WorkflowId").required().format(Format::WorkflowId).immutable(NO_UPDATE);
/// See [`TASK_NAME`].
pub const OWNER: Field = text("OwnerUin").default_of_service();
/// See [`TASK_NAME`].
pub const DESCRIPTION: Field = text("TaskDescription");
/// Answers leave the folder out more often than not.
pub const FOLDER: Field =
    text("TaskFolderPath").default_text("/").format(Format::Folder).unanswered();
/// Made by the service.
pub const TASK_ID: Field = text("TaskId").answered_only();
/// Made by the service.
pub const VERSION: Field = text("TaskLatestVersionNo").answered_only();
/// Made by the service.
pub const SUBMITTED_VERSION: Field = text("TaskLatestSubmitVersionNo").answered_only();
/// Made by the service.
pub const WORKFLOW_NAME: Field = text("WorkflowName").answered_only();
/// Made by the service.
pub const SUBMIT: Field = flag("Submit").answered_only();
/// Made by the service.
pub const CREATE_TIME: Field = text("CreateTime").answered_only();
/// Made by the service.
pub const LAST_UPDATE_TIME: Field = text("LastUpdateTime").answered_only();
/// Made by the service.
pub const LAST_UPDATE_USER: Field = text("LastUpdateUserName").answered_only();
/// Made by the service.
pub const LAST_OPS_TIME: Field = text("LastOpsTime").answered_only();
/// Made by the service.
pub const LAST_OPS_USER: Field = text("LastOpsUserName").answered_only();
/// Made by the service.
pub const UPDATE_USER: Field = text("UpdateUserUin").answered_only();
/// Made by the service.
pub const CREATE_USER: Field = text("CreateUserUin").answered_only();

/// `TaskConfiguration` and `TriggerTaskConfiguration` are one structure.
pub const CONFIGURATION: &[Field] = &[
    text("ResourceGroup"),
    text("CodeContent").format(Format::Code),
    shared_list("TaskExtConfigurationList", "ParamKey", PAIR),
    text("DataCluster"),
    text("BrokerIp"),
    text("YarnQueue"),
    text("SourceServiceId").format(Format::Semicolons),
    text("TargetServiceId").format(Format::Semicolons),
    list("TaskSchedulingParameterList", "ParamKey", PAIR),
    text("BundleId"),
    text("BundleInfo"),
    text("SourceServiceType").derived(),
    text("SourceServiceName").derived(),
    text("TargetServiceType").derived(),
    text("TargetServiceName").derived(),
    text("ResourceGroupName").derived(),
];

/// What happens when an upstream instance is missing.
const STRATEGY: &[Field] = &[
    text("PollingNullStrategy").values(&["EXECUTING", "WAITING"]),
    texts("TaskDependencyExecutingStrategies").values(&[
        "NOT_EXIST",
        "PARENT_EXPIRED",
        "PARENT_TIMEOUT",
    ]),
    integer("TaskDependencyExecutingTimeoutValue"),
];

/// An upstream or downstream task and how its cycles map on ours.
pub const DEPENDENCY: &[Field] = &[
    text("TaskId").required().format(Format::TaskId),
    text("MainCyclicConfig").required().values(super::dependency::MAIN),
    text("SubordinateCyclicConfig").values(super::dependency::SUBORDINATE),
    text("Offset").format(Format::Offsets),
    section("DependencyStrategy", STRATEGY),
];

/// An upstream task of a trigger task.
pub const TRIGGER_DEPENDENCY: &[Field] = &[text("TaskId").required().format(Format::TaskId)];

/// An event that a task waits for.
pub const EVENT: &[Field] = &[
    text("EventName").required(),
    text("EventSubType").required().values(&["SECOND", "MIN", "HOUR", "DAY"]),
    text("EventBroadcastType").required().values(&["SINGLE", "BROADCAST"]),
    list("PropertiesList", "ParamKey", PAIR),
];

/// A parameter that a task hands on.
pub const PARAMETERS_OUT: Field = list("ParamTaskOutList", "ParamKey", PAIR);

/// A parameter that a task takes from another.
pub const PARAMETERS_IN: Field = list(
    "ParamTaskInList",
    "ParamKey",
    &[
        text("ParamKey").required(),
        text("ParamDesc").required(),
        text("FromTaskId").required().format(Format::TaskId),
        text("FromParamKey").required(),
        text("Type").default_text("TASK").values(&["TASK", "CONSTANT"]),
    ],
);

/// A table that a task reads or writes.
pub const OUTPUTS: Field = list(
    "TaskOutputRegistryList",
    "TablePhysicalId",
    &[
        text("DatasourceId").required(),
        text("DatabaseName").required(),
        text("TableName").required(),
        text("PartitionName").required(),
        text("DataFlowType").required().values(&["UPSTREAM", "DOWNSTREAM"]),
        text("TablePhysicalId").required(),
        text("DbGuid"),
        text("TableGuid"),
        text("CatalogName"),
        text("DatasourceName"),
        text("QualifiedName"),
    ],
);

/// Which instances may run again.
pub const REDO: Field =
    text("AllowRedoType").default_text("ALL").values(&["ALL", "FAILURE", "NONE"]);

/// When a trigger task runs after its upstream tasks; the international site never answers it.
pub const TRIGGER_POLICY: Field =
    text("DependencyTriggerPolicy").default_text("ALL_SUCCESS").unanswered().values(&[
        "ALL_SUCCESS",
        "ALL_FAILED",
        "ALL_DONE",
        "ALL_DONE_AT_LEAST_ONE_SUCCESS",
        "ALL_SKIPPED",
        "ONE_FAILED",
        "ONE_SUCCESS",
        "ONE_DONE",
        "NONE_FAILED",
        "ALL_DONE_NONE_FAILED_AT_LEAST_ONE_SUCCESS",
        "NONE_SKIPPED",
        "ALL_DONE_AT_LEAST_ONE_FAILED",
    ]);

/// Whether others may depend on it; the international site never answers it.
pub const DOWNSTREAM_ALLOWED: Field =
    integer("AllowDownstreamDependency").default_integer(1).unanswered().values(&["0", "1"]);
