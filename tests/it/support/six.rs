//! Six tasks of the real binary, for tests that disturb it.

use super::program::{Beside, Home, emulator};
use super::task;

/// Six tasks against an emulator of their own, started with these words.
pub fn six_tasks(words: &str) -> (Home, Beside) {
    let (emulator, url) = emulator(&Home::new(), words);
    let home = Home::new()
        .with("TENCENTCLOUD_SECRET_ID", "taskloom-local")
        .with("TENCENTCLOUD_SECRET_KEY", "taskloom-local")
        .with("TASKLOOM_ENDPOINT", &url);
    home.write(
        "taskloom.yaml",
        "bundle: {name: test, id: 0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11}\nmanifests: [\".\"]\n\
         targets:\n  t: {project_id: \"1\", region: ap-guangzhou}\n",
    );
    for n in 1..=6 {
        home.write(&format!("t{n}.yaml"), &task(&format!("t{n}"), "echo", ""));
    }
    (home, emulator)
}

/// The next apply goes on, and then every task is there once and the state knows it.
pub fn assert_six_are_there_once(home: &Home) {
    let ran = home.run("apply -y");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let plan = home.run("plan --refresh full --json").json();
    assert_eq!(plan["summary"]["unchanged"], 6);
    assert_eq!(plan["changes"], serde_json::json!([]));
    // Whatever else carries our mark would be told of when the state is lost.
    std::fs::remove_dir_all(home.path(".taskloom")).unwrap();
    let plan = home.run("plan --json").json();
    assert_eq!((&plan["summary"]["adopt"], &plan["refusals"]), (&6.into(), &serde_json::json!([])));
}
