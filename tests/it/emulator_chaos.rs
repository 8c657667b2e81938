//! The faults and behaviours that users can request from the emulator.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use clap::ValueEnum as _;
use serde_json::json;
use taskloom::emulator::{
    Behaviour, Chaos, Fault, FaultKind, FaultMoment, WorkflowReading, switches,
};

use crate::emulator::{PROJECT, Rig};

fn error(text: &str) -> String {
    text.parse::<Chaos>().unwrap_err().to_string()
}

fn turned(text: &str) -> Behaviour {
    let mut behaviour = Behaviour::default();
    behaviour.turn(text).unwrap();
    behaviour
}

#[test]
fn chaos_is_read_the_way_it_is_printed() {
    let texts = ["random", "random::7", "random:3:5", "CreateTask#2:drop:after", "*#1:hang:before"];
    for text in texts {
        assert_eq!(text.parse::<Chaos>().unwrap().to_string(), text);
    }
    assert_eq!("random:3".parse(), Ok(Chaos::Random { seed: Some(3), percent: 5 }));
}

#[test]
fn a_text_that_is_no_fault_is_told_where_it_is_wrong() {
    let wrong = [
        ("", "`#N`, which call, is missing"),
        ("randomly", "`#N`, which call, is missing"),
        ("CreateTask", "`#N`, which call, is missing"),
        ("CreateTask#1", "`:KIND` is missing"),
        ("CreateTask#1:drop", "`:before` or `:after` is missing"),
        ("CreateTsk#1:drop:after", "there is no action \"CreateTsk\": did you mean `CreateTask`?"),
        ("Xyz#1:drop:after", "there is no action \"Xyz\": `*` stands for every one"),
        ("*#0:drop:after", "\"0\" is not the number of a call"),
        ("*#-1:drop:after", "\"-1\" is not the number of a call"),
        ("*#1:drp:after", "there is no fault \"drp\": did you mean `drop`?"),
        ("*#1:fire:after", "there is no fault \"fire\": known are drop, 500, 502, garbage,"),
        ("*#1:drop:during", "\"during\" is not a moment of a fault"),
        ("random:x", "the seed \"x\" is not a number"),
        ("random:1:0", "\"0\" is not a percentage of calls"),
        ("random:1:101", "\"101\" is not a percentage of calls"),
        ("random:1:2:3", "\"2:3\" is not a percentage of calls"),
    ];
    for (text, message) in wrong {
        assert!(error(text).starts_with(message), "{text}: {}", error(text));
    }
}

#[test]
fn a_kind_of_fault_has_one_name() {
    for kind in FaultKind::ALL {
        assert_eq!(kind.to_possible_value().unwrap().get_name(), kind.name());
    }
    assert_eq!(FaultKind::value_variants(), FaultKind::ALL);
}

/// Returns the random faults that hit list calls.
async fn fates(seed: u64, percent: u8, n_calls: usize) -> Vec<Option<Fault>> {
    fates_of("ListTasks", seed, percent, n_calls).await
}

async fn fates_of(action: &str, seed: u64, percent: u8, n_calls: usize) -> Vec<Option<Fault>> {
    let rig = Rig::new();
    rig.service.faults().at_random(seed, percent);
    for _ in 0..n_calls {
        rig.send(action, &json!({"ProjectId": PROJECT})).await;
    }
    let calls = rig.service.calls();
    calls.into_iter().map(|call| Some(call.fault?.parse().unwrap())).collect()
}

#[tokio::test]
async fn random_faults_come_as_often_as_asked_for_in_every_kind_and_again_with_the_same_seed() {
    let first = fates(7, 50, 2000).await;
    let faults: Vec<&Fault> = first.iter().flatten().collect();
    assert!((900..1100).contains(&faults.len()), "{}", faults.len());
    for kind in FaultKind::ALL {
        for effect in FaultMoment::ALL {
            let is_there = faults.iter().any(|fault| (fault.kind, fault.effect) == (kind, effect));
            assert_eq!(is_there, (kind, effect) != (FaultKind::RateLimit, FaultMoment::After));
        }
    }
    assert_eq!(fates(7, 50, 2000).await, first);
    assert_ne!(fates(8, 50, 2000).await, first);
    assert_eq!(fates(7, 100, 50).await.iter().flatten().count(), 50);
}

#[tokio::test]
async fn only_what_reads_is_stale_at_random() {
    let faults = fates_of("DeleteTask", 7, 100, 200).await;
    let is_stale = |fault: &Fault| fault.kind == FaultKind::StaleRead;
    assert_eq!((faults.len(), faults.iter().flatten().count()), (200, 200));
    assert!(!faults.iter().flatten().any(is_stale), "{faults:?}");
}

#[tokio::test]
async fn a_random_fault_alone_hits_the_same_call_again() {
    let first = fates(7, 10, 50).await;
    for fault in first.iter().flatten() {
        let rig = Rig::new();
        rig.service.faults().add(fault.clone());
        for _ in 0..50 {
            rig.send("ListTasks", &json!({"ProjectId": PROJECT})).await;
        }
        let place = first.iter().position(|known| known.as_ref() == Some(fault)).unwrap();
        let calls = rig.service.calls();
        let hit = calls.iter().position(|call| call.fault.is_some());
        assert_eq!(hit, Some(place), "{fault}");
    }
}

/// Returns the field of each line of a behaviour, with its value.
fn fields(behaviour: &Behaviour) -> Vec<(String, String)> {
    let text = format!("{behaviour:#?}");
    let lines = text.lines().filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    let pairs = lines.filter_map(|line| line.trim().split_once(": "));
    pairs.map(|(name, value)| (name.replace('_', "-"), value.to_owned())).collect()
}

#[test]
fn every_field_of_the_behaviour_has_a_switch_of_its_name_that_changes_it_alone() {
    let default = Behaviour::default();
    let known: Vec<String> = switches().iter().map(|switch| switch.name.to_owned()).collect();
    let all: Vec<String> = fields(&default).into_iter().map(|(name, _)| name).collect();
    assert_eq!(known, all);
    for switch in switches() {
        for (place, word) in switch.values.iter().enumerate() {
            let value = if word.name == "NUMBER" { "3" } else { word.name.as_str() };
            let behaviour = turned(&format!("{}={value}", switch.name));
            let changed: Vec<String> = std::iter::zip(fields(&behaviour), fields(&default))
                .filter(|(now, before)| now != before)
                .map(|((name, _), _)| name)
                .collect();
            // The first value of each is the default.
            let is_other = place > 0 || word.name == "NUMBER";
            let expected: &[&str] = if is_other { &[switch.name] } else { &[] };
            assert_eq!(changed, expected, "{}={value}", switch.name);
            assert!(!word.about.is_empty(), "{}={value}", switch.name);
        }
    }
}

#[test]
fn a_switch_that_cannot_be_so_says_what_it_takes() {
    let error = |text: &str| Behaviour::default().turn(text).unwrap_err().to_string();
    insta::assert_snapshot!(error("names"), @"expected NAME=VALUE, for instance names=unique-in-workflow");
    insta::assert_snapshot!(error("names=fre"), @r#""fre" is not a value of names (did you mean `free`?): it takes free, unique-in-workflow"#);
    insta::assert_snapshot!(error("list-delay=-1"), @r#""-1" is not a value of list-delay: it takes NUMBER"#);
    insta::assert_snapshot!(error("workflows=a,,b"), @r#""a,,b" is not a value of workflows: it takes any, ID,ID"#);
    insta::assert_snapshot!(error("nmes=free"), @r#"there is no switch "nmes" (did you mean `names`?): known are spelling, missing, omitted, server-keys, partial-lists, removal-paths, names, name-filter, order, trigger-list, trigger-versions, workflows, upstreams, deletes, service-ids, list-delay, get-delay, show-folder, workflow-names, workflow-updates, workflow-deletes, unified-schedules, folders, folder-types, folder-names, submits, show-submit-status, starts, start-failures, jobs, job-delay, schedule-mode, site, mode-checked"#);
    let ids = vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(turned("workflows=a,b").workflows, WorkflowReading::Known(ids));
}
