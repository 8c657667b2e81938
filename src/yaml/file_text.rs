//! Reads a file as text that can be parsed as YAML.
#![expect(clippy::disallowed_methods, reason = "manifests and taskloom.yaml are files")]

use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::problem::Problem;

/// The largest manifest.
const FILE_MAX: u64 = 4 * 1024 * 1024;

/// Reads a file as text: UTF-8 of bounded size without NUL; a byte order mark is dropped.
pub fn read_text(path: &Path, name: &str) -> Result<String, Box<Problem>> {
    let wrong = |message: String| Box::new(Problem::of_file(name, message));
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}"));
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > FILE_MAX {
        let mut problem = wrong("this file is larger than 4 MiB".to_owned());
        problem.help("split it; code belongs in files of its own (`CodeFile`)");
        return Err(problem);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let before = error.as_bytes().get(..offset).unwrap_or_default();
            let message = format!("this file is not UTF-8: byte {offset} (from 0) is invalid");
            return Err(at_end_of(before, wrong(message)));
        }
    };
    match text.find('\0') {
        None => Ok(text),
        Some(offset) => {
            let before = text.as_bytes().get(..offset).unwrap_or_default();
            Err(at_end_of(
                before,
                wrong(format!("this file contains a NUL: byte {offset} (from 0)")),
            ))
        }
    }
}

fn at_end_of(before: &[u8], mut problem: Box<Problem>) -> Box<Problem> {
    let text = String::from_utf8_lossy(before);
    problem.line = text.matches('\n').count() + 1;
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    problem.column = text.get(start..).map_or(0, |line| line.chars().count()) + 1;
    problem
}

/// Returns whether something with this name exists.
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
