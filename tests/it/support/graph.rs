//! Random manifests that change from round to round.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::graph_text::{Flow, Node, flow_text, node_text};
use super::world::World;

/// The number of folders of workflows, and of tasks in them.
const FOLDERS: [&str; 5] = ["/", "/", "/etl", "/etl/daily", "/etl/daily/raw"];
const SCHEDULES: [&str; 5] = ["draft", "submitted", "running", "running", "paused"];

/// Manifests by the name of their address.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: BTreeMap<String, Node>,
    flows: BTreeMap<String, Flow>,
    n_made: usize,
    twins: bool,
    lives: bool,
}

impl Graph {
    /// Starts without manifests; with `twins`, some tasks are equal even in their TaskName.
    pub fn new(twins: bool) -> Graph {
        Graph { twins, ..Graph::default() }
    }

    /// Adds workflows, folders and schedules.
    pub fn with_lives(self, lives: bool) -> Graph {
        Graph { lives, ..self }
    }

    /// Changes some manifests.
    pub fn change(&mut self, rng: &mut Rng) {
        for node in self.nodes.values_mut() {
            node.formerly = None;
        }
        for flow in self.flows.values_mut() {
            flow.formerly = None;
        }
        for _ in 0..rng.usize(1..=5) {
            match rng.u8(0..if self.lives { 21 } else { 12 }) {
                0..5 => self.add(rng, None),
                5..7 => self.edit(rng, |node, rng| node.code = rng.usize(0..1000)),
                7 => self.edit(rng, |node, _| node.needs.clear()),
                8 => self.edit(rng, |node, _| node.python = !node.python),
                9 => self.rename(rng),
                10 => {
                    self.remove(rng);
                }
                // A new address takes the name of a task that is removed.
                11 => {
                    let gone = self.remove(rng);
                    self.add(rng, gone);
                }
                12..15 => self.add_flow(rng),
                15 => self.edit_flow(rng),
                16 => self.rename_flow(rng),
                17 => self.remove_flow(rng),
                18 => self.edit(rng, |node, rng| node.folder = rng.choice(FOLDERS).unwrap()),
                _ => self.edit(rng, |node, rng| node.schedule = schedule(node.trigger, rng)),
            }
        }
    }

    fn pick(&self, rng: &mut Rng) -> Option<String> {
        rng.choice(self.nodes.keys().cloned().collect::<Vec<_>>())
    }

    fn pick_flow(&self, rng: &mut Rng, trigger: bool) -> Option<String> {
        let fitting = self.flows.iter().filter(|(_, flow)| flow.trigger == trigger);
        rng.choice(fitting.map(|(name, _)| name.clone()).collect::<Vec<_>>())
    }

    fn next_name(&mut self, letter: char) -> String {
        self.n_made += 1;
        format!("{letter}{:03}", self.n_made)
    }

    /// Adds a task; after a removal it takes the place of the removed one.
    fn add(&mut self, rng: &mut Rng, gone: Option<(String, Option<String>)>) {
        // A task depends only on older ones, which have smaller names, so there is no cycle.
        let name = self.next_name('t');
        let trigger = gone.is_none() && rng.u8(0..4) == 0;
        let mut needs = Vec::new();
        for _ in 0..rng.usize(0..=2) {
            needs.extend(self.pick(rng).filter(|other| !self.nodes[other].trigger));
        }
        needs.sort();
        needs.dedup();
        let twin = self.twins && gone.is_none() && rng.u8(0..4) == 0;
        let (task_name, flow) = match gone {
            Some((task_name, flow)) => (Some(task_name), flow),
            None if twin => (Some("twin".to_owned()), None),
            None => (None, self.pick_flow(rng, trigger)),
        };
        let lives = self.lives && !twin;
        let node = Node {
            trigger,
            python: !twin && rng.bool(),
            // Twins are equal in everything.
            code: if twin { 7 } else { rng.usize(0..1000) },
            task_name,
            formerly: None,
            needs: if trigger || twin { Vec::new() } else { needs },
            flow,
            folder: if lives { rng.choice(FOLDERS).unwrap() } else { "/" },
            schedule: if lives { schedule(trigger, rng) } else { "draft" },
        };
        self.nodes.insert(name, node);
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
        node.formerly = Some(name);
        let name = self.next_name('t');
        self.nodes.insert(name, node);
    }

    /// Removes a manifest and returns the TaskName and the place of its task, if that was an
    /// ordinary one.
    fn remove(&mut self, rng: &mut Rng) -> Option<(String, Option<String>)> {
        let name = self.pick(rng)?;
        let node = self.nodes.remove(&name)?;
        for other in self.nodes.values_mut() {
            other.needs.retain(|needed| *needed != name);
        }
        let task_name = node.task_name.unwrap_or(name);
        (!node.trigger && task_name != "twin").then_some((task_name, node.flow))
    }

    fn add_flow(&mut self, rng: &mut Rng) {
        let name = self.next_name('w');
        let trigger = rng.u8(0..3) == 0;
        let flow = Flow {
            trigger,
            text: rng.usize(0..1000),
            folder: rng.choice(FOLDERS).unwrap(),
            is_running: rng.bool(),
            formerly: None,
        };
        self.flows.insert(name, flow);
    }

    /// Changes a field, the schedule, or the folder, which replaces the workflow and all in it.
    fn edit_flow(&mut self, rng: &mut Rng) {
        let trigger = rng.bool();
        let Some(name) = self.pick_flow(rng, trigger) else { return };
        let Some(flow) = self.flows.get_mut(&name) else { return };
        match rng.u8(0..4) {
            0 => flow.folder = rng.choice(FOLDERS).unwrap(),
            1 => flow.is_running = !flow.is_running,
            _ => flow.text = rng.usize(0..1000),
        }
    }

    fn rename_flow(&mut self, rng: &mut Rng) {
        let trigger = rng.bool();
        let Some(before) = self.pick_flow(rng, trigger) else { return };
        let Some(mut flow) = self.flows.remove(&before) else { return };
        let name = self.next_name('w');
        flow.formerly = Some(before.clone());
        self.flows.insert(name.clone(), flow);
        for node in self.nodes.values_mut().filter(|node| node.flow.as_ref() == Some(&before)) {
            node.flow = Some(name.clone());
        }
    }

    /// Removes a workflow; its tasks move to another one, or to one that is not ours.
    fn remove_flow(&mut self, rng: &mut Rng) {
        let trigger = rng.bool();
        let Some(name) = self.pick_flow(rng, trigger) else { return };
        self.flows.remove(&name);
        let other = self.pick_flow(rng, trigger);
        for node in self.nodes.values_mut().filter(|node| node.flow.as_ref() == Some(&name)) {
            node.flow = other.clone();
        }
    }

    /// Writes the manifests and removes all other files.
    pub fn write(&self, world: &World) {
        world.remove_all();
        for (name, node) in &self.nodes {
            world.write(&format!("{name}.yaml"), &node_text(name, node));
        }
        for (name, flow) in &self.flows {
            world.write(&format!("{name}.yaml"), &flow_text(name, flow));
        }
    }
}

/// Returns the schedule of a task; tasks of a trigger workflow run when the workflow does.
fn schedule(trigger: bool, rng: &mut Rng) -> &'static str {
    let schedule = rng.choice(SCHEDULES).unwrap();
    if trigger && schedule != "draft" { "submitted" } else { schedule }
}
