//! What was understood of each file, kept for as long as nothing about the file moves.

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::code::{self, CodeFile};
use super::discover::Found;
use super::load::{Loaded, Request, load_from};
use super::understand::{Parsed, Understood, parse, understand};
use crate::share::side_by_side;

/// Files that were read, for the next time.
#[derive(Debug, Default)]
pub struct Shelf {
    /// What they were read for: another target or another variable reads them otherwise.
    request: Option<Request>,
    /// By name, as files are discovered.
    sheets: Vec<Arc<Sheet>>,
    /// How many files were parsed so far.
    pub parsed: u64,
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Sheet {
    pub found: Found,
    code: Vec<CodeFile>,
    pub understood: Understood,
}

/// A file, known or read anew.
enum File {
    Known(Arc<Sheet>),
    Parsed(Box<Parsed>),
}

impl Shelf {
    /// Reads every manifest of a project, as [`super::load()`] does; a file that did not move since
    /// it was read is not read again. `now` is a moment before the call: what was changed shortly
    /// before it may change again and look the same, so it is not kept.
    pub fn load(&mut self, request: &Request, now: Timestamp) -> Loaded {
        if self.request.as_ref() != Some(request) {
            self.sheets.clear();
            self.request = Some(request.clone());
        }
        load_from(self, request, now)
    }

    /// Reads every file but those that some manifest names as its code.
    pub(super) fn read(
        &mut self,
        request: &Request,
        root: &Path,
        found: Vec<Found>,
        now: Timestamp,
    ) -> Vec<Arc<Sheet>> {
        let mut known = std::mem::take(&mut self.sheets).into_iter().peekable();
        let found = found.into_iter().map(|found| {
            while known.next_if(|sheet| sheet.found.name < found.name).is_some() {}
            let sheet = known.next_if(|sheet| sheet.found == found);
            (found, sheet)
        });
        let files = side_by_side(found.collect(), &|(found, sheet)| match sheet {
            Some(sheet) if sheet.has_its_code(root) => File::Known(sheet),
            Some(_) | None => File::Parsed(Box::new(parse(request, root, found))),
        });
        let is_parsed = |file: &&File| matches!(file, File::Parsed(_));
        self.parsed += files.iter().filter(is_parsed).count() as u64;
        let code: HashSet<OsString> =
            files.iter().flat_map(File::code).map(|code| code.path.clone().into()).collect();
        let manifests =
            files.into_iter().filter(|file| !code.contains(file.found().path.as_os_str()));
        let sheets = side_by_side(manifests.collect(), &|file| match file {
            File::Known(sheet) => sheet,
            File::Parsed(parsed) => Arc::new(Sheet::new(request, root, *parsed)),
        });
        let kept = sheets.iter().filter(|sheet| sheet.may_be_kept(now));
        self.sheets = kept.cloned().collect();
        sheets
    }
}

impl File {
    fn found(&self) -> &Found {
        match self {
            File::Known(sheet) => &sheet.found,
            File::Parsed(parsed) => &parsed.found,
        }
    }

    fn code(&self) -> &[CodeFile] {
        match self {
            File::Known(sheet) => &sheet.code,
            File::Parsed(parsed) => &parsed.code,
        }
    }
}

impl Sheet {
    fn new(request: &Request, root: &Path, mut parsed: Parsed) -> Sheet {
        // Seen before they are read: a change in between shows in the next look.
        let (found, code) = (parsed.found.clone(), std::mem::take(&mut parsed.code));
        Sheet { found, code, understood: understand(request, root, parsed) }
    }

    /// Tells whether the code files are those that were read.
    fn has_its_code(&self, root: &Path) -> bool {
        let is_same = |code: &CodeFile| {
            code::find(root, &self.found.path, &code.name).is_ok_and(|now| now == *code)
        };
        self.code.iter().all(is_same)
    }

    /// An error may come from what is not here: a code file that is missing, a folder in its place.
    fn may_be_kept(&self, now: Timestamp) -> bool {
        let mut stamps = self.code.iter().map(|code| code.stamp).chain([self.found.stamp]);
        stamps.all(|stamp| stamp.is_settled(now)) && !self.understood.problems.has_errors()
    }
}
