//! Where the state is kept is known to its own room, and to the one file that chooses the store.

use super::tree::sources;

/// The file that turns what a person says into a store.
const PLACE: &str = "src/setup/state_place.rs";

/// What names a file of the state, or what keeps the state in files.
const WORDS: [&str; 5] = ["\"state.json", "\".journal", "\".suspended", "\".approved", "FileStore"];

#[test]
fn no_other_room_knows_a_path_of_the_state() {
    let mut wrong = Vec::new();
    let mut is_used = false;
    for file in sources().iter().filter(|file| file.room != "state") {
        for (number, line) in file.code_lines() {
            let is_named = WORDS.iter().any(|word| line.contains(word));
            is_used |= is_named && file.show() == PLACE;
            if is_named && file.show() != PLACE {
                wrong.push(format!("{}:{number}: {}", file.show(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "ask a StateStore instead: {wrong:#?}");
    assert!(is_used, "{PLACE} chooses no store");
}
