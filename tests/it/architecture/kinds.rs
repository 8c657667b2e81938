//! What differs from kind to kind is asked of the kind's table, never of the kind itself.

use taskloom::model::Kind;

use super::tokens::tokens;
use super::tree::{File, root, sources};

/// Where a kind may be named beside its own files and those of its room, with the reason.
const ALSO: &[(&str, &str)] =
    &[("src/model/address.rs", "the kinds are declared there, with their words")];

#[test]
fn a_kind_is_named_only_by_its_own_files() {
    let served = std::fs::read_to_string(root().join("src/emulator/served.rs")).unwrap();
    let variants = Kind::ALL.map(Kind::name);
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| !may_name(file, &served)) {
        for window in tokens(&file.text).windows(3) {
            if window[0].text == "Kind"
                && window[1].text == "::"
                && variants.contains(&window[2].text)
            {
                let (line, variant) = (window[0].line, window[2].text);
                wrong.push(format!("{}:{line}: Kind::{variant}: ask its table", file.show()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Tells whether a file is of the room of kinds, or of one that the emulator takes actions from.
fn may_name(file: &File, served: &str) -> bool {
    let module: Vec<&str> = file.module.iter().map(String::as_str).collect();
    match module.as_slice() {
        ["kinds", ..] => true,
        ["emulator", part, ..] => {
            let mut words = served.split(|c: char| !c.is_alphanumeric() && c != ':' && c != '_');
            words.any(|word| word.strip_suffix("::ACTIONS") == Some(*part))
        }
        _ => ALSO.iter().any(|(path, _)| *path == file.show()),
    }
}
