//! Rust code as tokens, without comments, string contents and test modules.

/// A word, `::`, or one sign; a string or a character is the word `""`.
#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub text: &'a str,
    /// Its line from 1.
    pub line: usize,
}

impl Token<'_> {
    pub fn is_name(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// Returns the tokens of a file without its `mod tests { … }`: tests may use anything.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let (length, token) = next(rest, first);
        let (passed, after) = rest.split_at(length);
        if let Some(text) = token {
            found.push(Token { text, line });
        }
        line += passed.matches('\n').count();
        rest = after;
    }
    without_tests(found)
}

/// Returns the length of the next piece, and its token, if it is one.
fn next(rest: &str, first: char) -> (usize, Option<&str>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), None);
    }
    if let Some(length) = text_literal(rest) {
        return (length, Some("\"\""));
    }
    if rest.starts_with("::") {
        return (2, Some("::"));
    }
    if is_word(first) {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        return (length, rest.get(..length));
    }
    if first == '\'' {
        return match char_literal(rest) {
            Some(length) => (length, Some("\"\"")),
            // A lifetime.
            None => (1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1), None),
        };
    }
    let length = first.len_utf8();
    (length, rest.get(..length).filter(|_| !first.is_whitespace()))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let tail = &rest.as_bytes()[at..];
        if tail.starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if tail.starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// Returns the length of `"…"`, `b"…"`, `r#"…"#` and the like.
fn text_literal(rest: &str) -> Option<usize> {
    let prefix = rest.find(|c| !matches!(c, 'b' | 'c' | 'r')).filter(|length| *length <= 2)?;
    let (prefix, body) = rest.split_at(prefix);
    if !prefix.contains('r') {
        let body = body.strip_prefix('"')?;
        return Some(prefix.len() + 1 + end_of(body, '"'));
    }
    let hashes = body.find(|c| c != '#')?;
    body[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let start = prefix.len() + hashes + 1;
    Some(start + rest[start..].find(&close)? + close.len())
}

fn char_literal(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('\'')?;
    let first = body.chars().next()?;
    if first == '\\' {
        return Some(1 + end_of(body, '\''));
    }
    body[first.len_utf8()..].starts_with('\'').then_some(first.len_utf8() + 2)
}

/// Returns the end of a literal, including its closing sign.
fn end_of(body: &str, close: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in body.char_indices() {
        if c == close && !is_escaped {
            return at + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    body.len()
}

fn without_tests(all: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut kept = Vec::with_capacity(all.len());
    let mut at = 0;
    while at < all.len() {
        if all[at..].iter().take(3).map(|token| token.text).eq(["mod", "tests", "{"]) {
            at = after_braces(&all, at + 2);
        } else {
            kept.push(all[at]);
            at += 1;
        }
    }
    kept
}

/// Returns the index after the braces that open at an index.
pub fn after_braces(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        depth += i32::from(token.text == "{") - i32::from(token.text == "}");
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[test]
fn comments_texts_and_tests_are_no_code() {
    let text = r##"
use a::B; // use c::D;
/* use e::F; /* inner */ */
fn f<'a>(x: &'a str) -> char { let _ = "g::H \" i"; let _ = r#"j"k"#; '\'' }
mod tests { fn l() { m::N } }
const O: char = 'p';
"##;
    let words: Vec<&str> = tokens(text).iter().map(|token| token.text).collect();
    let code = "use a :: B ; fn f < > ( x : & str ) - > char { let _ = \"\" ; let _ = \"\" ; \"\" } \
                const O : char = \"\" ;";
    assert_eq!(words.join(" "), code);
}
