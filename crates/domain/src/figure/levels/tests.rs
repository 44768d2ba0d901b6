//! Tiers, quotas, the matrix and the burden over facts made by hand.

use super::super::Facts;
use super::super::{Dimension, Places, Ties, find};
use super::*;
use crate::base::ids::MatterId;
use crate::base::time::Zone;
use crate::figure::Period;
use crate::matter::{MatterKind, StageName};
use crate::organisation::place::{Area, PlaceKind};
use crate::visit::VisitType;
use jiff::civil::date;

const LATER: &str = "2018-12-31T00:00:00+08:00";
const NEAR: UnitId = UnitId(Uuid::from_u128(10));
const FAR: UnitId = UnitId(Uuid::from_u128(20));
/// A station and a team of the near company, a station of the far one.
const STATION: UnitId = UnitId(Uuid::from_u128(11));
const TEAM: UnitId = UnitId(Uuid::from_u128(12));
const FAR_STATION: UnitId = UnitId(Uuid::from_u128(21));

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant that the test names")
}

fn may() -> Month {
    Month::of(date(2018, 5, 1))
}

fn visit(n: u128, started: &str) -> VisitFact {
    let started = at(started);
    VisitFact {
        id: VisitId(Uuid::from_u128(n)),
        kind: VisitType::Site,
        secondary: None,
        place: PlaceId(Uuid::from_u128(100 + n)),
        place_kind: PlaceKind::ConstructionSite,
        area: Area::Urban,
        district: "昌平".into(),
        host: STATION,
        leader: PersonId(Uuid::from_u128(1)),
        leader_level: Level::UnitHead,
        led: NEAR,
        tier: Tier::Unit,
        specialty: Specialty::Safety,
        keeper: Some(STATION),
        bearers: vec![PersonId(Uuid::from_u128(1))],
        planned_day: date(2018, 5, 1),
        started: Some(started),
        finished: Some(started.plus_minutes(120)),
        cancelled: false,
        merged: false,
        announced: true,
        evident: true,
        partner: None,
    }
}

fn on(n: u128, day: u32) -> VisitFact {
    visit(n, &format!("2018-05-{day:02}T09:00:00+08:00"))
}

fn place(n: u128, unit: UnitId) -> PlaceFact {
    let id = PlaceId(Uuid::from_u128(100 + n));
    PlaceFact { id, kind: PlaceKind::ConstructionSite, district: "昌平".into(), unit: Some(unit) }
}

fn facts(visits: Vec<VisitFact>) -> Facts {
    let unit = |kind, company| UnitFact { kind, company };
    let units = HashMap::from([
        (NEAR, unit(UnitKind::DistrictCompany, NEAR)),
        (STATION, unit(UnitKind::Station, NEAR)),
        (TEAM, unit(UnitKind::Team, NEAR)),
        (FAR, unit(UnitKind::DistrictCompany, FAR)),
        (FAR_STATION, unit(UnitKind::Station, FAR)),
    ]);
    let shared = Arc::new(Shared { units, ..Shared::default() });
    let places = vec![place(1, STATION), place(2, NEAR), place(3, FAR_STATION)];
    Facts { visits, places, levels: LevelFacts { shared, ..LevelFacts::default() }, ..Facts::default() }
}

fn figure(facts: &Facts, settings: &Settings, period: &str, as_of: &str, code: FigureCode) -> Figure {
    let zone = zone();
    let frame = Frame::new(period.parse().expect("a period"), at(as_of), &zone);
    let all = facts.figures(&SettingsKnown::always(settings), &frame);
    find(&all, code).cloned().expect("every figure is there")
}

fn counted(f: &Figure) -> (usize, Option<usize>) {
    (f.ids().len(), f.denominator_ids().map(Keys::len))
}

#[test]
fn whoever_is_promoted_counts_in_both_tiers_by_day() {
    let before = VisitFact { leader_level: Level::StationHead, tier: Tier::Station, ..on(1, 10) };
    let facts = facts(vec![before, on(2, 14), on(3, 20)]);
    let (zone, places, known) = (zone(), Places::default(), Settings::default());
    let frame = Frame::new(Period::month(may()), at(LATER), &zone);
    let ties = Ties { places: &places, owes: &|_| None, tier: &|_, _| None, zone: &zone };
    let groups = facts.by(Dimension::Tier, &ties, &SettingsKnown::always(&known), &frame);
    let told: Vec<_> = groups
        .iter()
        .filter_map(|(g, all)| match g {
            Group::Code(_, tier) => Some((*tier, find(all, FigureCode::Activities)?.ids().len())),
            _ => None,
        })
        .collect();
    assert_eq!(told, [("unit", 2), ("station", 1)]);
}

#[test]
fn a_cell_is_there_where_somebody_might_go_and_a_station_is_its_company() {
    let might = |tier, specialty, to| MightGo { month: may(), tier, specialty, to };
    let (safety, party) = (Specialty::Safety, Specialty::Party);
    let headquarters = |n, day| VisitFact { tier: Tier::Headquarters, ..on(n, day) };
    let mut facts = facts(vec![headquarters(1, 3), VisitFact { host: NEAR, ..headquarters(2, 28) }, on(3, 9)]);
    facts.levels.might_go = BTreeSet::from([
        might(Tier::Headquarters, safety, None),
        might(Tier::Headquarters, party, None),
        might(Tier::Unit, safety, Some(NEAR)),
        might(Tier::Unit, party, Some(FAR)),
        // A company that keeps no place receives nobody.
        might(Tier::Unit, safety, Some(UnitId(Uuid::from_u128(30)))),
    ]);
    let (zone, known) = (zone(), Settings::default());
    let settings = SettingsKnown::always(&known);
    let frame = Frame::new(Period::month(may()), at(LATER), &zone);
    let matrix = matrix(facts.led(), &settings, &frame);
    let cell = |unit, tier, specialty| Cell { unit, month: may(), tier, specialty };
    let seen = &matrix.visited[&cell(NEAR, Tier::Headquarters, safety)];
    assert_eq!((seen.visits.len(), seen.first, seen.last), (2, date(2018, 5, 3), date(2018, 5, 28)));
    let missing: Vec<Cell> = matrix.missing().collect();
    let mut wanted = vec![
        cell(NEAR, Tier::Headquarters, party),
        cell(FAR, Tier::Headquarters, safety),
        cell(FAR, Tier::Headquarters, party),
        cell(FAR, Tier::Unit, party),
    ];
    wanted.sort_unstable();
    assert_eq!(missing, wanted);
    let f = figure(&facts, &known, "2018-05", LATER, FigureCode::CellsMissing);
    assert_eq!(counted(&f), (4, Some(6)));
    // Nothing is missing of a month that has not begun.
    let f = figure(&facts, &known, "2018-05", "2018-04-30T23:00:00+08:00", FigureCode::CellsMissing);
    assert_eq!(counted(&f), (0, Some(0)));
}

#[test]
fn a_unit_is_seen_where_somebody_came_to_it_or_below_it() {
    let known = Settings::default();
    let unseen = |visits| {
        let f = figure(&facts(visits), &known, "2018-05", LATER, FigureCode::UnitsUnseen);
        (f.ids().records().to_vec(), f.denominator_ids().map(Keys::len))
    };
    assert_eq!(unseen(vec![]), (vec![NEAR.0, STATION.0, FAR_STATION.0], Some(3)));
    assert_eq!(unseen(vec![on(1, 9)]), (vec![FAR_STATION.0], Some(3)));
    assert_eq!(unseen(vec![VisitFact { host: NEAR, ..on(1, 9) }]), (vec![STATION.0, FAR_STATION.0], Some(3)));
    assert_eq!(unseen(vec![VisitFact { cancelled: true, ..on(1, 9) }]).0.len(), 3);
}

#[test]
fn a_week_is_above_what_is_borne_from_the_first_visit_too_many() {
    let known = Settings::default();
    // The week of 7 May; each visit at a place of its own.
    let week = |n: u128| (0..n).map(|i| on(1 + i, 7 + (i % 5) as u32)).collect::<Vec<_>>();
    let at_one_place = |n: u128| {
        let place = PlaceId(Uuid::from_u128(500));
        week(n).into_iter().map(|v| VisitFact { place, keeper: Some(NEAR), ..v }).collect::<Vec<_>>()
    };
    let elsewhere = |v: VisitFact, keeper| VisitFact { keeper, ..v };
    for (what, visits, units, places) in [
        ("as many as a station bears", week(8), 0, 0),
        ("one more", week(9), 1, 0),
        ("one of them cancelled", [week(8), vec![VisitFact { cancelled: true, ..on(9, 9) }]].concat(), 0, 0),
        ("one of them counted with another", [week(8), vec![VisitFact { merged: true, ..on(9, 9) }]].concat(), 0, 0),
        ("one of them the week after", [week(8), vec![on(9, 14)]].concat(), 0, 0),
        ("a company bears what comes", week(9).into_iter().map(|v| elsewhere(v, Some(NEAR))).collect(), 0, 0),
        ("as many as a place bears", at_one_place(3), 0, 0),
        ("one more at the place", at_one_place(4), 0, 1),
    ] {
        let facts = facts(visits);
        let zone = zone();
        let settings = SettingsKnown::always(&known);
        let frame = Frame::new(Period::month(may()), at(LATER), &zone);
        let all = burdens(facts.led(), &settings, &frame);
        let of_units = all.iter().filter(|b| matches!(b.bears, Bears::Unit(_))).count();
        assert_eq!((of_units, all.len() - of_units), (units, places), "{what}");
        let f = figure(&facts, &known, "2018-05", LATER, FigureCode::StationsOverburdened);
        assert_eq!(counted(&f), (units, Some(2)), "{what}");
        let near = by_company(facts.led(), &all).into_iter().find(|c| c.company == NEAR);
        assert_eq!(near.map(|c| (c.stations, c.over)), Some((1, units)), "{what}");
    }
}

#[test]
fn a_week_across_the_edge_counts_whole_and_before_its_first_day_not_at_all() {
    // 30 April to 6 May belongs to May by its Thursday.
    let mut visits: Vec<VisitFact> = (0..5).map(|i| visit(1 + i, "2018-04-30T09:00:00+08:00")).collect();
    visits.extend((0..4).map(|i| on(10 + i, 2)));
    let facts = facts(visits);
    let over = |since, period: &str| {
        let known = Settings { burden_since: since, ..Settings::default() };
        counted(&figure(&facts, &known, period, LATER, FigureCode::StationsOverburdened)).0
    };
    assert_eq!((over(None, "2018-05"), over(None, "2018-04")), (1, 0));
    assert_eq!(over(Some(date(2018, 4, 30)), "2018-05"), 1);
    assert_eq!(over(Some(date(2018, 5, 1)), "2018-05"), 0);
}

fn finding(n: u128, due: Option<&str>, right: Option<&str>) -> MatterFact {
    MatterFact {
        id: MatterId(Uuid::from_u128(n)),
        kind: MatterKind::Problem,
        category: "line".into(),
        origin: Origin::Visit,
        visit: Some(VisitId(Uuid::from_u128(1))),
        unit: NEAR,
        place: None,
        raiser: None,
        owner: None,
        raised_at: at("2018-05-09T10:00:00+08:00"),
        due_at: due.map(at),
        solved_at: right.map(at),
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

#[test]
fn a_visit_is_put_right_when_all_that_was_found_on_it_is_in_time() {
    let (due, before, after) =
        (Some("2018-05-20T00:00:00+08:00"), Some("2018-05-19T09:00:00+08:00"), Some("2018-05-21T09:00:00+08:00"));
    let spot = MatterFact { on_the_spot: true, ..finding(7, None, Some("2018-05-09T10:30:00+08:00")) };
    let refused = MatterFact { stage: StageName::Refused, ..finding(8, due, None) };
    let (in_time, late, open) = (finding(1, due, before), finding(2, due, after), finding(3, due, None));
    let (early, then) = ("2018-05-12T00:00:00+08:00", LATER);
    for (what, findings, as_of, wanted) in [
        ("nothing found", vec![], then, (0, Some(0))),
        ("in time", vec![in_time.clone()], then, (1, Some(1))),
        ("late", vec![late.clone()], then, (0, Some(1))),
        ("one of two late", vec![in_time.clone(), late], then, (0, Some(1))),
        ("open and overdue", vec![open.clone()], then, (0, Some(1))),
        ("open and not yet due", vec![open.clone()], early, (0, Some(0))),
        ("one waits", vec![in_time, open], "2018-05-19T12:00:00+08:00", (0, Some(0))),
        ("on the spot", vec![spot.clone()], then, (1, Some(1))),
        ("nobody puts right what was refused", vec![refused.clone()], then, (0, Some(0))),
        ("it does not spoil the rest", vec![spot, refused], then, (1, Some(1))),
    ] {
        let n = findings.len();
        let mut facts = facts(vec![on(1, 9), on(2, 9)]);
        let mut shared = Shared::clone(&facts.levels.shared);
        shared.findings = HashMap::from([(VisitId(Uuid::from_u128(1)), findings)]);
        facts.levels.shared = Arc::new(shared);
        let known = Settings::default();
        let f = figure(&facts, &known, "2018-05", as_of, FigureCode::VisitsPutRight);
        assert_eq!(counted(&f), wanted, "{what}");
        let f = figure(&facts, &known, "2018-05", as_of, FigureCode::FindingsPerVisit);
        assert_eq!(f.number(), Some(n as f64 / 2.0), "{what}");
    }
}

#[test]
fn persons_owing_with_their_median_and_their_quotas() {
    let person = |n: u128| PersonId(Uuid::from_u128(n));
    let week = |n: u128, standing| PersonWeek { person: person(n), week: IsoWeek::of(date(2018, 5, 9)), standing };
    let journey = |n: u128, v: u128, day: i8| Journey {
        person: person(n),
        visit: VisitId(Uuid::from_u128(v)),
        at: zone().end_of_day(date(2018, 5, day)).plus_minutes(-60),
        unit: NEAR,
        level: Level::UnitHead,
        tier: Tier::Unit,
    };
    let quota = |n: u128, visits: u128, floor| QuotaFact {
        tier: Tier::Unit,
        quota: Quota {
            person: person(n),
            month: may(),
            level: Level::UnitHead,
            unit: NEAR,
            days: 22,
            floor,
            visits: (0..visits).map(|v| VisitId(Uuid::from_u128(v))).collect(),
        },
    };
    let mut facts = facts(vec![]);
    facts.weeks = vec![
        week(1, Standing::Done(vec![])),
        week(2, Standing::Missed),
        week(3, Standing::Open),
        // He owed nothing, and what he made is nobody's median.
        week(4, Standing::Exempt(crate::duty::Exempt::Leave)),
    ];
    facts.levels.journeys =
        vec![journey(1, 1, 9), journey(1, 2, 10), journey(1, 2, 10), journey(2, 3, 9), journey(4, 4, 9)];
    facts.levels.quotas = vec![quota(1, 20, 20), quota(2, 19, 20)];
    let known = Settings::default();
    let told = |code| figure(&facts, &known, "2018-05", LATER, code);
    assert_eq!(told(FigureCode::PersonsOwing).ids().records(), [1, 2, 3].map(Uuid::from_u128));
    // 2, 1 and none.
    assert_eq!(told(FigureCode::PersonVisitsMedian).number(), Some(1.0));
    let met = told(FigureCode::QuotaMet);
    assert_eq!((counted(&met), met.number()), ((1, Some(2)), Some(50.0)));
    assert_eq!(met.ids().get(0).map(|k| k.to_string()), Some(format!("{}@2018-05", Uuid::from_u128(1))));
    let june = figure(&facts, &known, "2018-06", LATER, FigureCode::QuotaMet);
    assert_eq!((counted(&june), june.number()), ((0, Some(0)), None));
}
