//! Names for manifests and files, made from any text.

/// The maximum length of a generated name, in bytes: with an ending and a number it fits every file
/// system.
const BYTES_MAX: usize = 150;

/// Names that are reserved by some system or by this program, with any file ending.
const RESERVED: [&str; 5] = ["aux", "con", "nul", "prn", "taskloom"];

/// Returns a name similar to `text` that is valid as `metadata.name` and as the name of a file.
pub fn name_from(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, '.' | '_') {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let mut name = name.trim_start_matches(['.', '_', '-']).to_owned();
    while name.len() > BYTES_MAX {
        name.pop();
    }
    let name = name.trim_end_matches(['.', '-']);
    match name {
        "" => "task".to_owned(),
        name if is_reserved(name) => format!("{name}-task"),
        name => name.to_owned(),
    }
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    RESERVED.contains(&stem.as_str()) || port.is_some_and(|n| n.len() == 1)
}
