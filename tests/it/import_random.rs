//! Random tasks with texts that YAML or references could change.

use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use taskloom::emulator::Behaviour;
use taskloom::kinds::{SERVER_KEYS, is_server_made};
use taskloom::manifest::{CodePlace, load, name_from, write};
use taskloom::model::{Address, Code, DesiredResource, Kind, Lifecycle, ManifestPlace, Value};
use taskloom::observe::Refresh;

use crate::import::{create, import_all};
use crate::manifest::{Folder, request};
use crate::support::{TASKS, World};

/// Texts that are easily misread as something else.
const TRAPS: [&str; 36] = [
    "no",
    "Yes",
    "null",
    "~",
    "0123",
    "1e3",
    "0x1F",
    "1_000",
    "12:30:45",
    "2026-01-01",
    "true",
    " x ",
    "a: b",
    "- a",
    "#c",
    "a #b",
    "{a}",
    "[a",
    "*a",
    "&a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a`",
    "'a'",
    "\"a\"",
    "a\nb",
    "a\n\n b\n",
    "\na\r\nb\u{2028}c\u{85}d\t",
    "${task.a.id}",
    "$${x}",
    "${var.x} $$${target.name} ${yyyyMMdd}",
    "${env.${task.b.id}}",
    "\u{feff}日本\u{7f}\u{0}",
];

fn text(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.usize(1..3) {
        match rng.u8(0..3) {
            0 => text.push_str(TRAPS[rng.usize(..TRAPS.len())]),
            1 => text.push(rng.char(..)),
            _ => text.push_str("plain"),
        }
    }
    text
}

fn parameters(rng: &mut Rng) -> Json {
    let item =
        |rng: &mut Rng| json!({"ParamKey": format!("k{}", text(rng)), "ParamValue": text(rng)});
    (0..rng.usize(0..4)).map(|_| item(rng)).collect()
}

/// Returns a request with a value in every type of field.
pub fn body(rng: &mut Rng, kind: Kind, earlier: &[String]) -> Json {
    use base64::Engine as _;
    let code: Vec<u8> = match rng.bool() {
        true => text(rng).into_bytes(),
        false => (0..rng.usize(1..40)).map(|_| rng.u8(..)).collect(),
    };
    let types: &[&str] = &["35", "30", "26", "32", "132"];
    let mut scheduler = json!({
        "RetryWaitMinute": rng.u8(0..9), "MaxRetryNumber": rng.u8(0..9),
        "AllowRedoType": (["ALL", "NONE"][rng.usize(..2)]),
        "ParamTaskOutList": parameters(rng),
    });
    if !earlier.is_empty() && rng.bool() {
        let id = &earlier[rng.usize(..earlier.len())];
        let more = match kind == Kind::Task {
            true => json!({"MainCyclicConfig": "DAY", "SubordinateCyclicConfig": "CURRENT_DAY"}),
            false => json!({}),
        };
        let mut item = json!({"TaskId": id});
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        scheduler["UpstreamDependencyConfigList"] = json!([item]);
        scheduler["ParamTaskInList"] = json!([{"ParamKey": text(rng), "ParamDesc": text(rng),
            "FromTaskId": id, "FromParamKey": text(rng)}]);
    }
    if kind == Kind::Task {
        scheduler["CalendarOpen"] = ["0", "1"][rng.usize(..2)].into();
        scheduler["EndTime"] = "2031-01-01 00:00:00".into();
    }
    let prefix = if kind == Kind::Task { "Task" } else { "TriggerTask" };
    json!({
        format!("{prefix}BaseAttribute"): {
            "TaskName": format!("{}{}", text(rng), rng.u8(..)), "WorkflowId": format!("wf-{}", rng.u64(..)),
            "TaskTypeId": (types[rng.usize(..types.len())]), "TaskDescription": text(rng),
        },
        format!("{prefix}Configuration"): {
            "CodeContent": base64::engine::general_purpose::STANDARD.encode(code),
            "BrokerIp": text(rng), "SourceServiceId": "1;2", "ResourceGroup": "0123",
            "TaskExtConfigurationList": parameters(rng), "TaskSchedulingParameterList": parameters(rng),
        },
        format!("{prefix}SchedulerConfiguration"): scheduler,
    })
}

#[tokio::test(start_paused = true)]
async fn three_hundred_random_tasks_are_imported_and_the_next_plan_is_empty() {
    let mut world = World::new(Behaviour::default());
    let mut rng = Rng::with_seed(4);
    let mut ids: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    for n in 0..300 {
        let kind = TASKS[n % 2];
        let earlier = ids.entry(kind).or_default();
        let body = body(&mut rng, kind, earlier);
        earlier.push(create(&world, kind, body).await.0);
    }
    let imported = import_all(&world).await;
    assert_eq!(imported.names.len(), 300);
    for refresh in [Refresh::Moved, Refresh::Full] {
        world.refresh = refresh;
        let text = world.plan_text().await;
        assert!(text.starts_with("No changes"), "{refresh:?}\n{text}");
    }
}

/// Returns what a manifest of this spec is read as, and its problems.
fn read_back(address: &Address, spec: &Value, extra: &Value) -> (String, Arc<DesiredResource>) {
    let resource = DesiredResource {
        spec: spec.clone(),
        extra: extra.clone(),
        lifecycle: Lifecycle {
            protect: true,
            ignore: vec!["TaskConfiguration.BrokerIp".into()],
            ..Lifecycle::default()
        },
        labels: BTreeMap::from([("on".to_owned(), "2026-01-01".to_owned())]),
        formerly: vec![Address::new(address.kind, "0123")],
        place: ManifestPlace { file: "a.yaml".to_owned(), line: 1 },
    };
    let written = write(address, &resource, CodePlace::File);
    let folder = Folder::new();
    folder.write("a.yaml", &written.yaml);
    if let Some((name, bytes)) = &written.code {
        folder.write(name, bytes);
    }
    let loaded = load(&request(folder.path()));
    assert!(loaded.problems.is_empty(), "{}\n{}", loaded.problems, written.yaml);
    let (found, read) = loaded.desired.resources.into_iter().next().unwrap();
    assert_eq!(found, *address);
    assert_eq!(read.lifecycle, resource.lifecycle);
    assert_eq!((&read.labels, &read.formerly), (&resource.labels, &resource.formerly));
    (written.yaml, read)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back_as_it_was(
        name in any::<String>(),
        texts in proptest::collection::vec(prop_oneof![any::<String>(), "[$]{0,3}[{]?(task|var|x)?[.}a$\n ]{0,5}"], 6),
        code in any::<Vec<u8>>(),
    ) {
        let [t0, t1, t2, t3, t4, t5] = &texts[..] else { unreachable!() };
        let mut spec = Value::from(json!({
            "TaskBaseAttribute": {"TaskName": format!("n{t0}"), "TaskTypeId": "35", "WorkflowId": "w",
                                  "TaskDescription": t1},
            "TaskConfiguration": {
                "BrokerIp": t2, "DataCluster": format!("{}{t3}", TRAPS[t3.len() % TRAPS.len()]),
                "TaskExtConfigurationList": [{"ParamKey": format!("a{t4}"), "ParamValue": t5}],
                "TaskSchedulingParameterList": [{"ParamKey": "<<", "ParamValue": t5}],
            },
        }));
        let section = spec.as_map_mut().and_then(|map| map.get_mut("TaskConfiguration"));
        if let Some(section) = section.and_then(Value::as_map_mut).filter(|_| !code.is_empty()) {
            section.insert("CodeContent".to_owned(), Value::Code(Code::from(code)));
        }
        let extra = Value::from(json!({"New": [t1, {"x": t2}, [[], {}], null, true, 1.5, -3]}));
        let address = Address::new(Kind::Task, name_from(&name));
        let (yaml, read) = read_back(&address, &spec, &extra);
        prop_assert_eq!(&read.spec, &spec, "{}", yaml);
        prop_assert_eq!(&read.extra, &extra, "{}", yaml);
    }

    #[test]
    fn a_name_made_of_any_text_is_a_name_and_stays_itself(text in any::<String>()) {
        let name = name_from(&text);
        prop_assert_eq!(name_from(&name), name.clone());
        prop_assert!(name.len() <= 160 && !name.contains(['/', '\\', ' ']));
    }
}

#[test]
fn every_server_made_key_says_how_it_is_known() {
    for made in SERVER_KEYS {
        assert!(!made.source.is_empty(), "{}", made.key);
        let value = made.values.first().copied().unwrap_or("x");
        assert!(is_server_made(Some(35), made.key, value), "{}", made.key);
    }
    assert!(!is_server_made(Some(30), "python_type", "python3"), "a Python task chooses it");
    assert!(!is_server_made(Some(35), "executionTTLStrategy", "ignore"));
    assert!(!is_server_made(Some(35), "enableKerberosLogin", "false"));
}
