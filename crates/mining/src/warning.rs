//! Warning before breach: transparent historical rates, and how well they would have done.
//!
//! A late rate is late cases ÷ cases, drawn towards the rate of its kind and that towards the whole's by as much as the
//! history itself says groups differ (empirical Bayes, moments of the beta-binomial). Every rate comes with its n and
//! the window it was learned in. Remaining time is the median of what cases at the same last step still took. It does
//! not know what late means, nor what time it is: the caller says both.

pub mod promised;

use crate::log::Log;
use crate::traces::{Trace, Traces};
use hashbrown::HashMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// A case whose outcome is known, as history or as a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// The unit that has it.
    pub unit: &'a str,
    /// Whether it was late.
    pub late: bool,
}

/// How much a group of few cases is drawn towards the group above it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Shrinkage {
    /// Not at all: late ÷ n.
    None,
    /// As if so many cases with the rate above had been seen besides.
    Fixed(f64),
    /// By as much as the groups of this history differ.
    #[default]
    Learned,
}

/// A group's history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rate {
    /// Cases.
    pub n: u32,
    /// Late ones among them.
    pub late: u32,
    /// The estimate, 0–1.
    pub rate: f64,
}

/// The group an estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Cases of this kind and unit.
    KindAndUnit,
    /// Cases of this kind.
    Kind,
    /// All cases.
    Whole,
}

/// An estimate with what it rests on; there is none without its n.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The finest group that has a history.
    pub basis: Basis,
    /// Its history.
    #[serde(flatten)]
    pub of: Rate,
}

/// When history was made: microseconds since 1970-01-01T00:00:00Z, the first instant in and the first one out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Window {
    /// From; nothing for "as far back as there is anything".
    pub from: Option<i64>,
    /// Until, that instant not included.
    pub before: i64,
}

impl Window {
    /// Whether an instant is in.
    pub fn holds(&self, at: i64) -> bool {
        self.from.is_none_or(|from| at >= from) && at < self.before
    }
}

/// Late rates of a history.
#[derive(Clone, Debug)]
pub struct Rates {
    /// When it was made.
    pub window: Window,
    /// Of all cases.
    pub whole: Rate,
    /// Cases that the rate above weighs in a kind's estimate; infinite when kinds do not differ.
    pub weight_of_whole: f64,
    /// Cases that the kind's rate weighs in the estimate of a kind and unit.
    pub weight_of_kind: f64,
    kinds: BTreeMap<String, (Rate, BTreeMap<String, Rate>)>,
}

/// Weight of the rate above, from how groups differ: with ρ = (Σ (late − n·p)² ÷ (n·p·(1−p)) − groups) ÷ Σ (n − 1), the
/// intra-class correlation of a beta-binomial, the weight is 1/ρ − 1.
fn weight(groups: impl Iterator<Item = (Rate, f64)>) -> f64 {
    let (mut spread, mut more, mut count) = (0.0, 0.0, 0.0);
    for (of, above) in groups.filter(|(_, above)| *above > 0.0 && *above < 1.0) {
        let n = f64::from(of.n);
        spread += (f64::from(of.late) - n * above).powi(2) / (n * above * (1.0 - above));
        more += n - 1.0;
        count += 1.0;
    }
    let rho = if more > 0.0 { (spread - count) / more } else { 0.0 };
    if rho > 0.0 { (1.0 / rho.min(1.0) - 1.0).max(0.0) } else { f64::INFINITY }
}

fn drawn(of: Rate, above: f64, weight: f64) -> f64 {
    if weight.is_infinite() { above } else { (f64::from(of.late) + weight * above) / (f64::from(of.n) + weight) }
}

impl Rates {
    /// Learns from a history; the caller has chosen the cases that the window holds. Nothing without any.
    pub fn learn<'a>(
        history: impl IntoIterator<Item = Known<'a>>,
        window: Window,
        shrinkage: Shrinkage,
    ) -> Option<Rates> {
        // Groups are few and cases are many.
        let mut cells: HashMap<(&str, &str), Rate> = HashMap::new();
        for case in history {
            let cell = cells.entry((case.kind, case.unit)).or_default();
            cell.n += 1;
            cell.late += u32::from(case.late);
        }
        let mut whole = Rate::default();
        let mut kinds: BTreeMap<String, (Rate, BTreeMap<String, Rate>)> = BTreeMap::new();
        for ((kind, unit), cell) in cells {
            let kind = kinds.entry(kind.to_owned()).or_default();
            for rate in [&mut whole, &mut kind.0] {
                rate.n += cell.n;
                rate.late += cell.late;
            }
            kind.1.insert(unit.to_owned(), cell);
        }
        if whole.n == 0 {
            return None;
        }
        whole.rate = f64::from(whole.late) / f64::from(whole.n);
        let fixed = match shrinkage {
            Shrinkage::None => Some(0.0),
            Shrinkage::Fixed(weight) => Some(weight.max(0.0)),
            Shrinkage::Learned => None,
        };
        let weight_of_whole = fixed.unwrap_or_else(|| weight(kinds.values().map(|k| (k.0, whole.rate))));
        for (kind, _) in kinds.values_mut() {
            kind.rate = drawn(*kind, whole.rate, weight_of_whole);
        }
        let weight_of_kind = fixed.unwrap_or_else(|| {
            weight(kinds.values().filter(|k| k.1.len() > 1).flat_map(|k| k.1.values().map(|c| (*c, k.0.rate))))
        });
        for (kind, cells) in kinds.values_mut() {
            let only = cells.len() == 1;
            for cell in cells.values_mut() {
                // A kind that one unit has alone is that unit's: drawing it twice would say nothing new.
                cell.rate = if only { kind.rate } else { drawn(*cell, kind.rate, weight_of_kind) };
            }
        }
        Some(Rates { window, whole, weight_of_whole, weight_of_kind, kinds })
    }

    /// The estimate for a case of a kind in a unit.
    pub fn estimate(&self, kind: &str, unit: &str) -> Estimate {
        match self.kinds.get(kind) {
            None => Estimate { basis: Basis::Whole, of: self.whole },
            Some((of, cells)) => match cells.get(unit) {
                None => Estimate { basis: Basis::Kind, of: *of },
                Some(of) => Estimate { basis: Basis::KindAndUnit, of: *of },
            },
        }
    }

    /// The estimate for a kind, whatever the unit.
    pub fn of_kind(&self, kind: &str) -> Estimate {
        self.kinds.get(kind).map_or(Estimate { basis: Basis::Whole, of: self.whole }, |(of, _)| Estimate {
            basis: Basis::Kind,
            of: *of,
        })
    }

    /// All groups, kinds in order, each with its units in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Rate, impl Iterator<Item = (&str, Rate)>)> {
        self.kinds
            .iter()
            .map(|(kind, (of, cells))| (kind.as_str(), *of, cells.iter().map(|(unit, of)| (unit.as_str(), *of))))
    }
}

/// How well estimates did on cases they were not learned from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BackTest {
    /// Cases.
    pub n: usize,
    /// Late ones among them.
    pub late: usize,
    /// Chance that a late case was rated above one in time, ties counting half; nothing when all or none were late.
    pub auc: Option<f64>,
    /// Mean of (estimate − outcome)²; 0 is best.
    pub brier: f64,
    /// The same, had every case been given one rate.
    pub brier_of_constant: f64,
    /// Share of all late cases among the fifth that was rated worst; cases of equal rate at its edge count by their share.
    pub late_in_worst_fifth: Option<f64>,
}

/// Compares estimates with outcomes; `constant` is the one rate to beat. Nothing without cases.
pub fn back_test(cases: &[(f64, bool)], constant: f64) -> Option<BackTest> {
    if cases.is_empty() {
        return None;
    }
    let mut sorted: Vec<(f64, bool)> = cases.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let n = sorted.len();
    let late = sorted.iter().filter(|c| c.1).count();
    let fifth = n as f64 / 5.0;
    let (mut above, mut pairs, mut seen, mut caught) = (0.0, 0.0, 0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let (all, bad) = (tied.len() as f64, tied.iter().filter(|c| c.1).count() as f64);
        // Every case in time here is rated below the late ones above, and level with those here.
        pairs += (all - bad) * (above + bad / 2.0);
        above += bad;
        caught += bad * ((fifth - seen) / all).clamp(0.0, 1.0);
        seen += all;
    }
    let square = |p: f64, late: bool| (p - f64::from(u8::from(late))).powi(2);
    let on_time = n - late;
    Some(BackTest {
        n,
        late,
        auc: (late > 0 && on_time > 0).then(|| pairs / (late as f64 * on_time as f64)),
        brier: cases.iter().map(|(p, late)| square(*p, *late)).sum::<f64>() / n as f64,
        brier_of_constant: cases.iter().map(|(_, late)| square(constant, *late)).sum::<f64>() / n as f64,
        late_in_worst_fifth: (late > 0).then(|| caught / late as f64),
    })
}

/// How long cases still take from a step to their end: the median of what others of the same group took.
#[derive(Clone, Debug, Default)]
pub struct Remaining {
    of: HashMap<(u32, u32), (i64, u32)>,
    /// By activity, whatever the group.
    any: HashMap<u32, (i64, u32)>,
    /// Over all events: median in microseconds, and from how many.
    pub whole: Option<(i64, u32)>,
}

/// Looks at a group's cases after a step below which other groups' serve too.
pub const LEAST_LOOKS: u32 = 20;

/// Where a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Group of like cases.
    pub group: u32,
    /// When, microseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
}

/// A look at a case under way whose end is known by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Group of like cases.
    pub group: u32,
    /// Its last step.
    pub activity: u32,
    /// When that was.
    pub at: i64,
    /// Microseconds that it still took.
    pub left: i64,
}

/// How far off medians were, on looks they were not learned from, microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Off {
    /// Looks.
    pub n: u32,
    /// Median distance between what was said and what it took.
    pub off: i64,
    /// The same if one median were said of all.
    pub off_of_constant: i64,
}

fn median(values: &mut [i64]) -> Option<(i64, u32)> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let (low, middle, _) = values.select_nth_unstable(n / 2);
    let middle = *middle;
    let low = if n.is_multiple_of(2) { low.iter().max().copied().unwrap_or(middle) } else { middle };
    Some((low.midpoint(middle), n as u32))
}

/// Each event up to a case's end is one look at a case under way; what came later is no part of the way there.
pub fn looks<'a>(
    traces: &'a Traces,
    end: impl Fn(&Trace<'_>) -> Option<Ended> + 'a,
) -> impl Iterator<Item = Look> + 'a {
    traces.iter().filter_map(move |t| Some((end(&t)?, t))).flat_map(|(end, t)| {
        t.activities.iter().zip(t.at).filter(move |(_, at)| **at <= end.at).map(move |(activity, at)| Look {
            group: end.group,
            activity: *activity,
            at: *at,
            left: end.at.saturating_sub(*at),
        })
    })
}

/// The same looks from the rows of a log as they came, so that no case need be put in order. `ends`: where each case ended.
pub fn looks_at<'a>(log: &'a Log, ends: &'a [Option<Ended>]) -> impl Iterator<Item = Look> + 'a {
    log.case().iter().zip(log.activity()).zip(log.at()).filter_map(|((case, activity), at)| {
        let end = ends.get(*case as usize).copied().flatten().filter(|end| *at <= end.at)?;
        Some(Look { group: end.group, activity: *activity, at: *at, left: end.at.saturating_sub(*at) })
    })
}

impl Remaining {
    /// Learns what is said of some steps, and tells how many looks there were in all. What the whole would say is left out.
    pub fn learn_of(looks: impl Iterator<Item = Look>, activities: &[u32]) -> (Remaining, u32) {
        let mut n = 0;
        let of_these = looks.inspect(|_| n += 1).filter(|l| activities.contains(&l.activity));
        let learned = Remaining { whole: None, ..Remaining::learn(of_these) };
        (learned, n)
    }

    /// Learns from looks.
    pub fn learn(looks: impl Iterator<Item = Look>) -> Remaining {
        let mut of: HashMap<(u32, u32), Vec<i64>> = HashMap::new();
        for l in looks {
            of.entry((l.group, l.activity)).or_default().push(l.left);
        }
        let (mut any, mut whole): (HashMap<u32, Vec<i64>>, Vec<i64>) = Default::default();
        for ((_, activity), left) in &of {
            any.entry(*activity).or_default().extend(left);
            whole.extend(left);
        }
        Remaining {
            of: of.into_iter().filter_map(|(k, mut v)| Some((k, median(&mut v)?))).collect(),
            any: any.into_iter().filter_map(|(k, mut v)| Some((k, median(&mut v)?))).collect(),
            whole: median(&mut whole),
        }
    }

    /// What is left after a step: median in microseconds and how many looks it rests on; the group's own where it has
    /// [`LEAST_LOOKS`], else that of all groups.
    pub fn after(&self, group: u32, activity: u32) -> Option<(i64, u32)> {
        self.of.get(&(group, activity)).filter(|(_, n)| *n >= LEAST_LOOKS).or_else(|| self.any.get(&activity)).copied()
    }

    /// How far off it is on other looks; nothing without any that it can say something of.
    pub fn test(&self, looks: impl Iterator<Item = Look>) -> Option<Off> {
        let constant = self.whole?.0;
        let (mut off, mut off_of_constant): (Vec<i64>, Vec<i64>) = looks
            .filter_map(|l| {
                let said = self.after(l.group, l.activity)?.0;
                Some(((said - l.left).abs(), (constant - l.left).abs()))
            })
            .unzip();
        let (off, n) = median(&mut off)?;
        Some(Off { n, off, off_of_constant: median(&mut off_of_constant)?.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(cells: &[(&'static str, &'static str, u32, u32)]) -> Vec<Known<'static>> {
        cells.iter().flat_map(|(kind, unit, late, n)| (0..*n).map(|i| Known { kind, unit, late: i < *late })).collect()
    }

    #[test]
    fn few_cases_are_drawn_to_their_kind_and_many_are_not() {
        let cells = [
            ("a", "x", 90, 100),
            ("a", "y", 1, 1),
            ("a", "z", 40, 100),
            ("b", "x", 5, 100),
            ("b", "y", 0, 1),
            ("c", "x", 1, 2),
        ];
        let rates = Rates::learn(history(&cells), Window::default(), Shrinkage::Learned).expect("cases");
        let (many, one, kind) = (rates.estimate("a", "x"), rates.estimate("a", "y"), rates.of_kind("a"));
        assert_eq!((many.of.n, many.of.late, one.of.n, one.basis), (100, 90, 1, Basis::KindAndUnit));
        assert!((many.of.rate - 0.9).abs() < 0.02, "{many:?}");
        assert!(one.of.rate < 0.9 && one.of.rate > kind.of.rate, "{one:?} {kind:?}");
        assert_eq!(rates.estimate("b", "new").basis, Basis::Kind);
        assert_eq!(rates.estimate("new", "x"), Estimate { basis: Basis::Whole, of: rates.whole });
        let plain = Rates::learn(history(&cells), Window::default(), Shrinkage::None).expect("cases");
        assert!((plain.estimate("a", "y").of.rate - 1.0).abs() < 1e-12);
        assert!(Rates::learn(Vec::new(), Window::default(), Shrinkage::Learned).is_none());
    }

    #[test]
    fn groups_that_do_not_differ_share_one_rate() {
        let cells = [("a", "x", 10, 100), ("b", "x", 10, 100), ("c", "x", 10, 100)];
        let rates = Rates::learn(history(&cells), Window::default(), Shrinkage::Learned).expect("cases");
        assert!(rates.weight_of_whole.is_infinite());
        assert!((rates.of_kind("b").of.rate - 0.1).abs() < 1e-12);
    }

    #[test]
    fn a_back_test_of_known_cases() {
        // Ratings 0.9 0.5 0.5 0.1 0.1, late: first, one of the middle. AUC by pairs: (3 + 2.5) ÷ 6.
        let cases = [(0.5, false), (0.9, true), (0.1, false), (0.5, true), (0.1, false)];
        let test = back_test(&cases, 0.4).expect("cases");
        assert!((test.auc.expect("both kinds") - 5.5 / 6.0).abs() < 1e-12);
        assert!((test.brier - (0.25 + 0.01 + 0.01 + 0.25 + 0.01) / 5.0).abs() < 1e-12);
        assert!((test.late_in_worst_fifth.expect("late ones") - 0.5).abs() < 1e-12);
        assert!((test.brier_of_constant - (0.16 * 3.0 + 0.36 * 2.0) / 5.0).abs() < 1e-12);
        assert_eq!(back_test(&[(0.3, true)], 0.3).expect("a case").auc, None);
        assert!(back_test(&[], 0.3).is_none());
    }

    #[test]
    fn what_is_left_is_that_of_the_like_where_there_are_enough() {
        let look = |group, left| Look { group, activity: 1, at: 0, left };
        let history = |n: i64| (0..n).map(|i| look(0, 10 + i % 3)).chain((0..40).map(|_| look(1, 100)));
        let few = Remaining::learn(history(19));
        assert_eq!(
            (few.after(0, 1), few.after(1, 1), few.after(2, 1), few.after(0, 2)),
            (Some((100, 59)), Some((100, 40)), Some((100, 59)), None)
        );
        let many = Remaining::learn(history(21));
        assert_eq!(many.after(0, 1), Some((11, 21)));
        assert_eq!(
            many.test([look(0, 12), look(0, 11), look(1, 90)].into_iter()),
            Some(Off { n: 3, off: 1, off_of_constant: 88 })
        );
        assert_eq!(many.test(std::iter::empty()), None);
    }

    #[test]
    fn looks_at_rows_are_looks_at_cases() {
        let mut log = Log::new();
        for n in 0..90_i64 {
            let (case, at) = (format!("c{}", n * 7 % 13), 1_000 - n * 31 % 170);
            let activity = ["a", "b", "c", "d"][(n % 4) as usize];
            log.push(&crate::log::Event { case: &case, activity, at, ..Default::default() });
        }
        let ends: Vec<Option<Ended>> = (0..13)
            .map(|case| (case % 3 != 0).then_some(Ended { group: case % 2, at: 900 + i64::from(case) * 5 }))
            .collect();
        let traces = Traces::of(&log);
        let by_case = || looks(&traces, |t| ends[t.case as usize]);
        let told = |l: Look| (l.group, l.activity, l.at, l.left);
        let (mut one, mut other): (Vec<_>, Vec<_>) =
            (by_case().map(told).collect(), looks_at(&log, &ends).map(told).collect());
        one.sort_unstable();
        other.sort_unstable();
        assert!(one.len() > 20 && one == other, "{one:?} {other:?}");
        let all = Remaining::learn(by_case());
        let (some, n) = Remaining::learn_of(looks_at(&log, &ends), &[1, 3]);
        assert_eq!(n, all.whole.expect("looks").1);
        for group in 0..3 {
            assert_eq!([1, 3].map(|a| some.after(group, a)), [1, 3].map(|a| all.after(group, a)));
            assert_eq!(some.after(group, 0), None);
        }
    }

    #[test]
    fn medians_of_both_parities() {
        assert_eq!(median(&mut [3, 1, 2]), Some((2, 3)));
        assert_eq!(median(&mut [4, 1, 3, 2]), Some((2, 4)));
        assert_eq!(median(&mut []), None);
    }
}
