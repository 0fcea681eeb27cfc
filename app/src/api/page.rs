//! Keyset pages: a list is read in pieces, each continued by an opaque cursor.

use serde::{Deserialize, Serialize};

/// The most items a page may have.
pub const MAX_LIMIT: u32 = 100;

/// Which piece of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// What the page before said; `None` for the first page.
    pub cursor: Option<String>,
    /// 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { cursor: None, limit: 50 }
    }
}

/// One piece of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// How many there are in all pages.
    pub total: u64,
    /// Leads to the next page; `None` on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page with each item turned into something else.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        let Self { items, total, next } = self;
        Page { items: items.into_iter().map(each).collect(), total, next }
    }
}
