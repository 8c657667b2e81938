//! The fields of a log line: those of an event and of the spans around it.

use std::error::Error;
use std::fmt::Debug;

use serde_json::{Map, Value as Json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::{FmtContext, FormatFields};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::support::error_chain;

/// Keeps the fields of spans, for the lines inside them.
pub struct SpanFields;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for SpanFields {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = LogFields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(fields) = span.extensions_mut().get_mut::<LogFields>() {
            values.record(fields);
        }
    }
}

/// Fields by their names.
#[derive(Default)]
pub struct LogFields(Map<String, Json>);

impl LogFields {
    /// Returns the fields of an event.
    pub fn of(event: &Event<'_>) -> Map<String, Json> {
        let mut fields = LogFields::default();
        event.record(&mut fields);
        fields.0
    }

    /// Returns the fields of the spans around an event that the event does not have itself: those
    /// of its call, operation and pass. The innermost span takes precedence and comes first.
    pub fn around<S, N>(
        context: &FmtContext<'_, S, N>,
        own: &Map<String, Json>,
    ) -> Vec<(String, Json)>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
        N: for<'a> FormatFields<'a> + 'static,
    {
        let mut around: Vec<(String, Json)> = Vec::new();
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let fields = extensions.get::<LogFields>().into_iter().flat_map(|fields| &fields.0);
            for (name, value) in fields {
                let is_known =
                    own.contains_key(name) || around.iter().any(|(known, _)| known == name);
                if !is_known {
                    around.push((name.clone(), value.clone()));
                }
            }
        }
        around
    }

    fn add(&mut self, field: &Field, value: impl Into<Json>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for LogFields {
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
