//! Finds the files that manifests name as code, before the manifests are read.

use std::path::Path;

use super::super::discover::FoundFile;
use super::super::load_options::LoadOptions;
use super::code::{self, CodeFile};
use super::text;
use crate::kinds;
use crate::model::Value;
use crate::yaml::{Diagnostics, FieldPath, SourceText, YamlNode};

/// The files that a file names as CodeFile.
#[derive(Debug, Default)]
pub(crate) struct NamedCodeFile {
    pub files: Vec<CodeFile>,
    /// Some of them are missing; this is not an error where the target leaves out the manifest.
    pub lacks_some: bool,
}

/// Returns the files that the documents of a file name as CodeFile.
pub(crate) fn code_files(
    options: &LoadOptions,
    root: &Path,
    found: &FoundFile,
    documents: &[YamlNode],
) -> NamedCodeFile {
    let names = documents.iter().filter_map(|document| {
        let spec = document.get("spec")?;
        let tasks = kinds::ALL.iter().filter(|table| table.has_code());
        let sections = tasks.map(|table| table.configuration);
        let mut named = sections.filter_map(|section| spec.get(section)?.get("CodeFile"));
        named.next()
    });
    let find = |node: &YamlNode| {
        let name = expanded(options, &node.as_scalar()?.text, node)?;
        code::find(root, &found.path, &name).ok()
    };
    let found: Vec<Option<CodeFile>> = names.map(find).collect();
    let lacks_some = found.iter().any(Option::is_none);
    NamedCodeFile { files: found.into_iter().flatten().collect(), lacks_some }
}

/// Returns the name with its variables; problems are reported when the spec is read.
fn expanded(options: &LoadOptions, name: &str, node: &YamlNode) -> Option<String> {
    let mut diagnostics = Diagnostics::new(SourceText::new("", ""));
    let value =
        text::expand(&mut diagnostics, options, name, node.span, FieldPath::Root, &mut Vec::new());
    if let Value::Text(text) = value { Some(text) } else { None }
}
