//! The deployment files in `docs/`: every option in them exists, and their probes are answered.
#![cfg(unix)]

use std::ffi::OsString;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde::Deserialize as _;
use serde_json::{Value as Json, json};
use taskloom::cli::{Arguments, Command, Environment};
use taskloom::support::duration;

use super::watch_program::{PROJECT, end, pass, project};
use crate::support::task;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

fn documents() -> Vec<Json> {
    let text = document("kubernetes.yaml");
    let documents = serde_yaml::Deserializer::from_str(&text);
    documents.map(|document| Json::deserialize(document).unwrap()).collect()
}

fn of_kind(kind: &str) -> Json {
    documents().into_iter().find(|one| one["kind"] == kind).unwrap()
}

/// Returns the pod, and our container in it.
fn pod() -> (Json, Json) {
    let deployment = of_kind("Deployment");
    let pod = &deployment["spec"]["template"];
    let containers = pod["spec"]["containers"].as_array().unwrap();
    let ours = containers.iter().find(|one| one["name"] == "taskloom").unwrap();
    (pod.clone(), ours.clone())
}

/// Returns the command line of our container.
fn words(ours: &Json) -> Vec<String> {
    let words = ["command", "args"].map(|key| ours[key].as_array().unwrap().clone());
    words.into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Returns the value of an option.
fn option<'a>(words: &'a [String], name: &str) -> &'a str {
    let mut found = words.iter().enumerate().filter_map(|(place, word)| {
        let rest = word.strip_prefix(name)?;
        rest.strip_prefix('=').or_else(|| words.get(place + 1).map(String::as_str))
    });
    found.next().unwrap_or_else(|| panic!("no {name}"))
}

/// Parses a command line as the program does, and checks that it is a watch.
fn assert_is_watch(words: &[String]) {
    let argv: Vec<OsString> = words.iter().map(OsString::from).collect();
    let environment = Environment::new(|_| None, &argv);
    let arguments = Arguments::read(argv, &environment).unwrap_or_else(|error| panic!("{error}"));
    assert!(matches!(arguments.command, Command::Watch(_)), "{words:?}");
}

/// Calls in flight at the end must have their time before the process is killed.
fn assert_ends_in_time(words: &[String], seconds: u64) {
    let grace = duration(option(words, "--stop-timeout")).unwrap();
    assert!(grace + Duration::from_secs(10) <= Duration::from_secs(seconds), "{grace:?}");
}

#[test]
fn the_systemd_unit_runs_a_watch() {
    let unit = document("taskloom.service");
    let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    let words: Vec<String> = value("ExecStart=").split_whitespace().map(str::to_owned).collect();
    assert_is_watch(&words);
    assert_eq!(value("Type="), "notify");
    assert_eq!(value("Restart="), "on-failure");
    assert!(value("WatchdogSec=").parse::<u64>().unwrap() > 0);
    assert_ends_in_time(&words, value("TimeoutStopSec=").parse().unwrap());
    assert!(option(&words, "--listen").parse::<SocketAddr>().unwrap().ip().is_loopback());
    let sections: Vec<&str> = unit.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(sections, ["[Unit]", "[Service]", "[Install]"]);
}

#[test]
fn the_deployment_runs_a_watch_and_everybody_asks_the_port_that_it_listens_on() {
    let (pod, ours) = pod();
    let words = words(&ours);
    assert_is_watch(&words);
    let spec = &pod["spec"];
    assert_ends_in_time(&words, spec["terminationGracePeriodSeconds"].as_u64().unwrap());
    // The kubelet connects to the address of the pod.
    let address: SocketAddr = option(&words, "--listen").parse().unwrap();
    assert!(address.ip().is_unspecified() && words.iter().any(|word| word == "--listen-anywhere"));
    assert_eq!(ours["ports"], json!([{"name": "status", "containerPort": address.port()}]));
    for probe in ["livenessProbe", "readinessProbe"] {
        assert_eq!(ours[probe]["httpGet"]["port"], "status", "{probe}");
    }
    let notes = &pod["metadata"]["annotations"];
    assert_eq!(notes["prometheus.io/scrape"], "true");
    assert_eq!(notes["prometheus.io/port"], address.port().to_string());
    // And no other client is admitted.
    let policy = of_kind("NetworkPolicy");
    assert_eq!(policy["spec"]["podSelector"]["matchLabels"], pod["metadata"]["labels"]);
    let ingress = policy["spec"]["ingress"].as_array().unwrap();
    assert_eq!(ingress.len(), 1);
    assert_eq!(ingress[0]["ports"], json!([{"protocol": "TCP", "port": address.port()}]));
    assert!(ingress[0]["from"][0]["namespaceSelector"].is_object());
}

#[test]
fn the_deployment_reads_what_git_sync_writes_and_writes_to_its_own_volume() {
    let (pod, ours) = pod();
    let (words, spec) = (words(&ours), &pod["spec"]);
    let user = &spec["securityContext"];
    assert_eq!((&user["runAsUser"], &user["runAsGroup"]), (&user["fsGroup"], &user["fsGroup"]));
    let mounts = ours["volumeMounts"].as_array().unwrap();
    let mount = |path: &str| {
        let inside = |one: &&Json| path.starts_with(one["mountPath"].as_str().unwrap());
        mounts.iter().find(inside).unwrap_or_else(|| panic!("{path} is on no volume"))
    };
    let manifests = mount(option(&words, "--chdir"));
    assert_eq!((&manifests["name"], &manifests["readOnly"]), (&"git".into(), &true.into()));
    let state = mount(option(&words, "--state"));
    assert_eq!((&state["name"], &state["readOnly"]), (&"state".into(), &Json::Null));
    for syncing in [&spec["initContainers"][0], &spec["containers"][0]] {
        assert_eq!(syncing["volumeMounts"], json!([{"name": "git", "mountPath": "/git"}]));
        let args = syncing["args"].as_array().unwrap();
        assert!(args.contains(&"--root=/git".into()) && args.contains(&"--link=current".into()));
    }
    let claims: Vec<&Json> = spec["volumes"].as_array().unwrap().iter().collect();
    let claim = of_kind("PersistentVolumeClaim")["metadata"]["name"].clone();
    assert_eq!(claims[1]["persistentVolumeClaim"]["claimName"], claim);
}

/// Sends a request as the kubelet does: to the address of the pod.
fn get(port: u16, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: 10.1.2.3:9464\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

#[test]
fn the_probes_of_the_deployment_are_answered_by_what_it_runs() {
    let (pod, ours) = pod();
    let (home, _emulator) = project();
    home.write("git/current/wedata/taskloom.yaml", &PROJECT.replace("  t:", "  prod:"));
    home.write("git/current/wedata/a.yaml", &task("a", "echo", ""));
    fs::create_dir(home.path("state")).unwrap();
    let here = home.path("");
    let here = here.to_str().unwrap();
    let line = words(&ours)[1..].join(" ");
    let line = line.replace("=/git/", &format!("={here}git/"));
    let line = line.replace("=/state/", &format!("={here}state/")).replace(":9464", ":0");
    let (mut watch, told) = home.start_telling(&line);
    pass(&mut watch, "changed");
    let told = fs::read_to_string(told).unwrap();
    let notice: Json = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    let url = notice["message"].as_str().unwrap().rsplit(':').next().unwrap();
    let port: u16 = url.trim_end_matches('/').parse().unwrap();
    for probe in ["livenessProbe", "readinessProbe"] {
        let path = ours[probe]["httpGet"]["path"].as_str().unwrap();
        let answer = get(port, path);
        assert_eq!((answer.0.as_str(), answer.1.as_str()), ("HTTP/1.1 200 OK", "ok\n"), "{path}");
    }
    let path = pod["metadata"]["annotations"]["prometheus.io/path"].as_str().unwrap();
    assert!(get(port, path).1.contains("\ntaskloom_passes_total{result=\"done\"} 1\n"));
    end(watch);
    assert!(home.path("state/prod/state.json").exists());
}
