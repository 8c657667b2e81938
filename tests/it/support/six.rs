//! Six tasks applied by the real binary, for tests that disturb it.

use super::program::{Beside, Home, emulator};
use super::task;

/// Six tasks against a separate emulator, which is started with these arguments.
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

/// Checks that the next apply continues, and that every task then exists once and is in the state.
pub fn assert_six_are_there_once(home: &Home) {
    let ran = home.run("apply -y");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let plan = home.run("plan --refresh full --json").json();
    assert_eq!(plan["summary"]["unchanged"], 6);
    assert_eq!(plan["changes"], serde_json::json!([]));
    // Anything else with our mark would be reported when the state is lost.
    std::fs::remove_dir_all(home.path(".taskloom")).unwrap();
    let plan = home.run("plan --json").json();
    assert_eq!((&plan["summary"]["adopt"], &plan["refusals"]), (&6.into(), &serde_json::json!([])));
}
