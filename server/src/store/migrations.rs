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

const STEPS: [Step; 6] = [
    step!(1, "runs and tickets", "0001_runs_and_tickets.sql"),
    step!(2, "history and outbox", "0002_history_and_outbox.sql"),
    step!(3, "attachments and messages", "0003_attachments_and_messages.sql"),
    step!(4, "accounts", "0004_accounts.sql"),
    step!(5, "messages and replies", "0005_messages_and_replies.sql"),
    step!(6, "keys", "0006_keys.sql"),
];

pub(super) fn sqlite() -> Migrator {
    migrator(|step| step.sqlite)
}

pub(super) fn postgres() -> Migrator {
    migrator(|step| step.postgres)
}

fn migrator(text: impl Fn(&Step) -> &'static str) -> Migrator {
    let migration = |step: &Step| {
        let sql = text(step).into_sql_str();
        Migration::new(step.version, step.name.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(STEPS.iter().map(migration).collect())
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
