//! Hostile input: everything is refused with a position, without a panic and without growth.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use insta::assert_snapshot;
use proptest::prelude::*;
use taskloom::manifest::load;

use crate::manifest::{Folder, request, task};

fn problems(content: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write("a.yaml", content);
    load(&request(folder.path())).problems.to_string()
}

#[test]
fn nesting_of_every_sort_is_refused() {
    let n = 100_000;
    assert_snapshot!(problems("[".repeat(n)), @"a.yaml:1:256: error: lists and maps are nested more than 64 deep");
    assert_snapshot!(problems("{".repeat(n)), @"a.yaml:1:256: error: lists and maps are nested more than 64 deep");
    assert_snapshot!(problems("- ".repeat(n)), @"a.yaml:1:129: error: lists and maps are nested more than 64 deep");
    assert_snapshot!(problems("? ".repeat(n)), @"a.yaml:1:129: error: lists and maps are nested more than 64 deep");
    assert_snapshot!(problems("{a: ".repeat(n)), @"a.yaml:1:1021: error: lists and maps are nested more than 64 deep");
    assert_snapshot!(problems(format!("{}{}", "[\n".repeat(n), "]\n".repeat(n))), @"a.yaml:256:1: error: lists and maps are nested more than 64 deep");
    let maps: String = (0..1_500).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_snapshot!(problems(maps), @"a.yaml:65:65: error: lists and maps are nested more than 64 deep");
}

#[test]
fn an_alias_bomb_is_refused_before_it_goes_off() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..11 {
        let before = format!("*a{}", level - 1);
        let items = [before.as_str(); 10].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert_snapshot!(problems(laughs), @"a.yaml:6:10: error: this file has more than 250000 values, aliases expanded");
    let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(20_000), "*a, ".repeat(20_000));
    assert_snapshot!(problems(quadratic), @"a.yaml:2:45: error: this file has more than 250000 values, aliases expanded");
    let large = format!("a: &a {}\nb: [{}]\n", "x".repeat(1_000_000), "*a, ".repeat(20_000));
    assert_snapshot!(problems(large), @"a.yaml:2:29: error: this file has more than 8 MiB of text, aliases expanded");
    assert_snapshot!(problems("a: &a [*a]\n"), @"a.yaml:1:8: error: this alias is inside the value that it repeats");
    assert_snapshot!(problems("a: *b\n"), @"a.yaml:1:4: error: this is not YAML: while parsing node, found unknown anchor");
    let deep = (0..70).fold("l0: &l0 []\n".to_owned(), |text, level| {
        format!("{text}l{}: &l{} [*l{level}]\n", level + 1, level + 1)
    });
    assert_snapshot!(problems(deep), @"a.yaml:64:12: error: lists and maps are nested more than 64 deep");
}

#[test]
fn too_many_values_and_too_large_files_are_refused() {
    assert_snapshot!(problems(format!("[{}]", "x,".repeat(300_000))), @"a.yaml:1:500000: error: this file has more than 250000 values, aliases expanded");
    assert_snapshot!(problems(vec![b' '; 4 * 1024 * 1024 + 1]), @"a.yaml:1:1: error: this file is larger than 4 MiB");
}

#[test]
fn only_the_first_problems_of_a_file_are_shown() {
    let keys: String = (0..5_000).map(|number| format!("key{number}: x\n")).collect();
    let text = problems(format!("kind: Task\n{keys}"));
    assert_eq!(text.lines().count(), 201);
    assert!(text.contains("more problems in this file are not shown"));
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    assert_snapshot!(problems(b"kind: Task\nname: \xff\n"), @"a.yaml:2:7: error: this file is not UTF-8: byte 17 (from 0) is invalid");
    assert_snapshot!(problems(b"kind: Task\nname: \0\n"), @"a.yaml:2:7: error: this file contains a NUL: byte 17 (from 0)");
    assert_snapshot!(problems("kind: Ta\u{1b}[31msk\napiVersion: wedata/2025-08-06\n"), @r#"a.yaml:1:7: error: unknown kind "Ta\u{1b}[31msk""#);
}

#[test]
fn broken_yaml_is_shown_where_it_breaks() {
    assert_snapshot!(problems("kind: Task\n\tname: x\n"), @"a.yaml:1:7: error: this is not YAML: while scanning a plain scalar, found a tab");
    assert_snapshot!(problems("kind: [Task\n"), @"a.yaml:2:1: error: this is not YAML: while parsing a flow sequence, expected ',' or ']'");
    assert_snapshot!(problems("kind: \"Task\n"), @"a.yaml:1:7: error: this is not YAML: while scanning a quoted scalar, found unexpected end of stream");
    assert_snapshot!(problems("a: b: c\n"), @"a.yaml:1:5: error: this is not YAML: mapping values are not allowed in this context");
    assert_snapshot!(problems("kind: !ruby/object Task\n"), @r#"a.yaml:1:7: error: the tag "!ruby/object" has no meaning here"#);
    assert_snapshot!(problems("{[a]: b, kind: Task}\n"), @r#"
a.yaml:1:1: error: TaskTypeId is missing
a.yaml:1:1: error: WorkflowId is missing
a.yaml:1:1: error: apiVersion is missing
a.yaml:1:1: error: metadata.name is missing
a.yaml:1:2: error: a key must be a text, not a list or a map
a.yaml:1:2: error: unknown key ""
"#);
    assert_snapshot!(problems("kind: Task\nspec:\n  <<: text\n"), @r"
a.yaml:1:1: error: apiVersion is missing
a.yaml:1:1: error: metadata.name is missing
a.yaml:2:1: error: TaskTypeId is missing
a.yaml:2:1: error: WorkflowId is missing
a.yaml:3:7: error: `<<` merges maps: expected a map or a list of maps
");
}

#[test]
fn wide_characters_do_not_shift_the_place() {
    let text = task("任务-日", "  TaskConfiguration: {\"测试😀\": x, BrokrIp: any}\n");
    let folder = Folder::new();
    folder.write("a.yaml", text);
    let problems = load(&request(folder.path())).problems;
    assert_snapshot!(taskloom::yaml::render(&problems, false), @r#"
error: unknown field "测试😀"
 --> a.yaml:6:23
  |
6 |   TaskConfiguration: {"测试😀": x, BrokrIp: any}
  |                       ^^^^^^^^
  |
  = help: a field newer than this program goes under `extra:`

error: unknown field "BrokrIp"
 --> a.yaml:6:33
  |
6 |   TaskConfiguration: {"测试😀": x, BrokrIp: any}
  |                                    ^^^^^^^
  |
help: did you mean `BrokerIp`?
  |
6 |   TaskConfiguration: {"测试😀": x, BrokerIp: any}
  |                                        +

2 errors
"#);
}

#[test]
fn carriage_returns_end_lines() {
    let text = "kind: Task\r\nmetadata:\r\n  name: a\r\nspek: x\r\n";
    assert_snapshot!(problems(text), @r#"
a.yaml:1:1: error: TaskTypeId is missing
a.yaml:1:1: error: WorkflowId is missing
a.yaml:1:1: error: apiVersion is missing
a.yaml:4:1: error: unknown key "spek"
"#);
}

#[test]
fn an_endless_line_is_cropped() {
    let text = format!("{{kind: Task, {}: x, {} }}", "y".repeat(50), "z: 1, ".repeat(1_000));
    let folder = Folder::new();
    folder.write("a.yaml", text);
    let problems = load(&request(folder.path())).problems;
    let longest = taskloom::yaml::render(&problems, false).lines().map(str::len).max();
    assert!(longest.unwrap() < 1_000);
}

#[test]
fn nothing_outside_the_project_is_read() {
    let outside = Folder::new();
    outside.write("secret.yaml", "secret: 1");
    let folder = Folder::new();
    folder.write("a.yaml", task("a", "  TaskConfiguration: {CodeFile: link.sh}\n"));
    let link = |name: &str, to: &std::path::Path| {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    };
    link("link.sh", &outside.path().join("secret.yaml"));
    link("b.yaml", &outside.path().join("secret.yaml"));
    link("folder", outside.path());
    link("dangling.yaml", std::path::Path::new("nowhere"));
    assert_snapshot!(load(&request(folder.path())).problems, @r#"
a.yaml:6:33: error: "link.sh" leaves the project
b.yaml:1:1: error: this link leaves the project
dangling.yaml:1:1: error: cannot be read: No such file or directory (os error 2)
folder:1:1: error: this link leaves the project
"#);
    let mut request = request(folder.path());
    request.folders = vec!["..".to_owned(), "missing".to_owned()];
    assert_snapshot!(load(&request).problems, @r"
..:1:1: error: this path leaves the project
missing:1:1: error: there are no manifests here: No such file or directory (os error 2)
");
}

#[test]
fn code_that_fits_into_no_request_is_refused() {
    let folder = Folder::new();
    folder.write("a.yaml", task("a", "  TaskConfiguration: {CodeFile: a.sh}\n"));
    folder.write("a.sh", vec![b'x'; 11_000_000]);
    folder.write("b.yaml", task("b", "  TaskConfiguration: {CodeFile: b.sh}\n"));
    folder.write("b.sh", vec![b'x'; 7_864_320]);
    folder.write("c.yaml", task("c", "  TaskConfiguration: {CodeFile: c.sh}\n"));
    folder.write("c.sh", vec![b'x'; 7_864_000]);
    assert_snapshot!(load(&request(folder.path())).problems, @r#"
a.yaml:6:33: error: "a.sh" has 11000000 bytes; 7864320 (7.5 MiB) fit into a request
b.yaml:3:18: error: the request would have 10485940 bytes; the service takes 10485760
"#);
}

#[test]
fn what_may_not_be_read_is_a_problem_and_no_end() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let locked = folder.write("locked.yaml", "x");
    folder.write("a.yaml", task("a", ""));
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&locked).is_ok() {
        // root can read everything, so there is nothing to test.
        return;
    }
    let loaded = load(&request(folder.path()));
    let text = loaded.problems.to_string();
    assert!(text.starts_with("locked.yaml:1:1: error: cannot be read: Permission denied"));
    assert_eq!(loaded.desired.resources.len(), 1);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        problems(bytes);
    }

    #[test]
    fn anything_like_a_manifest_is_read_without_a_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "apiVersion: wedata/2025-08-06\n", "kind: Task\n", "spec:\n", "  ", "metadata: ",
                "{name: a}\n", "- ", "[", "]", "{", "}", ", ", ": ", "\n", "${task.a.id}", "${", "$$",
                "TaskBaseAttribute", "TaskConfiguration", "TaskSchedulerConfiguration", "&a ", "*a",
                "UpstreamDependencyConfigList", "TaskId", "StartTime", "2026-01-01 00:00:00", "\"",
                "'", "|\n", "<<: ", "测试", "\t", "\r", "# x\n", "---\n", "...\n", "? ", "!!str ",
                "CrontabExpression", "0 0 0 L-3 * ?", "CodeFile", "a.yaml", "null", "-1", "\u{feff}",
            ]),
            0..60,
        )
    ) {
        problems(pieces.concat());
    }
}
