//! What a run announced, and what came of it.

use taskloom::model::{RecordedResource, RemoteVersion, Verb};
use taskloom::state::{Intent, RecordedChanges, StateChange};

use super::{address, begun, doubts, held, id, intent, is_now, load, lock, marker, resource};
use crate::support::StoreSite;

facts! {
    outcomes_are_read_back_on_top_of_the_state,
    a_line_that_was_torn_announces_nothing,
    what_was_begun_before_a_kill_is_in_doubt_until_its_outcome_is_told,
    a_create_that_was_sent_again_stays_in_doubt_when_one_of_them_is_known,
}

async fn outcomes_are_read_back_on_top_of_the_state(site: &dyn StoreSite) {
    let (_writer, journal) = begun(site).await;
    let c = Intent { moved_from: Some(address("b")), ..intent(1, "c", Verb::Create) };
    let rest = [intent(2, "d", Verb::Create), intent(3, "a", Verb::Update)];
    journal.begin(&[std::slice::from_ref(&c), &rest[..]].concat()).await.unwrap();
    journal.made(&c, &id("3")).await.unwrap();
    journal.seen(&c.address, &id("3"), &marker("V7")).await.unwrap();
    journal.done(2, &address("d"), &StateChange::Nothing, None).await.unwrap();
    journal.done(3, &address("a"), &is_now(resource("4")), None).await.unwrap();
    let state = load(site).await;
    assert_eq!((held(&state).as_str(), state.header.serial), ("a=4 c=3 ", 1));
    assert_eq!(state.recorded.resources[&address("c")].observed, marker("V7"));
    assert_eq!((doubts(&state), state.has_journal), (vec![], true));
    let unmerged: Vec<_> = state.unmerged.iter().map(|address| address.name.as_str()).collect();
    assert_eq!(unmerged, ["a", "b", "c"]);
}

async fn a_line_that_was_torn_announces_nothing(site: &dyn StoreSite) {
    let (_writer, journal) = begun(site).await;
    journal.begin(&[intent(1, "c", Verb::Create), intent(2, "d", Verb::Create)]).await.unwrap();
    site.tear_last_line();
    assert_eq!(doubts(&load(site).await), [1]);
}

async fn what_was_begun_before_a_kill_is_in_doubt_until_its_outcome_is_told(site: &dyn StoreSite) {
    let (writer, journal) = begun(site).await;
    let updated = Some("2026-01-01 00:00:00".to_owned());
    let seen = RemoteVersion { updated, ..marker("V1") };
    let a = RecordedResource { observed: seen.clone(), ..resource("1") };
    journal.done(1, &address("a"), &is_now(a), None).await.unwrap();
    journal.begin(&[intent(2, "c", Verb::Create), intent(3, "a", Verb::Update)]).await.unwrap();
    drop((journal, writer));
    let state = load(site).await;
    assert_eq!(doubts(&state), [2]);
    assert_eq!(state.doubts[0], intent(2, "c", Verb::Create));
    // What the update left is read again, whatever the marker says.
    assert_eq!(state.recorded.resources[&address("a")].observed, marker("V1"));
    // Whoever comes next merges, and carries the question over.
    let writer = lock(site).await;
    let merged = writer.save(&state, &RecordedChanges::new()).await.unwrap();
    assert_eq!((doubts(&merged), merged.has_unmerged()), (vec![2], false));
    let journal = writer.start_journal(&merged).await.unwrap();
    assert_eq!(doubts(&load(site).await), [2]);
    journal.made(&state.doubts[0], &id("3")).await.unwrap();
    let settled = load(site).await;
    assert_eq!((doubts(&settled), held(&settled).as_str()), (vec![], "a=1 b=2 c=3 "));
}

async fn a_create_that_was_sent_again_stays_in_doubt_when_one_of_them_is_known(
    site: &dyn StoreSite,
) {
    let (_writer, journal) = begun(site).await;
    let again = Intent { tries: 2, ..intent(1, "c", Verb::Create) };
    journal.begin(&[intent(1, "c", Verb::Create)]).await.unwrap();
    journal.begin(std::slice::from_ref(&again)).await.unwrap();
    journal.made(&again, &id("3")).await.unwrap();
    let state = load(site).await;
    assert_eq!((doubts(&state), held(&state).as_str()), (vec![1], "a=1 b=2 c=3 "));
}
