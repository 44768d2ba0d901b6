//! Temporary branches and commando teams on both engines: set up for works, staffed, given matters, visiting party organisations,
//! proposed to be dissolved when their works are handed over, dissolved with nothing left; figures as they were known on any day.

use super::house::House;
use serde_json::{Value, json};
use yixian_domain::access::Actor;
use yixian_domain::figure::{Dimension, FigureCode as F, Group};
use yixian_domain::ids::*;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-05-02 10:00 in Beijing.
const MAY_2: Instant = Instant(1_525_226_400_000);

const UNIT: u64 = 401;
const OTHER: u64 = 402;
const LEADER: u64 = 500;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const HANDLER: u64 = 503;
const VERIFIER: u64 = 504;
const WHOLE_UNIT: u64 = 410;
const BRANCH_UNIT: u64 = 411;
const COMMANDO_UNIT: u64 = 412;
const WHOLE: u64 = 600;
const BRANCH: u64 = 601;
const COMMANDO: u64 = 602;
const WORKS: u64 = 700;
const SECTION: u64 = 701;
const PARTY: u64 = 800;
const MATTER: u64 = 900;

async fn company(engine: Engine) -> House {
    let people = [
        (LEADER, UNIT, "leader"),
        (HEAD, UNIT, "coordinator"),
        (STRANGER, OTHER, "coordinator"),
        (HANDLER, UNIT, "handler"),
        (VERIFIER, UNIT, "verifier"),
    ];
    let c = House::new(engine, MAY_2, &[(UNIT, "CQ"), (OTHER, "CP")], &people).await;
    for (n, code) in [(WHOLE_UNIT, "T1"), (BRANCH_UNIT, "T2"), (COMMANDO_UNIT, "T3")] {
        c.system(json!({ "do": "put_unit", "unit": id(n), "code": code, "name": code, "kind": "temporary", "parent": id(UNIT),
            "from": "2018-04-02", "to": "2018-12-31" }))
            .await;
    }
    c.system(json!({ "do": "put_programme", "programme": id(WORKS), "code": "UG-1", "name": "入地", "year": 2018, "kind": "undergrounding",
        "owner": id(UNIT), "manager": id(HEAD), "from": "2018-01-02" }))
        .await;
    c.system(
        json!({ "do": "put_section", "section": id(SECTION), "programme": id(WORKS), "code": "UG-1-1", "name": "胡同",
        "district": "西城区", "metres": 900, "baselines": [{ "milestone": "start", "day": "2018-06-30" }] }),
    )
    .await;
    c.system(json!({ "do": "put_place", "place": id(850), "code": "P-1", "name": "街道", "kind": "government", "district": "西城区",
        "area": "urban", "unit": id(UNIT) }))
        .await;
    for (n, role) in [(PARTY, "party_organisation"), (801, "party_organisation"), (802, "subdistrict")] {
        c.system(json!({ "do": "put_partner", "partner": id(n), "code": format!("P{n}"), "name": format!("单位{n}"),
            "roles": [{ "role": role, "from": "2018-01-02" }] }))
            .await;
    }
    c
}

fn team(n: u64, unit: u64, kind: &str, within: Option<u64>, to: &str) -> Value {
    json!({ "do": "put_team", "team": id(n), "unit": id(unit), "kind": kind, "programme": id(WORKS), "within": within.map(id),
        "parents": [id(UNIT), id(OTHER)], "from": "2018-04-02", "to": to })
}

fn join(n: u64, person: u64, from: &str) -> Value {
    json!({ "do": "join_team", "team": id(n), "person": id(person), "post": "secretary", "from": from })
}

async fn visit(c: &House, n: u64, partner: u64) {
    c.by(
        LEADER,
        json!({ "do": "plan_visit", "visit": id(n), "kind": "government", "place": id(850), "leader": id(LEADER),
        "day": "2018-05-02", "partner": id(partner) }),
    )
    .await;
    c.by(LEADER, json!({ "do": "start_visit", "visit": id(n) })).await;
    c.by(LEADER, json!({ "do": "finish_visit", "visit": id(n) })).await;
}

/// Teams there, members, days of members, bodies visited; those of a period, as known at an instant.
async fn counted(c: &House, period: &str, as_of: Instant) -> [i64; 4] {
    let report = c.app.report(&Actor::System, period.parse().expect("a period"), None, as_of).await.expect("figures");
    [F::TeamsActive, F::TeamMembers, F::MemberDays, F::BodiesVisited]
        .map(|code| report.get(code).and_then(yixian_domain::figure::Figure::number).map_or(-1, |n| n as i64))
}

async fn story(engine: Engine) {
    let mut c = company(engine).await;
    // What is wrong is refused, by whoever keeps it; whoever does not is refused before that.
    let without = json!({ "do": "put_team", "team": id(WHOLE), "unit": id(WHOLE_UNIT), "kind": "general_branch", "parents": [id(UNIT)],
        "from": "2018-04-02", "to": "2018-12-31" });
    assert_eq!(c.told(HEAD, without).await, "team_without_works");
    assert_eq!(c.told(STRANGER, team(WHOLE, WHOLE_UNIT, "general_branch", None, "2018-12-31")).await, "needs_role");
    assert_eq!(c.told(HEAD, team(WHOLE, UNIT, "general_branch", None, "2018-12-31")).await, "team_unit");
    let mut strange = team(WHOLE, WHOLE_UNIT, "general_branch", None, "2018-12-31");
    strange["section"] = json!(id(SECTION + 50));
    strange["programme"] = json!(id(WORKS + 50));
    assert_eq!(c.told(HEAD, strange).await, "programme team_section");
    assert_eq!(c.told(HEAD, team(WHOLE, WHOLE_UNIT, "general_branch", None, "2019-01-01")).await, "team_outside_unit");
    c.by(HEAD, team(WHOLE, WHOLE_UNIT, "general_branch", None, "2018-11-30")).await;
    let branch = |to| team(BRANCH, BRANCH_UNIT, "temporary_branch", Some(WHOLE), to);
    assert_eq!(c.told(HEAD, branch("2018-12-31")).await, "team_outlasts_parent");
    c.by(HEAD, branch("2018-11-30")).await;
    assert_eq!(c.told(HEAD, team(799, BRANCH_UNIT, "commando", None, "2018-11-30")).await, "team_unit_taken");
    let mut commando = team(COMMANDO, COMMANDO_UNIT, "commando", None, "2018-12-31");
    commando["section"] = json!(id(SECTION));
    c.by(HEAD, commando).await;

    assert_eq!(c.told(HEAD, join(BRANCH, HANDLER, "2018-04-01")).await, "team_member_outside");
    c.by(HEAD, join(WHOLE, LEADER, "2018-05-01")).await;
    c.by(HEAD, join(BRANCH, HANDLER, "2018-05-01")).await;
    // In two teams at once, in one of them once.
    c.by(HEAD, join(COMMANDO, HANDLER, "2018-04-30")).await;
    assert_eq!(c.told(HEAD, join(COMMANDO, HANDLER, "2018-05-05")).await, "team_member_twice");

    // He goes to a party organisation twice, to one that is none, and somebody else goes to another one.
    visit(&c, 751, PARTY).await;
    visit(&c, 752, PARTY).await;
    visit(&c, 753, 802).await;
    let zone = c.app.policies().zone.clone();
    let end = |day: &str| zone.end_of_day(day.parse().expect("a day"));
    let before = c.now;
    c.later(1).await;
    assert_eq!(counted(&c, "2018-05", end("2018-05-31")).await, [3, 2, 62, 1]);
    assert_eq!(counted(&c, "2018-04", end("2018-05-31")).await, [3, 1, 1, 0]);
    // On 2 May by its end: 1 and 2 May of both; what comes is not served yet.
    assert_eq!(counted(&c, "2018-05", end("2018-05-02")).await, [3, 2, 4, 1]);
    assert_eq!(counted(&c, "2018-12", end("2018-12-31")).await, [1, 1, 31, 1]);
    assert_eq!(counted(&c, "2019-01", end("2018-05-31")).await, [0, 0, -1, 1]);
    // Nothing of it was known before it was recorded.
    assert_eq!(counted(&c, "2018-05", Instant(before.0 - 86_400_000)).await, [0, 0, -1, 0]);

    let period = "2018-05".parse().expect("a period");
    let by = c.app.report_by(&Actor::System, period, None, end("2018-05-31"), Some(Dimension::Team)).await;
    let by = by.expect("figures");
    let teams = by.groups.iter().filter(|(g, _)| matches!(g, Group::Called(_))).count();
    assert_eq!(teams, 3);

    // A matter is given to the commando team, put right in time, and keeps it from being dissolved until then.
    c.by(
        HEAD,
        json!({ "do": "raise_matter", "matter": id(MATTER), "kind": "problem", "origin": "staff", "category": "management",
        "words": "电杆占道", "unit": id(UNIT) }),
    )
    .await;
    c.by(
        HEAD,
        json!({ "do": "assign", "matter": id(MATTER), "unit": id(COMMANDO_UNIT), "due": { "day": "2018-05-20" } }),
    )
    .await;
    let dissolve = |n: u64, on: &str| json!({ "do": "dissolve_team", "team": id(n), "on": on, "reason": "工程已移交" });
    assert_eq!(c.told(HEAD, dissolve(COMMANDO, "2018-05-31")).await, "team_holds_matters");
    assert_eq!(c.told(HEAD, dissolve(WHOLE, "2018-05-31")).await, "team_outlasted_by_part");
    c.by(HANDLER, json!({ "do": "accept", "matter": id(MATTER) })).await;
    c.by(HANDLER, json!({ "do": "submit", "matter": id(MATTER), "how": "已迁移" })).await;
    c.by(VERIFIER, json!({ "do": "verify", "matter": id(MATTER) })).await;
    c.by(HEAD, json!({ "do": "answer", "matter": id(MATTER), "words": "已迁移" })).await;
    c.by(HEAD, json!({ "do": "rate", "matter": id(MATTER), "verdict": "solved" })).await;
    let report = c.app.report(&Actor::System, period, None, end("2018-05-31")).await.expect("figures");
    let on_time = report.get(F::TeamMattersOnTime).expect("a figure");
    assert_eq!((on_time.numerator.records(), on_time.number()), (&[id(MATTER)][..], Some(100.0)));

    // Its section is handed over: whoever leads it and whoever manages the works are told, once.
    c.by(HEAD, json!({ "do": "approve_section", "section": id(SECTION) })).await;
    for milestone in ["start", "handover"] {
        c.by(
            HEAD,
            json!({ "do": "report_milestone", "section": id(SECTION), "milestone": milestone, "day": "2018-05-02",
            "point": { "lat": 39.9, "lon": 116.3 }, "without_permit": "应急开工" }),
        )
        .await;
        c.system(json!({ "do": "confirm_milestone", "section": id(SECTION), "milestone": milestone })).await;
    }
    for _ in 0..2 {
        c.app.sweep().await.expect("swept");
    }
    for person in [HANDLER, HEAD] {
        let (all, _) = c.app.notices(PersonId(id(person)), 50).await.expect("notices");
        let told = all.iter().filter(|n| n.code == "team_dissolution_proposed" && n.record_id == id(COMMANDO));
        assert_eq!(told.count(), 1, "{person}");
    }
    let page = c.app.team_page(&Actor::System, "T3").await.expect("a page");
    assert!(page.row.team.proposed.is_some() && page.open.is_empty(), "{page:?}");

    // It is dissolved, its unit ends with it, and it takes nothing more.
    c.by(HEAD, dissolve(COMMANDO, "2018-05-03")).await;
    assert_eq!(c.told(HEAD, join(COMMANDO, LEADER, "2018-05-03")).await, "team_dissolved_already");
    c.later(3).await;
    c.by(
        HEAD,
        json!({ "do": "raise_matter", "matter": id(901), "kind": "problem", "origin": "staff", "category": "management",
        "words": "又一件", "unit": id(UNIT) }),
    )
    .await;
    let given = json!({ "do": "assign", "matter": id(901), "unit": id(COMMANDO_UNIT), "due": { "day": "2018-05-20" } });
    assert_eq!(c.told(HEAD, given).await, "unit_ended");
    assert_eq!(counted(&c, "2018-05", end("2018-05-31")).await[0], 2);
    // As it was known on the second of May it was still there.
    assert_eq!(counted(&c, "2018-05", end("2018-05-02")).await[0], 3);
    let bodies = c.app.team_page(&Actor::System, "T1").await.expect("a page").bodies;
    let bodies: Vec<_> = bodies.iter().map(|b| (b.partner.id.0, b.times)).collect();
    assert_eq!(bodies, [(id(PARTY), 2)]);
    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    c.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_lives_with_its_works_and_ends_with_nothing_left() {
    for engine in Engine::ALL {
        story(engine).await;
    }
}

/// What the demo's teams come to.
pub(super) async fn of_the_demo(app: &yixian_app::App) {
    let zone = app.policies().zone.clone();
    let may_14 = "2018-05-14".parse().expect("a day");
    let works = app.programme_of_code("UG-2018").await.expect("asked").expect("a programme");
    let of = |programme| yixian_app::figures::Narrow { unit: None, programme };
    let told = async |period: &str, programme| {
        let period = period.parse().expect("a period");
        let as_of = zone.end_of_day(may_14);
        let report = app.report_of(&Actor::System, period, of(programme), as_of, None).await.expect("figures");
        [F::TeamsActive, F::TeamMembers, F::BodiesVisited]
            .map(|code| report.get(code).and_then(yixian_domain::figure::Figure::number).map_or(-1, |n| n as i64))
    };
    assert_eq!(told("2018-05-14", Some(works)).await, [7, 54, 17]);
    assert_eq!(told("2018-05-14", None).await, [9, 54 + 23 + 31, 17]);
    assert_eq!(told("2019-01", None).await[..2], [0, 0]);
    let whole =
        app.report(&Actor::System, "2018".parse().expect("a year"), None, app.clock().now()).await.expect("figures");
    let on_time = whole.get(F::TeamMattersOnTime).expect("a figure");
    let (right, due) = (on_time.numerator.len(), on_time.denominator_ids().expect("a rate").len());
    assert!(due >= 9 && right > due / 2, "{right} of {due}");
}
