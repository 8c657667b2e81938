//! Options that make the emulator fail, so that a failure can be rehearsed.

use std::fmt::Write as _;

use clap::{Args, ValueEnum as _};

use super::failure::Failure;
use crate::emulator::{Behaviour, Chaos, FaultKind, FaultPlan, SwitchError, switches};

/// What the emulator does wrong, or differently from the default.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rehearsal")]
pub struct FaultArgs {
    /// Let a call fail: ACTION#N:KIND:before|after, or random, random:SEED, random:SEED:PERCENT; repeatable
    #[arg(long, value_name = "FAULT", long_help = chaos_help())]
    chaos: Vec<Chaos>,
    /// Answer otherwise where the documents of the API leave it open; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = switched, long_help = behaviour_help())]
    behaviour: Vec<String>,
}

impl FaultArgs {
    /// Returns the chosen behaviour where the documents leave it open.
    pub fn behaviour(&self) -> Result<Behaviour, Failure> {
        let mut behaviour = Behaviour::default();
        for text in &self.behaviour {
            behaviour.turn(text).map_err(|error| Failure::usage(error.to_string()))?;
        }
        Ok(behaviour)
    }

    /// Returns the faults; random ones get their seed here.
    pub fn chaos(&self) -> Result<Vec<Chaos>, Failure> {
        let n_random = self.chaos.iter().filter(|chaos| matches!(chaos, Chaos::Random { .. }));
        if n_random.count() > 1 {
            return Err(Failure::usage("`--chaos random` is given twice"));
        }
        let seeded = |chaos: &Chaos| match chaos {
            Chaos::Random { seed: None, percent } => {
                Chaos::Random { seed: Some(fastrand::u64(0..1_000_000)), percent: *percent }
            }
            Chaos::One(_) | Chaos::Random { .. } => chaos.clone(),
        };
        Ok(self.chaos.iter().map(seeded).collect())
    }
}

/// Adds faults to the plan.
pub fn plan_faults(chaos: &[Chaos], faults: &FaultPlan) {
    for one in chaos {
        match one {
            Chaos::One(fault) => faults.add(fault.clone()),
            Chaos::Random { seed, percent } => {
                faults.at_random(seed.unwrap_or_default(), *percent);
            }
        }
    }
}

fn switched(text: &str) -> Result<String, SwitchError> {
    Behaviour::default().turn(text).map(|()| text.to_owned())
}

fn chaos_help() -> String {
    let mut text = "Let a call fail; repeatable. Each fault is reported on standard error when it happens\n\n\
         ACTION#N:KIND:before|after hits the N-th call of an action (*: of any), before its effect or \
         after it, for instance CreateTask#2:drop:after\n\
         random[:SEED[:PERCENT]] hits 5 calls in a hundred, or as many as you say\n\nKinds:"
        .to_owned();
    for kind in FaultKind::ALL {
        let about = kind.to_possible_value().and_then(|value| value.get_help().cloned());
        let _ = write!(text, "\n  {:<15} {}", kind.name(), about.unwrap_or_default());
    }
    text
}

fn behaviour_help() -> String {
    let mut text = "Answer otherwise where the documents of the API leave it open; repeatable\n\n\
         The first value of each switch is the default:"
        .to_owned();
    for switch in switches() {
        let _ = write!(text, "\n  {}: {}", switch.name, switch.about);
        for word in switch.values {
            let _ = write!(text, "\n    ={:<20} {}", word.name, word.about);
        }
    }
    text
}
