//! Work that is shared among all processors.

use std::num::NonZero;
use std::thread;

/// Fewer items than this are not worth a thread.
const SHARE_MIN: usize = 32;

/// Does the work for each item on all processors; results are in the order of the items.
pub fn parallel_map<T: Send, R: Send>(mut items: Vec<T>, work: &(dyn Fn(T) -> R + Sync)) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(threads).max(SHARE_MIN);
    let mut shares = Vec::new();
    while items.len() > share {
        let rest = items.split_off(share);
        shares.push(std::mem::replace(&mut items, rest));
    }
    let run = |share: Vec<T>| share.into_iter().map(work).collect::<Vec<R>>();
    if shares.is_empty() {
        return run(items);
    }
    shares.push(items);
    thread::scope(|scope| {
        let started: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(move || run(share))).collect();
        let done = started.into_iter().map(|part| part.join().expect("the work does not panic"));
        done.flatten().collect()
    })
}
