//! The ledger refuses changes, and what gets round its triggers is found, by our verifier and by the
//! one in Python alike.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::io::Write as _;
use std::process::Command;
use std::sync::Arc;
use yixian_domain::ids::{By, CommandId};
use yixian_store::Store;
use yixian_store::ledger::{self, Verification};
use yixian_testkit::{Engine, Fresh, World, at, id};

async fn raw(fresh: &Fresh, sql: &str) -> Result<(), String> {
    match fresh.url() {
        None => rusqlite::Connection::open(fresh.folder().join("yixian.db"))
            .unwrap()
            .execute_batch(sql)
            .map_err(|e| e.to_string()),
        Some(url) => {
            let mut c = PgConnection::connect(url).await.unwrap();
            c.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop).map_err(|e| e.to_string())
        }
    }
}

/// A ledger of six records with two events each, in several commits; triggers gone.
async fn ledger_of_twelve(engine: Engine) -> (Fresh, Store) {
    let fresh = Fresh::new(engine).await;
    let store = Store::open(fresh.db().await, 0).await.unwrap();
    let world = Arc::new(World::new());
    world.write(&store).await;
    for n in 0..6u64 {
        let w = world.clone();
        store
            .write(async move |tx| {
                let (m, _) = w.raise(tx, id(900 + n), 1, "电表漏油 \"quoted\" \u{1f4a1}\n", at(n as i64)).await?;
                let moved = m.remind(at(n as i64 + 5), 50);
                tx.update_matter(&moved.matter, &moved.events, None).await
            })
            .await
            .unwrap();
    }
    (fresh, store)
}

fn open_ledger(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; DROP TRIGGER seal_no_update; DROP TRIGGER seal_no_delete"
        }
        Engine::Postgres => "ALTER TABLE event DISABLE TRIGGER ALL; ALTER TABLE seal DISABLE TRIGGER ALL",
    }
}

/// What the verifier in Python says of the same rows.
async fn in_python(fresh: &Fresh, store: &Store) -> Verification {
    let tool = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/verify_ledger.py");
    let mut python = Command::new("python3");
    python.arg(tool);
    // The two tables alone: this company's other rows were written without events.
    let folder = fresh.folder().display().to_string();
    let mut c = store.read().await.unwrap();
    let events = ledger::page(&mut c, 0, 1_000).await.unwrap();
    let seals = ledger::seals(&mut c, 0, 1_000).await.unwrap();
    let mut file = std::fs::File::create(format!("{folder}/event.jsonl")).unwrap();
    for e in &events {
        writeln!(file, "{}", ledger::canonical(e).unwrap()).unwrap();
    }
    let mut file = std::fs::File::create(format!("{folder}/seal.jsonl")).unwrap();
    for s in &seals {
        writeln!(file, "{}", ledger::canonical(s).unwrap()).unwrap();
    }
    python.args(["--jsonl", &format!("{folder}/event.jsonl"), &format!("{folder}/seal.jsonl")]);
    let out = python.output().expect("the second verifier needs python3: install it (Debian: apt-get install python3)");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let v: serde_json::Value =
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&out.stderr)));
    let ok = v["ok"].as_bool().unwrap();
    assert_eq!(out.status.code(), Some(i32::from(!ok)));
    Verification {
        events: v["events"].as_i64().unwrap(),
        sealed_to: v["sealed_to"].as_i64().unwrap(),
        ok,
        faults: v["faults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| ledger::Fault {
                event: f["event"].as_i64().unwrap(),
                what: f["what"].as_str().unwrap().to_owned(),
            })
            .collect(),
    }
}

async fn verified(fresh: &Fresh, store: &Store) -> Verification {
    let rust = ledger::verify(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!(in_python(fresh, store).await, rust, "the two verifiers disagree");
    rust
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_refuse_changes() {
    for engine in Engine::ALL {
        let (fresh, store) = ledger_of_twelve(engine).await;
        for sql in [
            "UPDATE event SET body = '{}' WHERE seq = 3",
            "DELETE FROM event WHERE seq = 12",
            "UPDATE seal SET hash = prev",
            "DELETE FROM seal",
            "UPDATE event SET late = late",
            "DELETE FROM event",
        ] {
            let why = raw(&fresh, sql).await.unwrap_err();
            assert!(why.contains("append-only"), "{engine:?} {sql}: {why}");
        }
        if engine == Engine::Postgres {
            assert!(raw(&fresh, "TRUNCATE event").await.unwrap_err().contains("append-only"));
            assert!(raw(&fresh, "TRUNCATE seal").await.unwrap_err().contains("append-only"));
        }
        let v = verified(&fresh, &store).await;
        assert_eq!((v.events, v.sealed_to, v.ok), (12, 12, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tampering_is_found_with_its_event() {
    // What somebody with the database in his hands does, and the event that must be named.
    let tampers: [(&str, &str, i64, &str); 12] = [
        ("another body", "UPDATE event SET body = '{\"type\":\"accepted\"}' WHERE seq = 4", 4, "altered"),
        (
            "other white space",
            "UPDATE event SET body = replace(body, '\"share\":', '\"share\": ') WHERE seq = 4",
            4,
            "altered",
        ),
        ("another time", "UPDATE event SET happened_at = happened_at - 1 WHERE seq = 7", 7, "altered"),
        ("another actor", "UPDATE event SET actor = 'import' WHERE seq = 2", 2, "altered"),
        ("not late after all", "UPDATE event SET late = NOT late WHERE seq = 1", 1, "altered"),
        ("another hash", "UPDATE event SET hash = prev WHERE seq = 6", 6, "altered"),
        ("dropped in the middle", "DELETE FROM event WHERE seq = 6", 6, "dropped"),
        ("dropped the first", "DELETE FROM event WHERE seq = 1", 1, "dropped"),
        ("truncated tail", "DELETE FROM event WHERE seq > 9", 10, "dropped"),
        ("everything", "DELETE FROM event", 1, "dropped"),
        (
            "reordered",
            "UPDATE event SET seq = 99 WHERE seq = 3; UPDATE event SET seq = 3 WHERE seq = 5; UPDATE event SET seq = 5 WHERE seq = 99",
            3,
            "altered",
        ),
        ("seal dropped", "DELETE FROM seal WHERE n = 3", 7, "seal"),
    ];
    for engine in Engine::ALL {
        for (name, sql, event, what) in tampers {
            let (fresh, store) = ledger_of_twelve(engine).await;
            raw(&fresh, open_ledger(engine)).await.unwrap();
            let sql = if engine == Engine::Postgres { sql.to_owned() } else { sql.replace("NOT late", "1 - late") };
            raw(&fresh, &sql).await.unwrap();
            let v = verified(&fresh, &store).await;
            assert!(!v.ok, "{engine:?}: {name} was not found");
            assert!(
                v.faults.iter().any(|f| f.event == event && f.what.contains(what)),
                "{engine:?}: {name}: {:?}",
                v.faults
            );
            assert!(v.faults[0].event >= event.min(3), "{engine:?}: {name} blames an earlier event: {:?}", v.faults);
        }
    }
}

/// Whoever recomputes a record's chain still meets the seals.
#[tokio::test(flavor = "multi_thread")]
async fn a_forged_chain_breaks_its_seal() {
    for engine in Engine::ALL {
        let (fresh, store) = ledger_of_twelve(engine).await;
        raw(&fresh, open_ledger(engine)).await.unwrap();
        let mut e = ledger::page(&mut store.read().await.unwrap(), 3, 1).await.unwrap().remove(0);
        e.happened_at -= 60_000;
        e.hash = ledger::sha256(e.sealed_text().as_bytes());
        raw(&fresh, &format!("UPDATE event SET happened_at = {}, hash = '{}' WHERE seq = 4", e.happened_at, e.hash))
            .await
            .unwrap();
        let v = verified(&fresh, &store).await;
        assert!(!v.ok && v.faults.iter().all(|f| f.event == 3 && f.what.contains("seal 2")), "{:?}", v.faults);
    }
}

/// An event of a later version is hashed with its version, verified by both, and read by nobody who does not know it.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_says_its_version() {
    for engine in Engine::ALL {
        let (fresh, store) = ledger_of_twelve(engine).await;
        for (record, version) in [(id(2_000), None), (id(2_001), Some(ledger::NEWEST + 1))] {
            let event = ledger::NewEvent {
                kind: ledger::RecordKind::Unit,
                record,
                code: "unit_made",
                happened_at: at(9),
                by: By::Rule,
                body: r#"{"name":"x"}"#.into(),
                version,
            };
            store
                .write(async move |tx| {
                    tx.under(CommandId(id(3_000)), at(9));
                    tx.append(event.clone()).await
                })
                .await
                .unwrap();
        }
        let v = verified(&fresh, &store).await;
        assert_eq!((v.events, v.ok), (14, true), "{:?}", v.faults);
        let events = ledger::page(&mut store.read().await.unwrap(), 12, 2).await.unwrap();
        assert_eq!(
            ledger::sha256(ledger::EventRow { version: None, ..events[0].clone() }.sealed_text().as_bytes()),
            events[0].hash
        );
        assert_ne!(
            ledger::sha256(ledger::EventRow { version: None, ..events[1].clone() }.sealed_text().as_bytes()),
            events[1].hash
        );
        events[0].read::<serde_json::Value>().unwrap();
        let why = events[1].read::<serde_json::Value>().unwrap_err().to_string();
        assert_eq!(why, "event 14 has version 2, which this program does not know: use a newer version");
        // The version cannot be taken away unseen, nor given.
        raw(&fresh, open_ledger(engine)).await.unwrap();
        raw(&fresh, "UPDATE event SET version = NULL WHERE seq = 14; UPDATE event SET version = 1 WHERE seq = 13")
            .await
            .unwrap();
        let v = verified(&fresh, &store).await;
        assert_eq!(v.faults.iter().map(|f| f.event).collect::<Vec<_>>(), [13, 14]);
    }
}
