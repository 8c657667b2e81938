//! What `--json` prints: only JSON on standard output, everything else on standard error.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::support::program::Home;
use super::support::task;

#[test]
fn problems_are_json_with_their_places() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", "    CycleType: DAILY\n"));
    for words in ["validate --json", "plan --json", "apply -y --json"] {
        let ran = home.run(words);
        assert_eq!((ran.status, ran.err.as_str()), (1, ""), "{words}");
        let told = ran.json();
        assert_eq!(told["format_version"], "1.0");
        let problem = &told["problems"][0];
        assert_eq!(
            keys(problem),
            ["column", "file", "help", "line", "message", "path", "severity"]
        );
        assert_eq!((&problem["file"], &problem["line"]), (&json!("a.yaml"), &json!(9)));
        assert_eq!(problem["severity"], "error");
    }
    home.write("a.yaml", &task("a", "echo a", ""));
    let fine = home.run("validate --json");
    assert_eq!((fine.status, fine.json()), (0, json!({"format_version": "1.0", "problems": []})));
}

#[test]
fn a_plan_is_json_with_code_as_text() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    let told = home.run("plan --json").json();
    assert_eq!(
        keys(&told),
        [
            "changes",
            "format_version",
            "observed",
            "project_id",
            "refusals",
            "state",
            "summary",
            "target"
        ]
    );
    let change = &told["changes"][0];
    assert_eq!(
        keys(change),
        [
            "action",
            "address",
            "fields",
            "id",
            "moved_from",
            "needed_by",
            "reasons",
            "source",
            "stops_first",
            "then"
        ]
    );
    assert_eq!((&change["action"], &change["source"]), (&json!("create"), &json!("a.yaml:1")));
    let fields = change["fields"].as_array().unwrap();
    let code = fields.iter().find(|f| f["path"] == "TaskConfiguration.CodeContent").unwrap();
    assert_eq!(
        *code,
        json!({"path": "TaskConfiguration.CodeContent", "before": null, "after": "echo a",
               "reason": "manifest"})
    );
    assert_eq!(told["summary"]["create"], 1);
    assert_eq!(told["state"], json!({"lineage": null, "serial": 0}));
    assert_eq!(home.run("plan --json").out, home.run("plan --format json").out);
}

#[test]
fn an_apply_is_lines_of_json_with_a_summary_at_the_end() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    home.write("b.yaml", &format!("{}extra: {{Frob: 1}}\n", task("b", "echo b", "")));
    home.write("c.yaml", &task("c", "echo c", &super::support::after("b")));
    let ran = home.run("apply -y --json --parallelism 1");
    let lines = ran.json_lines();
    let told: Vec<_> = lines.iter().map(|l| (text(&l["address"]), text(&l["status"]))).collect();
    assert_eq!(
        told,
        [
            ("Task/a", "begun"),
            ("Task/a", "done"),
            ("Task/b", "begun"),
            ("Task/b", "failed"),
            ("Task/c", "skipped"),
            ("", ""),
        ]
    );
    for line in lines.iter().filter(|line| line["type"] == "operation") {
        assert_eq!(
            keys(line),
            ["address", "error", "id", "request_id", "source", "status", "type", "verb"]
        );
    }
    let (done, failed) = (&lines[1], &lines[3]);
    assert!(done["id"].is_string() && done["request_id"].is_string());
    assert_eq!(keys(&failed["error"]), ["action", "code", "help", "message"]);
    assert_eq!(failed["error"]["code"], "UnknownParameter");
    assert!(text(&failed["error"]["message"]).contains(text(&failed["request_id"])));
    assert_eq!(
        lines[5],
        json!({"type": "summary", "done": 1, "failed": 1, "skipped": 1, "not_attempted": 0,
               "unchanged": 0})
    );
}

#[test]
fn a_refused_apply_says_so_in_json_too() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    home.run("apply -y");
    home.write("a.yaml", "# nothing is left\n");
    let ran = home.run("apply -y --json");
    assert_eq!(ran.status, 1);
    let told = ran.json();
    assert_eq!(told["type"], "refused");
    assert_eq!(keys(&told["refusals"][0]), ["help", "message"]);
    assert_eq!(home.run("plan --json").json()["refusals"], told["refusals"]);
}

#[test]
fn the_state_is_json() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    home.run("apply -y");
    let list = home.run("state list --json").json();
    assert_eq!(keys(&list), ["format_version", "lineage", "resources", "serial"]);
    assert_eq!(
        keys(&list["resources"][0]),
        ["address", "id", "name", "protect", "status", "version"]
    );
    let shown = home.run("state show Task/a --json").json();
    assert_eq!(
        keys(&shown),
        ["address", "extra", "format_version", "id", "observed", "protect", "spec"]
    );
    assert_eq!(shown["id"], list["resources"][0]["id"]);
}

#[test]
fn an_edit_of_the_state_is_json_and_is_never_asked_about() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    home.write("b.yaml", &task("b", "echo b", ""));
    home.run("apply -y");
    let before = home.read(".taskloom/local/state.json");
    for words in ["state mv Task/a Task/z --json", "state rm Task/a Task/b --json"] {
        let ran = home.run(words);
        assert_eq!((ran.status, &ran.json()["done"]), (1, &json!(false)), "{words}");
        assert!(ran.err.contains("-y"), "{}", ran.err);
        assert_eq!(home.read(".taskloom/local/state.json"), before);
    }
    let moved = home.run("state mv Task/a Task/z --json -y").json();
    assert_eq!(keys(&moved), ["done", "format_version", "moved"]);
    assert_eq!((&moved["moved"]["to"], &moved["done"]), (&json!("Task/z"), &json!(true)));
    let ran = home.run("state rm Task/b Task/z --json -y");
    let forgotten = ran.json();
    assert_eq!(keys(&forgotten), ["done", "forgotten", "format_version"]);
    assert_eq!(forgotten["forgotten"][1]["id"], moved["moved"]["id"]);
    assert_eq!(home.run("state list --json").json()["resources"], json!([]));
}

#[test]
fn what_would_be_taken_over_is_shown_as_json_before_anything_is_written() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    home.run("apply -y");
    home.run("state rm Task/a -y");
    let before = home.read(".taskloom/local/state.json");
    let ran = home.run("state rebuild --json");
    assert_eq!((ran.status, &ran.json()["done"]), (1, &json!(false)));
    assert_eq!(keys(&ran.json()), ["adopted", "done", "format_version", "missing", "rivals"]);
    assert_eq!(ran.json()["adopted"][0]["address"], "Task/a");
    assert_eq!(home.read(".taskloom/local/state.json"), before);
    std::fs::remove_file(home.path("a.yaml")).unwrap();
    let ran = home.run("import --all --json");
    assert_eq!((ran.status, &ran.json()["done"]), (1, &json!(false)));
    assert_eq!(keys(&ran.json()), ["done", "format_version", "imported", "problems", "skipped"]);
    assert_eq!(ran.json()["imported"][0]["file"], "a.yaml");
    assert!(!home.path("a.yaml").exists());
    assert_eq!(home.read(".taskloom/local/state.json"), before);
    let ran = home.run("import --all --json -y");
    assert_eq!((ran.status, &ran.json()["done"]), (0, &json!(true)));
    assert_eq!(ran.json()["problems"], json!([]));
    // Without anything to adopt, no confirmation is needed.
    for words in ["state rebuild --json", "import --all --json"] {
        let ran = home.run(words);
        assert_eq!((ran.status, &ran.json()["done"]), (0, &json!(true)), "{words}");
    }
}

fn keys(json: &Json) -> Vec<&str> {
    let keys: BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    keys.into_iter().collect()
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}
