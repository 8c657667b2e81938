//! Targets: what belongs to them, development mode, and separate states.

use insta::assert_snapshot;

use super::support::program::Home;
use super::support::{after, task};

/// Two targets of one service; `prod` excludes some resources.
fn home(prod: &str) -> Home {
    let home = Home::new();
    let name =
        "bundle: {name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}\nvariables: {only: }\n";
    home.write(
        "taskloom.yaml",
        &format!(
            "{name}targets:\n  dev: {{default: true, mode: development, endpoint: embedded, project_id: \"1\", region: ap-guangzhou}}\n  \
             prod: {{endpoint: embedded, project_id: \"2\", region: ap-guangzhou{prod}}}\n"
        ),
    );
    home
}

fn labelled(name: &str, team: &str, more: &str) -> String {
    let metadata = format!("{{name: {name}, labels: {{team: {team}}}}}");
    task(name, &format!("echo {name}"), more).replace(&format!("{{name: {name}}}"), &metadata)
}

#[test]
fn what_a_target_leaves_out_is_deleted_there_and_the_plan_says_so() {
    let home = home("");
    home.write("a.yaml", &labelled("a", "sales", ""));
    home.write("b.yaml", &labelled("b", "ops", ""));
    home.write("c.yaml", &labelled("c", "sales", ""));
    home.run("apply -y -t prod");
    let text = home.read("taskloom.yaml");
    home.write(
        "taskloom.yaml",
        &text.replace(
            "\"2\", region: ap-guangzhou",
            "\"2\", region: ap-guangzhou, include: [\"label:team=sales\"], exclude: [\"Task/c*\"]",
        ),
    );
    assert_snapshot!(home.run("plan -t prod").out, @r"
    - Task/b  delete: the target leaves it out  (b.yaml:1)
    - Task/c  delete: the target leaves it out  (c.yaml:1)

    Plan: 0 to create, 0 to update, 2 to delete, 1 unchanged
    ");
    let refused = home.run("apply -y -t prod --deletes-max 1");
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("more than deletes_max (1)"), "{}", refused.err);
    assert_eq!(home.run("apply -y -t prod").status, 0);
    assert_eq!(home.run("plan -t prod --detailed-exitcode").status, 0);
    // The other target has all of it.
    assert!(
        home.run("plan")
            .out
            .ends_with("Plan: 3 to create, 0 to update, 0 to delete, 0 unchanged\n")
    );
}

#[test]
fn what_is_left_out_needs_no_values_but_keeps_its_name() {
    let home = home(", exclude: [only-dev]");
    home.write("a.yaml", &task("a", "echo", ""));
    home.write(
        "only.yaml",
        &task("only-dev", "echo", "").replace("BrokerIp: any", "BrokerIp: \"${var.only}\""),
    );
    assert_eq!(home.run("validate -t prod").out, "1 resource in 2 files: fine for target prod\n");
    assert_eq!(home.run("validate").status, 1);
    home.write("again.yaml", &task("only-dev", "echo", ""));
    let ran = home.run("validate -t prod");
    assert!(ran.err.contains("Task/only-dev is already declared"), "{}", ran.err);
}

#[test]
fn a_reference_to_what_is_left_out_names_both() {
    let home = home(", exclude: [b]");
    home.write("a.yaml", &task("a", "echo", &after("b")));
    home.write("b.yaml", &task("b", "echo", ""));
    assert_eq!(home.run("validate").status, 0);
    let ran = home.run("validate -t prod --json");
    let problem = &ran.json()["problems"][0];
    assert_eq!(ran.json()["problems"].as_array().unwrap().len(), 1);
    assert_eq!(problem["message"], "Task/a needs Task/b, which the target \"prod\" leaves out");
    assert_eq!(problem["help"], "include Task/b in the target too, or leave Task/a out");
    assert_eq!(problem["file"], "a.yaml");
    home.write("taskloom.yaml", &home.read("taskloom.yaml").replace("[b]", "[\"b{\"]"));
    let ran = home.run("validate -t prod");
    assert!(ran.err.contains("is not a valid pattern"), "{}", ran.err);
}

#[test]
fn a_development_target_prefixes_names_and_starts_nothing() {
    let home = home("");
    let running = format!("{}lifecycle: {{schedule: running}}\n", task("a", "echo", ""));
    home.write("a.yaml", &running);
    let plan = home.run("plan");
    assert_snapshot!(plan.err, @"note: the target dev is for development: nothing is submitted or started, so these stay drafts: Task/a");
    assert!(plan.out.contains("TaskName = \"[dev ann] a\""), "{}", plan.out);
    let plan = home.run("plan --developer bob");
    assert!(plan.out.contains("TaskName = \"[dev bob] a\""), "{}", plan.out);
    assert_snapshot!(home.run("plan --developer [x]").err, @r#"
    error: "[x]" cannot stand in front of a TaskName
    help: set TASKLOOM_DEVELOPER to a name without brackets
    "#);
    let home = home.with("USER", "");
    assert_snapshot!(home.run("plan").err, @r"
    error: nothing says whose development target this is
    help: set TASKLOOM_DEVELOPER, or pass --developer NAME
    ");
    let home = home.with("TASKLOOM_DEVELOPER", "eve");
    assert_eq!(home.run("apply -y").status, 0);
    assert_eq!(home.run("plan --detailed-exitcode").status, 0);
    let state = home.read(".taskloom/dev/state.json");
    assert!(state.contains("[dev eve] a"), "{state}");
}

#[test]
fn what_a_development_target_made_is_imported_without_the_prefix() {
    let home = home("");
    home.write("a.yaml", &task("a", "echo", ""));
    home.run("apply -y");
    home.run("state rm Task/a -y");
    std::fs::remove_file(home.path("a.yaml")).unwrap();
    let imported = home.run("import --all -y");
    assert_eq!(imported.status, 0, "{}{}", imported.out, imported.err);
    assert!(!home.read("a.yaml").contains("dev ann"), "{}", home.read("a.yaml"));
    assert_eq!(home.run("plan").out, "No changes: 1 unchanged, compared with the service\n");
}

#[test]
fn nothing_is_imported_into_a_target_that_would_leave_it_out() {
    let home = home(", include: [\"team=sales\"]");
    home.write("a.yaml", &labelled("a", "sales", ""));
    home.run("apply -y -t prod");
    home.run("state rm Task/a -y -t prod");
    std::fs::remove_file(home.path("a.yaml")).unwrap();
    let refused = home.run("import --all -y -t prod");
    assert_eq!(refused.status, 1);
    assert_snapshot!(refused.err, @r"
    warning: there are no manifests in .
    --> .:1:1

    1 warning
    error: the target leaves Task/a out: its manifest would not belong to it
    help: widen `include` and `exclude` of the target in taskloom.yaml, or import with another target
    ");
    assert!(!home.path("a.yaml").exists());
}

#[test]
fn two_targets_never_share_a_state() {
    let home = home("");
    home.write("a.yaml", &task("a", "echo", ""));
    home.run("apply -y");
    home.run("apply -y -t prod");
    let lineage = |target: &str| {
        let state = home.read(&format!(".taskloom/{target}/state.json"));
        serde_json::from_str::<serde_json::Value>(&state).unwrap()["lineage"].clone()
    };
    assert_ne!(lineage("dev"), lineage("prod"));
    let before = home.read(".taskloom/dev/state.json");
    for words in ["plan", "apply -y", "destroy -y", "state list", "state rm Task/a -y"] {
        let ran = home.run(&format!("{words} -t prod --state .taskloom/dev/state.json"));
        assert_eq!(ran.status, 1, "{words}: {}", ran.out);
        assert!(ran.err.contains("is the state of project \"1\", not of \"2\""), "{}", ran.err);
    }
    // Both have the same project: then the name of the target decides.
    home.write("taskloom.yaml", &home.read("taskloom.yaml").replace("\"2\"", "\"1\""));
    assert_snapshot!(home.run("plan -t prod --state .taskloom/dev/state.json").err, @r#"
    error: .taskloom/dev/state.json is the state of target "dev", not of "prod"
    help: choose the right target with -t, or another file with --state
    "#);
    assert_eq!(home.read(".taskloom/dev/state.json"), before);
}
