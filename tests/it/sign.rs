//! The signature, checked with known results: the official SDK's and the two published ones.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::{any, prop_assert, prop_assert_eq, prop_assert_ne, proptest};
use serde::Deserialize;
use taskloom::cloud::{Signature, SigningInput, sign};

const VECTORS: &str = include_str!("cases/tc3_vectors.json");

#[derive(Deserialize)]
struct Vector {
    name: String,
    secret_id: String,
    secret_key: String,
    timestamp: i64,
    service: String,
    headers: Vec<(String, String)>,
    payload: String,
    canonical_request: String,
    string_to_sign: String,
    authorization: String,
}

/// The script of the big vector is too long to store: `${code}` stands for its Base64.
fn expand(payload: &str) -> String {
    let lines: String = (0..3100).map(|n| format!("echo \"line {n:05} 数据\"\n")).collect();
    payload.replace("${code}", &STANDARD.encode(format!("#!/bin/bash\n{lines}")))
}

#[test]
fn every_known_answer_is_reproduced() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    assert_eq!(vectors.len(), 14);
    for vector in vectors {
        let headers: Vec<(&str, &str)> =
            vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = sign(&SigningInput {
            secret_id: &vector.secret_id,
            secret_key: &vector.secret_key,
            timestamp: vector.timestamp,
            service: &vector.service,
            headers: &headers,
            payload: expand(&vector.payload).as_bytes(),
        });
        assert_eq!(signature.canonical_request, vector.canonical_request, "{}", vector.name);
        assert_eq!(signature.string_to_sign, vector.string_to_sign, "{}", vector.name);
        assert_eq!(signature.authorization, vector.authorization, "{}", vector.name);
    }
}

fn sign_at(timestamp: i64, payload: &[u8]) -> Signature {
    sign(&SigningInput {
        secret_id: "id",
        secret_key: "key",
        timestamp,
        service: "wedata",
        headers: &[("content-type", "application/json"), ("host", "wedata.tencentcloudapi.com")],
        payload,
    })
}

#[test]
fn the_scope_changes_its_day_at_midnight_utc() {
    assert!(sign_at(1_767_225_599, b"{}").authorization.contains("/2025-12-31/wedata/"));
    assert!(sign_at(1_767_225_600, b"{}").authorization.contains("/2026-01-01/wedata/"));
}

proptest! {
    #[test]
    fn the_scope_is_the_utc_day_of_the_timestamp(day in 0_i64..40_000, second in 0_i64..86_400) {
        let midnight = sign_at(day * 86_400, b"{}");
        let later = sign_at(day * 86_400 + second, b"{}");
        let scope = |signature: &Signature| {
            signature.string_to_sign.lines().nth(2).map(str::to_owned)
        };
        prop_assert_eq!(scope(&midnight), scope(&later));
        prop_assert_ne!(scope(&later), scope(&sign_at((day + 1) * 86_400, b"{}")));
    }

    #[test]
    fn another_payload_has_another_signature(payload in any::<Vec<u8>>()) {
        let mut longer = payload.clone();
        longer.push(b' ');
        let (one, two) = (sign_at(1, &payload).authorization, sign_at(1, &longer).authorization);
        prop_assert!(one != two && one.len() == two.len());
    }
}
