//! Accounts with a session each, written into the database: through the doors it would take an hour.

use domain::digest::Digest;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::database::Place;

/// Makes so many reviewers, and gives the cookie of each.
pub async fn reviewers(place: &Place, count: usize) -> Vec<String> {
    let mut cookies = Vec::with_capacity(count);
    let (mut people, mut sessions) = (Vec::new(), Vec::new());
    for number in 0..count {
        let secret = Digest::of(format!("reviewer {number}").as_bytes()).to_string();
        let (id, hash) = (id(number), Digest::of(secret.as_bytes()));
        people.push(format!(
            "('{id}', 'Reviewer {number}', 'r{number}@example.org', 'reviewer', 'none', FALSE, NOW)"
        ));
        sessions.push(format!("('{hash}', '{id}', NOW, NOW, LATER)"));
        cookies.push(format!("countersign={secret}"));
    }
    let columns = "(person_id, name, email, role, password, disabled, created_at)";
    insert(place, &format!("hitl_people {columns}"), &people).await;
    let columns = "(hash, person_id, created_at, last_used_at, expires_at)";
    insert(place, &format!("hitl_sessions {columns}"), &sessions).await;
    cookies
}

fn id(number: usize) -> String {
    format!("00000000-0000-7000-8000-{number:012}")
}

async fn insert(place: &Place, table: &str, rows: &[String]) {
    let sql = format!("INSERT INTO {table} VALUES {}", rows.join(", "));
    let Some(url) = &place.url else {
        let now = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";
        let later = "CAST(unixepoch('now', '+7 days') * 1000000 AS INTEGER)";
        let sql = sql.replace("NOW", now).replace("LATER", later).replace("FALSE", "0");
        let file = format!("sqlite:{}", place.file().display());
        let mut connection = SqliteConnection::connect(&file).await.unwrap();
        sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        return;
    };
    let sql = sql.replace("NOW", "now()").replace("LATER", "now() + INTERVAL '7 days'");
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
}
