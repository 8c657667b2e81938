//! Faults as a user requests them: one on a certain call, or any at random.

use std::fmt;
use std::str::FromStr;

use fastrand::Rng;

use super::super::action::ApiAction;
use super::super::served;
use super::fault::{Fault, FaultKind, FaultMoment};
use super::fault_text::FaultError;

/// The default percentage of calls that fail at random.
const PERCENT: u8 = 5;

/// What should go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chaos {
    /// One call.
    One(Fault),
    /// Calls at random.
    Random {
        /// Determines which ones; None: any will do.
        seed: Option<u64>,
        /// The percentage of calls.
        percent: u8,
    },
}

/// Prints it in the form in which it is parsed.
impl fmt::Display for Chaos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Chaos::One(fault) => fault.fmt(f),
            Chaos::Random { seed: None, percent: PERCENT } => f.write_str("random"),
            Chaos::Random { seed: None, percent } => write!(f, "random::{percent}"),
            Chaos::Random { seed: Some(seed), percent } => write!(f, "random:{seed}:{percent}"),
        }
    }
}

/// What is wrong with the text.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ChaosError {
    /// The text of a single fault is wrong.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// The seed is not a number.
    #[error("the seed {given:?} is not a number: expected random[:SEED[:PERCENT]]")]
    Seed {
        /// What was read.
        given: String,
    },
    /// The percentage is not from 1 to 100.
    #[error(
        "{given:?} is not a percentage of calls: expected a whole number from 1 to 100 in random:SEED:PERCENT"
    )]
    Percent {
        /// What was read.
        given: String,
    },
}

impl FromStr for Chaos {
    type Err = ChaosError;

    fn from_str(text: &str) -> Result<Self, ChaosError> {
        let Some(rest) = text.strip_prefix("random").filter(|rest| !rest.contains('#')) else {
            return Ok(Chaos::One(text.parse()?));
        };
        let (seed, percent) = match rest.strip_prefix(':').map(|rest| rest.split_once(':')) {
            Some(Some((seed, percent))) => (seed, Some(percent)),
            Some(None) => (rest.trim_start_matches(':'), None),
            None if rest.is_empty() => ("", None),
            None => return Ok(Chaos::One(text.parse()?)),
        };
        let wrong_seed = || ChaosError::Seed { given: seed.to_owned() };
        let seed = match seed {
            "" => None,
            text => Some(text.parse().map_err(|_| wrong_seed())?),
        };
        Ok(Chaos::Random { seed, percent: percent.map_or(Ok(PERCENT), share)? })
    }
}

fn share(text: &str) -> Result<u8, ChaosError> {
    let percent = text.parse().ok().filter(|percent| (1..=100).contains(percent));
    percent.ok_or_else(|| ChaosError::Percent { given: text.to_owned() })
}

/// A random source of faults.
#[derive(Debug)]
pub struct Chance {
    rng: Rng,
    percent: u8,
}

impl Chance {
    /// Returns the random source of a seed.
    pub fn new(seed: u64, percent: u8) -> Chance {
        Chance { rng: Rng::with_seed(seed), percent }
    }

    /// Returns the fault that hits the next call, which is the `nth` of its action.
    ///
    /// Each call draws the same number of random values, so that the fault of the n-th call depends
    /// on the seed alone, not on the actions of the calls before it.
    pub fn strike(&mut self, action: &str, nth: u64) -> Option<Fault> {
        let is_hit = self.rng.u8(0..100) < self.percent;
        let kind = self.rng.choice(FaultKind::ALL)?;
        let effect = self.rng.choice(FaultMoment::ALL)?;
        // The rate limit is checked before an action runs, so it never comes after the effect. Only
        // reads can be stale.
        let (kind, effect) = match kind {
            FaultKind::RateLimit => (kind, FaultMoment::Before),
            FaultKind::StaleRead if !served::action(action).is_some_and(ApiAction::is_read) => {
                (FaultKind::Drop, effect)
            }
            FaultKind::Drop
            | FaultKind::Status500
            | FaultKind::Status502
            | FaultKind::Garbage
            | FaultKind::CutOff
            | FaultKind::Hang
            | FaultKind::InternalError
            | FaultKind::StatusFalse
            | FaultKind::StaleRead => (kind, effect),
        };
        is_hit.then(|| Fault { action: Some(action.to_owned()), nth, effect, kind })
    }
}
