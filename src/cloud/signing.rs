//! TC3-HMAC-SHA256 as a function of its inputs.
//!
//! Source: the signature v3 page of Tencent Cloud API 3.0; the official SDKs sign `content-type`
//! and `host` only, and so does this code. The header values are signed as they are sent.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use crate::model::hex;

/// The inputs of a signature.
#[derive(Clone, Copy, Debug)]
pub struct SigningInput<'a> {
    /// SecretId.
    pub secret_id: &'a str,
    /// SecretKey.
    pub secret_key: &'a str,
    /// X-TC-Timestamp in seconds; the scope's date is the UTC date of this moment.
    pub timestamp: i64,
    /// The first label of the host: `wedata`.
    pub service: &'a str,
    /// The signed headers, lower case, sorted, each with the value that is sent.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body bytes as sent, or `UNSIGNED-PAYLOAD`.
    pub payload: &'a [u8],
}

/// A signature with its intermediate results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What is hashed first.
    pub canonical_request: String,
    /// What is signed.
    pub string_to_sign: String,
    /// The Authorization header.
    pub authorization: String,
}

/// Signs a POST to `/`.
pub fn sign(signing: &SigningInput<'_>) -> Signature {
    let names: Vec<&str> = signing.headers.iter().map(|(name, _)| *name).collect();
    let signed_headers = names.join(";");
    let canonical_headers: String =
        signing.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical_request = format!(
        "POST\n/\n\n{canonical_headers}\n{signed_headers}\n{}",
        hex(&Sha256::digest(signing.payload))
    );
    let date = utc_date(signing.timestamp);
    let scope = format!("{date}/{}/tc3_request", signing.service);
    let string_to_sign = format!(
        "TC3-HMAC-SHA256\n{}\n{scope}\n{}",
        signing.timestamp,
        hex(&Sha256::digest(canonical_request.as_bytes()))
    );
    let date_key = mac(format!("TC3{}", signing.secret_key).as_bytes(), date.as_bytes());
    let service_key = mac(&date_key, signing.service.as_bytes());
    let signing_key = mac(&service_key, b"tc3_request");
    let signature = hex(&mac(&signing_key, string_to_sign.as_bytes()));
    let authorization = format!(
        "TC3-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={signed_headers}, Signature={signature}",
        signing.secret_id
    );
    Signature { canonical_request, string_to_sign, authorization }
}

/// Returns the UTC date of a moment. A moment out of range gives the date of the epoch, and a
/// signature that the service refuses.
fn utc_date(seconds: i64) -> String {
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string()
}

fn mac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}
