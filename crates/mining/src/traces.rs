//! The events of a log case by case, in the order that every answer uses: time, then the order in which they came.

use crate::log::{Activity, Case, Log, Row};

/// Events grouped by case. Cases stand in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    cases: Vec<Case>,
    /// Where each case's events begin, and where the last one's end.
    starts: Vec<u32>,
    activities: Vec<Activity>,
    at: Vec<i64>,
    rows: Vec<Row>,
}

/// The events of one case, in order; never none.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a> {
    /// Whose events these are.
    pub case: Case,
    /// What happened.
    pub activities: &'a [Activity],
    /// When, microseconds since 1970-01-01T00:00:00Z, ascending.
    pub at: &'a [i64],
    /// Which events of the log they are.
    pub rows: &'a [Row],
}

impl Trace<'_> {
    /// First instant, microseconds.
    pub fn first(&self) -> i64 {
        self.at[0]
    }

    /// Last instant, microseconds.
    pub fn last(&self) -> i64 {
        self.at[self.at.len() - 1]
    }

    /// From the first event to the last, microseconds.
    pub fn lasted(&self) -> i64 {
        self.last().saturating_sub(self.first())
    }
}

impl Traces {
    /// All cases of a log that have events.
    pub fn of(log: &Log) -> Traces {
        Traces::chosen(log, |_| true)
    }

    /// Cases that are finished: all that are not known to be open.
    pub fn finished(log: &Log) -> Traces {
        Traces::chosen(log, |case| !log.is_open(case))
    }

    /// The cases that `wanted` names.
    pub fn chosen(log: &Log, wanted: impl Fn(Case) -> bool) -> Traces {
        let cases: Vec<Case> = (0..log.cases.len() as Case).filter(|case| wanted(*case)).collect();
        Traces::of_cases(log, &cases)
    }

    /// These cases, whose numbers ascend; those without events are left out.
    pub fn of_cases(log: &Log, wanted: &[Case]) -> Traces {
        let mut cases = Vec::new();
        let mut starts = vec![0];
        // Where the next event of each case goes.
        let mut next = vec![u32::MAX; log.cases.len()];
        let mut end = 0;
        let (mut from, mut until) = (usize::MAX, 0);
        for case in wanted {
            let Some(extent) = log.extent(*case) else { continue };
            next[*case as usize] = end;
            end += extent.count;
            cases.push(*case);
            starts.push(end);
            (from, until) = (from.min(extent.first as usize), until.max(extent.last as usize + 1));
        }
        let rows = from.min(until)..until;
        let mut traces = Traces {
            cases,
            starts,
            activities: vec![0; end as usize],
            at: vec![0; end as usize],
            rows: vec![0; end as usize],
        };
        // No row before the first and behind the last of theirs is one of them.
        let of_rows = log.case()[rows.clone()].iter().zip(&log.activity()[rows.clone()]).zip(&log.at()[rows.clone()]);
        for (row, ((case, activity), at)) in rows.zip(of_rows) {
            let place = &mut next[*case as usize];
            if *place != u32::MAX {
                let i = *place as usize;
                (traces.activities[i], traces.at[i], traces.rows[i]) = (*activity, *at, row as Row);
                *place += 1;
            }
        }
        traces.sort_each();
        traces
    }

    /// Those cases among these that `wanted` names.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(Case) -> bool) -> Traces {
        let kept: Vec<Trace<'_>> = self.iter().filter(|t| wanted(t.case)).collect();
        let events = kept.iter().map(|t| t.rows.len()).sum();
        let mut traces = Traces {
            cases: Vec::with_capacity(kept.len()),
            starts: Vec::with_capacity(kept.len() + 1),
            activities: Vec::with_capacity(events),
            at: Vec::with_capacity(events),
            rows: Vec::with_capacity(events),
        };
        traces.starts.push(0);
        for t in kept {
            traces.cases.push(t.case);
            traces.activities.extend_from_slice(t.activities);
            traces.at.extend_from_slice(t.at);
            traces.rows.extend_from_slice(t.rows);
            traces.starts.push(traces.rows.len() as u32);
        }
        traces
    }

    /// Rows came in ascending order; what is out of time within a case is put right, equal instants staying as they came.
    fn sort_each(&mut self) {
        let mut buffer = Vec::new();
        for bounds in self.starts.windows(2) {
            let range = bounds[0] as usize..bounds[1] as usize;
            if self.at[range.clone()].is_sorted() {
                continue;
            }
            buffer.clear();
            buffer.extend(range.clone().map(|i| (self.at[i], self.rows[i], self.activities[i])));
            buffer.sort_unstable();
            for (i, (at, row, activity)) in range.zip(&buffer) {
                (self.at[i], self.rows[i], self.activities[i]) = (*at, *row, *activity);
            }
        }
    }

    /// How many cases.
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// How many events.
    pub fn events(&self) -> usize {
        self.rows.len()
    }

    /// The `i`-th case.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn get(&self, i: usize) -> Trace<'_> {
        let range = self.starts[i] as usize..self.starts[i + 1] as usize;
        Trace {
            case: self.cases[i],
            activities: &self.activities[range.clone()],
            at: &self.at[range.clone()],
            rows: &self.rows[range],
        }
    }

    /// All cases.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Trace<'_>> + Clone {
        (0..self.len()).map(|i| self.get(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Event;

    #[test]
    fn a_case_is_in_order_of_time_and_then_of_coming() {
        let mut log = Log::new();
        for (case, activity, at) in [("x", "c", 3), ("y", "a", 9), ("x", "a", 1), ("x", "b", 1), ("y", "b", 9)] {
            log.push(&Event { case, activity, at, ..Event::default() });
        }
        let traces = Traces::of(&log);
        let seen: Vec<(Case, Vec<i64>, Vec<Row>)> =
            traces.iter().map(|t| (t.case, t.at.to_vec(), t.rows.to_vec())).collect();
        assert_eq!(seen, [(0, vec![1, 1, 3], vec![2, 3, 0]), (1, vec![9, 9], vec![1, 4])]);
        assert_eq!(traces.get(0).lasted(), 2);
        log.set_open(0, true);
        assert_eq!(Traces::finished(&log).iter().map(|t| t.case).collect::<Vec<_>>(), [1]);
    }

    /// What is read of few cases is what a log of theirs alone would give, wherever among the others they lie.
    #[test]
    fn few_cases_are_those_cases() {
        let mut log = Log::new();
        for n in 0..60_i64 {
            let (case, at) = (format!("c{}", n * 7 % 11), 100 - n * 3 % 17);
            log.push(&Event { case: &case, activity: ["a", "b", "c"][n as usize % 3], at, ..Event::default() });
        }
        log.cases.intern("without events");
        let told = |traces: &Traces| -> Vec<(Case, Vec<Activity>, Vec<i64>, Vec<Row>)> {
            traces.iter().map(|t| (t.case, t.activities.to_vec(), t.at.to_vec(), t.rows.to_vec())).collect()
        };
        let all = Traces::of(&log);
        assert_eq!((all.len(), all.events()), (11, 60));
        for wanted in 0..1_u32 << 11 {
            let is = |case: Case| wanted & (1 << case) != 0;
            let mut expected = told(&all);
            expected.retain(|t| is(t.0));
            assert_eq!(told(&Traces::chosen(&log, is)), expected);
            assert_eq!(told(&all.only(is)), expected);
        }
        let begun = log.begun();
        assert!(all.iter().all(|t| t.first() == begun[t.case as usize]));
        assert_eq!(begun[11], i64::MAX);
    }
}
