//! Network failures of a request, on real sockets of this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use serde_json::json;
use taskloom::cloud::{
    AmbiguousFailure, CallOutcome, Client, ClientSettings, ConnectError, Credentials, Endpoint,
    HttpHeader, HttpMethod, HttpRequest, HttpResponse, ReqwestTransport, Transport, TransportError,
};
use taskloom::model::{Call, Repeat};
use taskloom::support::SystemClock;

fn header(name: &'static str, value: &str, sensitive: bool) -> HttpHeader {
    HttpHeader { name, value: value.to_owned(), sensitive }
}

async fn post(endpoint: &str) -> Result<HttpResponse, TransportError> {
    let endpoint: Endpoint = endpoint.parse().expect("an endpoint");
    let host = endpoint.host_header();
    let request = HttpRequest {
        method: HttpMethod::Post,
        url: endpoint.url().to_owned(),
        headers: vec![
            header("Content-Type", "application/json", false),
            header("Host", &host, false),
            header("Authorization", "hush", true),
        ],
        body: b"{}".to_vec().into(),
    };
    ReqwestTransport::new(&endpoint).expect("a transport").send(request).await
}

/// Reads a whole request and returns its head.
fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).expect("a line"), 0, "the request has a head");
    }
    let mut body = [0; 2];
    reader.read_exact(&mut body).expect("the body");
    assert_eq!(&body, b"{}");
    head
}

/// Serves connections, one after another, with a function.
fn serve(n: usize, answer: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        listener.incoming().take(n).flatten().for_each(answer);
    });
    address.to_string()
}

/// Answers one request with raw bytes and returns the head of the request.
fn serve_bytes(bytes: &'static [u8]) -> (String, Receiver<String>) {
    let (sender, receiver) = channel();
    let address = serve(1, move |mut stream| {
        sender.send(read_request(&stream)).expect("the test listens");
        stream.write_all(bytes).expect("the answer is taken");
    });
    (address, receiver)
}

/// Checks that the request was certainly not sent, and the reason.
async fn obstacle(endpoint: &str) -> ConnectError {
    match post(endpoint).await {
        Err(TransportError::NotSent { obstacle, source: Some(_) }) => obstacle,
        other => panic!("{endpoint} gave {other:?}"),
    }
}

/// Checks that the request may have been carried out, and the reason for the doubt.
async fn doubt(address: &str) -> AmbiguousFailure {
    match post(&format!("http://{address}")).await {
        Err(TransportError::Doubtful { doubt, source: Some(_) }) => doubt,
        other => panic!("{address} gave {other:?}"),
    }
}

#[tokio::test]
async fn a_request_and_its_answer_travel_whole() {
    let bytes =
        b"HTTP/1.1 200 OK\r\nDate: Tue, 06 Jan 2026 10:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}";
    let (address, heads) = serve_bytes(bytes);
    let answer = post(&format!("http://{address}")).await.expect("an answer");
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"{}".as_slice()));
    assert_eq!(answer.date.as_deref(), Some("Tue, 06 Jan 2026 10:00:00 GMT"));
    let head = heads.recv().expect("a head").to_lowercase();
    assert!(head.starts_with("post / http/1.1\r\n"), "{head}");
    assert_eq!(head.matches("\r\nhost:").count(), 1, "{head}");
    assert!(head.contains(&format!("\r\nhost: {address}\r\n")), "{head}");
    assert!(head.contains("\r\nauthorization: hush\r\n"), "{head}");
    assert!(head.contains("gzip"), "{head}");
}

#[tokio::test]
async fn a_compressed_answer_is_unpacked() {
    let (host, _heads) = serve_bytes(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 22\r\n\r\n\
        \x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00",
    );
    assert_eq!(post(&format!("http://{host}")).await.expect("an answer").body, b"{}");
}

#[tokio::test]
async fn a_refused_port_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let refused = obstacle(&format!("http://{host}")).await;
    assert_eq!(refused.to_string(), format!("{host} cannot be reached"));
    assert!(refused.may_pass());
}

#[tokio::test]
async fn https_to_a_plain_http_port_is_not_sent_and_says_what_it_looks_like() {
    let host = serve(1, |mut stream| {
        let n = stream.read(&mut [0; 1 << 14]).expect("the client speaks first");
        assert_ne!(n, 0);
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            .expect("the answer is taken");
    });
    assert_eq!(obstacle(&format!("https://{host}")).await, ConnectError::NoTls { host });
}

#[tokio::test]
async fn a_certificate_of_nobody_is_not_sent_anything() {
    let pem = include_bytes!("cases/untrusted.pem");
    let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().expect("a chain");
    let key = PrivateKeyDer::from_pem_slice(pem).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows TLS")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("the key fits");
    let config = Arc::new(config);
    let host = serve(1, move |mut stream| {
        let mut session = ServerConnection::new(Arc::clone(&config)).expect("a session");
        while session.is_handshaking() && session.complete_io(&mut stream).is_ok() {}
    });
    let untrusted = obstacle(&format!("https://{host}")).await;
    assert_eq!(untrusted, ConnectError::Certificate { host });
    assert!(!untrusted.may_pass());
}

#[tokio::test]
async fn a_handshake_that_ends_early_is_not_sent() {
    let host = serve(1, drop);
    assert!(obstacle(&format!("https://{host}")).await.may_pass());
}

#[tokio::test]
async fn a_header_that_http_cannot_carry_is_not_sent() {
    let endpoint = Endpoint::default();
    let request = HttpRequest {
        method: HttpMethod::Post,
        url: endpoint.url().to_owned(),
        headers: vec![header("X-TC-Region", "ap\nguangzhou", false)],
        body: Vec::new().into(),
    };
    let transport = ReqwestTransport::new(&endpoint).expect("a transport");
    let result = transport.send(request).await;
    let unwritable =
        matches!(&result, Err(TransportError::NotSent { obstacle: ConnectError::Unwritable, .. }));
    assert!(unwritable, "{result:?}");
}

#[tokio::test]
async fn a_connection_that_ends_before_the_answer_leaves_a_doubt() {
    let (host, _heads) = serve_bytes(b"");
    assert_eq!(doubt(&host).await, AmbiguousFailure::Broken { host });
}

#[tokio::test]
async fn an_answer_that_is_no_http_leaves_a_doubt() {
    let (host, _heads) = serve_bytes(b"SSH-2.0-OpenSSH\r\n");
    assert_eq!(doubt(&host).await, AmbiguousFailure::Broken { host });
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_a_doubt() {
    for bytes in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}".as_slice(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let (host, _heads) = serve_bytes(bytes);
        assert_eq!(doubt(&host).await, AmbiguousFailure::Truncated { host });
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let host = serve(1, |mut stream| {
        read_request(&stream);
        let mut wrote = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while wrote.is_ok() {
            wrote = stream.write_all(&[b' '; 1 << 16]);
        }
    });
    let result = post(&format!("http://{host}")).await;
    let too_large = matches!(
        &result,
        Err(TransportError::Doubtful { doubt: AmbiguousFailure::TooLarge { .. }, source: None })
    );
    assert!(too_large, "{result:?}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (host, _heads) = serve_bytes(
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    );
    assert_eq!(post(&format!("http://{host}")).await.expect("an answer").status, 307);
}

#[test]
fn a_request_shows_neither_its_secrets_nor_its_body() {
    let request = HttpRequest {
        method: HttpMethod::Post,
        url: "https://wedata.tencentcloudapi.com/".to_owned(),
        headers: vec![header("Host", "wedata", false), header("X-TC-Token", "hush", true)],
        body: b"hush".to_vec().into(),
    };
    let shown = format!("{request:?}");
    assert!(shown.contains("Host: wedata") && shown.contains("X-TC-Token: ***"), "{shown}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn a_service_that_never_answers_is_left_at_the_time_limit() {
    let (sender, receiver) = channel();
    let host = serve(1, move |stream| {
        read_request(&stream);
        // The connection stays open until the test is over.
        sender.send(stream).expect("the test listens");
    });
    let mut settings = ClientSettings::new("ap-guangzhou");
    settings.endpoint = format!("http://{host}").parse().expect("an endpoint");
    settings.timeout = Duration::from_millis(100);
    let transport = ReqwestTransport::new(&settings.endpoint).expect("a transport");
    let keys = Credentials::new("the test", "id", "key", None).expect("keys");
    let client = Client::new(settings, Arc::new(transport), Arc::new(SystemClock::new()), keys);
    let call = Call::new("CreateTask", &json!({}), Repeat::No);
    let error = client.call(&call).await.expect_err("nothing comes");
    assert_eq!(error.outcome(), CallOutcome::Unknown);
    drop(receiver);
}
