//! What a database must promise before anything is entrusted to it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};

use super::fault::fault;
use crate::{
    clock::{APART, apart},
    ports::{Clock, StoreError},
};

const OLDEST: i32 = 14;

const ASK: &str = "
    SELECT current_setting('server_version_num')::int AS version,
        pg_is_in_recovery() AS replica,
        current_setting('transaction_read_only') AS read_only,
        current_setting('server_encoding') AS encoding,
        current_setting('synchronous_commit') AS synchronous_commit,
        current_setting('fsync') AS fsync,
        current_setting('full_page_writes') AS full_page_writes,
        clock_timestamp() AS clock";

/// What the server says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    version: i32,
    replica: bool,
    read_only: String,
    encoding: String,
    synchronous_commit: String,
    fsync: String,
    full_page_writes: String,
    clock: DateTime<Utc>,
}

/// Refuses a server that could lose what it acknowledged, or that disagrees about the time.
pub(super) async fn check(
    connection: &mut PgConnection,
    clock: &dyn Clock,
) -> Result<(), StoreError> {
    let before = clock.now();
    let found = ask(connection).await.map_err(fault)?;
    let after = clock.now();
    match refusal(&found, before, after) {
        None => Ok(()),
        Some(reason) => Err(StoreError::Unavailable(format!("the PostgreSQL server {reason}"))),
    }
}

async fn ask(connection: &mut PgConnection) -> Result<Found, sqlx::Error> {
    let row = sqlx::query(ASK).fetch_one(connection).await?;
    Ok(Found {
        version: row.try_get("version")?,
        replica: row.try_get("replica")?,
        read_only: row.try_get("read_only")?,
        encoding: row.try_get("encoding")?,
        synchronous_commit: row.try_get("synchronous_commit")?,
        fsync: row.try_get("fsync")?,
        full_page_writes: row.try_get("full_page_writes")?,
        clock: row.try_get("clock")?,
    })
}

/// What is wrong and what to do. The server was asked between `before` and `after`.
fn refusal(found: &Found, before: DateTime<Utc>, after: DateTime<Utc>) -> Option<String> {
    let major = found.version / 10_000;
    if major < OLDEST {
        return Some(format!("is version {major}; use {OLDEST} or later"));
    }
    if found.replica || found.read_only == "on" {
        return Some("can only be read; give the address of the primary".to_owned());
    }
    if found.encoding != "UTF8" {
        let made = "make the database with ENCODING 'UTF8'";
        return Some(format!("keeps text as {}; {made}", found.encoding));
    }
    let settings = [
        ("fsync", &found.fsync, "a power cut could lose the whole database"),
        ("full_page_writes", &found.full_page_writes, "a power cut could damage the database"),
        ("synchronous_commit", &found.synchronous_commit, "a power cut could lose decisions"),
    ];
    for (name, value, harm) in settings {
        if value == "off" {
            return Some(format!(
                "has {name} off: {harm}; switch it on, for the server, the database and the role"
            ));
        }
    }
    let apart = apart(found.clock, before, after);
    (apart > APART).then(|| {
        format!(
            "has a clock that is {} s away from this machine's; set both by NTP",
            apart.num_seconds()
        )
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(4_102_444_800, 0).expect("the year 2100 is a time")
    }

    fn sound() -> Found {
        Found {
            version: 150_018,
            replica: false,
            read_only: "off".to_owned(),
            encoding: "UTF8".to_owned(),
            synchronous_commit: "on".to_owned(),
            fsync: "on".to_owned(),
            full_page_writes: "on".to_owned(),
            clock: noon(),
        }
    }

    fn off() -> String {
        "off".to_owned()
    }

    #[test]
    fn a_server_that_may_lose_or_damage_what_it_acknowledged_is_refused_with_what_to_do() {
        let cases = [
            (Found { version: 130_020, ..sound() }, "use 14 or later"),
            (Found { replica: true, ..sound() }, "the address of the primary"),
            (Found { read_only: "on".to_owned(), ..sound() }, "the address of the primary"),
            (Found { encoding: "LATIN1".to_owned(), ..sound() }, "ENCODING 'UTF8'"),
            (Found { synchronous_commit: off(), ..sound() }, "synchronous_commit off"),
            (Found { fsync: off(), ..sound() }, "fsync off"),
            (Found { full_page_writes: off(), ..sound() }, "full_page_writes off"),
        ];

        assert_eq!(refusal(&sound(), noon(), noon()), None);
        for (found, expected) in cases {
            let refused = refusal(&found, noon(), noon()).unwrap_or_default();
            assert!(refused.contains(expected), "{found:?}: {refused}");
        }
    }

    #[test]
    fn clocks_may_be_five_seconds_apart_and_no_more() {
        let second = TimeDelta::seconds(1);
        for apart in [-5, 0, 5] {
            let clock = noon() + TimeDelta::seconds(apart);
            assert_eq!(refusal(&Found { clock, ..sound() }, noon(), noon()), None, "{apart}");
        }
        for apart in [-7, 7] {
            let clock = noon() + TimeDelta::seconds(apart);
            let refused = refusal(&Found { clock, ..sound() }, noon(), noon()).unwrap_or_default();
            assert!(refused.contains("7 s away"), "{apart}: {refused}");
        }
        // A slow answer is no wrong clock.
        let clock = noon() + second * 30;
        assert_eq!(refusal(&Found { clock, ..sound() }, noon(), noon() + second * 60), None);
    }
}
