//! A change as one statement: one round trip, and no transaction around it. The statements of the change become the
//! parts of a `WITH`; PostgreSQL keeps all of it or nothing.

use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::row::bind_all;
use crate::store::engine::{NoRows, Write};

/// What the server's log says of a change that is refused because one of its statements gave no row.
const REFUSED: &str = "countersign: refused, somebody else wrote first";
/// `invalid_text_representation`: what a text is that should be a number and isn't.
const NO_NUMBER: &str = "22P02";

/// Runs the statements as one; gives the number that each of them gave back.
pub(super) async fn run(
    connection: &mut PgConnection,
    writes: &[Write],
) -> Result<Vec<Option<i64>>, sqlx::Error> {
    // Nothing but constant texts is put together; what anybody says is bound.
    let query = sqlx::query(AssertSqlSafe(text(writes)));
    let query = writes.iter().fold(query, |query, write| bind_all(query, &write.values));
    let row = query.fetch_one(connection).await?;
    let number = |(index, write): (usize, &Write)| match write.gives {
        Some(_) => row.try_get(number_of(index).as_str()),
        None => Ok(None),
    };
    writes.iter().enumerate().map(number).collect()
}

/// Whether nothing was written because a statement gave no row that had to give one.
pub(super) fn is_refusal(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    error.code().as_deref() == Some(NO_NUMBER) && error.message().contains(REFUSED)
}

fn text(writes: &[Write]) -> String {
    let (mut parts, mut answers, mut bound) = (Vec::new(), Vec::new(), 0);
    for (index, write) in writes.iter().enumerate() {
        parts.push(format!("w{index} AS ({})", shifted(write.sql, bound)));
        bound += write.values.len();
        // In the order of the change: this is what decides which part runs first.
        if !matches!(write.unless, NoRows::Fine) {
            answers.push(format!(
                "(SELECT CAST(CASE COUNT(*) WHEN 0 THEN '{REFUSED}' ELSE '1' END AS BIGINT) FROM w{index})"
            ));
        }
        if let Some(column) = write.gives {
            answers.push(format!("(SELECT MAX({column}) FROM w{index}) AS {}", number_of(index)));
        }
    }
    if answers.is_empty() {
        answers.push("1".to_owned());
    }
    format!("WITH {} SELECT {}", parts.join(", "), answers.join(", "))
}

fn number_of(index: usize) -> String {
    format!("n{index}")
}

/// The statement, with its values after so many others.
fn shifted(sql: &str, by: usize) -> String {
    let mut pieces = sql.split('$');
    let mut shifted = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        let number = number.parse().map_or(0, |number: usize| number + by);
        shifted.push_str(&format!("${number}{rest}"));
    }
    shifted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::value::values;

    #[test]
    fn values_of_a_later_statement_come_after_those_of_the_ones_before() {
        let first =
            Write::new("UPDATE a SET x = $2 WHERE y = $1 RETURNING v", values![1_i64, 2_i64]);
        let second = Write::new("INSERT INTO b VALUES ($1, $10)", values![3_i64]);

        let text = text(&[first.or(NoRows::Conflict).giving("v"), second]);

        assert_eq!(
            text,
            format!(
                "WITH w0 AS (UPDATE a SET x = $2 WHERE y = $1 RETURNING v), \
                 w1 AS (INSERT INTO b VALUES ($3, $12)) \
                 SELECT (SELECT CAST(CASE COUNT(*) WHEN 0 THEN '{REFUSED}' ELSE '1' END AS BIGINT) FROM w0), \
                 (SELECT MAX(v) FROM w0) AS n0"
            )
        );
    }
}
