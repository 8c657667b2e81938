//! Problems as text for people: an excerpt with the value underlined, and a hint.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};

use super::problem::{Problem, Problems, Severity};
use super::source::Excerpt;
use crate::plan::printable;

/// Returns the problems with excerpts, followed by their number.
pub fn render(problems: &Problems, color: bool) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for problem in &with_printable_names(problems).0 {
        text.push_str(&renderer.render(&groups(problem)));
        text.push_str("\n\n");
    }
    text.push_str(&summary(problems));
    text.push('\n');
    text
}

/// Texts of a manifest are escaped where a problem is created; the name of a file may contain
/// anything too.
fn with_printable_names(problems: &Problems) -> Problems {
    let mut problems = problems.clone();
    for problem in &mut problems.0 {
        problem.file = printable(&problem.file);
        for related in &mut problem.related {
            related.file = printable(&related.file);
        }
    }
    problems
}

fn summary(problems: &Problems) -> String {
    let errors = problems.count(Severity::Error);
    let warnings = problems.count(Severity::Warning);
    let counted = |number: usize, noun: &str| {
        let plural = if number == 1 { "" } else { "s" };
        (number > 0).then(|| format!("{number} {noun}{plural}"))
    };
    let parts = [counted(errors, "error"), counted(warnings, "warning")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn groups(problem: &Problem) -> Vec<Group<'_>> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut main = Group::with_title(level.primary_title(problem.message.as_str()));
    let (file, line, column) = (problem.file.as_str(), problem.line, problem.column);
    main = place(main, file, line, column, problem.excerpt.as_ref());
    let replacement = problem.replacement.as_deref().zip(problem.excerpt.as_ref());
    let help = problem.help.as_deref();
    let mut groups = Vec::new();
    if let (Some(help), None) = (help, replacement) {
        main = main.element(Level::HELP.message(help));
    }
    groups.push(main);
    for related in &problem.related {
        let title = Level::NOTE.secondary_title(related.label.as_str());
        let (file, line, column) = (related.file.as_str(), related.line, related.column);
        let excerpt = related.excerpt.as_ref();
        groups.push(place(Group::with_title(title), file, line, column, excerpt));
    }
    if let Some((replacement, excerpt)) = replacement {
        let title = Level::HELP.secondary_title(help.unwrap_or("write"));
        let patch = Patch::new(excerpt.range.clone(), replacement);
        let snippet = Snippet::source(excerpt.text.as_str()).line_start(line).patch(patch);
        groups.push(Group::with_title(title).element(snippet));
    }
    groups
}

fn place<'a>(
    group: Group<'a>,
    file: &'a str,
    line: usize,
    column: usize,
    excerpt: Option<&'a Excerpt>,
) -> Group<'a> {
    let origin = || Element::from(Origin::path(file).line(line).char_column(column));
    let Some(excerpt) = excerpt else { return group.element(origin()) };
    let annotation = AnnotationKind::Primary.span(excerpt.range.clone());
    let snippet = Snippet::source(excerpt.text.as_str()).line_start(line).annotation(annotation);
    let before = excerpt.text.get(..excerpt.range.start).unwrap_or_default();
    if before.chars().count() + 1 == column {
        return group.element(snippet.path(file));
    }
    // The line is cropped, so the renderer cannot count the column.
    group.element(origin()).element(snippet)
}
