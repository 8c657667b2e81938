//! Existing resources become manifests that declare exactly what exists.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use taskloom::emulator::{
    Behaviour, FieldSpelling, ListOrder, ListReading, ServiceIds, TriggerVersions,
};
use taskloom::import::{
    ImportContext, ImportError, ImportOutcome, ImportSelection, SkipReason, SkippedResource,
    SortedResources, adopt, draft, read,
};
use taskloom::kinds::table;
use taskloom::manifest::{LoadOptions, LoadedManifests, load};
use taskloom::model::{Bundle, Call, Kind, RemoteId, Repeat};
use taskloom::observe::Refresh;
use taskloom::plan::ManagedExtent;

use crate::support::{TASKS, World, task};

pub const PROJECT: &str = "1000000000000000001";

/// The result of an import.
#[derive(Debug)]
pub struct Imported {
    pub names: Vec<String>,
    pub skipped: Vec<SkippedResource>,
    pub outcome: ImportOutcome,
}

pub fn manifests(world: &World) -> PathBuf {
    world.state_file().ancestors().nth(3).unwrap().join("manifests")
}

pub fn request(world: &World) -> LoadOptions {
    LoadOptions {
        root: manifests(world),
        folders: vec![".".to_owned()],
        target: "test".to_owned(),
        project_id: Some(PROJECT.to_owned()),
        bundle: world.bundle.clone(),
        ..LoadOptions::default()
    }
}

/// Imports with an unchanged request.
pub async fn import_by(
    world: &World,
    request: &LoadOptions,
    wish: ImportSelection,
) -> Result<Imported, ImportError> {
    import_whole(world, request, wish, ManagedExtent::Chosen).await
}

/// Imports, writing as many fields as the extent says.
pub async fn import_whole(
    world: &World,
    request: &LoadOptions,
    wish: ImportSelection,
    extent: ManagedExtent,
) -> Result<Imported, ImportError> {
    let loaded = load(request);
    assert!(!loaded.problems.has_errors(), "{}", loaded.problems);
    let (into, force) = (Path::new(""), wish.force);
    let ground = ImportContext { request, loaded: &loaded, into, force, extent };
    let mut session = world.session().await.unwrap();
    let bundle_id = world.bundle.as_ref().map(|bundle| bundle.id.as_str());
    let (found, mut skipped) =
        read(&world.scope(), session.recorded(), bundle_id, &wish, &mut |_, _| {}).await?;
    let SortedResources { drafts, skipped: more } = draft(ground, session.recorded(), found);
    skipped.extend(more);
    let outcome = adopt(&mut session, ground, &drafts).await?;
    let names = drafts.iter().map(|draft| draft.address.to_string()).collect();
    Ok(Imported { names, skipped, outcome })
}

pub fn all() -> ImportSelection {
    ImportSelection { all: true, ..ImportSelection::default() }
}

/// Imports everything; the manifests must be valid.
pub async fn import_all(world: &World) -> Imported {
    let imported = import_by(world, &request(world), all()).await.unwrap();
    let LoadedManifests { problems, .. } = &imported.outcome.loaded;
    assert!(problems.is_empty(), "{problems}");
    assert!(imported.outcome.restless.is_empty(), "{:#?}", imported.outcome.restless);
    imported
}

/// Creates a task as another client.
pub async fn create(world: &World, kind: Kind, mut body: Json) -> RemoteId {
    body["ProjectId"] = PROJECT.into();
    let call = Call::new(table(kind).actions.create, &body, Repeat::No);
    let reply = world.call(call).await.unwrap();
    RemoteId(reply.data["TaskId"].as_str().unwrap().to_owned())
}

/// Returns a Shell task with this name and code.
pub fn shell(name: &str, code: &[u8], scheduler: Json) -> Json {
    use base64::Engine as _;
    let code = base64::engine::general_purpose::STANDARD.encode(code);
    json!({
        "TaskBaseAttribute": {"TaskName": name, "TaskTypeId": "35", "WorkflowId": "wf-1"},
        "TaskConfiguration": {"CodeContent": code, "BrokerIp": "any"},
        "TaskSchedulerConfiguration": scheduler,
    })
}

fn text(world: &World, file: &str) -> String {
    fs::read_to_string(manifests(world).join(file)).unwrap()
}

/// Creates a task from every documented request.
pub async fn create_documented(world: &World) -> usize {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases/requests");
    let mut n_tasks = 0;
    for kind in TASKS {
        for entry in fs::read_dir(cases.join(kind.name())).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let mut body: Json = serde_json::from_str(&text).unwrap();
            // Two of them are the same task, and a name used twice in a workflow causes a warning.
            body[table(kind).base]["WorkflowId"] = format!("workflow-{n_tasks}").into();
            create(world, kind, body).await;
            n_tasks += 1;
        }
    }
    n_tasks
}

#[tokio::test(start_paused = true)]
async fn every_documented_task_is_imported_and_the_next_plan_is_empty() {
    let plain = Behaviour::default;
    let behaviours = [
        plain(),
        Behaviour { spelling: FieldSpelling::New, show_folder: true, ..plain() },
        Behaviour { order: ListOrder::Shuffled, trigger_list: ListReading::BothKinds, ..plain() },
        Behaviour { service_ids: ServiceIds::Wrapped, ..plain() },
        Behaviour { trigger_versions: TriggerVersions::Null, ..plain() },
    ];
    for behaviour in behaviours {
        let mut world = World::new(behaviour.clone());
        let n_tasks = create_documented(&world).await;
        let imported = import_all(&world).await;
        assert_eq!(imported.names.len(), n_tasks, "{behaviour:?}");
        for refresh in [Refresh::Moved, Refresh::Full] {
            world.refresh = refresh;
            let text = world.plan_text().await;
            assert!(text.starts_with("No changes"), "{behaviour:?} {refresh:?}\n{text}");
        }
        assert_eq!(world.apply().await.tally.done, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_manifest_names_what_was_set_and_nothing_else() {
    let world = World::new(Behaviour::default());
    let first = create(&world, Kind::Task, shell("first", b"echo 1\n", json!({}))).await;
    let scheduler = json!({
        "CycleType": "DAY_CYCLE", "RetryWaitMinute": 7, "StartTime": "2026-01-01 00:00:00",
        "UpstreamDependencyConfigList": [{"TaskId": first.0, "MainCyclicConfig": "DAY",
            "SubordinateCyclicConfig": "CURRENT_DAY"}],
        "ParamTaskInList": [{"ParamKey": "p", "ParamDesc": "x.first.p", "FromTaskId": first.0,
            "FromParamKey": "p"}],
    });
    let mut body = shell("订单 日报/1", b"echo 2\n", scheduler);
    body["TaskBaseAttribute"]["OwnerUin"] = "100000000001".into();
    body["TaskConfiguration"]["TaskExtConfigurationList"] =
        json!([{"ParamKey": "answer", "ParamValue": "no"}]);
    create(&world, Kind::Task, body).await;
    let imported = import_all(&world).await;
    assert_eq!(imported.names, ["Task/first", "Task/订单-日报-1"]);
    insta::assert_snapshot!(text(&world, "订单-日报-1.yaml"), @r#"
apiVersion: wedata/2025-08-06
kind: Task
metadata:
  name: 订单-日报-1
spec:
  TaskBaseAttribute:
    TaskName: 订单 日报/1
    TaskTypeId: Shell
    WorkflowId: wf-1
    OwnerUin: "100000000001"
  TaskConfiguration:
    CodeFile: 订单-日报-1.sh
    TaskExtConfigurationList:
      answer: "no"
    BrokerIp: any
  TaskSchedulerConfiguration:
    CycleType: DAY_CYCLE
    StartTime: "2026-01-01 00:00:00"
    UpstreamDependencyConfigList:
      - TaskId: ${task.first.id}
        MainCyclicConfig: DAY
        SubordinateCyclicConfig: CURRENT_DAY
    ParamTaskInList:
      - ParamKey: p
        ParamDesc: x.first.p
        FromTaskId: ${task.first.id}
        FromParamKey: p
    RetryWaitMinute: 7
"#);
    assert_eq!(text(&world, "订单-日报-1.sh"), "echo 2\n");
}

#[tokio::test(start_paused = true)]
async fn names_that_clash_or_cannot_be_files_are_resolved_by_age() {
    let world = World::new(Behaviour::default());
    let names =
        ["a", "A", "a-2", "../etc/passwd", "...", "con", "taskloom", "a b", "a/b", "taskloom"];
    for (n, name) in names.iter().enumerate() {
        let mut body = shell(name, b"echo", json!({}));
        body["TaskBaseAttribute"]["WorkflowId"] = format!("wf-{n}").into();
        create(&world, Kind::Task, body).await;
    }
    let imported = import_all(&world).await;
    insta::assert_snapshot!(imported.names.join("\n"), @r"
    Task/a
    Task/A-2
    Task/a-2-2
    Task/etc-passwd
    Task/task
    Task/con-task
    Task/taskloom-task
    Task/a-b
    Task/a-b-2
    Task/taskloom-task-2
    ");
    assert!(world.plan_text().await.starts_with("No changes"));
}

#[tokio::test(start_paused = true)]
async fn tasks_that_wait_for_each_other_keep_their_ids() {
    let world = World::new(Behaviour::default());
    let upstream = |id: &str| {
        json!({"UpstreamDependencyConfigList": [{"TaskId": id, "MainCyclicConfig": "DAY",
               "SubordinateCyclicConfig": "CURRENT_DAY"}]})
    };
    let first = create(&world, Kind::Task, shell("first", b"1", json!({}))).await;
    let second = create(&world, Kind::Task, shell("second", b"2", upstream(&first.0))).await;
    create(&world, Kind::Task, shell("third", b"3", upstream(&second.0))).await;
    let mut update = json!({"ProjectId": PROJECT, "TaskId": first.0, "NewSetting": {}});
    update["NewSetting"]["TaskSchedulerConfiguration"] = upstream(&second.0);
    world.call(Call::new("UpdateTaskPartially", &update, Repeat::Idempotent)).await.unwrap();
    import_all(&world).await;
    assert!(text(&world, "first.yaml").contains(&format!("TaskId: \"{second}\"")));
    assert!(text(&world, "second.yaml").contains(&format!("TaskId: \"{first}\"")));
    assert!(text(&world, "third.yaml").contains("TaskId: ${task.second.id}"));
    assert!(world.plan_text().await.starts_with("No changes"));
}

#[tokio::test(start_paused = true)]
async fn code_that_is_no_text_comes_back_byte_for_byte() {
    let world = World::new(Behaviour::default());
    let code = [0, 159, 146, 150, b'\r', b'\n', 0];
    create(&world, Kind::Task, shell("bytes", &code, json!({}))).await;
    import_all(&world).await;
    assert_eq!(fs::read(manifests(&world).join("bytes.sh")).unwrap(), code);
    assert!(world.plan_text().await.starts_with("No changes"));
}

#[tokio::test(start_paused = true)]
async fn what_is_managed_is_left_alone_and_can_be_referred_to() {
    let world = World::new(Behaviour::default());
    world.write("own.yaml", &task("own", "echo", ""));
    world.apply().await;
    let own = world.state().recorded.resources.values().next().unwrap().id.clone();
    let scheduler = json!({"UpstreamDependencyConfigList": [{"TaskId": own.0,
        "MainCyclicConfig": "DAY", "SubordinateCyclicConfig": "CURRENT_DAY"}]});
    create(&world, Kind::Task, shell("other", b"echo", scheduler)).await;
    let imported = import_all(&world).await;
    assert_eq!(imported.names, ["Task/other"]);
    assert!(matches!(&imported.skipped[..], [SkippedResource { why: SkipReason::Managed(_), .. }]));
    assert!(text(&world, "other.yaml").contains("TaskId: ${task.own.id}"));
    assert_eq!(import_all(&world).await.names, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn no_file_is_overwritten_unless_forced() {
    let world = World::new(Behaviour::default());
    create(&world, Kind::Task, shell("a", b"echo", json!({}))).await;
    create(&world, Kind::Task, shell("b", b"echo", json!({}))).await;
    world.write("b.sh", "mine");
    let error = import_by(&world, &request(&world), all()).await.unwrap_err();
    assert_eq!(error.to_string(), "1 of the files are there already: b.sh");
    assert_eq!(text(&world, "b.sh"), "mine");
    assert!(!manifests(&world).join("a.yaml").exists());
    assert!(world.state().recorded.resources.is_empty());
    let wish = ImportSelection { force: true, ..all() };
    let imported = import_by(&world, &request(&world), wish).await.unwrap();
    assert_eq!(imported.names, ["Task/a", "Task/b"]);
    assert_eq!(text(&world, "b.sh"), "echo");
    let left = fs::read_dir(manifests(&world)).unwrap().count();
    assert_eq!(left, 4, "nothing is left aside");
}

#[tokio::test(start_paused = true)]
async fn tasks_of_other_bundles_are_not_taken() {
    let mut world = World::new(Behaviour::default());
    let bundle = |id: &str| Some(Bundle { id: id.to_owned(), name: "n".to_owned() });
    world.bundle = bundle("theirs");
    let mut body = shell("a", b"echo", json!({}));
    body["TaskConfiguration"]["BundleId"] = "theirs".into();
    let id = create(&world, Kind::Task, body).await;
    world.bundle = bundle("ours");
    let imported = import_all(&world).await;
    assert!(matches!(&imported.skipped[..], [SkippedResource { why: SkipReason::Foreign(_), .. }]));
    let named = ImportSelection { ids: vec![(Kind::Task, id)], ..ImportSelection::default() };
    let error = import_by(&world, &request(&world), named.clone()).await.unwrap_err();
    assert!(matches!(error, ImportError::Foreign { .. }), "{error}");
    let imported = import_by(&world, &request(&world), ImportSelection { force: true, ..named })
        .await
        .unwrap();
    assert_eq!(imported.names, ["Task/a"]);
    assert!(world.plan_text().await.starts_with("No changes"));
    // The manifest contains their mark, so that the adopted task can be changed.
    let manifest = text(&world, "a.yaml");
    assert!(manifest.contains("BundleId: theirs"), "{manifest}");
    world.write("a.yaml", &manifest.replace("BrokerIp: any", "BrokerIp: 10.0.0.1"));
    world.write("a.sh", "echo new");
    assert_eq!(world.apply().await.log, ["done update Task/a"]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_a_manifest_asks_for_already_is_not_imported_beside_it() {
    let world = World::new(Behaviour::default());
    create(&world, Kind::Task, shell("twin", b"echo something else", json!({}))).await;
    world.write("twin.yaml", &task("twin", "echo", ""));
    let imported = import_all(&world).await;
    assert!(matches!(
        &imported.skipped[..],
        [SkippedResource { why: SkipReason::Declared(_), .. }]
    ));
}

#[tokio::test(start_paused = true)]
async fn one_task_and_one_workflow_can_be_named() {
    let world = World::new(Behaviour::default());
    let mut ids = Vec::new();
    for workflow in ["wf-1", "wf-2", "wf-22"] {
        let mut body = shell(&format!("of-{workflow}"), b"echo", json!({}));
        body["TaskBaseAttribute"]["WorkflowId"] = workflow.into();
        ids.push(create(&world, Kind::Task, body).await);
    }
    let named =
        ImportSelection { ids: vec![(Kind::Task, ids[0].clone())], ..ImportSelection::default() };
    let imported = import_by(&world, &request(&world), named).await.unwrap();
    assert_eq!(imported.names, ["Task/of-wf-1"]);
    let workflow =
        ImportSelection { workflows: vec!["wf-2".to_owned()], ..ImportSelection::default() };
    let imported = import_by(&world, &request(&world), workflow).await.unwrap();
    assert_eq!(imported.names, ["Task/of-wf-2"]);
    let absent = ImportSelection {
        ids: vec![(Kind::Task, RemoteId("1".to_owned()))],
        ..ImportSelection::default()
    };
    let error = import_by(&world, &request(&world), absent).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no Task with the id 1 in this project");
}

#[tokio::test(start_paused = true)]
async fn a_development_target_takes_its_own_tasks_without_their_prefix() {
    let world = World::new(Behaviour::default());
    create(&world, Kind::Task, shell("[dev ann] a", b"echo", json!({}))).await;
    create(&world, Kind::Task, shell("b", b"echo", json!({}))).await;
    let request = LoadOptions { developer: Some("ann".to_owned()), ..request(&world) };
    let imported = import_by(&world, &request, all()).await.unwrap();
    assert_eq!(imported.names, ["Task/a"]);
    assert!(imported.outcome.restless.is_empty(), "{:#?}", imported.outcome.restless);
    assert!(!text(&world, "a.yaml").contains("TaskName"));
}

#[tokio::test(start_paused = true)]
async fn two_thousand_tasks_are_imported_at_once() {
    let world = World::new(Behaviour::default());
    let mut earlier = String::new();
    for n in 0..2000 {
        // Each name four times, a dependency on the previous task, sometimes code that is not text.
        let code = if n % 10 == 0 { vec![0xff, n as u8] } else { format!("echo {n}").into_bytes() };
        let scheduler = match n % 3 {
            0 => json!({}),
            _ => {
                json!({"UpstreamDependencyConfigList": [{"TaskId": earlier, "MainCyclicConfig": "DAY",
                        "SubordinateCyclicConfig": "CURRENT_DAY"}]})
            }
        };
        let mut body = shell(&format!("task {}", n % 500), &code, scheduler);
        body["TaskBaseAttribute"]["WorkflowId"] = format!("wf-{}", n / 500).into();
        earlier = create(&world, Kind::Task, body).await.0;
    }
    let before = world.calls().len();
    let imported = import_all(&world).await;
    assert_eq!(imported.names.len(), 2000);
    let calls = world.calls().split_off(before);
    let count = |action: &str| calls.iter().filter(|call| call.action == action).count();
    assert_eq!((count("ListTasks"), count("GetTask")), (10, 2000));
    assert!(world.plan_text().await.starts_with("No changes: 2000 unchanged"));
    assert!(text(&world, "task-1-4.yaml").contains("TaskId: ${task.task-0-4.id}"));
}
