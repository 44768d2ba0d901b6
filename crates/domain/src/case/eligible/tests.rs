//! Caps by day and area, books with overlaps and gaps, reasons.

use super::*;

fn book() -> EligibilityBook {
    #[derive(Deserialize)]
    struct File {
        split_months: u32,
        #[serde(default)]
        complete: Vec<EligibilityComplete>,
        eligibility: Vec<EligibilityRow>,
    }
    let f: File = toml::from_str(include_str!("../../../../../rules/eligibility.toml")).expect("the repository's rows");
    EligibilityBook::new(f.eligibility, f.split_months, &f.complete).expect("neither overlap nor gap")
}

fn asked(kw: &str, setting: Setting) -> Application {
    Application {
        applicant: ApplicantKind::Firm,
        size: FirmSize::Small,
        district: "通州区".into(),
        street: crate::base::ids::Said::default(),
        address: None,
        setting,
        purpose: Use::Shop,
        capacity: Capacity::parse(kw).expect("a capacity"),
        voltage: Voltage::Low,
        dual: false,
        temporary: false,
        important: false,
        exclusions: vec![],
        reference: None,
    }
}

fn codes(a: &Application, day: &str, near: i64) -> Vec<&'static str> {
    let (bj, day) = (["CN-BJ".to_owned(), "CN".to_owned()], day.parse().expect("a day"));
    book().judge(&bj, a, day, Capacity::kw(near)).reasons.iter().map(Reason::code).collect()
}

#[test]
fn caps_follow_day_and_area() {
    use Setting::{Rural, Urban};
    for (day, kw, setting, want) in [
        ("2018-02-28", "100", Urban, &[][..]),
        ("2018-02-28", "101", Urban, &["capacity"]),
        ("2018-03-31", "160", Urban, &[]),
        ("2018-03-31", "160.001", Urban, &["capacity"]),
        ("2018-05-08", "160", Rural, &["capacity"]),
        ("2018-05-08", "100", Rural, &[]),
        ("2023-01-01", "160", Rural, &[]),
        ("2015-01-01", "10", Urban, &["no_rule"]),
    ] {
        assert_eq!(codes(&asked(kw, setting), day, 0), want, "{day} {kw} {setting:?}");
    }
}

fn plain(id: &str, setting: Option<Setting>, from: &str, to: &str) -> EligibilityRow {
    let day = |t: &str| t.parse().expect("a day");
    EligibilityRow {
        id: id.into(),
        jurisdiction: "X".into(),
        setting,
        from: day(from),
        to: (!to.is_empty()).then(|| day(to)),
        cap_kw: 100,
        sizes: vec![FirmSize::Small],
        exclusions: vec![],
        source: "test".into(),
        confidence: Confidence::Policy,
    }
}

#[test]
fn overlaps_and_gaps_are_named() {
    let complete = [EligibilityComplete {
        jurisdiction: "X".into(),
        setting: Setting::Urban,
        from: "2018-01-01".parse().expect("a day"),
        to: None,
    }];
    let said = |rows: Vec<EligibilityRow>| {
        EligibilityBook::new(rows, 12, &complete)
            .err()
            .map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let two =
        |to: &str, from: &str| vec![plain("a", None, "2018-01-01", to), plain("b", Some(Setting::Urban), from, "")];
    assert_eq!(said(two("2018-12-31", "2019-01-01")), None);
    assert_eq!(
        said(two("2019-01-01", "2019-01-01")),
        Some(vec!["eligibility rows a and b overlap from 2019-01-01".into()])
    );
    assert_eq!(
        said(two("2018-12-30", "2019-01-01")),
        Some(vec!["no eligibility row holds for urban places in X on 2018-12-31, which is marked complete".into()])
    );
    assert_eq!(said(vec![plain("a", None, "2018-01-02", "")]).map(|f| f.len()), Some(1));
    assert_eq!(
        said(vec![plain("a", None, "2018-01-01", ""), plain("z", None, "2019-01-01", "2018-01-01")]),
        Some(vec!["eligibility row z ends before it begins".into()])
    );
    let mut low = two("2018-12-30", "2019-01-01");
    low.push(EligibilityRow { confidence: Confidence::Low, ..plain("c", None, "2018-12-31", "2018-12-31") });
    assert_eq!(said(low).map(|f| f.len()), Some(1), "what nobody checked closes no gap");
}

proptest::proptest! {
    /// Day by day in either area: a book is refused exactly where two rows hold or a day is open.
    #[test]
    fn a_book_is_taken_exactly_when_every_day_has_one_row(spans in proptest::collection::vec((0i64..40, 0i64..25, 0usize..3), 1..6)) {
        let first: Date = "2018-01-01".parse().expect("a day");
        let day = |n: i64| first.checked_add(jiff::Span::new().days(n)).expect("a day");
        let areas = [None, Some(Setting::Urban), Some(Setting::Rural)];
        let rows = spans.iter().enumerate().map(|(i, (from, length, area))| plain(&format!("r{i}"), areas[*area], &day(*from).to_string(), &day(from + length).to_string())).collect();
        let complete = [EligibilityComplete { jurisdiction: "X".into(), setting: Setting::Urban, from: day(5), to: Some(day(19)) }];
        let holds = |n: i64, setting: Setting| spans.iter().filter(|(from, length, area)| (*from..=from + length).contains(&n) && areas[*area].is_none_or(|s| s == setting)).count();
        let sound = [Setting::Urban, Setting::Rural].iter().all(|s| (0..70).all(|n| holds(n, *s) <= 1)) && (5..=19).all(|n| holds(n, Setting::Urban) == 1);
        proptest::prop_assert_eq!(EligibilityBook::new(rows, 12, &complete).is_ok(), sound);
    }
}

#[test]
fn reasons_are_named_all_of_them() {
    let day = "2018-05-08";
    let base = asked("50", Setting::Urban);
    assert_eq!(codes(&base, day, 0), Vec::<&str>::new());
    assert_eq!(codes(&base, day, 120), ["aggregate"]);
    assert_eq!(
        codes(&Application { size: FirmSize::Large, voltage: Voltage::Kv10, ..base.clone() }, day, 0),
        ["voltage", "firm_size"]
    );
    assert_eq!(
        codes(&Application { dual: true, exclusions: vec![Exclusion::Resale], ..base.clone() }, day, 0),
        ["dual_source", "resale"]
    );
    assert_eq!(
        codes(&Application { applicant: ApplicantKind::Person, size: FirmSize::Unknown, ..base.clone() }, day, 0),
        Vec::<&str>::new()
    );
    let home = Application { purpose: Use::Home, ..base };
    let verdict = book().judge(&["CN-BJ".to_owned()], &home, day.parse().expect("a day"), Capacity::watts(0));
    assert_eq!(class_of(&home, &verdict), Class::Resident);
}
