//! The house: who may import whom, how long a file may be, what a pure room may not do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in layer order; a room imports only from those above it.
const LAYERS: [&str; 17] = [
    "model",
    "kinds",
    "plan",
    "support",
    "git",
    "yaml",
    "project",
    "manifest",
    "state",
    "cloud",
    "emulator",
    "observe",
    "apply",
    "reconcile",
    "watch",
    "import",
    "cli",
];

/// Rooms without input, output, clock or async.
const PURE: [&str; 3] = ["model", "kinds", "plan"];

/// What a pure room may not name.
const IMPURE: [&str; 9] = [
    "std::fs",
    "std::env",
    "std::time",
    "std::net",
    "std::io",
    "tokio",
    "async ",
    "reqwest",
    "Timestamp::now",
];

const LINES_MAX: usize = 400;

struct File {
    path: PathBuf,
    room: String,
    text: String,
}

#[test]
fn rooms_import_only_from_above() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(place) = LAYERS.iter().position(|room| *room == file.room) else {
            assert!(["lib", "main"].contains(&file.room.as_str()), "no layer: {:?}", file.path);
            continue;
        };
        for (line, imported) in crate_paths(&file.text) {
            let allowed = LAYERS.iter().take(place).any(|room| *room == imported);
            if !allowed && imported != file.room {
                wrong.push(format!("{}:{line}: {} imports {imported}", show(&file), file.room));
            }
            // Inside a room the word is `super`.
            if imported == file.room {
                wrong.push(format!("{}:{line}: crate::{imported} inside itself", show(&file)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn lib_names_the_rooms_in_layer_order() {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let rooms: Vec<&str> =
        text.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(rooms, LAYERS);
}

#[test]
fn pure_rooms_do_nothing_but_compute() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| PURE.contains(&file.room.as_str())) {
        for (number, line) in code_lines(&file.text) {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{}:{number}: {word}", show(file)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn imports_have_one_form() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (number, line) in code_lines(&file.text) {
            let line = line.trim_start();
            let is_use = line.starts_with("use ") || line.starts_with("pub use ");
            let deep = line.strip_prefix("use crate::").is_some_and(|path| {
                let names = path.split("::").take_while(|p| p.starts_with(char::is_lowercase));
                // `use crate::clock::Clock` is one room; `use crate::plan::diff::Plan` is two.
                names.filter(|name| !name.contains([';', '{'])).count() > 1
            });
            if is_use && (line.contains("::*") || line.contains("crate::{") || deep) {
                wrong.push(format!("{}:{number}: {line}", show(&file)));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

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
        for (number, line) in code_lines(&file.text) {
            let silent = line.contains("#[allow(") || line.contains("#![allow(");
            let bare = line.contains("[expect(") && line.contains(")]") && !line.contains("reason");
            if silent || bare {
                wrong.push(format!("{}:{number}: {line}", show(&file)));
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

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<File> {
    let src = root().join("src");
    rust_files(&src)
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&src).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
            let room = first.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            File { path, room, text }
        })
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    all_files(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect()
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".taskloom")
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    files.sort();
    files
}

/// Lines that are no comments, with their numbers from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(place, line)| (place + 1, line));
    numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Every `crate::room` of the code, with its line.
fn crate_paths(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in code_lines(text) {
        for piece in line.split("crate::").skip(1) {
            let room: String =
                piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((number, room));
        }
    }
    found
}

fn show(file: &File) -> String {
    file.path.strip_prefix(root()).unwrap().display().to_string()
}
