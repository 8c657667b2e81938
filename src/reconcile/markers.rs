//! What a look teaches about resources that nothing is done to.

use std::collections::BTreeSet;

use crate::model::{Address, Observation, Observed, Recorded, RemoteId, RemoteVersion};
use crate::plan::{Plan, differences};

/// Returns the markers of what was read and found to be as recorded, so that the next list knows
/// them. What differs keeps its old marker until a write has succeeded: a drift that is not
/// selected, is ignored for now or whose repair fails must be seen again.
pub fn new_markers(
    recorded: &Recorded,
    observed: &Observed,
    plan: &Plan,
) -> Vec<(Address, RemoteVersion)> {
    let touched: BTreeSet<&Address> = plan
        .changes
        .iter()
        .flat_map(|change| std::iter::once(&change.address).chain(&change.moved_from))
        .collect();
    // What is left as it is must be read again, too.
    let in_error: BTreeSet<&RemoteId> = plan.errors.iter().map(|error| &error.id).collect();
    let mut markers = Vec::new();
    for (address, resource) in &recorded.resources {
        if touched.contains(address) || in_error.contains(&resource.id) {
            continue;
        }
        let sighting = observed.sightings.get(&(address.kind, resource.id.clone()));
        if let Some(Observation::Present(seen)) = sighting
            && seen.marker != resource.observed
            && differences(address.kind, &resource.spec, &seen.spec).is_empty()
        {
            markers.push((address.clone(), seen.marker.clone()));
        }
    }
    markers
}
