//! Reads lists of base attributes completely, although their pages may shift meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ObserveError;
use crate::cloud::Client;
use crate::kinds::{ListFilter, ListPage, Listed, Table, decode_list, list_call};
use crate::model::RemoteId;

/// Items of a full page.
const PAGE: u64 = 200;

/// How often a list is read when its pages shift.
const LIST_READS: usize = 3;

/// Lists what matches a filter, each id once.
///
/// # Errors
/// When a call fails or an answer has no known shape.
pub async fn list(
    client: &Client,
    project_id: &str,
    table: &'static Table,
    filter: &ListFilter,
) -> Result<Vec<Listed>, ObserveError> {
    let listed = settled(client, project_id, table, filter, u64::MAX).await?;
    Ok(listed.unwrap_or_default())
}

/// Lists everything, each id once; None when that takes more than `n` pages.
///
/// # Errors
/// When a call fails or an answer has no known shape.
pub async fn list_unless_longer(
    client: &Client,
    project_id: &str,
    table: &'static Table,
    n: u64,
) -> Result<Option<Vec<Listed>>, ObserveError> {
    settled(client, project_id, table, &ListFilter::default(), n).await
}

/// Reads a list again while its pages shift; if they never settle, returns all items that any
/// reading showed.
async fn settled(
    client: &Client,
    project_id: &str,
    table: &'static Table,
    filter: &ListFilter,
    n_pages: u64,
) -> Result<Option<Vec<Listed>>, ObserveError> {
    let mut shown = BTreeMap::new();
    for _ in 0..LIST_READS {
        let Some(scan) = scan(client, project_id, table, filter, n_pages).await? else {
            return Ok(None);
        };
        if scan.whole {
            return Ok(Some(scan.items.into_values().collect()));
        }
        shown.extend(scan.items);
    }
    tracing::debug!(action = table.actions.list, "the list changes while it is read");
    Ok(Some(shown.into_values().collect()))
}

/// One reading of all pages.
struct Scan {
    items: BTreeMap<RemoteId, Listed>,
    /// Every page reported the same count, and that many items were read: nothing moved between
    /// pages.
    whole: bool,
}

async fn scan(
    client: &Client,
    project_id: &str,
    table: &'static Table,
    filter: &ListFilter,
    n_pages: u64,
) -> Result<Option<Scan>, ObserveError> {
    let mut items = BTreeMap::new();
    let mut totals = BTreeSet::new();
    for number in 1.. {
        let page = page(client, project_id, table, number, filter).await?;
        if page.total.div_ceil(PAGE) > n_pages {
            return Ok(None);
        }
        totals.insert(page.total);
        let last = page.items.is_empty() || number * PAGE >= page.total;
        items.extend(page.items.into_iter().map(|item| (item.id.clone(), item)));
        if last {
            break;
        }
    }
    let whole = totals.len() == 1 && totals.contains(&(items.len() as u64));
    Ok(Some(Scan { items, whole }))
}

async fn page(
    client: &Client,
    project_id: &str,
    table: &'static Table,
    number: u64,
    filter: &ListFilter,
) -> Result<ListPage, ObserveError> {
    let reply = client.call(&list_call(table, project_id, number, filter)).await?;
    decode_list(table, &reply.data).ok_or(ObserveError::Unreadable {
        action: table.actions.list,
        request_id: reply.request_id,
    })
}
