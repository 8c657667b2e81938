//! Fields that tasks and trigger tasks have in common.

use super::super::field::{
    Field, FieldFormat, flag, integer, list, section, shared_list, text, texts,
};

/// Why the workflow and type of a task never change.
const NO_UPDATE: &str = "no update request has this field";

/// ParamKey and ParamValue.
const PAIR: &[Field] = &[
    text("ParamKey").about("The name of the parameter: the key of the item.").filled(),
    text("ParamValue").about("Its value, a text.").required(),
];

/// `TaskBaseAttribute`, but for the parts that differ.
pub const TASK_NAME: Field =
    text("TaskName").about("The name that people see; metadata.name when it is left out.").filled();
/// See [`TASK_NAME`].
pub const TASK_TYPE: Field = text("TaskTypeId")
    .about("What runs.")
    .filled()
    .format(FieldFormat::TaskType)
    .number_in_answers()
    .immutable(NO_UPDATE);
/// See [`TASK_NAME`].
pub const WORKFLOW: Field = text("WorkflowId")
    .about("The workflow that it lies in.")
    .filled()
    .format(FieldFormat::WorkflowId)
    .immutable(NO_UPDATE);
/// See [`TASK_NAME`].
pub const OWNER: Field =
    text("OwnerUin").about("Who is responsible: an account id, in quotes.").default_of_service();
/// See [`TASK_NAME`].
pub const DESCRIPTION: Field = text("TaskDescription").about("Free text.");
/// Most answers leave the folder out.
pub const FOLDER: Field = text("TaskFolderPath")
    .about("The folder inside the workflow.")
    .default_text("/")
    .format(FieldFormat::Folder)
    .unanswered();
/// Set by the service.
pub const TASK_ID: Field = text("TaskId").answered_only();
/// Set by the service.
pub const VERSION: Field = text("TaskLatestVersionNo").answered_only();
/// Set by the service.
pub const SUBMITTED_VERSION: Field = text("TaskLatestSubmitVersionNo").answered_only();
/// Set by the service.
pub const WORKFLOW_NAME: Field = text("WorkflowName").answered_only();
/// Set by the service.
pub const SUBMIT: Field = flag("Submit").answered_only();
/// Set by the service.
pub const CREATE_TIME: Field = text("CreateTime").answered_only();
/// Set by the service.
pub const LAST_UPDATE_TIME: Field = text("LastUpdateTime").answered_only();
/// Set by the service.
pub const LAST_UPDATE_USER: Field = text("LastUpdateUserName").answered_only();
/// Set by the service.
pub const LAST_OPS_TIME: Field = text("LastOpsTime").answered_only();
/// Set by the service.
pub const LAST_OPS_USER: Field = text("LastOpsUserName").answered_only();
/// Set by the service.
pub const UPDATE_USER: Field = text("UpdateUserUin").answered_only();
/// Set by the service.
pub const CREATE_USER: Field = text("CreateUserUin").answered_only();

/// `TaskConfiguration` and `TriggerTaskConfiguration` are one structure.
pub const CONFIGURATION: &[Field] = &[
    text("ResourceGroup").about("The id of the executor group that runs it."),
    text("CodeContent").about("The code.").format(FieldFormat::Code),
    shared_list("TaskExtConfigurationList", "ParamKey", PAIR).about("Settings by type of task; a map works, too. The service adds keys of its own, which are left alone."),
    text("DataCluster").about("The id of the cluster that it works on."),
    text("BrokerIp").about("The node of the executor group that runs it, or any."),
    text("YarnQueue").about("The queue of the cluster."),
    text("SourceServiceId").about("The data source that it reads from.").format(FieldFormat::Semicolons),
    text("TargetServiceId").about("The data source that it writes to.").format(FieldFormat::Semicolons),
    list("TaskSchedulingParameterList", "ParamKey", PAIR).about("Parameters of the code; a map works, too."),
    text("BundleId").about("The mark of ownership; filled in by bundle.id of taskloom.yaml."),
    text("BundleInfo").about("Says more of the mark of ownership; filled in by taskloom."),
    text("SourceServiceType").derived(),
    text("SourceServiceName").derived(),
    text("TargetServiceType").derived(),
    text("TargetServiceName").derived(),
    text("ResourceGroupName").derived(),
];

/// What happens when an upstream instance is missing.
const STRATEGY: &[Field] = &[
    text("PollingNullStrategy").about("What to do while an instance of the upstream task is missing.").values(&["EXECUTING", "WAITING"]),
    texts("TaskDependencyExecutingStrategies").about("When to run although an instance of the upstream task is missing; with PollingNullStrategy: EXECUTING alone.").values(&[
        "NOT_EXIST",
        "PARENT_EXPIRED",
        "PARENT_TIMEOUT",
    ]),
    integer("TaskDependencyExecutingTimeoutValue").about("Minutes until PARENT_TIMEOUT holds."),
];

/// An upstream or downstream task and how its cycles map to ours.
pub const DEPENDENCY: &[Field] = &[
    text("TaskId").about("The upstream task.").filled().format(FieldFormat::TaskId),
    text("MainCyclicConfig").about("The kind of dependency, by the cycles of both tasks.").required().values(super::super::dependency::MAIN),
    text("SubordinateCyclicConfig").about("Which instances of the upstream task are waited for; RANGE_ and LIST_ take an Offset instead.").values(super::super::dependency::SUBORDINATE),
    text("Offset").about("Which instances are waited for, counted from ours; for RANGE_ and LIST_ alone.").format(FieldFormat::Offsets),
    section("DependencyStrategy", STRATEGY).about("What happens while an instance of the upstream task is missing."),
];

/// An upstream task of a trigger task.
pub const TRIGGER_DEPENDENCY: &[Field] =
    &[text("TaskId").about("The upstream task.").filled().format(FieldFormat::TaskId)];

/// An event that a task waits for.
pub const EVENT: &[Field] = &[
    text("EventName").about("The event that is waited for.").filled(),
    text("EventSubType")
        .about("The period of the event.")
        .required()
        .values(&["SECOND", "MIN", "HOUR", "DAY"]),
    text("EventBroadcastType")
        .about("Whether one task takes the event, or every task that waits for it.")
        .required()
        .values(&["SINGLE", "BROADCAST"]),
    list("PropertiesList", "ParamKey", PAIR)
        .about("Further settings of the event; a map works, too."),
];

/// A parameter that a task passes on.
pub const PARAMETERS_OUT: Field = list("ParamTaskOutList", "ParamKey", PAIR)
    .about("Parameters that it hands on; a map works, too.");

/// A parameter that a task takes from another.
pub const PARAMETERS_IN: Field = list(
    "ParamTaskInList",
    "ParamKey",
    &[
        text("ParamKey").about("The name of the parameter here: the key of the item.").filled(),
        text("ParamDesc").about("Where it comes from: PROJECT.TASK_NAME.KEY.").required(),
        text("FromTaskId").about("The task that hands it on.").filled().format(FieldFormat::TaskId),
        text("FromParamKey").about("Its key at that task.").required(),
        text("Type")
            .about("CONSTANT is for the tasks of a for-each loop alone.")
            .default_text("TASK")
            .values(&["TASK", "CONSTANT"]),
    ],
)
.about("Parameters that it takes from tasks before it.");

/// A table that a task reads or writes.
pub const OUTPUTS: Field = list(
    "TaskOutputRegistryList",
    "TablePhysicalId",
    &[
        text("DatasourceId").about("The data source of the table.").required(),
        text("DatabaseName").about("The database of the table.").required(),
        text("TableName").about("The table.").required(),
        text("PartitionName").about("The partition.").required(),
        text("DataFlowType")
            .about("Whether the table is read (UPSTREAM) or written (DOWNSTREAM).")
            .required()
            .values(&["UPSTREAM", "DOWNSTREAM"]),
        text("TablePhysicalId").about("The id of the table: the key of the item.").required(),
        text("DbGuid").about("The id of the database in the data catalogue."),
        text("TableGuid").about("The id of the table in the data catalogue."),
        text("CatalogName").about("The catalogue of the table."),
        text("DatasourceName").about("The name of the data source."),
        text("QualifiedName").about("The whole name of the table."),
    ],
)
.about("Tables that it reads or writes, for the lineage of data.");

/// Which instances may run again.
pub const REDO: Field = text("AllowRedoType")
    .about("Which instances may run again.")
    .default_text("ALL")
    .values(&["ALL", "FAILURE", "NONE"]);

/// When a trigger task runs after its upstream tasks; answers of the international site never
/// contain it.
pub const TRIGGER_POLICY: Field = text("DependencyTriggerPolicy")
    .about("How the upstream tasks must have ended for it to run.")
    .default_text("ALL_SUCCESS")
    .unanswered()
    .values(&[
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

/// Whether others may depend on it; answers of the international site never contain it.
pub const DOWNSTREAM_ALLOWED: Field = integer("AllowDownstreamDependency")
    .about("Whether others may depend on it: 1 for yes.")
    .default_integer(1)
    .unanswered()
    .values(&["0", "1"]);
