//! Figures over facts made by hand.

use jiff::civil::{date, time};
use proptest::prelude::*;
use uuid::Uuid;

use super::category::by_category;
use super::visits::{Night, empty_legs};
use super::*;
use crate::base::ids::{MatterId, PersonId, PlaceId, UnitId, VisitId};
use crate::duty::{Exempt, PersonWeek, Standing};
use crate::law::settings::{Settings, SettingsKnown};
use crate::matter::{MatterKind, Origin, StageName, Verdict};
use crate::organisation::org::{Level, Specialty};
use crate::organisation::place::{Area, PlaceKind};
use crate::organisation::tier::Tier;
use crate::visit::VisitType;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

const LATER: &str = "2018-12-31T00:00:00+08:00";

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant that the test names")
}

fn period(text: &str) -> Period {
    text.parse().expect("a period that the test names")
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn ids(ns: &[u128]) -> Vec<Uuid> {
    ns.iter().copied().map(id).collect()
}

/// A visit that took place at a construction site.
fn visit(n: u128, started: &str) -> VisitFact {
    let started = at(started);
    VisitFact {
        id: VisitId(id(n)),
        kind: VisitType::Site,
        secondary: None,
        place: PlaceId(id(n)),
        place_kind: PlaceKind::ConstructionSite,
        area: Area::Urban,
        district: "昌平".into(),
        host: UnitId(id(1)),
        leader: PersonId(id(1)),
        leader_level: Level::UnitHead,
        led: UnitId(id(1)),
        tier: Tier::Unit,
        specialty: Specialty::Operations,
        keeper: Some(UnitId(id(1))),
        bearers: vec![PersonId(id(1))],
        planned_day: date(2018, 5, 1),
        started: Some(started),
        finished: Some(started.plus_minutes(90)),
        cancelled: false,
        merged: false,
        announced: true,
        evident: true,
        partner: None,
    }
}

fn place(n: u128, kind: PlaceKind) -> PlaceFact {
    PlaceFact { id: PlaceId(id(n)), kind, district: "昌平".into(), unit: Some(UnitId(id(1))) }
}

/// A problem raised in May 2018, due in ten days, still open.
fn matter(n: u128) -> MatterFact {
    MatterFact {
        id: MatterId(id(n)),
        kind: MatterKind::Problem,
        category: "line".into(),
        origin: Origin::Staff,
        visit: None,
        unit: UnitId(id(1)),
        place: None,
        raiser: None,
        owner: None,
        raised_at: at("2018-05-10T09:00:00+08:00"),
        due_at: Some(at("2018-05-21T00:00:00+08:00")),
        solved_at: None,
        answered_at: None,
        closed_at: None,
        on_the_spot: false,
        reopened: 0,
        verdict: None,
        voice: None,
        imported: false,
        stage: StageName::InHand,
    }
}

/// The same, put right, answered and closed a week after.
fn closed(n: u128, solved: &str) -> MatterFact {
    let solved = at(solved);
    MatterFact {
        solved_at: Some(solved),
        answered_at: Some(solved.plus_minutes(60)),
        closed_at: Some(solved.plus_minutes(7 * 24 * 60)),
        stage: StageName::Closed,
        ..matter(n)
    }
}

fn settings() -> &'static SettingsKnown<'static> {
    static NEWEST: LazyLock<Settings> = LazyLock::new(Settings::default);
    static KNOWN: LazyLock<SettingsKnown<'static>> = LazyLock::new(|| SettingsKnown::always(&NEWEST));
    &KNOWN
}

fn of_visits(facts: &[VisitFact], places: &[PlaceFact], text: &str, as_of: &str) -> Vec<Figure> {
    visits::figures(facts, places, settings(), &Frame::new(period(text), at(as_of), &zone()))
}

fn of_matters(facts: &[MatterFact], text: &str, as_of: &str) -> Vec<Figure> {
    matters::figures(facts, &Frame::new(period(text), at(as_of), &zone()))
}

fn get(figures: &[Figure], code: FigureCode) -> &Figure {
    find(figures, code).expect("every figure of the family is there")
}

/// Numerator and denominator ids of a figure.
fn parts(figures: &[Figure], code: FigureCode) -> (Vec<Uuid>, Vec<Uuid>) {
    let figure = get(figures, code);
    let denominator = figure.denominator_ids().map(|keys| keys.records().to_vec());
    (figure.ids().records().to_vec(), denominator.unwrap_or_default())
}

#[test]
fn what_is_an_activity() {
    let base = "2018-05-10T09:00:00+08:00";
    let table = [
        ("took place", visit(1, base), 1),
        ("still on site", VisitFact { finished: None, ..visit(1, base) }, 1),
        ("cancelled", VisitFact { started: None, finished: None, cancelled: true, ..visit(1, base) }, 0),
        ("merged", VisitFact { merged: true, ..visit(1, base) }, 0),
        ("planned only", VisitFact { started: None, finished: None, ..visit(1, base) }, 0),
        ("two leaders", VisitFact { bearers: vec![PersonId(id(1)), PersonId(id(2))], ..visit(1, base) }, 1),
        ("led by staff", VisitFact { leader_level: Level::Staff, ..visit(1, base) }, 1),
        ("planned for another month", VisitFact { planned_day: date(2018, 6, 1), ..visit(1, base) }, 1),
        (
            "several days, begun in May",
            VisitFact { finished: Some(at("2018-06-02T09:00:00+08:00")), ..visit(1, "2018-05-31T09:00:00+08:00") },
            1,
        ),
        ("several days, begun in April", visit(1, "2018-04-30T09:00:00+08:00"), 0),
        ("first instant", visit(1, "2018-05-01T00:00:00+08:00"), 1),
        ("last instant", visit(1, "2018-05-31T23:59:59.999+08:00"), 1),
        ("first instant after", visit(1, "2018-06-01T00:00:00+08:00"), 0),
        ("May in UTC only", visit(1, "2018-05-31T17:00:00Z"), 0),
        ("community", VisitFact { kind: VisitType::Community, ..visit(1, base) }, 1),
    ];
    for (why, fact, expected) in table {
        let figures = of_visits(&[fact], &[], "2018-05", LATER);
        assert_eq!(get(&figures, FigureCode::Activities).ids().len(), expected, "{why}");
    }
    // A row per leader, as a join would give it, is one activity.
    let figures = of_visits(&[visit(1, base), visit(1, base)], &[], "2018-05", LATER);
    assert_eq!(get(&figures, FigureCode::Activities).value, Value::Count { n: 1 });
    // Not yet begun as of.
    let figures = of_visits(&[visit(1, base)], &[], "2018-05", "2018-05-10T08:59:59+08:00");
    assert!(get(&figures, FigureCode::Activities).ids().is_empty());
}

#[test]
fn sites_are_distinct_places_of_their_kind() {
    let base = "2018-05-10T09:00:00+08:00";
    let to = |n, place: u128, kind| VisitFact { place: PlaceId(id(place)), place_kind: kind, ..visit(n, base) };
    let facts = [
        to(1, 70, PlaceKind::ConstructionSite),
        // The same site again; renamed meanwhile, it keeps its id.
        to(2, 70, PlaceKind::ConstructionSite),
        to(3, 60, PlaceKind::ConstructionSite),
        // Not a construction site, though the host runs some.
        to(4, 80, PlaceKind::Installation),
        VisitFact { merged: true, ..to(5, 90, PlaceKind::ConstructionSite) },
    ];
    let figures = of_visits(&facts, &[], "2018-05", LATER);
    assert_eq!(parts(&figures, FigureCode::Activities).0, ids(&[1, 2, 3, 4]));
    assert_eq!(parts(&figures, FigureCode::ConstructionSites).0, ids(&[60, 70]));
    assert_eq!(get(&figures, FigureCode::ConstructionSites).number(), Some(2.0));
}

#[test]
fn coverage_is_measured_against_the_registry() {
    let facts = [visit(60, "2018-05-10T09:00:00+08:00"), visit(99, "2018-05-10T09:00:00+08:00")];
    let registry = [
        place(70, PlaceKind::ConstructionSite),
        place(60, PlaceKind::ConstructionSite),
        place(50, PlaceKind::Village),
        place(50, PlaceKind::Village),
    ];
    let figures = of_visits(&facts, &registry, "2018-05", LATER);
    assert_eq!(parts(&figures, FigureCode::PlaceCoverage), (ids(&[60]), ids(&[50, 60, 70])));
    assert_eq!(parts(&figures, FigureCode::ConstructionSiteCoverage), (ids(&[60]), ids(&[60, 70])));
    assert_eq!(get(&figures, FigureCode::ConstructionSiteCoverage).number(), Some(50.0));
    let nothing = of_visits(&facts, &[], "2018-05", LATER);
    assert_eq!(get(&nothing, FigureCode::PlaceCoverage).number(), None);
}

#[test]
fn the_three_go_intos_and_their_empty_legs() {
    let of =
        |n, kind| VisitFact { kind, secondary: Some(VisitType::Customer), ..visit(n, "2018-05-10T09:00:00+08:00") };
    let figures = of_visits(
        &[of(1, VisitType::Site), of(2, VisitType::Government), of(3, VisitType::Site)],
        &[],
        "2018-05",
        LATER,
    );
    assert_eq!(parts(&figures, FigureCode::VisitsSite).0, ids(&[1, 3]));
    assert_eq!(parts(&figures, FigureCode::VisitsGovernment).0, ids(&[2]));
    assert_eq!(empty_legs(&figures), [VisitType::Customer]);
}

#[test]
fn nights_cross_midnight() {
    for (check_in, expected) in [
        ("2018-05-10T21:59:59+08:00", 0),
        ("2018-05-10T22:00:00+08:00", 1),
        ("2018-05-11T00:00:00+08:00", 1),
        ("2018-05-11T05:59:59+08:00", 1),
        ("2018-05-11T06:00:00+08:00", 0),
        // Night in Beijing although the day is bright in UTC.
        ("2018-05-10T15:30:00Z", 1),
    ] {
        let figures = of_visits(&[visit(1, check_in)], &[], "2018-05", LATER);
        assert_eq!(get(&figures, FigureCode::NightChecks).ids().len(), expected, "{check_in}");
    }
    let early = Night { from: time(0, 0, 0, 0), to: time(5, 0, 0, 0) };
    assert!(early.contains(time(4, 59, 0, 0)) && !early.contains(time(23, 0, 0, 0)));
    let none = Night { from: time(5, 0, 0, 0), to: time(5, 0, 0, 0) };
    assert!(!none.contains(time(5, 0, 0, 0)));
}

#[test]
fn whoever_stays_into_the_night_was_there_at_night() {
    let (night, zone) = (Night { from: time(22, 0, 0, 0), to: time(6, 0, 0, 0) }, zone());
    for (from, to, expected) in [
        ("2018-05-10T19:00:00+08:00", "2018-05-10T21:59:00+08:00", false),
        ("2018-05-10T19:00:00+08:00", "2018-05-10T22:00:00+08:00", false),
        ("2018-05-10T19:00:00+08:00", "2018-05-10T22:00:01+08:00", true),
        ("2018-05-10T23:30:00+08:00", "2018-05-10T23:40:00+08:00", true),
        ("2018-05-11T05:59:00+08:00", "2018-05-11T08:00:00+08:00", true),
        ("2018-05-11T06:00:00+08:00", "2018-05-11T08:00:00+08:00", false),
        ("2018-05-11T06:00:00+08:00", "2018-05-12T01:00:00+08:00", true),
    ] {
        assert_eq!(night.overlaps(&zone, at(from), at(to)), expected, "{from} – {to}");
    }
    let early = Night { from: time(0, 0, 0, 0), to: time(5, 0, 0, 0) };
    assert!(early.overlaps(&zone, at("2018-05-10T22:00:00+08:00"), at("2018-05-11T00:30:00+08:00")));
    let none = Night { from: time(5, 0, 0, 0), to: time(5, 0, 0, 0) };
    assert!(!none.overlaps(&zone, at("2018-05-10T01:00:00+08:00"), at("2018-05-11T00:30:00+08:00")));
}

#[test]
fn remote_share_is_of_activities() {
    let base = "2018-05-10T09:00:00+08:00";
    let figures =
        of_visits(&[visit(1, base), VisitFact { area: Area::Remote, ..visit(2, base) }], &[], "2018-05", LATER);
    assert_eq!(parts(&figures, FigureCode::RemoteShare), (ids(&[2]), ids(&[1, 2])));
}

#[test]
fn duty_is_done_out_of_due_less_exempt() {
    let row = |person: u128, week: &str, standing| PersonWeek {
        person: PersonId(id(person)),
        week: week.parse().expect("a week"),
        standing,
    };
    let rows = [
        row(2, "2018-W19", Standing::Missed),
        row(1, "2018-W18", Standing::Done(vec![VisitId(id(9)), VisitId(id(10))])),
        row(1, "2018-W19", Standing::Exempt(Exempt::Leave)),
        row(2, "2018-W20", Standing::Open),
        // Its Thursday is 26 April.
        row(1, "2018-W17", Standing::Missed),
    ];
    let figure = duty::figure(&rows, &Frame::new(period("2018-05"), at(LATER), &zone()));
    assert_eq!(figure.value, Value::Share { numerator: 1, denominator: 2 });
    assert_eq!(figure.ids().get(0).map(|key| key.to_string()), Some(format!("{}@2018-W18", id(1))));
    assert_eq!(figure.denominator_ids().map(|keys| keys.iter().count()), Some(2));
    assert!(figure.ids().records().is_empty());
}

#[test]
fn raised_closed_open() {
    let facts = [
        matter(1),
        closed(2, "2018-05-20T10:00:00+08:00"),
        // Put right, not closed as of.
        MatterFact { closed_at: Some(at("2018-07-01T00:00:00+08:00")), ..closed(3, "2018-05-20T10:00:00+08:00") },
        MatterFact { raised_at: at("2018-04-30T23:59:59+08:00"), ..matter(4) },
        MatterFact { raised_at: at("2018-05-31T23:59:59+08:00"), ..matter(5) },
        MatterFact { raised_at: at("2018-06-01T00:00:00+08:00"), ..matter(6) },
    ];
    let figures = of_matters(&facts, "2018-05", "2018-06-30T00:00:00+08:00");
    assert_eq!(parts(&figures, FigureCode::Raised).0, ids(&[1, 2, 3, 5]));
    assert_eq!(parts(&figures, FigureCode::Closed).0, ids(&[2]));
    assert_eq!(parts(&figures, FigureCode::Open).0, ids(&[1, 3, 5]));
    assert_eq!(parts(&figures, FigureCode::OpenAgeP90).0, ids(&[1, 3, 5]));
    // What was raised after as-of had not been raised.
    let early = of_matters(&facts, "2018-05", "2018-05-10T09:00:00+08:00");
    assert_eq!(parts(&early, FigureCode::Raised).0, ids(&[1, 2, 3]));
}

#[test]
fn on_time_is_two_figures() {
    let due = "2018-05-21T00:00:00+08:00";
    let facts = [
        // Put right in time, although the raiser's silence closed it after the due day.
        closed(1, "2018-05-20T10:00:00+08:00"),
        closed(2, due),
        closed(3, "2018-05-21T00:00:00.001+08:00"),
        // Put right in time, not closed.
        MatterFact { closed_at: None, stage: StageName::Answered, ..closed(4, "2018-05-20T10:00:00+08:00") },
        // Overdue and open.
        matter(5),
        // No target.
        MatterFact { due_at: None, ..closed(6, "2018-05-20T10:00:00+08:00") },
        // Refused and merged ones, open and closed.
        MatterFact { stage: StageName::Refused, ..matter(7) },
        MatterFact { stage: StageName::Merged, ..matter(8) },
        MatterFact { solved_at: None, ..closed(9, "2018-05-20T10:00:00+08:00") },
        MatterFact { stage: StageName::Answered, ..matter(10) },
        // Due at 24:00 of the last day of the period, and a millisecond later.
        MatterFact { due_at: Some(at("2018-06-01T00:00:00+08:00")), ..matter(11) },
        MatterFact { due_at: Some(at("2018-06-01T00:00:00.001+08:00")), ..matter(12) },
        // Raised before the period, due in it.
        MatterFact { raised_at: at("2018-04-02T00:00:00+08:00"), ..closed(13, "2018-05-20T10:00:00+08:00") },
    ];
    let figures = of_matters(&facts, "2018-05", LATER);
    assert_eq!(parts(&figures, FigureCode::OnTimeClosed), (ids(&[1, 2]), ids(&[1, 2, 3])));
    assert_eq!(parts(&figures, FigureCode::ClosedLate).0, ids(&[3]));
    assert_eq!(parts(&figures, FigureCode::OnTimeDue), (ids(&[1, 2, 4, 13]), ids(&[1, 2, 3, 4, 5, 11, 13])));
    // Before the due day nobody is late, and what is put right already counts.
    let early = of_matters(&facts, "2018-05", "2018-05-20T12:00:00+08:00");
    assert_eq!(parts(&early, FigureCode::OnTimeDue), (ids(&[1, 4, 13]), ids(&[1, 4, 13])));
    assert_eq!(parts(&early, FigureCode::OnTimeClosed), (vec![], vec![]));
    assert_eq!(get(&early, FigureCode::OnTimeClosed).number(), None);
    // Exactly at the due instant nothing is overdue yet.
    assert_eq!(parts(&of_matters(&[matter(5)], "2018-05", due), FigureCode::OnTimeDue).1, ids(&[]));
}

#[test]
fn imported_matters_are_put_right_when_closed_and_owe_no_answer_here() {
    let imported = |n, closed: &str| MatterFact {
        origin: Origin::Import,
        imported: true,
        closed_at: Some(at(closed)),
        stage: StageName::Closed,
        ..matter(n)
    };
    let facts = [imported(1, "2018-05-21T00:00:00+08:00"), imported(2, "2018-05-21T00:00:01+08:00"), matter(3)];
    let figures = of_matters(&facts, "2018-05", LATER);
    assert_eq!(parts(&figures, FigureCode::OnTimeClosed), (ids(&[1]), ids(&[1, 2])));
    assert_eq!(parts(&figures, FigureCode::AnswerRate), (vec![], ids(&[3])));
}

#[test]
fn on_the_spot_is_of_what_was_found_on_visits() {
    let found = |n| MatterFact { origin: Origin::Visit, ..matter(n) };
    let spot = |n| MatterFact { solved_at: Some(at("2018-05-10T09:30:00+08:00")), on_the_spot: true, ..found(n) };
    let facts = [found(1), spot(2), MatterFact { origin: Origin::Staff, ..spot(3) }];
    let figures = of_matters(&facts, "2018-05", LATER);
    assert_eq!(parts(&figures, FigureCode::OnTheSpotRate), (ids(&[2]), ids(&[1, 2])));
    let before = of_matters(&facts, "2018-05", "2018-05-10T09:29:00+08:00");
    assert_eq!(parts(&before, FigureCode::OnTheSpotRate), (vec![], ids(&[1, 2])));
}

#[test]
fn answered_reopened_satisfied() {
    let done = |n| closed(n, "2018-05-20T10:00:00+08:00");
    let facts = [
        MatterFact { verdict: Some(Verdict::Solved), ..done(1) },
        MatterFact { verdict: Some(Verdict::Not), reopened: 1, ..done(2) },
        MatterFact { reopened: 2, ..done(3) },
        matter(4),
    ];
    let figures = of_matters(&facts, "2018-05", LATER);
    assert_eq!(parts(&figures, FigureCode::AnswerRate), (ids(&[1, 2, 3]), ids(&[1, 2, 3, 4])));
    assert_eq!(parts(&figures, FigureCode::ReopenRate), (ids(&[2, 3]), ids(&[1, 2, 3])));
    assert_eq!(parts(&figures, FigureCode::SatisfiedRate), (ids(&[1]), ids(&[1, 2])));
}

#[test]
fn ages_and_hours() {
    let raised = |n, day: &str| MatterFact { raised_at: at(&format!("2018-05-{day}T00:00:00+08:00")), ..matter(n) };
    let shut = |n, closed: &str| MatterFact { closed_at: Some(at(closed)), ..raised(n, "10") };
    let facts = [
        raised(1, "01"),
        raised(2, "11"),
        raised(3, "21"),
        shut(4, "2018-05-10T02:00:00+08:00"),
        shut(5, "2018-05-10T05:00:00+08:00"),
        // Closed before it was raised, by its clocks.
        shut(6, "2018-05-09T00:00:00+08:00"),
    ];
    let figures = of_matters(&facts, "2018-05", "2018-05-31T00:00:00+08:00");
    assert_eq!(get(&figures, FigureCode::OpenAgeMedian).number(), Some(20.0));
    assert_eq!(get(&figures, FigureCode::OpenAgeP90).number(), Some(28.0));
    assert_eq!(get(&figures, FigureCode::HoursToCloseMedian).number(), Some(3.5));
    assert_eq!(parts(&figures, FigureCode::HoursToCloseMedian).0, ids(&[4, 5]));
    let none = of_matters(&[], "2018-05", LATER);
    assert_eq!(get(&none, FigureCode::OpenAgeMedian).value, Value::Measure { value: None });
}

#[test]
fn categories_are_those_with_a_target_biggest_first() {
    let of = |n, category: &str, solved| MatterFact { category: category.into(), ..closed(n, solved) };
    let facts = [
        of(1, "b", "2018-05-20T09:00:00+08:00"),
        of(2, "c", "2018-05-22T09:00:00+08:00"),
        of(3, "c", "2018-05-20T09:00:00+08:00"),
        of(4, "a", "2018-05-20T09:00:00+08:00"),
        MatterFact { due_at: None, ..of(5, "d", "2018-05-20T09:00:00+08:00") },
    ];
    let zone = zone();
    let rows = by_category(&facts, &Frame::new(period("2018-05"), at(LATER), &zone));
    let short: Vec<_> = rows.iter().map(|r| (&*r.category, r.closed_with_target.len(), r.on_time.len())).collect();
    assert_eq!(short, [("c", 2, 1), ("a", 1, 1), ("b", 1, 1)]);
    // Closed a week after being put right: 17 and 19 days after raising.
    assert_eq!(rows[0].hours.map(|h| h.median), Some(18.0 * 24.0));
}

#[test]
fn boston_rows_of_its_published_file() {
    // Open, target and closed of enquiries 101000295613, 101000366022, 101000366068 and 101000366712 (the last bears
    // no flag in the file and is late); the file's clock is fixed:-05:00.
    let row = |n, open: &str, target: Option<&str>, closed: Option<&str>| {
        let there = |text: &str| at(&format!("{}-05:00", text.replace(' ', "T")));
        MatterFact {
            raised_at: there(open),
            due_at: target.map(there),
            closed_at: closed.map(there),
            origin: Origin::Import,
            imported: true,
            stage: if closed.is_some() { StageName::Closed } else { StageName::InHand },
            ..matter(n)
        }
    };
    let facts = [
        row(1, "2011-07-01 01:32:33", Some("2011-07-15 01:32:32"), Some("2011-07-01 05:06:58")),
        row(2, "2011-12-20 07:40:42", Some("2012-01-03 07:40:42"), Some("2012-01-04 12:20:18")),
        row(3, "2011-12-20 09:06:38", None, None),
        row(4, "2011-12-21 12:07:08", Some("2011-12-23 12:07:04"), Some("2012-08-10 14:34:48")),
    ];
    let zone = Zone::parse("fixed:-05:00").expect("a zone");
    let figures = matters::figures(&facts, &Frame::new(period("2011-07..2011-12"), at("2023-05-04T00:00:00Z"), &zone));
    assert_eq!(parts(&figures, FigureCode::Raised).0, ids(&[1, 2, 3, 4]));
    assert_eq!(parts(&figures, FigureCode::Closed).0, ids(&[1, 2, 4]));
    assert_eq!(parts(&figures, FigureCode::OnTimeClosed), (ids(&[1]), ids(&[1, 2, 4])));
    assert_eq!(parts(&figures, FigureCode::ClosedLate).0, ids(&[2, 4]));
    // When the year ended in Boston three were open; only the one due in December was late.
    let then = matters::figures(&facts, &Frame::new(period("2011"), at("2012-01-01T05:00:00Z"), &zone));
    assert_eq!(parts(&then, FigureCode::Open).0, ids(&[2, 3, 4]));
    assert_eq!(parts(&then, FigureCode::OnTimeDue), (ids(&[1]), ids(&[1, 4])));
}

#[test]
fn boston_in_full_belongs_to_the_importer() {
    // Reading the zipped file takes an importer, which this crate must not have. Against these functions its tests
    // should find 58,251 raised, 54,570 closed, 35,591 on time and 8,230 late.
    eprintln!("not run here: the whole of Boston 2011 needs the importer; see its tests (YIXIAN_TEST_DATA)");
}

const DAY: i64 = 86_400_000;

prop_compose! {
    /// Visits around May 2018; the same id twice is the same visit.
    fn any_visits()(seeds in prop::collection::vec((1u128..60, any::<u64>()), 0..50)) -> Vec<VisitFact> {
        let mut facts: Vec<VisitFact> = seeds.into_iter().map(|(n, seed)| {
            let pick = |shift: u32, of: u64| (seed >> shift) % of;
            let started = at("2018-04-25T00:00:00+08:00").plus_millis(pick(0, 45 * DAY as u64) as i64);
            VisitFact {
                kind: VisitType::ALL[pick(8, 4) as usize],
                place: PlaceId(id(100 + u128::from(pick(12, 12)))),
                place_kind: [PlaceKind::ConstructionSite, PlaceKind::Station][pick(12, 12) as usize % 2],
                area: [Area::Urban, Area::Remote][pick(20, 2) as usize],
                started: (pick(24, 8) > 0).then_some(started),
                cancelled: pick(28, 8) == 0,
                merged: pick(32, 8) == 0,
                ..visit(n, "2018-05-10T09:00:00+08:00")
            }
        }).collect();
        facts.sort_by_key(|fact| fact.id);
        facts.dedup_by_key(|fact| fact.id);
        facts
    }
}

prop_compose! {
    fn any_matters()(seeds in prop::collection::vec(any::<u64>(), 0..60)) -> Vec<MatterFact> {
        seeds.into_iter().enumerate().map(|(n, seed)| {
            let pick = |shift: u32, of: u64| (seed >> shift) % of;
            let raised = at("2018-04-20T00:00:00+08:00").plus_millis(pick(0, 60 * DAY as u64) as i64);
            let after = |shift, days: u64| raised.plus_millis(pick(shift, days * DAY as u64) as i64);
            let solved = (pick(30, 3) > 0).then(|| after(5, 20));
            let answered = solved.filter(|_| pick(33, 4) > 0).map(|at| at.plus_minutes(30));
            MatterFact {
                origin: Origin::ALL[pick(40, 7) as usize],
                imported: Origin::ALL[pick(40, 7) as usize] == Origin::Import,
                category: ["a", "b", "c"][pick(43, 3) as usize].into(),
                raised_at: raised,
                due_at: (pick(46, 4) > 0).then(|| after(9, 15)),
                solved_at: solved,
                answered_at: answered,
                closed_at: answered.filter(|_| pick(49, 3) > 0).map(|at| at.plus_minutes(600)),
                on_the_spot: pick(52, 2) == 0,
                reopened: pick(54, 3) as u16,
                verdict: [None, Some(Verdict::Solved), Some(Verdict::Not)][pick(57, 3) as usize],
                voice: None,
                stage: StageName::ALL[pick(59, 13) as usize],
                ..matter(n as u128)
            }
        }).collect()
    }
}

fn all(visits: &[VisitFact], matters: &[MatterFact], text: &str, as_of: Instant) -> Vec<Figure> {
    let zone = zone();
    let frame = Frame::new(period(text), as_of, &zone);
    let registry: Vec<PlaceFact> =
        (100..115).map(|n| place(n, [PlaceKind::ConstructionSite, PlaceKind::Station][n as usize % 2])).collect();
    let mut figures = visits::figures(visits, &registry, settings(), &frame);
    figures.extend(matters::figures(matters, &frame));
    figures
}

fn any_as_of() -> impl Strategy<Value = Instant> {
    (0..90 * DAY).prop_map(|ms| at("2018-04-20T00:00:00+08:00").plus_millis(ms))
}

proptest! {
    #[test]
    fn ids_are_as_many_as_the_numerator_and_within_the_denominator(visits in any_visits(), matters in any_matters(), as_of in any_as_of()) {
        let figures = all(&visits, &matters, "2018-05", as_of);
        let codes: Vec<FigureCode> = figures.iter().map(|figure| figure.code).collect();
        let expected: Vec<FigureCode> = FigureCode::ALL.into_iter().filter(|code| matches!(code.definition().family, Family::Visits | Family::Matters)).collect();
        prop_assert_eq!(codes, expected);
        for figure in &figures {
            let ids = figure.ids().records();
            prop_assert!(ids.is_sorted_by(|a, b| a < b), "{:?}", figure.code);
            prop_assert_eq!(figure.ids().iter().count(), ids.len());
            match figure.value {
                Value::Count { n } => prop_assert_eq!(n, ids.len() as u64),
                Value::Share { numerator, denominator } => {
                    let of = figure.denominator_ids().map(Keys::records).unwrap_or_default();
                    prop_assert_eq!((numerator, denominator), (ids.len() as u64, of.len() as u64));
                    prop_assert!(of.is_sorted_by(|a, b| a < b));
                    prop_assert!(ids.iter().all(|id| of.binary_search(id).is_ok()), "{:?}", figure.code);
                }
                Value::Measure { value } => prop_assert_eq!(value.is_none(), ids.is_empty()),
                Value::Day { day } => prop_assert_eq!(day.is_none(), ids.is_empty()),
                Value::NotInForce { .. } => prop_assert!(false, "nothing has a first day here"),
            }
            let shape = match figure.value { Value::Count { .. } => Shape::Count, Value::Share { .. } => Shape::Rate, Value::Day { .. } => Shape::Day, Value::Measure { .. } | Value::NotInForce { .. } => Shape::Measure };
            prop_assert_eq!(shape, figure.definition().shape);
        }
        let n = |code| get(&figures, code).ids().len();
        prop_assert!(n(FigureCode::ConstructionSites) <= n(FigureCode::Activities));
        prop_assert_eq!(n(FigureCode::Closed) + n(FigureCode::Open), n(FigureCode::Raised));
        let types = [FigureCode::VisitsSite, FigureCode::VisitsGovernment, FigureCode::VisitsCustomer, FigureCode::VisitsCommunity];
        prop_assert_eq!(types.into_iter().map(n).sum::<usize>(), n(FigureCode::Activities));
        let judged = get(&figures, FigureCode::OnTimeClosed);
        prop_assert_eq!(judged.ids().len() + n(FigureCode::ClosedLate), judged.denominator_ids().map_or(0, Keys::len));
    }

    #[test]
    fn sites_are_no_more_than_the_activities_that_reached_sites(mut visits in any_visits(), as_of in any_as_of()) {
        visits.iter_mut().filter(|v| v.place_kind == PlaceKind::ConstructionSite).for_each(|v| v.kind = VisitType::Site);
        let figures = all(&visits, &[], "2018-05", as_of);
        let n = |code| get(&figures, code).ids().len();
        prop_assert!(n(FigureCode::ConstructionSites) <= n(FigureCode::VisitsSite));
    }

    #[test]
    fn the_order_and_repetition_of_facts_do_not_matter(visits in any_visits(), matters in any_matters(), as_of in any_as_of(), turn in 0usize..60) {
        let zone = zone();
        let frame = Frame::new(period("2018-05"), as_of, &zone);
        let (mut visits_too, mut matters_too) = ([visits.clone(), visits.clone()].concat(), matters.clone());
        visits_too.reverse();
        let len = matters_too.len().max(1);
        matters_too.rotate_left((turn % len).min(matters.len()));
        prop_assert_eq!(all(&visits, &matters, "2018-05", as_of), all(&visits_too, &matters_too, "2018-05", as_of));
        prop_assert_eq!(by_category(&matters, &frame), by_category(&matters_too, &frame));
    }

    #[test]
    fn two_parts_of_a_period_sum_to_the_whole(visits in any_visits(), matters in any_matters(), as_of in any_as_of(), cut in 1i8..31) {
        let parts = [format!("2018-05-01..2018-05-{cut:02}"), format!("2018-05-{:02}..2018-05-31", cut + 1)];
        let [first, second] = parts.map(|text| all(&visits, &matters, &text, as_of));
        for whole in all(&visits, &matters, "2018-05", as_of) {
            let of = |figures: &[Figure]| get(figures, whole.code).value;
            match (whole.value, of(&first), of(&second)) {
                // Distinct places may be reached in both parts.
                (Value::Count { n }, Value::Count { n: a }, Value::Count { n: b }) if whole.definition().distinct == Distinct::Place => {
                    prop_assert!(n <= a + b && n >= a.max(b));
                }
                (Value::Count { n }, Value::Count { n: a }, Value::Count { n: b }) => prop_assert_eq!(n, a + b),
                (Value::Share { numerator, denominator }, Value::Share { numerator: a, denominator: c }, Value::Share { numerator: b, denominator: d })
                    if whole.definition().distinct != Distinct::Place => prop_assert_eq!((numerator, denominator), (a + b, c + d)),
                _ => {}
            }
        }
    }

    #[test]
    fn categories_sum_to_the_rate(matters in any_matters(), as_of in any_as_of()) {
        let zone = zone();
        let frame = Frame::new(period("2018-05"), as_of, &zone);
        let rows = by_category(&matters, &frame);
        let whole = matters::figures(&matters, &frame);
        let value = get(&whole, FigureCode::OnTimeClosed).value;
        let (closed, on_time) = rows.iter().fold((0, 0), |(c, o), row| (c + row.closed_with_target.len() as u64, o + row.on_time.len() as u64));
        prop_assert_eq!(value, Value::Share { numerator: on_time, denominator: closed });
    }
}

#[test]
fn kinds_with_figures_of_their_own_are_counted_only_where_kinds_stand_side_by_side() {
    let of = |n, kind| MatterFact { kind, ..matter(n) };
    let matters: Vec<MatterFact> = MatterKind::ALL.iter().zip(1..).map(|(kind, n)| of(n, *kind)).collect();
    let zone = zone();
    let frame = Frame::new(period("2018-05"), at(LATER), &zone);
    let facts = Facts { matters, ..Facts::default() };
    let whole = facts.figures(settings(), &frame);
    assert_eq!(find(&whole, FigureCode::Raised).map(|f| f.ids().len()), Some(5));
    assert_eq!(FigureCode::Raised.definition().version, 3);
    let places = Places::default();
    let groups = facts.by(
        Dimension::Kind,
        &Ties { places: &places, owes: &|_| None, tier: &|_, _| None, zone: &zone },
        settings(),
        &frame,
    );
    let commitments =
        groups.iter().find(|(group, _)| *group == Group::Code(MatterKind::Commitment as usize, "commitment"));
    let raised = commitments.and_then(|(_, figures)| find(figures, FigureCode::Raised));
    assert_eq!(raised.map(|f| f.ids().len()), Some(1));
}

/// The facts of any visits and matters, with districts and units enough to be told apart.
fn facts(visits: Vec<VisitFact>, matters: Vec<MatterFact>) -> Facts {
    let spread = |n: u128| UnitId(id(n % 3));
    let visits = visits.into_iter().map(|v| {
        let n = v.id.0.as_u128();
        let district: Arc<str> = ["昌平", "海淀", ""][n as usize % 3].into();
        VisitFact { host: spread(n), led: spread(n / 3), tier: Tier::ALL[n as usize % 3], district, ..v }
    });
    let matters = matters.into_iter().map(|m| MatterFact { unit: spread(m.id.0.as_u128()), ..m });
    let places = (100..115).map(|n| place(n, PlaceKind::Station)).collect();
    Facts { visits: visits.collect(), places, matters: matters.collect(), ..Facts::default() }
}

proptest! {
    #[test]
    fn groups_of_a_dimension_part_the_records_and_additive_figures_add_up(
        visits in any_visits(), matters in any_matters(), months in 1usize..3
    ) {
        let zone = zone();
        let frame = Frame::new(period(["2018-05", "2018-04..2018-06"][months - 1]), at(LATER), &zone);
        let facts = facts(visits, matters);
        let whole = facts.figures(settings(), &frame);
        let places = Places::default();
        let ties = Ties { places: &places, owes: &|_| None, tier: &|_, _| None, zone: &zone };
        for by in Dimension::ALL {
            let groups = facts.clone().by(*by, &ties, settings(), &frame);
            // Coverage is of the register's groups: a place may have been reached while it was another's, and a unit that
            // nobody came to in one month may have been seen in the next.
            let of_register =
                |d: &Definition| d.shape == Shape::Rate && matches!(d.distinct, Distinct::Place | Distinct::ReceivingUnit);
            let named = |d: &Definition| d.dimensions().contains(by) && !of_register(d);
            for figure in whole.iter().filter(|f| named(f.definition())) {
                let parts: Vec<&Figure> = groups.iter().filter_map(|(_, all)| find(all, figure.code)).collect();
                let ids: Vec<Key> = parts.iter().flat_map(|f| f.ids().iter()).collect();
                let once: BTreeSet<Key> = ids.iter().copied().collect();
                prop_assert_eq!(&once, &figure.ids().iter().collect(), "{:?} by {:?}", figure.code, by);
                if figure.definition().is_additive() {
                    prop_assert_eq!(ids.len(), figure.ids().len(), "{:?} by {:?}", figure.code, by);
                }
            }
        }
    }
}

#[test]
fn before_the_first_day_there_is_no_value_and_afterwards_there_is() {
    let zone = zone();
    let since = Settings {
        register_since: Some(date(2018, 5, 10)),
        duty_since: Some(date(2018, 5, 21)),
        campaign_since: Some(date(2018, 5, 10)),
        burden_since: Some(date(2018, 5, 21)),
        ..Settings::default()
    };
    let known = SettingsKnown::always(&since);
    let facts =
        facts(vec![visit(1, "2018-04-10T09:00:00+08:00"), visit(2, "2018-05-12T09:00:00+08:00")], vec![matter(1)]);
    let in_period = |text: &str| facts.figures(&known, &Frame::new(period(text), at(LATER), &zone));
    for (text, register, duty) in
        [("2018-04", true, true), ("2018-05-01..2018-05-20", false, true), ("2018-05", false, false)]
    {
        for figure in in_period(text) {
            let later = match figure.code {
                FigureCode::PersonsOwing | FigureCode::PersonVisitsMedian | FigureCode::StationsOverburdened => true,
                code => code.definition().family == Family::Duty,
            };
            let none = if later { duty } else { register };
            let told = matches!(figure.value, Value::NotInForce { .. });
            assert_eq!(told, none, "{text} {:?}", figure.code);
            if told {
                assert_eq!((figure.number(), figure.ids().len()), (None, 0), "{text} {:?}", figure.code);
            }
        }
    }
}

#[test]
fn what_each_record_adds_makes_the_measure() {
    let zone = zone();
    let frame = Frame::new(period("2018-05"), at("2018-06-10T09:00:00+08:00"), &zone);
    let matters = vec![
        matter(1),
        MatterFact { raised_at: at("2018-05-20T09:00:00+08:00"), ..matter(2) },
        closed(3, "2018-05-20T10:00:00+08:00"),
    ];
    let facts = Facts { matters, ..Facts::default() };
    for figure in facts.figures(settings(), &frame) {
        let values = facts.values(figure.code, &frame);
        if figure.definition().shape != Shape::Measure {
            assert!(values.is_empty(), "{:?}", figure.code);
            continue;
        }
        let mut of: Vec<f64> = figure.ids().records().iter().map(|id| values[id]).collect();
        of.sort_by(f64::total_cmp);
        let (n, last) = (of.len(), of.last().copied());
        match figure.code {
            FigureCode::OpenAgeMedian | FigureCode::HoursToCloseMedian => {
                assert_eq!(figure.number(), Some(f64::midpoint(of[(n - 1) / 2], of[n / 2])), "{:?}", figure.code);
            }
            FigureCode::OpenAgeP90 => assert!(figure.number() <= last, "{:?}", figure.code),
            _ => assert_eq!(n, 0, "{:?}", figure.code),
        }
    }
}

#[test]
fn kinds_with_figures_of_their_own_are_counted_as_such_and_not_in_the_loop() {
    let zone = zone();
    let frame = Frame::new(period("2018-05"), at(LATER), &zone);
    let matters: Vec<MatterFact> =
        MatterKind::ALL.into_iter().zip(1..).map(|(kind, n)| MatterFact { kind, ..matter(n) }).collect();
    let facts = Facts { matters, ..Facts::default() };
    let raised = |all: &[Figure]| get(all, FigureCode::Raised).ids().len();
    assert_eq!(raised(&facts.figures(settings(), &frame)), 5);
    let places = Places::default();
    let ties = Ties { places: &places, owes: &|_| None, tier: &|_, _| None, zone: &zone };
    let groups = facts.by(Dimension::Kind, &ties, settings(), &frame);
    assert_eq!(groups.iter().map(|(_, all)| raised(all)).collect::<Vec<_>>(), [1; 10]);
}
