//! Lists of outages, the newest beginning first, and what of them was known at an instant.

use super::sums::{Grain, KNOWN, SumRow};
use super::table::{read, read_text};
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::value::Value;
use crate::journal::event::EventRow;
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_domain::ids::UnitId;
use yixian_domain::outage::sums::{Cell, Sums};
use yixian_domain::outage::year::{Counted, Days};
use yixian_domain::outage::{NetworkLevel, Outage, OutageEvent, OutageFacts, OutageKind};
use yixian_domain::time::{Date, Instant, Time, Zone};

/// What a list of outages shows. Empty means no filter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// From one instant, before another.
    pub begun: Option<(Instant, Instant)>,
    /// District.
    pub district: Option<String>,
    /// Unit.
    pub unit: Option<UnitId>,
    /// Where in the network.
    pub level: Option<NetworkLevel>,
    /// Whether it was meant.
    pub kind: Option<OutageKind>,
    /// Only those that last.
    pub open: bool,
    /// Continue after this one.
    pub after: Option<(Instant, Uuid)>,
}

fn text(f: &Filter, limit: i64) -> (String, Vec<Value<'static>>) {
    let mut binds: Vec<Value<'static>> = Vec::new();
    let mut wheres = Vec::new();
    let mut bind = |b: Value<'static>| {
        binds.push(b);
        binds.len()
    };
    if let Some(d) = &f.district {
        wheres.push(format!("district = ${}", bind(Value::from(d.clone()))));
    }
    if let Some(u) = f.unit {
        wheres.push(format!("unit_id = ${}", bind(Value::from(u.0))));
    }
    if let Some(l) = f.level {
        wheres.push(format!("level = ${}", bind(Value::from(l.as_str()))));
    }
    if let Some(k) = f.kind {
        wheres.push(format!("kind = ${}", bind(Value::from(k.as_str()))));
    }
    if f.open {
        wheres.push("ended_at IS NULL AND NOT voided".to_owned());
    }
    if let Some((from, until)) = f.begun {
        let (i, j) = (bind(Value::from(from.0)), bind(Value::from(until.0)));
        wheres.push(format!("started_at >= ${i} AND started_at < ${j}"));
    }
    if let Some((at, id)) = f.after {
        let (i, j) = (bind(Value::from(at.0)), bind(Value::from(id)));
        wheres.push(format!("(started_at, id) < (${i}, ${j})"));
    }
    let l = bind(Value::from(limit));
    let wheres = if wheres.is_empty() { String::new() } else { format!("WHERE {} ", wheres.join(" AND ")) };
    (format!("{wheres}ORDER BY started_at DESC, id DESC LIMIT ${l}"), binds)
}

/// Outages, voided ones among them, the newest beginning first.
pub async fn list(conn: &mut Conn, f: &Filter, limit: i64) -> Result<Vec<Outage>, StoreError> {
    let (text, values) = text(f, limit);
    read(conn, &text, &values).await
}

statements! {
    NEWEST = "SELECT changed_at FROM outage ORDER BY changed_at DESC LIMIT 1";
}

/// Changed after it was first recorded, and since an instant at which it was known.
const CHANGED: &str = "WHERE changed_at > recorded_at AND changed_at > $1 AND recorded_at <= $1";
/// Those that count and have not changed since an instant.
const LISTED: &str =
    "WHERE started_at >= $1 AND started_at < $2 AND changed_at <= $3 AND NOT voided AND ended_at - started_at > 300000";
const OF_SOME: &str = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE kind = 'outage' AND record_id IN ({ids}) ORDER BY record_id, rev";

/// When what is known of outages last changed; nothing before the first.
pub async fn newest(conn: &mut Conn) -> Result<Option<Instant>, StoreError> {
    Ok(row!(conn, (i64,), NEWEST)?.map(|r| Instant(r.0)))
}

fn between(first: Date, last: Date, zone: &Zone) -> (Instant, Instant) {
    (zone.at(first, Time::midnight()), zone.end_of_day(last))
}

/// Outages that were known at an instant and have changed since, as they stood then: each event says what stood before it.
async fn changed_since(conn: &mut Conn, at: Instant) -> Result<Vec<(Uuid, OutageFacts)>, StoreError> {
    let changed = read(conn, CHANGED, &values![at.0]).await?;
    let ids: Vec<Uuid> = changed.iter().map(|o| o.id).collect();
    let events = conn.fetch_among::<EventRow>(OF_SOME, &ids).await?;
    let mut then = Vec::new();
    for own in events.chunk_by(|a, b| a.record_id == b.record_id) {
        let Some(next) = own.iter().find(|e| e.recorded_at > at.0) else { continue };
        then.extend(next.read::<OutageEvent>()?.before().map(|f| (next.record_id, f.clone())));
    }
    Ok(then)
}

/// The sums of days from one to another as they were known at an instant: of rows that have not changed since, and of the
/// others as they stood.
pub async fn known_sums(
    conn: &mut Conn,
    (first, last): (Date, Date),
    at: Instant,
    zone: &Zone,
) -> Result<Vec<Counted>, StoreError> {
    let (from, until) = between(first, last, zone);
    let rows = rows!(&mut *conn, SumRow, KNOWN, from.0, until.0, at.0)?;
    let mut all: BTreeMap<(Date, Cell), Sums> = BTreeMap::new();
    for r in rows {
        let c = r.counted(Grain::Day)?;
        *all.entry((c.first, c.cell)).or_default() += c.sums;
    }
    for (_, f) in changed_since(conn, at).await? {
        if from <= f.start && f.start < until {
            *all.entry((f.day(zone), Cell::of(&f))).or_default() += Sums::of(&f);
        }
    }
    Ok(all.into_iter().map(|((day, cell), sums)| Counted { first: day, last: day, cell, sums }).collect())
}

/// The company's days of such sums.
pub fn days_of(sums: &[Counted]) -> Days {
    let mut days = Days::new();
    for c in sums {
        *days.entry(c.first).or_default() += c.sums;
    }
    days
}

/// The outages that count, from one day to another, as they were known at an instant.
pub async fn known(
    conn: &mut Conn,
    (first, last): (Date, Date),
    at: Instant,
    zone: &Zone,
) -> Result<Vec<(Uuid, OutageFacts)>, StoreError> {
    let (from, until) = between(first, last, zone);
    let now = read(conn, LISTED, &values![from.0, until.0, at.0]).await?;
    let mut all: Vec<(Uuid, OutageFacts)> = now.into_iter().map(|o| (o.id, o.facts)).collect();
    let then = changed_since(conn, at).await?;
    all.extend(then.into_iter().filter(|(_, f)| from <= f.start && f.start < until && Sums::of(f).sustained > 0));
    Ok(all)
}

/// Every text a list can become, for the test that holds them against the size of a company.
pub fn list_texts() -> Vec<String> {
    let (after, district) = (Some((Instant(0), Uuid::nil())), Some("海淀区".to_owned()));
    let all = [
        Filter::default(),
        Filter { after, ..Filter::default() },
        Filter { begun: Some((Instant(0), Instant(1))), after, ..Filter::default() },
        Filter { district, after, ..Filter::default() },
        Filter { level: Some(NetworkLevel::High), after, ..Filter::default() },
        Filter { kind: Some(OutageKind::Planned), after, ..Filter::default() },
        Filter { unit: Some(UnitId(Uuid::nil())), after, ..Filter::default() },
        Filter { open: true, after, ..Filter::default() },
    ];
    all.iter().map(|f| read_text(&text(f, 50).0)).chain([CHANGED, LISTED].map(read_text)).collect()
}
