//! Signs of life that only the daemon's own task can give.
//!
//! A timer in a task of its own would show that the runtime lives, whatever became of the passes.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use super::status::StatusStore;
use super::systemd::Systemd;
use crate::support::Clock;

/// How often is looked when the service manager does not ask for signs.
const LOOK: Duration = Duration::from_secs(10);

/// Tells the store, and the service manager where it wants to know, that work goes on.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    store: StatusStore,
    systemd: Arc<Systemd>,
    /// How often the service manager wants a sign; none when it does not.
    watchdog: Option<Duration>,
    clock: Arc<dyn Clock>,
}

impl Heartbeat {
    /// Returns the heartbeat of a daemon; `watchdog` is how often the service manager wants a sign.
    pub fn new(
        store: StatusStore,
        systemd: Arc<Systemd>,
        watchdog: Option<Duration>,
        clock: Arc<dyn Clock>,
    ) -> Heartbeat {
        Heartbeat { store, systemd, watchdog, clock }
    }

    /// Does work, and gives signs of life as long as it goes on: whenever it is woken by what it
    /// waits for, and while calls are answered. Work that blocks its task gives none at once; work
    /// that waits for what never comes gives none when the store's patience is over.
    pub async fn keep<T>(&self, work: impl Future<Output = T>) -> T {
        let every = self.watchdog.unwrap_or(LOOK);
        let mut work = pin!(work);
        let mut due = self.clock.sleep(Duration::ZERO);
        let mut n_calls = 0;
        poll_fn(|context| {
            // Woken for nothing but the look itself, the work has not shown that it lives.
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
        // What runs beside the daemon's task shows by the calls that it makes.
        let n_now = self.store.call_metrics().counts().calls.values().sum();
        if std::mem::replace(n_calls, n_now) != n_now {
            self.store.touch();
        }
        if self.watchdog.is_some() && self.store.health().is_ok() {
            self.systemd.tell("WATCHDOG=1");
        }
    }
}
