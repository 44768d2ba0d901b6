//! The command line as scripts meet it: what it prints, with which exit code, and that it starts
//! and stops cleanly. Every test runs the built binary. Checks on real data read
//! `YIXIAN_TEST_DATA`; without it they say that they did not run, and where `CI` is set they fail.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn yixian(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yixian"))
        .args(args)
        .env_remove("YIXIAN_DATABASE")
        .output()
        .expect("the binary runs")
}

fn out(o: &Output) -> String {
    String::from_utf8_lossy(&o.stdout).into_owned()
}
fn err(o: &Output) -> String {
    String::from_utf8_lossy(&o.stderr).into_owned()
}
fn code(o: &Output) -> i32 {
    o.status.code().unwrap_or(-1)
}

fn done(args: &[&str]) -> String {
    let o = yixian(args);
    assert_eq!(code(&o), 0, "{args:?}\n{}{}", out(&o), err(&o));
    out(&o)
}

fn json(args: &[&str]) -> Value {
    let text = done(args);
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{args:?}: {e}\n{text}"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A file of the shared real data.
fn real(file: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("YIXIAN_TEST_DATA") else {
        assert!(std::env::var_os("CI").is_none(), "YIXIAN_TEST_DATA must be set where CI is");
        eprintln!("NOT RUN: YIXIAN_TEST_DATA is not set, {file} was not checked");
        return None;
    };
    let path = PathBuf::from(folder).join(file);
    assert!(path.exists(), "{} is missing", path.display());
    Some(path)
}

/// A running server; killed when the test is over, however it ends.
struct Server {
    child: Child,
    lines: Vec<String>,
    rest: Option<std::thread::JoinHandle<String>>,
}

impl Server {
    /// Starts it and reads its output up to the line that contains `until`.
    fn start(args: &[&str], until: &str) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_yixian"))
            .args(args)
            .env_remove("YIXIAN_DATABASE")
            .env_remove("YIXIAN_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut errors = child.stderr.take().expect("piped");
        let rest = std::thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).ok();
            text
        });
        let mut reader = BufReader::new(child.stdout.take().expect("piped"));
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).expect("readable") == 0 {
                child.wait().ok();
                panic!(
                    "{args:?} ended before it said {until:?}:\n{}\n{}",
                    lines.concat(),
                    rest.join().unwrap_or_default()
                );
            }
            let found = line.contains(until);
            lines.push(line);
            if found {
                break;
            }
        }
        // Whoever prints must find a reader to the end.
        std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
        Server { child, lines, rest: Some(rest) }
    }
    fn said(&self) -> String {
        self.lines.concat()
    }
    /// The address after the words.
    fn address(&self, before: &str) -> String {
        let said = self.said();
        let rest = said.split(before).nth(1).unwrap_or_else(|| panic!("no {before:?} in {said}"));
        rest.split("://").nth(1).and_then(|r| r.split(['/', '\n', ' ']).next()).expect("an address").to_owned()
    }
    /// SIGTERM; how it ended, how long that took, and what it had logged.
    fn stop(mut self) -> (i32, Duration, String) {
        let began = Instant::now();
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        let status = self.child.wait().expect("it ends");
        let took = began.elapsed();
        let log = self.rest.take().map(|r| r.join().unwrap_or_default()).unwrap_or_default();
        (status.code().unwrap_or(-1), took, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn get(at: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(at).expect("connects");
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").as_bytes())
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The demo company as `demo` makes it, for one test.
fn demo() -> TempDir {
    yixian_testkit::demo(Path::new(env!("CARGO_BIN_EXE_yixian")))
}

const MAP: &str = r#"
source = "town"
name = "Town"
zone = "Asia/Shanghai"
dates = ["%Y-%m-%d %H:%M"]
closed_values = ["Closed"]
[columns]
key = "id"
opened = "opened"
target = "target"
closed = "closed"
status = "status"
category = "type"
words = ["title"]
"#;
const ROWS: &str = "id,opened,target,closed,status,type,title\n\
1,2018-05-02 09:00,2018-05-09 18:00,2018-05-04 10:00,Closed,Lamp,路灯不亮\n\
2,2018-05-03 09:00,2018-05-08 18:00,2018-05-10 10:00,Closed,Lamp,配电箱门敞开\n\
3,2018-05-04 09:00,,,Open,Meter,the meter turns backwards\n";

/// A company with three matters from another system.
fn town() -> (TempDir, PathBuf) {
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    std::fs::write(dir.path().join("map.toml"), MAP).expect("written");
    std::fs::write(dir.path().join("rows.csv"), ROWS).expect("written");
    let data = dir.path().join("data");
    let (rows, map) = (dir.path().join("rows.csv"), dir.path().join("map.toml"));
    let told = json(&["import", "requests", text(&rows), "--map", text(&map), "--data", text(&data)]);
    assert_eq!((told["rows"].as_i64(), told["kept"].as_i64()), (Some(3), Some(3)), "{told}");
    (dir, data)
}

fn python(script: &str, args: &[&str]) {
    let o = Command::new("python3").arg("-c").arg(script).args(args).output().expect("python3 is needed");
    assert!(o.status.success(), "{}", err(&o));
}

#[test]
fn a_due_date_explains_itself() {
    let due = |args: &[&str]| json(&[&["calendar", "due"], args].concat());
    // The day before May Day 2018; 28 April was a make-up Saturday.
    let v = due(&["2018-04-27", "3"]);
    assert_eq!(v["due"], "2018-05-03", "{v}");
    assert_eq!(v["provisional"], false);
    let skipped: Vec<(&str, &str)> = v["skipped"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|s| (s["date"].as_str().unwrap_or(""), s["why"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(skipped, [("2018-04-29", "劳动节"), ("2018-04-30", "劳动节"), ("2018-05-01", "劳动节")]);
    assert!(v["calendar"].as_str().is_some_and(|c| !c.is_empty()));
    assert_eq!(due(&["2018-04-27", "3", "--unit", "calendar-days"])["due"], "2018-04-30");
    assert_eq!(due(&["2018-04-27T08:00:00Z", "24", "--unit", "hours"])["due"], "2018-04-28T08:00:00.000Z");
    assert_eq!(due(&["2031-03-03", "5"])["provisional"], true, "years without a notice are provisional, never a panic");
}

#[test]
fn every_shared_due_date_agrees() {
    let Some(file) = real("calendar/cases.csv") else { return };
    let told = done(&["calendar", "due", "--csv", text(&file)]);
    let mut ours = told.lines();
    assert_eq!(ours.next(), Some("start_date,n_working_days,due_date,provisional"));
    let theirs = std::fs::read_to_string(&file).expect("the cases");
    let mut n = 0;
    for (their, our) in theirs.lines().skip(1).zip(ours.by_ref()) {
        let f: Vec<&str> = their.split(',').collect();
        assert!(our.starts_with(&format!("{},{},{},", f[1], f[3], f[4])), "{their}\n{our}");
        n += 1;
    }
    assert_eq!(ours.next(), None);
    assert_eq!(n, theirs.lines().count() - 1);
    assert!(n >= 100, "{n} cases");
}

#[test]
fn published_scores_are_reproduced() {
    let Some(file) = real("indicators/getting_electricity.csv") else { return };
    let told = done(&["score", "getting-electricity", "--csv", text(&file)]);
    let mut ours = told.lines();
    assert_eq!(
        ours.next(),
        Some(
            "procedures,time_days,cost_pct_ipc,reliability_index,procedures_score,time_score,cost_score,reliability_score,score"
        )
    );
    let theirs = std::fs::read_to_string(&file).expect("the table");
    let column =
        |name: &str| theirs.lines().next().and_then(|h| h.split(',').position(|c| c == name)).expect("a column");
    let (score, mut n) = (column("score"), 0);
    for (our, their) in ours.zip(theirs.lines().skip(1)) {
        let number = |s: &str| s.parse::<f64>().expect("a number");
        // No economy's name holds a comma before its score is quoted; count from a plain row.
        let cells: Vec<&str> = if their.contains('"') { continue } else { their.split(',').collect() };
        let (a, b) = (number(our.rsplit(',').next().unwrap_or_default()), number(cells[score]));
        assert!((a - b).abs() < 0.001, "{their}: {a}");
        n += 1;
    }
    assert!(n > 500, "{n} rows");
}

#[test]
fn reliability_of_small_files() {
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    let file = dir.path().join("f.csv");
    std::fs::write(&file, "state,start,end,duration_min,customers_affected,total_customers\nTX,2008-01-01 00:00,2008-01-01 01:00,999,100,1000\nTX,2008-02-01 00:00,2008-02-01 00:05,5,900,1000\n").expect("written");
    let told = json(&["reliability", "--outages", text(&file), "--group", "state,year"]);
    assert_eq!(
        (&told[0]["state"], &told[0]["year"], told[0]["sustained"].as_i64()),
        (&Value::from("TX"), &Value::from("2008"), Some(1)),
        "{told}"
    );
    assert_eq!(
        (told[0]["saifi"].as_f64(), told[0]["saidi_min"].as_f64(), told[0]["caidi_min"].as_f64()),
        (Some(0.1), Some(6.0), Some(60.0)),
        "duration is computed: {told}"
    );
    std::fs::write(&file, "day,saidi_min\n2020-01-01,1\n2020-01-02,0\n2020-01-03,2\n").expect("written");
    let told = json(&["reliability", "--daily", text(&file)]);
    assert_eq!(
        (told["days"].as_i64(), told["zero_days"].as_i64(), told["saidi"].as_f64()),
        (Some(3), Some(1), Some(3.0)),
        "{told}"
    );
    assert_eq!(code(&yixian(&["reliability"])), 2);
    assert_eq!(code(&yixian(&["reliability", "--daily", "no-such-file"])), 1);
}

#[test]
fn exit_codes_tell_done_refused_and_wrong_usage() {
    assert_eq!(code(&yixian(&["--version"])), 0);
    let cases: [(&[&str], i32); 8] = [
        (&["calendar", "due", "2018-04-27", "3"], 0),
        (&["calendar", "due", "2018-02-30", "3"], 1),
        (&["calendar", "due", "--csv", "no-such-file.csv"], 1),
        (&["calendar", "due"], 2),
        (&["calendar", "due", "2018-04-27", "many"], 2),
        (&["no-such-command"], 2),
        (&["serve", "--cert", "c.pem"], 2),
        (&["figures"], 2),
    ];
    for (args, want) in cases {
        let o = yixian(args);
        assert_eq!(code(&o), want, "{args:?}: {}", err(&o));
        assert_eq!(want == 0, err(&o).is_empty(), "{args:?} gives its reason on stderr: {}", err(&o));
        assert!(want == 0 || out(&o).is_empty(), "{args:?} refuses and prints nothing");
    }
}

#[test]
fn verify_names_the_altered_event() {
    let (_dir, data) = town();
    let whole = json(&["verify", "--data", text(&data)]);
    assert_eq!(whole["ok"], true, "{whole}");
    assert!(whole["events"].as_i64() > Some(3) && whole["faults"].as_array().is_some_and(Vec::is_empty));
    // Somebody with the file and an editor: triggers do not stop him, hashes tell.
    python(
        "import sqlite3,sys\nd=sqlite3.connect(sys.argv[1])\n\
         for (t,) in d.execute(\"select name from sqlite_master where type='trigger'\").fetchall(): d.execute('drop trigger '+t)\n\
         s=d.execute(\"select max(seq) from event where kind='matter'\").fetchone()[0]\n\
         d.execute('update event set happened_at=happened_at-60000 where seq=?',(s,))\nd.commit()\nopen(sys.argv[2],'w').write(str(s))",
        &[text(&data.join("yixian.db")), text(&data.join("altered"))],
    );
    let seq: i64 = std::fs::read_to_string(data.join("altered")).expect("noted").parse().expect("a number");
    let o = yixian(&["verify", "--data", text(&data)]);
    assert_eq!(code(&o), 1, "{}{}", out(&o), err(&o));
    let told: Value = serde_json::from_str(&out(&o)).expect("JSON");
    assert_eq!(told["ok"], false);
    assert!(told["faults"].as_array().is_some_and(|f| f.iter().any(|f| f["event"].as_i64() == Some(seq))), "{told}");
    assert_eq!(code(&yixian(&["doctor", "--data", text(&data)])), 1, "the doctor sees it too");
}

#[test]
fn the_ledger_cannot_be_altered_by_accident() {
    let (_dir, data) = town();
    let tried = Command::new("python3")
        .arg("-c")
        .arg("import sqlite3,sys\nd=sqlite3.connect(sys.argv[1])\nd.execute('update event set late=1')")
        .arg(data.join("yixian.db"))
        .output()
        .expect("python3 is needed");
    assert!(!tried.status.success() && err(&tried).contains("append-only"), "{}", err(&tried));
}

#[test]
fn a_backup_restores_into_an_equal_company() {
    let (dir, data) = town();
    let (file, again) = (dir.path().join("backup.zip"), dir.path().join("again"));
    json(&["backup", "--data", text(&data), "-o", text(&file)]);
    assert_eq!(
        code(&yixian(&["backup", "--data", text(&data), "-o", text(&file)])),
        1,
        "a backup is never overwritten"
    );
    json(&["restore", text(&file), "--data", text(&again)]);
    let (a, b) = (json(&["verify", "--data", text(&data)]), json(&["verify", "--data", text(&again)]));
    assert_eq!(a, b);
    assert_eq!(a["ok"], true);
    let period = ["--period", "2018-05", "--as-of", "2018-06-01T00:00:00Z"];
    let figures = |d: &Path| json(&[&["figures", "--data", text(d)], &period[..]].concat());
    assert_eq!(figures(&data), figures(&again));
    assert_eq!(code(&yixian(&["restore", text(&file), "--data", text(&again)])), 1, "a company is never restored over");
    let mut bytes = std::fs::read(&file).expect("the backup");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    std::fs::write(&file, bytes).expect("written");
    let o = yixian(&["restore", text(&file), "--data", text(&dir.path().join("third"))]);
    assert_eq!(code(&o), 1, "a damaged backup is refused: {}", out(&o));
}

/// A photo that is gone and one that is not what it was: told by name, and the rest is kept all the same.
#[test]
fn a_backup_without_some_photos_is_made_and_says_so() {
    let (dir, data) = town();
    let (file, again) = (dir.path().join("backup.zip"), dir.path().join("again"));
    let (gone, damaged) = ("a".repeat(64), "b".repeat(64));
    std::fs::create_dir_all(data.join("files/bb")).expect("a folder");
    std::fs::write(data.join("files/bb").join(&damaged), "no photo").expect("written");
    python(
        "import sqlite3,sys\nd=sqlite3.connect(sys.argv[1])\nm=d.execute('select id from matter where n=2').fetchone()[0]\n\
         for sha in sys.argv[2:]:\n d.execute(\"insert into file (sha, mime, bytes, width, height, created_at) values (?,'image/jpeg',8,1,1,0)\",(sha,))\n d.execute('insert into file_use values (?,?)',(sha,m))\n\
         d.commit()",
        &[text(&data.join("yixian.db")), &gone, &damaged],
    );
    let backup = yixian(&["backup", "--data", text(&data), "-o", text(&file)]);
    let restore = yixian(&["restore", text(&file), "--data", text(&again)]);
    for o in [backup, restore] {
        assert_eq!(code(&o), 3, "done, and not whole: {}", err(&o));
        let told: Value = serde_json::from_str(&out(&o)).expect("the manifest");
        assert_eq!(
            (told["lost"].as_array().map(Vec::len), told["tables"]["matter"]["rows"].as_i64()),
            (Some(2), Some(3))
        );
        for words in [&*gone, &damaged, "missing / 缺失", "damaged / 已损坏", "matter / 问题 2 ("] {
            assert!(err(&o).contains(words), "{words}: {}", err(&o));
        }
    }
    assert_eq!(std::fs::read(data.join("files/bb").join(&damaged)).expect("evidence"), b"no photo");
    let o = yixian(&["doctor", "--data", text(&data)]);
    let told: Value = serde_json::from_str(&out(&o)).expect("JSON");
    let photos =
        told["checks"].as_array().and_then(|all| all.iter().find(|c| c["check"] == "photos")).expect("a check");
    assert_eq!((code(&o), &photos["ok"]), (1, &Value::Bool(false)));
    let detail = photos["detail"].as_str().expect("a text");
    assert!(detail.contains(&gone) && detail.contains(&damaged) && detail.contains("used by matter 2"), "{detail}");
    assert_eq!(code(&yixian(&["verify", "--data", text(&again)])), 1, "the restored company says so again");
}

#[test]
fn figures_agree_with_their_ids() {
    let demo = demo();
    let data = text(demo.path());
    let all = json(&["figures", "--data", data, "--period", "2018-05"]);
    let all = all.as_array().expect("a list");
    assert!(all.len() >= 10, "{} figures", all.len());
    for f in all {
        let name = f["figure"].as_str().expect("a name");
        let listed = done(&["ids", name, "--data", data, "--period", "2018-05"]);
        let mut ids: Vec<&str> = listed.lines().collect();
        assert_eq!(f["ids"].as_u64(), Some(ids.len() as u64), "{f}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(f["ids"].as_u64(), Some(ids.len() as u64), "{name}: an id counts once");
        assert!(f["label"].as_str().is_some_and(|l| !l.is_empty() && l != name), "{f}");
    }
    let number = |name: &str| all.iter().find(|f| f["figure"] == name).and_then(|f| f["numerator"].as_u64());
    let listed: Vec<_> = all.iter().map(|f| f["figure"].as_str().unwrap_or("")).collect();
    assert_eq!(number("activities"), Some(3_600), "{listed:?}");
    assert_eq!(number("construction_sites"), Some(2_517), "{listed:?}");
    let o = yixian(&["ids", "no-such-figure", "--data", data, "--period", "2018-05"]);
    assert_eq!(code(&o), 1);
    assert!(err(&o).contains("activities"), "it says which there are: {}", err(&o));
}

/// Each line prints its arguments, and `figures` tells the same with them.
#[test]
fn lines_of_the_briefing_are_figures() {
    let demo = demo();
    let data = text(demo.path());
    let told = json(&["briefing", "--json", "--data", data]);
    let lines = told["lines"].as_array().expect("lines");
    assert!(lines.len() > 25 && told["year"] == 2018, "{told}");
    let mut asked: Vec<(Vec<String>, Value)> = Vec::new();
    for l in lines {
        let said = |name: &str| l[name].as_str().map(str::to_owned);
        let mut args: Vec<String> = vec!["figures".into(), "--data".into(), data.into()];
        for (flag, name) in [
            ("--period", "period"),
            ("--unit", "narrowed"),
            ("--programme", "programme"),
            ("--by", "by"),
            ("--as-of", "as_of"),
        ] {
            args.extend(said(name).into_iter().flat_map(|value| [flag.to_owned(), value]));
        }
        let all = match asked.iter().find(|(before, _)| *before == args) {
            Some((_, all)) => all.clone(),
            None => {
                let all = json(&args.iter().map(String::as_str).collect::<Vec<_>>());
                asked.push((args, all.clone()));
                all
            }
        };
        let rows = all.as_array().expect("figures");
        let row = rows.iter().find(|r| r["figure"] == l["figure"] && (l["key"].is_null() || r["key"] == l["key"]));
        let row = row.unwrap_or_else(|| panic!("no figure for {l}"));
        assert_eq!((&row["numerator"], &row["denominator"]), (&l["numerator"], &l["denominator"]), "{l}");
        let part = l["part"].as_str().expect("a part");
        let value = if l["day"].is_null() { &l["value"] } else { &l["day"] };
        let own = if part == "value" { &row["value"] } else { &row[part] };
        assert!(own == value || own.as_f64().is_some_and(|n| value.as_f64() == Some(n)), "{own} is not {value}: {l}");
        assert!(!value.is_null(), "the demo knows every number of the article: {l}");
    }
    let before = json(&["briefing", "--json", "--data", data, "--as-of", "2018-05-31"]);
    let connected = |told: &Value| {
        let all = told["lines"].as_array().expect("lines");
        all.iter().find(|l| l["figure"] == "three_zero_connected").and_then(|l| l["value"].as_f64())
    };
    assert!(connected(&before) < connected(&told), "an upper bound takes back what was not known then");
    let file = demo.path().join("briefing.xlsx");
    json(&["briefing", "--xlsx", text(&file), "--data", data]);
    assert!(std::fs::read(&file).expect("a workbook").starts_with(b"PK"));
    assert_eq!(code(&yixian(&["briefing", "--data", data])), 2, "as what, has to be said");
}

#[test]
fn the_demo_is_in_health() {
    let demo = demo();
    let told = json(&["verify", "--data", text(demo.path())]);
    assert_eq!(told["ok"], true, "{told}");
    let told = json(&["doctor", "--data", text(demo.path())]);
    assert_eq!(told["ok"], true, "{told}");
    let checks: Vec<&str> =
        told["checks"].as_array().expect("a list").iter().filter_map(|c| c["check"].as_str()).collect();
    for check in ["database", "ledger", "people", "calendar", "clock", "disk"] {
        assert!(checks.contains(&check), "{checks:?}");
    }
    // Started again it is not made again, and its day has gone on.
    let server = Server::start(&["demo", "--data", text(demo.path()), "--listen", "127.0.0.1:0"], "/enter/");
    assert!(
        server.said().contains("一线 Yixian: http://127.0.0.1:") && !server.said().contains("was made"),
        "{}",
        server.said()
    );
    assert!(get(&server.address("Yixian: "), "/healthz").starts_with("HTTP/1.1 200"));
    assert_eq!(server.stop().0, 0);
}

#[test]
fn the_second_verifier_agrees() {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/verify_ledger.py");
    let demo = demo();
    let o = Command::new("python3").arg(tool).arg(demo.path()).output().expect("python3 is needed");
    let theirs: Value = serde_json::from_str(&out(&o)).unwrap_or_else(|e| panic!("{e}: {}{}", out(&o), err(&o)));
    assert_eq!(theirs, json(&["verify", "--data", text(demo.path())]));
}

#[test]
fn a_broken_file_is_refused_row_by_row() {
    let (dir, data) = town();
    let (map, broken) = (dir.path().join("map.toml"), dir.path().join("broken.csv"));
    let import = |rows: &str| {
        std::fs::write(&broken, rows).expect("written");
        yixian(&["import", "requests", text(&broken), "--map", text(&map), "--data", text(&data)])
    };
    let o = import(
        "id,opened,target,closed,status,type,title\n9,2018-05-02 09:00,,,Open,Lamp,good\n10,not a day,,,Open,Lamp,bad\n11,2018-05-02 09:00\n",
    );
    assert_eq!(code(&o), 0, "{}", err(&o));
    let told: Value = serde_json::from_str(&out(&o)).expect("JSON");
    assert_eq!((told["rows"].as_i64(), told["kept"].as_i64()), (Some(3), Some(1)), "{told}");
    let lines: Vec<i64> =
        told["refused"].as_array().expect("a list").iter().filter_map(|r| r["line"].as_i64()).collect();
    assert_eq!(lines, [3, 4], "{told}");
    let o = import("id,title\n1,no columns\n");
    assert_eq!(code(&o), 1, "{}", out(&o));
    assert_eq!(err(&o).trim().lines().count(), 1, "one clear line: {}", err(&o));
}

/// A table with a fault writes nothing, says all of them and ends with 1; a good one is looked at, written once, and says so.
#[test]
fn a_table_of_partners_is_checked_and_written_whole() {
    let (dir, data) = town();
    let file = dir.path().join("partners.csv");
    let run = |rows: &str, more: &[&str]| {
        std::fs::write(&file, rows).expect("written");
        let mut args = vec!["import", "partners", text(&file), "--data", text(&data)];
        args.extend(more);
        let o = yixian(&args);
        let told: Value = serde_json::from_str(&out(&o)).unwrap_or_else(|e| panic!("{e}: {}{}", out(&o), err(&o)));
        (code(&o), told, err(&o))
    };
    let bad = "code,name,roles\nA-1,甲,企业@2018-01-02\nB 1,,银行@2018-01-02\n";
    for more in [&["--check"][..], &["--preview"], &[]] {
        let (code, told, said) = run(bad, more);
        assert_eq!((code, said.lines().count()), (1, 1), "{told} {said}");
        let refused = told["refused"].as_array().expect("a list");
        let columns: Vec<_> = refused.iter().map(|r| (r["line"].as_i64(), r["column"].as_str())).collect();
        assert_eq!(columns, ["roles", "code", "name"].map(|c| (Some(3), Some(c))));
        assert_eq!(
            (refused[0]["value"].as_str(), refused[0]["allowed"][0].as_str()),
            (Some("银行@2018-01-02"), Some("government_city"))
        );
    }
    let good = "code,name,roles\nA-1,甲,企业@2018-01-02\n";
    let (code, told, _) = run(good, &["--check"]);
    assert_eq!((code, told["new"].as_array().map(Vec::len)), (0, Some(1)), "{told}");
    let (code, told, _) = run(good, &[]);
    assert_eq!((code, told["new"].as_i64(), told["unchanged"].as_i64()), (0, Some(1), Some(0)), "{told}");
    let (code, told, _) = run(good, &[]);
    assert_eq!((code, told["new"].as_i64(), told["unchanged"].as_i64()), (0, Some(0), Some(1)), "{told}");
}

#[test]
fn requests_are_taken_over_once() {
    let Some(file) = real("requests311/boston311-100.csv") else { return };
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    let import = || json(&["import", "requests", text(&file), "--map", "boston311", "--data", text(dir.path())]);
    let first = import();
    let (rows, kept) = (first["rows"].as_i64().expect("rows"), first["kept"].as_i64().expect("kept"));
    assert_eq!(kept + first["refused"].as_array().map_or(0, |r| r.len() as i64), rows, "{first}");
    assert!(rows >= 99 && kept > 90, "{first}");
    let again = import();
    assert_eq!((again["kept"].as_i64(), again["unchanged"].as_i64()), (Some(0), Some(kept)), "{again}");
    assert_eq!(json(&["verify", "--data", text(dir.path())])["ok"], true);
}

#[test]
fn matters_leave_as_tables() {
    let (dir, data) = town();
    let file = |name: &str| dir.path().join(name);
    let told = json(&["export", "matters", "--data", text(&data), "--format", "csv", "-o", text(&file("m.csv"))]);
    assert_eq!(told["rows"], 3, "{told}");
    let csv = std::fs::read_to_string(file("m.csv")).expect("a file");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.contains("路灯不亮"), "{csv}");
    let told = json(&["export", "matters", "--data", text(&data), "--format", "xlsx", "-o", text(&file("m.xlsx"))]);
    assert_eq!(told["rows"], 3);
    assert!(std::fs::read(file("m.xlsx")).expect("a file").starts_with(b"PK"), "a workbook is a ZIP");
    assert_eq!(
        code(&yixian(&["export", "matters", "--data", text(&data), "-o", text(&file("no/such/folder.csv"))])),
        1
    );
}

#[test]
fn an_idle_server_stops_within_two_seconds() {
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    let server = Server::start(
        &["serve", "--data", text(dir.path()), "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"],
        "/setup/",
    );
    let at = server.address("Yixian: ");
    // Browsers keep connections open: one that never spoke, one that waits for its next request.
    let _silent = TcpStream::connect(&at).expect("connects");
    let mut waiting = TcpStream::connect(&at).expect("connects");
    waiting.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
    let mut head = [0; 15];
    waiting.read_exact(&mut head).expect("an answer");
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    let (code, took, _) = server.stop();
    assert_eq!(code, 0);
    assert!(took < Duration::from_secs(2), "it took {took:?}");
}

#[test]
fn a_port_in_use_is_one_clear_line() {
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = taken.local_addr().expect("bound").to_string();
    for args in [
        vec!["serve", "--listen", &at],
        vec!["demo", "--listen", &at],
        vec!["serve", "--listen", "127.0.0.1:0", "--metrics", &at],
    ] {
        let data = dir.path().join("data");
        let o = yixian(&[&args[..], &["--data", text(&data)]].concat());
        assert_eq!(code(&o), 1);
        assert_eq!(err(&o).trim().lines().count(), 1, "{}", err(&o));
        assert!(err(&o).contains(&format!("cannot listen on {at}")), "{}", err(&o));
        assert!(!data.exists(), "nothing was made for nothing");
    }
}

#[test]
fn a_foreign_secret_is_told_and_can_be_accepted() {
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    let data = text(dir.path());
    let server = Server::start(&["serve", "--data", data, "--listen", "127.0.0.1:0"], "/setup/");
    let link =
        server.said().split("/setup/").nth(1).and_then(|s| s.split_whitespace().next()).expect("a link").to_owned();
    server.stop();
    // A restart leaves the setup link good.
    let server = Server::start(&["serve", "--data", data, "--listen", "127.0.0.1:0"], "/setup/");
    assert!(get(&server.address("Yixian: "), &format!("/setup/{link}")).starts_with("HTTP/1.1 200"));
    server.stop();
    let key = dir.path().join("secret.key");
    for bytes in [Some([7_u8; 32]), None] {
        std::fs::remove_file(&key).expect("a key");
        if let Some(bytes) = bytes {
            std::fs::write(&key, bytes).expect("written");
        }
        let o = yixian(&["serve", "--data", data, "--listen", "127.0.0.1:0"]);
        assert_eq!((code(&o), out(&o)), (1, String::new()));
        assert!(
            err(&o).contains("--accept-secret-key") && err(&o).contains("secret.key") && err(&o).lines().count() == 2,
            "{}",
            err(&o)
        );
        assert_eq!(key.exists(), bytes.is_some());
    }
    let told = out(&yixian(&["doctor", "--data", data, "--accept-secret-key"]));
    assert!(key.exists() && told.contains("from now on"), "{told}");
    Server::start(&["serve", "--data", data, "--listen", "127.0.0.1:0"], "/setup/").stop();
}

#[test]
fn logs_have_request_ids_and_no_secrets_and_metrics_have_routes() {
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    let server = Server::start(
        &["serve", "--data", text(dir.path()), "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--log-json"],
        "/setup/",
    );
    let (at, metrics) = (server.address("Yixian: "), server.address("Metrics: "));
    let secret =
        server.said().split("/setup/").nth(1).and_then(|s| s.split_whitespace().next()).expect("a secret").to_owned();
    assert!(get(&at, &format!("/setup/{secret}")).starts_with("HTTP/1.1 200"));
    let answer = get(&at, "/r/canary-secret?q=canary-query");
    let id = answer.lines().find_map(|l| l.strip_prefix("x-request-id: ")).expect("a request id").trim().to_owned();
    let text = get(&metrics, "/metrics");
    assert!(text.contains(r#"yixian_requests_total{route="/setup/{secret}",status="200"} 1"#), "{text}");
    for name in [
        "yixian_request_seconds_bucket",
        "yixian_writer_waiting 0",
        "yixian_writer_halted 0",
        "yixian_connections_refused_total 0",
    ] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert!(!text.contains(&secret) && !text.contains("canary"), "{text}");
    assert!(get(&at, "/metrics").starts_with("HTTP/1.1 404"), "never on the public port");
    let (_, _, log) = server.stop();
    let lines: Vec<Value> =
        log.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect();
    let line = lines
        .iter()
        .find(|l| l["fields"]["request"] == id.as_str())
        .unwrap_or_else(|| panic!("no line of {id}: {log}"));
    assert_eq!(line["fields"]["route"], "/r/{secret}");
    assert!(!log.contains(&secret) && !log.contains("canary"), "{log}");
}

#[test]
fn tls_starts_with_an_authority_of_its_own() {
    let dir = TempDir::with_prefix("yixian-cli-").expect("a folder");
    let args = [
        "serve",
        "--data",
        text(dir.path()),
        "--tls",
        "--listen",
        "127.0.0.1:0",
        "--host",
        "localhost",
        "--ca-port",
        "0",
    ];
    let server = Server::start(&args, "/setup/");
    let said = server.said();
    assert!(said.contains("Yixian: https://localhost:") && said.contains("SHA-256 "), "{said}");
    assert!(said.contains('█') || said.contains('▀'), "a QR code for the terminal: {said}");
    let page = get(&server.address("手机扫码安装证书: ").replace("localhost", "127.0.0.1"), "/");
    assert!(page.contains("/ca.crt"), "{page}");
    assert_eq!(server.stop().0, 0);
    assert!(dir.path().join("ca.pem").exists());
}

/// Rule files: faults of dates in both languages and by name; a sound one is put in force as the next version, at once.
#[test]
fn rules_are_checked_listed_and_put_in_force() {
    let folder = tempfile::tempdir().expect("a folder");
    let (rules, data) = (folder.path().join("own"), folder.path().join("data"));
    std::fs::create_dir_all(rules.join("rules")).expect("a folder");
    let file = rules.join("rules/eligibility.toml");
    let shipped = include_str!("../rules/eligibility.toml");
    for (change, zh, en) in [
        (
            shipped.replace("to = \"2018-02-28\"", "to = \"2018-03-01\""),
            "BJ-urban-100 和 BJ-urban-160 从 2018-03-01 起同时有效",
            "BJ-urban-100 and BJ-urban-160 both hold from 2018-03-01",
        ),
        (
            shipped.replace("to = \"2018-02-28\"", "to = \"2018-02-27\""),
            "CN-BJ 的“城区”标明完整，但 2018-02-28 起没有一条有效",
            "“Urban” in CN-BJ is marked complete, but no row holds from 2018-02-28",
        ),
        (
            shipped.replace("to = \"2018-02-28\"", "to = \"2016-12-31\""),
            "BJ-urban-100 的止日早于起日",
            "BJ-urban-100 ends before it begins",
        ),
        ("split_months = twelve".into(), "用不了", "cannot be used"),
    ] {
        std::fs::write(&file, &change).expect("written");
        for args in
            [vec!["rules", "check", text(&rules)], vec!["doctor", "--data", text(&data), "--rules", text(&rules)]]
        {
            let o = yixian(&args);
            assert_eq!(code(&o), 1, "{args:?}");
            assert!(
                err(&o).contains(zh) && err(&o).contains(en) && err(&o).contains("rules/eligibility.toml"),
                "{}",
                err(&o)
            );
        }
    }
    std::fs::write(&file, shipped).expect("written");
    assert_eq!(json(&["rules", "check", text(&rules)])["ok"], true);

    let version = || {
        done(&["rules", "list", "--data", text(&data)])
            .lines()
            .find_map(|l| {
                let row: Value = serde_json::from_str(l).expect("JSON");
                (row["kind"] == "eligibility").then(|| row["version"].as_i64())
            })
            .flatten()
    };
    assert_eq!(version(), Some(1));
    // One that is not sound changes nothing; a sound one is the second version.
    let put = |kind: &str| yixian(&["rules", "put", kind, text(&file), "--data", text(&data)]);
    std::fs::write(&file, shipped.replace("to = \"2018-02-28\"", "to = \"2018-02-27\"")).expect("written");
    assert_eq!((code(&put("eligibility")), version()), (1, Some(1)));
    std::fs::write(&file, shipped.replace("split_months = 12", "split_months = 6")).expect("written");
    assert_eq!((code(&put("nothing")), code(&put("eligibility")), version()), (1, 0, Some(2)));
    assert_eq!(json(&["verify", "--data", text(&data)])["ok"], true, "putting rules in force is an event");
}

/// Off until somebody writes rules; bad ones are refused in both languages; a preview writes nothing and is what is erased.
#[test]
fn retention_is_previewed_and_carried_out() {
    let folder = demo();
    let (data, rules) = (text(folder.path()), folder.path().join("retention.toml"));
    let preview = || -> Vec<Value> {
        let lines = done(&["retention", "--preview", "--data", data]);
        lines.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
    };
    let off = preview();
    assert_eq!((off.len(), &off[0]["due"]), (1, &Value::from(0)), "{off:?}");

    std::fs::write(&rules, "[[keep]]\nof = \"problem\"\ndays = 3\n[[keep]]\nof = \"visit\"\ndays = 90\n")
        .expect("written");
    let refused = yixian(&["rules", "put", "retention", text(&rules), "--data", data]);
    for said in [
        "“问题”保存 3 天太短",
        "没有“visit”这种记录",
        "“Problem”: 3 days are too few",
        "No record is of the kind “visit”",
    ] {
        assert!(code(&refused) == 1 && err(&refused).contains(said), "{said}: {}", err(&refused));
    }
    std::fs::write(&rules, "[[keep]]\nof = \"problem\"\ndays = 120\n[[keep]]\nof = \"person\"\ndays = 60\n")
        .expect("written");
    assert_eq!(json(&["rules", "put", "retention", text(&rules), "--data", data])["version"], 1);

    let before = json(&["verify", "--data", data])["events"].as_i64().expect("a number");
    let shown = preview();
    let [problems, people, all] = &shown[..] else { panic!("{shown:?}") };
    let n = |row: &Value| row["due"].as_i64().expect("a number");
    assert!(n(problems) > 0 && n(people) > 0 && n(all) == n(problems) + n(people), "{shown:?}");
    assert_eq!((problems["kind"].as_str(), problems["first"].as_array().map(Vec::len)), (Some("problem"), Some(10)));
    assert!(problems["ended_to"].as_str() < Some("2018-06-03"), "{problems}");

    // Another preview than the one that was seen: nothing goes. The one that was seen: all of it, each an event.
    let other = yixian(&["retention", "--apply", "--seen", "0", "--data", data]);
    assert!(code(&other) == 1 && err(&other).contains("请重新预览核对"), "{}", err(&other));
    let seen = all["sha256"].as_str().expect("a hash");
    let erased = json(&["retention", "--apply", "--seen", seen, "--data", data]);
    assert_eq!((&erased["erased"], &erased["left"]), (&all["due"], &Value::from(0)));
    assert_eq!(n(preview().last().expect("a line")), 0);
    assert_eq!(json(&["retention", "--apply", "--data", data])["erased"], 0);
    let after = json(&["verify", "--data", data]);
    assert_eq!(
        (&after["ok"], &after["events"]),
        (&Value::from(true), &Value::from(before + n(all))),
        "one event a record, no other"
    );
    // One of the two has to be said.
    assert_eq!(code(&yixian(&["retention", "--data", data])), 2);
}

/// A log that cannot be written loses its lines, never a request.
#[test]
fn a_full_log_stops_nobody() {
    if !Path::new("/dev/full").exists() {
        eprintln!("NOT RUN: there is no /dev/full here, a log that cannot be written was not tried");
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("opens");
    let mut child = Command::new(env!("CARGO_BIN_EXE_yixian"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data", text(folder.path())])
        .env_remove("YIXIAN_DATABASE")
        .env("YIXIAN_LOG", "debug")
        .stdout(Stdio::piped())
        .stderr(full)
        .spawn()
        .expect("the binary runs");
    let mut said = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    while !line.contains("http://") {
        line.clear();
        assert!(said.read_line(&mut line).expect("readable") > 0, "it ended before it said where it is");
    }
    let line = format!("Yixian: {}", line.trim_start_matches(|c| c != 'h'));
    let server = Server { child, lines: vec![line], rest: None };
    let at = server.address("Yixian: ");
    for path in ["/healthz", "/sign-in", "/apply", "/nothing"] {
        let answer = get(&at, path);
        assert!(answer.starts_with("HTTP/1.1 "), "{path}: {answer:?}");
    }
}
