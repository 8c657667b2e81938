//! Random graphs, random changes, random faults and crashes: in the end the service has each
//! task once, as its manifest declares it, and a destroy leaves nothing.
//!
//! A failure prints its seed: TASKLOOM_TEST_SEED=n runs that schedule alone, TASKLOOM_TEST_N=n
//! runs more of them than by default.
#![expect(clippy::disallowed_methods, reason = "how much is tried comes from the environment")]
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![expect(clippy::print_stdout, reason = "a long run tells its figures")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use taskloom::emulator::{
    Behaviour, DeleteReading, Fault, FaultKind, FaultMoment, FieldSpelling, FolderNames,
    FolderReading, FolderTypes, ListOrder, ListReading, MissingReading, NameFilter, NameRule,
    StartFailures, StartReading, TriggerVersions, WorkflowDeletes, WorkflowNames, WorkflowUpdates,
};
use taskloom::kinds::{delete_call, pause_call, start_call, stop_call, submit_call, table};
use taskloom::model::{Address, Bundle, Call, Desired, RemoteId, Repeat};

use crate::support::{Graph, PROJECT, World};

/// The number of schedules that run by default.
const N_SCHEDULES: u64 = 40;

const ACTIONS: [&str; 33] = [
    "CreateTask",
    "CreateTask",
    "CreateTask",
    "CreateTask",
    "CreateTask",
    "UpdateTask",
    "DeleteTask",
    "GetTask",
    "ListTasks",
    "CreateTriggerTask",
    "UpdateTriggerTask",
    "GetTriggerTask",
    "ListTriggerTasks",
    "CreateWorkflow",
    "CreateWorkflow",
    "UpdateWorkflow",
    "DeleteWorkflow",
    "GetWorkflow",
    "ListWorkflows",
    "CreateTriggerWorkflow",
    "UpdateTriggerWorkflow",
    "DeleteTriggerWorkflow",
    "CreateWorkflowFolder",
    "CreateTaskFolder",
    "ListTaskFolders",
    "SubmitTask",
    "SubmitTask",
    "SubmitTriggerTask",
    "StartOpsTasks",
    "StartOpsTasks",
    "PauseOpsTasksAsync",
    "StopOpsTasksAsync",
    "GetOpsAsyncJob",
];

#[tokio::test(start_paused = true)]
async fn whatever_fails_everything_is_there_once_in_the_end() {
    let read = |name| std::env::var(name).ok().and_then(|text: String| text.parse::<u64>().ok());
    let seeds = match read("TASKLOOM_TEST_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..read("TASKLOOM_TEST_N").unwrap_or(N_SCHEDULES),
    };
    let mut count = Count::default();
    for seed in seeds {
        run(seed, &mut count).await;
    }
    println!("{count:?}");
}

/// What the schedules contained.
#[derive(Debug, Default)]
struct Count {
    schedules: u64,
    passes: u64,
    faults: u64,
    kills: u64,
    calls: u64,
}

async fn run(seed: u64, count: &mut Count) {
    let mut rng = Rng::with_seed(seed);
    let has_bundle = rng.bool();
    let behaviour = behaviour(&mut rng, has_bundle);
    let mut world = World::new(behaviour.clone());
    world.bundle =
        has_bundle.then(|| Bundle { id: "0d0c6f0a".to_owned(), name: "sales".to_owned() });
    let lives = rng.u8(0..4) > 0;
    let mut graph = Graph::new(behaviour.names == NameRule::Free).with_lives(lives);
    let mut foreign = BTreeSet::new();
    for name in ["t", "t0011", "someone's"].iter().take(rng.usize(0..=3)) {
        foreign.insert(world.make_foreign(name, "echo foreign").await);
    }
    let mut story = vec![format!("seed {seed}: {behaviour:?} {:?}", world.bundle)];
    for _ in 0..rng.usize(2..=5) {
        graph.change(&mut rng);
        graph.write(&world);
        meddle(&world, &mut rng, &mut story).await;
        for _ in 0..rng.usize(1..=2) {
            disturb(&world, &mut rng, &mut story, count);
            match world.apply_or_die().await {
                None => story.push("died".to_owned()),
                Some(Ok(pass)) => story.extend(pass.log),
                Some(Err(error)) => story.push(error),
            }
            count.passes += 1;
        }
    }
    world.service.faults().clear();
    world.wire.lag(Rng::new(), 0);
    story.push("calm".to_owned());
    story.extend(world.apply_until_done(6).await);
    world.apply_later().await;
    let wrong = world.audit(&foreign).await;
    assert!(wrong.is_empty(), "{wrong:#?}\n{story:#?}");
    let nothing = Desired { bundle: world.bundle.clone(), ..Desired::default() };
    for _ in 0..3 {
        let pass = world.try_reach(&nothing).await;
        story.push(format!("{pass:?}"));
    }
    assert_eq!(world.everything().await, foreign, "{story:#?}");
    assert!(world.state().recorded.resources.is_empty(), "{story:#?}");
    count.schedules += 1;
    count.calls += world.wire.n_calls();
}

/// Deletes, changes, submits, starts, pauses or stops one of our tasks, as another client.
async fn meddle(world: &World, rng: &mut Rng, story: &mut Vec<String>) {
    let recorded = Arc::unwrap_or_clone(world.state().recorded);
    let ids: Vec<_> = recorded.resources.into_iter().collect();
    let Some((address, resource)) = rng.choice(ids).filter(|_| rng.u8(0..2) == 0) else { return };
    let call = by_hand(&address, &resource.id, rng);
    story.push(format!("by hand: {} of {address}", call.action));
    // Workflows have no version, so two changes of one within a second look the same.
    tokio::time::advance(Duration::from_secs(1)).await;
    // What a dead process left recorded may already be gone, or may not allow this call.
    let _ = world.call(call).await;
}

fn by_hand(address: &Address, id: &RemoteId, rng: &mut Rng) -> Call {
    let table = table(address.kind);
    match rng.u8(0..8) {
        0 | 1 => delete_call(table, PROJECT, id),
        2 if table.starts() => pause_call(PROJECT, id),
        3 if table.starts() => stop_call(PROJECT, id),
        4 if table.starts() => start_call(PROJECT, id),
        5 if table.submits() => submit_call(table, PROJECT, id, "by hand"),
        _ if table.has_code() => {
            let body = json!({
                "ProjectId": PROJECT, "TaskId": id,
                "NewSetting": {table.configuration: {"BrokerIp": "1.2.3.4"}},
            });
            Call::new(table.actions.update_partially, &body, Repeat::Idempotent)
        }
        _ => {
            let body = json!({"ProjectId": PROJECT, table.id: id, table.name[0]: address.name,
                              "WorkflowDesc": "by hand"});
            Call::new(table.actions.update, &body, Repeat::Idempotent)
        }
    }
}

/// Plans faults, a crash and delays for the next pass.
fn disturb(world: &World, rng: &mut Rng, story: &mut Vec<String>, count: &mut Count) {
    world.service.faults().clear();
    for _ in 0..rng.usize(0..=8) {
        let kind = rng.choice(FaultKind::ALL).unwrap();
        let effect = rng.choice(FaultMoment::ALL).unwrap();
        // The rate limit is checked before a call takes effect.
        let effect = if kind == FaultKind::RateLimit { FaultMoment::Before } else { effect };
        let action = rng.choice(ACTIONS).filter(|_| rng.u8(0..4) > 0).map(str::to_owned);
        let nth = if action.is_some() { rng.u64(1..=4) } else { rng.u64(1..=30) };
        let fault = Fault { action, nth, effect, kind };
        story.push(fault.to_string());
        world.fault(fault);
        count.faults += 1;
    }
    world.wire.lag(rng.fork(), rng.choice([0, 0, 50, 2000]).unwrap());
    if rng.u8(0..3) == 0 {
        let (n, effect) = (rng.u64(1..=30), rng.choice(FaultMoment::ALL).unwrap());
        story.push(format!("dies at call {n}, {effect:?}"));
        world.wire.kill_at(n, effect);
        count.kills += 1;
    }
}

/// Returns the behaviour of the service in a schedule.
pub fn behaviour(rng: &mut Rng, has_bundle: bool) -> Behaviour {
    // With an owner mark, what becomes visible only after the longest wait is still recognized.
    let list_delay = if has_bundle { [0, 1, 2, 6] } else { [0, 0, 1, 2] };
    Behaviour {
        names: rng.choice([NameRule::Free, NameRule::UniqueInWorkflow]).unwrap(),
        missing: rng.choice([MissingReading::NotFound, MissingReading::Null]).unwrap(),
        name_filter: rng.choice([NameFilter::Fuzzy, NameFilter::Exact]).unwrap(),
        order: rng.choice([ListOrder::Created, ListOrder::Shuffled]).unwrap(),
        spelling: rng
            .choice([FieldSpelling::Old, FieldSpelling::New, FieldSpelling::Both])
            .unwrap(),
        trigger_list: rng.choice([ListReading::OwnKind, ListReading::BothKinds]).unwrap(),
        trigger_versions: rng.choice([TriggerVersions::Shown, TriggerVersions::Null]).unwrap(),
        list_delay: rng.choice(list_delay).unwrap(),
        get_delay: rng.choice([0, 0, 1, 2]).unwrap(),
        deletes: rng.choice([DeleteReading::Any, DeleteReading::NotScheduled]).unwrap(),
        show_folder: rng.bool(),
        show_submit_status: rng.bool(),
        job_delay: rng.u32(0..3),
        folders: rng
            .choice([FolderReading::OfMadeWorkflows, FolderReading::MustExist, FolderReading::Any])
            .unwrap(),
        folder_types: rng.choice([FolderTypes::Any, FolderTypes::OfTaskType]).unwrap(),
        folder_names: rng
            .choice([FolderNames::InUse, FolderNames::Duplicate, FolderNames::Same])
            .unwrap(),
        workflow_names: rng.choice([WorkflowNames::Free, WorkflowNames::UniqueInProject]).unwrap(),
        workflow_updates: rng.choice([WorkflowUpdates::Kept, WorkflowUpdates::Reset]).unwrap(),
        workflow_deletes: rng.choice([WorkflowDeletes::Empty, WorkflowDeletes::WithTasks]).unwrap(),
        starts: rng.choice([StartReading::Any, StartReading::NotRunning]).unwrap(),
        start_failures: rng.choice([StartFailures::StatusFalse, StartFailures::Error]).unwrap(),
        ..Behaviour::default()
    }
}
