//! The shipped calendar against sources that were made independently of it: the tables of the
//! domain facts, a naive count, and, where `YIXIAN_TEST_DATA` points to it, other people's
//! transcription of the notices.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use jiff::civil::Weekday;
use yixian_domain::calendar::{CalendarBook, DayKind, WorkingCalendar};
use yixian_domain::deadline::{RestDayEnd, count_days};
use yixian_domain::limit::{Limit, LimitUnit};
use yixian_domain::time::Date;

static CN: LazyLock<WorkingCalendar> = LazyLock::new(|| {
    let book: CalendarBook = toml::from_str(include_str!("../../../calendars/cn.toml")).expect("well-formed");
    book.latest().expect("the notices agree")
});

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn days(from: &str, to: &str) -> impl Iterator<Item = Date> {
    let to = day(to);
    day(from).series(jiff::Span::new().days(1)).take_while(move |date| *date <= to)
}

/// The folder with the big data sets, or nothing, said aloud. In CI they must be there.
#[allow(clippy::disallowed_methods, reason = "the tests are told by the environment where the data lies")]
fn test_data(test: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("YIXIAN_TEST_DATA") {
        return Some(folder.into());
    }
    assert!(std::env::var_os("CI").is_none(), "{test}: YIXIAN_TEST_DATA must be set in CI");
    // Written past the test harness, which would swallow it.
    let _ = writeln!(std::io::stderr(), "{test}: not run: YIXIAN_TEST_DATA is not set");
    None
}

/// Start (excluded), number of working days, due date.
const VECTORS: [(&str, u32, &str); 13] = [
    ("2018-04-17", 5, "2018-04-24"),
    ("2018-04-26", 3, "2018-05-02"),
    ("2018-09-28", 5, "2018-10-10"),
    ("2018-12-28", 3, "2019-01-03"),
    ("2019-04-29", 3, "2019-05-06"),
    ("2020-01-22", 5, "2020-02-06"),
    ("2020-01-22", 22, "2020-03-02"),
    ("2023-09-28", 6, "2023-10-12"),
    ("2024-02-08", 5, "2024-02-21"),
    ("2024-09-13", 6, "2024-09-24"),
    ("2025-01-27", 5, "2025-02-10"),
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-09-30", 5, "2026-10-13"),
];

#[test]
fn the_check_vectors_hold() {
    for (start, n, due) in VECTORS {
        assert_eq!(CN.nth_working_day_after(day(start), n), Some(day(due)), "{start} + {n}");
        let limit = Limit::new(n, LimitUnit::WorkingDays).expect("within bounds");
        let count = count_days(&CN, day(start), limit, RestDayEnd::Moves).expect("days");
        assert_eq!((count.due_date, count.provisional), (day(due), false));
    }
    // The Mentougou case: applied 17 April, energized 5 May.
    assert_eq!(CN.working_days_between(day("2018-04-17"), day("2018-05-05")), 12);
}

/// Weekdays off (w), weekend days worked (k), working days of the year; ranges include both ends.
const ADJUSTED: [(i16, &str, &str, u32); 9] = [
    (
        2018,
        "0101 0215 0216 0219 0220 0221 0405 0406 0430 0501 0618 0924 1001-1005 1231",
        "0211 0224 0408 0428 0929 0930 1229",
        250,
    ),
    (2019, "0101 0204-0208 0405 0501 0502 0503 0607 0913 1001-1004 1007", "0202 0203 0428 0505 0929 1012", 250),
    (
        2020,
        "0101 0124 0127-0131 0406 0501 0504 0505 0625 0626 1001 1002 1005-1008",
        "0119 0426 0509 0628 0927 1010",
        249,
    ),
    (
        2021,
        "0101 0211 0212 0215 0216 0217 0405 0503 0504 0505 0614 0920 0921 1001 1004-1007",
        "0207 0220 0425 0508 0918 0926 1009",
        250,
    ),
    (
        2022,
        "0103 0131 0201-0204 0404 0405 0502 0503 0504 0603 0912 1003-1007",
        "0129 0130 0402 0424 0507 1008 1009",
        249,
    ),
    (2023, "0102 0123-0127 0405 0501 0502 0503 0622 0623 0929 1002-1006", "0128 0129 0423 0506 0625 1007 1008", 249),
    (
        2024,
        "0101 0212-0216 0404 0405 0501 0502 0503 0610 0916 0917 1001-1004 1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
        251,
    ),
    (
        2025,
        "0101 0128-0131 0203 0204 0404 0501 0502 0505 0602 1001 1002 1003 1006 1007 1008",
        "0126 0208 0427 0928 1011",
        248,
    ),
    (
        2026,
        "0101 0102 0216-0220 0223 0406 0501 0504 0505 0619 0925 1001 1002 1005 1006 1007",
        "0104 0214 0228 0509 0920 1010",
        248,
    ),
];

fn listed(list: &str, date: Date) -> bool {
    let number = i32::from(date.month()) * 100 + i32::from(date.day());
    list.split(' ').any(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let value = |text: &str| text.parse::<i32>().expect("a number of the table");
        (value(from)..=value(to)).contains(&number)
    })
}

#[test]
fn every_day_of_2018_to_2026_agrees_with_the_table_of_adjusted_days() {
    for (year, off, worked, total) in ADJUSTED {
        let mut count = 0;
        for date in days(&format!("{year}-01-01"), &format!("{year}-12-31")) {
            let expected = if is_weekend(date) { listed(worked, date) } else { !listed(off, date) };
            assert_eq!(CN.is_working(date), expected, "{date}");
            count += u32::from(expected);
        }
        assert_eq!(count, total, "{year}");
        let before = day(&format!("{}-12-31", year - 1));
        assert_eq!(CN.working_days_between(before, day(&format!("{year}-12-31"))), total, "{year}");
    }
}

/// A small generator with a fixed seed (`SplitMix64`), so that a failure can be found again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

#[test]
fn a_million_random_counts_agree_with_counting_day_by_day() {
    let dates: Vec<Date> = days("2005-01-01", "2030-12-31").collect();
    let worked: Vec<bool> = dates.iter().map(|date| CN.is_working(*date)).collect();
    let mut chance = Chance(20_180_930);
    for _ in 0..1_000_000 {
        let start = chance.below(dates.len() - 300);
        let n = 1 + chance.below(60);
        let (mut at, mut seen) = (start, 0);
        while seen < n {
            at += 1;
            seen += usize::from(worked[at]);
        }
        let due = CN.nth_working_day_after(dates[start], n as u32);
        assert_eq!(due, Some(dates[at]), "{} + {n}, seed 20180930", dates[start]);
    }
}

#[test]
fn every_due_date_of_the_case_file_agrees() {
    let Some(folder) = test_data("cases.csv") else {
        return;
    };
    let path = folder.join("calendar/cases.csv");
    let mut reader = csv::Reader::from_path(&path).expect("calendar/cases.csv can be read");
    let headers = reader.headers().expect("a header line").clone();
    let column = |name: &str| headers.iter().position(|header| header == name).expect("a known column");
    let (start, n, due) = (column("start_date"), column("n_working_days"), column("due_date"));
    let (start_worked, calendar_days) = (column("start_is_workday"), column("calendar_days"));
    let mut rows = 0;
    for record in reader.records() {
        let record = record.expect("a record");
        let from = day(&record[start]);
        let limit = Limit::new(record[n].parse().expect("a number"), LimitUnit::WorkingDays).expect("within bounds");
        let count = count_days(&CN, from, limit, RestDayEnd::Moves).expect("days");
        assert_eq!(count.due_date, day(&record[due]), "{record:?}");
        assert_eq!(CN.is_working(from), &record[start_worked] == "1", "{record:?}");
        let passed = limit.n() as usize + count.skipped.len();
        assert_eq!(passed.to_string(), record[calendar_days], "every day is counted or explained: {record:?}");
        rows += 1;
    }
    // The folder may hold a part of the cases or all; an empty file proves nothing.
    assert!(rows >= 100, "only {rows} cases");
}

#[test]
fn every_day_of_the_file_of_adjusted_days_agrees_in_kind() {
    let Some(folder) = test_data("adjusted_days.csv") else {
        return;
    };
    let path = folder.join("calendar/adjusted_days_2018_2026.csv");
    let mut reader = csv::Reader::from_path(&path).expect("the file can be read");
    let mut rows = 0;
    for record in reader.records() {
        let record = record.expect("a record");
        let kind = CN.kind(day(&record[0]));
        assert_eq!(kind.is_working(), &record[2] == "1", "{record:?}");
        let make_up = matches!(kind, DayKind::MakeUp(_));
        assert_eq!(make_up, &record[3] == "makeup_workday", "{record:?}");
        if &record[3] == "holiday_weekday_off" {
            assert!(matches!(kind, DayKind::Holiday(_)), "{record:?}");
        }
        rows += 1;
    }
    assert!(rows >= 100, "only {rows} days");
}

#[test]
fn every_day_of_2007_to_2026_agrees_with_another_transcription_of_the_notices() {
    let Some(folder) = test_data("holiday-cn") else {
        return;
    };
    let mut off_by_date: BTreeMap<Date, bool> = BTreeMap::new();
    for year in 2007..=2026 {
        let text = std::fs::read_to_string(folder.join(format!("calendar/{year}.json"))).expect("a year's file");
        let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        for entry in file["days"].as_array().expect("days") {
            let date = day(entry["date"].as_str().expect("a date"));
            let off = entry["isOffDay"].as_bool().expect("yes or no");
            // Late December stands in the next year's file and nowhere else.
            assert_eq!(off_by_date.insert(date, off), None, "{date} stands in two files");
        }
    }
    let mut compared = 0;
    for date in days("2007-01-01", "2026-12-31") {
        let expected = off_by_date.get(&date).map_or(!is_weekend(date), |off| !off);
        assert_eq!(CN.is_working(date), expected, "{date}");
        compared += 1;
    }
    assert_eq!(compared, 7_305);
}
