//! One story of planning on both engines: places are worth something, a plan is made and kept, adopted
//! into visits, changed by what happens, made again, compared, adopted again.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use yixian_app::clock::Clock;
use yixian_app::command::{ChangeIn, Envelope, PlanCommand, PlanIn, WeightsIn};
use yixian_app::mint::Mint;
use yixian_app::planning::compare::compare;
use yixian_app::planning::document::{PlanDoc, WhyNot, civil};
use yixian_app::policy::PolicySource;
use yixian_app::store::visit::Filter;
use yixian_app::{App, AppError, Opening, Receipt};
use yixian_domain::access::Actor;
use yixian_domain::duty::Month;
use yixian_domain::ids::*;
use yixian_domain::planning::{Evidence, PartKind};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_testkit::{Engine, Fresh};

/// 2018-05-02 09:00 in Beijing, the first working day of a campaign month.
const NOW: Instant = Instant(1_525_222_800_000);

struct Company {
    app: App,
    units: Vec<Uuid>,
    leaders: Vec<Uuid>,
    coordinator: PersonId,
    elsewhere: PersonId,
    places: Vec<Uuid>,
    fresh: Fresh,
}

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

impl Company {
    async fn new(engine: Engine) -> Company {
        let fresh = Fresh::new(engine).await;
        let app = App::open(Opening {
            db: fresh.db().await,
            folder: fresh.folder(),
            clock: Clock::At(NOW),
            mint: Mint::seeded(7),
            policies: PolicySource::Embedded,
        })
        .await
        .expect("an app");
        let mut c = Company {
            app,
            units: vec![],
            leaders: vec![],
            coordinator: PersonId(Uuid::nil()),
            elsewhere: PersonId(Uuid::nil()),
            places: vec![],
            fresh,
        };
        for (code, kind, parent) in [
            ("BJ", "company", None),
            ("CP", "district_company", Some(0)),
            ("HD", "district_company", Some(0)),
            ("CP-01", "station", Some(1)),
        ] {
            let unit = c.id();
            let parent: Option<Uuid> = parent.map(|p: usize| c.units[p]);
            c.run(
                json!({ "do": "put_unit", "unit": unit, "code": code, "name": code, "kind": kind, "parent": parent }),
            )
            .await;
            c.units.push(unit);
        }
        for (i, specialty) in ["operations", "marketing", "safety", "construction"].into_iter().enumerate() {
            let p = c.id();
            c.run(json!({ "do": "put_person", "person": p, "code": format!("L{i}"), "name": format!("干部{i}"), "unit": c.units[1], "level": "unit_head", "specialty": specialty, "duty": true, "roles": [{ "role": "leader", "unit": c.units[1] }] })).await;
            c.leaders.push(p);
        }
        for (code, unit) in [("C1", 1), ("C2", 2)] {
            let p = c.id();
            c.run(json!({ "do": "put_person", "person": p, "code": code, "name": code, "unit": c.units[unit], "level": "staff", "specialty": "general", "duty": false, "roles": [{ "role": "coordinator", "unit": c.units[unit] }] })).await;
            if unit == 1 { c.coordinator = PersonId(p) } else { c.elsewhere = PersonId(p) }
        }
        for i in 0..70_u32 {
            let kind =
                ["construction_site", "construction_site", "village", "customer", "government", "community", "street"]
                    [i as usize % 7];
            let (lat, lon) = (40.15 + f64::from(i % 9) * 0.012, 116.15 + f64::from(i % 11) * 0.014);
            let p = c.id();
            let point = (i != 69).then(|| json!({ "lat": lat, "lon": lon }));
            c.run(json!({ "do": "put_place", "place": p, "code": format!("P{i:02}"), "name": format!("地点{i}"), "kind": kind, "district": "昌平区", "area": "suburban", "point": point, "unit": c.units[if i % 2 == 0 { 1 } else { 3 }] })).await;
            c.places.push(p);
        }
        c
    }
    fn id(&self) -> Uuid {
        self.app.mint().uuid(NOW)
    }
    async fn run(&self, command: Value) -> Receipt {
        self.as_(&Actor::System, command).await.expect("done")
    }
    async fn as_(&self, actor: &Actor, command: Value) -> Result<Receipt, AppError> {
        let envelope: Envelope = serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{command}: {e}"));
        self.app.execute(actor, CommandId(self.id()), envelope, None).await
    }
    async fn coordinator(&self) -> Actor {
        self.app.actor(self.coordinator).await.expect("an actor")
    }
    fn asked(&self, base: Option<Uuid>, from: Option<Date>, changes: Vec<ChangeIn>) -> PlanIn {
        PlanIn {
            plan: self.id(),
            unit: self.units[1],
            month: "2018-05".parse::<Month>().expect("a month"),
            from,
            base,
            changes,
            weights: WeightsIn::default(),
            fewer: false,
            seconds: None,
            iterations: Some(3_000),
            seed: 3,
        }
    }
    async fn plan(&self, asked: PlanIn) -> PlanDoc {
        let (actor, plan) = (self.coordinator().await, asked.plan);
        self.app
            .execute(
                &actor,
                CommandId(self.id()),
                Envelope { happened_at: None, command: PlanCommand::MakePlan(asked).into() },
                None,
            )
            .await
            .expect("a plan");
        self.app.plan(&actor, plan).await.expect("the plan").doc
    }
    async fn adopt(&self, plan: Uuid) -> Result<Receipt, AppError> {
        self.as_(&self.coordinator().await, json!({ "do": "adopt_plan", "plan": plan })).await
    }
    async fn visits(&self) -> Vec<yixian_app::store::visit::ListRow> {
        let filter = Filter { state: Some("planned"), ..Filter::default() };
        self.app.visits(&Actor::System, &filter, 2_000).await.expect("visits")
    }
}

/// Nobody is in two places at once, and everybody keeps to his shift.
fn sound(doc: &PlanDoc) {
    let mut places = BTreeSet::new();
    for r in &doc.routes {
        let leader = doc.leaders.iter().find(|l| l.person == r.person).expect("a leader of the plan");
        let shift = leader.shifts.iter().find(|s| s.day == r.day).expect("a shift");
        assert!(
            r.leaves >= i32::from(shift.from)
                && r.returns <= i32::from(shift.to)
                && r.stops.len() <= usize::from(shift.visits),
            "{r:?}"
        );
        let mut at = r.leaves;
        for s in &r.stops {
            assert!(s.arrives >= at + s.drive && s.begins >= s.arrives && s.ends > s.begins, "{s:?}");
            assert!(places.insert((s.place, s.visit)), "twice in one plan");
            at = s.ends;
        }
        assert!(r.returns >= at);
    }
}

async fn story(engine: Engine) {
    let c = Company::new(engine).await;
    let actor = c.coordinator().await;

    // A hazard that is overdue makes its place the most urgent one, and says which record does.
    let hazard = c.id();
    c.run(json!({ "do": "raise_matter", "matter": hazard, "kind": "hazard", "origin": "staff", "category": "safety", "words": "护栏缺失", "place": c.places[0], "unit": c.units[1] })).await;
    let month: Month = "2018-05".parse().expect("a month");
    let ranked = c.app.priorities(&actor, UnitId(c.units[1]), month).await.expect("priorities");
    assert_eq!((ranked.len(), ranked[0].place.id.0), (70, c.places[0]));
    assert!(
        ranked[0]
            .priority
            .parts
            .iter()
            .any(|p| p.kind == PartKind::Open && p.of == Evidence::Matters(vec![MatterId(hazard)]))
    );
    assert!(matches!(
        c.app.priorities(&c.app.actor(c.elsewhere).await.expect("an actor"), UnitId(c.units[1]), month).await,
        Err(AppError::Denied(_))
    ));

    // Made once, however often it is sent; the same seed and iterations give the same plan.
    let asked = c.asked(None, None, vec![]);
    let (first, command) = (asked.plan, CommandId(c.id()));
    let envelope = Envelope { happened_at: None, command: PlanCommand::MakePlan(asked.clone()).into() };
    let receipt = c.app.execute(&actor, command, envelope.clone(), None).await.expect("a plan");
    assert_eq!(c.app.execute(&actor, command, envelope, None).await.expect("the receipt again"), receipt);
    let doc = c.app.plan(&actor, first).await.expect("the plan").doc;
    sound(&doc);
    let again = c.plan(PlanIn { plan: c.id(), ..asked }).await;
    assert_eq!((&again.routes, &again.worth), (&doc.routes, &doc.worth));
    assert!(doc.stops().count() >= 40, "{} visits", doc.stops().count());
    assert!(doc.stops().any(|(_, s)| s.place.0 == c.places[0]), "the most urgent place is in it");
    assert_eq!(doc.left.iter().find(|l| l.place.0 == c.places[69]).map(|l| l.why), Some(WhyNot::NoPoint));
    assert!(doc.travel.guessed());
    assert!(matches!(
        c.app.plan(&c.app.actor(c.elsewhere).await.expect("an actor"), first).await,
        Err(AppError::NotFound("plan"))
    ));

    // Adopted: every stop is a visit with its leader, day and hour; each leader is told once.
    assert!(matches!(
        c.as_(&c.app.actor(c.elsewhere).await.expect("an actor"), json!({ "do": "adopt_plan", "plan": first })).await,
        Err(AppError::Denied(_))
    ));
    c.adopt(first).await.expect("adopted");
    let wanted: BTreeMap<PlaceId, (Uuid, String)> =
        doc.stops().map(|(r, s)| (s.place, (r.person.0, civil(r.day, s.begins).0.to_string()))).collect();
    let made: BTreeMap<PlaceId, (Uuid, String)> =
        c.visits().await.into_iter().map(|v| (PlaceId(v.place_id), (v.leader_id, v.day))).collect();
    assert_eq!(made, wanted);
    for leader in &c.leaders {
        let (notices, _) = c.app.notices(PersonId(*leader), 50).await.expect("notices");
        assert!(
            notices.iter().filter(|n| n.code == "plan_adopted").count() <= 1
                && notices.iter().all(|n| n.code != "visit_planned")
        );
    }
    let page = c.app.plan(&actor, first).await.expect("the plan");
    assert_eq!(page.row.adoption.map(|a| (a.made, a.kept, a.moved, a.dropped)), Some((wanted.len() as i64, 0, 0, 0)));
    assert!(matches!(c.adopt(first).await, Err(AppError::Refused(Refusal::PlanAdopted))));
    assert!(
        matches!(c.adopt(again.asked.plan).await, Err(AppError::Refused(Refusal::PlanSuperseded))),
        "another plan of the same days"
    );

    // A leader is away for a week, a site closes, somewhere is urgent, and somebody planned a visit by hand.
    let away = doc.routes.iter().find(|r| r.day >= day("2018-05-21")).expect("a late route").person;
    let closed = doc
        .stops()
        .find(|(r, _)| r.day >= day("2018-05-14") && r.person != away)
        .map(|(_, s)| s.place)
        .expect("a place");
    let urgent = doc.left.iter().find(|l| l.why != WhyNot::NoPoint).map(|l| l.place);
    c.run(json!({ "do": "exempt", "person": away, "from": "2018-05-21", "to": "2018-05-27", "reason": "leave" })).await;
    let spare = *c.leaders.iter().find(|l| **l != away.0).expect("another leader");
    let by_hand = c.id();
    c.as_(&actor, json!({ "do": "plan_visit", "visit": by_hand, "kind": "site", "place": c.places[1], "leader": spare, "day": "2018-05-29", "from": "10:00:00", "host": c.units[1] })).await.expect("planned by hand");
    let mut changes = vec![ChangeIn::Closed { place: closed.0, from: day("2018-05-01"), to: day("2018-05-31") }];
    changes.extend(urgent.map(|place| ChangeIn::Urgent { place: place.0, points: 300 }));
    let repaired = c.plan(c.asked(Some(first), Some(day("2018-05-10")), changes.clone())).await;
    sound(&repaired);
    assert!(
        repaired.routes.iter().all(|r| r.person != away || r.day < day("2018-05-21") || r.day > day("2018-05-27")),
        "nobody goes while away"
    );
    assert!(repaired.stops().all(|(_, s)| s.place != closed));
    assert!(urgent.is_none_or(|u| repaired.stops().any(|(_, s)| s.place == u)));
    let hand = repaired
        .stops()
        .find(|(_, s)| s.visit.is_some_and(|v| v.0.0 == by_hand))
        .expect("what was planned by hand stays");
    assert_eq!((hand.0.person.0, hand.0.day, hand.1.pinned), (spare, day("2018-05-29"), true));
    let difference = compare(&doc, &repaired);
    let touched = doc
        .stops()
        .filter(|(r, s)| {
            r.day >= day("2018-05-10")
                && (s.place == closed || r.person == away && r.day >= day("2018-05-21") && r.day <= day("2018-05-27"))
        })
        .count();
    assert!(
        difference.kept * 100 >= (difference.comparable - touched) * 90,
        "kept {} of {} with {touched} touched",
        difference.kept,
        difference.comparable
    );
    assert_eq!(repaired.asked.changes, changes, "what was settled goes with the plan");

    // Adopted too: what stays keeps its visit, what moves is moved, what has no room is called off.
    let before: BTreeMap<Uuid, (Uuid, String)> =
        c.visits().await.into_iter().map(|v| (v.id, (v.leader_id, v.day))).collect();
    c.adopt(repaired.asked.plan).await.expect("adopted");
    let after: BTreeMap<Uuid, (Uuid, String)> =
        c.visits().await.into_iter().map(|v| (v.id, (v.leader_id, v.day))).collect();
    for (r, s) in repaired.stops() {
        if let Some((visit, _)) = s.visit {
            assert_eq!(after.get(&visit.0), Some(&(r.person.0, civil(r.day, s.begins).0.to_string())));
        }
    }
    assert!(after.values().all(|(leader, d)| *leader != away.0 || !("2018-05-21".."2018-05-28").contains(&d.as_str())));
    let early = |v: &&(Uuid, String)| v.1.as_str() < "2018-05-10";
    assert_eq!(
        before.values().filter(early).collect::<Vec<_>>(),
        after.values().filter(early).collect::<Vec<_>>(),
        "what lies before does not move"
    );
    let a = c.app.plan(&actor, repaired.asked.plan).await.expect("the plan").row.adoption.expect("adopted");
    assert!(a.kept > a.moved + a.dropped, "{a:?}");
    assert!(a.dropped >= 1 || a.moved >= 1, "{a:?}");

    // What happens between making and adopting is told, not overrun.
    let late = c.plan(c.asked(Some(repaired.asked.plan), Some(day("2018-05-10")), vec![])).await;
    let lost = late.stops().find_map(|(_, s)| s.visit).expect("a known visit").0;
    c.as_(&actor, json!({ "do": "cancel_visit", "visit": lost, "reason": "临时取消" })).await.expect("called off");
    match c.adopt(late.asked.plan).await {
        Err(AppError::Refused(Refusal::PlanOutOfDate { reasons })) => {
            assert_eq!(reasons, vec![yixian_domain::planning::Change::Visit { visit: lost }])
        }
        other => panic!("{other:?}"),
    }

    // Bad questions are answered all at once, and nothing is kept of them.
    let bad = PlanIn {
        seconds: Some(0),
        changes: vec![
            ChangeIn::Pin { place: c.places[0], leader: None, day: None },
            ChangeIn::Urgent { place: c.places[0], points: 0 },
        ],
        ..c.asked(None, None, vec![])
    };
    match c
        .app
        .execute(
            &actor,
            CommandId(c.id()),
            Envelope { happened_at: None, command: PlanCommand::MakePlan(bad.clone()).into() },
            None,
        )
        .await
    {
        Err(AppError::Invalid(faults)) => {
            assert_eq!(faults.iter().map(|f| f.code).collect::<Vec<_>>(), ["plan_seconds", "plan_pin", "plan_points"])
        }
        other => panic!("{other:?}"),
    }
    assert!(c.app.plan(&actor, bad.plan).await.is_err());

    let found = c.app.verify().await.expect("verified");
    assert!(found.ok, "{:?}", found.faults);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_made_adopted_changed_and_adopted_again() {
    for engine in Engine::ALL {
        story(engine).await;
    }
}

/// Two nodes on one database: either shows the searches of both, refuses to make the same plan again, and stops what the
/// other one makes.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_seen_and_stopped_from_another_node() {
    for engine in Engine::ALL {
        let c = Company::new(engine).await;
        let other = App::open(Opening {
            db: c.fresh.db().await,
            folder: c.fresh.folder(),
            clock: Clock::At(NOW),
            mint: Mint::seeded(8),
            policies: PolicySource::Embedded,
        })
        .await
        .expect("another node");
        let plan = c.id();
        let begin = json!({ "do": "make_plan", "plan": plan, "unit": c.units[1], "month": "2018-05", "seconds": 25 });
        let envelope: Envelope = serde_json::from_value(begin).expect("a command");
        let (app, again) = (c.app.clone(), envelope.clone());
        let id = CommandId(c.id());
        let began = std::time::Instant::now();
        let making = tokio::spawn(async move { app.execute(&Actor::System, id, envelope, None).await });
        let seen = loop {
            if let Some(p) = other.plan_run(&Actor::System, plan).await.expect("asked") {
                break p;
            }
            assert!(began.elapsed().as_secs() < 10, "{engine:?}: the other node does not see it");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        };
        assert_eq!(seen.unit, UnitId(c.units[1]));
        assert!(other.plan_runs(&Actor::System).await.expect("asked").iter().any(|(id, _)| *id == plan));
        let twice = other.execute(&Actor::System, CommandId(c.id()), again, None).await;
        assert!(matches!(twice, Err(AppError::IdReused)), "{engine:?}: {twice:?}");
        assert!(other.stop_plan(&Actor::System, plan).await.expect("asked"));
        making.await.expect("no panic").expect("it ends with what it has");
        assert!(began.elapsed().as_secs() < 20, "{engine:?}: it was not stopped");
        let kept = other.plan(&Actor::System, plan).await.expect("the plan");
        assert!(kept.doc.search.stopped);
        for _ in 0..50 {
            if other.plan_runs(&Actor::System).await.expect("asked").is_empty() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(other.plan_runs(&Actor::System).await.expect("asked").is_empty(), "{engine:?}: its end is known");
        other.close().await;
    }
}
