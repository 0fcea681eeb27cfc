//! Where a page of runs ends: the sort key of its last row, as text.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ports::StoreError;

/// A place in a list that is sorted by time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub at: DateTime<Utc>,
    pub id: Uuid,
}

impl Place {
    /// Before everything in a list with the newest first.
    pub fn first() -> Self {
        // The largest year that both databases can hold.
        let at = DateTime::from_timestamp(253_402_300_799, 0).expect("the year 9999 is a time");
        Self { at, id: Uuid::max() }
    }

    /// Before everything in a list with the oldest first.
    pub fn earliest() -> Self {
        Self { at: DateTime::UNIX_EPOCH, id: Uuid::nil() }
    }

    pub fn to_cursor(self) -> String {
        format!("{}~{}", self.at.timestamp_micros(), self.id)
    }

    /// The place after a cursor; the start of the list without one.
    pub fn after(cursor: Option<&str>) -> Result<Self, StoreError> {
        let Some(text) = cursor else { return Ok(Self::first()) };
        let place = text.split_once('~').and_then(|(micros, id)| {
            let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
            Some(Self { at, id: id.parse().ok()? })
        });
        place.ok_or(StoreError::BadCursor)
    }
}
