//! A file's name and text, and how a place in it is shown.

use std::ops::Range;
use std::sync::OnceLock;

use super::tree::Span;

/// The longest line that is shown in full, in bytes.
const LINE_MAX: usize = 400;

/// A file that was read.
#[derive(Debug)]
pub struct SourceText {
    /// Its name as people see it: relative, with `/` between folders.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: String,
    lines: OnceLock<Vec<usize>>,
}

/// One line of a file and the marked piece of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, without its line break; of a very long line only the part around the piece.
    pub text: String,
    /// The piece, in bytes of `text`.
    pub range: Range<usize>,
}

impl SourceText {
    /// Returns the source of a file.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        SourceText { name: name.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// Returns the line of a span's start, and the span as far as it is on that line.
    pub fn excerpt(&self, span: Span) -> Option<Excerpt> {
        let line = self.line(span.line as usize)?;
        let start = byte_of(line, span.column);
        let end =
            if span.end_line == span.line { byte_of(line, span.end_column) } else { line.len() };
        let piece = line.get(start..end).unwrap_or_default();
        let end = start + piece.trim_end().len();
        Some(cropped(line, start..end.max(start)))
    }

    /// Returns the span of a piece of text inside a span, if it is written there literally.
    pub fn narrow(&self, span: Span, piece: &str) -> Span {
        let Some(excerpt) = self.line(span.line as usize) else { return span };
        let start = byte_of(excerpt, span.column);
        let Some(at) = excerpt.get(start..).and_then(|rest| rest.find(piece)) else { return span };
        let before = excerpt.get(start..start + at).map_or(0, |text| text.chars().count());
        let column = span.column + before as u32;
        let end_column = column + piece.chars().count() as u32;
        let inside = span.end_line > span.line || end_column <= span.end_column;
        if inside { Span { column, end_line: span.line, end_column, ..span } } else { span }
    }

    fn line(&self, number: usize) -> Option<&str> {
        let starts = self.lines.get_or_init(|| line_starts(&self.text));
        let start = *starts.get(number.checked_sub(1)?)?;
        let rest = self.text.get(start..)?;
        rest.split(['\n', '\r']).next()
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let ends = match byte {
            b'\n' => true,
            b'\r' => bytes.peek().is_none_or(|(_, next)| *next != b'\n'),
            _ => false,
        };
        if ends {
            starts.push(at + 1);
        }
    }
    starts
}

fn byte_of(line: &str, column: u32) -> usize {
    let at = (column as usize).saturating_sub(1);
    line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte)
}

fn cropped(line: &str, range: Range<usize>) -> Excerpt {
    if line.len() <= LINE_MAX {
        return Excerpt { text: line.to_owned(), range };
    }
    let from = floor(line, range.start.saturating_sub(LINE_MAX / 4));
    let end = floor(line, range.end.min(range.start + LINE_MAX / 2));
    let to = floor(line, end + LINE_MAX / 4);
    let text = line.get(from..to).unwrap_or_default().to_owned();
    Excerpt { text, range: range.start - from..end.max(range.start) - from }
}

fn floor(line: &str, at: usize) -> usize {
    let mut at = at.min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}
