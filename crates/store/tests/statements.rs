//! Every SQL text there is, prepared on both engines, and on SQLite by both ways to it.

use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};
use std::collections::BTreeSet;
use yixian_store::{Conn, Store, matter, visit};
use yixian_testkit::{Engine, Fresh};

async fn refused(conn: &mut Conn, text: &str) -> Option<String> {
    let prepared = AssertSqlSafe(text.to_owned()).into_sql_str();
    match conn {
        Conn::Direct(c) => c.prepare(text).err().map(|e| e.to_string()),
        Conn::Sqlite(c) => c.prepare(prepared).await.err().map(|e| e.to_string()),
        Conn::Postgres(c) => c.prepare(prepared).await.err().map(|e| e.to_string()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_prepares() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let conn = store.read_much().await.unwrap();
        let mut texts: BTreeSet<String> = yixian_store::statements().into_iter().map(|s| s.1.to_owned()).collect();
        texts.extend(matter::list_texts(&conn));
        texts.extend(visit::list_texts());
        texts.extend(yixian_store::search::texts(&conn));
        texts.extend(yixian_store::flow::texts(&conn));
        texts.extend(yixian_store::backup::TABLES.iter().flat_map(yixian_store::backup::Table::texts));
        assert!(texts.len() > 500, "only {} texts", texts.len());
        let mut bad = Vec::new();
        for mut conn in [conn, store.read().await.unwrap()] {
            for text in &texts {
                if let Some(why) = refused(&mut conn, text).await {
                    bad.push(format!("{engine:?}: {why}\n  {text}"));
                }
            }
        }
        assert!(bad.is_empty(), "{} of {} texts are refused:\n{}", bad.len(), texts.len(), bad.join("\n"));
    }
}
