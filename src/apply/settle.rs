//! Settles what a killed run left in doubt, and looks once more for creates that were sent again.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::doubt::{LOOKS, Resolution};
use super::run::Run;
use crate::cloud::CallError;
use crate::kinds::{delete_call, table};
use crate::model::{ObservedResource, Recorded, RemoteId};
use crate::observe::ObserveError;
use crate::state::{Begun, Effect, StateError};

/// A create of which nothing tells what it made, and the resources that may be it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unclear {
    /// Its intent.
    pub begun: Begun,
    /// They have its identity and belong to nobody.
    pub candidates: Vec<RemoteId>,
}

/// What is older than this many seconds has had time to be listed: one look is enough.
const OLD: i64 = 60;

/// What one look at a doubt settled.
enum Verdict {
    /// Its outcome is in the journal.
    Settled,
    /// Nothing of it is to be seen yet.
    Absent,
    /// Something of its identity is there.
    Unclear(Vec<RemoteId>),
}

/// Looks for what creates in doubt made, and records it; what stays unclear is returned and stays
/// in the journal.
///
/// # Errors
/// When the service cannot be asked or the journal cannot be written.
pub async fn settle(
    run: &Run,
    recorded: &mut Recorded,
    doubts: &[Begun],
) -> Result<Vec<Unclear>, SettleError> {
    let mut open: Vec<Begun> = doubts.to_vec();
    let mut unclear = Vec::new();
    for wait in LOOKS {
        if wait > 0 && open.iter().all(|begun| is_old(run, begun)) {
            break;
        }
        run.pause(wait).await;
        unclear.clear();
        let mut left = Vec::new();
        for begun in open {
            match judge(run, recorded, &begun).await? {
                Verdict::Settled => continue,
                Verdict::Absent => {}
                Verdict::Unclear(candidates) => {
                    unclear.push(Unclear { begun: begun.clone(), candidates });
                }
            }
            left.push(begun);
        }
        open = left;
        if open.is_empty() {
            break;
        }
    }
    let kept: BTreeSet<u64> = unclear.iter().map(|unclear| unclear.begun.n).collect();
    for begun in open.iter().filter(|begun| !kept.contains(&begun.n)) {
        run.journal.end(begun.n, &begun.address, &Effect::Nothing, None)?;
        run.claims.close(begun.n);
    }
    Ok(unclear)
}

async fn judge(run: &Run, recorded: &mut Recorded, begun: &Begun) -> Result<Verdict, SettleError> {
    let traces = run.look(begun).await?;
    if recorded.resources.contains_key(&begun.address) {
        return spare(run, begun, traces.proofs, traces.twins).await;
    }
    let seen = match traces.resolution(run.claims.n_twins(begun)) {
        Resolution::Made(seen) => seen,
        Resolution::Absent => return Ok(Verdict::Absent),
        Resolution::Unclear(candidates) => return Ok(Verdict::Unclear(candidates)),
    };
    tracing::info!(address = %begun.address, id = %seen.id, "found what a cut-off run had created");
    run.journal.made(begun, &seen.id)?;
    run.claims.made(begun, &seen.id);
    // The marker stays empty, so that the next look reads it: someone may have changed it since.
    let resource = begun.resource(seen.id, crate::model::Marker::default());
    if let Some(before) = &begun.moved_from {
        recorded.resources.remove(before);
    }
    recorded.resources.insert(begun.address.clone(), resource);
    // What was sent more than once may have made more than one.
    if begun.tries > 1 { Ok(Verdict::Absent) } else { Ok(Verdict::Settled) }
}

/// The address has its resource: whatever else the create made is one too many.
async fn spare(
    run: &Run,
    begun: &Begun,
    proofs: Vec<ObservedResource>,
    twins: Vec<ObservedResource>,
) -> Result<Verdict, SettleError> {
    let mut left = Vec::new();
    for seen in proofs {
        // Only what carries the nonce of a create that was sent again is surely ours and surely
        // one too many.
        if begun.tries > 1 {
            remove(run, begun, &seen.id).await?;
        } else {
            left.push(seen.id);
        }
    }
    left.extend(twins.into_iter().map(|seen| seen.id));
    if left.is_empty() { Ok(Verdict::Absent) } else { Ok(Verdict::Unclear(left)) }
}

async fn remove(run: &Run, begun: &Begun, id: &RemoteId) -> Result<(), SettleError> {
    tracing::warn!(
        address = %begun.address, %id,
        "a create whose answer was lost showed up late, after it had been sent again: deleting it"
    );
    let call = delete_call(table(begun.address.kind), &run.project_id, id);
    match run.client.call(&call).await {
        Err(error) if !error.is_not_found() => Err(ObserveError::Call(error).into()),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn is_old(run: &Run, begun: &Begun) -> bool {
    let Ok(time) = begun.time.parse::<Timestamp>() else { return false };
    run.clock.now().as_second() - time.as_second() > OLD
}

/// Why a doubt could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The service could not be asked.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The journal could not be written.
    #[error(transparent)]
    State(#[from] StateError),
}

impl From<CallError> for SettleError {
    fn from(error: CallError) -> Self {
        ObserveError::from(error).into()
    }
}
