//! What plan, apply and destroy have in common: showing, asking and applying.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::confirmation::consent;
use super::context::Context;
use super::failure::{ExitStatus, Failure};
use super::output::Output;
use super::report::Reporter;
use super::signals::Signals;
use crate::git::revision;
use crate::model::{Desired, Observed, Recorded};
use crate::plan::{
    GuardRefusal, Plan, ResourceError, Selection, TextStyle, errors_json, printable, render,
    to_json,
};
use crate::reconcile::Session;
use crate::setup::Connection;
use crate::state::StateHeader;

/// Notes every pattern that matches no resource: it may be a typing error, and then the plan does
/// less than was meant, or more.
pub fn print_idle(
    selection: &Selection,
    desired: &Desired,
    recorded: &Recorded,
    output: &mut Output<'_>,
) {
    for pattern in selection.idle(desired, recorded) {
        let pattern = printable(&pattern.to_string());
        output.note(&format!("note: no resource fits the pattern {pattern}\n"));
    }
}

/// A plan with what it was made from.
#[derive(Debug)]
pub struct ShownPlan<'a> {
    /// The target and its project.
    pub context: &'a Context,
    /// The state.
    pub header: &'a StateHeader,
    /// The manifests.
    pub digest: &'a str,
    /// The plan.
    pub plan: &'a Plan,
}

/// Returns a plan as JSON: `format_version` 1.0.
pub fn shown_json(shown: &ShownPlan<'_>) -> Result<Map<String, Json>, Failure> {
    let mut json = to_json(&shown.plan.masked());
    json.insert("format_version".to_owned(), "1.0".into());
    json.insert("target".to_owned(), shown.context.target.name.clone().into());
    json.insert("project_id".to_owned(), shown.context.project_id()?.into());
    let StateHeader { lineage, serial, .. } = shown.header;
    // Before its first write a state has no lineage, and the same plan must give the same text.
    let lineage = (*serial > 0).then_some(lineage);
    json.insert("state".to_owned(), json!({"lineage": lineage, "serial": serial}));
    Ok(json)
}

/// Returns refusals as JSON.
pub fn refusals_json(refusals: &[GuardRefusal]) -> Json {
    refusals
        .iter()
        .map(|refusal| json!({"message": refusal.to_string(), "help": refusal.way_out()}))
        .collect()
}

/// Says why a plan is refused, and what lifts it.
pub fn print_refusals(refusals: &[GuardRefusal], output: &mut Output<'_>) {
    for refusal in refusals {
        let failure = Failure::user(format!("refused: {refusal}")).hint(refusal.way_out());
        output.note(&failure.text());
    }
}

/// Says which resources are left as they are, why, and what a person can do about it.
pub fn print_errors(errors: &[ResourceError], output: &mut Output<'_>) {
    for error in errors {
        let message = format!("{}: {error}", error.address);
        output.note(&Failure::user(message).hint(error.way_out()).text());
    }
}

/// Takes the lock and the state.
///
/// # Errors
/// When they are not available, or a signal comes.
pub async fn open(
    context: &Context,
    connection: &Connection,
    signals: &Signals,
) -> Result<Session, Failure> {
    let mut scope = connection.scope.clone();
    let holder = context.target.holder(&scope.clock.now().to_string());
    let clock = Arc::clone(&scope.clock);
    scope.revision = signals.or_stopped(revision(&context.request().root, clock.as_ref())).await?;
    let session = signals.or_stopped(Session::open(scope, &holder)).await?;
    session.map_err(|error| context.pass_failure(&error))
}

/// A plan on its way to being carried out.
#[derive(Debug)]
pub struct ApplyOrder<'a> {
    /// The target.
    pub context: &'a Context,
    /// The manifests.
    pub desired: &'a Desired,
    /// The observed resources.
    pub observed: &'a Observed,
    /// The plan.
    pub plan: &'a Plan,
    /// Why it must not be carried out.
    pub refusals: Vec<GuardRefusal>,
    /// The question for a person; None when no confirmation is needed.
    pub question: Option<&'static str>,
    /// Lines of JSON instead of text.
    pub json: bool,
}

impl ApplyOrder<'_> {
    /// Shows the plan, asks, carries it out and reports how it ended.
    ///
    /// # Errors
    /// When it is refused, a person says no, the state cannot be written, or an operation fails.
    pub async fn carry_out(
        &self,
        session: &mut Session,
        signals: &Signals,
        output: &mut Output<'_>,
    ) -> Result<ExitStatus, Failure> {
        self.show(output)?;
        if !self.plan.is_empty() {
            self.consent(signals, output).await?;
        }
        let _notice = signals.notice();
        let mut reporter = Reporter::new(self.json, self.plan.unchanged, output);
        let recorded = session
            .carry_out(self.plan, self.desired, self.observed, signals.stop.clone(), &mut |event| {
                reporter.event(&event);
            })
            .await
            .map(drop)
            .map_err(|error| self.context.state_failure(&error));
        let status = reporter.finish(recorded, signals)?;
        // They have been reported before anything was done.
        if self.plan.errors.is_empty() { Ok(status) } else { Err(Failure::silent()) }
    }

    fn show(&self, output: &mut Output<'_>) -> Result<(), Failure> {
        if !self.json {
            output.data(&render(self.plan, TextStyle { color: output.out_color }))?;
        }
        print_errors(&self.plan.errors, output);
        if self.json && !self.plan.errors.is_empty() {
            let errors = errors_json(&self.plan.errors);
            output.json(&json!({"type": "errors", "errors": errors}))?;
        }
        if self.refusals.is_empty() {
            return Ok(());
        }
        print_refusals(&self.refusals, output);
        if self.json {
            let list = refusals_json(&self.refusals);
            output.json(&json!({"type": "refused", "refusals": list}))?;
        }
        Err(Failure::silent())
    }

    async fn consent(&self, signals: &Signals, output: &mut Output<'_>) -> Result<(), Failure> {
        let Some(question) = self.question else { return Ok(()) };
        if self.json && output.ask.is_some() {
            // A person should not say yes to a plan that they have not seen.
            output.note(&render(self.plan, TextStyle { color: output.err_color }));
        }
        consent(Some(question), signals, output).await
    }
}
