//! Who may change a state, and until when.

use std::time::Duration;

use taskloom::model::Verb;
use taskloom::state::{LockName, RecordedChanges, StateChange, StateError};
use taskloom::support::{Clock as _, SystemClock};

use super::{begun, doubts, held, holder, id, intent, load, lock, marker};
use crate::support::StoreSite;

facts! {
    a_second_run_is_refused_and_told_who_is_at_work,
    a_lock_that_is_let_go_is_had_by_who_waits_for_it,
    the_lock_of_the_daemon_is_another_one,
    a_lost_lock_takes_outcomes_and_neither_intents_nor_saves,
    a_journal_takes_no_intent_after_its_lock_was_let_go,
}

async fn a_second_run_is_refused_and_told_who_is_at_work(site: &dyn StoreSite) {
    let first = lock(site).await;
    assert!(first.lost().is_none() && first.remaining().is_none_or(|left| !left.is_zero()));
    let error = site.store().lock(&holder("another")).await.unwrap_err();
    let StateError::Locked { holder: told, .. } = &error else { panic!("{error}") };
    assert_eq!(told, &Some(holder("apply")));
    assert!(error.way_out().contains("process 7 on here (`apply`"), "{}", error.way_out());
    assert_eq!(site.store().holder(LockName::Run).await, Some(holder("apply")));
    // A look needs no lock.
    load(site).await;
}

async fn a_lock_that_is_let_go_is_had_by_who_waits_for_it(site: &dyn StoreSite) {
    let (store, clock) = (site.store(), SystemClock::new());
    let first = lock(site).await;
    let (second, patience) = (holder("second"), Duration::from_secs(60));
    let error = store.lock_within(&second, Duration::from_secs(5), &clock).await.unwrap_err();
    assert!(matches!(error, StateError::Locked { .. }), "{error}");
    assert_eq!(clock.elapsed().as_secs(), 5);
    let leave = async {
        clock.sleep(Duration::from_secs(20)).await;
        drop(first);
    };
    let ((), had) = tokio::join!(leave, store.lock_within(&second, patience, &clock));
    let _second = had.unwrap();
    assert!(clock.elapsed().as_secs() < 27, "{:?}", clock.elapsed());
    assert_eq!(store.holder(LockName::Run).await, Some(holder("second")));
}

async fn the_lock_of_the_daemon_is_another_one(site: &dyn StoreSite) {
    let (store, clock) = (site.store(), SystemClock::new());
    let daemon = store.lock_daemon(&holder("watch")).await.unwrap();
    let standby = site.store().lock_daemon(&holder("standby")).await.map(drop);
    assert!(matches!(standby, Err(StateError::Locked { .. })), "{standby:?}");
    drop(lock(site).await);
    assert_eq!(store.holder(LockName::Daemon).await, Some(holder("watch")));
    assert_eq!((store.holder(LockName::Run).await, daemon.lost().is_none()), (None, true));
    drop(daemon);
    let patience = Duration::ZERO;
    store.lock_daemon_within(&holder("standby"), patience, &clock).await.unwrap();
}

async fn a_lost_lock_takes_outcomes_and_neither_intents_nor_saves(site: &dyn StoreSite) {
    let (writer, journal) = begun(site).await;
    let (c, d) = (intent(1, "c", Verb::Create), intent(2, "d", Verb::Create));
    journal.begin(&[c.clone(), d.clone()]).await.unwrap();
    site.take_lock_away();
    assert!(matches!(writer.lost(), Some(StateError::LockLost { .. })));
    let begun = journal.begin(&[intent(3, "e", Verb::Create)]).await;
    assert!(matches!(begun, Err(StateError::LockLost { .. })), "{begun:?}");
    journal.made(&c, &id("3")).await.unwrap();
    journal.seen(&c.address, &id("3"), &marker("V7")).await.unwrap();
    journal.done(2, &d.address, &StateChange::Nothing, None).await.unwrap();
    let state = load(site).await;
    for refused in [
        writer.save(&state, &RecordedChanges::new()).await.map(drop),
        writer.start_journal(&state).await.map(drop),
        writer.end_journal().await,
    ] {
        assert!(matches!(refused, Err(StateError::LockLost { .. })), "{refused:?}");
    }
    // The next one reads what came of the calls that were on their way.
    assert_eq!((doubts(&state), held(&state).as_str()), (vec![], "a=1 b=2 c=3 "));
    assert_eq!(state.recorded.resources[&c.address].observed, marker("V7"));
    lock(site).await.save(&state, &RecordedChanges::new()).await.unwrap();
}

async fn a_journal_takes_no_intent_after_its_lock_was_let_go(site: &dyn StoreSite) {
    let (writer, journal) = begun(site).await;
    let c = intent(1, "c", Verb::Create);
    journal.begin(std::slice::from_ref(&c)).await.unwrap();
    drop(writer);
    let begun = journal.begin(&[intent(2, "d", Verb::Create)]).await;
    assert!(matches!(begun, Err(StateError::LockLost { .. })), "{begun:?}");
    journal.made(&c, &id("3")).await.unwrap();
    assert_eq!(held(&load(site).await), "a=1 b=2 c=3 ");
}
