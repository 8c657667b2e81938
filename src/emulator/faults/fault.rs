//! Injected faults: what goes wrong, on which call, before or after the effect.

use clap::ValueEnum;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// X-TC-Action of the calls that are counted; None: every call.
    pub action: Option<String>,
    /// Which of these calls is hit, counted from 1 since the fault was planned.
    pub nth: u64,
    /// Whether the action is carried out.
    pub effect: FaultMoment,
    /// What the caller sees.
    pub kind: FaultKind,
}

/// Whether a fault hits before or after the action is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultMoment {
    /// Before: nothing was done.
    Before,
    /// After: it was done, but the caller is not told.
    After,
}

impl Fault {
    /// Returns whether the action is not carried out; a stale read always is.
    pub(crate) fn prevents(&self) -> bool {
        self.effect == FaultMoment::Before && self.kind != FaultKind::StaleRead
    }
}

/// What the caller of a faulty call sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FaultKind {
    /// The connection ends without a response.
    Drop,
    /// An HTTP status 500 with a text.
    #[value(name = "500")]
    Status500,
    /// An HTTP status 502 with a text.
    #[value(name = "502")]
    Status502,
    /// A status of 200 with a body that is not JSON.
    Garbage,
    /// The connection ends in the middle of the body.
    CutOff,
    /// No response ever comes.
    Hang,
    /// The error InternalError.
    InternalError,
    /// The error RequestLimitExceeded.
    RateLimit,
    /// `Data.Status: false` and no error; `Data: null` where the action has no Status.
    StatusFalse,
    /// Get and List show the state before the last write.
    StaleRead,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [FaultKind; 10] = [
        FaultKind::Drop,
        FaultKind::Status500,
        FaultKind::Status502,
        FaultKind::Garbage,
        FaultKind::CutOff,
        FaultKind::Hang,
        FaultKind::InternalError,
        FaultKind::RateLimit,
        FaultKind::StatusFalse,
        FaultKind::StaleRead,
    ];

    /// Returns its name in the text of a fault.
    pub fn name(self) -> &'static str {
        match self {
            FaultKind::Drop => "drop",
            FaultKind::Status500 => "500",
            FaultKind::Status502 => "502",
            FaultKind::Garbage => "garbage",
            FaultKind::CutOff => "cut-off",
            FaultKind::Hang => "hang",
            FaultKind::InternalError => "internal-error",
            FaultKind::RateLimit => "rate-limit",
            FaultKind::StatusFalse => "status-false",
            FaultKind::StaleRead => "stale-read",
        }
    }
}

impl FaultMoment {
    /// Both.
    pub const ALL: [FaultMoment; 2] = [FaultMoment::Before, FaultMoment::After];

    /// Returns its name in the text of a fault.
    pub fn name(self) -> &'static str {
        match self {
            FaultMoment::Before => "before",
            FaultMoment::After => "after",
        }
    }
}
