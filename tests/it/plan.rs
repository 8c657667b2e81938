//! One test for each rule of the planner: the input is sets, the output is the printed plan.

use insta::assert_snapshot;
use serde_json::json;
use taskloom::model::{
    Desired, Observed, ObservedResource, OwnershipTag, Recorded, RemoteId, Value,
};
use taskloom::plan::{Guards, Plan, Selection, TextStyle, check, narrow, plan, render, schedule};

use crate::support::build::{address, depends_on, desired, observed, recorded, spec, wanted};

fn text(plan: &Plan) -> String {
    render(plan, TextStyle::default())
}

/// Plans one task, given its three scheduler sections.
fn three(want: serde_json::Value, was: serde_json::Value, have: serde_json::Value) -> String {
    text(&plan(
        &desired([("t", wanted(spec(want)))]),
        &recorded([("t", spec(was))]),
        Some(&observed([("t", Some(spec(have)))])),
    ))
}

#[test]
fn nothing_moved_is_no_change() {
    let one = || json!({"CycleType": "DAY_CYCLE"});
    assert_snapshot!(three(one(), one(), one()), @"No changes: 1 unchanged, compared with the service");
}

#[test]
fn a_field_moved_by_git_is_the_manifests() {
    let plan = three(
        json!({"SelfDepend": "parallel"}),
        json!({"SelfDepend": "serial"}),
        json!({"SelfDepend": "serial"}),
    );
    assert_snapshot!(plan, @r#"
    ~ Task/t  update: manifest changed  (t.yaml:1)
        TaskSchedulerConfiguration.SelfDepend: "serial" -> "parallel"

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    "#);
}

#[test]
fn a_field_moved_at_the_service_is_drift() {
    let one = || json!({"SelfDepend": "serial"});
    assert_snapshot!(three(one(), one(), json!({"SelfDepend": "orderly"})), @r#"
    ~ Task/t  update: changed outside  (t.yaml:1)
        TaskSchedulerConfiguration.SelfDepend: "orderly" -> "serial"  [drift]

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    "#);
}

#[test]
fn a_field_moved_on_both_sides_says_so() {
    let plan = three(
        json!({"RetryWaitMinute": 7}),
        json!({"RetryWaitMinute": 8}),
        json!({"RetryWaitMinute": 9}),
    );
    assert_snapshot!(plan, @r"
    ~ Task/t  update: manifest changed; changed outside  (t.yaml:1)
        TaskSchedulerConfiguration.RetryWaitMinute: 9 -> 7  [both moved]

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    ");
}

#[test]
fn both_sides_moved_to_one_value_only_changes_the_state() {
    let plan = three(
        json!({"RetryWaitMinute": 7}),
        json!({"RetryWaitMinute": 8}),
        json!({"RetryWaitMinute": 7}),
    );
    assert_snapshot!(plan, @r"
    = Task/t  record: the service already has this  (t.yaml:1)

    Plan: 0 to create, 0 to update, 0 to delete, 1 to record, 0 unchanged
    ");
}

#[test]
fn a_scalar_that_is_no_longer_named_returns_to_its_documented_default() {
    let plan = three(json!({}), json!({"RetryWaitMinute": 8}), json!({"RetryWaitMinute": 8}));
    assert_snapshot!(plan, @r"
    ~ Task/t  update: manifest changed  (t.yaml:1)
        TaskSchedulerConfiguration.RetryWaitMinute: 8 -> 5  [no longer in the manifest]

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    ");
}

#[test]
fn what_the_service_chose_itself_is_never_taken_back() {
    let have = json!({"StartTime": "2026-01-01 00:00:00"});
    assert_snapshot!(three(json!({}), have.clone(), have), @r"
    = Task/t  record: the service already has this  (t.yaml:1)

    Plan: 0 to create, 0 to update, 0 to delete, 1 to record, 0 unchanged
    ");
}

#[test]
fn what_no_manifest_names_is_not_managed() {
    let plan = three(json!({}), json!({}), json!({"RetryWaitMinute": 9, "CalendarId": "3"}));
    assert_snapshot!(plan, @"No changes: 1 unchanged, compared with the service");
}

#[test]
fn null_empty_and_absent_and_the_default_are_one() {
    let want = json!({"CalendarId": "", "ParamTaskInList": [], "SelfDepend": "serial", "AllowRedoType": ""});
    let have = json!({"AllowRedoType": "ALL"});
    assert_snapshot!(three(want.clone(), want, have), @"No changes: 1 unchanged, compared with the service");
}

#[test]
fn lists_compare_by_key_and_not_by_place() {
    let pair = |key: &str, value: &str| json!({"ParamKey": key, "ParamValue": value});
    let want = json!({"ParamTaskOutList": [pair("a", "1"), pair("b", "2")]});
    let have = json!({"ParamTaskOutList": [pair("b", "2"), pair("a", "1")]});
    assert_snapshot!(three(want.clone(), want, have), @"No changes: 1 unchanged, compared with the service");
}

#[test]
fn a_list_that_is_named_is_owned_whole() {
    let pair = |key: &str, value: &str| json!({"ParamKey": key, "ParamValue": value});
    let want = json!({"ParamTaskOutList": [pair("a", "1")]});
    let was = json!({"ParamTaskOutList": [pair("a", "1"), pair("b", "2")]});
    let have = json!({"ParamTaskOutList": [pair("a", "0"), pair("b", "2"), pair("c", "3")]});
    assert_snapshot!(three(want, was, have), @r#"
    ~ Task/t  update: manifest changed; changed outside  (t.yaml:1)
        TaskSchedulerConfiguration.ParamTaskOutList[a]: "0" -> "1"  [drift]
        TaskSchedulerConfiguration.ParamTaskOutList[b]: "2" -> (unset)  [no longer in the manifest]
        TaskSchedulerConfiguration.ParamTaskOutList[c]: "3" -> (unset)  [drift]

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    "#);
}

/// Returns a spec with these ext keys.
fn ext(pairs: &[(&str, &str)]) -> Value {
    let list: Vec<_> =
        pairs.iter().map(|(key, value)| json!({"ParamKey": key, "ParamValue": value})).collect();
    let mut spec = spec(json!({})).to_json();
    spec["TaskConfiguration"]["TaskExtConfigurationList"] = json!(list);
    Value::from(spec)
}

#[test]
fn server_made_ext_keys_are_not_ours() {
    let plan = plan(
        &desired([("t", wanted(ext(&[("mine", "2")])))]),
        &recorded([("t", ext(&[("mine", "1"), ("old", "x")]))]),
        Some(&observed([("t", Some(ext(&[("bucket", "b"), ("mine", "1"), ("old", "x")])))])),
    );
    assert_snapshot!(text(&plan), @r#"
    ~ Task/t  update: manifest changed  (t.yaml:1)
        TaskConfiguration.TaskExtConfigurationList[mine]: "1" -> "2"
        TaskConfiguration.TaskExtConfigurationList[old]: "x" -> (unset)  [no longer in the manifest]

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    "#);
}

#[test]
fn semicolons_around_a_service_id_say_nothing() {
    let with = |id: &str| {
        let mut spec = spec(json!({})).to_json();
        spec["TaskConfiguration"]["SourceServiceId"] = json!(id);
        Value::from(spec)
    };
    let plan = plan(
        &desired([("t", wanted(with("73170")))]),
        &recorded([("t", with("73170"))]),
        Some(&observed([("t", Some(with(";73170;")))])),
    );
    assert!(plan.is_empty());
}

#[test]
fn an_immutable_field_replaces() {
    let mut other = spec(json!({})).to_json();
    other["TaskBaseAttribute"]["WorkflowId"] = json!("w2");
    let state = recorded([("t", spec(json!({})))]);
    let plan = plan(&desired([("t", wanted(Value::from(other)))]), &state, None);
    assert_snapshot!(text(&plan), @r#"
    ± Task/t  replace: TaskBaseAttribute.WorkflowId cannot change in place: no update request has this field; manifest changed  (t.yaml:1)
        TaskBaseAttribute.WorkflowId: "w" -> "w2"

    Plan: 0 to create, 0 to update, 1 to replace, 0 to delete, 0 unchanged
    "#);
}

#[test]
fn what_is_ignored_is_not_compared() {
    let mut manifest = wanted(ext(&[("bucket", "mine"), ("other", "1")]));
    manifest.lifecycle.ignore = vec![
        "TaskConfiguration.TaskExtConfigurationList[bucket]".to_owned(),
        "TaskSchedulerConfiguration".to_owned(),
    ];
    let plan = plan(
        &desired([("t", manifest)]),
        &recorded([("t", ext(&[("bucket", "mine"), ("other", "1")]))]),
        Some(&observed([("t", Some(ext(&[("bucket", "theirs"), ("other", "1")])))])),
    );
    assert!(plan.is_empty(), "{}", text(&plan));
}

#[test]
fn code_is_decoded_and_compared_by_line() {
    let with = |code: &str| {
        let mut spec = spec(json!({})).to_json();
        spec["TaskConfiguration"]["CodeContent"] = json!(code);
        Value::from(spec)
    };
    let plan = plan(
        &desired([("t", wanted(with("ZWNobyBvbmUKZWNobyB0d28KG1syag==")))]),
        &recorded([("t", with("ZWNobyBvbmUKZWNobyAyCg=="))]),
        None,
    );
    assert_snapshot!(text(&plan), @r"
    ~ Task/t  update: manifest changed  (t.yaml:1)
        TaskConfiguration.CodeContent:
          @@ -1,2 +1,3 @@
           echo one
          -echo 2
          +echo two
          +\u{1b}[2j
          \ No newline at end of file

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    ");
}

#[test]
fn the_six_rows_of_the_table_have_their_actions() {
    let plain = || spec(json!({}));
    let mut marked = Observed::default();
    let mark =
        OwnershipTag { bundle_id: "b".to_owned(), address: Some(address("lost")), nonce: None };
    let seen = ObservedResource {
        id: RemoteId("9".to_owned()),
        spec: plain(),
        marker: Default::default(),
        mark: Some(mark),
    };
    marked.marked.insert(address("lost"), vec![seen]);
    marked.sightings = observed([
        ("same", Some(plain())),
        ("gone", None),
        ("dropped", Some(plain())),
        ("forgotten", None),
    ])
    .sightings;
    let names = ["gone", "lost", "new", "same"];
    let git = desired(names.map(|name| (name, wanted(plain()))));
    let state = recorded(["dropped", "forgotten", "gone", "same"].map(|name| (name, plain())));
    let plan = plan(&git, &state, Some(&marked));
    let actions: Vec<String> =
        plan.changes.iter().map(|c| format!("{} {}", c.action.name(), c.address.name)).collect();
    assert_eq!(
        actions,
        ["delete dropped", "forget forgotten", "create gone", "adopt lost", "create new"]
    );
    assert_eq!(plan.unchanged, 1);
}

#[test]
fn two_resources_with_one_mark_stop_the_plan() {
    let seen = |id: &str| ObservedResource {
        id: RemoteId(id.to_owned()),
        spec: spec(json!({})),
        marker: Default::default(),
        mark: None,
    };
    let mut twice = Observed::default();
    twice.marked.insert(address("t"), vec![seen("1"), seen("2")]);
    let plan = plan(&desired([("t", wanted(spec(json!({}))))]), &Recorded::default(), Some(&twice));
    let told: Vec<String> =
        check(&plan, 1, 0, Guards::default()).iter().map(ToString::to_string).collect();
    assert_eq!(told, ["2 tasks carry the mark of Task/t: 1, 2"]);
}

#[test]
fn a_replaced_task_changes_everything_that_holds_its_id() {
    let mut other = spec(json!({})).to_json();
    other["TaskBaseAttribute"]["TaskTypeId"] = json!("30");
    let git = desired([("a", wanted(depends_on("b"))), ("b", wanted(Value::from(other)))]);
    let applied = depends_on("b").resolve(&|_| Some(RemoteId("id-b".to_owned())));
    let state = recorded([("a", applied), ("b", spec(json!({})))]);
    let plan = plan(&git, &state, None);
    let steps: Vec<String> = schedule(&plan, &git, &state)
        .iter()
        .map(|o| {
            format!(
                "{} {} after {:?}",
                o.verb,
                o.address.name,
                o.after.iter().map(|id| id.0).collect::<Vec<_>>()
            )
        })
        .collect();
    assert_eq!(steps, ["update a after [2]", "delete b after []", "create b after [1]"]);
}

#[test]
fn guards_refuse_with_numbers_and_a_way_out() {
    let names: Vec<&'static str> = vec!["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
    let state = recorded(names.iter().map(|name| (*name, spec(json!({})))));
    let mut state_protected = state.clone();
    state_protected.resources.get_mut(&address("a")).unwrap().protect = true;
    let plan = plan(&Desired::default(), &state_protected, None);
    let told: Vec<String> = check(&plan, 0, 11, Guards::default())
        .iter()
        .map(|refusal| format!("{refusal}\n    {}", refusal.way_out()))
        .collect();
    assert_snapshot!(told.join("\n"), @r"
    there are no manifests, but the state holds 11 resources
        if that is meant, pass --allow-empty or run destroy; otherwise look at --manifests and `manifests:`
    11 resources would be deleted or replaced, more than deletes_max (10)
        if that is meant, pass --deletes-max 11 or set guards.deletes_max in taskloom.yaml
    11 of 11 resources would be deleted or replaced, more than deletes_max_percent (30)
        if that is meant, pass --deletes-max-percent 100 or set guards.deletes_max_percent in taskloom.yaml
    Task/a is protected
        set lifecycle.protect: false in its manifest and apply that first
    ");
}

#[test]
fn protection_is_remembered_in_the_state() {
    let mut manifest = wanted(spec(json!({})));
    manifest.lifecycle.protect = true;
    let state = recorded([("t", spec(json!({})))]);
    let plan = plan(&desired([("t", manifest)]), &state, None);
    assert_eq!(plan.changes[0].action.name(), "record");
    assert!(plan.changes[0].protect);
}

#[test]
fn a_field_newer_than_this_program_is_compared_with_what_was_sent() {
    let with = |number: i64| {
        let mut manifest = wanted(spec(json!({})));
        manifest.extra = Value::from(json!({"TaskConfiguration": {"NewField": number}}));
        manifest
    };
    let mut state = recorded([("t", spec(json!({})))]);
    state.resources.get_mut(&address("t")).unwrap().extra = with(1).extra;
    let there = observed([("t", Some(spec(json!({}))))]);
    assert!(plan(&desired([("t", with(1))]), &state, Some(&there)).is_empty());
    let plan = plan(&desired([("t", with(2))]), &state, Some(&there));
    assert_eq!(plan.changes[0].fields[0].path, "TaskConfiguration.NewField");
}

#[test]
fn a_selection_takes_along_what_it_needs_and_drops_what_needs_the_excluded() {
    let mut c = wanted(spec(json!({})));
    c.labels.insert("team".to_owned(), "sales".to_owned());
    let git = desired([("a", wanted(depends_on("b"))), ("b", wanted(spec(json!({})))), ("c", c)]);
    let state = Recorded::default();
    let part = |select: &[&str], exclude: &[&str]| -> Vec<String> {
        let parse = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        let selection = Selection { select: parse(select), exclude: parse(exclude) };
        let narrowed = narrow(plan(&git, &state, None), &git, &state, &selection);
        narrowed.changes.iter().map(|change| change.address.name.clone()).collect()
    };
    assert_eq!(part(&[], &[]), ["a", "b", "c"]);
    assert_eq!(part(&["a"], &[]), ["a", "b"]);
    assert_eq!(part(&["Task/b"], &[]), ["b"]);
    assert_eq!(part(&["team=sales"], &[]), ["c"]);
    assert_eq!(part(&[], &["b"]), ["c"]);
    assert_eq!(part(&["TriggerTask/*"], &[]), Vec::<String>::new());
    assert_eq!(part(&["[a-b]"], &["Task/b*"]), Vec::<String>::new());
}
