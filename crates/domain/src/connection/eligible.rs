//! Who is a 三零 customer, by rule rows with reason codes; and split applications, found and shown, never refused. It
//! does not know who overrides a verdict, only that somebody may and says why.

use super::{Application, Capacity, FirmSize, Setting, Voltage};
use crate::ids::{By, MatterId, Words};
use crate::rules::Confidence;
use crate::time::{Date, Instant};
use serde::{Deserialize, Serialize};

/// What is excluded from 三零 whatever the capacity (domain facts §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Two sources or higher reliability.
    DualSource,
    /// 房地产开发、住宅小区
    RealEstate,
    /// 施工临时用电
    TemporaryConstruction,
    /// 违法建筑、无合法用电场所证明
    NoLegalPremises,
    /// 转供电
    Resale,
}

impl Exclusion {
    /// Every one.
    pub const ALL: &'static [Exclusion] =
        &[Self::DualSource, Self::RealEstate, Self::TemporaryConstruction, Self::NoLegalPremises, Self::Resale];
    /// The code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DualSource => "dual_source",
            Self::RealEstate => "real_estate",
            Self::TemporaryConstruction => "temporary_construction",
            Self::NoLegalPremises => "no_legal_premises",
            Self::Resale => "resale",
        }
    }
    /// From the code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|e| e.as_str() == text)
    }
}

/// Why it is not a 三零 case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Reason {
    /// Not low voltage.
    Voltage,
    /// Not a small or micro firm, or not shown to be one.
    FirmSize,
    /// A resident; residents have a procedure of their own.
    Resident,
    /// More than the cap of that day and area.
    Capacity {
        /// The cap.
        cap: Capacity,
    },
    /// More than the cap together with other applications at the address or by the same party.
    Aggregate {
        /// The cap.
        cap: Capacity,
        /// All of them together.
        total: Capacity,
    },
    /// Excluded.
    Excluded {
        /// By what.
        exclusion: Exclusion,
    },
    /// No row is in force there on that day.
    NoRule,
}

impl Reason {
    /// Stable code, as keyed in the catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Voltage => "voltage",
            Reason::FirmSize => "firm_size",
            Reason::Resident => "resident",
            Reason::Capacity { .. } => "capacity",
            Reason::Aggregate { .. } => "aggregate",
            Reason::Excluded { exclusion } => exclusion.as_str(),
            Reason::NoRule => "no_rule",
        }
    }
}

/// Somebody decided otherwise than the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Who.
    pub by: By,
    /// When.
    pub at: Instant,
    /// What he decided.
    pub eligible: bool,
    /// Why.
    pub reason: Words,
}

/// The verdict of the rules, and of whoever overrode them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// By the rules.
    pub by_rule: bool,
    /// Why not; empty when eligible.
    pub reasons: Vec<Reason>,
    /// The row that held; none = no rule in force.
    pub row: Option<String>,
    /// Overridden.
    pub overridden: Option<Override>,
}

impl Eligibility {
    /// As it stands.
    pub fn stands(&self) -> bool {
        self.overridden.as_ref().map_or(self.by_rule, |o| o.eligible)
    }
}

/// A rule of eligibility: cap and conditions by place, area and day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityRow {
    /// Stable id.
    pub id: String,
    /// Where it holds.
    pub jurisdiction: String,
    /// Urban, rural; none = both.
    #[serde(default)]
    pub setting: Option<Setting>,
    /// First day.
    pub from: Date,
    /// Last day.
    #[serde(default)]
    pub to: Option<Date>,
    /// Capacity cap, kW.
    pub cap_kw: i64,
    /// Sizes of firms that are served; a sole trader counts as small.
    pub sizes: Vec<FirmSize>,
    /// Excluded whatever the capacity.
    #[serde(default)]
    pub exclusions: Vec<Exclusion>,
    /// Where it is written.
    pub source: String,
    /// How sure we are; a row of low confidence is never in force.
    pub confidence: Confidence,
}

/// The promise that rows leave no day open, where one place's own rows are meant to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityComplete {
    /// Where.
    pub jurisdiction: String,
    /// Urban or rural.
    pub setting: Setting,
    /// First day.
    pub from: Date,
    /// Last day; none = for ever.
    #[serde(default)]
    pub to: Option<Date>,
}

/// What is wrong with a set of rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EligibilityFault {
    /// Two rows hold for one place and area on one day.
    #[error("eligibility rows {first} and {second} overlap from {from}")]
    Overlap {
        /// The earlier row.
        first: String,
        /// The later row.
        second: String,
        /// First day both hold.
        from: Date,
    },
    /// A day is open although the rows are marked complete.
    #[error("no eligibility row holds for {} places in {jurisdiction} on {from}, which is marked complete", setting.as_str())]
    Gap {
        /// Where.
        jurisdiction: String,
        /// Urban or rural.
        setting: Setting,
        /// First open day.
        from: Date,
    },
    /// A row ends before it begins.
    #[error("eligibility row {0} ends before it begins")]
    Backwards(String),
}

/// All rows.
#[derive(Clone, Debug, Default)]
pub struct EligibilityBook {
    rows: Vec<EligibilityRow>,
    split_months: u32,
}

impl EligibilityBook {
    /// Checks the rows. `split_months`: how far apart applications at one address or of one party count together.
    pub fn new(
        rows: Vec<EligibilityRow>,
        split_months: u32,
        complete: &[EligibilityComplete],
    ) -> Result<Self, Vec<EligibilityFault>> {
        let mut faults: Vec<EligibilityFault> = rows
            .iter()
            .filter(|r| r.to.is_some_and(|to| to < r.from))
            .map(|r| EligibilityFault::Backwards(r.id.clone()))
            .collect();
        for (i, b) in rows.iter().enumerate().filter(|(_, r)| r.in_use()) {
            for a in rows[..i].iter().filter(|r| r.in_use() && r.jurisdiction == b.jurisdiction) {
                let from = a.from.max(b.from);
                let same_area = a.setting.is_none() || b.setting.is_none() || a.setting == b.setting;
                if same_area && a.covers(from) && b.covers(from) {
                    faults.push(EligibilityFault::Overlap { first: a.id.clone(), second: b.id.clone(), from });
                }
            }
        }
        for c in complete {
            let mut own: Vec<_> =
                rows.iter().filter(|r| r.in_use() && r.jurisdiction == c.jurisdiction && r.suits(c.setting)).collect();
            own.sort_by_key(|r| r.from);
            // Rows that do not overlap lie one behind the other; the first day none of them reaches is open.
            let open = own.iter().try_fold(c.from, |day, r| {
                if r.covers(day) { r.to.and_then(|to| to.tomorrow().ok()) } else { Some(day) }
            });
            let open = open.filter(|day| c.to.is_none_or(|to| *day <= to));
            faults.extend(open.map(|from| EligibilityFault::Gap {
                jurisdiction: c.jurisdiction.clone(),
                setting: c.setting,
                from,
            }));
        }
        if faults.is_empty() { Ok(Self { rows, split_months }) } else { Err(faults) }
    }

    /// How many months apart applications count together.
    pub fn split_months(&self) -> u32 {
        self.split_months
    }

    /// Every row, disabled ones too.
    pub fn all(&self) -> &[EligibilityRow] {
        &self.rows
    }

    /// The row in force in the first of the jurisdictions that has one.
    pub fn in_force(&self, jurisdictions: &[String], setting: Setting, day: Date) -> Option<&EligibilityRow> {
        jurisdictions.iter().find_map(|j| {
            self.rows.iter().find(|r| r.in_use() && r.jurisdiction == *j && r.suits(setting) && r.covers(day))
        })
    }

    /// The verdict on an application of a day; `near` is the capacity of others at the address or of the party.
    pub fn judge(&self, jurisdictions: &[String], a: &Application, day: Date, near: Capacity) -> Eligibility {
        let mut reasons = Vec::new();
        if a.voltage != Voltage::Low {
            reasons.push(Reason::Voltage);
        }
        if a.purpose == super::Use::Home {
            reasons.push(Reason::Resident);
        }
        let row = self.in_force(jurisdictions, a.setting, day);
        match row {
            None => reasons.push(Reason::NoRule),
            Some(row) => {
                let size = if a.applicant == super::ApplicantKind::Person { FirmSize::Small } else { a.size };
                if !row.sizes.contains(&size) {
                    reasons.push(Reason::FirmSize);
                }
                let (cap, total) = (Capacity::kw(row.cap_kw), a.capacity.plus(near));
                if a.capacity > cap {
                    reasons.push(Reason::Capacity { cap });
                } else if total > cap {
                    reasons.push(Reason::Aggregate { cap, total });
                }
                let mut excluded: Vec<Exclusion> = a.exclusions.clone();
                if a.dual {
                    excluded.push(Exclusion::DualSource);
                }
                if a.temporary && a.purpose == super::Use::Building {
                    excluded.push(Exclusion::TemporaryConstruction);
                }
                excluded.sort_unstable();
                excluded.dedup();
                reasons.extend(
                    excluded
                        .into_iter()
                        .filter(|e| row.exclusions.contains(e))
                        .map(|exclusion| Reason::Excluded { exclusion }),
                );
            }
        }
        Eligibility { by_rule: reasons.is_empty(), reasons, row: row.map(|r| r.id.clone()), overridden: None }
    }
}

impl EligibilityRow {
    fn in_use(&self) -> bool {
        self.confidence != Confidence::Low
    }
    fn suits(&self, setting: Setting) -> bool {
        self.setting.is_none_or(|s| s == setting)
    }
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The class that an application gets by the rules.
pub fn class_of(a: &Application, verdict: &Eligibility) -> super::Class {
    use super::Class;
    if a.temporary {
        Class::Temporary
    } else if a.voltage != Voltage::Low {
        if a.dual { Class::HvDual } else { Class::HvSingle }
    } else if a.purpose == super::Use::Home {
        Class::Resident
    } else if verdict.stands() {
        Class::ThreeZero
    } else {
        Class::NonResident
    }
}

/// Another application near this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// Which.
    pub case: MatterId,
    /// Its running number.
    pub n: i64,
    /// When.
    pub applied: Instant,
    /// How much.
    pub capacity: Capacity,
    /// At the same address.
    pub same_address: bool,
    /// By the same person or firm.
    pub same_party: bool,
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;

    fn book() -> EligibilityBook {
        #[derive(Deserialize)]
        struct File {
            split_months: u32,
            #[serde(default)]
            complete: Vec<EligibilityComplete>,
            eligibility: Vec<EligibilityRow>,
        }
        let f: File =
            toml::from_str(include_str!("../../../../rules/eligibility.toml")).expect("the repository's rows");
        EligibilityBook::new(f.eligibility, f.split_months, &f.complete).expect("neither overlap nor gap")
    }

    fn asked(kw: &str, setting: Setting) -> Application {
        Application {
            applicant: ApplicantKind::Firm,
            size: FirmSize::Small,
            district: "通州区".into(),
            street: String::new(),
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
}
