//! What is saved and loaded.

use taskloom::model::{Value, Verb};
use taskloom::state::{
    LockName, OpenState, RecordedChanges, StateChange, StateError, StateOrigin, recorded_changes,
};

use super::{
    address, begun, changes, doubts, held, holder, intent, is_now, load, lock, origin, resource,
    saved,
};
use crate::support::StoreSite;

facts! {
    before_the_first_save_a_state_is_empty_and_a_look_makes_none,
    what_is_saved_is_what_everybody_loads,
    what_is_sensitive_is_a_digest_as_soon_as_it_is_saved,
    a_state_of_another_target_project_or_site_is_refused,
    of_two_saves_of_one_serial_the_second_is_refused,
    another_content_of_the_same_serial_is_neither_saved_over_nor_continued,
    what_was_merged_is_not_told_again,
}

async fn before_the_first_save_a_state_is_empty_and_a_look_makes_none(site: &dyn StoreSite) {
    for _ in 0..2 {
        let state = load(site).await;
        assert_eq!((state.header.serial, state.exists, state.has_journal), (0, false, false));
        assert!(state.recorded.resources.is_empty() && !state.header.lineage.is_empty());
        assert_eq!(site.store().holder(LockName::Run).await, None);
    }
    assert!(!site.store().describe().is_empty());
}

async fn what_is_saved_is_what_everybody_loads(site: &dyn StoreSite) {
    let store = site.store();
    let writer = store.lock(&holder("apply")).await.unwrap();
    let empty = store.load(&origin()).await.unwrap();
    let first = writer.save(&empty, &changes(&[("a", Some("1")), ("b", Some("2"))])).await.unwrap();
    assert_eq!((first.header.serial, first.exists), (1, true));
    assert_eq!(first.header.lineage, empty.header.lineage);
    let second = writer.save(&first, &changes(&[("a", None), ("b", Some("3"))])).await.unwrap();
    assert_eq!((second.header.serial, held(&second).as_str()), (2, "b=3 "));
    // Whoever saved it, whoever remembers it and whoever never saw it find the same.
    assert_eq!(store.load(&origin()).await.unwrap(), second);
    assert_eq!(load(site).await, second);
    let diff = recorded_changes(&first.recorded, &second.recorded);
    assert_eq!(diff, changes(&[("a", None), ("b", Some("3"))]));
}

async fn what_is_sensitive_is_a_digest_as_soon_as_it_is_saved(site: &dyn StoreSite) {
    let secret = Value::from("hunter2").hidden();
    let mut kept = resource("1");
    kept.spec.as_map_mut().unwrap().insert("Secret".to_owned(), secret.clone());
    let change = RecordedChanges::from([(address("a"), Some(kept))]);
    let saved = lock(site).await.save(&load(site).await, &change).await.unwrap();
    assert!(!format!("{saved:?}").contains("hunter2"));
    let spec = &saved.recorded.resources[&address("a")].spec;
    assert!(secret.is_recorded_as(spec.at(&["Secret"]).unwrap()));
    assert_eq!(load(site).await, saved);
}

async fn a_state_of_another_target_project_or_site_is_refused(site: &dyn StoreSite) {
    saved(site).await;
    let other = || "other".to_owned();
    for origin in [
        StateOrigin { target: other(), ..origin() },
        StateOrigin { project_id: other(), ..origin() },
        StateOrigin { site: other(), ..origin() },
    ] {
        let error = site.store().load(&origin).await.unwrap_err();
        assert!(matches!(error, StateError::Foreign { .. }), "{error}");
        assert!(error.to_string().contains("\"other\""), "{error}");
    }
}

async fn of_two_saves_of_one_serial_the_second_is_refused(site: &dyn StoreSite) {
    let before = saved(site).await;
    let first = lock(site).await.save(&before, &changes(&[("a", Some("3"))])).await.unwrap();
    let second = lock(site).await.save(&before, &changes(&[("b", Some("4"))])).await;
    assert!(matches!(second, Err(StateError::Replaced { serial: 1, .. })), "{second:?}");
    assert_eq!(load(site).await, first);
}

async fn another_content_of_the_same_serial_is_neither_saved_over_nor_continued(
    site: &dyn StoreSite,
) {
    let (before, writer) = (saved(site).await, lock(site).await);
    let journal = writer.start_journal(&before).await.unwrap();
    journal.begin(&[intent(1, "c", Verb::Create)]).await.unwrap();
    site.replace_word("Task/a", "Task/x");
    let refused = writer.save(&before, &RecordedChanges::new()).await;
    assert!(matches!(refused, Err(StateError::Replaced { .. })), "{refused:?}");
    let refused = writer.start_journal(&before).await.map(drop);
    assert!(matches!(refused, Err(StateError::Replaced { .. })), "{refused:?}");
    let refused = site.store().load(&origin()).await;
    assert!(matches!(refused, Err(StateError::StrayJournal { .. })), "{refused:?}");
    site.replace_word("Task/x", "Task/a");
    assert_eq!(doubts(&load(site).await), [1]);
}

async fn what_was_merged_is_not_told_again(site: &dyn StoreSite) {
    let (writer, journal) = begun(site).await;
    journal.done(1, &address("a"), &StateChange::Dropped, None).await.unwrap();
    journal.done(2, &address("c"), &is_now(resource("3")), None).await.unwrap();
    let merged = writer.save(&load(site).await, &RecordedChanges::new()).await.unwrap();
    assert_eq!(merged.header.serial, 2);
    let state = load(site).await;
    assert_eq!((held(&state).as_str(), state.has_unmerged()), ("b=2 c=3 ", false));
    assert_eq!(state.has_journal, merged.has_journal);
    writer.end_journal().await.unwrap();
    assert_eq!(load(site).await, OpenState { has_journal: false, ..merged });
    // Nothing is left to remove.
    writer.end_journal().await.unwrap();
}
