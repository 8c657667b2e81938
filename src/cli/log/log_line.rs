//! A line of the log as JSON: what `watch --json` writes to standard error.
//!
//! Its keys are those of the lines on standard output, `type` and `pass`, so that both can be read
//! from one stream.

use std::error::Error;
use std::fmt::{self, Debug};

use serde_json::{Map, Value as Json};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use super::super::json_line::json_line;
use super::log_pass::LogPass;
use crate::support::{Clock as _, SystemClock, error_chain};

/// Writes each event as a line of JSON.
pub struct LogLine {
    /// The pass of events that do not name one.
    pub pass: LogPass,
}

impl<S, N> FormatEvent<S, N> for LogLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        writer.write_str(&log_line(*event.metadata().level(), fields.0, &self.pass))
    }
}

/// Returns what is to be told as a line of the log. A pass that it names itself stays.
pub fn log_line(level: Level, mut fields: Map<String, Json>, pass: &LogPass) -> String {
    let time = SystemClock::new().now().strftime("%FT%T%.3fZ").to_string();
    fields.entry("pass").or_insert_with(|| pass.number().into());
    fields.insert("type".to_owned(), "log".into());
    fields.insert("time".to_owned(), time.into());
    fields.insert("level".to_owned(), level.as_str().to_lowercase().into());
    json_line(&Json::Object(fields))
}

/// The fields of an event.
#[derive(Default)]
struct Fields(Map<String, Json>);

impl Fields {
    fn add(&mut self, field: &Field, value: impl Into<Json>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.add(field, error_chain(value));
    }
}
