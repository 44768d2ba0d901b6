//! A table of matters tells what the list of the same filter and actor tells, and comes back whole.

use futures::StreamExt as _;
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::Arc;
use yixian_app::clock::Clock;
use yixian_app::export::{COLUMNS, Format, Plain, Wording};
use yixian_app::import::decode::Source;
use yixian_app::import::map::RequestMap;
use yixian_app::matters::MatterFilter;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::{Db, org};
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::ids::PersonId;
use yixian_domain::org::{Grant, Role};
use yixian_domain::time::Instant;

const ROWS: usize = 1_203;

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
    let map = "source = 's'\nname = 'S'\nzone = 'Asia/Shanghai'\ndates = ['%Y-%m-%d %H:%M:%S']\n[columns]\nkey = 'id'\nopened = 'opened'\ntarget = 'target'\nclosed = 'closed'\nwords = ['words']\nunit = 'dept'\n";
    let mut text = "id,opened,target,closed,words,dept\n".to_owned();
    for n in 1..=ROWS {
        let words = match n {
            1 => "=HYPERLINK(1)",
            2 => "\"漏油, \"\"两处\"\"\n第二行\"",
            _ => "Lamp",
        };
        let closed = if n % 3 == 0 { "2018-05-02 09:00:00" } else { "" };
        let dept = if n % 2 == 0 { "A" } else { "B" };
        writeln!(text, "{n},2018-05-01 09:00:00,2018-05-03 09:00:00,{closed},{words},{dept}").expect("a line");
    }
    let got = app
        .import_requests(&Actor::System, Source::Bytes(text.into()), RequestMap::parse("s", map).expect("a map"))
        .await
        .expect("imported");
    assert_eq!(got.kept as usize, ROWS, "{:?}", got.refused);
    (dir, app)
}

fn table(bytes: &[u8]) -> Vec<Vec<String>> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes)
        .records()
        .map(|r| r.expect("a row").iter().map(str::to_owned).collect())
        .collect()
}

fn at(column: &str) -> usize {
    COLUMNS.iter().position(|c| *c == column).expect("a column")
}

#[tokio::test]
async fn a_table_comes_back_whole() {
    let (dir, app) = company().await;
    let path = dir.path().join("matters.csv");
    let n = app
        .export_matters(&Actor::System, &MatterFilter::default(), Format::Csv { bom: true }, Arc::new(Plain), &path)
        .await
        .expect("exported");
    assert_eq!(n as usize, ROWS);
    let bytes = std::fs::read(&path).expect("a file");
    let rows = table(bytes.strip_prefix("\u{feff}".as_bytes()).expect("a mark"));
    assert_eq!(rows[0], COLUMNS);
    let numbers: Vec<usize> = rows[1..].iter().map(|r| r[0].parse().expect("a number")).collect();
    assert_eq!(numbers, (1..=ROWS).rev().collect::<Vec<_>>());
    let (first, second, third) = (&rows[ROWS], &rows[ROWS - 1], &rows[ROWS - 2]);
    assert_eq!(
        (first[at("words")].as_str(), second[at("words")].as_str()),
        ("'=HYPERLINK(1)", "漏油, \"两处\"\n第二行")
    );
    assert_eq!(
        (first[at("raised")].as_str(), first[at("due")].as_str(), first[at("closed")].as_str()),
        ("2018-05-01 09:00:00", "2018-05-03 09:00:00", "")
    );
    assert_eq!(
        (third[at("closed")].as_str(), third[at("on_time")].as_str(), third[at("stage")].as_str()),
        ("2018-05-02 09:00:00", "yes", "closed")
    );

    // In pieces it is the same table.
    let mut pieces =
        app.stream_matters(&Actor::System, &MatterFilter::default(), true, Arc::new(Plain)).await.expect("a stream");
    let mut streamed = Vec::new();
    while let Some(piece) = pieces.next().await {
        streamed.extend_from_slice(&piece.expect("a piece"));
    }
    assert_eq!(streamed, bytes);
}

#[tokio::test]
async fn a_table_shows_what_its_reader_may_see() {
    let (dir, app) = company().await;
    let a = org::unit_by_code(&mut app.store().read().await.expect("a connection"), "A")
        .await
        .expect("a query")
        .expect("the unit");
    let reader = Actor::Person {
        id: PersonId(app.mint().uuid(Instant(0))),
        grants: vec![Grant { role: Role::Viewer, over: a.path.clone() }],
    };
    let path = dir.path().join("matters.csv");
    for (actor, want) in [(reader, ROWS / 2), (Actor::Anonymous, 0)] {
        let n = app
            .export_matters(&actor, &MatterFilter::default(), Format::Csv { bom: false }, Arc::new(Plain), &path)
            .await
            .expect("exported");
        let rows = table(&std::fs::read(&path).expect("a file"));
        assert_eq!((n as usize, rows.len()), (want, want + 1));
        assert!(rows[1..].iter().all(|r| r[at("unit_code")] == "A"));
    }
    let open = MatterFilter { open: true, unit: Some(a.path), ..MatterFilter::default() };
    let n = app
        .export_matters(&Actor::System, &open, Format::Csv { bom: false }, Arc::new(Plain), &path)
        .await
        .expect("exported");
    assert_eq!(n as usize, (1..=ROWS).filter(|n| n % 2 == 0 && n % 3 != 0).count());
}

struct Chinese;

impl Wording for Chinese {
    fn header(&self, column: &'static str) -> String {
        if column == "stage" { "阶段".into() } else { column.into() }
    }
    fn value(&self, _: &'static str, value: &str) -> String {
        if value == "closed" { "已关闭".into() } else { value.into() }
    }
}

#[tokio::test]
async fn a_spreadsheet_has_the_readers_words_and_real_dates() {
    let (dir, app) = company().await;
    let path = dir.path().join("matters.xlsx");
    let n = app
        .export_matters(&Actor::System, &MatterFilter::default(), Format::Xlsx, Arc::new(Chinese), &path)
        .await
        .expect("exported");
    assert_eq!(n as usize, ROWS);
    let mut book = zip::ZipArchive::new(std::fs::File::open(&path).expect("a file")).expect("an archive");
    let mut sheet = String::new();
    book.by_name("xl/worksheets/sheet1.xml").expect("a sheet").read_to_string(&mut sheet).expect("text");
    assert_eq!(sheet.matches("<row ").count(), ROWS + 1);
    assert!(
        sheet.contains("<t>阶段</t>")
            && sheet.contains("<t>已关闭</t>")
            && sheet.contains("<t>=HYPERLINK(1)</t>")
            && !sheet.contains("<f>")
    );
    assert!(sheet.contains("<v>43221.375</v>"), "2018-05-01 09:00 is a date");
}
