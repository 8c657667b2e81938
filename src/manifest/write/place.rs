//! Where a manifest may be written so that it is found again.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

use super::super::load_options::LoadOptions;
use crate::project::PROJECT_FILE;

impl LoadOptions {
    /// Returns whether a file of this name, relative to the root, is found as a manifest.
    pub fn finds(&self, relative: &Path) -> bool {
        let hidden = |part: Component<'_>| {
            let Component::Normal(name) = part else { return true };
            name.as_encoded_bytes().starts_with(b".") || name == PROJECT_FILE
        };
        if relative.components().any(hidden) {
            return false;
        }
        self.folders.iter().any(|pattern| {
            let pattern = pattern.trim_start_matches("./");
            if !is_glob(pattern) {
                return matches!(pattern, "." | "") || relative.starts_with(pattern);
            }
            let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() else {
                return false;
            };
            let matcher = glob.compile_matcher();
            relative.ancestors().any(|path| matcher.is_match(path))
        })
    }

    /// Returns the folder for new manifests: the first one that is listed.
    pub fn first_folder(&self) -> PathBuf {
        let named = self.folders.iter().map(|pattern| pattern.trim_start_matches("./"));
        let folder = named.into_iter().find(|pattern| {
            !is_glob(pattern) && !self.root.join(pattern).is_file() && !pattern.ends_with(".yaml")
        });
        match folder {
            None | Some("." | "") => self.root.clone(),
            Some(folder) => self.root.join(folder),
        }
    }
}

fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '{'])
}
