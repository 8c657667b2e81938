//! Temporary keys: of a TKE pod from the STS, of a machine from its metadata service. Both are
//! scripts; nothing goes over the network.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};
use taskloom::cloud::{
    CallError, CredentialsError, HttpMethod, HttpRequest, KeyIssuer, KeyIssuers, KeySource,
    ReqwestTransport, Workload,
};
use taskloom::support::{Clock, SystemClock};
use tempfile::TempDir;

use crate::cloud_fake::{
    Answer, FakeTransport, Stage, TestClock, body, call_of, error, ok, stage_of,
};

const START: &str = "2026-01-06T10:00:00Z";
const START_SECONDS: i64 = 1_767_693_600;
const ROLE_URL: &str = "http://metadata.test/latest/meta-data/cam/security-credentials/";

/// An environment without keys, and scripted services that issue some.
struct Place {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
    clock: Arc<TestClock>,
    sts: Arc<FakeTransport>,
    metadata: Arc<FakeTransport>,
}

impl Place {
    fn new(sts: &[Answer], metadata: &[Answer]) -> Place {
        let clock = TestClock::at(START);
        let (sts, metadata) =
            (FakeTransport::of(clock.clone(), sts), FakeTransport::of(clock.clone(), metadata));
        let home = tempfile::tempdir().unwrap();
        let variables = vec![("HOME", home.path().to_str().unwrap().to_owned())];
        Place { home, variables, clock, sts, metadata }
    }

    fn pod(sts: &[Answer]) -> Place {
        let mut place = Place::new(sts, &[Answer::Refused]);
        place.write_token("hush-token-1");
        let file = place.home.path().join("token").to_str().unwrap().to_owned();
        place.set("TKE_REGION", "ap-nanjing").set("TKE_PROVIDER_ID", "tke-1");
        place.set("TKE_WEB_IDENTITY_TOKEN_FILE", &file).set("TKE_ROLE_ARN", "qcs::cam::uin/1:r");
        place
    }

    fn machine(metadata: &[Answer]) -> Place {
        Place::new(&[Answer::Refused], metadata)
    }

    fn set(&mut self, name: &'static str, value: &str) -> &mut Place {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    fn write_token(&self, token: &str) {
        fs::write(self.home.path().join("token"), format!("{token}\n")).unwrap();
    }

    fn issuers(&self) -> KeyIssuers {
        KeyIssuers {
            sts: KeyIssuer { origin: "https://sts.test".to_owned(), transport: self.sts.clone() },
            metadata: KeyIssuer {
                origin: "http://metadata.test".to_owned(),
                transport: self.metadata.clone(),
            },
            clock: self.clock.clone(),
        }
    }

    fn find(&self) -> Result<KeySource, CredentialsError> {
        let get = |name: &str| {
            let found = self.variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone())
        };
        KeySource::find(&get, &*self.clock)
    }

    fn workload(&self) -> Workload {
        match self.find().unwrap() {
            KeySource::Issued(workload) => workload,
            KeySource::Found(keys) => panic!("{keys:?}"),
        }
    }

    /// Returns the error's whole chain; it must not contain a secret.
    async fn error(&self) -> String {
        let error = self.workload().keys(&self.issuers()).await.expect_err("there are no keys");
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
        let texts = std::iter::successors(Some(&error as &dyn std::error::Error), |e| e.source());
        let text: Vec<String> = texts.map(ToString::to_string).collect();
        assert!(!text.concat().contains("hush"), "{text:?}");
        text.join(": ").replace(self.home.path().to_str().unwrap(), "~")
    }

    async fn stage(&self, script: &[Answer]) -> Stage {
        let keys = self.workload().keys(&self.issuers()).await.unwrap();
        stage_of(keys, script, |_| ())
    }
}

fn keys_of_sts(token: &str, expires_in: i64) -> Answer {
    let answer = json!({"Response": {
        "Credentials": {"Token": token, "TmpSecretId": "AKIDpod", "TmpSecretKey": "hush-key"},
        "ExpiredTime": START_SECONDS + expires_in,
        "Expiration": "2026-01-06T12:00:00Z",
        "RequestId": "req-sts",
    }});
    body(&answer.to_string())
}

fn keys_of_role(token: &str, expires_in: i64) -> Answer {
    let answer = json!({
        "TmpSecretId": "AKIDrole", "TmpSecretKey": "hush-key", "Token": token,
        "ExpiredTime": START_SECONDS + expires_in, "Expiration": "2026-01-06T12:00:00Z",
        "Code": "Success",
    });
    body(&answer.to_string())
}

fn urls(transport: &FakeTransport) -> Vec<String> {
    transport.requests().into_iter().map(|request| request.url).collect()
}

fn tokens(stage: &Stage) -> Vec<String> {
    let requests = stage.transport.requests();
    requests.iter().map(|request| request.header("X-TC-Token").unwrap().to_owned()).collect()
}

fn sent_to_sts(place: &Place) -> Vec<String> {
    let token = |request: &HttpRequest| {
        let body: Json = serde_json::from_slice(&request.body).unwrap();
        body["WebIdentityToken"].as_str().unwrap().to_owned()
    };
    place.sts.requests().iter().map(token).collect()
}

async fn call(stage: &Stage, action: &'static str) -> Result<(), CallError> {
    stage.client.call(&call_of(action, json!({}))).await.map(|_| ())
}

#[tokio::test(start_paused = true)]
async fn a_pod_exchanges_its_token_for_keys_without_a_signature() {
    let place = Place::pod(&[keys_of_sts("t", 7200)]);
    let keys = place.workload().keys(&place.issuers()).await.unwrap();
    assert_eq!(keys.secret_id, "AKIDpod");
    assert_eq!(keys.secret_key.expose_secret(), "hush-key");
    assert_eq!(keys.token.unwrap().expose_secret(), "t");
    let request = place.sts.requests().remove(0);
    assert_eq!((request.method, request.url.as_str()), (HttpMethod::Post, "https://sts.test/"));
    let header = |name| request.header(name).unwrap();
    assert_eq!(header("Authorization"), "SKIP");
    assert_eq!(header("Host"), "sts.test");
    assert_eq!(header("X-TC-Action"), "AssumeRoleWithWebIdentity");
    assert_eq!((header("X-TC-Version"), header("X-TC-Region")), ("2018-08-13", "ap-nanjing"));
    assert_eq!(header("X-TC-Timestamp"), START_SECONDS.to_string());
    let sent: Json = serde_json::from_slice(&request.body).unwrap();
    let wanted = json!({
        "ProviderId": "tke-1", "WebIdentityToken": "hush-token-1", "RoleArn": "qcs::cam::uin/1:r",
        "RoleSessionName": format!("taskloom-{START_SECONDS}000000"), "DurationSeconds": 7200,
    });
    assert_eq!(sent, wanted);
    assert_eq!(urls(&place.metadata), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_machine_asks_for_the_name_of_its_role_and_then_for_its_keys() {
    let place = Place::machine(&[body("my-role\n"), keys_of_role("t", 7200)]);
    let keys = place.workload().keys(&place.issuers()).await.unwrap();
    assert_eq!((keys.secret_id.as_str(), keys.token.unwrap().expose_secret()), ("AKIDrole", "t"));
    assert_eq!(urls(&place.metadata), [ROLE_URL.to_owned(), format!("{ROLE_URL}my-role")]);
    assert!(place.metadata.requests().iter().all(|request| request.method == HttpMethod::Get));
    assert_eq!(urls(&place.sts), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn keys_in_a_file_or_an_identity_of_a_pod_leave_the_machine_unasked() {
    let mut place = Place::pod(&[keys_of_sts("t", 7200)]);
    assert!(matches!(place.workload(), Workload::Pod(_)));
    let folder = place.home.path().join(".tencentcloud");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("credentials"), "[default]\nsecret_id = i\nsecret_key = k\n").unwrap();
    assert!(matches!(place.find().unwrap(), KeySource::Found(keys) if keys.secret_id == "i"));
    place.set("TENCENTCLOUD_SECRET_ID", "e").set("TENCENTCLOUD_SECRET_KEY", "k");
    assert!(matches!(place.find().unwrap(), KeySource::Found(keys) if keys.secret_id == "e"));
}

#[test]
fn half_an_identity_of_a_pod_is_an_error_but_a_region_alone_is_none() {
    let mut place = Place::machine(&[Answer::Refused]);
    place.set("TKE_REGION", "ap-nanjing");
    assert!(matches!(place.workload(), Workload::Machine { .. }));
    place.set("TKE_PROVIDER_ID", "tke-1");
    let error = place.find().unwrap_err().to_string();
    assert_eq!(error, "TKE_PROVIDER_ID is set, but TKE_WEB_IDENTITY_TOKEN_FILE is not or is empty");
}

#[tokio::test(start_paused = true)]
async fn a_machine_without_the_metadata_service_is_told_what_was_tried_within_two_seconds() {
    let mut place = Place::machine(&[Answer::Hang]);
    let began = place.clock.elapsed();
    let tried = "no credentials found: looked in this order at TENCENTCLOUD_SECRET_ID and \
                 TENCENTCLOUD_SECRET_KEY in the environment, ~/.tccli/default.credential, \
                 ~/.tencentcloud/credentials, TKE_ROLE_ARN and the others of a pod of TKE, the \
                 role of this machine at http://metadata.test (no answer came within 2s); set \
                 TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (and TENCENTCLOUD_TOKEN for \
                 temporary keys) or run `tccli configure`";
    assert_eq!(place.error().await, tried);
    assert_eq!(place.clock.elapsed() - began, Duration::from_secs(2));
    place.set("HOME", "");
    assert!(place.error().await.contains("no file, for HOME is not set, TKE_ROLE_ARN"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_role_is_told_as_one() {
    let cases = [
        (Answer::Refused, "(fake:443 cannot be reached)"),
        (Answer::Http(404, None, "none".to_owned()), "(it has none)"),
        (Answer::Http(503, None, String::new()), "(the answer has HTTP status 503)"),
        (body("<html>please log in</html>"), "(the answer is not a valid name of a role)"),
        (body("../other"), "(the answer is not a valid name of a role)"),
        (body(""), "(the answer is not a valid name of a role)"),
    ];
    for (answer, flaw) in cases {
        let error = Place::machine(&[answer]).error().await;
        assert!(error.contains(flaw) && error.starts_with("no credentials found"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_without_keys_is_an_error_that_quotes_no_answer() {
    let refused = body(r#"{"Code": "hush hush", "TmpSecretKey": "hush"}"#);
    let halted = body(r#"{"Code": "RoleNotExist", "TmpSecretKey": "hush"}"#);
    let lone = body(r#"{"Code": "Success", "TmpSecretId": "hush"}"#);
    let cases = [
        (refused, "its answer does not report success"),
        (halted, "it says RoleNotExist"),
        (body(r#"{"Code": "hush"#), "its answer is not valid JSON"),
        (Answer::Http(500, None, "hush".to_owned()), "its answer has HTTP status 500"),
        (Answer::Hang, "no answer came within 2s"),
    ];
    for (answer, flaw) in cases {
        let error = Place::machine(&[body("my-role"), answer]).error().await;
        let told = "the metadata service gives no keys for the role my-role of this machine: ";
        assert_eq!(error, format!("{told}{flaw}"));
    }
    let error = Place::machine(&[body("my-role"), lone]).error().await;
    assert_eq!(error, "the secret key is missing in the answer of the metadata service");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_the_sts_refuses_is_not_quoted() {
    let refusal = r#"{"Response":{"Error":{"Code":"InvalidParameter.WebIdentityTokenError",
                     "Message":"bad token hush-token-1"},"RequestId":"req-9"}}"#;
    let place = Place::pod(&[body(refusal)]);
    assert_eq!(
        place.error().await,
        "the pod gets no keys for the role qcs::cam::uin/1:r: AssumeRoleWithWebIdentity failed: \
         InvalidParameter.WebIdentityTokenError: bad token (sensitive) (RequestId req-9)"
    );
    assert_eq!(place.sts.requests().len(), 1);
    fs::remove_file(place.home.path().join("token")).unwrap();
    assert!(place.error().await.starts_with("cannot read ~/token: "));
}

#[tokio::test(start_paused = true)]
async fn an_sts_that_fails_for_a_moment_is_asked_again() {
    let bad = [Answer::Refused, error("InternalError"), keys_of_sts("t", 7200)];
    let place = Place::pod(&bad);
    place.workload().keys(&place.issuers()).await.unwrap();
    assert_eq!(place.sts.requests().len(), 3);
    let place = Place::pod(&[Answer::Broken]);
    assert!(place.error().await.contains("may or may not have been carried out"));
    assert_eq!(place.sts.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_pods_keys_are_renewed_before_they_run_out_with_the_token_of_that_time() {
    let place = Place::pod(&[keys_of_sts("one", 7200), keys_of_sts("two", 14_400)]);
    let stage = place.stage(&[ok()]).await;
    call(&stage, "CreateTask").await.unwrap();
    place.write_token("hush-token-2");
    place.clock.sleep(Duration::from_secs(6899)).await;
    call(&stage, "CreateTask").await.unwrap();
    place.clock.sleep(Duration::from_secs(1)).await;
    call(&stage, "CreateTask").await.unwrap();
    call(&stage, "CreateTask").await.unwrap();
    assert_eq!(tokens(&stage), ["one", "one", "two", "two"]);
    assert_eq!(sent_to_sts(&place), ["hush-token-1", "hush-token-2"]);
}

#[tokio::test(start_paused = true)]
async fn a_machines_keys_are_renewed_after_a_refused_token_even_for_a_create() {
    let role = body("my-role");
    let script = [role.clone(), keys_of_role("one", 7200), role, keys_of_role("two", 7200)];
    let place = Place::machine(&script);
    let stage = place.stage(&[error("AuthFailure.TokenFailure"), ok()]).await;
    let calls = (call(&stage, "CreateTask"), call(&stage, "GetTask"));
    let (a, b) = tokio::join!(calls.0, calls.1);
    a.and(b).unwrap();
    assert_eq!(tokens(&stage)[0], "one");
    assert_eq!(tokens(&stage).last().unwrap(), "two");
    assert_eq!(place.metadata.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_stops_to_answer_holds_calls_up_only_now_and_then() {
    let script = [body("my-role"), keys_of_role("last", 300), Answer::Hang];
    let place = Place::machine(&script);
    let stage = place.stage(&[ok()]).await;
    let began = place.clock.elapsed();
    for _ in 0..20 {
        call(&stage, "GetTask").await.unwrap();
    }
    // One metadata request of two seconds; the calls are 50 ms apart.
    assert_eq!(place.metadata.requests().len(), 3);
    assert!(place.clock.elapsed() - began < Duration::from_secs(4));
    assert_eq!(tokens(&stage), vec!["last"; 20]);
}

#[tokio::test]
async fn the_way_to_the_metadata_service_is_a_plain_get() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").unwrap();
        String::from_utf8(head).unwrap()
    });
    let transport = Arc::new(ReqwestTransport::nearby(Duration::from_secs(1)).unwrap());
    let origin = format!("http://{address}");
    let issuer = KeyIssuer { origin, transport };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let issuers = KeyIssuers { sts: issuer.clone(), metadata: issuer, clock };
    let machine = Workload::Machine { tried: vec!["nowhere".to_owned()] };
    let error = machine.keys(&issuers).await.unwrap_err().to_string();
    assert!(error.contains("nowhere, the role of this machine at http://127"), "{error}");
    assert!(error.contains("(it has none)"), "{error}");
    let head = served.join().unwrap();
    let line = "GET /latest/meta-data/cam/security-credentials/ HTTP/1.1\r\n";
    assert!(head.starts_with(line), "{head}");
    assert!(!head.to_lowercase().contains("authorization"), "{head}");
}
