//! A plan as a page: Markdown for the comment of a merge request, HTML to be kept.
//!
//! Everything in it may come from an untrusted manifest or task, so everything is escaped, and the
//! HTML page forbids the browser to load or run anything.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::super::change::{Change, Plan};
use super::super::guard::GuardRefusal;
use super::cause_text::reasons;
use super::lines::{DiffLine, DiffMark, lines};
use super::text::{error_line, glyph, printable, summary, told};

/// What a page is about.
#[derive(Clone, Copy, Debug)]
pub struct PlanPage<'a> {
    /// The target's name.
    pub target: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// Why it must not be applied.
    pub refusals: &'a [GuardRefusal],
}

/// A comment may hold 65,536 characters at the strictest of the common hosts; from here on
/// resources are named without their fields.
const COMMENT_BYTES: usize = 60_000;

/// The only style of the HTML page; its hash is what the page's policy lets through.
const STYLE: &str = "body{font:14px/1.5 sans-serif;margin:2em auto;max-width:70em;padding:0 1em}\
pre{background:#f6f8fa;overflow:auto;padding:.5em}pre span{display:block;min-height:1.5em}\
.added{background:#e6ffec}.removed{background:#ffebe9}.place{color:#57606a}\
.refused{border-left:4px solid #cf222e;padding-left:1em}summary{cursor:pointer}";

impl PlanPage<'_> {
    /// Returns the page as Markdown: a summary, and a block to unfold for each resource.
    pub fn markdown(&self) -> String {
        let mut text = format!("**{}**", escaped(&summary(self.plan)));
        let _ = writeln!(text, " (target <code>{}</code>)", escaped(self.target));
        for refusal in self.refusals {
            let _ = write!(text, "\n> **Refused:** <code>{}</code>", escaped(&refusal.to_string()));
            let _ = writeln!(text, " <code>{}</code>", escaped(&refusal.way_out()));
        }
        for error in &self.plan.errors {
            let _ = write!(text, "\n> <code>{}</code>", escaped(&error_line(error)));
            let _ = writeln!(text, " <code>{}</code>", escaped(&error.way_out()));
        }
        let mut left_out = 0;
        for change in &self.plan.changes {
            let block = markdown_block(change);
            if text.len() + block.len() <= COMMENT_BYTES {
                text.push_str(&block);
            } else {
                left_out += 1;
            }
        }
        if left_out > 0 {
            let _ = writeln!(text, "\n{left_out} more: this comment would be too long for them.");
        }
        text
    }

    /// Returns the page as self-contained HTML.
    pub fn html(&self) -> String {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        let title = escaped(&format!("Plan of {}", self.target));
        let mut text = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <h1>{title}</h1>\n<p>{}</p>\n",
            escaped(&summary(self.plan))
        );
        for refusal in self.refusals {
            let (why, out) = (escaped(&refusal.to_string()), escaped(&refusal.way_out()));
            let _ = writeln!(text, "<p class=\"refused\">Refused: {why}<br>{out}</p>");
        }
        for error in &self.plan.errors {
            let (line, out) = (escaped(&error_line(error)), escaped(&error.way_out()));
            let _ = writeln!(text, "<p class=\"refused\">{line}<br>{out}</p>");
        }
        self.plan.changes.iter().for_each(|change| text.push_str(&html_block(change)));
        text.push_str("</body>\n</html>\n");
        text
    }
}

fn headline(change: &Change) -> String {
    let (glyph, told) = (glyph(change.action), told(change));
    let mut text = format!("{glyph} {}  {told}: {}", change.address, reasons(change).join("; "));
    if let Some(place) = &change.place {
        let _ = write!(text, "  ({place})");
    }
    text
}

/// A block that unfolds. Inside `<code>` no host turns a word into a mention or a link.
fn markdown_block(change: &Change) -> String {
    let headline = escaped(&headline(change));
    let lines = lines(change);
    if lines.is_empty() {
        return format!("\n<code>{headline}</code>\n");
    }
    let fence = fence(&lines);
    let mut text =
        format!("\n<details><summary><code>{headline}</code></summary>\n\n{fence}diff\n");
    for DiffLine { mark, text: line } in &lines {
        let _ = writeln!(text, "{}{line}", mark.glyph());
    }
    let _ = write!(text, "{fence}\n\n</details>\n");
    text
}

/// A fence that no line can close.
fn fence(lines: &[DiffLine]) -> String {
    let runs = lines.iter().flat_map(|line| line.text.split(|c| c != '`'));
    let longest = runs.map(str::len).max().unwrap_or_default();
    "`".repeat(3.max(longest + 1))
}

fn html_block(change: &Change) -> String {
    let headline = escaped(&headline(change));
    let lines = lines(change);
    if lines.is_empty() {
        return format!("<p><code>{headline}</code></p>\n");
    }
    let mut text = format!("<details open><summary><code>{headline}</code></summary>\n<pre>");
    for DiffLine { mark, text: line } in &lines {
        let class = match mark {
            DiffMark::Same => "same",
            DiffMark::Added => "added",
            DiffMark::Removed => "removed",
            DiffMark::Place => "place",
        };
        let _ = write!(text, "<span class=\"{class}\">{}{}</span>", mark.glyph(), escaped(line));
    }
    text.push_str("</pre>\n</details>\n");
    text
}

/// Returns text escaped so that neither HTML nor Markdown interprets it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '!' | '|' | '@' | '#' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}
