//! A fingerprint of what the manifests ask for.

use sha2::{Digest as _, Sha256};

use crate::model::{Address, Bundle, DesiredResource, TextPart, Value, hex};

/// Returns the SHA-256 of everything except places and sensitive values, in lower-case hexadecimal,
/// computed from those of the resources in the order of their addresses.
pub(crate) fn digest<'a>(
    bundle: Option<&Bundle>,
    resources: impl Iterator<Item = (&'a Address, &'a [u8; 32])>,
) -> String {
    let mut hash = Sha256::new();
    if let Some(bundle) = bundle {
        put(&mut hash, b'B', bundle.id.as_bytes());
        put(&mut hash, b'b', bundle.name.as_bytes());
    }
    for (address, digest) in resources {
        put(&mut hash, b'@', address.to_string().as_bytes());
        put(&mut hash, b'=', digest);
    }
    hex(&hash.finalize())
}

/// Returns the SHA-256 of a resource without its place and sensitive values.
pub(crate) fn digest_of(resource: &DesiredResource) -> [u8; 32] {
    let mut hash = Sha256::new();
    put_value(&mut hash, &resource.spec);
    put_value(&mut hash, &resource.extra);
    let lifecycle = &resource.lifecycle;
    put(&mut hash, b's', lifecycle.schedule.name().as_bytes());
    put(&mut hash, b'p', &[u8::from(lifecycle.protect)]);
    lifecycle.ignore.iter().for_each(|path| put(&mut hash, b'i', path.as_bytes()));
    lifecycle.folder_type.iter().for_each(|kind| put(&mut hash, b'F', kind.as_bytes()));
    for (key, value) in &resource.labels {
        put(&mut hash, b'k', key.as_bytes());
        put(&mut hash, b'v', value.as_bytes());
    }
    resource.formerly.iter().for_each(|old| put(&mut hash, b'f', old.to_string().as_bytes()));
    hash.finalize().into()
}

fn put_value(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => put(hash, b'0', b""),
        Value::Bool(flag) => put(hash, b'?', &[u8::from(*flag)]),
        Value::Number(number) => put(hash, b'#', number.to_string().as_bytes()),
        Value::Text(text) => put(hash, b'"', text.as_bytes()),
        Value::Code(code) => put(hash, b'"', code.encode().as_bytes()),
        Value::Template(parts) => {
            put(hash, b'$', &parts.len().to_be_bytes());
            for part in parts {
                match part {
                    TextPart::Text(text) => put(hash, b'"', text.as_bytes()),
                    TextPart::IdOf(address) => put(hash, b'&', address.to_string().as_bytes()),
                }
            }
        }
        // A digest without a key would make a short secret guessable.
        Value::Secret(_) | Value::Sealed(_) => put(hash, b'S', b""),
        Value::List(items) => {
            put(hash, b'[', &items.len().to_be_bytes());
            items.iter().for_each(|item| put_value(hash, item));
        }
        Value::Map(map) => {
            put(hash, b'{', &map.len().to_be_bytes());
            for (key, value) in map {
                put(hash, b':', key.as_bytes());
                put_value(hash, value);
            }
        }
    }
}

/// Adds a piece with its type and length, so that different contents never give the same bytes.
fn put(hash: &mut Sha256, tag: u8, bytes: &[u8]) {
    hash.update([tag]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}
