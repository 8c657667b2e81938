//! The whole life of a task: its workflow, its folder, submit, start, pause, offline.

use std::collections::BTreeSet;

use serde_json::json;
use taskloom::emulator::{Behaviour, JobReading, SubmitReading};
use taskloom::model::{Address, Bundle, Call, Kind, RemoteId, Repeat};

use crate::support::{PROJECT, World};

/// Returns a workflow two folders deep.
pub fn workflow(name: &str, more: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: Workflow\nmetadata: {{name: {name}}}\nspec:\n  \
         ParentFolderPath: /etl/daily\n{more}"
    )
}

/// Returns a Shell task in the workflow `sales`.
pub fn task(name: &str, code: &str, lifecycle: &str, more: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: Task\nmetadata: {{name: {name}}}\n\
         lifecycle: {{{lifecycle}}}\nspec:\n  TaskBaseAttribute: {{WorkflowId: \
         \"${{workflow.sales.id}}\", TaskTypeId: Shell, TaskFolderPath: /in/raw}}\n  \
         TaskConfiguration: {{Code: {code:?}}}\n  TaskSchedulerConfiguration:\n    \
         StartTime: 2026-01-01 00:00:00\n{more}"
    )
}

/// Returns a scheduler section that depends on an upstream task.
pub fn needs(name: &str) -> String {
    format!(
        "    UpstreamDependencyConfigList: [{{TaskId: \"${{task.{name}.id}}\", MainCyclicConfig: \
         DAY, SubordinateCyclicConfig: CURRENT_DAY}}]\n"
    )
}

/// Returns a workflow with two running tasks, the second after the first.
pub fn warehouse(behaviour: Behaviour) -> World {
    let world = World::new(behaviour);
    world.write("sales.yaml", &workflow("sales", ""));
    world.write("a.yaml", &task("a", "echo a", "schedule: running", ""));
    world.write("b.yaml", &task("b", "echo b", "schedule: running", &needs("a")));
    world
}

/// Returns the id in the state.
pub fn id(world: &World, kind: Kind, name: &str) -> RemoteId {
    world.state().recorded.id_of(&Address::new(kind, name)).unwrap()
}

/// Starts, pauses or stops a task by hand, and waits until that is done.
pub async fn ops(world: &World, action: &'static str, name: &str) {
    let id = id(world, Kind::Task, name);
    let body = json!({"ProjectId": PROJECT, "TaskIds": [id.0]});
    let data = world.call(Call::new(action, &body, Repeat::Idempotent)).await.unwrap().data;
    // A job advances with each poll.
    for _ in 0..5 {
        if data["AsyncId"].is_string() {
            let body = json!({"ProjectId": PROJECT, "AsyncId": data["AsyncId"]});
            world.call(Call::new("GetOpsAsyncJob", &body, Repeat::Read)).await.unwrap();
        }
    }
}

/// Returns Status and Submit of a task.
pub async fn status(world: &World, name: &str) -> (String, bool) {
    let body = json!({"ProjectId": PROJECT, "TaskId": id(world, Kind::Task, name).0});
    let data = world.call(Call::new("GetTask", &body, Repeat::Read)).await.unwrap().data;
    let base = &data["TaskBaseAttribute"];
    (base["Status"].as_str().unwrap().to_owned(), base["Submit"].as_bool().unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_workflow_its_folders_and_its_running_tasks_are_made_in_order() {
    let world = warehouse(Behaviour::default());
    insta::assert_snapshot!(world.plan_text().await, @r#"
    + Workflow/sales  create: new  (sales.yaml:1)
        ParentFolderPath = "/etl/daily"
        WorkflowName = "sales"
    + Task/a  create, then submit, then start: new  (a.yaml:1)
        TaskBaseAttribute.TaskFolderPath = "/in/raw"
        TaskBaseAttribute.TaskName = "a"
        TaskBaseAttribute.TaskTypeId = "35"
        TaskBaseAttribute.WorkflowId = ${workflow.sales.id} (known after apply)
        TaskConfiguration.CodeContent:
          +echo a
        TaskSchedulerConfiguration.StartTime = "2026-01-01 00:00:00"
    + Task/b  create, then submit, then start: new  (b.yaml:1)
        TaskBaseAttribute.TaskFolderPath = "/in/raw"
        TaskBaseAttribute.TaskName = "b"
        TaskBaseAttribute.TaskTypeId = "35"
        TaskBaseAttribute.WorkflowId = ${workflow.sales.id} (known after apply)
        TaskConfiguration.CodeContent:
          +echo b
        TaskSchedulerConfiguration.StartTime = "2026-01-01 00:00:00"
        TaskSchedulerConfiguration.UpstreamDependencyConfigList[${task.a.id}] = {"MainCyclicConfig":"DAY","SubordinateCyclicConfig":"CURRENT_DAY","TaskId":"${task.a.id}"}

    Plan: 3 to create, 0 to update, 0 to delete, 0 unchanged
    "#);
    let pass = world.apply().await;
    assert_eq!(
        pass.log,
        [
            "done create Workflow/sales",
            "done create Task/a",
            "done create Task/b",
            "done submit Task/a",
            "done start Task/a",
            "done submit Task/b",
            "done start Task/b",
        ]
    );
    for name in ["a", "b"] {
        assert_eq!(status(&world, name).await, ("Y".to_owned(), true));
    }
    // Each level of both folder trees was created once.
    assert_eq!(world.count("CreateWorkflowFolder"), 2);
    assert_eq!(world.count("CreateTaskFolder"), 2);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_running_task_is_submitted_and_it_goes_on_running() {
    let world = warehouse(Behaviour::default());
    world.apply().await;
    world.write("a.yaml", &task("a", "echo new", "schedule: running", ""));
    assert_eq!(world.apply().await.log, ["done update Task/a", "done submit Task/a"]);
    assert_eq!(status(&world, "a").await, ("Y".to_owned(), true));
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn what_people_did_to_the_schedule_is_drift_with_a_reason() {
    let world = warehouse(Behaviour::default());
    world.apply().await;
    ops(&world, "PauseOpsTasksAsync", "a").await;
    ops(&world, "StopOpsTasksAsync", "b").await;
    insta::assert_snapshot!(world.plan_text().await, @r"
    ▷ Task/a  start: paused outside  (a.yaml:1)
    ▷ Task/b  start: taken offline outside  (b.yaml:1)

    Plan: 0 to create, 0 to update, 0 to delete, 2 to start, 1 unchanged
    ");
    assert_eq!(world.plan().await.standing().drifted.len(), 2);
    assert_eq!(world.apply().await.log, ["done start Task/a", "done start Task/b"]);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    // Another client saves a version without submitting it.
    let body = json!({"ProjectId": PROJECT, "TaskId": id(&world, Kind::Task, "a").0,
                      "NewSetting": {"TaskBaseAttribute": {"TaskDescription": "by hand"}}});
    world.call(Call::new("UpdateTaskPartially", &body, Repeat::Idempotent)).await.unwrap();
    insta::assert_snapshot!(world.plan_text().await, @r"
    ↑ Task/a  submit: saved as V2, submitted is V1  (a.yaml:1)

    Plan: 0 to create, 0 to update, 0 to delete, 1 to submit, 2 unchanged
    ");
    assert_eq!(world.apply().await.log, ["done submit Task/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_task_can_be_submitted_alone_paused_and_left_alone() {
    let world = World::new(Behaviour::default());
    world.write("sales.yaml", &workflow("sales", ""));
    world.write("a.yaml", &task("a", "echo a", "schedule: submitted", ""));
    world.apply().await;
    assert_eq!(status(&world, "a").await, ("N".to_owned(), true));
    assert!(world.plan().await.is_empty());
    // The manifest does not say whether it runs.
    ops(&world, "StartOpsTasks", "a").await;
    assert!(world.plan().await.is_empty());
    world.write("a.yaml", &task("a", "echo a", "schedule: paused", ""));
    assert_eq!(world.apply().await.log, ["done pause Task/a"]);
    assert_eq!(status(&world, "a").await.0, "O");
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    ops(&world, "StartOpsTasks", "a").await;
    assert!(world.plan_text().await.contains("pause: started outside"));
    world.write("a.yaml", &task("a", "echo a", "schedule: draft", ""));
    assert!(world.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_runs_goes_offline_before_it_is_deleted_or_replaced() {
    let world = warehouse(Behaviour::default());
    world.apply().await;
    world.remove("b.yaml");
    assert_eq!(world.apply().await.log, ["done stop Task/b", "done delete Task/b"]);
    let other = task("a", "echo a", "schedule: running", "").replace("Shell", "Python");
    world.write("a.yaml", &other);
    assert!(
        world
            .plan_text()
            .await
            .starts_with("± Task/a  stop, then replace, then submit, then start: ")
    );
    let log = world.apply().await.log;
    assert_eq!(
        log,
        [
            "done stop Task/a",
            "done delete Task/a",
            "done create Task/a",
            "done submit Task/a",
            "done start Task/a",
        ]
    );
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    // When everything is deleted, the workflow comes last.
    world.remove_all();
    world.write("other.yaml", &workflow("other", ""));
    let log = world.apply().await.log;
    assert_eq!(log.last().unwrap(), "done delete Workflow/sales");
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_workflow_is_updated_without_touching_its_tasks_and_replaced_with_them() {
    let world = warehouse(Behaviour::default());
    world.apply().await;
    world
        .write("sales.yaml", &workflow("sales", "  WorkflowDesc: new\n  WorkflowParams: {p: v}\n"));
    assert_eq!(world.apply().await.log, ["done update Workflow/sales"]);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    let moved = workflow("sales", "").replace("/etl/daily", "/");
    world.write("sales.yaml", &moved);
    let log = world.apply().await.log;
    let place = |what: &str| log.iter().position(|line| line == what).unwrap();
    assert!(place("done delete Task/a") < place("done delete Workflow/sales"));
    assert!(place("done delete Workflow/sales") < place("done create Workflow/sales"));
    assert!(place("done create Workflow/sales") < place("done create Task/a"));
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_lost_state_is_found_again_with_the_workflow_that_tasks_lie_in() {
    let mut world = warehouse(Behaviour { show_folder: true, ..Behaviour::default() });
    world.bundle = Some(Bundle { id: "b-1".to_owned(), name: "sales".to_owned() });
    world.apply().await;
    world.lose_state();
    let log = world.apply().await.log;
    assert_eq!(log.len(), 3, "{log:?}");
    assert!(log.iter().all(|line| line.starts_with("done adopt ")), "{log:?}");
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_submit_that_waits_for_approval_and_a_failed_job_are_told() {
    let behaviour = Behaviour { submits: SubmitReading::Waiting, ..Behaviour::default() };
    let world = World::new(behaviour);
    world.write("sales.yaml", &workflow("sales", ""));
    world.write("a.yaml", &task("a", "echo a", "schedule: running", ""));
    let log = world.apply().await.log;
    assert!(log[2].contains("was submitted and is not approved (ApproveStatus "), "{log:?}");
    assert_eq!(log[3], "skipped start Task/a: Task/a");
    let behaviour = Behaviour { jobs: JobReading::Fail, ..Behaviour::default() };
    let world = World::new(behaviour);
    world.write("sales.yaml", &workflow("sales", ""));
    world.write("a.yaml", &task("a", "echo a", "schedule: running", ""));
    world.apply().await;
    world.write("a.yaml", &task("a", "echo a", "schedule: paused", ""));
    let pass = world.apply().await;
    assert!(pass.log[0].starts_with("failed pause Task/a: the job "), "{:?}", pass.log);
    assert_eq!(status(&world, "a").await.0, "Y");
}

#[tokio::test(start_paused = true)]
async fn a_trigger_workflow_runs_by_its_own_field() {
    let world = World::new(Behaviour::default());
    let text = "apiVersion: wedata/2025-08-06\nkind: TriggerWorkflow\nmetadata: {name: t}\n\
                lifecycle: {schedule: running}\nspec:\n  ParentFolderPath: /\n  \
                TriggerWorkflowSchedulerConfigurations:\n    - {TriggerMode: TIME_TRIGGER, \
                ScheduleTimeZone: UTC+8, StartTime: 2026-01-01 00:00:00, EndTime: 2099-01-01 \
                00:00:00, ConfigMode: COMMON, CycleType: DAY_CYCLE, CrontabExpression: \"0 0 0 * \
                * ? *\"}\n";
    world.write("t.yaml", text);
    let one = "apiVersion: wedata/2025-08-06\nkind: TriggerTask\nmetadata: {name: x}\n\
               lifecycle: {schedule: submitted}\nspec:\n  TriggerTaskBaseAttribute: {WorkflowId: \
               \"${triggerworkflow.t.id}\", TaskTypeId: Shell}\n  TriggerTaskConfiguration: \
               {Code: echo x}\n";
    world.write("x.yaml", one);
    assert_eq!(
        world.apply().await.log,
        [
            "done create TriggerWorkflow/t",
            "done create TriggerTask/x",
            "done submit TriggerTask/x",
            "done start TriggerWorkflow/t"
        ]
    );
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    world.write("t.yaml", &text.replace("running", "paused").replace("0 0 0", "0 0 1"));
    insta::assert_snapshot!(world.plan_text().await, @r#"
    ~ TriggerWorkflow/t  update: manifest changed  (t.yaml:1)
        SchedulerStatus: "ACTIVE" -> "PAUSED"
        TriggerWorkflowSchedulerConfigurations[0].CrontabExpression: "0 0 0 * * ? *" -> "0 0 1 * * ? *"

    Plan: 0 to create, 1 to update, 0 to delete, 1 unchanged
    "#);
    assert_eq!(world.apply().await.log, ["done update TriggerWorkflow/t"]);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}
