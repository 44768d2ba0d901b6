//! Tables of what may happen to a document, and what holds of it on which day.

use super::super::{Citation, Citing, CitingKind, DocumentKind};
use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn words(n: u128) -> Words {
    Words { id: WordsId(Uuid::from_u128(n)), hash: String::new() }
}

/// The clause of a number has the number's own identity, as whoever registers gives it.
fn id(no: &str) -> ClauseId {
    ClauseId(Uuid::from_u128(no.bytes().fold(7, |n, b| n * 31 + u128::from(b))))
}

fn version(label: &str, from: &str, to: Option<&str>, numbers: &[&str]) -> Version {
    let clauses = numbers.iter().map(|no| Clause { id: id(no), no: (*no).to_owned(), text: words(2) });
    Version {
        label: label.into(),
        from: day(from),
        to: to.map(day),
        file: None,
        photos: Vec::new(),
        clauses: clauses.collect(),
    }
}

fn made() -> Document {
    let details = DocumentDetails {
        title: "操作指导手册".into(),
        title_en: None,
        number: None,
        issuer: "公司".into(),
        kind: DocumentKind::Manual,
        unit: UnitId(Uuid::from_u128(9)),
        demo: false,
    };
    Document::register(DocumentId(Uuid::from_u128(1)), Instant(1), &By::Rule, "SC-01".into(), details).expect("made").0
}

fn with(versions: &[(&str, &str, Option<&str>)]) -> Document {
    versions.iter().fold(made(), |d, (label, from, to)| {
        d.put_version(Instant(2), &By::Rule, version(label, from, *to, &["1", "2"])).expect(label).0
    })
}

fn refused<T: std::fmt::Debug>(result: Result<T, Refusal>, rule: DocumentRule) -> String {
    match result {
        Err(Refusal::Rule { rule: told, about }) if told.as_str() == rule.as_str() => about,
        other => panic!("{other:?}, not {}", rule.as_str()),
    }
}

#[test]
fn a_new_version_ends_the_one_before_on_the_day_before() {
    let d = with(&[("v1", "2018-02-01", None), ("v2", "2018-04-01", None)]);
    let on = |text: &str| d.version_on(day(text)).map(|v| v.label.as_str());
    assert_eq!(
        ["2018-01-31", "2018-02-01", "2018-03-31", "2018-04-01", "2030-01-01"].map(on),
        [None, Some("v1"), Some("v1"), Some("v2"), Some("v2")]
    );
    assert_eq!(d.last_day(&d.versions[0]), Some(day("2018-03-31")));
    assert_eq!(d.last_day(&d.versions[1]), None);
    // The same whichever was entered first.
    assert_eq!(with(&[("v2", "2018-04-01", None), ("v1", "2018-02-01", None)]).versions, d.versions);
}

#[test]
fn versions_hold_one_after_the_other() {
    let d = with(&[("v1", "2018-02-01", Some("2018-03-31")), ("v3", "2018-07-01", None)]);
    let put = |label, from, to| d.clone().put_version(Instant(3), &By::Rule, version(label, from, to, &["1"]));
    for (from, to, over) in [
        ("2018-03-31", None, "v1"),
        ("2018-02-01", Some("2018-02-28"), "v1"),
        ("2018-01-01", Some("2018-02-01"), "v1"),
        ("2018-07-01", None, "v3"),
        ("2018-06-01", Some("2018-07-01"), "v3"),
    ] {
        assert_eq!(refused(put("v2", from, to), DocumentRule::VersionsOverlap), over, "{from}");
    }
    assert_eq!(refused(put("v2", "2018-05-01", Some("2018-04-30")), DocumentRule::VersionEndsBefore), "2018-04-30");
    assert!(put("v2", "2018-04-01", None).is_ok(), "it ends with the day before v3");
    assert!(put("v2", "2018-04-01", Some("2018-04-01")).is_ok());
    assert!(put("v3", "2018-06-01", None).is_ok(), "a label said anew is that version");
    assert_eq!(
        d.clone().put_version(Instant(3), &By::Rule, d.versions[0].clone()).expect_err("nothing is new"),
        Refusal::SameAsBefore
    );
    let twice = version("v4", "2018-09-01", None, &["1", "2", "1"]);
    assert_eq!(refused(d.put_version(Instant(3), &By::Rule, twice), DocumentRule::ClauseTwice), "1");
}

#[test]
fn citations_follow_the_number_and_the_rest_is_left_behind() {
    let d = with(&[("v1", "2018-02-01", None)]);
    let cite = |no: &str, since: &str| {
        let citing = Citing::parse(CitingKind::Rule, "row").expect("a rule");
        Citation::make(Uuid::from_u128(5), Instant(3), &By::Rule, &d, id(no), citing, day(since))
    };
    let about = refused(cite("1", "2018-01-31"), DocumentRule::ClauseNotInForce);
    assert_eq!(about, "SC-01/1 · 2018-01-31");
    refused(cite("3", "2018-02-01"), DocumentRule::ClauseNotInForce);
    let all = [cite("1", "2018-02-01"), cite("2", "2018-03-01")].map(|made| made.expect("cited").0);
    assert_eq!((all[0].version.as_str(), d.left_behind(&all, day("2018-03-31")).len()), ("v1", 0));
    let (d, _) = d.put_version(Instant(4), &By::Rule, version("v2", "2018-04-01", None, &["2", "3"])).expect("v2");
    let left = |on: &str| d.left_behind(&all, day(on)).iter().map(|c| c.clause).collect::<Vec<_>>();
    assert_eq!((left("2018-03-31"), left("2018-04-01")), (Vec::new(), vec![id("1")]));
    let found = Citing::Violation { matter: MatterId(Uuid::from_u128(8)) };
    let looks_back = Citation { citing: found, ..all[0].clone() };
    assert!(d.left_behind([&looks_back], day("2018-04-01")).is_empty(), "it is judged by what held when it was found");
    let (version, clause) = d.clause_on(all[1].clause, day("2018-04-01")).expect("it followed");
    assert_eq!(d.reference(version, clause), "SC-01/2@v2");
    let ended = all[0].clone().end(Instant(5), &By::Rule, day("2018-04-01")).expect("ended").0;
    assert!(ended.cites(day("2018-03-31")) && !ended.cites(day("2018-04-01")));
    assert!(d.left_behind([&ended], day("2018-04-01")).is_empty());
    refused(ended.end(Instant(6), &By::Rule, day("2018-05-01")), DocumentRule::CitationEnded);
    refused(all[1].clone().end(Instant(6), &By::Rule, day("2018-02-28")), DocumentRule::CitationEndsBefore);
}

#[test]
fn a_clause_ends_within_its_version_unless_something_open_holds_it() {
    let d = with(&[("v1", "2018-02-01", None), ("v2", "2018-06-01", None)]);
    let end = |no: &str, on: &str, held: &[&str]| {
        let held: Vec<String> = held.iter().map(|h| (*h).to_owned()).collect();
        let end = ClauseEnd { clause: id(no), on: day(on), reason: words(4) };
        d.clone().end_clause(Instant(5), &By::Rule, end, &held)
    };
    refused(end("9", "2018-03-01", &[]), DocumentRule::ClauseNotInForce);
    refused(end("1", "2018-01-01", &[]), DocumentRule::ClauseNotInForce);
    refused(end("1", "2018-02-01", &[]), DocumentRule::ClauseEndsBefore);
    refused(end("1", "2018-06-01", &[]), DocumentRule::ClauseEndsBefore);
    assert_eq!(refused(end("1", "2018-03-01", &["row", "2018-0007"]), DocumentRule::ClauseHeld), "row, 2018-0007");
    let (d, _) = end("1", "2018-03-01", &[]).expect("ended");
    let holds = |on: &str| d.clause_on(id("1"), day(on)).is_some();
    assert_eq!(["2018-02-28", "2018-03-01", "2018-05-31", "2018-06-01"].map(holds), [true, false, false, true]);
    assert!(d.in_force(day("2018-03-01")) && d.clause_on(id("2"), day("2018-03-01")).is_some());
}

#[test]
fn it_ends_after_its_versions_began_and_for_good() {
    let d = with(&[("v1", "2018-02-01", None), ("v2", "2018-06-01", Some("2018-12-31"))]);
    let end = |on: &str, held: &[String]| d.clone().end(Instant(5), &By::Rule, day(on), words(4), held);
    for (on, told) in [("2018-01-01", "2018-02-01"), ("2018-03-01", "2018-06-01"), ("2018-06-01", "2018-06-01")] {
        assert_eq!(refused(end(on, &[]), DocumentRule::EndsBefore), told);
    }
    refused(end("2019-02-01", &[]), DocumentRule::EndsBefore);
    assert_eq!(refused(end("2018-07-01", &["row".into()]), DocumentRule::Held), "row");
    let (d, _) = end("2018-07-01", &[]).expect("ended");
    assert_eq!((d.in_force(day("2018-06-30")), d.in_force(day("2018-07-01"))), (true, false));
    assert_eq!(d.last_day(&d.versions[1]), Some(day("2018-06-30")));
    refused(d.clone().end(Instant(6), &By::Rule, day("2018-08-01"), words(4), &[]), DocumentRule::Ended);
    refused(d.put_version(Instant(6), &By::Rule, version("v3", "2018-09-01", None, &[])), DocumentRule::Ended);
}

proptest! {
    /// Whatever is asked, two versions never hold on one day, and what holds is the latest that has begun.
    #[test]
    fn no_day_has_two_versions(asked in prop::collection::vec((0i32..60, prop::option::of(0i32..30)), 1..8)) {
        let at = |n: i32| day("2018-01-01").saturating_add(jiff::Span::new().days(n));
        let d = asked.iter().enumerate().fold(made(), |d, (i, (from, length))| {
            let mut v = version(&format!("v{i}"), "2018-01-01", None, &[]);
            (v.from, v.to) = (at(*from), length.map(|n| at(from + n)));
            d.clone().put_version(Instant(2), &By::Rule, v).map_or(d, |(d, _)| d)
        });
        for n in -1..100 {
            let covers = |v: &&Version| v.from <= at(n) && d.last_day(v).is_none_or(|last| at(n) <= last);
            let all: Vec<&Version> = d.versions.iter().filter(covers).collect();
            prop_assert!(all.len() <= 1);
            prop_assert_eq!(all.first().copied(), d.version_on(at(n)));
        }
    }
}
