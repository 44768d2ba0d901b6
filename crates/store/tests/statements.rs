//! Every SQL text there is, prepared on both engines.

use std::collections::BTreeSet;
use yixian_store::{Store, matter, visit};
use yixian_testkit::{Engine, Fresh};

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_prepares() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let mut conn = store.read().await.unwrap();
        let mut texts: BTreeSet<String> = yixian_store::statements().into_iter().map(|s| s.1.to_owned()).collect();
        texts.extend(matter::list_texts(&conn));
        texts.extend(visit::list_texts());
        texts.extend(yixian_store::export::texts(conn.engine()));
        texts.extend(yixian_store::search::texts(&conn));
        texts.extend(yixian_store::flow::texts(&conn));
        texts.extend(yixian_store::backup::tables().flat_map(yixian_store::backup::Table::texts));
        assert!(texts.len() > 500, "only {} texts", texts.len());
        let mut bad = Vec::new();
        for text in &texts {
            if let Err(why) = conn.prepare(text).await {
                bad.push(format!("{engine:?}: {why}\n  {text}"));
            }
        }
        assert!(bad.is_empty(), "{} of {} texts are refused:\n{}", bad.len(), texts.len(), bad.join("\n"));
    }
}
