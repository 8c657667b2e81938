//! The service over real loopback connections.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use taskloom::emulator::{Emulator, EmulatorError, EmulatorSettings};
use taskloom::support::{Clock, SystemClock};

use crate::emulator::{PROJECT, signed, task};

async fn start() -> Emulator {
    Emulator::start(EmulatorSettings::default(), Arc::new(SystemClock::new())).await.unwrap()
}

fn client() -> reqwest::Client {
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_root_certificates(rustls::RootCertStore::empty())
    .with_no_client_auth();
    reqwest::Client::builder().no_proxy().tls_backend_preconfigured(config).build().unwrap()
}

/// Sends a signed request whose host is the one in the signature.
async fn send(address: SocketAddr, action: &str, body: &[u8]) -> reqwest::Result<(u16, Vec<u8>)> {
    let clock = SystemClock::new();
    let clock: &dyn Clock = &clock;
    let mut request = client().post(format!("http://{address}/")).body(body.to_vec());
    for (name, value) in signed(clock, action, body).headers {
        request = request.header(name, value);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    Ok((status, answer.bytes().await?.to_vec()))
}

async fn call(emulator: &Emulator, action: &str, body: Json) -> Json {
    let (status, bytes) =
        send(emulator.address(), action, body.to_string().as_bytes()).await.unwrap();
    assert_eq!(status, 200);
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_signed_create_goes_over_loopback() {
    let emulator = start().await;
    let made = call(&emulator, "CreateTask", task("a")).await;
    assert_eq!(made["Response"]["Data"]["TaskId"].as_str().unwrap().len(), 17);
    let list = call(&emulator, "ListTasks", json!({"ProjectId": PROJECT})).await;
    assert_eq!(list["Response"]["Data"]["Items"][0]["TaskName"], "a");
    assert_eq!(emulator.calls().len(), 2);
    emulator.stop().await;
}

#[tokio::test]
async fn a_body_over_10_mb_is_refused_over_loopback() {
    let emulator = start().await;
    let (status, bytes) =
        send(emulator.address(), "CreateTask", &vec![b' '; (10 << 20) + 1]).await.unwrap();
    let json: Json = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        (status, &json["Response"]["Error"]["Code"]),
        (200, &json!("RequestSizeLimitExceeded"))
    );
    emulator.stop().await;
}

#[tokio::test]
async fn a_dropped_connection_gives_no_answer() {
    let emulator = start().await;
    emulator.faults().add("*#1:drop:after".parse().unwrap());
    assert!(
        send(emulator.address(), "CreateTask", task("a").to_string().as_bytes()).await.is_err()
    );
    let list = call(&emulator, "ListTasks", json!({"ProjectId": PROJECT})).await;
    assert_eq!(list["Response"]["Data"]["TotalCount"], 1);
    emulator.stop().await;
}

#[tokio::test]
async fn a_cut_off_answer_is_an_error_in_the_body() {
    let emulator = start().await;
    emulator.faults().add("*#1:cut-off:after".parse().unwrap());
    let error = send(emulator.address(), "CreateTask", task("a").to_string().as_bytes()).await;
    let error = error.unwrap_err();
    assert!(error.is_body() || error.is_decode(), "{error:?}");
    emulator.stop().await;
}

#[tokio::test]
async fn a_stop_ends_a_call_that_hangs() {
    let emulator = start().await;
    emulator.faults().add("*#1:hang:before".parse().unwrap());
    let address = emulator.address();
    let hanging = tokio::spawn(async move { send(address, "ListTasks", b"{}").await });
    while emulator.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    emulator.stop().await;
    assert!(hanging.await.unwrap().is_err());
}

#[tokio::test]
async fn the_emulator_listens_on_loopback_only() {
    let settings =
        EmulatorSettings { listen: "0.0.0.0:0".parse().unwrap(), ..EmulatorSettings::default() };
    let error = Emulator::start(settings, Arc::new(SystemClock::new())).await.unwrap_err();
    assert!(matches!(error, EmulatorError::NotLoopback { .. }));
}
