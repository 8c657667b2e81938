//! One response says that something is gone and another one shows it: nothing is done that
//! depends on its being gone.

use std::sync::Arc;

use insta::assert_snapshot;
use serde_json::json;
use taskloom::emulator::{Behaviour, MissingReading};
use taskloom::model::{
    Address, Desired, DesiredResource, Kind, Observation, Observed, Recorded, RecordedResource,
    RemoteId, RemoteVersion, TextPart, Value,
};
use taskloom::plan::{Plan, Selection, TextStyle, narrow, plan, render, schedule};

use super::support::build::{address, depends_on, desired, observed, recorded, spec, wanted};
use super::support::program::{Home, emulator, settled};
use super::support::{World, after, task};

/// How many reads do not find a new task: more than any test makes.
const FOR_EVER: u32 = 1_000_000;

fn contradicted(names: &[&str]) -> Observed {
    let key =
        |name: &&str| ((Kind::Task, RemoteId(format!("id-{name}"))), Observation::Contradicted);
    let sightings = names.iter().map(key).collect();
    Observed { sightings, ..observed([]) }
}

/// Returns the errors of a plan and its operations, as printed.
fn text(plan: &Plan) -> String {
    render(plan, TextStyle::default())
}

/// Returns a task with this WorkflowId.
fn inside(workflow: Value) -> Value {
    let mut spec = spec(json!({}));
    let base = spec.as_map_mut().unwrap().get_mut("TaskBaseAttribute").unwrap();
    base.as_map_mut().unwrap().insert("WorkflowId".to_owned(), workflow);
    spec
}

fn add_workflow(state: &mut Recorded, name: &str) {
    let spec = Value::from(json!({"WorkflowName": name, "ParentFolderPath": "/"}));
    let (extra, observed) = (Value::map(), RemoteVersion::default());
    let id = RemoteId(format!("id-{name}"));
    let entry = RecordedResource { id, spec, extra, protect: false, observed };
    state.resources.insert(Address::new(Kind::Workflow, name), entry);
}

fn workflow(name: &str, folder: &str) -> (Address, Arc<DesiredResource>) {
    let spec = Value::from(json!({"WorkflowName": name, "ParentFolderPath": folder}));
    (Address::new(Kind::Workflow, name), Arc::new(wanted(spec)))
}

#[test]
fn what_a_list_shows_is_neither_made_nor_deleted_nor_forgotten() {
    let state = recorded([("kept", spec(json!({}))), ("left", spec(json!({})))]);
    // What depends on it continues with the recorded id.
    let git = desired([("kept", wanted(spec(json!({})))), ("user", wanted(depends_on("kept")))]);
    let plan = plan(&git, &state, Some(&contradicted(&["kept", "left"])));
    assert_snapshot!(text(&plan), @r#"
    + Task/user  create: new  (t.yaml:1)
        TaskBaseAttribute.TaskName = "user"
        TaskBaseAttribute.TaskTypeId = "35"
        TaskBaseAttribute.WorkflowId = "w"
        TaskConfiguration.BrokerIp = "any"
        TaskSchedulerConfiguration.UpstreamDependencyConfigList[id-kept] = {"MainCyclicConfig":"DAY","TaskId":"id-kept"}
    ! Task/kept  error: GetTask says that id-kept does not exist, but ListTasks shows it: nothing is done to it  (t.yaml:1)
    ! Task/left  error: GetTask says that id-left does not exist, but ListTasks shows it: nothing is done to it

    Plan: 1 to create, 0 to update, 0 to delete, 0 unchanged, 2 in error
    "#);
    let steps = schedule(&plan, &git, &state);
    assert_eq!(steps.len(), 1);
    let upstream = steps[0].spec.to_json()["TaskSchedulerConfiguration"].take();
    assert_eq!(upstream["UpstreamDependencyConfigList"][0]["TaskId"], "id-kept");
    // A user can exclude it.
    let selection = Selection { exclude: vec!["left".parse().unwrap()], ..Selection::default() };
    let rest = narrow(plan, &git, &state, &selection);
    let errors: Vec<String> = rest.errors.iter().map(|one| one.address.to_string()).collect();
    assert_eq!(errors, ["Task/kept"]);
}

#[test]
fn what_it_lies_in_and_what_it_needs_are_neither_deleted_nor_replaced() {
    let mut state = recorded([
        ("t", inside(Value::from("id-w"))),
        ("other", inside(Value::from("id-w"))),
        ("upstream", spec(json!({}))),
    ]);
    add_workflow(&mut state, "w");
    let t = state.resources.get_mut(&address("t")).unwrap();
    let dependency = json!([{"TaskId": "id-upstream"}]);
    let scheduler = t.spec.as_map_mut().unwrap().get_mut("TaskSchedulerConfiguration").unwrap();
    let list = ("UpstreamDependencyConfigList".to_owned(), Value::from(dependency));
    scheduler.as_map_mut().unwrap().extend([list]);
    let seen = contradicted(&["t"]);
    // Without manifests everything is deleted except what it depends on.
    let all = plan(&Desired::default(), &state, Some(&seen));
    assert_snapshot!(text(&all), @r#"
    - Task/other  delete: no manifest
    ! Workflow/w  error: Task/t holds its id (id-w) and is left as it is: it is neither deleted nor replaced
    ! Task/t  error: GetTask says that id-t does not exist, but ListTasks shows it: nothing is done to it
    ! Task/upstream  error: Task/t holds its id (id-upstream) and is left as it is: it is neither deleted nor replaced

    Plan: 0 to create, 0 to update, 1 to delete, 0 unchanged, 3 in error
    "#);
    // When a workflow cannot be replaced, nothing in it is replaced either.
    let home = Value::Template(vec![TextPart::IdOf(Address::new(Kind::Workflow, "w"))]);
    let mut git = desired([
        ("t", wanted(inside(home.clone()))),
        ("other", wanted(inside(home))),
        ("upstream", wanted(spec(json!({})))),
    ]);
    git.resources.extend([workflow("w", "/elsewhere")]);
    let moved = plan(&git, &state, Some(&seen));
    assert_snapshot!(text(&moved), @r#"
    ! Workflow/w  error: Task/t holds its id (id-w) and is left as it is: it is neither deleted nor replaced  (t.yaml:1)
    ! Task/t  error: GetTask says that id-t does not exist, but ListTasks shows it: nothing is done to it  (t.yaml:1)

    No changes: 2 unchanged, compared with the service, 2 in error
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_new_task_that_get_does_not_show_is_not_made_again() {
    for missing in [MissingReading::NotFound, MissingReading::Null] {
        let behaviour = Behaviour { get_delay: FOR_EVER, missing, ..Behaviour::default() };
        let world = World::new(behaviour);
        world.write("a.yaml", &task("a", "echo a", ""));
        let pass = world.apply().await;
        assert!(pass.log[0].starts_with("failed create Task/a: it is not there"), "{:?}", pass.log);
        world.write("b.yaml", &task("b", "echo b", &after("a")));
        for _ in 0..2 {
            let plan = world.apply().await.plan;
            assert_eq!(plan.errors[0].address, address("a"));
            assert!(plan.changes.iter().all(|change| change.address != address("a")));
        }
        // A task whose manifest is removed is not forgotten while it keeps running.
        world.remove_all();
        let plan = world.apply().await.plan;
        assert_eq!((plan.changes.len(), plan.errors.len()), (0, 2));
        assert_eq!(world.state().recorded.resources.len(), 2);
        assert_eq!((world.count("CreateTask"), world.count("DeleteTask")), (2, 0));
    }
}

#[test]
fn the_program_says_which_resource_is_left_and_why_and_fails() {
    let words = format!("--rate 0 --behaviour get-delay={FOR_EVER}");
    let (_emulator, url) = emulator(&Home::new(), &words);
    let home = Home::new();
    home.write(
        "taskloom.yaml",
        &format!(
            "bundle: {{name: test}}\nmanifests: [\".\"]\ntargets:\n  t: {{endpoint: \"{url}\", \
             project_id: \"1\", region: ap-guangzhou}}\n"
        ),
    );
    let home = home
        .with("TENCENTCLOUD_SECRET_ID", "taskloom-local")
        .with("TENCENTCLOUD_SECRET_KEY", "taskloom-local");
    home.write("a.yaml", &task("a", "echo a", ""));
    assert_eq!(home.run("apply -y").status, 1);
    let ran = home.run("plan --json");
    let json = ran.json();
    assert_eq!((ran.status, &json["changes"]), (1, &json!([])));
    let error = &json["errors"][0];
    assert_eq!(error["address"], "Task/a");
    assert!(error["message"].as_str().unwrap().contains("ListTasks shows it"), "{error}");
    let ran = home.run("apply -y");
    assert_eq!(ran.status, 1);
    assert_snapshot!(settled(&(ran.out + &ran.err)), @r#"
    ! Task/a  error: GetTask says that ID does not exist, but ListTasks shows it: nothing is done to it  (a.yaml:1)

    No changes: 0 unchanged, compared with the service, 1 in error
    error: Task/a: GetTask says that ID does not exist, but ListTasks shows it: nothing is done to it
    help: apply again when the service has caught up; if it is gone for good (look in the console), let the state forget it with `taskloom state rm Task/a`
    "#);
    let ran = home.run("status --json");
    assert_eq!((ran.status, &ran.json()["changes"]["errors"][0]["address"]), (1, &json!("Task/a")));
    let ran = home.run("watch --once --json");
    let pass = ran.json_lines().pop().unwrap();
    assert_eq!((ran.status, &pass["verdict"], &pass["done"]), (1, &json!("failed"), &json!(0)));
    assert_eq!(pass["errors"][0]["address"], "Task/a");
}
