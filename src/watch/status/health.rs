//! Whether a daemon lives, and whether its work can be relied on.

use std::time::Duration;

use super::daemon_info::DaemonPhase;
use super::store::StatusStore;

/// How many intervals may pass without a sign of life before something is wrong.
const N_INTERVALS: u32 = 3;

/// The shortest limit, since with a short interval the service may be slow: one call may take a
/// minute.
const PATIENCE_LEAST: Duration = Duration::from_secs(120);

/// What is wrong with a daemon.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HealthProblem {
    /// The loop gives no sign.
    #[error("the loop gave no sign of life for {0} seconds")]
    Stuck(u64),
    /// No pass has gone well yet.
    #[error("no pass has ended well yet")]
    NotYet,
    /// The last pass that ended well is too long ago.
    #[error("the last pass that ended well did so {0} seconds ago")]
    Stale(u64),
}

impl StatusStore {
    /// Checks that the loop lives: it gave a sign within three intervals, or two minutes. A daemon
    /// on standby waits for another one to end, and gives none.
    ///
    /// # Errors
    /// When there was none.
    pub fn health(&self) -> Result<(), HealthProblem> {
        let (touched, phase) = {
            let inner = self.lock();
            (inner.touched, inner.phase)
        };
        let silent = self.clock.elapsed().saturating_sub(touched);
        if phase != DaemonPhase::Standby && silent > self.patience() {
            Err(HealthProblem::Stuck(silent.as_secs()))
        } else {
            Ok(())
        }
    }

    /// Checks that what is shown can be relied on: a pass ended well within three intervals, or two
    /// minutes.
    ///
    /// # Errors
    /// When none did, or the loop does not live.
    pub fn readiness(&self) -> Result<(), HealthProblem> {
        self.health()?;
        let Some((_, good)) = self.lock().passes.good else { return Err(HealthProblem::NotYet) };
        let age = self.clock.elapsed().saturating_sub(good);
        if age > self.patience() { Err(HealthProblem::Stale(age.as_secs())) } else { Ok(()) }
    }

    fn patience(&self) -> Duration {
        self.info.interval.saturating_mul(N_INTERVALS).max(PATIENCE_LEAST)
    }
}
