//! A look at a database from outside, beside the servers that use it.

use sqlx::{Connection, Row};

use super::{backup::connect, check, fault::fault};
use crate::{
    ports::{Clock, StoreError},
    store::Inspection,
};

const ASK: &str = "
    SELECT clock_timestamp() AS clock,
        to_regclass('_sqlx_migrations') IS NOT NULL AS is_set_up,
        has_schema_privilege(current_schema(), 'CREATE') AS may_create";
const STEPS: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
const NEWEST: &str = "SELECT MAX(created_at) AS newest FROM hitl_runs";
/// Changes nothing, and needs the right to.
const WRITE: &str = "DELETE FROM hitl_drafts WHERE FALSE";

pub(in crate::store) async fn inspect(
    url: &str,
    clock: &dyn Clock,
) -> Result<Inspection, StoreError> {
    let mut connection = connect(url).await?;
    check::check(&mut connection, clock).await?;
    let row = sqlx::query(ASK).fetch_one(&mut connection).await.map_err(fault)?;
    let mut found = Inspection {
        applied: Vec::new(),
        clock: row.try_get("clock").map_err(fault)?,
        newest: None,
    };
    if !row.try_get::<bool, _>("may_create").map_err(fault)? {
        let advice = "may not make tables; GRANT CREATE ON SCHEMA public to it";
        return Err(StoreError::Unavailable(format!("the role of `database_url` {advice}")));
    }
    if row.try_get("is_set_up").map_err(fault)? {
        let steps = sqlx::query(STEPS).fetch_all(&mut connection).await.map_err(fault)?;
        let version = |row: &sqlx::postgres::PgRow| row.try_get(0).map_err(fault);
        found.applied = steps.iter().map(version).collect::<Result<_, _>>()?;
        sqlx::query(WRITE).execute(&mut connection).await.map_err(fault)?;
        let row = sqlx::query(NEWEST).fetch_one(&mut connection).await.map_err(fault)?;
        found.newest = row.try_get("newest").map_err(fault)?;
    }
    connection.close().await.map_err(fault)?;
    Ok(found)
}
