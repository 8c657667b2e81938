//! Random manifests under random switches of the service: after any apply the next plan is empty.
//!
//! A failure prints its seed: TASKLOOM_TEST_SEED=n runs that one alone, TASKLOOM_TEST_N=n runs more
//! of them than by default.
#![expect(clippy::disallowed_methods, reason = "how much is tried comes from the environment")]

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::Value as Json;
use taskloom::emulator::{
    Behaviour, DeleteReading, FieldSpelling, ListOrder, ListReading, MissingReading, NameFilter,
    NameRule, OmittedReading, PartialLists, RemovalPaths, ServerKeys, ServiceIds, TriggerVersions,
    Upstreams, WorkflowReading,
};
use taskloom::manifest::{CodePlace, write};
use taskloom::model::{Address, DesiredResource, Kind, Lifecycle, ManifestPlace, TextPart, Value};
use taskloom::observe::Refresh;

use crate::import_random::body;
use crate::support::{TASKS, World};

/// The number of worlds that are tried by default.
const N_WORLDS: u64 = 25;

/// The number of manifests in each.
const N_MANIFESTS: usize = 6;

/// A placeholder for the id of an earlier task, later replaced by its address.
const EARLIER: &str = "the earlier one";

#[tokio::test(start_paused = true)]
async fn after_any_apply_of_any_manifest_the_next_plan_is_empty() {
    let read = |name| std::env::var(name).ok().and_then(|text: String| text.parse::<u64>().ok());
    let seeds = match read("TASKLOOM_TEST_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..read("TASKLOOM_TEST_N").unwrap_or(N_WORLDS),
    };
    for seed in seeds {
        run(seed).await;
    }
}

async fn run(seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let first: Vec<(Address, Value)> = (0..N_MANIFESTS).map(|n| manifest(&mut rng, n)).collect();
    let behaviour = behaviour(&mut rng, &first);
    let story = format!("seed {seed}: {behaviour:?}");
    let mut world = World::new(behaviour);
    first.iter().for_each(|(address, spec)| put(&world, address, spec));
    check(&mut world, &story, "created").await;
    // Other values, other fields, other list items; what cannot be changed stays.
    for (n, (address, before)) in first.iter().enumerate() {
        let (_, mut spec) = manifest(&mut rng, n);
        keep(&mut spec, before, address.kind);
        put(&world, address, &spec);
    }
    check(&mut world, &story, "updated").await;
}

async fn check(world: &mut World, story: &str, what: &str) {
    world.refresh = Refresh::Moved;
    let pass = world.apply().await;
    assert_eq!((pass.tally.failed, pass.tally.skipped), (0, 0), "{story} {what}\n{:#?}", pass.log);
    for refresh in [Refresh::Moved, Refresh::Full] {
        world.refresh = refresh;
        let text = world.plan_text().await;
        assert!(text.starts_with("No changes"), "{story} {what}, {refresh:?}\n{text}");
    }
}

fn manifest(rng: &mut Rng, n: usize) -> (Address, Value) {
    let kind = TASKS[n % 2];
    let earlier = if n > 1 { vec![EARLIER.to_owned()] } else { Vec::new() };
    let body = body(rng, kind, &earlier);
    let before = Address::new(kind, format!("t{}", n.saturating_sub(2)));
    (Address::new(kind, format!("t{n}")), linked(body, &before))
}

fn linked(json: Json, earlier: &Address) -> Value {
    match json {
        Json::String(text) if text == EARLIER => {
            Value::Template(vec![TextPart::IdOf(earlier.clone())])
        }
        Json::Array(items) => {
            Value::List(items.into_iter().map(|item| linked(item, earlier)).collect())
        }
        Json::Object(map) => {
            let one = |(name, item)| (name, linked(item, earlier));
            Value::Map(map.into_iter().map(one).collect())
        }
        plain @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => {
            Value::from(plain)
        }
    }
}

/// Copies what identifies a task.
fn keep(spec: &mut Value, before: &Value, kind: Kind) {
    let base = taskloom::kinds::table(kind).base;
    let section = spec.as_map_mut().unwrap().get_mut(base).and_then(Value::as_map_mut).unwrap();
    for name in ["TaskName", "WorkflowId", "TaskTypeId"] {
        section.insert(name.to_owned(), before.at(&[base, name]).unwrap().clone());
    }
}

fn put(world: &World, address: &Address, spec: &Value) {
    let resource = DesiredResource {
        spec: spec.clone(),
        extra: Value::map(),
        lifecycle: Lifecycle::default(),
        labels: BTreeMap::new(),
        formerly: Vec::new(),
        place: ManifestPlace { file: "a.yaml".to_owned(), line: 1 },
    };
    let written = write(address, &resource, CodePlace::Inside);
    world.write(&format!("{}.yaml", address.name), &written.yaml);
}

/// Returns a random value for each switch about tasks.
fn behaviour(rng: &mut Rng, manifests: &[(Address, Value)]) -> Behaviour {
    let workflow = |(address, spec): &(Address, Value)| {
        let base = taskloom::kinds::table(address.kind).base;
        spec.at(&[base, "WorkflowId"]).and_then(Value::as_text).unwrap().to_owned()
    };
    let known = WorkflowReading::Known(manifests.iter().map(workflow).collect());
    Behaviour {
        spelling: rng
            .choice([FieldSpelling::Old, FieldSpelling::New, FieldSpelling::Both])
            .unwrap(),
        missing: rng.choice([MissingReading::NotFound, MissingReading::Null]).unwrap(),
        omitted: rng.choice([OmittedReading::Reset, OmittedReading::Kept]).unwrap(),
        server_keys: rng.choice([ServerKeys::Lost, ServerKeys::Kept]).unwrap(),
        partial_lists: rng.choice([PartialLists::Upsert, PartialLists::Replace]).unwrap(),
        removal_paths: rng
            .choice([RemovalPaths::Any, RemovalPaths::Plain, RemovalPaths::Prefixed])
            .unwrap(),
        names: rng.choice([NameRule::Free, NameRule::UniqueInWorkflow]).unwrap(),
        name_filter: rng.choice([NameFilter::Fuzzy, NameFilter::Exact]).unwrap(),
        order: rng.choice([ListOrder::Created, ListOrder::Shuffled]).unwrap(),
        trigger_list: rng.choice([ListReading::OwnKind, ListReading::BothKinds]).unwrap(),
        trigger_versions: rng.choice([TriggerVersions::Shown, TriggerVersions::Null]).unwrap(),
        workflows: rng.choice([WorkflowReading::Any, known]).unwrap(),
        upstreams: rng.choice([Upstreams::Any, Upstreams::MustExist]).unwrap(),
        deletes: rng
            .choice([DeleteReading::Any, DeleteReading::NotDependedOn, DeleteReading::NotScheduled])
            .unwrap(),
        service_ids: rng.choice([ServiceIds::AsSent, ServiceIds::Wrapped]).unwrap(),
        list_delay: rng.u32(0..3),
        get_delay: rng.u32(0..3),
        show_folder: rng.bool(),
        // Switches about workflows and schedules are tested where there are some.
        ..Behaviour::default()
    }
}
