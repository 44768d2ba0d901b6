//! What is mined from the ledger equals what SQL counts by itself, at first and after more has happened, on both
//! engines; and nobody sees cases of units whose figures he may not see.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use yixian_app::clock::Clock;
use yixian_app::error::AppError;
use yixian_app::flow::{Chosen, Of};
use yixian_app::import::decode::Source;
use yixian_app::import::map::RequestMap;
use yixian_app::mining::answer::flow::flow;
use yixian_app::mining::answer::summary::summary_of;
use yixian_app::mining::deadlines::{Outcome, deadlines};
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Conn, rows};
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::PersonId;
use yixian_domain::org::{Grant, Role};
use yixian_domain::time::Instant;
use yixian_testkit::{Engine, Fresh};

const MAP: &str = "source = 's'\nname = 'S'\nzone = 'Asia/Shanghai'\ndates = ['%Y-%m-%d %H:%M:%S']\n[columns]\nkey = 'id'\nopened = 'opened'\ntarget = 'target'\nclosed = 'closed'\nwords = ['words']\nunit = 'dept'\n";

const EVENTS: &str = "SELECT code, COUNT(*) FROM event WHERE kind = 'matter' GROUP BY code";
const HOPS: &str = "SELECT a, b, COUNT(*), CAST(SUM(w) AS BIGINT) FROM (SELECT e.code AS a, LEAD(e.code) OVER w AS b, LEAD(e.happened_at) OVER w - e.happened_at AS w FROM event e JOIN matter m ON m.id = e.record_id WHERE NOT m.is_open WINDOW w AS (PARTITION BY e.record_id ORDER BY e.happened_at, e.seq)) h WHERE b IS NOT NULL GROUP BY a, b";
const UNITS: &str = "SELECT u.code, COUNT(*) FROM matter m JOIN unit u ON u.id = m.unit_id GROUP BY u.code";
const OPEN: &str = "SELECT 'open', COUNT(*) FROM matter m WHERE m.is_open";

const DUE: &str = "SELECT 'open', COUNT(*) FROM matter WHERE is_open AND due_at IS NOT NULL AND closed_at IS NULL UNION ALL SELECT 'over', COUNT(*) FROM matter WHERE is_open AND due_at < 1767225600000 UNION ALL SELECT 'known', COUNT(*) FROM matter WHERE due_at < 1767225600000 UNION ALL SELECT 'late', COUNT(*) FROM matter WHERE due_at < 1767225600000 AND (closed_at IS NULL OR closed_at > due_at) UNION ALL SELECT 'closed', COUNT(*) FROM matter WHERE closed_at IS NOT NULL";

async fn counts(conn: &mut Conn, sql: &'static str) -> BTreeMap<String, i64> {
    rows!(conn, (String, i64), sql).expect("counted").into_iter().collect()
}

async fn import(app: &App, from: usize, to: usize) {
    let mut text = "id,opened,target,closed,words,dept\n".to_owned();
    for n in from..to {
        let closed = if n % 3 == 0 { format!("2018-05-{:02} 09:00:00", 2 + n % 20) } else { String::new() };
        writeln!(text, "{n},2018-05-01 09:00:00,2018-05-03 09:00:00,{closed},Lamp,{}", ["A", "B"][n % 2])
            .expect("a line");
    }
    app.import_requests(&Actor::System, Source::Bytes(text.into()), RequestMap::parse("s", MAP).expect("a map"))
        .await
        .expect("imported");
}

async fn equal(app: &App) {
    let mut conn = app.store().read().await.expect("a connection");
    let by_code = counts(&mut conn, EVENTS).await;
    let by_unit = counts(&mut conn, UNITS).await;
    let open = counts(&mut conn, OPEN).await["open"];
    let by_hop: BTreeMap<(String, String), (i64, i64)> = rows!(&mut conn, (String, String, i64, i64), HOPS)
        .expect("counted")
        .into_iter()
        .map(|(a, b, n, ms)| ((a, b), (n, ms)))
        .collect();
    drop(conn);
    assert!(by_code.len() > 2 && by_hop.len() > 1, "{by_code:?} {by_hop:?}");
    let (mined_codes, mined_hops, mined_open) = app
        .flow(&Actor::System, &Chosen::all(Of::Matters), |view| {
            let log = &view.columns.log;
            let mut codes: BTreeMap<String, i64> = BTreeMap::new();
            for trace in view.all.iter() {
                for activity in trace.activities {
                    *codes.entry(log.activities.get(*activity).to_owned()).or_default() += 1;
                }
            }
            let hops: BTreeMap<(String, String), (i64, i64)> = flow(log, view.finished())
                .iter()
                .map(|h| {
                    let name = |a| log.activities.get(a).to_owned();
                    ((name(h.from), name(h.to)), (h.count() as i64, (h.total * 1_000.0).round() as i64))
                })
                .collect();
            (codes, hops, summary_of(log, &view.all, view.finished()).open.len() as i64)
        })
        .await
        .expect("mined");
    assert_eq!(mined_codes, by_code);
    assert_eq!(mined_hops, by_hop);
    assert_eq!(mined_open, open);
    let directory = app.directory().await.expect("units");
    for unit in directory.units().filter(|u| by_unit.contains_key(&u.code)) {
        let chosen = Chosen { unit: Some(unit.id), ..Chosen::all(Of::Matters) };
        let cases = app.flow(&Actor::System, &chosen, |v| v.all.len() as i64).await.expect("mined");
        let below: i64 =
            directory.units().filter(|u| unit.path.contains(&u.path)).filter_map(|u| by_unit.get(&u.code)).sum();
        assert_eq!(cases, below, "{}", unit.code);
    }
}

/// Warnings, too, count what the rows say.
async fn warned(app: &App) {
    let by_sql = counts(&mut app.store().read().await.expect("a connection"), DUE).await;
    let all = Chosen::all(Of::Matters);
    let list = app.flow_watch(&Actor::System, &all, 0, 10_000).await.expect("watched");
    let (rate, _) = list.history.expect("a history");
    assert_eq!(
        (list.all as i64, list.over as i64, i64::from(rate.n), i64::from(rate.late)),
        (by_sql["open"], by_sql["over"], by_sql["known"], by_sql["late"])
    );
    assert_eq!(list.here.len(), list.all);
    assert!(
        list.here.is_sorted_by_key(|w| w.left)
            && list.here.iter().all(|w| w.left < 0 && w.estimate.is_some_and(|e| e.of.n > 0))
    );
    assert_eq!(
        app.flow_watch(&Actor::System, &all, 7, 3)
            .await
            .expect("watched")
            .here
            .iter()
            .map(|w| w.id)
            .collect::<Vec<_>>(),
        list.here[7..10].iter().map(|w| w.id).collect::<Vec<_>>()
    );
    let judged =
        deadlines(&app.flow_promises(&Actor::System, &all).await.expect("promises"), Some(app.clock().now().0 * 1_000));
    let closed = judged.all.count(&[Outcome::OnTime, Outcome::Late]) as i64;
    assert_eq!(
        (closed, judged.all.count(&[Outcome::OpenOverdue]) as i64, judged.by_unit["A"].count(&Outcome::ALL) > 0),
        (by_sql["closed"], by_sql["over"], true)
    );
    // All was raised in one month, and nothing had come due before it: there is nothing to test, and that is said.
    let tests = app.flow_back_test(&Actor::System, &all).await.expect("tested");
    assert!(tests.months.is_empty() && tests.whole.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mined_equals_what_sql_counts() {
    for engine in Engine::ALL {
        let fresh = Fresh::new(engine).await;
        let app = App::open(Opening {
            db: fresh.db().await,
            folder: fresh.folder(),
            clock: Clock::At(Instant::parse("2026-01-01T00:00:00Z").expect("an instant")),
            mint: Mint::seeded(1),
            policies: PolicySource::Embedded,
        })
        .await
        .expect("it opens");
        import(&app, 1, 1_300).await;
        equal(&app).await;
        // Only what is new is read, and it changes what was there.
        import(&app, 1_290, 1_400).await;
        equal(&app).await;
        warned(&app).await;

        let directory = app.directory().await.expect("units");
        let of = |code: &str| directory.units().find(|u| u.code == code).expect("a unit");
        let reader = Actor::Person {
            id: PersonId(app.mint().uuid(Instant(0))),
            grants: vec![Grant { role: Role::Viewer, over: of("A").path.clone() }],
        };
        let chosen = |code: &str| Chosen { unit: Some(of(code).id), ..Chosen::all(Of::Matters) };
        assert!(app.flow(&reader, &chosen("A"), |v| v.all.len()).await.expect("his own") > 0);
        for (actor, chosen) in
            [(&reader, chosen("B")), (&reader, Chosen::all(Of::Matters)), (&Actor::Anonymous, chosen("A"))]
        {
            assert!(matches!(app.flow(actor, &chosen, |v| v.all.len()).await, Err(AppError::Denied(_))));
        }
        app.close().await;
    }
}
