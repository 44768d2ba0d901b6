//! Lists and their counts speak of the same records.

use std::sync::Arc;
use yixian_domain::access::Scope;
use yixian_domain::matter::MatterKind;
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

/// A word that stands in nearly every matter, asked by who may see few of them: what is found and counted is what the unit's own
/// list holds, and the index of words is asked for those numbers instead of every hit's row.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_every_row_is_narrowed_to_what_may_be_wanted() {
    const ROWS: usize = 4_000;
    // One in forty to Haidian, the rest to a station of Changping and to the head office; one in ten without the word.
    let unit = |n: usize| if n.is_multiple_of(40) { 4 } else { [0, 2, 3][n % 3] };
    let has_word = |n: usize| n % 10 != 3;
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let store = Store::open(fresh.db().await, 0).await.unwrap();
        let w = Arc::new(World::new());
        w.write(&store).await;
        let writer = w.clone();
        let raise = async move |tx: &mut yixian_store::Tx| {
            for n in 0..ROWS {
                let words = if has_word(n) { "电表漏油" } else { "灯不亮" };
                writer.raise(tx, id(1_000 + n as u64), unit(n), words, at(n as i64)).await?;
            }
            Ok::<_, yixian_store::StoreError>(())
        };
        store.write(raise).await.unwrap();
        let mut c = store.read().await.unwrap();
        let of = |units: &[usize], person: usize| Scope::Of {
            units: units.iter().map(|u| w.units[*u].path.clone()).collect(),
            person: w.people[person].id,
            coordinates: Vec::new(),
        };
        let all = || matter::Filter { text: "漏油".into(), ..Default::default() };
        let in_unit = |u: usize| matter::Filter { unit: Some(w.units[u].path.clone()), ..all() };
        let problems = |f: matter::Filter| matter::Filter { kind: Some(MatterKind::Problem), ..f };
        let (haidian, changping) = ([4].as_slice(), [2, 3].as_slice());
        // Whoever raised them all sees them all, whatever his units.
        let everywhere = [0, 2, 3, 4].as_slice();
        for (what, scope, f, units, plan) in [
            ("few of a scope", of(&[4], 4), all(), haidian, "INDEX 0:=M1"),
            ("many of a scope", of(&[1], 0), all(), changping, "INDEX 0:M1"),
            ("a scope of two", of(&[3, 4], 0), all(), &[3, 4], "INDEX 0:M1"),
            ("one's own", of(&[4], 1), all(), everywhere, "INDEX 0:M1"),
            ("a unit", Scope::All, in_unit(4), haidian, "INDEX 0:=M1"),
            ("a kind of a unit", Scope::All, problems(in_unit(4)), haidian, "INDEX 0:=M1"),
            ("a unit outside of a scope", of(&[1], 0), in_unit(4), &[], "INDEX 0:=M1"),
        ] {
            let wanted: Vec<usize> = (0..ROWS).rev().filter(|n| has_word(*n) && units.contains(&unit(*n))).collect();
            let (rows, count) = matter::list(&mut c, &scope, &f, 50).await.unwrap();
            let found: Vec<_> = rows.iter().map(|r| r.id).collect();
            let first: Vec<_> = wanted.iter().take(51).map(|n| id(1_000 + *n as u64)).collect();
            assert_eq!(
                (found, count),
                (first, (wanted.len() as i64).min(matter::COUNT_LIMIT + 1)),
                "{engine:?}: {what}"
            );
            if engine == Engine::Sqlite {
                let plans = matter::plans(&mut c, &scope, &f).await.unwrap();
                let plan_of_count = plans[1..].split(|l| l.starts_with("SELECT")).next().unwrap_or_default();
                assert!(plan_of_count.iter().any(|l| l.contains(plan)), "{what}: {plans:#?}");
                assert!(plans[0].contains("s.rowid IN"), "{what}: {}", plans[0]);
            }
        }
        // Few hits are looked at one by one.
        let rare = matter::Filter { text: "灯".into(), ..Default::default() };
        let plans = matter::plans(&mut c, &of(&[4], 4), &rare).await.unwrap();
        assert!(plans.iter().all(|l| !l.contains("s.rowid IN")), "{plans:#?}");
    }
}
