//! What a plan is made from, read in one go: places with what lies there, who owes how much, what is
//! planned already. Nothing is decided here.

use super::document::PlanDoc;
use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::duty::{Campaign, Exemption, FinishedVisit, Inputs, Month, Post, Reason, campaigns};
use yixian_domain::figure::{Frame, Period};
use yixian_domain::ids::*;
use yixian_domain::org::{Person, UnitPath};
use yixian_domain::place::Place;
use yixian_domain::planning::{PlaceFacts, Priority, Seen, priority};
use yixian_domain::tier::Tier;
use yixian_domain::time::{Date, Instant};
use yixian_store::facts::Held;
use yixian_store::plan::Known;
use yixian_store::{StoreError, facts, org, plan};

/// How far back a promise that was kept still wants to be seen.
const PROMISE_MS: i64 = 120 * 86_400_000;

pub(crate) struct Facts {
    /// Places that somebody of the unit answers for, by code.
    pub places: Vec<Place>,
    /// What each of them is worth.
    pub priorities: HashMap<PlaceId, Priority>,
    /// Places seen in the month already.
    pub seen: HashMap<PlaceId, Date>,
    /// Who could go, by code.
    pub leaders: Vec<Person>,
    /// Approved exemptions of the month.
    pub exemptions: Vec<Exemption>,
    /// Visits of each leader in the month that count.
    pub made: HashMap<PersonId, u32>,
    /// Days on which each leader went.
    pub went: HashMap<PersonId, Vec<Date>>,
    /// What is planned for the days that may change, whoever goes.
    pub planned: Vec<Known>,
    /// Where every unit's people start.
    pub offices: HashMap<UnitId, yixian_domain::place::Point>,
}

/// The places a plan of a unit may name: all of the company's for its root, else those its units answer for.
fn in_sight(place: &Place, root: bool, within: impl Fn(UnitId) -> bool) -> bool {
    match place.unit {
        Some(unit) => within(unit),
        None => root,
    }
}

pub(crate) async fn load(
    app: &App,
    unit: UnitId,
    month: Month,
    first: Date,
    as_of: Instant,
) -> Result<Facts, AppError> {
    let directory = app.directory().await?;
    let path = directory.unit(unit).ok_or(AppError::NotFound("unit"))?.path.clone();
    let within = |u: UnitId| directory.unit(u).is_some_and(|u| path.contains(&u.path));
    let policies = app.policies();
    let (zone, last) = (&policies.zone, month.last());
    let mut conn = app.store().read().await?;

    let all = plan::places(&mut conn).await?;
    let root = path.depth() == 1;
    let mut matters: HashMap<PlaceId, Vec<Seen>> = HashMap::new();
    for m in plan::matters(&mut conn, as_of.plus_millis(-PROMISE_MS)).await? {
        let seen = Seen {
            id: MatterId(m.id),
            kind: m.matter_kind()?,
            open: m.is_open,
            due: m.due_at.map(Instant),
            solved: m.solved_at.map(Instant),
            paused: m.paused,
            promised: m.visit_id.is_some() && !m.on_the_spot,
        };
        matters.entry(PlaceId(m.place_id)).or_default().push(seen);
    }
    let mut last_seen = HashMap::new();
    for (place, visit, at) in plan::last_visits(&mut conn).await? {
        last_seen.insert(place, (visit, at));
    }
    let offices = offices(&all, directory.units().map(|u| (u.id, &u.path)));
    let places: Vec<Place> = all.into_iter().filter(|p| in_sight(p, root, within)).collect();
    let priorities = places
        .iter()
        .map(|p| {
            let own = matters.get(&p.id).map_or(&[][..], Vec::as_slice);
            let facts = PlaceFacts { place: p, matters: own, last: last_seen.get(&p.id).copied() };
            (p.id, priority(facts, &policies.planning, first, last, as_of, zone))
        })
        .collect();
    // Of a month that is over, what happened in the days that are planned anew has not happened yet.
    let over = last < zone.date_of(as_of);
    let happened = |day: Date| !over || day < first;
    let seen = last_seen
        .iter()
        .map(|(p, (_, at))| (*p, zone.date_of(*at)))
        .filter(|(_, d)| *d >= month.first() && happened(*d))
        .collect();

    let serves = |p: &Person| p.duty && p.from.is_none_or(|a| a <= last) && p.to.is_none_or(|b| first <= b);
    let mut leaders: Vec<Person> = directory.people().filter(|p| serves(p) && within(p.unit)).cloned().collect();
    leaders.sort_by(|a, b| a.code.cmp(&b.code));

    let reason = |text: &str| match text {
        "leave" => Reason::Leave,
        "business_trip" => Reason::BusinessTrip,
        _ => Reason::Other,
    };
    let exemptions: Vec<Exemption> = org::exemptions(&mut conn, month.first(), last, as_of)
        .await?
        .into_iter()
        .map(|(person, from, to, why)| Exemption { person, from, to, reason: reason(&why) })
        .collect();

    let frame = Frame::new(Period::month(month), as_of, zone);
    let known = facts::places(&mut conn, as_of).await?;
    let post = |p: PersonId, _| {
        let p = directory.person(p)?;
        let tier = Tier::of(p.level, directory.unit(p.unit)?.kind);
        Some(Held { level: p.level, unit: p.unit, tier, specialty: p.specialty })
    };
    let finished: Vec<FinishedVisit> = facts::visits(&mut conn, "", &frame, &known, post)
        .await?
        .iter()
        .filter_map(|v| v.finished_visit(zone))
        .filter(|v| happened(v.day))
        .collect();
    let posts: Vec<Post> = leaders
        .iter()
        .map(|p| Post { person: p.id, unit: p.unit, level: p.level, duty: true, from: p.from, to: p.to })
        .collect();
    let sheet = campaigns(
        &Inputs { posts: &posts, exemptions: &exemptions, visits: &finished },
        &policies.settings_book.known(as_of),
        &[month],
        as_of,
        zone,
    );
    let made = sheet.iter().map(|c| (c.person, Campaign::count(c))).collect();
    let mut went: HashMap<PersonId, Vec<Date>> = HashMap::new();
    for v in &finished {
        for p in &v.bearers {
            went.entry(*p).or_default().push(v.day);
        }
    }
    let planned = plan::planned(&mut conn, first, last).await?;
    Ok(Facts { places, priorities, seen, leaders, exemptions, made, went, planned, offices })
}

/// Where a unit's people start: its station or hall, else the middle of the places it answers for with everything below
/// it, else where the unit above starts.
fn offices<'a>(
    places: &[Place],
    units: impl Iterator<Item = (UnitId, &'a UnitPath)>,
) -> HashMap<UnitId, yixian_domain::place::Point> {
    use yixian_domain::place::{PlaceKind, Point};
    let units: Vec<(UnitId, &UnitPath)> = units.collect();
    let path_of: HashMap<UnitId, &UnitPath> = units.iter().copied().collect();
    let mut out: HashMap<UnitId, Point> = HashMap::new();
    let mut sums: HashMap<&str, (i64, i64, i64)> = HashMap::new();
    for p in places {
        let (Some(point), Some(path)) = (p.point, p.unit.and_then(|u| path_of.get(&u))) else { continue };
        let text = path.as_str();
        for (i, _) in text.match_indices('/').skip(1) {
            let s = sums.entry(&text[..=i]).or_default();
            *s = (s.0 + i64::from(point.lat), s.1 + i64::from(point.lon), s.2 + 1);
        }
        if p.kind == PlaceKind::Station
            && let Some(unit) = p.unit
        {
            out.entry(unit).or_insert(point);
        }
    }
    // Parents come before children, so that who has nothing of his own takes what is above.
    for (id, path) in &units {
        if out.contains_key(id) {
            continue;
        }
        let own = sums.get(path.as_str()).map(|(lat, lon, n)| Point { lat: (lat / n) as i32, lon: (lon / n) as i32 });
        let above = || {
            units
                .iter()
                .filter(|(u, p)| u != id && p.contains(path))
                .max_by_key(|(_, p)| p.depth())
                .and_then(|(u, _)| out.get(u).copied())
        };
        if let Some(point) = own.or_else(above) {
            out.insert(*id, point);
        }
    }
    out
}

pub(crate) async fn document(conn: &mut yixian_store::Conn, id: Uuid) -> Result<PlanDoc, AppError> {
    let text = plan::body(conn, id).await?.ok_or(AppError::NotFound("plan"))?;
    serde_json::from_str(&text).map_err(|e| StoreError::corrupt("plan", e).into())
}

/// The first day a plan of the month may change.
pub(crate) fn first_day(app: &App, month: Month, from: Option<Date>) -> Date {
    let today = app.policies().zone.date_of(app.clock().now());
    // A month that is over is planned whole, for study.
    let open = if month.last() < today { month.first() } else { today };
    from.unwrap_or(open).max(month.first())
}
