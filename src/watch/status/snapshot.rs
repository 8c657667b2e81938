//! The content of the store as it is shown.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::daemon_info::{ActiveSuspension, DaemonPhase};
use super::history::PassRecord;
use super::resource_status::ResourceStatus;
use super::store::{StatusInner, StatusStore};
use crate::git::Revision;
use crate::kinds::{Home, home_of, table};
use crate::model::{Address, DesiredResource, Kind, TextPart, Value};
use crate::plan::{lines, printable, reasons, told};
use crate::yaml::Problem;

/// How many bytes of a resource's diff are shown; a person reads no more, and a page must hold it.
const N_DIFF_BYTES_MAX: usize = 200_000;

/// How many warnings are shown.
const N_WARNINGS_MAX: usize = 100;

/// The state of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceState {
    /// It was as the manifests ask when it was last observed.
    InSync,
    /// The plan has a change for it.
    Pending,
    /// It was changed or deleted at the service.
    Drifted,
    /// The last operation on it failed.
    Failed,
    /// It is left alone for a while.
    Suspended,
}

impl ResourceState {
    /// Every state.
    pub const ALL: [ResourceState; 5] = [
        ResourceState::InSync,
        ResourceState::Pending,
        ResourceState::Drifted,
        ResourceState::Failed,
        ResourceState::Suspended,
    ];

    /// Returns the word used in output.
    pub fn name(self) -> &'static str {
        match self {
            ResourceState::InSync => "in_sync",
            ResourceState::Pending => "pending",
            ResourceState::Drifted => "drifted",
            ResourceState::Failed => "failed",
            ResourceState::Suspended => "suspended",
        }
    }
}

/// The status of a daemon, as JSON: `format_version` 1.0.
#[derive(Clone, Debug, Serialize)]
pub struct StatusSnapshot {
    /// 1.0.
    pub format_version: &'static str,
    /// Grows with each report.
    pub version: u64,
    /// Whether `resources` contains all of them; otherwise it contains those that changed since the
    /// requested version, and none was added or removed.
    pub whole: bool,
    /// The target's name.
    pub target: String,
    /// The project's id.
    pub project_id: String,
    /// The endpoint.
    pub endpoint: String,
    /// The version of this program.
    pub program: &'static str,
    /// Seconds from one pass to the next.
    pub interval_seconds: f64,
    /// What the daemon is doing.
    pub phase: DaemonPhase,
    /// The time of day of the daemon.
    pub now: Timestamp,
    /// When it started.
    pub started: Timestamp,
    /// When the next pass begins, unless something wakes it earlier.
    pub next: Option<Timestamp>,
    /// When the last successful pass ended.
    pub last_done: Option<Timestamp>,
    /// What is suspended.
    pub holds: Vec<ActiveSuspension>,
    /// The commit of the last pass that knew it.
    pub revision: Option<Revision>,
    /// Whether the last plan observed the service: otherwise no drift is seen.
    pub observed: bool,
    /// How many resources are in each state.
    pub counts: BTreeMap<&'static str, usize>,
    /// The warnings about the manifests of the last plan, as `validate --json` prints them.
    pub warnings: Vec<Problem>,
    /// The last passes, the newest first.
    pub passes: Vec<PassRecord>,
    /// The resources by address.
    pub resources: Vec<ResourceSnapshot>,
}

/// One resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResourceSnapshot {
    /// Its address.
    pub address: Address,
    /// Its workflow: the address or the id; None for workflows.
    pub group: Option<String>,
    /// The resources that it refers to.
    pub needs: BTreeSet<Address>,
    /// Its state.
    pub state: ResourceState,
    /// Its state if it were not suspended.
    pub under: ResourceState,
    /// What would be done to it: `update, then submit`.
    pub action: Option<String>,
    /// What is being done to it.
    pub at_work: Option<&'static str>,
}

/// The details of one resource.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceDetails {
    /// The resource.
    pub resource: ResourceSnapshot,
    /// Its manifest: a file and a line.
    pub source: Option<String>,
    /// Its id at the service, if a change of it is known.
    pub id: Option<String>,
    /// Why its last operation failed.
    pub error: Option<String>,
    /// What would be done.
    pub pending: Option<FieldDifference>,
    /// What was last done, and in which pass.
    pub last: Option<FieldDifference>,
}

/// A change with its lines, secrets masked.
#[derive(Clone, Debug, Serialize)]
pub struct FieldDifference {
    /// The pass in which it was done; None when it was not.
    pub pass: Option<u64>,
    /// `update, then submit`.
    pub action: String,
    /// Why.
    pub reasons: Vec<String>,
    /// Lines; the first character is `+`, `-`, `@` or a blank.
    pub lines: Vec<String>,
}

impl StatusStore {
    /// Returns what is in the store, with all resources or only those that changed after a version.
    pub fn snapshot(&self, after: u64) -> StatusSnapshot {
        let now = self.clock.now();
        let inner = self.lock();
        // A version higher than ours is from an earlier process.
        let whole = after < inner.layout || after > inner.version;
        let info = &self.info;
        let addresses = inner.addresses();
        let counts = inner.counts(&addresses);
        let moved = |address: &Address| {
            whole || inner.statuses.get(address).is_some_and(|status| status.version > after)
        };
        let shown = addresses.into_iter().filter(|address| moved(address));
        let resources = shown.map(|address| inner.resource(address)).collect();
        let passes = inner.passes.newest_first();
        StatusSnapshot {
            format_version: "1.0",
            version: inner.version,
            whole,
            target: info.target.clone(),
            project_id: info.project_id.clone(),
            endpoint: info.endpoint.clone(),
            program: env!("CARGO_PKG_VERSION"),
            interval_seconds: info.interval.as_secs_f64(),
            phase: inner.phase,
            now,
            started: inner.started,
            next: inner.next,
            last_done: inner.passes.good.map(|(at, _)| at),
            holds: inner.suspensions.clone(),
            revision: passes.iter().find_map(|pass| pass.revision.clone()),
            observed: inner.observed,
            counts,
            warnings: inner.loaded.problems.0.iter().take(N_WARNINGS_MAX).cloned().collect(),
            passes,
            resources,
        }
    }

    /// Returns how many resources are in each state.
    pub(super) fn state_counts(&self) -> BTreeMap<&'static str, usize> {
        let inner = self.lock();
        inner.counts(&inner.addresses())
    }

    /// Returns the details of a resource; None when there is no resource with that address.
    pub fn details(&self, address: &Address) -> Option<ResourceDetails> {
        let (resource, status, place) = {
            let inner = self.lock();
            let wanted = inner.loaded.desired.resources.get(address);
            let status = inner.statuses.get(address).cloned();
            if wanted.is_none() && status.is_none() {
                return None;
            }
            (inner.resource(address), status.unwrap_or_default(), wanted.map(|w| w.place.clone()))
        };
        let ResourceStatus { change, last, error, .. } = status;
        let known = change.as_ref().or(last.as_ref().map(|(_, change)| change));
        let place = place.or_else(|| known.and_then(|change| change.place.clone()));
        Some(ResourceDetails {
            resource,
            source: place.map(|place| place.to_string()),
            id: known.and_then(|change| change.id.as_ref()).map(ToString::to_string),
            error: error.map(|error| printable(&error)),
            pending: change.map(|change| FieldDifference::of(&change, None)),
            last: last.map(|(pass, change)| FieldDifference::of(&change, Some(pass))),
        })
    }
}

impl FieldDifference {
    fn of(change: &crate::plan::Change, pass: Option<u64>) -> FieldDifference {
        let mut left = N_DIFF_BYTES_MAX;
        let mut texts = Vec::new();
        let all = lines(change);
        let n_all = all.len();
        for line in all {
            let text = format!("{}{}", line.mark.glyph(), line.text);
            let Some(rest) = left.checked_sub(text.len()) else { break };
            left = rest;
            texts.push(text);
        }
        if texts.len() < n_all {
            texts.push(format!("@… and {} more lines", n_all - texts.len()));
        }
        let reasons = reasons(change).iter().map(|reason| printable(reason)).collect();
        FieldDifference { pass, action: told(change), reasons, lines: texts }
    }
}

impl StatusInner {
    fn counts(&self, addresses: &BTreeSet<&Address>) -> BTreeMap<&'static str, usize> {
        let mut counts: BTreeMap<_, _> = ResourceState::ALL.map(|state| (state.name(), 0)).into();
        for address in addresses {
            *counts.entry(self.state(address).0.name()).or_default() += 1;
        }
        counts
    }

    fn addresses(&self) -> BTreeSet<&Address> {
        self.loaded.desired.resources.keys().chain(self.statuses.keys()).collect()
    }

    /// Returns the state of a resource, and the one that a suspension hides.
    fn state(&self, address: &Address) -> (ResourceState, ResourceState) {
        let under =
            self.statuses.get(address).map_or(ResourceState::InSync, |status| match status {
                ResourceStatus { error: Some(_), .. } => ResourceState::Failed,
                ResourceStatus { change: None, .. } => ResourceState::InSync,
                ResourceStatus { drifted: true, .. } => ResourceState::Drifted,
                ResourceStatus { drifted: false, .. } => ResourceState::Pending,
            });
        let is_suspended = self.suspensions.iter().any(|suspension| suspension.covers(address));
        (if is_suspended { ResourceState::Suspended } else { under }, under)
    }

    fn resource(&self, address: &Address) -> ResourceSnapshot {
        let (state, under) = self.state(address);
        let status = self.statuses.get(address);
        let wanted = self.loaded.desired.resources.get(address);
        let needs = wanted.map(|wanted| wanted.spec.references()).unwrap_or_default();
        ResourceSnapshot {
            address: address.clone(),
            group: wanted.and_then(|wanted| group(address.kind, wanted)),
            needs: needs.into_iter().cloned().collect(),
            state,
            under,
            action: status.and_then(|status| status.change.as_deref()).map(told),
            at_work: status.and_then(|status| status.at_work).map(crate::model::Verb::name),
        }
    }
}

/// Returns the workflow of a task: its address where a manifest makes it, else its id.
fn group(kind: Kind, wanted: &DesiredResource) -> Option<String> {
    let Home::Workflow { field, .. } = table(kind).home else { return None };
    match wanted.spec.at(field)? {
        Value::Template(parts) => parts.iter().find_map(|part| match part {
            TextPart::IdOf(address) => Some(address.to_string()),
            TextPart::Text(_) => None,
        }),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Code(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Secret(_)
        | Value::Sealed(_) => home_of(kind, &wanted.spec)?.workflow().map(str::to_owned),
    }
}
