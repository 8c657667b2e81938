//! The effect of a plan on unmanaged tasks, what the project accepts, and how existing resources
//! are adopted with their workflows.

use std::collections::BTreeSet;

use serde_json::json;
use taskloom::emulator::{Behaviour, ProjectMode};
use taskloom::kinds::{decode_created, table};
use taskloom::model::{Call, Kind, Repeat};
use taskloom::plan::{Guards, check};

use crate::import::{import_all, manifests};
use crate::rebuild::rebuild;
use crate::support::{PROJECT, World, task};

const FREE: Guards =
    Guards { deletes_max: 99, deletes_max_percent: 100, empty_allowed: true, force: false };

async fn refusals(world: &World, guards: Guards) -> Vec<String> {
    let (plan, n_desired) = (world.plan().await, world.desired().resources.len());
    let refusals = check(&plan, n_desired, world.state().recorded.resources.len(), guards);
    refusals.iter().map(ToString::to_string).collect()
}

/// Creates a task as another client, optionally in a workflow and downstream of another task.
async fn foreign(world: &World, name: &str, workflow: &str, upstream: Option<&str>) -> String {
    let upstreams = upstream.map(|id| {
        json!([{"TaskId": id, "MainCyclicConfig": "DAY", "SubordinateCyclicConfig": "CURRENT_DAY"}])
    });
    let body = json!({
        "ProjectId": PROJECT,
        "TaskBaseAttribute": {"TaskName": name, "WorkflowId": workflow, "TaskTypeId": "35"},
        "TaskConfiguration": {},
        "TaskSchedulerConfiguration": {"UpstreamDependencyConfigList": upstreams},
    });
    let reply = world.call(Call::new("CreateTask", &body, Repeat::No)).await.unwrap();
    decode_created(table(Kind::Task), &reply.data).unwrap().0
}

fn id(world: &World, address: &str) -> String {
    world.state().recorded.id_of(&address.parse().unwrap()).unwrap().0
}

const WORKFLOW: &str = "apiVersion: wedata/2025-08-06\nkind: Workflow\nmetadata: {name: w}\n\
                        spec: {ParentFolderPath: /}\n";

#[tokio::test(start_paused = true)]
async fn what_tasks_of_others_need_is_not_taken_away_without_force() {
    let world = World::new(Behaviour::default());
    world.write("w.yaml", WORKFLOW);
    let inside = task("a", "echo a", "").replace("wf-1", "\"${workflow.w.id}\"");
    world.write("a.yaml", &inside);
    world.write("b.yaml", &task("b", "echo b", &crate::support::after("a")));
    world.apply().await;
    // Our own tasks may be deleted together.
    world.remove_all();
    world.write("c.yaml", &task("c", "echo c", ""));
    assert_eq!(refusals(&world, FREE).await, Vec::<String>::new());
    let (a, w) = (id(&world, "Task/a"), id(&world, "Workflow/w"));
    let down = foreign(&world, "theirs", "wf-9", Some(&a)).await;
    let within = foreign(&world, "guest", &w, None).await;
    assert_eq!(
        refusals(&world, FREE).await,
        [
            format!("tasks that stay are in Workflow/w: guest ({within})"),
            format!("tasks that stay are downstream of Task/a: theirs ({down})"),
        ]
    );
    assert_eq!(refusals(&world, Guards { force: true, ..FREE }).await, Vec::<String>::new());
    let told = taskloom::plan::to_json(&world.plan().await);
    assert_eq!(told["changes"][0]["needed_by"], json!([{"id": within, "name": "guest"}]));
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_the_project_does_not_take_is_refused_before_the_first_write() {
    let behaviour = Behaviour {
        schedule_mode: ProjectMode::Workflow,
        mode_checked: true,
        ..Behaviour::default()
    };
    let world = World::new(behaviour);
    world.write("a.yaml", &task("a", "echo a", ""));
    assert_eq!(refusals(&world, FREE).await, ["the project takes no Task, and 1 would be made"]);
    world.remove_all();
    world.write("t.yaml", &crate::support::trigger_task("t", "echo t"));
    assert_eq!(refusals(&world, FREE).await, Vec::<String>::new());
    world.apply().await;
    let before = world.count("GetProject");
    assert!(world.plan().await.is_empty());
    // A plan that creates nothing does not check the project.
    assert_eq!(world.count("GetProject"), before);
}

#[tokio::test(start_paused = true)]
async fn running_tasks_are_imported_with_their_workflow_and_schedule() {
    let world = World::new(Behaviour::default());
    world.write("w.yaml", &WORKFLOW.replace("{name: w}", "{name: sales}"));
    for (name, schedule) in [("a", "running"), ("b", "paused"), ("c", "submitted"), ("d", "draft")]
    {
        let text = task(name, "echo", "")
            .replace("wf-1", "\"${workflow.sales.id}\"")
            .replace("spec:", &format!("lifecycle: {{schedule: {schedule}}}\nspec:"));
        world.write(&format!("{name}.yaml"), &text);
    }
    world.apply().await;
    let other = world.neighbour();
    let mut names = import_all(&other).await.names;
    names.sort();
    assert_eq!(names, ["Task/a", "Task/b", "Task/c", "Task/d", "Workflow/sales"]);
    let text = std::fs::read_to_string(manifests(&other).join("a.yaml")).unwrap();
    assert!(text.contains("schedule: running"), "{text}");
    assert!(text.contains("${workflow.sales.id}"), "{text}");
    let text = std::fs::read_to_string(manifests(&other).join("d.yaml")).unwrap();
    assert!(!text.contains("schedule:"), "{text}");
    assert!(other.plan().await.is_empty(), "{}", other.plan_text().await);
    // Without an owner mark a lost state is rebuilt by names, the workflow first.
    other.lose_state();
    let found = rebuild(&other, None).await;
    assert_eq!(found.finds.len(), 5, "{found:#?}");
    assert!(other.plan().await.is_empty(), "{}", other.plan_text().await);
    assert_eq!(other.audit(&BTreeSet::new()).await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_submitted_version_says_where_it_comes_from() {
    let world = World::new(Behaviour::default());
    let text = task("a", "echo", "").replace("spec:", "lifecycle: {schedule: submitted}\nspec:");
    world.write("a.yaml", &text);
    world.apply().await;
    let calls = world.calls();
    let submit = calls.iter().find(|call| call.action == "SubmitTask").unwrap();
    assert_eq!(submit.body["VersionRemark"], "a test");
    let revision = taskloom::git::Revision {
        commit: "0123456789abcdef".to_owned(),
        subject: "Orders come daily".to_owned(),
        dirty: true,
    };
    assert_eq!(
        revision.remark(),
        "0123456789ab Orders come daily (with changes that are not committed)"
    );
}
