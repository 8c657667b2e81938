//! Paths of fields as people write them: `TaskConfiguration.TaskExtConfigurationList[bucket]`.

/// Tells whether a path, or a section or list that it lies in, is among the patterns.
pub fn is_covered(path: &str, patterns: &[String]) -> bool {
    patterns.iter().any(|pattern| {
        path.strip_prefix(pattern.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
    })
}
