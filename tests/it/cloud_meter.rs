//! The call metrics: every attempt is counted by its outcome.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use taskloom::cloud::CallMetrics;
use taskloom::model::{Call, Repeat};

use crate::cloud_fake::{Answer, body, error, ok, stage};

#[tokio::test(start_paused = true)]
async fn each_attempt_is_counted_by_its_answer() {
    let script = [
        error("RequestLimitExceeded"),
        Answer::Http(502, None, String::new()),
        Answer::Refused,
        Answer::Broken,
        body("what"),
        ok(),
    ];
    let stage = stage(&script, |settings| settings.attempts = 9);
    let meter = Arc::new(CallMetrics::default());
    let client = stage.client.metered(Arc::clone(&meter));
    client.call(&Call::new("GetTask", &json!({}), Repeat::Read)).await.unwrap();
    let calls = meter.counts().calls;
    let calls: Vec<_> = calls.iter().map(|((_, kind), n)| (kind.as_str(), *n)).collect();
    let kinds = ["RequestLimitExceeded", "http_502", "no_answer", "not_sent", "ok", "unreadable"];
    assert_eq!(calls, kinds.map(|kind| (kind, 1)));
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_turn_is_summed_up_over_all_clients_of_a_meter() {
    let stage = stage(&[ok()], |_| ());
    let meter = Arc::new(CallMetrics::default());
    for _ in 0..3 {
        let client = stage.client.metered(Arc::clone(&meter));
        client.call(&Call::new("GetTask", &json!({}), Repeat::Read)).await.unwrap();
    }
    assert_eq!(meter.counts().waited, Duration::from_millis(2 * 52));
}

#[tokio::test(start_paused = true)]
async fn codes_without_end_do_not_fill_the_memory() {
    let script: Vec<Answer> = (0..600).map(|n| error(&format!("Odd{n}"))).collect();
    let stage = stage(&script, |_| ());
    let meter = Arc::new(CallMetrics::default());
    let client = stage.client.metered(Arc::clone(&meter));
    for _ in 0..600 {
        client.call(&Call::new("GetTask", &json!({}), Repeat::Read)).await.unwrap_err();
    }
    let calls = meter.counts().calls;
    assert_eq!((calls.len(), calls[&("GetTask", "other".to_owned())]), (501, 100));
}
