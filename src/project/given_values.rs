//! Values of variables from the command line and the environment.

use std::collections::BTreeMap;

use super::project_file::Project;
use super::variable::{PREFIX, VariableError, VariableValue, env_name};
use crate::yaml::nearest;

impl Project {
    /// Returns the values from the command line (`flags`: names and texts, the last one wins) and
    /// the environment.
    ///
    /// # Errors
    /// When a flag names an unknown variable, or a value has another type than its variable.
    pub fn given(
        &self,
        flags: &[(String, String)],
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, VariableValue>, VariableError> {
        let mut values = BTreeMap::new();
        for (name, variable) in &self.variables {
            let exact = format!("{PREFIX}{name}");
            let names = [exact, env_name(name)];
            let found = names.into_iter().find_map(|place| Some((env(&place)?, place)));
            if let Some((text, place)) = found {
                values.insert(name.clone(), variable.given(place, &text)?);
            }
        }
        for (name, text) in flags {
            let place = format!("--var {name}");
            let Some(variable) = self.variables.get(name) else {
                let close = nearest(name, self.variables.keys().map(String::as_str));
                let (name, close) = (name.clone(), close.map(str::to_owned));
                return Err(VariableError::Unknown { place, name, close });
            };
            values.insert(name.clone(), variable.given(place, text)?);
        }
        Ok(values)
    }
}
