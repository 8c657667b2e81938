//! The loader on invalid manifests: it reports every problem with its position, in one run.

use std::path::Path;

use insta::assert_snapshot;
use taskloom::manifest::{LoadOptions, load};
use taskloom::project::find_project;
use taskloom::yaml::{Problems, render};

use crate::manifest::request;

pub fn problems(case: &str) -> Problems {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases/manifest").join(case);
    match find_project(&folder, &|_| None) {
        Err(problems) => problems,
        Ok(None) => load(&request(&folder)).problems,
        Ok(Some(project)) => match project.target(None) {
            Err(problems) => problems,
            Ok(target) => load(&LoadOptions::of(&project, target, "me")).problems,
        },
    }
}

/// Returns each problem on a line, and its help on the next.
pub fn report(case: &str) -> String {
    let problems = problems(case).0;
    let lines = problems.iter().map(|problem| match &problem.help {
        None => format!("{problem}"),
        Some(help) => format!("{problem}\n    {help}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn unknown_keys_are_errors_at_each_level() {
    assert_snapshot!(report("unknown_keys"), @r#"
a.yaml:5:3: error: unknown key "lables"
    did you mean `labels`?
a.yaml:6:1: error: unknown key "lifecyle"
    did you mean `lifecycle`?
a.yaml:8:3: error: unknown key "protected"
    did you mean `protect`?
a.yaml:10:3: error: unknown section "TaskBaseAttribut"
    did you mean `TaskBaseAttribute`?
a.yaml:14:5: error: unknown field "BrokerIp"
    BrokerIp belongs in TaskConfiguration
a.yaml:15:5: error: unknown field "CodeFile"
    CodeFile belongs in TaskConfiguration
a.yaml:16:5: error: Status is filled in by the service
    leave it out
a.yaml:17:5: error: unknown field "TaskNme"
    did you mean `TaskName`?
a.yaml:18:3: error: TriggerTaskConfiguration is a section of TriggerTask, this is a Task
    write `TaskConfiguration`, or `kind: TriggerTask`
a.yaml:19:3: error: unknown section "OwnerUin"
    OwnerUin belongs in TaskBaseAttribute
a.yaml:21:5: error: unknown field "brokerIp"
    did you mean `BrokerIp`?
a.yaml:22:5: error: ResourceGroupName is filled in by the service
    leave it out
a.yaml:24:38: error: unknown field "Paramvalue"
    did you mean `ParamValue`?
a.yaml:26:5: error: unknown field "shedule"
    a field newer than this program goes under `extra:`
a.yaml:28:9: error: EventBroadcastType is missing
a.yaml:30:121: error: unknown field "PolingNullStrategy"
    did you mean `PollingNullStrategy`?
"#);
}

#[test]
fn a_value_must_have_the_type_of_its_field() {
    assert_snapshot!(report("types"), @r#"
a.yaml:7:17: error: expected a text, found a map
a.yaml:8:15: error: expected a text, found a list
a.yaml:11:18: error: expected a text, found a map
    a ParamValue is a text: put quotes round it, JSON included; "" is empty
a.yaml:12:12: error: expected a text, found nothing
    a ParamValue is a text: put quotes round it, JSON included; "" is empty
a.yaml:13:34: error: expected a list, found "text"
    write ["text"]
a.yaml:15:22: error: expected a whole number, found "five"
a.yaml:16:21: error: expected a whole number, found "99999999999999999999"
a.yaml:17:22: error: "7" is not a valid value of RunPriorityType
    it takes one of 4, 5, 6
a.yaml:18:16: error: "DAILY" is not a valid value of CycleType
    it takes one of ONEOFF_CYCLE, YEAR_CYCLE, MONTH_CYCLE, WEEK_CYCLE, DAY_CYCLE, HOUR_CYCLE, MINUTE_CYCLE, CRONTAB_CYCLE
a.yaml:19:17: error: "Serial" is not a valid value of SelfDepend
    did you mean `serial`? It takes one of parallel, serial, orderly
a.yaml:20:24: error: expected a list, found a map
    write a list of maps: `- EventName: …`
a.yaml:22:9: error: expected a map, found "text"
a.yaml:23:9: error: TaskId is missing
a.yaml:24:15: error: TaskId needs a value
a.yaml:25:27: error: "DAI" is not a valid value of MainCyclicConfig
    did you mean `DAY`? It takes one of CRONTAB, DAY, HOUR, LIST_DAY, LIST_HOUR, LIST_MINUTE, MINUTE, MONTH, RANGE_DAY, RANGE_HOUR, RANGE_MINUTE, WEEK, YEAR
a.yaml:26:65: error: expected a list, found "NOT_EXIST"
    write ["NOT_EXIST"]
a.yaml:31:7: error: expected a map, found "text"
a.yaml:33:1: error: TaskTypeId is missing
    for instance `TaskTypeId: Shell`, or its number
a.yaml:33:1: error: WorkflowId is missing
    the workflow that the task belongs to: its id, or `${workflow.NAME.id}` of a manifest
a.yaml:40:40: error: there is no task type ""
    known are 21 JDBC SQL, 23 TDSQL-PostgreSQL, 26 OfflineSynchronization, 30 Python, 31 PySpark, 32 DLC SQL, 33 Impala, 34 Hive SQL, 35 Shell, 36 Spark SQL, 38 Shell Form Mode, 39 Spark, 40 TCHouse-P, 41 Kettle, 42 Tchouse-X, 43 TCHouse-X SQL, 46 DLC Spark, 47 TiOne, 48 Trino, 50 DLC PySpark, 92 MapReduce, 130 Branch Node, 131 Merged Node, 132 Notebook, 133 SSH, 134 StarRocks, 137 For-each, 138 Setats SQL
a.yaml:40:56: error: WorkflowId must not be empty
"#);
}

#[test]
fn a_task_type_must_be_one_of_the_kind() {
    assert_snapshot!(report("task_types"), @r#"
a.yaml:4:40: warning: TaskTypeId 999 is not in the documents of Task
    known are 21 JDBC SQL, 23 TDSQL-PostgreSQL, 26 OfflineSynchronization, 30 Python, 31 PySpark, 32 DLC SQL, 33 Impala, 34 Hive SQL, 35 Shell, 36 Spark SQL, 38 Shell Form Mode, 39 Spark, 40 TCHouse-P, 41 Kettle, 42 Tchouse-X, 43 TCHouse-X SQL, 46 DLC Spark, 47 TiOne, 48 Trino, 50 DLC PySpark, 92 MapReduce, 130 Branch Node, 131 Merged Node, 132 Notebook, 133 SSH, 134 StarRocks, 137 For-each, 138 Setats SQL
a.yaml:9:40: error: Run Workflow (140) is a type of TriggerTask, not of Task
    Task takes 21 JDBC SQL, 23 TDSQL-PostgreSQL, 26 OfflineSynchronization, 30 Python, 31 PySpark, 32 DLC SQL, 33 Impala, 34 Hive SQL, 35 Shell, 36 Spark SQL, 38 Shell Form Mode, 39 Spark, 40 TCHouse-P, 41 Kettle, 42 Tchouse-X, 43 TCHouse-X SQL, 46 DLC Spark, 47 TiOne, 48 Trino, 50 DLC PySpark, 92 MapReduce, 130 Branch Node, 131 Merged Node, 132 Notebook, 133 SSH, 134 StarRocks, 137 For-each, 138 Setats SQL
a.yaml:14:40: error: there is no task type "Shel"
    did you mean `Shell`?
a.yaml:19:47: error: Hive SQL (34) is a type of Task, not of TriggerTask
    TriggerTask takes 26 OfflineSynchronization, 30 Python, 32 DLC SQL, 35 Shell, 38 Shell Form Mode, 46 DLC Spark, 50 DLC PySpark, 130 Branch Node, 131 Merged Node, 132 Notebook, 133 SSH, 137 For-each, 139 DLC Spark Streaming, 140 Run Workflow
a.yaml:24:47: error: Hive SQL (34) is a type of Task, not of TriggerTask
    TriggerTask takes 26 OfflineSynchronization, 30 Python, 32 DLC SQL, 35 Shell, 38 Shell Form Mode, 46 DLC Spark, 50 DLC PySpark, 130 Branch Node, 131 Merged Node, 132 Notebook, 133 SSH, 137 For-each, 139 DLC Spark Streaming, 140 Run Workflow
"#);
}

#[test]
fn dates_and_times_must_be_in_the_calendar() {
    assert_snapshot!(report("dates"), @r#"
a.yaml:7:16: error: "tomorrow" is not a date and time of the form yyyy-MM-dd HH:mm:ss
    for instance "2026-01-31 00:00:00"; the day must be in the calendar
a.yaml:8:14: error: "2026-02-30 00:00:00" is not a date and time of the form yyyy-MM-dd HH:mm:ss
    for instance "2026-01-31 00:00:00"; the day must be in the calendar
a.yaml:9:25: error: "24:00" is not a time of day of the form HH:mm
    from 00:00 to 23:59, in quotes: "08:30"
a.yaml:10:23: error: "8:30" is not a time of day of the form HH:mm
    from 00:00 to 23:59, in quotes: "08:30"
a.yaml:19:14: error: EndTime is not after StartTime
a.yaml:26:43: error: "2026-01-02" is not a date and time of the form yyyy-MM-dd HH:mm:ss
    write "2026-01-02 00:00:00"
"#);
}

#[test]
fn a_cron_expression_must_be_quartz() {
    assert_snapshot!(report("cron"), @r#"
a.yaml:83:77: error: a Quartz expression has 6 or 7 fields, this one has 5
    five fields are the Unix form; put the second in front: `0 30 2 * * ?`
a.yaml:90:77: error: a Quartz expression has 6 or 7 fields, this one has 5
    five fields are the Unix form; put the second in front: `0 30 2 ? * 1-5` (and Quartz counts days of the week from 1 = SUN)
a.yaml:97:77: error: a Quartz expression has 6 or 7 fields, this one has 5
    the day of week is missing: `0 0 0 * * ?`
a.yaml:104:77: error: exactly one of day of month and day of week must be `?`
    the other one says the day: `0 0 2 * * ?` or `0 0 2 ? * MON`
a.yaml:111:77: error: exactly one of day of month and day of week must be `?`
    the other one says the day: `0 0 2 * * ?` or `0 0 2 ? * MON`
a.yaml:118:77: error: exactly one of day of month and day of week must be `?`
    the other one says the day: `0 0 2 * * ?` or `0 0 2 ? * MON`
a.yaml:125:77: error: `?` cannot stand for the minute
a.yaml:132:77: error: "60" is not a valid minute
    from 0 to 59; ranges, steps and lists
a.yaml:139:77: error: "32" is not a valid day of month
    from 1 to 31; `L`, `LW`, `15W`, `L-2` and lists
a.yaml:146:77: error: "MON#6" is not a valid day of week
    from 1 = SUN to 7 = SAT, or by name; `6L`, `6#3` and lists
a.yaml:153:77: warning: no moment ever matches "0 0 0 30 2 ?"
a.yaml:167:77: error: a Quartz expression has 6 or 7 fields, this one has 2
    the fields are: second minute hour day-of-month month day-of-week [year]
a.yaml:174:77: error: a Quartz expression has 6 or 7 fields, this one has 8
    the fields are: second minute hour day-of-month month day-of-week [year]
a.yaml:181:77: error: "1,,2" is not a valid hour
    from 0 to 23; ranges, steps and lists
"#);
}

#[test]
fn code_comes_from_one_place_inside_the_project() {
    assert_snapshot!(report("code"), @r#"
a.yaml:6:33: error: there is no file "missing.sh"
    the path is relative to the folder of the manifest
a.yaml:13:33: error: there is no file "runs.sh"
    did you mean `run.sh`?
a.yaml:20:33: error: "folder" is not a file
    name the file that holds the code of this task
a.yaml:27:33: error: "../cron/a.yaml" leaves the project
    keep code files inside the project
a.yaml:34:33: error: "/etc/hostname" leaves the project
    keep code files inside the project
a.yaml:41:33: error: "a.yaml" names the manifest itself
    name the file that holds the code of this task
a.yaml:48:33: error: the name of the code file is empty
    use `Code: |` for code inside the manifest
a.yaml:55:41: error: CodeFile and CodeContent both give the code
    keep one of them
a.yaml:62:35: error: Code and CodeContent both give the code
    keep one of them
a.yaml:69:36: error: CodeContent is not Base64
    for plain text use `Code: |`, or `CodeFile: PATH`
a.yaml:97:29: error: expected a text, found a map
a.yaml:104:34: error: there is no variable "x"
    declare it under `variables:` in taskloom.yaml
"#);
}

#[test]
fn a_manifest_needs_its_envelope() {
    assert_snapshot!(report("envelope"), @r#"
a.yaml:1:1: error: apiVersion is missing
    write `apiVersion: wedata/2025-08-06`
a.yaml:5:13: error: apiVersion "wedata/2025" is not known
    this version reads wedata/2025-08-06
a.yaml:6:7: error: unknown kind "Tsk"
    did you mean `Task`?
a.yaml:9:1: error: kind is missing
    one of Workflow, TriggerWorkflow, Task, TriggerTask
a.yaml:12:1: error: metadata.name is missing
a.yaml:16:1: error: TaskTypeId is missing
    for instance `TaskTypeId: Shell`, or its number
a.yaml:16:1: error: WorkflowId is missing
    the workflow that the task belongs to: its id, or `${workflow.NAME.id}` of a manifest
a.yaml:18:18: error: "a b" is not a valid name
    a name begins with a letter or digit and continues with letters, digits, `.`, `_`, `-`
a.yaml:20:1: error: ParentFolderPath is missing
    the folder that the workflow lies in; `/` is the top
a.yaml:24:1: error: expected a map, found "just a text"
a.yaml:26:1: error: expected a map, found a list
a.yaml:28:1: error: this is not a manifest: apiVersion and kind are missing
    move the file out of the folders of manifests, or narrow `manifests:` in taskloom.yaml
bare.json:2:3: error: this is a bare API request, not a manifest
    put it under `spec`:
apiVersion: wedata/2025-08-06
kind: TriggerTask
metadata: {name: NAME}
spec: …
empty.yaml:1:1: warning: this file contains no manifest
null.yaml:1:1: warning: this file contains no manifest
"#);
}

#[test]
fn a_lifecycle_says_what_there_is() {
    assert_snapshot!(report("lifecycle"), @r#"
a.yaml:5:13: error: "runing" is not a valid schedule
    did you mean `running`?
a.yaml:6:12: error: expected true or false, found "yes"
a.yaml:7:40: error: "TaskConfiguration.BrokrIp" is not the path of a field: unknown "BrokrIp"
    did you mean `BrokerIp`?
a.yaml:7:121: error: "BrokerIp" is not a list: `[key]` does not fit
a.yaml:7:154: error: "x" is not the path of a field: unknown "x"
a.yaml:12:29: error: expected a map, found a list
a.yaml:12:44: error: expected a list, found "old"
    write ["old"]
a.yaml:13:40: error: expected a list, found "TaskConfiguration"
    write ["TaskConfiguration"]
"#);
}

#[test]
fn disabled_spellings_become_the_current_ones() {
    assert_snapshot!(report("disabled"), @r#"
a.yaml:7:5: warning: RunPriority is disabled; it is sent as RunPriorityType
    write `RunPriorityType`
a.yaml:8:5: error: RetryWait and RetryWaitMinute are one field
    keep RetryWaitMinute
a.yaml:10:5: warning: MaxRetryAttempts is disabled; it is sent as MaxRetryNumber
    write `MaxRetryNumber`
a.yaml:10:23: error: expected a whole number, found "many"
a.yaml:11:5: error: DownStreamDependencyConfigList is filled in by the service
    leave it out
a.yaml:13:32: warning: RunPriorityType is known: `extra` overrides what the spec says
    write it under spec.TaskSchedulerConfiguration
"#);
}

#[test]
fn a_project_id_must_be_the_targets() {
    assert_snapshot!(report("project_id"), @r#"
a.yaml:9:19: error: ProjectId is 2, but the target "local" is 1000000000000000001
    leave it out: the target says which project it is
"#);
}

#[test]
fn a_problem_is_shown_in_its_line_with_a_way_out() {
    assert_snapshot!(render(&problems("shown"), false), @r#"
error: there is no Task/每目
 --> a.yaml:6:36
  |
6 |   TaskConfiguration: {BrokerIp: "😀 ${task.每目.id}", YarnQeue: q}
  |                                     ^^^^^^^^^^^^^^^
  |
help: did you mean `${task.每日.id}`?
  |
6 -   TaskConfiguration: {BrokerIp: "😀 ${task.每目.id}", YarnQeue: q}
6 +   TaskConfiguration: {BrokerIp: "😀 ${task.每日.id}", YarnQeue: q}
  |

error: unknown field "YarnQeue"
 --> a.yaml:6:52
  |
6 |   TaskConfiguration: {BrokerIp: "😀 ${task.每目.id}", YarnQeue: q}
  |                                                       ^^^^^^^^
  |
help: did you mean `YarnQueue`?
  |
6 |   TaskConfiguration: {BrokerIp: "😀 ${task.每目.id}", YarnQueue: q}
  |                                                            +

error: RetryWait and RetryWaitMinute are one field
 --> a.yaml:7:32
  |
7 |   TaskSchedulerConfiguration: {RetryWait: "5", RetryWaitMinute: 5, SelfDepend: Serial, CycleType: DAILY}
  |                                ^^^^^^^^^
  |
  = help: keep RetryWaitMinute
note: the other one
 --> a.yaml:7:48
  |
7 |   TaskSchedulerConfiguration: {RetryWait: "5", RetryWaitMinute: 5, SelfDepend: Serial, CycleType: DAILY}
  |                                                ^^^^^^^^^^^^^^^

error: "Serial" is not a valid value of SelfDepend
 --> a.yaml:7:80
  |
7 |   TaskSchedulerConfiguration: {RetryWait: "5", RetryWaitMinute: 5, SelfDepend: Serial, CycleType: DAILY}
  |                                                                                ^^^^^^
  |
help: did you mean `serial`? It takes one of parallel, serial, orderly
  |
7 -   TaskSchedulerConfiguration: {RetryWait: "5", RetryWaitMinute: 5, SelfDepend: Serial, CycleType: DAILY}
7 +   TaskSchedulerConfiguration: {RetryWait: "5", RetryWaitMinute: 5, SelfDepend: serial, CycleType: DAILY}
  |

error: "DAILY" is not a valid value of CycleType
 --> a.yaml:7:99
  |
7 |   TaskSchedulerConfiguration: {RetryWait: "5", RetryWaitMinute: 5, SelfDepend: Serial, CycleType: DAILY}
  |                                                                                                   ^^^^^
  |
  = help: it takes one of ONEOFF_CYCLE, YEAR_CYCLE, MONTH_CYCLE, WEEK_CYCLE, DAY_CYCLE, HOUR_CYCLE, MINUTE_CYCLE, CRONTAB_CYCLE

5 errors
"#);
}
