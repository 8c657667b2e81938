//! What a file system says of a file without reading it: two equal stamps saw one content, unless
//! it was written twice within one tick of the clock of the file system.

use std::fs;

use jiff::Timestamp;

/// Two changes of a file within this time may bear the same time: file systems count in steps of
/// up to two seconds.
const TICK_SECONDS: i64 = 2;

/// Which file it is, how large it is, and when it was last touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFingerprint {
    /// Device, inode, size, mode and times; of a folder no size and no times: they move when its
    /// entries do, which have stamps of their own.
    pub numbers: [i64; 8],
    /// When it was last changed, in seconds since 1970.
    pub changed: i64,
}

impl FileFingerprint {
    /// Returns the stamp of what a path leads to, or of a link itself.
    pub fn of(meta: &fs::Metadata) -> FileFingerprint {
        FileFingerprint { numbers: numbers(meta), changed: changed(meta) }
    }

    /// Tells whether another change at `now` would surely bear another time.
    pub fn is_settled(&self, now: Timestamp) -> bool {
        is_settled(self.changed, now)
    }
}

/// Tells whether a change at `now` would surely bear another time than one at `changed`, in seconds
/// since 1970.
pub fn is_settled(changed: i64, now: Timestamp) -> bool {
    changed.saturating_add(TICK_SECONDS) < now.as_second()
}

#[cfg(unix)]
fn numbers(meta: &fs::Metadata) -> [i64; 8] {
    use std::os::unix::fs::MetadataExt as _;
    // Device and inode are numbers to compare, so that they wrap does no harm.
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

/// Nobody can set the time of a change, as they can that of the content.
#[cfg(unix)]
fn changed(meta: &fs::Metadata) -> i64 {
    std::os::unix::fs::MetadataExt::ctime(meta)
}

#[cfg(not(unix))]
fn changed(meta: &fs::Metadata) -> i64 {
    let time = meta.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    time.map_or(0, Timestamp::as_second)
}
