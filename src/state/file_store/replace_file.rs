//! A file that is replaced whole, so that a crash leaves the old or the new one.
#![expect(clippy::disallowed_methods, reason = "this file writes the files of a state")]

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Writes a file beside its place and moves it there: temporary file, sync, rename, sync of the
/// folder; mode 0600. Returns the file.
pub fn replace_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<()>,
) -> std::io::Result<File> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let prefix = temporary_prefix(path);
    let temporary = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder)?;
    let mut buffer = BufWriter::with_capacity(1 << 20, temporary.as_file());
    write(&mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    temporary.as_file().sync_all()?;
    let file = temporary.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()?;
    Ok(file)
}

/// Removes what runs that were killed in the middle of a write left beside a file; only for the
/// holder of the lock. It is mere tidiness, so nothing here fails.
pub fn sweep(path: &Path) {
    let prefix = temporary_prefix(path);
    let Ok(entries) = fs::read_dir(folder_of(path)) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}~")
}

/// Returns the file beside another one whose name goes on with an ending.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Returns what people call a file.
pub fn place_of(path: &Path) -> String {
    path.display().to_string()
}

/// Returns the folder of a file; a bare name lies in the working folder.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
