//! A file that was read: its fingerprint, what its validity depends on, and the manifests in it.

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
    /// The result may be kept until the file or one of its code files changes.
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
        // Their fingerprints are taken before they are read, so a change in between is found by the
        // next check.
        let found = parsed.found.clone();
        let NamedCodeFile { files: code, lacks_some } = std::mem::take(&mut parsed.code);
        let manifests = read_manifests(options, root, parsed);
        let mut fingerprints = code.iter().map(|code| code.fingerprint).chain([found.fingerprint]);
        let is_settled = fingerprints.all(|fingerprint| fingerprint.is_settled(now));
        // An error may be caused by something else: a missing code file, or a folder with its name.
        let is_fixed = is_settled && !lacks_some && !manifests.problems.has_errors();
        ParsedFile { found, code, manifests, is_fixed }
    }

    /// Returns the paths of all files that were read for it, links resolved.
    pub fn paths(&self) -> impl Iterator<Item = (&OsStr, PathRole)> {
        let code = self.code.iter().map(|code| (code.path.as_os_str(), PathRole::Code));
        std::iter::once((self.found.path.as_os_str(), PathRole::Manifest)).chain(code)
    }

    /// Returns whether the code files are still those that were read.
    pub fn has_its_code(&self, root: &Path) -> bool {
        let is_same = |code: &CodeFile| {
            code::find(root, &self.found.path, &code.name).is_ok_and(|now| now == *code)
        };
        self.code.iter().all(is_same)
    }
}
