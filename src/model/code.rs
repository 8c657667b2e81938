//! The code of a task: bytes, which are Base64 only on their way to the API and into files.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// What is accepted as Base64, from any source: padding may be missing, and white space is allowed.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The code of a task. Clones share it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Arc<[u8]>);

impl Code {
    /// Returns the code that a text of Base64 stands for, or None when it is not Base64.
    pub fn decode(base64: &str) -> Option<Code> {
        let compact: String = base64.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        LENIENT.decode(compact).ok().map(Code::from)
    }

    /// Returns the code as Base64, in its one canonical form.
    pub fn encode(&self) -> String {
        STANDARD.encode(&self.0)
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the code as text, or None when it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<Vec<u8>> for Code {
    fn from(bytes: Vec<u8>) -> Self {
        Code(bytes.into())
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Self {
        Code(text.as_bytes().into())
    }
}

/// Code may be megabytes of unreadable bytes.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.debug_tuple("Code").field(&text).finish(),
            None => write!(f, "Code({} bytes)", self.0.len()),
        }
    }
}
