//! What a text must look like: dates, times, offsets, expressions.

use jiff::civil::{Date, DateTime, Time};

use super::cron::{self, CronFault};
use crate::kinds::FieldFormat;
use crate::yaml::{Problem, Severity, quote};

/// The result of a format check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormatFinding {
    pub severity: Severity,
    pub message: String,
    pub help: Option<String>,
}

impl FormatFinding {
    pub fn error(message: String, help: Option<&str>) -> Self {
        FormatFinding { severity: Severity::Error, message, help: help.map(str::to_owned) }
    }

    pub fn warning(message: String, help: Option<&str>) -> Self {
        FormatFinding { severity: Severity::Warning, message, help: help.map(str::to_owned) }
    }

    pub fn write_into(self, problem: &mut Problem) {
        problem.severity = self.severity;
        problem.message = self.message;
        problem.help = self.help;
    }
}

/// Checks a text that holds no reference and is not empty.
pub(super) fn check(format: FieldFormat, text: &str) -> Option<FormatFinding> {
    match format {
        FieldFormat::DateTime => check_date_time(text),
        FieldFormat::TimeOfDay => check_time(text),
        FieldFormat::Cron => check_cron(text),
        FieldFormat::Offsets => check_offsets(text),
        FieldFormat::Semicolons => check_semicolons(text),
        FieldFormat::TaskId => check_task_id(text),
        // Code and task types have readers of their own.
        FieldFormat::Any
        | FieldFormat::Code
        | FieldFormat::TaskType
        | FieldFormat::WorkflowId
        | FieldFormat::Folder => None,
    }
}

/// Returns the moment of `yyyy-MM-dd HH:mm:ss`.
pub(super) fn date_time(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let date = Date::new(year, month as i8, day as i8).ok()?;
    let time = Time::new(hour as i8, minute as i8, second as i8, 0).ok()?;
    Some(date.to_datetime(time))
}

fn numbers<const N: usize>(text: &str, between: char, widths: [usize; N]) -> Option<[i16; N]> {
    let parts: Vec<&str> = text.split(between).collect();
    let parts: [&str; N] = parts.try_into().ok()?;
    let mut numbers = [0; N];
    for ((number, part), width) in numbers.iter_mut().zip(parts).zip(widths) {
        if part.len() != width || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    Some(numbers)
}

fn check_date_time(text: &str) -> Option<FormatFinding> {
    if date_time(text).is_some() {
        return None;
    }
    let message = format!("{} is not a date and time of the form yyyy-MM-dd HH:mm:ss", quote(text));
    let day_only = date_time(&format!("{text} 00:00:00")).is_some();
    let help = if day_only { format!("write \"{text} 00:00:00\"") } else { example() };
    Some(FormatFinding::error(message, Some(&help)))
}

fn example() -> String {
    "for instance \"2026-01-31 00:00:00\"; the day must be in the calendar".to_owned()
}

fn check_time(text: &str) -> Option<FormatFinding> {
    let right = numbers(text, ':', [2, 2]).is_some_and(|[h, m]| h < 24 && m < 60);
    let message = || format!("{} is not a time of day of the form HH:mm", quote(text));
    let help = "from 00:00 to 23:59, in quotes: \"08:30\"";
    (!right).then(|| FormatFinding::error(message(), Some(help)))
}

fn check_cron(text: &str) -> Option<FormatFinding> {
    match cron::check(text) {
        Ok(()) => None,
        Err(CronFault::Invalid(message, help)) => {
            Some(FormatFinding::error(message, help.as_deref()))
        }
        Err(CronFault::Never) => {
            Some(FormatFinding::warning(format!("no moment ever matches {}", quote(text)), None))
        }
    }
}

fn check_offsets(text: &str) -> Option<FormatFinding> {
    let right = text.split(',').all(|number| number.trim().parse::<i64>().is_ok());
    let message = || format!("{} is not a list of whole numbers", quote(text));
    (!right).then(|| FormatFinding::error(message(), Some("for instance \"-1,0\"")))
}

fn check_semicolons(text: &str) -> Option<FormatFinding> {
    let message = "ids are separated by semicolons here, not by commas".to_owned();
    (text.contains(',') && !text.contains(';')).then(|| FormatFinding::warning(message, None))
}

fn check_task_id(text: &str) -> Option<FormatFinding> {
    let right = text.bytes().all(|b| b.is_ascii_digit());
    let message = || format!("{} does not look like the id of a task", quote(text));
    let help = "ids have 17 digits; a task of this project is named by ${task.NAME.id}";
    (!right).then(|| FormatFinding::warning(message(), Some(help)))
}
