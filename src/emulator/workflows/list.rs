//! ListWorkflows and ListTriggerWorkflows.

use serde_json::{Map, Value as Json};

use super::super::behaviour::ListReading;
use super::super::call_context::{CallContext, PROJECT};
use super::super::http::ApiError;
use super::super::paging::ListWindow;
use super::super::parameter::{Given, Parameter};
use super::super::records::{StoredWorkflow, plain};
use super::super::tasks::{is_within, span};
use super::fields::FOLDER;
use super::response;
use crate::kinds::Shape;
use crate::model::Kind;

const PARAMETERS: [Parameter; 10] = [
    PROJECT,
    Parameter::optional("PageNumber", Shape::Integer),
    Parameter::optional("PageSize", Shape::Integer),
    Parameter::optional("Keyword", Shape::Text),
    Parameter::optional(FOLDER, Shape::Text),
    Parameter::optional("BundleId", Shape::Text),
    Parameter::optional("OwnerUin", Shape::Text),
    Parameter::optional("CreateUserUin", Shape::Text),
    Parameter::optional("ModifyTime", Shape::Texts),
    Parameter::optional("CreateTime", Shape::Texts),
];

impl CallContext<'_> {
    /// Returns one page of workflows.
    pub fn list_workflows(&mut self, body: &Map<String, Json>) -> Result<Json, ApiError> {
        let kind = self.table.kind;
        // Each kind has one more filter, which the other one does not have.
        let own = if kind == Kind::Task { "WorkflowType" } else { "ExecuteUserUin" };
        let mut known = PARAMETERS.to_vec();
        known.push(Parameter::optional(own, Shape::Text));
        let given = Given::read(body, &known, &[])?;
        let page = ListWindow::read(&given)?;
        let modified = span(&given, "ModifyTime")?;
        let created = span(&given, "CreateTime")?;
        let both =
            kind == Kind::TriggerTask && self.behaviour.trigger_list == ListReading::BothKinds;
        let hidden = self.store.delays().workflows.hidden_from_list();
        let folder = given.text(FOLDER);
        let same = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        let takes = |workflow: &StoredWorkflow| {
            (both || workflow.kind == kind)
                && workflow.project == given.text(PROJECT.name)
                && workflow.name().contains(given.text("Keyword"))
                && (folder.is_empty() || workflow.folder == plain(folder))
                && ["BundleId", "OwnerUin", own]
                    .into_iter()
                    .all(|name| same(given.text(name), workflow.text(name)))
                && same(given.text("CreateUserUin"), &workflow.creator)
                && modified.is_none_or(|span| is_within(&workflow.updated, span))
                && created.is_none_or(|span| is_within(&workflow.created, span))
        };
        let all = self.store.records().workflows.all(self.view);
        let mut found: Vec<&StoredWorkflow> =
            all.filter(|one| !hidden.contains(&one.id) && takes(one)).collect();
        found.sort_by_key(|one| (self.rank(&one.id), &one.created, &one.id));
        Ok(page.answer(&found, |one| response::item(one, kind)))
    }
}
