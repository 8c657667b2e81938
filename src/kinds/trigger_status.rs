//! Whether the triggers of a workflow fire: SchedulerStatus of the workflow, which wins, and of
//! each trigger. The international site only has the second.

use std::collections::BTreeMap;

use crate::model::Value;

/// The field, of the workflow and of each trigger.
pub const STATUS: &str = "SchedulerStatus";
/// The triggers of a workflow.
pub const TRIGGERS: &str = "TriggerWorkflowSchedulerConfigurations";
/// They fire.
pub const ACTIVE: &str = "ACTIVE";
/// They do not.
pub const PAUSED: &str = "PAUSED";

/// Returns whether a workflow's triggers fire. For a status that an answer leaves out, `believed`
/// counts.
pub fn is_active(spec: &Value, believed: Option<&Value>) -> bool {
    let mut inner = triggers(spec).iter().filter_map(status).peekable();
    match status(spec) {
        Some(of_all) => of_all == ACTIVE,
        None if inner.peek().is_some() => inner.any(|status| status == ACTIVE),
        None => believed.is_some_and(|believed| is_active(believed, None)),
    }
}

/// Returns the same spec with triggers that do not fire; an absent status stays absent.
pub fn paused(spec: &Value) -> Value {
    let mut spec = spec.clone();
    let Some(map) = spec.as_map_mut() else { return spec };
    let rest = |map: &mut BTreeMap<String, Value>| {
        if map.get(STATUS).and_then(Value::as_text) == Some(ACTIVE) {
            map.insert(STATUS.to_owned(), Value::from(PAUSED));
        }
    };
    rest(map);
    if let Some(Value::List(triggers)) = map.get_mut(TRIGGERS) {
        triggers.iter_mut().filter_map(Value::as_map_mut).for_each(rest);
    }
    spec
}

/// Returns whether a path is that of a status.
pub fn is_status(path: &str) -> bool {
    path.strip_suffix(STATUS).is_some_and(|before| {
        before.is_empty() || before.starts_with(TRIGGERS) && before.ends_with("].")
    })
}

fn triggers(spec: &Value) -> &[Value] {
    spec.get(TRIGGERS).and_then(Value::as_list).map_or(&[], |list| list)
}

fn status(value: &Value) -> Option<&str> {
    value.get(STATUS).and_then(Value::as_text).filter(|text| !text.is_empty())
}
