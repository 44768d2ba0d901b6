//! What a disk can do at most, for benchmarks to hold themselves against in the same run: commits of
//! one small row, and a bare writer that runs the product's statements in the product's batches
//! without its law, hashes and queue. SQLite with `synchronous=FULL`, asked on the thread that waits.

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use std::path::Path;
use std::time::{Duration, Instant};
use uuid::Uuid;
use yixian_store::ledger::GENESIS;

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let c = Connection::open(path)?;
    c.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = memory; PRAGMA cache_size = -16000")?;
    Ok(c)
}

/// Commits of one small row each, per second, to a file of its own in a folder.
pub fn single_rows(folder: &Path, time: Duration) -> rusqlite::Result<f64> {
    let c = open(&folder.join("single.db"))?;
    c.execute_batch("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, v TEXT)")?;
    let (began, mut n) = (Instant::now(), 0);
    while began.elapsed() < time {
        c.prepare_cached("INSERT INTO t (v) VALUES ($1)")?.execute(["a small row"])?;
        n += 1;
    }
    Ok(f64::from(n) / began.elapsed().as_secs_f64())
}

fn statement(name: &str) -> &'static str {
    yixian_store::statements().into_iter().find(|s| s.0.ends_with(name)).expect("a statement of that name").1
}

/// Matters per second of a writer that only runs the statements, `batch` matters to a commit. It
/// writes into a filled database that nobody has open, and leaves its ledger worthless.
pub fn bare_writer(path: &Path, batch: usize, time: Duration) -> rusqlite::Result<f64> {
    let c = open(path)?;
    let [insert, words, one, event, seal, command] =
        ["matter::INSERT", "words::PUT", "ledger::PUT", "ledger::PUT_MANY", "ledger::SEAL", "meta::COMMAND_DONE"]
            .map(statement);
    // As many values as the product writes, whatever they are by now.
    let columns = insert.split(['(', ')']).nth(1).expect("the columns of a matter");
    let mut row: Vec<Value> = c.query_row(&format!("SELECT {columns} FROM matter LIMIT 1"), [], |r| {
        (0..columns.split(',').count()).map(|i| r.get(i)).collect()
    })?;
    let at = |name: &str| columns.split(',').position(|c| c.trim() == name).expect("a column of a matter");
    let (id_at, n_at) = (at("id"), at("n"));
    let event_body: String = c.query_row("SELECT body FROM event LIMIT 1", [], |r| r.get(0))?;
    let (mut n, mut seq, mut seal_n): (i64, i64, i64) = c.query_row(
        "SELECT (SELECT MAX(n) FROM matter), (SELECT MAX(seq) FROM event), (SELECT MAX(n) FROM seal)",
        [],
        |r| r.try_into(),
    )?;
    // Any instant of the twentieth century's end does: nobody reads it.
    let when = 900_000_000_000_i64;
    let no_time: Option<i64> = None;
    let (began, start) = (Instant::now(), n);
    while began.elapsed() < time {
        c.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut records = Vec::new();
        for _ in 0..batch {
            n += 1;
            let record = Uuid::from_u128(0x0200_0000_0000_7000_8000_0000_0000_0000 + n as u128);
            records.push(record);
            c.prepare_cached("SELECT sha, receipt FROM command WHERE id = $1")?.exists([record])?;
            c.prepare_cached(words)?.execute(params![
                record,
                record,
                "saltsaltsaltsaltsalt",
                "电表箱门坏 meter box"
            ])?;
            row[id_at] = Value::Blob(record.as_bytes().to_vec());
            row[n_at] = Value::Integer(n);
            c.prepare_cached(insert)?.execute(params_from_iter(&row))?;
            c.prepare_cached("INSERT OR REPLACE INTO matter_search (rowid, tokens) VALUES ($1, $2)")?
                .execute(params![n, "电表 表箱 箱门 门坏 坏 meter box"])?;
            c.prepare_cached(command)?.execute(params![
                record,
                GENESIS,
                "person:0190",
                when,
                "{\"command\":\"…\",\"record\":\"…\",\"sha256\":\"…\"}"
            ])?;
        }
        let first = seq + 1;
        for chunk in records.chunks(8) {
            let many = chunk.len() == 8;
            for part in chunk.chunks(if many { 8 } else { 1 }) {
                let mut insert = c.prepare_cached(if many { event } else { one })?;
                let mut place = 0;
                for record in part {
                    seq += 1;
                    for value in params![
                        seq,
                        "matter",
                        record,
                        1,
                        "raised",
                        when,
                        when,
                        false,
                        "person:0190",
                        record,
                        event_body,
                        GENESIS,
                        GENESIS,
                        no_time
                    ] {
                        place += 1;
                        insert.raw_bind_parameter(place, value)?;
                    }
                }
                insert.raw_execute()?;
            }
        }
        seal_n += 1;
        c.prepare_cached(seal)?.execute(params![seal_n, first, seq, when, GENESIS, GENESIS])?;
        c.prepare_cached("COMMIT")?.execute([])?;
    }
    Ok((n - start) as f64 / began.elapsed().as_secs_f64())
}
