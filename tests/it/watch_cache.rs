//! Manifests are read again when anything about them moved, and only then.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use taskloom::clock::{BoxFuture, Clock, SystemClock};
use taskloom::emulator::Behaviour;
use taskloom::manifest::Request;
use taskloom::watch::Cache;

use super::support::{World, task};

/// The time of day, so many seconds from now.
#[derive(Debug)]
struct Later(i64);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        SystemClock::new().now() + SignedDuration::from_secs(self.0)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_not_moved_is_not_read_again() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo 1", ""));
    let root = world.folder().join("manifests");
    let request = Request { root, folders: vec![".".to_owned()], ..Request::default() };
    let mut cache = Cache::default();
    let reads = |cache: &mut Cache, clock: &dyn Clock| {
        assert!(!cache.load(&request, clock).unwrap().problems.has_errors());
        cache.reads
    };
    // What was written just now may be written again within one tick of the file system's clock.
    assert_eq!(reads(&mut cache, &Later(0)), 1);
    assert_eq!(reads(&mut cache, &Later(60)), 2);
    assert_eq!(reads(&mut cache, &Later(120)), 2);
    // Of one length, at one path.
    world.write("a.yaml", &task("a", "echo 2", ""));
    assert_eq!(reads(&mut cache, &Later(180)), 3);
    assert_eq!(reads(&mut cache, &Later(240)), 3);
    world.write("sub/run.sh", "a file that no manifest names yet");
    assert_eq!(reads(&mut cache, &Later(300)), 4);
    world.remove("sub/run.sh");
    assert_eq!(reads(&mut cache, &Later(360)), 5);
    assert_eq!(reads(&mut cache, &Later(420)), 5);
}
