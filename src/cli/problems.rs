//! How problems of manifests are reported.

use serde_json::{Value as Json, json};

use super::failure::Failure;
use super::output::Output;
use crate::yaml::{Problems, render};

/// Prints problems with excerpts on standard error, and their number at the end.
pub fn print_problems(problems: &Problems, output: &mut Output<'_>) {
    if !problems.is_empty() {
        output.note(&render(problems, output.err_color));
    }
}

/// Returns problems as JSON: `format_version` 1.0.
pub fn problems_json(problems: &Problems) -> Json {
    let list: Vec<Json> = problems.0.iter().map(|problem| json!(problem)).collect();
    json!({"format_version": "1.0", "problems": list})
}

/// Ends a command because of problems: they are reported as text, or as JSON on standard output.
pub fn refuse_problems(problems: &Problems, json: bool, output: &mut Output<'_>) -> Failure {
    if !json {
        print_problems(problems, output);
        return Failure::silent();
    }
    match output.json(&problems_json(problems)) {
        Ok(()) => Failure::silent(),
        Err(failure) => failure,
    }
}
