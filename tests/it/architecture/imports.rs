//! Which files a file uses: every path is followed, through `pub use`, to the file that defines it.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Token, tokens};
use super::tree::File;

/// A module: `["plan", "graph", "dot"]`.
pub type Module = Vec<String>;

/// For each module, the modules that it imports from, and the items.
pub type Imports = BTreeMap<Module, BTreeMap<Module, BTreeSet<String>>>;

/// The largest number of re-exports between a path and its item.
const DEPTH_MAX: usize = 8;

/// One name that a `use` imports.
struct Use {
    path: Vec<String>,
    name: String,
    is_public: bool,
}

/// The modules, and what they re-export under which path.
pub struct Modules<'a> {
    files: BTreeMap<&'a [String], &'a File>,
    reexports: BTreeMap<(Module, String), Vec<String>>,
}

/// Returns what each file imports from which other file.
pub fn imports(files: &[File]) -> Imports {
    let modules = Modules::new(files);
    files.iter().map(|file| (file.module.clone(), modules.imports_of(file))).collect()
}

impl<'a> Modules<'a> {
    pub fn new(files: &'a [File]) -> Modules<'a> {
        let names = files.iter().map(|file| (file.module.as_slice(), file)).collect();
        let mut modules = Modules { files: names, reexports: BTreeMap::new() };
        for file in files {
            let (uses, _) = uses(&tokens(&file.text));
            for found in uses.into_iter().filter(|found| found.is_public) {
                let path = modules.absolute(&file.module, &found.path).unwrap_or(found.path);
                modules.reexports.insert((file.module.clone(), found.name), path);
            }
        }
        modules
    }

    fn imports_of(&self, file: &File) -> BTreeMap<Module, BTreeSet<String>> {
        let mut imports: BTreeMap<Module, BTreeSet<String>> = BTreeMap::new();
        for path in self.paths_of(file) {
            let found = self.definer(&path, 0);
            if let Some((module, item)) = found.filter(|(module, _)| *module != file.module) {
                imports.entry(module).or_default().insert(item);
            }
        }
        imports
    }

    /// Returns every path in a file that leads into this crate, from its root. A folder does not
    /// count as a user of what it re-exports.
    pub fn paths_of(&self, file: &File) -> Vec<Vec<String>> {
        let tokens = tokens(&file.text);
        let (uses, rest) = uses(&tokens);
        let mut names: BTreeMap<&str, &[String]> = BTreeMap::new();
        let mut all: Vec<Vec<String>> = Vec::new();
        for found in uses.iter().filter(|found| !(found.is_public && file.is_folder())) {
            names.insert(&found.name, &found.path);
            all.push(found.path.clone());
        }
        for path in paths(&rest) {
            // `text::list` after `use super::text`.
            let whole = path.split_first().and_then(|(first, inner)| {
                names.get(first.as_str()).map(|found| [*found, inner].concat())
            });
            all.push(whole.unwrap_or(path));
        }
        all.iter().filter_map(|path| self.absolute(&file.module, path)).collect()
    }

    /// Returns a path from the root of the crate; None if it leads to another crate.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let (first, inner) = path.split_first()?;
        match first.as_str() {
            // The program and the benchmarks call it by its name.
            "crate" | "taskloom" => Some(inner.to_vec()),
            "self" => Some([module, inner].concat()),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let base = module.get(..module.len().checked_sub(ups)?)?;
                Some([base, &path[ups..]].concat())
            }
            _ => {
                let child = [module, std::slice::from_ref(first)].concat();
                let is_child = self.files.contains_key(child.as_slice());
                is_child.then(|| [module, path].concat())
            }
        }
    }

    /// Returns the module that defines the item at a path, and the item.
    fn definer(&self, path: &[String], depth: usize) -> Option<(Module, String)> {
        let mut known = 0;
        while known < path.len() && self.files.contains_key(&path[..=known]) {
            let key = (path[..known].to_vec(), path[known].clone());
            // A module and a function of the same name: from outside it is the function.
            if depth > 0 && known + 1 == path.len() && self.reexports.contains_key(&key) {
                break;
            }
            known += 1;
        }
        let (module, inner) = path.split_at(known);
        let Some((name, after)) = inner.split_first() else {
            return Some((module.to_vec(), "self".to_owned()));
        };
        match self.reexports.get(&(module.to_vec(), name.clone())) {
            Some(target) if depth < DEPTH_MAX => {
                self.definer(&[target.as_slice(), after].concat(), depth + 1)
            }
            Some(_) => None,
            None => Some((module.to_vec(), inner.join("::"))),
        }
    }
}

/// Returns what `use` imports, and the tokens of everything else.
fn uses<'a>(tokens: &[Token<'a>]) -> (Vec<Use>, Vec<Token<'a>>) {
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].text != "use" {
            rest.push(tokens[at]);
            at += 1;
            continue;
        }
        let is_public = at > 0 && ["pub", ")"].contains(&tokens[at - 1].text);
        let end = tokens[at..].iter().position(|token| token.text == ";").unwrap() + at;
        tree(&tokens[at + 1..end], &[], is_public, &mut found);
        at = end + 1;
    }
    (found, rest)
}

/// Reads `a::{b, c as d}`.
fn tree(tokens: &[Token<'_>], prefix: &[String], is_public: bool, found: &mut Vec<Use>) {
    let open = tokens.iter().position(|token| token.text == "{");
    let head = &tokens[..open.unwrap_or(tokens.len())];
    let names = head.iter().take_while(|token| token.text != "as").filter(|token| token.is_name());
    let mut path = prefix.to_vec();
    path.extend(names.map(|token| token.text.to_owned()));
    let Some(open) = open else {
        // `x::{self}` is `x`.
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        if let (Some(last), Some(name)) = (head.last(), path.last()) {
            let name = if last.is_name() && last.text != "self" { last.text } else { name };
            found.push(Use { name: name.to_owned(), path: path.clone(), is_public });
        }
        return;
    };
    let (mut depth, mut start) = (0, open + 1);
    for (at, token) in tokens.iter().enumerate().skip(open) {
        depth += i32::from(token.text == "{") - i32::from(token.text == "}");
        if (depth == 1 && token.text == ",") || (depth == 0 && token.text == "}") {
            tree(&tokens[start..at], &path, is_public, found);
            start = at + 1;
        }
    }
}

/// Returns every `a::b::c`.
fn paths(tokens: &[Token<'_>]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut path = vec![tokens[at].text.to_owned()];
        if tokens[at].is_name() {
            while let [_, colons, name, ..] = &tokens[at..]
                && colons.text == "::"
                && name.is_name()
            {
                path.push(name.text.to_owned());
                at += 2;
            }
        }
        if path.len() > 1 {
            found.push(path);
        }
        at += 1;
    }
    found
}

#[test]
fn a_path_leads_through_what_folders_give_on() {
    let file = |path: &str, text: &str| {
        let module: Vec<String> = path.split('/').map(str::to_owned).collect();
        let is_folder = path == "a" || path == "a/b";
        let name = if is_folder { format!("{path}/mod.rs") } else { format!("{path}.rs") };
        File { path: name.into(), room: module[0].clone(), module, text: text.to_owned() }
    };
    let files = [
        file("a", "mod b; mod x; pub use b::{C, d as e};"),
        file("a/b", "mod c; pub(crate) use c::{C, d}; pub use c::inner;"),
        file("a/b/c", "pub struct C; pub fn d() {} use super::super::x::{self, X};"),
        file("a/x", "use super::b::inner; fn f() { super::e(); inner::g(); std::fs::h() }"),
    ];
    let shown: Vec<String> = imports(&files)
        .into_iter()
        .flat_map(|(from, to)| to.into_iter().map(move |(to, items)| (from.clone(), to, items)))
        .map(|(from, to, items)| format!("{} -> {} {items:?}", from.join("/"), to.join("/")))
        .collect();
    assert_eq!(
        shown,
        ["a/b/c -> a/x {\"X\", \"self\"}", "a/x -> a/b/c {\"d\", \"inner\", \"inner::g\"}"]
    );
}
