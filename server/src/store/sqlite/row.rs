//! How values stand in SQLite: times as microseconds, ids as hyphenated text, flags as 0 and 1.

use chrono::{DateTime, Utc};
use sqlx::{Row, Sqlite, query::Query, sqlite::SqliteArguments, sqlite::SqliteRow};
use uuid::Uuid;

use super::fault;
use crate::{
    ports::StoreError,
    store::value::{Fields, Value, unreadable},
};

/// A statement with its values.
pub(super) fn bind(
    sql: &'static str,
    values: Vec<Value>,
) -> Query<'static, Sqlite, SqliteArguments> {
    values.into_iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Text(text) => query.bind(text),
        Value::Int(number) => query.bind(number),
        Value::Flag(flag) => query.bind(flag),
        Value::Id(id) => query.bind(id.map(|id| id.to_string())),
        Value::Time(time) => query.bind(time.map(|time| time.timestamp_micros())),
        // No statement of SQLite takes a list; a column that has to hold something refuses this.
        Value::Texts(_) | Value::Times(_) => query.bind(None::<String>),
    })
}

impl Fields for SqliteRow {
    fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.try_get(column).map_err(fault)
    }

    fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.try_get(column).map_err(fault)
    }

    fn opt_id(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        let text = self.opt_text(column)?;
        text.map(|text| text.parse().map_err(|_| unreadable(column))).transpose()
    }

    fn opt_time(&self, column: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let micros = self.opt_int(column)?;
        micros
            .map(|micros| DateTime::from_timestamp_micros(micros).ok_or_else(|| unreadable(column)))
            .transpose()
    }

    fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }
}
