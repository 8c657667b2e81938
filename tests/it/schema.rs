//! The JSON Schemas: what the loader accepts is valid, and what they refuse it refuses.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use serde_json::{Value as Json, json};
use taskloom::kinds::{self, Field, Shape};
use taskloom::manifest::{kind_schema, project_schema, schema};
use taskloom::model::Kind;
use taskloom::yaml::Severity;

use crate::manifest_cases::problems;
use crate::support::program::Home;
use crate::support::{Judge, TASKS, shipped};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the documents of a file as an editor sees them, each with its lines.
fn documents(text: &str) -> Vec<(std::ops::Range<usize>, Json)> {
    let mut documents = Vec::new();
    let mut first = 1;
    for part in text.split_inclusive("\n---\n") {
        let n = part.lines().count();
        let body = part.strip_suffix("---\n").unwrap_or(part);
        let document = serde_yaml::Deserializer::from_str(body);
        if let Ok(json) = Json::deserialize(document) {
            documents.push((first..first + n, json));
        }
        first += n;
    }
    documents
}

#[test]
fn every_shipped_manifest_is_valid() {
    let (manifest, project) = (Judge::new(&schema()), Judge::new(&project_schema()));
    let mut n = 0;
    for path in shipped() {
        let text = fs::read_to_string(&path).unwrap();
        let is_project = path.ends_with("taskloom.yaml");
        for (_, json) in documents(&text) {
            let judge = if is_project { &project } else { &manifest };
            assert_eq!(judge.complaint(&json), None, "{path:?}");
            n += 1;
        }
    }
    assert_eq!(n, 11);
}

#[test]
fn every_manifest_of_the_cases_that_loads_is_valid() {
    let judge = Judge::new(&schema());
    let mut n = 0;
    let cases = root().join("tests/it/cases/manifest");
    for case in fs::read_dir(&cases).unwrap() {
        let case = case.unwrap().file_name().into_string().unwrap();
        let problems = problems(&case).0;
        for entry in fs::read_dir(cases.join(&case)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let is_manifest = path.extension().is_some_and(|e| e == "yaml" || e == "json");
            if !is_manifest || name == "taskloom.yaml" {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let wrong = problems.iter().filter(|problem| problem.severity == Severity::Error);
            let lines: Vec<usize> =
                wrong.filter(|problem| problem.file == name).map(|p| p.line).collect();
            for (place, json) in documents(&text) {
                if json.is_null() || lines.iter().any(|line| place.contains(line)) {
                    continue;
                }
                assert_eq!(judge.complaint(&json), None, "{case}/{name}:{place:?}");
                n += 1;
            }
        }
    }
    assert_eq!(n, 24);
}

#[test]
fn documented_requests_are_valid_under_spec() {
    let judge = Judge::new(&schema());
    for kind in TASKS {
        let folder = root().join("tests/it/cases/requests").join(kind.name());
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let spec: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let manifest = json!({
                "apiVersion": "wedata/2025-08-06", "kind": kind.name(),
                "metadata": {"name": "pasted"}, "spec": spec,
            });
            assert_eq!(judge.complaint(&manifest), None, "{path:?}");
        }
    }
}

/// Every field of the tables that a manifest may contain is in the schema of its kind, with a
/// description.
#[test]
fn a_field_of_a_table_is_in_the_schema_with_a_text() {
    for kind in Kind::ALL {
        let schema = kind_schema(kind);
        let spec = &schema["properties"]["spec"];
        assert!(n_fields(spec, kinds::table(kind).fields, kind.name()) > 15);
        let all = crate::schema::schema();
        assert_eq!(&all["$defs"][kind.name()]["properties"]["spec"], spec);
    }
}

fn n_fields(schema: &Json, fields: &[Field], path: &str) -> usize {
    let mut n = 0;
    for field in fields.iter().filter(|field| field.is_settable()) {
        let path = format!("{path}.{}", field.name);
        let found = &schema["properties"][field.name];
        let text = found["description"].as_str().unwrap_or_default();
        assert!(text.ends_with('.') && !text.starts_with(' '), "{path}: {found}");
        assert!(!field.about.is_empty(), "{path} tells nothing");
        n += 1 + match field.shape {
            Shape::Section(fields) => n_fields(found, fields, &path),
            Shape::List { items, .. } => n_fields(&found["items"], items, &path),
            Shape::Text | Shape::Integer | Shape::Flag | Shape::Texts => 0,
        };
    }
    n
}

#[test]
fn what_only_the_service_fills_in_is_no_field_of_the_schema() {
    let schema = kind_schema(Kind::Task);
    let base = &schema["properties"]["spec"]["properties"]["TaskBaseAttribute"]["properties"];
    assert!(base.get("TaskName").is_some());
    assert_eq!((base.get("Status"), base.get("TaskId")), (None, None));
}

#[test]
fn a_disabled_spelling_takes_what_the_current_one_takes_and_says_so() {
    let schema = kind_schema(Kind::Task);
    let spec = &schema["properties"]["spec"]["properties"]["TaskSchedulerConfiguration"];
    let (old, new) = (&spec["properties"]["RetryWait"], &spec["properties"]["RetryWaitMinute"]);
    assert_eq!((&old["type"], &old["pattern"]), (&new["type"], &new["pattern"]));
    assert_eq!(old["deprecated"], true);
    assert_eq!(old["deprecationMessage"], "RetryWait is disabled: write RetryWaitMinute.");
    assert_eq!(new.get("deprecated"), None);
}

#[test]
fn the_program_prints_the_schemas_without_a_project_always_the_same() {
    let home = Home::new();
    let all = home.run("schema");
    assert_eq!((all.status, all.err.as_str()), (0, ""));
    assert_eq!(all.json(), schema());
    assert!(all.out.ends_with("}\n") && !all.out.ends_with("\n\n"));
    assert_eq!(home.run("schema --json").out, all.out);
    assert_eq!(home.run("schema --kind triggertask").json(), kind_schema(Kind::TriggerTask));
    assert_eq!(home.run("schema --project").json(), project_schema());
    let both = home.run("schema --project --kind Task");
    assert_eq!((both.status, both.out.as_str()), (64, ""));
    assert_eq!(home.run("schema --kind Tusk").status, 64);
}

#[test]
fn the_names_of_the_schemas_are_no_addresses() {
    let id = |schema: Json| schema["$id"].as_str().unwrap().to_owned();
    assert_eq!(id(schema()), "urn:taskloom:schema:wedata:2025-08-06:manifest");
    assert_eq!(id(kind_schema(Kind::Task)), "urn:taskloom:schema:wedata:2025-08-06:manifest:Task");
    assert_eq!(id(project_schema()), "urn:taskloom:schema:wedata:2025-08-06:project");
}

/// Returns whether an editor would accept a manifest.
fn is_valid(judge: &Judge, yaml: &str) -> bool {
    let json: Json = serde_yaml::from_str(yaml).unwrap();
    judge.complaint(&json).is_none()
}

#[test]
fn the_slips_of_people_are_refused() {
    let path = Path::new("manifests/transform/revenue.yaml");
    let text = fs::read_to_string(root().join(path)).unwrap();
    let judge = Judge::new(&schema());
    assert!(is_valid(&judge, &text));
    for (right, wrong) in [
        ("kind: Task", "kind: Tusk"),
        ("kind: Task", "kind: TriggerTask"),
        ("kind: Task\n", ""),
        ("wedata/2025-08-06", "wedata/2024"),
        ("metadata:\n  name: revenue", "metadata:\n  nmae: revenue"),
        ("name: revenue", "name: -revenue"),
        ("protect: true", "protected: true"),
        ("protect: true", "protect: maybe"),
        ("protect: true", "schedule: runing"),
        ("protect: true", "ignore: [TaskConfiguration.BrokerIP]"),
        ("TaskTypeId: Hive SQL", "TaskTypeId: Hiv SQL"),
        ("TaskTypeId: Hive SQL", "TaskTypeId: 140"),
        ("    WorkflowId: ${workflow.transform.id}\n", ""),
        ("    TaskFolderPath: /orders\n", "    TaskFolder: /orders\n"),
        ("CodeFile: revenue.sql", "CodeFil: revenue.sql"),
        ("CycleType: DAY_CYCLE", "CycleType: DAILY"),
        ("StartTime: \"2026-01-01 00:00:00\"", "StartTime: \"2026-13-01 00:00:00\""),
        ("      - TaskId: ${task.orders-clean.id}\n        MainC", "      - MainC"),
        ("SelfDepend: serial", "MaxRetryNumber: many"),
    ] {
        let slipped = text.replacen(right, wrong, 1);
        assert_ne!(slipped, text, "{right}");
        assert!(!is_valid(&judge, &slipped), "{wrong}");
    }
}

#[test]
fn what_is_more_than_a_plain_request_is_valid() {
    let path = Path::new("manifests/transform/revenue.yaml");
    let text = fs::read_to_string(root().join(path)).unwrap();
    let judge = Judge::new(&schema());
    for (right, other) in [
        ("protect: true", "ignore: [\"TaskConfiguration.TaskExtConfigurationList[bucket]\"]"),
        ("TaskTypeId: Hive SQL", "TaskTypeId: hive_sql"),
        ("TaskTypeId: Hive SQL", "TaskTypeId: 34"),
        ("TaskTypeId: Hive SQL", "TaskTypeId: \"999\""),
        ("TaskTypeId: Hive SQL", "TaskTypeId: ${var.type}"),
        ("CodeFile: revenue.sql", "TaskExtConfigurationList: {a: 1, b: true, c: \"${x}\"}"),
        ("CodeFile: revenue.sql", "TaskSchedulingParameterList: ${var.parameters}"),
        ("CodeFile: revenue.sql", "CodeContent: ~"),
        ("CycleType: DAY_CYCLE", "CycleType: ${var.cycle}"),
        ("CycleType: DAY_CYCLE", "RetryWait: \"5\""),
        ("CycleType: DAY_CYCLE", "MaxRetryNumber: \"${var.retries}\""),
        ("CycleType: DAY_CYCLE", "CalendarOpen: 0"),
        ("\nspec:", "\nextra: {Frob: {a: [1]}}\nspec:"),
    ] {
        let changed = text.replacen(right, other, 1);
        assert_ne!(changed, text, "{right}");
        assert!(is_valid(&judge, &changed), "{other}");
    }
}
