//! What people and the daemon leave for each other.

use std::sync::Arc;

use taskloom::state::{NoteKind, StateStore, Suspension, Suspensions};

use super::load;
use crate::support::StoreSite;

facts! {
    a_note_says_what_was_written_until_it_is_removed,
    of_two_who_saw_the_same_note_one_replaces_it,
    nobody_s_suspension_is_lost_when_many_suspend_at_once,
}

async fn a_note_says_what_was_written_until_it_is_removed(site: &dyn StoreSite) {
    let read = async |kind| site.store().read_note(kind).await.unwrap();
    for kind in NoteKind::ALL {
        assert_eq!(read(kind).await, None);
        site.store().put_note(kind, None).await.unwrap();
        let text = format!("{kind:?}, ein Wort: 好\n");
        site.store().put_note(kind, Some(text.as_bytes())).await.unwrap();
        let note = read(kind).await.unwrap();
        assert_eq!((note.text.as_slice(), note.place.is_empty()), (text.as_bytes(), false));
    }
    site.store().put_note(NoteKind::WaitingPlan, None).await.unwrap();
    let is_there = async |kind| read(kind).await.is_some();
    assert!(!is_there(NoteKind::WaitingPlan).await);
    assert!(is_there(NoteKind::Suspensions).await && is_there(NoteKind::PlanApproval).await);
    // Notes are no part of the state.
    assert!(!load(site).await.exists);
}

async fn of_two_who_saw_the_same_note_one_replaces_it(site: &dyn StoreSite) {
    let (store, kind) = (site.store(), NoteKind::Suspensions);
    let swap = async |seen, text| store.swap_note(kind, seen, text).await.unwrap();
    assert!(swap(None, Some(b"1".as_slice())).await);
    assert!(!swap(None, Some(b"2".as_slice())).await);
    assert!(swap(Some(b"1".as_slice()), Some(b"3".as_slice())).await);
    assert!(!swap(Some(b"1".as_slice()), None).await);
    assert_eq!(store.read_note(kind).await.unwrap().unwrap().text, b"3");
    assert!(swap(Some(b"3".as_slice()), None).await);
    assert_eq!(store.read_note(kind).await.unwrap(), None);
}

async fn nobody_s_suspension_is_lost_when_many_suspend_at_once(site: &dyn StoreSite) {
    let stores: Vec<Arc<dyn StateStore>> = (0..8).map(|_| site.store()).collect();
    let suspend = async |store: &dyn StateStore, reason: String| {
        let since = "2026-01-01T00:00:00Z".parse().unwrap();
        let (select, by) = (Vec::new(), "ann@here".to_owned());
        let one = Suspension { select, until: None, reason, by, since };
        let edited = Suspensions::edit(store, |mut all| {
            all.list.push(one.clone());
            Some(all)
        });
        edited.await.unwrap().unwrap();
    };
    std::thread::scope(|scope| {
        for (place, store) in stores.iter().enumerate() {
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                for n in 0..5 {
                    runtime.block_on(suspend(store.as_ref(), format!("{place}.{n}")));
                }
            });
        }
    });
    let all = Suspensions::read(site.store().as_ref()).await.unwrap();
    let mut reasons: Vec<_> = all.list.iter().map(|one| one.reason.clone()).collect();
    reasons.sort();
    reasons.dedup();
    assert_eq!(reasons.len(), 40);
    Suspensions::clear(site.store().as_ref()).await.unwrap();
    let store = site.store();
    let none = Suspensions::edit(store.as_ref(), |mut all| all.list.pop().map(|_| all));
    assert_eq!(none.await.unwrap(), None);
}
