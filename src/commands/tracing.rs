//! Logs on standard error: quiet unless asked.

use std::fmt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::{FmtContext, layer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging: warnings, with one -v what happens, with two every request.
pub fn start(verbose: u8, color: bool) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    // Only our own words: the HTTP stack below would drown them.
    let filter = Targets::new().with_target("taskloom", level);
    let layer = layer().with_writer(std::io::stderr).with_ansi(color);
    let layer = match verbose {
        0 => layer.event_format(Plain).boxed(),
        _ => layer.with_target(false).boxed(),
    };
    // A second start in one process keeps the first.
    let _ = tracing_subscriber::registry().with(filter).with(layer).try_init();
}

/// A warning among other output: as messages look, without a time.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
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
        let word = if *event.metadata().level() == Level::ERROR { "error" } else { "warning" };
        write!(writer, "{word}: ")?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
