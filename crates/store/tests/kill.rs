//! kill -9 under load, and half-way through a migration. The victim is this test binary, started
//! again as a child. `YIXIAN_KILLS=30` kills thirty times per engine instead of five.

use std::collections::{BTreeSet, HashSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use yixian_domain::ids::MatterId;
use yixian_store::backup::schema;
use yixian_store::{Store, StoreError, ledger, matter, migrate_to, rows};
use yixian_testkit::{Engine, Fresh, World, at, id};

const WRITERS: u64 = 16;

fn child(test: &str, address: &str, round: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("YIXIAN_VICTIM", address)
        .env("YIXIAN_ROUND", round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Chance that repeats: the delays of round after round.
fn delay(round: u64, most_ms: u64) -> Duration {
    let x = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Duration::from_micros((x >> 20) % (most_ms * 1_000))
}

/// Writes until it is killed, and says what was acknowledged.
#[test]
#[ignore = "the victim of the tests below"]
fn victim_writes() {
    let Ok(address) = std::env::var("YIXIAN_VICTIM") else { return };
    let round: u64 = std::env::var("YIXIAN_ROUND").unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(Fresh::open(&address).await, 0).await.unwrap();
        let world = Arc::new(World::new());
        let writers = (0..WRITERS).map(|w| {
            let (store, world) = (store.clone(), world.clone());
            tokio::spawn(async move {
                for i in 0u64.. {
                    let n = (round * WRITERS + w) * 1_000_000 + i;
                    let world = world.clone();
                    let (_, number) = store
                        .write(async move |tx| world.raise(tx, id(1_000_000_000 + n), 1, "漏油", at(0)).await)
                        .await
                        .unwrap();
                    // One write call per line: a kill cannot cut one in two.
                    std::io::stdout().write_all(format!("ack {n} {number}\n").as_bytes()).unwrap();
                }
            })
        });
        futures::future::join_all(writers.collect::<Vec<_>>()).await;
    });
}

async fn all_ids(store: &Store) -> Vec<(uuid::Uuid, i64)> {
    rows!(&mut store.read().await.unwrap(), (uuid::Uuid, i64), "SELECT id, n FROM matter").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9() {
    let rounds: u64 = std::env::var("YIXIAN_KILLS").ok().and_then(|k| k.parse().ok()).unwrap_or(5);
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        World::new().write(&store).await;
        store.close().await;
        let mut acknowledged: HashSet<(u64, i64)> = HashSet::new();
        let (mut slowest, mut stored) = (Duration::ZERO, 0);
        for round in 0..rounds {
            let mut victim = child("victim_writes", &fresh.address(), round);
            let lines = BufReader::new(victim.stdout.take().unwrap());
            let reader = std::thread::spawn(move || {
                let mut acks = Vec::new();
                for line in lines.lines().map_while(Result::ok) {
                    // The test harness's own words may stand before the first.
                    if let Some(at) = line.find("ack ") {
                        let mut parts = line[at + 4..].split(' ').map(|p| p.parse::<i64>().unwrap());
                        acks.push((parts.next().unwrap() as u64, parts.next().unwrap()));
                    }
                }
                acks
            });
            let from = Instant::now();
            tokio::time::sleep(Duration::from_millis(300) + delay(round, 500)).await;
            victim.kill().unwrap();
            victim.wait().unwrap();
            let acks = reader.join().unwrap();
            assert!(
                !acks.is_empty() || from.elapsed() < Duration::from_millis(500),
                "{engine:?} round {round}: nothing was written"
            );
            acknowledged.extend(acks);
            let restart = Instant::now();
            let store = Store::open(fresh.db().await, 0).await.unwrap();
            assert!(matter::id_of_number(&mut store.read().await.unwrap(), 1).await.is_ok());
            store
                .write(async move |tx| tx.set_meta("restarted", "1").await)
                .await
                .unwrap_or_else(|e: StoreError| panic!("{e}"));
            let took = restart.elapsed();
            slowest = slowest.max(took);
            // The long run is measured on a quiet machine; the short one runs beside other tests.
            let limit = Duration::from_secs(if std::env::var_os("YIXIAN_KILLS").is_some() { 1 } else { 20 });
            assert!(took <= limit, "{engine:?} round {round}: restart took {took:?}");
            let rows = all_ids(&store).await;
            let unique: HashSet<_> = rows.iter().copied().collect();
            let numbers: BTreeSet<i64> = rows.iter().map(|r| r.1).collect();
            assert_eq!(
                (unique.len(), numbers.len()),
                (rows.len(), rows.len()),
                "{engine:?} round {round}: something is stored twice"
            );
            for (n, number) in &acknowledged {
                assert!(
                    unique.contains(&(id(1_000_000_000 + n), *number)),
                    "{engine:?} round {round}: {n} was acknowledged and is lost"
                );
            }
            stored = rows.len();
            let v = ledger::verify(&mut store.read().await.unwrap()).await.unwrap();
            assert!(v.ok && v.events == stored as i64, "{engine:?} round {round}: {v:?}");
            store.close().await;
        }
        println!(
            "{engine:?}: {rounds} × kill -9 under {WRITERS} writers: {} acknowledged, {stored} stored, 0 lost, 0 twice, restart ≤ {} ms",
            acknowledged.len(),
            slowest.as_millis()
        );
    }
}

/// Migrates and says so.
#[test]
#[ignore = "the victim of the test below"]
fn victim_migrates() {
    let Ok(address) = std::env::var("YIXIAN_VICTIM") else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { Store::open(Fresh::open(&address).await, 0).await.unwrap() });
    std::io::stdout().write_all(b"done\n").unwrap();
}

async fn tables(fresh: &Fresh) -> Vec<String> {
    let db = fresh.db().await;
    let mut conn = db.read().await.unwrap();
    let text = match conn.engine() {
        yixian_store::Engine::Sqlite => {
            "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1"
        }
        yixian_store::Engine::Postgres => {
            "SELECT relkind::text || ' ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL SELECT 't ' || tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        }
    };
    let all = rows!(&mut conn, (String,), text).unwrap().into_iter().map(|r| r.0).collect();
    drop(conn);
    db.close().await;
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_killed_half_way_finishes_next_time() {
    for engine in Engine::ALL {
        let whole = Fresh::new(engine).await;
        let from = Instant::now();
        child("victim_migrates", &whole.address(), 0).wait().unwrap();
        let once = from.elapsed().as_millis() as u64;
        let want = tables(&whole).await;
        assert!(want.len() > 40, "{want:?}");
        // What stands after each whole number of steps; a schema that is not begun holds at most the table of steps.
        let mut steps = Vec::new();
        for n in 1..schema() {
            let part = Fresh::new(engine).await;
            let db = part.db().await;
            migrate_to(&db, n).await.unwrap();
            db.close().await;
            steps.push(tables(&part).await);
        }
        let (mut within, mut all) = (0, 0);
        for round in 0..16 {
            let fresh = Fresh::new(engine).await;
            let mut victim = child("victim_migrates", &fresh.address(), round);
            tokio::time::sleep(delay(round, once.max(10))).await;
            victim.kill().unwrap();
            victim.wait().unwrap();
            // All of a step or nothing of it; the server may still be rolling back.
            let left = tables(&fresh).await;
            if left == want {
                all += 1
            } else if left.len() <= 2 || steps.contains(&left) {
                within += 1
            } else {
                panic!("{engine:?}: half a step is left: {left:?}")
            }
            for _ in 0..2 {
                let store = Store::open(fresh.db().await, 0).await.unwrap();
                store.close().await;
            }
            assert_eq!(tables(&fresh).await, want, "{engine:?}");
        }
        println!("{engine:?}: killed before or within the steps {within} times, after them {all} times");
        assert!(within > 0, "the kill never came early enough");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_refused() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        store.write(async move |tx| tx.conn().run("INSERT INTO schema_step (n) VALUES (99)").await).await.unwrap();
        store.close().await;
        let again = Store::open(fresh.db().await, 0).await;
        assert!(matches!(again, Err(StoreError::TooNew { found: 99, .. })), "{again:?}");
        let _ = MatterId(id(0));
    }
}
