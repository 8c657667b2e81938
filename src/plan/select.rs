//! A part of a plan: what is selected, and what that needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};

use super::change::{Change, Plan, PlanAction};
use super::users::users;
use crate::model::{Address, Desired, Recorded};

/// Which resources a plan or a target covers; without patterns all of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Only these and what they need.
    pub select: Vec<Pattern>,
    /// Not these and not what needs them.
    pub exclude: Vec<Pattern>,
}

/// A pattern for resources: `orders-*`, `TriggerTask/*` or a label, `team=sales` (also
/// `label:team=sales`).
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: Matcher,
}

/// Patterns with the same text are equal.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[derive(Clone, Debug)]
enum Matcher {
    /// A glob over addresses, or over names when it has no slash.
    Address(GlobMatcher),
    /// A label and its value; what has no manifest has no labels.
    Label(String, String),
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text that is not a pattern.
#[derive(Debug, thiserror::Error)]
#[error(
    "{text:?} is not a valid pattern: expected a glob over addresses (Task/orders-*) or a label (team=sales)"
)]
pub struct PatternError {
    text: String,
    source: globset::Error,
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let pattern = |matcher| Pattern { text: text.to_owned(), matcher };
        if let Some((key, value)) = text.strip_prefix("label:").unwrap_or(text).split_once('=') {
            return Ok(pattern(Matcher::Label(key.to_owned(), value.to_owned())));
        }
        let glob = if text.contains('/') { text.to_owned() } else { format!("*/{text}") };
        let built = GlobBuilder::new(&glob).literal_separator(true).build();
        built
            .map(|glob| pattern(Matcher::Address(glob.compile_matcher())))
            .map_err(|source| PatternError { text: text.to_owned(), source })
    }
}

impl Pattern {
    fn matches(&self, address: &Address, desired: &Desired) -> bool {
        let none = BTreeMap::new();
        let resource = desired.resources.get(address);
        self.fits(address, resource.map_or(&none, |resource| &resource.labels))
    }

    pub(crate) fn fits(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        match &self.matcher {
            Matcher::Address(glob) => glob.is_match(address.to_string()),
            Matcher::Label(key, value) => labels.get(key) == Some(value),
        }
    }
}

impl Selection {
    /// Returns whether it selects everything.
    pub fn is_everything(&self) -> bool {
        self.select.is_empty() && self.exclude.is_empty()
    }

    /// Returns the patterns that match no resource.
    pub fn idle(&self, desired: &Desired, recorded: &Recorded) -> Vec<&Pattern> {
        let addresses = || desired.resources.keys().chain(recorded.resources.keys());
        let fits =
            |pattern: &&Pattern| addresses().any(|address| pattern.matches(address, desired));
        self.select.iter().chain(&self.exclude).filter(|pattern| !fits(pattern)).collect()
    }

    /// Returns whether it matches a resource directly, not because another one needs it.
    pub fn holds(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        let hit = |patterns: &[Pattern]| patterns.iter().any(|p| p.fits(address, labels));
        (self.select.is_empty() || hit(&self.select)) && !hit(&self.exclude)
    }
}

/// Returns the part of a plan that is selected; the rest counts as neither changed nor unchanged.
///
/// A selected change includes the creates and replaces whose id it holds, and a removal includes
/// the changes of those that held its id; a change that needs an excluded one is excluded too.
pub fn narrow(plan: Plan, desired: &Desired, recorded: &Recorded, selection: &Selection) -> Plan {
    if selection.is_everything() {
        return plan;
    }
    let hit = |patterns: &[Pattern], address: &Address| {
        patterns.iter().any(|pattern| pattern.matches(address, desired))
    };
    let needs = needs(&plan, desired, recorded);
    let chosen =
        |address: &&Address| selection.select.is_empty() || hit(&selection.select, address);
    let start: Vec<&Address> =
        plan.changes.iter().map(|change| &change.address).filter(chosen).collect();
    let wanted = closure(&start, |address| needs.get(address).into_iter().flatten().copied());
    let kept: BTreeSet<Address> = wanted
        .iter()
        .filter(|address| {
            let all = closure(&[**address], |a| needs.get(a).into_iter().flatten().copied());
            !all.iter().any(|address| hit(&selection.exclude, address))
        })
        .map(|address| (*address).clone())
        .collect();
    let mut plan = plan;
    plan.changes.retain(|change| kept.contains(&change.address));
    plan.errors.retain(|error| chosen(&&error.address) && !hit(&selection.exclude, &error.address));
    plan
}

/// Returns a plan without some changes and whatever needs one of them; those count as neither
/// changed nor unchanged.
pub fn without(
    plan: Plan,
    desired: &Desired,
    recorded: &Recorded,
    left_out: &BTreeSet<Address>,
) -> Plan {
    if left_out.is_empty() {
        return plan;
    }
    let mut needed_by: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
    for (address, needed) in needs(&plan, desired, recorded) {
        needed.into_iter().for_each(|one| needed_by.entry(one).or_default().push(address));
    }
    let start: Vec<&Address> = left_out.iter().collect();
    let gone: BTreeSet<Address> =
        closure(&start, |address| needed_by.get(address).into_iter().flatten().copied())
            .into_iter()
            .cloned()
            .collect();
    let mut plan = plan;
    plan.changes.retain(|change| !gone.contains(&change.address));
    plan
}

/// Returns, for each change, the changes that it requires.
fn needs<'a>(
    plan: &'a Plan,
    desired: &'a Desired,
    recorded: &'a Recorded,
) -> BTreeMap<&'a Address, Vec<&'a Address>> {
    let users = users(recorded, plan);
    let changed: BTreeSet<&Address> = plan.changes.iter().map(|change| &change.address).collect();
    let renewed: BTreeSet<&Address> = plan
        .changes
        .iter()
        .filter(|change| {
            matches!(change.action, PlanAction::Create | PlanAction::Replace | PlanAction::Adopt)
        })
        .map(|change| &change.address)
        .collect();
    let needs_of = |change: &'a Change| {
        let resource = desired.resources.get(&change.address);
        let held = resource.into_iter().flat_map(|resource| resource.spec.references());
        let held = held.filter(|address| renewed.contains(address));
        let is_removal = matches!(change.action, PlanAction::Delete | PlanAction::Replace);
        let holders = users.get(&change.address).into_iter().flatten().copied();
        let holders = holders.filter(|address| is_removal && changed.contains(address));
        (&change.address, held.chain(holders).collect())
    };
    plan.changes.iter().map(needs_of).collect()
}

pub(crate) fn closure<'a, I: Iterator<Item = &'a Address>>(
    start: &[&'a Address],
    next: impl Fn(&'a Address) -> I,
) -> BTreeSet<&'a Address> {
    let mut found: BTreeSet<&Address> = start.iter().copied().collect();
    let mut open: Vec<&Address> = start.to_vec();
    while let Some(address) = open.pop() {
        open.extend(next(address).filter(|address| found.insert(address)));
    }
    found
}
