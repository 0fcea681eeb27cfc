//! The database: whether it is there, keeps what it acknowledges, fits this version and can be written to.

use super::Finding;
use crate::{
    config::Config,
    ports::Clock,
    store::{Inspection, inspect_postgres, inspect_sqlite, versions},
};

const ABOUT: &str = "database";

pub(super) async fn look(config: &Config, clock: &dyn Clock) -> (Finding, Option<Inspection>) {
    let (name, found) = match &config.database {
        None => (config.data_dir.display().to_string(), inspect_sqlite(&config.data_dir).await),
        Some(url) => {
            ("PostgreSQL".to_owned(), inspect_postgres(url.as_str(), clock).await.map(Some))
        }
    };
    match found {
        Err(error) => (Finding::fail(ABOUT, format!("{name}: {error}")), None),
        Ok(None) => {
            let says = format!("there is none in {name} yet; the first start makes it");
            (Finding::warn(ABOUT, says), None)
        }
        Ok(Some(found)) => (fit(&name, &found.applied), Some(found)),
    }
}

fn fit(name: &str, applied: &[i64]) -> Finding {
    let known = versions();
    let missing = known.iter().filter(|version| !applied.contains(version)).count();
    if let Some(newer) = applied.iter().find(|version| !known.contains(version)) {
        let says = format!(
            "{name} has step {newer}, which this version doesn't know; use the version of Countersign that wrote it"
        );
        return Finding::fail(ABOUT, says);
    }
    if missing > 0 {
        let says = format!(
            "{name} is of an older version; the next start takes {missing} steps, back it up before"
        );
        return Finding::warn(ABOUT, says);
    }
    Finding::ok(ABOUT, format!("{name} can be read and written to, and fits this version"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::Level;

    #[test]
    fn a_database_of_an_older_version_is_a_warning_and_one_of_a_newer_version_a_failure() {
        let known = versions();
        let newer = [known.as_slice(), &[9_999]].concat();

        assert_eq!(fit("d", &known).level, Level::Ok);
        assert_eq!(fit("d", &known[1..]).level, Level::Warn);
        assert_eq!(fit("d", &newer).level, Level::Fail);
    }
}
