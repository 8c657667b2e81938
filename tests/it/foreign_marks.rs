//! Resources with the owner mark of another bundle are left alone, whatever the state says.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use taskloom::emulator::Behaviour;
use taskloom::model::{
    Bundle, Call, Desired, Kind, Observation, Observed, OwnershipTag, Repeat, Value,
};
use taskloom::observe::Refresh;
use taskloom::plan::{Plan, TextStyle, plan, render};

use super::life::{id, needs, status, task, warehouse, workflow};
use super::support::build::{desired, observed, recorded, spec, wanted};
use super::support::program::Home;
use super::support::{PROJECT, World};

fn bundle(id: &str) -> Option<Bundle> {
    Some(Bundle { id: id.to_owned(), name: "sales".to_owned() })
}

/// Returns what the service shows, with this BundleId on everything.
fn marked(mut seen: Observed, bundle_id: &str) -> Observed {
    for sighting in seen.sightings.values_mut() {
        if let Observation::Present(seen) = sighting {
            let bundle_id = bundle_id.to_owned();
            seen.mark = Some(OwnershipTag { bundle_id, address: None, nonce: None });
        }
    }
    seen
}

fn text(plan: &Plan) -> String {
    render(plan, TextStyle::default())
}

/// Returns the writing calls, from the `n`-th call on.
fn writes(world: &World, n: usize) -> Vec<String> {
    let calls = world.calls().into_iter().skip(n).map(|call| call.action);
    calls.filter(|action| !action.starts_with("Get") && !action.starts_with("List")).collect()
}

#[test]
fn what_would_be_changed_or_deleted_and_is_anothers_is_an_error_of_its_own() {
    let one = || spec(json!({}));
    let new = || spec(json!({"SelfDepend": "parallel"}));
    let state = recorded([("changed", one()), ("left", one()), ("same", one()), ("gone", one())]);
    let mut git = desired([("changed", wanted(new())), ("same", wanted(one()))]);
    git.bundle = bundle("ours");
    let seen = observed([
        ("changed", Some(one())),
        ("left", Some(one())),
        ("same", Some(one())),
        ("gone", None),
    ]);
    let seen = marked(seen, "theirs");
    assert_snapshot!(text(&plan(&git, &state, Some(&seen))), @r#"
    . Task/gone  forget: no manifest, and deleted outside
    ! Task/changed  error: GetTask shows the BundleId "theirs" for id-changed, which is neither ours nor recorded: it belongs to somebody else  (t.yaml:1)
    ! Task/left  error: GetTask shows the BundleId "theirs" for id-left, which is neither ours nor recorded: it belongs to somebody else

    Plan: 0 to create, 0 to update, 0 to delete, 1 to forget, 1 unchanged, 2 in error
    "#);
    let errors = |git: &Desired, bundle_id: &str| {
        let seen = marked(seen.clone(), bundle_id);
        plan(git, &state, Some(&seen)).errors.len()
    };
    // Resources with our mark, or without any, are changed.
    assert_eq!((errors(&git, "ours"), errors(&git, "theirs")), (0, 2));
    git.bundle = bundle("theirs");
    assert_eq!(errors(&git, "theirs"), 0);
    assert!(plan(&git, &state, None).errors.is_empty());
}

#[test]
fn a_mark_that_the_manifest_or_the_state_names_is_known() {
    let signed = || {
        let mut spec = spec(json!({})).to_json();
        spec["TaskConfiguration"]["BundleId"] = json!("theirs");
        Value::from(spec)
    };
    let state = recorded([("kept", spec(json!({}))), ("left", signed())]);
    let git = desired([("kept", wanted(signed()))]);
    let seen = observed([("kept", Some(spec(json!({})))), ("left", Some(signed()))]);
    let plan = plan(&git, &state, Some(&marked(seen, "theirs")));
    assert_eq!((plan.changes.len(), plan.errors.len()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_state_that_lists_what_is_anothers_stops_and_deletes_nothing_of_it() {
    for refresh in [Refresh::Moved, Refresh::Full] {
        let mut world = warehouse(Behaviour::default());
        world.bundle = bundle("theirs");
        world.apply().await;
        (world.bundle, world.refresh) = (bundle("ours"), refresh);
        world.remove_all();
        world.write("new.yaml", &workflow("new", ""));
        let before = world.calls().len();
        let pass = world.apply().await;
        assert_eq!(writes(&world, before), ["CreateWorkflow"], "{:?}", pass.log);
        assert!(pass.tally.failed + pass.plan.errors.len() > 0);
        assert_eq!(status(&world, "a").await.0, "Y");
        assert_eq!(world.state().recorded.resources.len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_of_anothers_is_updated_submitted_started_or_paused() {
    let changes: [(&str, &str); 4] = [
        ("echo new", "schedule: draft"),
        ("echo a", "schedule: submitted"),
        ("echo a", "schedule: paused"),
        ("echo a", "schedule: running"),
    ];
    for (code, lifecycle) in changes {
        let was =
            if lifecycle.ends_with("paused") { "schedule: running" } else { "schedule: draft" };
        let mut world = World::new(Behaviour::default());
        world.bundle = bundle("theirs");
        world.write("sales.yaml", &workflow("sales", ""));
        world.write("a.yaml", &task("a", "echo a", was, ""));
        world.apply().await;
        world.bundle = bundle("ours");
        world.write("a.yaml", &task("a", code, lifecycle, ""));
        world.write("b.yaml", &task("b", "echo b", "", &needs("a")));
        let before = world.calls().len();
        let pass = world.apply().await;
        assert!(pass.log.contains(&"done create Task/b".to_owned()), "{:?}", pass.log);
        let writes = writes(&world, before);
        assert!(writes.iter().all(|w| w.starts_with("Create")), "{lifecycle}: {writes:?}");
        let told = pass.log.iter().chain(&pass.hints).any(|line| line.contains("theirs"));
        assert!(told || pass.plan.errors.len() == 1, "{lifecycle}: {:?}", pass.log);
    }
}

#[tokio::test(start_paused = true)]
async fn a_manifest_that_names_the_mark_goes_through_its_whole_life() {
    let mut world = World::new(Behaviour::default());
    world.bundle = bundle("ours");
    let signed = |code: &str| {
        let text = task("a", code, "schedule: running", "");
        text.replace("{Code: ", "{BundleId: theirs, Code: ")
    };
    world.write("sales.yaml", &workflow("sales", ""));
    world.write("a.yaml", &signed("echo one"));
    world.apply().await;
    world.write("a.yaml", &signed("echo two"));
    let log = world.apply().await.log;
    assert_eq!(log, ["done update Task/a", "done submit Task/a"]);
    world.remove("a.yaml");
    assert_eq!(world.apply().await.log, ["done stop Task/a", "done delete Task/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_mark_that_appears_after_the_plan_stops_the_write() {
    let mut world = warehouse(Behaviour::default());
    world.bundle = bundle("ours");
    world.apply().await;
    world.write("a.yaml", &task("a", "echo new", "schedule: running", ""));
    let desired = world.desired();
    let mut session = world.session().await.unwrap();
    let (plan, observed) = session.look(&desired).await.unwrap();
    let set = json!({"TaskConfiguration": {"BundleId": "theirs"}});
    let body: Json = json!({"ProjectId": PROJECT, "TaskId": id(&world, Kind::Task, "a").0,
        "NewSetting": set});
    world.call(Call::new("UpdateTaskPartially", &body, Repeat::Idempotent)).await.unwrap();
    let before = world.calls().len();
    let (_stop, stop) = tokio::sync::watch::channel(false);
    let tally = session.carry_out(&plan, &desired, &observed, stop, &mut |_| {}).await.unwrap();
    assert_eq!(tally.failed, 1);
    assert_eq!(writes(&world, before), Vec::<String>::new());
}

#[test]
fn destroy_leaves_what_is_anothers_and_takes_what_is_ours() {
    let home = Home::embedded();
    home.write("a.yaml", &super::support::task("a", "echo a", ""));
    assert_eq!(home.run("apply -y").status, 0);
    let project = home.read("taskloom.yaml");
    home.write("taskloom.yaml", &project.replace("0d0c6f0a", "11111111"));
    let ran = home.run("destroy -y --json");
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("belongs to somebody else"), "{}", ran.out);
    home.write("taskloom.yaml", &project);
    assert_eq!(home.run("destroy -y").status, 0);
}
