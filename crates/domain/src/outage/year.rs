//! A year of outages: which of its days are major events, and its indices by month, district and level with and without them.
//!
//! The threshold of a year is that of the five years before it, as far as they are known (IEEE 1366-2012, 3.5): so it stands when
//! the year begins and no later outage moves it. A year with nothing before it is measured by its own days.

use super::served::{ServedBase, mean};
use super::sums::{Cell, Measured, Sums};
use super::{NetworkLevel, OutageKind};
use crate::base::time::{Date, Instant, Zone};
use crate::indicator::Threshold;
use std::collections::{BTreeMap, BTreeSet};

/// Years before a year that tell its threshold.
pub const YEARS_BEFORE: i16 = 5;

/// What the days of the company add up to: those on which there was an outage.
pub type Days = BTreeMap<Date, Sums>;

/// From which SAIDI on a day of a year is a major event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearThreshold {
    /// The threshold.
    pub threshold: Threshold,
    /// The first and the last year whose days told it.
    pub first: i16,
    /// The last.
    pub last: i16,
}

/// A day that was a major event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MajorDay {
    /// Which.
    pub day: Date,
    /// Its SAIDI, minutes.
    pub saidi_min: f64,
    /// What its outages add up to.
    pub sums: Sums,
}

/// The company's SAIDI of each day with an outage, minutes.
fn daily<'a>(days: &'a Days, bases: &'a [ServedBase], year: i16) -> impl Iterator<Item = (Date, f64, Sums)> + 'a {
    let of_year = days.range(first_of(year)..=last_of(year));
    of_year.filter_map(|(day, sums)| {
        let measured = Measured { sums: *sums, served: mean(bases.iter(), *day, *day), seconds: 86_400.0 };
        measured.saidi_min().map(|saidi| (*day, saidi, *sums))
    })
}

/// The first day of a year.
pub fn first_of(year: i16) -> Date {
    Date::new(year, 1, 1).unwrap_or(Date::MIN)
}

/// The last day of a year.
pub fn last_of(year: i16) -> Date {
    Date::new(year, 12, 31).unwrap_or(Date::MAX)
}

/// The threshold of a year; nothing where too few days are known. `days`: also those of the years before.
pub fn threshold(days: &Days, bases: &[ServedBase], year: i16) -> Option<YearThreshold> {
    let of = |years: std::ops::RangeInclusive<i16>| {
        let all: Vec<(i16, f64)> =
            years.flat_map(|y| daily(days, bases, y).map(move |(_, saidi, _)| (y, saidi))).collect();
        let values: Vec<f64> = all.iter().map(|d| d.1).collect();
        let threshold = Threshold::of(&values)?;
        let (first, last) = (all.first()?.0, all.last()?.0);
        Some(YearThreshold { threshold, first, last })
    };
    of(year - YEARS_BEFORE..=year - 1).or_else(|| of(year..=year))
}

/// The major event days of a year, in their order.
pub fn major_days(days: &Days, bases: &[ServedBase], year: i16) -> (Option<YearThreshold>, Vec<MajorDay>) {
    let Some(told) = threshold(days, bases, year) else { return (None, Vec::new()) };
    let above = daily(days, bases, year).filter(|(_, saidi, _)| *saidi > told.threshold.t_med);
    let major = above.map(|(day, saidi_min, sums)| MajorDay { day, saidi_min, sums }).collect();
    (Some(told), major)
}

/// Sums of a time, with whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The first day of their month, or their day.
    pub first: Date,
    /// The last day of their month, or their day.
    pub last: Date,
    /// Whose.
    pub cell: Cell,
    /// What they add up to.
    pub sums: Sums,
}

/// Indices of a group, with and without major event days.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Indexed {
    /// All of its outages.
    pub all: Measured,
    /// Those of other days.
    pub without: Measured,
}

impl Indexed {
    fn of(whole: Sums, major: Sums, served: f64, seconds: f64) -> Indexed {
        Indexed {
            all: Measured { sums: whole, served, seconds },
            without: Measured { sums: whole - major, served, seconds },
        }
    }
}

/// A year of a company, or of some of its units.
#[derive(Clone, Debug, PartialEq)]
pub struct Year {
    /// Which.
    pub year: i16,
    /// From when on a day is a major event.
    pub threshold: Option<YearThreshold>,
    /// Those days.
    pub major: Vec<MajorDay>,
    /// The whole year, so far as it is over.
    pub total: Indexed,
    /// Each month that has begun, by its first day.
    pub months: Vec<(Date, Indexed)>,
    /// Each district with customers.
    pub districts: Vec<(String, Indexed)>,
    /// Each level, of all customers: what they add up to is the whole.
    pub levels: Vec<(NetworkLevel, Indexed)>,
    /// Planned or not, of all customers.
    pub kinds: Vec<(OutageKind, Indexed)>,
}

/// What a year is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The company's days, also of the years before.
    pub days: &'a Days,
    /// Every base of the company.
    pub bases: &'a [ServedBase],
    /// Sums by month of whoever is asked for.
    pub months: &'a [Counted],
    /// Sums by day of whoever is asked for, at least of the major event days.
    pub by_day: &'a [Counted],
    /// As of when.
    pub as_of: Instant,
    /// Where days begin.
    pub zone: &'a Zone,
}

impl Year {
    /// A year of those whose bases are `own`. What is a major event the whole company's days say, whoever is asked for.
    pub fn of(year: i16, told: &Told<'_>, own: &[&ServedBase]) -> Year {
        let (threshold, major) = major_days(told.days, told.bases, year);
        Year::with(year, threshold, major, told, own)
    }

    /// The same, where the major event days are known already.
    pub fn with(
        year: i16,
        threshold: Option<YearThreshold>,
        major: Vec<MajorDay>,
        told: &Told<'_>,
        own: &[&ServedBase],
    ) -> Year {
        let is_major: BTreeSet<Date> = major.iter().map(|m| m.day).collect();
        // The last day of which anything is known.
        let known = told.zone.date_of(Instant(told.as_of.0 - 1)).min(last_of(year));
        let in_year = |day: Date| first_of(year) <= day && day <= known;
        let whole = |wanted: &dyn Fn(&Counted) -> bool| -> Sums {
            told.months.iter().filter(|c| in_year(c.first) && wanted(c)).map(|c| c.sums).sum()
        };
        let apart = |wanted: &dyn Fn(&Counted) -> bool| -> Sums {
            told.by_day.iter().filter(|c| is_major.contains(&c.first) && wanted(c)).map(|c| c.sums).sum()
        };
        let seconds = |first: Date, last: Date| {
            let (from, until) = (told.zone.at(first, jiff::civil::Time::midnight()), told.zone.end_of_day(last));
            (until.min(told.as_of).since(from).max(0)) as f64 / 1_000.0
        };
        let (first, year_seconds) = (first_of(year), seconds(first_of(year), known));
        let begun = known >= first;
        let served = if begun { mean(own.iter().copied(), first, known) } else { 0.0 };
        let of_all =
            |wanted: &dyn Fn(&Counted) -> bool| Indexed::of(whole(wanted), apart(wanted), served, year_seconds);

        let months = (1..=12).filter_map(|m| Date::new(year, m, 1).ok()).filter(|from| *from <= known).map(|from| {
            let to = from.last_of_month().min(known);
            let of_month = |c: &Counted| (from..=from.last_of_month()).contains(&c.first);
            let served = mean(own.iter().copied(), from, to);
            (from, Indexed::of(whole(&of_month), apart(&of_month), served, seconds(from, to)))
        });
        let names: BTreeSet<&str> = own.iter().map(|b| b.district.as_str()).collect();
        let districts = names.into_iter().filter(|_| begun).map(|name| {
            let here = own.iter().copied().filter(|b| b.district == name);
            let of_district = |c: &Counted| c.cell.district == name;
            let served = mean(here, first, known);
            (name.to_owned(), Indexed::of(whole(&of_district), apart(&of_district), served, year_seconds))
        });
        Year {
            year,
            total: of_all(&|_| true),
            months: months.collect(),
            districts: districts.collect(),
            levels: NetworkLevel::ALL.iter().map(|l| (*l, of_all(&|c| c.cell.level == *l))).collect(),
            kinds: OutageKind::ALL.iter().map(|k| (*k, of_all(&|c| c.cell.kind == *k))).collect(),
            threshold,
            major,
        }
    }
}

#[cfg(test)]
mod tests;
