//! How long personal data are kept after a record came to its end: a row a kind of record, written by the company. Where
//! there is no row nothing is due, so a company without rules erases nothing. It does not know what a record holds, where
//! it lies, who erases it, or what day it is.

use crate::base::codes::{Code, codes};
use crate::base::time::Date;
use crate::law::kind::MatterKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Shorter, and it would be erased while the raiser may still come back to it.
pub const LEAST_DAYS: i64 = 30;
/// Longer, and somebody meant years or minutes.
pub const MOST_DAYS: i64 = 36_500;

/// A kind of record that holds personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeptKind {
    /// Contact, words and photos of matters of a kind.
    Matter(MatterKind),
    /// Names of people who left.
    Person,
}

impl KeptKind {
    /// Every one, in the order in which pages list them.
    pub fn all() -> impl Iterator<Item = KeptKind> {
        MatterKind::ALL.into_iter().map(KeptKind::Matter).chain([KeptKind::Person])
    }
    /// The code, as rules and commands write it.
    pub fn as_str(self) -> &'static str {
        match self {
            KeptKind::Matter(kind) => kind.as_str(),
            KeptKind::Person => "person",
        }
    }
    /// From the code.
    pub fn parse(text: &str) -> Option<Self> {
        KeptKind::all().find(|k| k.as_str() == text)
    }
}

impl Code for KeptKind {
    fn code(self) -> &'static str {
        self.as_str()
    }
}

/// A row as a company writes it, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeepRow {
    /// Code of the kind of record.
    pub of: String,
    /// Days after the day on which the record ended.
    pub days: i64,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetentionFault {
    /// No record is of that kind.
    #[error("“{of}” is no kind of record; write one of {}", known())]
    UnknownKind {
        /// What was written.
        of: String,
    },
    /// Two rows for one kind.
    #[error("“{}” stands twice; keep one row", of.as_str())]
    Twice {
        /// The kind.
        of: KeptKind,
    },
    /// None, or fewer than none.
    #[error("“{}”: {days} days cannot be; write a number from {LEAST_DAYS}, or leave the row out to keep it", of.as_str())]
    NotPositive {
        /// The kind.
        of: KeptKind,
        /// What was written.
        days: i64,
    },
    /// So few that it cannot be meant.
    #[error("“{}”: {days} days are too few; write at least {LEAST_DAYS}", of.as_str())]
    TooShort {
        /// The kind.
        of: KeptKind,
        /// What was written.
        days: i64,
    },
    /// So many that it cannot be meant.
    #[error("“{}”: {days} days are too many; write at most {MOST_DAYS}, or leave the row out to keep it for good", of.as_str())]
    TooLong {
        /// The kind.
        of: KeptKind,
        /// What was written.
        days: i64,
    },
}

fn known() -> String {
    KeptKind::all().map(KeptKind::as_str).collect::<Vec<_>>().join(", ")
}

codes! {
    /// What keeps personal data, however old they are.
    Hold {
        /// It has not come to its end.
        Open = "open",
        /// A request waits for a decision.
        Request = "request",
        /// What the customer was not satisfied with goes on as a problem that is open.
        Problem = "problem",
        /// It goes with another matter that is open, or an open one goes with it.
        Merged = "merged",
        /// He raised, wrote down, handles or put right a matter that is open.
        Concerned = "concerned",
    }
}

/// What of a record, or beside it, is still open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is told by another place
pub struct Ties {
    /// The record itself.
    pub open: bool,
    /// A request of it.
    pub request: bool,
    /// The problem it was carried on as.
    pub problem: bool,
    /// What it is merged with.
    pub merged: bool,
    /// A matter that names the person.
    pub concerned: bool,
}

impl Ties {
    /// What keeps it, if anything does.
    pub fn hold(self) -> Option<Hold> {
        [
            (self.open, Hold::Open),
            (self.request, Hold::Request),
            (self.problem, Hold::Problem),
            (self.merged, Hold::Merged),
            (self.concerned, Hold::Concerned),
        ]
        .into_iter()
        .find_map(|(is, hold)| is.then_some(hold))
    }
}

/// Whether personal data are due to be erased, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// They are.
    Due {
        /// The day on which the record ended.
        ended: Date,
        /// How many days after it they were kept.
        days: u32,
        /// The last of these days.
        last: Date,
    },
    /// No row speaks of this kind.
    NoRule,
    /// Something about it is open.
    Held(Hold),
    /// They are kept up to this day.
    KeptUntil(Date),
}

/// The English of the log and of the command line.
impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Judgement::Due { ended, days, last } => write!(f, "ended on {ended}, kept {days} days until {last}"),
            Judgement::NoRule => f.write_str("no rule erases records of this kind"),
            Judgement::Held(hold) => write!(f, "kept because something is open: {}", hold.as_str()),
            Judgement::KeptUntil(last) => write!(f, "kept until {last}"),
        }
    }
}

/// The rules, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retention(BTreeMap<KeptKind, u32>);

impl Retention {
    /// Checks the rows; gives all that is wrong with them.
    pub fn new(rows: &[KeepRow]) -> Result<Retention, Vec<RetentionFault>> {
        let (mut kept, mut faults) = (BTreeMap::new(), Vec::new());
        for row in rows {
            let Some(of) = KeptKind::parse(&row.of) else {
                faults.push(RetentionFault::UnknownKind { of: row.of.clone() });
                continue;
            };
            let days = row.days;
            match u32::try_from(days) {
                _ if days <= 0 => faults.push(RetentionFault::NotPositive { of, days }),
                _ if days < LEAST_DAYS => faults.push(RetentionFault::TooShort { of, days }),
                Ok(fits) if days <= MOST_DAYS => {
                    if kept.insert(of, fits).is_some() {
                        faults.push(RetentionFault::Twice { of });
                    }
                }
                _ => faults.push(RetentionFault::TooLong { of, days }),
            }
        }
        if faults.is_empty() { Ok(Retention(kept)) } else { Err(faults) }
    }

    /// Nothing is erased by age.
    pub fn is_off(&self) -> bool {
        self.0.is_empty()
    }
    /// How many days records of a kind are kept; none where they are kept for good.
    pub fn days(&self, of: KeptKind) -> Option<u32> {
        self.0.get(&of).copied()
    }
    /// Every row, in the order in which pages list them.
    pub fn rows(&self) -> impl Iterator<Item = (KeptKind, u32)> + '_ {
        KeptKind::all().filter_map(|of| Some((of, self.days(of)?)))
    }

    /// The day before which a record of a kind must have ended to be due on `today`; none where nothing can be.
    pub fn ended_before(&self, of: KeptKind, today: Date) -> Option<Date> {
        today.checked_sub(jiff::Span::new().days(self.days(of)?)).ok()
    }

    /// Whether the personal data of a record are due to be erased. `ended`: the day on which it came to its end. That day is
    /// out, as with every other limit: what is kept 30 days goes on the 31st day after it.
    pub fn judge(&self, of: KeptKind, ended: Option<Date>, ties: Ties, today: Date) -> Judgement {
        let Some(days) = self.days(of) else { return Judgement::NoRule };
        if let Some(hold) = ties.hold() {
            return Judgement::Held(hold);
        }
        let Some(ended) = ended else { return Judgement::Held(Hold::Open) };
        let last = ended.saturating_add(jiff::Span::new().days(days));
        if today > last { Judgement::Due { ended, days, last } } else { Judgement::KeptUntil(last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(of: &str, days: i64) -> KeepRow {
        KeepRow { of: of.to_owned(), days }
    }
    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    /// Kind, end, what is open, today; what is said. Written out by hand: problems are kept 30 days, connections 1,095.
    #[test]
    fn what_is_due_when() {
        let rules = Retention::new(&[row("problem", 30), row("connection", 1_095), row("person", 365)]).expect("rules");
        let (problem, connection) = (KeptKind::Matter(MatterKind::Problem), KeptKind::Matter(MatterKind::Connection));
        let none = Ties::default();
        for (of, ended, ties, today, said) in [
            (problem, Some("2018-05-01"), none, "2018-05-31", "kept until 2018-05-31"),
            (problem, Some("2018-05-01"), none, "2018-06-01", "ended on 2018-05-01, kept 30 days until 2018-05-31"),
            (problem, Some("2018-05-01"), none, "2018-05-01", "kept until 2018-05-31"),
            // It ended after today: another clock, or a day that is planned.
            (problem, Some("2019-05-01"), none, "2018-06-01", "kept until 2019-05-31"),
            (problem, None, none, "2028-06-01", "kept because something is open: open"),
            // A leap day is a day.
            (connection, Some("2015-03-01"), none, "2018-02-28", "kept until 2018-02-28"),
            (
                connection,
                Some("2015-03-01"),
                none,
                "2018-03-01",
                "ended on 2015-03-01, kept 1095 days until 2018-02-28",
            ),
            (
                KeptKind::Person,
                Some("2017-06-30"),
                none,
                "2018-07-01",
                "ended on 2017-06-30, kept 365 days until 2018-06-30",
            ),
            // Nobody wrote a rule for wishes.
            (
                KeptKind::Matter(MatterKind::Wish),
                Some("1999-01-01"),
                none,
                "2018-06-01",
                "no rule erases records of this kind",
            ),
            (
                problem,
                Some("2015-05-01"),
                Ties { open: true, ..none },
                "2018-06-01",
                "kept because something is open: open",
            ),
            (
                problem,
                Some("2015-05-01"),
                Ties { request: true, ..none },
                "2018-06-01",
                "kept because something is open: request",
            ),
            (
                connection,
                Some("2010-05-01"),
                Ties { problem: true, ..none },
                "2018-06-01",
                "kept because something is open: problem",
            ),
            (
                problem,
                Some("2015-05-01"),
                Ties { merged: true, ..none },
                "2018-06-01",
                "kept because something is open: merged",
            ),
            (
                KeptKind::Person,
                Some("2010-05-01"),
                Ties { concerned: true, ..none },
                "2018-06-01",
                "kept because something is open: concerned",
            ),
        ] {
            let judged = rules.judge(of, ended.map(day), ties, day(today));
            assert_eq!(judged.to_string(), said, "{of:?} ended {ended:?}, {ties:?}, on {today}");
        }
    }

    #[test]
    fn without_rules_nothing_is_ever_due() {
        let off = Retention::new(&[]).expect("no rules");
        assert!(off.is_off() && off.rows().next().is_none());
        for of in KeptKind::all() {
            assert_eq!(off.judge(of, Some(day("1990-01-01")), Ties::default(), day("2099-12-31")), Judgement::NoRule);
            assert_eq!(off.ended_before(of, day("2099-12-31")), None);
        }
    }

    #[test]
    fn every_fault_is_told_at_once_with_what_to_do() {
        let rows = [
            row("problem", 0),
            row("hazard", -5),
            row("violation", 29),
            row("visit", 365),
            row("wish", 400),
            row("wish", 500),
            row("person", 36_501),
            row("enquiry", i64::MAX),
        ];
        let faults = Retention::new(&rows).expect_err("all of them are bad");
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 7, "{said:#?}");
        for (of, what) in [
            ("problem", "0 days cannot be"),
            ("hazard", "-5 days cannot be"),
            ("violation", "29 days are too few; write at least 30"),
            ("visit", "is no kind of record; write one of problem, hazard"),
            ("wish", "stands twice; keep one row"),
            ("person", "36501 days are too many; write at most 36500"),
            ("enquiry", "days are too many"),
        ] {
            assert!(said.iter().any(|s| s.contains(&format!("“{of}”")) && s.contains(what)), "{of}: {said:#?}");
        }
        assert!(Retention::new(&[row("problem", 30), row("person", 36_500)]).is_ok(), "the edges are good");
    }

    #[test]
    fn a_kind_is_found_by_its_code_and_no_two_share_one() {
        let codes: std::collections::BTreeSet<&str> = KeptKind::all().map(KeptKind::as_str).collect();
        assert_eq!(codes.len(), MatterKind::ALL.len() + 1);
        for of in KeptKind::all() {
            assert_eq!(KeptKind::parse(of.as_str()), Some(of));
        }
    }

    proptest::proptest! {
        /// Due exactly when more days have passed than the rule says and nothing is open; once due, due for good; and the day by
        /// which the store asks leaves out nothing and takes in nothing.
        #[test]
        fn due_is_monotone_and_agrees_with_the_day_asked_for(
            days in LEAST_DAYS..=MOST_DAYS, ended in 0i64..36_525, near in -3i64..=3, later in 0i64..40_000,
        ) {
            let of = KeptKind::Matter(MatterKind::Problem);
            let rules = Retention::new(&[row("problem", days)]).expect("a rule");
            let ended = day("1960-02-29").saturating_add(jiff::Span::new().days(ended));
            let mut was_due = false;
            for passed in [-1, 0, days + near, days + 4 + later] {
                let today = ended.saturating_add(jiff::Span::new().days(passed));
                let judged = rules.judge(of, Some(ended), Ties::default(), today);
                let is_due = matches!(judged, Judgement::Due { .. });
                proptest::prop_assert_eq!(is_due, passed > days, "{} days after {}, kept {}: {}", passed, ended, days, judged);
                proptest::prop_assert_eq!(rules.ended_before(of, today).is_some_and(|d| ended < d), is_due);
                proptest::prop_assert!(is_due || !was_due, "due once, due for good");
                was_due = is_due;
                let held = rules.judge(of, Some(ended), Ties { problem: true, ..Ties::default() }, today);
                proptest::prop_assert_eq!(held, Judgement::Held(Hold::Problem), "however old it is");
            }
        }
    }
}
