//! An action of the service: its name, what it may change, and what carries it out.

use serde_json::{Map, Value as Json};

use super::call_context::CallContext;
use super::http::ApiError;
use crate::model::Kind;

/// Carries out a checked call: `Data`, or the refusal.
pub type Handler = fn(&mut CallContext<'_>, &Map<String, Json>) -> Result<Json, ApiError>;

/// One of the actions served here.
#[derive(Clone, Copy, Debug)]
pub struct ApiAction {
    /// X-TC-Action.
    pub name: &'static str,
    /// Of which kind are the resources that it is about, or the tasks that its workflows hold.
    pub kind: Kind,
    /// What it may change.
    pub effect: ActionEffect,
    /// What carries it out.
    pub handler: Handler,
}

/// What an action may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionEffect {
    /// Nothing, so that the answer may be of the past.
    Reads,
    /// It makes something, or begins to: the answer names an id.
    Makes,
    /// It changes what is there: the answer can say no by `Status: false`.
    Changes,
}

impl ApiAction {
    /// Returns an action that changes nothing.
    pub const fn reads(name: &'static str, kind: Kind, handler: Handler) -> ApiAction {
        ApiAction { name, kind, effect: ActionEffect::Reads, handler }
    }

    /// Returns an action whose answer names what it made or began.
    pub const fn makes(name: &'static str, kind: Kind, handler: Handler) -> ApiAction {
        ApiAction { name, kind, effect: ActionEffect::Makes, handler }
    }

    /// Returns an action whose answer says by `Status` whether it did what was asked.
    pub const fn changes(name: &'static str, kind: Kind, handler: Handler) -> ApiAction {
        ApiAction { name, kind, effect: ActionEffect::Changes, handler }
    }

    /// Tells whether it changes nothing.
    pub fn is_read(self) -> bool {
        self.effect == ActionEffect::Reads
    }
}
