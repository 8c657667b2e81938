//! `taskloom emulator --chaos` and `--behaviour` with the real binary.

use serde_json::json;
use taskloom::emulator::{Fault, FaultKind, FaultMoment, switches};

use super::support::program::{Home, emulator};
use super::support::{after, task};

/// A project of six tasks, each depending on the previous one.
fn project(url: &str) -> Home {
    let home = Home::new()
        .with("TENCENTCLOUD_SECRET_ID", "taskloom-local")
        .with("TENCENTCLOUD_SECRET_KEY", "taskloom-local")
        .with("TASKLOOM_ENDPOINT", url)
        .with("TASKLOOM_RATE", "1000");
    home.write(
        "taskloom.yaml",
        "bundle: {name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}\nmanifests: [\".\"]\n\
         targets:\n  t: {project_id: \"1\", region: ap-guangzhou}\n",
    );
    for n in 1..=6 {
        let more = if n > 1 { after(&format!("t{}", n - 1)) } else { String::new() };
        home.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", &more));
    }
    home
}

#[test]
fn a_rehearsal_of_lost_answers_ends_with_each_task_once() {
    let faults = [
        "CreateTask#2:drop:after",
        "CreateTask#3:garbage:after",
        "CreateTask#4:internal-error:after",
        "CreateTask#5:500:after",
        "CreateTask#6:cut-off:after",
        "ListTasks#1:502:before",
        "GetTask#2:status-false:before",
        "GetTask#5:rate-limit:before",
        "GetTask#6:drop:before",
    ];
    let words: Vec<String> = faults.iter().map(|fault| format!("--chaos {fault}")).collect();
    let (_emulator, url) = emulator(&Home::new(), &format!("--rate 0 {}", words.join(" ")));
    let home = project(&url);
    for _ in 0..3 {
        home.run("apply -y");
    }
    let ran = home.run("apply -y");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let plan = home.run("plan --refresh full --json").json();
    assert_eq!((&plan["summary"]["unchanged"], &plan["changes"]), (&json!(6), &json!([])));
    // Anything else with our mark would be reported when the state is lost.
    std::fs::remove_dir_all(home.path(".taskloom")).unwrap();
    let plan = home.run("plan --json").json();
    assert_eq!((&plan["summary"]["adopt"], &plan["refusals"]), (&json!(6), &json!([])));
}

#[test]
fn the_emulator_tells_each_fault_that_strikes_in_the_form_that_repeats_it() {
    let home = Home::new();
    let words = "emulator --rate 0 --chaos random:3:20 --chaos *#1:500:before";
    let (mut served, told) = home.start_telling(words);
    let url = served.line().unwrap().replace("listening on ", "");
    let project = project(&url);
    project.run("plan");
    served.signal("TERM");
    served.status();
    let told = std::fs::read_to_string(told).unwrap();
    let mut lines = told.lines();
    assert_eq!(lines.next(), Some("chaos random:3:20"));
    assert_eq!(lines.next(), Some("chaos *#1:500:before"));
    assert_eq!(lines.next(), Some("warning: fault ListTasks#1:500:before"));
    for line in lines {
        let fault = line.strip_prefix("warning: fault ").unwrap();
        assert_eq!(fault.parse::<Fault>().unwrap().to_string(), fault);
    }
}

#[test]
fn a_seed_that_nobody_chose_is_told() {
    let (mut served, _) = Home::new().start_telling("emulator --json --chaos random");
    let told: serde_json::Value = serde_json::from_str(&served.line().unwrap()).unwrap();
    let chaos = told["chaos"][0].as_str().unwrap();
    let seed = chaos.strip_prefix("random:").and_then(|rest| rest.strip_suffix(":5")).unwrap();
    seed.parse::<u64>().unwrap();
}

#[test]
fn the_emulator_starts_with_every_fault_and_every_value_of_every_switch() {
    let mut words = String::new();
    for kind in FaultKind::ALL {
        for effect in FaultMoment::ALL {
            let action = Some("CreateTriggerTask".to_owned());
            words.push_str(&format!(" --chaos {}", Fault { action, nth: 1, effect, kind }));
        }
    }
    let mut n_values = 0;
    let help = Home::new().run("emulator --help").out;
    for switch in switches() {
        assert!(help.contains(&format!("{}: {}", switch.name, switch.about)), "{}", switch.name);
        for word in &switch.values {
            let value = if word.name == "NUMBER" { "2" } else { word.name.as_str() };
            words.push_str(&format!(" --behaviour {}={value}", switch.name));
            assert!(help.contains(&format!("={} ", word.name)), "{}", word.name);
            n_values += 1;
        }
    }
    assert!(n_values > 36, "{n_values}");
    // With the last value of each switch the project would accept no tasks at all.
    words.push_str(" --behaviour schedule-mode=unsaid");
    let (_emulator, url) = emulator(&Home::new(), words.trim());
    // The last value of a switch counts: only the workflows ID and ID exist.
    let home = project(&url);
    let ran = home.run("apply -y");
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("ResourceNotFound"), "{}", ran.err);
}

#[test]
fn a_rehearsal_that_makes_no_sense_is_refused() {
    let refused = |words: &str| {
        let ran = Home::new().run(&format!("emulator {words}"));
        assert_eq!((ran.status, ran.out.as_str()), (64, ""));
        ran.err.lines().next().unwrap().to_owned()
    };
    insta::assert_snapshot!(refused("--chaos CreateTask#1:drp:after"), @"error: invalid value 'CreateTask#1:drp:after' for '--chaos <FAULT>': there is no fault \"drp\": did you mean `drop`?");
    insta::assert_snapshot!(refused("--behaviour names=fre"), @"error: invalid value 'names=fre' for '--behaviour <NAME=VALUE>': \"fre\" is not a value of names (did you mean `free`?): it takes free, unique-in-workflow");
    insta::assert_snapshot!(refused("--chaos random:1 --chaos random:2"), @"error: `--chaos random` is given twice");
}
