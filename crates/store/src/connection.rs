//! Connections: a row of columns beside the matter, written whenever the matter is. The columns are derived here and
//! nowhere else; a case itself lies in the matter's body. What may be erased (keyed hashes of party and address, which
//! find split applications) is set once and follows from no event.

use crate::db::Conn;
use crate::error::StoreError;
use crate::matter::uuid_of;
use crate::org::name_of;
use uuid::Uuid;
use yixian_domain::connection::clock::Measured;
use yixian_domain::connection::eligible::Split;
use yixian_domain::connection::{CallOutcome, Capacity, Case, Cost};
use yixian_domain::figure::connections::ConnectionFact;
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, StageName};
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;

statements! {
    PUT = "INSERT INTO connection (id, class, district, unit_id, raiser, recorder, handler, doer, capacity, step, flags, is_open, rank, eligible, overridden, works, applied_at, accepted_at, energized_at, archived_at, withdrawn_at, d1, d2, d3, d4, d5, d6, handled_minutes, whole_minutes, visible_steps, on_time, paid, saving, claim, satisfaction, rated_at, call_outcome, call_attempts, said_applied, touched, stage, n, party_key, address_key, content_key, late_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, 0)";
    CHANGE = "UPDATE connection SET class = $2, district = $3, unit_id = $4, raiser = $5, recorder = $6, handler = $7, doer = $8, capacity = $9, step = $10, flags = $11, is_open = $12, rank = $13, eligible = $14, overridden = $15, works = $16, applied_at = $17, accepted_at = $18, energized_at = $19, archived_at = $20, withdrawn_at = $21, d1 = $22, d2 = $23, d3 = $24, d4 = $25, d5 = $26, d6 = $27, handled_minutes = $28, whole_minutes = $29, visible_steps = $30, on_time = $31, paid = $32, saving = $33, claim = $34, satisfaction = $35, rated_at = $36, call_outcome = $37, call_attempts = $38, said_applied = $39, touched = $40, stage = $41 WHERE id = $1";
    KEYS_ERASE = "UPDATE connection SET party_key = NULL, address_key = NULL, content_key = NULL WHERE id = $1";
    NEAR = "SELECT id, n, applied_at, capacity, COALESCE(address_key, '') = $2, COALESCE(party_key, '') = $1 FROM connection WHERE (party_key = $1 OR address_key = $2) AND applied_at >= $3 AND applied_at <= $4 AND withdrawn_at IS NULL ORDER BY n LIMIT 50";
    TWIN = "SELECT id, n FROM connection WHERE party_key = $1 AND content_key = $2 AND applied_at >= $3 AND applied_at <= $4 ORDER BY n LIMIT 1";
    KEYS_OF = "SELECT party_key, address_key FROM connection WHERE id = $1";
    FACTS = "SELECT id, touched, class, district, unit_id, applied_at, energized_at, archived_at, d1, d3, d4, d5, handled_minutes, whole_minutes, visible_steps, on_time, saving, claim, satisfaction, rated_at, call_outcome FROM connection WHERE energized_at IS NOT NULL AND touched >= $1 ORDER BY touched";
    LATE = "UPDATE connection SET late_ms = $2 WHERE id = $1 AND late_ms < $2";
    // COALESCE hides the unit from the planner: leads are few, and walked in their own order.
    LATE_LEADS = "SELECT id, n, unit_id, applied_at, late_ms, said_applied FROM connection WHERE late_ms > 0 AND COALESCE(unit_id, unit_id) IN (SELECT id FROM unit WHERE path >= $1 AND path < $2) ORDER BY late_ms DESC, n DESC LIMIT $3";
    DAY_LEADS = "SELECT id, n, unit_id, applied_at, late_ms, said_applied FROM connection WHERE said_applied IS NOT NULL AND COALESCE(unit_id, unit_id) IN (SELECT id FROM unit WHERE path >= $1 AND path < $2) ORDER BY n DESC LIMIT $3";
    CODE = "SELECT code_hash, sent_at, day, sent_today, tries FROM phone_code WHERE phone_key = $1";
    CODE_PUT = "INSERT INTO phone_code (phone_key, code_hash, sent_at, day, sent_today, tries) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (phone_key) DO UPDATE SET code_hash = excluded.code_hash, sent_at = excluded.sent_at, day = excluded.day, sent_today = excluded.sent_today, tries = 0";
    CODE_TRIED = "UPDATE phone_code SET tries = tries + 1 WHERE phone_key = $1";
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

impl crate::Tx {
    /// Writes the columns of a connection beside its matter; nothing for other matters.
    pub(crate) async fn put_case(&mut self, m: &Matter, n: Option<i64>) -> Result<(), StoreError> {
        let Some(case) = m.case.as_deref() else { return Ok(()) };
        let days = case.measured.as_ref().map(|x| x.days);
        let measured = case.measured.as_ref();
        // The event that comes next; later writes have later ones.
        let touched = self.seq + 1;
        let keys = n.and_then(|_| self.connection_keys.remove(&m.id.0));
        macro_rules! put {
            ($sql:expr $(, $more:expr)*) => {
                exec!(&mut self.conn, $sql,
                    m.id.0, case.class.as_str(), &case.asked.district, m.unit.0,
                    uuid_of(&m.raised.by), uuid_of(&m.raised.recorded_by), m.handler.map(|h| h.0), m.doer.as_ref().and_then(uuid_of), case.asked.capacity.in_watts(), case.step().map(|s| s.code.as_str()),
                    flags(case), m.is_open(), rank(m, case), case.eligibility.stands(), case.eligibility.overridden.is_some(), case.works,
                    m.raised.at.0, case.accepted.map(|t| t.0), case.energized.map(|t| t.0), case.archived.map(|t| t.0), case.withdrawn.map(|t| t.0),
                    days.map(|d| d.d1_elapsed), days.map(|d| d.d2_inclusive), days.map(|d| d.d3_working), days.map(|d| d.d4_net_working), days.map(|d| d.d5_handled), days.map(|d| d.d6_world_bank),
                    measured.map(|x| x.handled_minutes), measured.map(|x| x.whole_minutes), measured.map(|x| i64::from(x.visible_steps)), measured.and_then(Measured::on_time),
                    case.cost.as_ref().map(|c| c.paid.0), case.cost.as_ref().map(|c| c.saving().0), case.cost.as_ref().map(|c| c.counterfactual.is_claim()),
                    case.rating.as_ref().map(|r| r.satisfaction.as_str()), case.rating.as_ref().map(|r| r.at.0), call_name(case), case.calls.attempts.len() as i64, said(case),
                    touched, m.stage.name().as_str()
                    $(, $more)*)?
            };
        }
        let key = |i: usize| keys.as_ref().map(|k| k[i].as_str());
        match n {
            Some(n) => put!(PUT, n, key(0), key(1), key(2)),
            None => put!(CHANGE),
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
        self.connection_keys.insert(id.0, keys);
    }

    /// Forgets them.
    pub async fn erase_connection_keys(&mut self, id: MatterId) -> Result<(), StoreError> {
        exec!(&mut self.conn, KEYS_ERASE, id.0)?;
        Ok(())
    }

    /// Notes a code sent to a phone.
    pub async fn put_phone_code(&mut self, phone_key: &str, row: &PhoneCode) -> Result<(), StoreError> {
        exec!(&mut self.conn, CODE_PUT, phone_key, &row.code_hash, row.sent_at, &row.day, row.sent_today)?;
        Ok(())
    }

    /// Notes a try at a code.
    pub async fn phone_code_tried(&mut self, phone_key: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, CODE_TRIED, phone_key)?;
        Ok(())
    }
}

/// A code sent to a phone.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct PhoneCode {
    pub code_hash: String,
    pub sent_at: i64,
    pub day: String,
    pub sent_today: i64,
    pub tries: i64,
}
columns!(PhoneCode { code_hash, sent_at, day, sent_today, tries });

/// The last code sent to a phone.
pub async fn phone_code(conn: &mut Conn, phone_key: &str) -> Result<Option<PhoneCode>, StoreError> {
    Ok(row!(conn, PhoneCode, CODE, phone_key)?)
}

/// What the columns of a connection's row hold, as far as they follow from its events.
pub(crate) fn columns(m: &Matter) -> Option<serde_json::Map<String, serde_json::Value>> {
    let case = m.case.as_deref()?;
    let x = case.measured.as_ref();
    let d = x.map(|x| x.days);
    let fields = serde_json::json!({
        "class": case.class, "district": case.asked.district, "unit_id": m.unit,
        "raiser": uuid_of(&m.raised.by), "recorder": uuid_of(&m.raised.recorded_by), "handler": m.handler, "doer": m.doer.as_ref().and_then(uuid_of), "capacity": case.asked.capacity, "step": case.step().map(|s| s.code.clone()), "flags": flags(case),
        "stage": m.stage.name().as_str(), "is_open": m.is_open(), "rank": rank(m, case), "eligible": case.eligibility.stands(), "overridden": case.eligibility.overridden.is_some(), "works": case.works,
        "applied_at": m.raised.at, "accepted_at": case.accepted, "energized_at": case.energized, "archived_at": case.archived, "withdrawn_at": case.withdrawn,
        "d1": d.map(|d| d.d1_elapsed), "d2": d.map(|d| d.d2_inclusive), "d3": d.map(|d| d.d3_working), "d4": d.map(|d| d.d4_net_working), "d5": d.map(|d| d.d5_handled), "d6": d.map(|d| d.d6_world_bank),
        "handled_minutes": x.map(|x| x.handled_minutes), "whole_minutes": x.map(|x| x.whole_minutes), "visible_steps": x.map(|x| x.visible_steps), "on_time": x.and_then(Measured::on_time),
        "paid": case.cost.as_ref().map(|c| c.paid), "saving": case.cost.as_ref().map(Cost::saving), "claim": case.cost.as_ref().map(|c| c.counterfactual.is_claim()),
        "satisfaction": case.rating.as_ref().map(|r| name_of(r.satisfaction)), "rated_at": case.rating.as_ref().map(|r| r.at), "call_outcome": call_name(case), "call_attempts": case.calls.attempts.len(), "said_applied": said(case),
    });
    match fields {
        serde_json::Value::Object(fields) => Some(fields),
        _ => None,
    }
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

/// A case whose entry was late, or whose customer remembers another day.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct LeadRow {
    pub id: Uuid,
    pub n: i64,
    pub unit_id: Uuid,
    pub applied_at: i64,
    pub late_ms: i64,
    pub said_applied: Option<String>,
}
columns!(LeadRow { id, n, unit_id, applied_at, late_ms, said_applied });

/// Cases with a late entry, the latest first; and cases whose customers remember another day of application, the newest
/// first. Of the units given and everything below them; at most `limit` of either.
pub async fn leads(
    conn: &mut Conn,
    units: &[UnitPath],
    limit: i64,
) -> Result<(Vec<LeadRow>, Vec<LeadRow>), StoreError> {
    let (mut late, mut other_day) = (Vec::new(), Vec::new());
    for unit in units {
        let end = format!("{}\u{10ffff}", unit.as_str());
        late.extend(rows!(&mut *conn, LeadRow, LATE_LEADS, unit.as_str(), &end, limit)?);
        other_day.extend(rows!(&mut *conn, LeadRow, DAY_LEADS, unit.as_str(), &end, limit)?);
    }
    late.sort_by_key(|r| std::cmp::Reverse((r.late_ms, r.n)));
    other_day.sort_by_key(|r| std::cmp::Reverse(r.n));
    let most = usize::try_from(limit).unwrap_or_default();
    late.truncate(most);
    other_day.truncate(most);
    Ok((late, other_day))
}

struct FactRow {
    id: Uuid,
    touched: i64,
    class: String,
    district: String,
    unit_id: Uuid,
    applied_at: i64,
    energized_at: Option<i64>,
    archived_at: Option<i64>,
    d1: Option<i64>,
    d3: Option<i64>,
    d4: Option<i64>,
    d5: Option<i64>,
    handled_minutes: Option<i64>,
    whole_minutes: Option<i64>,
    visible_steps: Option<i64>,
    on_time: Option<bool>,
    saving: Option<i64>,
    claim: Option<bool>,
    satisfaction: Option<String>,
    rated_at: Option<i64>,
    call_outcome: Option<String>,
}
columns!(FactRow {
    id,
    touched,
    class,
    district,
    unit_id,
    applied_at,
    energized_at,
    archived_at,
    d1,
    d3,
    d4,
    d5,
    handled_minutes,
    whole_minutes,
    visible_steps,
    on_time,
    saving,
    claim,
    satisfaction,
    rated_at,
    call_outcome
});

/// Cases with power on that were written at or after an event, as figures read them, with the event of each; in its
/// order. Who has read up to an event asks again from that event: nothing is missed, little is read twice.
pub async fn facts_since(conn: &mut Conn, touched: i64) -> Result<Vec<(i64, ConnectionFact)>, StoreError> {
    use std::collections::HashSet;
    use std::sync::Arc;
    use yixian_domain::connection::{Class, Satisfaction};
    let mut districts: HashSet<Arc<str>> = HashSet::new();
    let days = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
    rows!(conn, FactRow, FACTS, touched)?
        .into_iter()
        .map(|r| {
            let district = districts.get(r.district.as_str()).cloned().unwrap_or_else(|| {
                let d: Arc<str> = r.district.as_str().into();
                districts.insert(d.clone());
                d
            });
            Ok((
                r.touched,
                ConnectionFact {
                    id: MatterId(r.id),
                    class: Class::parse(&r.class).ok_or_else(|| StoreError::corrupt("class", &r.class))?,
                    district,
                    unit: UnitId(r.unit_id),
                    applied_at: Instant(r.applied_at),
                    energized_at: r.energized_at.map(Instant),
                    archived_at: r.archived_at.map(Instant),
                    elapsed_days: days(r.d1),
                    working_days: days(r.d3),
                    net_days: days(r.d4),
                    handled_days: days(r.d5),
                    handled_minutes: days(r.handled_minutes),
                    whole_minutes: days(r.whole_minutes),
                    visible_steps: days(r.visible_steps),
                    on_time: r.on_time,
                    saving: r.saving,
                    claim: r.claim.unwrap_or(false),
                    satisfaction: r
                        .satisfaction
                        .as_deref()
                        .map(|s| Satisfaction::parse(s).ok_or_else(|| StoreError::corrupt("satisfaction", s)))
                        .transpose()?,
                    rated_at: r.rated_at.map(Instant),
                    called: r.call_outcome.is_some(),
                },
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    const COLUMNS: [&str; 45] = [
        "class",
        "district",
        "unit_id",
        "raiser",
        "recorder",
        "handler",
        "doer",
        "capacity",
        "step",
        "flags",
        "is_open",
        "rank",
        "eligible",
        "overridden",
        "works",
        "applied_at",
        "accepted_at",
        "energized_at",
        "archived_at",
        "withdrawn_at",
        "d1",
        "d2",
        "d3",
        "d4",
        "d5",
        "d6",
        "handled_minutes",
        "whole_minutes",
        "visible_steps",
        "on_time",
        "paid",
        "saving",
        "claim",
        "satisfaction",
        "rated_at",
        "call_outcome",
        "call_attempts",
        "said_applied",
        "touched",
        "stage",
        "n",
        "party_key",
        "address_key",
        "content_key",
        "late_ms",
    ];

    #[test]
    fn both_texts_write_the_same_columns() {
        let between = |text: &str, a: &str, b: &str| {
            text.split_once(a).and_then(|t| t.1.split_once(b)).map(|t| t.0.to_owned()).unwrap_or_default()
        };
        let put: Vec<String> = between(super::PUT, "(id, ", ")").split(", ").map(str::to_owned).collect();
        assert_eq!(put, COLUMNS);
        for (i, name) in COLUMNS.iter().take(40).enumerate() {
            assert!(super::CHANGE.contains(&format!("{name} = ${}", i + 2)), "{name}");
        }
    }
}
