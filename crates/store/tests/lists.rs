//! Lists and their counts speak of the same records.

use std::sync::Arc;
use yixian_domain::access::Scope;
use yixian_store::{Store, matter};
use yixian_testkit::{Engine, Fresh, World, at, id};

#[tokio::test(flavor = "multi_thread")]
async fn words_among_connections_count_connections_alone() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let w = Arc::new(World::new());
        w.write(&store).await;
        store.write(async move |tx| w.raise(tx, id(900), 1, "漏油", at(0)).await).await.unwrap();
        let mut c = store.read().await.unwrap();
        let all = matter::Filter { text: "漏油".into(), ..Default::default() };
        assert_eq!(matter::count(&mut c, &Scope::All, &all).await.unwrap(), 1, "{engine:?}");
        let f = matter::Filter { connections: Some(matter::Connections::default()), ..all };
        assert_eq!(matter::count(&mut c, &Scope::All, &f).await.unwrap(), 0, "{engine:?}");
    }
}
