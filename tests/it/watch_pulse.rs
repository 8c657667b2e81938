//! The heartbeat: sent by the daemon's own task, as long as its work makes progress.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::future::pending;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use serde_json::json;
use taskloom::emulator::Behaviour;
use taskloom::model::{Call, Repeat};
use taskloom::watch::{Heartbeat, Systemd};
use tokio::sync::oneshot;

use super::watch_program::{end, one_task, pass};
use crate::support::{PROJECT, Watched, World};

/// A service manager that expects a heartbeat at this interval.
struct Manager {
    socket: UnixDatagram,
    pulse: Heartbeat,
}

impl Manager {
    fn new(world: &World, watched: &Watched, every: Duration, name: &str) -> Manager {
        let path = world.folder().join(name);
        let socket = UnixDatagram::bind(&path).unwrap();
        let systemd = Arc::new(Systemd::new(Some(path.to_str().unwrap().to_owned())));
        let pulse = Heartbeat::new(watched.board.clone(), systemd, Some(every), world.clock());
        Manager { socket, pulse }
    }

    /// Takes the heartbeats that have arrived.
    fn n_signs(&self) -> usize {
        self.socket.set_nonblocking(true).unwrap();
        let mut n = 0;
        while self.socket.recv(&mut [0; 64]).is_ok() {
            n += 1;
        }
        n
    }
}

/// Keeps work running for this many minutes of paused time, and returns those with a heartbeat.
async fn minutes(
    world: &World,
    watched: &Watched,
    work: impl Future<Output = ()>,
    n: u64,
) -> BTreeSet<u64> {
    let manager = Manager::new(world, watched, Duration::from_secs(20), "notify");
    let clock = world.clock();
    let listening = async {
        let mut heard = BTreeSet::new();
        for minute in 0..n {
            clock.sleep(Duration::from_secs(60)).await;
            if manager.n_signs() > 0 {
                heard.insert(minute);
            }
        }
        heard
    };
    tokio::select! {
        heard = listening => heard,
        () = manager.pulse.keep(work) => unreachable!("the work ends later"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_polled_for_an_hour_gives_signs_all_the_while() {
    let world = World::new(Behaviour::default());
    let watched = Watched::new(&world);
    let client = world.scope().client.metered(Arc::clone(watched.board.call_metrics()));
    let clock = world.clock();
    // Operations run in parallel with the daemon's task, which only waits for their end.
    let operation = tokio::spawn(async move {
        for _ in 0..450 {
            clock.sleep(Duration::from_secs(8)).await;
            let body = json!({"ProjectId": PROJECT, "AsyncId": "none"});
            client.call(&Call::new("GetOpsAsyncJob", &body, Repeat::Read)).await.unwrap_err();
        }
    });
    let work = async { operation.await.unwrap() };
    assert_eq!(minutes(&world, &watched, work, 55).await, (0..55).collect());
    assert!(watched.board.health().is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_waits_for_what_never_comes_loses_its_signs() {
    let world = World::new(Behaviour::default());
    let watched = Watched::new(&world);
    // After three intervals of five minutes it counts as stuck.
    let heard = minutes(&world, &watched, pending(), 120).await;
    assert!(heard == (0..15).collect() || heard == (0..=15).collect(), "{heard:?}");
    assert!(watched.board.health().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_that_blocks_its_task_gives_no_sign_though_the_runtime_lives() {
    let world = World::live(Behaviour::default());
    let watched = Watched::new(&world);
    let often = Duration::from_millis(1);
    let stuck = Manager::new(&world, &watched, often, "stuck");
    let sound = Manager::new(&world, &watched, often, "sound");
    let (free, freed) = mpsc::channel::<()>();
    let (tell, told) = oneshot::channel();
    let pulse = stuck.pulse.clone();
    let daemon = tokio::spawn(async move {
        let work = async move {
            tell.send(()).unwrap();
            freed.recv().unwrap();
        };
        pulse.keep(work).await;
    });
    told.await.unwrap();
    stuck.n_signs();
    // Another one on the same runtime continues.
    let pulse = sound.pulse.clone();
    let other = tokio::spawn(async move { pulse.keep(pending::<()>()).await });
    for _ in 0..20 {
        sound.socket.recv(&mut [0; 64]).unwrap();
    }
    assert_eq!(stuck.n_signs(), 0);
    other.abort();
    free.send(()).unwrap();
    daemon.await.unwrap();
}

#[test]
fn a_service_manager_that_does_not_listen_holds_up_no_pass() {
    let (home, _emulator) = one_task();
    let path = home.path("notify");
    let _socket = UnixDatagram::bind(&path).unwrap();
    fill(&path);
    let home = home.with("NOTIFY_SOCKET", path.to_str().unwrap());
    let mut watch = home.start("-C p watch --json");
    pass(&mut watch, "changed");
    end(watch);
}

/// Sends until nothing more is accepted.
fn fill(path: &Path) {
    let sender = UnixDatagram::unbound().unwrap();
    sender.set_nonblocking(true).unwrap();
    while sender.send_to(b"STATUS=", path).is_ok() {}
}
