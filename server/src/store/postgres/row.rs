//! How values stand in PostgreSQL: as what they are. Only text needs a word, because PostgreSQL has no
//! NUL in it.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use sqlx::{
    Postgres, Row,
    postgres::{PgArguments, PgRow},
    query::Query,
};
use uuid::Uuid;

use super::fault::fault;
use crate::{
    ports::StoreError,
    store::value::{Fields, Value},
};

/// A statement with its values.
pub(super) fn bind<'q>(sql: &'static str, values: &'q [Value]) -> Query<'q, Postgres, PgArguments> {
    bind_all(sqlx::query(sql), values)
}

/// Puts the values at the end of those that the statement has.
pub(super) fn bind_all<'q>(
    query: Query<'q, Postgres, PgArguments>,
    values: &'q [Value],
) -> Query<'q, Postgres, PgArguments> {
    values.iter().fold(query, |query, value| match value {
        Value::Text(text) => query.bind(text.as_deref().map(without_nul)),
        Value::Int(number) => query.bind(*number),
        Value::Flag(flag) => query.bind(*flag),
        Value::Id(id) => query.bind(*id),
        Value::Time(time) => query.bind(*time),
        Value::Texts(texts) => {
            query.bind(texts.iter().map(|text| without_nul(text)).collect::<Vec<_>>())
        }
        Value::Times(times) => query.bind(times),
    })
}

impl Fields for PgRow {
    fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        let text: Option<String> = self.try_get(column).map_err(fault)?;
        Ok(text.map(with_nul))
    }

    fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.try_get(column).map_err(fault)
    }

    fn opt_id(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        self.try_get(column).map_err(fault)
    }

    fn opt_time(&self, column: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.try_get(column).map_err(fault)
    }

    fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        self.try_get(column).map_err(fault)
    }
}

/// A character that no script uses: it stands before the sign for NUL and before itself, so that every
/// text comes back as it was and different texts stay different.
const ESCAPE: char = '\u{F8FF0}';
const NUL: char = '0';
const ITSELF: char = 'E';

fn without_nul(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '\0' => escaped.extend([ESCAPE, NUL]),
            ESCAPE => escaped.extend([ESCAPE, ITSELF]),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

fn with_nul(text: String) -> String {
    if !text.contains(ESCAPE) {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            ESCAPE if letters.next() == Some(NUL) => '\0',
            other => other,
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_comes_back_as_it_was_and_never_holds_a_nul(
            letters in proptest::collection::vec(
                prop_oneof![Just('\0'), Just(ESCAPE), Just(NUL), Just(ITSELF), any::<char>()],
                0..20,
            ),
        ) {
            let text = String::from_iter(letters);

            let stored = without_nul(&text).into_owned();

            prop_assert!(!stored.contains('\0'));
            prop_assert_eq!(with_nul(stored), text);
        }
    }
}
