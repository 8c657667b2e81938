//! A trigger workflow runs by a field of its own: what its schedule and its target make of it.

use super::load::Request;
use super::page::{Page, Trail};
use super::tree::Node;
use crate::model::{Schedule, Value};

const STATUS: &str = "SchedulerStatus";
const TRIGGERS: &str = "TriggerWorkflowSchedulerConfigurations";
const ACTIVE: &str = "ACTIVE";
const PAUSED: &str = "PAUSED";

/// Fills in SchedulerStatus by the schedule; tells whether a development target holds it back.
///
/// `told` is `lifecycle.schedule` of the manifest itself: what it says and what the spec says must
/// be one. The schedule of a target gives way to the spec.
pub(super) fn settle(
    page: &mut Page,
    request: &Request,
    schedule: Schedule,
    told: Option<&Node>,
    spec: &mut Value,
) -> bool {
    let Value::Map(map) = spec else { return false };
    if request.developer.is_some() {
        return rest(map);
    }
    let status = match schedule {
        Schedule::Running => ACTIVE,
        Schedule::Paused => PAUSED,
        Schedule::Draft | Schedule::Submitted => return false,
    };
    let named = map.get(STATUS).and_then(Value::as_text).filter(|text| !text.is_empty());
    if let (Some(named), Some(node)) = (named.filter(|named| *named != status), told) {
        let message = format!("the schedule asks for {status}, and the spec for {named}");
        let trail = Trail::Root.key("lifecycle");
        let problem = page.error(node.span, trail.key("schedule"), message);
        problem.help(format!("leave {STATUS} out of the spec"));
    }
    if named.is_none() {
        map.insert(STATUS.to_owned(), Value::from(status));
    }
    false
}

/// Nothing of a development target is ever started, whatever its fields say.
fn rest(map: &mut std::collections::BTreeMap<String, Value>) -> bool {
    let mut was_active = map.get(STATUS) == Some(&Value::from(ACTIVE));
    if let Some(Value::List(triggers)) = map.get_mut(TRIGGERS) {
        for trigger in triggers.iter_mut().filter_map(Value::as_map_mut) {
            if let Some(status) = trigger.get_mut(STATUS) {
                was_active |= *status == Value::from(ACTIVE);
                *status = Value::from(PAUSED);
            }
        }
    }
    map.insert(STATUS.to_owned(), Value::from(PAUSED));
    was_active
}
