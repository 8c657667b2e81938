//! Failures in the life of a task: lost responses, stale reads, approvals, and tasks that go or
//! stay offline.

use std::collections::BTreeSet;

use serde_json::json;
use taskloom::emulator::{
    Behaviour, DeleteReading, FaultKind, FaultMoment, FolderReading, StartFailures, StartReading,
    SubmitReading, WorkflowNames,
};
use taskloom::model::{Call, Kind, Repeat};

use crate::life::{id, needs, ops, status, task, warehouse, workflow};
use crate::support::{PROJECT, World, fault};

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_any_step_leaves_everything_once() {
    let actions = [
        "CreateWorkflow",
        "CreateWorkflowFolder",
        "CreateTaskFolder",
        "CreateTask",
        "SubmitTask",
        "StartOpsTasks",
        "ListTaskFolders",
        "GetWorkflow",
    ];
    for action in actions {
        for effect in [FaultMoment::Before, FaultMoment::After] {
            for kind in [FaultKind::Status502, FaultKind::Hang] {
                let world = warehouse(Behaviour::default());
                world.fault(fault(action, 1, effect, kind));
                let log = world.apply_until_done(3).await;
                world.apply_later().await;
                let wrong = world.audit(&BTreeSet::new()).await;
                assert_eq!(wrong, Vec::<String>::new(), "{action} {effect:?} {kind:?}: {log:#?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_approval_is_not_submitted_again_until_it_changes() {
    let behaviour = Behaviour { submits: SubmitReading::Waiting, ..Behaviour::default() };
    let world = World::new(behaviour);
    world.write("sales.yaml", &workflow("sales", ""));
    world.write("a.yaml", &task("a", "echo a", "schedule: running", ""));
    for _ in 0..3 {
        let log = world.apply().await.log;
        assert!(log.iter().any(|line| line.contains("is not approved")), "{log:?}");
    }
    assert_eq!(world.count("SubmitTask"), 1);
    world.write("a.yaml", &task("a", "echo new", "schedule: running", ""));
    world.apply().await;
    world.apply().await;
    assert_eq!(world.count("SubmitTask"), 2);
    assert!(world.service.approve(&id(&world, Kind::Task, "a").0).unwrap());
    assert_eq!(world.apply().await.log, ["done start Task/a"]);
    assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_task_on_its_way_offline_gets_there_before_it_is_started_or_deleted() {
    for wanted in ["running", "gone"] {
        let behaviour = Behaviour { deletes: DeleteReading::NotScheduled, ..Behaviour::default() };
        let world = warehouse(behaviour);
        world.apply().await;
        let body = json!({"ProjectId": PROJECT, "TaskIds": [id(&world, Kind::Task, "b").0]});
        world.call(Call::new("StopOpsTasksAsync", &body, Repeat::Idempotent)).await.unwrap();
        assert_eq!(status(&world, "b").await.0, "T");
        if wanted == "running" {
            assert_eq!(world.apply().await.log, ["done start Task/b"]);
        } else {
            world.remove("b.yaml");
            assert_eq!(world.apply().await.log, ["done stop Task/b", "done delete Task/b"]);
        }
        assert_eq!(world.count("StopOpsTasksAsync"), 1);
        assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_stays_offline_is_told_with_a_way_out() {
    for start_failures in [StartFailures::StatusFalse, StartFailures::Error] {
        let starts = StartReading::NotOffline;
        let world = warehouse(Behaviour { starts, start_failures, ..Behaviour::default() });
        world.apply().await;
        ops(&world, "StopOpsTasksAsync", "b").await;
        let pass = world.apply().await;
        assert_eq!(
            pass.log,
            ["failed start Task/b: the service does not start a task that is offline (Status F)"]
        );
        assert!(pass.hints[0].starts_with("submit the task once more in the console"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_submit_is_not_left_out_because_a_read_is_behind_the_update() {
    // Each read of the apply in turn.
    for nth in 1..=5 {
        let world = warehouse(Behaviour::default());
        world.apply().await;
        world.write("a.yaml", &task("a", "echo new", "schedule: running", ""));
        world.fault(fault("GetTask", nth, FaultMoment::After, FaultKind::StaleRead));
        let log = world.apply().await.log;
        assert_eq!(log, ["done update Task/a", "done submit Task/a"], "read {nth}");
        assert_eq!(status(&world, "a").await, ("Y".to_owned(), true), "read {nth}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_folder_answered_without_an_id_is_made_all_the_same() {
    for (action, n) in [("CreateWorkflowFolder", 3), ("CreateTaskFolder", 3)] {
        let world = warehouse(Behaviour { folders: FolderReading::Any, ..Behaviour::default() });
        world.fault(fault(action, 1, FaultMoment::Before, FaultKind::StatusFalse));
        assert_eq!(world.apply().await.tally.failed, 0);
        assert_eq!(world.count(action), n);
        assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_submit_is_looked_for_until_it_shows_and_sent_once() {
    for kind in [FaultKind::Status502, FaultKind::Hang] {
        for n_stale in 0..=3 {
            let world = warehouse(Behaviour::default());
            world.apply().await;
            let before = world.count("SubmitTask");
            world.write("a.yaml", &task("a", "echo new", "schedule: running", ""));
            world.fault(fault("SubmitTask", 1, FaultMoment::After, kind));
            // The first four reads precede the submit.
            for nth in 0..n_stale {
                world.fault(fault("GetTask", 5 + nth, FaultMoment::After, FaultKind::StaleRead));
            }
            let log = world.apply().await.log;
            assert_eq!(log, ["done update Task/a", "done submit Task/a"], "{kind:?} {n_stale}");
            assert_eq!(world.count("SubmitTask") - before, 1, "{kind:?} {n_stale}");
            assert_eq!(world.audit(&BTreeSet::new()).await, Vec::<String>::new());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_submit_that_waits_for_approval_is_not_sent_again() {
    for submits in [SubmitReading::Waiting, SubmitReading::WaitingShown] {
        let world = World::new(Behaviour { submits, ..Behaviour::default() });
        world.write("sales.yaml", &workflow("sales", ""));
        world.write("a.yaml", &task("a", "echo a", "schedule: submitted", ""));
        world.fault(fault("SubmitTask", 1, FaultMoment::After, FaultKind::Status502));
        world.apply().await;
        world.apply().await;
        assert_eq!(world.count("SubmitTask"), 1, "{submits:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_running_task_stays_when_the_workflow_that_it_is_to_move_to_is_refused() {
    let behaviour =
        Behaviour { workflow_names: WorkflowNames::UniqueInProject, ..Behaviour::default() };
    let world = warehouse(behaviour);
    world.apply().await;
    let foreign = json!({"ProjectId": PROJECT, "WorkflowName": "new", "ParentFolderPath": "/"});
    world.call(Call::new("CreateWorkflow", &foreign, Repeat::No)).await.unwrap();
    world.write("new.yaml", &workflow("new", ""));
    for (name, more) in [("a", String::new()), ("b", needs("a"))] {
        let moved = task(name, "echo x", "schedule: running", &more);
        world.write(&format!("{name}.yaml"), &moved.replace("workflow.sales", "workflow.new"));
    }
    let n_calls = world.calls().len();
    let pass = world.apply().await;
    assert!(pass.log[0].starts_with("failed create Workflow/new: "), "{:?}", pass.log);
    assert_eq!((pass.tally.done, pass.tally.failed), (0, 1));
    let sent: Vec<String> = world.calls().into_iter().skip(n_calls).map(|c| c.action).collect();
    for harm in ["StopOpsTasksAsync", "DeleteTask"] {
        assert!(!sent.iter().any(|action| action == harm), "{sent:?}");
    }
    for name in ["a", "b"] {
        assert_eq!(status(&world, name).await.0, "Y");
    }
}
