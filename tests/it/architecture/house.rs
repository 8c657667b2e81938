//! Files are short, lints are enabled, every test file runs, and nothing depends on one machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::tree::{all_files, root, rust_files, sources};

const LINES_MAX: usize = 400;

#[test]
fn files_are_short() {
    let tests = rust_files(&root().join("tests"));
    let all = rust_files(&root().join("src")).into_iter().chain(tests);
    let long: Vec<_> = all
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LINES_MAX)
        .collect();
    assert_eq!(long, Vec::new());
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (number, line) in file.code_lines() {
            let silent = line.contains("#[allow(") || line.contains("#![allow(");
            let bare = line.contains("[expect(") && line.contains(")]") && !line.contains("reason");
            if silent || bare {
                wrong.push(format!("{}:{number}: {line}", file.show()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn enums_of_ours_are_matched_without_a_wildcard_in_every_room() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for lint in ["wildcard_enum_match_arm", "unwrap_used", "indexing_slicing", "print_stdout"] {
        assert!(manifest.contains(&format!("{lint} = \"warn\"")), "{lint} is not on");
    }
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = root().join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    let named: BTreeSet<String> = main
        .lines()
        .filter_map(|line| Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned()))
        .collect();
    let mut there = BTreeSet::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_module = path.extension().is_some_and(|e| e == "rs") || path.join("mod.rs").exists();
        if is_module && name != "main" {
            there.insert(name);
        }
    }
    assert_eq!(there, named);
}

#[test]
fn nothing_in_the_tree_is_of_one_machine() {
    let here = root().display().to_string();
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "manifests", ".ci"] {
        for path in all_files(&root().join(folder)) {
            if fs::read_to_string(&path).is_ok_and(|text| text.contains(&here)) {
                wrong.push(path);
            }
        }
    }
    assert_eq!(wrong, Vec::<PathBuf>::new());
}
