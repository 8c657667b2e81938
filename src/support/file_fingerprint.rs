//! What a file system reports about a file without reading it: equal fingerprints mean equal
//! content, unless the file was written twice within one tick of the clock of the file system.

use std::fs;

use jiff::Timestamp;

/// Two changes of a file within this time may have the same timestamp: file systems count in steps
/// of up to two seconds.
const TICK_SECONDS: i64 = 2;

/// Which file it is, how large it is, and when it was last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFingerprint {
    /// Device, inode, size, mode and times; for a folder no size and no times: they change with its
    /// entries, which have fingerprints of their own.
    pub numbers: [i64; 8],
    /// When it was last changed, in seconds since 1970.
    pub changed: i64,
}

impl FileFingerprint {
    /// Returns the fingerprint of the file that a path leads to, or of a link itself.
    pub fn of(meta: &fs::Metadata) -> FileFingerprint {
        FileFingerprint { numbers: numbers(meta), changed: changed(meta) }
    }

    /// Returns whether another change at `now` would certainly have another timestamp.
    pub fn is_settled(&self, now: Timestamp) -> bool {
        is_settled(self.changed, now)
    }
}

/// Returns whether a change at `now` would certainly have another timestamp than one at `changed`,
/// in seconds since 1970.
pub fn is_settled(changed: i64, now: Timestamp) -> bool {
    changed.saturating_add(TICK_SECONDS) < now.as_second()
}

#[cfg(unix)]
fn numbers(meta: &fs::Metadata) -> [i64; 8] {
    use std::os::unix::fs::MetadataExt as _;
    // Device and inode are only compared, so it does no harm if they wrap.
    let [device, inode, size] = [meta.dev(), meta.ino(), meta.size()].map(u64::cast_signed);
    let times = [meta.mtime(), meta.mtime_nsec(), meta.ctime(), meta.ctime_nsec()];
    let [mtime, mtime_ns, ctime, ctime_ns] = if meta.is_dir() { [0; 4] } else { times };
    let size = if meta.is_dir() { 0 } else { size };
    [device, inode, size, i64::from(meta.mode()), mtime, mtime_ns, ctime, ctime_ns]
}

#[cfg(not(unix))]
fn numbers(meta: &fs::Metadata) -> [i64; 8] {
    let size = if meta.is_dir() { 0 } else { meta.len().cast_signed() };
    let time = meta.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    let time = time.filter(|_| !meta.is_dir());
    let (seconds, rest) = time.map_or((0, 0), |t| (t.as_second(), t.subsec_nanosecond()));
    [0, 0, size, i64::from(meta.is_dir()), seconds, rest.into(), 0, 0]
}

/// Returns the time of the last change (ctime): unlike that of the content, no program can set it.
#[cfg(unix)]
fn changed(meta: &fs::Metadata) -> i64 {
    std::os::unix::fs::MetadataExt::ctime(meta)
}

#[cfg(not(unix))]
fn changed(meta: &fs::Metadata) -> i64 {
    let time = meta.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    time.map_or(0, Timestamp::as_second)
}
