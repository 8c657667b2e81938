//! Times as the service prints them: in UTC+8, without an offset.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{TimeZone, offset};

/// Returns a time as most responses print it: `yyyy-MM-dd HH:mm:ss`.
pub fn seconds(moment: Timestamp) -> String {
    show(moment, "%Y-%m-%d %H:%M:%S")
}

/// Returns a time as the responses about asynchronous operations print it: with a `T`.
pub fn iso(moment: Timestamp) -> String {
    show(moment, "%Y-%m-%dT%H:%M:%S")
}

/// Returns the start of the day of a time, as most responses print it.
pub fn midnight(moment: Timestamp) -> String {
    show(moment, "%Y-%m-%d 00:00:00")
}

/// Returns the 17 digits `yyyyMMddHHmmssSSS` of a time.
pub fn digits(moment: Timestamp) -> String {
    show(moment, "%Y%m%d%H%M%S%3f")
}

/// Returns the time of 17 digits, in milliseconds since 1970.
pub fn of_digits(digits: &str) -> Option<i64> {
    // jiff cannot find the end of the seconds without a separator.
    let (whole, millis) = digits.split_at_checked(14)?;
    let whole = DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    let zoned = whole.to_zoned(TimeZone::fixed(offset(8))).ok()?;
    Some(zoned.timestamp().as_millisecond() + millis.parse::<i64>().ok()?)
}

fn show(moment: Timestamp, format: &str) -> String {
    moment.to_zoned(TimeZone::fixed(offset(8))).strftime(format).to_string()
}
