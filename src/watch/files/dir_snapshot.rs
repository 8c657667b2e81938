//! A snapshot of a folder: what is in it and when it last changed, without reading a file.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::support::{FileFingerprint, parallel_map};

/// What is never part of a project: the files of taskloom and of git.
const SKIPPED: [&str; 2] = [".taskloom", ".git"];

/// A folder as it was at one moment. Two equal snapshots saw the same files, unless something
/// was written twice within one tick of the file system's clock: that is what `newest` is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DirSnapshot {
    /// The digest of every name, device, inode, size and time.
    digest: [u8; 32],
    /// The latest change in seconds since 1970; links and folders count too.
    pub newest: i64,
    /// Every folder, links resolved on the way.
    pub folders: Vec<PathBuf>,
    /// How many files there are.
    pub files: usize,
}

impl DirSnapshot {
    /// Scans a folder; what cannot be read is part of the snapshot too.
    pub fn of(root: &Path) -> DirSnapshot {
        let mut whole = Look::default();
        // A link to the whole folder may be replaced by a link to another one.
        match fs::canonicalize(root) {
            Ok(real) => whole.entry(&real, fs::symlink_metadata(&real)),
            Err(_) => whole.put(b'!', b""),
        }
        whole.below.clear();
        let mut hash = Sha256::new();
        hash.update(whole.seen);
        let (mut newest, mut files, mut folders) = (whole.newest, 0, Vec::new());
        // Folders by device and inode, since a link may point to a folder above.
        let mut known = BTreeSet::new();
        let mut level = vec![root.to_owned()];
        while !level.is_empty() {
            let looks = parallel_map(level.clone(), &|folder| Look::into(&folder));
            folders.append(&mut level);
            for Look { seen, newest: latest, files: n, below } in looks {
                hash.update((seen.len() as u64).to_be_bytes());
                hash.update(seen);
                newest = newest.max(latest);
                files += n;
                let below = below.into_iter().filter(|(identity, _)| known.insert(*identity));
                level.extend(below.map(|(_, folder)| folder));
            }
        }
        DirSnapshot { digest: hash.finalize().into(), newest, folders, files }
    }

    /// Returns whether a path below a watched folder belongs to taskloom or git and is ignored.
    pub fn skips(path: &Path) -> bool {
        path.iter().any(is_skipped)
    }
}

/// What is seen in one folder.
struct Look {
    seen: Vec<u8>,
    newest: i64,
    files: usize,
    /// Its folders, by device and inode.
    below: Vec<((u64, u64), PathBuf)>,
}

impl Default for Look {
    fn default() -> Look {
        Look { seen: Vec::new(), newest: i64::MIN, files: 0, below: Vec::new() }
    }
}

impl Look {
    fn into(folder: &Path) -> Look {
        let mut look = Look::default();
        look.put(b'D', folder.as_os_str().as_encoded_bytes());
        look.folder(folder);
        look
    }

    fn folder(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else { return self.put(b'!', b"") };
        let mut entries: Vec<_> = entries
            .flatten()
            .map(|entry| (entry.file_name(), entry))
            .filter(|(name, _)| !is_skipped(name))
            .collect();
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        for (name, entry) in entries {
            // Read through the open folder: the system need not resolve the whole path each time.
            self.entry(&folder.join(name), entry.metadata());
        }
    }

    fn entry(&mut self, path: &Path, meta: std::io::Result<fs::Metadata>) {
        self.put(b'N', path.file_name().unwrap_or_default().as_encoded_bytes());
        let Ok(meta) = meta else { return self.put(b'!', b"") };
        self.meta(&meta);
        if !meta.is_symlink() {
            return self.descend(&meta, path);
        }
        if let Ok(target) = fs::read_link(path) {
            self.put(b'L', target.as_os_str().as_encoded_bytes());
        }
        let Ok(meta) = fs::metadata(path) else { return self.put(b'!', b"") };
        self.meta(&meta);
        self.descend(&meta, path);
    }

    fn descend(&mut self, meta: &fs::Metadata, path: &Path) {
        if meta.is_dir() {
            self.below.push((identity(meta, path), path.to_owned()));
        } else {
            self.files += 1;
        }
    }

    fn meta(&mut self, meta: &fs::Metadata) {
        let fingerprint = FileFingerprint::of(meta);
        for number in fingerprint.numbers {
            self.seen.extend_from_slice(&number.to_be_bytes());
        }
        self.newest = self.newest.max(fingerprint.changed);
    }

    /// Adds a piece with its type and length; a timestamp has a fixed length and needs none.
    fn put(&mut self, tag: u8, bytes: &[u8]) {
        self.seen.push(tag);
        self.seen.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.seen.extend_from_slice(bytes);
    }
}

fn is_skipped(name: &OsStr) -> bool {
    SKIPPED.iter().any(|skipped| name == *skipped)
}

#[cfg(unix)]
fn identity(meta: &fs::Metadata, _path: &Path) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (meta.dev(), meta.ino())
}

#[cfg(not(unix))]
fn identity(_meta: &fs::Metadata, path: &Path) -> (u64, u64) {
    // Without inodes a folder is identified by its canonical path.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let digest: [u8; 32] = Sha256::digest(real.as_os_str().as_encoded_bytes()).into();
    let number = digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    (0, number)
}
