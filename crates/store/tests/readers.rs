//! Connections for reading: what is lent comes back fit for the next, writes nothing, and ends with the store.

use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use yixian_store::{Db, Engine as Kind, Store, StoreError, rows};
use yixian_testkit::{Engine, Fresh};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lent_comes_back_fit() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        for _ in 0..12 {
            let mut left = store.read().await.unwrap();
            if left.engine() == Kind::Sqlite {
                // Somebody goes away in the middle of a transaction; the next is not in it.
                left.run("BEGIN").await.unwrap();
            }
        }
        store.write(async move |tx| tx.set_meta("seen", "1").await).await.unwrap();
        // As many at once as are kept, and more: each reader is a task of its own.
        let (all_here, mut readers) = (Arc::new(Barrier::new(12)), JoinSet::new());
        for _ in 0..12 {
            let (store, all_here) = (store.clone(), all_here.clone());
            readers.spawn(async move {
                let mut conn = store.read().await.unwrap();
                all_here.wait().await;
                assert_eq!(
                    rows!(&mut conn, (String,), "SELECT value FROM meta WHERE key = $1", "seen").unwrap(),
                    [("1".to_owned(),)],
                    "{engine:?}"
                );
                if engine == Engine::Sqlite {
                    conn.run("INSERT INTO meta (key, value) VALUES ('a', 'b')").await.unwrap_err();
                }
            });
        }
        readers.join_all().await;
        store.close().await;
        store.read().await.unwrap_err();
    }
}

/// Values reach their places whatever their order in the text.
#[tokio::test(flavor = "multi_thread")]
async fn values_reach_their_places() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let text = "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)";
        let mut conn = store.read().await.unwrap();
        let found = rows!(&mut conn, (String, String, String), text, "one", "two").unwrap();
        assert_eq!(found, [("two".to_owned(), "one".to_owned(), "two".to_owned())], "{engine:?}");
        let missing = rows!(&mut conn, (Option<String>,), "SELECT CAST($1 AS TEXT)", None::<String>).unwrap();
        assert_eq!(missing, [(None,)], "{engine:?}");
        drop(conn);
        store.close().await;
    }
}

/// Connections that are counted would be waited for for ever; builds like this one notice before that.
#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_connection_asks_for_no_second() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let (again, in_a_job) = (store.clone(), store.clone());
        let second = tokio::spawn(async move {
            let _first = again.read().await.unwrap();
            again.read().await.map(drop)
        });
        assert!(second.await.unwrap_err().is_panic(), "{engine:?}: a reader asked for a second");
        let job = store.write(async move |_| in_a_job.read().await.map(drop)).await;
        assert!(
            matches!(job, Err(StoreError::Panicked(_))),
            "{engine:?}: a job asked for one beside the writer's: {job:?}"
        );
        // One after the other is as it should be.
        drop(store.read().await.unwrap());
        drop(store.read().await.unwrap());
        store.close().await;
    }
}

/// Whoever closes last writes the log back, so that the file alone is the whole database.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_file_is_whole() {
    let fresh = Fresh::new(Engine::Sqlite).await;
    let store = Store::open(fresh.db().await, 0).await.unwrap();
    store.write(async move |tx| tx.set_meta("k", "v").await).await.unwrap();
    store.close().await;
    let copy = fresh.folder().join("copy");
    std::fs::create_dir(&copy).unwrap();
    std::fs::copy(fresh.folder().join("yixian.db"), copy.join("yixian.db")).unwrap();
    let db = Db::open_folder(&copy).await.unwrap();
    let found: Result<Vec<(String,)>, StoreError> =
        rows!(&mut db.read().await.unwrap(), (String,), "SELECT value FROM meta WHERE key = 'k'");
    assert_eq!(found.unwrap(), [("v".to_owned(),)]);
    db.close().await;
}
