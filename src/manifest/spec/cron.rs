//! Quartz cron expressions, as CrontabExpression requires them.

use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;

use crate::yaml::quote;

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CronFault {
    /// It is not a Quartz expression: what is wrong, and a hint.
    Invalid(String, Option<String>),
    /// It is valid, but no moment matches it.
    Never,
}

/// The fields of an expression, in order: name, least and greatest number.
const FIELDS: [(&str, u16, u16); 7] = [
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("day of week", 1, 7),
    ("year", 1970, 2099),
];
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Checks an expression of six or seven fields.
pub(super) fn check(expression: &str) -> Result<(), CronFault> {
    let fields: Vec<String> = expression.split_whitespace().map(str::to_uppercase).collect();
    check_count(&fields, expression)?;
    check_question_marks(&fields)?;
    let plain: Vec<String> = fields.iter().enumerate().map(|(n, field)| plain(n, field)).collect();
    check_croner(&plain, expression)
}

fn invalid<T>(message: String, help: Option<String>) -> Result<T, CronFault> {
    Err(CronFault::Invalid(message, help))
}

fn check_count(fields: &[String], expression: &str) -> Result<(), CronFault> {
    if matches!(fields.len(), 6 | 7) {
        return Ok(());
    }
    let message = format!("a Quartz expression has 6 or 7 fields, this one has {}", fields.len());
    if let [minute, hour, day, month, weekday] = fields {
        return invalid(message, Some(from_unix(minute, hour, day, month, weekday)));
    }
    let names = "second minute hour day-of-month month day-of-week [year]";
    let example = if expression.trim().is_empty() { ", for instance `0 0 2 * * ?`" } else { "" };
    invalid(message, Some(format!("the fields are: {names}{example}")))
}

/// Returns the hint for an expression with the five fields of Unix.
fn from_unix(minute: &str, hour: &str, day: &str, month: &str, weekday: &str) -> String {
    if day == "0" {
        return format!("the day of week is missing: `{minute} {hour} {day} {month} {weekday} ?`");
    }
    let (day, weekday) = match (day, weekday) {
        (day, "*") => (day.to_owned(), "?".to_owned()),
        ("*", weekday) => ("?".to_owned(), weekday.to_owned()),
        (day, weekday) => (day.to_owned(), weekday.to_owned()),
    };
    let shifted = if weekday.contains(|c: char| c.is_ascii_digit()) {
        " (and Quartz counts days of the week from 1 = SUN)"
    } else {
        ""
    };
    format!(
        "five fields are the Unix form; put the second in front: \
         `0 {minute} {hour} {day} {month} {weekday}`{shifted}"
    )
}

fn check_question_marks(fields: &[String]) -> Result<(), CronFault> {
    let marks: Vec<usize> = (0..fields.len())
        .filter(|n| fields.get(*n).is_some_and(|field| field.contains('?')))
        .collect();
    if let Some(n) = marks.iter().find(|n| !matches!(n, 3 | 5)) {
        let name = FIELDS.get(*n).map_or("", |(name, ..)| name);
        return invalid(format!("`?` cannot stand for the {name}"), None);
    }
    let whole = fields.iter().all(|field| field == "?" || !field.contains('?'));
    if marks.len() == 1 && whole {
        return Ok(());
    }
    let message = "exactly one of day of month and day of week must be `?`".to_owned();
    let help = "the other one says the day: `0 0 2 * * ?` or `0 0 2 ? * MON`".to_owned();
    invalid(message, Some(help))
}

/// Rewrites what Quartz allows but the parser does not support: `L-n`, ranges over the end.
fn plain(number: usize, field: &str) -> String {
    let items = field.split(',').map(|item| match (number, item.strip_prefix("L-")) {
        // Days before the last: which day that is does not matter to validity.
        (3, Some(days)) if days.parse::<u8>().is_ok_and(|days| days <= 30) => "L".to_owned(),
        _ => unwrapped(number, item).unwrap_or_else(|| item.to_owned()),
    });
    items.collect::<Vec<_>>().join(",")
}

/// Returns `FRI-MON` as `FRI-SAT,SUN-MON`, in numbers.
fn unwrapped(number: usize, item: &str) -> Option<String> {
    let (range, step) = item.split_once('/').map_or((item, None), |(r, s)| (r, Some(s)));
    let (from, to) = range.split_once('-')?;
    let (from, to) = (value(number, from)?, value(number, to)?);
    let (_, least, greatest) = *FIELDS.get(number)?;
    let fits = least <= to && to < from && from <= greatest && number != 6;
    let step = step.map_or(String::new(), |step| format!("/{step}"));
    fits.then(|| format!("{from}-{greatest}{step},{least}-{to}{step}"))
}

fn value(number: usize, text: &str) -> Option<u16> {
    let names: &[&str] = match number {
        4 => &MONTHS,
        5 => &DAYS,
        _ => &[],
    };
    let named = names.iter().position(|name| *name == text).map(|at| at as u16 + 1);
    named.or_else(|| text.parse().ok())
}

fn check_croner(fields: &[String], expression: &str) -> Result<(), CronFault> {
    let parser = CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Optional)
        .alternative_weekdays(true)
        .sloppy_ranges(true)
        .dom_and_dow(true)
        .build();
    let any = |number: usize| fields.get(number).is_none_or(|field| field == "*");
    // Every month of every year has a matching day: there is no need to search for it, or to let
    // the parser expand ten thousand years.
    let always = any(4) && any(6);
    let six = fields.get(..6).unwrap_or_default().join(" ");
    let whole = if always { format!("{six} 2026") } else { fields.join(" ") };
    let full = fields.iter().all(|field| field.split(',').all(|item| !item.is_empty()));
    let Some(cron) = parser.parse(&whole).ok().filter(|_| full) else {
        let wrong = (0..fields.len()).find(|n| {
            let field = fields.get(*n).is_none_or(|field| field.split(',').any(str::is_empty));
            field || parser.parse(&alone(fields, *n)).is_err()
        });
        return unfit(wrong, expression);
    };
    if always {
        return Ok(());
    }
    // Any fixed moment before everything that the service can schedule.
    let start = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).in_tz("UTC");
    let fires = start.is_ok_and(|start| cron.find_next_occurrence(&start, true).is_ok());
    if fires { Ok(()) } else { Err(CronFault::Never) }
}

/// Returns an expression in which only one field can be wrong, because errors of the parser do not
/// name the field.
fn alone(fields: &[String], number: usize) -> String {
    let neutral = ["0", "0", "0", if number == 5 { "?" } else { "*" }, "*", "?", "*"];
    let field = |n: usize, plain: &str| match fields.get(n) {
        Some(field) if n == number => field.clone(),
        Some(_) | None => plain.to_owned(),
    };
    let parts = neutral.iter().enumerate().map(|(n, plain)| field(n, plain));
    parts.collect::<Vec<_>>().join(" ")
}

fn unfit(number: Option<usize>, expression: &str) -> Result<(), CronFault> {
    let written = number.and_then(|number| expression.split_whitespace().nth(number));
    let (Some(written), Some((name, least, greatest))) =
        (written, number.and_then(|number| FIELDS.get(number)))
    else {
        return invalid(format!("{} is not a valid cron expression", quote(expression)), None);
    };
    let help = match *name {
        "month" => "from 1 to 12, or JAN to DEC".to_owned(),
        "day of week" => "from 1 = SUN to 7 = SAT, or by name; `6L`, `6#3` and lists".to_owned(),
        "day of month" => "from 1 to 31; `L`, `LW`, `15W`, `L-2` and lists".to_owned(),
        _ => format!("from {least} to {greatest}; ranges, steps and lists"),
    };
    invalid(format!("{} is not a valid {name}", quote(written)), Some(help))
}
