//! Variables: their declarations in taskloom.yaml, and how values are converted to their types.

use super::reference::escape;
use crate::model::Value;
use crate::yaml::{Diagnostics, SourceText, YamlData, YamlNode, quote, reader, scalar};

/// The prefix of the name of a variable in the environment.
pub(crate) const PREFIX: &str = "TASKLOOM_VAR_";

/// A variable as taskloom.yaml declares it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variable {
    /// The type of its values.
    pub form: VariableType,
    /// Its value is never shown, and stored only as a keyed digest.
    pub sensitive: bool,
    /// Its value when no other is given.
    pub default: Option<VariableValue>,
}

/// The type of the values of a variable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VariableType {
    /// A text.
    #[default]
    String,
    /// A whole number.
    Integer,
    /// true or false.
    Boolean,
    /// A list of anything.
    List,
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq)]
pub enum VariableValue {
    /// A text, a number, true or false; hidden when the variable is sensitive.
    One(Value),
    /// A list whose texts are escaped, so that reading it again does not change them.
    List(YamlNode),
}

/// Why a value is refused. It never contains a value that may be sensitive.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum VariableError {
    /// No variable has this name.
    #[error("{place}: there is no variable {}", quote(name))]
    Unknown {
        /// Where the value was given.
        place: String,
        /// The name.
        name: String,
        /// A name that may have been meant.
        close: Option<String>,
    },
    /// It does not have the type of its variable.
    #[error("{place}: expected {wanted}, found {found}")]
    Mistyped {
        /// Where the value was given.
        place: String,
        /// The type, with an article.
        wanted: &'static str,
        /// What was found.
        found: String,
    },
}

impl VariableError {
    /// Returns a hint.
    pub fn help(&self) -> String {
        match self {
            VariableError::Unknown { close: Some(close), .. } => format!("did you mean `{close}`?"),
            VariableError::Unknown { close: None, .. } => {
                "declare it under `variables:` in taskloom.yaml".to_owned()
            }
            VariableError::Mistyped { wanted: "a list", .. } => {
                "write it as in YAML or JSON: [a, b]".to_owned()
            }
            VariableError::Mistyped { .. } => {
                "its `type:` under `variables:` in taskloom.yaml says so".to_owned()
            }
        }
    }
}

impl VariableType {
    /// Every type.
    pub const ALL: [VariableType; 4] =
        [VariableType::String, VariableType::Integer, VariableType::Boolean, VariableType::List];

    /// Returns the word used in taskloom.yaml.
    pub fn name(self) -> &'static str {
        match self {
            VariableType::String => "string",
            VariableType::Integer => "integer",
            VariableType::Boolean => "boolean",
            VariableType::List => "list",
        }
    }

    /// Returns the word for its values, with an article.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            VariableType::String => "a text",
            VariableType::Integer => "a whole number",
            VariableType::Boolean => "true or false",
            VariableType::List => "a list",
        }
    }
}

impl From<&str> for VariableValue {
    fn from(text: &str) -> Self {
        VariableValue::One(Value::from(text))
    }
}

impl Variable {
    /// Returns the value of a scalar's text; None when it has another type.
    pub(crate) fn one(&self, text: &str) -> Option<VariableValue> {
        let value = match self.form {
            VariableType::String => Value::from(text),
            VariableType::Integer => Value::from(scalar::integer(text.trim())?),
            VariableType::Boolean => Value::Bool(scalar::flag(text.trim())?),
            VariableType::List => return None,
        };
        Some(VariableValue::One(if self.sensitive { value.hidden() } else { value }))
    }

    /// Returns the value given by a flag or an environment variable.
    pub(crate) fn given(&self, place: String, text: &str) -> Result<VariableValue, VariableError> {
        let value = match self.form {
            VariableType::List => list(text),
            VariableType::String | VariableType::Integer | VariableType::Boolean => self.one(text),
        };
        value.ok_or_else(|| {
            let found = if self.sensitive { "something else".to_owned() } else { quote(text) };
            VariableError::Mistyped { place, wanted: self.form.noun(), found }
        })
    }
}

/// Returns the name of the environment variable for a value: capitals, `_` for `.` and `-`.
pub(crate) fn env_name(name: &str) -> String {
    format!("{PREFIX}{}", name.replace(['.', '-'], "_").to_uppercase())
}

/// Reads a list in YAML or JSON, as strictly as a file.
fn list(text: &str) -> Option<VariableValue> {
    let mut diagnostics = Diagnostics::new(SourceText::new("", text));
    let mut documents = reader::read(&mut diagnostics);
    let node =
        documents.pop().filter(|_| documents.is_empty() && diagnostics.problems.is_empty())?;
    matches!(node.data, YamlData::List(_)).then(|| VariableValue::List(filled(&node, &mut escape)))
}

/// Returns a tree with its texts replaced; keys stay.
fn filled(node: &YamlNode, text: &mut dyn FnMut(&str) -> String) -> YamlNode {
    let mut node = node.clone();
    fill(&mut node, text);
    node
}

// Trees are as deep as the reader allows, so this recursion is bounded.
fn fill(node: &mut YamlNode, text: &mut dyn FnMut(&str) -> String) {
    match &mut node.data {
        YamlData::Scalar(scalar) => scalar.text = text(&scalar.text),
        YamlData::List(items) => items.iter_mut().for_each(|item| fill(item, text)),
        YamlData::Map(entries) => entries.iter_mut().for_each(|entry| fill(&mut entry.value, text)),
    }
}
