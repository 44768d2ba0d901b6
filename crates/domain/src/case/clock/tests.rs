//! The three clocks: worked cases by hand, and what must hold for every case.

use super::*;
use crate::law::calendar::CalendarBook;
use proptest::prelude::*;

fn calendar() -> WorkingCalendar {
    let book: CalendarBook =
        toml::from_str(include_str!("../../../../../calendars/cn.toml")).expect("the repository's calendar");
    book.latest().expect("a calendar")
}

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

fn instant(text: &str) -> Instant {
    Instant::parse(&format!("{text}:00+08:00")).expect("an instant")
}

fn holding(holder: Holder, step: &str, from: &str, to: &str) -> Holding {
    Holding { holder, step: step.into(), from: instant(from), to: Some(instant(to)) }
}

fn stop(from: Instant, to: Option<Instant>) -> Stop {
    Stop {
        ground: "customer_request".into(),
        from,
        to,
        asked_by: "person:1".into(),
        approved_by: "person:2".into(),
        evidence: 1,
    }
}

/// The Mentougou case of the press: applied 2018-04-17, power on 2018-05-05, "19 days".
#[test]
fn mentougou_is_18_elapsed_19_inclusive_12_working() {
    let (calendar, zone) = (calendar(), zone());
    let m = Measure { calendar: &calendar, zone: &zone, hours: WorkingHours::default() };
    let (from, to) = ("2018-04-17T09:30", "2018-05-05T15:00");
    let held = [holding(Holder::Utility, "energize", from, to)];
    let c = clocks(&m, instant(from), Some(instant(to)), instant(to), &held, &[], 2).expect("clocks");
    assert_eq!((c.days.d1_elapsed, c.days.d2_inclusive, c.days.d3_working), (18, 19, 12));
    assert_eq!((c.days.d4_net_working, c.days.d5_handled, c.days.d6_world_bank), (12, 12, 18));
    assert_eq!(c.intervals.len(), 1);
}

/// The customer's own works and an approved pause are no time of the utility; parallel steps count once.
#[test]
fn each_clock_counts_its_own() {
    let (calendar, zone) = (calendar(), zone());
    let m = Measure { calendar: &calendar, zone: &zone, hours: WorkingHours::default() };
    // Monday 2018-06-04 to Friday 2018-06-15; nine hours a day.
    let held = [
        holding(Holder::Utility, "scheme", "2018-06-04T08:30", "2018-06-06T08:30"),
        holding(Holder::Utility, "permits", "2018-06-05T08:30", "2018-06-06T08:30"),
        holding(Holder::Customer, "customer_works", "2018-06-06T08:30", "2018-06-12T08:30"),
        holding(Holder::Utility, "energize", "2018-06-12T08:30", "2018-06-15T17:30"),
    ];
    let pause = [stop(instant("2018-06-13T08:30"), Some(instant("2018-06-14T08:30")))];
    let (from, to) = (instant("2018-06-04T08:30"), instant("2018-06-15T17:30"));
    let c = clocks(&m, from, Some(to), to, &held, &pause, 3).expect("clocks");
    assert_eq!((c.whole_minutes, c.handled_minutes, c.paused_minutes), (10 * 540, 5 * 540, 540));
    assert_eq!(
        c.days,
        Days { d1_elapsed: 11, d2_inclusive: 12, d3_working: 9, d4_net_working: 7, d5_handled: 3, d6_world_bank: 11 }
    );
    let names: Vec<String> = c
        .intervals
        .iter()
        .map(|i| match &i.tile {
            Tile::Utility { steps } => steps.join("+"),
            Tile::Customer { steps } => format!("customer {}", steps.join("+")),
            Tile::Paused { ground } => format!("paused {ground}"),
            Tile::Nobody => "nobody".into(),
        })
        .collect();
    assert_eq!(
        names,
        ["scheme", "scheme+permits", "customer customer_works", "energize", "paused customer_request", "energize"]
    );
}

#[test]
fn contradictions_are_refused() {
    let (calendar, zone) = (calendar(), zone());
    let m = Measure { calendar: &calendar, zone: &zone, hours: WorkingHours::default() };
    let t = |h: i64| Instant(1_528_000_000_000 + h * 3_600_000);
    assert_eq!(
        clocks(&m, t(5), Some(t(4)), t(9), &[], &[], 2),
        Err(ClockFault::EndsBeforeStart { start: t(5), end: t(4) })
    );
    let overlapping = [stop(t(1), Some(t(3))), stop(t(2), Some(t(4)))];
    assert_eq!(clocks(&m, t(0), Some(t(9)), t(9), &[], &overlapping, 2), Err(ClockFault::PausesOverlap { from: t(2) }));
    let endless = [stop(t(1), None), stop(t(2), Some(t(4)))];
    assert_eq!(clocks(&m, t(0), Some(t(9)), t(9), &[], &endless, 2), Err(ClockFault::PausesOverlap { from: t(2) }));
    let backwards = [Holding { holder: Holder::Utility, step: "survey".into(), from: t(3), to: Some(t(2)) }];
    assert!(matches!(clocks(&m, t(0), Some(t(9)), t(9), &backwards, &[], 2), Err(ClockFault::Backwards { .. })));
}

/// Any history: up to five holdings and four pauses that follow one another, in hours from 2018-04-01.
fn history() -> impl Strategy<Value = (Vec<Holding>, Vec<Stop>, Instant, Option<Instant>)> {
    let hour = |h: i64| Instant(1_522_512_000_000 + h * 3_600_000);
    let holding =
        (any::<bool>(), 0i64..2_000, prop::option::of(0i64..500)).prop_map(move |(mine, from, long)| Holding {
            holder: if mine { Holder::Utility } else { Holder::Customer },
            step: format!("s{from}"),
            from: hour(from),
            to: long.map(|l| hour(from + l)),
        });
    let stops = prop::collection::vec((0i64..300, 0i64..300), 0..4).prop_map(move |gaps| {
        let mut at = 0;
        gaps.into_iter()
            .map(|(gap, long)| {
                let from = at + gap;
                at = from + long;
                stop(hour(from), Some(hour(at)))
            })
            .collect::<Vec<_>>()
    });
    (prop::collection::vec(holding, 0..5), stops, 0i64..500, prop::option::of(0i64..2_000))
        .prop_map(move |(held, stops, from, long)| (held, stops, hour(from), long.map(|l| hour(from + l))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn clocks_are_consistent((held, stops, from, end) in history()) {
        let (calendar, zone) = (calendar(), zone());
        let m = Measure { calendar: &calendar, zone: &zone, hours: WorkingHours::default() };
        let now = Instant(1_535_000_000_000);
        let c = clocks(&m, from, end, now, &held, &stops, 2).expect("no contradiction");
        // Intervals tile the elapsed time.
        let mut at = c.from;
        for i in &c.intervals {
            prop_assert_eq!(i.from, at);
            prop_assert!(i.to > i.from);
            at = i.to;
        }
        prop_assert_eq!(at, c.to);
        prop_assert_eq!(c.whole_minutes * MINUTE_MS, m.hours.millis_between(&calendar, &zone, c.from, c.to) / MINUTE_MS * MINUTE_MS);
        // Handled ≤ whole, in minutes and in days; paused time is nobody's.
        prop_assert!(c.handled_minutes + c.paused_minutes <= c.whole_minutes);
        let d = c.days;
        prop_assert!(0 <= d.d5_handled && d.d5_handled <= d.d4_net_working && d.d4_net_working <= d.d3_working && d.d3_working <= d.d1_elapsed, "{:?}", d);
        // Working days are those of the calendar, counted one by one.
        let (mut day, last, mut n) = (zone.date_of(c.from), zone.date_of(c.to), 0);
        while day < last { day = day.tomorrow().expect("a day"); n += i64::from(calendar.is_working(day)); }
        prop_assert_eq!(d.d3_working, n);
    }

    /// Whatever else happened, a pause takes its own working time away from the utility and no more.
    #[test]
    fn a_paused_clock_does_not_run(from in 0i64..200, long in 1i64..200, total in 400i64..900) {
        let (calendar, zone) = (calendar(), zone());
        let m = Measure { calendar: &calendar, zone: &zone, hours: WorkingHours::default() };
        let at = |h: i64| Instant(1_522_512_000_000 + h * 3_600_000);
        let held = [Holding { holder: Holder::Utility, step: "all".into(), from: at(0), to: None }];
        let paused = [stop(at(from), Some(at(from + long)))];
        let with = clocks(&m, at(0), Some(at(total)), at(total), &held, &paused, 2).expect("clocks");
        let without = clocks(&m, at(0), Some(at(total)), at(total), &held, &[], 2).expect("clocks");
        prop_assert_eq!(without.handled_minutes - with.handled_minutes, m.hours.minutes_between(&calendar, &zone, at(from), at(from + long)));
        prop_assert_eq!(with.whole_minutes, without.whole_minutes);
    }
}
