//! The working calendar, notice by notice, day by day.

use std::sync::LazyLock;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// The shipped notices.
pub(crate) fn book() -> CalendarBook {
    let text = include_str!("../../../../../calendars/cn.toml");
    toml::from_str(text).expect("the shipped calendar is well-formed")
}

/// The shipped calendar.
pub(crate) fn cn() -> &'static WorkingCalendar {
    static CN: LazyLock<WorkingCalendar> = LazyLock::new(|| book().latest().expect("the shipped notices agree"));
    &CN
}

fn known_on(year: i16, month: i8, day: i8) -> WorkingCalendar {
    book().as_known_on(date(year, month, day)).expect("what was published by then agrees")
}

fn name(zh: &str, en: &str) -> Name {
    Name { zh: zh.into(), en: en.into() }
}

#[test]
fn each_kind_of_day_gives_its_reason() {
    let spring = name("春节", "Spring Festival");
    for (day, kind) in [
        (date(2018, 2, 13), DayKind::Working),
        (date(2018, 2, 11), DayKind::MakeUp(spring.clone())),
        (date(2018, 2, 15), DayKind::Holiday(spring.clone())),
        // A Saturday within the holiday is the holiday's, not just a weekend.
        (date(2018, 2, 17), DayKind::Holiday(spring)),
        (date(2018, 3, 3), DayKind::WeekendOff),
    ] {
        assert_eq!(cn().kind(day), kind, "{day}");
    }
}

#[test]
fn late_december_follows_the_notice_of_the_next_year() {
    let new_year = name("元旦", "New Year's Day");
    assert_eq!(cn().kind(date(2018, 12, 29)), DayKind::MakeUp(new_year.clone()));
    assert_eq!(cn().kind(date(2018, 12, 31)), DayKind::Holiday(new_year.clone()));
    assert_eq!(cn().kind(date(2022, 12, 31)), DayKind::Holiday(new_year));
    // Until that notice came out, nobody could know.
    let before = known_on(2018, 12, 5);
    assert_eq!(before.kind(date(2018, 12, 29)), DayKind::WeekendOff);
    assert!(before.is_provisional(date(2018, 12, 29)));
    assert!(!before.is_provisional(date(2018, 12, 28)));
}

#[test]
fn the_revision_of_2015_is_known_from_its_day_on() {
    let (before, after) = (known_on(2015, 5, 12), known_on(2015, 5, 13));
    for (day, was_worked, is_worked) in [
        (date(2015, 9, 2), true, true),
        (date(2015, 9, 3), true, false),
        (date(2015, 9, 4), true, false),
        (date(2015, 9, 5), false, false),
        (date(2015, 9, 6), false, true),
    ] {
        assert_eq!((before.is_working(day), after.is_working(day)), (was_worked, is_worked), "{day}");
    }
    assert_eq!(after.reference().known_on, Some(date(2015, 5, 13)));
}

#[test]
fn the_revision_of_2019_is_known_from_its_day_on() {
    let (before, after) = (known_on(2019, 3, 21), known_on(2019, 3, 22));
    for (day, was_worked, is_worked) in [
        (date(2019, 4, 28), false, true),
        (date(2019, 5, 1), false, false),
        (date(2019, 5, 2), true, false),
        (date(2019, 5, 3), true, false),
        (date(2019, 5, 4), false, false),
        (date(2019, 5, 5), false, true),
    ] {
        assert_eq!((before.is_working(day), after.is_working(day)), (was_worked, is_worked), "{day}");
    }
}

#[test]
fn the_revision_of_2020_is_known_from_its_day_on() {
    let (before, after) = (known_on(2020, 1, 26), known_on(2020, 1, 27));
    for (day, was_worked, is_worked) in [
        (date(2020, 1, 19), true, true),
        (date(2020, 1, 23), true, true),
        (date(2020, 1, 24), false, false),
        (date(2020, 1, 30), false, false),
        (date(2020, 1, 31), true, false),
        (date(2020, 2, 1), true, false),
        (date(2020, 2, 2), false, false),
        (date(2020, 2, 3), true, true),
    ] {
        assert_eq!((before.is_working(day), after.is_working(day)), (was_worked, is_worked), "{day}");
    }
    // The same promise, made on 22 January for five working days, moved by two of them.
    assert_eq!(before.nth_working_day_after(date(2020, 1, 22), 5), Some(date(2020, 2, 4)));
    assert_eq!(after.nth_working_day_after(date(2020, 1, 22), 5), Some(date(2020, 2, 6)));
}

#[test]
fn nothing_is_known_before_the_first_notice() {
    let nothing = known_on(2000, 1, 1);
    assert_eq!(nothing.published_years(), &[] as &[i16]);
    assert_eq!(nothing.provisional_after(), Date::MIN);
    assert!(nothing.is_provisional(date(2000, 1, 3)));
    assert!(nothing.is_working(date(2000, 1, 3)));
}

#[test]
fn days_after_28_december_of_the_last_published_year_are_provisional() {
    assert_eq!(cn().provisional_after(), date(2026, 12, 28));
    assert_eq!(cn().published_years(), (2007..=2026).collect::<Vec<_>>());
    for (day, provisional) in [
        (date(2006, 12, 31), true),
        (date(2007, 1, 1), false),
        (date(2025, 12, 31), false),
        (date(2026, 12, 28), false),
        (date(2026, 12, 29), true),
        (date(2027, 1, 1), true),
        (date(9999, 12, 31), true),
    ] {
        assert_eq!(cn().is_provisional(day), provisional, "{day}");
        assert_eq!(cn().any_provisional(day, day), provisional, "{day}");
    }
    assert!(!cn().any_provisional(date(2007, 1, 1), date(2026, 12, 28)));
    assert!(cn().any_provisional(date(2007, 1, 1), date(2026, 12, 29)));
    assert!(cn().any_provisional(date(2006, 12, 31), date(2007, 1, 1)));
    assert!(!cn().any_provisional(date(2027, 1, 2), date(2027, 1, 1)));
    // 1 January of a year without a notice is, for all that is known, a plain Friday.
    assert_eq!(cn().kind(date(2027, 1, 1)), DayKind::Working);
}

#[test]
fn a_gap_between_published_years_is_provisional() {
    let mut book = book();
    book.notices.retain(|notice| notice.year != 2010);
    let calendar = book.latest().expect("fewer notices still agree");
    for (day, provisional) in
        [(date(2009, 12, 28), false), (date(2009, 12, 29), true), (date(2010, 6, 1), true), (date(2011, 1, 1), false)]
    {
        assert_eq!(calendar.is_provisional(day), provisional, "{day}");
    }
    assert!(calendar.any_provisional(date(2009, 1, 1), date(2011, 6, 1)));
}

#[test]
fn a_local_measure_lies_over_the_published_calendar() {
    let local = LocalDays {
        name: name("延迟复工", "Late return to work"),
        source: "a city's notice of January 2020".into(),
        off: vec!["2020-02-03..02-09".parse().expect("a range")],
        work: vec!["2020-02-15".parse().expect("a range")],
    };
    let calendar = cn().with_local(&local);
    assert_eq!(calendar.kind(date(2020, 2, 3)), DayKind::LocalRest(local.name.clone()));
    assert_eq!(calendar.kind(date(2020, 2, 15)), DayKind::LocalWork(local.name.clone()));
    assert_eq!(calendar.nth_working_day_after(date(2020, 1, 23), 1), Some(date(2020, 2, 10)));
    assert_eq!(calendar.nth_working_day_after(date(2020, 2, 14), 1), Some(date(2020, 2, 15)));
    assert_eq!(calendar.label(), "CN 2026.1 +延迟复工");
    // The calendar underneath is what it was.
    assert_eq!(cn().nth_working_day_after(date(2020, 1, 23), 1), Some(date(2020, 2, 3)));
}

#[test]
fn every_notice_names_its_source_and_every_holiday_has_an_english_name() {
    let book = book();
    for notice in &book.notices {
        assert!(notice.source.starts_with("http"), "{}", notice.title);
        assert!(notice.source.contains("www.gov.cn/"), "{}", notice.title);
        let year = notice.published.year();
        assert!(year == notice.year || year == notice.year - 1, "{}", notice.title);
        for holiday in &notice.days {
            assert!(book.names.contains_key(&holiday.name), "{}", holiday.name);
        }
    }
    assert_eq!(book.notices.len(), 20 + 3);
}

fn small_book(notices: &str) -> Result<WorkingCalendar, CalendarError> {
    let text = format!("id = \"X\"\nversion = \"1\"\n{notices}");
    toml::from_str::<CalendarBook>(&text).expect("the test writes well-formed notices").latest()
}

fn notice(year: i16, published: &str, rest: &str) -> String {
    format!("[[notice]]\nyear = {year}\npublished = \"{published}\"\ntitle = \"{published}\"\nsource = \"-\"\n{rest}\n")
}

#[test]
fn notices_that_contradict_each_other_are_refused() {
    let first =
        notice(2020, "2019-11-01", r#"days = [{ name = "A", off = ["2020-01-24..01-30"], work = ["2020-02-01"] }]"#);
    let again = r#"days = [{ name = "A", off = ["2020-01-30..01-31"] }]"#;
    let title = String::from("2020-01-27");
    assert_eq!(
        small_book(&(first.clone() + &notice(2020, "2020-01-27", again))).err(),
        Some(CalendarError::ArrangedTwice { title: title.clone(), date: date(2020, 1, 30) })
    );
    let revised = format!("replaces = [\"2020-01-30\"]\n{again}");
    assert!(small_book(&(notice(2020, "2020-01-27", &revised) + &first)).is_ok(), "the order in the file is free");
    let nothing = format!("replaces = [\"2020-03-01\"]\n{again}");
    assert_eq!(
        small_book(&(first.clone() + &notice(2020, "2020-01-27", &nothing))).err(),
        Some(CalendarError::NothingToReplace { title: title.clone(), date: date(2020, 3, 1) })
    );
    let weekday = r#"days = [{ name = "A", work = ["2020-02-03"] }]"#;
    assert_eq!(
        small_book(&(first.clone() + &notice(2020, "2020-01-27", weekday))).err(),
        Some(CalendarError::MakeUpOnWeekday { title: title.clone(), date: date(2020, 2, 3) })
    );
    for foreign in ["2021-01-01", "2019-11-30"] {
        let days = format!("days = [{{ name = \"A\", off = [\"{foreign}\"] }}]");
        let error = small_book(&notice(2020, "2020-01-27", &days)).err();
        assert!(matches!(error, Some(CalendarError::ForeignDay { year: 2020, .. })), "{error:?}");
    }
    let error = small_book(&notice(20, "2020-01-27", "days = []")).err();
    assert_eq!(error, Some(CalendarError::OddYear { title, year: 20 }));
    let unnamed = CalendarBook { id: " ".into(), ..book() };
    assert_eq!(unnamed.latest().err(), Some(CalendarError::Unnamed));
}

#[test]
fn misspelt_keys_are_refused() {
    let book = |key: &str| {
        let days = format!("days = [{{ name = \"A\", {key} = [\"2020-01-24\"] }}]");
        let notice = notice(2020, "2019-11-01", &days);
        toml::from_str::<CalendarBook>(&format!("id = \"X\"\nversion = \"1\"\n{notice}"))
    };
    assert!(book("off").is_ok());
    assert!(book("of").is_err());
}

#[test]
fn a_book_survives_the_database() {
    let json = serde_json::to_string(&book()).expect("a book is plain data");
    assert_eq!(serde_json::from_str::<CalendarBook>(&json).expect("and comes back"), book());
}

#[test]
fn counts_that_leave_the_calendar_are_refused_at_once() {
    assert_eq!(cn().nth_working_day_after(date(2018, 1, 1), u32::MAX), None);
    assert_eq!(cn().nth_working_day_after(Date::MAX, 1), None);
    assert_eq!(cn().nth_working_day_after(date(9998, 12, 31), 1), None);
    assert_eq!(cn().nth_working_day_after(date(9998, 12, 30), 1), Some(date(9998, 12, 31)));
    assert!(cn().nth_working_day_after(Date::MIN, 3_000_000).is_some());
}

proptest! {
    #[test]
    fn no_date_panics(year in -9999i16..=9999, month in 1i8..=12, day in 1i8..=31, n in any::<u32>()) {
        if let Ok(date) = Date::new(year, month, day) {
            let kind = cn().kind(date);
            prop_assert_eq!(kind.is_working(), cn().is_working(date));
            let _ = (cn().is_provisional(date), cn().any_provisional(Date::MIN, date), cn().any_provisional(date, Date::MAX));
            if let Some(due) = cn().nth_working_day_after(date, n) {
                prop_assert_eq!(cn().working_days_between(date, due), n);
                prop_assert!(n == 0 || cn().is_working(due));
            }
        }
    }

    #[test]
    fn a_range_is_provisional_when_one_of_its_days_is(first in 0i64..9_000, length in 0i64..900) {
        let from = date(2005, 1, 1).saturating_add(jiff::SignedDuration::from_hours(24 * first));
        let to = from.saturating_add(jiff::SignedDuration::from_hours(24 * length));
        let by_day = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to).any(|day| cn().is_provisional(day));
        prop_assert_eq!(cn().any_provisional(from, to), by_day);
    }
}
