//! What is wrong with the files, and where.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::source::{Excerpt, SourceText};
use super::tree::Span;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It must be fixed before anything is done.
    Error,
    /// Worth a look; not certainly forbidden by the documents.
    Warning,
}

/// One thing that is wrong, with its place and a hint. Its JSON is that of `validate --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file, relative to the folder that was searched, with `/` between folders.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The field: `spec.TaskConfiguration.CodeFile`; empty when it is about the whole file.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// How to fix it.
    pub help: Option<String>,
    /// The line with the value; `None` when the file could not be read.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
    /// The suggested replacement for the marked piece.
    #[serde(skip)]
    pub replacement: Option<String>,
    /// Other places that are related to it.
    #[serde(skip)]
    pub related: Vec<RelatedPlace>,
}

/// Another place that is related to a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedPlace {
    /// What is there.
    pub label: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The line with the value.
    pub excerpt: Option<Excerpt>,
}

/// Every problem of a run, in the order of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// A place that remains valid after the tree of its file is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    pub source: Arc<SourceText>,
    pub span: Span,
    pub path: String,
}

impl Problem {
    pub(crate) fn at(location: &Location, severity: Severity, message: String) -> Self {
        Problem {
            severity,
            file: location.source.name.clone(),
            line: location.span.line as usize,
            column: location.span.column as usize,
            path: location.path.clone(),
            message,
            help: None,
            excerpt: location.source.excerpt(location.span),
            replacement: None,
            related: Vec::new(),
        }
    }

    /// Returns an error about a file or folder as a whole.
    pub(crate) fn of_file(file: &str, message: String) -> Self {
        Problem {
            severity: Severity::Error,
            file: file.to_owned(),
            line: 1,
            column: 1,
            path: String::new(),
            message,
            help: None,
            excerpt: None,
            replacement: None,
            related: Vec::new(),
        }
    }

    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn replace_by(&mut self, text: impl Into<String>) -> &mut Self {
        self.replacement = Some(text.into());
        self
    }

    pub(crate) fn see(&mut self, label: impl Into<String>, location: &Location) -> &mut Self {
        self.related.push(RelatedPlace {
            label: label.into(),
            file: location.source.name.clone(),
            line: location.span.line as usize,
            column: location.span.column as usize,
            excerpt: location.source.excerpt(location.span),
        });
        self
    }
}

impl Location {
    /// Returns `file:line`, as messages name other places.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.source.name, self.span.line)
    }
}

impl Problems {
    /// Returns whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Returns the number of problems of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|problem| problem.severity == severity).count()
    }

    pub(crate) fn sort(&mut self) {
        let key = |p: &Problem| (p.file.clone(), p.line, p.column, p.severity, p.message.clone());
        self.0.sort_by_cached_key(key);
        self.0.dedup();
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { file, line, column, message, .. } = self;
        write!(f, "{file}:{line}:{column}: {}: {message}", self.severity)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n" };
            write!(f, "{gap}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
