//! Reads one file, from its bytes to drafts, independent of all other files.

use std::path::Path;

use super::super::discover::FoundFile;
use super::super::document::{self, ManifestContext};
use super::super::load_options::LoadOptions;
use super::super::manifest_draft::ManifestDraft;
use super::super::spec::{NamedCodeFile, code_files, size};
use crate::yaml::{
    Diagnostics, FieldPath, Problems, SourceText, Span, YamlNode, read_text, reader,
};

/// A file that was read and parsed, but whose manifests are not yet read.
pub(super) struct ParsedText {
    pub found: FoundFile,
    /// The files that it names as code.
    pub code: NamedCodeFile,
    diagnostics: Option<Diagnostics>,
    documents: Vec<YamlNode>,
    problems: Problems,
}

/// A file whose manifests are read, but not yet checked against the others.
#[derive(Debug)]
pub(super) struct FileManifests {
    pub drafts: Vec<ManifestDraft>,
    pub problems: Problems,
    /// It could not be read in full.
    pub is_broken: bool,
}

/// Reads a file as YAML.
pub(super) fn parse(options: &LoadOptions, root: &Path, found: FoundFile) -> ParsedText {
    match read_text(&found.path, &found.name) {
        Err(problem) => {
            let problems = Problems(vec![*problem]);
            ParsedText {
                found,
                code: NamedCodeFile::default(),
                diagnostics: None,
                documents: Vec::new(),
                problems,
            }
        }
        Ok(text) => {
            let mut diagnostics = Diagnostics::new(SourceText::new(found.name.clone(), text));
            let documents = reader::read(&mut diagnostics);
            let problems = std::mem::take(&mut diagnostics.problems);
            let code = code_files::code_files(options, root, &found, &documents);
            ParsedText { found, code, diagnostics: Some(diagnostics), documents, problems }
        }
    }
}

/// Reads the manifests of a file; its code files too.
pub(super) fn read_manifests(
    options: &LoadOptions,
    root: &Path,
    file: ParsedText,
) -> FileManifests {
    let ParsedText { found, diagnostics, documents, mut problems, .. } = file;
    let is_broken = problems.has_errors();
    let mut drafts = Vec::new();
    if let Some(mut diagnostics) = diagnostics {
        let context = ManifestContext { options, root, path: &found.path };
        drafts = read_file(&mut diagnostics, context, &documents, is_broken);
        problems.0.append(&mut diagnostics.finish().0);
    }
    FileManifests { drafts, problems, is_broken }
}

fn read_file(
    diagnostics: &mut Diagnostics,
    context: ManifestContext<'_>,
    documents: &[YamlNode],
    is_broken: bool,
) -> Vec<ManifestDraft> {
    let full: Vec<&YamlNode> = documents.iter().filter(|node| !node.is_null()).collect();
    if full.is_empty() && !is_broken {
        let span = Span { line: 1, column: 1, end_line: 1, end_column: 1 };
        diagnostics.warning(span, FieldPath::Root, "this file contains no manifest".to_owned());
    }
    let mut drafts = Vec::new();
    for node in full {
        if let Some(mut draft) = document::read(diagnostics, context, node) {
            draft.sound &= size::fits(diagnostics, context.options, &draft);
            drafts.push(draft);
        }
    }
    drafts
}
