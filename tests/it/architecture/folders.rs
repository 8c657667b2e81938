//! One folder, one subject.

use std::collections::BTreeMap;

use super::tokens::{Token, tokens};
use super::tree::{File, root, show, sources};

/// The largest number of files in a folder.
const FILES_MAX: usize = 20;

/// Folders that may have more, with the reason.
const LARGER: &[(&str, usize, &str)] = &[("src/cli", 40, "a file a command")];

/// Words by which a folder says what it must not do.
const REFUSALS: &[&str] = &["never", "not", "no", "nothing", "none", "nowhere", "neither"];

#[test]
fn a_folder_holds_few_files() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for file in sources() {
        *counts.entry(show(file.path.parent().unwrap())).or_default() += 1;
    }
    let most = |folder: &str| {
        LARGER.iter().find(|(name, ..)| *name == folder).map_or(FILES_MAX, |(_, most, _)| *most)
    };
    counts.retain(|folder, count| *count > most(folder));
    assert_eq!(counts, BTreeMap::new());
}

#[test]
fn every_folder_says_what_it_owns_and_what_it_must_not_do() {
    let mut wrong = Vec::new();
    for file in folders() {
        let sentences = sentences(&doc(&file.text));
        let refuses = |sentence: &String| {
            let mut words = sentence.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
            words.any(|word| REFUSALS.contains(&word.as_str()))
        };
        if sentences.is_empty() {
            wrong.push(format!("{}: what does it own?", file.show()));
        } else if !sentences.iter().skip(1).any(refuses) {
            wrong.push(format!("{}: what must it not do?", file.show()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_folder_has_its_page() {
    let mut wrong = Vec::new();
    for file in sources() {
        let folder = file.path.parent().unwrap();
        if folder != root().join("src") && !folder.join("mod.rs").is_file() {
            wrong.push(show(folder));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_folder_s_page_holds_no_logic() {
    let mut wrong = Vec::new();
    for file in folders() {
        let tokens = tokens(&file.text);
        for statement in tokens.split(|token| token.text == ";") {
            if !is_declaration(statement) {
                let line = statement[0].line;
                wrong.push(format!(
                    "{}:{line}: only `mod`, `pub use` and a list of what its files declare",
                    file.show()
                ));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Returns the file of every folder, and lib.rs.
fn folders() -> impl Iterator<Item = File> {
    sources().into_iter().filter(File::is_folder)
}

/// Returns whether a statement is `mod name` or `pub use …`, a list without any call, or the end of
/// the file.
fn is_declaration(statement: &[Token<'_>]) -> bool {
    let words: Vec<&str> = statement.iter().map(|token| token.text).collect();
    matches!(words.as_slice(), [] | ["mod", _] | ["pub", "mod", _] | ["pub", "(", _, ")", "mod", _])
        || matches!(words.as_slice(), ["pub", "use", ..] | ["pub", "(", _, ")", "use", ..])
        || matches!(words.as_slice(), ["pub", "const", ..] if !words.contains(&"("))
}

/// Returns the doc of a module as lines, with a blank line between paragraphs.
fn doc(text: &str) -> Vec<&str> {
    text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect()
}

/// Returns the sentences of a doc: the end of a paragraph also ends one; diagrams are left out.
fn sentences(doc: &[&str]) -> Vec<String> {
    let mut is_picture = false;
    let mut text = String::new();
    for line in doc {
        is_picture ^= line.starts_with("```");
        let line = if is_picture || line.starts_with("```") { "" } else { line };
        text.push_str(if line.is_empty() { ". " } else { line });
        text.push(' ');
    }
    let pieces = text.split(". ").map(|piece| piece.trim().trim_end_matches('.').to_owned());
    pieces.filter(|piece| !piece.is_empty()).collect()
}

#[test]
fn sentences_end_at_full_stops_and_paragraphs() {
    let doc = ["Two sets. And", "a third", "", "```text", "no. text", "```", "The last."];
    assert_eq!(sentences(&doc), ["Two sets", "And a third", "The last"]);
}
