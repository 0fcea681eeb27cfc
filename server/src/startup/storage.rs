//! Which database the settings name.

use std::sync::Arc;

use crate::{
    config::Config,
    ports::{Clock, Fanout, Store, StoreError},
    store::{PostgresStore, SqliteStore},
};

/// The database in use.
pub enum Storage {
    /// In the data folder, for one instance.
    Sqlite(Arc<SqliteStore>),
    /// On a server, for any number of instances.
    Postgres(Arc<PostgresStore>),
}

impl Storage {
    /// Opens the database of the settings, and makes its tables where they are missing.
    ///
    /// # Errors
    ///
    /// What keeps it from being used, in words for the operator.
    pub async fn open(config: &Config, clock: &dyn Clock) -> Result<Self, StoreError> {
        Ok(match &config.database {
            None => Self::Sqlite(Arc::new(SqliteStore::open(&config.data_dir).await?)),
            Some(url) => {
                let most = config.limits.database_connections;
                Self::Postgres(Arc::new(PostgresStore::open(url.as_str(), most, clock).await?))
            }
        })
    }

    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => store.clone(),
            Self::Postgres(store) => store.clone(),
        }
    }

    /// Says how far the feed goes.
    #[must_use]
    pub fn fanout(&self) -> Arc<dyn Fanout> {
        match self {
            Self::Sqlite(store) => Arc::new(store.head()),
            Self::Postgres(store) => Arc::new(store.head()),
        }
    }

    /// Finishes what is being written and lets go of the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}
