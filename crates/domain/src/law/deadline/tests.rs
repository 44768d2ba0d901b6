//! Deadlines: examples from the law's text, and properties.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::base::time::Zone;
use crate::law::calendar::WorkingCalendar;
use crate::law::calendar::tests::{book, cn};
use crate::law::calendar::{DayKind, LocalDays, Name, WorkingHours};
use crate::law::limit::Limit;

fn shanghai() -> Zone {
    Zone::parse("Asia/Shanghai").expect("compiled in")
}

/// `2018-05-02T08:30` on the wall in Shanghai.
fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}:00+08:00")).expect("an instant that the test names")
}

fn day(text: &str) -> Date {
    text.parse().expect("a date that the test names")
}

fn limit(text: &str) -> Limit {
    text.parse().expect("a limit that the test names")
}

fn name(zh: &str, en: &str) -> Name {
    Name { zh: zh.into(), en: en.into() }
}

fn pause(from: &str, to: Option<&str>) -> Pause {
    Pause { from: at(from), to: to.map(at), reason: "customer-works".into(), approver: "P7".into() }
}

fn extension(promise: Promise, approved_at: &str) -> Extension {
    Extension { promise, approver: "P9".into(), approved_at: at(approved_at) }
}

/// What the tests vary.
#[derive(Debug)]
struct Case {
    start: Instant,
    promise: Promise,
    pauses: Vec<Pause>,
    extensions: Vec<Extension>,
    rest_day_end: RestDayEnd,
}

fn case(start: &str, text: &str) -> Case {
    let promise = Promise::Limit(limit(text));
    Case { start: at(start), promise, pauses: vec![], extensions: vec![], rest_day_end: RestDayEnd::Moves }
}

impl Case {
    fn paused(mut self, from: &str, to: &str) -> Self {
        self.pauses.push(pause(from, Some(to)));
        self
    }

    fn paused_since(mut self, from: &str) -> Self {
        self.pauses.push(pause(from, None));
        self
    }

    fn extended(mut self, promise: Promise, approved_at: &str) -> Self {
        self.extensions.push(extension(promise, approved_at));
        self
    }

    fn by(&self, calendar: &WorkingCalendar) -> Result<Deadline, DeadlineError> {
        Deadline::compute(&Terms {
            start: StartEvent { code: "accepted".into(), at: self.start },
            rule: RuleRef { rule_set: "R3".into(), row: "plan-reply-lv".into(), source: "ten commitments 2011".into() },
            promise: self.promise,
            calendar,
            zone: &shanghai(),
            pauses: &self.pauses,
            extensions: &self.extensions,
            rest_day_end: self.rest_day_end,
        })
    }

    fn deadline(&self) -> Deadline {
        self.by(cn()).expect("a deadline")
    }

    fn due_date(&self) -> String {
        self.deadline().due_date.map_or("suspended".into(), |date| date.to_string())
    }

    fn due(&self) -> String {
        let due = self.deadline().due.expect("not suspended");
        shanghai().local(due).to_string()
    }
}

#[test]
fn the_due_instant_is_24_hours_of_the_due_day_in_the_zone() {
    // Whatever the hour of the start: the start day does not count.
    for start in ["2018-04-17T00:00", "2018-04-17T09:00", "2018-04-17T23:59"] {
        let deadline = case(start, "5wd").deadline();
        assert_eq!(deadline.due_date, Some(day("2018-04-24")));
        assert_eq!(deadline.due, Some(at("2018-04-25T00:00")));
        assert!(!deadline.is_overdue(at("2018-04-24T23:59")));
        assert!(deadline.is_overdue(at("2018-04-25T00:00")));
    }
}

#[test]
fn the_start_day_is_the_zone_s_day() {
    // 01:00 in Shanghai on the 18th is still the 17th in Boston.
    let boston = Zone::parse("fixed:-05:00").expect("an offset");
    let case = case("2018-04-18T01:00", "1cd");
    let terms = Terms {
        start: StartEvent { code: "raised".into(), at: case.start },
        rule: RuleRef { rule_set: String::new(), row: String::new(), source: String::new() },
        promise: case.promise,
        calendar: cn(),
        zone: &boston,
        pauses: &[],
        extensions: &[],
        rest_day_end: RestDayEnd::Stays,
    };
    let deadline = Deadline::compute(&terms).expect("a deadline");
    assert_eq!(deadline.explanation.start_date, day("2018-04-17"));
    assert_eq!(deadline.due.map(|due| due.to_string()).as_deref(), Some("2018-04-19T05:00:00.000Z"));
}

#[test]
fn the_explanation_names_every_day_and_its_reason() {
    let deadline = case("2018-04-26T10:00", "3wd").deadline();
    let why = deadline.explanation;
    let may_day = name("劳动节", "Labour Day");
    let days = why.days.expect("days were counted");
    assert_eq!(days.due_date, day("2018-05-02"));
    let skipped: Vec<_> = days.skipped.iter().map(|skip| (skip.date.to_string(), skip.why.clone())).collect();
    let holiday = SkipReason::Holiday(may_day.clone());
    assert_eq!(
        skipped,
        [
            ("2018-04-29".to_owned(), holiday.clone()),
            ("2018-04-30".to_owned(), holiday.clone()),
            ("2018-05-01".to_owned(), holiday),
        ]
    );
    assert_eq!(days.make_up, [MakeUpDay { date: day("2018-04-28"), name: may_day }]);
    assert_eq!((days.unlisted, days.moved_from), (0, None));
    assert_eq!((why.start_date, why.start_day), (day("2018-04-26"), DayKind::Working));
    assert_eq!(why.start.code, "accepted");
    assert_eq!(why.rule.row, "plan-reply-lv");
    assert_eq!((why.promised, why.holds), (Promise::Limit(limit("3wd")), Promise::Limit(limit("3wd"))));
    assert_eq!(why.calendar.to_string(), "CN 2026.1");
    assert_eq!(why.provisional_after, day("2026-12-28"));
    assert_eq!(why.zone.name(), "Asia/Shanghai");
}

#[test]
fn a_make_up_day_can_be_the_last() {
    let deadline = case("2018-04-27T10:00", "1wd").deadline();
    assert_eq!(deadline.due_date, Some(day("2018-04-28")));
    let days = deadline.explanation.days.expect("days were counted");
    assert_eq!((days.make_up.len(), days.skipped.len()), (1, 0));
}

#[test]
fn a_start_on_a_rest_day_counts_from_the_next_working_day() {
    for (start, due) in [
        ("2018-05-01T10:00", "2018-05-02"), // holiday
        ("2018-05-05T10:00", "2018-05-07"), // Saturday
        ("2018-04-28T10:00", "2018-05-02"), // a make-up workday is no rest day, and is excluded like any start
    ] {
        assert_eq!(case(start, "1wd").due_date(), due);
    }
}

#[test]
fn calendar_days_run_through_and_end_on_a_working_day() {
    for (start, text, moves, stays) in [
        ("2018-05-02T10:00", "7cd", "2018-05-09", "2018-05-09"),
        ("2018-05-02T10:00", "3cd", "2018-05-07", "2018-05-05"),
        ("2018-04-21T10:00", "7cd", "2018-04-28", "2018-04-28"), // a Saturday, but worked
        ("2018-09-24T10:00", "7cd", "2018-10-08", "2018-10-01"),
        ("2018-04-17T10:00", "18cd", "2018-05-07", "2018-05-05"),
    ] {
        let mut case = case(start, text);
        assert_eq!(case.due_date(), moves);
        case.rest_day_end = RestDayEnd::Stays;
        assert_eq!(case.due_date(), stays);
        assert!(case.deadline().explanation.days.expect("days").skipped.is_empty());
    }
    let days = case("2018-09-24T10:00", "7cd").deadline().explanation.days.expect("days");
    assert_eq!(days.moved_from, Some(day("2018-10-01")));
    let skipped: Vec<_> = days.skipped.iter().map(|skip| skip.date).collect();
    assert_eq!(skipped, (1..=7).map(|d| date(2018, 10, d)).collect::<Vec<_>>());
    assert_eq!(days.make_up, [], "calendar days count a make-up day like any other");
}

#[test]
fn hours_run_through_nights_and_holidays() {
    for (start, text, due) in [
        ("2018-04-28T17:00", "24h", "2018-04-29T17:00:00"),
        ("2018-04-30T23:30", "2h", "2018-05-01T01:30:00"),
        ("2018-02-15T08:00", "168h", "2018-02-22T08:00:00"),
    ] {
        let deadline = case(start, text).deadline();
        assert_eq!(shanghai().local(deadline.due.expect("due")).to_string(), due);
        assert_eq!(deadline.explanation.days, None);
        assert!(!deadline.provisional);
    }
    // Not even hours in an unpublished year are provisional: no calendar is asked.
    assert!(!case("2031-01-01T10:00", "24h").deadline().provisional);
}

#[test]
fn a_paused_clock_does_not_run() {
    // Without a pause 2018-05-07 + 5wd is Monday the 14th.
    assert_eq!(case("2018-05-07T10:00", "5wd").due_date(), "2018-05-14");
    for (from, to, due) in [
        ("2018-05-08T00:00", "2018-05-10T00:00", "2018-05-16"), // two whole days
        ("2018-05-08T15:00", "2018-05-10T09:00", "2018-05-17"), // touches three
        ("2018-05-08T10:00", "2018-05-08T10:01", "2018-05-15"), // a minute books the day
        ("2018-05-08T10:00", "2018-05-08T10:00", "2018-05-14"), // nothing is nothing
        ("2018-05-07T11:00", "2018-05-08T00:00", "2018-05-14"), // the start day never counted
        ("2018-05-01T00:00", "2018-05-09T00:00", "2018-05-15"), // begun before the start
        ("2018-05-12T00:00", "2018-05-14T00:00", "2018-05-14"), // a weekend is lost to nobody
        ("2018-05-14T23:59", "2018-05-20T12:00", "2018-05-21"), // on the last day, just in time
        ("2018-05-15T00:00", "2018-05-20T12:00", "2018-05-14"), // too late
    ] {
        assert_eq!(case("2018-05-07T10:00", "5wd").paused(from, to).due_date(), due, "{from} to {to}");
    }
}

#[test]
fn pauses_that_overlap_or_share_a_day_give_it_back_once() {
    let one = case("2018-05-07T10:00", "5wd").paused("2018-05-08T09:00", "2018-05-09T18:00");
    let many = case("2018-05-07T10:00", "5wd")
        .paused("2018-05-09T08:00", "2018-05-09T18:00")
        .paused("2018-05-08T09:00", "2018-05-08T10:00")
        .paused("2018-05-08T09:30", "2018-05-09T09:00");
    assert_eq!(one.due_date(), "2018-05-16");
    assert_eq!(many.due_date(), one.due_date());
    let days = many.deadline().explanation.days.expect("days");
    let paused: Vec<_> =
        days.skipped.iter().filter(|skip| skip.why == SkipReason::Paused).map(|skip| skip.date).collect();
    assert_eq!(paused, [day("2018-05-08"), day("2018-05-09")]);
    let listed: Vec<_> = many.deadline().explanation.pauses.iter().map(|pause| pause.from).collect();
    assert!(listed.is_sorted() && listed.len() == 3);
}

#[test]
fn paused_calendar_days_and_hours_are_given_back() {
    let days = case("2018-05-07T10:00", "7cd").paused("2018-05-09T10:00", "2018-05-11T10:00");
    assert_eq!(days.due_date(), "2018-05-17");
    let hours = case("2018-05-07T10:00", "24h").paused("2018-05-07T12:00", "2018-05-07T18:30");
    assert_eq!(hours.due(), "2018-05-08T16:30:00");
    let twice = case("2018-05-07T10:00", "24h")
        .paused("2018-05-07T12:00", "2018-05-07T18:30")
        .paused("2018-05-08T16:00", "2018-05-08T17:00");
    assert_eq!(twice.due(), "2018-05-08T17:30:00");
    let late = case("2018-05-07T10:00", "24h").paused("2018-05-08T10:00", "2018-05-09T10:00");
    assert_eq!(late.due(), "2018-05-08T10:00:00", "a pause that begins when it is due is too late");
}

#[test]
fn an_open_pause_suspends_what_is_not_yet_due() {
    let open = case("2018-05-07T10:00", "5wd").paused_since("2018-05-09T15:00");
    let deadline = open.deadline();
    // The 8th is gone; the day the pause began is not counted as elapsed.
    let suspension = Suspension { since: at("2018-05-09T15:00"), left: Left::Days(4) };
    assert_eq!((deadline.due, deadline.due_date, deadline.suspended), (None, None, Some(suspension)));
    assert!(!deadline.is_overdue(at("2030-01-01T00:00")));

    let now = at("2018-05-16T12:00");
    let mut resumed = open;
    resumed.pauses = resumed.pauses.into_iter().map(|pause| pause.closed_at(now)).collect();
    // Four working days after the 16th.
    assert_eq!(resumed.due_date(), "2018-05-22");

    let hours = case("2018-05-07T10:00", "24h").paused_since("2018-05-07T16:00").deadline();
    assert_eq!(hours.suspended.map(|s| s.left), Some(Left::Millis(18 * HOUR_MS)));
    let rolled = case("2018-05-02T10:00", "3cd").paused_since("2018-05-06T10:00").deadline();
    assert_eq!(rolled.suspended.map(|s| s.left), Some(Left::Days(0)), "only the move to Monday is left");
}

#[test]
fn pausing_does_not_make_the_overdue_timely() {
    for (text, open) in [("5wd", "2018-05-15T00:00"), ("24h", "2018-05-08T10:00")] {
        let late = case("2018-05-07T10:00", text).paused_since(open).deadline();
        assert_eq!(late.suspended, None);
        assert_eq!(late.due, case("2018-05-07T10:00", text).deadline().due);
    }
}

#[test]
fn a_pause_that_ends_before_it_begins_is_refused() {
    let reversed = case("2018-05-07T10:00", "5wd").paused("2018-05-09T10:00", "2018-05-08T10:00");
    let error = DeadlineError::PauseReversed { from: at("2018-05-09T10:00"), to: at("2018-05-08T10:00") };
    assert_eq!(reversed.by(cn()), Err(error));
}

#[test]
fn the_last_approved_extension_holds() {
    let more = case("2018-05-07T10:00", "5wd").extended(Promise::Limit(limit("10wd")), "2018-05-11T10:00");
    assert_eq!(more.due_date(), "2018-05-21");
    // Given in any order; the later approval counts. A new day stays as agreed, also on a Saturday.
    let day_set = more
        .extended(Promise::Day(day("2018-06-02")), "2018-05-20T10:00")
        .extended(Promise::Limit(limit("7wd")), "2018-05-10T10:00");
    let deadline = day_set.deadline();
    assert_eq!(deadline.due, Some(at("2018-06-03T00:00")));
    let why = deadline.explanation;
    assert_eq!((why.promised, why.holds), (Promise::Limit(limit("5wd")), Promise::Day(day("2018-06-02"))));
    let steps: Vec<_> = why.extensions.iter().map(|step| shanghai().local(step.due).date().to_string()).collect();
    assert_eq!(steps, ["2018-05-17", "2018-05-22", "2018-06-03"], "24:00 is the day after");
    assert_eq!(why.extensions[0].extension.approver, "P9");
    assert!(why.days.expect("days").skipped.iter().all(|skip| skip.date != day("2018-06-02")));
}

#[test]
fn a_new_limit_keeps_the_pauses_and_a_new_day_only_later_ones() {
    let paused = || case("2018-05-07T10:00", "5wd").paused("2018-05-08T00:00", "2018-05-10T00:00");
    assert_eq!(paused().extended(Promise::Limit(limit("10wd")), "2018-05-11T10:00").due_date(), "2018-05-23");
    // Whoever agreed on a day on the 11th knew of the pause.
    let agreed = || paused().extended(Promise::Day(day("2018-05-25")), "2018-05-11T10:00");
    assert_eq!(agreed().due_date(), "2018-05-25");
    assert_eq!(agreed().paused("2018-05-15T10:00", "2018-05-16T10:00").due_date(), "2018-05-29");
    let open = agreed().paused_since("2018-05-22T10:00").deadline();
    assert_eq!(open.suspended.map(|s| s.left), Some(Left::Days(4)), "22 to 25 May");
}

#[test]
fn days_and_instants_can_be_promised_from_the_start() {
    let promised = |promise| Case { promise, ..case("2018-05-07T10:00", "1wd") };
    assert_eq!(promised(Promise::Day(day("2018-05-12"))).due_date(), "2018-05-12");
    assert_eq!(promised(Promise::Day(day("2018-05-07"))).due_date(), "2018-05-07");
    let given_back = promised(Promise::Day(day("2018-05-11"))).paused("2018-05-09T10:00", "2018-05-09T11:00");
    assert_eq!(given_back.due_date(), "2018-05-14");
    let instant = || promised(Promise::Instant(at("2018-05-08T09:15")));
    assert_eq!(instant().due(), "2018-05-08T09:15:00");
    assert_eq!(instant().paused("2018-05-07T20:00", "2018-05-07T21:30").due(), "2018-05-08T10:45:00");
}

#[test]
fn a_due_date_before_the_start_is_refused() {
    let before = |due: &str| Err(DeadlineError::DueBeforeStart { start: day("2018-05-07"), due: day(due) });
    let promised = |promise| Case { promise, ..case("2018-05-07T10:00", "1wd") };
    assert_eq!(promised(Promise::Day(day("2018-05-06"))).by(cn()), before("2018-05-06"));
    assert_eq!(promised(Promise::Instant(at("2018-05-07T09:59"))).by(cn()), before("2018-05-07"));
    let extended = case("2018-05-07T10:00", "5wd").extended(Promise::Day(day("2018-05-06")), "2018-05-08T10:00");
    assert_eq!(extended.by(cn()), before("2018-05-06"));
}

#[test]
fn due_dates_beyond_the_last_published_year_are_provisional() {
    for (start, text, provisional) in [
        ("2026-12-21T10:00", "5wd", false), // ends on the 28th
        ("2026-12-22T10:00", "5wd", true),
        ("2026-12-28T10:00", "1wd", true),
        ("2026-12-22T10:00", "6cd", false),
        ("2026-12-22T10:00", "7cd", true),
        ("2018-12-28T10:00", "3wd", false),
        ("2030-06-03T10:00", "5wd", true),
    ] {
        assert_eq!(case(start, text).deadline().provisional, provisional, "{start} + {text}");
    }
    let then = book().as_known_on(day("2018-12-05")).expect("the notices agree");
    let deadline = case("2018-12-28T10:00", "3wd").by(&then).expect("a deadline");
    assert!(deadline.provisional);
    // Monday to Friday, for all that was known; the notice of the next day made it the 3rd.
    assert_eq!(deadline.due_date, Some(day("2019-01-02")));
    assert_eq!(case("2018-12-28T10:00", "3wd").due_date(), "2019-01-03");
}

#[test]
fn a_local_measure_is_named_in_the_explanation() {
    let late_return = name("延迟复工", "Late return to work");
    let calendar = cn().with_local(&LocalDays {
        name: late_return.clone(),
        source: "a city's notice".into(),
        off: vec!["2020-02-03..02-09".parse().expect("a range")],
        work: vec![],
    });
    let deadline = case("2020-01-22T10:00", "2wd").by(&calendar).expect("a deadline");
    assert_eq!(deadline.due_date, Some(day("2020-02-10")));
    let days = deadline.explanation.days.expect("days");
    assert!(days.skipped.iter().any(|skip| skip.why == SkipReason::LocalRest(late_return.clone())));
    assert_eq!(deadline.explanation.calendar.to_string(), "CN 2026.1 +延迟复工");
}

#[test]
fn huge_limits_are_computed_or_refused_at_once() {
    let far = case("2018-05-07T10:00", "100000wd").deadline();
    assert_eq!(far.due_date, cn().nth_working_day_after(day("2018-05-07"), 100_000));
    let days = far.explanation.days.expect("days");
    let total = days.due_date.duration_since(day("2018-05-07")).as_hours() / 24;
    assert_eq!(days.skipped.len() as i64 + i64::from(days.unlisted), total - 100_000);
    assert_eq!(case("2018-05-07T10:00", "1000000cd").deadline().due_date, Some(day("4756-04-03")));

    let late = "9998-12-01T10:00";
    for text in ["23wd", "31cd", "1000h", "1000000wd"] {
        let error = case(late, text).by(cn()).expect_err("no such date");
        let words = format!("{text} from 9998-12-01 lies beyond 9998-12-31");
        assert_eq!(error.to_string(), words);
    }
    assert_eq!(case(late, "22wd").due_date(), "9998-12-31");
    let promise = Promise::Day(day("9999-12-31"));
    assert!(matches!(Case { promise, ..case(late, "1wd") }.by(cn()), Err(DeadlineError::BeyondCalendar { .. })));
}

#[test]
fn a_count_from_a_date_needs_no_instant() {
    let count = count_days(cn(), day("2023-09-28"), limit("6wd"), RestDayEnd::Moves).expect("days");
    assert_eq!(count.due_date, day("2023-10-12"));
    let skipped: Vec<_> = count.skipped.iter().map(|skip| skip.date).collect();
    let expected: Vec<_> =
        ["2023-09-29", "2023-09-30"].iter().map(|text| day(text)).chain((1..=6).map(|d| date(2023, 10, d))).collect();
    assert_eq!(skipped, expected);
    let hours = count_days(cn(), day("2023-09-28"), limit("6h"), RestDayEnd::Moves);
    assert_eq!(hours, Err(DeadlineError::NeedsTimeOfDay(limit("6h"))));
}

#[test]
fn reminders_follow_working_time() {
    let hours = WorkingHours::default();
    for (start, text, half, four_fifths) in [
        // Five days of nine hours from noon: 5.5 h of the first day and five whole days, 3030
        // minutes.
        ("2018-05-07T12:00", "5wd", "2018-05-10T10:15:00", "2018-05-11T16:24:00"),
        // Over Spring Festival nothing elapses: five whole days, raised before opening; due on the
        // 23rd.
        ("2018-02-12T08:00", "4wd", "2018-02-14T13:00:00", "2018-02-22T17:30:00"),
        // Round the clock.
        ("2018-05-07T12:00", "24h", "2018-05-08T00:00:00", "2018-05-08T07:12:00"),
        // Raised and due within a holiday: the clock has to do.
        ("2018-10-01T00:00", "1cd", "2018-10-02T00:00:00", "2018-10-02T14:24:00"),
    ] {
        let deadline = Case { rest_day_end: RestDayEnd::Stays, ..case(start, text) }.deadline();
        let share = |percent| deadline.share_gone_at(percent, cn(), hours).map(|at| shanghai().local(at).to_string());
        assert_eq!(share(50).as_deref(), Some(half), "{start} + {text}");
        assert_eq!(share(80).as_deref(), Some(four_fifths), "{start} + {text}");
        assert_eq!(deadline.share_gone_at(0, cn(), hours), Some(deadline.explanation.start.at));
    }
    assert_eq!(
        case("2018-05-07T12:00", "5wd").paused_since("2018-05-08T12:00").deadline().share_gone_at(50, cn(), hours),
        None
    );
}

#[test]
fn a_reminder_waits_out_a_pause() {
    let hours = WorkingHours::default();
    // 24 hours from noon, paused from 14:00 to 20:00: half is 12 running hours, 2 before and 10
    // after.
    let clock = case("2018-05-07T12:00", "24h").paused("2018-05-07T14:00", "2018-05-07T20:00").deadline();
    assert_eq!(clock.share_gone_at(50, cn(), hours), Some(at("2018-05-08T06:00")));
    // Working days: 330 minutes left of the 7th, the 8th and 9th paused, 540 each on the 10th and
    // 11th: half of 1410.
    let days = case("2018-05-07T12:00", "2wd").paused("2018-05-08T00:00", "2018-05-10T00:00").deadline();
    assert_eq!(days.due_date, Some(day("2018-05-11")));
    assert_eq!(days.share_gone_at(50, cn(), hours), Some(at("2018-05-10T14:45")));
}

#[test]
fn a_deadline_survives_the_database() {
    let deadline = case("2018-04-26T10:00", "3wd")
        .paused("2018-05-02T10:00", "2018-05-03T10:00")
        .paused_since("2018-05-04T10:00")
        .extended(Promise::Day(day("2018-06-02")), "2018-05-03T10:00")
        .deadline();
    let json = serde_json::to_string(&deadline).expect("a deadline is plain data");
    assert_eq!(serde_json::from_str::<Deadline>(&json).expect("and comes back"), deadline);
    let skip = serde_json::to_value(&deadline.explanation.days.expect("days").skipped[0]).expect("plain data");
    let wanted = serde_json::json!({"date": "2018-04-29", "reason": "holiday", "zh": "劳动节", "en": "Labour Day"});
    assert_eq!(skip, wanted);
}

/// Day by day, straight from the rules: the first day on which `n` countable, unpaused days have
/// been seen.
fn by_hand(case: &Case, n: u32, working: bool) -> Date {
    let zone = shanghai();
    let touched = |day: Date| {
        let (begin, end) = (zone.at(day, crate::base::time::Time::midnight()), zone.end_of_day(day));
        case.pauses.iter().any(|pause| pause.to.is_some_and(|to| pause.from < to && pause.from < end && begin < to))
    };
    let mut day = zone.date_of(case.start);
    let mut seen = 0;
    while seen < n {
        day = day.tomorrow().expect("within the calendar");
        if (!working || cn().is_working(day)) && !touched(day) {
            seen += 1;
        }
    }
    day
}

fn any_case() -> impl Strategy<Value = Case> {
    let minutes_2017_to_2026 = 24_721_920i64..29_452_320;
    let pauses = prop::collection::vec((-2_000i64..60_000, 0i64..20_000), 0..5);
    (minutes_2017_to_2026, pauses).prop_map(|(start, pauses)| {
        let start = Instant(start * 60_000);
        let pauses = pauses
            .into_iter()
            .map(|(after, length)| {
                let from = start.plus_minutes(after);
                Pause { from, to: Some(from.plus_minutes(length)), reason: "r".into(), approver: "a".into() }
            })
            .collect();
        Case { start, pauses, ..case("2018-01-01T00:00", "1wd") }
    })
}

proptest! {
    #[test]
    fn pauses_and_days_agree_with_counting_by_hand(mut case in any_case(), n in 1u32..40, working: bool) {
        let unit = if working { LimitUnit::WorkingDays } else { LimitUnit::CalendarDays };
        case.promise = Promise::Limit(Limit::new(n, unit).expect("within bounds"));
        case.rest_day_end = RestDayEnd::Stays;
        let deadline = case.deadline();
        let expected = by_hand(&case, n, working);
        prop_assert_eq!(deadline.due_date, Some(expected));
        let days = deadline.explanation.days.expect("days");
        let total = expected.duration_since(deadline.explanation.start_date).as_hours() / 24;
        prop_assert_eq!(total, i64::from(n) + days.skipped.len() as i64, "every day is counted or explained");
        prop_assert!(days.skipped.is_sorted_by_key(|skip| skip.date));
    }

    #[test]
    fn nothing_is_overdue_while_it_is_paused(mut case in any_case(), n in 1u32..20, unit in 0..3, after in 0i64..40_000) {
        let unit = [LimitUnit::WorkingDays, LimitUnit::CalendarDays, LimitUnit::Hours][unit as usize];
        case.promise = Promise::Limit(Limit::new(n, unit).expect("within bounds"));
        let due = case.deadline().due.expect("nothing is open");
        let from = case.start.plus_minutes(after);
        case.pauses.push(Pause { from, to: None, reason: "r".into(), approver: "a".into() });
        let open = case.deadline();
        prop_assert_eq!(open.suspended.is_some(), from < due);
        // Whenever it resumes, it is then due later than that, and not before the day it was due at
        // first.
        for minutes in [1, 60, 1_440, 30_000] {
            let now = from.plus_minutes(minutes);
            let last = case.pauses.len() - 1;
            let was = case.pauses[last].clone();
            case.pauses[last] = was.clone().closed_at(now);
            let resumed = case.deadline().due.expect("nothing is open");
            prop_assert!(resumed >= due);
            prop_assert!(from >= due || resumed > now);
            case.pauses[last] = was;
        }
    }

    #[test]
    fn reminders_lie_in_order_between_start_and_due(mut case in any_case(), n in 1u32..20, unit in 0..3) {
        let unit = [LimitUnit::WorkingDays, LimitUnit::CalendarDays, LimitUnit::Hours][unit as usize];
        case.promise = Promise::Limit(Limit::new(n, unit).expect("within bounds"));
        let deadline = case.deadline();
        let at = |percent| deadline.share_gone_at(percent, cn(), WorkingHours::default()).expect("not suspended");
        let marks = [0, 50, 80, 100, 255].map(at);
        prop_assert!(marks.is_sorted());
        prop_assert!(case.start <= marks[0] && Some(marks[4]) <= deadline.due);
        prop_assert_eq!(marks[3], marks[4]);
    }

    #[test]
    fn no_terms_panic(
        start in any::<i64>(), n in 1u32..=Limit::MAX, unit in 0..3,
        from in any::<i64>(), to in any::<Option<i64>>(), approved in any::<i64>(), promised in any::<i64>(),
    ) {
        let unit = [LimitUnit::WorkingDays, LimitUnit::CalendarDays, LimitUnit::Hours][unit as usize];
        let zone = shanghai();
        let day = Promise::Day(zone.date_of(Instant(promised)));
        for promise in [day, Promise::Instant(Instant(promised))] {
            let case = Case {
                start: Instant(start),
                promise: Promise::Limit(Limit::new(n, unit).expect("within bounds")),
                pauses: vec![Pause { from: Instant(from), to: to.map(Instant), reason: "r".into(), approver: "a".into() }],
                extensions: vec![Extension { promise, approver: "a".into(), approved_at: Instant(approved) }],
                rest_day_end: RestDayEnd::Moves,
            };
            if let Ok(deadline) = case.by(cn()) {
                let _ = deadline.share_gone_at(80, cn(), WorkingHours::default());
            }
        }
    }
}
