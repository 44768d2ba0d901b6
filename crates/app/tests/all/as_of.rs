//! Figures of the past do not move: what was said as of an instant is said again after any number of changes of every kind, byte for byte,
//! and is what the events recorded until then give when they are replayed by other code. With seeds, on both engines.

use super::golden::{open, tell_the_loop};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use yixian_app::App;
use yixian_app::backup::restore;
use yixian_app::domain::access::Actor;
use yixian_app::domain::duty::{Recorded, posts, specialty_on};
use yixian_app::domain::figure::{
    Dimension, Facts, Family, Figure, FigureCode, Frame, MatterFact, PlaceFact, VisitFact,
};
use yixian_app::domain::ids::*;
use yixian_app::domain::matter::{Happened, Matter, MatterEvent, MatterKind, Origin};
use yixian_app::domain::org::Level;
use yixian_app::domain::place::Place;
use yixian_app::domain::tier::Tier;
use yixian_app::domain::time::Instant;
use yixian_app::domain::visit::{Visit, VisitEvent, VisitState};
use yixian_app::store::ledger;
use yixian_app::store::ledger::EventRow;
use yixian_testkit::{Engine, Fresh, id};

/// Chance that repeats (a multiplier of Knuth's).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

const UNITS: [u64; 4] = [400, 401, 402, 403];
const PERIOD: &str = "2018-05";
/// Several months, whose matters are each counted once.
const QUARTER: &str = "2018-04..2018-06";

/// Records there are to change.
struct Records {
    matters: Vec<Uuid>,
    visits: Vec<Uuid>,
}

/// A change of any kind; most are allowed at some moment, and which are is not asked here.
fn change(c: &mut Chance, r: &mut Records, app: &App, now: Instant) -> Value {
    let (place, person) = (600 + c.below(12) as u64, 500 + c.below(6) as u64);
    let unit = *c.of(&UNITS[1..]);
    let (matter, visit) = (*c.of(&r.matters), *c.of(&r.visits));
    let day = |n: usize| format!("2018-05-{:02}", n % 28 + 1);
    let new = app.mint().uuid(now);
    match c.below(28) {
        0..3 => {
            let kind = *c.of(&["construction_site", "village", "customer", "government"]);
            let area = *c.of(&["urban", "suburban", "remote"]);
            let district = *c.of(&["朝阳区", "海淀区", "昌平区"]);
            json!({ "do": "put_place", "place": id(place), "code": format!("P{:02}", place - 600), "name": format!("改名{}", c.below(99)), "kind": kind,
                "district": district, "area": area, "unit": id(unit) })
        }
        3..5 => {
            let level = *c.of(&["staff", "unit_head", "department_head", "leadership_team"]);
            json!({ "do": "put_person", "person": id(person), "code": format!("P{person}"), "name": format!("人{}", c.below(99)), "unit": id(unit),
                "level": level, "specialty": "marketing", "duty": c.below(3) > 0 })
        }
        5 => {
            json!({ "do": "put_unit", "unit": id(403), "code": "HD", "name": format!("海淀{}", c.below(99)), "kind": "district_company", "parent": id(400) })
        }
        6 => {
            json!({ "do": "exempt", "person": id(person), "from": day(c.below(20)), "to": "2018-05-29", "reason": "leave" })
        }
        7..9 => {
            r.matters.push(new);
            json!({ "do": "raise_matter", "matter": new, "kind": c.of(&["problem", "enquiry", "wish"]), "origin": "counter", "category": "service", "words": "又一件",
                "unit": id(unit), "raiser": { "name": "孙师傅", "phone": "10012345678" } })
        }
        9..12 => {
            json!({ "do": "assign", "matter": matter, "unit": id(unit), "due": { "limit": c.of(&["1wd", "5wd", "10cd"]) } })
        }
        12 => json!({ "do": "transfer", "matter": matter, "unit": id(unit), "reason": "属地" }),
        13 => json!({ "do": "accept", "matter": matter }),
        14 => {
            json!({ "do": "ask_extension", "matter": matter, "until": format!("2018-06-{:02}", c.below(28) + 1), "reason": "等料" })
        }
        15 => json!({ "do": "decide", "matter": matter, "approve": true }),
        16..18 => json!({ "do": "submit", "matter": matter, "how": "已整改" }),
        18 => json!({ "do": "verify", "matter": matter }),
        19 => json!({ "do": "answer", "matter": matter, "words": "您好" }),
        20 => json!({ "do": "rate", "matter": matter, "verdict": c.of(&["solved", "partly", "not"]) }),
        21 => json!({ "do": "merge", "matter": matter, "into": c.of(&r.matters), "reason": "同一件" }),
        22 if c.below(2) == 0 => json!({ "do": "separate", "matter": matter, "reason": "不是同一件" }),
        22 => json!({ "do": "refuse", "matter": matter, "reason": "不属于" }),
        23 => {
            r.visits.push(new);
            json!({ "do": "plan_visit", "visit": new, "kind": "site", "place": id(place), "host": id(unit), "leader": id(*c.of(&[501, 505])), "day": day(c.below(28)),
                "companions": [{ "person": id(person), "duty": true }], "purpose": "再看" })
        }
        24 => json!({ "do": "start_visit", "visit": visit }),
        25 => json!({ "do": "finish_visit", "visit": visit, "summary": "看过" }),
        26 => {
            json!({ "do": "reschedule_visit", "visit": visit, "leader": id(*c.of(&[501, 505])), "day": day(c.below(28)) })
        }
        _ => match c.below(4) {
            0 => json!({ "do": "cancel_visit", "visit": visit, "reason": "雨" }),
            1 => json!({ "do": "merge_visit", "visit": visit, "into": c.of(&r.visits) }),
            2 => {
                json!({ "do": "set_connection_cost", "connection": id(704), "counterfactual": { "voltage": "0.4kV", "capacity": "15", "lines": [["电缆", format!("{}", c.below(900))]] },
                "chosen": { "voltage": "0.4kV", "capacity": "15", "lines": [["电缆", "10"]] }, "paid": "0" })
            }
            _ => {
                json!({ "do": "rate_connection", "connection": id(704), "satisfaction": c.of(&["satisfied", "not"]) })
            }
        },
    }
}

/// Puts other settings in force: other hours of the night, another presence, other first days.
async fn other_settings(app: &App, c: &mut Chance) {
    let lines = [
        format!("duty_min_minutes = {}", c.of(&[0, 30, 60])),
        format!("night_from = \"{}\"", c.of(&["20:00:00", "21:30:00"])),
        format!("campaign_floor_heads = {}", c.of(&[1, 20])),
    ];
    let since =
        c.of(&["", "since = \"2018-05-10\"\n", "duty_since = \"2018-05-07\"\n", "register_since = \"2018-06-02\"\n"]);
    let own = include_str!("../../../../rules/settings.toml");
    let changed = |line: &&str| lines.iter().any(|l| l.split(' ').next() == line.split(' ').next());
    let kept: String = own.lines().filter(|line| !changed(line)).map(|line| format!("{line}\n")).collect();
    let body = kept.replacen("[settings]\n", &format!("[settings]\n{since}{}\n", lines.join("\n")), 1);
    app.put_policy("settings", "rules/settings.toml", body).await.expect("settings");
}

/// Carries changes out, some of them told hours after they happened; gives how many were allowed.
async fn changes(app: &App, c: &mut Chance, r: &mut Records, now: Instant, n: usize) -> usize {
    let mut done = 0;
    for _ in 0..n {
        let mut command = change(c, r, app, now);
        if c.below(3) == 0 {
            let at = now.plus_minutes(-(c.below(72 * 60) as i64));
            command["happened_at"] = json!(at.to_string());
        }
        let actor = match command["do"].as_str() {
            Some("rate") => {
                let id = MatterId(command["matter"].as_str().expect("a matter").parse().expect("an id"));
                match app.matter_page(&Actor::System, id).await.expect("a page").matter.raised.by {
                    By::Raiser(contact) => {
                        Actor::Raiser { contact, matter: id, voice: yixian_app::domain::access::Voice::SentLink }
                    }
                    _ => Actor::System,
                }
            }
            _ => Actor::System,
        };
        let envelope = serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{command}: {e}"));
        let told = app.execute(&actor, CommandId(app.mint().uuid(now)), envelope, None).await;
        done += usize::from(told.is_ok());
    }
    done
}

/// Every figure of the company and of two units, and connections broken down, as text.
async fn said(app: &App, as_of: Instant) -> String {
    let period = PERIOD.parse().expect("a month");
    let mut out = String::new();
    for unit in [None, Some(UnitId(id(401))), Some(UnitId(id(402)))] {
        let report = app.report(&Actor::System, period, unit, as_of).await.expect("figures");
        let quarter = app.report(&Actor::System, QUARTER.parse().expect("months"), unit, as_of).await.expect("figures");
        out += &format!("{QUARTER} {:?} {:?}\n", quarter.figures, quarter.categories);
        for by in Dimension::ALL {
            let cut = app.report_by(&Actor::System, period, unit, as_of, Some(*by)).await.expect("figures");
            out += &format!("{by:?} {:?}\n", cut.groups);
        }
        let levels = app.levels(&Actor::System, period, unit, as_of).await.expect("the levels");
        out += &format!("{levels:?}\n");
        let connections = app.connection_figures(&Actor::System, period, unit, as_of).await.expect("figures");
        out += &format!(
            "{unit:?} {:#?} {:?} {:?} {connections:?}\n",
            report.figures, report.categories, report.facts.weeks
        );
    }
    out
}

fn happened<E: serde::de::DeserializeOwned>(events: &[EventRow]) -> Vec<Happened<E>> {
    let read = |e: &EventRow| Happened { at: Instant(e.happened_at), by: By::Rule, event: e.read().expect("an event") };
    events.iter().map(read).collect()
}

/// Figures of matters and visits of the whole company from the events recorded until an instant: nothing of the store's rows.
async fn replayed(app: &App, as_of: Instant) -> Vec<Figure> {
    let policies = app.policies();
    let zone = &policies.zone;
    let mut events: BTreeMap<Uuid, Vec<EventRow>> = BTreeMap::new();
    let all = ledger::page(&mut app.store().read().await.expect("a connection"), 0, 100_000).await.expect("events");
    for e in all.into_iter().filter(|e| e.recorded_at <= as_of.0) {
        events.entry(e.record_id).or_default().push(e);
    }
    let of = |kind: &'static str| events.iter().filter(move |(_, all)| all[0].kind == kind).map(|(id, all)| (*id, all));
    let mut places: HashMap<Uuid, Vec<(i64, Place)>> = HashMap::new();
    for (id, all) in of("place") {
        let mut versions: Vec<(i64, Place)> = all
            .iter()
            .map(|e| {
                (
                    e.happened_at,
                    serde_json::from_value(e.read::<Value>().expect("a place")["place"].clone()).expect("a place"),
                )
            })
            .collect();
        versions.sort_by_key(|v| v.0);
        places.insert(id, versions);
    }
    let mut people: HashMap<Uuid, Vec<Recorded>> = HashMap::new();
    for (id, all) in of("person") {
        for e in all.iter().filter(|e| e.code != "exempted") {
            let told: Value = e.read().expect("a person");
            people.entry(id).or_default().push(Recorded {
                on: zone.date_of(Instant(e.happened_at)),
                unit: serde_json::from_value(told["unit"].clone()).expect("a unit"),
                level: serde_json::from_value(told["level"].clone()).expect("a level"),
                specialty: serde_json::from_value(told["specialty"].clone()).expect("a specialty"),
                duty: told["duty"].as_bool().expect("a duty"),
                from: serde_json::from_value(told["from"].clone()).expect("a day"),
                to: serde_json::from_value(told["to"].clone()).expect("a day"),
            });
        }
    }
    // What kind of unit one is, is told once.
    let directory = app.directory().await.expect("a directory");
    let kinds: HashMap<UnitId, _> = directory.units().map(|u| (u.id, u.kind)).collect();
    let frame = Frame::new(PERIOD.parse().expect("a month"), as_of, zone);
    let mut visits = Vec::new();
    for (id, all) in of("visit") {
        let v = Visit::replay(VisitId(id), &happened::<VisitEvent>(all)).expect("a visit");
        let started = v.check_in().map(|c| c.at);
        let at = started.unwrap_or_else(|| zone.end_of_day(v.plan.day));
        let on = started.map_or(v.plan.day, |t| zone.date_of(t));
        let known = &places[&v.plan.place.0];
        let place = &known.iter().rev().find(|p| p.0 <= at.0).unwrap_or(&known[0]).1;
        let records = &people[&v.plan.leader.0];
        let held = posts(v.plan.leader, records);
        let post = held.iter().find(|p| p.covers(on));
        let (level, led): (Level, UnitId) = post.map_or((records[0].level, records[0].unit), |p| (p.level, p.unit));
        visits.push(VisitFact {
            id: v.id,
            kind: v.plan.kind,
            secondary: None,
            place: place.id,
            place_kind: place.kind,
            area: place.area,
            district: place.district.as_str().into(),
            host: v.plan.host,
            leader: v.plan.leader,
            leader_level: level,
            led,
            tier: Tier::of(level, kinds[&led]),
            specialty: specialty_on(records, on).expect("a specialty"),
            keeper: place.unit,
            bearers: v.duty_bearers().collect(),
            planned_day: v.plan.day,
            started,
            finished: if let VisitState::Finished { at, .. } = &v.state { Some(*at) } else { None },
            cancelled: v.state.as_str() == "cancelled",
            merged: v.state.as_str() == "merged",
            announced: v.plan.announced,
            evident: v.is_evident(),
            partner: v.plan.partner,
        });
    }
    let mut matters = Vec::new();
    for (id, all) in of("matter") {
        let told = happened::<MatterEvent>(all);
        let m = Matter::replay(MatterId(id), &told).expect("a matter");
        if m.kind == MatterKind::Connection {
            continue;
        }
        let first_answer = (1..=told.len()).find_map(|n| Matter::replay(MatterId(id), &told[..n])?.answered_at);
        matters.push(MatterFact {
            id: m.id,
            kind: m.kind,
            category: m.raised.category.as_str().into(),
            origin: m.origin,
            visit: m.raised.visit,
            unit: m.unit,
            place: m.raised.place,
            raiser: match &m.raised.by {
                By::Person(p) => Some(p.0),
                By::Raiser(c) => Some(c.0),
                By::Partner(p) => Some(p.0),
                By::Rule | By::Import => None,
            },
            owner: m.raised.owner,
            raised_at: m.raised.at,
            due_at: m.due.as_ref().map(|d| d.at),
            solved_at: m.solved_at,
            answered_at: first_answer,
            closed_at: m.closed_at,
            on_the_spot: m.on_the_spot,
            reopened: m.reopened,
            verdict: m.verdict,
            voice: m.voice,
            imported: m.origin == Origin::Import,
            stage: m.stage.name(),
        });
    }
    let at = frame_end(&frame).min(as_of);
    let register: Vec<PlaceFact> = places
        .iter()
        .filter_map(|(id, all)| {
            let held = all.iter().rev().find(|p| p.0 <= at.0)?;
            Some(PlaceFact {
                id: PlaceId(*id),
                kind: held.1.kind,
                district: held.1.district.as_str().into(),
                unit: held.1.unit,
            })
        })
        .collect();
    let settings = policies.settings_book.known(as_of);
    let facts = Facts { visits, places: register, matters, ..Facts::default() };
    let told = |f: &Figure| matches!(f.definition().family, Family::Visits | Family::Matters);
    facts.figures(&settings, &frame).into_iter().filter(told).collect()
}

fn frame_end(frame: &Frame<'_>) -> Instant {
    frame.period.bounds(frame.zone).1
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_as_of_an_instant_is_said_again() {
    let c = tell_the_loop().await;
    let zip = c.fresh.folder().join("loop.zip");
    c.app.backup(&zip).await.expect("a backup");
    let begin = c.now;
    c.app.close().await;
    for engine in Engine::ALL {
        for seed in [1, 2, 3] {
            let fresh = Fresh::new(engine).await;
            let db = fresh.db().await;
            restore(&zip, &db, fresh.folder()).await.expect("restored");
            db.close().await;
            let mut chance = Chance(seed);
            let mut records = Records { matters: vec![id(700), id(701), id(702), id(703)], visits: vec![id(710)] };
            let mut told: Vec<(Instant, String)> = Vec::new();
            let (mut done, mut now) = (0, begin);
            for round in 0..6 {
                now = now.plus_minutes(29 * 60);
                let app = open(&fresh, now, seed * 100 + round).await;
                if round > 0 {
                    // Months that are in memory already are extended by what changes now.
                    app.report(&Actor::System, QUARTER.parse().expect("months"), None, now).await.expect("figures");
                    done += changes(&app, &mut chance, &mut records, now, 60).await;
                    other_settings(&app, &mut chance).await;
                }
                told.push((now, said(&app, now).await));
                app.close().await;
            }
            assert!(done >= 100, "only {done} changes were allowed");
            let app = open(&fresh, now.plus_minutes(60), seed * 100 + 99).await;
            for (at, first) in &told {
                let again = said(&app, *at).await;
                let differs = first.lines().zip(again.lines()).find(|(a, b)| a != b);
                assert!(again == *first, "{engine:?}, seed {seed}, as of {at}: {differs:?}");
                let report =
                    app.report(&Actor::System, PERIOD.parse().expect("a month"), None, *at).await.expect("figures");
                for want in replayed(&app, *at).await {
                    let got = report.get(want.code).expect("a figure");
                    assert_eq!(format!("{got:?}"), format!("{want:?}"), "{engine:?}, seed {seed}, as of {at}");
                }
            }
            assert!(told.windows(2).any(|w| w[0].1 != w[1].1), "nothing ever changed");
            let held = app.verify().await.expect("verified");
            assert!(held.ok, "{engine:?}, seed {seed}: {:?}", held.faults);
            app.close().await;
        }
    }
    assert!(FigureCode::ALL.len() > 30);
}
