//! The loader on valid manifests.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use taskloom::manifest::{LoadOptions, LoadedManifests, load};
use taskloom::model::{Address, Desired, Kind};

/// A separate folder for one test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }
}

pub fn request(root: &Path) -> LoadOptions {
    LoadOptions {
        root: root.to_owned(),
        folders: vec![".".to_owned()],
        target: "local".to_owned(),
        project_id: Some("1000000000000000001".to_owned()),
        ..LoadOptions::default()
    }
}

/// Returns a manifest of a Shell task with additional fields under `spec`.
pub fn task(name: &str, more: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: Task\nmetadata: {{name: {name}}}\nspec:\n  \
         TaskBaseAttribute: {{TaskTypeId: 35, WorkflowId: w-1}}\n{more}"
    )
}

/// Loads files, which are given as name and content.
pub fn loaded(files: &[(&str, &str)]) -> LoadedManifests {
    let folder = Folder::new();
    for (name, content) in files {
        folder.write(name, content);
    }
    load(&request(folder.path()))
}

/// Returns the spec of the only manifest as JSON; it must have no error.
pub fn spec(more: &str) -> String {
    let loaded = loaded(&[("a.yaml", &task("a", more))]);
    assert!(!loaded.problems.has_errors(), "{}", loaded.problems);
    spec_of(&loaded.desired, "a")
}

pub fn spec_of(desired: &Desired, name: &str) -> String {
    let resource = &desired.resources[&Address::new(Kind::Task, name)];
    serde_json::to_string(&resource.spec.to_json()).unwrap()
}

#[test]
fn a_task_takes_its_name_from_the_metadata() {
    assert_snapshot!(spec(""), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"}}"#);
}

#[test]
fn source_text_decides_what_a_text_is() {
    let more = "  TaskConfiguration: {BrokerIp: 0123, DataCluster: no, YarnQueue: 1.50}\n";
    assert_snapshot!(spec(more), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"BrokerIp":"0123","DataCluster":"no","YarnQueue":"1.50"}}"#);
}

#[test]
fn numbers_are_read_from_texts() {
    let more = "  TaskSchedulerConfiguration: {RetryWaitMinute: \"5\", MaxRetryNumber: 05, \
                ExecutionTTLMinute: \"-1\", MinuteOffset: 0x10, RunPriorityType: 6.0}\n";
    assert_snapshot!(spec(more), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskSchedulerConfiguration":{"ExecutionTTLMinute":-1,"MaxRetryNumber":5,"MinuteOffset":16,"RetryWaitMinute":5,"RunPriorityType":6}}"#);
}

#[test]
fn null_and_empty_values_are_kept() {
    let more = "  TaskConfiguration: {BundleId: null, YarnQueue: ~, DataCluster: \"\", \
                TaskSchedulingParameterList: []}\n";
    assert_snapshot!(spec(more), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"BundleId":null,"DataCluster":"","TaskSchedulingParameterList":[],"YarnQueue":null}}"#);
}

#[test]
fn a_map_stands_for_a_list_of_pairs_in_its_order() {
    let more = "  TaskConfiguration:\n    TaskExtConfigurationList: {z: \"1\", a: true, m: 007}\n";
    assert_snapshot!(spec(more), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"TaskExtConfigurationList":[{"ParamKey":"z","ParamValue":"1"},{"ParamKey":"a","ParamValue":"true"},{"ParamKey":"m","ParamValue":"007"}]}}"#);
}

#[test]
fn code_is_taken_as_it_is_and_never_interpreted() {
    let more = "  TaskConfiguration:\n    Code: |\n      echo ${var.x} ${task.y.id} $${z}\n";
    assert_snapshot!(spec(more), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"CodeContent":"ZWNobyAke3Zhci54fSAke3Rhc2sueS5pZH0gJCR7en0K"}}"#);
}

#[test]
fn base64_is_made_canonical() {
    let more = "  TaskConfiguration:\n    CodeContent: |\n      ZGF0\n      ZQ\n";
    assert_snapshot!(spec(more), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"CodeContent":"ZGF0ZQ=="}}"#);
}

#[test]
fn a_code_file_beside_the_manifest_may_be_binary() {
    let folder = Folder::new();
    folder.write("a/run.bin", [0, 255, 254, 10]);
    folder.write("a/t.yaml", task("a", "  TaskConfiguration: {CodeFile: run.bin}\n"));
    let loaded = load(&request(folder.path()));
    assert_snapshot!(loaded.problems, @"");
    assert_snapshot!(spec_of(&loaded.desired, "a"), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"CodeContent":"AP/+Cg=="}}"#);
}

#[test]
fn a_file_that_is_named_as_code_is_no_manifest() {
    let manifest = task("a", "  TaskConfiguration: {CodeFile: job.json}\n");
    let loaded = loaded(&[("a.yaml", &manifest), ("job.json", "{\"steps\": [1")]);
    assert_snapshot!(loaded.problems, @"");
    assert_eq!(loaded.files, 1);
}

#[test]
fn references_and_variables_are_filled_in() {
    let more = "  TaskConfiguration:\n    BrokerIp: ${var.group}-${target.name}\n    \
                YarnQueue: $${var.group} ${yyyyMMdd} ${a${var.group}}\n    \
                TaskExtConfigurationList: {up: \"x=${task.b.id};\"}\n";
    let folder = Folder::new();
    folder.write("a.yaml", task("a", more));
    folder.write("b.yaml", task("b", ""));
    let mut request = request(folder.path());
    request.variables = BTreeMap::from([("group".to_owned(), Some("g1".into()))]);
    let loaded = load(&request);
    assert_snapshot!(loaded.problems, @"");
    assert_snapshot!(spec_of(&loaded.desired, "a"), @r#"{"TaskBaseAttribute":{"TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"BrokerIp":"g1-local","TaskExtConfigurationList":[{"ParamKey":"up","ParamValue":"x=${task.b.id};"}],"YarnQueue":"${var.group} ${yyyyMMdd} ${ag1}"}}"#);
    let spec = &loaded.desired.resources[&Address::new(Kind::Task, "a")].spec;
    assert_eq!(spec.references().len(), 1);
}

#[test]
fn a_task_type_may_be_named() {
    for written in ["Shell", "shell", "35", "\"35\""] {
        let text = task("a", "").replace("TaskTypeId: 35", &format!("TaskTypeId: {written}"));
        let loaded = loaded(&[("a.yaml", &text)]);
        assert!(loaded.problems.is_empty(), "{}", loaded.problems);
        assert_eq!(spec_of(&loaded.desired, "a"), spec(""));
    }
}

#[test]
fn a_development_target_puts_its_user_before_the_name() {
    let folder = Folder::new();
    folder.write("a.yaml", task("a", ""));
    let mut request = request(folder.path());
    request.developer = Some("zhang".to_owned());
    assert_snapshot!(spec_of(&load(&request).desired, "a"), @r#"{"TaskBaseAttribute":{"TaskName":"[dev zhang] a","TaskTypeId":"35","WorkflowId":"w-1"}}"#);
}

#[test]
fn merge_keys_and_aliases_are_read() {
    let text = "apiVersion: wedata/2025-08-06\nkind: Task\nmetadata: {name: a}\nspec:\n  \
        TaskBaseAttribute: {TaskTypeId: 35, WorkflowId: &w w-1, OwnerUin: *w}\n  \
        TaskConfiguration:\n    <<: {BrokerIp: any, YarnQueue: q}\n    YarnQueue: mine\n";
    let loaded = loaded(&[("a.yaml", text)]);
    assert_snapshot!(loaded.problems, @"");
    assert_snapshot!(spec_of(&loaded.desired, "a"), @r#"{"TaskBaseAttribute":{"OwnerUin":"w-1","TaskName":"a","TaskTypeId":"35","WorkflowId":"w-1"},"TaskConfiguration":{"BrokerIp":"any","YarnQueue":"mine"}}"#);
}

#[test]
fn one_file_holds_many_manifests_and_json_is_yaml() {
    let both = format!("{}---\n{}...\n---\n", task("a", ""), task("b", ""));
    let json = "\u{feff}{\"apiVersion\": \"wedata/2025-08-06\", \"kind\": \"TriggerTask\",\n\
        \t\"metadata\": {\"name\": \"c\"}, \"spec\": {\"TriggerTaskBaseAttribute\": \
        {\"TaskTypeId\": \"140\", \"WorkflowId\": \"w\"}}}";
    let loaded = loaded(&[("both.yml", &both), ("c.json", json)]);
    assert_snapshot!(loaded.problems, @"");
    let addresses: Vec<String> = loaded.desired.resources.keys().map(Address::to_string).collect();
    assert_snapshot!(addresses.join(" "), @"Task/a Task/b TriggerTask/c");
}

#[test]
fn the_digest_follows_the_content_and_not_the_place() {
    let digest = |files: &[(&str, &str)]| loaded(files).digest;
    let (a, b) = (task("a", ""), task("b", ""));
    let first = digest(&[("a.yaml", &a), ("b.yaml", &b)]);
    assert_eq!(first, digest(&[("z/other.yaml", &format!("# moved\n{b}---\n{a}"))]));
    assert_ne!(first, digest(&[("a.yaml", &a)]));
    assert_eq!(first.len(), 64);
}

#[test]
fn extra_is_typed_by_yaml() {
    let extra = "extra: {TaskSchedulerConfiguration: {NewNumber: 5, NewText: \"5\", NewFlag: true, \
                 NewNull: null, NewList: [1.5, x]}}\n";
    let loaded = loaded(&[("a.yaml", &task("a", extra))]);
    assert_snapshot!(loaded.problems, @"");
    let (_, resource) = loaded.desired.resources.first_key_value().unwrap();
    assert_snapshot!(resource.extra.to_json(), @r#"{"TaskSchedulerConfiguration":{"NewFlag":true,"NewList":[1.5,"x"],"NewNull":null,"NewNumber":5,"NewText":"5"}}"#);
}

#[test]
fn links_inside_the_project_are_followed_once() {
    let folder = Folder::new();
    folder.write("real/a.yaml", task("a", ""));
    std::os::unix::fs::symlink("real", folder.path().join("again")).unwrap();
    std::os::unix::fs::symlink("..", folder.path().join("real/up")).unwrap();
    std::os::unix::fs::symlink("real/a.yaml", folder.path().join("b.yaml")).unwrap();
    folder.write(".hidden/x.yaml", "not: a manifest");
    folder.write("notes.txt", "not: a manifest");
    let loaded = load(&request(folder.path()));
    assert_snapshot!(loaded.problems, @"");
    let (_, resource) = loaded.desired.resources.first_key_value().unwrap();
    assert_snapshot!(resource.place, @"real/a.yaml:1");
}

#[test]
fn a_mounted_config_map_is_read_through_its_links() {
    let folder = Folder::new();
    folder.write("..2026_01/a.yaml", task("a", "  TaskConfiguration: {CodeFile: run.sh}\n"));
    folder.write("..2026_01/run.sh", "date");
    std::os::unix::fs::symlink("..2026_01", folder.path().join("..data")).unwrap();
    for name in ["a.yaml", "run.sh"] {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(format!("..data/{name}"), link).unwrap();
    }
    let loaded = load(&request(folder.path()));
    assert_snapshot!(loaded.problems, @"");
    let (_, resource) = loaded.desired.resources.first_key_value().unwrap();
    assert_snapshot!(resource.place, @"a.yaml:1");
}

#[test]
fn globs_take_files_and_whole_folders() {
    let folder = Folder::new();
    for name in ["x/a.yaml", "x/in/b.yaml", "y/c.yaml", "z/d.yaml"] {
        let task_name = &name[name.len() - 6..name.len() - 5];
        folder.write(name, task(task_name, ""));
    }
    let names = |patterns: &[&str]| {
        let mut request = request(folder.path());
        request.folders = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let loaded = load(&request);
        let names = loaded.desired.resources.keys().map(|a| a.name.clone());
        format!("{} {}", names.collect::<Vec<_>>().join(""), loaded.problems)
    };
    assert_snapshot!(names(&["x"]), @"ab");
    assert_snapshot!(names(&["[xy]"]), @"abc");
    assert_snapshot!(names(&["*/*.yaml"]), @"acd");
    assert_snapshot!(names(&["**/b.yaml", "z/d.yaml", "z"]), @"bd");
    assert_snapshot!(names(&["q*"]), @r#" q*:1:1: warning: no file matches "q*""#);
}
