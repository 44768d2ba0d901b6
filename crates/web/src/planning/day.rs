//! A leader's day in a plan: the stops with their times and why each is there, and a map of the route
//! made by the server. And the page of one place: why it is in the plan, or why not.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::planning::plan::{named_by, travel_words, why_words};
use crate::planning::plans as shared;
use crate::planning::plans::{PartChip, chips, clock, name_of};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::planning::document::{Gain, Route, Stop};
use yixian_domain::ids::*;
use yixian_domain::place::Point;

/// A stop of a day.
struct StopLine {
    n: usize,
    place: Uuid,
    name: String,
    href: String,
    times: String,
    drive: String,
    wait: Option<String>,
    points: u32,
    chips: Vec<PartChip>,
    tags: Vec<String>,
    visit: Option<VisitId>,
}

/// A dot of the map, in units of the picture.
struct Dot {
    x: i64,
    y: i64,
    n: String,
}

/// The route as a picture: north is up, lengths are straight lines.
struct Map {
    line: String,
    dots: Vec<Dot>,
    office: Option<(i64, i64)>,
    bar: i64,
    bar_label: String,
    alt: String,
}

const WIDE: f64 = 640.0;

const TALL: f64 = 420.0;

const EDGE: f64 = 46.0;

fn map(say: &Say, office: Option<Point>, stops: &[Option<Point>]) -> Option<Map> {
    let all: Vec<(f64, f64)> = office.iter().chain(stops.iter().flatten()).map(|p| p.degrees()).collect();
    if stops.iter().flatten().count() == 0 {
        return None;
    }
    let fold = |f: fn(f64, f64) -> f64, of: fn(&(f64, f64)) -> f64, start: f64| all.iter().map(of).fold(start, f);
    let (south, north) = (fold(f64::min, |p| p.0, 90.0), fold(f64::max, |p| p.0, -90.0));
    let (west, east) = (fold(f64::min, |p| p.1, 180.0), fold(f64::max, |p| p.1, -180.0));
    // Metres of a degree at this latitude, so that a kilometre is as long both ways.
    let (mid_lat, mid_lon) = (f64::midpoint(south, north), f64::midpoint(west, east));
    let shrink = mid_lat.to_radians().cos();
    let (wide, tall) = (((east - west) * shrink * 111_320.0).max(500.0), ((north - south) * 111_320.0).max(500.0));
    let scale = ((WIDE - 2.0 * EDGE) / wide).min((TALL - 2.0 * EDGE) / tall);
    let at = |p: Point| {
        let (lat, lon) = p.degrees();
        let x = WIDE / 2.0 + (lon - mid_lon) * shrink * 111_320.0 * scale;
        let y = TALL / 2.0 - (lat - mid_lat) * 111_320.0 * scale;
        (x.round() as i64, y.round() as i64)
    };
    let mut line: Vec<(i64, i64)> = office.map(at).into_iter().collect();
    line.extend(stops.iter().flatten().map(|p| at(*p)));
    line.extend(office.map(at));
    // The longest round length that a fifth of the picture holds.
    let room = WIDE / 5.0 / scale;
    let metres = [100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0]
        .into_iter()
        .rfind(|m| *m <= room)
        .unwrap_or(100.0);
    Some(Map {
        line: line.iter().map(|(x, y)| format!("{x},{y}")).collect::<Vec<_>>().join(" "),
        dots: stops
            .iter()
            .enumerate()
            .filter_map(|(i, p)| {
                let (x, y) = at((*p)?);
                Some(Dot { x, y, n: (i + 1).to_string() })
            })
            .collect(),
        office: office.map(at),
        bar: (metres * scale).round() as i64,
        bar_label: if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") },
        alt: say.t1("plan-map-alt", "n", stops.len() as i64),
    })
}

struct DayOf {
    title: String,
    id: String,
    sub: Vec<String>,
    stops: Vec<StopLine>,
    map: Option<Map>,
    begins: String,
    ends: String,
}

#[derive(Template)]
#[template(path = "planning/day.html")]
struct DayPage {
    f: Frame,
    plan: Uuid,
    number: String,
    leader: Uuid,
    name: String,
    unit: String,
    duty: String,
    short: bool,
    days: Vec<DayOf>,
    travel: String,
    guessed: bool,
    can_change: bool,
}

fn day_of(
    say: &Say,
    rules: &yixian_domain::planning::PlanningRules,
    places: &HashMap<PlaceId, yixian_domain::place::Place>,
    plan: Uuid,
    r: &Route,
) -> DayOf {
    let points: Vec<Option<Point>> = r.stops.iter().map(|s| places.get(&s.place).and_then(|p| p.point)).collect();
    let stops = r
        .stops
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let mut tags = Vec::new();
            if s.visit.is_some() {
                tags.push(say.t("plan-known"));
            }
            if s.pinned {
                tags.push(say.t("plan-pinned"));
            }
            if !s.announced {
                tags.push(say.t("visit-unannounced"));
            }
            StopLine {
                n: i + 1,
                place: s.place.0,
                name: places.get(&s.place).map_or_else(|| "—".to_owned(), |p| p.name.clone()),
                href: format!("/planning/plans/{plan}/place?place={}", s.place),
                times: format!("{}–{}", clock(say, s.begins), clock(say, s.ends)),
                drive: say.t1("plan-drive", "n", i64::from(s.drive)),
                wait: (s.begins > s.arrives + 5).then(|| say.t1("plan-wait", "n", i64::from(s.begins - s.arrives))),
                points: s.points,
                chips: chips(say, rules, s.place, &s.parts),
                tags,
                visit: s.visit.map(|v| v.0),
            }
        })
        .collect();
    let rule = say.of_or("shift", &r.rule);
    DayOf {
        title: format!("{} · {rule}", say.day(r.day)),
        id: r.day.to_string(),
        sub: vec![
            say.t1("planning-n-visits", "n", r.stops.len() as i64),
            format!("{} {}", say.t("plan-road"), shared::minutes(say, i64::from(r.travel))),
        ],
        stops,
        map: map(say, r.office, &points),
        begins: say.t1("plan-leaves", "time", clock(say, r.leaves)),
        ends: say.t1("plan-returns", "time", clock(say, r.returns)),
    }
}

/// `GET /planning/plans/{id}/day?leader=&day=`; without a day the leader's whole month.
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    uri: Uri,
) -> Page {
    let (say, app, q) = (&v.say, web.app(), query(uri.query()));
    let kept = app.plan(&v.actor, id).await?;
    let bad = |e| AppError::Invalid(vec![e]);
    let day = q.optional_day("day").map_err(bad)?;
    let wanted = q.optional::<Uuid>("leader", "person").map_err(bad)?.map(PersonId);
    // Without a name the first of the calendar.
    let leader = match wanted {
        Some(p) => Some(kept.doc.leaders.iter().find(|l| l.person == p).ok_or(AppError::NotFound("person"))?),
        None => kept.doc.leaders.first(),
    };
    let directory = app.directory().await?;
    let mut routes: Vec<&Route> = kept
        .doc
        .routes
        .iter()
        .filter(|r| leader.is_some_and(|l| l.person == r.person) && day.is_none_or(|d| r.day == d))
        .collect();
    routes.sort_by_key(|r| r.day);
    let mut places = HashMap::new();
    for s in routes.iter().flat_map(|r| &r.stops) {
        if let Ok(p) = app.place(&v.actor, s.place).await {
            places.insert(s.place, p);
        }
    }
    let rules = app.policies();
    let who = leader.map(|l| l.person);
    let planned = who.map_or(0, |p| kept.doc.visits_of(p));
    let page = DayPage {
        plan: id,
        number: shared::number(&kept.row),
        leader: who.map_or(Uuid::nil(), |p| p.0),
        name: who.map_or_else(|| "—".to_owned(), |p| name_of(&directory, p)),
        unit: who
            .and_then(|p| directory.person(p))
            .and_then(|p| directory.unit(p.unit))
            .map(|u| unit_name(say, u))
            .unwrap_or_default(),
        duty: leader
            .map(|l| say.t2("plan-duty-words", ("planned", planned as i64), ("owed", i64::from(l.owed))))
            .unwrap_or_default(),
        short: leader.is_some_and(|l| (planned as u32) < l.owed),
        days: routes.into_iter().map(|r| day_of(say, &rules.planning, &places, id, r)).collect(),
        travel: travel_words(say, &kept.doc.travel),
        guessed: kept.doc.travel.guessed(),
        can_change: kept.doc.last >= say.today(),
        f: Frame::of(&web, &v, "planning").await?,
    };
    show(&page)
}

#[derive(Template)]
#[template(path = "planning/place.html")]
struct PlacePage {
    f: Frame,
    plan: Uuid,
    number: String,
    place: Uuid,
    name: String,
    points: u32,
    chips: Vec<PartChip>,
    /// When and with whom, and where that is shown.
    planned: Option<(String, String)>,
    gain: Vec<(String, String)>,
    gain_total: String,
    why: Option<String>,
    can_change: bool,
}

fn gain_words(say: &Say, g: &Gain) -> Vec<(String, String)> {
    [
        ("priority", g.priority),
        ("duty", g.duty),
        ("weekly", g.weekly),
        ("spread", g.spread),
        ("stability", g.stability),
        ("travel", g.travel),
    ]
    .into_iter()
    .filter(|(_, n)| n.abs() > 0.004)
    .map(|(k, n)| (say.of("plan-part", k), format!("{n:+.1}")))
    .collect()
}

/// `GET /planning/plans/{id}/place?place=`
pub async fn why(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    uri: Uri,
) -> Page {
    let (say, app, q) = (&v.say, web.app(), query(uri.query()));
    let kept = app.plan(&v.actor, id).await?;
    let place = q.optional::<Uuid>("place", "place").map_err(|e| AppError::Invalid(vec![e]))?.map(PlaceId);
    let place = place
        .or_else(|| kept.doc.stops().next().map(|(_, s)| s.place))
        .or_else(|| kept.doc.left.first().map(|l| l.place))
        .ok_or(AppError::NotFound("place"))?;
    let at = app.place(&v.actor, place).await?;
    let directory = app.directory().await?;
    let rules = app.policies();
    let found: Option<(&Route, &Stop)> = kept.doc.stops().find(|(_, s)| s.place == place);
    let left = kept.doc.left.iter().find(|l| l.place == place);
    let parts = found.map(|(_, s)| &s.parts).or(left.map(|l| &l.parts)).cloned().unwrap_or_default();
    let gain = found.and_then(|(_, s)| s.gain);
    let names = app.place_names(&left.and_then(|l| named_by(&l.why)).into_iter().collect::<Vec<_>>()).await?;
    let page = PlacePage {
        plan: id,
        number: shared::number(&kept.row),
        place: place.0,
        name: at.name,
        points: found.map(|(_, s)| s.points).or(left.map(|l| l.points)).unwrap_or(0),
        chips: chips(say, &rules.planning, place, &parts),
        planned: found.map(|(r, s)| {
            (
                format!(
                    "{} · {} · {}–{}",
                    name_of(&directory, r.person),
                    say.day(r.day),
                    clock(say, s.begins),
                    clock(say, s.ends)
                ),
                format!("/planning/plans/{id}/day?leader={}&day={}", r.person, r.day),
            )
        }),
        gain: gain.map(|g| gain_words(say, &g)).unwrap_or_default(),
        gain_total: gain.map(|g| format!("{:+.1}", g.total())).unwrap_or_default(),
        why: match (found, left) {
            (Some(_), _) => None,
            (None, Some(l)) => Some(why_words(say, &directory, |p| names.get(&p).cloned().unwrap_or_default(), &l.why)),
            (None, None) => Some(say.t("whynot-not-asked")),
        },
        can_change: kept.doc.last >= say.today(),
        f: Frame::of(&web, &v, "planning").await?,
    };
    show(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dot_lies_inside_the_picture_wherever_the_places_lie() {
        let says = crate::door::say::Catalogues::of(crate::door::WORDS.into_iter().chain([crate::planning::WORDS]));
        let say = says.say(
            crate::door::say::Lang::Zh,
            yixian_domain::time::Zone::parse("Asia/Shanghai").expect("a zone"),
            yixian_domain::time::Instant(0),
        );
        let p = |lat: f64, lon: f64| Point::from_degrees(lat, lon);
        for (office, stops) in [
            (p(39.9, 116.4), vec![p(39.9, 116.4)]),
            (p(39.9, 116.4), vec![p(40.6, 116.0), p(39.5, 117.3)]),
            (None, vec![p(39.9, 116.4), p(39.9, 116.9)]),
            (p(-33.9, 18.4), vec![p(-34.1, 18.5), None]),
        ] {
            let m = map(&say, office, &stops).expect("a picture");
            for (x, y) in m.dots.iter().map(|d| (d.x, d.y)).chain(m.office) {
                assert!((0..=640).contains(&x) && (0..=420).contains(&y), "{x},{y}");
            }
            assert!(m.bar > 0 && m.bar <= 640);
        }
        assert!(map(&say, None, &[None]).is_none());
    }
}
