//! Visits to partners, what either side promised, agreements, on both engines: a demand that is answered through the partner's
//! link, commitments kept, late and open, theirs that change no rate of ours, a restricted visit that others are told nothing
//! of, an agreement, and figures as of any day.

use super::house::House;
use serde_json::{Value, json};
use std::ops::Deref;
use uuid::Uuid;
use yixian_app::visits::VisitFilter;
use yixian_domain::access::Actor;
use yixian_domain::base::about::AboutKind;
use yixian_domain::figure::{Dimension, FigureCode as F, Group, Value as Number};
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, StageName};
use yixian_domain::part::{Direction, Part};
use yixian_domain::partner::PartnerRole;
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, id};

/// 2018-05-02 10:00 in Beijing.
const MAY_2: Instant = Instant(1_525_226_400_000);

const UNIT: u64 = 401;
const LEADER: u64 = 500;
const HEAD: u64 = 501;
const STRANGER: u64 = 502;
const HANDLER: u64 = 503;
const VERIFIER: u64 = 504;
const OFFICE: u64 = 600;
const FIRM: u64 = 601;
const VISIT: u64 = 700;
const SECRET: u64 = 701;

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
        let people = [
            (LEADER, UNIT, "leader"),
            (HEAD, UNIT, "coordinator"),
            (STRANGER, 402, "coordinator"),
            (HANDLER, UNIT, "handler"),
            (VERIFIER, UNIT, "verifier"),
        ];
        let c = Company(House::new(engine, MAY_2, &[(UNIT, "CQ"), (402, "CP")], &people).await);
        for (n, role) in [(OFFICE, "government_district"), (FIRM, "enterprise")] {
            c.system(
                json!({ "do": "put_partner", "partner": id(n), "code": format!("G{n}"), "name": format!("单位{n}"),
                "liaison": id(HANDLER), "roles": [{ "role": role, "from": "2018-01-02" }] }),
            )
            .await;
        }
        c.system(json!({ "do": "put_place", "place": id(900), "code": "G-1", "name": "区政府", "kind": "government", "district": "西城区", "area": "urban",
            "unit": id(UNIT) })).await;
        c
    }
    async fn later(&mut self, days: i64) {
        self.0.later(days).await;
        self.app.sweep().await.expect("swept");
    }
    async fn partner(&self, n: u64, body: Value) {
        let told = body.to_string();
        let actor = Actor::Partner { id: PartnerId(id(n)) };
        self.run(&actor, body).await.unwrap_or_else(|e| panic!("{told}: {e}"));
    }
    async fn visit(&self, n: u64, partner: Option<u64>, sensitivity: Option<&str>) {
        self.by(LEADER, json!({ "do": "plan_visit", "visit": id(n), "kind": "government", "place": id(900), "leader": id(LEADER), "day": "2018-05-02",
            "partner": partner.map(id), "sensitivity": sensitivity })).await;
        self.by(LEADER, json!({ "do": "start_visit", "visit": id(n) })).await;
    }
    fn promise(matter: u64, direction: &str, due: Option<&str>) -> Value {
        json!({ "do": "make_commitment", "matter": id(matter), "about": { "kind": "visit", "id": id(VISIT) }, "direction": direction,
            "words": format!("承诺{matter}"), "due": due })
    }
    /// Put right by us, judged by another, answered, confirmed by the partner.
    async fn keep(&self, n: u64) {
        self.by(HANDLER, json!({ "do": "accept", "matter": id(n) })).await;
        self.by(HANDLER, json!({ "do": "submit", "matter": id(n), "how": "已办" })).await;
        self.by(VERIFIER, json!({ "do": "verify", "matter": id(n) })).await;
        self.by(HEAD, json!({ "do": "answer", "matter": id(n), "words": "已兑现" })).await;
    }
    async fn stage(&self, n: u64) -> StageName {
        self.app.matter_page(&Actor::System, MatterId(id(n))).await.expect("a matter").matter.stage.name()
    }
    async fn figure(&self, code: F, as_of: Instant) -> Number {
        let period = "2018-05".parse().expect("a period");
        self.app.report(&Actor::System, period, None, as_of).await.expect("figures").get(code).expect("a figure").value
    }
}

const fn share(numerator: u64, denominator: u64) -> Number {
    Number::Share { numerator, denominator }
}

async fn story(engine: Engine) {
    let mut c = Company::new(engine).await;
    c.visit(VISIT, Some(OFFICE), None).await;
    c.by(
        LEADER,
        json!({ "do": "note_meeting", "visit": id(VISIT), "met": "副区长", "topics": "增容", "load_kw": 3000 }),
    )
    .await;
    assert_eq!(
        c.told(LEADER, json!({ "do": "note_meeting", "visit": id(VISIT), "partner": id(FIRM) })).await,
        "partner_stays"
    );

    // What it asks for is its own: it sees it by its link, is answered and judges.
    c.by(LEADER, json!({ "do": "record_finding", "visit": id(VISIT), "matter": id(800), "category": "service", "words": "希望增容", "from_partner": true,
        "finding": { "put_right": { "unit": id(UNIT), "due": { "day": "2018-05-20" } } } })).await;
    let demand =
        c.app.matter_page(&Actor::Partner { id: PartnerId(id(OFFICE)) }, MatterId(id(800))).await.expect("seen");
    assert_eq!(demand.matter.raised.by, By::Partner(PartnerId(id(OFFICE))));
    assert!(c.app.matter_page(&Actor::Partner { id: PartnerId(id(FIRM)) }, MatterId(id(800))).await.is_err());
    assert_eq!(c.figure(F::DemandsAnswered, c.now).await, share(0, 1));

    // A promise has a day, a partner of the visit, and is made where somebody was.
    for (body, code) in [
        (Company::promise(810, "ours", None), "due_needed"),
        (Company::promise(810, "ours", Some("2018-05-01")), "due_before"),
        (
            json!({ "do": "raise_matter", "matter": id(810), "kind": "commitment", "origin": "staff", "category": "service", "words": "口头", "unit": id(UNIT) }),
            "kind_needs_part",
        ),
    ] {
        assert_eq!(c.told(LEADER, body).await, code);
    }
    let mut other = Company::promise(810, "ours", Some("2018-05-10"));
    other["partner"] = json!(id(FIRM));
    assert_eq!(c.told(LEADER, other).await, "commitment_partner");
    for (n, direction, due) in [
        (810, "ours", "2018-05-04"),
        (811, "ours", "2018-05-31"),
        (812, "ours", "2018-05-08"),
        (813, "ours", "2018-05-09"),
        (814, "theirs", "2018-05-07"),
        (815, "theirs", "2018-05-06"),
    ] {
        c.by(LEADER, Company::promise(n, direction, Some(due))).await;
    }
    let ours = c.app.matter_page(&Actor::System, MatterId(id(810))).await.expect("a matter").matter;
    assert_eq!(
        (ours.kind, ours.unit, ours.raised.by.clone()),
        (MatterKind::Commitment, UnitId(id(UNIT)), By::Partner(PartnerId(id(OFFICE))))
    );
    assert_eq!(ours.about.map(|a| (a.kind, a.id)), Some((AboutKind::Visit, id(VISIT))));
    assert_eq!(ours.part.as_deref().and_then(Part::commitment).map(|p| p.direction), Some(Direction::Ours));
    let theirs = c.app.matter_page(&Actor::System, MatterId(id(814))).await.expect("a matter").matter;
    assert_eq!(
        (theirs.raised.by.clone(), theirs.raised.owner, theirs.handler),
        (By::Person(PersonId(id(HEAD))), Some(PartnerId(id(OFFICE))), Some(PersonId(id(HANDLER))))
    );
    // Nothing is judged before it is due or put right.
    assert_eq!(c.figure(F::CommitmentsOnTime, c.now).await, share(0, 0));
    assert_eq!(c.figure(F::CommitmentsTheirs, c.now).await, Number::Count { n: 2 });
    let raised = c.figure(F::Raised, c.now).await;
    assert_eq!(raised, Number::Count { n: 1 }, "the loop's figures count the demand alone");

    // A restricted visit is told to those who go, who planned it and who coordinates for the host.
    c.visit(SECRET, Some(FIRM), Some("restricted")).await;
    let rows = async |n: u64| {
        let actor = c.actor(n).await;
        let all = c.app.visit_list(&actor, &VisitFilter::default(), 50).await.expect("a list");
        let page = c.app.visit_page(&actor, VisitId(id(SECRET))).await.map(drop).map_err(|e| e.code());
        let keys = c.app.visit_rows(&actor, &[VisitId(id(SECRET))]).await.expect("rows").len();
        (all.iter().any(|r| r.id.0 == id(SECRET)), page, keys)
    };
    for n in [LEADER, HEAD] {
        assert_eq!(rows(n).await, (true, Ok(()), 1), "{n}");
    }
    for n in [STRANGER, HANDLER, VERIFIER] {
        assert_eq!(rows(n).await, (false, Err("not_found"), 0), "{n}");
    }
    assert_eq!(
        c.told(STRANGER, json!({ "do": "note_meeting", "visit": id(SECRET), "met": "谁" })).await,
        "out_of_sight"
    );
    let exported = c.fresh.folder().join("visits.csv");
    c.app
        .export_flow(&Actor::System, &[yixian_app::flow::Chosen::all(yixian_app::flow::Of::Visits)], &exported)
        .await
        .expect("exported");
    let text = std::fs::read_to_string(&exported).expect("a file");
    assert!(text.contains(&id(VISIT).to_string()) && !text.contains(&id(SECRET).to_string()), "{text}");

    // Two visits to partners; nobody is unseen.
    assert_eq!(c.figure(F::PartnerVisits, c.now).await, Number::Count { n: 2 });
    assert_eq!(c.figure(F::PartnersUnseen, c.now).await, share(0, 2));
    let period = "2018-05".parse().expect("a period");
    let by = c.app.report_by(&Actor::System, period, None, c.now, Some(Dimension::Role)).await.expect("figures");
    let role =
        |r: PartnerRole| by.of_group(F::PartnerVisits, &Group::Code(r as usize, r.as_str())).map(|f| f.ids().len());
    assert_eq!((role(PartnerRole::GovernmentDistrict), role(PartnerRole::Enterprise)), (Some(1), Some(1)));

    // 810 in time; 812 late; 813 stays open; 811 is not yet due, and put right before.
    let may_2 = c.now;
    c.later(1).await;
    c.keep(810).await;
    c.partner(OFFICE, json!({ "do": "rate", "matter": id(810), "verdict": "solved" })).await;
    assert_eq!(c.stage(810).await, StageName::Closed);
    c.keep(800).await;
    c.later(3).await;
    // What they promised they report by their link, and our coordinator confirms.
    c.partner(OFFICE, json!({ "do": "accept", "matter": id(814) })).await;
    c.partner(OFFICE, json!({ "do": "submit", "matter": id(814), "how": "已提供" })).await;
    c.by(HEAD, json!({ "do": "verify", "matter": id(814) })).await;
    let before = c.figure(F::CommitmentsOnTime, c.now).await;
    assert_eq!(before, share(1, 1));
    c.later(3).await;
    c.keep(812).await;
    c.keep(811).await;
    c.later(3).await;
    assert_eq!(c.figure(F::CommitmentsOnTime, c.now).await, share(2, 4), "810 and 811 of 810 to 813");
    assert_eq!(
        c.figure(F::CommitmentsTheirs, c.now).await,
        Number::Count { n: 2 },
        "815 is open and changes nothing of ours"
    );
    assert_eq!(c.figure(F::DemandsAnswered, c.now).await, share(1, 1));
    assert_eq!(c.figure(F::DemandsAnswered, may_2).await, share(0, 1), "as it was known on the 2nd");
    assert_eq!(c.figure(F::CommitmentsOnTime, may_2).await, share(0, 0));
    let between = c.app.partner_story(&c.actor(HEAD).await, PartnerId(id(OFFICE))).await.expect("a story");
    assert_eq!((between.visits.len(), between.demands.len(), between.ours.len(), between.theirs.len()), (1, 1, 4, 2));
    let hidden = c.app.partner_story(&c.actor(STRANGER).await, PartnerId(id(FIRM))).await.expect("a story");
    assert!(hidden.visits.is_empty());

    // Agreements.
    let put = |n: u64, code: &str, parties: Value, ours: bool, signed: &str, to: Option<&str>| {
        json!({ "do": "put_agreement", "agreement": id(n), "code": code, "title": "合作协议", "parties": parties, "ours": ours, "unit": id(UNIT),
            "scope": "定期会商", "signed": signed, "valid_to": to })
    };
    for (body, code) in [
        (put(950, "X-0", json!([id(OFFICE)]), false, "2018-05-02", None), "agreement_one_party"),
        (put(950, "X-0", json!([id(OFFICE), id(OFFICE)]), false, "2018-05-02", None), "agreement_party_twice"),
        (put(950, "X-0", json!([id(OFFICE)]), true, "2018-05-02", Some("2018-05-01")), "agreement_signed_after_end"),
        (put(950, "X 0", json!([Uuid::nil()]), true, "2018-05-02", None), "code partner"),
    ] {
        assert_eq!(c.told(HEAD, body).await, code);
    }
    assert_eq!(c.told(STRANGER, put(950, "X-0", json!([id(OFFICE)]), true, "2018-05-02", None)).await, "needs_role");
    c.by(HEAD, put(950, "X-1", json!([id(OFFICE)]), true, "2018-05-02", Some("2018-06-30"))).await;
    c.by(HEAD, put(951, "X-2", json!([id(OFFICE), id(FIRM)]), false, "2018-05-03", None)).await;
    assert_eq!(c.told(HEAD, put(952, "X-1", json!([id(OFFICE)]), true, "2018-05-02", None)).await, "code_taken");
    assert_eq!(c.figure(F::AgreementsInForce, c.now).await, Number::Count { n: 2 });
    assert_eq!(c.figure(F::AgreementsInForce, may_2).await, Number::Count { n: 0 }, "nobody knew of them on the 2nd");
    let first = c.app.agreements(&c.actor(HEAD).await).await.expect("agreements").into_iter().map(|a| a.code).next();
    assert_eq!(first.as_deref(), Some("X-1"), "what ends next stands first");
    let mut item = json!({ "do": "make_commitment", "matter": id(820), "about": { "kind": "agreement", "id": id(951) }, "direction": "theirs",
        "words": "提供场地", "due": "2018-07-01" });
    assert_eq!(c.told(HEAD, item.clone()).await, "partner_needed", "two parties: it has to be said which");
    item["partner"] = json!(id(FIRM));
    c.by(HEAD, item).await;
    let page = c.app.agreement_page(&c.actor(HEAD).await, "X-2").await.expect("a page");
    assert_eq!((page.commitments.len(), page.keeps), (1, true));
    c.by(HEAD, json!({ "do": "end_agreement", "agreement": id(950), "on": "2018-05-10", "reason": "双方同意" })).await;
    assert_eq!(c.figure(F::AgreementsInForce, c.now).await, Number::Count { n: 1 });

    // Whom they met can be erased.
    c.system(json!({ "do": "erase_visit_words", "visit": id(VISIT) })).await;
    let visit = c.app.visit_page(&c.actor(LEADER).await, VisitId(id(VISIT))).await.expect("a visit");
    let met = visit.visit.meeting.as_ref().and_then(|m| m.met.as_ref()).expect("it says that somebody was met");
    assert!(!visit.words.contains_key(&met.id));

    let verified = c.app.verify().await.expect("verified");
    assert!(verified.ok, "{:?}", verified.faults);
    c.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_promised_and_who_may_read_of_it_on_both_engines() {
    for engine in Engine::ALL {
        Box::pin(story(engine)).await;
    }
}

/// From the day of the settings on a visit to a government names its partner.
#[tokio::test(flavor = "multi_thread")]
async fn a_visit_to_a_government_names_its_partner_from_a_day_on() {
    let c = Company::new(Engine::Sqlite).await;
    let plan = |n: u64, kind: &str, partner: Option<u64>| json!({ "do": "plan_visit", "visit": id(n), "kind": kind, "place": id(900), "leader": id(LEADER), "day": "2018-05-03", "partner": partner.map(id) });
    assert_eq!(c.told(LEADER, plan(710, "government", None)).await, "done");
    let settings = include_str!("../../../../rules/settings.toml")
        .replace("partner_unseen_days = 90", "partner_unseen_days = 90\npartner_since = \"2018-05-03\"");
    assert!(settings.contains("partner_since = \"2018-05-03\""));
    c.app.put_policy("settings", "rules/settings.toml", settings).await.expect("in force");
    assert_eq!(c.told(LEADER, plan(711, "government", None)).await, "partner_needed");
    assert_eq!(c.told(LEADER, plan(712, "customer", None)).await, "partner_needed");
    assert_eq!(c.told(LEADER, plan(713, "site", None)).await, "done");
    assert_eq!(c.told(LEADER, plan(714, "government", Some(OFFICE))).await, "done");
    c.app.close().await;
}
