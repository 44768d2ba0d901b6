//! Works on both engines: a road from its draft to energizing, two persons for each milestone, a body outside by its link, a split
//! that changes no number, a survey that counts from its day, what slips and becomes one problem, and figures as of any day.

use super::house::{House, said};
use serde_json::{Value, json};
use std::ops::Deref;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::figures::{Narrow, Report};
use yixian_domain::access::{Actor, Denial};
use yixian_domain::figure::{FigureCode as F, Value as Number};
use yixian_domain::ids::*;
use yixian_domain::programme::{Progress, Standing};
use yixian_domain::time::{Date, Instant};
use yixian_testkit::{Engine, id};

/// 2018-05-02 10:00 in Beijing.
const MAY_2: Instant = Instant(1_525_226_400_000);

const UNIT: u64 = 401;
/// Manager, coordinator of the owner, somebody of another unit.
const MANAGER: u64 = 500;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const FIRM: u64 = 600;
const OTHER_FIRM: u64 = 601;
const SUPERVISOR: u64 = 602;
const PROGRAMME: u64 = 700;

/// A company, and what its story needs.
struct Company(House);

impl Deref for Company {
    type Target = House;
    fn deref(&self) -> &House {
        &self.0
    }
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let people = [(MANAGER, UNIT, "leader"), (HEAD, UNIT, "coordinator"), (STRANGER, 402, "coordinator")];
        let c = Company(House::new(engine, MAY_2, &[(UNIT, "CQ"), (402, "CP")], &people).await);
        for (n, role) in [(FIRM, "construction_unit"), (OTHER_FIRM, "construction_unit"), (SUPERVISOR, "supervisor")] {
            c.system(
                json!({ "do": "put_partner", "partner": id(n), "code": format!("G{n}"), "name": format!("单位{n}"),
                "roles": [{ "role": role, "from": "2018-01-02" }] }),
            )
            .await;
        }
        c.by(HEAD, json!({ "do": "put_programme", "programme": id(PROGRAMME), "code": "UG-2018", "name": "入地", "year": 2018, "kind": "undergrounding",
            "owner": id(UNIT), "manager": id(MANAGER), "from": "2018-01-02" })).await;
        c
    }
    /// By a body outside.
    async fn partner(&self, n: u64, body: Value) -> Result<(), AppError> {
        self.run(&Actor::Partner { id: PartnerId(id(n)) }, body).await
    }
    async fn section(&self, n: u64, metres: u32, start: &str) {
        self.by(MANAGER, json!({ "do": "put_section", "section": id(n), "programme": id(PROGRAMME), "code": format!("UG-{n}"), "name": format!("胡同{n}"),
            "district": "西城区", "batch": 1, "contractor": id(FIRM), "supervisor": id(SUPERVISOR), "metres": metres,
            "baselines": [{ "milestone": "start", "day": start }, { "milestone": "energize", "day": "2018-07-31" }] })).await;
        self.by(HEAD, json!({ "do": "approve_section", "section": id(n) })).await;
        self.by(MANAGER, json!({ "do": "put_permit", "section": id(n), "kind": "road_works", "granted": "2018-03-01", "valid_to": "2018-06-30" })).await;
    }
    fn report(n: u64, milestone: &str, day: &str) -> Value {
        json!({ "do": "report_milestone", "section": id(n), "milestone": milestone, "day": day, "point": { "lat": 39.9, "lon": 116.3 } })
    }
    async fn reach(&self, n: u64, milestone: &str, day: &str) {
        self.partner(FIRM, Company::report(n, milestone, day)).await.expect("reported");
        self.by(MANAGER, json!({ "do": "confirm_milestone", "section": id(n), "milestone": milestone })).await;
    }
    async fn figures(&self, as_of: Instant) -> Report {
        let narrow = Narrow::default();
        self.app
            .report_of(&Actor::System, "2018".parse().expect("a period"), narrow, as_of, None)
            .await
            .expect("figures")
    }
    async fn number(&self, code: F, as_of: Instant) -> Option<f64> {
        self.figures(as_of).await.get(code).expect("a figure").number()
    }
}

async fn story(engine: Engine) {
    let mut c = Company::new(engine).await;
    for (n, metres) in [(800, 1_000), (801, 1_500), (802, 900)] {
        c.section(n, metres, "2018-03-31").await;
    }
    let confirm = |n: u64, m: &str| json!({ "do": "confirm_milestone", "section": id(n), "milestone": m });

    // What the law refuses, in the field's words.
    for (body, code) in [
        (Company::report(800, "start", "2018-05-03"), "actual_in_future"),
        (Company::report(800, "start", "2016-05-03"), "actual_too_early"),
        (Company::report(800, "energize", "2018-05-01"), "energized_before_start"),
        (Company::report(800, "nothing", "2018-05-01"), "no_such_milestone"),
        (
            json!({ "do": "report_milestone", "section": id(800), "milestone": "start", "day": "2018-05-01" }),
            "milestone_evidence",
        ),
        (confirm(800, "start"), "nothing_waits"),
        (
            json!({ "do": "survey_section", "section": id(800), "metres": 0, "kind": "route", "from": "2018-05-01" }),
            "length_beyond",
        ),
        (
            json!({ "do": "survey_section", "section": id(800), "metres": 20_001, "kind": "route", "from": "2018-05-01" }),
            "length_beyond",
        ),
        (
            json!({ "do": "want_baseline", "section": id(800), "milestone": "start", "day": "2018-05-20", "reason": " " }),
            "words_needed",
        ),
    ] {
        assert_eq!(c.told(MANAGER, body.clone()).await, code, "{body}");
    }
    // A frozen baseline changes with a reason and somebody else's yes.
    let put = |start: &str| {
        json!({ "do": "put_section", "section": id(800), "programme": id(PROGRAMME), "code": "UG-800", "name": "胡同800", "district": "西城区",
        "batch": 1, "contractor": id(FIRM), "supervisor": id(SUPERVISOR), "baselines": [{ "milestone": "start", "day": start }] })
    };
    assert_eq!(c.told(MANAGER, put("2018-06-01")).await, "baseline_frozen");
    c.by(MANAGER, json!({ "do": "want_baseline", "section": id(800), "milestone": "duct", "day": "2018-06-20", "reason": "审批" })).await;
    let decide = json!({ "do": "decide_baseline", "section": id(800), "milestone": "duct", "approve": true });
    assert_eq!(c.told(MANAGER, decide.clone()).await, "own_baseline");
    c.by(HEAD, decide).await;

    // Two persons: who reports does not confirm; who builds confirms nothing; who supervises may; another firm sees nothing.
    assert_eq!(said(c.partner(OTHER_FIRM, Company::report(800, "start", "2018-05-01")).await), "out_of_sight");
    c.partner(FIRM, Company::report(800, "start", "2018-05-01")).await.expect("reported");
    assert_eq!(said(c.partner(FIRM, confirm(800, "start")).await), Denial::SignIn.code());
    assert_eq!(c.number(F::WorksStarted, c.now).await, Some(0.0), "what nobody confirmed does not count");
    c.partner(SUPERVISOR, confirm(800, "start")).await.expect("confirmed");
    c.by(MANAGER, Company::report(801, "start", "2018-05-02")).await;
    assert_eq!(c.told(MANAGER, confirm(801, "start")).await, "own_report");
    assert_eq!(c.told(STRANGER, confirm(801, "start")).await, "out_of_sight");
    c.by(HEAD, confirm(801, "start")).await;
    let may_2 = c.now;
    assert_eq!((c.number(F::WorksStarted, may_2).await, c.number(F::WorksLength, may_2).await), (Some(2.0), Some(2.5)));
    assert!((c.number(F::WorksStartedRate, may_2).await.expect("a rate") - 200.0 / 3.0).abs() < 1e-9);
    assert_eq!(c.number(F::WorksLeadYear, may_2).await, None);

    // The third one slipped: one problem in the manager's name, once; he is told of it, and it is about the section.
    c.0.later(10).await;
    c.app.sweep().await.expect("swept");
    c.app.sweep().await.expect("swept again");
    let page = c.app.section_page(&c.actor(MANAGER).await, id(802)).await.expect("a section");
    assert_eq!(page.matters.len(), 1, "one problem, not two");
    let problem = &page.matters[0].matter;
    assert_eq!(problem.raised.by, By::Person(PersonId(id(MANAGER))));
    assert_eq!(problem.about.map(|a| a.id), Some(id(802)));
    let today: Date = "2018-05-12".parse().expect("a day");
    assert_eq!(page.section.stands(today), Some(Standing::Late));

    // A split changes no number; parts add up to within a metre.
    let part = |n: u64, metres: u32| json!({ "section": id(n), "code": format!("UG-{n}"), "name": format!("段{n}"), "metres": metres });
    let split =
        |a: u32, b: u32| json!({ "do": "split_section", "section": id(801), "parts": [part(811, a), part(812, b)] });
    assert_eq!(c.told(MANAGER, split(700, 798)).await, "parts_do_not_add_up");
    assert_eq!(
        c.told(MANAGER, json!({ "do": "split_section", "section": id(801), "parts": [part(811, 1_500)] })).await,
        "parts_needed"
    );
    c.by(MANAGER, split(700, 801)).await;
    let now = c.now;
    assert_eq!(c.number(F::WorksStarted, now).await, Some(2.0));
    assert_eq!(
        c.figures(now)
            .await
            .get(F::WorksStartedRate)
            .expect("a figure")
            .denominator_ids()
            .map(yixian_domain::figure::Keys::len),
        Some(3)
    );
    // A survey holds from its day.
    c.by(
        MANAGER,
        json!({ "do": "survey_section", "section": id(800), "metres": 1_120, "kind": "route", "from": "2018-06-10" }),
    )
    .await;
    assert_eq!(c.number(F::WorksLength, now).await, Some(2.501));
    c.0.later(30).await;
    assert_eq!(c.number(F::WorksLength, c.now).await, Some(2.621));
    assert_eq!(c.number(F::WorksLength, may_2).await, Some(2.5), "the past stays");

    // What is called off counts nowhere; what was known before stays.
    c.by(MANAGER, json!({ "do": "cancel_section", "section": id(802), "reason": "规划调整" })).await;
    let rate = |r: &Report| match r.get(F::WorksStartedRate).expect("a figure").value {
        Number::Share { numerator, denominator } => (numerator, denominator),
        ref v => panic!("{v:?}"),
    };
    assert_eq!((rate(&c.figures(c.now).await), rate(&c.figures(now).await)), ((2, 2), (2, 3)));
    let all_started = c.figures(c.now).await.get(F::WorksAllStartedOn).expect("a figure").value;
    assert_eq!(all_started, Number::Day { day: Some("2018-05-02".parse().expect("a day")) });

    // Energized ahead of its baseline.
    c.reach(800, "energize", "2018-06-08").await;
    let page = c.app.section_page(&c.actor(MANAGER).await, id(800)).await.expect("a section");
    assert_eq!((page.section.days_ahead("energize"), page.section.progress()), (Some(53), Progress::Energized));
    // Who manages heard of the permit's end a week before.
    c.0.later(14).await;
    c.app.sweep().await.expect("swept");
    let (notices, _) = c.app.notices(PersonId(id(MANAGER)), 50).await.expect("notices");
    assert!(notices.iter().any(|n| n.code == "permit_ends"), "{notices:?}");

    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    c.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_road_from_its_draft_to_power_on_both_engines() {
    for engine in Engine::ALL {
        story(engine).await;
    }
}

/// Every fault of a form at once, and none of it written.
#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_told_all_at_once() {
    let c = Company::new(Engine::Sqlite).await;
    let bad = json!({ "do": "put_section", "section": id(800), "programme": id(PROGRAMME), "code": "U G", "name": " ", "district": "天上区", "batch": 0,
        "metres": 30_000, "contractor": Uuid::nil(), "households": 0, "baselines": [{ "milestone": "moon", "day": "2018-05-01" }] });
    let told = c.told(MANAGER, bad).await;
    for code in ["code", "name_needed", "batch", "households", "length", "district_unknown", "partner", "milestone"] {
        assert!(told.split(' ').any(|t| t == code), "{code} is not among {told}");
    }
    c.by(HEAD, json!({ "do": "put_programme", "programme": id(701), "code": "COAL", "name": "煤改电", "year": 2018, "kind": "coal_to_electricity",
        "owner": id(UNIT), "manager": id(MANAGER), "from": "2018-01-02" })).await;
    let village = json!({ "do": "put_section", "section": id(803), "programme": id(701), "code": "V-1", "name": "村", "district": "西城区" });
    assert_eq!(c.told(MANAGER, village).await, "no_villages");
    // The same road twice in a year.
    c.system(json!({ "do": "put_place", "place": id(900), "code": "R-1", "name": "路", "kind": "street", "district": "西城区", "area": "urban", "unit": id(UNIT) })).await;
    let road = |n: u64, programme: u64| {
        json!({ "do": "put_section", "section": id(n), "programme": id(programme), "code": format!("R-{n}"), "name": "路", "district": "西城区",
        "place": id(900) })
    };
    c.by(MANAGER, road(804, PROGRAMME)).await;
    c.by(HEAD, json!({ "do": "put_programme", "programme": id(702), "code": "UG-B", "name": "又一个", "year": 2018, "kind": "undergrounding", "owner": id(UNIT),
        "manager": id(MANAGER), "from": "2018-01-02" })).await;
    assert_eq!(c.told(MANAGER, road(805, 702)).await, "road_twice");
    assert_eq!(c.told(MANAGER, road(804, 702)).await, "section_stays");
    c.app.close().await;
}
