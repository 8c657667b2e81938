//! Checks between fields of one task: times, dependencies and their strategies.

use std::collections::BTreeMap;

use super::format::date_time;
use crate::kinds as table;
use crate::model::{Address, TextPart, Value};
use crate::yaml::{Diagnostics, FieldPath, Location, Problem, Severity, YamlEntry, YamlNode};

/// The list of upstream tasks.
const UPSTREAM: &str = "UpstreamDependencyConfigList";
/// The default of CycleType.
const CYCLE_DEFAULT: &str = "DAY_CYCLE";

/// A dependency of a task, checked against the table once the upstream's cycle is known.
#[derive(Clone, Debug)]
pub(crate) struct Dependency {
    /// The upstream, when it is one of ours.
    pub upstream: Option<Address>,
    /// MainCyclicConfig.
    pub main: String,
    /// SubordinateCyclicConfig; empty when it is absent.
    pub subordinate: String,
    /// Where MainCyclicConfig or SubordinateCyclicConfig is written.
    pub location: Location,
}

/// Returns the cycle of a task's scheduler section.
pub(crate) fn cycle(scheduler: Option<&Value>) -> String {
    let named = scheduler.and_then(|section| section.get("CycleType")).and_then(Value::as_text);
    named.filter(|cycle| !cycle.is_empty()).unwrap_or(CYCLE_DEFAULT).to_owned()
}

/// Checks that a schedule ends after it starts.
pub(crate) fn times(
    diagnostics: &mut Diagnostics,
    entries: &[YamlEntry],
    map: &BTreeMap<String, Value>,
    path: FieldPath<'_>,
) {
    let time_of = |name: &str| map.get(name).and_then(Value::as_text).and_then(date_time);
    let (Some(start), Some(end)) = (time_of("StartTime"), time_of("EndTime")) else { return };
    if end > start {
        return;
    }
    let place = |name: &str| entries.iter().find(|entry| entry.key == name);
    let (Some(from), Some(to)) = (place("StartTime"), place("EndTime")) else { return };
    let from = diagnostics.location(from.value.span, path);
    diagnostics
        .error(to.value.span, path.key("EndTime"), "EndTime is not after StartTime".to_owned())
        .see("the start", &from);
}

/// Checks each dependency by itself and returns what has to be checked against its upstream.
pub(crate) fn dependencies(
    diagnostics: &mut Diagnostics,
    entries: &[YamlEntry],
    map: &BTreeMap<String, Value>,
    path: FieldPath<'_>,
) -> Vec<Dependency> {
    let node = entries.iter().find(|entry| entry.key == UPSTREAM).map(|entry| &entry.value);
    let (Some(node), Some(Value::List(values))) = (node, map.get(UPSTREAM)) else {
        return Vec::new();
    };
    let crate::yaml::YamlData::List(nodes) = &node.data else { return Vec::new() };
    if nodes.len() != values.len() {
        return Vec::new();
    }
    let list = path.key(UPSTREAM);
    let pairs = nodes.iter().zip(values).enumerate();
    pairs
        .filter_map(|(n, (node, value))| dependency(diagnostics, node, value, list.item(n)))
        .collect()
}

fn dependency(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    value: &Value,
    path: FieldPath<'_>,
) -> Option<Dependency> {
    strategy(diagnostics, node, value, path);
    let word = |name: &str| value.get(name).and_then(Value::as_text).unwrap_or_default();
    let (main, subordinate) = (word("MainCyclicConfig"), word("SubordinateCyclicConfig"));
    if main.is_empty() {
        return None;
    }
    let main_span = node.get("MainCyclicConfig").map_or(node.span, |node| node.span);
    if table::takes_offset(main) && word("Offset").is_empty() {
        let message = format!("{main} needs an Offset");
        diagnostics.error(main_span, path, message).help("for instance Offset: \"-1,0\"");
    } else if !table::takes_offset(main) && subordinate.is_empty() {
        let message = format!("{main} goes with a SubordinateCyclicConfig");
        diagnostics.warning(main_span, path, message);
    }
    if !table::takes_offset(main) && !word("Offset").is_empty() {
        let span = node.get("Offset").map_or(node.span, |node| node.span);
        let message = format!("Offset goes with RANGE_… and LIST_…, not with {main}");
        diagnostics.warning(span, path.key("Offset"), message);
    }
    let place = node.get("SubordinateCyclicConfig").map_or(main_span, |node| node.span);
    Some(Dependency {
        upstream: value.get("TaskId").and_then(single_reference),
        main: main.to_owned(),
        subordinate: subordinate.to_owned(),
        location: diagnostics.location(place, path),
    })
}

fn single_reference(value: &Value) -> Option<Address> {
    let Value::Template(parts) = value else { return None };
    parts.iter().find_map(|part| match part {
        TextPart::IdOf(address) => Some(address.clone()),
        TextPart::Text(_) => None,
    })
}

/// The documents only give advice on DependencyStrategy, so a violation is a warning.
fn strategy(diagnostics: &mut Diagnostics, node: &YamlNode, value: &Value, path: FieldPath<'_>) {
    let (Some(node), Some(value)) =
        (node.get("DependencyStrategy"), value.get("DependencyStrategy"))
    else {
        return;
    };
    let path = path.key("DependencyStrategy");
    let set = |name: &str| value.get(name).is_some_and(|value| !value.is_unset());
    let span = |name: &str| node.get(name).map_or(node.span, |node| node.span);
    let polling = value.get("PollingNullStrategy").and_then(Value::as_text).unwrap_or_default();
    let strategies = "TaskDependencyExecutingStrategies";
    if set(strategies) && polling != "EXECUTING" {
        let message = format!("{strategies} matters only with PollingNullStrategy: EXECUTING");
        diagnostics.warning(span(strategies), path.key(strategies), message);
    }
    let listed = value.get(strategies).and_then(Value::as_list).unwrap_or_default();
    let times_out = listed.iter().any(|item| item.as_text() == Some("PARENT_TIMEOUT"));
    let timeout = "TaskDependencyExecutingTimeoutValue";
    if set(timeout) && !times_out {
        let message = format!("{timeout} matters only with the strategy PARENT_TIMEOUT");
        diagnostics.warning(span(timeout), path.key(timeout), message);
    }
}

/// Checks a dependency against the table; `upstream` is `None` when its cycle is not known.
pub(crate) fn against_table(
    dependency: &Dependency,
    cycle: &str,
    upstream: Option<&str>,
) -> Option<Problem> {
    if !table::CYCLES.contains(&cycle)
        || upstream.is_some_and(|cycle| !table::CYCLES.contains(&cycle))
    {
        // The wrong cycle has already been reported at its own place.
        return None;
    }
    let settings: Vec<_> = match upstream {
        Some(upstream) => match table::dependency_pair(cycle, upstream) {
            Some(pair) => pair.settings.to_vec(),
            None => return Some(unlisted(dependency, cycle, upstream)),
        },
        None => table::settings_of(cycle).collect(),
    };
    let Dependency { main, subordinate, .. } = dependency;
    let fits = |(m, s): &(&str, &str)| m == main && (subordinate.is_empty() || s == subordinate);
    if settings.iter().any(fits) {
        return None;
    }
    let written = written(main, subordinate);
    let message = match upstream {
        Some(other) => {
            format!("{written} does not fit a {cycle} task that depends on a {other} task")
        }
        None => format!("{written} is not valid for any dependency of a {cycle} task"),
    };
    let mut problem = Problem::at(&dependency.location, Severity::Error, message);
    let mut known: Vec<String> = settings.iter().map(|(m, s)| self::written(m, s)).collect();
    known.sort();
    known.dedup();
    problem.help(format!("it takes {}", known.join(", ")));
    Some(problem)
}

fn unlisted(dependency: &Dependency, cycle: &str, upstream: &str) -> Problem {
    let crontab = [cycle, upstream].contains(&"CRONTAB_CYCLE");
    let severity = if crontab { Severity::Error } else { Severity::Warning };
    let message = format!("a {cycle} task that depends on a {upstream} task is not documented");
    let mut problem = Problem::at(&dependency.location, severity, message);
    if crontab {
        problem.message = format!("a {cycle} task cannot depend on a {upstream} task");
        problem.help("CRONTAB_CYCLE goes only with CRONTAB_CYCLE");
    }
    problem
}

fn written(main: &str, subordinate: &str) -> String {
    match (main, subordinate) {
        (main, "") if table::takes_offset(main) => format!("{main} with an Offset"),
        (main, "") => main.to_owned(),
        (main, subordinate) => format!("{main} with {subordinate}"),
    }
}
