//! Rules as versioned data: settings, calendars, procedures, limit rules. The files in the
//! repository are seed and import format; the newest version here is law on every node. What a rule
//! says is not known here.

use crate::engine::canonical::canonical;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Kind::{Int, Text},
    Table, table,
};
use crate::journal::event::{NewEvent, RecordKind, read, sha256};
use crate::journal::replay::{Checking, Holding};
use crate::journal::tx::Tx;
use serde::Deserialize;
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::ids::By;
use yixian_domain::time::Instant;

impl RecordKind {
    /// Rules, calendars, procedures, settings.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Policy: RecordKind = RecordKind::stored_as("policy");
}

/// Policies.
pub(crate) const TABLE: Table =
    table("policy", "kind, version", &[("kind", Text), ("version", Int), ("label", Text), ("body", Text)]);

statements! {
    NEWEST = "SELECT version, label, body FROM policy WHERE kind = $1 ORDER BY version DESC LIMIT 1";
    VERSIONS = "SELECT p.version, p.label, p.body, e.recorded_at FROM policy p JOIN event e ON e.record_id = $2 AND e.rev = p.version WHERE p.kind = $1 ORDER BY p.version";
    PUT = "INSERT INTO policy (kind, version, label, body) VALUES ($1, $2, $3, $4)";
    ALL = "SELECT kind, version, label, body FROM policy ORDER BY kind, version";
    PUT_EVENTS = "SELECT seq, version, body FROM event WHERE kind = 'policy' AND code = 'put_in_force' ORDER BY seq";
    HEAD = "SELECT COALESCE(MAX(version), 0) FROM policy WHERE kind = $1";
    FINGERPRINT = "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS n FROM (SELECT MAX(version) AS version FROM policy GROUP BY kind) AS newest";
}

/// A policy in one version.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct PolicyRow {
    pub version: i64,
    pub label: String,
    pub body: String,
}
columns!(PolicyRow { version, label, body });

impl Tx {
    /// Puts a new version in force. `record` is the stable id of this kind of policy.
    pub async fn put_policy(
        &mut self,
        kind: &str,
        record: Uuid,
        label: &str,
        body: &str,
        by: By,
        at: Instant,
    ) -> Result<i64, StoreError> {
        let version = row!(&mut self.conn, (i64,), HEAD, kind)?.map_or(0, |r| r.0) + 1;
        exec!(&mut self.conn, PUT, kind, version, label, body)?;
        let event = json!({ "type": "put_in_force", "policy": kind, "version": version, "label": label, "sha256": sha256(body.as_bytes()) });
        self.append(NewEvent {
            kind: RecordKind::Policy,
            record,
            code: "put_in_force",
            happened_at: at,
            by,
            body: canonical(&event)?,
            version: None,
        })
        .await?;
        Ok(version)
    }
}

/// Every version is what its event hashed, and every one that was put in force is there.
pub(crate) fn hold<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut told: HashMap<(String, i64), (i64, String, String)> = HashMap::new();
        for (seq, version, body) in rows!(&mut *conn, (i64, Option<i64>, String), PUT_EVENTS)? {
            match read::<Told>(seq, version, &body) {
                Ok(e) => drop(told.insert((e.policy, e.version), (seq, e.label, e.sha256))),
                Err(e) => holding.faults.add(seq, format!("it says of no policy what it should: {e}")),
            }
        }
        for (kind, version, label, body) in rows!(&mut *conn, (String, i64, String, String), ALL)? {
            match told.remove(&(kind.clone(), version)) {
                None => holding.faults.add(0, format!("policy {kind} {version} was never put in force")),
                Some((seq, _, sha)) if sha != sha256(body.as_bytes()) => {
                    holding.faults.add(seq, format!("policy {kind} {version} is not what was put in force"));
                }
                Some((seq, known, _)) if known != label => {
                    holding.faults.add(seq, format!("policy {kind} {version} has another label"));
                }
                Some(_) => {}
            }
        }
        for ((kind, version), (seq, ..)) in told {
            holding.faults.add(seq, format!("policy {kind} {version} is missing"));
        }
        Ok(())
    })
}

#[derive(Deserialize)]
struct Told {
    policy: String,
    version: i64,
    label: String,
    sha256: String,
}

/// The version in force.
pub async fn newest(conn: &mut Conn, kind: &str) -> Result<Option<PolicyRow>, StoreError> {
    Ok(row!(conn, PolicyRow, NEWEST, kind)?)
}

/// Every version of a kind of policy whose stable id is `record`, and when it was put in force, the oldest first.
pub async fn versions(conn: &mut Conn, kind: &str, record: Uuid) -> Result<Vec<(PolicyRow, Instant)>, StoreError> {
    let rows = rows!(conn, (i64, String, String, i64), VERSIONS, kind, record)?;
    let row = |(version, label, body, at)| (PolicyRow { version, label, body }, Instant(at));
    Ok(rows.into_iter().map(row).collect())
}

/// A number that changes whenever any policy does.
pub async fn fingerprint(conn: &mut Conn) -> Result<i64, StoreError> {
    struct Row {
        n: i64,
    }
    columns!(Row { n });
    Ok(row!(conn, Row, FINGERPRINT)?.map_or(0, |r| r.n))
}
