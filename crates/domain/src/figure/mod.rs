//! Figures 口径: every number as a definition, a value and the ids that make it.
//!
//! A [`Figure`] carries its [`Definition`] (what is counted, over what, by which date, without what), the period, the
//! instant as of which it was true, and the keys of the records behind numerator and denominator. The definitions are
//! with their families and put together in one
//! static table ([`FigureCode::definition`]), so pages, command line and API cannot disagree about a number.
//!
//! One file per family: [`visits`] (activities, sites, coverage, three go-intos, night, remote), [`matters`] (counts,
//! rates, ages), [`duty`] (person-weeks), [`levels`] (tiers, quotas, the matrix, the burden), [`conferences`] (members, attendance, resolutions), [`documents`] (in force, cited), [`category`] (the grouping behind the tables). All are pure functions over
//! [`facts`], which the store fills; whoever calls has already applied the unit filter and the reader's rights.
//!
//! Rules that hold for every figure:
//! - *As of*: what was not yet so at that instant counts as not so. A matter closed a day later is open.
//! - *Period*: local midnights in the zone; the end belongs to the next period ([`period`]), so figures of adjoining
//!   periods add up.
//! - *Ids*: as many keys as the numerator says, ascending, each once; the keys of a rate's numerator are among those
//!   of its denominator. The same record given twice counts once. The order of the facts does not matter.
//! - A rate over nothing has no value; it is not 0 %.
//!
//! This module deliberately does not know what anybody may see, where facts are stored, or how a figure is worded.

pub mod access;
pub mod category;
pub mod commitments;
pub mod community;
pub mod conferences;
pub mod connections;
mod definition;
pub mod dimension;
pub mod documents;
pub mod duty;
pub mod facts;
pub mod group;
pub mod households;
pub mod levels;
pub mod matters;
pub mod measures;
pub mod period;
pub mod printed;
pub mod question;
mod registry;
pub mod supply;
pub mod tasks;
pub mod teams;
pub mod visits;
pub mod works;

use std::fmt;

use serde::Serialize;
use uuid::Uuid;

use crate::base::ids::PersonId;
use crate::base::time::{Date, Instant, Zone};
use crate::duty::{IsoWeek, Month};
use crate::law::settings::Settings;

pub use crate::base::stats::Distribution;
pub use definition::{Basis, Definition, Distinct, Exclusion, Family, FigureCode, Shape, Unit};
pub use dimension::{Facts, Ties};
pub use facts::{MatterFact, PlaceFact, PlaceVersion, Places, VisitFact, put_right, withdrawn};
pub use group::{Dimension, Group};
pub use period::{Period, PeriodError};
pub use printed::{Printed, Told};
pub use question::{Part, Question, QuestionFault};

/// A period in a zone, as of an instant: what every figure is computed within.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The period.
    pub period: Period,
    /// What was not yet so at this instant counts as not so.
    pub as_of: Instant,
    /// Where days begin and end.
    pub zone: &'a Zone,
    from: Instant,
    until: Instant,
}

impl<'a> Frame<'a> {
    /// The frame; its edges are computed here once.
    pub fn new(period: Period, as_of: Instant, zone: &'a Zone) -> Self {
        let (from, until) = period.bounds(zone);
        Self { period, as_of, zone, from, until }
    }

    /// First instant of the period.
    pub fn from(&self) -> Instant {
        self.from
    }

    /// First instant after the period.
    pub fn until(&self) -> Instant {
        self.until
    }

    /// Something happened in the period, and already at as-of.
    fn saw(&self, at: Instant) -> bool {
        self.from <= at && at < self.until && at <= self.as_of
    }

    /// Something had happened at as-of.
    fn knows(&self, at: Option<Instant>) -> Option<Instant> {
        at.filter(|at| *at <= self.as_of)
    }

    /// A deadline lies in the period. 24:00 of the last day is its end, and belongs to that day.
    fn expects(&self, due: Instant) -> bool {
        self.from < due && due <= self.until
    }
}

/// One contributing key, as `yixian ids` prints it: `0190…` or `0190…@2018-W18`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A visit, place or matter; the definition's [`Distinct`] says which.
    Record(Uuid),
    /// A person's week.
    PersonWeek(PersonId, IsoWeek),
    /// A member at a meeting.
    Pair(Uuid, Uuid),
    /// A person's month.
    PersonMonth(PersonId, Month),
    /// Who might come to a unit in a month.
    Cell(levels::Cell),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(id) => id.fmt(f),
            Self::PersonWeek(person, week) => write!(f, "{person}@{week}"),
            Self::Pair(member, meeting) => write!(f, "{member}@{meeting}"),
            Self::PersonMonth(person, month) => write!(f, "{person}@{month}"),
            Self::Cell(cell) => cell.fmt(f),
        }
    }
}

/// Contributing keys, ascending, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Visits, places or matters.
    Records(Vec<Uuid>),
    /// Weeks of persons.
    PersonWeeks(Vec<(PersonId, IsoWeek)>),
    /// Members at meetings.
    Pairs(Vec<(Uuid, Uuid)>),
    /// Months of persons.
    PersonMonths(Vec<(PersonId, Month)>),
    /// Cells of the matrix.
    Cells(Vec<levels::Cell>),
}

impl Keys {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Records(ids) => ids.len(),
            Self::PersonWeeks(ids) => ids.len(),
            Self::Pairs(ids) => ids.len(),
            Self::PersonMonths(ids) => ids.len(),
            Self::Cells(ids) => ids.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key at a position, for pages that show some of them.
    pub fn get(&self, at: usize) -> Option<Key> {
        match self {
            Self::Records(ids) => ids.get(at).copied().map(Key::Record),
            Self::PersonWeeks(ids) => ids.get(at).map(|(person, week)| Key::PersonWeek(*person, *week)),
            Self::Pairs(ids) => ids.get(at).map(|(member, meeting)| Key::Pair(*member, *meeting)),
            Self::PersonMonths(ids) => ids.get(at).map(|(person, month)| Key::PersonMonth(*person, *month)),
            Self::Cells(ids) => ids.get(at).copied().map(Key::Cell),
        }
    }

    /// Every key, ascending.
    pub fn iter(&self) -> impl Iterator<Item = Key> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// The records; nothing when the keys are pairs of something.
    pub fn records(&self) -> &[Uuid] {
        match self {
            Self::Records(ids) => ids,
            Self::PersonWeeks(_) | Self::Pairs(_) | Self::PersonMonths(_) | Self::Cells(_) => &[],
        }
    }
}

/// The number itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "shape")]
pub enum Value {
    /// A count.
    Count {
        /// So many.
        n: u64,
    },
    /// A share, kept as whole numbers.
    Share {
        /// So many.
        numerator: u64,
        /// Of so many.
        denominator: u64,
    },
    /// A mean, median or percentile in the definition's unit, over the numerator's records.
    Measure {
        /// None over no records.
        value: Option<f64>,
    },
    /// A day of the calendar.
    Day {
        /// None where it is not yet so.
        day: Option<Date>,
    },
    /// The period lies before what is counted was in force 未启用: no value, which is not nothing.
    NotInForce {
        /// First day.
        since: Date,
    },
}

/// A number with everything that is needed to believe it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Which.
    pub code: FigureCode,
    /// Over which period.
    pub period: Period,
    /// As of when.
    pub as_of: Instant,
    /// What contributes.
    pub numerator: Keys,
    /// What it is a share of; only for rates.
    pub denominator: Option<Keys>,
    /// The number.
    pub value: Value,
}

impl Figure {
    fn count(code: FigureCode, frame: &Frame<'_>, ids: Vec<Uuid>) -> Self {
        let value = Value::Count { n: ids.len() as u64 };
        Self::with(code, frame, Keys::Records(ids), None, value)
    }

    fn share(code: FigureCode, frame: &Frame<'_>, numerator: Keys, denominator: Keys) -> Self {
        let value = Value::Share { numerator: numerator.len() as u64, denominator: denominator.len() as u64 };
        Self::with(code, frame, numerator, Some(denominator), value)
    }

    fn rate(code: FigureCode, frame: &Frame<'_>, numerator: Vec<Uuid>, denominator: Vec<Uuid>) -> Self {
        Self::share(code, frame, Keys::Records(numerator), Keys::Records(denominator))
    }

    fn measure(code: FigureCode, frame: &Frame<'_>, ids: Vec<Uuid>, value: Option<f64>) -> Self {
        Self::with(code, frame, Keys::Records(ids), None, Value::Measure { value })
    }

    fn day(code: FigureCode, frame: &Frame<'_>, ids: Vec<Uuid>, day: Option<Date>) -> Self {
        Self::with(code, frame, Keys::Records(ids), None, Value::Day { day })
    }

    fn with(code: FigureCode, frame: &Frame<'_>, numerator: Keys, denominator: Option<Keys>, value: Value) -> Self {
        Self { code, period: frame.period, as_of: frame.as_of, numerator, denominator, value }
    }

    /// What it means.
    pub fn definition(&self) -> &'static Definition {
        self.code.definition()
    }

    /// The contributing keys; as many as the numerator says.
    pub fn ids(&self) -> &Keys {
        &self.numerator
    }

    /// The keys of the denominator, for rates.
    pub fn denominator_ids(&self) -> Option<&Keys> {
        self.denominator.as_ref()
    }

    /// The number in the definition's unit (a rate in per cent), not rounded; none for a rate or a measure over
    /// nothing.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Count { n } => Some(n as f64),
            Value::Share { denominator: 0, .. } => None,
            Value::Share { numerator, denominator } => Some(numerator as f64 * 100.0 / denominator as f64),
            Value::Measure { value } => value,
            Value::Day { .. } | Value::NotInForce { .. } => None,
        }
    }

    /// The same, or without a value where its period ends before the first day of what it counts.
    #[must_use]
    fn in_force(self, settings: &Settings) -> Self {
        let since = match self.definition().family {
            Family::Duty => settings.duty_since,
            Family::Levels => levels::since(self.code, settings),
            Family::Visits
            | Family::Matters
            | Family::Connections
            | Family::Works
            | Family::Measures
            | Family::Conferences
            | Family::Partners
            | Family::Indicators
            | Family::Documents
            | Family::Supply
            | Family::Teams
            | Family::Community
            | Family::Households => settings.register_since,
        };
        match since.filter(|since| self.period.last() < *since) {
            None => self,
            Some(since) => {
                let none = |keys: &Keys| match keys {
                    Keys::Records(_) => Keys::Records(Vec::new()),
                    Keys::PersonWeeks(_) => Keys::PersonWeeks(Vec::new()),
                    Keys::Pairs(_) => Keys::Pairs(Vec::new()),
                    Keys::PersonMonths(_) => Keys::PersonMonths(Vec::new()),
                    Keys::Cells(_) => Keys::Cells(Vec::new()),
                };
                let (numerator, denominator) = (none(&self.numerator), self.denominator.as_ref().map(none));
                Self { numerator, denominator, value: Value::NotInForce { since }, ..self }
            }
        }
    }
}

/// The figure of a code among several.
pub fn find(figures: &[Figure], code: FigureCode) -> Option<&Figure> {
    figures.iter().find(|figure| figure.code == code)
}

/// Ids in order, each once.
fn each_once(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    ids.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// Positions of the wanted facts, ascending by id, each id once: from here on every list of ids comes out sorted.
fn sorted_by_id<T>(facts: &[T], wanted: impl Fn(&T) -> bool, id: impl Fn(&T) -> Uuid) -> Vec<&T> {
    let mut found: Vec<(Uuid, &T)> = facts.iter().filter(|fact| wanted(fact)).map(|fact| (id(fact), fact)).collect();
    // Stable, and quick over what the database already gives in order.
    found.sort_by_key(|(id, _)| *id);
    found.dedup_by_key(|(id, _)| *id);
    found.into_iter().map(|(_, fact)| fact).collect()
}

#[cfg(test)]
mod tests;
