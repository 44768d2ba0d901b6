//! The rules as tables and properties.

use super::*;
use crate::base::ids::*;
use crate::base::time::{Date, Instant, Time, Zone};
use crate::duty::{Exemption, IsoWeek, Month, Post, Reason};
use crate::law::calendar::DayKind;
use crate::law::settings::Settings;
use crate::matter::MatterKind;
use crate::organisation::org::Level;
use crate::organisation::place::{Area, Place, PlaceKind};
use proptest::prelude::*;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
fn day(text: &str) -> Date {
    text.parse().expect("a day")
}
fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}
fn at(text: &str) -> Instant {
    zone().at(day(text), Time::constant(9, 0, 0, 0))
}

/// Rules with numbers that tell the parts apart.
fn rules() -> PlanningRules {
    let speed = Speed { detour_percent: 135, km_h: 36 };
    PlanningRules {
        points: Points {
            base: 1,
            open: 5,
            overdue: 10,
            overdue_week: 2,
            overdue_most: 25,
            promise: 7,
            absence_free_days: 30,
            absence_week: 3,
            absence_most: 12,
            never: 9,
            kinds: [(MatterKind::Hazard, 20)].into(),
            risk: [(PlaceKind::ConstructionSite, 4)].into(),
            area: [(Area::Remote, 2)].into(),
        },
        special: vec![Special {
            code: "dry".into(),
            name: "防汛".into(),
            name_en: String::new(),
            kinds: vec![PlaceKind::Village],
            districts: vec!["延庆区".into()],
            from: day("2018-06-01"),
            to: day("2018-08-31"),
            points: 11,
        }],
        window: vec![Window {
            kinds: rules::KINDS.to_vec(),
            days: Days::Working,
            from: Time::constant(9, 0, 0, 0),
            to: Time::constant(16, 0, 0, 0),
            minutes: 60,
            announced: true,
        }],
        shift: vec![
            ShiftRule {
                code: "day".into(),
                levels: vec![Level::UnitHead],
                days: Days::Working,
                weekdays: vec![],
                from: Time::constant(8, 30, 0, 0),
                to: Time::constant(17, 30, 0, 0),
                visits: 4,
                a_week: 1,
                in_campaign: 3,
            },
            ShiftRule {
                code: "night".into(),
                levels: vec![Level::UnitHead],
                days: Days::Working,
                weekdays: vec![2, 4],
                from: Time::constant(21, 0, 0, 0),
                to: Time::constant(2, 0, 0, 0),
                visits: 2,
                a_week: 0,
                in_campaign: 1,
            },
        ],
        need: vec![],
        goal: Goal {
            quota: 40,
            surplus: 60,
            week: 40,
            travel_permille: 50,
            keep: 20,
            spread: 6,
            spare: 2,
            fairness_permille: 20,
        },
        limit: LimitRules::default(),
        travel: TravelRules { parking: 6, urban: speed, suburban: speed, remote: speed, table: None },
        budget: Budget { seconds: 5, most_seconds: 60 },
    }
}

fn place(kind: PlaceKind, area: Area, district: &str) -> Place {
    Place {
        id: PlaceId(id(1)),
        code: "P".into(),
        name: "P".into(),
        kind,
        district: district.into(),
        area,
        point: None,
        unit: None,
    }
}

fn seen(n: u128, kind: MatterKind) -> Seen {
    Seen { id: MatterId(id(n)), kind, open: true, due: None, solved: None, paused: false, promised: false }
}

fn worth(place: &Place, matters: &[Seen], last: Option<(VisitId, Instant)>) -> Priority {
    priority(
        PlaceFacts { place, matters, last },
        &rules(),
        day("2018-07-02"),
        day("2018-07-31"),
        at("2018-07-02"),
        &zone(),
    )
}

fn points(p: &Priority, kind: PartKind) -> u32 {
    p.parts.iter().filter(|x| x.kind == kind).map(|x| x.points).sum()
}

#[test]
fn each_part_counts_what_it_says() {
    let visit = VisitId(id(9));
    let site = place(PlaceKind::ConstructionSite, Area::Suburban, "昌平区");
    let fresh = Some((visit, at("2018-07-01")));
    let due = |text: &str| Some(at(text));
    for (what, matters, kind, expected) in [
        ("nothing", vec![], PartKind::Open, 0),
        ("two open", vec![seen(1, MatterKind::Problem), seen(2, MatterKind::Hazard)], PartKind::Open, 25),
        ("closed ones are not open", vec![Seen { open: false, ..seen(1, MatterKind::Hazard) }], PartKind::Open, 0),
        ("due later", vec![Seen { due: due("2018-07-03"), ..seen(1, MatterKind::Problem) }], PartKind::Overdue, 0),
        ("a day late", vec![Seen { due: due("2018-07-01"), ..seen(1, MatterKind::Problem) }], PartKind::Overdue, 10),
        (
            "two weeks late",
            vec![Seen { due: due("2018-06-18"), ..seen(1, MatterKind::Problem) }],
            PartKind::Overdue,
            14,
        ),
        (
            "the clock stands",
            vec![Seen { due: due("2018-06-18"), paused: true, ..seen(1, MatterKind::Problem) }],
            PartKind::Overdue,
            0,
        ),
        (
            "put right late, not overdue now",
            vec![Seen { due: due("2018-06-18"), solved: due("2018-06-20"), ..seen(1, MatterKind::Problem) }],
            PartKind::Overdue,
            0,
        ),
        (
            "many late ones are capped",
            (1..9).map(|n| Seen { due: due("2018-06-01"), ..seen(n, MatterKind::Problem) }).collect(),
            PartKind::Overdue,
            25,
        ),
        (
            "a promise not seen again",
            vec![Seen { open: false, promised: true, solved: due("2018-07-02"), ..seen(1, MatterKind::Problem) }],
            PartKind::Promise,
            7,
        ),
        (
            "a promise seen again",
            vec![Seen { open: false, promised: true, solved: due("2018-06-20"), ..seen(1, MatterKind::Problem) }],
            PartKind::Promise,
            0,
        ),
        ("risk by kind", vec![], PartKind::Risk, 4),
        ("no special campaign here", vec![], PartKind::Special, 0),
    ] {
        assert_eq!(points(&worth(&site, &matters, fresh), kind), expected, "{what}");
    }
    for (last, expected) in [
        (None, 9),
        (Some("2018-06-30"), 0),
        (Some("2018-06-02"), 0),
        (Some("2018-05-26"), 3),
        (Some("2018-05-19"), 6),
        (Some("2017-01-01"), 12),
    ] {
        let p = worth(&site, &[], last.map(|d| (visit, at(d))));
        assert_eq!(points(&p, PartKind::Absence), expected, "{last:?}");
    }
    let village = place(PlaceKind::Village, Area::Remote, "延庆区");
    let p = worth(&village, &[], None);
    assert_eq!((points(&p, PartKind::Special), points(&p, PartKind::Risk)), (11, 2));
    assert_eq!(
        points(&worth(&place(PlaceKind::Village, Area::Remote, "密云区"), &[], None), PartKind::Special),
        0,
        "another district"
    );
}

#[test]
fn a_part_names_its_records() {
    let site = place(PlaceKind::ConstructionSite, Area::Suburban, "昌平区");
    let p = worth(
        &site,
        &[seen(5, MatterKind::Problem), Seen { due: Some(at("2018-06-18")), ..seen(6, MatterKind::Hazard) }],
        None,
    );
    let of = |kind| p.parts.iter().find(|x| x.kind == kind).map(|x| x.of.clone());
    assert_eq!(of(PartKind::Open), Some(Evidence::Matters(vec![MatterId(id(5)), MatterId(id(6))])));
    assert_eq!(of(PartKind::Overdue), Some(Evidence::Matters(vec![MatterId(id(6))])));
    assert_eq!(of(PartKind::Absence), Some(Evidence::Never));
}

#[test]
fn these_rules_have_no_faults() {
    assert_eq!(rules().faults(), vec![]);
}

#[test]
fn every_fault_is_told() {
    let mut r = rules();
    r.window[0].kinds.pop();
    r.shift[1].code = "day".into();
    r.shift[0].visits = 0;
    r.special[0].to = day("2018-01-01");
    r.travel.urban.km_h = 0;
    let faults = r.faults();
    assert_eq!(faults.len(), 5, "{faults:?}");
    assert!(faults.contains(&PlanningFault::Windows { kind: PlaceKind::Customer, n: 0 }));
    assert!(faults.contains(&PlanningFault::Twice("day".into())));
    assert!(faults.contains(&PlanningFault::Backwards("dry".into())));
}

#[test]
fn limits_are_asked_for_by_hour_and_wish() {
    let l = LimitRules::default();
    assert_eq!((l.of_shift(17 * 60 + 30), l.of_shift(26 * 60)), (3, 2), "by day, by night");
    assert_eq!((l.fewer().of_shift(1050), l.fewer().of_shift(1560), l.fewer().week), (2, 2, 5));
    assert_eq!((l.lunch(), l.rested()), (Some((720, 780)), Some(720)));
    let none = LimitRules { lunch_to: l.lunch_from, rested: Time::midnight(), ..l };
    assert_eq!((none.lunch(), none.rested()), (None, None));
    let strict = LimitRules { day: 1, ..l };
    assert_eq!(strict.fewer().day, 1, "fewer is never more");
    // Rules that were written before there were limits have the usual ones.
    let text = toml::to_string(&rules()).expect("rules as text");
    let mut table: toml::Table = text.parse().expect("a table");
    table.remove("limit");
    table.get_mut("goal").and_then(toml::Value::as_table_mut).and_then(|g| g.remove("surplus"));
    assert_eq!(table.try_into::<PlanningRules>().expect("rules"), rules());
}

#[test]
fn a_limit_that_makes_no_sense_is_a_fault() {
    let mut r = rules();
    r.limit = LimitRules { day: 0, place_week: 0, lunch_to: Time::constant(11, 0, 0, 0), ..r.limit };
    let said: Vec<String> = r.faults().iter().map(ToString::to_string).collect();
    assert_eq!(said, ["limit day", "limit place_week", "limit lunch"].map(|l| format!("{l} is out of bounds")));
}

#[test]
fn a_night_ends_on_the_next_day() {
    assert_eq!(rules().shift[1].minutes(), (21 * 60, 26 * 60));
}

fn post(level: Level) -> Post {
    Post { person: PersonId(id(7)), unit: UnitId(id(8)), level, duty: true, from: None, to: None }
}

/// Weekdays without the first week of October, as in 2018.
fn working(d: Date) -> bool {
    d.weekday().to_monday_one_offset() <= 5 && !(d >= day("2018-10-01") && d <= day("2018-10-05"))
}

fn kind(d: Date) -> DayKind {
    match (working(d), d.weekday().to_monday_one_offset()) {
        (true, _) => DayKind::Working,
        (_, 6 | 7) => DayKind::WeekendOff,
        _ => DayKind::Holiday(crate::law::calendar::Name { zh: "国庆节".into(), en: "National Day".into() }),
    }
}

fn october(level: Level, exemptions: &[Exemption], from: &str) -> Vec<Shift> {
    shifts(&post(level), exemptions, &rules(), &Settings::default(), kind, day(from), day("2018-10-31"), 0)
}

#[test]
fn a_campaign_month_has_more_shifts_and_no_work_on_holidays() {
    let all = october(Level::UnitHead, &[], "2018-10-01");
    let of = |rule: &str| all.iter().filter(|s| s.rule == rule).count();
    for week in all.iter().map(|s| IsoWeek::of(s.day)) {
        let n = |rule: &str| all.iter().filter(|s| s.rule == rule && IsoWeek::of(s.day) == week).count();
        let worked = week.days().filter(|d| working(*d) && *d <= day("2018-10-31")).count();
        assert_eq!(n("day"), 3.min(worked - n("night")), "three a week where the week has them");
    }
    assert!(all.iter().filter(|s| s.rule == "day").all(|s| working(s.day)));
    assert!(of("night") >= 3, "a night where Tuesday or Thursday is free");
    assert_eq!(october(Level::StationHead, &[], "2018-10-01"), vec![], "no rule for this level");
    let june = shifts(
        &post(Level::UnitHead),
        &[],
        &rules(),
        &Settings::default(),
        kind,
        day("2018-06-01"),
        day("2018-06-30"),
        0,
    );
    assert!(june.len() <= 5, "one a week: {}", june.len());
}

#[test]
fn exempt_days_have_no_shift() {
    let leave =
        [Exemption { person: PersonId(id(7)), from: day("2018-10-08"), to: day("2018-10-21"), reason: Reason::Leave }];
    let with = october(Level::UnitHead, &leave, "2018-10-01");
    assert!(with.iter().all(|s| s.day < day("2018-10-08") || s.day > day("2018-10-21")));
    let others = [Exemption { person: PersonId(id(8)), ..leave[0] }];
    assert_eq!(october(Level::UnitHead, &others, "2018-10-01"), october(Level::UnitHead, &[], "2018-10-01"));
}

#[test]
fn owed_is_the_floor_less_what_is_made_or_one_a_week() {
    let all = october(Level::UnitHead, &[], "2018-10-01");
    let october: Month = "2018-10".parse().expect("a month");
    let s = Settings::default();
    assert_eq!(owed(Level::UnitHead, october, &s, 0, &all), 20);
    assert_eq!(owed(Level::UnitHead, october, &s, 13, &all), 7);
    assert_eq!(owed(Level::UnitHead, october, &s, 99, &all), 0);
    let weeks = all.iter().map(|s| IsoWeek::of(s.day)).collect::<std::collections::BTreeSet<_>>().len() as u32;
    assert_eq!(owed(Level::StationHead, october, &s, 0, &all), weeks, "without a floor one a week");
}

proptest! {
    /// A leader never has two shifts on a day, none outside of the span, never more than the rules allow.
    #[test]
    fn shifts_keep_their_rules(begin in 0i32..25, turn in 0usize..1000, off in 0i32..25, length in 0i32..10) {
        let first = day("2018-10-01").saturating_add(jiff::Span::new().days(begin));
        let from = day("2018-10-01").saturating_add(jiff::Span::new().days(off));
        let leave = [Exemption { person: PersonId(id(7)), from, to: from.saturating_add(jiff::Span::new().days(length)), reason: Reason::Leave }];
        let all = shifts(&post(Level::UnitHead), &leave, &rules(), &Settings::default(), kind, first, day("2018-10-31"), turn);
        let mut days: Vec<Date> = all.iter().map(|s| s.day).collect();
        days.dedup();
        prop_assert_eq!(days.len(), all.len());
        prop_assert!(all.iter().all(|s| s.day >= first && s.day <= day("2018-10-31") && !(leave[0].from <= s.day && s.day <= leave[0].to)));
        for week in all.iter().map(|s| IsoWeek::of(s.day)) {
            let n = |rule: &str| all.iter().filter(|s| s.rule == rule && IsoWeek::of(s.day) == week).count();
            prop_assert!(n("day") <= 3 && n("night") <= 1);
        }
    }

    /// Another open matter never makes a place worth less, and the sum is the sum of its parts.
    #[test]
    fn more_to_see_is_never_worth_less(n in 0usize..12, late in 0i64..200, kinds in proptest::collection::vec(0usize..9, 12)) {
        let site = place(PlaceKind::Street, Area::Urban, "东城区");
        let matters: Vec<Seen> = (0..n).map(|i| Seen { due: Some(at("2018-07-02").plus_minutes(-late * 1440)), ..seen(i as u128, MatterKind::ALL[kinds[i]]) }).collect();
        let whole = worth(&site, &matters, None);
        prop_assert_eq!(whole.points, whole.parts.iter().map(|p| p.points).sum::<u32>());
        if let Some((_, fewer)) = matters.split_last() {
            prop_assert!(worth(&site, fewer, None).points <= whole.points);
        }
    }
}
