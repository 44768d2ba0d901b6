//! What outages add up to, as it is kept: by day and by month of each district, unit, level and kind, and by day of the whole
//! company. A sum is what its outages give, which [`hold`] recomputes from every row.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{day, named};
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::replay::{Checking, Holding};
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_domain::ids::UnitId;
use yixian_domain::outage::OutageFacts;
use yixian_domain::outage::sums::{Cell, Sums};
use yixian_domain::outage::year::{Counted, Days};
use yixian_domain::time::{Date, Zone};

/// Over what a sum goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// A day of each district, unit, level and kind.
    Day,
    /// A month of each.
    Month,
    /// A day of the company.
    Total,
}

impl Grain {
    fn as_str(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Month => "month",
            Grain::Total => "total",
        }
    }

    /// The days that its sums of a first day cover.
    fn last(self, first: Date) -> Date {
        match self {
            Grain::Day | Grain::Total => first,
            Grain::Month => first.last_of_month(),
        }
    }
}

/// Sums.
pub(crate) const TABLE: Table = table(
    "outage_sum",
    "grain, first_day, district, unit_id, level, kind",
    &[
        ("grain", Text),
        ("first_day", Text),
        ("district", Text),
        ("unit_id", Id),
        ("level", Text),
        ("kind", Text),
        ("events", Int),
        ("open", Int),
        ("sustained", Int),
        ("interruptions", Int),
        ("customer_seconds", Int),
    ],
);

/// What outages add up to by day, district, unit, level and kind. Sustained is longer than five minutes; seconds are whole, as the
/// domain counts them.
macro_rules! added_up {
    ($condition:literal) => {
        concat!(
            "SELECT 'day' AS grain, day AS first_day, district, unit_id, level, kind, COUNT(*) AS events, \
             CAST(SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS open, \
             CAST(SUM(CASE WHEN ended_at - started_at > 300000 THEN 1 ELSE 0 END) AS BIGINT) AS sustained, \
             CAST(SUM(CASE WHEN ended_at - started_at > 300000 THEN customers ELSE 0 END) AS BIGINT) AS interruptions, \
             CAST(SUM(CASE WHEN ended_at - started_at > 300000 THEN customers * ((ended_at - started_at) / 1000) ELSE 0 END) AS BIGINT) \
             AS customer_seconds FROM outage WHERE ",
            $condition,
            " GROUP BY day, district, unit_id, level, kind"
        )
    };
}

statements! {
    ADD = "INSERT INTO outage_sum (grain, first_day, district, unit_id, level, kind, events, open, sustained, interruptions, customer_seconds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (grain, first_day, district, unit_id, level, kind) DO UPDATE SET events = outage_sum.events + excluded.events, open = outage_sum.open + excluded.open, sustained = outage_sum.sustained + excluded.sustained, interruptions = outage_sum.interruptions + excluded.interruptions, customer_seconds = outage_sum.customer_seconds + excluded.customer_seconds";
    KEPT = "SELECT grain, first_day, district, unit_id, level, kind, events, open, sustained, interruptions, customer_seconds FROM outage_sum WHERE grain = $1 AND first_day >= $2 AND first_day <= $3 ORDER BY first_day, district, unit_id, level, kind";
    DAYS = "SELECT first_day, events, open, sustained, interruptions, customer_seconds FROM outage_sum WHERE grain = 'total' AND first_day >= $1 AND first_day <= $2";
    ALL_KEPT = "SELECT grain, first_day, district, unit_id, level, kind, events, open, sustained, interruptions, customer_seconds FROM outage_sum";
    GIVEN = added_up!("NOT voided");
    KNOWN = added_up!("started_at >= $1 AND started_at < $2 AND changed_at <= $3 AND NOT voided");
    FIRST_DAY = "SELECT first_day FROM outage_sum WHERE grain = 'total' ORDER BY first_day LIMIT 1";
}

/// What an outage adds to sums, or no longer adds.
#[derive(Clone, Copy)]
pub(super) struct Change<'a> {
    pub facts: &'a OutageFacts,
    pub adds: bool,
}

/// A row of the table, or of what the table should hold.
#[derive(Debug)]
pub(super) struct SumRow {
    grain: String,
    first_day: String,
    district: String,
    unit_id: Uuid,
    level: String,
    kind: String,
    events: i64,
    open: i64,
    sustained: i64,
    interruptions: i64,
    customer_seconds: i64,
}
columns!(SumRow {
    grain,
    first_day,
    district,
    unit_id,
    level,
    kind,
    events,
    open,
    sustained,
    interruptions,
    customer_seconds
});

/// A day of the company.
#[derive(Debug)]
struct DayRow {
    first_day: String,
    events: i64,
    open: i64,
    sustained: i64,
    interruptions: i64,
    customer_seconds: i64,
}
columns!(DayRow { first_day, events, open, sustained, interruptions, customer_seconds });

impl DayRow {
    fn sums(&self) -> Sums {
        Sums {
            events: self.events,
            open: self.open,
            sustained: self.sustained,
            interruptions: self.interruptions,
            customer_seconds: self.customer_seconds,
        }
    }
}

impl SumRow {
    fn sums(&self) -> Sums {
        Sums {
            events: self.events,
            open: self.open,
            sustained: self.sustained,
            interruptions: self.interruptions,
            customer_seconds: self.customer_seconds,
        }
    }

    /// The sums with whose they are.
    pub(super) fn counted(self, grain: Grain) -> Result<Counted, StoreError> {
        let first = day("day", &self.first_day)?;
        let sums = self.sums();
        let cell = Cell {
            district: self.district,
            unit: UnitId(self.unit_id),
            level: named("network level", &self.level)?,
            kind: named("kind of outage", &self.kind)?,
        };
        Ok(Counted { first, last: grain.last(first), cell, sums })
    }
}

/// The key of a sum: of a total, everything behind the day is empty.
type Key = (&'static str, String, String, Uuid, String, String);

fn keys(first: Date, cell: (&str, Uuid, &str, &str)) -> [Key; 3] {
    let (district, unit, level, kind) = cell;
    let of = |grain: Grain, from: Date| {
        let cell = (district.to_owned(), unit, level.to_owned(), kind.to_owned());
        (grain.as_str(), from.to_string(), cell.0, cell.1, cell.2, cell.3)
    };
    let total = (Grain::Total.as_str(), first.to_string(), String::new(), Uuid::nil(), String::new(), String::new());
    [of(Grain::Day, first), of(Grain::Month, first.first_of_month()), total]
}

/// Adds what outages add, and takes away what they add no longer.
pub(super) async fn put_sums<'a>(
    conn: &mut Conn,
    changes: impl IntoIterator<Item = Change<'a>>,
    zone: &Zone,
) -> Result<(), StoreError> {
    let mut all: BTreeMap<Key, Sums> = BTreeMap::new();
    for c in changes {
        let (f, sums) = (c.facts, Sums::of(c.facts));
        for key in keys(f.day(zone), (&f.district, f.unit.0, f.level.as_str(), f.kind.as_str())) {
            *all.entry(key).or_default() += if c.adds { sums } else { -sums };
        }
    }
    for ((grain, first, district, unit, level, kind), s) in all.into_iter().filter(|(_, s)| !s.is_zero()) {
        exec!(
            &mut *conn,
            ADD,
            grain,
            first,
            district,
            unit,
            level,
            kind,
            s.events,
            s.open,
            s.sustained,
            s.interruptions,
            s.customer_seconds
        )?;
    }
    Ok(())
}

/// The kept sums of some days or months of every district, unit, level and kind.
pub async fn sums(conn: &mut Conn, grain: Grain, first: Date, last: Date) -> Result<Vec<Counted>, StoreError> {
    let rows = rows!(conn, SumRow, KEPT, grain.as_str(), first.to_string(), last.to_string())?;
    rows.into_iter().map(|r| r.counted(grain)).collect()
}

/// The kept sums of the company's days.
pub async fn days(conn: &mut Conn, first: Date, last: Date) -> Result<Days, StoreError> {
    let rows = rows!(conn, DayRow, DAYS, first.to_string(), last.to_string())?;
    rows.into_iter().map(|r| Ok((day("day", &r.first_day)?, r.sums()))).collect()
}

/// The first day with an outage.
pub async fn first_day(conn: &mut Conn) -> Result<Option<Date>, StoreError> {
    row!(conn, (String,), FIRST_DAY)?.map(|(first,)| day("day", &first)).transpose()
}

/// Every sum is what the outages give.
pub(crate) fn hold<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut wanted: BTreeMap<Key, Sums> = BTreeMap::new();
        for r in rows!(&mut *conn, SumRow, GIVEN)? {
            let first = day("day", &r.first_day)?;
            for key in keys(first, (&r.district, r.unit_id, &r.level, &r.kind)) {
                *wanted.entry(key).or_default() += r.sums();
            }
        }
        let grain = |name: &str| [Grain::Day, Grain::Month, Grain::Total].into_iter().find(|g| g.as_str() == name);
        for r in rows!(&mut *conn, SumRow, ALL_KEPT)? {
            let sums = r.sums();
            let Some(g) = grain(&r.grain) else {
                holding.faults.add(0, format!("outage_sum has a grain that is none: {}", r.grain));
                continue;
            };
            let key = (g.as_str(), r.first_day, r.district, r.unit_id, r.level, r.kind);
            let want = wanted.remove(&key).unwrap_or_default();
            if want != sums {
                holding.faults.add(0, format!("outage_sum of {} is not what its outages give", name(&key)));
            }
        }
        for (key, _) in wanted.into_iter().filter(|(_, s)| !s.is_zero()) {
            holding.faults.add(0, format!("outage_sum of {} is missing", name(&key)));
        }
        Ok(())
    })
}

fn name((grain, first, district, unit, level, kind): &Key) -> String {
    let of = [district.as_str(), &unit.to_string(), level, kind].join(" ");
    if district.is_empty() { format!("{grain} {first}") } else { format!("{grain} {first} {of}") }
}
