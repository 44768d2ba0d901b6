//! The SQL scope of every list equals `access::may`, on random trees, actors and records.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, MatterFacts, VisitFacts, may, scope};
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::{Grant, Level, Person, Role, Specialty, Unit, UnitKind, UnitPath};
use yixian_domain::place::{Area, Place, PlaceKind};
use yixian_domain::time::Date;
use yixian_domain::visit::{CheckIn, Companion, Plan, Sensitivity, Visit, VisitType};
use yixian_store::{Store, StoreError, matter, visit};
use yixian_testkit::{Engine, Fresh, Rules, at, id};

const UNITS: usize = 9;
const PEOPLE: usize = 5;
/// Codes that lie close together: prefixes of one another, and characters around the slash.
const CODES: [&str; UNITS] = ["R", "A", "A-1", "A.1", "AB", "a", "B", "A_1", "9"];

/// A random company: for each unit but the first its parent; grants; matters and visits.
#[derive(Clone, Debug)]
#[allow(clippy::type_complexity)] // the columns are named beside them
struct Case {
    parents: Vec<usize>,
    grants: Vec<Vec<(usize, usize)>>,
    /// unit, raiser (person or outside), recorder, handler, doer
    matters: Vec<(usize, Option<usize>, usize, Option<usize>, Option<usize>)>,
    /// host, leader, companion, planner, announced, started
    visits: Vec<(usize, usize, Option<usize>, usize, bool, bool)>,
}

fn case() -> impl Strategy<Value = Case> {
    let person = 0..PEOPLE;
    (
        proptest::collection::vec(any::<proptest::sample::Index>(), UNITS - 1),
        proptest::collection::vec(proptest::collection::vec((0..Role::ALL.len(), 0..UNITS), 0..3), PEOPLE),
        proptest::collection::vec(
            (
                0..UNITS,
                proptest::option::of(person.clone()),
                person.clone(),
                proptest::option::of(person.clone()),
                proptest::option::of(person.clone()),
            ),
            1..14,
        ),
        proptest::collection::vec(
            (0..UNITS, person.clone(), proptest::option::of(person.clone()), person, any::<bool>(), any::<bool>()),
            1..14,
        ),
    )
        .prop_map(|(parents, grants, matters, visits)| Case {
            parents: parents.iter().enumerate().map(|(i, p)| p.index(i + 1)).collect(),
            grants,
            matters,
            visits,
        })
}

fn units_of(case: &Case) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (i, code) in CODES.iter().enumerate() {
        let parent = i.checked_sub(1).map(|n| case.parents[n]);
        let path = parent.map_or_else(|| UnitPath::root(code), |p| units[p].path.child(code));
        units.push(Unit {
            id: UnitId(id(100 + i as u64)),
            code: (*code).into(),
            name: (*code).into(),
            name_en: None,
            kind: UnitKind::Station,
            parent: parent.map(|p| units[p].id),
            path,
            from: None,
            to: None,
        });
    }
    units
}

const PERSON: fn(usize) -> PersonId = |n| PersonId(id(200 + n as u64));

async fn check(engine: Engine, case: Case) -> Result<(), String> {
    let fresh = Fresh::new(engine).await;
    let store = Store::open(fresh.db().await, 0).await.map_err(|e| e.to_string())?;
    let rules = Arc::new(Rules::read());
    let units = units_of(&case);
    let (c, u) = (case.clone(), units.clone());
    let (matters, visits) = store
        .write(async move |tx| {
            tx.under(CommandId(id(1)), at(0));
            for unit in &u {
                tx.put_unit(unit).await?;
            }
            for n in 0..PEOPLE {
                let code = format!("p{n}");
                tx.put_person(
                    &Person {
                        id: PERSON(n),
                        code: code.clone(),
                        name: code,
                        unit: u[0].id,
                        level: Level::Staff,
                        specialty: Specialty::General,
                        duty: false,
                        from: None,
                        to: None,
                    },
                    at(0),
                )
                .await?;
            }
            let place = PlaceId(id(300));
            tx.put_place(
                &Place {
                    id: place,
                    code: "p".into(),
                    name: "p".into(),
                    kind: PlaceKind::Station,
                    district: "d".into(),
                    area: Area::Urban,
                    point: None,
                    unit: None,
                },
                at(0),
            )
            .await?;
            let mut matters = Vec::new();
            for (n, (unit, raiser, recorder, handler, doer)) in c.matters.iter().copied().enumerate() {
                let words = Words { id: WordsId(id(1)), hash: String::new() };
                let by = raiser.map_or(By::Raiser(ContactId(id(400 + n as u64))), |p| By::Person(PERSON(p)));
                let raised = Raised {
                    by,
                    recorded_by: By::Person(PERSON(recorder)),
                    at: at(0),
                    words,
                    category: "service".into(),
                    place: None,
                    visit: None,
                    photos: vec![],
                    owner: None,
                };
                let raise = Raise {
                    id: MatterId(id(900 + n as u64)),
                    kind: MatterKind::Problem,
                    origin: Origin::Staff,
                    raised,
                    unit: u[unit].id,
                    part: None,
                    about: None,
                };
                let moved = Matter::raise(&rules.law(), raise, &TargetChoice::RuleIfAny)
                    .map_err(|e| StoreError::corrupt("law", e))?;
                let mut m = moved.matter;
                m.handler = handler.map(PERSON);
                m.doer = doer.map(|p| By::Person(PERSON(p)));
                tx.insert_matter(&m, &moved.events, "", "", None).await?;
                matters.push((m.id.0, MatterFacts::of(&m, u[unit].path.clone())));
            }
            let mut visits = Vec::new();
            for (n, (host, leader, companion, planner, announced, started)) in c.visits.iter().copied().enumerate() {
                let companions = companion.map(|p| Companion { person: PERSON(p), duty: false }).into_iter().collect();
                let plan = Plan {
                    kind: VisitType::Site,
                    place,
                    host: u[host].id,
                    leader: PERSON(leader),
                    companions,
                    day: Date::constant(2018, 5, 2),
                    from: None,
                    purpose: None,
                    announced,
                    partner: None,
                    sensitivity: (n % 3 == 0).then_some(Sensitivity::Restricted),
                };
                let (mut v, h) = Visit::plan(VisitId(id(600 + n as u64)), at(0), &By::Person(PERSON(planner)), plan);
                tx.insert_visit(&v, &[h]).await?;
                if started {
                    let check_in = CheckIn { at: at(1), point: None, accuracy_m: None, announced };
                    let (now, h) = v
                        .start(&rules.law(), at(1), &By::Person(PERSON(leader)), check_in, vec![])
                        .map_err(|e| StoreError::corrupt("law", e))?;
                    tx.update_visit(&now, &[h]).await?;
                    v = now;
                }
                visits.push((v.id.0, VisitFacts::of(&v, u[host].path.clone())));
            }
            Ok::<_, StoreError>((matters, visits))
        })
        .await
        .map_err(|e| e.to_string())?;
    let mut conn = store.read().await.map_err(|e| e.to_string())?;
    let mut actors = vec![Actor::System, Actor::Anonymous];
    actors.extend((0..PEOPLE).map(|n| Actor::Person {
        id: PERSON(n),
        grants:
            case.grants[n].iter().map(|(r, u)| Grant { role: Role::ALL[*r], over: units[*u].path.clone() }).collect(),
    }));
    for actor in &actors {
        let s = scope(actor);
        let seen: BTreeSet<Uuid> = matter::list(&mut conn, &s, &matter::Filter::default(), 100)
            .await
            .map_err(|e| e.to_string())?
            .0
            .iter()
            .map(|r| r.id)
            .collect();
        let allowed: BTreeSet<Uuid> =
            matters.iter().filter(|m| may(actor, &Ask::SeeMatter(&m.1)).is_ok()).map(|m| m.0).collect();
        if seen != allowed {
            return Err(format!("{engine:?} matters of {actor:?}: list {seen:?}, may {allowed:?}"));
        }
        let seen: BTreeSet<Uuid> = visit::list(&mut conn, &s, &visit::Filter::default(), 100)
            .await
            .map_err(|e| e.to_string())?
            .iter()
            .map(|r| r.id)
            .collect();
        let allowed: BTreeSet<Uuid> =
            visits.iter().filter(|v| may(actor, &Ask::SeeVisit(&v.1)).is_ok()).map(|v| v.0).collect();
        if seen != allowed {
            return Err(format!("{engine:?} visits of {actor:?}: list {seen:?}, may {allowed:?}"));
        }
    }
    drop(conn);
    store.close().await;
    Ok(())
}

#[test]
fn lists_show_what_may_be_seen() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for (engine, cases) in [(Engine::Sqlite, 48), (Engine::Postgres, 16)] {
        TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() })
            .run(&case(), |c| runtime.block_on(check(engine, c)).map_err(TestCaseError::fail))
            .unwrap();
    }
}
