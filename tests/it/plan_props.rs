//! Properties of the planner that hold for any three sets.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use taskloom::kinds::{MergeExceptions, is_covered, merge, table};
use taskloom::model::{Kind, Recorded, Value};
use taskloom::plan::{ChangeReason, plan};

use crate::support::build::{address, desired, observed, recorded, spec, wanted};

/// Generates a scheduler section: scalars and lists, each of which may be missing or empty.
fn scheduler() -> impl Strategy<Value = Json> {
    let text =
        |values: &'static [&'static str]| proptest::sample::select(values).prop_map(Json::from);
    let number = (-1i64..9).prop_map(Json::from);
    let pair = ("[a-c]", "[0-2]?").prop_map(|(k, v)| json!({"ParamKey": k, "ParamValue": v}));
    let upstream = ("[1-3]", text(&["DAY", "HOUR"]), proptest::option::of("-[0-2]")).prop_map(
        |(id, main, offset)| {
            let mut item = json!({"TaskId": id, "MainCyclicConfig": main});
            if let Some(offset) = offset {
                item["Offset"] = offset.into();
            }
            item
        },
    );
    let strategies = vec(text(&["NOT_EXIST", "PARENT_EXPIRED"]), 0..3);
    let waiting = strategies.prop_map(|names| {
        json!([{"TaskId": "9", "MainCyclicConfig": "DAY", "DependencyStrategy": {
            "PollingNullStrategy": "EXECUTING", "TaskDependencyExecutingStrategies": names}}])
    });
    let value = prop_oneof![
        text(&["parallel", "serial", ""]).prop_map(|v| ("SelfDepend", v)),
        text(&["2026-01-01 00:00:00", ""]).prop_map(|v| ("StartTime", v)),
        text(&["7", ""]).prop_map(|v| ("CalendarId", v)),
        number.prop_map(|v| ("RetryWaitMinute", v)),
        unique(vec(pair, 0..4), "ParamKey").prop_map(|v| ("ParamTaskOutList", v)),
        unique(vec(upstream, 0..3), "TaskId").prop_map(|v| ("UpstreamDependencyConfigList", v)),
        waiting.prop_map(|v| ("UpstreamDependencyConfigList", v)),
        Just(("SelfDepend", Json::Null)),
    ];
    vec(value, 0..6).prop_map(|pairs| {
        Json::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>())
    })
}

/// Keeps the first item of each key, since lists of the API have unique keys.
fn unique(
    items: impl Strategy<Value = Vec<Json>>,
    key: &'static str,
) -> impl Strategy<Value = Json> {
    items.prop_map(move |items| {
        let mut seen = std::collections::BTreeSet::new();
        items.into_iter().filter(|item| seen.insert(item[key].to_string())).collect()
    })
}

/// Generates ext keys of a task, ours or the service's.
fn ext() -> impl Strategy<Value = Vec<(String, String)>> {
    btree_map("[a-d]", "[0-2]?", 0..4).prop_map(|map| map.into_iter().collect())
}

fn whole(scheduler: Json, ext: &[(String, String)]) -> Value {
    let mut json = spec(scheduler).to_json();
    json["TaskConfiguration"]["TaskExtConfigurationList"] =
        ext.iter().map(|(k, v)| json!({"ParamKey": k, "ParamValue": v})).collect();
    Value::from(json)
}

fn side() -> impl Strategy<Value = Value> {
    (scheduler(), ext()).prop_map(|(scheduler, ext)| whole(scheduler, &ext))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn the_plan_after_its_own_effect_is_empty(
        want in side(), was in side(), have in side(),
        ignore in proptest::option::of(Just("TaskSchedulerConfiguration.ParamTaskOutList[a]")),
    ) {
        let mut manifest = wanted(want.clone());
        manifest.lifecycle.ignore = ignore.map(str::to_owned).into_iter().collect();
        let ignore = manifest.lifecycle.ignore.clone();
        let git = desired([("t", manifest)]);
        let there = observed([("t", Some(have.clone()))]);
        let first = plan(&git, &recorded([("t", was)]), Some(&there));
        let removed: Vec<String> = first
            .changes
            .iter()
            .flat_map(|change| &change.fields)
            .filter(|field| field.reason == ChangeReason::Removed)
            .map(|field| field.path.clone())
            .collect();
        let except = MergeExceptions { removed: &removed, ignore: &ignore };
        let after = merge(table(Kind::Task), &have, &want, except);
        // Fields that updates do not have cannot be changed and stay as they are.
        let mut after = after;
        for name in ["TaskTypeId", "WorkflowId"] {
            let base = after.as_map_mut().unwrap().get_mut("TaskBaseAttribute").unwrap();
            let value = have.at(&["TaskBaseAttribute", name]).unwrap().clone();
            base.as_map_mut().unwrap().insert(name.to_owned(), value);
        }
        let there = observed([("t", Some(after.clone()))]);
        let second = plan(&git, &recorded([("t", want)]), Some(&there));
        prop_assert!(second.is_empty(), "{:#?}\nafter: {:#?}", second.changes, after.to_json());
        for change in &first.changes {
            for field in &change.fields {
                prop_assert!(!is_covered(&field.path, &ignore), "{}", field.path);
            }
        }
    }

    #[test]
    fn an_update_touches_nothing_that_the_plan_does_not_name(
        want in side(), was in side(), have in side(),
    ) {
        let git = desired([("t", wanted(want.clone()))]);
        let there = observed([("t", Some(have.clone()))]);
        let first = plan(&git, &recorded([("t", was)]), Some(&there));
        let fields: Vec<_> = first.changes.iter().flat_map(|change| &change.fields).collect();
        let removed: Vec<String> = fields
            .iter()
            .filter(|field| field.reason == ChangeReason::Removed)
            .map(|field| field.path.clone())
            .collect();
        let after = merge(table(Kind::Task), &have, &want, MergeExceptions { removed: &removed, ignore: &[] });
        // A plan with the earlier state as its goal changes back exactly what has changed.
        let back = plan(
            &desired([("t", wanted(have.clone()))]),
            &recorded([("t", have)]),
            Some(&observed([("t", Some(after))])),
        );
        let named: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        for moved in back.changes.iter().flat_map(|change| &change.fields) {
            let known = named.iter().any(|name| {
                moved.path == *name || moved.path.starts_with(&format!("{name}."))
            });
            prop_assert!(
                known || moved.immutable.is_some(),
                "{} moved, but the plan names {:?}", moved.path, named
            );
        }
    }

    #[test]
    fn without_a_manifest_nothing_is_made_and_without_a_state_nothing_is_deleted(
        want in side(), have in side(),
    ) {
        let there = observed([("t", Some(have.clone()))]);
        let made = plan(&desired([("t", wanted(want))]), &Recorded::default(), Some(&there));
        prop_assert_eq!(made.changes.len(), 1);
        prop_assert_eq!(made.changes[0].action.name(), "create");
        let left = plan(&desired([]), &recorded([("t", have)]), Some(&there));
        prop_assert_eq!(left.changes[0].action.name(), "delete");
        prop_assert_eq!(&left.changes[0].address, &address("t"));
        prop_assert!(plan(&desired([]), &Recorded::default(), Some(&there)).is_empty());
    }
}
