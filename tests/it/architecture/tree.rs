//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of `src`.
pub struct File {
    pub path: PathBuf,
    /// The module: `["plan", "graph"]` for `plan/graph/mod.rs`, nothing for `lib.rs`.
    pub module: Vec<String>,
    pub room: String,
    pub text: String,
}

impl File {
    pub fn is_folder(&self) -> bool {
        self.path.ends_with("mod.rs") || self.room == "lib"
    }

    /// Returns the path from the root of the repository.
    pub fn show(&self) -> String {
        show(&self.path)
    }

    /// Returns the lines that are not comments, with their numbers from 1.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate().map(|(place, line)| (place + 1, line));
        numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn show(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// Returns every file of `src`.
pub fn sources() -> Vec<File> {
    let src = root().join("src");
    let file = |path: PathBuf| {
        let inside = path.strip_prefix(&src).unwrap().with_extension("");
        let mut module: Vec<String> =
            inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        let room = module[0].clone();
        if module.last().is_some_and(|last| last == "mod" || last == "lib") {
            module.pop();
        }
        let text = fs::read_to_string(&path).unwrap();
        File { path, module, room, text }
    };
    rust_files(&src).into_iter().map(file).collect()
}

pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    all_files(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect()
}

pub fn all_files(folder: &Path) -> Vec<PathBuf> {
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
