//! The service's time: UTC+8 without saying so.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, offset};

/// Returns a moment as answers spell it: `yyyy-MM-dd HH:mm:ss`.
pub fn seconds(moment: Timestamp) -> String {
    show(moment, "%Y-%m-%d %H:%M:%S")
}

/// Returns a moment as the answers about asynchronous operations spell it: with a `T`.
pub fn iso(moment: Timestamp) -> String {
    show(moment, "%Y-%m-%dT%H:%M:%S")
}

/// Returns the start of the day of a moment, as answers spell it.
pub fn midnight(moment: Timestamp) -> String {
    show(moment, "%Y-%m-%d 00:00:00")
}

/// Returns the 17 digits `yyyyMMddHHmmssSSS` of a moment.
pub fn digits(moment: Timestamp) -> String {
    show(moment, "%Y%m%d%H%M%S%3f")
}

/// Returns the moment of 17 digits, in milliseconds.
pub fn of_digits(digits: &str) -> Option<i64> {
    // Without a separator nothing tells jiff where the seconds end.
    let (whole, millis) = digits.split_at_checked(14)?;
    let whole = DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    let zoned = whole.to_zoned(TimeZone::fixed(offset(8))).ok()?;
    Some(zoned.timestamp().as_millisecond() + millis.parse::<i64>().ok()?)
}

fn show(moment: Timestamp, format: &str) -> String {
    moment.to_zoned(TimeZone::fixed(offset(8))).strftime(format).to_string()
}
