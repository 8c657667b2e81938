//! Checks that the service, the state and the manifests agree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use taskloom::kinds::{
    FolderField, FolderTree, ListFilter, decode_created, decode_folders, decode_get, decode_list,
    folder_type, get_call, home_of, list_call, list_folders_call, table, task_type,
};
use taskloom::model::{Address, Call, DesiredResource, Kind, RemoteId, Repeat, Schedule, Value};
use taskloom::observe::Refresh;
use taskloom::plan::differences;
use taskloom::reconcile::observe_and_plan;

use super::world::{PROJECT, World};

impl World {
    /// Returns everything at the service, read without the client's optimizations.
    pub async fn everything(&self) -> BTreeSet<(Kind, RemoteId)> {
        let mut found: BTreeMap<RemoteId, Kind> = BTreeMap::new();
        for kind in Kind::ALL {
            // The first lists hide new items.
            for _ in 0..=self.list_delay {
                let mut number = 1;
                loop {
                    let call = list_call(table(kind), PROJECT, number, &ListFilter::default());
                    let data = self.call(call).await.unwrap().data;
                    let page = decode_list(table(kind), &data).unwrap();
                    let n_seen = number * 200;
                    for item in page.items {
                        // A list of trigger tasks may also show ordinary ones.
                        found.entry(item.id).or_insert(kind);
                    }
                    if n_seen >= page.total {
                        break;
                    }
                    number += 1;
                }
            }
        }
        found.into_iter().map(|(id, kind)| (kind, id)).collect()
    }

    /// Returns what is wrong: duplicates, orphans, lost updates, an unfinished plan. `foreign` is
    /// what others created.
    pub async fn audit(&self, foreign: &BTreeSet<(Kind, RemoteId)>) -> Vec<String> {
        let mut wrong = Vec::new();
        let state = self.state();
        let mut recorded: BTreeMap<(Kind, RemoteId), Address> = BTreeMap::new();
        for (address, resource) in &state.recorded.resources {
            if let Some(other) =
                recorded.insert((address.kind, resource.id.clone()), address.clone())
            {
                wrong.push(format!("{address} and {other} are both {}", resource.id));
            }
        }
        let there = self.everything().await;
        for (kind, id) in &there {
            if !recorded.contains_key(&(*kind, id.clone()))
                && !foreign.contains(&(*kind, id.clone()))
            {
                wrong.push(format!("orphan {kind} {id}"));
            }
        }
        for (key, address) in &recorded {
            if !there.contains(key) {
                wrong.push(format!("{address} ({}) is not there", key.1));
            }
        }
        for key in foreign {
            if !there.contains(key) || recorded.contains_key(key) {
                wrong.push(format!("foreign {} {} was touched", key.0, key.1));
            }
        }
        let desired = self.desired();
        let wanted: BTreeSet<&Address> = desired.resources.keys().collect();
        let held: BTreeSet<&Address> = state.recorded.resources.keys().collect();
        if wanted != held {
            wrong.push(format!("wanted {wanted:?}, recorded {held:?}"));
        }
        for (address, resource) in &state.recorded.resources {
            let call = get_call(table(address.kind), PROJECT, &resource.id);
            let data = self.call(call).await.unwrap().data;
            let Some(seen) = decode_get(table(address.kind), &resource.id, &data) else {
                continue;
            };
            let Some(desired) = desired.resources.get(address) else { continue };
            let wanted = desired.spec.resolve(&|other: &Address| state.recorded.id_of(other));
            for field in differences(address.kind, &wanted, &seen.spec) {
                wrong.push(format!("{address} differs in {}: {field:?}", field.path));
            }
            wrong.extend(self.wrong_life(address, &resource.id, desired, &wanted, &data).await);
        }
        if !state.doubts.is_empty() || state.has_journal {
            wrong.push(format!("a journal is left with {} doubts", state.doubts.len()));
        }
        let mut scope = self.scope();
        for refresh in [Refresh::Moved, Refresh::Full] {
            scope.refresh = refresh;
            let plan = observe_and_plan(&scope, &desired, &state.recorded).await.unwrap().0;
            if !plan.is_empty() {
                wrong.push(format!("the {refresh:?} plan is not empty: {:#?}", plan.changes));
            }
        }
        wrong
    }

    /// Returns what is wrong with the folder of a resource, its submitted version and its schedule;
    /// `data` is what Get shows.
    async fn wrong_life(
        &self,
        address: &Address,
        id: &RemoteId,
        desired: &DesiredResource,
        wanted: &Value,
        data: &Json,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        let table = table(address.kind);
        if let Some((list, path)) = folder_list(address.kind, wanted) {
            let n = self.count_folders(list, &path).await;
            if n != 1 {
                wrong.push(format!("{address}: its folder {path} is there {n} times"));
            }
        }
        let schedule = desired.lifecycle.schedule;
        if schedule == Schedule::Draft || !table.submits() {
            return wrong;
        }
        let base = &data[table.base];
        if base["Submit"] != json!(true) {
            wrong.push(format!("{address} is not submitted: {base}"));
        }
        if !table.starts() {
            return wrong;
        }
        let call = Call { action: "GetOpsTask", ..get_call(table, PROJECT, id) };
        let data = self.call(call).await.unwrap().data;
        if let Some(seen) = decode_get(table, id, &data) {
            for field in differences(address.kind, wanted, &seen.spec) {
                wrong.push(format!("{address} runs with another {}: {field:?}", field.path));
            }
        }
        let runs = base["Status"] == json!("Y");
        if schedule != Schedule::Submitted && runs != (schedule == Schedule::Running) {
            wrong.push(format!("{address} is wanted {schedule:?}: {base}"));
        }
        wrong
    }

    async fn count_folders(&self, list: Call, path: &str) -> usize {
        // A folder whose parent does not exist does not exist.
        let Ok(reply) = self.call(list).await else { return 0 };
        let (paths, _) = decode_folders(&reply.data).unwrap();
        paths.iter().filter(|found| *found == path).count()
    }

    /// Reads so often that everything is listed and can be read.
    pub async fn catch_up(&self) {
        for (kind, id) in self.everything().await {
            for _ in 0..self.get_delay {
                // A hidden task is refused.
                let _ = self.call(get_call(table(kind), PROJECT, &id)).await;
            }
        }
    }

    /// Creates a task by hand.
    pub async fn make_foreign(&self, name: &str, code: &str) -> (Kind, RemoteId) {
        use base64::Engine as _;
        let code = base64::engine::general_purpose::STANDARD.encode(code);
        let body = json!({
            "ProjectId": PROJECT,
            "TaskBaseAttribute": {"TaskName": name, "WorkflowId": "wf-1", "TaskTypeId": "35"},
            "TaskConfiguration": {"CodeContent": code, "BrokerIp": "any"},
            "TaskSchedulerConfiguration": {"StartTime": "2026-01-01 00:00:00"},
        });
        let call = Call::new("CreateTask", &body, Repeat::No);
        let reply = self.call(call).await.unwrap();
        (Kind::Task, decode_created(table(Kind::Task), &reply.data).unwrap())
    }
}

/// Returns the list call that must show the folder of a resource, and the path of the folder.
fn folder_list(kind: Kind, wanted: &Value) -> Option<(Call, String)> {
    let text = |path: &[&str]| wanted.at(path).and_then(Value::as_text);
    let (forest, path) = match table(kind).folder {
        FolderField::None => return None,
        FolderField::OfWorkflows(field) => (FolderTree::Workflows, text(field)),
        FolderField::OfTasks(field) => {
            let number = task_type(kind, wanted).unwrap_or_default().parse().unwrap();
            let forest = FolderTree::Tasks {
                workflow: home_of(kind, wanted).unwrap().workflow().unwrap().to_owned(),
                folder_type: folder_type(number).unwrap().to_owned(),
            };
            (forest, text(field))
        }
    };
    let path = path.filter(|path| *path != "/")?;
    let parent = path.rsplit_once('/').map_or("/", |(parent, _)| parent);
    let parent = if parent.is_empty() { "/" } else { parent };
    Some((list_folders_call(&forest, PROJECT, parent, 1), path.to_owned()))
}
