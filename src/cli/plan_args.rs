//! Options shared by commands that make a plan or carry one out.

use clap::{Args, ValueEnum};

use crate::observe::Refresh;
use crate::plan::{Guards, Pattern, Selection};
use crate::setup::GuardOverrides;

/// Options that allow a destructive plan.
#[derive(Clone, Debug, Args)]
pub struct GuardArgs {
    /// Let through so many deletes and replaces
    #[arg(long, value_name = "N")]
    deletes_max: Option<usize>,
    /// Let through deletes and replaces of this share of the state
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    deletes_max_percent: Option<u8>,
    /// Let zero manifests empty the state
    #[arg(long)]
    allow_empty: bool,
    /// Delete or replace also what tasks of others need
    #[arg(long)]
    force: bool,
}

impl GuardArgs {
    /// Returns the settings, overridden by the command line.
    pub fn over(&self, guards: Guards) -> Guards {
        self.overrides().over(guards)
    }

    /// Returns the overrides of the command line.
    pub fn overrides(&self) -> GuardOverrides {
        GuardOverrides {
            deletes_max: self.deletes_max,
            deletes_max_percent: self.deletes_max_percent,
            empty_allowed: self.allow_empty,
            force: self.force,
        }
    }
}

/// Options that limit a plan to a part of the resources.
#[derive(Clone, Debug, Args)]
pub struct SelectArgs {
    /// Only these and what they need: Task/orders-* or a label, team=sales; may be repeated
    #[arg(long, value_name = "PATTERN")]
    select: Vec<Pattern>,
    /// Not these and not what needs them; may be repeated
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<Pattern>,
}

impl SelectArgs {
    /// Returns the selection.
    pub fn selection(&self) -> Selection {
        Selection { select: self.select.clone(), exclude: self.exclude.clone() }
    }
}

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RefreshArg {
    /// What changed.
    Moved,
    /// Every resource.
    Full,
}

impl From<RefreshArg> for Refresh {
    fn from(arg: RefreshArg) -> Self {
        match arg {
            RefreshArg::Moved => Refresh::Moved,
            RefreshArg::Full => Refresh::Full,
        }
    }
}

/// Reads a count of at least one.
pub fn parallelism(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a whole number from 1".to_owned()),
        Ok(n) => Ok(n),
    }
}
