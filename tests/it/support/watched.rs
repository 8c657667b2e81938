//! A status store, and passes over a world that are reported to it as the daemon does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use taskloom::apply::ApplySummary;
use taskloom::plan::Plan;
use taskloom::reconcile::Session;
use taskloom::watch::{DaemonInfo, PassEnding, PassResult, StatusStore};
use tokio::sync::watch;

use super::world::{PROJECT, World, holder};

/// The status store of a world.
#[derive(Debug)]
pub struct Watched {
    /// The status store.
    pub board: StatusStore,
    number: AtomicU64,
}

impl Watched {
    /// Creates an empty status store with a pass every five minutes.
    pub fn new(world: &World) -> Watched {
        let about = DaemonInfo {
            target: "test".to_owned(),
            project_id: PROJECT.to_owned(),
            endpoint: "embedded".to_owned(),
            interval: Duration::from_secs(300),
        };
        Watched { board: StatusStore::new(about, world.clock()), number: AtomicU64::new(0) }
    }

    fn begin(&self) {
        let number = 1 + self.number.fetch_add(1, Ordering::Relaxed);
        self.board.began(number, "files");
    }

    fn end(&self, tally: ApplySummary) {
        let result = if tally.failed == 0 { PassResult::Done } else { PassResult::Failed };
        self.board.ended(PassEnding { result, tally, message: None, revision: None });
    }

    /// Reports one pass that changes nothing and takes this long; needs paused time.
    pub async fn look_for(&self, world: &World, seconds: u64) {
        self.begin();
        tokio::time::advance(Duration::from_secs(seconds)).await;
        self.board.planned(&world.plan().await, &Arc::new(world.loaded()));
        self.end(ApplySummary::default());
    }

    /// Reports one pass that changes nothing.
    pub async fn look(&self, world: &World) -> Plan {
        self.begin();
        let plan = world.plan().await;
        self.board.planned(&plan, &Arc::new(world.loaded()));
        self.end(ApplySummary::default());
        plan
    }

    /// Runs and reports one pass.
    pub async fn pass(&self, world: &World) {
        self.begin();
        let loaded = Arc::new(world.loaded());
        let desired = &loaded.desired;
        let mut scope = world.scope();
        scope.client = Arc::new(scope.client.metered(Arc::clone(self.board.call_metrics())));
        let mut session = Session::open(scope, &holder()).await.unwrap();
        let (plan, observed) = session.look(desired).await.unwrap();
        self.board.planned(&plan, &loaded);
        let (_stop, stop) = watch::channel(false);
        let mut report = |event: taskloom::apply::OperationEvent<'_>| self.board.operation(&event);
        let tally = session.carry_out(&plan, desired, &observed, stop, &mut report).await.unwrap();
        self.end(tally);
    }
}
