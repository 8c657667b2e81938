//! ListTasks and ListTriggerTasks.

use fastrand::Rng;
use serde_json::{Map, Value as Json};

use super::super::behaviour::{ListOrder, ListReading, NameFilter};
use super::super::call_context::{CallContext, PROJECT};
use super::super::folders::{NODE_TYPES as KNOWN, node_type};
use super::super::http::ApiError;
use super::super::paging::ListWindow;
use super::super::parameter::{Given, Parameter};
use super::super::records::{StoredTask, is_under};
use super::response;
use super::scalar::is_date_time;
use crate::kinds::{Shape, table};
use crate::model::Kind;

const PARAMETERS: [Parameter; 16] = [
    PROJECT,
    Parameter::optional("PageNumber", Shape::Integer),
    Parameter::optional("PageSize", Shape::Integer),
    Parameter::optional("TaskName", Shape::Text),
    Parameter::optional("WorkflowId", Shape::Text),
    Parameter::optional("OwnerUin", Shape::Text),
    Parameter::optional("TaskTypeId", Shape::Integer),
    Parameter::optional("Status", Shape::Text),
    Parameter::optional("Submit", Shape::Flag),
    Parameter::optional("BundleId", Shape::Text),
    Parameter::optional("CreateUserUin", Shape::Text),
    Parameter::optional("ModifyTime", Shape::Texts),
    Parameter::optional("CreateTime", Shape::Texts),
    Parameter::optional("TaskFolderPathList", Shape::Texts),
    Parameter::optional(WORKFLOW_FOLDERS, Shape::Texts),
    Parameter::optional(NODE_TYPES, Shape::Texts),
];
const WORKFLOW_FOLDERS: &str = "WorkflowFolderPathList";
const NODE_TYPES: &str = "TaskNodeTypeList";

impl CallContext<'_> {
    /// Returns one page of base attributes.
    pub fn list(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let given = Given::read(body, &PARAMETERS, &[])?;
        let page = ListWindow::read(&given)?;
        let filter = Filter::read(&given, self.behaviour.name_filter)?;
        if let Some(unknown) = given.texts(NODE_TYPES).iter().find(|one| !KNOWN.contains(one)) {
            let why = format!("`{unknown}` is not one of {}", KNOWN.join(", "));
            return Err(ApiError::bad_value(NODE_TYPES, &why));
        }
        if let Some(status) = Some(given.text("Status")).filter(|status| !status.is_empty()) {
            self.check_status(status)?;
        }
        let tops = given.texts(WORKFLOW_FOLDERS);
        let hidden = self.store.delays().tasks.hidden_from_list();
        let mut found: Vec<&StoredTask> = self
            .store
            .tasks(self.view)
            .filter(|task| self.is_listed(task) && !hidden.contains(&task.id))
            .filter(|task| task.project == given.text(PROJECT.name) && filter.takes(task))
            .filter(|task| self.is_in_workflow_folder(task, &tops))
            .collect();
        found.sort_by_key(|task| (self.rank(&task.id), &task.id));
        Ok(page.answer(&found, |task| {
            response::item(self.table, table(task.kind), task, &self.workflow_name(task))
        }))
    }

    fn is_listed(&self, task: &StoredTask) -> bool {
        let both = self.table.kind == Kind::TriggerTask
            && self.behaviour.trigger_list == ListReading::BothKinds;
        both || task.kind == self.table.kind
    }

    /// Returns whether the workflow of a task is in one of the folders; a workflow that was not
    /// created here is in the root folder.
    fn is_in_workflow_folder(&self, task: &StoredTask, tops: &[&str]) -> bool {
        let id = task.text(table(task.kind).base, "WorkflowId");
        let workflow = self.store.records().workflows.get(id, self.view);
        let folder = workflow.map_or("", |workflow| &workflow.folder);
        tops.is_empty() || tops.iter().any(|top| is_under(folder, top))
    }

    /// Returns the sort key of an id in a list; the shuffled order is fixed and unrelated to the
    /// order of the ids.
    pub fn rank(&self, id: &str) -> u64 {
        match self.behaviour.order {
            ListOrder::Created => 0,
            ListOrder::Shuffled => Rng::with_seed(seed(id)).u64(..),
        }
    }

    fn check_status(&self, status: &str) -> Result<(), ApiError> {
        let field = self.table.field(&[self.table.base, "Status"]);
        let known = field.map(|field| field.values).unwrap_or_default();
        if known.contains(&status) {
            return Ok(());
        }
        Err(ApiError::bad_value("Status", &format!("it is not one of {}", known.join(", "))))
    }
}

/// The conditions of a list; one that is not given matches every task.
struct Filter<'a> {
    name: &'a str,
    name_filter: NameFilter,
    /// Base attributes that must be equal.
    base: Vec<(&'static str, String)>,
    status: &'a str,
    submit: Option<bool>,
    bundle: &'a str,
    creator: &'a str,
    folders: Vec<&'a str>,
    node_types: Vec<&'a str>,
    modified: Option<(&'a str, &'a str)>,
    created: Option<(&'a str, &'a str)>,
}

impl<'a> Filter<'a> {
    fn read(given: &'a Given, name_filter: NameFilter) -> Result<Filter<'a>, ApiError> {
        let task_type = given.integer("TaskTypeId").map(|number| number.to_string());
        let base = [
            ("WorkflowId", given.text("WorkflowId").to_owned()),
            ("OwnerUin", given.text("OwnerUin").to_owned()),
            ("TaskTypeId", task_type.unwrap_or_default()),
        ];
        Ok(Filter {
            name: given.text("TaskName"),
            name_filter,
            base: base.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            status: given.text("Status"),
            submit: given.flag("Submit"),
            bundle: given.text("BundleId"),
            creator: given.text("CreateUserUin"),
            folders: given.texts("TaskFolderPathList"),
            node_types: given.texts(NODE_TYPES),
            modified: span(given, "ModifyTime")?,
            created: span(given, "CreateTime")?,
        })
    }

    fn takes(&self, task: &StoredTask) -> bool {
        let own = table(task.kind);
        let name = task.text(own.base, "TaskName");
        let named = match self.name_filter {
            NameFilter::Exact => self.name.is_empty() || name == self.name,
            NameFilter::Fuzzy => name.contains(self.name),
        };
        let same = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        let folder = task.text(own.base, "TaskFolderPath");
        named
            && self.base.iter().all(|(field, wanted)| task.text(own.base, field) == wanted)
            && same(self.status, &task.status)
            && self.submit.is_none_or(|submit| submit == task.is_submitted())
            && same(self.bundle, task.text(own.configuration, "BundleId"))
            && same(self.creator, &task.creator)
            && (self.folders.is_empty() || self.folders.iter().any(|top| is_under(folder, top)))
            && (self.node_types.is_empty()
                || node_type(task.text(own.base, "TaskTypeId"))
                    .is_some_and(|known| self.node_types.contains(&known)))
            && self.modified.is_none_or(|span| is_within(&task.updated, span))
            && self.created.is_none_or(|span| is_within(&task.created, span))
    }
}

/// Reads the two times of a filter; an empty list is not a filter.
pub fn span<'a>(given: &'a Given, name: &str) -> Result<Option<(&'a str, &'a str)>, ApiError> {
    match given.texts(name).as_slice() {
        [] => Ok(None),
        [from, to] if is_date_time(from) && is_date_time(to) => Ok(Some((from, to))),
        [_, _] => Err(ApiError::bad_value(name, "a time is not of the form yyyy-MM-dd HH:mm:ss")),
        _ => Err(ApiError::bad_value(name, "two times are required")),
    }
}

/// Returns whether a time is in a span: times in this form sort like texts.
pub fn is_within(moment: &str, (from, to): (&str, &str)) -> bool {
    (from..=to).contains(&moment)
}

/// Returns a seed for an id: ids of tasks are numbers, those of workflows are not.
fn seed(id: &str) -> u64 {
    let mixed = |sum: u64, byte: u8| sum.wrapping_mul(31).wrapping_add(u64::from(byte));
    id.parse().unwrap_or_else(|_| id.bytes().fold(0, mixed))
}
