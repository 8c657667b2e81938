//! What the log says of a call names the operation and the pass that it belongs to.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use serde_json::json;
use taskloom::emulator::Behaviour;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::set_default;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::cloud_fake::{call_of, error, ok, stage};
use crate::support::program::Home;
use crate::support::{World, task};

/// Names and values.
#[derive(Clone, Debug, Default, PartialEq)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Fields {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Every event with the fields of the spans around it, and every span as it was at its end.
#[derive(Clone, Default)]
struct Log {
    events: Arc<Mutex<Vec<Fields>>>,
    spans: Arc<Mutex<Vec<(&'static str, Fields)>>>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        values.record(span.extensions_mut().get_mut::<Fields>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            fields.0.extend(span.extensions().get::<Fields>().unwrap().0.clone());
        }
        event.record(&mut fields);
        self.events.lock().unwrap().push(fields);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        let fields = span.extensions().get::<Fields>().unwrap().clone();
        self.spans.lock().unwrap().push((span.name(), fields));
    }
}

impl Log {
    /// Returns what was said of the answers to an action.
    fn answers(&self, action: &str) -> Vec<Fields> {
        let events = self.events.lock().unwrap();
        let is_it = |event: &&Fields| {
            event.get("message") == Some("answered") && event.get("action") == Some(action)
        };
        events.iter().filter(is_it).cloned().collect()
    }

    fn spans(&self, name: &str) -> Vec<Fields> {
        let spans = self.spans.lock().unwrap();
        let named = spans.iter().filter(|(known, _)| *known == name);
        named.map(|(_, fields)| fields.clone()).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_a_call_names_its_operation() {
    let world = World::new(Behaviour::default());
    world.write("a.yaml", &task("a", "echo a", ""));
    world.write("b.yaml", &task("b", "echo b", ""));
    let log = Log::default();
    let _guard = set_default(tracing_subscriber::registry().with(log.clone()));
    world.apply().await;
    let mut said: Vec<(String, String, String)> = Vec::new();
    for answer in log.answers("CreateTask") {
        let text = |name: &str| answer.get(name).unwrap().to_owned();
        said.push((text("address"), text("verb"), text("attempt")));
    }
    said.sort();
    let of = |name: &str| (name.to_owned(), "create".to_owned(), "1".to_owned());
    assert_eq!(said, [of("Task/a"), of("Task/b")]);
    // The read after a write belongs to the operation, what a plan reads to none.
    assert!(log.answers("GetTask").iter().any(|read| read.get("address") == Some("Task/a")));
    let n_before = log.answers("ListTasks").len();
    world.plan().await;
    let planned = log.answers("ListTasks").split_off(n_before);
    assert!(!planned.is_empty());
    assert!(planned.iter().all(|read| read.get("address").is_none()), "{planned:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_counts_its_attempts_and_ends_with_the_request_id_of_its_last_answer() {
    let log = Log::default();
    let _guard = set_default(tracing_subscriber::registry().with(log.clone()));
    let stage = stage(&[error("InternalError"), ok()], |_| ());
    stage.client.call(&call_of("GetTask", json!({}))).await.unwrap();
    let said: Vec<(Option<String>, Option<String>)> = log
        .answers("GetTask")
        .iter()
        .map(|answer| ["attempt", "request_id"].map(|name| answer.get(name).map(str::to_owned)))
        .map(|[attempt, request_id]| (attempt, request_id))
        .collect();
    let of = |n: &str, id: &str| (Some(n.to_owned()), Some(id.to_owned()));
    assert_eq!(said, [of("1", "req-InternalError"), of("2", "req-ok")]);
    let spans = log.spans("call");
    assert_eq!(spans.len(), 1);
    assert_eq!(spans[0].get("request_id"), Some("req-ok"));
    assert_eq!(spans[0].get("action"), Some("GetTask"));
}

#[test]
fn a_verbose_apply_tells_of_each_write_which_operation_it_belongs_to() {
    let home = Home::embedded();
    home.write("a.yaml", &task("a", "echo a", ""));
    let ran = home.run("apply -y -v");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let line = ran.err.lines().find(|line| line.contains("action=\"CreateTask\"")).unwrap();
    assert!(line.contains(" INFO answered "), "{line}");
    assert!(line.ends_with(" attempt=1 address=\"Task/a\" verb=\"create\""), "{line}");
    assert!(!ran.err.contains("action=\"GetTask\""), "{}", ran.err);
}
