//! The text of manifests.

/// Returns a manifest of a Shell task; `more` is put under TaskSchedulerConfiguration.
pub fn task(name: &str, code: &str, more: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: Task\nmetadata: {{name: {name}}}\nspec:\n  \
         TaskBaseAttribute: {{WorkflowId: wf-1, TaskTypeId: Shell}}\n  \
         TaskConfiguration: {{Code: {code:?}, BrokerIp: any}}\n  \
         TaskSchedulerConfiguration:\n    StartTime: 2026-01-01 00:00:00\n{more}"
    )
}

/// Returns a dependency on another task, for [`task`].
pub fn after(name: &str) -> String {
    after_all(&[name.to_owned()])
}

/// Returns dependencies on other tasks, for [`task`].
pub fn after_all(names: &[String]) -> String {
    let mut text = String::new();
    for (place, name) in names.iter().enumerate() {
        if place == 0 {
            text.push_str("    UpstreamDependencyConfigList:\n");
        }
        text.push_str(&format!(
            "      - {{TaskId: \"${{task.{name}.id}}\", MainCyclicConfig: DAY, \
             SubordinateCyclicConfig: CURRENT_DAY}}\n"
        ));
    }
    text
}

/// Returns a manifest of a Shell trigger task.
pub fn trigger_task(name: &str, code: &str) -> String {
    format!(
        "apiVersion: wedata/2025-08-06\nkind: TriggerTask\nmetadata: {{name: {name}}}\nspec:\n  \
         TriggerTaskBaseAttribute: {{WorkflowId: wf-2, TaskTypeId: Shell}}\n  \
         TriggerTaskConfiguration: {{Code: {code:?}, BrokerIp: any}}\n"
    )
}
