//! Apply against the embedded service: the order of calls, their effect, the result of a failure.
#![expect(clippy::disallowed_methods, reason = "a test reads the state file")]
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use taskloom::emulator::{Behaviour, FaultKind, FaultMoment};
use taskloom::model::{Address, Call, Repeat};

use crate::support::{World, after, fault, task, trigger_task};

#[tokio::test(start_paused = true)]
async fn what_is_depended_on_is_made_first() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", &after("b")));
    world.write("b.yaml", &task("b", "echo b", &after("c")));
    world.write("c.yaml", &task("c", "echo c", ""));
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done create Task/c", "done create Task/b", "done create Task/a"]);
    let state = world.state();
    let recorded = |name: &str| state.recorded.resources[&address(name)].clone();
    let scheduler = &recorded("a").spec.to_json()["TaskSchedulerConfiguration"];
    let upstream = &scheduler["UpstreamDependencyConfigList"][0]["TaskId"];
    assert_eq!(*upstream, serde_json::json!(recorded("b").id));
}

fn address(name: &str) -> Address {
    format!("Task/{name}").parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_second_apply_finds_nothing_to_do_and_writes_nothing() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("t.yaml", &trigger_task("t", "echo t"));
    world.apply().await;
    let before = std::fs::read(world.state_file()).unwrap();
    let n_calls = world.calls().len();
    let pass = world.apply().await;
    assert!(pass.plan.is_empty(), "{:#?}", pass.plan);
    assert_eq!(std::fs::read(world.state_file()).unwrap(), before);
    let after: Vec<String> = world.calls().into_iter().skip(n_calls).map(|c| c.action).collect();
    assert_eq!(after, ["GetTask", "GetTriggerTask"]);
}

#[tokio::test(start_paused = true)]
async fn changed_code_is_one_update_that_keeps_what_the_service_made() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo one", ""));
    world.apply().await;
    world.write("a.yaml", &task("a", "echo two", ""));
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done update Task/a"]);
    let update = world.calls().into_iter().find(|call| call.action == "UpdateTask").unwrap();
    let keys = &update.body["Task"]["TaskConfiguration"]["TaskExtConfigurationList"];
    assert!(keys.as_array().unwrap().iter().any(|pair| pair["ParamKey"] == "bucket"), "{keys}");
    assert!(world.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_removed_manifest_is_a_delete_after_its_users() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", &after("b")));
    world.write("b.yaml", &task("b", "echo b", ""));
    world.write("c.yaml", &task("c", "echo c", ""));
    world.apply().await;
    world.remove("a.yaml");
    world.remove("b.yaml");
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done delete Task/a", "done delete Task/b"]);
    assert_eq!(world.state().recorded.resources.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_type_replaces_and_its_users_follow() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", &after("b")));
    world.write("b.yaml", &task("b", "echo b", ""));
    world.apply().await;
    world.write("b.yaml", &task("b", "print()", "").replace("Shell", "Python"));
    let pass = world.apply().await;
    let log = ["done delete Task/b", "done create Task/b", "done update Task/a"];
    assert_eq!(pass.log, log);
    assert!(world.plan().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_failure_skips_only_what_depends_on_it() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", &after("b")));
    world.write("b.yaml", &task("b", "echo b", ""));
    world.write("t.yaml", &trigger_task("t", "echo t"));
    world.fault(fault("CreateTask", 1, FaultMoment::Before, FaultKind::StatusFalse));
    let pass = world.apply().await;
    assert_eq!((pass.tally.done, pass.tally.failed, pass.tally.skipped), (1, 1, 1));
    assert!(pass.log.contains(&"done create TriggerTask/t".to_owned()), "{:?}", pass.log);
    assert!(pass.log.contains(&"skipped create Task/a: Task/b".to_owned()), "{:?}", pass.log);
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done create Task/b", "done create Task/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_to_a_create_is_looked_up_and_not_sent_again() {
    for kind in [FaultKind::Drop, FaultKind::Garbage, FaultKind::InternalError, FaultKind::Hang] {
        let world = World::new(Behaviour::default());
        world.write("a.yaml", &task("a", "echo a", ""));
        world.fault(fault("CreateTask", 1, FaultMoment::After, kind));
        let pass = world.apply().await;
        assert_eq!(pass.log, ["done create Task/a"], "{kind:?}");
        assert_eq!(world.count("CreateTask"), 1, "{kind:?}");
        assert!(world.plan().await.is_empty(), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_surely_did_not_happen_is_sent_again() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.fault(fault("CreateTask", 1, FaultMoment::Before, FaultKind::Drop));
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done create Task/a"]);
    assert_eq!(world.count("CreateTask"), 2);
    assert_eq!(world.state().recorded.resources.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn status_false_is_a_failure() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo one", ""));
    world.apply().await;
    world.write("a.yaml", &task("a", "echo two", ""));
    world.fault(fault("UpdateTask", 1, FaultMoment::Before, FaultKind::StatusFalse));
    let pass = world.apply().await;
    assert!(pass.log[0].starts_with("failed update Task/a: UpdateTask answered with Status false"));
    assert_eq!(world.apply().await.log, ["done update Task/a"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_deleted_outside_is_made_again() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.apply().await;
    let id = world.state().recorded.id_of(&address("a")).unwrap();
    let body = serde_json::json!({"ProjectId": "1000000000000000001", "TaskId": id});
    world.call(Call::new("DeleteTask", &body, Repeat::Idempotent)).await.unwrap();
    let text = world.plan_text().await;
    assert!(text.starts_with("+ Task/a  create: deleted outside"), "{text}");
    assert_eq!(world.apply().await.log, ["done create Task/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_rename_moves_the_state_and_sends_no_write() {
    let world = World::new(Behaviour::default());
    world.write(
        "a.yaml",
        &task("a", "echo a", "").replace("{WorkflowId", "{TaskName: x, WorkflowId"),
    );
    world.apply().await;
    let renamed = task("b", "echo a", "")
        .replace("{WorkflowId", "{TaskName: x, WorkflowId")
        .replace("{name: b}", "{name: b, formerly: [a]}");
    world.write("a.yaml", &renamed);
    let pass = world.apply().await;
    assert_eq!(pass.log, ["done record Task/b"]);
    assert_eq!(
        world.count("CreateTask") + world.count("UpdateTask") + world.count("DeleteTask"),
        1
    );
    assert_eq!(world.state().recorded.resources.len(), 1);
    assert!(world.plan().await.is_empty());
}
