//! Resolves the creates that a killed run left in doubt or that were sent more than once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tracing::Instrument as _;

use super::evidence::{CreateResolution, Evidence, LOOKS};
use super::run_context::RunContext;
use crate::kinds::{delete_call, table};
use crate::model::{Recorded, RemoteId, RemoteVersion, TaskStatus};
use crate::observe::ObserveError;
use crate::state::{Intent, StateChange, StateError};

/// A create with an unknown result, and the resources that it may have made.
#[derive(Clone, Debug, PartialEq)]
pub struct AmbiguousCreate {
    /// Its intent.
    pub begun: Intent,
    /// Resources with its identity and without an owner.
    pub candidates: Vec<RemoteId>,
}

/// Seconds after which a create without any trace counts as not executed. Until then it stays open
/// in the journal, and each run looks again: lists may lag far behind.
const OLD: i64 = 600;

/// Seconds after which one look-up is as good as several.
const FRESH: i64 = 60;

/// The result of one look-up for a create in doubt.
enum LookOutcome {
    /// Its outcome is in the journal.
    Settled,
    /// No trace of it was found.
    Absent,
    /// Resources with its identity exist.
    Unclear(Vec<RemoteId>),
}

/// How patiently creates in doubt are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoverPatience {
    /// Before a plan that depends on the outcome: recent creates get time to show.
    UntilShown,
    /// After a run: the next run looks again.
    OneLook,
}

/// Looks for what creates in doubt made, and records it; returns what stays unclear. A recent
/// create whose result is not found stays open in the journal.
///
/// # Errors
/// When the service cannot be read or the journal cannot be written.
pub async fn recover_creates(
    run: &RunContext,
    recorded: &mut Recorded,
    doubts: &[Intent],
    patience: RecoverPatience,
) -> Result<Vec<AmbiguousCreate>, RecoverError> {
    let mut open: Vec<Intent> = doubts.to_vec();
    let mut unclear = Vec::new();
    for wait in LOOKS {
        let waits = |begun: &Intent| {
            age(run, begun) < FRESH && !recorded.resources.contains_key(&begun.address)
        };
        if wait > 0 && (patience == RecoverPatience::OneLook || !open.iter().any(waits)) {
            break;
        }
        if run.pause(wait).await.is_err() {
            break;
        }
        unclear.clear();
        let mut left = Vec::new();
        for begun in open {
            let (address, verb) = (&begun.address, begun.verb.name());
            let span = tracing::error_span!("recovery", %address, verb);
            match judge(run, recorded, &begun).instrument(span).await? {
                LookOutcome::Settled => continue,
                LookOutcome::Absent => {}
                LookOutcome::Unclear(candidates) => {
                    unclear.push(AmbiguousCreate { begun: begun.clone(), candidates });
                }
            }
            left.push(begun);
        }
        open = left;
    }
    let kept: BTreeSet<u64> = unclear.iter().map(|unclear| unclear.begun.n).collect();
    for begun in open.iter().filter(|begun| age(run, begun) >= OLD && !kept.contains(&begun.n)) {
        run.journal.done(begun.n, &begun.address, &StateChange::Nothing, None).await?;
        run.claims.close(begun.n);
    }
    Ok(unclear)
}

async fn judge(
    run: &RunContext,
    recorded: &mut Recorded,
    begun: &Intent,
) -> Result<LookOutcome, RecoverError> {
    let traces = run.look(begun).await?;
    if recorded.resources.contains_key(&begun.address) {
        return spare(run, begun, traces).await;
    }
    let seen = match traces.resolution(run.claims.n_twins(begun)) {
        CreateResolution::Made(seen) => seen,
        CreateResolution::Absent => return Ok(LookOutcome::Absent),
        CreateResolution::Unclear(candidates) => return Ok(LookOutcome::Unclear(candidates)),
    };
    tracing::info!(address = %begun.address, id = %seen.id, "found what a lost create had made");
    run.journal.made(begun, &seen.id).await?;
    run.claims.made(begun, &seen.id);
    // The marker stays empty, so that the next run reads it: it may have been changed since.
    let resource = begun.resource(seen.id, RemoteVersion::default());
    if let Some(before) = &begun.moved_from {
        recorded.resources.remove(before);
    }
    recorded.resources.insert(begun.address.clone(), resource);
    // A create that was sent more than once may have made more than one.
    if begun.tries > 1 { Ok(LookOutcome::Absent) } else { Ok(LookOutcome::Settled) }
}

/// Handles what a create made for an address that already has its resource.
///
/// It is deleted only when its nonce proves that this create made it and it was not changed since;
/// everything else is for a person to decide.
async fn spare(
    run: &RunContext,
    begun: &Intent,
    Evidence { proofs, twins, hidden, strangers: _ }: Evidence,
) -> Result<LookOutcome, RecoverError> {
    let mut left = Vec::new();
    for seen in proofs {
        // The marker of a workflow does not show what people put into it.
        if table(begun.address.kind).holds.is_none() && is_untouched(&seen.marker) {
            remove(run, begun, &seen.id).await?;
        } else {
            left.push(seen.id);
        }
    }
    left.extend(twins.into_iter().map(|seen| seen.id));
    left.extend(hidden);
    if left.is_empty() { Ok(LookOutcome::Absent) } else { Ok(LookOutcome::Unclear(left)) }
}

/// Returns whether a resource is as its create left it: the first version, never submitted.
fn is_untouched(marker: &RemoteVersion) -> bool {
    marker.version.as_ref().is_none_or(|version| version == "V1")
        && marker.submitted.is_none()
        && marker.status.as_ref().is_none_or(|status| *status == TaskStatus::New)
}

async fn remove(run: &RunContext, begun: &Intent, id: &RemoteId) -> Result<(), RecoverError> {
    tracing::warn!(
        address = %begun.address, %id,
        "a create whose answer was lost showed up after another one took its place: deleting it"
    );
    let call = delete_call(table(begun.address.kind), &run.project_id, id);
    match run.client.call(&call).await {
        Err(error) if !error.is_not_found() => Err(ObserveError::Call(error).into()),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Returns how many seconds ago a create was sent; 0 when the clock was set back since.
fn age(run: &RunContext, begun: &Intent) -> i64 {
    let Ok(time) = begun.time.parse::<Timestamp>() else { return 0 };
    (run.clock.now().as_second() - time.as_second()).max(0)
}

/// Why a doubt could not be settled.
#[derive(Debug, thiserror::Error)]
pub enum RecoverError {
    /// The service could not be read.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The journal could not be written.
    #[error(transparent)]
    State(#[from] StateError),
}
