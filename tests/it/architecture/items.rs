//! What a file declares as public, and which names its declarations contain.

use std::collections::BTreeSet;

use super::tokens::{Token, after_braces, tokens};

/// A public item or method.
pub struct Item {
    pub name: String,
    pub line: usize,
    pub is_type: bool,
    /// The names in its declaration: for a function the signature, for a type everything that
    /// others can see.
    pub declares: BTreeSet<String>,
    /// The type of which it is a method; otherwise the item itself.
    pub owner: String,
}

const TYPES: &[&str] = &["struct", "enum", "trait", "type", "union"];

const OTHERS: &[&str] = &["fn", "const", "static"];

/// Returns the items with any public visibility.
pub fn items(text: &str) -> Vec<Item> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut owner: Option<(&str, usize)> = None;
    for at in 0..tokens.len() {
        if owner.is_some_and(|(_, end)| at >= end) {
            owner = None;
        }
        if let Some(implemented) = implemented(&tokens, at) {
            owner = Some(implemented);
        }
        if let Some(item) = item(&tokens, at, owner.map(|(name, _)| name)) {
            found.push(item);
        }
    }
    found
}

/// Returns the type of an `impl` block, and where it ends.
fn implemented<'a>(tokens: &[Token<'a>], at: usize) -> Option<(&'a str, usize)> {
    let starts = at == 0 || ["}", ";", "]"].contains(&tokens[at - 1].text);
    if tokens[at].text != "impl" || !starts {
        return None;
    }
    let open = at + tokens[at..].iter().position(|token| token.text == "{")?;
    let head = &tokens[at + 1..open];
    let start = head.iter().rposition(|token| token.text == "for").map_or(0, |place| place + 1);
    let name = head[start..].iter().find(|token| token.is_name())?;
    Some((name.text, after_braces(tokens, open)))
}

/// Returns the item that `pub` at a place begins.
fn item(tokens: &[Token<'_>], at: usize, owner: Option<&str>) -> Option<Item> {
    if tokens[at].text != "pub" {
        return None;
    }
    let mut start = at + 1;
    if tokens.get(start)?.text == "(" {
        start += tokens[start..].iter().position(|token| token.text == ")")? + 1;
    }
    let is_before = |token: &Token<'_>, next: &Token<'_>| {
        ["async", "unsafe"].contains(&token.text)
            || (token.text == "const" && ["fn", "async", "unsafe"].contains(&next.text))
    };
    while let [token, next, ..] = &tokens[start..]
        && is_before(token, next)
    {
        start += 1;
    }
    let [keyword, name, rest @ ..] = &tokens[start..] else { return None };
    let is_type = TYPES.contains(&keyword.text);
    if !is_type && !OTHERS.contains(&keyword.text) {
        return None;
    }
    let end = rest.iter().position(|token| ["{", ";"].contains(&token.text))?;
    let has_body = is_type && rest[end].text == "{";
    let end = if has_body { after_braces(rest, end) } else { end };
    let seen = match keyword.text {
        "struct" => public_fields(&rest[..end]),
        _ => rest[..end].to_vec(),
    };
    let words = seen.iter().filter(|token| token.is_name());
    Some(Item {
        name: name.text.to_owned(),
        line: name.line,
        is_type,
        declares: words.map(|token| token.text.to_owned()).collect(),
        owner: owner.unwrap_or(name.text).to_owned(),
    })
}

/// Returns the fields that begin with `pub`.
fn public_fields<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut seen = Vec::new();
    let (mut depth, mut is_public) = (0, false);
    for token in tokens {
        depth += i32::from(["{", "(", "<"].contains(&token.text));
        depth -= i32::from(["}", ")", ">"].contains(&token.text));
        is_public |= token.text == "pub";
        is_public &= !(token.text == "," && depth == 1);
        if is_public {
            seen.push(*token);
        }
    }
    seen
}

/// Returns the words of a file without those of its `pub use`: a re-export is not a use.
pub fn words(text: &str) -> BTreeSet<String> {
    let tokens = tokens(text);
    let mut words = BTreeSet::new();
    let mut is_given_on = false;
    for (at, token) in tokens.iter().enumerate() {
        if token.text == "use" && at > 0 {
            is_given_on = ["pub", ")"].contains(&tokens[at - 1].text);
        }
        if token.is_name() && !is_given_on {
            words.insert(token.text.to_owned());
        }
        is_given_on &= token.text != ";";
    }
    words
}

/// Returns what follows `.` and `::`: methods, variants, fields.
pub fn members(text: &str) -> BTreeSet<String> {
    let tokens = tokens(text);
    let pairs = tokens.windows(2).filter(|pair| [".", "::"].contains(&pair[0].text));
    pairs.map(|pair| pair[1].text.to_owned()).collect()
}

/// Returns the types that a file ties to others: `type Err = X` of an `impl`.
pub fn tied(text: &str) -> BTreeSet<String> {
    let tokens = tokens(text);
    let mut found = BTreeSet::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| token.text == "type") {
        let rest = tokens[at + 1..].iter().take_while(|token| ![";", "{"].contains(&token.text));
        found.extend(rest.skip(1).filter(|t| t.is_name()).map(|token| token.text.to_owned()));
    }
    found
}

#[test]
fn items_are_read_with_what_they_declare() {
    let text = "pub use a::B; pub struct C { d: E, pub(super) q: R<S, T> } impl C { pub const fn f(&self) -> G { H } } \
                impl From<I> for J { type K = L; } fn m() {} pub(crate) static N: O = P;";
    let shown: Vec<String> = items(text)
        .iter()
        .map(|item| format!("{}/{} {}", item.owner, item.name, item.declares.len()))
        .collect();
    assert_eq!(shown, ["C/C 6", "C/f 2", "N/N 2"]);
    assert!(!words(text).contains("B") && words(text).contains("H"));
    assert_eq!(tied(text), BTreeSet::from(["L".to_owned()]));
}
