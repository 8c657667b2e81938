//! The real program, killed by SIGKILL at random moments and run again until it is done: in the
//! end the service has each task once, as its manifest declares it, and a destroy leaves nothing.
//!
//! TASKLOOM_KILLS=n sets the number of kills, TASKLOOM_TEST_SEED=n selects other moments. The
//! moments are requests, bytes of responses and changes of files; what the program does
//! concurrently between them depends on the machine.
#![cfg(unix)]
#![expect(clippy::print_stdout, reason = "a long run tells its figures")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use fastrand::Rng;
use taskloom::emulator::NameRule;
use taskloom::model::Bundle;

use crate::invariants::behaviour;
use crate::support::{End, Fate, Graph, Moment, Victim, World};

/// The default number of kills.
const N_KILLS: u64 = 200;

/// The number of concurrent projects: most of them wait for an uncertain create to become visible.
const N_LANES: usize = 16;

/// The random changes may remove everything; the guards against that are meant for people.
const APPLY: &str = "apply -y --allow-empty";

/// Counts of what was done to the program.
#[derive(Debug, Default)]
struct Count {
    projects: u64,
    runs: u64,
    kills: BTreeMap<&'static str, u64>,
    requests: u64,
    tasks: usize,
    failed: bool,
}

impl Count {
    fn n_kills(&self) -> u64 {
        self.kills.values().sum()
    }
}

#[test]
fn killed_at_random_moments_the_program_makes_each_task_once() {
    let read = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let n_kills = read("TASKLOOM_KILLS").unwrap_or(N_KILLS);
    let seed = read("TASKLOOM_TEST_SEED").unwrap_or(0);
    let (start, count, next) = (Instant::now(), Mutex::new(Count::default()), AtomicU64::new(seed));
    let is_enough = || {
        let count = count.lock().unwrap();
        count.failed || count.n_kills() >= n_kills
    };
    thread::scope(|scope| {
        for _ in 0..N_LANES {
            scope.spawn(|| {
                while !is_enough() {
                    Life::begin(next.fetch_add(1, Ordering::SeqCst), n_kills, &count).live();
                }
            });
        }
    });
    let count = count.into_inner().unwrap();
    let (n, seconds) = (count.n_kills(), start.elapsed().as_secs());
    println!("seed {seed}: {n} kills in {seconds} s, nothing twice, nothing lost: {count:#?}");
    assert!(n >= n_kills, "only {n} processes were killed before they ended");
}

/// One project from its first manifest to its end.
struct Life<'a> {
    rng: Rng,
    victim: Victim,
    graph: Graph,
    foreign: BTreeSet<(taskloom::model::Kind, taskloom::model::RemoteId)>,
    runtime: tokio::runtime::Runtime,
    story: Vec<String>,
    count: &'a Mutex<Count>,
    n_kills: u64,
    /// Whether creates may arrive late: without an owner mark, one that is also listed late seems
    /// never to have happened.
    may_be_late: bool,
}

impl<'a> Life<'a> {
    fn begin(seed: u64, n_kills: u64, count: &'a Mutex<Count>) -> Life<'a> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut rng = Rng::with_seed(seed);
        let has_bundle = rng.bool();
        let behaviour = behaviour(&mut rng, has_bundle);
        let story = vec![format!("seed {seed}: {behaviour:?}, bundle {has_bundle}")];
        let may_be_late = has_bundle || behaviour.list_delay == 0;
        // Workflows and schedules take longer, so they are only in long runs.
        let lives = n_kills > N_KILLS && rng.u8(0..3) == 0;
        let graph = Graph::new(behaviour.names == NameRule::Free).with_lives(lives);
        let mut world = World::live(behaviour);
        world.bundle = has_bundle.then(|| Bundle {
            id: "0d0c6f0a-5a3e-4a6e-9f0e-3f3b3a0c9a11".to_owned(),
            name: "sales".to_owned(),
        });
        let mut foreign = BTreeSet::new();
        for name in ["t", "t0011", "someone's"].iter().take(rng.usize(0..=3)) {
            foreign.insert(runtime.block_on(world.make_foreign(name, "echo foreign")));
        }
        let victim = Victim::new(world);
        Life { rng, victim, graph, foreign, runtime, story, count, n_kills, may_be_late }
    }

    fn live(mut self) {
        for _ in 0..self.rng.usize(2..=4) {
            for _ in 0..self.rng.usize(1..=5) {
                self.graph.change(&mut self.rng);
            }
            self.graph.write(&self.victim.world);
            for _ in 0..self.rng.usize(3..=9) {
                if self.strike(APPLY) == End::Done {
                    break;
                }
            }
        }
        self.finish(APPLY);
        let wrong = self.runtime.block_on(self.victim.world.audit(&self.foreign));
        assert!(wrong.is_empty(), "{wrong:#?}\n{:#?}", self.story);
        let n_tasks = self.victim.world.state().recorded.resources.len();
        for _ in 0..self.rng.usize(1..=3) {
            self.strike("destroy -y");
        }
        self.finish("destroy -y");
        let left = self.runtime.block_on(self.victim.world.everything());
        assert_eq!(left, self.foreign, "{:#?}", self.story);
        let mut count = self.count.lock().unwrap();
        count.projects += 1;
        count.tasks += n_tasks;
        count.requests += self.victim.gate.n_requests();
    }

    /// Runs the program and kills it on the way unless it ends first.
    fn strike(&mut self, words: &str) -> End {
        let fate = self.fate();
        let end = self.victim.run(words, Some(fate));
        self.story.push(format!("{words} {fate:?}: {end:?}"));
        let mut count = self.count.lock().unwrap();
        count.runs += 1;
        if end == End::Killed {
            *count.kills.entry(name(fate)).or_default() += 1;
        }
        let is_enough = count.n_kills() >= self.n_kills;
        drop(count);
        // Otherwise an uncertain create is so recent that the next run waits seconds for it.
        if is_enough || self.rng.u8(0..8) > 0 {
            self.runtime.block_on(self.victim.wait_an_hour());
        }
        end
    }

    /// Runs the program until nothing is left to do.
    fn finish(&mut self, words: &str) {
        for _ in 0..6 {
            let end = self.victim.run(words, None);
            self.story.push(format!("{words}: {end:?}"));
            self.count.lock().unwrap().runs += 1;
            let is_done = end == End::Done;
            let state = self.victim.world.state();
            if is_done && state.doubts.is_empty() && !state.has_journal {
                return;
            }
            self.runtime.block_on(self.victim.wait_an_hour());
        }
        panic!("it does not come to an end: {:#?}", self.story);
    }

    fn fate(&mut self) -> Fate {
        let longest = self.rng.u64(0..=32);
        let rng = &mut self.rng;
        let request = rng.u64(0..=longest);
        let moment = match rng.u8(0..7) {
            0 if request > 0 => Moment::Before,
            1 if request > 0 => Moment::After,
            2 if request > 0 => Moment::Within(rng.usize(1..1000)),
            3 if request > 0 && self.may_be_late => Moment::Late(rng.u64(1..=3)),
            4 => Moment::Answered(rng.usize(0..400)),
            _ => Moment::Disk(rng.usize(1..=4)),
        };
        Fate { request, moment }
    }
}

impl Drop for Life<'_> {
    /// Tells the other projects to stop if this one panics.
    fn drop(&mut self) {
        if thread::panicking() {
            self.count.lock().unwrap().failed = true;
        }
    }
}

fn name(fate: Fate) -> &'static str {
    match (fate.request, fate.moment) {
        (0, _) => "at the start",
        (_, Moment::Before) => "before the effect",
        (_, Moment::Late(_)) => "before a late effect",
        (_, Moment::After) => "after the effect",
        (_, Moment::Within(_)) => "within the answer",
        (_, Moment::Answered(_)) => "after the answer",
        (_, Moment::Disk(_)) => "at a write to the disk",
    }
}
