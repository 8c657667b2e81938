//! Faults on purpose: what goes wrong, on which call, before or after the effect.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// X-TC-Action of the calls that count; None: every call counts.
    pub action: Option<String>,
    /// Which of them is hit, counted from 1 since the fault was planned.
    pub nth: u64,
    /// Whether the action is carried out.
    pub effect: Effect,
    /// What the caller sees.
    pub kind: FaultKind,
}

/// Whether a fault strikes before or after the action is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Before: nothing was done.
    Before,
    /// After: it was done, and the caller does not learn it.
    After,
}

impl Fault {
    /// Tells whether the action is not carried out; a stale read always is.
    pub(super) fn prevents(&self) -> bool {
        self.effect == Effect::Before && self.kind != FaultKind::StaleRead
    }
}

/// What the caller of a faulty call sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection ends without an answer.
    Drop,
    /// An HTTP status 500 with a text.
    Status500,
    /// An HTTP status 502 with a text.
    Status502,
    /// A status of 200 with a body that is not JSON.
    Garbage,
    /// The connection ends in the middle of the body.
    CutOff,
    /// No answer ever comes.
    Hang,
    /// The error InternalError.
    InternalError,
    /// The error RequestLimitExceeded.
    RateLimit,
    /// `Data.Status: false` and no error; `Data: null` where the action has no Status.
    StatusFalse,
    /// Get and List show what was so before the last write.
    StaleRead,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [FaultKind; 10] = [
        FaultKind::Drop,
        FaultKind::Status500,
        FaultKind::Status502,
        FaultKind::Garbage,
        FaultKind::CutOff,
        FaultKind::Hang,
        FaultKind::InternalError,
        FaultKind::RateLimit,
        FaultKind::StatusFalse,
        FaultKind::StaleRead,
    ];

    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            FaultKind::Drop => "drop",
            FaultKind::Status500 => "500",
            FaultKind::Status502 => "502",
            FaultKind::Garbage => "garbage",
            FaultKind::CutOff => "cut-off",
            FaultKind::Hang => "hang",
            FaultKind::InternalError => "internal-error",
            FaultKind::RateLimit => "rate-limit",
            FaultKind::StatusFalse => "status-false",
            FaultKind::StaleRead => "stale-read",
        }
    }
}

impl Effect {
    /// Both.
    pub const ALL: [Effect; 2] = [Effect::Before, Effect::After];

    fn name(self) -> &'static str {
        match self {
            Effect::Before => "before",
            Effect::After => "after",
        }
    }
}

/// Prints a fault the way it is read: `CreateTask#2:drop:after`, `*#1:hang:before`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = self.action.as_deref().unwrap_or("*");
        write!(f, "{action}#{}:{}:{}", self.nth, self.kind.name(), self.effect.name())
    }
}

/// A text that is no fault.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{text:?} is no fault: expected ACTION#N:KIND:before|after, for instance CreateTask#1:drop:after"
)]
pub struct FaultError {
    /// What was read.
    pub text: String,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let parse = || {
            let (action, rest) = text.split_once('#')?;
            let (nth, rest) = rest.split_once(':')?;
            let (kind, effect) = rest.split_once(':')?;
            Some(Fault {
                action: (action != "*").then(|| action.to_owned()),
                nth: nth.parse().ok().filter(|nth| *nth > 0)?,
                effect: Effect::ALL.into_iter().find(|known| known.name() == effect)?,
                kind: FaultKind::ALL.into_iter().find(|known| known.name() == kind)?,
            })
        };
        parse().ok_or_else(|| FaultError { text: text.to_owned() })
    }
}

/// The faults still to come; each strikes once.
#[derive(Debug, Default)]
pub struct FaultPlan {
    faults: Mutex<Vec<Fault>>,
}

impl FaultPlan {
    /// Plans a fault; its calls are counted from now.
    pub fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Forgets every fault.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Returns the faults still to come, each with the number of calls until then.
    pub fn pending(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// Counts a call and returns the fault that hits it: the first one planned.
    pub(super) fn strike(&self, action: &str) -> Option<Fault> {
        let mut faults = self.lock();
        let mut hit = None;
        for (place, fault) in faults.iter_mut().enumerate() {
            let counts = fault.action.as_deref().is_none_or(|name| name == action);
            if counts && fault.nth <= 1 {
                hit = hit.or(Some(place));
            } else if counts {
                fault.nth -= 1;
            }
        }
        hit.map(|place| faults.remove(place))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
