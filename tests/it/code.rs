//! The code of a task is compared as bytes, in whichever form its Base64 was written.

use serde_json::{Value as Json, json};
use taskloom::kinds::{create_call, decode_get, from_record, table, to_record};
use taskloom::model::{Code, Kind, RemoteId, Value};
use taskloom::plan::differences;

/// One code in every form of Base64 that a response or a manifest may contain.
const SPELLINGS: [&str; 4] = ["ZGF0ZQ==", "ZGF0ZQ", "ZG F0\nZQ==", "ZGF0ZR=="];

fn answered(content: &str) -> Value {
    let data = json!({
        "TaskBaseAttribute": {"TaskId": "7"},
        "TaskConfiguration": {"CodeContent": content},
        "TaskSchedulerConfiguration": {},
    });
    decode_get(table(Kind::Task), &RemoteId("7".to_owned()), &data).unwrap().spec
}

fn recorded(spec: &Value) -> Json {
    to_record(table(Kind::Task), spec)["TaskConfiguration"].clone()
}

#[test]
fn every_spelling_of_one_code_is_the_same_code() {
    let wanted = answered("ZGF0ZQ==");
    for spelling in SPELLINGS {
        assert_eq!(Code::decode(spelling), Some(Code::from("date")), "{spelling}");
        let shown = answered(spelling);
        assert_eq!(differences(Kind::Task, &wanted, &shown), Vec::new(), "{spelling}");
        assert_eq!(differences(Kind::Task, &shown, &wanted), Vec::new(), "{spelling}");
    }
}

#[test]
fn code_is_encoded_in_one_form_in_a_request() {
    for spelling in SPELLINGS {
        let call = create_call(table(Kind::Task), "1", &answered(spelling), &Value::map());
        let body: Json = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(body["TaskConfiguration"]["CodeContent"], "ZGF0ZQ==");
    }
}

#[test]
fn a_state_keeps_code_as_text_where_it_is_utf_8_and_else_as_base64() {
    assert_eq!(recorded(&answered("ZGF0ZQ")), json!({"Code": "date"}));
    assert_eq!(recorded(&answered("AP/+Cg")), json!({"CodeContent": "AP/+Cg=="}));
    assert_eq!(recorded(&answered("")), json!({"Code": ""}));
}

#[test]
fn what_is_not_base64_stays_as_it_is() {
    assert_eq!(Code::decode("?"), None);
    assert_eq!(recorded(&answered("what?")), json!({"CodeContent": "what?"}));
}

#[test]
fn a_record_is_read_as_it_was_written() {
    for content in ["ZGF0ZQ==", "AP/+Cg==", "", "what?"] {
        let spec = answered(content);
        let record = to_record(table(Kind::Task), &spec);
        assert_eq!(from_record(table(Kind::Task), record), spec, "{content}");
    }
}

#[test]
fn clones_of_a_code_share_its_bytes() {
    let code = Code::from("date");
    assert_eq!(code.clone().bytes().as_ptr(), code.bytes().as_ptr());
}
