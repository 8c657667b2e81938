//! A stop reaches a call wherever it waits: nothing is sent after it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use taskloom::cloud::{CallError, CallOutcome, Client, Rate};
use taskloom::model::Reply;
use taskloom::support::{Clock, StopCause, StopSignal, SystemClock, duration};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::cloud_fake::{Answer, Stage, call_of, error, ok, stage};

/// Returns a client of a run that is stopped after a time.
fn stopping(stage: &Stage, after: Duration) -> Client {
    let (asker, asked) = watch::channel(false);
    tokio::spawn(async move {
        tokio::time::sleep(after).await;
        let _ = asker.send(true);
    });
    stage.client.stopping(StopSignal::new(asked, None, Arc::new(SystemClock::new())))
}

async fn call(client: &Client, action: &'static str) -> Result<Reply, CallError> {
    client.call(&call_of(action, json!({}))).await
}

const SOON: Duration = Duration::from_millis(1300);

#[tokio::test(start_paused = true)]
async fn a_call_between_two_tries_gives_up_and_says_what_is_known() {
    let cases = [
        ("CreateTask", error("RequestLimitExceeded"), CallOutcome::NotExecuted),
        ("CreateTask", Answer::Refused, CallOutcome::NotExecuted),
        ("UpdateTask", Answer::Broken, CallOutcome::Unknown),
        ("GetTask", error("InternalError"), CallOutcome::Unknown),
    ];
    for (action, answer, outcome) in cases {
        for seed in 0..20 {
            fastrand::seed(seed);
            let stage = stage(std::slice::from_ref(&answer), |settings| {
                settings.attempts = u32::MAX;
                settings.retry_for = Duration::from_secs(86_400);
            });
            let started = Instant::now();
            let error = call(&stopping(&stage, SOON), action).await.unwrap_err();
            assert_eq!(error.outcome(), outcome, "{action} seed {seed}");
            assert!(!matches!(error, CallError::Stopped { .. }), "{action} seed {seed}");
            assert_eq!(started.elapsed(), SOON, "{action} seed {seed}");
            let last = *stage.transport.moments().last().unwrap();
            assert!(last <= SOON, "{action} seed {seed}: {last:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_its_turn_is_not_sent() {
    let stage = stage(&[ok()], |settings| settings.rate = Rate::try_from(1.0).unwrap());
    let client = stopping(&stage, SOON);
    let started = Instant::now();
    let calls = ["CreateTask"; 5].map(|action| call(&client, action));
    let [a, b, c, d, e] = calls;
    let results = tokio::join!(a, b, c, d, e);
    assert_eq!(started.elapsed(), SOON);
    assert!(results.0.is_ok() && results.1.is_ok());
    for result in [results.2, results.3, results.4] {
        let error = result.unwrap_err();
        assert_eq!(error.outcome(), CallOutcome::NotExecuted);
        let CallError::Stopped { source: StopCause::Asked, .. } = error else { panic!("{error}") };
    }
    assert_eq!(stage.transport.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_gets_its_time_for_an_answer() {
    let stage = stage(&[Answer::Hang], |settings| settings.timeout = Duration::from_secs(20));
    let started = Instant::now();
    let error = call(&stopping(&stage, SOON), "CreateTask").await.unwrap_err();
    assert_eq!(error.outcome(), CallOutcome::Unknown);
    assert_eq!(started.elapsed(), Duration::from_secs(20));
    assert_eq!(stage.transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_only_the_reads_that_end_a_write_are_sent() {
    let stage = stage(&[ok()], |_| ());
    let client = stopping(&stage, Duration::ZERO);
    tokio::time::sleep(SOON).await;
    for action in ["CreateTask", "GetTask"] {
        call(&client, action).await.unwrap_err();
    }
    let closing = client.lingering(Duration::from_secs(1));
    for action in ["CreateTask", "UpdateTask", "DeleteTask", "SubmitTask"] {
        call(&closing, action).await.unwrap_err();
    }
    assert!(stage.transport.requests().is_empty());
    call(&closing, "GetTask").await.unwrap();
    // A call that would wait longer than that is not sent either.
    let slow = crate::cloud_fake::stage(&[ok()], |settings| {
        settings.rate = Rate::try_from(0.5).unwrap();
    });
    let closing = stopping(&slow, Duration::ZERO).lingering(Duration::from_secs(1));
    call(&closing, "GetTask").await.unwrap();
    let started = Instant::now();
    call(&closing, "GetTask").await.unwrap_err();
    assert_eq!(started.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_time_stops_as_a_signal_does() {
    let clock = Arc::new(SystemClock::new());
    let stage = stage(&[error("RequestLimitExceeded")], |_| ());
    let until = clock.elapsed() + SOON;
    let client = stage.client.stopping(StopSignal::at(Some(until), clock));
    let started = Instant::now();
    let error = call(&client, "CreateTask").await.unwrap_err();
    assert!(error.is_rate_limit());
    assert_eq!(started.elapsed(), SOON);
    let error = call(&client, "GetTask").await.unwrap_err();
    let CallError::Stopped { source, .. } = &error else { panic!("{error}") };
    assert_eq!(*source, StopCause::TimeOver);
    assert_eq!(error.to_string(), "GetTask was not sent");
}

#[test]
fn a_length_of_time_is_written_as_people_write_it() {
    let good = [("30s", 30), ("5m", 300), ("1h30m", 5400), ("1h 30m", 5400), ("90 minutes", 5400)];
    for (text, seconds) in good {
        assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
    }
    assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
    for text in ["", "0", "0s", "30", "-5m", "5m ago", "soon", "1y", "9999999999999999h", "NaN"] {
        let error = duration(text).expect_err(text);
        assert!(error.to_string().ends_with("write for instance 30s, 5m or 1h30m"), "{error}");
    }
}
