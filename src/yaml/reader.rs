//! Builds trees from the events of YAML. YAML is hostile input: everything that can grow is bounded
//! here.
//!
//! Nothing recurses: open lists and maps are on a stack of our own, so that deep nesting cannot
//! overflow the stack of the thread.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::diagnostics::{Diagnostics, FieldPath};
use super::suggest::quote;
use super::tree::{Span, YamlData, YamlEntry, YamlNode, YamlScalar};

/// How deep lists and maps may be nested.
const DEPTH_MAX: usize = 64;
/// How many values a file may have, including those repeated by aliases.
const NODES_MAX: usize = 250_000;
/// How many bytes of text a file may have, including those repeated by aliases.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// Reads every document of a file; the first unreadable part ends the file with an error.
pub(crate) fn read(diagnostics: &mut Diagnostics) -> Vec<YamlNode> {
    let source = std::sync::Arc::clone(&diagnostics.source);
    let mut parser = Parser::new_from_str(&source.text);
    let mut builder = Builder::default();
    while let Some(event) = parser.next_event() {
        let outcome = match event {
            Ok((Event::StreamEnd, _)) => break,
            Ok((event, span)) => builder.take(diagnostics, event, span_of(span)),
            Err(error) => Err(scan_stop(&error)),
        };
        if let Err(stop) = outcome {
            diagnostics.error(stop.span, FieldPath::Root, stop.message).help = stop.help;
            break;
        }
    }
    builder.documents
}

/// Why the rest of a file is not read.
struct Stop {
    span: Span,
    message: String,
    help: Option<String>,
}

/// How much of a file's limits a value uses.
#[derive(Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    bytes: usize,
    height: usize,
}

/// A list or map whose end has not been read yet.
struct Open {
    span: Span,
    anchor: usize,
    weight: Weight,
    content: Content,
}

enum Content {
    List(Vec<YamlNode>),
    Map { entries: Vec<YamlEntry>, key: Option<(String, Span)> },
}

#[derive(Default)]
struct Builder {
    documents: Vec<YamlNode>,
    open: Vec<Open>,
    anchors: HashMap<usize, (YamlNode, Weight)>,
    spent: Weight,
}

impl Builder {
    fn take(
        &mut self,
        diagnostics: &mut Diagnostics,
        event: Event<'_>,
        span: Span,
    ) -> Result<(), Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = matches!(style, ScalarStyle::Plain);
                let plain = plain && !forces_text(tag.as_deref(), span)?;
                let scalar = YamlScalar { text: text.into_owned(), plain };
                let weight = Weight { nodes: 1, bytes: scalar.text.len(), height: 0 };
                spend(&mut self.spent, weight, span)?;
                self.put(
                    diagnostics,
                    YamlNode { span, data: YamlData::Scalar(scalar) },
                    anchor,
                    weight,
                )
            }
            Event::SequenceStart(anchor, tag) => {
                forces_text(tag.as_deref(), span)?;
                self.begin(span, anchor, Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                forces_text(tag.as_deref(), span)?;
                self.begin(span, anchor, Content::Map { entries: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(diagnostics, span),
            Event::Alias(anchor) => self.repeat(diagnostics, anchor, span),
            Event::DocumentEnd => {
                self.anchors.clear();
                Ok(())
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {
                Ok(())
            }
        }
    }

    fn begin(&mut self, span: Span, anchor: usize, content: Content) -> Result<(), Stop> {
        if self.open.len() >= DEPTH_MAX {
            return Err(too_deep(span));
        }
        let weight = Weight { nodes: 1, bytes: 0, height: 1 };
        spend(&mut self.spent, weight, span)?;
        self.open.push(Open { span, anchor, weight, content });
        Ok(())
    }

    fn end(&mut self, diagnostics: &mut Diagnostics, end: Span) -> Result<(), Stop> {
        let Some(Open { span, anchor, weight, content }) = self.open.pop() else { return Ok(()) };
        let span = Span { end_line: end.end_line, end_column: end.end_column, ..span };
        let data = match content {
            Content::List(items) => YamlData::List(items),
            Content::Map { entries, .. } => {
                let entries = merged(diagnostics, entries);
                YamlData::Map(unique(diagnostics, entries))
            }
        };
        self.put(diagnostics, YamlNode { span, data }, anchor, weight)
    }

    fn repeat(
        &mut self,
        diagnostics: &mut Diagnostics,
        anchor: usize,
        span: Span,
    ) -> Result<(), Stop> {
        let Some((node, weight)) = self.anchors.get(&anchor) else {
            let message = "this alias is inside the value that it repeats".to_owned();
            return Err(Stop { span, message, help: None });
        };
        let weight = *weight;
        if self.open.len() + weight.height > DEPTH_MAX {
            return Err(too_deep(span));
        }
        // The cost is paid before the copy is made.
        spend(&mut self.spent, weight, span)?;
        let data = node.data.clone();
        self.put(diagnostics, YamlNode { span, data }, 0, weight)
    }

    /// Adds a finished value to the list or map that contains it.
    fn put(
        &mut self,
        diagnostics: &mut Diagnostics,
        node: YamlNode,
        anchor: usize,
        weight: Weight,
    ) -> Result<(), Stop> {
        if anchor > 0 {
            spend(&mut self.spent, weight, node.span)?;
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        open.weight.nodes += weight.nodes;
        open.weight.bytes += weight.bytes;
        open.weight.height = open.weight.height.max(weight.height + 1);
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, key } => match key.take() {
                Some((name, key_span)) => {
                    entries.push(YamlEntry { key: name, key_span, value: node })
                }
                None => *key = Some(key_of(diagnostics, node)),
            },
        }
        Ok(())
    }
}

/// Subtracts a value's weight from the file's limits.
fn spend(spent: &mut Weight, weight: Weight, span: Span) -> Result<(), Stop> {
    spent.nodes = spent.nodes.saturating_add(weight.nodes);
    spent.bytes = spent.bytes.saturating_add(weight.bytes);
    let help = Some("split the file, and repeat less through aliases".to_owned());
    if spent.nodes > NODES_MAX {
        let message = format!("this file has more than {NODES_MAX} values, aliases expanded");
        return Err(Stop { span, message, help });
    }
    if spent.bytes > BYTES_MAX {
        let message = "this file has more than 8 MiB of text, aliases expanded".to_owned();
        return Err(Stop { span, message, help });
    }
    Ok(())
}

/// Returns the text of a key; a key that is not a text becomes one that is in no table.
fn key_of(diagnostics: &mut Diagnostics, node: YamlNode) -> (String, Span) {
    match node.data {
        YamlData::Scalar(scalar) => (scalar.text, node.span),
        YamlData::List(_) | YamlData::Map(_) => {
            let message = "a key must be a text, not a list or a map".to_owned();
            let problem = diagnostics.error(node.span, FieldPath::Root, message);
            problem.help("a value that begins with `{` or `[` needs quotes: \"{…}\"");
            (String::new(), node.span)
        }
    }
}

/// Puts the entries of `<<: *anchor` into the map; its own entries win.
fn merged(diagnostics: &mut Diagnostics, entries: Vec<YamlEntry>) -> Vec<YamlEntry> {
    if !entries.iter().any(|entry| entry.key == "<<") {
        return entries;
    }
    let (merges, mut own): (Vec<YamlEntry>, Vec<YamlEntry>) =
        entries.into_iter().partition(|entry| entry.key == "<<");
    let mut known: HashSet<String> = own.iter().map(|entry| entry.key.clone()).collect();
    for source in merges.into_iter().flat_map(|merge| merge_sources(merge.value)) {
        let YamlData::Map(entries) = source.data else {
            let message = "`<<` merges maps: expected a map or a list of maps".to_owned();
            diagnostics.error(source.span, FieldPath::Root.key("<<"), message);
            continue;
        };
        own.extend(entries.into_iter().filter(|entry| known.insert(entry.key.clone())));
    }
    own
}

fn merge_sources(value: YamlNode) -> Vec<YamlNode> {
    match value.data {
        YamlData::List(items) => items,
        data @ (YamlData::Map(_) | YamlData::Scalar(_)) => vec![YamlNode { data, ..value }],
    }
}

/// Drops entries with a duplicate key, each with an error.
fn unique(diagnostics: &mut Diagnostics, entries: Vec<YamlEntry>) -> Vec<YamlEntry> {
    let mut seen: HashMap<&str, Span> = HashMap::with_capacity(entries.len());
    let mut again = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        match seen.get(entry.key.as_str()) {
            Some(first) => again.push((number, *first)),
            None => {
                seen.insert(&entry.key, entry.key_span);
            }
        }
    }
    if again.is_empty() {
        return entries;
    }
    let mut dropped = again.iter().map(|(number, _)| *number).peekable();
    for (number, first) in &again {
        let Some(entry) = entries.get(*number) else { continue };
        let message = format!("duplicate key {} (first in line {})", quote(&entry.key), first.line);
        let first = diagnostics.location(*first, FieldPath::Root);
        diagnostics.error(entry.key_span, FieldPath::Root, message).see("first here", &first);
    }
    let keep = |(number, entry)| (dropped.next_if_eq(&number).is_none()).then_some(entry);
    entries.into_iter().enumerate().filter_map(keep).collect()
}

/// Returns whether a tag turns a plain scalar into a text; refuses tags that have no meaning here.
fn forces_text(tag: Option<&Tag>, span: Span) -> Result<bool, Stop> {
    let Some(tag) = tag else { return Ok(false) };
    let whole = format!("{}{}", tag.handle, tag.suffix);
    match whole.strip_prefix("tag:yaml.org,2002:").unwrap_or(&whole) {
        "str" | "!" => Ok(true),
        "int" | "float" | "bool" | "null" | "seq" | "map" => Ok(false),
        _ => Err(Stop {
            span,
            message: format!("the tag {} has no meaning here", quote(&tag.to_string())),
            help: Some("leave it out, or put quotes round a text that begins with `!`".to_owned()),
        }),
    }
}

fn too_deep(span: Span) -> Stop {
    let message = format!("lists and maps are nested more than {DEPTH_MAX} deep");
    Stop { span, message, help: None }
}

fn scan_stop(error: &ScanError) -> Stop {
    let marker = error.marker();
    let (line, column) = (marker.line() as u32, marker.col() as u32 + 1);
    let span = Span { line, column, end_line: line, end_column: column + 1 };
    // The scanner has a limit of its own and reads ahead of the events.
    if error.info().contains("recursion limit") {
        return too_deep(span);
    }
    let help = error.info().contains("tab").then(|| "indent with blanks, not tabs".to_owned());
    Stop { span, message: format!("this is not YAML: {}", error.info()), help }
}

fn span_of(span: saphyr_parser::Span) -> Span {
    Span {
        line: span.start.line() as u32,
        column: span.start.col() as u32 + 1,
        end_line: span.end.line() as u32,
        end_column: span.end.col() as u32 + 1,
    }
}
