//! The log on standard error: quiet unless asked, and lines of JSON where programs read them.
//!
//! The output of commands does not go through here, and nothing here decides what is logged.

mod log_pass;
mod log_fields;
mod log_line;
mod start;

pub use log_line::log_line;
pub use log_pass::LogPass;
pub use start::{LogForm, NOTICE, start};
