//! What a disk can do at most, for benchmarks to hold themselves against in the same run: commits of
//! one small row, and a bare writer that runs the product's statements in the product's batches
//! without its law, hashes and queue. SQLite with `synchronous=FULL`.

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;
use yixian_store::ledger::GENESIS;

async fn open(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full).foreign_keys(true).pragma("temp_store", "memory").pragma("cache_size", "-16000")
        .connect().await.expect("the file opens")
}

/// Commits of one small row each, per second, to a file of its own in a folder.
pub async fn single_rows(folder: &Path, time: Duration) -> f64 {
    let mut c = open(&folder.join("single.db")).await;
    sqlx::query("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, v TEXT)").execute(&mut c).await.expect("a table");
    let (began, mut n) = (Instant::now(), 0);
    while began.elapsed() < time {
        sqlx::query("INSERT INTO t (v) VALUES ($1)").bind("a small row").execute(&mut c).await.expect("a row");
        n += 1;
    }
    c.close().await.ok();
    f64::from(n) / began.elapsed().as_secs_f64()
}

fn statement(name: &str) -> &'static str {
    yixian_store::statements().into_iter().find(|s| s.0.ends_with(name)).expect("a statement of that name").1
}

/// Matters per second of a writer that only runs the statements, `batch` matters to a commit. It
/// writes into a filled database that nobody has open, and leaves its ledger worthless.
pub async fn bare_writer(path: &Path, batch: usize, time: Duration) -> f64 {
    let mut c = open(path).await;
    let (insert, words, event, seal, command) = (statement("matter::INSERT"), statement("words::PUT"), statement("ledger::EVENT_8"), statement("ledger::SEAL"), statement("writer::COMMAND_DONE"));
    let one = statement("ledger::EVENT_1");
    let (body, event_body): (String, String) = (
        sqlx::query_scalar("SELECT body FROM matter LIMIT 1").fetch_one(&mut c).await.expect("a body"),
        sqlx::query_scalar("SELECT body FROM event LIMIT 1").fetch_one(&mut c).await.expect("a body"),
    );
    let (mut n, mut seq, mut seal_n): (i64, i64, i64) = sqlx::query_as("SELECT (SELECT MAX(n) FROM matter), (SELECT MAX(seq) FROM event), (SELECT MAX(n) FROM seal)").fetch_one(&mut c).await.expect("heads");
    let (unit, place, person): (Uuid, Option<Uuid>, Option<Uuid>) = sqlx::query_as("SELECT unit_id, place_id, recorder FROM matter LIMIT 1").fetch_one(&mut c).await.expect("a matter");
    // Any instant of the twentieth century's end does: nobody reads it.
    let when = 900_000_000_000_i64;
    let (began, start) = (Instant::now(), n);
    while began.elapsed() < time {
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
            sqlx::query(insert).bind(record).bind(n).bind("problem").bind("service").bind("staff").bind("raised").bind(true).bind(unit).bind(place)
                .bind(none).bind(person).bind(person).bind(none).bind(none).bind(none).bind("电表箱门坏 meter box").bind(when).bind(when).bind(when)
                .bind(false).bind(no_time).bind(no_time).bind(no_time).bind(false).bind(false).bind(&no_text).bind(0).bind(0).bind(&no_text).bind(when).bind(1).bind(&body)
                .execute(&mut c).await.expect("a matter");
            sqlx::query("INSERT OR REPLACE INTO matter_search (rowid, tokens) VALUES ($1, $2)").bind(n).bind("电表 表箱 箱门 门坏 坏 meter box").execute(&mut c).await.expect("search");
            sqlx::query(command).bind(record).bind(GENESIS).bind("person:0190").bind(when).bind("{\"command\":\"…\",\"record\":\"…\",\"sha256\":\"…\"}").execute(&mut c).await.expect("a receipt");
        }
        let first = seq + 1;
        for chunk in records.chunks(8) {
            let many = chunk.len() == 8;
            for part in chunk.chunks(if many { 8 } else { 1 }) {
                let mut q = sqlx::query(if many { event } else { one });
                for record in part {
                    seq += 1;
                    q = q.bind(seq).bind("matter").bind(record).bind(1).bind("raised").bind(when).bind(when).bind(false).bind("person:0190").bind(record).bind(&event_body).bind(GENESIS).bind(GENESIS);
                }
                q.execute(&mut c).await.expect("events");
            }
        }
        seal_n += 1;
        sqlx::query(seal).bind(seal_n).bind(first).bind(seq).bind(when).bind(GENESIS).bind(GENESIS).execute(&mut c).await.expect("a seal");
        sqlx::query("COMMIT").execute(&mut c).await.expect("COMMIT");
    }
    (n - start) as f64 / began.elapsed().as_secs_f64()
}
