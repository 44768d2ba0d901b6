//! What a durable write costs on SQLite with synchronous=FULL, as ratios to limits measured in the
//! same run on the same disk: matters created by 8 concurrent writers against a loop of single-row
//! commits (target: at least twice as many) and against a bare writer that runs the same statements
//! in the same batches without our law, hashes and queue (target: at least half as many).
//! `cargo bench -p yixian-store --bench store_writes`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Clock};
use yixian_domain::ids::CommandId;
use yixian_store::ledger::sha256;
use yixian_store::{Store, StoreError, ledger};
use yixian_testkit::{Engine, Fresh, World, at, id, limits};

const WRITERS: usize = 8;
const FOR: Duration = Duration::from_secs(4);
const BEFORE: u64 = 100_000;

#[tokio::main]
async fn main() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let store = Store::open(fresh.db().await, 0).await.expect("the store opens");
    let world = Arc::new(World::new());
    world.write(&store).await;
    for start in (0..BEFORE).step_by(1_000) {
        let w = world.clone();
        store
            .write(async move |tx| {
                for n in start..start + 1_000 {
                    w.raise(tx, id(1_000_000 + n), (n % 5) as usize, "电表箱门坏 meter box", at(n as i64)).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .expect("it is written");
    }
    let seals = ledger::seals(&mut store.read().await.expect("it reads"), 0, i64::MAX).await.expect("seals").len();
    let next = Arc::new(AtomicU64::new(BEFORE));
    let from = Clock::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (store, world, next) = (store.clone(), world.clone(), next.clone());
            tokio::spawn(async move {
                while from.elapsed() < FOR {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let world = world.clone();
                    store
                        .write(async move |tx| {
                            let command = CommandId(id(900_000_000 + n));
                            assert!(tx.receipt(command).await?.is_none());
                            world.raise(tx, id(1_000_000 + n), 1, "电表箱门坏 meter box", at(0)).await?;
                            tx.under(command, at(0));
                            tx.carried_out(
                                &sha256(b"content"),
                                "person:0190",
                                "{\"command\":\"…\",\"record\":\"…\",\"sha256\":\"…\"}",
                            )
                            .await
                        })
                        .await
                        .expect("it is written");
                }
            })
        })
        .collect();
    for w in writers {
        w.await.expect("the writer ends");
    }
    let made = next.load(Ordering::Relaxed) - BEFORE;
    let ours = made as f64 / from.elapsed().as_secs_f64();
    let commits =
        ledger::seals(&mut store.read().await.expect("it reads"), 0, i64::MAX).await.expect("seals").len() - seals;
    let batch = (made as f64 / commits as f64).round().max(1.0) as usize;
    store.close().await;
    let single = limits::single_rows(fresh.folder(), FOR).expect("single rows");
    let bare = limits::bare_writer(&fresh.folder().join("yixian.db"), batch, FOR).expect("a bare writer");
    println!("single-row commits   {single:>9.0} /s");
    println!("bare writer          {bare:>9.0} /s in batches of {batch}");
    println!("matters, {WRITERS} writers   {ours:>9.0} /s in batches of {:.1}", made as f64 / commits as f64);
    println!(
        "ratio to single-row commits {:.2} (target 2), to the bare writer {:.2} (target 0.5)",
        ours / single,
        ours / bare
    );
}
