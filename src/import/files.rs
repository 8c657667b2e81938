//! Writes the files of an import: all of them, or none.
#![expect(clippy::disallowed_methods, reason = "this file writes manifests")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::context::ImportContext;
use super::draft::ImportDraft;
use super::error::ImportError;
use crate::model::Address;

/// A file that is to be written.
struct ImportFile<'a> {
    /// Its name, relative to the root of the project.
    name: PathBuf,
    bytes: &'a [u8],
}

/// Returns the files that do not exist with this content yet. Any first part of their order can be
/// loaded: code comes before its manifest, and a manifest after those it refers to.
fn sheets<'a>(root: &Path, drafts: &'a [ImportDraft]) -> Vec<ImportFile<'a>> {
    let mut sheets = Vec::with_capacity(drafts.len() * 2);
    for draft in by_need(drafts) {
        let Some(written) = &draft.written else { continue };
        if let Some((name, bytes)) = &written.code {
            sheets.push(ImportFile { name: draft.file.with_file_name(name), bytes });
        }
        sheets.push(ImportFile { name: draft.file.clone(), bytes: written.yaml.as_bytes() });
    }
    let is_there = |sheet: &ImportFile<'_>| {
        let path = root.join(&sheet.name);
        path.is_file() && fs::read(path).is_ok_and(|bytes| bytes == sheet.bytes)
    };
    // Files that exist were left by an interrupted import, or a person wrote the same content.
    sheets.retain(|sheet| !is_there(sheet));
    sheets
}

/// Returns drafts in an order in which each comes after those that it refers to.
fn by_need(drafts: &[ImportDraft]) -> Vec<&ImportDraft> {
    let mut open: BTreeMap<&Address, &ImportDraft> =
        drafts.iter().map(|draft| (&draft.address, draft)).collect();
    let mut sorted = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut path = vec![&draft.address];
        while let Some(address) = path.last() {
            let Some(draft) = open.get(address) else {
                path.pop();
                continue;
            };
            let needs = draft.spec.references();
            // Cycles keep their ids instead of references, so this ends.
            match needs.into_iter().find(|need| open.contains_key(need) && !path.contains(need)) {
                Some(need) => path.push(need),
                None => sorted.extend(open.remove(address)),
            }
        }
    }
    sorted
}

/// Refuses folders where no manifest is found, and files that exist already.
///
/// # Errors
/// When the drafts cannot be written as they are; then nothing has been written.
pub fn check(ground: ImportContext<'_>, drafts: &[ImportDraft]) -> Result<(), ImportError> {
    let lost = drafts.iter().find(|draft| !ground.request.finds(&draft.file));
    let root = fs::canonicalize(&ground.request.root);
    let root = root.unwrap_or_else(|_| ground.request.root.clone());
    let folder = root.join(ground.into);
    // A symbolic link may lead out of the project.
    let real = folder.ancestors().find_map(|path| fs::canonicalize(path).ok());
    if lost.is_some() || real.is_some_and(|real| !real.starts_with(&root)) {
        return Err(ImportError::Elsewhere { folder });
    }
    // What a target leaves out would be deleted by its next apply.
    let holds =
        |draft: &&ImportDraft| ground.request.selection.holds(&draft.address, &BTreeMap::new());
    if let Some(draft) = drafts.iter().find(|draft| !holds(draft)) {
        return Err(ImportError::LeftOut { address: draft.address.clone() });
    }
    if ground.force {
        return Ok(());
    }
    let sheets = sheets(&root, drafts);
    let there = sheets.iter().filter(|sheet| fs::symlink_metadata(root.join(&sheet.name)).is_ok());
    let files: Vec<String> = there.map(|sheet| ground.shown(&sheet.name)).collect();
    if files.is_empty() { Ok(()) } else { Err(ImportError::Exists { files }) }
}

/// Writes every file: first into a temporary folder, then into place, so that a full disk leaves
/// nothing behind.
pub(super) fn put(ground: ImportContext<'_>, drafts: &[ImportDraft]) -> Result<(), ImportError> {
    let root = &ground.request.root;
    let folder = root.join(ground.into);
    let io = |verb: &'static str, path: &Path| {
        let path = path.to_owned();
        move |source| ImportError::Io { verb, path, source }
    };
    fs::create_dir_all(&folder).map_err(io("make", &folder))?;
    // Hidden, so that its files are not loaded as manifests meanwhile.
    let aside = tempfile::Builder::new().prefix(".taskloom-import-").tempdir_in(&folder);
    let aside = aside.map_err(io("write into", &folder))?;
    let sheets = sheets(root, drafts);
    for (number, sheet) in sheets.iter().enumerate() {
        let path = aside.path().join(number.to_string());
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(sheet.bytes)?;
            file.sync_data()
        });
        written.map_err(io("write", &path))?;
    }
    for (number, sheet) in sheets.iter().enumerate() {
        let path = root.join(&sheet.name);
        let moved = fs::rename(aside.path().join(number.to_string()), &path);
        if let Err(source) = moved {
            if !ground.force {
                take_back(root, sheets.iter().take(number));
            }
            return Err(ImportError::Io { verb: "write", path, source });
        }
    }
    // The state must never know of a manifest that a loss of power removes: the next apply would
    // delete what it declares.
    File::open(&folder).and_then(|folder| folder.sync_all()).map_err(io("sync", &folder))
}

fn take_back<'a>(root: &Path, sheets: impl Iterator<Item = &'a ImportFile<'a>>) {
    for sheet in sheets {
        let _ = fs::remove_file(root.join(&sheet.name));
    }
}
