//! Connections for reading: what is lent comes back fit for the next, writes nothing, and ends with the store.

use yixian_store::{Db, Engine as Kind, Store, StoreError, rows};
use yixian_testkit::{Engine, Fresh};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lent_comes_back_fit() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        for _ in 0..8 {
            let mut left = store.read().await.unwrap();
            if left.engine() == Kind::Sqlite {
                // Somebody goes away in the middle of a transaction; the next is not in it.
                left.run("BEGIN").await.unwrap();
            }
        }
        let mut all = Vec::new();
        for _ in 0..6 {
            all.push(store.read().await.unwrap());
            all.push(store.read_much().await.unwrap());
            if all.len() == 8 { all.clear(); }
        }
        store.write(async move |tx| tx.set_meta("seen", "1").await).await.unwrap();
        for conn in &mut all {
            assert_eq!(rows!(conn, (String,), "SELECT value FROM meta WHERE key = $1", "seen").unwrap(), [("1".to_owned(),)], "{engine:?}");
            if engine == Engine::Sqlite {
                conn.run("INSERT INTO meta (key, value) VALUES ('a', 'b')").await.unwrap_err();
            }
        }
        drop(all);
        store.close().await;
        store.read().await.unwrap_err();
        store.read_much().await.unwrap_err();
    }
}

/// Values reach their places whatever their order in the text.
#[tokio::test(flavor = "multi_thread")]
async fn values_reach_their_places() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let text = "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)";
        for mut conn in [store.read().await.unwrap(), store.read_much().await.unwrap()] {
            let found = rows!(&mut conn, (String, String, String), text, "one", "two").unwrap();
            assert_eq!(found, [("two".to_owned(), "one".to_owned(), "two".to_owned())], "{engine:?}");
            let missing = rows!(&mut conn, (Option<String>,), "SELECT CAST($1 AS TEXT)", None::<String>).unwrap();
            assert_eq!(missing, [(None,)], "{engine:?}");
        }
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
    let found: Result<Vec<(String,)>, StoreError> = rows!(&mut db.read().await.unwrap(), (String,), "SELECT value FROM meta WHERE key = 'k'");
    assert_eq!(found.unwrap(), [("v".to_owned(),)]);
    db.close().await;
}
