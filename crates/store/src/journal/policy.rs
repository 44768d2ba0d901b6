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
use crate::journal::event::{NewEvent, RecordKind, sha256};
use crate::journal::tx::Tx;
use serde_json::json;
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
    PUT = "INSERT INTO policy (kind, version, label, body) VALUES ($1, $2, $3, $4)";
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

/// The version in force.
pub async fn newest(conn: &mut Conn, kind: &str) -> Result<Option<PolicyRow>, StoreError> {
    Ok(row!(conn, PolicyRow, NEWEST, kind)?)
}

/// A number that changes whenever any policy does.
pub async fn fingerprint(conn: &mut Conn) -> Result<i64, StoreError> {
    struct Row {
        n: i64,
    }
    columns!(Row { n });
    Ok(row!(conn, Row, FINGERPRINT)?.map_or(0, |r| r.n))
}
