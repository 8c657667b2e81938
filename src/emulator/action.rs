//! An action of the service: its name, what it may change, and what carries it out.

use serde_json::{Map, Value as Json};

use super::call_context::CallContext;
use super::http::ApiError;
use crate::model::Kind;

/// Carries out a checked call and returns `Data` or the refusal.
pub type Handler = fn(&mut CallContext<'_>, &Map<String, Json>) -> Result<Json, ApiError>;

/// One of the actions served here.
#[derive(Clone, Copy, Debug)]
pub struct ApiAction {
    /// X-TC-Action.
    pub name: &'static str,
    /// The kind of the resources that it concerns, or of the tasks that its workflows hold.
    pub kind: Kind,
    /// What it may change.
    pub effect: ActionEffect,
    /// The function that carries it out.
    pub handler: Handler,
}

/// What an action may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionEffect {
    /// Nothing, so its response may be stale.
    Reads,
    /// It creates something or starts a job: the response contains an id.
    Makes,
    /// It changes something that exists: a refusal can be a `Status: false` instead of an error.
    Changes,
}

impl ApiAction {
    /// Returns an action that changes nothing.
    pub const fn reads(name: &'static str, kind: Kind, handler: Handler) -> ApiAction {
        ApiAction { name, kind, effect: ActionEffect::Reads, handler }
    }

    /// Returns an action whose response contains the id of what it created or started.
    pub const fn makes(name: &'static str, kind: Kind, handler: Handler) -> ApiAction {
        ApiAction { name, kind, effect: ActionEffect::Makes, handler }
    }

    /// Returns an action whose response says by `Status` whether it was carried out.
    pub const fn changes(name: &'static str, kind: Kind, handler: Handler) -> ApiAction {
        ApiAction { name, kind, effect: ActionEffect::Changes, handler }
    }

    /// Returns whether it changes nothing.
    pub fn is_read(self) -> bool {
        self.effect == ActionEffect::Reads
    }
}
