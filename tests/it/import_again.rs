//! An import that was interrupted at any step, and one whose manifests already exist.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use taskloom::emulator::Behaviour;
use taskloom::import::{ImportError, ImportSelection, SkipReason, SkippedResource};
use taskloom::manifest::load;
use taskloom::model::{Bundle, Call, Kind, RemoteId, Repeat};
use taskloom::observe::Refresh;
use taskloom::plan::ManagedExtent;

use crate::import::{all, create, import_all, import_by, import_whole, manifests, request, shell};
use crate::support::{PROJECT, TASKS, World, task};

fn upstream(id: &str) -> Json {
    json!({"UpstreamDependencyConfigList": [{"TaskId": id, "MainCyclicConfig": "DAY",
           "SubordinateCyclicConfig": "CURRENT_DAY"}]})
}

/// Five tasks: two have the same name, the oldest depends on the newest, and one has no code.
async fn world_of_five(bundle: bool) -> World {
    let mut world = World::new(Behaviour::default());
    let old = create(&world, Kind::Task, shell("same", b"echo 1\n", json!({}))).await;
    let mut other = shell("same", b"echo 2\n", json!({}));
    other["TaskBaseAttribute"]["WorkflowId"] = "wf-2".into();
    create(&world, Kind::Task, other).await;
    let middle = create(&world, Kind::Task, shell("middle", &[0, 159], upstream(&old.0))).await;
    let mut bare = shell("bare", b"", upstream(&middle.0));
    bare["TaskConfiguration"].as_object_mut().unwrap().remove("CodeContent");
    create(&world, Kind::Task, bare).await;
    let young = create(&world, Kind::Task, shell("young", b"echo 5\n", json!({}))).await;
    let mut update = json!({"ProjectId": PROJECT, "TaskId": old.0, "NewSetting": {}});
    update["NewSetting"]["TaskSchedulerConfiguration"] = upstream(&young.0);
    world.call(Call::new("UpdateTaskPartially", &update, Repeat::Idempotent)).await.unwrap();
    world.bundle = bundle.then(|| Bundle { id: "ours".to_owned(), name: "sales".to_owned() });
    world
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into()).collect();
    files.sort();
    files
}

fn force() -> ImportSelection {
    ImportSelection { force: true, ..all() }
}

#[tokio::test(start_paused = true)]
async fn an_import_that_dies_before_any_file_is_finished_by_the_next() {
    for bundle in [false, true] {
        let ready = world_of_five(bundle).await;
        let whole = ready.fork();
        let names = import_all(&whole).await.names;
        let all_files = files(&manifests(&whole));
        assert_eq!((names.len(), all_files.len()), (5, 9));
        for name in &all_files {
            let world = ready.fork();
            let folder = manifests(&world);
            // Something in the place of a file stops the import at that point.
            fs::create_dir(folder.join(name)).unwrap();
            let error = import_by(&world, &request(&world), force()).await.unwrap_err();
            assert!(matches!(error, ImportError::Io { .. }), "{error}");
            fs::remove_dir(folder.join(name)).unwrap();
            finish(&world, &names, &all_files).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_import_that_dies_before_the_state_is_written_is_finished_by_the_next() {
    let ready = world_of_five(true).await;
    let whole = ready.fork();
    let names = import_all(&whole).await.names;
    let all_files = files(&manifests(&whole));
    let world = whole.fork();
    fs::remove_file(world.state_file()).unwrap();
    let written: Vec<_> = all_files
        .iter()
        .map(|name| fs::metadata(manifests(&world).join(name)).unwrap().modified().unwrap())
        .collect();
    finish(&world, &names, &all_files).await;
    let now: Vec<_> = all_files
        .iter()
        .map(|name| fs::metadata(manifests(&world).join(name)).unwrap().modified().unwrap())
        .collect();
    assert_eq!(written, now, "nothing is written again");
}

/// What is left can be loaded, an apply creates nothing twice, and an import without force
/// completes the rest.
async fn finish(world: &World, names: &[String], all_files: &[PathBuf]) {
    let n_tasks = world.count("CreateTask");
    let loaded = load(&request(world));
    assert!(!loaded.problems.has_errors(), "{}", loaded.problems);
    assert!(world.state().recorded.resources.is_empty());
    assert_eq!(world.fork().apply().await.tally.done, 0);
    let imported = import_all(world).await;
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    assert_eq!(sorted(&imported.names), sorted(names));
    assert!(imported.skipped.is_empty(), "{:?}", imported.skipped);
    assert_eq!(files(&manifests(world)), all_files);
    assert!(world.plan_text().await.starts_with("No changes: 5 unchanged"));
    assert_eq!(world.apply().await.tally.done, 0);
    assert_eq!(world.count("CreateTask"), n_tasks);
    assert!(import_all(world).await.names.is_empty(), "everything is managed");
}

#[tokio::test(start_paused = true)]
async fn a_manifest_that_asks_for_exactly_what_is_there_is_adopted_as_it_is() {
    let world = World::new(Behaviour::default());
    world.write(
        "twin.yaml",
        &task("twin", "echo", "").replace("spec:", "lifecycle: {protect: true}\nspec:"),
    );
    let scheduler = json!({"StartTime": "2026-01-01 00:00:00"});
    create(&world, Kind::Task, shell("twin", b"echo", scheduler.clone())).await;
    let imported = import_all(&world).await;
    assert_eq!(imported.names, ["Task/twin"]);
    assert_eq!(files(&manifests(&world)), [PathBuf::from("twin.yaml")]);
    assert!(world.state().recorded.resources.values().all(|resource| resource.protect));
    assert!(world.plan_text().await.starts_with("No changes"));
    // A second one of the same name is not ours, and none is adopted when both could be.
    create(&world, Kind::Task, shell("twin", b"echo", scheduler)).await;
    fs::remove_file(world.state_file()).unwrap();
    let imported = import_by(&world, &request(&world), all()).await.unwrap();
    assert!(imported.names.is_empty());
    let declared = |skipped: &SkippedResource| matches!(skipped.why, SkipReason::Declared(_));
    assert_eq!(imported.skipped.iter().filter(|skipped| declared(skipped)).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_full_import_names_defaults_too_and_their_change_is_drift() {
    for (extent, is_seen) in [(ManagedExtent::Chosen, false), (ManagedExtent::Everything, true)] {
        let mut world = World::new(Behaviour::default());
        let n_tasks = crate::import::create_documented(&world).await;
        let id = create(&world, Kind::Task, shell("plain", b"echo", json!({}))).await;
        let imported = import_whole(&world, &request(&world), all(), extent).await.unwrap();
        assert_eq!(imported.names.len(), n_tasks + 1);
        let problems = &imported.outcome.loaded.problems;
        assert!(problems.is_empty(), "{problems}");
        assert!(imported.outcome.restless.is_empty(), "{:#?}", imported.outcome.restless);
        for refresh in [Refresh::Moved, Refresh::Full] {
            world.refresh = refresh;
            assert!(world.plan_text().await.starts_with("No changes"));
        }
        let new = json!({"TaskSchedulerConfiguration": {"MaxRetryNumber": 9}});
        let body = json!({"ProjectId": PROJECT, "TaskId": id.0, "NewSetting": new});
        let call = Call::new("UpdateTaskPartially", &body, Repeat::Idempotent);
        world.call(call).await.unwrap();
        let text = world.plan_text().await;
        assert_eq!(text.contains("MaxRetryNumber: 9 -> 4  [drift]"), is_seen, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_nowhere_or_in_another_project_is_told_as_absent() {
    let world = World::new(Behaviour::default());
    let mut elsewhere = shell("a", b"echo", json!({}));
    elsewhere["ProjectId"] = "2".into();
    let task = Call::new("CreateTask", &elsewhere, Repeat::No);
    let task = world.call(task).await.unwrap().data["TaskId"].as_str().unwrap().to_owned();
    let body = json!({"ProjectId": "2", "WorkflowName": "w", "ParentFolderPath": "/"});
    let workflow = Call::new("CreateWorkflow", &body, Repeat::No);
    let workflow = world.call(workflow).await.unwrap().data;
    let workflow = workflow["WorkflowId"].as_str().unwrap().to_owned();
    for id in [workflow, "no-such-workflow".to_owned()] {
        let wish = ImportSelection { workflows: vec![id.clone()], ..ImportSelection::default() };
        let error = import_by(&world, &request(&world), wish).await.unwrap_err();
        let told = format!("there is no Workflow with the id {id} in this project");
        assert_eq!(error.to_string(), told);
        assert!(error.way_out().unwrap().contains("--project-id"));
    }
    for kind in TASKS {
        let wish = ImportSelection {
            ids: vec![(kind, RemoteId(task.clone()))],
            ..ImportSelection::default()
        };
        let error = import_by(&world, &request(&world), wish).await.unwrap_err();
        let told = format!("there is no {kind} with the id {task} in this project");
        assert_eq!(error.to_string(), told);
        assert!(error.way_out().unwrap().contains("--project-id"));
    }
    assert!(world.state().recorded.resources.is_empty());
}
