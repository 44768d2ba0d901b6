//! Load on the real doors: HTTP over loopback, SQLite with `synchronous=FULL`, 100,000 matters.
//! Every rate stands beside a limit measured in the same run on the same disk, because a single
//! number of one machine says nothing: commits of one row, and a bare writer that runs the same
//! statements in the same batches without HTTP, JSON, access, law and hashes.
//!
//! `cargo bench --bench load` (`YIXIAN_LOAD_MATTERS=10000` for a short run); ends with 1 when a
//! target is missed.

mod common;

use common::{Any, Client, Running, median};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use yixian_app::App;
use yixian_app::clock::Clock;
use yixian_app::command::{Envelope, MatterCommand};
use yixian_app::domain::access::Actor;
use yixian_app::domain::ids::{CommandId, PersonId};
use yixian_app::domain::matter::{MatterKind, Origin};
use yixian_app::store::ledger;
use yixian_testkit::limits;

fn raise(app: &App, words: &str) -> (CommandId, Envelope) {
    let now = app.clock().now();
    let command = MatterCommand::RaiseMatter {
        matter: app.mint().uuid(now),
        kind: MatterKind::Enquiry,
        origin: Origin::Counter,
        category: "meter".into(),
        words: words.to_owned(),
        place: None,
        unit: None,
        photos: vec![],
        raiser: None,
        about: None,
    };
    (CommandId(app.mint().uuid(now)), Envelope { happened_at: None, command: command.into() })
}

/// Words of matter `i`: one word in every row, one in 1 of 500.
fn words(i: u64) -> String {
    let rare = if i.is_multiple_of(500) { "变压器异响" } else { "抄表疑问" };
    format!("第 {i} 件：电表{rare}，请派人查看 meter {}", i % 997)
}

async fn fill(app: &App, actor: &Actor, from: u64, to: u64) -> Any<()> {
    let next = Arc::new(AtomicU64::new(from));
    let mut all = Vec::new();
    for _ in 0..256 {
        let (app, actor, next) = (app.clone(), actor.clone(), next.clone());
        all.push(tokio::spawn(async move {
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= to {
                    return Ok::<_, yixian_app::AppError>(());
                }
                let (id, envelope) = raise(&app, &words(i));
                app.execute(&actor, id, envelope, None).await?;
            }
        }));
    }
    for a in all {
        a.await??;
    }
    Ok(())
}

/// Creates by the API on so many connections for a while: per second, and errors.
async fn create(app: &App, at: SocketAddr, token: &str, connections: usize, for_: Duration) -> Any<(f64, u64)> {
    let (done, bad) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let end = Instant::now() + for_;
    let mut all = Vec::new();
    for c in 0..connections {
        let (app, token, done, bad) = (app.clone(), token.to_owned(), done.clone(), bad.clone());
        all.push(tokio::spawn(async move {
            let mut client = Client::bearer(at, &token).await?;
            let mut i = c as u64;
            while Instant::now() < end {
                let (id, envelope) = raise(&app, &words(i + 7));
                let (status, _) =
                    client.ask("PUT", &format!("/api/v1/commands/{id}"), &serde_json::to_string(&envelope)?).await?;
                if status == 200 {
                    done.fetch_add(1, Ordering::Relaxed)
                } else {
                    bad.fetch_add(1, Ordering::Relaxed)
                };
                i += 1;
            }
            Any::Ok(())
        }));
    }
    for a in all {
        a.await??;
    }
    Ok((done.load(Ordering::Relaxed) as f64 / for_.as_secs_f64(), bad.load(Ordering::Relaxed)))
}

/// What is read, its median in milliseconds, and the target.
type Read = (&'static str, f64, f64);

async fn reads(at: SocketAddr, token: &str, app: &App, actor: &Actor) -> Any<Vec<Read>> {
    let one = app
        .matters(actor, &yixian_app::store::matter::Filter::default(), 1)
        .await?
        .0
        .first()
        .map(|r| r.id)
        .ok_or("no matter")?;
    let paths = [
        ("get one", format!("/api/v1/matters/{one}"), 1.0),
        ("list 50, stage", "/api/v1/matters?stage=raised&limit=50".to_owned(), 3.0),
        ("list 50, unit and kind", "/api/v1/matters?unit=LOAD&kind=enquiry&limit=50".to_owned(), 3.0),
        ("list 50, by due date", "/api/v1/matters?order=due&limit=50".to_owned(), 3.0),
        ("search in 1 of 500", "/api/v1/matters?text=%E5%BC%82%E5%93%8D&limit=50".to_owned(), 5.0),
        ("search in every row", "/api/v1/matters?text=%E7%94%B5%E8%A1%A8&limit=50".to_owned(), 5.0),
        ("search in none", "/api/v1/matters?text=%E7%8B%AE%E5%AD%90&limit=50".to_owned(), 5.0),
        ("search of one character", "/api/v1/matters?text=%E7%94%B5&limit=50".to_owned(), 5.0),
    ];
    let mut client = Client::bearer(at, token).await?;
    let mut out = Vec::new();
    for (name, path, target) in paths {
        let mut all = Vec::new();
        for i in 0..220 {
            let began = Instant::now();
            let (status, _) = client.ask("GET", &path, "").await?;
            if status != 200 {
                return Err(format!("{path}: {status}").into());
            }
            if i >= 20 {
                all.push(began.elapsed().as_secs_f64() * 1e3);
            }
        }
        out.push((name, median(all), target));
    }
    Ok(out)
}

/// Milliseconds from the start of `yixian serve` to its first answer, and its memory when idle, MiB.
async fn start(folder: &Path) -> Any<(f64, f64)> {
    let at: SocketAddr = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let began = Instant::now();
    let mut server = tokio::process::Command::new(env!("CARGO_BIN_EXE_yixian"))
        .arg("serve")
        .arg("--data")
        .arg(folder)
        .arg("--listen")
        .arg(at.to_string())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut client = loop {
        match Client::bearer(at, "").await {
            Ok(client) => break client,
            Err(_) if began.elapsed() < Duration::from_secs(20) => tokio::time::sleep(Duration::from_millis(2)).await,
            Err(e) => return Err(e),
        }
    };
    let (status, _) = client.ask("GET", "/healthz", "").await?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    if status != 200 {
        return Err(format!("/healthz: {status}").into());
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id().ok_or("it ended")?))?;
    let kib: f64 = status
        .lines()
        .find_map(|l| l.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse().ok())
        .unwrap_or(f64::NAN);
    server.kill().await?;
    Ok((took, kib / 1024.0))
}

async fn seals(app: &App) -> Any<usize> {
    Ok(ledger::seals(&mut app.store().read().await?, 0, i64::MAX).await?.len())
}

/// Prints a figure beside its target; counts it when it is missed.
fn hold(missed: &mut u32, what: &str, figure: &str, kept: bool) {
    *missed += u32::from(!kept);
    println!("  {what:<44} {figure}{}", if kept { "" } else { "   MISSED" });
}

/// How often creating and its limits take turns.
const ROUNDS: u32 = 4;
/// How long a turn is.
const TURN: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> Any<ExitCode> {
    let most: u64 = std::env::var("YIXIAN_LOAD_MATTERS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let folder = std::env::temp_dir().join(format!("yixian-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let running = Running::open(&folder, Clock::Real, None).await?;
    let (app, at) = (running.app.clone(), running.at);
    let first = yixian_app::accounts::FirstPerson {
        company: "Load".into(),
        company_code: "LOAD".into(),
        name: "Load".into(),
        code: "load".into(),
        password: "a sentence nobody guesses".into(),
    };
    let person: PersonId = app.set_up(first).await?;
    let actor = app.actor(person).await?;
    let token = app.make_token(person, "load".into(), 365).await?;
    let mut missed = 0;

    let ten = most / 10;
    let began = Instant::now();
    fill(&app, &actor, 0, ten).await?;
    let few = reads(at, &token, &app, &actor).await?;
    fill(&app, &actor, ten, most).await?;
    println!(
        "{most} matters made in {:.1} s\nreading over HTTP, p50 ms at {ten} and at {most} matters, target, growth (at most twice)",
        began.elapsed().as_secs_f64()
    );
    let many = reads(at, &token, &app, &actor).await?;
    for ((name, a, _), (_, b, target)) in few.iter().zip(&many) {
        let growth = b / a;
        hold(
            &mut missed,
            name,
            &format!("{a:>7.2} {b:>7.2} ≤ {target:.0}   ×{growth:.2}"),
            b <= target && growth <= 2.0,
        );
    }
    drop(app);
    running.close().await?;

    println!("one process with {most} matters");
    let (first_answer, idle) = start(&folder).await?;
    hold(&mut missed, "start to first answer, ms", &format!("{first_answer:>7.0} ≤ 300"), first_answer <= 300.0);
    hold(&mut missed, "idle memory, MiB", &format!("{idle:>7.0} ≤ 60"), idle <= 60.0);

    // A copy for the bare writer, which leaves its ledger worthless.
    let beside = folder.join("bare.db");
    std::fs::copy(folder.join("yixian.db"), &beside)?;
    let running = Running::open(&folder, Clock::Real, None).await?;
    let (app, at) = (running.app.clone(), running.at);
    // Turn by turn, so that a machine which is slow for a while is slow for all three.
    let (mut eight, mut single, mut bare, mut batches, mut errors) = (0.0, 0.0, 0.0, 0.0, 0);
    for _ in 0..ROUNDS {
        let before = seals(&app).await?;
        let (rate, bad) = create(&app, at, &token, 8, TURN).await?;
        let batch = (rate * TURN.as_secs_f64() / (seals(&app).await? - before).max(1) as f64).max(1.0);
        eight += rate / f64::from(ROUNDS);
        single += limits::single_rows(&folder, TURN)? / f64::from(ROUNDS);
        bare += limits::bare_writer(&beside, batch.round() as usize, TURN)? / f64::from(ROUNDS);
        batches += batch / f64::from(ROUNDS);
        errors += bad;
    }
    let (sixty_four, bad) = create(&app, at, &token, 64, 3 * TURN).await?;
    let found = app.verify().await?;
    drop(app);
    running.close().await?;
    std::fs::remove_dir_all(&folder)?;

    println!(
        "creating by the API, durable, per second: single-row FULL commits {single:.0}, bare writer in batches of {batches:.1} {bare:.0}"
    );
    hold(
        &mut missed,
        "8 connections, of single-row commits",
        &format!("{eight:>7.0} ×{:.2} ≥ 2", eight / single),
        eight >= 2.0 * single,
    );
    hold(
        &mut missed,
        "8 connections, of the bare writer",
        &format!("{eight:>7.0} {:.0} % ≥ 50 %", 100.0 * eight / bare),
        eight >= 0.5 * bare,
    );
    hold(
        &mut missed,
        "64 connections, errors of all",
        &format!("{sixty_four:>7.0} {} errors", errors + bad),
        errors + bad == 0,
    );
    hold(&mut missed, "ledger", &format!("{:>7} events", found.events), found.ok);
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
