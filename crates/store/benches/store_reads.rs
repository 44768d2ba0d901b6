//! What reading costs on SQLite at 10,000 and at 100,000 matters: p50 and p95 of getting one, of
//! lists and of search, and how much each grows. Targets: 1 / 3 / 5 ms, and at most twice.
//! `cargo bench -p yixian-store --bench store_reads [-- plans]`; `plans` prints how SQLite goes about it.

use std::sync::Arc;
use std::time::Instant as Clock;
use yixian_domain::access::{Actor, Scope, scope};
use yixian_domain::ids::{By, CommandId, MatterId, PersonId};
use yixian_domain::matter::{Law, Matter, MatterKind, StageName, TargetChoice};
use yixian_domain::org::{Grant, Role};
use yixian_store::matter::{Filter, Order};
use yixian_store::{Conn, Store, StoreError, matter};
use yixian_testkit::{Engine, Fresh, World, at, id};

const REPEAT: usize = 200;

/// Every row has 电表, one in 500 漏油; a third each is raised, assigned and in hand.
async fn grow(store: &Store, world: &Arc<World>, from: u64, to: u64) {
    for start in (from..to).step_by(1_000) {
        let w = world.clone();
        store
            .write(async move |tx| {
                for n in start..(start + 1_000).min(to) {
                    let rare = if n % 500 == 7 { "漏油" } else { "" };
                    let text = format!("电表箱门坏{rare}，第{n}号 meter box {n}");
                    let unit = (n % 5) as usize;
                    let when = at(n as i64 % 40_000);
                    let (m, _) = w.raise(tx, id(1_000_000 + n), unit, &text, when).await?;
                    if n % 3 > 0 {
                        let law: Law = w.rules.law();
                        let moved = m
                            .assign(
                                &law,
                                when,
                                &By::Person(w.people[0].id),
                                w.units[unit].id,
                                None,
                                &TargetChoice::RuleIfAny,
                                None,
                            )
                            .ok();
                        let moved = if n % 3 == 2 {
                            moved
                                .and_then(|m| m.and(|m: Matter| m.accept(&law, when, &By::Person(w.people[2].id))).ok())
                        } else {
                            moved
                        };
                        if let Some(moved) = moved {
                            tx.under(CommandId(id(1)), when);
                            tx.update_matter(&moved.matter, &moved.events, None).await?;
                        }
                    }
                }
                Ok::<_, StoreError>(())
            })
            .await
            .expect("it is written");
    }
}

fn cases(world: &World) -> Vec<(&'static str, f64, Scope, Filter)> {
    let of = |person: usize, unit: usize| {
        scope(&Actor::Person {
            id: world.people[person].id,
            grants: vec![Grant { role: Role::Viewer, over: world.units[unit].path.clone() }],
        })
    };
    let own = scope(&Actor::Person { id: PersonId(id(999)), grants: vec![] });
    let text = |t: &str| Filter { text: t.into(), ..Filter::default() };
    let overdue = at(60 * 24 * 20);
    vec![
        ("list: all", 3.0, Scope::All, Filter::default()),
        ("list: all, of a station", 3.0, of(3, 2), Filter::default()),
        ("list: of nobody's", 3.0, own, Filter::default()),
        (
            "list: kind, open, subtree",
            3.0,
            of(0, 0),
            Filter {
                kind: Some(MatterKind::Problem),
                open: true,
                unit: Some(world.units[1].path.clone()),
                ..Filter::default()
            },
        ),
        ("list: stage, of a station", 3.0, of(3, 2), Filter { stages: vec![StageName::InHand], ..Filter::default() }),
        (
            "list: two stages, subtree",
            3.0,
            of(0, 0),
            Filter {
                stages: vec![StageName::InHand, StageName::Raised],
                unit: Some(world.units[2].path.clone()),
                ..Filter::default()
            },
        ),
        ("list: stage nobody has", 3.0, of(0, 0), Filter { stages: vec![StageName::Returned], ..Filter::default() }),
        (
            "list: overdue, by due date",
            3.0,
            of(0, 0),
            Filter { overdue_at: Some(overdue), order: Order::Due, ..Filter::default() },
        ),
        ("list: by due date, of a unit", 3.0, of(3, 1), Filter { order: Order::Due, ..Filter::default() }),
        (
            "list: by due date, page 2",
            3.0,
            of(3, 1),
            Filter { order: Order::Due, after: Some((at(60 * 24 * 22).0, 500)), ..Filter::default() },
        ),
        ("list: handler", 3.0, of(0, 0), Filter { handler: Some(world.people[2].id), ..Filter::default() }),
        ("list: mine", 3.0, of(0, 0), Filter { mine: Some(world.people[1].id), ..Filter::default() }),
        (
            "list: place, in hand",
            3.0,
            of(0, 0),
            Filter { place: Some(world.places[3].id), stages: vec![StageName::InHand], ..Filter::default() },
        ),
        ("list: raised in a day", 3.0, of(0, 0), Filter { raised: Some((at(1_000), at(2_440))), ..Filter::default() }),
        ("list: requested", 3.0, of(0, 0), Filter { requested: true, ..Filter::default() }),
        ("list: deep page", 3.0, of(3, 1), Filter { after: Some((0, 2_000)), ..Filter::default() }),
        ("search: 1 of 500", 5.0, Scope::All, text("漏油")),
        ("search: 1 of 500, station", 5.0, of(3, 2), text("漏油")),
        ("search: every row", 5.0, Scope::All, text("电表")),
        ("search: every row, station", 5.0, of(3, 2), text("电表")),
        ("search: every row, one char", 5.0, Scope::All, text("电")),
        ("search: every row, phrase", 5.0, Scope::All, text("电表箱门坏")),
        (
            "search: every, stage, unit",
            5.0,
            of(0, 0),
            Filter { stages: vec![StageName::InHand], unit: Some(world.units[4].path.clone()), ..text("电表 meter") },
        ),
        ("search: none", 5.0, Scope::All, text("变压器")),
    ]
}

/// p50 and p95 in milliseconds.
fn quantiles(mut took: Vec<f64>) -> (f64, f64) {
    took.sort_by(f64::total_cmp);
    (took[took.len() / 2], took[took.len() * 95 / 100])
}

async fn measure(conn: &mut Conn, world: &World, matters: u64) -> Vec<(&'static str, f64, (f64, f64))> {
    let mut out = Vec::new();
    let mut took = Vec::new();
    for i in 0..REPEAT as u64 {
        let wanted = MatterId(id(1_000_000 + (i * 7_919) % matters));
        let from = Clock::now();
        assert!(matter::matter(conn, wanted).await.expect("it reads").is_some());
        took.push(from.elapsed().as_secs_f64() * 1e3);
    }
    out.push(("get one", 1.0, quantiles(took)));
    for (name, target, s, f) in cases(world) {
        let mut took = Vec::new();
        for _ in 0..REPEAT {
            let from = Clock::now();
            matter::list(conn, &s, &f, 50).await.expect("it reads");
            took.push(from.elapsed().as_secs_f64() * 1e3);
            if took.len() > 5 && took.iter().sum::<f64>() > 3_000.0 {
                break;
            }
        }
        out.push((name, target, quantiles(took)));
    }
    out
}

#[tokio::main]
async fn main() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let store = Store::open(fresh.db().await, 0).await.expect("the store opens");
    let world = Arc::new(World::new());
    world.write(&store).await;
    let mut results = Vec::new();
    let mut size = 0;
    for next in [10_000, 100_000] {
        let from = Clock::now();
        grow(&store, &world, size, next).await;
        println!("{next} matters after {:.1} s", from.elapsed().as_secs_f64());
        size = next;
        let mut conn = store.read().await.expect("it reads");
        results.push(measure(&mut conn, &world, next).await);
    }
    let mut missed = 0;
    println!("{:<32}{:>10}{:>10}{:>10}{:>8}{:>8}", "ms", "p50 10k", "p50 100k", "p95 100k", "growth", "target");
    for (a, b) in results[0].iter().zip(&results[1]) {
        let growth = b.2.0 / a.2.0;
        // Below a fifth of a millisecond, growth is noise of the clock.
        let bad = b.2.0 > b.1 || growth > 2.0 && b.2.0 > 0.2;
        missed += usize::from(bad);
        println!(
            "{:<32}{:>10.3}{:>10.3}{:>10.3}{:>8.2}{:>8.0}{}",
            a.0,
            a.2.0,
            b.2.0,
            b.2.1,
            growth,
            b.1,
            if bad { "  missed" } else { "" }
        );
    }
    println!("{missed} missed");
    if std::env::args().any(|a| a == "plans") {
        let mut conn = store.read().await.expect("it reads");
        for (name, _, s, f) in cases(&world) {
            println!("\n{name}");
            for line in matter::plans(&mut conn, &s, &f).await.expect("it explains") {
                println!("  {line}");
            }
        }
    }
}
