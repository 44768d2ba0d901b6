//! Connections: a row of columns beside the matter, written whenever the matter is. The columns are declared here and
//! nowhere else; a case itself lies in the matter's body. What may be erased (keyed hashes of party and address, which
//! find split applications) is set once and follows from no event. It does not know what the law makes of a case.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, changed, count_dated, dated, dated_values, following, inserted, keep, kept, live, live_beside, names,
    once_beside, past, places, plain, sets_dated, table,
};
use crate::engine::value::Value;
use crate::journal::past::Dated;
use crate::journal::tx::Tx;
use crate::matter::table::uuid_of;
use std::collections::HashMap;
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::access::Voice;
use yixian_domain::connection::clock::{Days, Measured};
use yixian_domain::connection::eligible::Split;
use yixian_domain::connection::{CallOutcome, Capacity, Case};
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, StageName};
use yixian_domain::time::Instant;

/// A connection on its way into its row.
pub(crate) struct Row<'r> {
    m: &'r Matter,
    case: &'r Case,
    n: i64,
    /// The event that comes next; later writes have later ones.
    touched: i64,
    keys: Option<&'r [String; 3]>,
    /// Since when it is known as it is.
    known: i64,
}

impl Row<'_> {
    fn days<T>(&self, read: impl Fn(&Days) -> T) -> Option<T> {
        self.case.measured.as_ref().map(|x| read(&x.days))
    }
    fn measured<T>(&self, read: impl Fn(&Measured) -> T) -> Option<T> {
        self.case.measured.as_ref().map(read)
    }
    fn key(&self, i: usize) -> Option<&str> {
        self.keys.map(|k| k[i].as_str())
    }
}

/// How a row tells a column.
type Get = for<'r> fn(&'r Row<'r>) -> Value<'r>;

const COLUMNS: [Column<Get>; 48] = [
    once_beside("id", Id, |r| r.m.id.0.into()),
    once_beside("n", Int, |r| r.n.into()),
    dated("class", Text, |r| r.case.class.as_str().into()),
    dated("district", Text, |r| r.case.asked.district.as_str().into()),
    dated("unit_id", Id, |r| r.m.unit.0.into()),
    live("raiser", Id, |r| uuid_of(&r.m.raised.by).into()),
    live("recorder", Id, |r| uuid_of(&r.m.raised.recorded_by).into()),
    live("handler", Id, |r| r.m.handler.map(|h| h.0).into()),
    live("doer", Id, |r| r.m.doer.as_ref().and_then(uuid_of).into()),
    live("capacity", Int, |r| r.case.asked.capacity.in_watts().into()),
    live("step", Text, |r| r.case.step().map(|s| s.code.as_str()).into()),
    live("flags", Text, |r| flags(r.case).into()),
    live("is_open", Bool, |r| r.m.is_open().into()),
    live("rank", Int, |r| rank(r.m, r.case).into()),
    live("eligible", Bool, |r| r.case.eligibility.stands().into()),
    live("overridden", Bool, |r| r.case.eligibility.overridden.is_some().into()),
    live("works", Bool, |r| r.case.works.into()),
    dated("applied_at", Int, |r| r.m.raised.at.0.into()),
    live("accepted_at", Int, |r| r.case.accepted.map(|t| t.0).into()),
    dated("energized_at", Int, |r| r.case.energized.map(|t| t.0).into()),
    dated("archived_at", Int, |r| r.case.archived.map(|t| t.0).into()),
    live("withdrawn_at", Int, |r| r.case.withdrawn.map(|t| t.0).into()),
    dated("d1", Int, |r| r.days(|d| d.d1_elapsed).into()),
    live("d2", Int, |r| r.days(|d| d.d2_inclusive).into()),
    dated("d3", Int, |r| r.days(|d| d.d3_working).into()),
    dated("d4", Int, |r| r.days(|d| d.d4_net_working).into()),
    dated("d5", Int, |r| r.days(|d| d.d5_handled).into()),
    live("d6", Int, |r| r.days(|d| d.d6_world_bank).into()),
    dated("handled_minutes", Int, |r| r.measured(|x| x.handled_minutes).into()),
    dated("whole_minutes", Int, |r| r.measured(|x| x.whole_minutes).into()),
    dated("visible_steps", Int, |r| r.measured(|x| i64::from(x.visible_steps)).into()),
    dated("on_time", Bool, |r| r.measured(Measured::on_time).flatten().into()),
    live("paid", Int, |r| r.case.cost.as_ref().map(|c| c.paid.0).into()),
    dated("saving", Int, |r| r.case.cost.as_ref().map(|c| c.saving().0).into()),
    dated("claim", Bool, |r| r.case.cost.as_ref().map(|c| c.counterfactual.is_claim()).into()),
    dated("voice", Text, |r| r.m.voice.map(Voice::as_str).into()),
    dated("satisfaction", Text, |r| r.case.rating.as_ref().map(|x| x.satisfaction.as_str()).into()),
    dated("rated_at", Int, |r| r.case.rating.as_ref().map(|x| x.at.0).into()),
    dated("call_outcome", Text, |r| call_name(r.case).into()),
    live("call_attempts", Int, |r| (r.case.calls.attempts.len() as i64).into()),
    live("said_applied", Text, |r| said(r.case).into()),
    // Raised by a statement of its own, and held against the ledger's own times.
    once_beside("late_ms", Int, |_| 0.into()),
    live_beside("touched", Int, |r| r.touched.into()),
    live("stage", Text, |r| r.m.stage.name().as_str().into()),
    once_beside("party_key", Text, |r| r.key(0).into()),
    once_beside("address_key", Text, |r| r.key(1).into()),
    once_beside("content_key", Text, |r| r.key(2).into()),
    // Changed by a text of its own, and held with the earlier states.
    once_beside("known_from", Int, |r| r.known.into()),
];
const PLAIN: [(&str, Kind); 48] = plain(&COLUMNS);
const PAST_PLAIN: [(&str, Kind); count_dated(&COLUMNS) + 3] = past(&COLUMNS);

/// Connections.
pub(crate) const TABLE: Table = table("connection", "id", &PLAIN);

/// Earlier states of connections.
pub(crate) const PAST: Table = table("connection_past", "id, known_from", &PAST_PLAIN);

/// What is dated of connections.
pub(crate) const DATED: Dated = Dated { of: &TABLE, past: &PAST };

static PUT: LazyLock<String> =
    LazyLock::new(|| format!("INSERT INTO connection ({}) VALUES {}", names(&COLUMNS), places(COLUMNS.len(), 1)));
static CHANGE: LazyLock<String> =
    LazyLock::new(|| format!("UPDATE connection SET {} WHERE id = $1", sets_dated(&COLUMNS)));
static KEEP: LazyLock<String> = LazyLock::new(|| keep("connection", &COLUMNS));

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![
        ("connection::PUT", PUT.as_str()),
        ("connection::CHANGE", CHANGE.as_str()),
        ("connection::KEEP", KEEP.as_str()),
    ]
}

statements! {
    KEYS_ERASE = "UPDATE connection SET party_key = NULL, address_key = NULL, content_key = NULL WHERE id = $1";
    NEAR = "SELECT id, n, applied_at, capacity, COALESCE(address_key, '') = $2, COALESCE(party_key, '') = $1 FROM connection WHERE (party_key = $1 OR address_key = $2) AND applied_at >= $3 AND applied_at <= $4 AND withdrawn_at IS NULL ORDER BY n LIMIT 50";
    TWIN = "SELECT id, n FROM connection WHERE party_key = $1 AND content_key = $2 AND applied_at >= $3 AND applied_at <= $4 ORDER BY n LIMIT 1";
    KEYS_OF = "SELECT party_key, address_key FROM connection WHERE id = $1";
    LATE = "UPDATE connection SET late_ms = $2 WHERE id = $1 AND late_ms < $2";
}

/// Lower ranks come first in the hall's queue: a special need before everything, then the due date. What waits for the
/// customer's word stands behind all that waits for the hall.
fn rank(m: &Matter, case: &Case) -> i64 {
    if m.stage.name() == StageName::Answered {
        return i64::MAX;
    }
    let due = m.due.as_ref().map_or(i64::MAX, |d| d.at.0);
    if case.flags.is_empty() { due } else { due - i64::MAX }
}

fn call_name(case: &Case) -> Option<&'static str> {
    match &case.calls.ended {
        Some((_, CallOutcome::Reached { .. })) => Some("reached"),
        Some((_, CallOutcome::Refused)) => Some("refused"),
        Some((_, CallOutcome::NotReached)) | None => (!case.calls.attempts.is_empty()).then_some("not_reached"),
    }
}

/// The day of application that the customer remembers, where it is another.
fn said(case: &Case) -> Option<String> {
    case.calls.other_day().map(|day| day.to_string())
}

fn flags(case: &Case) -> String {
    case.flags.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(" ")
}

/// Keyed hashes of connections about to be inserted.
#[derive(Default)]
struct Keys(HashMap<Uuid, [String; 3]>);

impl Tx {
    /// Writes the row of a connection beside its matter, with the number of one that is new; nothing for other matters.
    pub(crate) async fn put_case(&mut self, m: &Matter, n: Option<i64>) -> Result<(), StoreError> {
        let Some(case) = m.case.as_deref() else { return Ok(()) };
        let (touched, known) = (self.seq + 1, self.recorded_at.0);
        match n {
            Some(n) => {
                let keys = self.note::<Keys>().0.remove(&m.id.0);
                let row = Row { m, case, n, touched, keys: keys.as_ref(), known };
                self.conn.execute(PUT.as_str(), &inserted(&COLUMNS, |get| get(&row))).await?
            }
            None => {
                let row = Row { m, case, n: 0, touched, keys: None, known };
                self.conn.execute(KEEP.as_str(), &kept(&COLUMNS, m.id.0, known, |get| get(&row))).await?;
                let mut values = changed(&COLUMNS, m.id.0, |get| get(&row));
                values.push(known.into());
                self.conn.execute(CHANGE.as_str(), &values).await?
            }
        };
        Ok(())
    }

    /// Notes how long after it happened something of a case was recorded; the longest stays.
    pub(crate) async fn case_was_late(&mut self, id: MatterId, late_ms: i64) -> Result<(), StoreError> {
        exec!(&mut self.conn, LATE, id.0, late_ms)?;
        Ok(())
    }

    /// The keyed hashes of party, address and content by which split and doubled applications are found, of a connection
    /// that is inserted next.
    pub fn with_connection_keys(&mut self, id: MatterId, keys: [String; 3]) {
        self.note::<Keys>().0.insert(id.0, keys);
    }

    /// Forgets them.
    pub async fn erase_connection_keys(&mut self, id: MatterId) -> Result<(), StoreError> {
        exec!(&mut self.conn, KEYS_ERASE, id.0)?;
        Ok(())
    }
}

/// What the columns of a connection's row hold, as far as they follow from its events.
pub(crate) fn columns(m: &Matter) -> Option<serde_json::Map<String, serde_json::Value>> {
    let case = m.case.as_deref()?;
    let row = Row { m, case, n: 0, touched: 0, keys: None, known: 0 };
    Some(following(&COLUMNS, |get| get(&row)))
}

/// What is dated of a connection, as figures read it; nothing of another matter.
pub(crate) fn dated_of(m: &Matter) -> Option<Vec<serde_json::Value>> {
    let case = m.case.as_deref()?;
    let row = Row { m, case, n: 0, touched: 0, keys: None, known: 0 };
    Some(dated_values(&COLUMNS, |get| get(&row)))
}

/// Other applications of the party or at the address within `[from, to]`.
pub async fn near(
    conn: &mut Conn,
    party: &str,
    address: &str,
    from: Instant,
    to: Instant,
) -> Result<Vec<Split>, StoreError> {
    let rows = rows!(conn, (Uuid, i64, i64, i64, bool, bool), NEAR, party, address, from.0, to.0)?;
    Ok(rows
        .into_iter()
        .map(|(id, n, applied, watts, same_address, same_party)| Split {
            case: MatterId(id),
            n,
            applied: Instant(applied),
            capacity: Capacity::watts(watts),
            same_address,
            same_party,
        })
        .collect())
}

/// The same application of the party within `[from, to]`, and its number.
pub async fn twin(
    conn: &mut Conn,
    party: &str,
    content: &str,
    from: Instant,
    to: Instant,
) -> Result<Option<(MatterId, i64)>, StoreError> {
    Ok(row!(conn, (Uuid, i64), TWIN, party, content, from.0, to.0)?.map(|(id, n)| (MatterId(id), n)))
}

/// The keyed hashes of a case; none when erased.
pub async fn keys(conn: &mut Conn, id: MatterId) -> Result<Option<(String, String)>, StoreError> {
    let row = row!(conn, (Option<String>, Option<String>), KEYS_OF, id.0)?;
    Ok(row.and_then(|(p, a)| p.zip(a)))
}
