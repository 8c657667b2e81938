//! Faults as text: `CreateTask#2:drop:after`, `*#1:hang:before`.

use std::fmt;
use std::str::FromStr;

use super::super::served;
use super::fault::{Fault, FaultKind, FaultMoment};
use crate::yaml::nearest;

/// Prints a fault in the form in which it is parsed: `CreateTask#2:drop:after`, `*#1:hang:before`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = self.action.as_deref().unwrap_or("*");
        write!(f, "{action}#{}:{}:{}", self.nth, self.kind.name(), self.effect.name())
    }
}

/// What is wrong with the text of a fault.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FaultError {
    /// A part is missing.
    #[error(
        "{part} is missing: expected ACTION#N:KIND:before|after, for instance CreateTask#1:drop:after"
    )]
    Missing {
        /// Which one.
        part: &'static str,
    },
    /// No such action is served.
    #[error("there is no action {given:?}{}", meant(*close, ": `*` stands for every one"))]
    Action {
        /// What was read.
        given: String,
        /// What may have been meant.
        close: Option<&'static str>,
    },
    /// The number of the call is not at least 1.
    #[error("{given:?} is not the number of a call: they are counted from 1")]
    Nth {
        /// What was read.
        given: String,
    },
    /// There is no such kind of fault.
    #[error("there is no fault {given:?}{}", meant(*close, &format!(": known are {}", kinds())))]
    Kind {
        /// What was read.
        given: String,
        /// What may have been meant.
        close: Option<&'static str>,
    },
    /// The moment is neither `before` nor `after`.
    #[error("{given:?} is not a moment of a fault: expected `before` or `after`")]
    Effect {
        /// What was read.
        given: String,
    },
}

fn meant(close: Option<&str>, otherwise: &str) -> String {
    close.map_or(otherwise.to_owned(), |close| format!(": did you mean `{close}`?"))
}

fn kinds() -> String {
    FaultKind::ALL.map(FaultKind::name).join(", ")
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let missing = |part| FaultError::Missing { part };
        let (action, rest) = text.split_once('#').ok_or(missing("`#N`, which call,"))?;
        let (nth, rest) = rest.split_once(':').ok_or(missing("`:KIND`"))?;
        let (kind, effect) = rest.split_once(':').ok_or(missing("`:before` or `:after`"))?;
        Ok(Fault {
            action: if action == "*" { None } else { Some(known_action(action)?) },
            nth: nth
                .parse()
                .ok()
                .filter(|nth| *nth > 0)
                .ok_or_else(|| FaultError::Nth { given: nth.to_owned() })?,
            kind: FaultKind::ALL.into_iter().find(|known| known.name() == kind).ok_or_else(
                || FaultError::Kind {
                    given: kind.to_owned(),
                    close: nearest(kind, FaultKind::ALL.map(FaultKind::name)),
                },
            )?,
            effect: FaultMoment::ALL
                .into_iter()
                .find(|known| known.name() == effect)
                .ok_or_else(|| FaultError::Effect { given: effect.to_owned() })?,
        })
    }
}

fn known_action(name: &str) -> Result<String, FaultError> {
    match served::action(name) {
        Some(_) => Ok(name.to_owned()),
        None => {
            let close = nearest(name, served::actions().map(|action| action.name));
            Err(FaultError::Action { given: name.to_owned(), close })
        }
    }
}
