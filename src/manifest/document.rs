//! One manifest: apiVersion, kind, metadata, lifecycle, spec, extra.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::digest::digest_of;
use super::keys::{self, API_VERSION};
use super::lifecycle;
use super::load_options::LoadOptions;
use super::manifest_draft::ManifestDraft;
use super::spec::{ManifestHead, ReferenceUse, SpecDecoder, checks, text, trigger_schedule};
use crate::kinds;
use crate::model::{Address, DesiredResource, Kind, Lifecycle, ManifestPlace, Value, is_name};
use crate::yaml::{
    Diagnostics, FieldPath, KnownFields, Location, Span, YamlNode, nearest, quote, scalar,
};

/// Where a manifest is, links resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ManifestContext<'a> {
    pub request: &'a LoadOptions,
    pub root: &'a Path,
    pub path: &'a Path,
}

/// Reads one document; None when not even its kind and name can be told.
pub(crate) fn read(
    page: &mut Diagnostics,
    site: ManifestContext<'_>,
    node: &YamlNode,
) -> Option<ManifestDraft> {
    let before = page.errors();
    let root = FieldPath::Root;
    if !is_manifest(page, node) {
        return None;
    }
    let fields = page.fields(node, root, keys::MANIFEST)?;
    version(page, fields, node);
    let kind = kind(page, fields, node)?;
    let place = ManifestPlace { file: page.source.name.clone(), line: node.span.line as usize };
    let metadata = Metadata::read(page, fields.get("metadata"), kind, node);
    let mut lifecycle = lifecycle::read(page, site.request, kind, fields.get("lifecycle"));
    let named = metadata.name.clone().map(|name| Address::new(kind, name));
    if let Some(address) = named.filter(|a| !site.request.selection.holds(a, &metadata.labels)) {
        let sound = page.errors() == before;
        return Some(left_out(address, metadata, lifecycle, place, sound));
    }
    let mut held = lifecycle::hold(site.request, &mut lifecycle);
    let spec_place = node.as_map().into_iter().flatten().find(|entry| entry.key == "spec");
    let spec_place = spec_place.map_or(first_line(node.span), |entry| entry.key_span);
    let head = ManifestHead { name: metadata.name.clone().unwrap_or_default(), spec_place };
    let mut decoder = SpecDecoder {
        page,
        request: site.request,
        table: kinds::table(kind),
        root: site.root,
        manifest: site.path,
        uses: Vec::new(),
        dependencies: Vec::new(),
    };
    let mut spec = decoder.spec(fields.get("spec"), &head);
    let SpecDecoder { uses, dependencies, .. } = decoder;
    if kind == Kind::TriggerWorkflow {
        let told = fields.get("lifecycle").and_then(|node| node.get("schedule"));
        held |= trigger_schedule::settle(page, site.request, lifecycle.schedule, told, &mut spec);
    }
    let extra = extra(page, site.request, kind, fields.get("extra"));
    let cycle = checks::cycle(spec.get(kinds::table(kind).scheduler));
    let sound = page.errors() == before;
    let address = Address::new(kind, metadata.name?);
    let former = metadata.formerly.iter().map(|(address, _)| address.clone()).collect();
    let labels = metadata.labels;
    let resource = DesiredResource { spec, extra, lifecycle, labels, formerly: former, place };
    let (spot, formerly) = (metadata.spot, metadata.formerly);
    let left_out = false;
    Some(ManifestDraft {
        address,
        spot,
        digest: digest_of(&resource),
        resource: Arc::new(resource),
        uses,
        dependencies,
        cycle,
        formerly,
        sound,
        left_out,
        held,
    })
}

/// Returns what is to be known of a manifest that the target leaves out: others may not refer to
/// it, and what its spec needs (the value of a variable) need not be there.
fn left_out(
    address: Address,
    metadata: Metadata,
    lifecycle: Lifecycle,
    place: ManifestPlace,
    sound: bool,
) -> ManifestDraft {
    let (spec, extra) = (Value::map(), Value::map());
    let labels = metadata.labels;
    let resource = DesiredResource { spec, extra, lifecycle, labels, formerly: Vec::new(), place };
    ManifestDraft {
        address,
        spot: metadata.spot,
        digest: digest_of(&resource),
        resource: Arc::new(resource),
        uses: Vec::new(),
        dependencies: Vec::new(),
        cycle: checks::cycle(None),
        formerly: metadata.formerly,
        sound,
        left_out: true,
        held: false,
    }
}

/// Tells a manifest from other YAML, with one error for the whole document.
fn is_manifest(page: &mut Diagnostics, node: &YamlNode) -> bool {
    let Some(entries) = page.map(node, FieldPath::Root) else { return false };
    if entries.iter().any(|entry| matches!(entry.key.as_str(), "apiVersion" | "kind")) {
        return true;
    }
    let place = entries.first().map_or(first_line(node.span), |entry| entry.key_span);
    let section = |name: &str| entries.iter().any(|entry| entry.key == name);
    let bare = kinds::ALL.iter().find(|table| is_request(table, &section));
    if bare.is_none() && !section("ProjectId") {
        let message = "this is not a manifest: apiVersion and kind are missing".to_owned();
        page.error(place, FieldPath::Root, message).help(
            "move the file out of the folders of manifests, or narrow `manifests:` in taskloom.yaml",
        );
        return false;
    }
    let kind = bare.map_or(Kind::Task, |table| table.kind);
    let message = "this is a bare API request, not a manifest".to_owned();
    page.error(place, FieldPath::Root, message).help(format!(
        "put it under `spec`:\napiVersion: {API_VERSION}\nkind: {kind}\nmetadata: {{name: NAME}}\nspec: …"
    ));
    false
}

/// Tells whether top-level keys are those of a request of a kind: a section of a task, or the
/// name of a workflow beside nothing that a workflow does not have.
pub(crate) fn is_request(table: &kinds::Table, has: &dyn Fn(&str) -> bool) -> bool {
    if table.is_sectioned() {
        return table.fields.iter().any(|section| has(section.name));
    }
    table.name.iter().all(|name| has(name)) && !foreign_to(table, has)
}

/// Tells whether a key of the other sort of workflow is there.
fn foreign_to(table: &kinds::Table, has: &dyn Fn(&str) -> bool) -> bool {
    let other = kinds::table(table.kind.twin());
    let strange = |field: &&kinds::Field| kinds::find(table.fields, field.name).is_none();
    other.fields.iter().filter(strange).any(|field| has(field.name))
}

fn first_line(span: Span) -> Span {
    Span { end_line: span.line, end_column: span.column + 1, ..span }
}

fn version(page: &mut Diagnostics, fields: KnownFields<'_>, node: &YamlNode) {
    let trail = FieldPath::Root.key("apiVersion");
    let Some(value) = fields.get("apiVersion") else {
        let message = "apiVersion is missing".to_owned();
        page.error(first_line(node.span), trail, message)
            .help(format!("write `apiVersion: {API_VERSION}`"));
        return;
    };
    match page.text(value, trail) {
        None | Some(API_VERSION) => {}
        Some(other) => {
            let message = format!("apiVersion {} is not known", quote(other));
            page.error(value.span, trail, message)
                .help(format!("this version reads {API_VERSION}"))
                .replace_by(API_VERSION);
        }
    }
}

fn kind(page: &mut Diagnostics, fields: KnownFields<'_>, node: &YamlNode) -> Option<Kind> {
    let trail = FieldPath::Root.key("kind");
    let names = Kind::ALL.map(Kind::name);
    let Some(value) = fields.get("kind") else {
        let message = "kind is missing".to_owned();
        page.error(first_line(node.span), trail, message)
            .help(format!("one of {}", names.join(", ")));
        return None;
    };
    let text = page.text(value, trail)?;
    if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == text) {
        return Some(kind);
    }
    let close = nearest(text, names);
    let problem = page.error(value.span, trail, format!("unknown kind {}", quote(text)));
    problem.replacement = close.map(str::to_owned);
    problem.help(match close {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("one of {}", names.join(", ")),
    });
    None
}

struct Metadata {
    name: Option<String>,
    spot: Location,
    labels: BTreeMap<String, String>,
    formerly: Vec<(Address, Location)>,
}

impl Metadata {
    fn read(
        page: &mut Diagnostics,
        node: Option<&YamlNode>,
        kind: Kind,
        document: &YamlNode,
    ) -> Self {
        let trail = FieldPath::Root.key("metadata");
        let place = first_line(document.span);
        let spot = page.spot(node.map_or(place, |node| first_line(node.span)), trail);
        let mut metadata =
            Metadata { name: None, spot, labels: BTreeMap::new(), formerly: Vec::new() };
        let fields = node.and_then(|node| page.fields(node, trail, keys::METADATA));
        let Some(value) = fields.and_then(|fields| fields.get("name")) else {
            if node.is_none() || fields.is_some() {
                let span = metadata.spot.span;
                page.error(span, trail.key("name"), "metadata.name is missing".to_owned());
            }
            return metadata;
        };
        metadata.spot = page.spot(value.span, trail.key("name"));
        metadata.name = name(page, value, trail.key("name"));
        if let Some(node) = fields.and_then(|fields| fields.get("labels")) {
            metadata.labels = labels(page, node, trail.key("labels"));
        }
        if let Some(node) = fields.and_then(|fields| fields.get("formerly")) {
            let trail = trail.key("formerly");
            let items = page.list(node, trail).unwrap_or_default();
            for (number, item) in items.iter().enumerate() {
                let trail = trail.item(number);
                if let Some(name) = name(page, item, trail) {
                    let spot = page.spot(item.span, trail);
                    metadata.formerly.push((Address::new(kind, name), spot));
                }
            }
        }
        metadata
    }
}

fn name(page: &mut Diagnostics, node: &YamlNode, trail: FieldPath<'_>) -> Option<String> {
    let text = page.text(node, trail)?;
    if is_name(text) {
        return Some(text.to_owned());
    }
    let message = format!("{} is not a valid name", quote(text));
    page.error(node.span, trail, message).help(
        "a name begins with a letter or digit and goes on with letters, digits, `.`, `_`, `-`",
    );
    None
}

fn labels(
    page: &mut Diagnostics,
    node: &YamlNode,
    trail: FieldPath<'_>,
) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for entry in page.map(node, trail).unwrap_or_default() {
        if let Some(text) = page.text(&entry.value, trail.key(&entry.key)) {
            labels.insert(entry.key.clone(), text.to_owned());
        }
    }
    labels
}

/// Reads fields newer than this program: typed by YAML, variables filled in.
fn extra(
    page: &mut Diagnostics,
    request: &LoadOptions,
    kind: Kind,
    node: Option<&YamlNode>,
) -> Value {
    let trail = FieldPath::Root.key("extra");
    let Some(node) = node else { return Value::map() };
    let Some(entries) = page.map(node, trail) else { return Value::map() };
    for entry in entries {
        extra_known(page, kind, entry, trail.key(&entry.key));
    }
    let mut uses: Vec<ReferenceUse> = Vec::new();
    let value = scalar::value(node, &mut |node, text| {
        text::expand_typed(page, request, text, node.span, trail, &mut uses)
    });
    for used in uses {
        let message = format!("the id of {} cannot stand in `extra`", used.address);
        page.error(used.spot.span, trail, message);
    }
    value
}

fn extra_known(
    page: &mut Diagnostics,
    kind: Kind,
    entry: &crate::yaml::YamlEntry,
    trail: FieldPath<'_>,
) {
    if matches!(entry.key.as_str(), "ProjectId" | "TaskId" | "WorkflowId") {
        let message = format!("{} cannot be set through `extra`", entry.key);
        page.error(entry.key_span, trail, message);
    }
    let table = kinds::table(kind);
    if !table.is_sectioned() && kinds::find(table.fields, &entry.key).is_some() {
        let message = format!("{} is known: `extra` overrides what the spec says", entry.key);
        page.warning(entry.key_span, trail, message).help("write it under spec");
    }
    let Some(fields) = table.section(&entry.key) else { return };
    for inner in entry.value.as_map().unwrap_or_default() {
        if kinds::find(fields, &inner.key).is_some() {
            let message = format!("{} is known: `extra` overrides what the spec says", inner.key);
            page.warning(inner.key_span, trail.key(&inner.key), message)
                .help(format!("write it under spec.{}", entry.key));
        }
    }
}
