//! The real binary: the two commands of the README, what is printed where, and exit statuses.

use insta::assert_snapshot;

use super::support::program::{Home, settled};
use super::support::task;

#[test]
fn one_command_applies_the_shipped_project_and_the_next_one_writes_nothing() {
    let home = Home::shipped();
    let first = home.run("apply -y");
    assert_eq!((first.status, first.err.as_str()), (0, ""));
    assert!(first.out.ends_with("Applied: 22 done, 0 failed, 0 unchanged\n"), "{}", first.out);
    let again = home.run("apply -y -vv");
    assert_eq!(again.status, 0);
    assert_eq!(again.out, "No changes: 10 unchanged, compared with the service\n");
    let actions: Vec<&str> =
        again.err.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(!actions.is_empty());
    assert!(actions.iter().all(|a| a.starts_with("List") || a.starts_with("Get")), "{actions:?}");
}

#[test]
fn a_plan_shows_code_as_lines_and_exits_with_2_only_when_asked() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo one\n", ""));
    home.run("apply -y");
    home.write("a.yaml", &task("a", "echo two\n", ""));
    let plan = home.run("plan");
    assert_eq!((plan.status, plan.err.as_str()), (0, ""));
    assert_snapshot!(plan.out, @r"
    ~ Task/a  update: manifest changed  (a.yaml:1)
        TaskConfiguration.CodeContent:
          @@ -1 +1 @@
          -echo one
          +echo two

    Plan: 0 to create, 1 to update, 0 to delete, 0 unchanged
    ");
    assert_eq!(home.run("plan --detailed-exitcode").status, 2);
    assert_eq!(home.run("plan --offline --detailed-exitcode").status, 2);
    home.run("apply -y");
    assert_eq!(home.run("plan --detailed-exitcode").status, 0);
}

#[test]
fn a_pattern_that_fits_no_resource_is_told() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo one\n", ""));
    let note = "note: no resource fits the pattern b*\n";
    for command in ["plan --offline", "plan", "apply -y", "graph", "graph --json"] {
        let ran = home.run(&format!("{command} --select b*"));
        assert_eq!((ran.status, ran.err.as_str()), (0, note), "{command}");
        let ran = home.run(&format!("{command} --select Task/* --exclude team=sales"));
        assert_eq!(ran.err, "note: no resource fits the pattern team=sales\n", "{command}");
        assert_eq!(home.run(&format!("{command} --select a")).err, "", "{command}");
    }
    // A resource that is only in the state counts, too.
    std::fs::remove_file(home.path("a.yaml")).unwrap();
    assert!(!home.run("plan --offline --select Task/a").err.contains("note: no resource"));
}

#[test]
fn an_applied_project_can_be_listed_shown_and_destroyed() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo one\n", ""));
    assert_eq!(home.run("state list").err, "the state holds nothing\n");
    home.run("apply -y");
    assert_snapshot!(settled(&home.run("state list").out), @"Task/a  ID");
    let shown = home.run("state show Task/a").out;
    let shown: Vec<&str> = shown.lines().filter(|line| !line.contains("updated: ")).collect();
    assert_snapshot!(settled(&shown.join("\n")), @r"
    address: Task/a
    extra: {}
    id: 'ID'
    observed:
      status: N
      submit: false
      version: V1
    protect: false
    spec:
      TaskBaseAttribute:
        TaskName: a
        TaskTypeId: '35'
        WorkflowId: wf-1
      TaskConfiguration:
        BrokerIp: any
        Code: |
          echo one
      TaskSchedulerConfiguration:
        StartTime: 2026-01-01 00:00:00
    ");
    let destroyed = home.run("destroy -y");
    assert_snapshot!(settled(&destroyed.out), @r"
    - Task/a  delete: no manifest

    Plan: 0 to create, 0 to update, 1 to delete, 0 unchanged
    deleted Task/a  ID
    Applied: 1 done, 0 failed, 0 unchanged
    ");
    assert_eq!(destroyed.status, 0);
    assert_eq!(home.run("state list --json").json()["resources"], serde_json::json!([]));
}

#[test]
fn a_partial_apply_ends_with_what_failed_why_and_what_was_left_out() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    home.write("b.yaml", &format!("{}extra: {{Frob: 1}}\n", task("b", "echo b", "")));
    home.write("c.yaml", &task("c", "echo c", &super::support::after("b")));
    let ran = home.run("apply -y --parallelism 1");
    let (_, report) = ran.out.split_once("unchanged\n").unwrap();
    assert_snapshot!(settled(report), @r"
    created Task/a  ID

    Failed:
      create Task/b  (b.yaml:1)
        CreateTask failed: UnknownParameter: The parameter `Frob` is not recognized. (RequestId UUID)
        next: the service does not know the field: look at `spec` and `extra`

    Not attempted:
      create Task/c  (c.yaml:1): Task/b comes first, and failed

    Applied: 1 done, 1 failed, 1 not attempted, 0 unchanged
    ");
    assert_snapshot!(ran.err, @r"
    failed to create Task/b: UnknownParameter
    error: 1 of 3 operations failed, 1 not attempted
    help: what was done is recorded; apply again goes on from there
    ");
    assert_eq!(ran.status, 1);
    // The completed operations are kept.
    let again = home.run("apply -y --json").json_lines();
    assert_eq!(again.last().unwrap()["unchanged"], 1);
}

#[test]
fn init_starts_a_project_that_applies_and_never_overwrites_one() {
    let home = Home::new();
    let init = home.run("init --name shop");
    assert_eq!(init.status, 0);
    assert_snapshot!(init.out, @r"
    wrote taskloom.yaml
    wrote manifests/hello.yaml
    wrote manifests/hello.sh
    wrote .gitignore
    ");
    assert!(home.run("apply -y").out.ends_with("Applied: 1 done, 0 failed, 0 unchanged\n"));
    let again = home.run("init");
    assert_eq!((again.status, again.out.as_str()), (1, ""));
    assert_snapshot!(again.err, @r"
    error: taskloom.yaml is already there
    help: nothing was changed; edit it, or start in another folder with -C
    ");
}

#[test]
fn nothing_is_applied_or_destroyed_when_nobody_can_say_yes() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    let apply = home.run("apply");
    assert_eq!(apply.status, 1);
    assert_snapshot!(apply.err, @r"
    error: nobody is there to confirm, so nothing was changed
    help: pass -y (--yes) to go ahead without a question
    ");
    home.run("apply -y");
    assert_eq!(home.run("destroy --json").status, 1);
    assert_eq!(home.run("state list --json").json()["resources"][0]["address"], "Task/a");
}

#[test]
fn paths_of_options_count_from_the_folder_of_chdir() {
    let home = Home::new();
    home.write("work/tasks/a.yaml", &task("a", "echo a", ""));
    let words = "-C work --manifests tasks --endpoint embedded --project-id 1 --state s/state.json";
    let plan = home.run(&format!("{words} plan --out a.plan"));
    assert_eq!(
        (plan.status, plan.err.as_str()),
        (0, "saved to a.plan; `apply` with this file does exactly that\n")
    );
    assert_eq!(home.run(&format!("{words} apply a.plan")).status, 0);
    assert!(home.path("work/s/state.json").is_file());
}

#[test]
fn an_empty_variable_is_as_good_as_none_and_an_empty_option_is_refused() {
    let mut home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    for name in ["TARGET", "ENDPOINT", "PROJECT_ID", "REGION", "STATE", "RATE", "JSON", "COLOR"] {
        home = home.with(&format!("TASKLOOM_{name}"), "");
    }
    assert_eq!(home.run("plan").status, 0);
    assert_eq!(home.run("plan --target=").status, 64);
    assert_eq!(home.with("TASKLOOM_JSON", "1").run("plan").json()["target"], "local");
}

#[test]
fn the_help_of_the_program_is_this() {
    assert_snapshot!(Home::new().run("--help").out, @r"
    Keep Tencent Cloud WeData tasks the way git says

    Usage: taskloom [OPTIONS] <COMMAND>

    Commands:
      validate     Check every manifest without calling the service
      plan         Show what apply would change
      apply        Make the service match the manifests
      destroy      Delete everything that the state holds
      watch        Keep the service as the manifests say, continuously
      suspend      Tell watch to leave resources alone
      resume       Let watch go on with what was suspended
      approve      Let a plan go that watch holds back for a person's word
      status       Show what is managed, what drifted and what is pending
      import       Write manifests of what exists, and manage it from now on
      state        Look into the state file, or change it by hand
      graph        Print the graph of the manifests: what needs what
      schema       Print the JSON Schema of manifests, for editors
      init         Start a new project in this folder
      emulator     Serve the embedded WeData service on loopback
      completions  Print the completions for a shell
      help         Print this message or the help of the given subcommand(s)

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Options of every command:
      -C, --chdir <DIR>          Work in this folder; the paths of other options are relative to it
                                 [env: TASKLOOM_CHDIR]
      -t, --target <TARGET>      The target of taskloom.yaml [default: the one marked default] [env:
                                 TASKLOOM_TARGET]
          --endpoint <URL>       The service: a URL, or `embedded` for the one inside this program [env:
                                 TASKLOOM_ENDPOINT]
          --project-id <ID>      The WeData project [env: TASKLOOM_PROJECT_ID]
          --region <REGION>      The region, for instance ap-guangzhou [also: TENCENTCLOUD_REGION] [env:
                                 TASKLOOM_REGION]
          --state <FILE>         The state file [default: .taskloom/TARGET/state.json beside
                                 taskloom.yaml] [env: TASKLOOM_STATE]
          --manifests <DIR>      The folder with the manifests [default: `manifests` of taskloom.yaml]
                                 [env: TASKLOOM_MANIFESTS]
          --var <NAME=TEXT>      The value of a variable of taskloom.yaml; may be repeated [also:
                                 TASKLOOM_VAR_NAME]
          --developer <WHO>      Whose development target this is: TaskName begins with `[dev WHO] `
                                 [default: the user] [env: TASKLOOM_DEVELOPER]
          --rate <N>             Requests a second for each API action [env: TASKLOOM_RATE] [default:
                                 20]
          --timeout <TIME>       How long a run may take: then nothing new starts, and what is in flight
                                 ends [default: no limit] [env: TASKLOOM_TIMEOUT]
          --call-timeout <TIME>  How long one request may take [default: 60s] [env:
                                 TASKLOOM_CALL_TIMEOUT]
          --lock-timeout <TIME>  How long to wait when another run is at work on the state [default: not
                                 at all] [env: TASKLOOM_LOCK_TIMEOUT]
          --json                 Print JSON on standard output [env: TASKLOOM_JSON]
          --color <WHEN>         Use colours: auto, always or never [env: TASKLOOM_COLOR] [default:
                                 auto]
      -v, --verbose...           Say more on standard error; twice for every request [env:
                                 TASKLOOM_VERBOSE]
    ");
}

#[test]
fn every_command_has_help_and_every_shell_completions() {
    let home = Home::new();
    for words in [
        "validate",
        "plan",
        "apply",
        "destroy",
        "state",
        "state list",
        "state show",
        "init",
        "emulator",
        "completions",
    ] {
        let help = home.run(&format!("{words} --help"));
        assert_eq!(help.status, 0, "{words}");
        assert!(help.out.contains(&format!("Usage: taskloom {words}")), "{}", help.out);
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(home.run(&format!("completions {shell}")).out.contains("taskloom"), "{shell}");
    }
}

#[test]
fn a_selection_is_kept_by_a_saved_plan() {
    let home = Home::shipped();
    let plan = home.run("plan --select revenue --out part.plan");
    assert!(plan.out.ends_with("Plan: 6 to create, 0 to update, 0 to delete, 0 unchanged\n"));
    let both = home.run("apply part.plan --select report-refresh");
    assert_eq!(both.status, 64, "{}", both.err);
    let part = home.run("apply part.plan");
    assert!(part.out.ends_with("Applied: 14 done, 0 failed, 0 unchanged\n"), "{}", part.out);
    let rest = home.run("apply -y --exclude team=sales");
    assert!(rest.out.ends_with("Applied: 6 done, 0 failed, 6 unchanged\n"), "{}", rest.out);
    assert_eq!(home.run("plan --select [").status, 64);
}
