//! Faults on purpose: what goes wrong, on which call, before or after the effect.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use clap::ValueEnum;

use super::super::action::ApiAction;
use super::chaos::Chance;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// X-TC-Action of the calls that count; None: every call counts.
    pub action: Option<String>,
    /// Which of them is hit, counted from 1 since the fault was planned.
    pub nth: u64,
    /// Whether the action is carried out.
    pub effect: FaultMoment,
    /// What the caller sees.
    pub kind: FaultKind,
}

/// Whether a fault strikes before or after the action is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultMoment {
    /// Before: nothing was done.
    Before,
    /// After: it was done, and the caller does not learn it.
    After,
}

impl Fault {
    /// Tells whether the action is not carried out; a stale read always is.
    pub(crate) fn prevents(&self) -> bool {
        self.effect == FaultMoment::Before && self.kind != FaultKind::StaleRead
    }
}

/// What the caller of a faulty call sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FaultKind {
    /// The connection ends without an answer.
    Drop,
    /// An HTTP status 500 with a text.
    #[value(name = "500")]
    Status500,
    /// An HTTP status 502 with a text.
    #[value(name = "502")]
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

impl FaultMoment {
    /// Both.
    pub const ALL: [FaultMoment; 2] = [FaultMoment::Before, FaultMoment::After];

    /// Returns the word for it.
    pub fn name(self) -> &'static str {
        match self {
            FaultMoment::Before => "before",
            FaultMoment::After => "after",
        }
    }
}

/// The faults still to come; each planned one strikes once.
#[derive(Debug, Default)]
pub struct FaultPlan {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    planned: Vec<Planned>,
    chance: Option<Chance>,
    /// Calls so far of each action that is served.
    n_calls: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Planned {
    fault: Fault,
    /// Which of the calls from now on is hit.
    nth: u64,
}

impl FaultPlan {
    /// Plans a fault; its calls are counted from now.
    pub fn add(&self, fault: Fault) {
        let nth = fault.nth;
        self.lock().planned.push(Planned { fault, nth });
    }

    /// Lets calls that no planned fault hits fail at random, this many in a hundred.
    pub fn at_random(&self, seed: u64, percent: u8) {
        self.lock().chance = Some(Chance::new(seed, percent));
    }

    /// Forgets every fault.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.planned.clear();
        inner.chance = None;
    }

    /// Returns the planned faults still to come, each with the number of calls until then.
    pub fn pending(&self) -> Vec<Fault> {
        let inner = self.lock();
        inner.planned.iter().map(|one| Fault { nth: one.nth, ..one.fault.clone() }).collect()
    }

    /// Counts a call and returns the fault that hits it: the first one planned, else one of chance.
    ///
    /// It is told in the form that hits the same call alone in another run.
    pub(crate) fn strike(&self, action: &str) -> Option<Fault> {
        let mut inner = self.lock();
        if ApiAction::parse(action).is_some() {
            *inner.n_calls.entry(action.to_owned()).or_default() += 1;
        }
        let mut hit = None;
        for (place, planned) in inner.planned.iter_mut().enumerate() {
            let counts = planned.fault.action.as_deref().is_none_or(|name| name == action);
            if counts && planned.nth <= 1 {
                hit = hit.or(Some(place));
            } else if counts {
                planned.nth -= 1;
            }
        }
        let nth = inner.n_calls.get(action).copied().unwrap_or_default();
        let by_chance = inner.chance.as_mut().and_then(|chance| chance.strike(action, nth));
        let fault = hit.map(|place| inner.planned.remove(place).fault).or(by_chance)?;
        let told = Fault { action: Some(action.to_owned()), nth, ..fault.clone() };
        tracing::warn!("fault {told}");
        Some(fault)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
