//! What the real binary refuses: the message, the suggested fix, the exit status.

use insta::assert_snapshot;

use super::support::program::{Home, Ran, emulator, settled};
use super::support::task;

fn project(endpoint: &str) -> Home {
    let home = Home::new();
    home.write(
        "taskloom.yaml",
        &format!(
            "bundle: {{name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}}\nmanifests: [\".\"]\n\
             targets:\n  t: {{endpoint: \"{endpoint}\", project_id: \"1\", \
             region: ap-guangzhou}}\n"
        ),
    );
    home.write("a.yaml", &task("a", "echo a", ""));
    home
}

/// Returns what is on standard error, without the path of the home.
fn told(home: &Home, ran: &Ran) -> String {
    let folder = home.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    settled(&ran.err.replace(folder, "HOME"))
}

#[test]
fn a_command_line_without_sense_is_64() {
    let home = Home::embedded();
    for words in [
        "",
        "frobnicate",
        "plan --frob",
        "apply --parallelism 0",
        "--rate 0 plan",
        "state show",
        "-C nowhere plan",
        "--endpoint ftp://x plan",
        "--endpoint http://example.com plan",
        "plan --offline --out x",
        "plan --offline --refresh full",
        "graph --format svg",
        "graph --format mermaid --json",
        "plan --json --format html",
        "schema --kind Task --project",
        "completions tcsh",
    ] {
        let ran = home.run(words);
        assert_eq!((ran.status, ran.out.as_str()), (64, ""), "{words}: {}", ran.err);
        assert!(!ran.err.is_empty(), "{words}");
    }
}

#[test]
fn a_folder_without_a_project_says_how_to_start_one() {
    let ran = Home::new().run("plan");
    assert_eq!(ran.status, 1);
    assert_snapshot!(ran.err, @r"
    error: there are no manifests here: No such file or directory (os error 2)
    --> manifests:1:1
     = help: create the folder, or name another: `manifests:` in taskloom.yaml, or --manifests DIR

    1 error
    help: there is no taskloom.yaml in . or ./manifests; `taskloom init` starts a project, -C names the folder of one
    ");
}

#[test]
fn without_credentials_the_places_that_were_looked_at_are_named() {
    // The machine's role is not used for a service on this machine: no metadata is requested.
    let home = project("http://127.0.0.1:1");
    let ran = home.run("plan");
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert_snapshot!(told(&home, &ran), @r"error: no credentials found: looked in this order at TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment, HOME/.tccli/default.credential, HOME/.tencentcloud/credentials, TKE_ROLE_ARN and the others of a pod of TKE; set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (and TENCENTCLOUD_TOKEN for temporary keys) or run `tccli configure`");
    assert_eq!(home.run("validate").status, 0);
    assert_eq!(home.run("plan --offline").status, 0);
}

#[test]
fn a_missing_project_or_region_is_told_with_where_to_set_it() {
    let home = Home::new();
    home.write("manifests/a.yaml", &task("a", "echo a", ""));
    let home = home.with("TENCENTCLOUD_SECRET_ID", "me").with("TENCENTCLOUD_SECRET_KEY", "key");
    assert_snapshot!(home.run("plan").err, @r"
    error: the WeData project is not known
    help: set project_id of the target in taskloom.yaml, --project-id or TASKLOOM_PROJECT_ID
    ");
    assert_snapshot!(home.run("plan --project-id 1").err, @r"
    error: the region is not known
    help: set region of the target in taskloom.yaml, --region or TENCENTCLOUD_REGION
    ");
}

#[test]
fn a_wrong_secret_and_a_wrong_port_say_what_to_check() {
    let (_emulator, url) = emulator(&Home::new(), "");
    let home = project(&url)
        .with("TENCENTCLOUD_SECRET_ID", "taskloom-local")
        .with("TENCENTCLOUD_SECRET_KEY", "not-the-key");
    let ran = home.run("plan -vvv");
    assert_eq!(ran.status, 1);
    let (_, error) = ran.err.split_once("error: ").unwrap();
    assert_snapshot!(settled(error), @r"
    cannot observe the service: ListTasks failed: AuthFailure.SignatureFailure: The signature does not match the request: check the SecretKey. (RequestId UUID)
    help: check the SecretKey: it is not the one of this SecretId (TENCENTCLOUD_SECRET_KEY or the profile of tccli)
    ");
    assert!(!ran.err.contains("not-the-key"));
    let tls = home.run(&format!("--endpoint {} plan", url.replace("http:", "https:")));
    assert_eq!(tls.status, 1);
    assert!(tls.err.contains("does not speak TLS"), "{}", tls.err);
    assert!(tls.err.ends_with("help: if it is on this machine, write the endpoint with http://\n"));
}

#[test]
fn a_secret_is_in_no_output_and_no_file() {
    let data = Home::new();
    let secret = "s3cr3t-0f-the-t3st";
    let keys = |home: Home| {
        home.with("TENCENTCLOUD_SECRET_ID", "somebody").with("TENCENTCLOUD_SECRET_KEY", secret)
    };
    let served = keys(Home::new());
    let words = format!("--data {}", data.path("cloud.json").display());
    let (_emulator, url) = emulator(&served, &words);
    let home = keys(project(&url));
    let mut printed = String::new();
    for words in ["plan -vvv --out p.plan", "apply p.plan -vvv", "state show Task/a", "state list"]
    {
        let ran = home.run(words);
        assert_eq!(ran.status, 0, "{}", ran.err);
        printed.push_str(&ran.out);
        printed.push_str(&ran.err);
    }
    assert!(!printed.contains(secret));
    for folder in [home.path(""), data.path("")] {
        for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
            if entry.file_type().is_file() {
                let bytes = std::fs::read(entry.path()).unwrap();
                assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{:?}", entry.path());
            }
        }
    }
}

#[test]
fn a_state_that_is_not_ours_is_left_alone() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    home.run("apply -y");
    let state = home.read(".taskloom/local/state.json");
    let newer = state.replace("\"format_version\": 1", "\"format_version\": 99");
    let foreign = state.replace("\"project_id\": \"1\"", "\"project_id\": \"2\"");
    for broken in [&state[..200], newer.as_str(), foreign.as_str(), ""] {
        home.write(".taskloom/local/state.json", broken);
        for words in ["plan", "apply -y", "destroy -y", "state list"] {
            let ran = home.run(words);
            assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{words}");
            assert!(ran.err.contains("state.json") && ran.err.contains("\nhelp: "), "{}", ran.err);
        }
        assert_eq!(home.read(".taskloom/local/state.json"), broken);
    }
}

#[test]
fn a_saved_plan_is_refused_once_anything_has_moved() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo 1", ""));
    home.run("plan --out first.plan");
    home.write("a.yaml", &task("a", "echo 2", ""));
    let manifests = home.run("apply first.plan");
    home.run("plan --out second.plan");
    home.run("apply -y");
    home.write("b.yaml", &task("b", "echo b", ""));
    home.run("apply -y");
    let state = home.run("apply second.plan");
    home.write("b.yaml", &task("b", "echo more", ""));
    home.run("plan --out third.plan");
    // Another client deletes everything at the service.
    std::fs::remove_file(home.path(".taskloom/local/cloud.json")).unwrap();
    let log = home.path(".taskloom/local/cloud.json.log");
    std::fs::remove_file(log).unwrap();
    let service = home.run("apply third.plan");
    let newer = home.read("third.plan").replace("\"1.0\"", "\"7.0\"");
    home.write("newer.plan", &newer);
    let version = home.run("apply newer.plan");
    let all = [manifests, state, service, version];
    assert!(all.iter().all(|ran| ran.status == 1));
    let told: String = all.iter().map(|ran| ran.err.as_str()).collect();
    assert_snapshot!(told, @r"
    error: the saved plan is stale: the manifests have changed
    help: plan again
    error: the saved plan is stale: the state has moved from serial 0 to 3
    help: plan again
    error: the saved plan is stale: the service has moved since
    help: plan again
    error: newer.plan has format_version 7.0, and this taskloom reads 1.0
    help: plan again with this taskloom, or apply with the one that made it
    ");
}

#[test]
fn a_guard_names_its_numbers_and_what_lifts_it() {
    let home = Home::embedded();
    for n in 1..=12 {
        home.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
    }
    home.run("apply -y");
    for n in 1..=11 {
        std::fs::remove_file(home.path(&format!("t{n}.yaml"))).unwrap();
    }
    let refused = home.run("apply -y");
    assert_eq!(refused.status, 1);
    assert_snapshot!(refused.err, @r"
    error: refused: 11 resources would be deleted or replaced, more than deletes_max (10)
    help: if that is meant, pass --deletes-max 11 or set guards.deletes_max in taskloom.yaml
    error: refused: 11 of 12 resources would be deleted or replaced, more than deletes_max_percent (30)
    help: if that is meant, pass --deletes-max-percent 92 or set guards.deletes_max_percent in taskloom.yaml
    ");
    assert_eq!(home.run("apply -y --deletes-max 11 --deletes-max-percent 92").status, 0);
}

#[test]
fn what_a_terminal_would_obey_is_shown_and_not_sent() {
    let home = Home::embedded();
    let code = "echo \"\\e]0;pwned\\a\\e[2J\"\\r\\n# \\u202e backwards \\x9b1m\\n";
    let text =
        task("a", "CODE", "").replace("\"CODE\"", &format!("\"{}\"", code.replace('"', "\\\"")));
    let text = text.replace("WorkflowId: wf-1", "WorkflowId: \"w\\e[31m\\x9b\\u202e\"");
    home.write("a.yaml", &text);
    for words in [
        "plan",
        "plan --color always",
        "plan --json",
        "apply -y",
        "state show Task/a",
        "state show Task/a --json",
        "state list",
        "validate",
    ] {
        let ran = home.run(words);
        assert_eq!(ran.status, 0, "{words}: {}", ran.err);
        let shown = (ran.out + &ran.err).replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
        let obeyed: Vec<char> = shown.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(obeyed.is_empty(), "{words}: {obeyed:?} in {shown}");
    }
    assert!(home.run("plan --offline").status == 0);
    home.write("a.yaml", &text.replace("pwned", "owned"));
    assert_snapshot!(home.run("plan").out, @r#"
    ~ Task/a  update: manifest changed  (a.yaml:1)
        TaskConfiguration.CodeContent:
          @@ -1,2 +1,2 @@
          -echo "\u{1b}]0;pwned\u{7}\u{1b}[2J"\r
          +echo "\u{1b}]0;owned\u{7}\u{1b}[2J"\r
           # \u{202e} backwards \u{9b}1m

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    "#);
}

#[test]
fn an_id_that_is_not_there_is_not_imported_and_told_with_a_way_out() {
    let home = Home::embedded();
    for words in ["--workflow 47", "--task 47"] {
        let ran = home.run(&format!("import {words} -y"));
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert!(
            ran.err.contains("with the id 47 in this project\nhelp: check the id"),
            "{}",
            ran.err
        );
    }
}
