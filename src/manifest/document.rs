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
    pub options: &'a LoadOptions,
    pub root: &'a Path,
    pub path: &'a Path,
}

/// Reads one document; None when not even its kind and name can be determined.
pub(crate) fn read(
    diagnostics: &mut Diagnostics,
    context: ManifestContext<'_>,
    node: &YamlNode,
) -> Option<ManifestDraft> {
    let before = diagnostics.errors();
    let root = FieldPath::Root;
    if !is_manifest(diagnostics, node) {
        return None;
    }
    let fields = diagnostics.fields(node, root, keys::MANIFEST)?;
    version(diagnostics, fields, node);
    let kind = kind(diagnostics, fields, node)?;
    let place =
        ManifestPlace { file: diagnostics.source.name.clone(), line: node.span.line as usize };
    let metadata = Metadata::read(diagnostics, fields.get("metadata"), kind, node);
    let mut lifecycle =
        lifecycle::read(diagnostics, context.options, kind, fields.get("lifecycle"));
    let named = metadata.name.clone().map(|name| Address::new(kind, name));
    if let Some(address) = named.filter(|a| !context.options.selection.holds(a, &metadata.labels)) {
        let sound = diagnostics.errors() == before;
        return Some(excluded(address, metadata, lifecycle, place, sound));
    }
    let mut forced_draft = lifecycle::force_draft(context.options, &mut lifecycle);
    let name = metadata.name.clone().unwrap_or_default();
    let head = ManifestHead { name, spec_place: spec_place(node) };
    let mut decoder = SpecDecoder {
        diagnostics,
        options: context.options,
        table: kinds::table(kind),
        root: context.root,
        manifest: context.path,
        uses: Vec::new(),
        dependencies: Vec::new(),
    };
    let mut spec = decoder.spec(fields.get("spec"), &head);
    let SpecDecoder { uses, dependencies, .. } = decoder;
    if kinds::table(kind).has_status_field() {
        let schedule_node = fields.get("lifecycle").and_then(|node| node.get("schedule"));
        forced_draft |= trigger_schedule::apply_schedule(
            diagnostics,
            context.options,
            lifecycle.schedule,
            schedule_node,
            &mut spec,
        );
    }
    let extra = extra(diagnostics, context.options, kind, fields.get("extra"));
    let cycle = checks::cycle(spec.get(kinds::table(kind).scheduler));
    let sound = diagnostics.errors() == before;
    let address = Address::new(kind, metadata.name?);
    let former = metadata.formerly.iter().map(|(address, _)| address.clone()).collect();
    let labels = metadata.labels;
    let resource = DesiredResource { spec, extra, lifecycle, labels, formerly: former, place };
    let (location, formerly) = (metadata.location, metadata.formerly);
    let excluded = false;
    Some(ManifestDraft {
        address,
        location,
        digest: digest_of(&resource),
        resource: Arc::new(resource),
        uses,
        dependencies,
        cycle,
        formerly,
        sound,
        excluded,
        forced_draft,
    })
}

/// Returns the draft of a manifest that the target leaves out: others may not refer to it, and what
/// its spec needs (the value of a variable) may be missing.
fn excluded(
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
        location: metadata.location,
        digest: digest_of(&resource),
        resource: Arc::new(resource),
        uses: Vec::new(),
        dependencies: Vec::new(),
        cycle: checks::cycle(None),
        formerly: metadata.formerly,
        sound,
        excluded: true,
        forced_draft: false,
    }
}

/// Returns whether a document is a manifest; other YAML is one error for the whole document.
fn is_manifest(diagnostics: &mut Diagnostics, node: &YamlNode) -> bool {
    let Some(entries) = diagnostics.map(node, FieldPath::Root) else { return false };
    if entries.iter().any(|entry| matches!(entry.key.as_str(), "apiVersion" | "kind")) {
        return true;
    }
    let place = entries.first().map_or(first_line(node.span), |entry| entry.key_span);
    let section = |name: &str| entries.iter().any(|entry| entry.key == name);
    let bare = kinds::ALL.iter().find(|table| is_request(table, &section));
    if bare.is_none() && !section("ProjectId") {
        let message = "this is not a manifest: apiVersion and kind are missing".to_owned();
        diagnostics.error(place, FieldPath::Root, message).help(
            "move the file out of the folders of manifests, or narrow `manifests:` in taskloom.yaml",
        );
        return false;
    }
    let kind = bare.map_or(kinds::USUAL, |table| table.kind);
    let message = "this is a bare API request, not a manifest".to_owned();
    diagnostics.error(place, FieldPath::Root, message).help(format!(
        "put it under `spec`:\napiVersion: {API_VERSION}\nkind: {kind}\nmetadata: {{name: NAME}}\nspec: …"
    ));
    false
}

/// Returns whether top-level keys are those of a request of a kind: a section of a task, or the
/// name of a workflow and no key that the workflow does not have.
pub(crate) fn is_request(table: &kinds::Table, has: &dyn Fn(&str) -> bool) -> bool {
    if table.is_sectioned() {
        return table.fields.iter().any(|section| has(section.name));
    }
    table.name.iter().all(|name| has(name)) && !foreign_to(table, has)
}

/// Returns whether a key of the other kind of workflow is present.
fn foreign_to(table: &kinds::Table, has: &dyn Fn(&str) -> bool) -> bool {
    let Some(other) = table.counterpart.map(kinds::table) else { return false };
    let strange = |field: &&kinds::Field| kinds::find(table.fields, field.name).is_none();
    other.fields.iter().filter(strange).any(|field| has(field.name))
}

/// Returns the key `spec`, or the beginning of the document.
fn spec_place(node: &YamlNode) -> Span {
    let spec = node.as_map().into_iter().flatten().find(|entry| entry.key == "spec");
    spec.map_or(first_line(node.span), |entry| entry.key_span)
}

fn first_line(span: Span) -> Span {
    Span { end_line: span.line, end_column: span.column + 1, ..span }
}

fn version(diagnostics: &mut Diagnostics, fields: KnownFields<'_>, node: &YamlNode) {
    let path = FieldPath::Root.key("apiVersion");
    let Some(value) = fields.get("apiVersion") else {
        let message = "apiVersion is missing".to_owned();
        diagnostics
            .error(first_line(node.span), path, message)
            .help(format!("write `apiVersion: {API_VERSION}`"));
        return;
    };
    match diagnostics.text(value, path) {
        None | Some(API_VERSION) => {}
        Some(other) => {
            let message = format!("apiVersion {} is not known", quote(other));
            diagnostics
                .error(value.span, path, message)
                .help(format!("this version reads {API_VERSION}"))
                .replace_by(API_VERSION);
        }
    }
}

fn kind(diagnostics: &mut Diagnostics, fields: KnownFields<'_>, node: &YamlNode) -> Option<Kind> {
    let path = FieldPath::Root.key("kind");
    let names = Kind::ALL.map(Kind::name);
    let Some(value) = fields.get("kind") else {
        let message = "kind is missing".to_owned();
        diagnostics
            .error(first_line(node.span), path, message)
            .help(format!("one of {}", names.join(", ")));
        return None;
    };
    let text = diagnostics.text(value, path)?;
    if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == text) {
        return Some(kind);
    }
    let close = nearest(text, names);
    let problem = diagnostics.error(value.span, path, format!("unknown kind {}", quote(text)));
    problem.replacement = close.map(str::to_owned);
    problem.help(match close {
        Some(close) => format!("did you mean `{close}`?"),
        None => format!("one of {}", names.join(", ")),
    });
    None
}

struct Metadata {
    name: Option<String>,
    location: Location,
    labels: BTreeMap<String, String>,
    formerly: Vec<(Address, Location)>,
}

impl Metadata {
    fn read(
        diagnostics: &mut Diagnostics,
        node: Option<&YamlNode>,
        kind: Kind,
        document: &YamlNode,
    ) -> Self {
        let path = FieldPath::Root.key("metadata");
        let place = first_line(document.span);
        let location = diagnostics.location(node.map_or(place, |node| first_line(node.span)), path);
        let mut metadata =
            Metadata { name: None, location, labels: BTreeMap::new(), formerly: Vec::new() };
        let fields = node.and_then(|node| diagnostics.fields(node, path, keys::METADATA));
        let Some(value) = fields.and_then(|fields| fields.get("name")) else {
            if node.is_none() || fields.is_some() {
                let span = metadata.location.span;
                diagnostics.error(span, path.key("name"), "metadata.name is missing".to_owned());
            }
            return metadata;
        };
        metadata.location = diagnostics.location(value.span, path.key("name"));
        metadata.name = name(diagnostics, value, path.key("name"));
        if let Some(node) = fields.and_then(|fields| fields.get("labels")) {
            metadata.labels = labels(diagnostics, node, path.key("labels"));
        }
        if let Some(node) = fields.and_then(|fields| fields.get("formerly")) {
            let path = path.key("formerly");
            let items = diagnostics.list(node, path).unwrap_or_default();
            for (number, item) in items.iter().enumerate() {
                let path = path.item(number);
                if let Some(name) = name(diagnostics, item, path) {
                    let location = diagnostics.location(item.span, path);
                    metadata.formerly.push((Address::new(kind, name), location));
                }
            }
        }
        metadata
    }
}

fn name(diagnostics: &mut Diagnostics, node: &YamlNode, path: FieldPath<'_>) -> Option<String> {
    let text = diagnostics.text(node, path)?;
    if is_name(text) {
        return Some(text.to_owned());
    }
    let message = format!("{} is not a valid name", quote(text));
    diagnostics.error(node.span, path, message).help(
        "a name begins with a letter or digit and continues with letters, digits, `.`, `_`, `-`",
    );
    None
}

fn labels(
    diagnostics: &mut Diagnostics,
    node: &YamlNode,
    path: FieldPath<'_>,
) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    for entry in diagnostics.map(node, path).unwrap_or_default() {
        if let Some(text) = diagnostics.text(&entry.value, path.key(&entry.key)) {
            labels.insert(entry.key.clone(), text.to_owned());
        }
    }
    labels
}

/// Reads fields newer than this program: with the types of YAML, variables filled in.
fn extra(
    diagnostics: &mut Diagnostics,
    options: &LoadOptions,
    kind: Kind,
    node: Option<&YamlNode>,
) -> Value {
    let path = FieldPath::Root.key("extra");
    let Some(node) = node else { return Value::map() };
    let Some(entries) = diagnostics.map(node, path) else { return Value::map() };
    for entry in entries {
        extra_known(diagnostics, kind, entry, path.key(&entry.key));
    }
    let mut uses: Vec<ReferenceUse> = Vec::new();
    let value = scalar::value(node, &mut |node, text| {
        text::expand_typed(diagnostics, options, text, node.span, path, &mut uses)
    });
    for used in uses {
        let message = format!("the id of {} cannot stand in `extra`", used.address);
        diagnostics.error(used.location.span, path, message);
    }
    value
}

fn extra_known(
    diagnostics: &mut Diagnostics,
    kind: Kind,
    entry: &crate::yaml::YamlEntry,
    path: FieldPath<'_>,
) {
    let is_id = kinds::ALL.iter().any(|table| table.id == entry.key);
    if is_id || entry.key == "ProjectId" {
        let message = format!("{} cannot be set through `extra`", entry.key);
        diagnostics.error(entry.key_span, path, message);
    }
    let table = kinds::table(kind);
    if !table.is_sectioned() && kinds::find(table.fields, &entry.key).is_some() {
        let message = format!("{} is known: `extra` overrides what the spec says", entry.key);
        diagnostics.warning(entry.key_span, path, message).help("write it under spec");
    }
    let Some(fields) = table.section(&entry.key) else { return };
    for inner in entry.value.as_map().unwrap_or_default() {
        if kinds::find(fields, &inner.key).is_some() {
            let message = format!("{} is known: `extra` overrides what the spec says", inner.key);
            diagnostics
                .warning(inner.key_span, path.key(&inner.key), message)
                .help(format!("write it under spec.{}", entry.key));
        }
    }
}
