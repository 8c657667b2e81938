//! Keys of a map of ours, as tables: which are known, what stands behind them, what they are for.

/// A key of a map of ours.
#[derive(Clone, Copy, Debug)]
pub struct KnownKey {
    /// How it is written.
    pub name: &'static str,
    /// What stands behind it.
    pub form: ValueForm,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for, in sentences.
    pub about: &'static str,
}

/// What stands behind a key.
#[derive(Clone, Copy, Debug)]
pub enum ValueForm {
    /// Any text.
    Text,
    /// A text that is not empty.
    Id,
    /// What names a resource, a target, a variable.
    Name,
    /// true or false.
    Flag,
    /// One of a few words.
    Word(fn() -> Vec<&'static str>),
    /// A whole number, at most so large.
    Count(usize),
    /// A length of time.
    Length,
    /// `embedded` or a URL.
    Endpoint,
    /// A list of texts.
    Texts,
    /// A list of names.
    Names,
    /// Texts by any keys.
    Labels,
    /// Anything.
    Free,
    /// A map of anything.
    FreeMap,
    /// A map with these keys.
    Keys(&'static [KnownKey]),
    /// Maps with these keys, by names.
    Each(&'static [KnownKey]),
    /// Anything by names.
    FreeEach,
    /// The fields of the API, by the table of the kind.
    Spec,
    /// The schedules that the kind can have.
    Schedule,
    /// Paths of fields of the kind.
    Paths,
    /// The type of folders, where the kind has one.
    FolderType,
}

/// Returns a key that may be left out.
pub const fn key(name: &'static str, form: ValueForm, about: &'static str) -> KnownKey {
    KnownKey { name, form, required: false, about }
}

impl KnownKey {
    /// Returns the key as one that must be there.
    pub const fn required(mut self) -> KnownKey {
        self.required = true;
        self
    }
}
