//! Many who read at once: none waits for a connection for ever, and whoever reads little does not wait for those who read
//! much.

use crate::support::*;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use yixian_app::store::rows;
use yixian_web::routes::table;

/// So many ask at once: more than there are connections.
const AT_ONCE: usize = 8;

/// Every reading route, with one connection for all readers where connections are counted.
#[tokio::test(flavor = "multi_thread")]
async fn more_readers_than_connections_on_every_route() {
    CONNECTIONS.set(2);
    let c = Company::new().await;
    let names = c.names(OWN).await;
    let cookie = c.enter(c.chief).await;
    let token = c.token(c.chief).await;
    let mut asked = 0;
    for route in table().iter().filter(|r| r.method == "GET") {
        let path = names.path(&c, route.path);
        let knock = Knock::get(&path);
        let knock = if path.starts_with("/api/") { knock.token(&token) } else { knock.cookie(&cookie) };
        let began = Instant::now();
        let mut readers = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (web, knock) = (c.web.clone(), knock.clone());
            readers.spawn(async move { knock.at(&web).await.status });
        }
        for status in readers.join_all().await {
            assert!(!status.is_server_error(), "{route:?}: {status}");
        }
        assert!(began.elapsed() < Duration::from_secs(8), "{route:?}: {AT_ONCE} readers took {:?}", began.elapsed());
        asked += 1;
    }
    assert!(asked > 60, "only {asked} routes read");
}

crate::on_postgres!(more_readers_than_connections_on_every_route);

const LONG: &str =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT COUNT(*) FROM n";

/// The median of so many looks at a matter.
async fn median(c: &Company, path: &str, cookie: &str) -> Duration {
    let mut all = Vec::new();
    for _ in 0..40 {
        let began = Instant::now();
        assert!(c.knock(Knock::get(path).cookie(cookie)).await.status.is_success());
        all.push(began.elapsed());
    }
    all.sort();
    all[all.len() / 2]
}

/// Page queries run on the threads that serve, of which there are as many as processors: two who read much would take them
/// all. What takes long has to leave them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_at_a_matter_does_not_wait_for_those_who_read_much() {
    let c = Company::new().await;
    let (matter, _) = c.raise(OWN, &[]).await;
    let (path, cookie) = (format!("/matters/{matter}"), c.enter(c.chief).await);
    median(&c, &path, &cookie).await;
    let mut seen = Vec::new();
    // A machine that is busy with something else for a moment gets two more chances.
    for _ in 0..3 {
        let alone = median(&c, &path, &cookie).await;
        let mut heavy = JoinSet::new();
        for _ in 0..4 {
            let store = c.app.store().clone();
            heavy.spawn(async move {
                loop {
                    let mut conn = store.read().await.expect("a connection");
                    rows!(&mut conn, (i64,), LONG).expect("a count");
                }
            });
        }
        let beside = median(&c, &path, &cookie).await;
        heavy.shutdown().await;
        seen.push((alone, beside));
        if beside < alone * 3 {
            return;
        }
    }
    panic!("alone and beside four heavy readers: {seen:?}");
}
