//! The page for people: one file, and the content security policy that lets nothing else run.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The page. It contains no data: its script requests the data and shows all of it as text.
pub const PAGE: &str = include_str!("page.html");

/// What the page may do in a browser: run its one script, use its one style, call this server.
pub static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let text = format!(
        "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'",
        source("<script>", "</script>"),
        source("<style>", "</style>"),
    );
    HeaderValue::from_str(&text).expect("a hash in Base64 is visible ASCII")
});

/// Returns the hash of the text between two tags, in the form of a policy.
fn source(begin: &str, end: &str) -> String {
    let inside = PAGE.split_once(begin).and_then(|(_, rest)| rest.split_once(end));
    let (inside, _) = inside.expect("the page has one script and one style");
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(inside)))
}
