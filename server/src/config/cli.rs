//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// A self-hosted server that puts a person between an AI agent and the world.
#[derive(Debug, Clone, Default, Parser)]
#[command(name = "countersign", version, after_help = AFTER_HELP)]
pub struct Cli {
    /// The settings, in TOML; without it all settings have their defaults
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Copies the database and its files into a new folder, while the server runs or not
    Backup {
        #[arg(value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Puts a backup in place where nothing is yet; nothing that was under way is sent again
    Restore {
        #[arg(value_name = "FOLDER")]
        from: PathBuf,
    },
    /// Looks at everything the server leans on, and says what to do
    Doctor,
    /// Edits one picture, read from standard input, and ends; the server starts it.
    #[command(hide = true)]
    ImageWorker,
}

const AFTER_HELP: &str = "\
Each setting is also an environment variable, which wins over the file:
  COUNTERSIGN_CONFIG           the file itself
  COUNTERSIGN_LISTEN           where to listen                    127.0.0.1:3000
  COUNTERSIGN_PUBLIC_URL       the address in people's browsers   http:// and the one above
  COUNTERSIGN_DATA_DIR         holds everything that is kept      ./data
  COUNTERSIGN_DATABASE_URL     postgres://user:password@host/name SQLite in the data folder
  COUNTERSIGN_REDIS_URL        redis://:password@host/0           none, and nothing depends on it
  COUNTERSIGN_SITE_DIR         the built site                     target/site
  COUNTERSIGN_LOG_FORMAT       pretty or json                     pretty
  COUNTERSIGN_LOG_FILTER       for instance info,sqlx=warn        info
  COUNTERSIGN_FILES_URL        file://... or s3://...             files in the data folder
  COUNTERSIGN_FILES_OPTIONS_AWS_REGION and so on: what the bucket needs
  COUNTERSIGN_LIMITS_UPLOAD_MIB            the largest upload                  25
  COUNTERSIGN_LIMITS_UPLOADS_PER_DAY_MIB   what one person uploads in a day    500
  COUNTERSIGN_LIMITS_DATABASE_CONNECTIONS  connections to PostgreSQL           20
  COUNTERSIGN_AGENTS_PENDING   runs of one agent that wait        30
  COUNTERSIGN_AGENTS_PER_HOUR  runs that one agent starts         60
  COUNTERSIGN_AGENTS_LIMITS    other numbers for some, as mailer=100/1000, with commas
  COUNTERSIGN_CALLBACKS_ALLOW  hosts with ports where agents may be called back, with commas
  COUNTERSIGN_LINKS_ALLOW      the same for files that requests name by address
  COUNTERSIGN_RETENTION_RUNS_DAYS   runs go so long after their end     never
  COUNTERSIGN_RETENTION_FILES_DAYS  files go so long after their upload never
  COUNTERSIGN_RETENTION_DECISIONS   of runs that go: keep or remove     keep
  COUNTERSIGN_METRICS_TOKEN    lets its holder read /metrics
  COUNTERSIGN_TRUSTED_PROXIES  addresses whose X-Forwarded-For is believed, with commas
  COUNTERSIGN_TEST_PROVIDERS   for tests only: scripted or pure

In the file: listen, public_url, data_dir, database_url, redis_url, site_dir, test_providers, trusted_proxies,
[log] format, filter, [files] url, [files.options], [limits] upload_mib, uploads_per_day_mib,
database_connections, [agents] pending, per_hour, limits, [callbacks] allow, [links] allow, [metrics] token,
[retention] runs_days, files_days, decisions.
Relative folders start at the working directory.";
