//! Signs of life that only the daemon's own task can give.
//!
//! A timer in its own task would show that the runtime lives, even when the passes hang.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::status::StatusStore;
use super::systemd::Systemd;
use crate::support::Clock;

/// How often the work is checked when the service manager does not ask for signs of life.
const LOOK: Duration = Duration::from_secs(10);

/// Reports to the store, and to the service manager if it asked, that work continues.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    store: StatusStore,
    systemd: Arc<Systemd>,
    /// How often the service manager expects a sign; None when it does not.
    watchdog: Option<Duration>,
    clock: Arc<dyn Clock>,
}

impl Heartbeat {
    /// Returns the heartbeat of a daemon; `watchdog` is how often the service manager expects one.
    pub fn new(
        store: StatusStore,
        systemd: Arc<Systemd>,
        watchdog: Option<Duration>,
        clock: Arc<dyn Clock>,
    ) -> Heartbeat {
        Heartbeat { store, systemd, watchdog, clock }
    }

    /// Does work, and gives signs of life as long as it makes progress: whenever what it waits for
    /// wakes it, and while calls are answered. Work that blocks its task stops giving signs
    /// immediately; work that waits for what never comes stops after the time the store allows.
    pub async fn keep<T>(&self, work: impl Future<Output = T>) -> T {
        let every = self.watchdog.unwrap_or(LOOK);
        let mut work = pin!(work);
        let mut due = self.clock.sleep(Duration::ZERO);
        let mut n_calls = 0;
        poll_fn(|context| {
            // Woken only by this check, the work has not shown that it lives.
            let mut is_look = false;
            while due.as_mut().poll(context).is_ready() {
                is_look = true;
                self.look(&mut n_calls);
                due = self.clock.sleep(every);
            }
            if !is_look {
                self.store.touch();
            }
            work.as_mut().poll(context)
        })
        .await
    }

    fn look(&self, n_calls: &mut u64) {
        // Work beside the daemon's task shows in the calls that it makes.
        let n_now = self.store.call_metrics().counts().calls.values().sum();
        if std::mem::replace(n_calls, n_now) != n_now {
            self.store.touch();
        }
        if self.watchdog.is_some() && self.store.health().is_ok() {
            self.systemd.tell("WATCHDOG=1");
        }
    }
}
