//! One page of a list.

use serde_json::{Value as Json, json};

use super::http::ApiError;
use super::parameter::Given;

/// Which part of a list is returned.
#[derive(Clone, Copy, Debug)]
pub struct ListWindow {
    /// From 1.
    number: usize,
    /// At most 200 and at least 1 or 10, depending on the action.
    size: usize,
}

impl ListWindow {
    /// Reads PageNumber and PageSize of a list whose pages hold 10 to 200 items.
    pub fn read(given: &Given) -> Result<ListWindow, ApiError> {
        ListWindow::new(given.integer("PageNumber"), given.integer("PageSize"), 10)
    }

    /// Returns a page; `size_min` is the smallest size that the documentation of the action allows.
    pub fn new(
        number: Option<i64>,
        size: Option<i64>,
        size_min: usize,
    ) -> Result<ListWindow, ApiError> {
        let number = usize::try_from(number.unwrap_or(1)).unwrap_or_default();
        if number == 0 {
            return Err(ApiError::bad_value("PageNumber", "it is less than 1"));
        }
        let size = usize::try_from(size.unwrap_or(10)).unwrap_or_default();
        if !(size_min..=200).contains(&size) {
            let why = format!("it is not between {size_min} and 200");
            return Err(ApiError::bad_value("PageSize", &why));
        }
        Ok(ListWindow { number, size })
    }

    /// Returns `Data` with this page of what was found.
    pub fn answer<T>(self, found: &[T], show: impl Fn(&T) -> Json) -> Json {
        let first = (self.number - 1).saturating_mul(self.size);
        let items: Vec<Json> = found.iter().skip(first).take(self.size).map(show).collect();
        json!({
            "Items": items,
            "PageNumber": self.number,
            "PageSize": self.size,
            "TotalCount": found.len(),
            "TotalPageNumber": found.len().div_ceil(self.size),
        })
    }
}
