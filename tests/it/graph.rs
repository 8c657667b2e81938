//! `taskloom graph`: dependencies, in three output formats.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use insta::assert_snapshot;
use serde_json::json;

use super::support::program::Home;
use super::support::task;

/// A workflow, two tasks of it, one of an unmanaged workflow, and a task that runs a workflow.
fn small() -> Home {
    let home = Home::embedded();
    home.write(
        "w.yaml",
        "apiVersion: wedata/2025-08-06\nkind: Workflow\nmetadata: {name: sales}\nspec: {ParentFolderPath: /}\n---\n\
         apiVersion: wedata/2025-08-06\nkind: TriggerWorkflow\nmetadata: {name: report}\nspec: {ParentFolderPath: /}\n---\n\
         apiVersion: wedata/2025-08-06\nkind: Workflow\nmetadata: {name: empty}\nspec: {ParentFolderPath: /}\n",
    );
    let inside = |name: &str, more: &str| {
        task(name, "echo", more).replace("wf-1", "\"${workflow.sales.id}\"")
    };
    home.write("a.yaml", &inside("a", "").replace("name: a", "name: a, labels: {team: x}"));
    let after = |name: &str| {
        format!(
            "    UpstreamDependencyConfigList: [{{TaskId: \"${{task.{name}.id}}\", MainCyclicConfig: DAY, \
             SubordinateCyclicConfig: CURRENT_DAY}}]\n    ParamTaskInList: [{{ParamKey: day, ParamDesc: d, \
             FromTaskId: \"${{task.{name}.id}}\", FromParamKey: k}}]\n"
        )
    };
    home.write("b.yaml", &inside("b", &after("a")));
    home.write("c.yaml", &task("c", "echo", &after("b")));
    home.write(
        "t.yaml",
        "apiVersion: wedata/2025-08-06\nkind: TriggerTask\nmetadata: {name: start}\nspec:\n  \
         TriggerTaskBaseAttribute: {WorkflowId: w-2, TaskTypeId: Run Workflow}\n  \
         TriggerTaskConfiguration:\n    \
         TaskExtConfigurationList: {workflowId: \"${triggerworkflow.report.id}\"}\n",
    );
    home
}

#[test]
fn the_graph_is_printed_for_graphviz() {
    let ran = small().run("graph");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_snapshot!(ran.out, @r#"
    digraph taskloom {
      rankdir=LR;
      graph [fontname="sans-serif"];
      node [shape=box, fontname="sans-serif"];
      edge [fontname="sans-serif", fontsize=9];
      subgraph cluster_0 {
        label="Workflow/sales";
        "Task/a" [label="Task/a", tooltip="a.yaml:1"];
        "Task/b" [label="Task/b", tooltip="b.yaml:1"];
      }
      subgraph cluster_1 {
        label="Workflow wf-1 (not managed here)";
        "Task/c" [label="Task/c", tooltip="c.yaml:1"];
      }
      subgraph cluster_2 {
        label="TriggerWorkflow w-2 (not managed here)";
        "TriggerTask/start" [label="TriggerTask/start", tooltip="t.yaml:1"];
      }
      "Workflow/empty" [shape=folder, label="Workflow/empty", tooltip="w.yaml:11"];
      "TriggerWorkflow/report" [shape=folder, label="TriggerWorkflow/report", tooltip="w.yaml:6"];
      "Task/a" -> "Task/b" [style=dashed, label="ParamTaskInList[day].FromTaskId"];
      "Task/a" -> "Task/b";
      "Task/b" -> "Task/c" [style=dashed, label="ParamTaskInList[day].FromTaskId"];
      "Task/b" -> "Task/c";
      "TriggerWorkflow/report" -> "TriggerTask/start" [style=dashed, label="TaskExtConfigurationList[workflowId].ParamValue"];
    }
    "#);
}

#[test]
fn the_graph_is_printed_for_mermaid() {
    let ran = small().run("graph --format mermaid");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_snapshot!(ran.out, @r#"
    flowchart LR
      subgraph w0["Workflow/sales"]
        n3["Task/a"]
        n4["Task/b"]
      end
      subgraph w1["Workflow wf-1 (not managed here)"]
        n5["Task/c"]
      end
      subgraph w2["TriggerWorkflow w-2 (not managed here)"]
        n6["TriggerTask/start"]
      end
      n0[["Workflow/empty"]]
      n2[["TriggerWorkflow/report"]]
      n3 -.->|"ParamTaskInList[day].FromTaskId"| n4
      n3 --> n4
      n4 -.->|"ParamTaskInList[day].FromTaskId"| n5
      n4 --> n5
      n2 -.->|"TaskExtConfigurationList[workflowId].ParamValue"| n6
    "#);
}

#[test]
fn the_graph_is_printed_as_json_with_the_field_behind_each_edge() {
    let home = small();
    let ran = home.run("graph --json");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(home.run("graph --format json").out, ran.out);
    let json = ran.json();
    assert_eq!((&json["format_version"], &json["target"]), (&json!("1.0"), &json!("local")));
    assert_eq!(json["nodes"].as_array().unwrap().len(), 7);
    let of = |address: &str| {
        let mut nodes = json["nodes"].as_array().unwrap().iter();
        nodes.find(|node| node["address"] == address).unwrap().clone()
    };
    assert_eq!(
        of("Task/a"),
        json!({"address": "Task/a", "kind": "Task", "source": "a.yaml:1",
               "labels": {"team": "x"}, "workflow": "Workflow/sales"})
    );
    assert_eq!(
        (of("Task/c")["workflow"].as_str(), &of("Workflow/sales")["workflow"]),
        (Some("wf-1"), &json!(null))
    );
    let edges: Vec<String> =
        json["edges"].as_array().unwrap().iter().map(ToString::to_string).collect();
    assert_snapshot!(edges.join("\n"), @r#"
    {"from":"Task/a","to":"Workflow/sales","why":"TaskBaseAttribute.WorkflowId"}
    {"from":"Task/b","to":"Workflow/sales","why":"TaskBaseAttribute.WorkflowId"}
    {"from":"Task/b","to":"Task/a","why":"TaskSchedulerConfiguration.ParamTaskInList[day].FromTaskId"}
    {"from":"Task/b","to":"Task/a","why":"TaskSchedulerConfiguration.UpstreamDependencyConfigList.TaskId"}
    {"from":"Task/c","to":"Task/b","why":"TaskSchedulerConfiguration.ParamTaskInList[day].FromTaskId"}
    {"from":"Task/c","to":"Task/b","why":"TaskSchedulerConfiguration.UpstreamDependencyConfigList.TaskId"}
    {"from":"TriggerTask/start","to":"TriggerWorkflow/report","why":"TriggerTaskConfiguration.TaskExtConfigurationList[workflowId].ParamValue"}
    "#);
}

#[test]
fn a_part_of_the_graph_holds_what_it_needs_and_nothing_that_needs_what_is_excluded() {
    let home = small();
    let nodes = |words: &str| -> Vec<String> {
        let json = home.run(&format!("graph --json {words}")).json();
        let nodes = json["nodes"].as_array().unwrap().clone();
        let names: BTreeSet<String> =
            nodes.iter().map(|node| node["address"].as_str().unwrap().to_owned()).collect();
        for edge in json["edges"].as_array().unwrap() {
            assert!(names.contains(edge["from"].as_str().unwrap()), "{edge}");
            assert!(names.contains(edge["to"].as_str().unwrap()), "{edge}");
        }
        names.into_iter().collect()
    };
    assert_eq!(nodes("--select Task/b"), ["Task/a", "Task/b", "Workflow/sales"]);
    assert_eq!(nodes("--select team=x"), ["Task/a", "Workflow/sales"]);
    assert_eq!(nodes("--select Task/c --exclude Task/a"), Vec::<String>::new());
    assert_eq!(
        nodes("--exclude Task/b"),
        [
            "Task/a",
            "TriggerTask/start",
            "TriggerWorkflow/report",
            "Workflow/empty",
            "Workflow/sales"
        ]
    );
    assert_eq!(home.run("graph --select [").status, 64);
}

#[test]
fn manifests_with_problems_have_no_graph() {
    let home = small();
    home.write("bad.yaml", &task("bad", "echo", "    Frob: 1\n"));
    let ran = home.run("graph");
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("unknown field \"Frob\""), "{}", ran.err);
    let ran = home.run("graph --json");
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    assert_eq!(ran.json()["problems"][0]["file"], "bad.yaml");
}

/// Returns every line of a drawing without its quoted texts.
fn skeleton(text: &str) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for line in text.lines() {
        let (mut bare, mut quoted, mut escaped) = (String::new(), false, false);
        for c in line.chars() {
            match (quoted, escaped, c) {
                (true, false, '\\') => escaped = true,
                (_, false, '"') => {
                    quoted = !quoted;
                    bare.push('"');
                }
                (false, _, c) if c.is_ascii_digit() => {}
                (false, _, c) => bare.push(c),
                (true, ..) => escaped = false,
            }
        }
        assert!(!quoted, "{line}");
        lines.insert(bare.trim().to_owned());
    }
    lines
}

#[test]
fn hostile_texts_stay_inside_their_quotes() {
    let home = Home::embedded();
    let evil = "]\\\"; x -> y; } <img src=x onerror=alert(1)> &lt; end %%{init}%% `#35;` \\N ${z}";
    let names = ["end", "graph", "subgraph", "1", "x.y_z-1", "日本", "digraph", "style"];
    for (number, name) in names.iter().enumerate() {
        let workflow =
            serde_json::to_string(&format!("{evil}\u{1b}[2J\u{202e}\n{number}")).unwrap();
        let text = task(name, "echo", "").replace("wf-1", &workflow);
        home.write(&format!("\"a\\\n{number}; <b>.yaml"), &text);
    }
    let key = serde_json::to_string(&format!("{evil}\n]")).unwrap();
    let more = format!("    ParamTaskOutList: {{{key}: \"${{task.end.id}}\"}}\n");
    home.write("z.yaml", &task("z", "echo", &more));
    let dot = home.run("graph");
    assert_eq!(dot.status, 0, "{}", dot.err);
    let lines: Vec<String> = skeleton(&dot.out).into_iter().collect();
    assert_snapshot!(lines.join("\n"), @r#"
    "" -> "" [style=dashed, label=""];
    "" [label="", tooltip=""];
    digraph taskloom {
    edge [fontname="", fontsize=];
    graph [fontname=""];
    label="";
    node [shape=box, fontname=""];
    rankdir=LR;
    subgraph cluster_ {
    }
    "#);
    let mermaid = home.run("graph --format mermaid").out;
    let lines: Vec<String> = skeleton(&mermaid).into_iter().collect();
    assert_snapshot!(lines.join("\n"), @r#"
    end
    flowchart LR
    n -.->|""| n
    n[""]
    subgraph w[""]
    "#);
    for text in [&dot.out, &mermaid] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    }
    // Characters that Mermaid or a browser would interpret are written as numeric entities.
    assert!(!mermaid.contains(['<', '`', '&', '\\', '%', '{', '=']), "{mermaid}");
    let json = home.run("graph --json");
    assert!(!json.out.contains('\u{1b}'));
    assert_eq!(json.json()["edges"][0]["to"], "Task/end");
}

#[test]
fn two_thousand_tasks_are_drawn_whole_and_always_alike() {
    let home = Home::embedded();
    let mut text = String::new();
    for n in 0..2000 {
        let after =
            if n == 0 { String::new() } else { super::support::after(&format!("t{}", n / 2)) };
        let after = if n == 1 { super::support::after("t0") } else { after };
        let one = task(&format!("t{n}"), "echo", &after).replace("wf-1", &format!("wf-{}", n % 40));
        let _ = writeln!(text, "{one}---");
    }
    home.write("all.yaml", &text);
    let dot = home.run("graph");
    assert_eq!((dot.status, dot.err.as_str()), (0, ""));
    assert_eq!(dot.out.matches(" -> ").count(), 1999);
    assert_eq!(dot.out.matches("subgraph").count(), 40);
    assert_eq!(home.run("graph").out, dot.out);
    let mermaid = home.run("graph --format mermaid");
    assert_eq!(mermaid.out.matches(" --> ").count(), 1999);
    assert!(mermaid.err.starts_with("note: 1999 edges"), "{}", mermaid.err);
    let part = home.run("graph --json --select Task/t1999").json();
    assert_eq!(part["nodes"].as_array().unwrap().len(), 12);
}
