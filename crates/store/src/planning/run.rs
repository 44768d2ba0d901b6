//! Searches for plans that are going on, as their nodes tell of them. It does not know how a search works, nor when its
//! node counts as gone.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::journal::tx::Tx;
use uuid::Uuid;
use yixian_domain::ids::UnitId;
use yixian_domain::time::Instant;

statements! {
    BEGIN = "INSERT INTO plan_run (plan_id, unit_id, base, node, stage, share, best, iterations, stop, beat_at) VALUES ($1, $2, $3, $4, $5, 0, 0, 0, FALSE, $6) ON CONFLICT (plan_id) DO UPDATE SET unit_id = excluded.unit_id, base = excluded.base, node = excluded.node, stage = excluded.stage, share = 0, best = 0, iterations = 0, stop = FALSE, beat_at = excluded.beat_at WHERE plan_run.node = excluded.node OR plan_run.stage = 'failed' OR plan_run.beat_at < $7";
    BEAT = "UPDATE plan_run SET stage = $3, share = $4, best = $5, iterations = $6, beat_at = $7 WHERE plan_id = $1 AND node = $2";
    FAIL = "UPDATE plan_run SET stage = 'failed', beat_at = $3 WHERE plan_id = $1 AND node = $2";
    END = "DELETE FROM plan_run WHERE plan_id = $1 AND node = $2 AND stage <> 'failed'";
    GONE = "DELETE FROM plan_run WHERE beat_at < $1";
    STOP = "UPDATE plan_run SET stop = TRUE WHERE plan_id = $1";
    STOPPED = "SELECT plan_id FROM plan_run WHERE plan_id = $1 AND stop";
    ONE = "SELECT plan_id, unit_id, base, node, stage, share, best, iterations, stop, beat_at FROM plan_run WHERE plan_id = $1 AND beat_at >= $2";
    ALL = "SELECT plan_id, unit_id, base, node, stage, share, best, iterations, stop, beat_at FROM plan_run WHERE beat_at >= $1 AND stage <> 'failed' ORDER BY plan_id";
}

/// A search as its node told of it last.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct RunRow {
    pub plan_id: Uuid,
    pub unit_id: Uuid,
    pub base: Option<Uuid>,
    pub node: String,
    pub stage: String,
    /// Thousandths of its time.
    pub share: i64,
    pub best: i64,
    pub iterations: i64,
    pub stop: bool,
    pub beat_at: i64,
}
columns!(RunRow { plan_id, unit_id, base, node, stage, share, best, iterations, stop, beat_at });

impl Tx {
    /// Takes a plan to be made by a node; false where another one makes it and has told of it since `alive`.
    pub async fn begin_run(
        &mut self,
        plan: Uuid,
        unit: UnitId,
        base: Option<Uuid>,
        node: &str,
        at: Instant,
        alive: Instant,
    ) -> Result<bool, StoreError> {
        exec!(&mut self.conn, GONE, alive.0)?;
        Ok(exec!(&mut self.conn, BEGIN, plan, unit.0, base, node, "waiting", at.0, alive.0)? > 0)
    }

    /// Tells how far a search is; true when somebody has asked it to stop.
    pub async fn beat_run(&mut self, r: &RunRow) -> Result<bool, StoreError> {
        exec!(&mut self.conn, BEAT, r.plan_id, &r.node, &r.stage, r.share, r.best, r.iterations, r.beat_at)?;
        Ok(row!(&mut self.conn, (Uuid,), STOPPED, r.plan_id)?.is_some())
    }

    /// A search has ended: its plan is kept, or nobody waits for it.
    pub async fn end_run(&mut self, plan: Uuid, node: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, END, plan, node)?;
        Ok(())
    }

    /// A search has failed; that is known for as long as a node may be silent.
    pub async fn fail_run(&mut self, plan: Uuid, node: &str, at: Instant) -> Result<(), StoreError> {
        exec!(&mut self.conn, FAIL, plan, node, at.0)?;
        Ok(())
    }

    /// Asks a search to end with what it has; false when there is none.
    pub async fn stop_run(&mut self, plan: Uuid) -> Result<bool, StoreError> {
        Ok(exec!(&mut self.conn, STOP, plan)? > 0)
    }
}

/// A search whose node has told of it since `alive`.
pub async fn run(conn: &mut Conn, plan: Uuid, alive: Instant) -> Result<Option<RunRow>, StoreError> {
    Ok(row!(conn, RunRow, ONE, plan, alive.0)?)
}

/// All that go on.
pub async fn runs(conn: &mut Conn, alive: Instant) -> Result<Vec<RunRow>, StoreError> {
    Ok(rows!(conn, RunRow, ALL, alive.0)?)
}
