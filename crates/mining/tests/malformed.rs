//! Files that are broken or hostile: a clear error with its place, or a counted and named omission; never a panic,
//! never unbounded memory.

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::io::{Cursor, Read, Write};
use yixian_mining::log::Log;
use yixian_mining::reading::{Fault, ReadError, Reading, Remark};
use yixian_mining::xes::{Keep, read};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log xes.version=\"1.0\">\n";

fn event(inside: &str) -> String {
    format!("<event>{inside}</event>\n")
}

fn step(name: &str, time: &str) -> String {
    event(&format!("<string key=\"concept:name\" value=\"{name}\"/><date key=\"time:timestamp\" value=\"{time}\"/>"))
}

fn case(name: &str, events: &str) -> String {
    format!("<trace><string key=\"concept:name\" value=\"{name}\"/>{events}</trace>\n")
}

fn xes(traces: &str) -> String {
    format!("{HEAD}{traces}</log>\n")
}

fn all(text: &str) -> Result<Reading<Log>, ReadError> {
    read(text.as_bytes(), Keep::Attributes)
}

#[test]
fn omissions_are_counted_and_named() {
    let events = [
        step("a", "2011-01-01T10:00:00Z"),
        step("b", "yesterday"),
        event("<string key=\"concept:name\" value=\"c\"/>"),
        event("<date key=\"time:timestamp\" value=\"2011-01-01\"/>"),
        step("old", "1948-01-01T00:00:00"),
    ]
    .concat();
    let text = xes(&format!(
        "{}{}<trace>{}</trace><trace/>{}",
        step("nowhere", "2011-01-01"),
        case("1", &events),
        step("d", "2012-01-01Z"),
        case("1", &step("e", "2013-01-01Z"))
    ));
    let reading = all(&text).expect("a log");
    let counts = [
        (Remark::UnreadableTime, 1),
        (Remark::NoTime, 1),
        (Remark::NoActivity, 1),
        (Remark::NoCase, 1),
        (Remark::UnnamedCase, 1),
        (Remark::RepeatedCase, 1),
        (Remark::NoZone, 2),
    ];
    for (what, count) in counts {
        assert_eq!(reading.remarks.count(what), count, "{what:?}");
    }
    let first = reading.remarks.iter().find(|r| r.what == Remark::UnreadableTime).expect("remarked").first;
    assert_eq!(first.line, 5);
    let log = reading.of;
    assert_eq!(log.cases.iter().collect::<Vec<_>>(), ["1", "#2"]);
    assert_eq!(log.len(), 4);
    assert!(log.at().iter().any(|at| *at < 0), "1948 is a year like any other");
}

#[test]
fn only_attributes_of_the_event_itself_count() {
    let inside = "<string key=\"concept:name\" value=\"outer &amp; &#x53D7;\"><string key=\"concept:name\" value=\"inner\"/></string>\
        <list key=\"l\"><values><string key=\"concept:name\" value=\"listed\"/></values></list>\
        <container key=\"c\"><date key=\"time:timestamp\" value=\"1999-01-01\"/></container>\
        <date key=\"time:timestamp\" value=\"2011-01-01T00:00:00Z\"/><int key=\"n\" value=\"7\"/><int key=\"odd\" value=\"seven\"/>";
    let globals = "<global scope=\"event\"><string key=\"concept:name\" value=\"name\"/></global><classifier name=\"x\" keys=\"n\"/>";
    let reading = all(&xes(&format!("{globals}{}", case("1", &event(inside))))).expect("a log");
    assert_eq!(reading.of.event(0).activity, "outer & 受");
    assert_eq!(
        (reading.remarks.count(Remark::NestedAttribute), reading.remarks.count(Remark::UnreadableValue)),
        (3, 1)
    );
    assert_eq!(reading.of.of_events.iter().map(|c| c.0).collect::<Vec<_>>(), ["n"]);
}

#[test]
fn broken_files_say_where_and_why() {
    let whole = xes(&case("1", &step("a", "2011-01-01T10:00:00Z")));
    let cut = &whole[..whole.len() - 30];
    let fault = |text: &str| {
        let e = all(text).expect_err("broken");
        assert!(e.place.is_some(), "{e}");
        e.what
    };
    assert!(matches!(fault(cut), Fault::CutOff(_)));
    assert!(matches!(fault(&whole.replace("</trace>", "</tarce>")), Fault::Malformed { format: "XML", .. }));
    assert!(matches!(fault("<html><body/></html>"), Fault::Malformed { format: "XES", .. }));
    assert!(matches!(fault(""), Fault::Malformed { format: "XES", .. }));
    assert!(matches!(fault(&whole.replace("\"a\"", "\"&lol;\"")), Fault::Malformed { .. }));
    let bomb = whole.replace("<log", "<!DOCTYPE log [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><log");
    assert!(matches!(fault(&bomb), Fault::Entities));
    let error = all(&whole.replace("</trace>", "</tarce>")).expect_err("broken").to_string();
    assert!(error.starts_with("line 4 (byte "), "{error}");
}

#[test]
fn wrong_bytes_are_an_error_and_named_encodings_are_read() {
    let whole = xes(&case("1", &step("受理", "2011-01-01T10:00:00Z")));
    let gbk = encoding_rs::GBK.encode(&whole).0.into_owned();
    assert!(
        matches!(read(gbk.as_slice(), Keep::Columns).map_err(|e| e.what), Err(Fault::Encoding(name)) if name == "UTF-8")
    );
    let said = encoding_rs::GBK.encode(&whole.replace("UTF-8", "GBK")).0.into_owned();
    assert_eq!(read(said.as_slice(), Keep::Columns).expect("GBK").of.event(0).activity, "受理");
}

#[test]
fn a_packed_file_cut_off_is_an_error() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer
        .write_all(
            xes(&(0..2_000).map(|i| case(&i.to_string(), &step("a", "2011-01-01T10:00:00Z"))).collect::<String>())
                .as_bytes(),
        )
        .expect("in memory");
    let packed = packer.finish().expect("in memory");
    assert_eq!(read(packed.as_slice(), Keep::Columns).expect("whole").of.len(), 2_000);
    assert!(matches!(read(&packed[..packed.len() - 20], Keep::Columns).map_err(|e| e.what), Err(Fault::Packed(_))));
}

#[test]
fn a_million_levels_are_too_deep() {
    let text = "<string key=\"k\" value=\"v\">".repeat(1_000_000);
    let source = Cursor::new(format!("{HEAD}<trace><event>")).chain(Cursor::new(text));
    assert!(matches!(read(source, Keep::Columns).map_err(|e| e.what), Err(Fault::TooDeep(_))));
}

#[test]
fn three_million_attributes_on_one_event_are_counted_and_left_out() {
    let many: String = (0..3_000_000_u32).map(|i| format!("<int key=\"k{i}\" value=\"1\"/>")).collect();
    let reading = all(&xes(&case(
        "1",
        &event(&format!(
            "<string key=\"concept:name\" value=\"a\"/><date key=\"time:timestamp\" value=\"2011-01-01Z\"/>{many}"
        )),
    )));
    let reading = reading.expect("a log");
    assert_eq!((reading.of.len(), reading.of.of_events.len()), (1, 1_000));
    assert_eq!(reading.remarks.count(Remark::TooManyAttributes), 3_000_000 - 1_000);
    let in_tag: String = (0..1_000_000_u32).map(|i| format!(" k{i}=\"1\"")).collect();
    assert!(matches!(
        all(&xes(&format!("<trace><event{in_tag}/></trace>"))).map_err(|e| e.what),
        Err(Fault::TooLong(_))
    ));
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(noise in prop::collection::vec(any::<u8>(), 0..300), at in 0_usize..400, cut in 0_usize..400) {
        let whole = xes(&case("1", &step("a", "2011-01-01T10:00:00Z"))).into_bytes();
        let at = at.min(whole.len());
        let end = (at + cut).min(whole.len());
        let text = [&whole[..at], &noise, &whole[end..]].concat();
        let _ = read(text.as_slice(), Keep::Attributes);
    }
}
