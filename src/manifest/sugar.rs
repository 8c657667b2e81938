//! Which files are code because a manifest says so; known before the manifests are understood.

use std::path::Path;

use super::code::{self, CodeFile};
use super::discover::Found;
use super::load::Request;
use super::page::{Page, Trail};
use super::source::Source;
use super::text;
use super::tree::Node;
use crate::kinds;
use crate::model::Value;

/// Returns the files that the documents of a file name as CodeFile.
pub(super) fn code_files(
    request: &Request,
    root: &Path,
    found: &Found,
    documents: &[Node],
) -> Vec<CodeFile> {
    let names = documents.iter().filter_map(|document| {
        let spec = document.get("spec")?;
        let tasks = kinds::ALL.iter().filter(|table| table.is_sectioned());
        let sections = tasks.map(|table| table.configuration);
        let mut named = sections.filter_map(|section| spec.get(section)?.get("CodeFile"));
        named.next()
    });
    let files = names.filter_map(|node| {
        let name = expanded(request, &node.as_scalar()?.text, node)?;
        code::find(root, &found.path, &name).ok()
    });
    files.collect()
}

/// Returns the name with its variables; problems are reported when the spec is read.
fn expanded(request: &Request, name: &str, node: &Node) -> Option<String> {
    let mut page = Page::new(Source::new("", ""));
    let value = text::expand(&mut page, request, name, node.span, Trail::Root, &mut Vec::new());
    if let Value::Text(text) = value { Some(text) } else { None }
}
