//! The name of the file with the code of a task.

/// The language of the code of a task type, as a file ending.
///
/// Source: the code of the official requests, and the names of the types. Types that are not
/// here (Kettle, MapReduce, Spark jars, branches) have no code of their own in the documents.
const ENDINGS: &[(u32, &str)] = &[
    (21, "sql"),
    (23, "sql"),
    (26, "json"),
    (30, "py"),
    (31, "py"),
    (32, "sql"),
    (33, "sql"),
    (34, "sql"),
    (35, "sh"),
    (36, "sql"),
    (38, "sh"),
    (40, "sql"),
    (42, "sql"),
    (43, "sql"),
    (47, "sh"),
    (48, "sql"),
    (50, "py"),
    (132, "ipynb"),
    (133, "sh"),
    (134, "sql"),
    (138, "sql"),
];

/// Returns the ending of a code file, without its dot: from the type, else from the code itself.
pub fn code_ending(task_type: Option<u32>, code: &[u8]) -> &'static str {
    let known = ENDINGS.iter().find(|(number, _)| Some(*number) == task_type);
    match (known, std::str::from_utf8(code)) {
        (Some((_, ending)), _) => ending,
        (None, Err(_)) => "bin",
        (None, Ok(text)) if text.trim_start().starts_with(['{', '[']) => "json",
        (None, Ok(_)) => "txt",
    }
}
