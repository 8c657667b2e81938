//! The service inside this process, for targets that use it.

use std::sync::Arc;
use std::time::Duration;

use super::error::SetupError;
use super::resolved_target::ResolvedTarget;
use crate::emulator::{Emulator, EmulatorError, EmulatorSettings};
use crate::state::{LockName, StateError};
use crate::support::Clock;

/// The SecretId and SecretKey that the embedded service accepts, so that it never gets a real key.
pub const LOCAL_KEY: &str = "taskloom-local";

/// How often to try again while another run uses the embedded service.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// Starts the embedded service of a target; if another run uses it, waits as long as for the lock
/// of the state.
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
        // It is in use as long as another run holds the lock of the state.
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
        // The holder of the state's lock uses it: that is the process a person must look for.
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
