//! Manifests are read again when anything about them has changed, and only then.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use taskloom::emulator::Behaviour;
use taskloom::manifest::{LoadOptions, LoadedManifests, ManifestCache, load};
use taskloom::plan::Selection;
use taskloom::support::{BoxFuture, Clock, SystemClock};
use taskloom::watch::{Trigger, WakeCause, WatchedManifests};

use super::support::{World, task};

/// Returns the time of day this many seconds from now.
#[derive(Debug)]
struct Later(i64);

impl Clock for Later {
    fn now(&self) -> Timestamp {
        SystemClock::new().now() + SignedDuration::from_secs(self.0)
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.unsigned_abs())
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
    let mut cache = WatchedManifests::default();
    let waker = Trigger::default();
    let reads = |cache: &mut WatchedManifests, clock: &dyn Clock| {
        assert!(!cache.load(&request, clock, &waker).unwrap().problems.has_errors());
        cache.reads
    };
    // A file that was just written may be written again within one tick of the file system's clock.
    assert_eq!(reads(&mut cache, &Later(0)), 1);
    assert_eq!(reads(&mut cache, &Later(60)), 2);
    assert_eq!(reads(&mut cache, &Later(120)), 2);
    // Of the same length, at the same path.
    world.write("a.yaml", &task("a", "echo 2", ""));
    assert_eq!(reads(&mut cache, &Later(180)), 3);
    assert_eq!(reads(&mut cache, &Later(240)), 3);
    world.write("sub/run.sh", "a file that no manifest names yet");
    assert_eq!(reads(&mut cache, &Later(300)), 4);
    world.remove("sub/run.sh");
    assert_eq!(reads(&mut cache, &Later(360)), 5);
    assert_eq!(reads(&mut cache, &Later(420)), 5);
}

fn request(folder: &Path) -> LoadOptions {
    let root = folder.join("manifests");
    LoadOptions { root, folders: vec![".".to_owned()], ..LoadOptions::default() }
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
    let mut cache = WatchedManifests::default();
    let mut seconds = 0;
    let mut parsed = |cache: &mut WatchedManifests| {
        seconds += 60;
        let before = cache.parsed();
        let loaded = cache.load(&request, &Later(seconds), &Trigger::default()).unwrap();
        assert_eq!(
            (loaded.problems.to_string(), loaded.desired.resources.len()),
            (String::new(), 4)
        );
        cache.parsed() - before
    };
    assert_eq!(parsed(&mut cache), 4);
    world.write("a.yaml", &task("a", "echo 22", ""));
    assert_eq!(parsed(&mut cache), 1);
    // The code of a task is part of its manifest.
    world.write("d.sh", "echo 22");
    assert_eq!(parsed(&mut cache), 1);
    // A file that no manifest names is irrelevant until one names it.
    world.write("other.sh", "echo 1");
    assert_eq!(parsed(&mut cache), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_ahead_serves_one_pass_though_it_was_changed_just_now() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo 1", ""));
    let request = request(world.folder());
    let (mut cache, waker) = (WatchedManifests::default(), Trigger::default());
    cache.read_ahead(&request, &Later(0), &waker);
    assert_eq!(cache.reads, 1);
    cache.load(&request, &Later(0), &waker).unwrap();
    assert_eq!((cache.reads, cache.parsed()), (1, 1));
    // The next pass cannot know whether it was written again within one tick of the clock.
    cache.load(&request, &Later(0), &waker).unwrap();
    assert_eq!((cache.reads, cache.parsed()), (2, 2));
    // A file event after the reading began makes its result stale, however late.
    cache.read_ahead(&request, &Later(0), &waker);
    world.write("b.yaml", &task("b", "echo 1", ""));
    waker.wake(WakeCause::Files);
    assert_eq!(cache.load(&request, &Later(0), &waker).unwrap().desired.resources.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_heard_to_move_is_where_one_looks_ahead_and_a_pass_of_its_own_sees_all() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo 1", ""));
    world.write("b.yaml", &task("b", "echo 1", ""));
    let request = request(world.folder());
    let (mut cache, waker) = (WatchedManifests::default(), Trigger::default());
    let first = cache.load(&request, &Later(60), &waker).unwrap();
    let bodies = |loaded: &LoadedManifests| -> Vec<String> {
        let specs = loaded.desired.resources.values().map(|resource| &resource.spec);
        specs.map(|spec| spec.to_json().to_string()).collect()
    };
    let before = bodies(&first);
    let path = |name: &str| world.folder().join("manifests").join(name);
    world.write("a.yaml", &task("a", "echo 22", ""));
    // There is no event for this one.
    world.write("b.yaml", &task("b", "echo 22", ""));
    // Files that an editor creates and removes beside it are irrelevant.
    waker.files_changed([path("a.yaml"), path("4913"), path(".a.yaml.swp"), path("a.yaml~")]);
    cache.read_ahead(&request, &Later(60), &waker);
    let ahead = bodies(&cache.load(&request, &Later(60), &waker).unwrap());
    assert_ne!(ahead[0], before[0]);
    assert_eq!(ahead[1], before[1]);
    assert_eq!(cache.parsed(), 3);
    // As after the interval.
    let all = bodies(&cache.load(&request, &Later(60), &waker).unwrap());
    assert_eq!(all[0], ahead[0]);
    assert_ne!(all[1], before[1]);
    assert_eq!(cache.parsed(), 4);
    // However many events there are, all files are checked from time to time.
    world.write("b.yaml", &task("b", "echo 4444", ""));
    for (later, is_seen) in [(359, false), (361, true)] {
        waker.files_changed([path("a.yaml")]);
        cache.read_ahead(&request, &Later(later), &waker);
        let found = bodies(&cache.load(&request, &Later(later), &waker).unwrap());
        assert_eq!(found[1] != all[1], is_seen, "{later}");
    }
    world.write("b.yaml", &task("b", "echo 22", ""));
    // A pass without events that finds nothing new has also checked all files.
    for later in [1000, 2000] {
        cache.load(&request, &Later(later), &waker).unwrap();
    }
    world.write("b.yaml", &task("b", "echo 55555", ""));
    waker.files_changed([path("a.yaml")]);
    cache.read_ahead(&request, &Later(2001), &waker);
    assert_eq!(bodies(&cache.load(&request, &Later(2001), &waker).unwrap())[1], all[1]);
    // A new file.
    world.write("c.yaml", &task("c", "echo 1", ""));
    waker.files_changed([path("c.yaml")]);
    cache.read_ahead(&request, &Later(60), &waker);
    let more = cache.load(&request, &Later(60), &waker).unwrap();
    assert_eq!(more.desired.resources.len(), 3);
    // There was no event, but one may have been lost.
    world.write("b.yaml", &task("b", "echo 333", ""));
    waker.lose_track();
    cache.read_ahead(&request, &Later(60), &waker);
    assert_ne!(bodies(&cache.load(&request, &Later(60), &waker).unwrap())[1], all[1]);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_asked_for_and_gone_is_an_error_though_its_end_was_heard() {
    let world = World::new(Behaviour::default());
    let folder = world.folder().join("manifests");
    world.write("jobs.yaml", &task("a", "echo 1", ""));
    world.write("more/b.yaml", &task("b", "echo 1", ""));
    for pattern in ["jobs.yaml", "j*.yaml"] {
        world.write("jobs.yaml", &task("a", "echo 1", ""));
        let folders = vec![pattern.to_owned(), "more".to_owned()];
        let request = LoadOptions { folders, ..request(world.folder()) };
        let (mut cache, waker) = (WatchedManifests::default(), Trigger::default());
        assert!(cache.load(&request, &Later(60), &waker).unwrap().problems.is_empty());
        fs::remove_file(folder.join("jobs.yaml")).unwrap();
        waker.files_changed([folder.join("jobs.yaml")]);
        cache.read_ahead(&request, &Later(60), &waker);
        let ahead = cache.load(&request, &Later(60), &waker).unwrap();
        assert!(!ahead.problems.is_empty(), "{pattern}");
        assert_eq!(ahead.problems, load(&request).problems, "{pattern}");
    }
}

#[tokio::test(start_paused = true)]
async fn code_that_comes_later_for_a_manifest_that_is_left_out_is_no_manifest() {
    let world = World::new(Behaviour::default());
    let folder = world.folder().join("manifests");
    world.write("a.yaml", &task("a", "echo 1", ""));
    let coded = task("gen", "echo 1", "").replace("Code: \"echo 1\"", "CodeFile: gen.json");
    world.write("gen.yaml", &coded);
    let selection = Selection { select: Vec::new(), exclude: vec!["Task/gen".parse().unwrap()] };
    let request = LoadOptions { selection, ..request(world.folder()) };
    let (mut cache, waker) = (WatchedManifests::default(), Trigger::default());
    assert!(cache.load(&request, &Later(60), &waker).unwrap().problems.is_empty());
    world.write("gen.json", "{}");
    waker.files_changed([folder.join("gen.json")]);
    cache.read_ahead(&request, &Later(60), &waker);
    let ahead = cache.load(&request, &Later(60), &waker).unwrap();
    assert_eq!(ahead.problems.to_string(), "");
    assert_eq!(cache.load(&request, &Later(60), &waker).unwrap().problems.to_string(), "");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn where_links_lead_to_files_every_folder_is_looked_through() {
    let world = World::new(Behaviour::default());
    let folder = world.folder().join("manifests");
    world.write("a.yaml", &task("a", "echo 1", ""));
    let request = request(world.folder());
    let mut shelf = ManifestCache::default();
    let now = || SystemClock::new().now() + SignedDuration::from_secs(60);
    let is_enough = |shelf: &mut ManifestCache| {
        shelf.load(&request, now());
        shelf.load_changed(&request, &BTreeSet::new(), now()).is_some()
    };
    assert!(is_enough(&mut shelf));
    // A manifest that is a link to a file of another name, and the other way around.
    world.write("b.txt", &task("b", "echo 1", ""));
    std::os::unix::fs::symlink("b.txt", folder.join("b.yaml")).unwrap();
    assert!(!is_enough(&mut shelf));
    fs::remove_file(folder.join("b.yaml")).unwrap();
    assert!(is_enough(&mut shelf));
    // The code of a task behind a link.
    world.write("scripts/1.sh", "echo 1");
    let coded = task("a", "echo 1", "").replace("Code: \"echo 1\"", "CodeFile: now/../now/1.sh");
    world.write("a.yaml", &coded.replace("now/", "scripts/"));
    assert!(is_enough(&mut shelf));
    std::os::unix::fs::symlink("scripts", folder.join("now")).unwrap();
    assert!(!is_enough(&mut shelf));
    fs::remove_file(folder.join("now")).unwrap();
    std::os::unix::fs::symlink("1.sh", folder.join("scripts/2.sh")).unwrap();
    world.write("a.yaml", &coded.replace("now/../now/1.sh", "scripts/2.sh"));
    assert!(!is_enough(&mut shelf));
    // A file that is code because a manifest names it, and would be a manifest otherwise.
    world.write("a.yaml", &coded.replace("now/../now/1.sh", "scripts/1.json"));
    world.write("scripts/1.json", "{}");
    assert!(!is_enough(&mut shelf));
    world.write("a.yaml", &coded.replace("now/../now/1.sh", "scripts/1.sh"));
    fs::remove_file(folder.join("scripts/1.json")).unwrap();
    assert!(is_enough(&mut shelf));
    // The project file names the folder by a link.
    world.write("v1/b.yaml", &task("b", "echo 1", ""));
    std::os::unix::fs::symlink("v1", folder.join("current")).unwrap();
    let request = LoadOptions { folders: vec!["current".to_owned()], ..request.clone() };
    let loaded = shelf.load(&request, now());
    assert_eq!(loaded.desired.resources.len(), 1);
    assert!(shelf.load_changed(&request, &BTreeSet::new(), now()).is_none());
}

/// A folder of manifests that is being edited. No two contents have the same length, so that no
/// two look the same to the file system, however fast they follow each other.
struct Desk<'a> {
    world: &'a World,
    rng: Rng,
    n: usize,
}

impl Desk<'_> {
    /// Starts again with six valid tasks, whose code files exist.
    fn tidy(&mut self) {
        self.n += 1;
        let padding = format!("\n# {}\n", "x".repeat(self.n));
        let folder = self.world.folder().join("manifests");
        fs::remove_dir_all(&folder).unwrap();
        for number in 0..6 {
            let (name, place) = (format!("t{number}"), place(number));
            self.world.write(&format!("{place}{name}.yaml"), &task(&name, "echo 1", &padding));
            self.world.write(&format!("{name}.sh"), &padding);
            self.world.write(&format!("sub/{name}.sh"), &padding);
        }
    }

    /// Changes something and returns the paths that have events.
    fn change(&mut self) -> BTreeSet<PathBuf> {
        self.n += 1;
        let Desk { world, rng, n } = self;
        let number = rng.u8(0..6);
        let (name, other) = (format!("t{number}"), format!("t{}", rng.u8(0..6)));
        let padding = format!("\n# {}\n", "x".repeat(*n));
        let place = if rng.u8(0..12) == 0 { "other/" } else { place(number) };
        let file = format!("{place}{name}.yaml");
        let folder = world.folder().join("manifests");
        let plain = task(&name, "echo 1", "");
        let write = |file: &str, text: &str| {
            world.write(file, text);
            BTreeSet::from([folder.join(file)])
        };
        let remove = |file: &str| {
            drop(fs::remove_file(folder.join(file)));
            BTreeSet::from([folder.join(file)])
        };
        match rng.u8(0..13) {
            0..3 => write(&file, &format!("{plain}{padding}")),
            3 => {
                let coded = plain.replace("Code: \"echo 1\"", &format!("CodeFile: {other}.sh"));
                write(&file, &format!("{coded}{padding}"))
            }
            4 | 5 => write(&format!("{place}{name}.sh"), &format!("echo 1{padding}")),
            6 => remove(&file),
            7 => remove(&format!("{place}{name}.sh")),
            8 => write(&file, &format!("{}{padding}", plain.replace("kind", "knd"))),
            9 => {
                let (from, to) = (folder.join(&file), folder.join(format!("{other}.yaml")));
                drop(fs::rename(&from, &to));
                BTreeSet::from([from, to])
            }
            10 => {
                // A manifest that another one may name as its code.
                let coded = plain.replace("Code: \"echo 1\"", &format!("CodeFile: {other}.yaml"));
                write(&file, &format!("{coded}{padding}"))
            }
            11 => {
                let needs = plain.replace("echo 1", &format!("echo ${{task.{other}.id}}"));
                write(&file, &format!("{needs}{padding}"))
            }
            _ => {
                // As editors do: written beside it, and renamed over it.
                world.write("new~", &format!("{plain}{padding}"));
                drop(fs::rename(folder.join("new~"), folder.join(&file)));
                BTreeSet::from([folder.join("new~"), folder.join(&file)])
            }
        }
    }
}

/// Where a task of this number belongs.
fn place(number: u8) -> &'static str {
    if number.is_multiple_of(2) { "" } else { "sub/" }
}

/// TASKLOOM_TEST_SEED=n selects other edits.
#[tokio::test(start_paused = true)]
async fn what_is_kept_is_what_would_be_read_again() {
    let world = World::new(Behaviour::default());
    world.write("t0.yaml", &task("t0", "echo 1", ""));
    let request = request(world.folder());
    let mut shelf = ManifestCache::default();
    let seed = std::env::var("TASKLOOM_TEST_SEED").map_or(0, |text| text.parse().unwrap());
    let mut desk = Desk { world: &world, rng: Rng::with_seed(seed), n: 0 };
    let (mut n_files, mut n_named) = (0, 0);
    let mut is_wrong = true;
    for step in 0..300 {
        if is_wrong && desk.rng.bool() {
            desk.tidy();
            shelf.load(&request, SystemClock::new().now() + SignedDuration::from_secs(60));
        }
        let moved = desk.change();
        let now = SystemClock::new().now() + SignedDuration::from_secs(60);
        let named = shelf.load_changed(&request, &moved, now);
        n_named += u32::from(named.is_some());
        let (kept, anew) = (named.unwrap_or_else(|| shelf.load(&request, now)), load(&request));
        assert_eq!(kept.problems.to_string(), anew.problems.to_string(), "seed {seed}, {step}");
        assert_eq!(kept.desired, anew.desired, "seed {seed}, {step}");
        is_wrong = anew.problems.has_errors();
        n_files += anew.files as u64;
        assert_eq!((&kept.digest, kept.files), (&anew.digest, anew.files), "seed {seed}, {step}");
    }
    assert!(shelf.parsed < n_files, "{} of {n_files} files were parsed", shelf.parsed);
    assert!(n_named > 50, "seed {seed}: only {n_named} times it was enough to know what moved");
}

#[test]
fn only_files_that_move_make_old_what_was_read_ahead() {
    let waker = Trigger::default();
    waker.wake(WakeCause::Person);
    waker.wake(WakeCause::Interval);
    assert_eq!(waker.event_count(), 0);
    waker.wake(WakeCause::Files);
    waker.clone().files_changed([PathBuf::from("a.yaml")]);
    assert_eq!(waker.event_count(), 2);
}
