//! Rules as a table: each kind of rule on cases that keep it, break it and cannot be judged; and what real logs are
//! known to hold.

use std::path::PathBuf;
use yixian_domain::calendar::{CalendarBook, WorkingCalendar};
use yixian_domain::time::Zone;
use yixian_mining::conformance::{Days, check, parse};
use yixian_mining::log::{Event, Log};
use yixian_mining::stamp::Stamp;
use yixian_mining::xes::{self, Keep};

fn calendar() -> WorkingCalendar {
    let book: CalendarBook = toml::from_str(include_str!("../../../calendars/cn.toml")).expect("the built-in calendar");
    book.latest().expect("sound")
}

/// `step@time/actor` words, one case per line; `…` at the end of a line says that the case is open.
fn log(text: &str) -> Log {
    let mut log = Log::new();
    for (i, line) in text.lines().map(str::trim).filter(|l| !l.is_empty()).enumerate() {
        let case = i.to_string();
        for word in line.split_whitespace().filter(|w| *w != "…") {
            let (step, rest) = word.split_once('@').expect("step@time");
            let (time, actor) = rest.split_once('/').map_or((rest, None), |(t, a)| (t, Some(a)));
            let at = Stamp::parse(&format!("{time}+08:00")).expect("a time").micros(None);
            log.push(&Event { case: &case, activity: step, at, actor, ..Event::default() });
        }
        log.set_open(i as u32, line.ends_with('…'));
    }
    log
}

/// What one rule finds: judged cases, undecided ones, and `case:step` of what broke it.
fn found(log: &Log, rule: &str, as_of: Option<&str>) -> (usize, Vec<u32>, Vec<String>) {
    let rules = parse(&format!("version = \"t\"\n[[rule]]\nid = \"r\"\ntext = \"t\"\n{rule}\n")).expect(rule);
    let zone = Zone::parse("Asia/Shanghai").expect("a zone");
    let calendar = calendar();
    let as_of = as_of.map(|t| Stamp::parse(t).expect("a time").micros(None));
    let verdict = check(log, &rules, Days { calendar: &calendar, zone: &zone }, as_of).pop().expect("a verdict");
    let broken = verdict
        .offences
        .iter()
        .map(|o| {
            let event = log.event(o.row);
            assert_eq!(event.case, log.cases.get(o.case), "the event is of the case");
            format!("{}:{}", event.case, event.activity)
        })
        .collect();
    (verdict.judged.len(), verdict.undecided, broken)
}

#[test]
fn each_kind_of_rule_finds_its_event() {
    // 2018-04-28 is a worked Saturday, 29 April to 1 May are rest: the third working day after the 27th is 3 May.
    let log = log("
        a@2018-04-27T09:00/x b@2018-05-03T23:59/y c@2018-05-04T00:00/x
        a@2018-04-27T09:00/x b@2018-05-04T00:00/x
        b@2018-04-27T09:00 a@2018-04-27T10:00/x a@2018-04-27T11:00/z …
        a@2018-04-27T09:00 b@2018-04-27T09:00/x c@2018-04-28T09:00 c@2018-04-28T10:00 c@2018-04-28T11:00
    ");
    let none: Vec<u32> = Vec::new();
    for (rule, as_of, judged, undecided, broken) in [
        (r#"allowed = ["a", "b"]"#, None, 4, none.clone(), vec!["0:c", "3:c"]),
        (r#"absent = ["c"]"#, None, 4, none.clone(), vec!["0:c", "3:c"]),
        (r#"required = ["a", "c"]"#, None, 3, vec![2], vec!["1:b"]),
        (r#"order = ["a", "b"]"#, None, 4, none.clone(), vec!["2:b"]),
        (r#"order = ["a", "b", "c"]"#, None, 4, none.clone(), vec!["2:b"]),
        (r#"at_most = { of = ["c"], times = 2 }"#, None, 4, none.clone(), vec!["3:c"]),
        (r#"at_most = { of = ["a", "b"], times = 1 }"#, None, 4, none.clone(), vec!["0:b", "1:b", "2:a", "3:b"]),
        (r"steps = { at_least = 3 }", None, 4, none.clone(), vec!["1:b"]),
        (r"steps = { at_least = 4 }", None, 3, vec![2], vec!["0:c", "1:b"]),
        (r"steps = { at_most = 3 }", None, 4, none.clone(), vec!["3:c"]),
        (r#"within = { from = "a", to = "b", working_days = 3 }"#, None, 3, vec![2], vec!["1:b"]),
        (r#"within = { from = "a", to = "b", calendar_days = 6 }"#, None, 3, vec![2], vec!["1:b"]),
        (r#"within = { from = "a", to = "b", hours = 158 }"#, None, 3, vec![2], vec!["0:b", "1:b"]),
        (r#"within = { from = "a", to = "b", hours = 159 }"#, None, 3, vec![2], vec![]),
        (
            r#"within = { from = "a", to = "b", working_days = 3 }"#,
            Some("2018-05-03T23:59:59+08:00"),
            3,
            vec![2],
            vec!["1:b"],
        ),
        (
            r#"within = { from = "a", to = "b", working_days = 3 }"#,
            Some("2018-05-04T00:00:00+08:00"),
            4,
            none.clone(),
            vec!["1:b", "2:a"],
        ),
        // Nobody knows who did step a of case 3, so nothing can be said of it.
        (r#"four_eyes = ["a", "b"]"#, None, 3, vec![3], vec!["1:b"]),
    ] {
        let (j, u, b) = found(&log, rule, as_of);
        assert_eq!((j, &u, b.iter().map(String::as_str).collect::<Vec<_>>()), (judged, &undecided, broken), "{rule}");
    }
}

#[test]
fn a_rule_may_speak_of_some_cases_only() {
    let mut log = log("a@2018-04-27 b@2018-04-28 c@2018-05-02\na@2018-04-27 b@2018-04-28 c@2018-05-02");
    let class = log.text("三零");
    log.describe(1, "class", class);
    let rule = "only = { class = \"三零\" }\nat_most = { of = [\"a\", \"b\", \"c\"], times = 2 }";
    assert_eq!(found(&log, rule, None), (1, Vec::new(), vec!["1:c".to_owned()]));
    assert_eq!(found(&log, "only = { class = \"other\" }\nabsent = [\"a\"]", None), (0, Vec::new(), Vec::new()));
}

#[test]
fn a_step_the_log_never_has_is_named() {
    let rules =
        parse("version = \"t\"\n[[rule]]\nid = \"r\"\ntext = \"t\"\nabsent = [\"a\", \"typo\"]\n").expect("rules");
    let (calendar, zone) = (calendar(), Zone::parse("Asia/Shanghai").expect("a zone"));
    let verdicts = check(&log("a@2018-04-27"), &rules, Days { calendar: &calendar, zone: &zone }, None);
    assert_eq!(verdicts[0].unknown, ["typo"]);
    // A rule that speaks of nobody says so.
    let rules =
        parse("version = \"t\"\n[[rule]]\nid = \"r\"\ntext = \"t\"\nonly = { class = \"x\" }\nabsent = [\"a\"]\n")
            .expect("rules");
    let verdicts = check(&log("a@2018-04-27"), &rules, Days { calendar: &calendar, zone: &zone }, None);
    assert_eq!(verdicts[0].unknown, ["class = x"]);
}

#[test]
fn receipt_has_116_cases_that_stop_after_one_step() {
    let Some(folder) = std::env::var_os("YIXIAN_TEST_DATA").map(PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none(), "CI must set YIXIAN_TEST_DATA");
        eprintln!("not run: YIXIAN_TEST_DATA is not set");
        return;
    };
    let file = std::fs::File::open(folder.join("eventlogs/08_receipt.xes.gz")).expect("the log");
    let log = xes::read(file, Keep::Columns).expect("reads").of;
    let (judged, undecided, broken) = found(&log, "steps = { at_least = 2 }", None);
    assert_eq!((judged, undecided.len(), broken.len()), (1_434, 0, 116));
    assert_eq!(broken[0].split(':').next_back(), Some("Confirmation of receipt"));
}

#[test]
fn the_rules_we_ship_are_sound_and_catch_what_they_say() {
    let rules = parse(include_str!("../../../rules/conformance.toml")).expect("no faults");
    let (calendar, zone) = (calendar(), Zone::parse("Asia/Shanghai").expect("a zone"));
    let mut log = log("
        raised@2018-04-02/l assigned@2018-04-02/c submitted@2018-04-03/h verified@2018-04-04/c answered@2018-04-04/c closed@2018-04-12
        raised@2018-04-02/l submitted@2018-04-03/h verified@2018-04-03/h answered@2018-04-04/c
        raised@2018-04-02/l solved_on_the_spot@2018-04-02/l verified@2018-04-02/l answered@2018-04-04/c
        raised@2018-04-02/l submitted@2018-04-03/h answered@2018-04-04/c verified@2018-04-27/c
        raised@2018-04-02/l transferred@2018-04-03/c transferred@2018-04-04/c transferred@2018-04-05/c
        raised@2018-04-02/l extension_approved@2018-04-03/c extension_approved@2018-04-04/c extension_approved@2018-04-05/c
        raised@2018-04-02/l refused@2018-04-03/c answered@2018-04-04/c
        step_started:apply@2018-04-02/h step_started:survey@2018-04-03/h step_started:energize@2018-04-04/h
        step_started:apply@2018-04-02/h step_started:scheme@2018-04-03/h step_started:energize@2018-04-04/h
        step_started:apply@2018-04-02/h step_started:scheme@2018-04-03/h step_started:customer_works@2018-04-04/h
    ");
    for (case, category) in [(7, "three_zero"), (8, "three_zero"), (9, "hv_single")] {
        for (name, value) in [("kind", "connection"), ("category", category)] {
            let value = log.text(value);
            log.describe(case, name, value);
        }
    }
    let verdicts = check(&log, &rules, Days { calendar: &calendar, zone: &zone }, None);
    let offenders: Vec<(&str, Vec<u32>)> = rules
        .rules
        .iter()
        .zip(&verdicts)
        .map(|(r, v)| (r.id.as_str(), v.offences.iter().map(|o| o.case).collect()))
        .collect();
    assert_eq!(
        offenders,
        [
            ("verifier-is-not-the-doer", vec![1]),
            ("verifier-did-not-solve-on-the-spot", vec![2]),
            ("answered-after-verified", vec![3]),
            ("two-extensions", vec![5]),
            ("two-transfers", vec![4]),
            ("verified-within-five-days", vec![3]),
            ("three-zero-two-steps", vec![8]),
        ]
    );
    assert!(verdicts.iter().all(|v| v.unknown.is_empty()), "every step is one of the ledger's");
    assert!(rules.rules.iter().all(|r| r.text_en.is_some()));
}
