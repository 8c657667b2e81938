//! Keys of our own maps, as tables: which are known, what their values are, what they are for.

/// A key of one of our own maps.
#[derive(Clone, Copy, Debug)]
pub struct KnownKey {
    /// How it is written.
    pub name: &'static str,
    /// What its value is.
    pub form: ValueForm,
    /// Whether it is required.
    pub required: bool,
    /// What it is for, in sentences.
    pub about: &'static str,
}

/// What the value of a key is.
#[derive(Clone, Copy, Debug)]
pub enum ValueForm {
    /// Any text.
    Text,
    /// A text that is not empty.
    Id,
    /// The name of a resource, a target or a variable.
    Name,
    /// true or false.
    Flag,
    /// One of a few words.
    Word(fn() -> Vec<&'static str>),
    /// A whole number, up to this maximum.
    Count(usize),
    /// A duration.
    Length,
    /// `embedded` or a URL.
    Endpoint,
    /// A list of texts.
    Texts,
    /// A list of names.
    Names,
    /// Texts under any keys.
    Labels,
    /// Anything.
    Free,
    /// A map of anything.
    FreeMap,
    /// A map with these keys.
    Keys(&'static [KnownKey]),
    /// Maps with these keys, under any names.
    Each(&'static [KnownKey]),
    /// Anything, under any names.
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
    /// Returns the key as a required one.
    pub const fn required(mut self) -> KnownKey {
        self.required = true;
        self
    }
}
