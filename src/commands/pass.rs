//! What plan, apply and destroy show and ask alike.

use clap::Args;
use serde_json::{Map, Value as Json, json};

use super::context::Context;
use super::failure::Failure;
use super::outlet::Outlet;
use crate::plan::{Guards, Plan, Refusal, Style, render, to_json};
use crate::state::Header;

/// Options that let a destructive plan through.
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
}

impl GuardArgs {
    /// Returns the settings with what the command line says instead.
    pub fn over(&self, guards: Guards) -> Guards {
        Guards {
            deletes_max: self.deletes_max.unwrap_or(guards.deletes_max),
            deletes_max_percent: self.deletes_max_percent.unwrap_or(guards.deletes_max_percent),
            empty_allowed: self.allow_empty || guards.empty_allowed,
        }
    }
}

/// A plan with what it was made from.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The target and its project.
    pub context: &'a Context,
    /// The state.
    pub header: &'a Header,
    /// The manifests.
    pub digest: &'a str,
    /// The plan.
    pub plan: &'a Plan,
}

/// Prints a plan.
pub fn show_plan(shown: &Shown<'_>, json: bool, outlet: &mut Outlet<'_>) -> Result<(), Failure> {
    if json {
        return outlet.data(&format!("{}\n", Json::Object(shown_json(shown)?)));
    }
    let text = render(shown.plan, Style { color: outlet.out_color });
    outlet.data(&text)
}

/// Returns a plan as JSON: `format_version` 1.0.
pub fn shown_json(shown: &Shown<'_>) -> Result<Map<String, Json>, Failure> {
    let mut json = to_json(shown.plan);
    json.insert("format_version".to_owned(), "1.0".into());
    json.insert("target".to_owned(), shown.context.target.clone().into());
    json.insert("project_id".to_owned(), shown.context.project_id()?.into());
    let Header { lineage, serial, .. } = shown.header;
    json.insert("state".to_owned(), json!({"lineage": lineage, "serial": serial}));
    Ok(json)
}

/// Says why a plan is refused, and what lifts it.
pub fn tell_refusals(refusals: &[Refusal], outlet: &mut Outlet<'_>) {
    for refusal in refusals {
        outlet.note(&format!("error: refused: {refusal}\nhelp: {}\n", refusal.way_out()));
    }
}

/// Asks a person, or refuses where there is none.
pub fn consent(yes: bool, question: &str, outlet: &mut Outlet<'_>) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    match outlet.confirm(question)? {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::user("nothing was changed")),
        None => Err(Failure::user("nobody is there to confirm, so nothing was changed")
            .hint("pass -y (--yes) to go ahead without a question")),
    }
}
