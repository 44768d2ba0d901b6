//! The two levels on both engines: presence of a day, a promotion within a month, quotas of those who held their role long enough,
//! what is kept in memory against what the store says, and a column that is filled for visits of earlier schemas.

use super::house::House;
use serde_json::{Value, json};
use std::ops::Deref;
use yixian_app::App;
use yixian_app::figures::levels::{BOARD, Levels};
use yixian_domain::access::Actor;
use yixian_domain::duty::Standing;
use yixian_domain::figure::{Dimension, FigureCode as F, Group, Keys};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::Level;
use yixian_domain::tier::Tier;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-05-11 12:00 in Beijing, a Friday.
const MAY_11: Instant = Instant(1_526_011_200_000);
const COMPANY: u64 = 401;
const STATION: u64 = 411;
const SAFETY: u64 = 421;
/// He heads a station, and from 14 May on his company.
const RISING: u64 = 500;
/// She heads the safety department.
const HEAD: u64 = 510;
const PLACE: u64 = 600;

struct Company(House);

impl Deref for Company {
    type Target = House;
    fn deref(&self) -> &House {
        &self.0
    }
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let c = Company(House::new(engine, MAY_11, &[(COMPANY, "CP")], &[]).await);
        c.system(json!({ "do": "put_unit", "unit": id(STATION), "code": "CP-01", "name": "城南供电所", "kind": "station", "parent": id(COMPANY) })).await;
        c.system(json!({ "do": "put_unit", "unit": id(SAFETY), "code": "AJ", "name": "安监部", "kind": "department", "parent": id(400) })).await;
        c.person(RISING, STATION, "station_head", "operations").await;
        c.person(HEAD, SAFETY, "department_head", "safety").await;
        c.system(json!({ "do": "put_place", "place": id(PLACE), "code": "P-1", "name": "工地", "kind": "construction_site", "district": "昌平区", "area": "remote", "unit": id(STATION) })).await;
        c
    }
    async fn person(&self, n: u64, unit: u64, level: &str, specialty: &str) {
        self.system(json!({ "do": "put_person", "person": id(n), "code": format!("P{n}"), "name": format!("人{n}"), "unit": id(unit), "level": level,
            "specialty": specialty, "duty": true, "roles": [{ "role": "leader", "unit": id(unit) }] })).await;
    }
    /// A visit on a day of May from nine o'clock on.
    async fn visit(&self, n: u64, who: u64, (day, from, to): (u8, &str, &str), point: Option<Value>) {
        let at = |time: &str| format!("2018-05-{day:02}T{time}:00+08:00");
        self.by(who, json!({ "do": "plan_visit", "visit": id(n), "kind": "site", "place": id(PLACE), "host": id(STATION), "leader": id(who), "day": format!("2018-05-{day:02}") })).await;
        let mut start = json!({ "do": "start_visit", "visit": id(n), "happened_at": at(from) });
        if let Some(point) = point {
            start["point"] = point;
        }
        self.by(who, start).await;
        self.by(who, json!({ "do": "finish_visit", "visit": id(n), "happened_at": at(to), "summary": "看过" })).await;
    }
    async fn levels(&self, period: &str) -> Levels {
        let period = period.parse().expect("a period");
        self.app.levels(&Actor::System, period, None, self.now).await.expect("the levels")
    }
    /// What each tier did, as the board and as the figures have it: they are the same.
    async fn activities(&self, period: &str) -> Vec<(Option<Tier>, usize)> {
        let levels = self.levels(period).await;
        let asked = period.parse().expect("a period");
        let report =
            self.app.report_by(&Actor::System, asked, None, self.now, Some(Dimension::Tier)).await.expect("figures");
        for row in &levels.rows {
            for (code, figure) in BOARD.iter().zip(&row.figures) {
                let same = match row.tier {
                    Some(tier) => report.of_group(*code, &Group::Code(tier as usize, tier.as_str())),
                    None => report.get(*code),
                };
                // A tier on whose visits nothing was found has no figures of matters.
                match same {
                    Some(same) => assert_eq!(same, figure, "{period} {:?} {code:?}", row.tier),
                    None => assert!(figure.ids().is_empty(), "{period} {:?} {code:?}", row.tier),
                }
            }
        }
        let at = BOARD.iter().position(|code| *code == F::Activities).expect("a column");
        levels.rows.iter().map(|row| (row.tier, row.figures[at].ids().len())).collect()
    }
}

async fn story(engine: Engine) {
    let mut c = Company::new(engine).await;
    let here = || Some(json!({ "lat": 40.2, "lon": 116.2, "accuracy_m": 12.0 }));
    // Two minutes are an activity and meet no week; two hours do.
    c.visit(1, RISING, (8, "09:00", "09:02"), here()).await;
    c.visit(2, HEAD, (8, "09:00", "11:00"), here()).await;
    assert_eq!(c.activities("2018-05").await, [(Some(Tier::Headquarters), 1), (Some(Tier::Station), 1), (None, 2)]);

    c.0.later(3).await;
    c.person(RISING, COMPANY, "unit_head", "safety").await;
    c.0.later(3).await;
    // Two hours of one day together are enough; two and a half without point and photo are not.
    c.visit(3, RISING, (15, "09:00", "10:00"), here()).await;
    c.visit(4, RISING, (15, "14:00", "15:00"), here()).await;
    c.visit(5, HEAD, (16, "09:00", "11:30"), None).await;
    c.0.later(7).await;
    for period in ["2018-05", "2018-05-07..2018-05-20"] {
        let told = c.activities(period).await;
        let tiers = [(Some(Tier::Headquarters), 2), (Some(Tier::Unit), 2), (Some(Tier::Station), 1), (None, 5)];
        assert_eq!(told, tiers, "{period}");
    }
    let report = c.app.report(&Actor::System, "2018-05-07..2018-05-20".parse().expect("a period"), None, c.now).await;
    let weeks = report.expect("figures").facts.weeks;
    let done = |n: u64| -> Vec<bool> {
        let own = weeks.iter().filter(|w| w.person == PersonId(id(n)));
        own.map(|w| matches!(w.standing, Standing::Done(_))).collect()
    };
    assert_eq!((done(RISING), done(HEAD)), (vec![false, true], vec![true, false]));

    // The safety department shows what its head led; he who rose held neither role long enough for a quota.
    let levels = c.levels("2018-05").await;
    let led: Vec<_> = levels.led.iter().map(|(unit, visits)| (*unit, visits.len())).collect();
    assert_eq!(led, [(UnitId(id(SAFETY)), 2), (UnitId(id(COMPANY)), 2), (UnitId(id(STATION)), 1)]);
    let roles: Vec<_> = levels.roles.iter().map(|r| (r.level, r.persons, r.met, r.min, r.max)).collect();
    assert_eq!(roles, [(Level::DepartmentHead, 1, 0, 1, 1)]);
    assert_eq!(levels.quota.map(|f| f.ids().len()), Some(0));
    // Headquarters' safety came; the company's own heads and its stations' came too.
    assert_eq!(levels.missing.map(|f| (f.ids().len(), f.denominator_ids().map(Keys::len))), Some((0, Some(3))));

    // What is in memory goes on with the ledger.
    c.visit(6, HEAD, (23, "09:00", "11:30"), here()).await;
    assert_eq!(c.activities("2018-05").await.last(), Some(&(None, 6)));
    c.by(HEAD, json!({ "do": "plan_visit", "visit": id(7), "kind": "site", "place": id(PLACE), "host": id(STATION), "leader": id(HEAD), "day": "2018-05-24" })).await;
    c.by(HEAD, json!({ "do": "merge_visit", "visit": id(6), "into": id(7) })).await;
    assert_eq!(c.activities("2018-05").await.last(), Some(&(None, 5)));
    // What was known before is said again, from the store.
    let (then, period) = (Instant(c.now.0 - 86_400_000), "2018-05".parse().expect("a period"));
    let before = c.app.levels(&Actor::System, period, None, then).await.expect("the levels");
    assert_eq!(before.rows.last().map(|row| row.figures[2].ids().len()), Some(5));
    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{engine:?}: {:?}", verified.faults);
    c.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_levels_lead_by_day() {
    for engine in Engine::ALL {
        story(engine).await;
    }
}

/// The campaign month of the demo company: the tiers add up, nobody of the leadership is below his floor or at twenty, every head of a
/// department reaches his and eight of seventy-two heads of units do not; whoever held the role too briefly is then left out.
pub(super) async fn of_the_demo(app: &App) {
    let now = yixian_app::demo::NOW;
    let period = "2018-05".parse().expect("a month");
    let levels = app.levels(&Actor::System, period, None, now).await.expect("the levels");
    let at = BOARD.iter().position(|code| *code == F::Activities).expect("a column");
    let of = |whole: bool| -> usize {
        levels.rows.iter().filter(|r| r.tier.is_none() == whole).map(|r| r.figures[at].ids().len()).sum()
    };
    assert_eq!((of(false), of(true)), (3_600, 3_600));
    let report = app.report(&Actor::System, period, None, now).await.expect("figures");
    let counts = |level: Level| -> Vec<u32> {
        report.campaigns.iter().filter(|c| c.level == level).map(yixian_domain::duty::Campaign::count).collect()
    };
    let (top, departments, units) =
        (counts(Level::LeadershipTeam), counts(Level::DepartmentHead), counts(Level::UnitHead));
    assert_eq!((top.len(), departments.len(), units.len()), (9, 36, 72));
    assert!(top.iter().all(|n| (11..=19).contains(n)), "{top:?}");
    assert!(departments.iter().all(|n| *n >= 20), "{departments:?}");
    assert_eq!(units.iter().filter(|n| **n < 20).count(), 8, "{units:?}");
    // Those who held the role for fewer than fifteen days are left out of what is asked.
    let (met, asked) =
        levels.quota.as_ref().map(|f| (f.ids().len(), f.denominator_ids().map(Keys::len))).expect("quotas");
    assert!(met == 109 && asked.is_some_and(|n| (met..=117).contains(&n)), "{met} of {asked:?}");
    let directory = app.directory().await.expect("a directory");
    let safety = directory.units().find(|u| u.code == "SAF").expect("a department").id;
    let led = levels.led.iter().find(|(id, _)| *id == safety).map_or(0, |(_, visits)| visits.len());
    assert!(led >= 30, "the safety department shows what its two heads led: {led}");
    let begun = std::time::Instant::now();
    app.levels(&Actor::System, period, None, now).await.expect("the levels");
    println!("the two levels of a month again: {:?}", begun.elapsed());
}
