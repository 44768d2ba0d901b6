//! What a durable write costs on SQLite with synchronous=FULL, as ratios to limits measured in the
//! same run on the same disk: matters created by 8 concurrent writers against a loop of single-row
//! commits (target: at least twice as many) and against a bare writer that runs the same statements
//! in the same batches without our law, hashes and queue (target: at least half as many).
//! `cargo bench -p yixian-store --bench store_writes`

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};
use uuid::Uuid;
use yixian_domain::ids::CommandId;
use yixian_store::ledger::{GENESIS, sha256};
use yixian_store::{Store, StoreError, ledger};
use yixian_testkit::{Engine, Fresh, World, at, id};

const WRITERS: usize = 8;
const FOR: Duration = Duration::from_secs(4);
const BEFORE: u64 = 100_000;

async fn bare(path: &std::path::Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full).foreign_keys(true).pragma("temp_store", "memory").pragma("cache_size", "-16000")
        .connect().await.expect("the file opens")
}

/// Commits of one small row each, per second.
async fn single_rows(folder: &std::path::Path) -> f64 {
    let mut c = bare(&folder.join("single.db")).await;
    sqlx::query("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)").execute(&mut c).await.expect("a table");
    let (from, mut n) = (Clock::now(), 0);
    while from.elapsed() < FOR {
        sqlx::query("INSERT INTO t (v) VALUES ($1)").bind("a small row").execute(&mut c).await.expect("a row");
        n += 1;
    }
    c.close().await.ok();
    f64::from(n) / FOR.as_secs_f64()
}

fn statement(name: &str) -> &'static str {
    yixian_store::statements().into_iter().find(|s| s.0.ends_with(name)).expect("a statement of that name").1
}

/// Matters per second of a writer that only runs the statements, `batch` matters to a commit.
async fn bare_writer(path: &std::path::Path, world: &World, batch: usize) -> f64 {
    let mut c = bare(path).await;
    let (insert, words, event, seal, command) = (statement("matter::INSERT"), statement("words::PUT"), statement("ledger::EVENT_8"), statement("ledger::SEAL"), statement("writer::COMMAND_DONE"));
    let one = statement("ledger::EVENT_1");
    let (body, event_body): (String, String) = (
        sqlx::query_scalar("SELECT body FROM matter LIMIT 1").fetch_one(&mut c).await.expect("a body"),
        sqlx::query_scalar("SELECT body FROM event LIMIT 1").fetch_one(&mut c).await.expect("a body"),
    );
    let (mut n, mut seq, mut seal_n): (i64, i64, i64) = sqlx::query_as("SELECT (SELECT MAX(n) FROM matter), (SELECT MAX(seq) FROM event), (SELECT MAX(n) FROM seal)").fetch_one(&mut c).await.expect("heads");
    let (from, start) = (Clock::now(), n);
    while from.elapsed() < FOR {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut c).await.expect("BEGIN");
        let mut records = Vec::new();
        for _ in 0..batch {
            n += 1;
            let record = Uuid::from_u128(0x0200_0000_0000_7000_8000_0000_0000_0000 + n as u128);
            records.push(record);
            sqlx::query("SELECT sha, receipt FROM command WHERE id = $1").bind(record).fetch_optional(&mut c).await.expect("no receipt");
            sqlx::query(words).bind(record).bind(record).bind("saltsaltsaltsaltsalt").bind("电表箱门坏 meter box").execute(&mut c).await.expect("words");
            let none: Option<Uuid> = None;
            let no_time: Option<i64> = None;
            let no_text: Option<String> = None;
            sqlx::query(insert).bind(record).bind(n).bind("problem").bind("service").bind("staff").bind("raised").bind(true).bind(world.units[1].id.0).bind(world.places[1].id.0)
                .bind(none).bind(world.people[1].id.0).bind(world.people[1].id.0).bind(none).bind(none).bind(none).bind("电表箱门坏 meter box").bind(at(0).0).bind(at(9).0).bind(at(9).0)
                .bind(false).bind(no_time).bind(no_time).bind(no_time).bind(false).bind(false).bind(&no_text).bind(0).bind(0).bind(&no_text).bind(at(9).0).bind(1).bind(&body)
                .execute(&mut c).await.expect("a matter");
            sqlx::query("INSERT OR REPLACE INTO matter_search (rowid, tokens) VALUES ($1, $2)").bind(n).bind("电表 表箱 箱门 门坏 坏 meter box").execute(&mut c).await.expect("search");
            sqlx::query(command).bind(record).bind(GENESIS).bind("person:0190").bind(at(0).0).bind("{\"command\":\"…\",\"record\":\"…\",\"sha256\":\"…\"}").execute(&mut c).await.expect("a receipt");
        }
        let first = seq + 1;
        for chunk in records.chunks(8) {
            let many = chunk.len() == 8;
            for part in chunk.chunks(if many { 8 } else { 1 }) {
                let mut q = sqlx::query(if many { event } else { one });
                for record in part {
                    seq += 1;
                    q = q.bind(seq).bind("matter").bind(record).bind(1).bind("raised").bind(at(0).0).bind(at(0).0).bind(false).bind("person:0190").bind(record).bind(&event_body).bind(GENESIS).bind(GENESIS);
                }
                q.execute(&mut c).await.expect("events");
            }
        }
        seal_n += 1;
        sqlx::query(seal).bind(seal_n).bind(first).bind(seq).bind(at(0).0).bind(GENESIS).bind(GENESIS).execute(&mut c).await.expect("a seal");
        sqlx::query("COMMIT").execute(&mut c).await.expect("COMMIT");
    }
    (n - start) as f64 / from.elapsed().as_secs_f64()
}

#[tokio::main]
async fn main() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let store = Store::open(fresh.db().await, 0).await.expect("the store opens");
    let world = Arc::new(World::new());
    world.write(&store).await;
    for start in (0..BEFORE).step_by(1_000) {
        let w = world.clone();
        store.write(move |tx| Box::pin(async move {
            for n in start..start + 1_000 { w.raise(tx, id(1_000_000 + n), (n % 5) as usize, "电表箱门坏 meter box", at(n as i64)).await?; }
            Ok::<_, StoreError>(())
        })).await.expect("it is written");
    }
    let seals = ledger::seals(&mut store.read().await.expect("it reads"), 0, i64::MAX).await.expect("seals").len();
    let next = Arc::new(AtomicU64::new(BEFORE));
    let from = Clock::now();
    let writers: Vec<_> = (0..WRITERS).map(|_| {
        let (store, world, next) = (store.clone(), world.clone(), next.clone());
        tokio::spawn(async move {
            while from.elapsed() < FOR {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let world = world.clone();
                store.write(move |tx| Box::pin(async move {
                    let command = CommandId(id(900_000_000 + n));
                    assert!(tx.receipt(command).await?.is_none());
                    world.raise(tx, id(1_000_000 + n), 1, "电表箱门坏 meter box", at(0)).await?;
                    tx.under(command, at(0));
                    tx.carried_out(&sha256(b"content"), "person:0190", "{\"command\":\"…\",\"record\":\"…\",\"sha256\":\"…\"}").await
                })).await.expect("it is written");
            }
        })
    }).collect();
    for w in writers { w.await.expect("the writer ends"); }
    let made = next.load(Ordering::Relaxed) - BEFORE;
    let ours = made as f64 / from.elapsed().as_secs_f64();
    let commits = ledger::seals(&mut store.read().await.expect("it reads"), 0, i64::MAX).await.expect("seals").len() - seals;
    let batch = (made as f64 / commits as f64).round().max(1.0) as usize;
    store.close().await;
    let single = single_rows(fresh.folder()).await;
    let bare = bare_writer(&fresh.folder().join("yixian.db"), &world, batch).await;
    println!("single-row commits   {single:>9.0} /s");
    println!("bare writer          {bare:>9.0} /s in batches of {batch}");
    println!("matters, {WRITERS} writers   {ours:>9.0} /s in batches of {:.1}", made as f64 / commits as f64);
    println!("ratio to single-row commits {:.2} (target 2), to the bare writer {:.2} (target 0.5)", ours / single, ours / bare);
}
