//! Overlaps, gaps and circles of rule rows, and the shipped rows against their sources.

use super::*;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    limit: Vec<RuleRow>,
    #[serde(default)]
    within: Vec<Within>,
    #[serde(default)]
    complete: Vec<Complete>,
}

fn read(text: &str) -> Result<RuleBook, Vec<RuleFault>> {
    let f: File = toml::from_str(text).expect("a rule file");
    RuleBook::new(f.limit, f.within, &f.complete)
}

fn shipped() -> RuleBook {
    read(include_str!("../../../../../rules/connections.toml")).expect("the repository's rows")
}

fn row(id: &str, from: &str, to: &str, more: &str) -> String {
    let to = if to.is_empty() { String::new() } else { format!("to = \"{to}\"\n") };
    format!(
        "[[limit]]\nid = \"{id}\"\nrule_set = \"T\"\njurisdiction = \"X\"\nkind = \"connection\"\ncategory = \"hv_single\"\nstep = \"scheme\"\nfrom = \"{from}\"\n{to}limit = \"5wd\"\nsource = \"test\"\nconfidence = \"policy\"\n{more}\n"
    )
}

#[test]
fn overlaps_and_gaps_are_named() {
    let complete = "[[complete]]\njurisdiction = \"X\"\nkind = \"connection\"\ncategory = \"hv_single\"\nstep = \"scheme\"\nfrom = \"2018-01-01\"\n";
    let two = |to: &str, from: &str| row("a", "2018-01-01", to, "") + &row("b", from, "", "");
    assert!(read(&(two("2018-12-31", "2019-01-01") + complete)).is_ok());
    let overlap = read(&(two("2019-01-01", "2019-01-01") + complete)).expect_err("an overlap");
    assert_eq!(
        overlap.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["rule rows a and b overlap from 2019-01-01"]
    );
    let gap = read(&(two("2018-12-30", "2019-01-01") + complete)).expect_err("a gap");
    assert!(matches!(&gap[..], [RuleFault::Gap { from, .. }] if from.to_string() == "2018-12-31"), "{gap:?}");
    assert!(read(&two("2018-12-30", "2019-01-01")).is_ok(), "a gap is none where nothing is marked complete");
    let half = read(&(row("a", "2018-01-01", "", "works = true") + complete)).expect_err("a gap without works");
    assert!(matches!(&half[..], [RuleFault::Gap { .. }]));
    let low =
        read(&row("a", "2018-01-01", "", "enabled = true").replace("policy", "low")).expect_err("low and enabled");
    assert_eq!(low, [RuleFault::LowEnabled("a".into())]);
    let circle = "[[within]]\njurisdiction = \"A\"\nof = \"B\"\n[[within]]\njurisdiction = \"B\"\nof = \"A\"\n";
    assert!(matches!(&read(circle).expect_err("a circle")[..], [RuleFault::Circle(_), ..]));
}

/// A row that speaks of high voltage promises nothing below it.
#[test]
fn a_row_for_high_voltage_is_none_below_it() {
    let book = shipped();
    let day = "2019-06-01".parse().expect("a day");
    let at = |high_voltage| {
        book.step_in_force(
            "CN-BJ",
            MatterKind::Connection,
            "temporary",
            "whole",
            Circumstances { works: true, high_voltage },
            day,
        )
        .map(|r| r.id.as_str())
    };
    assert_eq!((at(true), at(false)), (Some("BJ-temporary-whole"), None));
}

proptest::proptest! {
    /// Day by day, works or not, high or low: a book is refused exactly where two rows hold or a day is open.
    #[test]
    fn a_book_is_taken_exactly_when_every_day_has_one_row(spans in proptest::collection::vec((0i64..40, 0i64..25, proptest::option::of(proptest::bool::ANY), proptest::option::of(proptest::bool::ANY)), 1..6), complete in proptest::bool::ANY) {
        let first: Date = "2018-01-01".parse().expect("a day");
        let day = |n: i64| first.checked_add(jiff::Span::new().days(n)).expect("a day");
        let text: String = spans.iter().enumerate().map(|(i, (from, length, works, high))| {
            let more = [works.map(|w| format!("works = {w}")), high.map(|h| format!("high_voltage = {h}"))].into_iter().flatten().collect::<Vec<_>>().join("\n");
            row(&format!("r{i}"), &day(*from).to_string(), &day(from + length).to_string(), &more)
        }).collect();
        let span = "[[complete]]\njurisdiction = \"X\"\nkind = \"connection\"\ncategory = \"hv_single\"\nstep = \"scheme\"\nfrom = \"2018-01-06\"\nto = \"2018-01-20\"\n";
        let holds = |n: i64, at: Circumstances| spans.iter().filter(|(from, length, works, high)| {
            (*from..=from + length).contains(&n) && works.is_none_or(|w| w == at.works) && high.is_none_or(|h| h == at.high_voltage)
        }).count();
        let sound = Circumstances::ALL.iter().all(|at| (0..70).all(|n| holds(n, *at) <= 1) && (!complete || (5..=19).all(|n| holds(n, *at) == 1)));
        proptest::prop_assert_eq!(read(&(text + if complete { span } else { "" })).is_ok(), sound);
    }
}

/// The table of domain facts §2.2, row by row.
#[test]
fn shipped_rows_say_what_the_sources_say() {
    let book = shipped();
    let get = |j: &str, class: &str, step: &str, works: Option<bool>, day: &str| {
        let day = day.parse().expect("a day");
        book.step_in_force(
            j,
            MatterKind::Connection,
            class,
            step,
            Circumstances {
                works: works.unwrap_or(true),
                high_voltage: matches!(class, "hv_single" | "hv_dual" | "temporary"),
            },
            day,
        )
        .map(|r| format!("{} {}", r.limit, r.rule_set))
    };
    for (j, class, step, works, day, want) in [
        // The company promised less than the regulation allows; where it did not, the regulation holds.
        ("CN-BJ", "resident", "scheme", None, "2018-05-08", Some("3wd R3")),
        ("CN-BJ", "non_resident", "scheme", None, "2018-05-08", Some("7wd R3")),
        ("CN-BJ", "hv_single", "scheme", None, "2018-05-08", Some("15wd R4")),
        ("CN-BJ", "hv_dual", "scheme", None, "2018-05-08", Some("30wd R4")),
        ("CN-BJ", "hv_single", "scheme", None, "2015-05-08", Some("15wd R3")),
        ("CN-BJ", "hv_single", "design_review", None, "2018-05-08", Some("10wd R4")),
        ("CN-BJ", "hv_single", "design_review", None, "2015-05-08", Some("20wd R2")),
        ("CN-BJ", "hv_dual", "mid_inspection", None, "2018-05-08", Some("5wd R4")),
        ("CN-BJ", "hv_single", "completion_inspection", None, "2015-05-08", Some("7wd R2")),
        ("CN-BJ", "resident", "energize", None, "2018-05-08", Some("3wd R3")),
        ("CN-BJ", "hv_single", "energize", None, "2018-05-08", Some("5wd R4")),
        ("CN", "hv_single", "scheme", None, "2015-05-08", Some("20wd R2")),
        ("CN", "hv_dual", "scheme", None, "2015-05-08", Some("45wd R2")),
        ("CN-BJ", "three_zero", "whole", None, "2018-05-08", Some("30wd R5")),
        ("CN", "three_zero", "whole", None, "2018-05-08", None),
        ("CN", "three_zero", "whole", None, "2020-10-01", Some("25wd R6")),
        ("CN", "three_zero", "whole", None, "2021-10-01", Some("20wd R6")),
        ("CN", "three_zero", "whole", None, "2023-10-01", Some("15wd R6")),
        ("CN", "three_zero", "whole", Some(false), "2025-10-01", Some("5wd R9")),
        ("CN", "three_zero", "whole", Some(true), "2025-10-01", Some("15wd R9")),
        ("CN", "hv_single", "handled", None, "2021-10-01", Some("22wd R6")),
        ("CN", "hv_dual", "handled", None, "2021-10-01", Some("32wd R6")),
        ("CN", "non_resident", "handled", None, "2021-10-01", Some("6wd R6")),
        ("CN-BJ", "temporary", "whole", None, "2019-06-01", Some("20wd BJ-三省")),
        ("CN-GD-YJ", "hv_dual", "handled", None, "2020-10-01", Some("20wd YJ-2020")),
        ("CN-CSG", "hv_dual", "scheme", None, "2015-05-08", Some("45wd R2")),
        ("CN-HL-HRB", "hv_dual", "scheme", None, "2015-05-08", None),
    ] {
        assert_eq!(get(j, class, step, works, day).as_deref(), want, "{j} {class} {step} {works:?} {day}");
    }
    let low: Vec<&str> =
        book.all().iter().filter(|r| r.confidence == Confidence::Low).map(|r| r.rule_set.as_str()).collect();
    assert!(low.contains(&"R1") && low.contains(&"R8"), "what is not settled is there, marked: {low:?}");
    assert!(book.all().iter().all(|r| !r.source.trim().is_empty()), "every row has a source");
}
