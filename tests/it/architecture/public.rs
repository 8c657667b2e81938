//! Nothing is more public than its users need, and nothing is public only for tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::imports::Modules;
use super::items::{Item, items, members, tied, words};
use super::tokens::tokens;
use super::tree::{File, root, rust_files, sources};

/// Items that only tests use, each with the reason.
const TEST_HOOKS: &[(&str, &str)] = &[
    ("Arguments", "the units and pods of deploy/ are read by the grammar of the command line"),
    ("FileWatcher", "events come in any order, and are lost"),
    ("Policy", "when the next pass comes is seen without passes"),
    ("RETRY_RULES", "every documented code has its rule, and no code has two"),
    ("SERVER_KEYS", "a manifest that is imported holds none of them"),
    ("Service", "the rules of the service are seen without HTTP"),
    ("WatchReporter", "what is told of an outage is seen without a process"),
    ("WatchedManifests", "what is read again, and what is not, is seen without a daemon"),
    ("dismiss", "the way out of a create that was lost for good; no command offers it yet"),
    ("receive", "events come in any order, and are lost"),
    ("refusal", "a file system without locks is not at hand"),
    ("retry_class", "every documented code has its rule, and no code has two"),
    ("write", "any manifest is written and loads as it was"),
];

const TEST_HOOKS_MAX: usize = 15;

struct Source {
    file: File,
    items: Vec<Item>,
    words: BTreeSet<String>,
    members: BTreeSet<String>,
    tied: BTreeSet<String>,
    /// The paths that lead into the crate, from its root.
    paths: Vec<Vec<String>>,
}

/// The program and its benchmarks.
struct Program(Vec<Source>);

#[test]
fn what_is_public_has_a_user() {
    let program = Program::read();
    let mut unused = program.unused_items();
    unused.extend(program.unused_exports());
    let hooks: BTreeSet<&str> = TEST_HOOKS.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = unused.keys().map(String::as_str).collect();
    let wrong: Vec<_> = unused.iter().filter(|(name, _)| !hooks.contains(name.as_str())).collect();
    assert!(wrong.is_empty(), "make it private, or use it: {wrong:#?}");
    let needless: Vec<_> = hooks.difference(&found).collect();
    assert!(needless.is_empty(), "these have users: {needless:?}");
}

#[test]
fn test_hooks_are_few_and_have_a_reason_and_a_test() {
    assert!(TEST_HOOKS.len() <= TEST_HOOKS_MAX, "{TEST_HOOKS:?}");
    let tests = words_of("tests");
    for (name, reason) in TEST_HOOKS {
        assert!(!reason.is_empty(), "{name} has no reason");
        assert!(tests.contains(*name), "no test uses {name}");
    }
}

impl Program {
    fn read() -> Program {
        let benches = rust_files(&root().join("benches")).into_iter().map(|path| File {
            text: fs::read_to_string(&path).unwrap(),
            path,
            module: vec!["benches".to_owned()],
            room: "benches".to_owned(),
        });
        let files: Vec<File> = sources().into_iter().chain(benches).collect();
        let modules = Modules::new(&files);
        let paths: Vec<_> = files.iter().map(|file| modules.paths_of(file)).collect();
        let source = |(file, paths): (File, Vec<Vec<String>>)| Source {
            items: items(&file.text),
            words: words(&file.text),
            members: members(&file.text),
            tied: tied(&file.text),
            paths,
            file,
        };
        Program(files.into_iter().zip(paths).map(source).collect())
    }

    /// Returns the public items that no other file names, with their places.
    fn unused_items(&self) -> BTreeMap<String, String> {
        let (mut words, mut members) = (BTreeMap::new(), BTreeMap::new());
        for source in &self.0 {
            source.words.iter().for_each(|word| *words.entry(word.as_str()).or_insert(0) += 1);
            source.members.iter().for_each(|word| *members.entry(word.as_str()).or_insert(0) += 1);
        }
        let mut unused = BTreeMap::new();
        for source in &self.0 {
            for item in &source.items {
                let name = item.name.as_str();
                let is_declared = item.is_type
                    && (source.tied.contains(name) || is_declared(&source.items, name));
                let is_used = if item.owner == item.name {
                    words.get(name).is_some_and(|files| *files > 1)
                } else {
                    let own = i32::from(source.members.contains(name));
                    members.get(name).is_some_and(|files| *files > own)
                };
                if !is_used && !is_declared {
                    let place = format!("{}:{}", source.file.show(), item.line);
                    unused.insert(name.to_owned(), place);
                }
            }
        }
        unused
    }

    /// Returns what rooms re-export although no other room names it, with the rooms. A type in the
    /// declaration of a used item counts as used.
    fn unused_exports(&self) -> BTreeMap<String, String> {
        let mut unused = BTreeMap::new();
        let is_room = |source: &&Source| source.file.module.len() == 1 && source.file.is_folder();
        for room in self.0.iter().filter(is_room) {
            let name = &room.file.room;
            let (inside, outside): (Vec<&Source>, Vec<&Source>) =
                self.0.iter().partition(|source| source.file.room == *name);
            let used: BTreeSet<&str> = outside
                .iter()
                .flat_map(|source| &source.paths)
                .filter(|path| path.len() > 1 && path[0] == *name)
                .map(|path| path[1].as_str())
                .collect();
            let is_declared = |export: &str| {
                inside.iter().any(|source| {
                    is_declared(&source.items, export) || source.tied.contains(export)
                })
            };
            for export in exports(&room.file) {
                let is_type = export.starts_with(char::is_uppercase);
                let is_used = used.contains(export.as_str()) || (is_type && is_declared(&export));
                if !is_used {
                    unused.insert(export, format!("given on by {name}"));
                }
            }
        }
        unused
    }
}

/// Returns whether a type is in the declaration of an item other than itself and its methods.
fn is_declared(items: &[Item], name: &str) -> bool {
    items.iter().any(|item| item.owner != name && item.declares.contains(name))
}

/// Returns the names in `pub use` of a room.
fn exports(file: &File) -> Vec<String> {
    let tokens = tokens(&file.text);
    let statements = tokens.split(|token| token.text == ";");
    let given = statements
        .filter(|words| words.len() > 2 && words[0].text == "pub" && words[1].text == "use");
    let names = given.flat_map(|words| {
        let is_last =
            |at: usize| words.get(at + 1).is_none_or(|next| [",", "}"].contains(&next.text));
        let named =
            words.iter().enumerate().filter(move |(at, word)| word.is_name() && is_last(*at));
        named.map(|(_, word)| word.text.to_owned())
    });
    names.collect()
}

fn words_of(folder: &str) -> BTreeSet<String> {
    let files = rust_files(&root().join(folder));
    files.iter().flat_map(|path| words(&fs::read_to_string(path).unwrap())).collect()
}
