//! The ext keys that the service adds on its own, in random order.
//!
//! Source: the keys in the official responses of GetTask and GetTriggerTask.

use fastrand::Rng;
use serde_json::{Value as Json, json};

use super::super::records::{EXT, PARAM_KEY, StoredTask, key_of};
use crate::kinds::Table;
use crate::model::Kind;

const TENANT: &str = "1250000000";
/// `{"specLabelConfItems":[]}`.
const NO_LABELS: &str = "eyJzcGVjTGFiZWxDb25mSXRlbXMiOltdfQ==";

/// Adds the service's ext keys to a new task; a key that the caller sent remains the caller's.
pub fn add_server_keys(
    task: &mut StoredTask,
    table: &Table,
    workflow: &str,
    region: &str,
    rng: &mut Rng,
) {
    let keys = if task.kind == Kind::TriggerTask { trigger_keys } else { task_keys };
    let made = keys(task, table, workflow, region);
    let mut items = ext_items(task, table);
    for (key, value) in made {
        if !items.iter().any(|item| key_of(item, PARAM_KEY) == Some(key)) {
            task.server_keys.insert(key.to_owned());
            items.push(json!({"ParamKey": key, "ParamValue": value}));
        }
    }
    rng.shuffle(&mut items);
    task.section_mut(table.configuration).insert(EXT.to_owned(), Json::Array(items));
}

/// Puts the ext keys into a new random order, as every save may.
pub fn shuffle(task: &mut StoredTask, table: &Table, rng: &mut Rng) {
    let mut items = ext_items(task, table);
    if !items.is_empty() {
        rng.shuffle(&mut items);
        task.section_mut(table.configuration).insert(EXT.to_owned(), Json::Array(items));
    }
}

/// Returns the ext parameters.
fn ext_items(task: &StoredTask, table: &Table) -> Vec<Json> {
    task.field(table.configuration, EXT).and_then(Json::as_array).cloned().unwrap_or_default()
}

fn task_keys(
    task: &StoredTask,
    table: &Table,
    workflow: &str,
    region: &str,
) -> Vec<(&'static str, String)> {
    let name = task.text(table.base, "TaskName");
    let file = format!(
        "https://wedata-local-{TENANT}.cos.{region}.myqcloud.com/datastudio/project/{}/{workflow}/{name}_{}.sh",
        task.project, task.id
    );
    let same = |key, text: &str| (key, text.to_owned());
    let mut keys = common_keys(task, table, region);
    keys.extend([
        same("calendar_id", task.text(table.scheduler, "CalendarId")),
        same("calendar_name", ""),
        same("python_type", "python3"),
        same("python_sub_version", "python3"),
        same("data_cluster", task.text(table.configuration, "DataCluster")),
        same("executionTTLStrategy", "fail"),
        same("waitExecutionTotalTTLStrategy", "fail"),
        ("ftp.file.name", file),
    ]);
    keys
}

fn trigger_keys(
    task: &StoredTask,
    table: &Table,
    workflow: &str,
    region: &str,
) -> Vec<(&'static str, String)> {
    let name = task.text(table.base, "TaskName");
    // The folder of trigger workflows has a Chinese name on both sites.
    let file = format!("/datastudio/project/{}/默认文件夹/{workflow}/{name}.sh", task.project);
    let mut keys = common_keys(task, table, region);
    keys.push(("ftp.file.name", file));
    keys
}

fn common_keys(task: &StoredTask, table: &Table, region: &str) -> Vec<(&'static str, String)> {
    let open = match task.text(table.scheduler, "CalendarOpen") {
        "" => "0",
        open => open,
    };
    let minutes = task.field(table.scheduler, "WaitExecutionTotalTTLMinute");
    vec![
        ("bucket", format!("wedata-local-{TENANT}")),
        ("specLabelConfItems", NO_LABELS.to_owned()),
        ("tenantId", TENANT.to_owned()),
        ("region", region.to_owned()),
        ("calendar_open", open.to_owned()),
        ("waitExecutionTotalTTL", minutes.map_or_else(|| "-1".to_owned(), Json::to_string)),
    ]
}
