//! A year against an implementation of its own that goes from outage to outage, and what has to hold of every year.

use super::super::OutageFacts;
use super::super::served::Step;
use super::*;
use crate::base::ids::UnitId;
use jiff::civil::date;
use uuid::Uuid;

/// Numbers by chance, the same ones each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn zone() -> Zone {
    Zone::parse("Asia/Shanghai").expect("a zone")
}

fn unit(n: u64) -> UnitId {
    UnitId(Uuid::from_u128(u128::from(n)))
}

const DISTRICTS: [&str; 3] = ["东城区", "海淀区", "密云区"];

fn bases() -> Vec<ServedBase> {
    let base = |(i, district): (usize, &&str)| ServedBase {
        id: Uuid::from_u128(100 + i as u128),
        unit: unit(i as u64),
        district: (*district).to_owned(),
        steps: vec![
            Step { from: date(2016, 1, 1), customers: 40_000 + 10_000 * i as u32 },
            Step { from: date(2018, 4, 11), customers: 41_000 + 10_000 * i as u32 },
        ],
        last_at: Instant(0),
        rev: 2,
    };
    DISTRICTS.iter().enumerate().map(base).collect()
}

fn outages(n: usize) -> Vec<OutageFacts> {
    let mut chance = Chance(20_180_501);
    let begin = zone().at(date(2016, 6, 1), jiff::civil::Time::midnight()).0;
    let storm = zone().at(date(2018, 7, 16), jiff::civil::Time::midnight()).0;
    (0..n)
        .map(|i| {
            let at = chance.below(3);
            let wild = i % 100 == 0;
            let start = if wild {
                storm + chance.below(86_400_000) as i64
            } else {
                begin + chance.below(80_000_000) as i64 * 1_000
            };
            let lasted = match chance.below(20) {
                0 => chance.below(300_001) as i64,
                1 => 30 * 3_600_000 + chance.below(3_600_000) as i64,
                _ => chance.below(14_400_000) as i64,
            };
            OutageFacts {
                start: Instant(start),
                end: (chance.below(50) > 0).then_some(Instant(start + lasted)),
                district: DISTRICTS[at as usize].to_owned(),
                unit: unit(at),
                level: NetworkLevel::ALL[chance.below(3) as usize],
                kind: OutageKind::ALL[chance.below(3) as usize],
                customers: if wild { 20_000 } else { chance.below(400) as u32 },
                cause: None,
            }
        })
        .collect()
}

fn counted(all: &[OutageFacts], at: impl Fn(Date) -> (Date, Date)) -> Vec<Counted> {
    let mut sums: BTreeMap<((Date, Date), Cell), Sums> = BTreeMap::new();
    for o in all {
        *sums.entry((at(o.day(&zone())), Cell::of(o))).or_default() += Sums::of(o);
    }
    sums.into_iter().map(|(((first, last), cell), sums)| Counted { first, last, cell, sums }).collect()
}

fn days(all: &[OutageFacts]) -> Days {
    let mut days = Days::new();
    for o in all {
        *days.entry(o.day(&zone())).or_default() += Sums::of(o);
    }
    days
}

fn year_of(all: &[OutageFacts], year: i16, as_of: Instant) -> Year {
    let (days, bases, zone) = (days(all), bases(), zone());
    let (months, by_day) = (counted(all, |d| (d.first_of_month(), d.last_of_month())), counted(all, |d| (d, d)));
    let told = Told { days: &days, bases: &bases, months: &months, by_day: &by_day, as_of, zone: &zone };
    Year::of(year, &told, &bases.iter().collect::<Vec<_>>())
}

fn late() -> Instant {
    zone().at(date(2019, 6, 1), jiff::civil::Time::midnight())
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0), "{a} and {b}");
}

/// SAIDI minutes and SAIFI of a year and its major event days, outage by outage, with nothing of the code above.
fn naive(all: &[OutageFacts], year: i16) -> (f64, f64, f64, Vec<Date>) {
    let served = |d: Date| if d < date(2018, 4, 11) { 150_000.0 } else { 153_000.0 };
    let counts = |o: &&OutageFacts| o.end.is_some_and(|e| e.0 - o.start.0 > 300_000);
    let minutes =
        |o: &OutageFacts| f64::from(o.customers) * ((o.end.map_or(0, |e| e.0) - o.start.0) / 1_000) as f64 / 60.0;
    let local = |o: &OutageFacts| zone().date_of(o.start);
    let mut daily: BTreeMap<Date, f64> = BTreeMap::new();
    for o in all.iter().filter(counts) {
        *daily.entry(local(o)).or_default() += minutes(o) / served(local(o));
    }
    let logs = |of: &dyn Fn(i16) -> bool| -> Vec<f64> {
        daily.iter().filter(|(d, s)| of(d.year()) && **s > 0.0).map(|(_, s)| s.ln()).collect()
    };
    let before = logs(&|y| (year - 5..year).contains(&y));
    let logs = if before.len() < 2 { logs(&|y| y == year) } else { before };
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let variance = logs.iter().map(|l| (l - mean) * (l - mean)).sum::<f64>() / (logs.len() - 1) as f64;
    let limit = (mean + 2.5 * variance.sqrt()).exp();
    let major: Vec<Date> = daily.iter().filter(|(d, s)| d.year() == year && **s > limit).map(|(d, _)| *d).collect();
    let (mut customer_days, mut n) = (0.0, 0.0);
    let mut day = date(year, 1, 1);
    while day.year() == year {
        (customer_days, n) = (customer_days + served(day), n + 1.0);
        day = day.tomorrow().expect("a day");
    }
    let base = customer_days / n;
    let own: Vec<&OutageFacts> = all.iter().filter(counts).filter(|o| local(o).year() == year).collect();
    let saidi = own.iter().map(|o| minutes(o)).sum::<f64>() / base;
    let saifi = own.iter().map(|o| f64::from(o.customers)).sum::<f64>() / base;
    let without = own.iter().filter(|o| !major.contains(&local(o))).map(|o| minutes(o)).sum::<f64>() / base;
    (saidi, saifi, without, major)
}

#[test]
fn an_implementation_of_its_own_agrees_on_five_thousand_outages() {
    let all = outages(5_000);
    for year in [2016, 2017, 2018] {
        let (saidi, saifi, without, major) = naive(&all, year);
        let y = year_of(&all, year, late());
        near(y.total.all.saidi_min().expect("customers"), saidi);
        near(y.total.all.saifi().expect("customers"), saifi);
        near(y.total.without.saidi_min().expect("customers"), without);
        assert_eq!(y.major.iter().map(|m| m.day).collect::<Vec<_>>(), major, "{year}");
    }
    let y = year_of(&all, 2018, late());
    assert!(y.major.iter().any(|m| m.day == date(2018, 7, 16)), "the storm");
    let from = y.threshold.expect("two years before");
    assert_eq!((from.first, from.last), (2016, 2017));
    assert_eq!(year_of(&all, 2016, late()).threshold.map(|t| (t.first, t.last)), Some((2016, 2016)));
}

#[test]
fn months_districts_levels_and_kinds_add_up_to_the_year() {
    let all = outages(2_000);
    let y = year_of(&all, 2018, late());
    let sum = |parts: &mut dyn Iterator<Item = Indexed>| {
        parts.fold((Sums::default(), Sums::default()), |(a, w), p| (a + p.all.sums, w + p.without.sums))
    };
    let whole = (y.total.all.sums, y.total.without.sums);
    assert_eq!(sum(&mut y.months.iter().map(|m| m.1)), whole);
    assert_eq!(sum(&mut y.districts.iter().map(|d| d.1)), whole);
    assert_eq!(sum(&mut y.levels.iter().map(|l| l.1)), whole);
    assert_eq!(sum(&mut y.kinds.iter().map(|k| k.1)), whole);
    // Levels and kinds are of all customers, so that their indices add up as well.
    let levels: f64 = y.levels.iter().filter_map(|l| l.1.all.saidi_min()).sum();
    near(levels, y.total.all.saidi_min().expect("customers"));
    // Where the base does not change, months add up to the year too.
    let y = year_of(&all, 2017, late());
    let months: f64 = y.months.iter().filter_map(|m| m.1.all.saidi_min()).sum();
    near(months, y.total.all.saidi_min().expect("customers"));
    let asai = y.total.all.asai().expect("a year");
    near(asai, 100.0 * (1.0 - y.total.all.saidi_min().expect("customers") / (365.0 * 1_440.0)));
}

#[test]
fn an_outage_belongs_whole_to_the_day_on_which_it_begins() {
    let at = |d: Date, h: i8, m: i8| zone().at(d, jiff::civil::time(h, m, 0, 0));
    let over = OutageFacts {
        start: at(date(2018, 1, 31), 23, 30),
        end: Some(at(date(2018, 2, 1), 0, 30)),
        customers: 1_500,
        ..outages(1).remove(0)
    };
    let y = year_of(std::slice::from_ref(&over), 2018, late());
    let minutes: Vec<f64> = y.months.iter().map(|m| m.1.all.sums.customer_minutes()).collect();
    assert_eq!((minutes[0], minutes[1]), (90_000.0, 0.0));
    // And to the year: one that begins on New Year's Eve is none of the new year's.
    let eve = OutageFacts { start: at(date(2017, 12, 31), 23, 59), end: Some(at(date(2018, 1, 1), 2, 0)), ..over };
    assert!(year_of(std::slice::from_ref(&eve), 2018, late()).total.all.sums.is_zero());
    assert_eq!(year_of(&[eve], 2017, late()).total.all.sums.sustained, 1);
}

#[test]
fn a_year_that_is_not_over_is_measured_so_far() {
    let all = outages(500);
    let y = year_of(&all, 2018, zone().at(date(2018, 5, 11), jiff::civil::Time::midnight()));
    assert_eq!(y.months.len(), 5);
    // Ten days of May, of a hundred and thirty of the year.
    near(y.months[4].1.all.seconds, 10.0 * 86_400.0);
    near(y.total.all.seconds, 130.0 * 86_400.0);
    let none = year_of(&all, 2019, zone().at(date(2018, 5, 11), jiff::civil::Time::midnight()));
    assert!(none.months.is_empty() && none.districts.is_empty());
    assert_eq!(none.total.all.saidi_min(), None);
}
