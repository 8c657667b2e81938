//! Logs on standard error: quiet unless asked, and lines of JSON where programs read them.

use std::fmt;

use anstyle::{AnsiColor, Style};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, layer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::log_fields::{LogFields, SpanFields};
use super::log_line::LogLine;
use super::log_pass::LogPass;

/// Events with this target at INFO are always logged, however quiet the log is.
pub const NOTICE: &str = "taskloom::notice";

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// For people, with colours or without.
    Text {
        /// Colours.
        color: bool,
    },
    /// One JSON object a line.
    Json,
}

/// Starts logging: warnings, with one -v what happens, with two every request. Each line belongs to
/// the pass that `pass` holds when the line is written.
pub fn start(verbose: u8, form: LogForm, pass: LogPass) {
    let level = match verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    // Only our own events: those of the HTTP stack would bury them.
    let filter = Targets::new().with_target("taskloom", level);
    let filter = filter.with_target(NOTICE, level.max(LevelFilter::INFO));
    let layer = layer().with_writer(std::io::stderr);
    let layer = match form {
        LogForm::Json => layer.with_ansi(false).event_format(LogLine { pass }).boxed(),
        LogForm::Text { color } if verbose == 0 => {
            layer.with_ansi(color).event_format(Plain { pass }).boxed()
        }
        LogForm::Text { color } => layer.with_ansi(color).event_format(Numbered { pass }).boxed(),
    };
    // A second start in one process keeps the first logger.
    let registry = tracing_subscriber::registry().with(filter).with(SpanFields);
    let started = registry.with(layer).try_init();
    if started.is_ok() && form == LogForm::Json {
        std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    }
}

/// Returns the pass for an event that does not name one itself; None outside a daemon.
fn unnamed_pass(event: &Event<'_>, pass: &LogPass) -> Option<u64> {
    let is_named = event.metadata().fields().field("pass").is_some();
    Some(pass.number()).filter(|pass| *pass > 0 && !is_named)
}

/// A warning among other output: formatted like messages, without a time.
struct Plain {
    pass: LogPass,
}

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
        match *event.metadata().level() {
            Level::ERROR => write!(writer, "error: ")?,
            Level::WARN => write!(writer, "warning: ")?,
            _ => {}
        }
        if let Some(pass) = unnamed_pass(event, &self.pass) {
            write!(writer, "pass {pass}: ")?;
        }
        context.field_format().format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}

/// A line of a log: its time, level and message, and the call, operation and pass that it belongs
/// to.
struct Numbered {
    pass: LogPass,
}

impl<S, N> FormatEvent<S, N> for Numbered
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
        let level = *event.metadata().level();
        let (dim, color) = match writer.has_ansi_escapes() {
            true => (Style::new().dimmed(), level_style(level)),
            false => (Style::new(), Style::new()),
        };
        write!(writer, "{dim}")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "{dim:#} {color}{level:>5}{color:#} ")?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        let around = LogFields::around(context, &LogFields::of(event));
        for (name, value) in &around {
            write!(writer, " {name}={value}")?;
        }
        match unnamed_pass(event, &self.pass) {
            Some(pass) if !around.iter().any(|(name, _)| name == "pass") => {
                writeln!(writer, " pass={pass}")
            }
            Some(_) | None => writeln!(writer),
        }
    }
}

fn level_style(level: Level) -> Style {
    let color = match level {
        Level::ERROR => AnsiColor::Red,
        Level::WARN => AnsiColor::Yellow,
        Level::INFO => AnsiColor::Green,
        Level::DEBUG => AnsiColor::Blue,
        Level::TRACE => AnsiColor::Magenta,
    };
    color.on_default()
}
