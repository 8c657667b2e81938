//! The service inside this process, for targets that have it.

use std::sync::Arc;
use std::time::Duration;

use super::error::SetupError;
use super::resolved_target::ResolvedTarget;
use crate::emulator::{Emulator, EmulatorError, EmulatorSettings};
use crate::state::{LockName, StateError};
use crate::support::Clock;

/// The SecretId and SecretKey that the embedded service takes, so that no real key ever reaches it.
pub const LOCAL_KEY: &str = "taskloom-local";

/// How often an embedded service that another run uses is asked for.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// Starts the embedded service of a target; one that another run uses is waited for as long as for
/// the lock of the state.
pub(super) async fn start_embedded(
    target: &ResolvedTarget,
    clock: &Arc<dyn Clock>,
) -> Result<Emulator, SetupError> {
    let settings = EmulatorSettings {
        data: Some(target.service_data.clone()),
        credentials: vec![(LOCAL_KEY.to_owned(), LOCAL_KEY.to_owned())],
        seed: fastrand::u64(..),
        ..EmulatorSettings::default()
    };
    let patience = target.limits.lock_timeout.unwrap_or_default();
    let end = clock.elapsed().saturating_add(patience);
    let mut is_waiting = false;
    loop {
        let error = match Emulator::start(settings.clone(), Arc::clone(clock)).await {
            Ok(emulator) => return Ok(emulator),
            Err(error) => error,
        };
        // It is in use as long as the run that has the lock of the state.
        let left = end.saturating_sub(clock.elapsed());
        if left.is_zero() || !matches!(error, EmulatorError::InUse { .. }) {
            return Err(refusal(target, error).await);
        }
        if !std::mem::replace(&mut is_waiting, true) {
            let holder = target.store.holder(LockName::Run).await;
            let whom = holder.map_or("it".to_owned(), |holder| holder.to_string());
            tracing::warn!(seconds = left.as_secs(), "{error}: waiting for {whom}");
        }
        clock.sleep(ASK_AGAIN.min(left)).await;
    }
}

async fn refusal(target: &ResolvedTarget, error: EmulatorError) -> SetupError {
    match error {
        // It is used by who works on the state: that is whom a person has to look for.
        EmulatorError::InUse { .. } => {
            let holder = target.store.holder(LockName::Run).await;
            StateError::Locked { place: target.store.describe(), holder }.into()
        }
        EmulatorError::NotLoopback { .. }
        | EmulatorError::Listen { .. }
        | EmulatorError::Data { .. }
        | EmulatorError::Damaged { .. }
        | EmulatorError::Newer { .. } => error.into(),
    }
}
