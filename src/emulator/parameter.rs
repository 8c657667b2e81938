//! The parameters of a request that are not fields of a task.

use serde_json::{Map, Value as Json};

use super::http::ApiError;
use crate::kinds::Shape;

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub shape: Shape,
    /// Whether every request needs it.
    pub required: bool,
}

impl Parameter {
    /// Returns a parameter that every request needs.
    pub const fn required(name: &'static str) -> Self {
        Parameter { name, shape: Shape::Text, required: true }
    }

    /// Returns a parameter that may be left out.
    pub const fn optional(name: &'static str, shape: Shape) -> Self {
        Parameter { name, shape, required: false }
    }
}

/// The parameters of a request, without nulls and with checked types.
#[derive(Clone, Debug, Default)]
pub struct Given {
    values: Map<String, Json>,
}

impl Given {
    /// Checks a body: `known` parameters, and `others` that are checked elsewhere.
    pub fn read(
        body: &Map<String, Json>,
        known: &[Parameter],
        others: &[&str],
    ) -> Result<Given, ApiError> {
        let is_known =
            |name: &str| known.iter().any(|one| one.name == name) || others.contains(&name);
        if let Some(name) = body.keys().find(|name| !is_known(name)) {
            return Err(ApiError::unknown(name));
        }
        let mut values = Map::new();
        for parameter in known {
            match body.get(parameter.name).filter(|value| !value.is_null()) {
                Some(value) => {
                    plain(parameter.shape, value, parameter.name)?;
                    values.insert(parameter.name.to_owned(), value.clone());
                }
                None if parameter.required => return Err(ApiError::missing(parameter.name)),
                None => {}
            }
        }
        for parameter in known.iter().filter(|one| one.required) {
            if values.get(parameter.name).and_then(Json::as_str) == Some("") {
                return Err(ApiError::bad_value(parameter.name, "it is empty"));
            }
        }
        Ok(Given { values })
    }

    /// Returns a text; empty when it was not given.
    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).and_then(Json::as_str).unwrap_or_default()
    }

    /// Returns a number, if it was given.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.values.get(name).and_then(Json::as_i64)
    }

    /// Returns a flag, if it was given.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.values.get(name).and_then(Json::as_bool)
    }

    /// Returns a list of texts; empty when it was not given.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let items = self.values.get(name).and_then(Json::as_array);
        items.into_iter().flatten().filter_map(Json::as_str).collect()
    }
}

/// Checks the JSON type of a value, not of what is inside it.
pub fn plain(shape: Shape, value: &Json, path: &str) -> Result<(), ApiError> {
    let (fits, wanted) = match shape {
        Shape::Text => (value.is_string(), "String"),
        Shape::Integer => (value.is_i64() || value.is_u64(), "Integer"),
        Shape::Flag => (value.is_boolean(), "Boolean"),
        Shape::Texts => {
            let texts = |items: &Vec<Json>| items.iter().all(Json::is_string);
            (value.as_array().is_some_and(texts), "Array of String")
        }
        Shape::Section(_) => (value.is_object(), "Object"),
        Shape::List { .. } => (value.is_array(), "Array of Object"),
    };
    if fits { Ok(()) } else { Err(ApiError::wrong_type(path, wanted)) }
}
