//! The inputs and results of reading a spec.

use super::super::load_options::LoadOptions;
use super::checks::Dependency;
use super::text::{self, ReferenceUse};
use crate::kinds::Table;
use crate::model::Value;
use crate::yaml::{Diagnostics, FieldPath, Span};

/// Reads specs of one kind in one file.
pub(crate) struct SpecDecoder<'a> {
    pub diagnostics: &'a mut Diagnostics,
    pub options: &'a LoadOptions,
    pub table: &'static Table,
    /// The root of the project and the manifest's own path, both without links.
    pub root: &'a std::path::Path,
    pub manifest: &'a std::path::Path,
    /// Resources whose id the spec needs.
    pub uses: Vec<ReferenceUse>,
    /// Upstream tasks, checked against their cycles when all files are read.
    pub dependencies: Vec<Dependency>,
}

/// What the spec needs of the rest of the manifest.
#[derive(Debug)]
pub(crate) struct ManifestHead {
    pub name: String,
    /// The key `spec`, or the beginning of the document.
    pub spec_place: Span,
}

/// A text and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TypedValue<'t> {
    pub text: &'t str,
    pub span: Span,
}

impl TypedValue<'_> {
    /// Returns the text with variables filled in and references as parts; None when one of them is
    /// wrong, so that nothing more is reported about the value.
    pub fn expand(self, decoder: &mut SpecDecoder<'_>, path: FieldPath<'_>) -> Option<Value> {
        let SpecDecoder { diagnostics, options, uses, .. } = decoder;
        let before = diagnostics.errors();
        let value = text::expand(diagnostics, options, self.text, self.span, path, uses);
        (diagnostics.errors() == before).then_some(value)
    }
}
