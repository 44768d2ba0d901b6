//! Rows and words that no longer follow from their events are named.

use std::sync::Arc;
use yixian_domain::connection::law::Apply;
use yixian_domain::connection::*;
use yixian_domain::ids::{By, CommandId, MatterId, WordsId};
use yixian_domain::matter::{Matter, Origin, Verdict};
use yixian_store::{Store, StoreError, Tx, replay};
use yixian_testkit::{Engine, Fresh, World, at, id};

/// A connection, signed for and in its survey.
async fn connection(tx: &mut Tx, w: &World) -> Result<(), StoreError> {
    let (case, when) = (MatterId(id(960)), at(20));
    tx.under(CommandId(id(961)), when);
    let said = tx.put_words(case.0, WordsId(id(962)), "salt", "用电申请").await?;
    let by = By::Person(w.people[2].id);
    let asked = Application {
        applicant: ApplicantKind::Person,
        size: FirmSize::Small,
        district: "昌平区".into(),
        street: yixian_domain::ids::Said::default(),
        address: None,
        setting: Setting::Urban,
        purpose: Use::Shop,
        capacity: Capacity::kw(60),
        voltage: Voltage::Low,
        dual: false,
        temporary: false,
        important: false,
        exclusions: vec![],
        reference: None,
    };
    let law = w.rules.law();
    let a = Apply {
        id: case,
        origin: Origin::Counter,
        by: by.clone(),
        recorded_by: by.clone(),
        at: when,
        words: said,
        place: None,
        unit: w.units[1].id,
        asked,
        flags: vec![],
        papers: vec![],
        near: Capacity::watts(0),
    };
    let moved = Matter::apply_for(&law, a)
        .and_then(|x| x.and(|m| m.accept(&law, at(30), &by)))
        .and_then(|x| x.and(|m| m.advance(&law, at(40), &by, "apply", None, vec![])))
        .map_err(|e| StoreError::corrupt("law", e))?;
    tx.with_connection_keys(case, ["p".into(), "a".into(), "c".into()]);
    tx.insert_matter(&moved.matter, &moved.events, "用电申请", "用电申请", None).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_words_are_held_against_their_events() {
    let tampers: [(&str, i64, &str); 12] = [
        ("UPDATE matter SET stage = 'closed', is_open = (1 = 2) WHERE n = 2", 2, "is_open, stage"),
        ("UPDATE matter SET body = replace(body, '\"reopened\":0', '\"reopened\":1') WHERE n = 3", 3, "body"),
        ("UPDATE matter SET due_at = due_at + 1 WHERE n = 1", 1, "due_at"),
        ("DELETE FROM matter WHERE n = 4", 4, "is missing"),
        ("UPDATE matter SET id = unit_id WHERE n = 4", 0, "has no events"),
        ("UPDATE words SET body = 'anders' WHERE record_id = (SELECT id FROM matter WHERE n = 3)", 3, "were altered"),
        ("UPDATE words SET salt = 'anders' WHERE record_id = (SELECT id FROM matter WHERE n = 3)", 3, "were altered"),
        ("DELETE FROM words WHERE record_id = (SELECT id FROM matter WHERE n = 1)", 1, "are missing"),
        ("UPDATE connection SET capacity = 1", 0, "is not what its case gives: capacity"),
        ("UPDATE connection SET energized_at = 5, on_time = (1 = 1)", 0, "energized_at"),
        ("UPDATE connection SET step = 'energize', flags = 'elderly'", 0, "flags"),
        ("UPDATE words SET body = NULL WHERE record_id = (SELECT id FROM matter WHERE n = 2)", 2, "were not erased"),
    ];
    let _ = Verdict::Solved;
    for engine in Engine::ALL {
        for (sql, event, what) in tampers {
            let fresh = Fresh::new(engine).await;
            let store = Store::open(fresh.db().await, 0).await.unwrap();
            let world = Arc::new(World::new());
            world.write(&store).await;
            for n in 0..4u64 {
                let w = world.clone();
                store.write(async move |tx| w.raise(tx, id(900 + n), 1, "漏油", at(n as i64)).await).await.unwrap();
            }
            let w = world.clone();
            store.write(async move |tx| connection(tx, &w).await).await.unwrap();
            // Erasing is no fault.
            let w = world.clone();
            store
                .write(async move |tx| {
                    w.raise(tx, id(950), 1, "weg", at(9)).await?;
                    tx.erase(id(950), at(10)).await
                })
                .await
                .unwrap();
            world.tell(&store).await;
            let mut c = store.read().await.unwrap();
            assert_eq!(replay::verify(&mut c).await.unwrap(), []);
            store.write(async move |tx| tx.conn().run(sql).await).await.unwrap();
            let faults = replay::verify(&mut c).await.unwrap();
            assert!(faults.iter().any(|f| f.event == event && f.what.contains(what)), "{engine:?} {sql}: {faults:?}");
        }
    }
}
