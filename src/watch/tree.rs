//! The shape of a folder: what is in it and when it was last touched, without reading a file.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// What is never a part of a project: our own files and git's.
const SKIPPED: [&str; 2] = [".taskloom", ".git"];

/// A folder as it was at one moment. Two looks that are equal saw the same files, unless something
/// was written twice within one tick of the clock of the file system: that is what `newest` is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// The digest of every name, device, inode, size and time.
    digest: [u8; 32],
    /// The latest change in seconds since 1970; links and folders count too.
    pub newest: i64,
    /// Every folder, links resolved on the way.
    pub folders: Vec<PathBuf>,
    /// How many files there are.
    pub files: usize,
}

impl Tree {
    /// Looks through a folder; what cannot be read is a part of the picture too.
    pub fn of(root: &Path) -> Tree {
        let mut look =
            Look { hash: Sha256::new(), newest: i64::MIN, seen: BTreeSet::new(), files: 0 };
        let mut folders = Vec::new();
        // A link to the whole folder may be swapped for one to another.
        match fs::canonicalize(root) {
            Ok(real) => look.entry(&real, &mut Vec::new()),
            Err(_) => look.put(b'!', b""),
        }
        look.seen.clear();
        let mut waiting = vec![root.to_owned()];
        while let Some(folder) = waiting.pop() {
            look.folder(&folder, &mut waiting);
            folders.push(folder);
        }
        let Look { hash, newest, files, .. } = look;
        Tree { digest: hash.finalize().into(), newest, folders, files }
    }

    /// Tells whether a path below a watched folder is ours or git's, and so no reason for anything.
    pub fn skips(path: &Path) -> bool {
        path.iter().any(is_skipped)
    }
}

struct Look {
    hash: Sha256,
    newest: i64,
    /// Folders by device and inode: a link may lead back up.
    seen: BTreeSet<(u64, u64)>,
    files: usize,
}

impl Look {
    fn folder(&mut self, folder: &Path, waiting: &mut Vec<PathBuf>) {
        self.put(b'D', folder.as_os_str().as_encoded_bytes());
        let Ok(entries) = fs::read_dir(folder) else { return self.put(b'!', b"") };
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.retain(|name| !is_skipped(name));
        names.sort();
        for name in names {
            self.entry(&folder.join(name), waiting);
        }
    }

    fn entry(&mut self, path: &Path, waiting: &mut Vec<PathBuf>) {
        self.put(b'N', path.as_os_str().as_encoded_bytes());
        let Ok(meta) = fs::symlink_metadata(path) else { return self.put(b'!', b"") };
        self.meta(&meta);
        if !meta.is_symlink() {
            return self.descend(&meta, path, waiting);
        }
        if let Ok(target) = fs::read_link(path) {
            self.put(b'L', target.as_os_str().as_encoded_bytes());
        }
        let Ok(meta) = fs::metadata(path) else { return self.put(b'!', b"") };
        self.meta(&meta);
        self.descend(&meta, path, waiting);
    }

    fn descend(&mut self, meta: &fs::Metadata, path: &Path, waiting: &mut Vec<PathBuf>) {
        if !meta.is_dir() {
            self.files += 1;
        } else if self.seen.insert(identity(meta, path)) {
            waiting.push(path.to_owned());
        }
    }

    fn meta(&mut self, meta: &fs::Metadata) {
        for number in stamps(meta) {
            self.put(b'#', &number.to_be_bytes());
        }
        self.newest = self.newest.max(changed(meta));
    }

    fn put(&mut self, tag: u8, bytes: &[u8]) {
        self.hash.update([tag]);
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
    }
}

fn is_skipped(name: &OsStr) -> bool {
    SKIPPED.iter().any(|skipped| name == *skipped)
}

#[cfg(unix)]
fn stamps(meta: &fs::Metadata) -> [i64; 8] {
    use std::os::unix::fs::MetadataExt as _;
    // Device and inode are numbers to compare, so that they wrap does no harm.
    let [device, inode, size] = [meta.dev(), meta.ino(), meta.size()].map(u64::cast_signed);
    // A folder's own times move when its entries do, which are looked at anyway.
    let times = [meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()];
    let [mtime, mtime_ns, ctime, ctime_ns] = if meta.is_dir() { [0; 4] } else { times };
    let size = if meta.is_dir() { 0 } else { size };
    [device, inode, size, i64::from(meta.mode()), mtime, mtime_ns, ctime, ctime_ns]
}

#[cfg(not(unix))]
fn stamps(meta: &fs::Metadata) -> [i64; 8] {
    let size = meta.len().cast_signed();
    let time = meta.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
    let (seconds, rest) = time.map_or((0, 0), |t| (t.as_second(), t.subsec_nanosecond()));
    [0, 0, size, i64::from(meta.is_dir()), seconds, rest.into(), 0, 0]
}

/// When it was last changed: nobody can set that time, as they can the one of the content.
#[cfg(unix)]
fn changed(meta: &fs::Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt as _;
    meta.ctime()
}

#[cfg(not(unix))]
fn changed(meta: &fs::Metadata) -> i64 {
    let time = meta.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
    time.map_or(0, |time| time.as_second())
}

#[cfg(unix)]
fn identity(meta: &fs::Metadata, _path: &Path) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (meta.dev(), meta.ino())
}

#[cfg(not(unix))]
fn identity(_meta: &fs::Metadata, path: &Path) -> (u64, u64) {
    // Without inodes a folder is told apart by where it really is.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let digest: [u8; 32] = Sha256::digest(real.as_os_str().as_encoded_bytes()).into();
    let number = digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    (0, number)
}
