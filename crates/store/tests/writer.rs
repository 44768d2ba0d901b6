//! Group commit: many writers share commits, and none suffers from another's refusal, failure or bug.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use yixian_domain::ids::{By, CommandId, MatterId, WordsId};
use yixian_domain::org::{Role, Unit, UnitPath};
use yixian_store::{Conn, Db, Store, StoreError, Tx, ledger, matter, org, words};
use yixian_testkit::{Cluster, Engine, Fresh, World, at, id};

async fn store_of(fresh: &Fresh) -> (Store, Arc<World>) {
    let store = Store::open(fresh.db().await, 0).await.unwrap();
    let world = Arc::new(World::new());
    world.write(&store).await;
    (store, world)
}

/// A statement that fails, whose failure the job sees or overlooks.
async fn fails(conn: &mut Conn) -> bool {
    conn.run("INSERT INTO meta (key, value) VALUES ('k', NULL)").await.is_err()
}

async fn stored(store: &Store) -> BTreeSet<u64> {
    stored_beside(store, 0).await
}

/// The matters that are stored, in a ledger that is whole and has so many events of other records.
async fn stored_beside(store: &Store, others: i64) -> BTreeSet<u64> {
    let mut c = store.read().await.unwrap();
    let v = ledger::verify(&mut c).await.unwrap();
    assert!(v.ok, "{:?}", v.faults);
    let mut found = BTreeSet::new();
    for n in 0..2_000 {
        if matter::matter(&mut c, MatterId(id(100_000 + n))).await.unwrap().is_some() {
            found.insert(n);
        }
    }
    assert_eq!(v.events, found.len() as i64 + others);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_a_batch_do_not_touch_one_another() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (store, world) = store_of(&fresh).await;
        let jobs = (0..400u64).map(|n| {
            let (store, w) = (store.clone(), world.clone());
            tokio::spawn(async move {
                let done = store
                    .write(async move |tx| {
                        let (_, number) = w.raise(tx, id(100_000 + n), 1, "漏油", at(n as i64)).await?;
                        match n % 8 {
                            1 => Err(StoreError::corrupt("test", "refused")),
                            2 => {
                                assert!(fails(tx.conn()).await);
                                Err(StoreError::corrupt("test", "failed"))
                            }
                            3 => panic!("a bug"),
                            4 if engine == Engine::Postgres => {
                                // It overlooks that a statement failed; the server does not.
                                assert!(fails(tx.conn()).await);
                                Ok(number)
                            }
                            _ => Ok(number),
                        }
                    })
                    .await;
                (n, done)
            })
        });
        let mut good = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        for done in futures::future::join_all(jobs).await {
            let (n, done) = done.unwrap();
            match done {
                Ok(number) => {
                    good.insert(n);
                    assert!(numbers.insert(number), "number {number} was given twice");
                }
                Err(StoreError::Panicked(why)) => assert_eq!((n % 8, why.as_str()), (3, "a bug")),
                Err(StoreError::Lost(_)) => assert_eq!(n % 8, 4),
                Err(e) => assert!(matches!(n % 8, 1 | 2), "{n}: {e}"),
            }
        }
        let expected: BTreeSet<u64> = (0..400)
            .filter(|n| match n % 8 {
                1..=3 => false,
                4 => engine == Engine::Sqlite,
                _ => true,
            })
            .collect();
        assert_eq!(good, expected, "{engine:?}");
        assert_eq!(stored(&store).await, expected, "{engine:?}");
        let seals = ledger::seals(&mut store.read().await.unwrap(), 0, 1_000).await.unwrap().len();
        assert!(seals < expected.len() / 2, "{engine:?}: {seals} commits for {} jobs", expected.len());
        assert!(!store.halted());
        store.close().await;
        let after = store.write(async |_| Ok::<_, StoreError>(())).await;
        assert!(matches!(after, Err(StoreError::Halted(_))), "{after:?}");
    }
}

/// Who refuses before he has written costs nobody a second run; who refuses afterwards does, and leaves no more behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_run_again_only_for_what_was_written() {
    for (engine, writes_first) in Engine::ALL.into_iter().flat_map(|e| [(e, false), (e, true)]) {
        let fresh = Fresh::new(engine).await;
        let (store, world) = store_of(&fresh).await;
        let runs = Arc::new(AtomicU64::new(0));
        let jobs = (0..200u64).map(|n| {
            let (store, w, runs) = (store.clone(), world.clone(), runs.clone());
            tokio::spawn(async move {
                store
                    .write(async move |tx| {
                        runs.fetch_add(1, Ordering::Relaxed);
                        let refuses = n % 10 == 9;
                        if !refuses || writes_first {
                            w.raise(tx, id(100_000 + n), 1, "漏油", at(n as i64)).await?;
                        } else {
                            // As a use case does before the law refuses.
                            tx.keep_words(
                                id(100_000 + n),
                                WordsId(id(300_000 + n)),
                                "salt".into(),
                                "kept by nobody".into(),
                            );
                        }
                        if refuses { Err(StoreError::corrupt("test", "refused")) } else { Ok(()) }
                    })
                    .await
                    .is_ok()
            })
        });
        let done: Vec<bool> = futures::future::join_all(jobs).await.into_iter().map(Result::unwrap).collect();
        assert!(done.iter().enumerate().all(|(n, done)| *done == (n % 10 != 9)), "{engine:?}");
        assert_eq!(stored(&store).await, (0..200).filter(|n| n % 10 != 9).collect());
        assert!(
            words::of_record(&mut store.read().await.unwrap(), id(100_009)).await.unwrap().is_empty(),
            "{engine:?}: words of a refused job"
        );
        let runs = runs.load(Ordering::Relaxed);
        assert_eq!(runs > 200, engine == Engine::Sqlite && writes_first, "{engine:?}: {runs} runs of 200 jobs");
    }
}

/// What a hostile or broken neighbour leaves for the end of a batch that the database does not take.
async fn hostile(tx: &mut Tx, w: &World, n: u64, how: u64) -> Result<(), StoreError> {
    match how {
        // The id of a policy for a matter, and of a matter for a policy.
        0 => w.raise(tx, id(700_000), 1, "漏油", at(0)).await.map(drop),
        1 => {
            tx.under(CommandId(id(n)), at(0));
            tx.put_policy("p", id(100_000), "label", "body", By::Person(w.people[0].id), at(0)).await.map(drop)
        }
        // The id of another matter.
        2 => w.raise(tx, id(100_000), 1, "漏油", at(0)).await.map(drop),
        // Words under an id that is given already: nothing is wrong until the batch writes them.
        _ => {
            w.raise(tx, id(100_000 + n), 1, "漏油", at(0)).await?;
            tx.keep_words(id(100_000 + n), WordsId(id(500_000)), "salt".into(), "twice".into());
            Ok(())
        }
    }
}

/// One who sends what cannot be kept costs nobody else his record, whatever the database refuses and whenever it does.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_neighbour_is_refused_alone() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (store, world) = store_of(&fresh).await;
        let w = world.clone();
        store
            .write(async move |tx| {
                w.raise(tx, id(100_000), 1, "漏油", at(0)).await?;
                tx.put_policy("p", id(700_000), "label", "body", By::Person(w.people[0].id), at(0)).await?;
                tx.keep_words(id(100_000), WordsId(id(500_000)), "salt".into(), "once".into());
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        let jobs = (1..300u64).map(|n| {
            let (store, w) = (store.clone(), world.clone());
            tokio::spawn(async move {
                store
                    .write(async move |tx| match n % 10 {
                        7 => hostile(tx, &w, n, n / 10 % 4).await,
                        _ => w.raise(tx, id(100_000 + n), 1, "漏油", at(n as i64)).await.map(drop),
                    })
                    .await
            })
        });
        for (n, done) in (1..).zip(futures::future::join_all(jobs).await) {
            match (n % 10, done.unwrap()) {
                (7, Err(StoreError::IdTaken(_))) => assert!(n / 10 % 4 < 2, "{engine:?} {n}"),
                (7, Err(StoreError::NotKept(_))) => assert_eq!(n / 10 % 4, 3, "{engine:?} {n}"),
                (7, Err(_)) => assert_eq!(n / 10 % 4, 2, "{engine:?} {n}"),
                (7, done) => panic!("{engine:?} {n}: {done:?}"),
                (_, done) => done.unwrap_or_else(|e| panic!("{engine:?} {n} is honest: {e}")),
            }
        }
        assert_eq!(stored_beside(&store, 1).await, (0..300).filter(|n| n % 10 != 7).collect(), "{engine:?}");
        assert!(!store.halted());
    }
}

/// Where the writer is held up, whoever waits is told so within seconds, and nothing of it is done afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_turn_does_not_come_is_given_up() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (store, world) = store_of(&fresh).await;
        let busy = store.clone();
        let holds = tokio::spawn(async move {
            busy.write(async |_| {
                tokio::time::sleep(Duration::from_secs(4)).await;
                Ok::<_, StoreError>(())
            })
            .await
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        let began = std::time::Instant::now();
        let w = world.clone();
        let late = store.write(async move |tx| w.raise(tx, id(100_001), 1, "漏油", at(1)).await.map(drop)).await;
        assert!(matches!(late, Err(StoreError::Busy)), "{engine:?}: {late:?}");
        assert!(began.elapsed() < Duration::from_secs(3), "{engine:?}: told after {:?}", began.elapsed());
        holds.await.unwrap().unwrap();
        let w = world.clone();
        store.write(async move |tx| w.raise(tx, id(100_002), 1, "漏油", at(2)).await.map(drop)).await.unwrap();
        assert_eq!(stored(&store).await, BTreeSet::from([2]), "{engine:?}");
    }
}

/// Alone in its batch a job is treated like any other, and the next one is not hurt.
#[tokio::test(flavor = "multi_thread")]
async fn alone_in_a_batch() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (store, world) = store_of(&fresh).await;
        for n in 0..12u64 {
            let w = world.clone();
            let done = store
                .write(async move |tx| {
                    w.raise(tx, id(100_000 + n), 1, "x", at(0)).await?;
                    match n % 4 {
                        0 => Err(StoreError::corrupt("test", "refused")),
                        1 => {
                            fails(tx.conn()).await;
                            Err(StoreError::corrupt("test", "failed"))
                        }
                        2 => panic!("a bug"),
                        _ => Ok(()),
                    }
                })
                .await;
            assert_eq!(done.is_ok(), n % 4 == 3, "{engine:?} {n}: {done:?}");
        }
        assert_eq!(stored(&store).await, BTreeSet::from([3, 7, 11]));
        if engine == Engine::Postgres {
            let done = store
                .write(async move |tx| {
                    tx.set_meta("a", "b").await?;
                    fails(tx.conn()).await;
                    Ok::<_, StoreError>(())
                })
                .await;
            assert!(matches!(done, Err(StoreError::Lost(_))), "a COMMIT that rolled back was acknowledged: {done:?}");
        }
        // A job that has not said for which command it writes cannot write into the ledger.
        let w = world.clone();
        let done = store
            .write(async move |tx| {
                let by = By::Person(w.people[0].id);
                tx.put_policy("p", id(1), "l", "b", by, at(0)).await
            })
            .await;
        assert!(matches!(done, Err(StoreError::Corrupt { .. })), "{done:?}");
    }
}

/// No room on the disk: whoever was in the batch is told so, nothing of it is kept, and writing heals by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_heals() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let (store, world) = store_of(&fresh).await;
    let jobs = (0..20u64).map(|n| {
        let (store, w) = (store.clone(), world.clone());
        tokio::spawn(async move {
            store
                .write(async move |tx| {
                    w.raise(tx, id(100_000 + n), 1, "漏油", at(n as i64)).await?;
                    if n == 10 {
                        // No page more than there are.
                        tx.conn().run("PRAGMA max_page_count = 1").await?;
                        for k in 0..200 {
                            tx.set_meta(&format!("k{k}"), &"x".repeat(10_000)).await?;
                        }
                    }
                    Ok::<_, StoreError>(n)
                })
                .await
        })
    });
    let done: Vec<_> = futures::future::join_all(jobs).await.into_iter().map(Result::unwrap).collect();
    assert!(matches!(done[10], Err(StoreError::DiskFull)), "{:?}", done[10]);
    assert!(done.iter().all(|d| matches!(d, Ok(_) | Err(StoreError::DiskFull))), "{done:?}");
    store.write(async |tx| tx.conn().run("PRAGMA max_page_count = 1000000").await).await.unwrap();
    let w = world.clone();
    store.write(async move |tx| w.raise(tx, id(100_100), 1, "x", at(0)).await).await.unwrap();
    let kept: BTreeSet<u64> = done.iter().filter_map(|d| d.as_ref().ok().copied()).chain([100]).collect();
    assert_eq!(stored(&store).await, kept);
    assert!(!store.halted());
}

/// A transaction that ended on the way takes its whole batch with it, and nobody is told otherwise.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_transaction_held_is_not_acknowledged() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let (store, world) = store_of(&fresh).await;
    let w = world.clone();
    let done = store
        .write(async move |tx| {
            w.raise(tx, id(100_000), 1, "x", at(0)).await?;
            tx.conn().run("ROLLBACK").await
        })
        .await;
    assert!(matches!(done, Err(StoreError::Lost(_))), "{done:?}");
    store.write(async move |tx| world.raise(tx, id(100_001), 1, "x", at(0)).await).await.unwrap();
    assert_eq!(stored(&store).await, BTreeSet::from([1]));
}

/// Whoever goes away before the answer has still written.
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_caller_harms_nobody() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (store, world) = store_of(&fresh).await;
        for n in 0..40u64 {
            let (store, w) = (store.clone(), world.clone());
            let write = tokio::spawn(async move {
                store.write(async move |tx| w.raise(tx, id(100_000 + n), 1, "x", at(0)).await).await.map(drop)
            });
            tokio::time::sleep(Duration::from_micros(n * 40)).await;
            write.abort();
        }
        let w = world.clone();
        store.write(async move |tx| w.raise(tx, id(101_000), 1, "x", at(0)).await).await.unwrap();
        assert!(stored(&store).await.contains(&1_000));
    }
}

/// The server dies and comes back under load: errors for a while, then on as before, and nothing
/// that was acknowledged is missing.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_restarts_under_load() {
    let cluster = Arc::new(tokio::task::spawn_blocking(Cluster::of_my_own).await.unwrap());
    let store = Store::open(Db::open_postgres(&cluster.url_of("postgres")).await.unwrap(), 0).await.unwrap();
    let world = Arc::new(World::new());
    world.write(&store).await;
    let writers: Vec<_> = (0..8u64)
        .map(|writer| {
            let (store, world) = (store.clone(), world.clone());
            tokio::spawn(async move {
                let (mut acknowledged, mut errors) = (Vec::new(), 0);
                for i in 0..200u64 {
                    let n = writer * 200 + i;
                    let w = world.clone();
                    match store.write(async move |tx| w.raise(tx, id(100_000 + n), 1, "x", at(0)).await).await {
                        Ok(_) => acknowledged.push(n),
                        Err(_) => errors += 1,
                    }
                    tokio::time::sleep(Duration::from_millis(15)).await;
                }
                (acknowledged, errors)
            })
        })
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let c = cluster.clone();
        tokio::task::spawn_blocking(move || yixian_testkit::stop_and_start(&c)).await.unwrap();
    }
    let (mut acknowledged, mut errors) = (BTreeSet::new(), 0);
    for w in writers {
        let (a, e) = w.await.unwrap();
        acknowledged.extend(a);
        errors += e;
    }
    let kept = stored(&store).await;
    assert!(acknowledged.is_subset(&kept), "lost: {:?}", acknowledged.difference(&kept).collect::<Vec<_>>());
    assert!(acknowledged.len() > 1_200, "{} acknowledged, {errors} errors: it did not recover", acknowledged.len());
    assert!(!store.halted());
    println!("{} acknowledged, {} stored, {errors} errors over two restarts", acknowledged.len(), kept.len());
}

/// A server that takes what is sent and answers nothing lets go of everybody: of the job in the middle of its work, of
/// those behind it, of readers. A query that only runs long is left alone. When the server answers again, so do we.
#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_postgres_lets_go_of_everybody() {
    let cluster = Arc::new(tokio::task::spawn_blocking(Cluster::of_my_own).await.unwrap());
    let store = Store::open(Db::open_postgres(&cluster.url_of("postgres")).await.unwrap(), 0).await.unwrap();
    let world = Arc::new(World::new());
    world.write(&store).await;
    let (began, waits) = (tokio::sync::oneshot::channel(), tokio::sync::oneshot::channel::<()>());
    let in_work = tokio::spawn({
        let (store, w) = (store.clone(), world.clone());
        let (begun, go_on) = (std::sync::Mutex::new(Some(began.0)), tokio::sync::Mutex::new(waits.1));
        async move {
            store
                .write(async move |tx| {
                    w.raise(tx, id(100_001), 1, "漏油", at(1)).await?;
                    if let Some(begun) = begun.lock().unwrap().take() {
                        begun.send(()).unwrap();
                    }
                    (&mut *go_on.lock().await).await.ok();
                    asks(tx.conn()).await
                })
                .await
        }
    });
    began.1.await.unwrap();
    let mut reader = store.read().await.unwrap();
    let frozen = cluster.freeze();
    waits.0.send(()).unwrap();
    let froze = std::time::Instant::now();
    let (w, other) = (world.clone(), store.clone());
    let behind = tokio::spawn(async move {
        other.write(async move |tx| w.raise(tx, id(100_002), 1, "漏油", at(2)).await.map(drop)).await
    });
    let reads = tokio::spawn(async move { asks(&mut reader).await });
    for (what, told) in [("in work", in_work.await), ("behind it", behind.await), ("reading", reads.await)] {
        let e = told.unwrap().unwrap_err();
        assert!(e.is_passing(), "{what}: {e}");
        assert!(froze.elapsed() < Duration::from_secs(4), "{what}: told after {:?}", froze.elapsed());
    }
    let asked = std::time::Instant::now();
    assert!(store.read().await.unwrap_err().is_passing());
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "who comes later is told at once, not after {:?}",
        asked.elapsed()
    );
    drop(frozen);
    let mut again = None;
    for n in 0..100u64 {
        let w = world.clone();
        match store.write(async move |tx| w.raise(tx, id(100_003 + n), 1, "x", at(3)).await.map(drop)).await {
            Ok(()) => {
                again = Some(n);
                break;
            }
            Err(e) => assert!(e.is_passing(), "{e}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let again = again.expect("it recovers");
    let kept = stored(&store).await;
    assert!(!kept.contains(&1) && kept.contains(&(3 + again)), "{kept:?}");
    assert!(!store.halted());
    // Twice as long as a server may be silent.
    store.read().await.unwrap().run("SELECT pg_sleep(4)").await.unwrap();
}

async fn asks(conn: &mut Conn) -> Result<(), StoreError> {
    conn.run("SELECT 1").await
}

/// What the writer keeps of the organisation is what the database says: after a change of its own, of another node, and of a job
/// that is undone.
#[tokio::test(flavor = "multi_thread")]
async fn the_organisation_that_is_kept_is_the_one_that_is_written() {
    let name = |store: &Store, unit| {
        let store = store.clone();
        async move {
            let found = store.write(async move |tx| tx.unit(unit).await).await.unwrap();
            found.map(|u: Unit| u.name)
        }
    };
    // A change of a unit never comes alone: its event is in the ledger.
    let rename = |store: &Store, w: &Arc<World>, to: &'static str, n: u64, refuses: bool| {
        let (store, w) = (store.clone(), w.clone());
        async move {
            store
                .write(async move |tx| {
                    let unit = Unit { name: to.into(), ..w.units[1].clone() };
                    assert!(tx.unit(unit.id).await?.is_some());
                    tx.put_unit(&unit).await?;
                    assert_eq!(tx.unit(unit.id).await?.map(|u| u.name).as_deref(), Some(to), "a job sees its own");
                    w.raise(tx, id(100_000 + n), 1, "改名", at(n as i64)).await?;
                    if refuses { Err(StoreError::corrupt("test", "refused")) } else { Ok(()) }
                })
                .await
                .is_ok()
        }
    };
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let (store, world) = store_of(&fresh).await;
        let unit = world.units[1].id;
        assert_eq!(name(&store, unit).await.as_deref(), Some(world.units[1].name.as_str()));
        assert!(rename(&store, &world, "甲", 1, false).await);
        assert_eq!(name(&store, unit).await.as_deref(), Some("甲"), "{engine:?}");
        assert!(!rename(&store, &world, "乙", 2, true).await);
        assert_eq!(name(&store, unit).await.as_deref(), Some("甲"), "{engine:?}: what was undone is not kept");
        let other = Store::open(fresh.db().await, 0).await.unwrap();
        assert_eq!(name(&other, unit).await.as_deref(), Some("甲"));
        assert!(rename(&other, &world, "丙", 3, false).await);
        assert_eq!(name(&store, unit).await.as_deref(), Some("丙"), "{engine:?}: another node's change is read");
        let held = store.write(async |tx| tx.nearest_holders(Role::Coordinator, &UnitPath::root("BJ")).await).await;
        let read =
            org::nearest_holders(&mut store.read().await.unwrap(), Role::Coordinator, &UnitPath::root("BJ")).await;
        assert_eq!(held.unwrap(), read.unwrap());
        other.close().await;
        store.close().await;
    }
}
