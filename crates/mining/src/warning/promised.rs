//! Promises as warnings see them: history to learn from, open ones to warn of, and back-tests on held-out months.
//!
//! A promise is decided when its deadline is over: late unless it was kept by then. Before that nothing is learned from
//! it, not even when it was kept, because the ones kept early are the easy ones. It does not know where promises come
//! from nor in which zone months begin.

use super::{BackTest, Estimate, Known, Rates, Shrinkage, Window, back_test};
use serde::Serialize;

/// A promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promised<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// The unit that has it.
    pub unit: &'a str,
    /// When it was made, microseconds since 1970-01-01T00:00:00Z, as all instants here.
    pub opened: i64,
    /// By when it is to be kept.
    pub due: i64,
    /// When it was kept.
    pub done: Option<i64>,
}

impl<'a> Promised<'a> {
    /// Whether it was late, once its deadline is over; nothing before.
    pub fn late(&self, now: i64) -> Option<bool> {
        (self.due < now).then(|| self.done.is_none_or(|done| done > self.due))
    }

    fn known(&self, before: i64) -> Option<Known<'a>> {
        Some(Known { kind: self.kind, unit: self.unit, late: self.late(before)? })
    }
}

/// Learns from what was decided before an instant; nothing without any.
pub fn learn(promises: &[Promised<'_>], before: i64) -> Option<Rates> {
    let from = promises.iter().map(|p| p.due).filter(|due| *due < before).min();
    Rates::learn(promises.iter().filter_map(|p| p.known(before)), Window { from, before }, Shrinkage::Learned)
}

/// An open promise and what history says of its like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watched {
    /// Its place in the list that was given.
    pub place: usize,
    /// Until its deadline, microseconds; below nothing when it is over.
    pub left: i64,
    /// How often its like was late; nothing without a history.
    pub estimate: Option<Estimate>,
}

/// Promises not kept yet, the worst first: those whose deadline is over, the longest over first; then by late rate, then
/// by deadline.
pub fn watch(promises: &[Promised<'_>], rates: Option<&Rates>, now: i64) -> Vec<Watched> {
    let mut open: Vec<Watched> = promises
        .iter()
        .enumerate()
        .filter(|(_, p)| p.done.is_none())
        .map(|(place, p)| Watched {
            place,
            left: p.due.saturating_sub(now),
            estimate: rates.map(|r| r.estimate(p.kind, p.unit)),
        })
        .collect();
    let over = |w: &Watched| w.left < 0;
    let rate = |w: &Watched| if over(w) { 1.0 } else { w.estimate.map_or(0.0, |e| e.of.rate) };
    open.sort_by(|a, b| {
        over(b)
            .cmp(&over(a))
            .then_with(|| rate(b).total_cmp(&rate(a)))
            .then_with(|| a.left.cmp(&b.left))
            .then_with(|| a.place.cmp(&b.place))
    });
    open
}

/// What a score needs below it.
#[derive(Clone, Copy, Debug)]
pub struct Least {
    /// Promises learned from.
    pub learned: u32,
    /// Promises tested in a month.
    pub tested: usize,
}

/// How rates learned before a month would have done on the promises made in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HeldOut {
    /// The month.
    pub tested: Window,
    /// When what was learned from was decided.
    pub learned: Window,
    /// From how many promises.
    pub learned_from: u32,
    /// Promises of the month that are decided.
    pub decided: usize,
    /// Promises of the month that are not decided yet, and were not tested.
    pub undecided: usize,
    /// How well; nothing when there is too little to say.
    pub test: Option<BackTest>,
}

/// Back-tests month by month, and all scored months together: each promise is rated by what was known when its month
/// began. Months without a history before them are left out.
pub fn held_out(
    promises: &[Promised<'_>],
    months: &[Window],
    now: i64,
    least: Least,
) -> (Vec<HeldOut>, Option<BackTest>) {
    let (mut all, mut one_rate) = (Vec::new(), 0.0);
    let each = months
        .iter()
        .filter_map(|month| {
            let rates = learn(promises, month.from.unwrap_or(i64::MIN))?;
            let made: Vec<&Promised<'_>> = promises.iter().filter(|p| month.holds(p.opened)).collect();
            let rated: Vec<(f64, bool)> =
                made.iter().filter_map(|p| Some((rates.estimate(p.kind, p.unit).of.rate, p.late(now)?))).collect();
            let (decided, undecided) = (rated.len(), made.len() - rated.len());
            let enough = rates.whole.n >= least.learned && decided >= least.tested;
            let test = back_test(&rated, rates.whole.rate).filter(|_| enough);
            if let Some(t) = test {
                one_rate += t.brier_of_constant * t.n as f64;
                all.extend(rated);
            }
            Some(HeldOut {
                tested: *month,
                learned: rates.window,
                learned_from: rates.whole.n,
                decided,
                undecided,
                test,
            })
        })
        .collect();
    // Each month has a constant of its own to beat, so the whole's is their mean, not a back-test of one more constant.
    let whole = back_test(&all, 0.0).map(|t| BackTest { brier_of_constant: one_rate / t.n as f64, ..t });
    (each, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn promise(kind: &'static str, opened: i64, due: i64, done: Option<i64>) -> Promised<'static> {
        Promised { kind, unit: "u", opened, due, done }
    }

    #[test]
    fn nothing_is_learned_before_the_deadline_is_over() {
        let kept = promise("a", 0, 100, Some(10));
        assert_eq!((kept.late(50), kept.late(100), kept.late(101)), (None, None, Some(false)));
        assert_eq!(
            (promise("a", 0, 100, None).late(101), promise("a", 0, 100, Some(101)).late(102)),
            (Some(true), Some(true))
        );
        assert!(learn(&[kept], 100).is_none());
        let rates = learn(&[kept, promise("a", 0, 90, None)], 101).expect("two");
        assert_eq!((rates.whole.n, rates.whole.late, rates.window), (2, 1, Window { from: Some(90), before: 101 }));
    }

    #[test]
    fn what_is_over_comes_first_and_then_what_is_often_late() {
        let mut all: Vec<Promised<'static>> =
            (0..40).flat_map(|i| [promise("good", 0, i, Some(0)), promise("bad", 0, i, None)]).collect();
        for old in &mut all {
            old.done = old.done.or(Some(1_000));
        }
        let first = all.len();
        all.extend([
            promise("good", 0, 5_000, None),
            promise("bad", 0, 6_000, None),
            promise("good", 0, 100, None),
            promise("good", 0, 50, None),
            promise("good", 0, 4_000, None),
        ]);
        let rates = learn(&all[..first], 200).expect("a history");
        let order: Vec<usize> = watch(&all, Some(&rates), 200).iter().map(|w| w.place - first).collect();
        assert_eq!(order, [3, 2, 1, 4, 0]);
        assert!(watch(&all, None, 200).iter().all(|w| w.estimate.is_none()));
    }

    #[test]
    fn a_month_is_tested_by_what_was_known_when_it_began() {
        // Before the month: kind a always late, b never. In it the same, but for one b that is decided only later.
        let mut all: Vec<Promised<'static>> =
            (0..30).flat_map(|i| [promise("a", i, i + 10, None), promise("b", i, i + 10, Some(i))]).collect();
        all.extend([
            promise("a", 110, 120, Some(130)),
            promise("b", 111, 121, Some(112)),
            promise("b", 112, 900, Some(113)),
        ]);
        // What happens after the month must not show in its rates.
        all.extend((0..50).map(|i| promise("b", 300 + i, 400 + i, None)));
        let months = [Window { from: Some(0), before: 100 }, Window { from: Some(100), before: 200 }];
        let (each, whole) = held_out(&all, &months, 500, Least { learned: 60, tested: 2 });
        let [only] = &each[..] else { panic!("the first month has no history: {each:?}") };
        assert_eq!((only.learned_from, only.undecided, only.tested), (60, 1, months[1]));
        let test = only.test.expect("decided ones");
        assert_eq!((test.n, test.late, test.auc), (2, 1, Some(1.0)));
        assert!(test.brier < 0.01 && (test.brier_of_constant - 0.25).abs() < 1e-12);
        assert_eq!(whole, Some(test));
        // One less below it, and there is no score, but still how much there was.
        for least in [Least { learned: 61, tested: 2 }, Least { learned: 60, tested: 3 }] {
            let (each, whole) = held_out(&all, &months, 500, least);
            assert_eq!((each[0].test, each[0].decided, whole), (None, 2, None));
        }
    }

    proptest! {
        #[test]
        fn every_open_promise_is_watched_once_and_every_made_one_is_counted(rows in prop::collection::vec((0_usize..3, 0_i64..300, 0_i64..60, prop::option::of(0_i64..90)), 0..80)) {
            let all: Vec<Promised<'static>> = rows.iter().map(|(k, opened, term, took)| promise(["a", "b", "c"][*k], *opened, opened + term, took.map(|t| opened + t))).collect();
            let watched = watch(&all, learn(&all, 200).as_ref(), 200);
            prop_assert_eq!(watched.len(), all.iter().filter(|p| p.done.is_none()).count());
            prop_assert!(watched.is_sorted_by_key(|w| w.left >= 0));
            let months = [Window { from: Some(100), before: 200 }, Window { from: Some(200), before: 300 }];
            let (each, whole) = held_out(&all, &months, 320, Least { learned: 5, tested: 2 });
            for month in &each {
                let made = all.iter().filter(|p| month.tested.holds(p.opened)).count();
                prop_assert_eq!(month.undecided + month.decided, made);
                prop_assert!(month.test.is_none_or(|t| t.n == month.decided && t.n >= 2 && month.learned_from >= 5));
                prop_assert!(month.learned.before == month.tested.from.unwrap_or_default());
            }
            prop_assert_eq!(whole.map_or(0, |t| t.n), each.iter().filter_map(|m| m.test).map(|t| t.n).sum::<usize>());
        }
    }
}
