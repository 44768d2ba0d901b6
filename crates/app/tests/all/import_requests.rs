//! Requests of other systems become matters with their history: bad rows are named, good ones kept,
//! a second run changes nothing, and the figures of the real data are the published ones.

use std::path::{Path, PathBuf};
use yixian_app::clock::Clock;
use yixian_app::import::ImportError;
use yixian_app::import::decode::Source;
use yixian_app::import::map::RequestMap;
use yixian_app::import::requests::Imported;
use yixian_app::matters::MatterFilter;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Db, ledger, matter, org};
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::figure::FigureCode;
use yixian_domain::ids::By;
use yixian_domain::matter::{Matter, MatterEvent, Origin, StageName};
use yixian_domain::time::Instant;

const MAP: &str = r#"
source = "town"
name = "Town"
zone = "fixed:-05:00"
dates = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]
closed_values = ["Closed"]
[columns]
key = "id"
opened = "opened"
target = "target"
closed = "closed"
status = "status"
category = "type"
words = ["title"]
address = ["street", "city"]
origin = "via"
unit = "dept"
"#;
const HEAD: &str = "id,opened,target,closed,status,type,title,street,city,via,dept\n";

async fn company() -> (tempfile::TempDir, App) {
    let dir = tempfile::tempdir().expect("a folder");
    let app = App::open(Opening {
        db: Db::open_folder(dir.path()).await.expect("a database"),
        folder: dir.path(),
        clock: Clock::At(Instant::parse("2026-01-01T00:00:00Z").expect("an instant")),
        mint: Mint::seeded(1),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("it opens");
    (dir, app)
}

fn map() -> RequestMap {
    RequestMap::parse("town", MAP).expect("a good map")
}

async fn run(app: &App, text: impl Into<Vec<u8>>) -> Result<Imported, ImportError> {
    app.import_requests(&Actor::System, Source::Bytes(text.into()), map()).await
}

async fn all(app: &App) -> Vec<Matter> {
    let mut conn = app.store().read().await.expect("a connection");
    let (rows, _) = matter::list(&mut conn, &yixian_domain::access::Scope::All, &matter::Filter::default(), 1_000)
        .await
        .expect("a list");
    let mut out = Vec::new();
    for r in rows.iter().rev() {
        out.push(matter::matter(&mut conn, r.id.into()).await.expect("a query").expect("a matter").matter);
    }
    out
}

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

fn reasons(i: &Imported) -> Vec<(u64, &str)> {
    i.refused.iter().map(|r| (r.line, r.reason.as_str())).collect()
}

#[tokio::test]
async fn a_request_becomes_a_matter_with_its_history() {
    let (_dir, app) = company().await;
    let rows = format!(
        "{HEAD}7,2011-07-01 10:00:00,2011-07-02 10:00:00,2011-07-02 10:00:00,Closed,Lamp,Lamp is out,\"Main St\n5\",Town,Phone,No Q\n8,2011-07-01,2011-07-03,,Open,Lamp,,,,,No Q\n"
    );
    let got = run(&app, rows).await.expect("imported");
    assert_eq!((got.rows, got.kept, got.unchanged, got.refused.len()), (2, 2, 0, 0));
    let json = serde_json::to_string(&got).expect("json");
    assert_eq!(json, r#"{"rows":2,"kept":2,"refused":[],"unchanged":0}"#);
    let m = all(&app).await;
    assert_eq!((m[0].origin, &m[0].raised.by, m[0].stage.name()), (Origin::Import, &By::Import, StageName::Closed));
    assert_eq!(m[0].raised.at, at("2011-07-01T10:00:00-05:00"));
    assert_eq!(
        (m[0].closed_at, m[0].due.as_ref().map(|d| d.at)),
        (Some(at("2011-07-02T10:00:00-05:00")), Some(at("2011-07-02T10:00:00-05:00")))
    );
    // A day promised is promised to its end; nobody is reminded of what another system owes.
    assert_eq!(
        (m[1].stage.name(), m[1].due.as_ref().map(|d| d.at)),
        (StageName::Assigned, Some(at("2011-07-04T00:00:00-05:00")))
    );
    let page = app.matter_page(&Actor::System, m[0].id).await.expect("a page");
    assert_eq!(page.words.values().next().map(String::as_str), Some("Lamp is out\nMain St\n5, Town\nPhone"));
    assert_eq!(
        page.timeline.iter().map(|e| (e.code.as_str(), e.happened.0)).collect::<Vec<_>>(),
        [
            ("raised", at("2011-07-01T10:00:00-05:00").0),
            ("assigned", at("2011-07-01T10:00:00-05:00").0),
            ("closed", at("2011-07-02T10:00:00-05:00").0),
        ]
    );
    assert!(page.timeline.iter().all(|e| e.recorded == at("2026-01-01T00:00:00Z")));
    let units = org::units(&mut app.store().read().await.expect("a connection")).await.expect("units");
    assert_eq!(
        units.iter().map(|u| u.path.as_str()).collect::<Vec<_>>(),
        ["/company/", "/company/import/", "/company/import/No-Q/"]
    );
    let found = matter::Filter { text: "main st".into(), ..Default::default() };
    assert_eq!(app.matters(&Actor::System, &found, 10).await.expect("a list").0.len(), 1);
    assert_eq!(app.sweep().await.expect("swept").matters, 0);
    assert!(app.verify().await.expect("verified").ok);
}

#[tokio::test]
async fn every_bad_row_has_one_line_and_every_good_one_is_kept() {
    let (_dir, app) = company().await;
    let rows = format!(
        "\u{feff}{HEAD}\
        1,2011-07-01 10:00:00,,,Open,Lamp,Good,,,,A\n\
        2,01/07/2011,,,Open,Lamp,Date,,,,A\n\
        3,2011-07-01 10:00:00,,2011-06-30 10:00:00,Closed,Lamp,Before,,,,A\n\
        ,2011-07-01 10:00:00,,,Open,Lamp,No key,,,,A\n\
        5,2011-07-01 10:00:00,Open\n\
        6,2011-07-01 10:00:00,,,Closed,Lamp,No date,,,,A\n\
        7,2031-07-01 10:00:00,,,Open,Lamp,Future,,,,A\n\
        8,,,,Open,Lamp,No opening,,,,A\n\
        \"9\",\"2011-07-01 10:00:00\",,,Open,Lamp,\"quoted\nnew\nlines\",,,,A\n\
        10,2001-07-01 10:00:00,,,Open,Lamp,Old,,,,A\n\
        11,2011-13-01 10:00:00,,,Open,Lamp,Month,,,,A\n\
        12,2011-07-05 10:00:00,2011-07-01 00:00:00,2011-07-06 00:00:00,Closed,Lamp,Promised before,,,,A\n\
        1,2011-07-01 10:00:00,,,Open,Lamp,Good,,,,A\n"
    );
    let got = run(&app, rows).await.expect("imported");
    assert_eq!((got.rows, got.kept, got.unchanged), (13, 3, 1));
    assert_eq!(
        reasons(&got),
        [
            (3, "unreadable date in column opened: 01/07/2011"),
            (4, "closed before opened"),
            (5, "nothing in column id"),
            (6, "wrong number of columns: 3, the header has 11"),
            (7, "closed, but nothing in column closed"),
            (8, "in the future: column opened"),
            (9, "nothing in column opened"),
            (13, "no procedure was in force on 2001-07-01"),
            (14, "unreadable date in column opened: 2011-13-01 10:00:00"),
        ]
    );
    let late = all(&app).await.pop().expect("the last one");
    assert_eq!(
        late.due.map(|d| d.at),
        Some(at("2011-07-05T10:00:00-05:00")),
        "a promise that had passed is due at once"
    );
}

#[tokio::test]
async fn a_contradiction_may_be_kept_with_a_remark() {
    let (_dir, app) = company().await;
    let map = RequestMap::parse("town", &MAP.replace("[columns]", "closed_before_opened = \"at_opening\"\n[columns]"))
        .expect("a good map");
    let rows = format!("{HEAD}3,2011-07-01 10:00:00,,2011-06-30 10:00:00,Closed,Lamp,Before,,,,A\n");
    let got = app.import_requests(&Actor::System, Source::Bytes(rows.into()), map).await.expect("imported");
    assert_eq!(got.kept, 1);
    let m = all(&app).await.remove(0);
    assert_eq!(m.closed_at, Some(m.raised.at));
    let page = app.matter_page(&Actor::System, m.id).await.expect("a page");
    assert!(page.words.values().any(|w| w == "closed 2011-06-30 10:00:00"));
}

#[tokio::test]
async fn a_file_that_cannot_be_taken_leaves_nothing_behind() {
    let (_dir, app) = company().await;
    let missing = run(&app, "id,opened,closed,status,type,title,via,dept\n1,x,,,,,,\n").await.expect_err("refused");
    assert_eq!(missing.to_string(), "3 columns missing: target, street, city");
    assert_eq!(
        run(&app, "id\n").await.expect_err("refused").to_string(),
        "10 columns missing: opened, target, closed, status, type, title, street, city, via, dept"
    );
    assert_eq!(run(&app, "").await.expect_err("refused").to_string(), "the file is empty");
    assert_eq!(run(&app, "\u{feff}\n\n").await.expect_err("refused").to_string(), "the file is empty");
    let gone = Source::Path(PathBuf::from("no/such/file.csv"));
    assert!(matches!(app.import_requests(&Actor::System, gone, map()).await, Err(ImportError::Unreadable(_))));
    assert!(app.import_requests(&Actor::Anonymous, Source::Bytes(HEAD.into()), map()).await.is_err());
    let mut conn = app.store().read().await.expect("a connection");
    assert!(org::units(&mut conn).await.expect("units").is_empty());
    assert!(ledger::page(&mut conn, 0, 100).await.expect("events").iter().all(|e| e.kind == "policy"));
    drop(conn);
    assert_eq!(app.policies().zone.name(), "Asia/Shanghai");
    // A header alone is a good file with nothing in it.
    assert_eq!(run(&app, HEAD).await.expect("imported"), Imported::default());
}

#[tokio::test]
async fn gbk_bom_and_plain_files_give_the_same_matters() {
    let text = format!(
        "{HEAD}1,2011-07-01 10:00:00,,,Open,漏油,变压器漏油,昌平,北京,电话,A\n2,2011-07-01 10:00:00,,,Open,漏油,电表,昌平,北京,电话,A\n"
    );
    let (gbk, _, lossy) = encoding_rs::GBK.encode(&text);
    assert!(!lossy);
    for bytes in [text.as_bytes().to_vec(), gbk.to_vec(), format!("\u{feff}{text}").into_bytes()] {
        let (_dir, app) = company().await;
        assert_eq!(run(&app, bytes).await.expect("imported").kept, 2);
        let filter = matter::Filter { text: "漏油".into(), ..Default::default() };
        let found = app.matters(&Actor::System, &filter, 10).await.expect("a list").0;
        assert_eq!(found.iter().map(|r| r.subject.as_str()).collect::<Vec<_>>(), ["变压器漏油"]);
    }
    // Named wrongly, the rows that cannot be read are told and the others kept.
    let (_dir, app) = company().await;
    let utf8 =
        RequestMap::parse("town", &MAP.replace("[columns]", "encoding = \"utf-8\"\n[columns]")).expect("a good map");
    let mixed = [text.as_bytes(), b"3,2011-07-01 10:00:00,,,Open,Lamp,\xc2\xa9\xff,,,,A\n"].concat();
    let got = app.import_requests(&Actor::System, Source::Bytes(mixed), utf8).await.expect("imported");
    assert_eq!(
        (got.kept + got.refused.len() as u64, reasons(&got).last().copied()),
        (3, Some((4, "unreadable characters in column title")))
    );
}

#[tokio::test]
async fn a_second_run_changes_nothing_and_news_move_the_matter_on() {
    let (_dir, app) = company().await;
    let first = format!(
        "{HEAD}1,2011-07-01 10:00:00,2011-07-02 10:00:00,,Open,Lamp,Out,,,,A\n2,2011-07-01 10:00:00,,2011-07-01 12:00:00,Closed,Lamp,Out,,,,A\n"
    );
    assert_eq!(run(&app, first.clone()).await.expect("imported").kept, 2);
    let before = app.verify().await.expect("verified").events;
    let again = run(&app, first).await.expect("imported");
    assert_eq!((again.rows, again.kept, again.unchanged), (2, 0, 2));
    assert_eq!(app.verify().await.expect("verified").events, before);

    // One was closed and given to others, the other is open again.
    let news = format!(
        "{HEAD}1,2011-07-01 10:00:00,2011-07-05 10:00:00,2011-07-03 10:00:00,Closed,Lamp,Out,,,,B\n2,2011-07-01 10:00:00,,,Open,Lamp,Out,,,,A\n"
    );
    let got = run(&app, news.clone()).await.expect("imported");
    assert_eq!((got.rows, got.kept, got.unchanged), (2, 2, 0));
    let m = all(&app).await;
    assert_eq!(m.len(), 2);
    assert_eq!((m[0].stage.name(), m[0].closed_at), (StageName::Closed, Some(at("2011-07-03T10:00:00-05:00"))));
    assert_eq!(
        m[0].due.as_ref().map(|d| d.at),
        Some(at("2011-07-02T10:00:00-05:00")),
        "a deadline moves only by an approved extension"
    );
    assert_eq!((m[1].stage.name(), m[1].closed_at, m[1].reopened), (StageName::Reopened, None, 1));
    let page = app.matter_page(&Actor::System, m[0].id).await.expect("a page");
    assert_eq!(
        page.timeline.iter().map(|e| e.code.as_str()).collect::<Vec<_>>(),
        ["raised", "assigned", "transferred", "closed", "commented"]
    );
    assert!(page.words.values().any(|w| w == "dept: A → B"));
    assert!(page.words.values().any(|w| w == "target: 2011-07-02T15:00:00.000Z → 2011-07-05T15:00:00.000Z"));
    assert_eq!(run(&app, news).await.expect("imported").unchanged, 2);

    // Closed again, and the closing date of the other corrected.
    let last = format!(
        "{HEAD}1,2011-07-01 10:00:00,2011-07-05 10:00:00,2011-07-02 09:00:00,Closed,Lamp,Out,,,,B\n2,2011-07-01 10:00:00,,2011-08-01 12:00:00,Closed,Lamp,Out,,,,A\n"
    );
    assert_eq!(run(&app, last).await.expect("imported").kept, 2);
    let m = all(&app).await;
    assert_eq!(
        m.iter().map(|m| m.closed_at).collect::<Vec<_>>(),
        [Some(at("2011-07-02T09:00:00-05:00")), Some(at("2011-08-01T12:00:00-05:00"))]
    );
    assert!(app.verify().await.expect("verified").ok);
}

/// What nobody sees makes no second request and no open one, and a source may take back what it said: the last remark is its
/// last word, and every remark is found together with the source's key.
#[tokio::test]
async fn what_nobody_sees_tells_nothing_apart_and_a_source_may_take_back() {
    let (_dir, app) = company().await;
    let row = |key: &str, status: &str, kind: &str, title: &str| {
        format!("{HEAD}{key},2011-07-01 10:00:00,,2011-07-02 10:00:00,{status},{kind},{title},,,,A\n")
    };
    assert_eq!(run(&app, row("K1", "Closed", "Lamp", "Out")).await.expect("imported").kept, 1);
    let same = run(&app, row("K1\u{200b}", "cＬosed\u{200b}", "Lamp", "Out")).await.expect("imported");
    assert_eq!((same.kept, same.unchanged), (0, 1));
    for (kind, title) in [("Road", "Broken"), ("Road", "Broken at night"), ("Lamp", "Out")] {
        assert_eq!(run(&app, row("K1", "Closed", kind, title)).await.expect("imported").kept, 1, "{kind} {title}");
    }
    let m = all(&app).await;
    assert_eq!((m.len(), m[0].stage.name()), (1, StageName::Closed));
    let page = app.matter_page(&Actor::System, m[0].id).await.expect("a page");
    let remarks = page.timeline.iter().filter_map(|e| match &e.event {
        MatterEvent::Commented { words, .. } => page.words.get(&words.id).map(String::as_str),
        _ => None,
    });
    let said: Vec<&str> = remarks.collect();
    assert_eq!(said, ["type: Lamp → Road\nBroken", "Broken at night", "type: Road → Lamp\nOut"]);
    for words in ["broken night", "K1", "k1 broken"] {
        let filter = MatterFilter { text: words.into(), ..MatterFilter::default() };
        assert_eq!(app.matter_list(&Actor::System, &filter, 10).await.expect("a list").1, 1, "{words}");
    }
    assert!(app.verify().await.expect("verified").ok);
}

#[test]
fn a_map_that_cannot_be_read_says_why() {
    let why = |text: &str| RequestMap::parse("m", text).expect_err("refused").to_string();
    assert!(why("").contains("source"));
    assert!(why(&MAP.replace("fixed:-05:00", "Mars/Base")).contains("not a time zone"));
    assert!(why(&MAP.replace("words =", "wrods =")).contains("wrods"));
    assert!(why(&MAP.replace("closed_values = [\"Closed\"]", "")).contains("closed_values"));
}

/// The shared real data; `None` when it is not there, which CI takes as a failure.
fn data(file: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("YIXIAN_TEST_DATA") else {
        assert!(std::env::var_os("CI").is_none(), "CI must set YIXIAN_TEST_DATA");
        eprintln!("not run: YIXIAN_TEST_DATA is not set");
        return None;
    };
    Some(Path::new(&root).join("requests311").join(file))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn samples_of_boston_and_new_york_are_taken_whole() {
    for (name, closed) in [("boston311", 85), ("nyc311", 98)] {
        let Some(path) = data(&format!("{name}-100.csv")) else { return };
        let (_dir, app) = company().await;
        let map = RequestMap::find(name).expect("a built-in map");
        let zone = map.zone.clone();
        // The samples go on to 2022: the clock of the test company is later.
        let got = app.import_requests(&Actor::System, Source::Path(path.clone()), map.clone()).await.expect("imported");
        assert_eq!((got.rows, got.kept, reasons(&got)), (100, 100, vec![]), "{name}");
        assert_eq!(all(&app).await.iter().filter(|m| m.closed_at.is_some()).count(), closed, "{name}");
        assert_eq!(app.policies().zone, zone, "an empty company takes its first source's zone");
        let again = app.import_requests(&Actor::System, Source::Path(path), map).await.expect("imported");
        assert_eq!((again.kept, again.unchanged), (0, 100), "{name}");
        assert!(app.verify().await.expect("verified").ok);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn boston_2011_gives_the_published_figures() {
    let (Some(path), Some(expected)) = (data("boston311_2011.zip"), data("expected.json")) else { return };
    let expected: serde_json::Value =
        serde_json::from_slice(&std::fs::read(expected).expect("readable")).expect("json");
    let expected = &expected["boston311_2011"];
    let number = |v: &serde_json::Value| v.as_u64().expect("a number") as usize;
    let (_dir, app) = company().await;
    let map = RequestMap::find("boston311").expect("a built-in map");
    let begun = std::time::Instant::now();
    let got = app.import_requests(&Actor::System, Source::Path(path.clone()), map.clone()).await.expect("imported");
    eprintln!("Boston 311: {} rows in {:.1} s", got.rows, begun.elapsed().as_secs_f64());
    assert_eq!(
        (got.rows as usize, got.kept as usize, got.refused.len()),
        (number(&expected["rows"]), number(&expected["rows"]), 0)
    );

    let begun = std::time::Instant::now();
    let again = app.import_requests(&Actor::System, Source::Path(path.clone()), map).await.expect("imported");
    eprintln!("again: {:.1} s", begun.elapsed().as_secs_f64());
    assert_eq!((again.kept, again.unchanged), (0, got.rows));

    let as_of = at("2026-01-01T00:00:00Z");
    let report =
        app.report(&Actor::System, "2011-07..2011-12".parse().expect("a period"), None, as_of).await.expect("a report");
    let figure = |code| report.get(code).expect("a figure");
    assert_eq!(figure(FigureCode::Raised).ids().len(), number(&expected["rows"]));
    assert_eq!(figure(FigureCode::Closed).ids().len(), number(&expected["closed"]));
    assert_eq!(figure(FigureCode::Open).ids().len(), number(&expected["open"]));
    let (on_time, late) =
        (number(&expected["closed_with_target_ontime"]), number(&expected["closed_with_target_overdue"]));
    let rate = figure(FigureCode::OnTimeClosed);
    assert_eq!(
        (rate.ids().len(), rate.denominator_ids().map(yixian_domain::figure::Keys::len)),
        (on_time, Some(on_time + late))
    );
    assert_eq!(figure(FigureCode::ClosedLate).ids().len(), late);
    let median = figure(FigureCode::HoursToCloseMedian).number().expect("a median");
    assert!((median - expected["hours_to_close"]["median"].as_f64().expect("a number")).abs() < 1e-6, "{median}");

    let types = expected["top_types"].as_object().expect("an object");
    assert_eq!(types.len(), 8);
    assert_eq!(
        report.categories.iter().take(8).map(|c| &*c.category).collect::<std::collections::HashSet<_>>(),
        types.keys().map(String::as_str).collect()
    );
    for (name, t) in types {
        let row = report.categories.iter().find(|c| &*c.category == name).expect("the type");
        assert_eq!(
            (row.closed_with_target.len(), row.on_time.len()),
            (number(&t["n"]), number(&t["ontime"])),
            "{name}"
        );
        let median = row.hours.expect("hours").median;
        assert!((median - t["median_h"].as_f64().expect("a number")).abs() < 1e-6, "{name}: {median}");
    }

    // The city's own flag, row by row, against our judgement of the matter made from that row.
    let judged: std::collections::HashMap<_, bool> = {
        let on_time: std::collections::HashSet<_> = rate.ids().records().iter().copied().collect();
        rate.denominator_ids().expect("a rate").records().iter().map(|id| (*id, on_time.contains(id))).collect()
    };
    let mut conn = app.store().read().await.expect("a connection");
    let known: std::collections::HashMap<_, _> = yixian_app::store::import::known(&mut conn, "boston311")
        .await
        .expect("known")
        .into_iter()
        .map(|(k, _, m)| (k, m.0))
        .collect();
    let (mut agree, mut comparable) = (0, 0);
    for (key, flag) in published(&path) {
        if let Some(on_time) = known.get(&key).and_then(|id| judged.get(id)).filter(|_| !flag.is_empty()) {
            comparable += 1;
            agree += usize::from(*on_time == (flag == "ONTIME"));
        }
    }
    let both = &expected["rule_closed_le_target_agrees_with_published_flag"];
    assert_eq!((agree, comparable), (number(&both[0]), number(&both[1])));
    drop(conn);
    let begun = std::time::Instant::now();
    assert!(app.verify().await.expect("verified").ok);
    eprintln!("verified in {:.1} s", begun.elapsed().as_secs_f64());
}

/// Key and published flag of every row.
fn published(zip: &Path) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(zip).expect("a file")).expect("an archive");
    let table = archive.by_index(0).expect("a table");
    let mut rows = csv::Reader::from_reader(table);
    rows.records()
        .map(|r| {
            let r = r.expect("a row");
            (r[0].to_owned(), r[4].to_owned())
        })
        .collect()
}

#[tokio::test]
async fn a_key_that_stands_twice_is_what_the_file_says_last() {
    let (_dir, app) = company().await;
    let row = |status: &str, closed: &str| format!("7,2011-07-01,2011-07-09,{closed},{status},Lamp,,,,,No Q\n");
    let other = "8,2011-07-01,2011-07-09,,Open,Lamp,,,,,No Q\n";
    let (open, closed) = (row("Open", ""), row("Closed", "2011-07-02"));
    let file = format!("{HEAD}{open}{other}{closed}");
    for (n, told) in [(3, 0), (0, 3), (0, 3)].into_iter().enumerate() {
        let got = run(&app, file.clone()).await.expect("imported");
        assert_eq!((got.kept, got.unchanged), told, "run {n}");
        let all = all(&app).await;
        assert_eq!((all.len(), all[0].stage.name(), all[0].reopened), (2, StageName::Closed, 0), "run {n}");
    }
    // One row more is news; those above it are not.
    let again = format!("{file}{}", row("Closed", "2011-07-03"));
    let got = run(&app, again.clone()).await.expect("imported");
    assert_eq!((got.kept, got.unchanged), (1, 3));
    let got = run(&app, again).await.expect("imported");
    assert_eq!((got.kept, got.unchanged), (0, 4));
    // Where nothing of the file is known, it is its last row that counts.
    let got = run(&app, format!("{HEAD}{open}{}", row("Closed", "2011-07-04"))).await.expect("imported");
    assert_eq!((got.kept, got.unchanged), (1, 1));
    assert_eq!(all(&app).await[0].closed_at, Some(at("2011-07-04T00:00:00-05:00")));
}
