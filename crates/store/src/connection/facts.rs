//! What figures and leads read of connections: cases with power on as the domain's facts, and cases whose times look wrong.
//! It does not know how a figure is made.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::named;
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_domain::figure::connections::ConnectionFact;
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;

statements! {
    FACTS = "SELECT id, touched, class, district, unit_id, applied_at, energized_at, archived_at, d1, d3, d4, d5, handled_minutes, whole_minutes, visible_steps, on_time, saving, claim, satisfaction, rated_at, voice, call_outcome FROM connection WHERE energized_at IS NOT NULL AND touched >= $1 ORDER BY touched";
    // Those that have changed since: as they were known then, if they were known and had power.
    FACTS_THEN = "SELECT c.id, c.touched, p.class, p.district, p.unit_id, p.applied_at, p.energized_at, p.archived_at, p.d1, p.d3, p.d4, p.d5, p.handled_minutes, p.whole_minutes, p.visible_steps, p.on_time, p.saving, p.claim, p.satisfaction, p.rated_at, p.voice, p.call_outcome FROM connection_past p JOIN connection c ON c.id = p.id WHERE p.known_to > $1 AND p.known_from <= $1 AND p.energized_at IS NOT NULL";
    CHANGED = "SELECT id FROM connection WHERE known_from > $1 AND energized_at IS NOT NULL";
    // COALESCE hides the unit from the planner: leads are few, and walked in their own order.
    LATE_LEADS = "SELECT id, n, unit_id, applied_at, late_ms, said_applied FROM connection WHERE late_ms > 0 AND COALESCE(unit_id, unit_id) IN (SELECT id FROM unit WHERE path >= $1 AND path < $2) ORDER BY late_ms DESC, n DESC LIMIT $3";
    DAY_LEADS = "SELECT id, n, unit_id, applied_at, late_ms, said_applied FROM connection WHERE said_applied IS NOT NULL AND COALESCE(unit_id, unit_id) IN (SELECT id FROM unit WHERE path >= $1 AND path < $2) ORDER BY n DESC LIMIT $3";
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
    voice: Option<String>,
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
    voice,
    call_outcome
});

/// Cases with power on that were written at or after an event, as figures read them, with the event of each; in its
/// order. Who has read up to an event asks again from that event: nothing is missed, little is read twice.
pub async fn facts_since(conn: &mut Conn, touched: i64) -> Result<Vec<(i64, ConnectionFact)>, StoreError> {
    told(rows!(conn, FactRow, FACTS, touched)?)
}

/// Cases with power on that have changed since an instant, in the order of ids: as they were known then; nothing where they
/// were not, or had no power.
pub async fn facts_then(
    conn: &mut Conn,
    known: Instant,
) -> Result<Vec<(MatterId, Option<ConnectionFact>)>, StoreError> {
    let mut then: BTreeMap<MatterId, Option<ConnectionFact>> =
        rows!(&mut *conn, (Uuid,), CHANGED, known.0)?.into_iter().map(|r| (MatterId(r.0), None)).collect();
    if !then.is_empty() {
        let facts = told(rows!(conn, FactRow, FACTS_THEN, known.0)?)?;
        then.extend(facts.into_iter().map(|(_, f)| (f.id, Some(f))));
    }
    Ok(then.into_iter().collect())
}

fn told(rows: Vec<FactRow>) -> Result<Vec<(i64, ConnectionFact)>, StoreError> {
    use std::collections::HashSet;
    use std::sync::Arc;
    use yixian_domain::connection::{Class, Satisfaction};
    let mut districts: HashSet<Arc<str>> = HashSet::new();
    let days = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
    rows.into_iter()
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
                    voice: r.voice.map(|v| named("voice", &v)).transpose()?,
                    called: r.call_outcome.is_some(),
                },
            ))
        })
        .collect()
}
