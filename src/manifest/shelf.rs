//! What was understood of each file, kept for as long as nothing about the file moves.

use std::collections::{BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::code::CodeFile;
use super::discover::{self, Found, is_manifest, look_again};
use super::join::{is_sound, join, join_again};
use super::load::{Loaded, Request};
use super::moved::{Meaning, meaning};
use super::problem::{Problem, Problems};
use super::sheet::Sheet;
use super::understand::{Parsed, parse};
use crate::share::side_by_side;

/// Files that were read, for the next time.
#[derive(Debug, Default)]
pub struct Shelf {
    /// What they were read for: another target or another variable reads them otherwise.
    request: Option<Request>,
    /// By name, as files are discovered.
    sheets: Vec<Arc<Sheet>>,
    /// What they came to; none when it cannot be told from them alone.
    last: Option<Last>,
    /// How many files were parsed so far.
    pub parsed: u64,
}

/// What all files came to when nothing was wrong between them and no link led to them.
#[derive(Debug)]
struct Last {
    root: PathBuf,
    loaded: Arc<Loaded>,
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
    pub fn load(&mut self, request: &Request, now: Timestamp) -> Arc<Loaded> {
        self.last = None;
        if self.request.as_ref() != Some(request) {
            self.sheets.clear();
            self.request = Some(request.clone());
        }
        let mut problems = Problems::default();
        let root = match discover::real_folder(&request.root) {
            Ok(root) => root,
            Err(error) => {
                let name = request.root.display().to_string();
                let message = format!("there are no manifests here: {error}");
                problems.0.push(Problem::of_file(&name, message));
                return Arc::new(Loaded { problems, ..Loaded::default() });
            }
        };
        let (label, folders) = (&request.label, &request.folders);
        let found = discover::discover(&root, label, folders, &mut problems.0);
        self.read(request, &root, found.files, now);
        let loaded = Arc::new(join(request, &self.sheets, problems));
        let has_links = found.has_links || self.sheets.iter().any(|sheet| sheet.has_links());
        if !has_links && is_sound(&loaded, &self.sheets) {
            self.last = Some(Last { root, loaded: Arc::clone(&loaded) });
        }
        loaded
    }

    /// Does the same when only these paths were heard to move since it was done last, and looks at
    /// no other file; None when that does not suffice.
    pub fn load_moved(
        &mut self,
        request: &Request,
        moved: &BTreeSet<PathBuf>,
        now: Timestamp,
    ) -> Option<Arc<Loaded>> {
        // Until it is known that they are all, they are not.
        let last = self.last.take().filter(|_| self.request.as_ref() == Some(request))?;
        if discover::real_folder(&request.root).ok()? != last.root {
            return None;
        }
        let mut swapped = Vec::new();
        for place in self.touched(moved)? {
            let slot = self.sheets.get_mut(place)?;
            let parsed = parse(request, &last.root, look_again(&slot.found)?);
            self.parsed += 1;
            if manifests_among(&parsed.code) != manifests_among(&slot.code) {
                return None;
            }
            let sheet = Arc::new(Sheet::new(request, &last.root, parsed, now));
            swapped.push((std::mem::replace(slot, Arc::clone(&sheet)), sheet));
        }
        let loaded = match join_again(&last.loaded, &self.sheets, &swapped) {
            Some(loaded) => Arc::new(loaded),
            None => Arc::new(join(request, &self.sheets, Problems::default())),
        };
        let has_links = swapped.iter().any(|(_, now)| now.has_links());
        if !has_links && is_sound(&loaded, &self.sheets) {
            self.last = Some(Last { loaded: Arc::clone(&loaded), ..last });
        }
        Some(loaded)
    }

    /// Returns which files have to be read again when these paths moved; None when files came or
    /// went.
    fn touched(&self, moved: &BTreeSet<PathBuf>) -> Option<Vec<usize>> {
        let paths = self.sheets.iter().flat_map(|sheet| sheet.paths());
        let known: HashSet<&OsStr> = paths.collect();
        let mut touched: HashSet<OsString> = HashSet::new();
        for path in moved {
            match meaning(path, &known) {
                Meaning::Nothing => {}
                Meaning::Content(real) => drop(touched.insert(real)),
                Meaning::Shape => return None,
            }
        }
        let is_touched =
            |sheet: &Sheet| !sheet.is_fixed || sheet.paths().any(|path| touched.contains(path));
        let sheets = self.sheets.iter().enumerate();
        Some(sheets.filter(|(_, sheet)| is_touched(sheet)).map(|(place, _)| place).collect())
    }

    /// Reads every file but those that some manifest names as its code.
    fn read(&mut self, request: &Request, root: &Path, found: Vec<Found>, now: Timestamp) {
        let mut known = std::mem::take(&mut self.sheets).into_iter().peekable();
        let found = found.into_iter().map(|found| {
            while known.next_if(|sheet| sheet.found.name < found.name).is_some() {}
            let sheet = known.next_if(|sheet| sheet.found == found && sheet.is_fixed);
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
        self.sheets = side_by_side(manifests.collect(), &|file| match file {
            File::Known(sheet) => sheet,
            File::Parsed(parsed) => Arc::new(Sheet::new(request, root, *parsed, now)),
        });
    }
}

/// Returns the code files that would be read as manifests if they were not named as code.
fn manifests_among(code: &[CodeFile]) -> Vec<&Path> {
    code.iter().map(|code| code.path.as_path()).filter(|path| is_manifest(path)).collect()
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
