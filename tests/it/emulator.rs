//! The rig of the emulator's tests: the service without a socket, and a clock that stands still.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use taskloom::cloud::{SigningInput, sign};
use taskloom::emulator::{ApiAnswer, ApiRequest, CallEnding, EmulatorSettings, Service};
use taskloom::support::{BoxFuture, Clock};

/// 2026-01-02 11:04:05.006 in UTC+8.
pub const START: &str = "2026-01-02T03:04:05.006Z";
pub const PROJECT: &str = "1000000000000000001";
const HOST: &str = "wedata.tencentcloudapi.com";

/// A clock that moves only when the test moves it.
#[derive(Debug)]
pub struct StillClock {
    start: Timestamp,
    passed: Mutex<Duration>,
}

impl StillClock {
    pub fn new() -> Arc<Self> {
        Arc::new(StillClock { start: START.parse().unwrap(), passed: Mutex::default() })
    }

    pub fn pass(&self, duration: Duration) {
        *self.passed.lock().unwrap() += duration;
    }
}

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        self.start + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.pass(duration);
        Box::pin(std::future::ready(()))
    }
}

pub struct Rig {
    pub clock: Arc<StillClock>,
    pub service: Service,
}

impl Rig {
    pub fn new() -> Rig {
        Rig::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut EmulatorSettings)) -> Rig {
        let mut settings = EmulatorSettings { rate: 0.0, ..EmulatorSettings::default() };
        change(&mut settings);
        let clock = StillClock::new();
        Rig { service: Service::open(settings, clock.clone()).unwrap(), clock }
    }

    /// Makes a signed call and returns its outcome.
    pub async fn send(&self, action: &str, body: &Json) -> CallEnding {
        self.service.answer(&signed(&*self.clock, action, body.to_string().as_bytes())).await
    }

    /// Returns `Data`, or the error code.
    pub async fn call(&self, action: &str, body: Json) -> Result<Json, String> {
        read(&whole(self.send(action, &body).await))
    }

    /// Returns `Data` of a call that must succeed.
    pub async fn data(&self, action: &str, body: Json) -> Json {
        match self.call(action, body).await {
            Ok(data) => data,
            Err(code) => panic!("{action} failed: {code}"),
        }
    }

    /// Returns the code of a call that must fail.
    pub async fn code(&self, action: &str, body: Json) -> String {
        self.call(action, body).await.expect_err("the call should fail")
    }

    /// Creates a task and returns its id.
    pub async fn create(&self, body: Json) -> String {
        let data = self.data(create_action(&body), body).await;
        data["TaskId"].as_str().unwrap().to_owned()
    }

    /// Returns `Data` of GetTask or GetTriggerTask.
    pub async fn get(&self, action: &str, id: &str) -> Json {
        self.data(action, json!({"ProjectId": PROJECT, "TaskId": id})).await
    }
}

fn create_action(body: &Json) -> &'static str {
    if body.get("TaskBaseAttribute").is_some() { "CreateTask" } else { "CreateTriggerTask" }
}

/// Returns a small valid CreateTask body.
pub fn task(name: &str) -> Json {
    json!({
        "ProjectId": PROJECT,
        "TaskBaseAttribute": {"TaskName": name, "TaskTypeId": "35", "WorkflowId": "wf-1"},
        "TaskConfiguration": {"CodeContent": "ZWNobyBoZWxsbwo="},
        "TaskSchedulerConfiguration": {},
    })
}

/// Returns a small valid CreateTriggerTask body.
pub fn trigger_task(name: &str) -> Json {
    json!({
        "ProjectId": PROJECT,
        "TriggerTaskBaseAttribute": {"TaskName": name, "TaskTypeId": "35", "WorkflowId": "wf-1"},
        "TriggerTaskConfiguration": {"CodeContent": "ZWNobyBoZWxsbwo="},
        "TriggerTaskSchedulerConfiguration": {},
    })
}

/// Returns a case file.
pub fn case(name: &str) -> Json {
    let path = format!("{}/tests/it/cases/emulator/{name}", env!("CARGO_MANIFEST_DIR"));
    #[expect(clippy::disallowed_methods, reason = "tests read their cases")]
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Returns a case file with the rig's project and an id filled in.
pub fn case_for(name: &str, id: &str) -> Json {
    let mut body = case(name);
    body["ProjectId"] = json!(PROJECT);
    if body.get("TaskId").is_some() {
        body["TaskId"] = json!(id);
    }
    body
}

/// Returns a request as the official SDKs sign it.
pub fn signed(clock: &dyn Clock, action: &str, body: &[u8]) -> ApiRequest {
    let timestamp = clock.now().as_second();
    let signature = sign(&SigningInput {
        secret_id: "taskloom-local",
        secret_key: "taskloom-local",
        timestamp,
        service: "wedata",
        headers: &[("content-type", "application/json"), ("host", HOST)],
        payload: body,
    });
    let headers = [
        ("Host", HOST),
        ("Content-Type", "application/json"),
        ("X-TC-Action", action),
        ("X-TC-Version", "2025-08-06"),
        ("X-TC-Region", "ap-guangzhou"),
        ("X-TC-Timestamp", &timestamp.to_string()),
        ("Authorization", &signature.authorization),
    ];
    ApiRequest {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: body.to_vec(),
    }
}

/// Returns the response of a call that must have one.
pub fn whole(outcome: CallEnding) -> ApiAnswer {
    match outcome {
        CallEnding::Answered(answer) => answer,
        CallEnding::CutOff(_) | CallEnding::Dropped | CallEnding::Silent => {
            panic!("no answer: {outcome:?}")
        }
    }
}

/// Returns `Data` of a response, or its error code.
pub fn read(answer: &ApiAnswer) -> Result<Json, String> {
    assert_eq!(answer.status, 200);
    let json: Json = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(json["Response"]["RequestId"].as_str().unwrap().len(), 36);
    match json["Response"].get("Error") {
        Some(error) => Err(error["Code"].as_str().unwrap().to_owned()),
        None => Ok(json["Response"]["Data"].clone()),
    }
}
