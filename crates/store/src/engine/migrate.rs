//! Schema steps. Each runs in one transaction together with the note that it ran, on both
//! engines, so a kill half-way leaves either all of a step or nothing. A restore takes its steps within
//! its own transaction, from the schema of the backup to today's. What the tables are for is not known here.

use crate::engine::db::{Conn, Db, Engine};
use crate::engine::error::StoreError;

struct Step {
    n: i64,
    both: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        n: 1,
        both: include_str!("../../migrations/0001_ledger_and_loop.sql"),
        sqlite: include_str!("../../migrations/0001_ledger_and_loop.sqlite.sql"),
        postgres: include_str!("../../migrations/0001_ledger_and_loop.postgres.sql"),
    },
    Step {
        n: 2,
        both: include_str!("../../migrations/0002_planning.sql"),
        sqlite: include_str!("../../migrations/0002_planning.sqlite.sql"),
        postgres: include_str!("../../migrations/0002_planning.postgres.sql"),
    },
    Step {
        n: 3,
        both: include_str!("../../migrations/0003_connections.sql"),
        sqlite: "",
        postgres: include_str!("../../migrations/0003_connections.postgres.sql"),
    },
    Step { n: 4, both: include_str!("../../migrations/0004_connections_of_a_unit.sql"), sqlite: "", postgres: "" },
    Step { n: 5, both: include_str!("../../migrations/0005_leads_and_stages.sql"), sqlite: "", postgres: "" },
    Step { n: 6, both: include_str!("../../migrations/0006_entry_links.sql"), sqlite: "", postgres: "" },
    Step { n: 7, both: include_str!("../../migrations/0007_ways_of_pages.sql"), sqlite: "", postgres: "" },
    Step { n: 8, both: include_str!("../../migrations/0008_event_version.sql"), sqlite: "", postgres: "" },
    Step { n: 9, both: include_str!("../../migrations/0009_plan_runs.sql"), sqlite: "", postgres: "" },
    Step { n: 10, both: include_str!("../../migrations/0010_voice.sql"), sqlite: "", postgres: "" },
    Step {
        n: 11,
        both: include_str!("../../migrations/0011_credentials.sql"),
        sqlite: "",
        postgres: include_str!("../../migrations/0011_credentials.postgres.sql"),
    },
    Step { n: 12, both: include_str!("../../migrations/0012_privacy.sql"), sqlite: "", postgres: "" },
    Step {
        n: 13,
        both: include_str!("../../migrations/0013_second_factor.sql"),
        sqlite: "",
        postgres: include_str!("../../migrations/0013_second_factor.postgres.sql"),
    },
    Step {
        n: 14,
        both: include_str!("../../migrations/0014_photo_sent.sql"),
        sqlite: "",
        postgres: include_str!("../../migrations/0014_photo_sent.postgres.sql"),
    },
    Step { n: 15, both: include_str!("../../migrations/0015_category_of_corrected.sql"), sqlite: "", postgres: "" },
    Step {
        n: 16,
        both: include_str!("../../migrations/0016_dated_facts.sql"),
        sqlite: "",
        postgres: include_str!("../../migrations/0016_dated_facts.postgres.sql"),
    },
    Step { n: 17, both: include_str!("../../migrations/0017_callers.sql"), sqlite: "", postgres: "" },
    Step { n: 18, both: include_str!("../../migrations/0018_kept.sql"), sqlite: "", postgres: "" },
    Step { n: 19, both: include_str!("../../migrations/0019_partners.sql"), sqlite: "", postgres: "" },
    Step { n: 20, both: include_str!("../../migrations/0020_programmes.sql"), sqlite: "", postgres: "" },
    Step { n: 21, both: include_str!("../../migrations/0021_conference.sql"), sqlite: "", postgres: "" },
    Step { n: 22, both: include_str!("../../migrations/0022_agreements.sql"), sqlite: "", postgres: "" },
    Step { n: 23, both: include_str!("../../migrations/0023_documents.sql"), sqlite: "", postgres: "" },
    Step { n: 24, both: include_str!("../../migrations/0024_outages.sql"), sqlite: "", postgres: "" },
    Step { n: 25, both: include_str!("../../migrations/0025_indicators.sql"), sqlite: "", postgres: "" },
    Step { n: 26, both: include_str!("../../migrations/0026_praise.sql"), sqlite: "", postgres: "" },
    Step { n: 27, both: include_str!("../../migrations/0027_community.sql"), sqlite: "", postgres: "" },
    Step { n: 28, both: include_str!("../../migrations/0028_teams.sql"), sqlite: "", postgres: "" },
    Step {
        n: 30,
        both: include_str!("../../migrations/0030_presence.sql"),
        sqlite: include_str!("../../migrations/0030_presence.sqlite.sql"),
        postgres: include_str!("../../migrations/0030_presence.postgres.sql"),
    },
    Step { n: 31, both: include_str!("../../migrations/0031_household.sql"), sqlite: "", postgres: "" },
];

/// The lock that keeps two nodes from migrating or writing at once.
pub(crate) const LOCK: i64 = 0x7969_7869_616e;

/// The newest step there is.
pub(crate) fn known() -> i64 {
    STEPS.last().map_or(0, |s| s.n)
}

/// Brings the database to the newest schema.
pub(crate) async fn migrate(db: &Db) -> Result<(), StoreError> {
    migrate_to(db, known()).await
}

/// Brings the database to a step of the schema; one that is further already stays as it is.
pub async fn migrate_to(db: &Db, last: i64) -> Result<(), StoreError> {
    let mut conn = db.writer().await?;
    loop {
        begin(&mut conn).await?;
        match next(&mut conn, last).await {
            Ok((_, more)) => {
                conn.run("COMMIT").await?;
                if !more {
                    return Ok(());
                }
            }
            Err(e) => {
                conn.run("ROLLBACK").await.ok();
                return Err(e);
            }
        }
    }
}

/// The same within a transaction that is running, so that it lasts or is gone together with what else is written there. Gives
/// the step the database is at.
pub(crate) async fn migrate_within(conn: &mut Conn, last: i64) -> Result<i64, StoreError> {
    loop {
        if let (at, false) = next(conn, last).await? {
            return Ok(at);
        }
    }
}

/// Takes one step, if there is one to take; gives where the database is and whether one was taken.
async fn next(conn: &mut Conn, last: i64) -> Result<(i64, bool), StoreError> {
    let known = known();
    conn.run("CREATE TABLE IF NOT EXISTS schema_step (n BIGINT PRIMARY KEY)").await?;
    let done = row!(&mut *conn, (i64,), "SELECT COALESCE(MAX(n), 0) FROM schema_step")?.map_or(0, |r| r.0);
    if done > known {
        return Err(StoreError::TooNew { found: done, known });
    }
    let Some(step) = STEPS.iter().find(|s| s.n > done && s.n <= last) else { return Ok((done, false)) };
    let own = match conn.engine() {
        Engine::Sqlite => step.sqlite,
        Engine::Postgres => step.postgres,
    };
    conn.run(step.both).await?;
    conn.run(own).await?;
    exec!(&mut *conn, "INSERT INTO schema_step (n) VALUES ($1)", step.n)?;
    Ok((step.n, true))
}

/// Starts a write transaction that no other node can overlap.
pub(crate) async fn begin(conn: &mut Conn) -> Result<(), StoreError> {
    match conn.engine() {
        Engine::Sqlite => conn.run("BEGIN IMMEDIATE").await,
        Engine::Postgres => {
            // Both on one way there and back.
            conn.run(sqlx::AssertSqlSafe(format!("BEGIN; SELECT pg_advisory_xact_lock({LOCK})"))).await
        }
    }
}
