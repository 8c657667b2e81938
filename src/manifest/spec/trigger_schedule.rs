//! A field of a trigger workflow says whether it runs: its value follows from its schedule and its
//! target.

use std::collections::BTreeMap;

use super::super::load_options::LoadOptions;
use crate::kinds::{ACTIVE, PAUSED, STATUS, TRIGGERS};
use crate::model::{Schedule, Value};
use crate::yaml::{Diagnostics, FieldPath, YamlNode};

/// Fills in SchedulerStatus by the schedule; returns whether a development target holds it back.
///
/// `schedule_node` is `lifecycle.schedule` of the manifest itself: it must agree with the spec. The
/// spec overrides the schedule of a target.
pub(crate) fn apply_schedule(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    schedule: Schedule,
    schedule_node: Option<&YamlNode>,
    spec: &mut Value,
) -> bool {
    let Value::Map(map) = spec else { return false };
    if options.developer.is_some() {
        return pause_all(options, map);
    }
    let status = match schedule {
        Schedule::Running => ACTIVE,
        Schedule::Paused => PAUSED,
        Schedule::Draft | Schedule::Submitted => return false,
    };
    let named = map.get(STATUS).and_then(Value::as_text).filter(|text| !text.is_empty());
    if let (Some(named), Some(node)) = (named.filter(|named| *named != status), schedule_node) {
        let message = format!("the schedule asks for {status}, and the spec for {named}");
        let path = FieldPath::Root.key("lifecycle");
        let problem = diagnostics.error(node.span, path.key("schedule"), message);
        problem.help(format!("leave {STATUS} out of the spec"));
    }
    let status = named.unwrap_or(status).to_owned();
    set_status(options, map, &status);
    false
}

/// Pauses everything: nothing of a development target is ever started, whatever its fields say.
fn pause_all(options: &LoadOptions, map: &mut BTreeMap<String, Value>) -> bool {
    let active = Some(&Value::from(ACTIVE));
    let triggers = map.get(TRIGGERS).and_then(Value::as_list).unwrap_or_default();
    let was_active =
        map.get(STATUS) == active || triggers.iter().any(|one| one.get(STATUS) == active);
    set_status(options, map, PAUSED);
    was_active
}

/// Sets the status of a workflow, and of each trigger that has one: the service does the same.
/// Where workflows have no status, every trigger gets it.
fn set_status(options: &LoadOptions, map: &mut BTreeMap<String, Value>, status: &str) {
    if !options.international || map.contains_key(STATUS) {
        map.insert(STATUS.to_owned(), Value::from(status));
    }
    if let Some(Value::List(triggers)) = map.get_mut(TRIGGERS) {
        for trigger in triggers.iter_mut().filter_map(Value::as_map_mut) {
            if options.international || trigger.contains_key(STATUS) {
                trigger.insert(STATUS.to_owned(), Value::from(status));
            }
        }
    }
}
