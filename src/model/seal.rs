//! What is stored of a sensitive value: a keyed digest, from which the value cannot be read back.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::hex::hex;

/// How a stored digest was made.
const METHOD: &str = "hmac-sha256";
/// How many bytes of the key are kept.
const KEY_BYTES: usize = 16;

/// The key under which one state keeps the digests of its sensitive values.
///
/// It comes from the state's lineage, a random id of 122 bits: digests of two states cannot be
/// compared, while one state always makes the same digest of a value. Somebody who can read the
/// state file can try guesses, so a short secret is only as safe as behind any salted digest.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey(String);

impl SealKey {
    /// Returns the key of a lineage.
    pub fn of(lineage: &str) -> SealKey {
        SealKey(hex(digest(lineage, b"taskloom: sensitive values").split_at(KEY_BYTES).0))
    }

    /// Returns the keyed digest of some bytes, in lower-case hexadecimal.
    pub fn digest(&self, bytes: &[u8]) -> String {
        hex(&digest(&self.0, bytes))
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

/// The keyed digest of a sensitive value, with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    key: SealKey,
    digest: String,
}

impl Seal {
    /// Returns the digest of a value as it is spelled out (see `Value::spelled`).
    pub fn of(key: &SealKey, spelled: &str) -> Seal {
        Seal { key: key.clone(), digest: key.digest(spelled.as_bytes()) }
    }

    /// Returns whether a value with this spelling is the one that was digested.
    pub fn holds(&self, spelled: &str) -> bool {
        self.key.digest(spelled.as_bytes()) == self.digest
    }

    /// Returns the digest as it is written into files.
    pub fn text(&self) -> String {
        format!("{METHOD}:{}:{}", self.key.0, self.digest)
    }

    /// Reads a digest that was written into a file.
    pub fn parse(text: &str) -> Option<Seal> {
        let (key, digest) = text.strip_prefix(METHOD)?.strip_prefix(':')?.split_once(':')?;
        Some(Seal { key: SealKey(key.to_owned()), digest: digest.to_owned() })
    }
}

fn digest(key: &str, bytes: &[u8]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}
