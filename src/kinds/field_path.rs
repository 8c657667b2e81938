//! Paths of fields as people write them: `TaskConfiguration.TaskExtConfigurationList[bucket]`.

/// Returns the path of a field inside a structure; the top of a spec has an empty path.
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Returns whether a path, or a section or list that contains it, is among the patterns.
pub fn is_covered(path: &str, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| {
        path.strip_prefix(pattern.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
    })
}
