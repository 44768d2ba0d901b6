//! Improvement measures on both engines: proposed against a section, decided by somebody else, applied and taken over, put into
//! another class without touching the past; their effect from the days of the works, and no number where the sample is small.

use super::house::House;
use serde_json::{Value, json};
use std::ops::Deref;
use yixian_app::figures::{Narrow, Report};
use yixian_domain::access::Actor;
use yixian_domain::figure::FigureCode as F;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-08-02 10:00 in Beijing.
const AUGUST_2: Instant = Instant(1_533_175_200_000);
/// A company's coordinator, its handler, the coordinator of another company.
const HEAD: u64 = 500;
const HAND: u64 = 501;
const OTHER: u64 = 502;
const PROGRAMME: u64 = 700;
const MEASURE: u64 = 900;

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
        let people = [(HEAD, 401, "coordinator"), (HAND, 401, "handler"), (OTHER, 402, "coordinator")];
        let c = Company(House::new(engine, AUGUST_2, &[(401, "CP"), (402, "HR")], &people).await);
        c.by(HEAD, json!({ "do": "put_programme", "programme": id(PROGRAMME), "code": "COAL-2018", "name": "煤改电", "year": 2018, "kind": "coal_to_electricity",
            "owner": id(401), "manager": id(HAND), "from": "2018-01-02" })).await;
        c
    }
    /// A mountain village that was energized so many days after its start.
    async fn village(&self, n: u64, takes: i8) {
        self.by(HAND, json!({ "do": "put_section", "section": id(n), "programme": id(PROGRAMME), "code": format!("V-{n}"), "name": format!("村{n}"),
            "district": "昌平区", "batch": 1, "terrain": "mountain", "households": 100,
            "baselines": [{ "milestone": "start", "day": "2018-06-30" }, { "milestone": "energize", "day": "2018-09-30" }] })).await;
        self.by(HEAD, json!({ "do": "approve_section", "section": id(n) })).await;
        self.by(HAND, json!({ "do": "put_permit", "section": id(n), "kind": "road_works", "granted": "2018-03-01" }))
            .await;
        let end = "2018-06-01".parse::<yixian_domain::time::Date>().expect("a day") + jiff::Span::new().days(takes);
        for (milestone, day) in [("start", "2018-06-01".to_owned()), ("energize", end.to_string())] {
            self.by(HAND, json!({ "do": "report_milestone", "section": id(n), "milestone": milestone, "day": day, "point": { "lat": 40.2, "lon": 116.2 } })).await;
            self.by(HEAD, json!({ "do": "confirm_milestone", "section": id(n), "milestone": milestone })).await;
        }
    }
    async fn figures(&self, as_of: Instant) -> Report {
        let period = "2018-08".parse().expect("a period");
        self.app.report_of(&Actor::System, period, Narrow::default(), as_of, None).await.expect("figures")
    }
    async fn adopted(&self, as_of: Instant) -> Option<f64> {
        self.figures(as_of).await.get(F::MeasuresAdopted).expect("a figure").number()
    }
    async fn effect(&self) -> Option<f64> {
        self.figures(self.now).await.get(F::MeasuresEffect).expect("a figure").number()
    }
}

fn propose(answers: Value) -> Value {
    json!({ "do": "propose_measure", "matter": id(MEASURE), "class": "method", "category": "works", "words": "分段运输、现场法兰连接",
        "answers": answers, "baseline": { "name": "开工到投产", "value": "41", "unit": "天", "source": "台账" }, "gain": "缩短工期" })
}

fn decide(verdict: &str, day: &str, reason: &str) -> Value {
    json!({ "do": "decide_measure", "matter": id(MEASURE), "verdict": verdict, "day": day, "reason": reason })
}

fn apply(sections: std::ops::Range<u64>, from: &str) -> Value {
    let sections: Vec<_> = sections.map(id).collect();
    json!({ "do": "apply_measure", "matter": id(MEASURE), "sections": sections, "from": from })
}

async fn story(engine: Engine) {
    let mut c = Company::new(engine).await;
    for (n, takes) in (800..805).zip([33, 30, 35, 33, 36]).chain((810..814).zip([41, 44, 38, 41])) {
        c.village(n, takes).await;
    }
    // What it answers is named; a number without a source is a claim.
    assert_eq!(c.told(HEAD, propose(json!([]))).await, "measure_no_problem");
    assert_eq!(c.told(HEAD, propose(json!([{ "kind": "section", "id": id(999) }]))).await, "about");
    let mut claim = propose(json!([{ "kind": "section", "id": id(800) }]));
    claim["baseline"]["source"] = json!(" ");
    claim["baseline"]["value"] = json!("很多");
    assert_eq!(c.told(HEAD, claim).await, "baseline_value baseline_source");
    c.by(HEAD, propose(json!([{ "kind": "section", "id": id(800) }]))).await;

    // Somebody else decides, with a reason where it is no; nothing is applied before.
    assert_eq!(c.told(HEAD, decide("adopted", "2018-08-02", "")).await, "own_measure");
    assert_eq!(c.told(HAND, decide("adopted", "2018-08-02", "")).await, "needs_role");
    assert_eq!(c.told(HEAD, apply(800..804, "2018-08-02")).await, "measure_not_adopted");
    c.system(decide("adopted", "2018-08-02", "")).await;
    assert_eq!(c.told(HEAD, apply(800..804, "2018-08-01")).await, "applied_before_adopted");
    assert_eq!(c.told(HEAD, apply(800..800, "2018-08-02")).await, "section");
    c.by(HAND, apply(800..804, "2018-08-02")).await;
    assert_eq!(c.adopted(c.now).await, Some(1.0));
    assert_eq!(c.effect().await, None, "four are too few");
    c.by(HAND, apply(800..805, "2018-08-02")).await;
    assert_eq!(c.effect().await, None, "four without it are too few");
    c.village(814, 45).await;
    assert_eq!(c.effect().await, Some(8.0), "33 against 41");

    // Taken over by a unit that may, once; never by its own.
    let take =
        |unit: u64| json!({ "do": "take_over_measure", "matter": id(MEASURE), "unit": id(unit), "day": "2018-08-02" });
    assert_eq!(c.told(HEAD, take(401)).await, "measure_own_unit");
    assert_eq!(c.told(HEAD, take(402)).await, "needs_role");
    c.by(OTHER, take(402)).await;
    assert_eq!(c.told(OTHER, take(402)).await, "same_as_before");

    // Another class and another decision change what is known from then on, and nothing of before.
    let before = c.now;
    c.0.later(1).await;
    c.by(HEAD, json!({ "do": "reclass_measure", "matter": id(MEASURE), "class": "labour", "reason": "更正" })).await;
    assert_eq!(c.told(OTHER, decide("rejected", "2018-08-03", "重复")).await, "out_of_sight");
    c.system(decide("rejected", "2018-08-03", "重复")).await;
    assert_eq!((c.adopted(before).await, c.adopted(c.now).await), (Some(1.0), Some(0.0)));
    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    c.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_measure_from_its_proposal_to_what_it_brought_on_both_engines() {
    for engine in Engine::ALL {
        story(engine).await;
    }
}
