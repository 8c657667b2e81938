//! The faults that are still to come.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::super::served;
use super::chaos::Chance;
use super::fault::Fault;

/// The faults still to come; each planned one hits once.
#[derive(Debug, Default)]
pub struct FaultPlan {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    planned: Vec<Planned>,
    chance: Option<Chance>,
    /// The number of calls so far of each action that is served.
    n_calls: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Planned {
    fault: Fault,
    /// Which of the following calls is hit.
    nth: u64,
}

impl FaultPlan {
    /// Plans a fault; its calls are counted from now on.
    pub fn add(&self, fault: Fault) {
        let nth = fault.nth;
        self.lock().planned.push(Planned { fault, nth });
    }

    /// Lets this percentage of the calls that no planned fault hits fail at random.
    pub fn at_random(&self, seed: u64, percent: u8) {
        self.lock().chance = Some(Chance::new(seed, percent));
    }

    /// Removes every fault.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.planned.clear();
        inner.chance = None;
    }

    /// Returns the planned faults still to come, each with the number of calls until it hits.
    pub fn pending(&self) -> Vec<Fault> {
        let inner = self.lock();
        inner.planned.iter().map(|one| Fault { nth: one.nth, ..one.fault.clone() }).collect()
    }

    /// Counts a call and returns the fault that hits it: the first planned one, else a random one.
    ///
    /// The fault is logged in the form that hits the same call alone in another run.
    pub(crate) fn strike(&self, action: &str) -> Option<Fault> {
        let mut inner = self.lock();
        if served::action(action).is_some() {
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
