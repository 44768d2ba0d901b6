//! Real logs against the answers of an independent implementation.
//! The logs and the answers are in the folder that `YIXIAN_TEST_DATA` names; nothing of it is kept here.

use serde_json::Value;
use std::fs::File;
use std::path::PathBuf;
use yixian_domain::calendar::{CalendarBook, WorkingHours};
use yixian_domain::time::{Time, Zone};
use yixian_mining::answer::flow::{Hop, bottlenecks, flow};
use yixian_mining::answer::rework::rework;
use yixian_mining::answer::summary::{Shared, summary};
use yixian_mining::answer::throughput::{OfficeHours, throughput};
use yixian_mining::deadlines::{self, Outcome, PromiseMap};
use yixian_mining::log::Log;
use yixian_mining::stamp::rfc3339;
use yixian_mining::table::{self, EventMap};
use yixian_mining::traces::Traces;
use yixian_mining::xes::{self, Keep};

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("YIXIAN_TEST_DATA").map(PathBuf::from);
    assert!(folder.is_some() || std::env::var_os("CI").is_none(), "YIXIAN_TEST_DATA must be set where CI is");
    if folder.is_none() {
        eprintln!("NOT RUN: YIXIAN_TEST_DATA is not set, so no real log was read");
    }
    folder
}

fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what}: no number expected"));
    assert!((found - expected).abs() <= 1e-3, "{what}: {found} instead of {expected}");
}

fn count(found: usize, expected: &Value, what: &str) {
    assert_eq!(Some(found as u64), expected.as_u64(), "{what}");
}

fn shared(log: &Log, found: &[Shared], expected: &Value, what: &str) {
    let expected = expected.as_object().expect("counts");
    assert_eq!(found.len(), expected.len(), "{what}");
    for s in found {
        count(s.cases.len(), &expected[log.activities.get(s.activity)], what);
    }
}

fn equal(log: &Log, expected: &Value, what: &str) {
    let s = summary(log);
    count(s.events, &expected["events"], what);
    count(s.cases.len(), &expected["cases"], what);
    count(s.activities.len(), &expected["activities"], what);
    count(s.variants.len(), &expected["variants"], what);
    let span = s.span.expect("events");
    assert_eq!(
        (Some(rfc3339(span.0).as_str()), Some(rfc3339(span.1).as_str())),
        (expected["first"].as_str(), expected["last"].as_str()),
        "{what}"
    );
    for (variant, top) in s.variants.iter().zip(expected["top_variants"].as_array().expect("variants")) {
        count(variant.count(), &top["count"], what);
        let path: Vec<&str> = variant.path.iter().map(|a| log.activities.get(*a)).collect();
        let wanted: Vec<&str> = top["path"].as_array().expect("a path").iter().filter_map(Value::as_str).collect();
        assert_eq!(path, wanted, "{what}");
    }
    shared(log, &s.starts, &expected["start_activities"], what);
    shared(log, &s.ends, &expected["end_activities"], what);
    let spread = s.throughput.spread.expect("cases");
    let t = &expected["throughput_s"];
    for (name, found) in [
        ("min", spread.min),
        ("p25", spread.p25),
        ("median", spread.median),
        ("mean", spread.mean),
        ("p75", spread.p75),
        ("p90", spread.p90),
        ("p95", spread.p95),
        ("max", spread.max),
    ] {
        close(found, &t[name], &format!("{what} throughput {name}"));
    }
    let traces = Traces::of(log);
    let hops = flow(log, &traces);
    count(hops.len(), &expected["dfg_edges"], what);
    count(hops.iter().map(Hop::count).sum(), &expected["dfg_total"], what);
    let name = |a| log.activities.get(a);
    for edge in expected["dfg"].as_array().expect("edges") {
        let hop = hops
            .iter()
            .find(|h| Some(name(h.from)) == edge["from"].as_str() && Some(name(h.to)) == edge["to"].as_str())
            .unwrap_or_else(|| panic!("{what}: no hop {edge}"));
        count(hop.count(), &edge["n"], what);
        close(hop.mean, &edge["mean_s"], what);
        close(hop.median, &edge["median_s"], what);
        close(hop.max, &edge["max_s"], what);
    }
    for (hop, edge) in
        bottlenecks(&hops).into_iter().zip(expected["bottleneck_edges_by_total_wait"].as_array().expect("edges"))
    {
        assert_eq!((Some(name(hop.from)), Some(name(hop.to))), (edge["from"].as_str(), edge["to"].as_str()), "{what}");
        close(hop.total, &edge["sum_s"], what);
    }
    let again = rework(log, &traces);
    count(again.cases.len(), &expected["cases_with_any_rework"], what);
    let steps = expected["rework_cases_per_activity"].as_object().expect("steps");
    assert_eq!(again.repeated.len(), steps.len(), "{what}");
    for step in &again.repeated {
        count(step.cases.len(), &steps[name(step.activity)], what);
    }
    if let Some(hours) = expected.get("throughput_business_hours_s") {
        let book = CalendarBook {
            id: "none".into(),
            version: "0".into(),
            names: std::collections::BTreeMap::new(),
            notices: Vec::new(),
        };
        let calendar = book.latest().expect("no holidays");
        let office = OfficeHours {
            hours: WorkingHours::new(Time::constant(9, 0, 0, 0), Time::constant(17, 0, 0, 0)).expect("hours"),
            calendar: &calendar,
            zone: &Zone::parse("UTC").expect("UTC"),
        };
        let spread = throughput(&traces, &office).spread.expect("cases");
        close(spread.median, &hours["median"], &format!("{what} office hours"));
        close(spread.max, &hours["max"], &format!("{what} office hours"));
    }
}

#[test]
fn real_logs_give_the_answers_of_an_independent_implementation() {
    let Some(folder) = data().map(|d| d.join("eventlogs")) else { return };
    let text = std::fs::read_to_string(folder.join("expected.json")).expect("the answers");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let logs = all.as_object().expect("logs");
    let mut read = 0;
    for (name, expected) in logs.iter().filter(|(n, _)| *n != "_meta") {
        let file = folder.join(expected["file"].as_str().expect("a file"));
        let reading =
            xes::read(File::open(&file).expect("the log"), Keep::Columns).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(reading.remarks.iter().all(|r| !r.what.drops_events()), "{name}: {:?}", reading.remarks);
        equal(&reading.of, expected, name);
        read += 1;
    }
    assert!(read >= 5, "{read} logs");
    let table =
        table::read(File::open(folder.join("receipt.csv")).expect("the table"), &EventMap::default(), Keep::Columns)
            .expect("a log");
    equal(&table.of, &logs["receipt"], "receipt.csv");
}

#[test]
fn every_other_log_is_read_without_loss() {
    let Some(folder) = data().map(|d| d.join("eventlogs")) else { return };
    let mut read = 0;
    for entry in std::fs::read_dir(&folder).expect("logs") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "xes") {
            let text = std::fs::read_to_string(&path).expect("text");
            let reading =
                xes::read(text.as_bytes(), Keep::Attributes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let dropped: u64 = reading.remarks.iter().filter(|r| r.what.drops_events()).map(|r| r.count).sum();
            assert_eq!(reading.of.len() as u64 + dropped, text.matches("<event>").count() as u64, "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= 9, "{read} logs");
}

#[test]
fn promises_of_the_receipt_log() {
    let Some(folder) = data() else { return };
    let map = PromiseMap::parse(include_str!("../../../maps/receipt.toml")).expect("a map");
    let reading =
        deadlines::read(File::open(folder.join("eventlogs/receipt.csv")).expect("the table"), &map).expect("promises");
    assert!(reading.remarks.is_empty(), "{:?}", reading.remarks);
    let kept = deadlines::deadlines(&reading.of, None).all;
    let open = [Outcome::OpenOverdue, Outcome::OpenNotYetDue, Outcome::OpenWithoutDeadline];
    assert_eq!((kept.count(&[Outcome::OnTime]), kept.count(&[Outcome::Late]), kept.count(&open)), (952, 377, 105));
}

#[test]
fn promises_of_a_city() {
    let Some(folder) = data().map(|d| d.join("requests311")) else { return };
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).expect("the answers"))
            .expect("JSON");
    let expected = &expected["boston311_2011"];
    // A map of an import serves as it is.
    let map = PromiseMap::parse(include_str!("../../../maps/boston311.toml")).expect("a map");
    let mut zip =
        zip::ZipArchive::new(File::open(folder.join("boston311_2011.zip")).expect("the file")).expect("a ZIP");
    let reading = deadlines::read(zip.by_index(0).expect("a table"), &map).expect("promises");
    assert!(reading.remarks.is_empty(), "{:?}", reading.remarks);
    let told = deadlines::deadlines(&reading.of, None);
    let open = [Outcome::OpenOverdue, Outcome::OpenNotYetDue, Outcome::OpenWithoutDeadline];
    count(told.all.count(&Outcome::ALL), &expected["rows"], "rows");
    count(told.all.count(&open), &expected["open"], "open");
    count(told.all.count(&[Outcome::OnTime]), &expected["closed_with_target_ontime"], "in time");
    count(told.all.count(&[Outcome::Late]), &expected["closed_with_target_overdue"], "late");
    for (kind, top) in expected["top_types"].as_object().expect("types") {
        count(told.by_kind[kind].count(&[Outcome::OnTime, Outcome::Late]), &top["n"], kind);
        count(told.by_kind[kind].count(&[Outcome::OnTime]), &top["ontime"], kind);
    }
    // Seen as of any instant, types and units share the whole out, and what is open has an age.
    for day in ["2011-08-01", "2011-12-31", "2012-06-30"] {
        let now = yixian_mining::stamp::Stamp::parse(day).expect("a day").micros(None);
        let then = deadlines::deadlines(&reading.of, Some(now));
        for groups in [&then.by_kind, &then.by_unit] {
            for outcome in Outcome::ALL {
                assert_eq!(
                    groups.values().map(|g| g.of(outcome).len()).sum::<usize>(),
                    then.all.of(outcome).len(),
                    "{day} {outcome:?}"
                );
            }
        }
        assert_eq!(then.all.ageing.iter().map(Vec::len).sum::<usize>(), then.all.count(&open), "{day}");
        let plain = |late: bool| {
            reading
                .of
                .iter()
                .filter(|p| p.opened.is_some_and(|o| o <= now))
                .filter(|p| {
                    let closed = p.closed.filter(|c| *c <= now);
                    if late {
                        closed.is_none() && p.due.is_some_and(|d| d < now)
                    } else {
                        closed.zip(p.due).is_some_and(|(c, d)| c <= d)
                    }
                })
                .count()
        };
        assert_eq!(
            (then.all.of(Outcome::OnTime).len(), then.all.of(Outcome::OpenOverdue).len()),
            (plain(false), plain(true)),
            "{day}"
        );
    }
}
