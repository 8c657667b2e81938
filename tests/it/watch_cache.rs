//! Manifests are read again when anything about them moved, and only then.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use taskloom::clock::{BoxFuture, Clock, SystemClock};
use taskloom::emulator::Behaviour;
use taskloom::manifest::{Request, Shelf, load};
use taskloom::watch::{Cache, Cause, Waker};

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
    let request = request(world.folder());
    let mut cache = Cache::default();
    let reads = |cache: &mut Cache, clock: &dyn Clock| {
        assert!(!cache.load(&request, clock, 0).unwrap().problems.has_errors());
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

fn request(folder: &Path) -> Request {
    let root = folder.join("manifests");
    Request { root, folders: vec![".".to_owned()], ..Request::default() }
}

#[tokio::test(start_paused = true)]
async fn of_many_files_only_those_that_moved_are_parsed() {
    let world = World::new(Behaviour::default());
    for name in ["a", "b", "c"] {
        world.write(&format!("{name}.yaml"), &task(name, "echo 1", ""));
    }
    let coded = task("d", "echo 1", "").replace("Code: \"echo 1\"", "CodeFile: d.sh");
    world.write("d.yaml", &coded);
    world.write("d.sh", "echo 1");
    let request = request(world.folder());
    let mut cache = Cache::default();
    let mut seconds = 0;
    let mut parsed = |cache: &mut Cache| {
        seconds += 60;
        let before = cache.parsed();
        let loaded = cache.load(&request, &Later(seconds), 0).unwrap();
        assert_eq!(
            (loaded.problems.to_string(), loaded.desired.resources.len()),
            (String::new(), 4)
        );
        cache.parsed() - before
    };
    assert_eq!(parsed(&mut cache), 4);
    world.write("a.yaml", &task("a", "echo 22", ""));
    assert_eq!(parsed(&mut cache), 1);
    // The code of a task is a part of what its manifest says.
    world.write("d.sh", "echo 22");
    assert_eq!(parsed(&mut cache), 1);
    // What no manifest names is nobody's business, but somebody may look for it.
    world.write("other.sh", "echo 1");
    assert_eq!(parsed(&mut cache), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_ahead_serves_one_pass_though_it_was_changed_just_now() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo 1", ""));
    let request = request(world.folder());
    let mut cache = Cache::default();
    cache.read_ahead(&request, &Later(0), 0);
    assert_eq!(cache.reads, 1);
    cache.load(&request, &Later(0), 0).unwrap();
    assert_eq!((cache.reads, cache.parsed()), (1, 1));
    // The next pass cannot know whether it was written again within one tick of the clock.
    cache.load(&request, &Later(0), 0).unwrap();
    assert_eq!((cache.reads, cache.parsed()), (2, 2));
    // What is heard to move after it began makes it old, whenever that is.
    cache.read_ahead(&request, &Later(0), 0);
    world.write("b.yaml", &task("b", "echo 1", ""));
    assert_eq!(cache.load(&request, &Later(0), 1).unwrap().desired.resources.len(), 2);
}

/// A folder of manifests that somebody works on. No two contents are of one length, so that no
/// two of them look alike to the file system, however fast they follow.
struct Desk<'a> {
    world: &'a World,
    rng: Rng,
    n: usize,
}

impl Desk<'_> {
    fn change(&mut self) {
        self.n += 1;
        let Desk { world, rng, n } = self;
        let number = rng.u8(0..6);
        let (name, other) = (format!("t{number}"), format!("t{}", rng.u8(0..6)));
        let padding = format!("\n# {}\n", "x".repeat(*n));
        let file = format!("{}{name}.yaml", ["", "sub/"][rng.usize(0..2)]);
        let folder = world.folder().join("manifests");
        let plain = task(&name, "echo 1", "");
        match rng.u8(0..10) {
            0..3 => world.write(&file, &format!("{plain}{padding}")),
            3 => {
                let coded = plain.replace("Code: \"echo 1\"", &format!("CodeFile: {other}.sh"));
                world.write(&file, &format!("{coded}{padding}"));
            }
            4 | 5 => world.write(&format!("{name}.sh"), &format!("echo 1{padding}")),
            6 => drop(fs::remove_file(folder.join(&file))),
            7 => drop(fs::remove_file(folder.join(format!("{name}.sh")))),
            8 => world.write(&file, &format!("{}{padding}", plain.replace("kind", "knd"))),
            _ => drop(fs::rename(folder.join(&file), folder.join(format!("{other}.yaml")))),
        }
    }
}

/// Another seed is another story: TASKLOOM_TEST_SEED=n.
#[tokio::test(start_paused = true)]
async fn what_is_kept_is_what_would_be_read_again() {
    let world = World::new(Behaviour::default());
    world.write("sub/t0.yaml", &task("t0", "echo 1", ""));
    let request = request(world.folder());
    let mut shelf = Shelf::default();
    let seed = std::env::var("TASKLOOM_TEST_SEED").map_or(0, |text| text.parse().unwrap());
    let mut desk = Desk { world: &world, rng: Rng::with_seed(seed), n: 0 };
    let mut n_files = 0;
    for step in 0..150 {
        desk.change();
        let now = SystemClock::new().now() + SignedDuration::from_secs(60);
        let (kept, anew) = (shelf.load(&request, now), load(&request));
        assert_eq!(kept.problems.to_string(), anew.problems.to_string(), "seed {seed}, {step}");
        assert_eq!(kept.desired, anew.desired, "seed {seed}, {step}");
        n_files += anew.files as u64;
        assert_eq!((kept.digest, kept.files), (anew.digest, anew.files), "seed {seed}, {step}");
    }
    assert!(shelf.parsed < n_files, "{} of {n_files} files were parsed", shelf.parsed);
}

#[test]
fn only_files_that_move_make_old_what_was_read_ahead() {
    let waker = Waker::default();
    waker.wake(Cause::Person);
    waker.wake(Cause::Interval);
    assert_eq!(waker.moves(), 0);
    waker.wake(Cause::Files);
    waker.clone().wake(Cause::Files);
    assert_eq!(waker.moves(), 2);
}
