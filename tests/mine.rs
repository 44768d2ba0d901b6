//! `yixian mine` as scripts meet it: what it prints, with which exit code, and what it says when a file is not as it
//! should be.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

const LOG: &str = "case:concept:name,concept:name,time:timestamp\n\
    1,apply,2018-05-01T08:00:00+08:00\n1,check,2018-05-01T09:00:00+08:00\n1,apply,2018-05-01T10:00:00+08:00\n1,close,2018-05-02T08:00:00+08:00\n\
    2,apply,2018-05-01T08:00:00+08:00\n2,close,2018-05-01T08:30:00+08:00\n3,apply,never\n";

fn mine(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yixian")).arg("mine").args(args).output().expect("the binary runs")
}

fn json_of(args: &[&str]) -> (Value, String) {
    let o = mine(args);
    let errors = String::from_utf8_lossy(&o.stderr).into_owned();
    assert_eq!(o.status.code(), Some(0), "{args:?}: {errors}");
    (serde_json::from_slice(&o.stdout).expect("JSON"), errors)
}

fn refused(args: &[&str]) -> (Option<i32>, String) {
    let o = mine(args);
    assert!(o.stdout.is_empty());
    (o.status.code(), String::from_utf8_lossy(&o.stderr).into_owned())
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn a_log_is_told_as_the_contract_writes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = write(folder.path(), "log.csv", LOG);
    let (summary, errors) = json_of(&["summary", &log]);
    assert!(errors.contains("unreadable time: 1, first at line 8"), "{errors}");
    assert_eq!(summary["first"], "2018-05-01T00:00:00+00:00");
    assert_eq!((&summary["events"], &summary["cases"], &summary["variants"]), (&json!(6), &json!(2), &json!(2)));
    assert_eq!(summary["top_variants"][0], json!({"count": 1, "path": ["apply", "check", "apply", "close"]}));
    assert_eq!(
        (&summary["start_activities"], &summary["end_activities"]),
        (&json!({"apply": 2}), &json!({"close": 2}))
    );
    assert_eq!(
        (&summary["throughput_s"]["median"], &summary["throughput_s"]["max"]),
        (&json!(44_100.0), &json!(86_400.0))
    );
    let (flow, _) = json_of(&["flow", &log]);
    let edge = flow["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .find(|e| e["from"] == "apply" && e["to"] == "close")
        .expect("an edge");
    assert_eq!((&edge["count"], &edge["mean"], &edge["total"]), (&json!(2), &json!(40_500.0), &json!(81_000.0)));
    let (variants, _) = json_of(&["variants", "--top", "1", &log]);
    assert_eq!(
        (variants["variants"].as_array().map(Vec::len), &variants["variants"][0]["cases"]),
        (Some(1), &json!(["1"]))
    );
    let (rework, _) = json_of(&["rework", &log]);
    assert_eq!(
        (&rework["cases"], &rework["ping_pong"][0]),
        (&json!(1), &json!({"home": "apply", "away": "check", "count": 1}))
    );
}

#[test]
fn work_is_told_from_waiting_and_units_from_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "case:concept:name,concept:name,time:timestamp,org:group,lifecycle:transition\n\
        1,dig,2018-05-01T08:00:00Z,A,start\n1,dig,2018-05-01T09:00:00Z,A,complete\n1,lay,2018-05-01T11:00:00Z,B,start\n1,lay,2018-05-01T11:30:00Z,B,complete\n\
        2,dig,2018-05-01T08:00:00Z,A,complete\n";
    let log = write(folder.path(), "log.csv", text);
    let (effort, _) = json_of(&["effort", &log]);
    assert_eq!((&effort["cases"], &effort["unpaired"]), (&json!(1), &json!(1)), "{effort}");
    assert_eq!((&effort["working_s"]["median"], &effort["waiting_s"]["median"]), (&json!(5_400.0), &json!(7_200.0)));
    let dig = effort["steps"].as_array().expect("steps").iter().find(|s| s["activity"] == "dig").expect("a step");
    assert_eq!((&dig["count"], &dig["cases"], &dig["working_s"]["max"]), (&json!(1), &json!(1), &json!(3_600.0)));
    let (between, _) = json_of(&["handovers", &log]);
    assert_eq!(
        between["handovers"],
        json!([{ "from": "A", "to": "B", "count": 1, "cases": 1, "median": 7_200.0, "total": 7_200.0 }])
    );
}

#[test]
fn promises_are_told_by_type_and_unit() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = write(
        folder.path(),
        "t.csv",
        "id,due,done,team\na,2018-05-03,2018-05-03,x\nb,2018-05-03,2018-05-04,x\nc,2018-05-03,,y\na,2018-05-03,,x\n",
    );
    let map = write(
        folder.path(),
        "m.toml",
        "zone = 'Asia/Shanghai'\n[columns]\nkey = 'id'\ntarget = 'due'\nclosed = 'done'\nunit = 'team'\n",
    );
    let (told, _) = json_of(&["deadlines", &table, "--map", &map]);
    assert_eq!(
        (&told["on_time"], &told["late"], &told["without_end"], &told["by_unit"]["y"]["cases"]),
        (&json!(1), &json!(1), &json!(1), &json!(1))
    );
    let (then, _) = json_of(&["deadlines", &table, "--map", &map, "--as-of", "2018-05-10T00:00:00+08:00"]);
    assert_eq!(then["overdue"], 1);
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = write(folder.path(), "t.csv", "a,b\n1,2\n");
    for (args, why) in [
        (vec!["summary", &table], "no column `case:concept:name`; there are: a, b"),
        (vec!["summary", "nowhere.xes"], "nowhere.xes"),
        (vec!["deadlines", &table, "--map", "nowhere"], "nowhere"),
    ] {
        let (code, text) = refused(&args);
        assert_eq!((code, text.trim().lines().count()), (Some(1), 1), "{text}");
        assert!(text.contains(why), "{text}");
    }
    assert_eq!(refused(&["summary"]).0, Some(2));
    assert_eq!(refused(&["variants", &table, "--top", "many"]).0, Some(2));
}

/// Everything that `mine` does with a log, on a company's own ledger.
#[test]
fn the_same_on_our_own_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data").to_str().expect("UTF-8").to_owned();
    let table = write(
        folder.path(),
        "r.csv",
        "id,opened,target,closed,words,dept\n1,2018-05-01 09:00:00,2018-05-03 09:00:00,2018-05-02 09:00:00,Lamp,A\n2,2018-05-01 09:00:00,2018-05-03 09:00:00,2018-05-04 09:00:00,Lamp,B\n3,2018-05-01 09:00:00,2018-05-03 09:00:00,,Lamp,B\n",
    );
    let map = write(
        folder.path(),
        "m.toml",
        "source = 's'\nname = 'S'\nzone = 'Asia/Shanghai'\ndates = ['%Y-%m-%d %H:%M:%S']\n[columns]\nkey = 'id'\nopened = 'opened'\ntarget = 'target'\nclosed = 'closed'\nwords = ['words']\nunit = 'dept'\n",
    );
    let imported = Command::new(env!("CARGO_BIN_EXE_yixian"))
        .args(["import", "requests", &table, "--map", &map, "--data", &data])
        .output()
        .expect("the binary runs");
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let own = |args: &[&str]| json_of(&[&["ledger"], args, &["--data", &data]].concat()).0;
    let summary = own(&["summary"]);
    assert_eq!((&summary["cases"], &summary["open_cases"]), (&json!(3), &json!(1)));
    assert!(
        own(&["flow"])["edges"].is_array()
            && own(&["rework"])["activities"].is_array()
            && own(&["variants", "--top", "1"])["variants"].is_array()
    );
    let kept = own(&["deadlines", "--as-of", "2018-05-10T00:00:00+08:00"]);
    assert_eq!(
        (&kept["on_time"], &kept["late"], &kept["overdue"], &kept["by_unit"]["B"]["cases"]),
        (&json!(1), &json!(1), &json!(1), &json!(2))
    );
    assert_eq!(own(&["deadlines", "--as-of", "2018-05-01T12:00:00+08:00"])["not_yet_due"], 3);
    let rules = write(
        folder.path(),
        "rules.toml",
        "version = '1'\n[[rule]]\nid = 'closed-last'\ntext = 'never reopened'\nabsent = ['closed']\n",
    );
    let judged = own(&["check", "--rules", &rules]);
    assert_eq!((&judged[0]["judged"], &judged[0]["offending"]), (&json!(3), &json!(2)));
    let named: Vec<_> =
        judged[0]["offences"].as_array().into_iter().flatten().map(|o| o["event"]["seq"].as_i64()).collect();
    assert!(
        named.iter().all(|seq| seq.is_some_and(|s| s > 0)),
        "an event is named by its place in the ledger: {judged}"
    );
    assert!(own(&["check"]).as_array().is_some_and(|rules| !rules.is_empty()), "the rules in force");
    // What was taken over has no steps with both ends, and went from nobody to nobody.
    assert_eq!((&own(&["effort"])["cases"], &own(&["effort"])["working_s"]), (&json!(0), &Value::Null));
    assert_eq!(own(&["handovers"])["handovers"], json!([]));
    for (name, of) in [("o.json", None), ("o.sqlite", None), ("o.xes.gz", Some("matters")), ("o.csv", None)] {
        let to = folder.path().join(name).to_str().expect("UTF-8").to_owned();
        let mut args = vec!["convert", &to];
        args.extend(of.iter().flat_map(|of| ["--of", of]));
        assert_eq!(own(&args)["written"]["events"], summary["events"], "{name}");
        assert!(refused(&["ledger", "convert", &to, "--data", &data]).1.contains("already"));
    }
    // What went out as objects is analysed as the course of one type of them; without a type its name is asked for.
    for name in ["o.json", "o.sqlite"] {
        let to = folder.path().join(name).to_str().expect("UTF-8").to_owned();
        for (command, more) in
            [("summary", vec![]), ("flow", vec![]), ("rework", vec![]), ("variants", vec!["--top", "2"])]
        {
            let of = json_of(&[&[command, &to, "--object", "matter"], more.as_slice()].concat()).0;
            assert!(command != "summary" || of["cases"] == 3, "{name} {of}");
        }
        let (code, why) = refused(&["summary", &to]);
        assert!(code == Some(1) && why.contains("the types are: ") && why.contains("matter"), "{why}");
    }
    // Two periods, two units; the same on both sides is refused.
    let both = own(&["compare", "--unit", "A", "--against-unit", "B"]);
    assert_eq!(
        (&both["left"]["cases"], &both["right"]["cases"]),
        (&json!(1), &json!(1)),
        "finished cases only: {both}"
    );
    assert!(
        both["hops"]
            .as_array()
            .is_some_and(|hops| hops.iter().any(|h| h["left"]["count"] == 1 && h["left"]["cases"] == 1))
    );
    let years = own(&["compare", "--period", "2017", "--against", "2018-05"]);
    assert_eq!((&years["left"]["cases"], &years["right"]["cases"]), (&json!(0), &json!(2)));
    assert!(refused(&["ledger", "compare", "--data", &data]).1.contains("both sides are the same"));
    let to = folder.path().join("o.csv").to_str().expect("UTF-8").to_owned();
    let kinds = json_of(&["compare", &to, "--only", "unit=A", "--against-only", "unit=B"]).0;
    assert_eq!((&kinds["left"]["cases"], &kinds["right"]["cases"]), (&json!(1), &json!(2)));
    assert!(
        refused(&["compare", &to, "--only", "colour=red", "--against-only", "unit=B"])
            .1
            .contains("no case has the attribute `colour`")
    );
    // A packed table is packed, and comes back whole.
    let packed = folder.path().join("p.csv.gz").to_str().expect("UTF-8").to_owned();
    json_of(&["convert", &to, &packed]);
    assert_eq!(std::fs::read(&packed).expect("a file")[..2], [0x1f, 0x8b]);
    assert_eq!(json_of(&["summary", &packed]).0["events"], summary["events"]);
    let to = folder.path().join("o.xes.gz").to_str().expect("UTF-8").to_owned();
    let (again, _) = json_of(&["summary", &to]);
    assert_eq!((&again["events"], &again["cases"]), (&summary["events"], &summary["cases"]));
}
