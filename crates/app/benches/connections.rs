//! What reading connections costs on SQLite at 100,000 cases: p50 and p95 of the hall's lists, a case page, the
//! customer's page, figures. Targets: 5 ms for a list or page, 100 ms for figures. The cases are those of a demo company
//! that is large enough. `cargo bench -p yixian-app --bench connections` (`YIXIAN_BENCH_CASES=10000` for a short run).

use std::time::Instant as Clock;
use yixian_app::clock;
use yixian_app::demo::{NOW, Size};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::matter::{Connections, Filter, Order};
use yixian_app::store::{Db, facts};
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::connection::Class;
use yixian_domain::figure::Frame;
use yixian_domain::ids::{By, MatterId};

fn cases() -> usize { std::env::var("YIXIAN_BENCH_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000) }

fn told(what: &str, target: f64, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let (p50, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    println!("{what:<44} p50 {p50:8.2} ms   p95 {p95:8.2} ms   target {target:5.0} ms   ratio {:.2}", p50 / target);
}

macro_rules! measure {
    ($what:expr, $target:expr, $n:expr, $body:expr) => {{
        let mut times = Vec::new();
        for i in 0..$n {
            let begun = Clock::now();
            let _ = $body(i).await.expect("an answer");
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        told($what, $target, times);
    }};
}

#[tokio::main]
async fn main() {
    let n = cases();
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open_folder(folder.path()).await.expect("a database");
    let app = App::open(Opening { db, folder: folder.path(), clock: clock::Clock::At(NOW), mint: Mint::seeded(1), policies: PolicySource::Embedded }).await.expect("it opens");
    let begun = Clock::now();
    // Withdrawn, open and other classes come on top in the demo's proportion.
    app.make_demo_of(1, Size { three_zero: n * 9_598 / 10_800, batch: 4_000, ..Size::SMALL }).await.expect("a company");
    println!("made in {:.1} s", begun.elapsed().as_secs_f64());
    let accounts = app.demo_accounts().await.expect("accounts");
    let coordinator = accounts.iter().find_map(|a| match (a.role, a.key) {
        (yixian_app::demo::DemoRole::Coordinator, yixian_app::demo::DemoKey::Person(p)) => Some(p),
        _ => None,
    }).expect("a coordinator");
    let boss = app.actor(coordinator).await.expect("an actor");
    let all = Filter { connections: Some(Connections::default()), ..Filter::default() };
    let (rows, total) = app.connections(&Actor::System, &all, 500).await.expect("a list");
    println!("{} rows of {total} (counted to a thousand)", rows.len());
    let ids: Vec<MatterId> = rows.iter().map(|r| MatterId(r.matter.id)).collect();
    let by = |c: Connections, order: Order| Filter { connections: Some(c), order, ..Filter::default() };
    for (who, actor) in [("company", &Actor::System), ("unit", &boss)] {
        let lists = [
            ("queue", by(Connections::default(), Order::Queue)),
            ("queue, special needs", by(Connections { special: true, ..Connections::default() }, Order::Queue)),
            ("newest", by(Connections::default(), Order::Newest)),
            ("class", by(Connections { class: Some(Class::HvDual), ..Connections::default() }, Order::Newest)),
            ("district", by(Connections { district: Some("朝阳区".into()), ..Connections::default() }, Order::Newest)),
            ("step", by(Connections { step: Some("survey".into()), ..Connections::default() }, Order::Newest)),
        ];
        for (what, filter) in lists {
            measure!(&format!("list: {what}, {who}"), 5.0, 100, |_| app.connections(actor, &filter, 50));
        }
    }
    measure!("case page", 5.0, 200, |i: usize| app.connection_page(&Actor::System, ids[i % ids.len()]));
    measure!("three clocks explained", 5.0, 200, |i: usize| app.explain_connection(&Actor::System, ids[i % ids.len()]));
    let mut customers = Vec::new();
    for id in ids.iter().take(50) {
        if let By::Raiser(contact) = app.matter_page(&Actor::System, *id).await.expect("a page").matter.raised.by {
            customers.push(Actor::Raiser { contact, matter: *id });
        }
    }
    measure!("customer's page", 5.0, 200, |i: usize| app.customer_page(&customers[i % customers.len()]));
    for period in ["2018-05", "2018-04..2018-09"] {
        let p = period.parse().expect("a period");
        measure!(&format!("figures, {period}"), 100.0, 11, |_| app.connection_figures(&Actor::System, p, None, NOW));
    }
    measure!("leads", 5.0, 50, |_| app.connection_leads(&Actor::System, 50));
    let zone = &app.policies().zone;
    let frame = Frame::new("2018-05".parse().expect("a period"), NOW, zone);
    measure!("matters of a month, for comparison", 100.0, 5, |_| async { facts::matters(&mut app.store().read().await.expect("a connection"), "", &frame).await });
    app.close().await;
}
