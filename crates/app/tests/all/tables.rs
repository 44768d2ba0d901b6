//! Tables as people have them, over all doors that take one: logs from files and forms, promises, requests, units, minutes.
//! However a table is written it gives the same rows, and what cannot be read is told with its line at each of them.

use std::io::Write as _;
use yixian_app::clock::Clock;
use yixian_app::flow::foreign::{Refusal, Upload};
use yixian_app::foreign;
use yixian_app::import::decode::Source;
use yixian_app::import::map::RequestMap;
use yixian_app::import::table::CsvKind;
use yixian_app::mining::deadlines::PromiseMap;
use yixian_app::mining::table::EventMap;
use yixian_app::mining::xes::Keep;
use yixian_app::mint::Mint;
use yixian_app::policy::PolicySource;
use yixian_app::store::Db;
use yixian_app::{App, Opening};
use yixian_domain::access::Actor;
use yixian_domain::time::Instant;

/// A table as its cells.
type Cells = Vec<Vec<&'static str>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    LogFile,
    LogForm,
    Promises,
    Requests,
    Units,
    Minutes,
}

const DOORS: [Door; 6] = [Door::LogFile, Door::LogForm, Door::Promises, Door::Requests, Door::Units, Door::Minutes];

/// What a door said: how many rows it took, and what it told.
type Said = (u64, String);

impl Door {
    fn table(self) -> Cells {
        match self {
            Door::LogFile | Door::LogForm => vec![
                vec!["case:concept:name", "concept:name", "time:timestamp"],
                vec!["1", "受理", "2020-01-01T00:00:00Z"],
                vec!["1", "办结, 电话\n告知", "2020-01-02T00:00:00Z"],
                vec!["2", "受理", "2020-01-03T00:00:00Z"],
            ],
            Door::Promises => vec![
                vec!["编号", "期限", "办结"],
                vec!["1", "2020-01-02T00:00:00Z", "2020-01-01T00:00:00Z"],
                vec!["2\n续", "2020-01-02T00:00:00Z", ""],
                vec!["3", "2020-01-02T00:00:00Z", ""],
            ],
            Door::Requests => vec![
                vec!["编号", "时间", "内容"],
                vec!["1", "2018-05-01 09:00:00", "路灯不亮"],
                vec!["2", "2018-05-01 09:00:00", "变压器, 漏油\n有人"],
                vec!["3", "2018-05-02 09:00:00", "电压低"],
            ],
            Door::Units => vec![
                vec!["代码", "名称", "类别", "上级"],
                vec!["BJ", "北京公司", "公司", ""],
                vec!["CP", "昌平, 供电公司", "区供电公司", "BJ"],
                vec!["PK", "平谷供电公司", "区供电公司", "BJ"],
            ],
            Door::Minutes => vec![
                vec!["from", "to", "minutes"],
                vec!["昌平", "B", "10"],
                vec!["A", "平谷\n1", "12"],
                vec!["A", "C", "13"],
            ],
        }
    }

    async fn ask(self, app: &App, name: &str, bytes: Vec<u8>) -> Result<Said, String> {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(name);
        std::fs::write(&path, &bytes).expect("written");
        let refused = |all: &[yixian_app::import::Refused]| {
            all.iter().map(|r| format!("line {}: {}\n", r.line, r.reason)).collect::<String>()
        };
        match self {
            Door::LogFile => {
                let read =
                    foreign::open_log(&path, &EventMap::default(), Keep::Attributes).map_err(|e| e.to_string())?;
                Ok((read.of.len() as u64, read.remarks.iter().map(|r| format!("{r}\n")).collect()))
            }
            Door::LogForm => {
                let upload = Upload {
                    name: name.into(),
                    bytes: bytes.into(),
                    map: EventMap::default(),
                    object: None,
                    paths: 100,
                    ways: 10,
                };
                match app.analyse(upload).await.expect("the store is there") {
                    Ok(found) => {
                        Ok((found.report.events as u64, found.remarks.iter().map(|r| format!("{r}\n")).collect()))
                    }
                    Err(Refusal::Unread(e)) => Err(e.to_string()),
                    Err(other) => panic!("{other:?}"),
                }
            }
            Door::Promises => {
                let map =
                    PromiseMap::parse("[columns]\nkey = '编号'\ntarget = '期限'\nclosed = '办结'").expect("a map");
                let read = foreign::open_promises(&path, &map).map_err(|e| e.to_string())?;
                Ok((read.of.len() as u64, read.remarks.iter().map(|r| format!("{r}\n")).collect()))
            }
            Door::Requests => {
                let map = "source = 't'\nname = 't'\nzone = 'Asia/Shanghai'\ndates = ['%Y-%m-%d %H:%M:%S']\n[columns]\nkey = '编号'\nopened = '时间'\nwords = ['内容']\n";
                let map = RequestMap::parse("t", map).expect("a map");
                let done =
                    app.import_requests(&Actor::System, Source::Path(path), map).await.map_err(|e| e.to_string())?;
                Ok((done.kept, refused(&done.refused)))
            }
            Door::Units => {
                let done =
                    app.preview_csv(&Actor::System, CsvKind::Units, bytes).await.map_err(|e| format!("{e:?}"))?;
                Ok((done.new.len() as u64, refused(&done.refused)))
            }
            Door::Minutes => {
                app.import_travel(bytes).await.map(|n| (n as u64, String::new())).map_err(|e| format!("{e:?}"))
            }
        }
    }
}

async fn company() -> (tempfile::TempDir, App) {
    let dir = tempfile::tempdir().expect("a folder");
    let app = App::open(Opening {
        db: Db::open_folder(dir.path()).await.expect("a database"),
        folder: dir.path(),
        clock: Clock::At(Instant::parse("2020-06-01T00:00:00Z").expect("an instant")),
        mint: Mint::seeded(1),
        policies: PolicySource::Embedded,
    })
    .await
    .expect("it opens");
    (dir, app)
}

fn text(cells: &Cells, delimiter: char, end: &str) -> String {
    let quoted = |cell: &&str| {
        if cell.contains([delimiter, '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).into()
        }
    };
    cells.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(&delimiter.to_string()) + end).collect()
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [(name, bytes), ("readme.txt", b"about")] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
        archive.write_all(bytes).expect("written");
    }
    archive.finish().expect("finished").into_inner()
}

fn workbook(cells: &Cells) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, row) in (0..).zip(cells) {
        for (c, cell) in (0..).zip(row) {
            sheet.write_string(r, c, *cell).expect("written");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[tokio::test]
async fn however_a_table_is_written_it_gives_the_same_rows() {
    for door in DOORS {
        let cells = door.table();
        let plain = text(&cells, ',', "\n");
        let dressed: Vec<(&str, &str, Vec<u8>)> = vec![
            ("plain", "t.csv", plain.clone().into()),
            ("lines of Windows", "t.csv", text(&cells, ',', "\r\n").into()),
            ("lines of an old Mac", "t.csv", text(&cells, ',', "\r").into()),
            ("with a mark", "t.csv", format!("\u{feff}{plain}").into()),
            ("UTF-16", "t.txt", utf16(&text(&cells, '\t', "\r\n"), true)),
            ("UTF-16 without a mark", "t.txt", utf16(&plain, false)),
            ("GBK", "t.csv", gbk(&text(&cells, ',', "\r\n"))),
            ("tabs", "t.tsv", text(&cells, '\t', "\n").into()),
            ("semicolons", "t.csv", text(&cells, ';', "\n").into()),
            ("sep=", "t.csv", format!("sep=;\r\n{}", text(&cells, ';', "\r\n")).into()),
            ("bare commas below", "t.csv", format!("{plain}\n{}\n", ",".repeat(cells[0].len() - 1)).into()),
            ("a ZIP", "t.zip", zip("t.csv", plain.as_bytes())),
            ("a workbook", "t.xlsx", workbook(&cells)),
        ];
        for (how, name, bytes) in dressed {
            // Chinese headings in UTF-16 without a mark have no byte that tells; ASCII ones do.
            if how == "UTF-16 without a mark" && !plain.as_bytes()[..4].is_ascii() {
                continue;
            }
            let (_dir, app) = company().await;
            let said = door.ask(&app, name, bytes).await;
            let (rows, told) = said.unwrap_or_else(|e| panic!("{door:?}, {how}: {e}"));
            assert_eq!(rows, 3, "{door:?}, {how}: {told}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_line_at_every_door() {
    for door in DOORS {
        let cells = door.table();
        let of = |end: &str, change: &dyn Fn(usize, String) -> String| -> Vec<u8> {
            let lines = cells.iter().enumerate().map(|(i, row)| {
                let flat: Vec<String> =
                    row.iter().map(|c| c.replace('\n', " ")).map(|c| c.replace(',', "，")).collect();
                change(i + 1, flat.join(",")) + end
            });
            lines.collect::<String>().into_bytes()
        };
        for end in ["\n", "\r\n"] {
            let (_dir, app) = company().await;
            let blank = format!("{end}{end}");
            for (what, bytes, wanted) in [
                ("an open quote", of(end, &|n, row| if n == 3 { format!("\"{row}") } else { row }), "line 3"),
                (
                    "a quote closed below",
                    of(end, &|n, row| match n {
                        2 => format!("\"{row}"),
                        4 => row.replacen(',', ",\"", 1),
                        _ => row,
                    }),
                    "line 2",
                ),
                ("a NUL", of(end, &|n, row| if n == 3 { format!("\0{row}") } else { row }), "line 3"),
                ("a short row", of(end, &|n, row| if n == 4 { "x".into() } else { row }), "line 4"),
                (
                    "a short row below blank lines",
                    of(end, &|n, row| match n {
                        2 => blank.clone() + &row,
                        4 => "x".into(),
                        _ => row,
                    }),
                    "line 6",
                ),
            ] {
                let said = door.ask(&app, "t.csv", bytes).await;
                // Fields of a form's fault say the line as their detail.
                let line = wanted.strip_prefix("line ").expect("a line");
                let told = |text: &str| text.contains(wanted) || text.contains(&format!("detail: \"{line}\""));
                match &said {
                    Ok((rows, text)) => {
                        assert!(told(text) && *rows < 3, "{door:?}, {what}, {end:?}: {said:?}");
                        assert!(!what.contains("quote"), "{door:?}: {what} is a fault of the whole file: {said:?}");
                    }
                    Err(text) => assert!(told(text), "{door:?}, {what}, {end:?}: {text}"),
                }
            }
        }
        let (_dir, app) = company().await;
        let twice = text(&cells, ',', "\n").replacen('\n', &format!(",{}\n", cells[0][1]), 1);
        let said = door.ask(&app, "t.csv", twice.into()).await.expect_err("a column that stands twice");
        assert!(said.contains(cells[0][1]) || said.contains("column_twice"), "{door:?}: {said}");
        let old = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
        let said = door.ask(&app, "t.xlsx", old).await.expect_err("an old workbook");
        assert!(said.contains(".xls") || said.contains("other_workbook"), "{door:?}: {said}");
    }
}
