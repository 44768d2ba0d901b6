//! Event logs from file to file, through real SQLite files: nothing is lost in silence.

use std::path::{Path, PathBuf};
use yixian_app::exchange::{ExchangeError, Form, convert, open_ocel};
use yixian_app::mining::ocel::{Counts, json};
use yixian_app::mining::reading::Remark;
use yixian_app::mining::table::EventMap;
use yixian_app::store::tables::{Field, TableFile};

fn shared(test: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("YIXIAN_TEST_DATA") {
        return Some(PathBuf::from(folder).join("eventlogs"));
    }
    assert!(std::env::var_os("CI").is_none(), "{test}: CI must set YIXIAN_TEST_DATA");
    eprintln!("{test}: not run: YIXIAN_TEST_DATA is not set");
    None
}

fn to(from: &Path, to: &Path, object: Option<&str>) -> Result<Counts, ExchangeError> {
    Ok(convert(from, to, &EventMap::default(), object)?.written.counts)
}

fn as_json(path: &Path) -> String {
    let log = open_ocel(path, Form::of(path).expect("a form")).expect("reads").of;
    let mut out = Vec::new();
    json::write(&log, &mut out).expect("writes");
    String::from_utf8(out).expect("UTF-8")
}

#[tokio::test]
async fn published_logs_go_through_every_form() {
    let Some(folder) = shared("published_logs_go_through_every_form") else { return };
    let here = tempfile::tempdir().expect("a folder");
    let counts = |events, objects, e2o, o2o| Counts { events, objects, e2o, o2o };
    for (name, there) in [
        ("domain_example_ocel2.json", counts(8, 8, 18, 8)),
        ("ocel20_example.jsonocel", counts(13, 9, 20, 7)),
        ("ocel20_example.xmlocel", counts(13, 9, 20, 7)),
        ("ocel2_pallet-logistics.sqlite", counts(14, 11, 29, 0)),
    ] {
        let (from, file) = (folder.join(name), |end: &str| here.path().join(format!("{name}.{end}")));
        let (sqlite, xml, back) = (file("sqlite"), file("xml"), file("json"));
        assert_eq!(to(&from, &sqlite, None).expect(name), there, "{name}");
        assert_eq!(to(&sqlite, &xml, None).expect(name), there);
        assert_eq!(to(&xml, &back, None).expect(name), there);
        // What comes back says the same as what SQLite held, value for value.
        assert_eq!(as_json(&back), as_json(&sqlite));
        assert!(matches!(to(&from, &back, None), Err(ExchangeError::Exists(_))));
    }
}

#[tokio::test]
async fn a_flat_log_becomes_objects_and_comes_back() {
    let Some(folder) = shared("a_flat_log_becomes_objects_and_comes_back") else { return };
    let here = tempfile::tempdir().expect("a folder");
    let file = |name: &str| here.path().join(name);
    let first = to(&folder.join("roadtraffic100traces.xes"), &file("a.sqlite"), None).expect("objects");
    assert_eq!((first.objects, first.events), (100, first.e2o));
    let again = to(&file("a.sqlite"), &file("b.xes.gz"), None).expect("a flat log");
    assert_eq!((again.events, again.objects), (first.events, first.objects));
    assert_eq!(to(&file("b.xes.gz"), &file("c.csv"), None).expect("a table").events, first.events);
    assert_eq!(to(&file("c.csv"), &file("d.json"), None).expect("objects").events, first.events);
    let several = folder.join("domain_example_ocel2.json");
    let error = to(&several, &file("e.xes"), None).expect_err("which type?");
    assert!(error.to_string().contains("problem"), "{error}");
    let done = convert(&several, &file("e.xes"), &EventMap::default(), Some("problem")).expect("a course");
    assert_eq!((done.written.counts.events, done.between.count(Remark::Elsewhere)), (2, 6));
}

#[tokio::test]
async fn ids_that_are_numbers_and_objects_without_events_are_kept() {
    let here = tempfile::tempdir().expect("a folder");
    let path = here.path().join("numbers.sqlite");
    let file = TableFile::create(&path).expect("a file");
    let (int, text) = (|n| Field::Integer(n), |t: &str| Field::Text(t.to_owned()));
    for (table, columns) in [
        ("event", vec![("ocel_id", "INTEGER"), ("ocel_type", "TEXT")]),
        ("object", vec![("ocel_id", "INTEGER"), ("ocel_type", "TEXT")]),
        ("event_map_type", vec![("ocel_type", "TEXT"), ("ocel_type_map", "TEXT")]),
        ("object_map_type", vec![("ocel_type", "TEXT"), ("ocel_type_map", "TEXT")]),
        ("event_object", vec![("ocel_event_id", "INTEGER"), ("ocel_object_id", "INTEGER"), ("ocel_qualifier", "TEXT")]),
        (
            "object_object",
            vec![("ocel_source_id", "INTEGER"), ("ocel_target_id", "INTEGER"), ("ocel_qualifier", "REAL")],
        ),
        ("event_CollectGoods", vec![("ocel_id", "INTEGER"), ("ocel_time", "TIMESTAMP"), ("weight", "REAL")]),
        (
            "object_Order",
            vec![("ocel_id", "INTEGER"), ("ocel_time", "TIMESTAMP"), ("ocel_changed_field", "TEXT"), ("price", "REAL")],
        ),
    ] {
        let columns: Vec<(String, String)> = columns.into_iter().map(|(n, t)| (n.to_owned(), t.to_owned())).collect();
        file.make(table, &columns).expect("a table");
    }
    for (table, row) in [
        ("event", vec![int(1), text("Collect Goods")]),
        ("event", vec![int(2), text("Collect Goods")]),
        ("object", vec![int(7), text("Order")]),
        ("object", vec![int(8), text("Order")]),
        // The map says nothing of "Collect Goods"; its table bears its name without the space.
        ("object_map_type", vec![text("Order"), text("Order")]),
        ("event_CollectGoods", vec![int(1), text("2024-05-14 13:00:00+00:00"), Field::Real(52.5)]),
        ("object_Order", vec![int(7), text("1970-01-01 00:00:00"), Field::Null, Field::Real(1.0)]),
        ("object_Order", vec![int(7), text("2024-05-15 00:00:00"), text("price"), Field::Real(2.5)]),
        ("event_object", vec![int(1), int(7), text("subject")]),
        ("event_object", vec![int(2), int(7), text("subject")]),
        ("event_object", vec![int(1), int(9), text("gone")]),
        ("object_object", vec![int(7), int(8), Field::Null]),
        ("object_object", vec![int(6), int(8), Field::Null]),
    ] {
        file.add(table, &row).expect("a row");
    }
    file.finish().expect("kept");
    let read = open_ocel(&path, Form::Sqlite).expect("reads");
    assert_eq!(read.of.counts(), Counts { events: 1, objects: 2, e2o: 2, o2o: 1 });
    let seen: Vec<(Remark, u64)> =
        read.remarks.iter().map(|r| (r.what, r.count)).filter(|r| r.0 != Remark::NoZone).collect();
    assert_eq!(seen, [(Remark::MissingSource, 1), (Remark::NoTime, 1), (Remark::MissingObject, 1)]);
    let order = &read.of.objects[0];
    assert_eq!(order.values.iter().map(|v| v.value.as_str()).collect::<Vec<_>>(), ["1", "2.5"]);
}
