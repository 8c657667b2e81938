//! A file that was read: what it is, what it needs to stay so, and the manifests in it.

use std::ffi::OsStr;
use std::path::Path;

use jiff::Timestamp;

use super::super::discover::FoundFile;
use super::super::load_options::LoadOptions;
use super::super::spec::{CodeFile, NamedCodeFile, code};
use super::changed_paths::PathRole;
use super::file_manifests::{FileManifests, ParsedText, read_manifests};

/// A file that was read.
#[derive(Debug)]
pub(super) struct ParsedFile {
    pub found: FoundFile,
    /// The files that it names as code.
    pub code: Vec<CodeFile>,
    pub manifests: FileManifests,
    /// What it says may be kept for as long as neither it nor its code files move.
    pub is_fixed: bool,
}

impl ParsedFile {
    /// Reads the manifests of a file that was parsed after `now`.
    pub fn new(
        options: &LoadOptions,
        root: &Path,
        mut parsed: ParsedText,
        now: Timestamp,
    ) -> ParsedFile {
        // Seen before they are read: a change in between shows in the next look.
        let found = parsed.found.clone();
        let NamedCodeFile { files: code, lacks_some } = std::mem::take(&mut parsed.code);
        let manifests = read_manifests(options, root, parsed);
        let mut fingerprints = code.iter().map(|code| code.fingerprint).chain([found.fingerprint]);
        let is_settled = fingerprints.all(|fingerprint| fingerprint.is_settled(now));
        // An error may come from what is not here: a code file that is missing, a folder in its
        // place.
        let is_fixed = is_settled && !lacks_some && !manifests.problems.has_errors();
        ParsedFile { found, code, manifests, is_fixed }
    }

    /// Returns the paths of all that was read for it, links resolved.
    pub fn paths(&self) -> impl Iterator<Item = (&OsStr, PathRole)> {
        let code = self.code.iter().map(|code| (code.path.as_os_str(), PathRole::Code));
        std::iter::once((self.found.path.as_os_str(), PathRole::Manifest)).chain(code)
    }

    /// Tells whether the code files are those that were read.
    pub fn has_its_code(&self, root: &Path) -> bool {
        let is_same = |code: &CodeFile| {
            code::find(root, &self.found.path, &code.name).is_ok_and(|now| now == *code)
        };
        self.code.iter().all(is_same)
    }
}
