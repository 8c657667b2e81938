//! A file that is being read, with the list of its problems.

use std::fmt;
use std::sync::Arc;

use super::key::KnownKey;
use super::problem::{Location, Problem, Problems, Severity};
use super::source::SourceText;
use super::suggest::{nearest, quote};
use super::tree::{Span, YamlData, YamlEntry, YamlNode};

/// More problems of one file than this are only counted.
const PROBLEMS_MAX: usize = 200;

/// A file and its problems so far.
#[derive(Debug)]
pub(crate) struct Diagnostics {
    pub source: Arc<SourceText>,
    pub problems: Problems,
    unshown: usize,
    unshown_severity: Severity,
    scrap: Option<Box<Problem>>,
    /// Lines whose text no problem may show: the first and the last of each value.
    concealed: Vec<(u32, u32)>,
}

/// Where a value is inside a document; built on the way down without allocating.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FieldPath<'a> {
    Root,
    Key(&'a FieldPath<'a>, &'a str),
    Item(&'a FieldPath<'a>, usize),
}

/// The entries of a map whose keys were checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownFields<'n>(&'n [YamlEntry]);

impl Diagnostics {
    pub fn new(source: SourceText) -> Self {
        let source = Arc::new(source);
        let problems = Problems::default();
        let (unshown, unshown_severity, concealed) = (0, Severity::Warning, Vec::new());
        Diagnostics { source, problems, unshown, unshown_severity, scrap: None, concealed }
    }

    /// Keeps the lines of a sensitive value out of every excerpt.
    pub fn conceal(&mut self, span: Span) {
        self.concealed.push((span.line, span.end_line));
    }

    /// Removes the excerpts of concealed lines from problems.
    pub fn cover(&self, problems: &mut Problems) {
        let covered = |line: usize| {
            let hides =
                |(first, last): &(u32, u32)| (*first as usize..=*last as usize).contains(&line);
            self.concealed.iter().any(hides)
        };
        for problem in &mut problems.0 {
            if covered(problem.line) {
                (problem.excerpt, problem.replacement) = (None, None);
            }
            for related in problem.related.iter_mut().filter(|related| covered(related.line)) {
                related.excerpt = None;
            }
        }
    }

    pub fn error(&mut self, span: Span, path: FieldPath<'_>, message: String) -> &mut Problem {
        self.add(Severity::Error, span, path, message)
    }

    pub fn warning(&mut self, span: Span, path: FieldPath<'_>, message: String) -> &mut Problem {
        self.add(Severity::Warning, span, path, message)
    }

    pub fn location(&self, span: Span, path: FieldPath<'_>) -> Location {
        Location { source: Arc::clone(&self.source), span, path: path.to_string() }
    }

    /// Returns the number of errors so far; problems that are only counted are treated as errors.
    pub fn errors(&self) -> usize {
        self.problems.count(Severity::Error) + self.unshown
    }

    /// Returns the problems, with a note when some were only counted.
    pub fn finish(&mut self) -> Problems {
        let mut problems = std::mem::take(&mut self.problems);
        self.cover(&mut problems);
        if self.unshown > 0 {
            let message = format!("{} more problems in this file are not shown", self.unshown);
            let severity = self.unshown_severity;
            problems.0.push(Problem { severity, ..Problem::of_file(&self.source.name, message) });
        }
        problems
    }

    /// Returns the entries of a map; reports anything else and unknown keys.
    pub fn fields<'n>(
        &mut self,
        node: &'n YamlNode,
        path: FieldPath<'_>,
        known: &[KnownKey],
    ) -> Option<KnownFields<'n>> {
        let entries = self.map(node, path)?;
        for entry in entries {
            if !known.iter().any(|key| key.name == entry.key) {
                let known: Vec<&str> = known.iter().map(|key| key.name).collect();
                let message = format!("unknown key {}", quote(&entry.key));
                let close = nearest(&entry.key, known.iter().copied());
                let help = close.map(|word| format!("did you mean `{word}`?"));
                let problem = self.error(entry.key_span, path.key(&entry.key), message);
                problem.help(help.unwrap_or_else(|| format!("known here: {}", known.join(", "))));
                problem.replacement = close.map(str::to_owned);
            }
        }
        Some(KnownFields(entries))
    }

    /// Returns the entries of a map; reports anything else.
    pub fn map<'n>(&mut self, node: &'n YamlNode, path: FieldPath<'_>) -> Option<&'n [YamlEntry]> {
        match &node.data {
            YamlData::Map(entries) => Some(entries),
            YamlData::Scalar(_) | YamlData::List(_) => {
                self.mistyped(node, path, "a map");
                None
            }
        }
    }

    /// Returns the items of a list; reports anything else.
    pub fn list<'n>(&mut self, node: &'n YamlNode, path: FieldPath<'_>) -> Option<&'n [YamlNode]> {
        match &node.data {
            YamlData::List(items) => Some(items),
            YamlData::Scalar(_) | YamlData::Map(_) => {
                let single = node.as_scalar().filter(|scalar| !scalar.is_null());
                let help = single.map(|scalar| format!("write [{}]", quote(&scalar.text)));
                self.mistyped(node, path, "a list").help = help;
                None
            }
        }
    }

    /// Returns the source text of a scalar; reports anything else.
    pub fn text<'n>(&mut self, node: &'n YamlNode, path: FieldPath<'_>) -> Option<&'n str> {
        match node.as_scalar().filter(|scalar| !scalar.is_null()) {
            Some(scalar) => Some(&scalar.text),
            None => {
                self.mistyped(node, path, "a text");
                None
            }
        }
    }

    /// Returns true or false; reports anything else.
    pub fn flag(&mut self, node: &YamlNode, path: FieldPath<'_>) -> Option<bool> {
        match node.as_scalar().map(|scalar| scalar.text.as_str()) {
            Some("true" | "True" | "TRUE") => Some(true),
            Some("false" | "False" | "FALSE") => Some(false),
            Some(_) | None => {
                self.mistyped(node, path, "true or false");
                None
            }
        }
    }

    /// Reports that a value has the wrong type.
    pub fn mistyped(&mut self, node: &YamlNode, path: FieldPath<'_>, wanted: &str) -> &mut Problem {
        let is_concealed = self.concealed.iter().any(|(line, _)| *line == node.span.line);
        let found = match &node.data {
            YamlData::Scalar(scalar) if !scalar.is_null() && is_concealed => {
                "something else".to_owned()
            }
            YamlData::Scalar(scalar) if !scalar.is_null() => quote(&scalar.text),
            YamlData::Scalar(_) | YamlData::List(_) | YamlData::Map(_) => node.noun().to_owned(),
        };
        self.error(node.span, path, format!("expected {wanted}, found {found}"))
    }

    fn add(
        &mut self,
        severity: Severity,
        span: Span,
        path: FieldPath<'_>,
        message: String,
    ) -> &mut Problem {
        if self.problems.0.len() < PROBLEMS_MAX {
            let problem = Problem::at(&self.location(span, path), severity, message);
            self.problems.0.push(problem);
            return self.problems.0.last_mut().expect("a problem was just put there");
        }
        self.unshown += 1;
        self.unshown_severity = self.unshown_severity.min(severity);
        let unread = || Box::new(Problem::of_file("", String::new()));
        self.scrap.get_or_insert_with(unread)
    }
}

impl<'n> KnownFields<'n> {
    /// Returns the value of a key that is present and not null.
    pub fn get(&self, key: &str) -> Option<&'n YamlNode> {
        let found = self.0.iter().find(|entry| entry.key == key);
        found.map(|entry| &entry.value).filter(|node| !node.is_null())
    }
}

impl<'a> FieldPath<'a> {
    pub fn key<'b>(&'b self, key: &'b str) -> FieldPath<'b> {
        FieldPath::Key(self, key)
    }

    pub fn item(&self, number: usize) -> FieldPath<'_> {
        FieldPath::Item(self, number)
    }
}

impl fmt::Display for FieldPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FieldPath::Root => Ok(()),
            FieldPath::Key(FieldPath::Root, key) => f.write_str(key),
            FieldPath::Key(parent, key) => write!(f, "{parent}.{key}"),
            FieldPath::Item(parent, number) => write!(f, "{parent}[{number}]"),
        }
    }
}
