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
        let mut counts = vec![0_u32; log.cases.len()];
        for case in log.case() {
            counts[*case as usize] += 1;
        }
        let mut cases = Vec::new();
        let mut starts = vec![0];
        // Where the next event of each case goes.
        let mut next = vec![u32::MAX; counts.len()];
        let mut end = 0;
        for (case, count) in counts.into_iter().enumerate() {
            if count > 0 && wanted(case as Case) {
                next[case] = end;
                end += count;
                cases.push(case as Case);
                starts.push(end);
            }
        }
        let mut traces = Traces {
            cases,
            starts,
            activities: vec![0; end as usize],
            at: vec![0; end as usize],
            rows: vec![0; end as usize],
        };
        for (row, ((case, activity), at)) in log.case().iter().zip(log.activity()).zip(log.at()).enumerate() {
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
}
