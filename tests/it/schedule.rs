//! The order of operations: which waits for which, and that there are no circles.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use taskloom::model::{
    Address, Desired, DesiredResource, Kind, Operation, Recorded, RemoteId, Step, TaskStatus,
    TextPart, Value, Verb,
};
use taskloom::plan::{Selection, narrow, plan, schedule};

use crate::support::build::{address, desired, recorded, spec, wanted};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Returns a spec of a task type that depends on these tasks.
fn holding(task_type: &str, names: &[&str]) -> Value {
    let item = |name: &&str| {
        let id = Value::Template(vec![TextPart::IdOf(address(name))]);
        Value::Map([("TaskId".to_owned(), id)].into())
    };
    let mut json = spec(json!({})).to_json();
    json["TaskBaseAttribute"]["TaskTypeId"] = json!(task_type);
    let mut spec = Value::from(json);
    let list = Value::List(names.iter().map(item).collect());
    let sections = spec.as_map_mut().unwrap();
    let scheduler = sections.get_mut("TaskSchedulerConfiguration").unwrap().as_map_mut().unwrap();
    scheduler.insert("UpstreamDependencyConfigList".to_owned(), list);
    spec
}

/// Returns the recorded spec, with ids filled in.
fn applied(task_type: &str, names: &[&str]) -> Value {
    holding(task_type, names).resolve(&|a| Some(RemoteId(format!("id-{}", a.name))))
}

fn steps(git: &Desired, state: &Recorded) -> Vec<Operation> {
    schedule(&plan(git, state, None), git, state)
}

/// Returns the operations in an order that their waits allow; fewer if they wait in a circle.
fn order(operations: &[Operation]) -> Vec<String> {
    let mut done: Vec<usize> = Vec::new();
    while let Some(next) = (0..operations.len())
        .find(|n| !done.contains(n) && operations[*n].after.iter().all(|id| done.contains(&id.0)))
    {
        done.push(next);
    }
    done.iter()
        .map(|n| format!("{} {}", operations[*n].verb, operations[*n].address.name))
        .collect()
}

#[test]
fn a_circle_of_removals_is_broken_where_only_a_wish_is_lost() {
    // c depended on b, b on a. Now a is replaced, b is deleted, and c depends on a.
    let state = recorded([
        ("a", applied("35", &[])),
        ("b", applied("35", &["a"])),
        ("c", applied("35", &["b"])),
    ]);
    let git = desired([("a", wanted(holding("30", &[]))), ("c", wanted(holding("35", &["a"])))]);
    let steps = steps(&git, &state);
    assert_eq!(order(&steps), ["delete a", "create a", "update c", "delete b"]);
}

#[test]
fn a_removal_needs_no_id_that_is_not_there_yet() {
    let state = recorded([("a", applied("35", &[]))]);
    let git = desired([("a", wanted(holding("30", &["b"]))), ("b", wanted(holding("35", &[])))]);
    let steps = steps(&git, &state);
    let delete = steps.iter().find(|step| step.verb == Verb::Delete).unwrap();
    assert!(delete.spec.references().is_empty());
    assert_eq!(order(&steps).last().unwrap(), "create a");
}

#[test]
fn a_renamed_user_lets_go_before_what_it_held_is_removed() {
    let state = recorded([("a", applied("35", &[])), ("b", applied("35", &["a"]))]);
    let mut renamed = wanted(holding("35", &[]));
    renamed.formerly = vec![address("b")];
    let git = desired([("c", renamed)]);
    assert_eq!(order(&steps(&git, &state)), ["update c", "delete a"]);
}

#[test]
fn a_selected_removal_takes_along_those_that_let_go() {
    let state = recorded([("a", applied("35", &[])), ("b", applied("35", &["a"]))]);
    let git = desired([("b", wanted(holding("35", &[])))]);
    let part = |select: &[&str], exclude: &[&str]| -> Vec<String> {
        let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let selection = Selection { select: parse(select), exclude: parse(exclude) };
        let part = narrow(plan(&git, &state, None), &git, &state, &selection);
        part.changes.iter().map(|change| change.address.name.clone()).collect()
    };
    assert_eq!(part(&["a"], &[]), ["a", "b"]);
    assert_eq!(part(&[], &["b"]), Vec::<String>::new());
    assert_eq!(part(&["b"], &[]), ["b"]);
}

/// Returns a manifest of a task in the workflow `new`.
fn inside_new(names: &[&str]) -> DesiredResource {
    let mut spec = holding("35", names);
    let home = Value::Template(vec![TextPart::IdOf(Address::new(Kind::Workflow, "new"))]);
    let base = spec.as_map_mut().unwrap().get_mut("TaskBaseAttribute").unwrap();
    base.as_map_mut().unwrap().insert("WorkflowId".to_owned(), home);
    wanted(spec)
}

fn workflow(name: &str) -> (Address, Arc<DesiredResource>) {
    let spec = Value::from(json!({"WorkflowName": name, "ParentFolderPath": "/"}));
    (Address::new(Kind::Workflow, name), Arc::new(wanted(spec)))
}

#[test]
fn what_is_replaced_stays_until_everything_is_there_that_its_new_half_needs() {
    let mut state = recorded([("a", applied("35", &[])), ("b", applied("35", &["a"]))]);
    for resource in state.resources.values_mut() {
        resource.observed.status = Some(TaskStatus::Scheduled);
    }
    // Both move into a new workflow, and a should run after a new task.
    let mut git = desired([
        ("a", inside_new(&["c"])),
        ("b", inside_new(&["a"])),
        ("c", wanted(holding("35", &[]))),
    ]);
    git.resources.extend([workflow("new")]);
    let steps = steps(&git, &state);
    let first = |name: &str| {
        let stop =
            steps.iter().find(|one| one.verb == Verb::Step(Step::Stop) && one.address.name == name);
        let after = stop.unwrap().after.iter().map(|id| &steps[id.0]);
        after.map(|one| format!("{} {}", one.verb, one.address)).collect::<BTreeSet<_>>()
    };
    let both = |one: &str, other: &str| BTreeSet::from([one.to_owned(), other.to_owned()]);
    assert_eq!(first("a"), both("create Workflow/new", "create Task/c"));
    assert_eq!(first("b"), both("create Workflow/new", "create Task/a"));
    assert_eq!(order(&steps).len(), steps.len());
}

/// For each task: whether it exists, its type, and on which earlier tasks it depends.
fn side() -> impl Strategy<Value = Vec<(bool, bool, u8)>> {
    proptest::collection::vec((any::<bool>(), any::<bool>(), any::<u8>()), NAMES.len())
}

fn held<'a>(
    side: &[(bool, bool, u8)],
    names: &[&'a str; NAMES.len()],
    place: usize,
) -> Vec<&'a str> {
    (0..place).filter(|n| side[*n].0 && side[place].2 & (1 << n) != 0).map(|n| names[n]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn operations_never_wait_in_a_circle(was in side(), want in side(), turn in any::<bool>()) {
        // In the state the dependencies may point the other way.
        let mut before = NAMES;
        if turn {
            before.reverse();
        }
        let task_type = |python: bool| if python { "30" } else { "35" };
        let present = |side: &[(bool, bool, u8)]| -> Vec<usize> {
            (0..NAMES.len()).filter(|n| side[*n].0).collect()
        };
        let state = recorded(present(&was).into_iter().map(|n| {
            (before[n], applied(task_type(was[n].1), &held(&was, &before, n)))
        }));
        let git = desired(present(&want).into_iter().map(|n| {
            (NAMES[n], wanted(holding(task_type(want[n].1), &held(&want, &NAMES, n))))
        }));
        let steps = steps(&git, &state);
        let order = order(&steps);
        prop_assert_eq!(order.len(), steps.len(), "{:?} of {:#?}", order, steps);
    }
}
