//! What reading connections costs at 100,000 cases on SQLite, through the server's own routes: p50 and p95 of the hall's
//! lists, a case page, the customer's page, figures, leads; HTML is made and counted, only the socket is left out. Limits:
//! 5 ms for a list or page, 100 ms for figures; ends with 1 when one is missed. The cases are those of a demo company
//! that is large enough. `cargo bench --bench connections` (`YIXIAN_BENCH_CASES=10000` for a short run).

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use std::process::ExitCode;
use std::time::Instant;
use tower::ServiceExt;
use yixian_app::accounts::Whence;
use yixian_app::clock::Clock;
use yixian_app::command::{Envelope, MatterCommand};
use yixian_app::demo::{DemoKey, DemoRole, NOW, Size};
use yixian_app::domain::access::Actor;
use yixian_app::domain::ids::{By, CommandId, MatterId};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::matter::{Connections, Filter};
use yixian_app::store::{Db, words};
use yixian_app::{App, Opening};
use yixian_web::{Options, Web};

const PAGE: f64 = 5.0;
const FIGURES: f64 = 100.0;

fn cases() -> usize {
    std::env::var("YIXIAN_BENCH_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000)
}

struct Doors {
    web: Web,
    missed: Vec<String>,
}

impl Doors {
    async fn get(&self, path: &str, cookie: &str) -> usize {
        let request = Request::get(path)
            .header("cookie", cookie)
            .header("accept-language", "zh-CN")
            .body(Body::empty())
            .expect("a request");
        let answer = self.web.router().oneshot(request).await.expect("never fails");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.into_body().collect().await.expect("a body").to_bytes().len()
    }

    /// Asks `n` times, each time for the next of the paths.
    async fn measure(&mut self, what: &str, limit: f64, n: usize, paths: &[(String, String)]) {
        let (mut times, mut bytes) = (Vec::new(), 0);
        for i in 0..n {
            let (path, cookie) = &paths[i % paths.len()];
            let begun = Instant::now();
            bytes = self.get(path, cookie).await;
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        times.sort_by(f64::total_cmp);
        let (p50, p95) = (times[n / 2], times[n * 95 / 100]);
        println!(
            "{what:<44} p50 {p50:8.2} ms   p95 {p95:8.2} ms   limit {limit:4.0} ms   ratio {:.2}   {:4} kB",
            p50 / limit,
            bytes / 1_000
        );
        if p50 > limit {
            self.missed.push(what.to_owned());
        }
    }
}

/// CPU seconds of the process.
fn cpu() -> f64 {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
}

/// Memory that is the process's own and no page of a file.
fn anonymous_mib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|l| l.strip_prefix("RssAnon:")?.trim().strip_suffix(" kB")?.parse::<i64>().ok())
        .unwrap_or_default()
        / 1024
}

#[tokio::main]
async fn main() -> ExitCode {
    let n = cases();
    let folder = tempfile::tempdir().expect("a folder");
    let db = Db::open_folder(folder.path()).await.expect("a database");
    let app = App::open(Opening {
        db,
        folder: folder.path(),
        clock: Clock::At(NOW),
        mint: Mint::seeded(1),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("it opens");
    let begun = Instant::now();
    // Withdrawn, open and other classes come on top in the demo's proportion.
    app.make_demo_of(1, Size { three_zero: n * 9_598 / 10_800, batch: 4_000, ..Size::SMALL }).await.expect("a company");
    println!("made in {:.1} s", begun.elapsed().as_secs_f64());
    let accounts = app.demo_accounts().await.expect("accounts");
    let mut doors = Doors { web: Web::new(app.clone(), Options::default()), missed: Vec::new() };
    let mut who = Vec::new();
    for (name, role) in [("company", DemoRole::Administrator), ("unit", DemoRole::Coordinator)] {
        let person = accounts
            .iter()
            .find_map(|a| match a.key {
                DemoKey::Person(p) if a.role == role => Some(p),
                _ => None,
            })
            .expect("an account");
        who.push((name, format!("yx_s={}", app.begin_session(person, &Whence::default()).await.expect("a session"))));
    }
    let all = Filter { connections: Some(Connections::default()), ..Filter::default() };
    let (rows, _) = app.connections(&Actor::System, &all, 500).await.expect("a list");
    let ids: Vec<MatterId> = rows.iter().map(|r| MatterId(r.matter.id)).collect();
    for (name, cookie) in &who {
        for (what, query) in [
            ("queue", ""),
            ("queue, special needs", "?special=1"),
            ("overdue", "?show=overdue"),
            ("to call", "?show=callback"),
            ("newest", "?show=all"),
            ("class", "?show=all&class=hv_dual"),
            ("district", "?show=all&district=%E6%9C%9D%E9%98%B3%E5%8C%BA"),
            ("step", "?show=all&step=survey"),
        ] {
            doors
                .measure(
                    &format!("list: {what}, {name}"),
                    PAGE,
                    100,
                    &[(format!("/connections{query}"), cookie.clone())],
                )
                .await;
        }
        doors.measure(&format!("leads, {name}"), PAGE, 50, &[("/connections/leads".into(), cookie.clone())]).await;
    }
    let company = who[0].1.clone();
    let pages: Vec<(String, String)> = ids.iter().map(|id| (format!("/connections/{id}"), company.clone())).collect();
    doors.measure("case page", PAGE, 200, &pages).await;
    let mut customers = Vec::new();
    for id in ids.iter().take(50) {
        let page = app.matter_page(&Actor::System, *id).await.expect("a page");
        let By::Raiser(contact) = page.matter.raised.by else { continue };
        let known = words::contact(&mut app.store().read().await.expect("a connection"), contact).await.expect("asked");
        let phone = known.and_then(|k| k.1).expect("a phone");
        let token = app.raiser_token(*id, contact);
        let pass = app.customer_pass(&token, &phone[phone.len() - 4..]).await.expect("asked").expect("a pass");
        customers.push((format!("/c/{token}"), format!("yx_c={pass}")));
    }
    doors.measure("customer's page", PAGE, 200, &customers).await;
    for period in ["2018-05", "2018-04..2018-09"] {
        doors
            .measure(
                &format!("figures, {period}"),
                FIGURES,
                11,
                &[(format!("/connections/figures?period={period}"), company.clone())],
            )
            .await;
    }
    // Process mining reads the whole ledger once, then only what is new.
    let (before, begun) = (anonymous_mib(), cpu());
    app.catch_up_flow().await.expect("columns");
    let (spent, held) = (cpu() - begun, anonymous_mib() - before);
    let all = yixian_app::flow::Chosen::all(yixian_app::flow::Of::Matters);
    let events = app.flow(&Actor::System, &all, |v| v.columns.log.len()).await.expect("columns");
    let millions = events as f64 / 1e6;
    println!(
        "columns of {millions:.2} million events of the ledger: {spent:.2} CPU s, {:.2} a million (limit 3); {held} MiB held, {:.0} a million (limit 100)",
        spent / millions,
        held as f64 / millions
    );
    if spent / millions > 3.0 || held as f64 / millions > 100.0 {
        doors.missed.push("columns from the ledger".into());
    }
    // An event more: what the next reader of the flow waits for.
    let mut times = Vec::new();
    for id in ids.iter().take(50) {
        let comment = MatterCommand::Comment { matter: id.0, words: "备注".into(), photos: vec![], corrects: None };
        app.execute(
            &Actor::System,
            CommandId(app.mint().uuid(NOW)),
            Envelope { happened_at: None, command: comment.into() },
            None,
        )
        .await
        .expect("a comment");
        let begun = Instant::now();
        app.catch_up_flow().await.expect("columns");
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    println!("an event more in the columns: p50 {:.2} ms, p95 {:.2} ms (limit 1)", times[25], times[47]);
    if times[25] > 1.0 {
        doors.missed.push("an event more".into());
    }
    doors.measure("flow", 200.0 * millions.max(1.0), 7, &[("/flow?period=2018".into(), company.clone())]).await;
    doors
        .measure(
            "cases behind a figure",
            FIGURES,
            11,
            &[("/connections/figures/connected?period=2018-05".into(), company.clone())],
        )
        .await;
    app.close().await;
    for what in &doors.missed {
        println!("MISSED: {what}");
    }
    if doors.missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
