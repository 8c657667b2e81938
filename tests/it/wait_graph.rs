//! Things that wait for each other: the one sort that plans, applies, manifests and imports use.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use taskloom::model::WaitGraph;

fn graph(needs: &[(u32, &[u32])]) -> WaitGraph<u32> {
    let needs = needs.iter().map(|(node, needs)| (*node, needs.iter().copied().collect()));
    WaitGraph::new(needs.collect())
}

/// Takes everything that can go, in the order in which it goes.
fn order(graph: &mut WaitGraph<u32>) -> Vec<u32> {
    let mut order = Vec::new();
    while let Some(node) = graph.take_ready() {
        order.push(node);
        graph.gone(&node);
    }
    order
}

#[test]
fn a_chain_of_any_length_goes_in_its_order() {
    let n = 100_000;
    let needs: BTreeMap<u32, BTreeSet<u32>> =
        (0..n).map(|node| (node, (node + 1..n).take(1).collect())).collect();
    let order = order(&mut WaitGraph::new(needs));
    assert!(order.iter().copied().eq((0..n).rev()));
}

#[test]
fn what_was_ready_first_goes_first_and_what_it_lets_go_follows_it() {
    let order = order(&mut graph(&[(1, &[]), (2, &[]), (3, &[1]), (4, &[2, 3])]));
    assert_eq!(order, [1, 3, 2, 4]);
}

#[test]
fn a_circle_begins_with_its_least_member_and_each_needs_the_next() {
    let mut graph = graph(&[(1, &[5]), (2, &[4]), (3, &[]), (4, &[9]), (5, &[2]), (9, &[2, 3])]);
    assert_eq!(order(&mut graph), [3]);
    assert_eq!(graph.circle(), [2, 4, 9]);
    graph.release(vec![2, 4, 9]);
    graph.run_out();
    assert_eq!((graph.circle(), graph.waiting().count()), (Vec::new(), 0));
}

#[test]
fn whoever_needs_itself_is_a_circle_and_an_unknown_need_is_none() {
    let mut graph = graph(&[(1, &[1]), (2, &[7])]);
    assert_eq!(order(&mut graph), [2]);
    assert_eq!(graph.circle(), [1]);
}

#[test]
fn what_is_behind_a_failure_is_given_up_once_and_the_rest_goes_on() {
    let mut graph = graph(&[(1, &[]), (2, &[1]), (3, &[1, 2]), (4, &[]), (5, &[4])]);
    assert_eq!(graph.take_ready(), Some(1));
    let given_up: BTreeSet<u32> = graph.give_up_behind(&1).into_iter().collect();
    assert_eq!(given_up, [2, 3].into());
    assert_eq!(order(&mut graph), [4, 5]);
    assert_eq!(graph.waiting().count(), 0);
}

proptest! {
    #[test]
    fn nothing_goes_before_what_it_needs_and_what_stays_waits_for_what_stays(
        edges in proptest::collection::vec((0_u32..12, 0_u32..12), 0..24),
    ) {
        let mut needs: BTreeMap<u32, BTreeSet<u32>> = (0..12).map(|n| (n, BTreeSet::new())).collect();
        for (from, to) in edges {
            needs.get_mut(&from).unwrap().insert(to);
        }
        let mut graph = WaitGraph::new(needs.clone());
        let gone = order(&mut graph);
        for (place, node) in gone.iter().enumerate() {
            prop_assert!(needs[node].iter().all(|need| gone[..place].contains(need)));
        }
        let stays: BTreeSet<u32> = graph.waiting().copied().collect();
        prop_assert_eq!(gone.len() + stays.len(), needs.len());
        prop_assert!(stays.iter().all(|node| needs[node].iter().any(|need| stays.contains(need))));
        let circle = graph.circle();
        prop_assert_eq!(circle.is_empty(), stays.is_empty());
        for (place, node) in circle.iter().enumerate() {
            let next = circle[(place + 1) % circle.len()];
            prop_assert!(needs[node].contains(&next));
        }
    }
}
