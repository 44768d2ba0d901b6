//! Seals that left the database show what nothing inside of it shows: an end that was cut off with its seals, a ledger that
//! was written anew.

use super::backup::{app, company, raise};
use std::sync::Arc;
use yixian_app::App;
use yixian_app::clock::Clock;
use yixian_app::message::{Gateway, Messages};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::seals::file_in;
use yixian_app::{AppError, Opening};
use yixian_domain::time::Instant;
use yixian_store::ledger;
use yixian_testkit::{Engine, Fresh};

async fn run(app: &App, sql: &'static str) {
    let done = app.store().write(async move |tx| tx.conn().run(sql).await);
    done.await.unwrap_or_else(|e: yixian_store::StoreError| panic!("{e}"));
}

async fn off_guard(app: &App, engine: Engine) {
    let sql = match engine {
        Engine::Sqlite => {
            "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; DROP TRIGGER seal_no_update; DROP TRIGGER seal_no_delete"
        }
        Engine::Postgres => "ALTER TABLE event DISABLE TRIGGER ALL; ALTER TABLE seal DISABLE TRIGGER ALL",
    };
    run(app, sql).await;
}

/// What the verifier in Python says of the folder or the backup, with seals that lay elsewhere.
fn in_python(path: &std::path::Path, seals: &std::path::Path) -> (Option<i32>, String) {
    let out = std::process::Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/verify_ledger.py"))
        .args([path, std::path::Path::new("--seals"), seals])
        .output()
        .expect("the second verifier needs python3: install it (Debian: apt-get install python3)");
    (out.status.code(), String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_end_and_a_ledger_written_anew_are_found_by_an_exported_seal() {
    for engine in Engine::ALL {
        for anew in [false, true] {
            let fresh = Fresh::new(engine).await;
            let app = app(&fresh).await;
            let actor = company(&app).await;
            raise(&app, &actor, "一", vec![]).await;
            raise(&app, &actor, "二", vec![]).await;
            assert_eq!(app.export_seals().await.unwrap(), 1);
            assert_eq!(app.export_seals().await.unwrap(), 0, "not twice a day");
            let exported = std::fs::read_to_string(file_in(fresh.folder())).unwrap();
            assert_eq!(app.exported_seals().unwrap().as_ref(), Some(&exported));
            let head = ledger::head(&mut app.store().read().await.unwrap()).await.unwrap();
            assert!(
                exported.ends_with(&format!("seal {} events {} {}\n", head.seal, head.events, head.hash)),
                "{exported}"
            );
            #[cfg(unix)]
            assert_eq!(
                std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(file_in(fresh.folder())).unwrap()) & 0o777,
                0o600
            );
            let elsewhere = fresh.folder().join("elsewhere.txt");
            std::fs::write(&elsewhere, &exported).unwrap();
            assert!(app.verify().await.unwrap().ok && app.verify_with(&exported).await.unwrap().ok);

            off_guard(&app, engine).await;
            let last = ledger::seals(&mut app.store().read().await.unwrap(), head.seal - 1, 1).await.unwrap().remove(0);
            if anew {
                // The last seal again, as if it had been made a second later: inside of the database all fits.
                let mut text = format!(
                    "{}\n{}\n{}\n{}\n{}\n",
                    last.prev,
                    last.n,
                    last.first_seq,
                    last.last_seq,
                    last.sealed_at + 1
                );
                for e in ledger::page(&mut app.store().read().await.unwrap(), last.first_seq - 1, 1_000).await.unwrap()
                {
                    text += &format!("{}\n", e.hash);
                }
                let hash = ledger::sha256(text.as_bytes());
                let sql = format!("UPDATE seal SET sealed_at = sealed_at + 1, hash = '{hash}' WHERE n = {}", last.n);
                run(&app, sql.leak()).await;
            } else {
                let sql =
                    format!("DELETE FROM seal WHERE n = {}; DELETE FROM event WHERE seq >= {}", last.n, last.first_seq);
                run(&app, sql.leak()).await;
            }
            let (event, what) = if anew {
                (last.first_seq, "is not the one that was exported on")
            } else {
                (last.first_seq, "was exported on 2018-09-28")
            };
            let ledger_alone = ledger::verify(&mut app.store().read().await.unwrap()).await.unwrap();
            assert!(ledger_alone.ok, "nothing inside of the ledger shows it: {:?}", ledger_alone.faults);
            for found in [app.verify().await.unwrap(), app.verify_database().await.unwrap()] {
                assert!(found.faults.iter().any(|f| f.event == event && f.what.contains(what)), "{:?}", found.faults);
            }
            // The file in the folder went too; the copy did not.
            std::fs::remove_file(file_in(fresh.folder())).unwrap();
            assert!(!app.verify().await.unwrap().faults.iter().any(|f| f.what.contains(what)));
            let found = app.verify_with(&exported).await.unwrap();
            assert!(found.faults.iter().any(|f| f.event == event && f.what.contains(what)), "{:?}", found.faults);
            let archive = fresh.folder().join("backup.zip");
            app.backup(&archive).await.unwrap();
            let (code, said) = in_python(&archive, &elsewhere);
            assert!(code == Some(1) && said.contains(what), "{said}");
            // A line that somebody has spoilt is no line.
            let found = app.verify_with("2018-09-28 seal x").await.unwrap();
            assert!(found.faults.iter().any(|f| f.what.contains("cannot be read")), "{:?}", found.faults);
            app.close().await;
        }
    }
}

async fn at(fresh: &Fresh, hours: i64) -> App {
    let start = Instant::parse("2018-09-28T09:00:00+08:00").unwrap();
    let clock = Clock::At(start.plus_minutes(hours * 60));
    let (db, mint) = (fresh.db().await, Mint::random());
    App::open(Opening { db, folder: fresh.folder(), clock, mint, policies: PolicySource::Embedded }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sink_is_served_by_the_timetable() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let first = at(&fresh, 0).await;
        let settings = include_str!("../../../../rules/settings.toml").replace(
            "sinks = [{ to = \"file\" }]",
            "sinks = [{ to = \"message\", phone = \"13800001234\" }, { to = \"file\" }]",
        );
        first.put_policy("settings", "settings.toml", settings.clone()).await.unwrap();
        let bad = settings.replace("every_hours = 24", "every_hours = 0");
        assert!(matches!(first.put_policy("settings", "x", bad).await, Err(AppError::BadPolicy { .. })));
        // The gateway is away: the file is written all the same, and the message goes when there is one.
        let away = Gateway { address: "127.0.0.1:1".into(), path: "/".into(), key: Arc::from(&b"k"[..]) };
        first.send_messages_to(Messages::Gateway(away));
        assert!(matches!(first.export_seals().await, Err(AppError::MessageNotSent(_))));
        let lines = |fresh: &Fresh| std::fs::read_to_string(file_in(fresh.folder())).unwrap().lines().count();
        assert_eq!(lines(&fresh), 1);
        let memory = Messages::memory();
        first.send_messages_to(memory.clone());
        assert_eq!((first.export_seals().await.unwrap(), first.export_seals().await.unwrap()), (1, 0));
        let sent = memory.sent();
        let head = ledger::head(&mut first.store().read().await.unwrap()).await.unwrap();
        assert_eq!(sent.len(), 1);
        assert!(sent[0].0 == "13800001234" && sent[0].1.contains(&head.hash) && sent[0].1.contains("封存"), "{sent:?}");
        first.close().await;
        // Another start within the day, and one a day later.
        for (hours, served, in_file) in [(23, 0, 1), (24, 2, 2)] {
            let app = at(&fresh, hours).await;
            app.send_messages_to(Messages::memory());
            assert_eq!((app.export_seals().await.unwrap(), lines(&fresh)), (served, in_file), "after {hours} hours");
            assert!(app.verify().await.unwrap().ok);
            app.close().await;
        }
    }
}

/// What holds codes and what holds everything is its owner's to read, whatever the umask.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_with_secrets_are_their_owners() {
    use std::os::unix::fs::MetadataExt as _;
    let fresh = Fresh::new(Engine::Sqlite).await;
    let app = app(&fresh).await;
    company(&app).await;
    app.messages().send("13800001234", "123456", 7).await.unwrap();
    let mut seen = Vec::new();
    for name in ["yixian.db", "yixian.db-wal", "yixian.db-shm", "messages/7-1234.txt", "secret.key"] {
        let mode = std::fs::metadata(fresh.folder().join(name)).unwrap_or_else(|e| panic!("{name}: {e}")).mode();
        seen.push((name, format!("{:o}", mode & 0o777)));
    }
    assert!(seen.iter().all(|(_, mode)| mode == "600"), "{seen:?}");
    app.close().await;
}
