//! Temporary keys that expire: they are read again from their source, once, and the call is resent.

use std::fs;
use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use taskloom::cloud::{CallError, CallOutcome, Credentials, KeySource};
use taskloom::model::Reply;
use tempfile::TempDir;

use crate::cloud_fake::{Answer, Stage, TestClock, call_of, error, ok, stage_of};

const START: &str = "2026-01-06T10:00:00Z";
const START_SECONDS: i64 = 1_767_693_600;

/// A home folder with a profile of tccli.
struct Login(TempDir);

impl Login {
    fn new(token: &str, expires_in: i64) -> Login {
        let login = Login(tempfile::tempdir().unwrap());
        login.again(token, expires_in);
        login
    }

    /// Writes new keys, as a new login does.
    fn again(&self, token: &str, expires_in: i64) {
        let keys = json!({"secretId": "AKIDtest", "secretKey": "hush-key", "token": token,
                          "expiresAt": START_SECONDS + expires_in});
        self.write(&keys.to_string());
    }

    fn write(&self, text: &str) {
        let folder = self.0.path().join(".tccli");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("default.credential"), text).unwrap();
    }

    fn stage(&self, script: &[Answer]) -> Stage {
        let home = self.0.path().to_str().unwrap().to_owned();
        let environment = |name: &str| (name == "HOME").then(|| home.clone());
        match KeySource::find(&environment, &*TestClock::at(START)).unwrap() {
            KeySource::Found(keys) => stage_of(keys, script, |_| ()),
            KeySource::Issued(workload) => panic!("{workload:?}"),
        }
    }
}

async fn call(stage: &Stage, action: &'static str) -> Result<Reply, CallError> {
    stage.client.call(&call_of(action, json!({}))).await
}

fn tokens(stage: &Stage) -> Vec<String> {
    let requests = stage.transport.requests();
    requests.iter().map(|request| request.header("X-TC-Token").unwrap().to_owned()).collect()
}

fn refused() -> Answer {
    error("AuthFailure.TokenFailure")
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_read_again_and_the_call_sent_again_even_a_create() {
    let login = Login::new("old", 7200);
    let stage = login.stage(&[refused(), ok()]);
    login.again("new", 14_400);
    call(&stage, "CreateTask").await.unwrap();
    call(&stage, "CreateTask").await.unwrap();
    assert_eq!(tokens(&stage), ["old", "new", "new"]);
}

#[tokio::test(start_paused = true)]
async fn without_fresh_keys_there_is_no_second_try() {
    let login = Login::new("old", 7200);
    let malformed = "{";
    let gone = || fs::remove_dir_all(login.0.path().join(".tccli")).unwrap();
    let cases: [(&str, &dyn Fn()); 3] =
        [("the same", &|| ()), ("malformed", &|| login.write(malformed)), ("gone", &gone)];
    for (name, change) in cases {
        login.again("old", 7200);
        let stage = login.stage(&[refused(), ok()]);
        change();
        let error = call(&stage, "GetTask").await.unwrap_err();
        assert_eq!((error.code(), tokens(&stage).len()), (Some("AuthFailure.TokenFailure"), 1));
        assert_eq!(error.outcome(), CallOutcome::NotExecuted, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn keys_of_the_environment_are_not_looked_for_elsewhere() {
    let login = Login::new("profile", 7200);
    let keys = Credentials::new("the environment", "AKIDtest", "hush-key", Some("env")).unwrap();
    let stage = stage_of(keys, &[refused(), ok()], |_| ());
    login.again("other", 7200);
    call(&stage, "GetTask").await.unwrap_err();
    assert_eq!(tokens(&stage), ["env"]);
}

#[tokio::test(start_paused = true)]
async fn fresh_keys_that_are_refused_too_are_the_end() {
    let login = Login::new("old", 7200);
    let stage = login.stage(&[refused()]);
    login.again("new", 7200);
    let error = call(&stage, "GetTask").await.unwrap_err();
    assert_eq!(error.code(), Some("AuthFailure.TokenFailure"));
    assert_eq!(tokens(&stage), ["old", "new"]);
}

#[tokio::test(start_paused = true)]
async fn an_expired_login_that_looks_like_a_wrong_clock_is_mended_too() {
    let login = Login::new("old", 7200);
    // The service's Date is missing, so a wrong clock cannot be detected.
    let stage = login.stage(&[error("AuthFailure.SignatureExpire"), ok()]);
    login.again("new", 7200);
    call(&stage, "CreateTask").await.unwrap();
    assert_eq!(tokens(&stage), ["old", "new"]);
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_about_to_run_out_are_read_again_before_they_are_used() {
    let login = Login::new("old", 299);
    let stage = login.stage(&[ok()]);
    login.again("new", 7200);
    call(&stage, "GetTask").await.unwrap();
    // There are no fresh keys: the old ones are used while they last, and the service decides.
    let login = Login::new("last", 299);
    let other = login.stage(&[ok()]);
    call(&other, "GetTask").await.unwrap();
    assert_eq!((tokens(&stage), tokens(&other)), (vec!["new".to_owned()], vec!["last".to_owned()]));
}

/// The log as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_refused_together_take_the_same_keys_and_one_tells_it() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let login = Login::new("old", 7200);
    let script: Vec<Answer> = [refused(), refused(), refused(), ok()].to_vec();
    let stage = login.stage(&script);
    login.again("new", 7200);
    let calls = ["GetTask", "ListTasks", "CreateTask"].map(|action| call(&stage, action));
    let [a, b, c] = calls;
    let (a, b, c) = tokio::join!(a, b, c);
    assert!([a, b, c].iter().all(Result::is_ok));
    assert_eq!(tokens(&stage), ["old", "old", "old", "new", "new", "new"]);
    let told = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(told.matches("continuing with fresh ones").count(), 1, "{told}");
    assert!(!told.contains("hush"), "{told}");
}
