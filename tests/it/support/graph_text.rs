//! The text of the manifests of random graphs.

use super::manifests::{after_all, task, trigger_task};

/// A task.
#[derive(Clone, Debug)]
pub struct Node {
    pub trigger: bool,
    pub python: bool,
    pub code: usize,
    pub task_name: Option<String>,
    pub formerly: Option<String>,
    pub needs: Vec<String>,
    /// Our workflow that contains it.
    pub flow: Option<String>,
    pub folder: &'static str,
    pub schedule: &'static str,
}

/// A workflow.
#[derive(Clone, Debug)]
pub struct Flow {
    pub trigger: bool,
    pub text: usize,
    pub folder: &'static str,
    pub is_running: bool,
    pub formerly: Option<String>,
}

/// Returns the manifest of a task.
pub fn node_text(name: &str, node: &Node) -> String {
    let code = format!("echo {}", node.code);
    let mut text = if node.trigger {
        trigger_task(name, &code)
    } else {
        task(name, &code, &after_all(&node.needs))
    };
    if node.python {
        text = text.replace("Shell", "Python");
    }
    let word = if node.trigger { "triggerworkflow" } else { "workflow" };
    if let Some(flow) = &node.flow {
        let id = format!("\"${{{word}.{flow}.id}}\"");
        text = text.replace("wf-1", &id).replace("wf-2", &id);
    }
    if let Some(task_name) = &node.task_name {
        text = text.replace("{WorkflowId", &format!("{{TaskName: {task_name}, WorkflowId"));
    }
    if node.folder != "/" {
        let folder = format!(", TaskFolderPath: {}, TaskTypeId", node.folder);
        text = text.replace(", TaskTypeId", &folder);
    }
    if node.schedule != "draft" {
        let lifecycle = format!("lifecycle: {{schedule: {}}}\nspec:", node.schedule);
        text = text.replacen("spec:", &lifecycle, 1);
    }
    named(text, name, node.formerly.as_deref())
}

/// Returns the manifest of a workflow.
pub fn flow_text(name: &str, flow: &Flow) -> String {
    let kind = if flow.trigger { "TriggerWorkflow" } else { "Workflow" };
    let mut text = format!(
        "apiVersion: wedata/2025-08-06\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  \
         ParentFolderPath: {}\n  WorkflowDesc: the {}th\n",
        flow.folder, flow.text
    );
    if flow.trigger {
        let schedule = if flow.is_running { "running" } else { "paused" };
        let lifecycle = format!("lifecycle: {{schedule: {schedule}}}\nspec:");
        text = text.replacen("spec:", &lifecycle, 1);
        text.push_str(&format!(
            "  TriggerWorkflowSchedulerConfigurations:\n    - {{TriggerMode: TIME_TRIGGER, \
             ScheduleTimeZone: UTC+8, StartTime: 2026-01-01 00:00:00, EndTime: 2099-01-01 \
             00:00:00, ConfigMode: COMMON, CycleType: DAY_CYCLE, CrontabExpression: \
             \"0 0 {} * * ? *\"}}\n",
            flow.text % 24
        ));
    }
    named(text, name, flow.formerly.as_deref())
}

fn named(text: String, name: &str, formerly: Option<&str>) -> String {
    let Some(formerly) = formerly else { return text };
    let named = format!("{{name: {name}, formerly: [{formerly}]}}");
    text.replace(&format!("{{name: {name}}}"), &named)
}
