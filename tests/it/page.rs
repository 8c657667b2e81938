//! A plan as Markdown and as HTML: no content can break out of its place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use taskloom::model::{Address, Value};
use taskloom::plan::{
    Change, ChangeCause, ChangeReason, DriftCause, FieldChange, Guards, Plan, PlanAction, PlanPage,
    check,
};

use crate::support::build::address;
use crate::support::program::Home;
use crate::support::task;

fn field(path: &str, before: Option<&str>, after: Option<&str>, code: bool) -> FieldChange {
    let value = |text: &str| match code {
        true => Value::from(STANDARD.encode(text).as_str()),
        false => Value::from(text),
    };
    FieldChange {
        path: path.to_owned(),
        before: before.map(value),
        after: after.map(value),
        reason: ChangeReason::Drift,
        immutable: None,
        code,
    }
}

fn change(address: Address, cause: ChangeCause, fields: Vec<FieldChange>) -> Change {
    Change {
        address,
        action: PlanAction::Update,
        id: None,
        place: None,
        causes: vec![cause],
        fields,
        spec: Value::map(),
        extra: Value::from(json!({})),
        ignore: Vec::new(),
        folder_type: None,
        protect: false,
        protected: false,
        rivals: Vec::new(),
        needed_by: Vec::new(),
        misfit: false,
        moved_from: None,
        stale: false,
        stops: false,
        steps: Vec::new(),
    }
}

fn plan(changes: Vec<Change>) -> Plan {
    Plan { changes, errors: Vec::new(), unchanged: 7, observed: true }
}

fn page<'a>(plan: &'a Plan) -> PlanPage<'a> {
    PlanPage { target: "prod", plan, refusals: &[] }
}

const DRIFTED: ChangeCause = ChangeCause::Drifted(DriftCause::Field);

const NO_MANIFEST: ChangeCause = ChangeCause::NoManifest { deleted_outside: false };

/// What an attacker may put into any text of a plan.
const HOSTILE: [&str; 9] = [
    "</code></summary></details><script>alert(1)</script>",
    "```\n</details>\n# a heading\n@everyone #1 [x](javascript:alert(1)) ![](http://evil/x.png)",
    "````````",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "a\r\nb\u{1b}[31m\u{202e}gnp.exe",
    "<!-- -->",
    "]]>&lt;b&gt;",
    "**bold** _x_ ~~y~~ |t|",
];

fn hostile() -> Plan {
    let name = |text: &str| Address { name: text.to_owned(), ..address("a") };
    plan(
        HOSTILE
            .into_iter()
            .map(|text| {
                let fields = vec![
                    field(&format!("TaskConfiguration.{text}"), Some(text), Some("b"), false),
                    field("TaskConfiguration.CodeContent", Some(text), Some("echo\n"), true),
                    field("TaskConfiguration.CodeContent", None, Some(text), true),
                ];
                change(name(text), ChangeCause::Unanswered(vec![text.to_owned()]), fields)
            })
            .collect(),
    )
}

#[test]
fn a_comment_is_a_summary_and_a_diff_for_each_resource() {
    let code = field(
        "TaskConfiguration.CodeContent",
        Some("echo 1\necho 2\n"),
        Some("echo 1\necho 3\n"),
        true,
    );
    let broker = field("TaskConfiguration.BrokerIp", Some("any"), None, false);
    let bare =
        Change { action: PlanAction::Delete, ..change(address("b"), NO_MANIFEST, Vec::new()) };
    let plan = plan(vec![change(address("a"), DRIFTED, vec![code, broker]), bare]);
    insta::assert_snapshot!(page(&plan).markdown(), @r#"
    **Plan: 0 to create, 1 to update, 1 to delete, 7 unchanged** (target <code>prod</code>)

    <details><summary><code>&#126; Task/a  update: changed outside</code></summary>

    ```diff
     TaskConfiguration.CodeContent:  [drift]
    @@ -1,2 +1,2 @@
     echo 1
    -echo 2
    +echo 3
    - TaskConfiguration.BrokerIp: "any"
    + TaskConfiguration.BrokerIp: (unset)  [drift]
    ```

    </details>

    <code>- Task/b  delete: no manifest</code>
    "#);
}

#[test]
fn no_text_of_a_plan_leaves_its_block_of_a_comment() {
    let text = page(&hostile()).markdown();
    let mut fence = None;
    let mut n_blocks = 0;
    for line in text.lines() {
        match &fence {
            // Inside, everything is text up to the closing fence of the same length.
            Some(open) if line == *open => fence = None,
            Some(open) => assert!(!line.starts_with(*open), "{line}"),
            None => match line.strip_suffix("diff").filter(|line| line.starts_with("```")) {
                Some(open) => (fence, n_blocks) = (Some(open), n_blocks + 1),
                None => {
                    let bare = line
                        .replace("<details><summary><code>", "")
                        .replace("</code></summary>", "")
                        .replace("</details>", "")
                        .replace("<code>", "")
                        .replace("</code>", "")
                        .replace("**", "");
                    assert!(!bare.contains(['<', '>', '`', '[', '@', '*', '_', '!']), "{line}");
                }
            },
        }
    }
    assert_eq!((fence, n_blocks), (None, HOSTILE.len()));
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']));
}

#[test]
fn a_page_of_html_loads_nothing_and_runs_nothing() {
    let text = page(&hostile()).html();
    let (head, body) = text.split_once("<body>").unwrap();
    let style = head.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = STANDARD.encode(Sha256::digest(style));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'");
    assert!(head.contains(&policy), "{head}");
    // Every tag of the body is one of ours, and `class` is the only attribute.
    for tag in body.split('<').skip(1) {
        let tag = tag.split_once('>').unwrap().0;
        let known = ["h1", "p", "code", "details open", "details", "summary", "pre", "span"];
        let class = tag.strip_prefix("span class=\"").and_then(|rest| rest.strip_suffix('"'));
        let is_ours = known.contains(&tag.trim_start_matches('/'))
            || class.is_some_and(|class| ["same", "added", "removed", "place"].contains(&class))
            || ["/body", "/html"].contains(&tag);
        assert!(is_ours, "<{tag}>");
    }
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']));
}

#[test]
fn a_comment_stays_within_what_hosts_take() {
    let code = (0..300).map(|n| format!("echo {n}\n")).collect::<String>();
    let changes = (0..200).map(|n| {
        let code = field("TaskConfiguration.CodeContent", Some(&code), Some("x"), true);
        change(address(&format!("t{n:03}")), DRIFTED, vec![code])
    });
    let plan = plan(changes.collect());
    let text = page(&plan).markdown();
    assert!(text.len() < 65_536, "{}", text.len());
    assert!(text.contains("t000") && text.contains("200 to update"), "{text}");
    assert!(text.trim_end().ends_with("more: this comment would be too long for them."));
    assert_eq!(page(&plan).html().matches("<details").count(), 200);
}

#[test]
fn a_refusal_is_on_the_page() {
    let guards =
        Guards { deletes_max: 0, deletes_max_percent: 100, empty_allowed: true, force: false };
    let gone =
        Change { action: PlanAction::Delete, ..change(address("b"), NO_MANIFEST, Vec::new()) };
    let plan = plan(vec![gone]);
    let refusals = check(&plan, 1, 1, guards);
    let page = PlanPage { refusals: &refusals, ..page(&plan) };
    assert!(page.markdown().contains("> **Refused:**"), "{}", page.markdown());
    assert!(page.html().contains("<p class=\"refused\">Refused: "), "{}", page.html());
}

#[test]
fn the_command_prints_either_and_masks_secrets() {
    let home = Home::embedded();
    let text = task("a", "echo <b>", "");
    let text =
        text.replace("BrokerIp: any", "BrokerIp: any, TaskExtConfigurationList: {pwd: hunter}");
    home.write("a.yaml", &text);
    let markdown = home.run("plan --format markdown");
    assert_eq!((markdown.status, markdown.err.as_str()), (0, ""));
    assert!(markdown.out.starts_with("**Plan: 1 to create"), "{}", markdown.out);
    assert!(markdown.out.contains("\n+echo <b>\n"), "{}", markdown.out);
    let html = home.run("plan --format html").out;
    assert!(html.starts_with("<!doctype html>") && html.contains("echo &lt;b&gt;"), "{html}");
    for shown in [&markdown.out, &html] {
        assert!(shown.contains("(sensitive)") || shown.contains("&#40;sensitive&#41;"), "{shown}");
        assert!(!shown.contains("hunter"), "{shown}");
    }
    assert_eq!(home.run("plan --format markdown --detailed-exitcode").status, 2);
}
