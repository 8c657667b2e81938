//! The content of a YAML document, with the place of every key and value.

/// A piece of a file, in lines and columns counted from 1 in characters; the end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The line of its first character.
    pub line: u32,
    /// The column of its first character.
    pub column: u32,
    /// The line of the character after its last.
    pub end_line: u32,
    /// The column of the character after its last.
    pub end_column: u32,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlNode {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub data: YamlData,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum YamlData {
    /// A text, a number, a word.
    Scalar(YamlScalar),
    /// Items in order.
    List(Vec<YamlNode>),
    /// Entries in order; keys are unique.
    Map(Vec<YamlEntry>),
}

/// A scalar as its source text: its type is determined by the code that reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlScalar {
    /// The text, quotes and escapes resolved.
    pub text: String,
    /// Written without quotes, so that `true` or `12` may be another type than text.
    pub plain: bool,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct YamlEntry {
    /// The key.
    pub key: String,
    /// Where the key is written.
    pub key_span: Span,
    /// The value.
    pub value: YamlNode,
}

impl YamlNode {
    /// Returns the scalar, if this is one.
    pub fn as_scalar(&self) -> Option<&YamlScalar> {
        if let YamlData::Scalar(scalar) = &self.data { Some(scalar) } else { None }
    }

    /// Returns the entries, if this is a map.
    pub fn as_map(&self) -> Option<&[YamlEntry]> {
        if let YamlData::Map(entries) = &self.data { Some(entries) } else { None }
    }

    /// Returns the value of a key, if this is a map with that key.
    pub fn get(&self, key: &str) -> Option<&YamlNode> {
        self.as_map()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Returns the same value with one place for all of it.
    pub fn at(&self, span: Span) -> YamlNode {
        let data = match &self.data {
            YamlData::Scalar(scalar) => YamlData::Scalar(scalar.clone()),
            YamlData::List(items) => {
                YamlData::List(items.iter().map(|item| item.at(span)).collect())
            }
            YamlData::Map(entries) => YamlData::Map(
                entries
                    .iter()
                    .map(|entry| YamlEntry {
                        key: entry.key.clone(),
                        key_span: span,
                        value: entry.value.at(span),
                    })
                    .collect(),
            ),
        };
        YamlNode { span, data }
    }

    /// Returns whether this is a null.
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(YamlScalar::is_null)
    }

    /// Returns the word for its type, with an article.
    pub fn noun(&self) -> &'static str {
        match &self.data {
            YamlData::Scalar(scalar) if scalar.is_null() => "nothing",
            YamlData::Scalar(_) => "a text",
            YamlData::List(_) => "a list",
            YamlData::Map(_) => "a map",
        }
    }
}

impl YamlScalar {
    /// Returns whether this is a null of the core schema.
    pub fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}
