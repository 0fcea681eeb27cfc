//! The steps that make a database what this version needs: the same versions and names in each
//! database, every text in its own dialect.

use sqlx::{
    SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

struct Step {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! step {
    ($version:literal, $name:literal, $file:literal) => {
        Step {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../../../migrations/postgres/", $file)),
        }
    };
}

const STEPS: [Step; 8] = [
    step!(1, "runs and tickets", "0001_runs_and_tickets.sql"),
    step!(2, "history and outbox", "0002_history_and_outbox.sql"),
    step!(3, "attachments and messages", "0003_attachments_and_messages.sql"),
    step!(4, "accounts", "0004_accounts.sql"),
    step!(5, "messages and replies", "0005_messages_and_replies.sql"),
    step!(6, "keys", "0006_keys.sql"),
    step!(7, "upkeep", "0007_upkeep.sql"),
    step!(10, "messages in the feed", "0010_messages_in_the_feed.sql"),
];

pub(super) fn sqlite() -> Migrator {
    migrator(|step| step.sqlite)
}

pub(super) fn postgres() -> Migrator {
    migrator(|step| step.postgres)
}

/// As [`postgres`], up to a version: for data that was written by it.
pub(super) fn postgres_up_to(version: i64) -> Migrator {
    let steps = STEPS.iter().filter(|step| step.version <= version);
    Migrator::with_migrations(steps.map(|step| migration(step, step.postgres)).collect())
}

/// The versions of all steps, in order.
#[must_use]
pub fn versions() -> Vec<i64> {
    STEPS.iter().map(|step| step.version).collect()
}

fn migrator(text: impl Fn(&Step) -> &'static str) -> Migrator {
    Migrator::with_migrations(STEPS.iter().map(|step| migration(step, text(step))).collect())
}

fn migration(step: &Step, text: &'static str) -> Migration {
    let (name, sql) = (step.name.into(), text.into_sql_str());
    Migration::new(step.version, name, MigrationType::Simple, sql, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_folders_hold_each_step_and_nothing_else() {
        let expected: Vec<String> = STEPS
            .iter()
            .map(|step| format!("{:04}_{}.sql", step.version, step.name.replace(' ', "_")))
            .collect();

        for database in ["sqlite", "postgres"] {
            let folder = format!("{}/../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
            let mut found: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            found.sort();
            assert_eq!(found, expected, "{database}");
        }
    }
}
