//! Checks what a plan's deletes would break, and whether the project allows what it creates.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::error::ObserveError;
use super::list::list;
use crate::cloud::{CallOutcome, Client};
use crate::kinds::{
    Dependents, ListFilter, ResourceHome, decode_mode, decode_neighbours, downstream_call,
    project_call, table,
};
use crate::model::{Address, Dependent, Kind, Recorded, RemoteId, ScheduleMode};
use crate::plan::{Change, Plan, PlanAction};

/// Requests in flight; in practice the rate limit of the client limits them.
const LOOKS: usize = 16;

/// Items of a full page.
const PAGE: u64 = 200;

/// Completes a plan with what depends on its deletes, and with whether the project allows what it
/// creates. A plan with neither deletes nor creates costs no call.
///
/// # Errors
/// When a call fails or an answer has no known shape.
pub async fn surround(
    client: &Arc<Client>,
    project: &str,
    plan: &mut Plan,
    recorded: &Recorded,
) -> Result<(), ObserveError> {
    let goes = |change: &Change| matches!(change.action, PlanAction::Delete | PlanAction::Replace);
    let going = plan.changes.iter().filter(|change| goes(change));
    let going: Vec<(Address, RemoteId)> =
        going.filter_map(|change| Some((change.address.clone(), change.id.clone()?))).collect();
    let mut found = neighbours(client, project, going).await?;
    let spared = let_go(plan, recorded);
    let made = |change: &Change| matches!(change.action, PlanAction::Create | PlanAction::Replace);
    let mode = match plan.changes.iter().any(made) {
        true => mode(client, project).await?,
        false => None,
    };
    for change in &mut plan.changes {
        if let Some(mut others) = found.remove(&change.address) {
            others.retain(|one| !spared.contains(&one.id));
            others.sort();
            others.dedup();
            change.needed_by = others;
        }
        change.misfit =
            made(change) && mode.is_some_and(|mode| !table(change.address.kind).fits(mode));
    }
    Ok(())
}

/// Returns the managed resources that the plan deletes or changes too: the plan already takes care
/// of what they need.
fn let_go(plan: &Plan, recorded: &Recorded) -> BTreeSet<RemoteId> {
    let changed = plan.changes.iter().filter(|change| match change.action {
        PlanAction::Create
        | PlanAction::Update
        | PlanAction::Replace
        | PlanAction::Delete
        | PlanAction::Adopt
        | PlanAction::Forget => true,
        PlanAction::Record | PlanAction::Submit | PlanAction::Start | PlanAction::Pause => false,
    });
    let ids = changed.filter_map(|change| {
        let before = change.moved_from.as_ref().unwrap_or(&change.address);
        change.id.clone().or_else(|| recorded.id_of(before))
    });
    ids.collect()
}

/// Returns, for each resource that is about to be deleted, everything that needs it: the tasks
/// downstream of a task, the tasks inside a workflow.
async fn neighbours(
    client: &Arc<Client>,
    project_id: &str,
    going: Vec<(Address, RemoteId)>,
) -> Result<BTreeMap<Address, Vec<Dependent>>, ObserveError> {
    let mut found = BTreeMap::new();
    let mut looks = JoinSet::new();
    let mut going = going.into_iter();
    loop {
        while looks.len() < LOOKS
            && let Some((address, id)) = going.next()
        {
            let (client, project_id) = (Arc::clone(client), project_id.to_owned());
            let look = async move {
                let neighbours = match table(address.kind).dependents() {
                    Dependents::Nothing => Ok(Vec::new()),
                    Dependents::Downstream => {
                        downstream(&client, &project_id, address.kind, &id).await
                    }
                    Dependents::Inside(kind) => inside(&client, &project_id, kind, &id).await,
                };
                neighbours.map(|neighbours| (address, neighbours))
            };
            looks.spawn(look.in_current_span());
        }
        let Some(look) = looks.join_next().await else { return Ok(found) };
        let (address, neighbours) = look.expect("a look neither panics nor is aborted")?;
        found.insert(address, neighbours);
    }
}

async fn downstream(
    client: &Client,
    project_id: &str,
    kind: Kind,
    id: &RemoteId,
) -> Result<Vec<Dependent>, ObserveError> {
    let mut found = Vec::new();
    let mut number = 1;
    loop {
        let call = downstream_call(table(kind), project_id, id, number);
        let reply = match client.call(&call).await {
            // What is already gone has nothing downstream.
            Err(error) if error.is_not_found() => return Ok(found),
            reply => reply?,
        };
        let (neighbours, total) =
            decode_neighbours(&reply.data).ok_or(ObserveError::Unreadable {
                action: call.action,
                request_id: reply.request_id,
            })?;
        let last = neighbours.is_empty() || number * PAGE >= total;
        found.extend(neighbours);
        if last {
            return Ok(found);
        }
        number += 1;
    }
}

async fn inside(
    client: &Client,
    project_id: &str,
    kind: Kind,
    workflow: &RemoteId,
) -> Result<Vec<Dependent>, ObserveError> {
    let filter = ListFilter { workflow_id: Some(workflow.0.clone()), ..ListFilter::default() };
    let listed = list(client, project_id, table(kind), &filter).await?;
    let home = Some(ResourceHome::Workflow(workflow.0.clone()));
    let inside = listed.into_iter().filter(|item| item.identity.home == home);
    Ok(inside.map(|item| Dependent { id: item.id, name: item.identity.name }).collect())
}

/// Returns which kinds of tasks a project allows; None where it does not say so.
async fn mode(client: &Client, project_id: &str) -> Result<Option<ScheduleMode>, ObserveError> {
    match client.call(&project_call(project_id)).await {
        Ok(reply) => Ok(decode_mode(&reply.data)),
        // An account that may write tasks does not need the right to read the project.
        Err(error) if error.outcome() == CallOutcome::Refused && !says_absent(error.code()) => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn says_absent(code: Option<&str>) -> bool {
    code == Some("InvalidParameter.WorkspaceNotExist")
}
