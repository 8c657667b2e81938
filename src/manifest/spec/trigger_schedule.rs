//! A trigger workflow runs by a field of its own: what its schedule and its target make of it.

use std::collections::BTreeMap;

use super::super::load_options::LoadOptions;
use crate::kinds::{ACTIVE, PAUSED, STATUS, TRIGGERS};
use crate::model::{Schedule, Value};
use crate::yaml::{Diagnostics, FieldPath, YamlNode};

/// Fills in SchedulerStatus by the schedule; tells whether a development target holds it back.
///
/// `told` is `lifecycle.schedule` of the manifest itself: what it says and what the spec says must
/// be one. The schedule of a target gives way to the spec.
pub(crate) fn settle(
    page: &mut Diagnostics,
    request: &LoadOptions,
    schedule: Schedule,
    told: Option<&YamlNode>,
    spec: &mut Value,
) -> bool {
    let Value::Map(map) = spec else { return false };
    if request.developer.is_some() {
        return rest(request, map);
    }
    let status = match schedule {
        Schedule::Running => ACTIVE,
        Schedule::Paused => PAUSED,
        Schedule::Draft | Schedule::Submitted => return false,
    };
    let named = map.get(STATUS).and_then(Value::as_text).filter(|text| !text.is_empty());
    if let (Some(named), Some(node)) = (named.filter(|named| *named != status), told) {
        let message = format!("the schedule asks for {status}, and the spec for {named}");
        let trail = FieldPath::Root.key("lifecycle");
        let problem = page.error(node.span, trail.key("schedule"), message);
        problem.help(format!("leave {STATUS} out of the spec"));
    }
    let status = named.unwrap_or(status).to_owned();
    settle_all(request, map, &status);
    false
}

/// Nothing of a development target is ever started, whatever its fields say.
fn rest(request: &LoadOptions, map: &mut BTreeMap<String, Value>) -> bool {
    let active = Some(&Value::from(ACTIVE));
    let triggers = map.get(TRIGGERS).and_then(Value::as_list).unwrap_or_default();
    let was_active =
        map.get(STATUS) == active || triggers.iter().any(|one| one.get(STATUS) == active);
    settle_all(request, map, PAUSED);
    was_active
}

/// Gives a workflow its status, and each trigger that names one the same: the service does that
/// too. Where workflows have none of their own, every trigger gets it.
fn settle_all(request: &LoadOptions, map: &mut BTreeMap<String, Value>, status: &str) {
    if !request.international || map.contains_key(STATUS) {
        map.insert(STATUS.to_owned(), Value::from(status));
    }
    if let Some(Value::List(triggers)) = map.get_mut(TRIGGERS) {
        for trigger in triggers.iter_mut().filter_map(Value::as_map_mut) {
            if request.international || trigger.contains_key(STATUS) {
                trigger.insert(STATUS.to_owned(), Value::from(status));
            }
        }
    }
}
