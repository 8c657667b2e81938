//! Random manifests that change from round to round.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::manifests::{after_all, task, trigger_task};
use super::world::World;

/// Manifests by the name of their address.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: BTreeMap<String, Node>,
    n_made: usize,
    twins: bool,
}

#[derive(Clone, Debug)]
struct Node {
    trigger: bool,
    python: bool,
    code: usize,
    task_name: Option<String>,
    formerly: Option<String>,
    needs: Vec<String>,
}

impl Graph {
    /// Starts without manifests; with `twins`, some are equal even in their TaskName.
    pub fn new(twins: bool) -> Graph {
        Graph { twins, ..Graph::default() }
    }

    /// Changes some manifests.
    pub fn change(&mut self, rng: &mut Rng) {
        for node in self.nodes.values_mut() {
            node.formerly = None;
        }
        for _ in 0..rng.usize(1..=5) {
            match rng.u8(0..12) {
                0..5 => self.add(rng, None),
                5..7 => self.edit(rng, |node, rng| node.code = rng.usize(0..1000)),
                7 => self.edit(rng, |node, _| node.needs.clear()),
                8 => self.edit(rng, |node, _| node.python = !node.python),
                9 => self.rename(rng),
                10 => {
                    self.remove(rng);
                }
                // A new address takes over the name of a task that goes.
                _ => {
                    let name = self.remove(rng);
                    self.add(rng, name);
                }
            }
        }
    }

    fn pick(&self, rng: &mut Rng) -> Option<String> {
        rng.choice(self.nodes.keys().cloned().collect::<Vec<_>>())
    }

    fn add(&mut self, rng: &mut Rng, task_name: Option<String>) {
        self.n_made += 1;
        // Names grow, and a task needs only older ones: no cycle.
        let name = format!("t{:03}", self.n_made);
        let trigger = task_name.is_none() && rng.u8(0..4) == 0;
        let mut needs = Vec::new();
        for _ in 0..rng.usize(0..=2) {
            needs.extend(self.pick(rng).filter(|other| !self.nodes[other].trigger));
        }
        needs.sort();
        needs.dedup();
        let twin = self.twins && task_name.is_none() && rng.u8(0..4) == 0;
        let node = Node {
            trigger,
            python: rng.bool(),
            // Twins are equal in everything.
            code: if twin { 7 } else { rng.usize(0..1000) },
            task_name: if twin { Some("twin".to_owned()) } else { task_name },
            formerly: None,
            needs: if trigger || twin { Vec::new() } else { needs },
        };
        self.nodes.insert(name, if twin { Node { python: false, ..node } } else { node });
    }

    fn edit(&mut self, rng: &mut Rng, change: impl FnOnce(&mut Node, &mut Rng)) {
        let Some(name) = self.pick(rng) else { return };
        if let Some(node) = self.nodes.get_mut(&name) {
            change(node, rng);
        }
    }

    fn rename(&mut self, rng: &mut Rng) {
        let Some(name) = self.pick(rng) else { return };
        let needed = self.nodes.values().any(|node| node.needs.contains(&name));
        let Some(mut node) = self.nodes.get(&name).cloned().filter(|_| !needed) else { return };
        self.nodes.remove(&name);
        self.n_made += 1;
        node.formerly = Some(name);
        self.nodes.insert(format!("t{:03}", self.n_made), node);
    }

    /// Removes a manifest and returns the TaskName of its task, if that was an ordinary one.
    fn remove(&mut self, rng: &mut Rng) -> Option<String> {
        let name = self.pick(rng)?;
        let node = self.nodes.remove(&name)?;
        for other in self.nodes.values_mut() {
            other.needs.retain(|needed| *needed != name);
        }
        let task_name = node.task_name.unwrap_or(name);
        (!node.trigger && task_name != "twin").then_some(task_name)
    }

    /// Writes the manifests, and nothing else stays.
    pub fn write(&self, world: &World) {
        world.remove_all();
        for (name, node) in &self.nodes {
            let code = format!("echo {}", node.code);
            let mut text = if node.trigger {
                trigger_task(name, &code)
            } else {
                task(name, &code, &after_all(&node.needs))
            };
            if node.python {
                text = text.replace("Shell", "Python");
            }
            if let Some(task_name) = &node.task_name {
                text = text.replace("{WorkflowId", &format!("{{TaskName: {task_name}, WorkflowId"));
            }
            if let Some(formerly) = &node.formerly {
                let named = format!("{{name: {name}, formerly: [{formerly}]}}");
                text = text.replace(&format!("{{name: {name}}}"), &named);
            }
            world.write(&format!("{name}.yaml"), &text);
        }
    }
}
