//! Small inputs for plans: a spec is given by its differences from a plain task.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use taskloom::model::{
    Address, Desired, DesiredResource, Lifecycle, ManifestPlace, Observation, Observed,
    ObservedResource, Recorded, RecordedResource, RemoteId, RemoteVersion, TextPart, Value,
};

/// Returns the spec of a task whose scheduler section is `scheduler`.
pub fn spec(scheduler: Json) -> Value {
    Value::from(json!({
        "TaskBaseAttribute": {"TaskName": "t", "TaskTypeId": "35", "WorkflowId": "w"},
        "TaskConfiguration": {"BrokerIp": "any"},
        "TaskSchedulerConfiguration": scheduler,
    }))
}

/// Returns the address of a task.
pub fn address(name: &str) -> Address {
    format!("Task/{name}").parse().unwrap()
}

/// Returns a manifest with this spec.
pub fn wanted(spec: Value) -> DesiredResource {
    DesiredResource {
        spec,
        extra: Value::map(),
        lifecycle: Lifecycle::default(),
        labels: BTreeMap::new(),
        formerly: Vec::new(),
        place: ManifestPlace { file: "t.yaml".to_owned(), line: 1 },
    }
}

/// Returns the same spec with another TaskName.
fn named(name: &str, mut spec: Value) -> Value {
    let base = spec.as_map_mut().and_then(|map| map.get_mut("TaskBaseAttribute"));
    if let Some(base) = base.and_then(Value::as_map_mut) {
        base.insert("TaskName".to_owned(), Value::from(name));
    }
    spec
}

/// Returns manifests by name.
pub fn desired(resources: impl IntoIterator<Item = (&'static str, DesiredResource)>) -> Desired {
    let one = |(name, mut resource): (&str, DesiredResource)| {
        resource.spec = named(name, resource.spec);
        (address(name), Arc::new(resource))
    };
    let resources = resources.into_iter().map(one).collect();
    Desired { resources, ..Desired::default() }
}

/// Returns state entries by name; the id is `id-NAME`.
pub fn recorded(specs: impl IntoIterator<Item = (&'static str, Value)>) -> Recorded {
    let entry = |(name, spec)| {
        let id = RemoteId(format!("id-{name}"));
        let spec = named(name, spec);
        let (extra, observed) = (Value::map(), RemoteVersion::default());
        (address(name), RecordedResource { id, spec, extra, protect: false, observed })
    };
    Recorded { resources: specs.into_iter().map(entry).collect() }
}

/// Returns what the service shows, by name; None where it is gone.
pub fn observed(specs: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Observed {
    let entry = |(name, spec): (&str, Option<Value>)| {
        let (kind, id) = (address(name).kind, RemoteId(format!("id-{name}")));
        let sighting = spec.map_or(Observation::Gone, |spec| {
            let (marker, mark, spec) = (RemoteVersion::default(), None, named(name, spec));
            let id = id.clone();
            Observation::Present(Box::new(ObservedResource { id, spec, marker, mark }))
        });
        ((kind, id), sighting)
    };
    let sightings = specs.into_iter().map(entry).collect();
    Observed { sightings, marked: BTreeMap::new() }
}

/// Returns a scheduler section that depends on a task.
pub fn depends_on(name: &str) -> Value {
    let mut spec = spec(json!({}));
    let id = Value::Template(vec![TextPart::IdOf(address(name))]);
    let item = Value::Map(BTreeMap::from([
        ("TaskId".to_owned(), id),
        ("MainCyclicConfig".to_owned(), Value::from("DAY")),
    ]));
    let scheduler = spec.as_map_mut().unwrap().get_mut("TaskSchedulerConfiguration").unwrap();
    let list = Value::List(vec![item]);
    scheduler.as_map_mut().unwrap().insert("UpstreamDependencyConfigList".to_owned(), list);
    spec
}
