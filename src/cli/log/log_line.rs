//! A line of the log as JSON: what `watch --json` writes to standard error.
//!
//! Its keys are those of the lines on standard output, `type` and `pass`, so that both can be read
//! from one stream.

use std::fmt;

use serde_json::{Map, Value as Json};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;

use super::super::json_line::json_line;
use super::log_fields::LogFields;
use super::log_pass::LogPass;
use crate::support::{Clock as _, SystemClock};

/// Writes each event as a line of JSON, with the fields of the spans around it.
pub struct LogLine {
    /// The pass of events that have no pass and are not in the span of one.
    pub pass: LogPass,
}

impl<S, N> FormatEvent<S, N> for LogLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = LogFields::of(event);
        fields.extend(LogFields::around(context, &fields));
        writer.write_str(&log_line(*event.metadata().level(), fields, &self.pass))
    }
}

/// Returns fields as a line of the log. A pass among them is kept.
pub fn log_line(level: Level, mut fields: Map<String, Json>, pass: &LogPass) -> String {
    let time = SystemClock::new().now().strftime("%FT%T%.3fZ").to_string();
    fields.entry("pass").or_insert_with(|| pass.number().into());
    fields.insert("type".to_owned(), "log".into());
    fields.insert("time".to_owned(), time.into());
    fields.insert("level".to_owned(), level.as_str().to_lowercase().into());
    json_line(&Json::Object(fields))
}
