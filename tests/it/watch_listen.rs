//! The status page over HTTP: routes, headers for browsers, and which hosts are answered.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use taskloom::emulator::Behaviour;
use taskloom::watch::{ListenError, ListenReach, StatusServer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Watched, World, after, task};

/// A response.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

async fn serve(watched: &Watched) -> StatusServer {
    let any = "127.0.0.1:0".parse().unwrap();
    StatusServer::start(any, ListenReach::Loopback, watched.board.clone()).await.unwrap()
}

/// Sends raw bytes, and reads until the connection ends.
async fn send(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

async fn ask(address: SocketAddr, method: &str, path: &str, host: &str) -> Answer {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    send(address, &head).await
}

async fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, "GET", path, "localhost").await
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let mut lines = answer.head.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name} in {}", answer.head))
}

#[tokio::test]
async fn every_answer_forbids_what_the_page_does_not_need() {
    let world = World::live(Behaviour::default());
    let server = serve(&Watched::new(&world)).await;
    for path in ["/", "/healthz", "/readyz", "/metrics", "/state.json", "/resource.json", "/x"] {
        let answer = get(server.address(), path).await;
        let policy = header(&answer, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; "), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
        assert_eq!(header(&answer, "cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(!answer.head.contains("access-control"), "{path}: {}", answer.head);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_page_is_one_file_whose_script_and_style_are_those_of_its_policy() {
    let world = World::live(Behaviour::default());
    let server = serve(&Watched::new(&world)).await;
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, page) = text.split_once("\r\n\r\n").unwrap();
    for (tag, rule) in [("script", "script-src"), ("style", "style-src")] {
        let (begin, end) = (format!("<{tag}>"), format!("</{tag}>"));
        assert_eq!((page.matches(&begin).count(), page.matches(&end).count()), (1, 1), "{tag}");
        let inside = page.split_once(&begin).unwrap().1.split_once(&end).unwrap().0;
        let hash = STANDARD.encode(Sha256::digest(inside));
        assert!(head.contains(&format!("{rule} 'sha256-{hash}';")), "{head}");
    }
    // Nothing is fetched from elsewhere, and no text is interpreted as markup.
    let names = ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "srcdoc"];
    let elsewhere = ["src=", "@import", "url(", "<link", "<img", "<iframe", "style=", "onclick="];
    for word in names.iter().chain(&elsewhere) {
        assert!(!page.contains(word), "{word}");
    }
    let urls: Vec<_> = page.match_indices("://").map(|(at, _)| &page[at - 4..at + 18]).collect();
    assert_eq!(urls, ["http://www.w3.org/2000"], "only the name of SVG");
    server.stop().await;
}

#[tokio::test]
async fn it_is_for_reading_only() {
    let world = World::live(Behaviour::default());
    let server = serve(&Watched::new(&world)).await;
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = ask(server.address(), method, "/", "localhost").await;
        assert_eq!((answer.status, header(&answer, "allow")), (405, "get, head"), "{method}");
    }
    let answer = ask(server.address(), "HEAD", "/", "localhost").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(get(server.address(), "/etc/passwd").await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_was_made_to_point_here_is_not_answered() {
    let world = World::live(Behaviour::default());
    let server = serve(&Watched::new(&world)).await;
    let port = server.address().port();
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:80", "[::1]:7"] {
        let answer = ask(server.address(), "GET", "/healthz", host).await;
        assert_eq!(answer.status, 200, "{host}");
    }
    let named = format!("127.0.0.1.evil.example:{port}");
    for host in ["evil.example", "localhost.evil.example", "", "10.0.0.1", "localhost:x", &named] {
        let answer = ask(server.address(), "GET", "/state.json", host).await;
        assert_eq!((answer.status, answer.body.contains("project")), (421, false), "{host}");
    }
    let whole = "GET http://evil.example/state.json HTTP/1.1\r\nHost: localhost\r\n\
                 Connection: close\r\n\r\n";
    assert_eq!(send(server.address(), whole).await.status, 421);
    let none = "GET /state.json HTTP/1.0\r\n\r\n";
    assert_eq!(send(server.address(), none).await.status, 421);
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_others_reach_needs_a_word() {
    let world = World::live(Behaviour::default());
    let board = Watched::new(&world).board;
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let address = address.parse().unwrap();
        let refused =
            StatusServer::start(address, ListenReach::Loopback, board.clone()).await.unwrap_err();
        assert!(matches!(refused, ListenError::NotLoopback { .. }), "{refused}");
        assert!(ListenReach::Anywhere.check(address).is_ok());
    }
    let any = "0.0.0.0:0".parse().unwrap();
    let server = StatusServer::start(any, ListenReach::Anywhere, board).await.unwrap();
    let here = SocketAddr::from(([127, 0, 0, 1], server.address().port()));
    assert_eq!(ask(here, "GET", "/healthz", "taskloom.example").await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn health_and_readiness_follow_the_loop() {
    let world = World::live(Behaviour::default());
    let watched = Watched::new(&world);
    let server = serve(&watched).await;
    let address = server.address();
    assert_eq!(get(address, "/healthz").await.status, 200);
    let answer = get(address, "/readyz").await;
    assert_eq!((answer.status, answer.body.as_str()), (503, "no pass has ended well yet\n"));
    watched.look(&world).await;
    assert_eq!(get(address, "/readyz").await.body, "ok\n");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_loop_without_a_sign_is_stuck_and_an_old_success_is_stale() {
    let world = World::new(Behaviour::default());
    let watched = Watched::new(&world);
    watched.look(&world).await;
    tokio::time::advance(Duration::from_secs(900)).await;
    assert_eq!((watched.board.health().is_ok(), watched.board.readiness().is_ok()), (true, true));
    tokio::time::advance(Duration::from_secs(1)).await;
    let told = watched.board.health().unwrap_err().to_string();
    assert_eq!(told, "the loop gave no sign of life for 901 seconds");
    watched.board.touch();
    assert!(watched.board.health().is_ok());
    let told = watched.board.readiness().unwrap_err().to_string();
    assert_eq!(told, "the last pass that ended well did so 901 seconds ago");
}

#[tokio::test]
async fn who_follows_is_told_when_something_is_new() {
    let world = World::live(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", &after("a")));
    let watched = Watched::new(&world);
    let server = serve(&watched).await;
    let address = server.address();
    let first: serde_json::Value =
        serde_json::from_str(&get(address, "/state.json").await.body).unwrap();
    let path = format!("/state.json?after={}", first["version"]);
    let (news, ()) = tokio::join!(get(address, &path), async {
        watched.look(&world).await;
    });
    let news: serde_json::Value = serde_json::from_str(&news.body).unwrap();
    assert!(news["version"].as_u64() > first["version"].as_u64(), "{news}");
    assert_eq!(get(address, "/state.json?after=no").await.status, 400);
    let details = get(address, "/resource.json?address=Task%2Fb").await;
    let details: serde_json::Value = serde_json::from_str(&details.body).unwrap();
    assert_eq!(details["resource"]["needs"], serde_json::json!(["Task/a"]));
    assert_eq!(details["pending"]["action"], "create");
    for wrong in ["/resource.json", "/resource.json?address=Task/c", "/resource.json?address=%00"] {
        assert_eq!(get(address, wrong).await.status, 404, "{wrong}");
    }
    server.stop().await;
}
