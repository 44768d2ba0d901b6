//! How each engine goes about every SQL text there is: none may read the whole of a table that grows with the
//! company's years, but those that do so on purpose. SQLite is asked without statistics and with those of a filled
//! company. PostgreSQL, on an empty database, is told that reading a table through costs any price: where it does so all the
//! same, no index can serve the text.

use sqlx::AssertSqlSafe;
use std::collections::{BTreeMap, BTreeSet};
use yixian_store::value::Value;
use yixian_store::{Conn, Store, backup, matter, outage, visit};
use yixian_testkit::{Engine, Fresh, World, at, id};

/// Tables that grow for as long as the company works. Units, people, places and rules are registers.
const GROWING: &[&str] = &[
    "citation",
    "command",
    "connection",
    "contact",
    "credential",
    "done_sheet",
    "entry_link",
    "event",
    "file",
    "file_use",
    "import_row",
    "matter",
    "matter_link",
    "matter_search",
    "meeting",
    "notice",
    "outage",
    "outage_sum",
    "phone_code",
    "plan",
    "plan_adoption",
    "plan_visit",
    "seal",
    "service_session",
    "sign_in",
    "topic",
    "visit",
    "visit_party",
    "words",
];

/// Indexes that hold what is open and nothing else.
const OF_THE_OPEN: &[&str] = &[
    "outage_open",
    "outage_changed",
    "connection_by_rank",
    "connection_by_stage",
    "connection_by_step",
    "matter_by_due",
    "matter_by_unit_due",
];

const VERIFYING: &str = "Verifying reads everything.";

/// Texts that read a whole table on purpose, by name, and why.
const ON_PURPOSE: &[(&str, &str)] = &[
    ("backup", "A backup holds everything."),
    ("matter::search::KEYS", "Making the index of words anew reads everything."),
    ("journal::policy::PUT_EVENTS", VERIFYING),
    ("journal::rows::BORN", VERIFYING),
    ("journal::rows::TOLD", VERIFYING),
    ("matter::contact::CONTACTS_ALL", VERIFYING),
    ("organisation::org::EVENTS_OF_PEOPLE", VERIFYING),
    ("outage::sums::ALL_KEPT", VERIFYING),
    ("outage::sums::GIVEN", VERIFYING),
    ("planning::plan::EVENTS_OF_PLANS", VERIFYING),
    ("planning::plan::VISITS_ALL", VERIFYING),
    ("matter::contact::LINK_NEWEST", "Asked once, of a company from before its secret had a check value."),
];

struct Text {
    name: String,
    sql: String,
}

fn texts(conn: &Conn) -> Vec<Text> {
    let named = |name: &str, sql: String| Text { name: name.to_owned(), sql };
    let mut all: Vec<Text> = yixian_store::statements()
        .into_iter()
        .map(|(name, sql)| named(name.trim_start_matches("yixian_store::"), sql.to_owned()))
        .collect();
    all.extend(matter::list_texts(conn).into_iter().map(|sql| named("matter::list", sql)));
    all.extend(yixian_store::export::texts(conn.engine()).into_iter().map(|sql| named("matter::export", sql)));
    all.extend(visit::list_texts().into_iter().map(|sql| named("visit::list", sql)));
    all.extend(outage::list_texts().into_iter().map(|sql| named("outage::list", sql)));
    all.extend(yixian_store::search::texts(conn).into_iter().map(|sql| named("search", sql)));
    all.extend(yixian_store::flow::texts(conn).into_iter().map(|sql| named("flow", sql)));
    all.extend(backup::tables().flat_map(backup::Table::texts).map(|sql| named("backup", sql)));
    let mut seen = BTreeSet::new();
    all.retain(|t| seen.insert(t.sql.clone()));
    all
}

/// The last place of a text: `$7`.
fn places(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|p| p.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
        .max()
        .unwrap_or(0)
}

/// Tables of a text by the names it gives them.
fn names(sql: &str) -> BTreeMap<&str, &str> {
    let words: Vec<&str> = sql.split([' ', '(', ')', ',', ';']).filter(|w| !w.is_empty()).collect();
    let mut names = BTreeMap::new();
    for three in words.windows(3).chain(words.windows(2).rev().take(1)) {
        if let Some(table) = GROWING.iter().find(|t| **t == three[1])
            && ["FROM", "JOIN", "UPDATE", "INTO"].contains(&three[0])
        {
            names.insert(*table, *table);
            if let Some(alias) = three.get(2) {
                names.insert(alias, table);
            }
        }
    }
    names
}

/// Whether all rows count, or all that are open.
fn drops_nothing(sql: &str) -> bool {
    let conditions = sql.split_once(" WHERE ").and_then(|s| s.1.rsplit_once(" LIMIT ")).map_or("", |s| s.0);
    conditions.split(" AND ").all(|c| ["", "1 = 0", "m.is_open", "c.is_open"].contains(&c))
}

/// The growing table that a line of SQLite's plan reads through, unless the text stops it by a limit.
fn read_through<'s>(sql: &'s str, line: &str, sorts: bool) -> Option<&'s str> {
    let mut words = line.split(' ');
    let how = words.next()?;
    let table = *names(sql).get(words.next()?)?;
    match how {
        // Walked in the order that is asked for, or counted, until there is enough.
        "SCAN" if sql.contains("LIMIT") && !sorts && (sql.contains("ORDER BY") || drops_nothing(sql)) => None,
        // What is open is as much as the company has in hand, however old it is.
        "SCAN" if OF_THE_OPEN.iter().any(|index| line.ends_with(&format!(" {index}"))) => None,
        // Search words are found in an index of their own.
        "SCAN" if line.contains("VIRTUAL TABLE INDEX") => None,
        "SCAN" => Some(table),
        // "There is a value" finds all that have one, which is most.
        "SEARCH" => {
            let column = line.split_once(" (")?.1.strip_suffix(">?)").filter(|c| !c.contains(' '))?;
            (sql.contains(&format!("{column} IS NOT NULL")) && !sql.contains(&format!("{column} >"))).then_some(table)
        }
        _ => None,
    }
}

async fn plan_of_sqlite(conn: &mut Conn, sql: &str) -> Vec<String> {
    let values: Vec<Value<'_>> = (0..places(sql)).map(|_| Value::Int(None)).collect();
    let rows: Vec<(i64, i64, i64, String)> = conn
        .fetch_all(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")), &values)
        .await
        .unwrap_or_else(|e| panic!("{e}\n  {sql}"));
    rows.into_iter().map(|r| r.3).collect()
}

fn judge_sqlite(sql: &str, plan: &[String]) -> Vec<String> {
    let sorts = plan.iter().any(|l| l == "USE TEMP B-TREE FOR ORDER BY");
    plan.iter().filter(|line| read_through(sql, line, sorts).is_some()).cloned().collect()
}

async fn no_price_is_too_high(conn: &mut Conn) {
    if conn.engine() == yixian_store::Engine::Postgres {
        conn.run("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan").await.expect("it is set");
    }
}

async fn faults(conn: &mut Conn, sql: &str) -> Vec<String> {
    match conn.engine() {
        yixian_store::Engine::Sqlite => judge_sqlite(sql, &plan_of_sqlite(conn, sql).await),
        yixian_store::Engine::Postgres => judge_postgres(sql, &plan_of_postgres(conn, sql).await),
    }
}

async fn plan_of_postgres(conn: &mut Conn, sql: &str) -> Vec<String> {
    let places = vec!["NULL"; places(sql)].join(", ");
    let given = if places.is_empty() { String::new() } else { format!("({places})") };
    conn.run(AssertSqlSafe(format!("PREPARE x AS {sql}"))).await.unwrap_or_else(|e| panic!("{e}\n  {sql}"));
    let explain = AssertSqlSafe(format!("EXPLAIN (COSTS OFF) EXECUTE x{given}"));
    let rows: Vec<(String,)> = conn.fetch_all(explain, &[]).await.unwrap_or_else(|e| panic!("{e}\n  {sql}"));
    conn.run("DEALLOCATE x").await.expect("it is let go");
    rows.into_iter().map(|r| r.0).collect()
}

/// Whether a text stops when it has found enough: it may walk a table, and on an empty one a plan does not say how far.
fn stops(sql: &str) -> bool {
    sql.contains(" LIMIT ")
}

fn judge_postgres(sql: &str, plan: &[String]) -> Vec<String> {
    let reads = |line: &&String| {
        line.split_once("Seq Scan on ")
            .is_some_and(|(_, of)| of.split(' ').next().is_some_and(|t| GROWING.contains(&t)))
    };
    plan.iter().filter(reads).filter(|_| !stops(sql)).map(|line| line.trim().to_owned()).collect()
}

/// A company with so many matters and visits that statistics say something.
async fn fill(store: &Store) {
    let w = std::sync::Arc::new(World::new());
    w.write(store).await;
    for part in 0..10u64 {
        let w = w.clone();
        store
            .write(async move |tx| {
                for n in 0..200 {
                    let n = part * 200 + n;
                    w.raise(tx, id(1_000_000 + n), (n % 5) as usize, "电表箱门坏", at(n as i64 * 30)).await?;
                }
                Ok::<_, yixian_store::StoreError>(())
            })
            .await
            .expect("it is written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_reads_through_a_table_that_grows() {
    let mut bad: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut judged = 0;
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        for filled in [false, true] {
            if filled {
                if engine == Engine::Postgres {
                    continue;
                }
                fill(&store).await;
                store.write(async |tx| tx.count_anew().await).await.unwrap();
            }
            let mut conn = store.read().await.unwrap();
            no_price_is_too_high(&mut conn).await;
            let texts = texts(&conn);
            assert!(texts.len() > 500, "only {} texts", texts.len());
            for t in texts.into_iter().filter(|t| engine == Engine::Sqlite || !stops(&t.sql)) {
                judged += 1;
                for fault in faults(&mut conn, &t.sql).await {
                    bad.entry(t.name.clone()).or_default().insert(format!(
                        "{engine:?}{}: {fault}\n    {}",
                        if filled { ", filled" } else { "" },
                        t.sql
                    ));
                }
            }
        }
        store.close().await;
    }
    assert!(judged > 1_500, "only {judged}");
    let idle: Vec<&str> = ON_PURPOSE.iter().map(|p| p.0).filter(|name| !bad.contains_key(*name)).collect();
    bad.retain(|name, _| ON_PURPOSE.iter().all(|p| p.0 != name));
    let lines: Vec<String> =
        bad.into_iter().flat_map(|(name, all)| all.into_iter().map(move |l| format!("{name} {l}"))).collect();
    assert!(lines.is_empty(), "{} ways through whole tables:\n{}", lines.len(), lines.join("\n"));
    assert!(idle.is_empty(), "allowed for nothing: {idle:?}");
}

/// The judge sees what it is there for.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_reads_through_is_refused() {
    let bad = [
        "SELECT p.id FROM person p JOIN event e ON e.record_id = p.id WHERE ($1 = '' OR p.code = $1)",
        "SELECT id FROM visit v WHERE v.rev = $1",
        "SELECT m.id FROM matter m WHERE m.place_id IS NOT NULL",
        "SELECT COUNT(*) FROM (SELECT 1 FROM matter m WHERE m.origin = $1 LIMIT 1001) AS few",
        "SELECT m.id FROM matter m ORDER BY m.subject LIMIT 50",
        "UPDATE notice SET read_at = $1 WHERE read_at = $2",
    ];
    let good = [
        "SELECT m.id FROM matter m WHERE m.id = $1",
        "SELECT m.id FROM matter m ORDER BY m.n DESC LIMIT 50",
        "SELECT code FROM person",
    ];
    for (engine, seen) in [(Engine::Sqlite, &[0, 1, 2, 3, 4, 5][..]), (Engine::Postgres, &[1, 5][..])] {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let mut conn = store.read().await.unwrap();
        no_price_is_too_high(&mut conn).await;
        for i in seen {
            assert!(!faults(&mut conn, bad[*i]).await.is_empty(), "{engine:?} lets pass: {}", bad[*i]);
        }
        for text in good {
            assert_eq!(faults(&mut conn, text).await, Vec::<String>::new(), "{engine:?} refuses: {text}");
        }
        drop(conn);
        store.close().await;
    }
}
