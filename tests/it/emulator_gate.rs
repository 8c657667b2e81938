//! What is checked before an action runs.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::time::Duration;

use serde_json::json;
use taskloom::cloud::{SigningInput, sign};
use taskloom::emulator::ApiRequest;

use crate::emulator::{PROJECT, Rig, read, signed, whole};

fn good(rig: &Rig) -> ApiRequest {
    signed(&*rig.clock, "ListTasks", json!({"ProjectId": PROJECT}).to_string().as_bytes())
}

fn set(request: &mut ApiRequest, name: &str, value: &str) {
    for header in request.headers.iter_mut().filter(|header| header.0 == name) {
        value.clone_into(&mut header.1);
    }
}

/// Returns the error code of a valid request after a change.
async fn code(change: impl FnOnce(&mut ApiRequest)) -> String {
    let rig = Rig::new();
    let mut request = good(&rig);
    change(&mut request);
    let answer = whole(rig.service.answer(&request).await);
    read(&answer).expect_err("the request should be refused")
}

#[tokio::test]
async fn a_signed_request_is_answered_with_a_date() {
    let rig = Rig::new();
    let answer = whole(rig.service.answer(&good(&rig)).await);
    assert_eq!(read(&answer).unwrap()["TotalCount"], 0);
    let date = ("date".to_owned(), "Fri, 02 Jan 2026 03:04:05 GMT".to_owned());
    assert!(answer.headers.contains(&date));
}

#[tokio::test]
async fn only_posts_to_the_root_are_taken() {
    assert_eq!(code(|r| r.method = "GET".to_owned()).await, "UnsupportedProtocol");
    assert_eq!(code(|r| r.path = "/x".to_owned()).await, "InvalidRequest");
    assert_eq!(code(|r| set(r, "Content-Type", "text/plain")).await, "InvalidRequest");
}

#[tokio::test]
async fn the_common_headers_are_checked() {
    assert_eq!(code(|r| set(r, "X-TC-Action", "DeleteProject")).await, "InvalidAction");
    assert_eq!(code(|r| set(r, "X-TC-Action", "")).await, "InvalidAction");
    assert_eq!(code(|r| set(r, "X-TC-Version", "2021-08-20")).await, "NoSuchVersion");
    assert_eq!(code(|r| set(r, "X-TC-Version", "")).await, "MissingParameter");
    assert_eq!(code(|r| set(r, "X-TC-Region", "")).await, "MissingParameter");
    assert_eq!(code(|r| set(r, "X-TC-Region", "moon")).await, "UnsupportedRegion");
    assert_eq!(code(|r| set(r, "X-TC-Timestamp", "")).await, "MissingParameter");
    assert_eq!(code(|r| set(r, "X-TC-Timestamp", "soon")).await, "InvalidParameter");
    assert_eq!(code(|r| set(r, "Authorization", "")).await, "MissingParameter");
    let code = code(|r| set(r, "Authorization", "SKIP")).await;
    assert_eq!(code, "AuthFailure.InvalidAuthorization");
}

#[tokio::test]
async fn a_body_over_10_mb_is_refused() {
    assert_eq!(code(|r| r.body = vec![b' '; (10 << 20) + 1]).await, "RequestSizeLimitExceeded");
}

#[tokio::test]
async fn a_clock_may_be_off_by_300_seconds() {
    let rig = Rig::new();
    let request = good(&rig);
    rig.clock.pass(Duration::from_secs(300));
    assert!(read(&whole(rig.service.answer(&request).await)).is_ok());
    rig.clock.pass(Duration::from_secs(1));
    let answer = whole(rig.service.answer(&request).await);
    assert_eq!(read(&answer).unwrap_err(), "AuthFailure.SignatureExpire");
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let failure = "AuthFailure.SignatureFailure";
    assert_eq!(code(|r| r.body.push(b' ')).await, failure);
    assert_eq!(code(|r| set(r, "Host", "elsewhere")).await, failure);
    assert_eq!(code(|r| edit(r, "/wedata/", "/cvm/")).await, failure);
    let unknown = code(|r| edit(r, "Credential=taskloom-local", "Credential=someone")).await;
    assert_eq!(unknown, "AuthFailure.SecretIdNotFound");
    let unsigned = code(|r| edit(r, "content-type;host", "content-type")).await;
    assert_eq!(unsigned, "AuthFailure.InvalidAuthorization");
}

fn edit(request: &mut ApiRequest, from: &str, to: &str) {
    let text = request.header("Authorization").unwrap().replace(from, to);
    set(request, "Authorization", &text);
}

#[tokio::test]
async fn blanks_in_the_authorization_do_not_count() {
    let rig = Rig::new();
    let mut request = good(&rig);
    edit(&mut request, ", ", ",");
    assert!(read(&whole(rig.service.answer(&request).await)).is_ok());
}

#[tokio::test]
async fn a_signed_action_is_signed_in_lower_case() {
    let rig = Rig::new();
    let mut request = good(&rig);
    let signing = SigningInput {
        secret_id: "taskloom-local",
        secret_key: "taskloom-local",
        timestamp: request.header("x-tc-timestamp").unwrap().parse().unwrap(),
        service: "wedata",
        headers: &[
            ("content-type", "application/json"),
            ("host", "wedata.tencentcloudapi.com"),
            ("x-tc-action", "listtasks"),
        ],
        payload: &request.body.clone(),
    };
    set(&mut request, "Authorization", &sign(&signing).authorization);
    assert!(read(&whole(rig.service.answer(&request).await)).is_ok());
}

#[tokio::test]
async fn an_unsigned_payload_is_taken() {
    let rig = Rig::new();
    let mut request = signed(&*rig.clock, "ListTasks", b"UNSIGNED-PAYLOAD");
    request.body = json!({"ProjectId": PROJECT}).to_string().into_bytes();
    let header = ("X-TC-Content-SHA256".to_owned(), "UNSIGNED-PAYLOAD".to_owned());
    request.headers.push(header);
    assert!(read(&whole(rig.service.answer(&request).await)).is_ok());
}

#[tokio::test]
async fn each_action_has_20_calls_a_second() {
    let rig = Rig::with(|settings| settings.rate = 20.0);
    let list = || rig.call("ListTasks", json!({"ProjectId": PROJECT}));
    for _ in 0..20 {
        list().await.unwrap();
        rig.clock.pass(Duration::from_millis(49));
    }
    assert_eq!(list().await.unwrap_err(), "RequestLimitExceeded");
    rig.data("ListTriggerTasks", json!({"ProjectId": PROJECT})).await;
    rig.clock.pass(Duration::from_millis(20));
    list().await.unwrap();
    assert_eq!(list().await.unwrap_err(), "RequestLimitExceeded");
}

#[tokio::test]
async fn an_answer_takes_the_latency_asked_for() {
    let rig = Rig::with(|settings| settings.latency = Duration::from_millis(70));
    rig.data("ListTasks", json!({"ProjectId": PROJECT})).await;
    assert_eq!(taskloom::support::Clock::elapsed(&*rig.clock), Duration::from_millis(70));
}
