//! Lists whose pages shift while they are read, because items appear and disappear in between.

use serde_json::json;
use taskloom::emulator::{Behaviour, ListOrder};
use taskloom::kinds::{ListFilter, delete_call, table};
use taskloom::model::{Call, Kind, RemoteId, RemoteVersion, Repeat};
use taskloom::observe::list;

use crate::support::build::address;
use crate::support::{PROJECT, World, task};

/// Returns a world with this many applied tasks.
async fn world_of(n: usize) -> World {
    let world = World::new(Behaviour::default());
    let all: Vec<String> =
        (0..n).map(|i| task(&format!("t{i}"), &format!("echo {i}"), "")).collect();
    world.write("all.yaml", &all.join("\n---\n"));
    assert_eq!(world.apply().await.tally.done, n);
    world
}

fn id(world: &World, name: &str) -> RemoteId {
    world.state().recorded.id_of(&address(name)).unwrap()
}

async fn delete(world: &World, id: &RemoteId) {
    world.call(delete_call(table(Kind::Task), PROJECT, id)).await.unwrap();
}

/// Plans, and runs an action of another client right after the n-th call.
async fn plan_with(world: &World, n: u64, meddle: impl AsyncFnOnce()) -> (String, Vec<String>) {
    let before = world.calls().len();
    world.wire.hold_at(n);
    let (text, ()) = tokio::join!(world.plan_text(), async {
        world.wire.holding().await;
        meddle().await;
        world.wire.let_go();
    });
    let calls = world.calls().into_iter().skip(before).map(|call| call.action).collect();
    (text, calls)
}

fn count(calls: &[String], action: &str) -> usize {
    calls.iter().filter(|call| *call == action).count()
}

/// Creates this many unmanaged tasks and returns their ids in order.
async fn foreign(world: &World, n: usize) -> Vec<RemoteId> {
    let mut ids = Vec::new();
    for number in 0..n {
        ids.push(world.make_foreign(&format!("f{number}"), "echo").await.1);
    }
    ids
}

async fn listed(world: &World) -> Vec<RemoteId> {
    let scope = world.scope();
    let listed = list(&scope.client, PROJECT, table(Kind::Task), &ListFilter::default()).await;
    listed.unwrap().into_iter().map(|item| item.id).collect()
}

#[tokio::test(start_paused = true)]
async fn a_list_is_read_again_when_a_delete_hides_an_item_behind_a_page() {
    let world = World::new(Behaviour::default());
    let ids = foreign(&world, 202).await;
    world.wire.hold_at(1);
    let (listed, ()) = tokio::join!(listed(&world), async {
        world.wire.holding().await;
        delete(&world, &ids[0]).await;
        world.wire.let_go();
    });
    // The first item of the second page is now the last one of the first page, which was
    // already read.
    assert_eq!(listed, ids[1..]);
    assert_eq!(world.count("ListTasks"), 4, "two pages, and both again");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_never_settles_is_the_sum_of_what_it_showed() {
    let world = World::new(Behaviour::default());
    let mut ids = foreign(&world, 202).await;
    world.wire.hold_at(1);
    let (listed, ()) = tokio::join!(listed(&world), async {
        for n in 0..3 {
            world.wire.holding().await;
            // A new task after each first page; the second page and the next scan follow.
            ids.push(world.make_foreign(&format!("new{n}"), "echo").await.1);
            world.wire.hold_at(2);
            world.wire.let_go();
        }
    });
    assert_eq!(world.count("ListTasks"), 6);
    assert_eq!(listed, ids);
}

#[tokio::test(start_paused = true)]
async fn what_appears_while_a_plan_reads_is_not_in_it() {
    let world = world_of(201).await;
    // The count changes, so the list is read again.
    let (text, calls) = plan_with(&world, 1, async || {
        world.make_foreign("new", "echo").await;
    })
    .await;
    assert!(text.starts_with("No changes: 201 unchanged"), "{text}");
    assert_eq!((count(&calls, "ListTasks"), count(&calls, "GetTask")), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn what_vanishes_while_a_plan_reads_is_planned_anew_and_nothing_else() {
    let mut world = world_of(201).await;
    let ids: Vec<RemoteId> = (0..201).map(|n| id(&world, &format!("t{n}"))).collect();
    for (n, gone) in [(1, 3), (1, 200), (2, 5)] {
        world = world.fork();
        let (text, calls) = plan_with(&world, n, async || delete(&world, &ids[gone]).await).await;
        // A task that vanishes after the last page is noticed by the next plan.
        let text = if n == 2 {
            assert!(text.starts_with("No changes"), "{text}\n{calls:?}");
            world.plan_text().await
        } else {
            text
        };
        assert!(text.starts_with(&format!("+ Task/t{gone}  create: deleted outside")), "{text}");
        assert!(text.contains("1 to create, 0 to update, 0 to delete, 200 unchanged"), "{text}");
        assert_eq!(world.apply().await.tally.done, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_and_a_create_between_two_pages_make_no_plan_wrong() {
    let world = world_of(201).await;
    let oldest = world.state().recorded.resources.values().map(|r| r.id.clone()).min().unwrap();
    let (text, _) = plan_with(&world, 1, async || {
        delete(&world, &oldest).await;
        world.make_foreign("new", "echo").await;
    })
    .await;
    // The count is the same, and the items that the shift hid are read one by one: the result is
    // that of the first page, and the next plan has the rest.
    assert!(text.starts_with("No changes: 201 unchanged"), "{text}");
    let text = world.plan_text().await;
    assert!(text.contains("Plan: 1 to create, 0 to update, 0 to delete, 200 unchanged"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn shuffled_pages_are_whole_too() {
    let world = World::new(Behaviour { order: ListOrder::Shuffled, ..Behaviour::default() });
    let ids = foreign(&world, 201).await;
    assert_eq!(listed(&world).await, ids);
    assert_eq!(world.count("ListTasks"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_version_that_moved_within_the_same_second_is_read() {
    let world = world_of(3).await;
    let seen = world.state().recorded.resources[&address("t1")].observed.clone();
    let body = json!({"ProjectId": PROJECT, "TaskId": id(&world, "t1"),
                      "NewSetting": {"TaskConfiguration": {"BrokerIp": "10.0.0.1"}}});
    let call = Call::new("UpdateTaskPartially", &body, Repeat::Idempotent);
    world.call(call).await.unwrap();
    // The service shows the new version with the old time.
    let scope = world.scope();
    let listed = list(&scope.client, PROJECT, table(Kind::Task), &ListFilter::default()).await;
    let now = listed.unwrap().into_iter().find(|item| item.id == id(&world, "t1")).unwrap().marker;
    assert_ne!(now.version, seen.version);
    let quoted = |marker: &RemoteVersion| format!("\"{}\"", marker.updated.as_ref().unwrap());
    let lie = (quoted(&now), quoted(&seen));
    *world.wire.lie.lock().unwrap() = (now.updated != seen.updated).then_some(lie);
    let text = world.plan_text().await;
    assert!(text.contains("BrokerIp: \"10.0.0.1\" -> \"any\"  [drift]"), "{text}");
}
