//! The rate of calls: even, never above the limit, slower when the service asks for it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use taskloom::cloud::{HttpRequest, Rate};
use taskloom::emulator::Behaviour;
use taskloom::model::{Call, Repeat};

use crate::cloud_fake::{Answer, Stage, call_of, error, ok, stage};
use crate::support::{World, task};

/// Makes concurrent calls of one action, in order, and waits for all of them.
async fn call_all(stage: &Stage, action: &'static str, n: usize) {
    let calls: Vec<_> = (0..n)
        .map(|i| {
            let client = Arc::clone(&stage.client);
            tokio::spawn(async move { client.call(&call_of(action, json!(i))).await })
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
        stage.transport.requests().into_iter().map(|request| request.body.to_vec()).collect();
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
async fn whatever_comes_when_no_action_is_ever_called_more_than_twenty_times_in_a_second() {
    const ACTIONS: [&str; 3] = ["GetTask", "CreateTask", "ListTasks"];
    for seed in 0..60 {
        let mut rng = fastrand::Rng::with_seed(seed);
        fastrand::seed(seed);
        let refusals = rng.usize(..30);
        let script: Vec<Answer> = (0..150)
            .map(|place| match place < 90 && rng.usize(..90) < refusals {
                true => error("RequestLimitExceeded"),
                false => ok(),
            })
            .collect();
        let stage = stage(&script, |_| ());
        let mut calls = Vec::new();
        for _ in 0..120 {
            let (client, action) = (Arc::clone(&stage.client), ACTIONS[rng.usize(..3)]);
            // Bursts, with pauses of up to two seconds in between.
            let pause = if rng.u8(..8) == 0 { rng.u64(..2000) } else { 0 };
            tokio::time::sleep(Duration::from_millis(pause)).await;
            calls.push(tokio::spawn(async move { client.call(&call_of(action, json!({}))).await }));
        }
        for call in calls {
            call.await.unwrap().unwrap();
        }
        let (moments, requests) = (stage.transport.moments(), stage.transport.requests());
        for action in ACTIONS {
            let of_action = |(_, request): &(Duration, HttpRequest)| {
                request.header("X-TC-Action") == Some(action)
            };
            let own: Vec<Duration> = moments
                .iter()
                .copied()
                .zip(requests.clone())
                .filter(of_action)
                .map(|(moment, _)| moment)
                .collect();
            let most = most_in_a_second(&own);
            assert!(most <= 20, "seed {seed}: {most} of {action}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn reading_back_each_create_costs_no_wall_time() {
    let mut world = World::new(Behaviour::default());
    world.settings.rate = Some(20.0);
    for n in 0..60 {
        world.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
    }
    let started = tokio::time::Instant::now();
    let pass = world.apply().await;
    assert_eq!((pass.tally.done, world.count("CreateTask")), (60, 60));
    assert!(world.count("GetTask") >= 60);
    let took = started.elapsed();
    // The gaps between sixty creates, the list before them and the last read.
    assert!(took >= Duration::from_millis(59 * 52), "{took:?}");
    assert!(took <= Duration::from_millis(62 * 52), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_on_their_way_than_operations_may_run_side_by_side() {
    let world = World::new(Behaviour::default());
    for n in 0..40 {
        world.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
    }
    world.wire.lag(fastrand::Rng::with_seed(1), 900);
    world.apply().await;
    // The runs of this world use eight.
    assert_eq!(world.wire.most_in_flight(), 8);
    // The reads of a plan have a separate limit.
    let mut world = world;
    world.refresh = taskloom::observe::Refresh::Full;
    world.plan().await;
    assert_eq!(world.wire.most_in_flight(), 32);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_nobody_waits_for_any_more_holds_up_nobody() {
    let stage = stage(&[ok()], |_| ());
    for _ in 0..5 {
        let client = Arc::clone(&stage.client);
        let call = Call::new("GetTask", &json!({}), Repeat::Read);
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
