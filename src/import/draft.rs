//! Makes manifests from what was read: names, references, files. Nothing is written yet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::context::ImportContext;
use super::cycles::knotted;
use super::existing::DeclaredManifests;
use super::names::ImportNames;
use super::read::FoundResource;
use super::selection::{SkipReason, SkippedResource};
use crate::kinds::{foreign_bundle, table, task_name};
use crate::manifest::{CodePlace, LoadOptions, WrittenManifest, write_in};
use crate::model::{
    Address, DesiredResource, Kind, Lifecycle, ManifestPlace, ObservedResource, Recorded, RemoteId,
    RemoteVersion, Schedule, TaskStatus, Value,
};
use crate::plan::{managed, refer};

/// A manifest that is ready to be written, or one that exists and declares exactly this.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportDraft {
    /// Its address.
    pub address: Address,
    /// What was read.
    pub seen: ObservedResource,
    /// The spec that loading the manifest will result in, references included.
    pub spec: Value,
    /// Never deleted or replaced, if its manifest says so.
    pub protect: bool,
    /// Its file, relative to the root of the project.
    pub file: PathBuf,
    /// Its text and its code; None when the manifest exists.
    pub written: Option<WrittenManifest>,
}

/// Manifests that are ready, and what is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SortedResources {
    /// In the order of ids.
    pub drafts: Vec<ImportDraft>,
    /// What is left out.
    pub skipped: Vec<SkippedResource>,
}

/// A resource with its name.
struct NamedResource<'a> {
    address: Address,
    seen: ObservedResource,
    spec: Value,
    sheet: DraftFile<'a>,
}

/// Where the manifest of a resource comes from.
enum DraftFile<'a> {
    /// A new file, with this TaskName: a development target puts its prefix before it.
    New(String),
    /// An existing manifest.
    There(&'a DesiredResource),
}

/// Makes manifests from what was read.
pub fn draft(
    ground: ImportContext<'_>,
    recorded: &Recorded,
    mut found: Vec<FoundResource>,
) -> SortedResources {
    // By id, and so by age: the oldest gets the name without a number.
    found.sort_by(|a, b| (&a.seen.id, a.kind).cmp(&(&b.seen.id, b.kind)));
    let declared = DeclaredManifests::new(ground, recorded, &found);
    let mut names = taken(ground, recorded);
    let mut skipped = Vec::new();
    let mut named = Vec::new();
    for FoundResource { kind, seen } in found {
        match fit(ground, &declared, kind, &seen) {
            Ok((address, sheet)) => {
                let address = address.unwrap_or_else(|| name(&mut names, kind, &seen, &sheet));
                let spec = match sheet {
                    DraftFile::New(_) => signed(ground, kind, &seen),
                    DraftFile::There(wanted) => wanted.spec.clone(),
                };
                named.push(NamedResource { address, seen, spec, sheet });
            }
            Err(why) => {
                let name = task_name(kind, &seen.spec).unwrap_or_default().to_owned();
                skipped.push(SkippedResource { kind, id: seen.id, name, why });
            }
        }
    }
    let links = DraftLinks::new(ground, recorded, &named);
    let drafts = named.into_iter().map(|named| finished(ground, named, &links)).collect();
    SortedResources { drafts, skipped }
}

/// Returns the spec of a new manifest. What is taken from another bundle keeps the mark of that
/// bundle, and its manifest names it: otherwise no change to it would be allowed.
fn signed(ground: ImportContext<'_>, kind: Kind, seen: &ObservedResource) -> Value {
    let mut spec = managed(kind, &seen.spec, ground.extent);
    let ours = ground.loaded.desired.bundle.as_ref();
    if let Some(bundle_id) = foreign_bundle(seen, ours, &[]) {
        let mut section = spec.as_map_mut();
        for name in table(kind).mark.unwrap_or_default() {
            let inner = section.map(|map| map.entry((*name).to_owned()).or_insert_with(Value::map));
            section = inner.and_then(Value::as_map_mut);
        }
        if let Some(section) = section {
            section.insert("BundleId".to_owned(), Value::from(bundle_id));
        }
    }
    spec
}

/// Returns a free name: the one in its mark, else one close to TaskName.
fn name(
    names: &mut ImportNames,
    kind: Kind,
    seen: &ObservedResource,
    sheet: &DraftFile<'_>,
) -> Address {
    let hint = seen.mark.as_ref().and_then(|mark| mark.address.as_ref());
    let text = match (hint.filter(|address| address.kind == kind), sheet) {
        (Some(hint), _) => hint.name.as_str(),
        (None, DraftFile::New(task_name)) => task_name.as_str(),
        (None, DraftFile::There(_)) => "",
    };
    Address::new(kind, names.give(text))
}

/// Returns the names that are in use. The name of a manifest that may be overwritten is free.
fn taken(ground: ImportContext<'_>, recorded: &Recorded) -> ImportNames {
    let mut names = ImportNames::default();
    let left_out = ground.loaded.desired.left_out.keys();
    recorded.resources.keys().chain(left_out).for_each(|address| {
        names.take(&address.name);
    });
    for (address, resource) in &ground.loaded.desired.resources {
        let file = ground.shown(&ground.into.join(format!("{}.yaml", address.name)));
        if !ground.force || resource.place.file != file {
            names.take(&address.name);
        }
    }
    names
}

/// Returns where the manifest of a resource comes from, or why it is not needed or not possible.
fn fit<'a>(
    ground: ImportContext<'a>,
    declared: &DeclaredManifests<'a>,
    kind: Kind,
    seen: &ObservedResource,
) -> Result<(Option<Address>, DraftFile<'a>), SkipReason> {
    if let Some(address) = declared.address(kind, seen) {
        return match declared.exact(address, seen) {
            Some(wanted) => Ok((Some(address.clone()), DraftFile::There(wanted))),
            None => Err(SkipReason::Declared(address.clone())),
        };
    }
    let name = task_name(kind, &seen.spec).unwrap_or_default();
    let name = match ground.request.name_prefix() {
        None => name,
        Some(prefix) => match name.strip_prefix(&prefix) {
            Some(rest) => rest,
            None => return Err(SkipReason::Unprefixed(prefix)),
        },
    };
    Ok((None, DraftFile::New(name.to_owned())))
}

fn finished(
    ground: ImportContext<'_>,
    named: NamedResource<'_>,
    links: &DraftLinks,
) -> ImportDraft {
    let NamedResource { address, seen, spec, sheet } = named;
    let task_name = match sheet {
        DraftFile::New(task_name) => task_name,
        DraftFile::There(wanted) => {
            let (file, protect) = (&wanted.place.file, wanted.lifecycle.protect);
            let file = PathBuf::from(file.strip_prefix(&ground.request.label).unwrap_or(file));
            return ImportDraft { address, seen, spec, protect, file, written: None };
        }
    };
    let kind = address.kind;
    let spec = refer(kind, &spec, &mut |id| links.address(kind, &seen.id, id));
    let mut said = spec.clone();
    rename(&mut said, table(kind).name, &task_name);
    let file = ground.into.join(format!("{}.yaml", address.name));
    let resource = DesiredResource {
        spec: said,
        extra: Value::map(),
        lifecycle: Lifecycle {
            schedule: standing(ground.request, kind, &seen.marker),
            ..Lifecycle::default()
        },
        labels: BTreeMap::new(),
        formerly: Vec::new(),
        place: ManifestPlace { file: ground.shown(&file), line: 1 },
    };
    let silent = match table(kind).has_schedule() {
        true => ground.request.schedule,
        false => Schedule::Draft,
    };
    let written = Some(write_in(&address, &resource, CodePlace::File, silent));
    ImportDraft { address, seen, spec, protect: false, file, written }
}

/// Sets the name in a spec to the one that the manifest has.
fn rename(spec: &mut Value, path: &[&str], name: &str) {
    let Some((last, parents)) = path.split_last() else { return };
    let mut map = spec.as_map_mut();
    for parent in parents {
        map = map.and_then(|map| map.get_mut(*parent)).and_then(Value::as_map_mut);
    }
    if let Some(map) = map {
        map.insert((*last).to_owned(), Value::from(name));
    }
}

/// Returns the schedule that a manifest has to name so that the task stays unchanged. What was
/// saved and not submitted stays unchanged, and so does everything in a development target.
fn standing(request: &LoadOptions, kind: Kind, marker: &RemoteVersion) -> Schedule {
    let table = table(kind);
    if request.developer.is_some() || !table.submits() || !marker.is_submitted() {
        return Schedule::Draft;
    }
    match (table.starts(), &marker.status) {
        (true, Some(TaskStatus::Scheduled)) => Schedule::Running,
        (true, Some(TaskStatus::Paused)) => Schedule::Paused,
        _ => Schedule::Submitted,
    }
}

/// Which ids are replaced by an address.
struct DraftLinks {
    addresses: BTreeMap<(Kind, RemoteId), Address>,
    knotted: BTreeSet<(Kind, RemoteId)>,
}

impl DraftLinks {
    /// Collects the tasks that can be referenced: imported ones, and those in manifests and state.
    fn new(
        ground: ImportContext<'_>,
        recorded: &Recorded,
        named: &[NamedResource<'_>],
    ) -> DraftLinks {
        let wanted = &ground.loaded.desired.resources;
        let known = recorded.resources.iter().filter(|(address, _)| wanted.contains_key(address));
        let known = known.map(|(address, r)| ((address.kind, r.id.clone()), address.clone()));
        let new = named.iter().map(|n| (n.key(), n.address.clone()));
        let addresses: BTreeMap<_, _> = known.chain(new).collect();
        let inside: BTreeSet<(Kind, RemoteId)> = named.iter().map(NamedResource::key).collect();
        let needs = named.iter().map(|named| {
            let mut needs = BTreeSet::new();
            refer(named.address.kind, &named.spec, &mut |id| {
                let referred = table(named.address.kind).refers_to.iter();
                needs.extend(referred.map(|kind| (*kind, RemoteId(id.to_owned()))));
                None
            });
            needs.retain(|key| inside.contains(key));
            (named.key(), needs)
        });
        let knotted = knotted(needs.collect());
        DraftLinks { addresses, knotted }
    }

    /// Returns the address behind an id; None between members of a cycle, where the id stays.
    fn address(&self, kind: Kind, from: &RemoteId, to: &str) -> Option<Address> {
        let referred = table(kind).refers_to.iter().map(|one| (*one, RemoteId(to.to_owned())));
        let (to, address) = referred
            .filter_map(|key| self.addresses.get(&key).map(|address| (key, address)))
            .next()?;
        let is_knot = self.knotted.contains(&to) && self.knotted.contains(&(kind, from.clone()));
        (!is_knot).then(|| address.clone())
    }
}

impl NamedResource<'_> {
    fn key(&self) -> (Kind, RemoteId) {
        (self.address.kind, self.seen.id.clone())
    }
}
