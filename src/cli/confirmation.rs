//! What a person is shown and asked before anything is changed.

use serde_json::Value as Json;

use super::failure::Failure;
use super::output::Output;
use super::signals::Signals;

/// What a change that affects only the state or files would do.
#[derive(Debug)]
pub enum Confirmation {
    /// For people.
    Text(String),
    /// For programs: an object, which gets `done`.
    Json(Json),
}

impl Confirmation {
    /// Shows it and asks. JSON has no question: without -y it is printed with `done: false`.
    ///
    /// # Errors
    /// When no person has agreed; nothing may be changed then.
    pub async fn agree(
        &self,
        question: Option<&str>,
        signals: &Signals,
        output: &mut Output<'_>,
    ) -> Result<(), Failure> {
        match self {
            Confirmation::Text(text) => {
                output.data(text)?;
                consent(question, signals, output).await
            }
            Confirmation::Json(_) if question.is_none() => Ok(()),
            Confirmation::Json(json) => {
                output.json(&marked(json.clone(), false))?;
                Err(Failure::user("nobody is asked with --json, so nothing was changed")
                    .hint("pass -y (--yes) to go ahead"))
            }
        }
    }

    /// Reports in JSON that it is done; people have seen it already.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn print_done(self, output: &mut Output<'_>) -> Result<(), Failure> {
        match self {
            Confirmation::Text(_) => Ok(()),
            Confirmation::Json(json) => output.json(&marked(json, true)),
        }
    }
}

fn marked(mut json: Json, done: bool) -> Json {
    if let Some(map) = json.as_object_mut() {
        map.insert("done".to_owned(), done.into());
    }
    json
}

/// Asks a person before anything is changed, if there is a question.
///
/// # Errors
/// When the person says no, no person is there, or a signal comes.
pub async fn consent(
    question: Option<&str>,
    signals: &Signals,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let Some(question) = question else { return Ok(()) };
    match output.confirm(question, signals).await? {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::user("nothing was changed")),
        None => Err(Failure::user("nobody is there to confirm, so nothing was changed")
            .hint("pass -y (--yes) to go ahead without a question")),
    }
}
