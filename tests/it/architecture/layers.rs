//! Which room may import which, and what a pure room may not do.

use std::fs;

use super::tree::{File, root, sources};

/// Rooms in layer order; a room imports only from those above it.
pub const LAYERS: &[&str] = &[
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
    "setup",
    "watch",
    "import",
    "cli",
];

/// Rooms without input, output, clock or async.
const PURE: &[&str] = &["model", "kinds", "plan"];

/// What a pure room may not name.
const IMPURE: &[&str] = &[
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

/// Rooms that return what they find out as values: whoever calls them prints it.
const QUIET: &[&str] = &["project", "setup", "watch"];

/// What prints, or belongs to a command line.
const LOUD: &[&str] =
    &["Output<", "Output {", "clap", "print!", "println!", "stdout()", "stderr()", "out_color"];

#[test]
fn rooms_import_only_from_above() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(place) = LAYERS.iter().position(|room| *room == file.room) else {
            assert!(["lib", "main"].contains(&file.room.as_str()), "no layer: {:?}", file.path);
            continue;
        };
        for (line, imported) in crate_paths(&file) {
            let allowed = LAYERS.iter().take(place).any(|room| *room == imported);
            if !allowed && imported != file.room {
                wrong.push(format!("{}:{line}: {} imports {imported}", file.show(), file.room));
            }
            // Inside a room, paths begin with `super`.
            if imported == file.room {
                wrong.push(format!("{}:{line}: crate::{imported} inside itself", file.show()));
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
        for (number, line) in file.code_lines() {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{}:{number}: {word}", file.show()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn quiet_rooms_return_values_and_print_nothing() {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| QUIET.contains(&file.room.as_str())) {
        for (number, line) in file.code_lines() {
            for word in LOUD.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{}:{number}: {word}", file.show()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn imports_have_one_form() {
    let mut wrong = Vec::new();
    for file in sources() {
        for (number, line) in file.code_lines() {
            let line = line.trim_start();
            let is_use = line.starts_with("use ") || line.starts_with("pub use ");
            let deep = line.strip_prefix("use crate::").is_some_and(|path| {
                let names = path.split("::").take_while(|p| p.starts_with(char::is_lowercase));
                // `crate::clock::Clock` names one room; `crate::plan::diff::Plan` goes inside it.
                names.filter(|name| !name.contains([';', '{'])).count() > 1
            });
            if is_use && (line.contains("::*") || line.contains("crate::{") || deep) {
                wrong.push(format!("{}:{number}: {line}", file.show()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Returns every `crate::room` of the code, with its line.
fn crate_paths(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in file.code_lines() {
        for piece in line.split("crate::").skip(1) {
            let room: String =
                piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((number, room));
        }
    }
    found
}
