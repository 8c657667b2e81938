//! The pace of calls: even, never over the rate, slower when the service says so.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use taskloom::cloud::Rate;
use taskloom::model::Call;

use crate::cloud_fake::{Answer, Stage, error, ok, stage};

/// Makes calls of one action side by side, in order, and waits for all.
async fn call_all(stage: &Stage, action: &'static str, n: usize) {
    let calls: Vec<_> = (0..n)
        .map(|i| {
            let client = Arc::clone(&stage.client);
            tokio::spawn(async move { client.call(&Call { action, body: json!(i) }).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("a reply");
    }
}

/// Returns the most requests within any second.
fn most_in_a_second(moments: &[Duration]) -> usize {
    let second = Duration::from_secs(1);
    let within =
        |from: &Duration| moments.iter().filter(|at| *at >= from && **at < *from + second).count();
    moments.iter().map(within).max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn no_second_ever_holds_more_calls_than_the_rate() {
    for (rate, least) in [(1.0, 1), (7.5, 7), (20.0, 20), (100.0, 84)] {
        let stage =
            stage(&[ok()], |settings| settings.rate = Rate::try_from(rate).expect("a rate"));
        call_all(&stage, "GetTask", 120).await;
        let most = most_in_a_second(&stage.transport.moments());
        assert!(most <= rate.ceil() as usize && most >= least, "{rate}: {most}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_start_evenly_and_in_order() {
    let stage = stage(&[ok()], |_| ());
    call_all(&stage, "GetTask", 120).await;
    let moments = stage.transport.moments();
    let gaps: Vec<Duration> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|gap| *gap == Duration::from_millis(52)), "{gaps:?}");
    let bodies: Vec<Vec<u8>> =
        stage.transport.requests().into_iter().map(|request| request.body).collect();
    let order: Vec<Vec<u8>> = (0..120).map(|i: usize| i.to_string().into_bytes()).collect();
    assert_eq!(bodies, order);
}

#[tokio::test(start_paused = true)]
async fn each_action_has_its_own_lane() {
    let stage = stage(&[ok()], |_| ());
    tokio::join!(call_all(&stage, "GetTask", 20), call_all(&stage, "CreateTask", 20));
    let last = *stage.transport.moments().last().expect("requests");
    assert_eq!(last, Duration::from_millis(19 * 52));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_for_the_rate_slows_the_action_down_and_successes_speed_it_up_again() {
    let stage = stage(&[error("RequestLimitExceeded"), ok()], |_| ());
    call_all(&stage, "GetTask", 60).await;
    let moments = stage.transport.moments();
    assert_eq!(moments.len(), 61);
    let gaps: Vec<Duration> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps[0] > Duration::from_millis(100), "slower at once: {gaps:?}");
    assert_eq!(gaps[59], Duration::from_millis(52), "back at the end: {gaps:?}");
    assert!(most_in_a_second(&moments) <= 20);
}

#[tokio::test(start_paused = true)]
async fn refusals_of_calls_under_way_together_slow_down_once() {
    let script: Vec<Answer> =
        (0..40).map(|_| error("RequestLimitExceeded")).chain([ok()]).collect();
    let stage = stage(&script, |_| ());
    call_all(&stage, "CreateTask", 30).await;
    let moments = stage.transport.moments();
    let widest = moments.windows(2).map(|pair| pair[1] - pair[0]).max().expect("gaps");
    assert!(widest <= Duration::from_secs(15), "{widest:?}");
    assert_eq!(moments.len(), 70);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_nobody_waits_for_any_more_holds_up_nobody() {
    let stage = stage(&[ok()], |_| ());
    for _ in 0..5 {
        let client = Arc::clone(&stage.client);
        let call = Call { action: "GetTask", body: json!({}) };
        drop(tokio::time::timeout(Duration::ZERO, client.call(&call)).await);
    }
    call_all(&stage, "GetTask", 1).await;
    assert!(stage.transport.moments().last().expect("a call") <= &Duration::from_millis(5 * 52));
}

#[test]
fn a_rate_is_a_sensible_number() {
    for good in ["20", "0.5", "1000"] {
        assert!(good.parse::<Rate>().is_ok(), "{good}");
    }
    for bad in ["0", "-1", "NaN", "inf", "1e-300", "1001", "fast", ""] {
        assert!(bad.parse::<Rate>().is_err(), "{bad}");
    }
}
