//! "Did you mean", and how a piece of a manifest is quoted in a message.

/// Longer words are not typing mistakes, and comparing them would take long.
const WORD_MAX: usize = 80;

/// Returns the candidate that was most probably meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > WORD_MAX {
        return None;
    }
    let plain = plain(word);
    let distance = |candidate: &str| strsim::damerau_levenshtein(&plain, &self::plain(candidate));
    let scored = candidates.into_iter().map(|candidate| (distance(candidate), candidate));
    let (best, candidate) = scored.min_by_key(|(distance, _)| *distance)?;
    let length = plain.chars().count().max(candidate.chars().count());
    (best <= (length / 3).max(1) && best < length).then_some(candidate)
}

/// Returns a text in quotes on one line, shortened when it is long.
pub(crate) fn quote(text: &str) -> String {
    let short: String = text.chars().take(WORD_MAX).collect();
    let rest = if short.len() < text.len() { "…" } else { "" };
    format!("{:?}", format!("{short}{rest}"))
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
