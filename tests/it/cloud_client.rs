//! From a call to its reply: headers, errors, retries and the clock.

use std::time::Duration;

use serde_json::json;
use taskloom::cloud::{CallError, CallOutcome, SigningInput, sign};
use taskloom::model::{Reply, RequestId};

use crate::cloud_fake::{Answer, Stage, body, call_of, error, ok, stage};

async fn call(stage: &Stage, action: &'static str) -> Result<Reply, CallError> {
    stage.client.call(&call_of(action, json!({"ProjectId": "1"}))).await
}

/// Makes a call against a script and returns the error and the number of requests.
async fn failure(action: &'static str, script: &[Answer]) -> (CallError, usize) {
    let stage = stage(script, |_| ());
    let error = call(&stage, action).await.expect_err(action);
    (error, stage.transport.requests().len())
}

/// Makes a call against a script that ends in success and returns the number of requests.
async fn success(action: &'static str, script: &[Answer]) -> usize {
    let stage = stage(script, |_| ());
    call(&stage, action).await.unwrap_or_else(|error| panic!("{action}: {error}"));
    stage.transport.requests().len()
}

#[tokio::test(start_paused = true)]
async fn a_request_has_the_headers_of_the_official_sdks_and_a_true_signature() {
    let stage = stage(&[ok()], |_| ());
    call(&stage, "GetTask").await.expect("a reply");
    let request = &stage.transport.requests()[0];
    assert_eq!(request.url, "https://wedata.tencentcloudapi.com/");
    assert_eq!(request.body.as_ref(), br#"{"ProjectId":"1"}"#);
    let header = |name| request.header(name).expect(name);
    assert_eq!(header("Content-Type"), "application/json");
    assert_eq!(header("Host"), "wedata.tencentcloudapi.com");
    assert_eq!(header("X-TC-Action"), "GetTask");
    assert_eq!(header("X-TC-Version"), "2025-08-06");
    assert_eq!(header("X-TC-Region"), "ap-guangzhou");
    assert_eq!(header("X-TC-Timestamp"), "1767693600");
    assert_eq!(header("X-TC-Language"), "zh-CN");
    assert_eq!(header("X-TC-Token"), "hush-token");
    assert_eq!(header("X-TC-TraceId").len(), 36);
    let own_name = header("X-TC-RequestClient");
    assert!(own_name.starts_with("taskloom_"), "{own_name}");
    assert!(own_name.chars().all(|c| c.is_ascii_alphanumeric() || "-_,;.".contains(c)));
    let signature = sign(&SigningInput {
        secret_id: "AKIDtest",
        secret_key: "hush-key",
        timestamp: 1_767_693_600,
        service: "wedata",
        headers: &[("content-type", "application/json"), ("host", "wedata.tencentcloudapi.com")],
        payload: &request.body,
    });
    assert_eq!(header("Authorization"), signature.authorization);
}

#[tokio::test(start_paused = true)]
async fn the_international_site_is_asked_for_english() {
    let stage = stage(&[ok()], |settings| {
        settings.endpoint = "wedata.intl.tencentcloudapi.com".parse().expect("an endpoint");
    });
    call(&stage, "GetTask").await.expect("a reply");
    let request = &stage.transport.requests()[0];
    assert_eq!(request.header("X-TC-Language"), Some("en-US"));
    assert_eq!(request.header("Host"), Some("wedata.intl.tencentcloudapi.com"));
}

#[tokio::test(start_paused = true)]
async fn a_reply_keeps_data_and_request_id_and_skips_what_it_does_not_know() {
    let text =
        r#"{"Response":{"Data":{"TaskId":"7"},"New":[1],"Error":null,"RequestId":"r"},"X":1}"#;
    let reply = call(&stage(&[body(text)], |_| ()), "GetTask").await.expect("a reply");
    let request_id = Some(RequestId("r".to_owned()));
    assert_eq!(reply, Reply { data: json!({"TaskId": "7"}), request_id });
    let bare = body(r#"{"Response":{"RequestId":"r"}}"#);
    let reply = call(&stage(&[bare], |_| ()), "GetTask").await.expect("a reply");
    assert_eq!(reply.data, serde_json::Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_reply_without_a_request_id_has_none() {
    let bare = body(r#"{"Response":{"Data":{}}}"#);
    let reply = call(&stage(&[bare], |_| ()), "GetTask").await.expect("a reply");
    assert_eq!(reply.request_id, None);
    assert_eq!(RequestId::shown(None), "unknown");
}

#[tokio::test(start_paused = true)]
async fn an_error_within_status_200_is_an_error_and_keeps_its_request_id() {
    let (error, n) = failure("GetTask", &[error("ResourceNotFound.TaskNotExist"), ok()]).await;
    assert_eq!(n, 1);
    assert_eq!(error.code(), Some("ResourceNotFound.TaskNotExist"));
    let request_id = error.request_id().expect("a RequestId").to_string();
    assert_eq!(request_id, "req-ResourceNotFound.TaskNotExist");
    assert_eq!(error.outcome(), CallOutcome::Refused);
    assert!(error.is_not_found());
    assert_eq!(
        error.to_string(),
        "GetTask failed: ResourceNotFound.TaskNotExist: no \
         (RequestId req-ResourceNotFound.TaskNotExist)"
    );
}

#[tokio::test(start_paused = true)]
async fn the_error_form_of_the_old_api_is_read() {
    let old = body(r#"{"code":4100,"message":"who?","codeDesc":"AuthFailure.SecretIdNotFound"}"#);
    let (error, n) = failure("CreateTask", &[old]).await;
    assert_eq!((error.code(), n), (Some("AuthFailure.SecretIdNotFound"), 1));
    assert_eq!(error.outcome(), CallOutcome::Refused);
    let (error, _) = failure("CreateTask", &[body(r#"{"code":4100,"message":"who?"}"#)]).await;
    assert_eq!(error.code(), Some("4100"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_leaves_a_doubt() {
    let unreadable = [
        "<html>busy</html>",
        "",
        "{}",
        "[]",
        r#"{"Response":null}"#,
        r#"{"Response":{"Error":{}}}"#,
        r#"{"code":0}"#,
    ];
    for text in unreadable {
        let (error, n) = failure("CreateTask", &[body(text), ok()]).await;
        assert_eq!((error.outcome(), n), (CallOutcome::Unknown, 1), "{text}");
        assert_eq!(success("GetTask", &[body(text), ok()]).await, 2, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_that_the_api_never_gives_leaves_a_doubt() {
    let gateway = |status| Answer::Http(status, None, "<html>".to_owned());
    let (error, n) = failure("CreateTask", &[gateway(502), ok()]).await;
    assert_eq!((error.outcome(), n), (CallOutcome::Unknown, 1));
    assert_eq!(success("UpdateTask", &[gateway(502), ok()]).await, 2);
    let (error, n) = failure("GetTask", &[gateway(302), ok()]).await;
    assert_eq!((error.outcome(), n), (CallOutcome::Unknown, 1));
    let reply = r#"{"Response":{"Data":{},"RequestId":"r"}}"#;
    let (error, _) = failure("CreateTask", &[Answer::Http(503, None, reply.to_owned())]).await;
    assert_eq!(error.outcome(), CallOutcome::Unknown);
    let limit = r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":""}}}"#;
    assert_eq!(success("CreateTask", &[Answer::Http(429, None, limit.to_owned()), ok()]).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_outcome_is_unknown_is_sent_once() {
    let doubts = [
        error("InternalError"),
        error("InternalError.UnknownError"),
        error("ServiceUnavailable"),
        error("InvalidParameter.ServiceIsBusy"),
        Answer::Broken,
        Answer::Hang,
    ];
    for doubt in doubts {
        for action in ["CreateTask", "CreateTriggerTask", "SubmitTask", "SubmitTriggerTask"] {
            let (error, n) = failure(action, &[doubt.clone(), ok()]).await;
            assert_eq!((error.outcome(), n), (CallOutcome::Unknown, 1), "{action} {doubt:?}");
        }
        for action in ["GetTask", "ListTasks", "UpdateTask", "DeleteTask"] {
            assert_eq!(success(action, &[doubt.clone(), ok()]).await, 2, "{action} {doubt:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_surely_was_not_carried_out_is_sent_again_even_a_create() {
    for nothing in [error("RequestLimitExceeded.UinLimitExceeded"), Answer::Refused] {
        assert_eq!(success("CreateTask", &[nothing.clone(), nothing, ok()]).await, 3);
    }
    let (error, n) = failure("CreateTask", &[Answer::Refused]).await;
    assert_eq!((error.outcome(), n), (CallOutcome::NotExecuted, 5));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_not_repeated() {
    for code in ["FailedOperation", "InvalidParameterValue", "InternalError.InvalidParameter"] {
        let (error, n) = failure("GetTask", &[error(code), ok()]).await;
        assert_eq!((error.outcome(), n), (CallOutcome::Refused, 1), "{code}");
    }
    let (error, n) = failure("GetTask", &[error("AuthFailure.TokenFailure"), ok()]).await;
    assert_eq!((error.outcome(), n), (CallOutcome::NotExecuted, 1));
}

#[tokio::test(start_paused = true)]
async fn refusals_for_the_rate_are_waited_out_up_to_the_time_limit() {
    let stage = stage(&[error("RequestLimitExceeded")], |settings| {
        settings.attempts = 1;
        settings.retry_for = Duration::from_secs(60);
    });
    let error = call(&stage, "CreateTask").await.expect_err("the limit never lifts");
    assert!(error.is_rate_limit() && error.outcome() == CallOutcome::NotExecuted);
    let moments = stage.transport.moments();
    let last = *moments.last().expect("a request");
    assert!(moments.len() > 5, "{moments:?}");
    // The last pause ends within the limit; the widest gap of the rate limit may come on top.
    assert!(last <= Duration::from_secs(64), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn the_number_of_attempts_is_a_setting() {
    let stage = stage(&[Answer::Broken], |settings| settings.attempts = 2);
    call(&stage, "GetTask").await.expect_err("it never works");
    assert_eq!(stage.transport.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_without_answer_ends_at_its_time_limit() {
    let stage = stage(&[Answer::Hang], |settings| settings.timeout = Duration::from_secs(7));
    let error = call(&stage, "CreateTask").await.expect_err("nothing comes");
    assert_eq!(error.outcome(), CallOutcome::Unknown);
    let CallError::Transport { source, .. } = error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "no answer came within 7s");
}

const HOUR_LATER: Option<&str> = Some("Tue, 06 Jan 2026 11:00:00 GMT");
const SAME_TIME: Option<&str> = Some("Tue, 06 Jan 2026 10:00:01 GMT");

fn expired(date: Option<&'static str>) -> Answer {
    let Answer::Http(status, _, body) = error("AuthFailure.SignatureExpire") else {
        unreachable!("errors are answers")
    };
    Answer::Http(status, date, body)
}

#[tokio::test(start_paused = true)]
async fn a_wrong_clock_is_corrected_by_the_servers_and_stays_so() {
    let stage = stage(&[expired(HOUR_LATER), ok()], |_| ());
    call(&stage, "CreateTask").await.expect("the second try is in time");
    call(&stage, "CreateTask").await.expect("the next call is in time");
    let requests = stage.transport.requests();
    let ahead: Vec<bool> = requests
        .iter()
        .map(|request| request.header("X-TC-Timestamp").expect("a time") >= "1767697200")
        .collect();
    assert_eq!(ahead, [false, true, true]);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_right_is_not_corrected() {
    for date in [SAME_TIME, None, Some("yesterday")] {
        let (error, n) = failure("GetTask", &[expired(date), ok()]).await;
        assert_eq!((error.outcome(), n), (CallOutcome::NotExecuted, 1), "{date:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_is_corrected_once_a_call() {
    let later = Some("Tue, 06 Jan 2026 15:00:00 GMT");
    let (_, n) = failure("GetTask", &[expired(HOUR_LATER), expired(later), ok()]).await;
    assert_eq!(n, 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_shows_a_secret() {
    let stage = stage(&[expired(None)], |_| ());
    let error = call(&stage, "GetTask").await.expect_err("expired");
    let shown = format!("{:?} {error:?} {error}", stage.client);
    let sent = format!("{:?}", stage.transport.requests());
    for text in [shown, sent] {
        assert!(!text.contains("hush") && !text.contains("Signature="), "{text}");
    }
}
