//! A value whose name suggests a secret is not shown: not by a plan, by `state show` or in JSON.

use serde_json::{Value as Json, json};
use taskloom::kinds::{is_secret, masked};
use taskloom::model::Value;

use crate::support::program::Home;
use crate::support::task;

/// Returns a task with a password among its ext keys and parameters, and in its code.
fn with_password(password: &str) -> String {
    let lists = format!(
        "BrokerIp: any, TaskExtConfigurationList: {{db.password: {password}, bucket: open}}, \
         TaskSchedulingParameterList: {{authToken: {password}, day: monday}}"
    );
    let text = task("a", &format!("login --password={password}"), "");
    let text = text.replace("BrokerIp: any", &lists);
    assert!(text.contains("authToken"));
    text
}

#[test]
fn a_word_of_the_name_tells_a_secret() {
    for name in [
        "password",
        "DB_PASSWORD",
        "db.password",
        "dbpassword",
        "MyPasswd",
        "secretKey",
        "SecretId",
        "client-secret",
        "token",
        "authToken",
        "AUTHTOKEN",
        "accessKey",
        "access_key_id",
        "ACCESSKEY",
        "private key",
        "apiKey",
        "X-Api-Key",
        "credentials",
        "pwd",
        "mysql_pwd",
        "passphrase",
    ] {
        assert!(is_secret(name), "{name}");
    }
    for name in [
        "",
        "max_tokens",
        "tokenizer",
        "bypass",
        "pass_through",
        "key",
        "ParamKey",
        "bucket",
        "CodeContent",
        "TaskName",
        "compass",
        "access",
        "keyword",
        "apis",
        "pwdless",
    ] {
        assert!(!is_secret(name), "{name}");
    }
}

#[test]
fn masks_reach_every_depth_and_keep_what_is_empty() {
    let value = json!({
        "EventListenerList": [{"EventName": "e", "PropertiesList": [
            {"ParamKey": "token", "ParamValue": "t0"}, {"ParamKey": "day", "ParamValue": "1"}]}],
        "New": {"apiKey": 7, "secrets": {"open": "x", "password": ["p"], "pwd": ""}, "token": null},
    });
    let shown = masked(&Value::from(value)).to_json();
    assert_eq!(shown["EventListenerList"][0]["PropertiesList"][0]["ParamValue"], "(sensitive)");
    assert_eq!(shown["EventListenerList"][0]["PropertiesList"][1]["ParamValue"], "1");
    assert_eq!(shown["New"]["apiKey"], "(sensitive)");
    assert_eq!(shown["New"]["secrets"]["open"], "x");
    assert_eq!(
        (&shown["New"]["secrets"]["pwd"], &shown["New"]["token"]),
        (&json!(""), &Json::Null)
    );
}

#[test]
fn a_plan_tells_that_a_secret_moves_and_not_what_it_is() {
    let home = Home::embedded();
    home.write("a.yaml", &with_password("hunter-1"));
    let created = home.run("plan");
    assert!(
        created.out.contains("TaskExtConfigurationList[db.password] = \"(sensitive)\""),
        "{}",
        created.out
    );
    assert!(created.out.contains("TaskExtConfigurationList[bucket] = \"open\""), "{}", created.out);
    // Code is shown as it is: a change of it must not be hidden from a reviewer.
    assert_eq!(created.out.matches("hunter-1").count(), 1, "{}", created.out);
    assert_eq!(home.run("apply -y").status, 0);
    let code = "login --password=hunter-1";
    home.write(
        "a.yaml",
        &with_password("hunter-2").replace("--password=hunter-2", "--password=hunter-1"),
    );
    let text = home.run("plan --out p.plan").out;
    assert!(
        text.contains("TaskSchedulingParameterList[authToken]: \"(sensitive)\" -> \"(sensitive)\""),
        "{text}"
    );
    let json = home.run("plan --json").out;
    assert!(
        json.contains("\"after\":\"(sensitive)\"") && json.contains("\"before\":\"(sensitive)\""),
        "{json}"
    );
    for shown in [&text, &json, &home.read("p.plan")] {
        assert!(!shown.contains("hunter-"), "{shown}");
    }
    // A saved plan applies only with the same secret, although it does not show it.
    home.write(
        "a.yaml",
        &with_password("hunter-3").replace("--password=hunter-3", "--password=hunter-1"),
    );
    assert_eq!(home.run("apply p.plan").status, 1);
    home.write(
        "a.yaml",
        &with_password("hunter-2").replace("--password=hunter-2", "--password=hunter-1"),
    );
    assert_eq!(home.run("apply p.plan").status, 0);
    let shown = home.run("state show Task/a --show-secrets").out;
    assert!(shown.contains("hunter-2") && shown.contains(code), "{shown}");
}

#[test]
fn state_show_masks_unless_it_is_told_not_to() {
    let home = Home::embedded();
    home.write("a.yaml", &with_password("hunter-1"));
    home.run("apply -y");
    for words in ["state show Task/a", "state show Task/a --json"] {
        let shown = home.run(words).out;
        assert_eq!(shown.matches("hunter-1").count(), 1, "the code alone: {shown}");
        assert_eq!(shown.matches("(sensitive)").count(), 2, "{shown}");
        let told = home.run(&format!("{words} --show-secrets")).out;
        assert_eq!((told.matches("hunter-1").count(), told.matches("(sensitive)").count()), (3, 0));
    }
}
