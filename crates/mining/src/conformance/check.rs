//! Judging a log by rules.

use super::{Days, Demand, Limit, Rule, Rules};
use crate::log::{Case, Log, Row};
use crate::traces::{Trace, Traces};
use jiff::ToSpan;
use yixian_domain::time::Instant;

/// A case that broke a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offence {
    /// Which case.
    pub case: Case,
    /// The event that broke it: the first that may not be, or the last one before what is missing.
    pub row: Row,
}

/// What a rule found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Cases the rule speaks of and that could be judged, in the order in which they were first seen.
    pub judged: Vec<Case>,
    /// Cases it speaks of that cannot be judged yet or at all: open, or nobody knows who did it.
    pub undecided: Vec<Case>,
    /// Those of the judged that broke it, each once.
    pub offences: Vec<Offence>,
    /// Steps the rule names that the log never has; where it speaks of no case at all, also the values of `only` that no case has.
    pub unknown: Vec<String>,
}

enum Judgement {
    Kept,
    Broken(Row),
    Undecided,
}

/// Judges every case by every rule; one verdict for each rule, in their order. With an instant (microseconds since
/// 1970-01-01T00:00:00Z), a hop that is still open is late once its limit has passed by then.
pub fn check(log: &Log, rules: &Rules, days: Days<'_>, as_of: Option<i64>) -> Vec<Verdict> {
    check_some(log, &Traces::of(log), rules, days, as_of)
}

/// Judges some cases of a log.
pub fn check_some(log: &Log, traces: &Traces, rules: &Rules, days: Days<'_>, as_of: Option<i64>) -> Vec<Verdict> {
    rules
        .rules
        .iter()
        .map(|rule| {
            let judge = Judge::new(log, rule, days, as_of);
            let mut verdict = Verdict { unknown: judge.unknown.clone(), ..Verdict::default() };
            let unless: Vec<u32> = rule.unless.iter().filter_map(|n| log.activities.find(n)).collect();
            for trace in traces
                .iter()
                .filter(|t| spoken_of(log, rule, t.case) && !unless.iter().any(|u| t.activities.contains(u)))
            {
                match judge.judge(&trace) {
                    Judgement::Undecided => verdict.undecided.push(trace.case),
                    Judgement::Kept => verdict.judged.push(trace.case),
                    Judgement::Broken(row) => {
                        verdict.judged.push(trace.case);
                        verdict.offences.push(Offence { case: trace.case, row });
                    }
                }
            }
            if verdict.judged.is_empty() && verdict.undecided.is_empty() {
                let nobody = |name: &str, wanted: &str| !traces.iter().any(|t| log.says(t.case, name, wanted));
                verdict
                    .unknown
                    .extend(rule.only.iter().filter(|(n, w)| nobody(n, w)).map(|(n, w)| format!("{n} = {w}")));
            }
            verdict
        })
        .collect()
}

fn spoken_of(log: &Log, rule: &Rule, case: Case) -> bool {
    rule.only.iter().all(|(name, wanted)| log.says(case, name, wanted))
}

/// A rule with the names of its steps looked up once.
struct Judge<'a> {
    log: &'a Log,
    demand: &'a Demand,
    days: Days<'a>,
    as_of: Option<i64>,
    /// The steps the rule names, in its order; nothing where the log has none of that name.
    steps: Vec<Option<u32>>,
    /// For each activity of the log its place in the rule.
    places: Vec<Option<usize>>,
    unknown: Vec<String>,
}

impl<'a> Judge<'a> {
    fn new(log: &'a Log, rule: &'a Rule, days: Days<'a>, as_of: Option<i64>) -> Judge<'a> {
        let names: Vec<&String> = match &rule.demand {
            Demand::Allowed(all)
            | Demand::Required(all)
            | Demand::Order(all)
            | Demand::Absent(all)
            | Demand::AtMost { of: all, .. } => all.iter().collect(),
            Demand::Within { from: a, to: b, .. } | Demand::FourEyes { first: a, second: b } => vec![a, b],
            Demand::Steps { .. } => Vec::new(),
        };
        let steps: Vec<Option<u32>> = names.iter().map(|n| log.activities.find(n)).collect();
        let mut places = vec![None; log.activities.len()];
        for (place, step) in steps.iter().enumerate().rev() {
            if let Some(step) = step {
                places[*step as usize] = Some(place);
            }
        }
        let unknown = names.iter().zip(&steps).filter(|(_, s)| s.is_none()).map(|(n, _)| (*n).clone()).collect();
        Judge { log, demand: &rule.demand, days, as_of, steps, places, unknown }
    }

    fn judge(&self, trace: &Trace<'_>) -> Judgement {
        let open = self.log.is_open(trace.case);
        let last = trace.rows[trace.rows.len() - 1];
        let place = |i: usize| self.places[trace.activities[i] as usize];
        let first = |wrong: &dyn Fn(usize) -> bool| {
            (0..trace.rows.len()).find(|i| wrong(*i)).map_or(Judgement::Kept, |i| Judgement::Broken(trace.rows[i]))
        };
        match self.demand {
            Demand::Allowed(_) => first(&|i| place(i).is_none()),
            Demand::Absent(_) => first(&|i| place(i).is_some()),
            Demand::Required(_) => {
                let lacks = self.steps.iter().any(|s| s.is_none_or(|s| !trace.activities.contains(&s)));
                if !lacks {
                    Judgement::Kept
                } else if open {
                    Judgement::Undecided
                } else {
                    Judgement::Broken(last)
                }
            }
            Demand::Order(_) => {
                let mut seen = vec![false; self.steps.len()];
                for i in 0..trace.rows.len() {
                    if let Some(place) = place(i) {
                        if place > 0 && !seen[place - 1] {
                            return Judgement::Broken(trace.rows[i]);
                        }
                        seen[place] = true;
                    }
                }
                Judgement::Kept
            }
            Demand::AtMost { times, .. } => {
                let mut hits = (0..trace.rows.len()).filter(|i| place(*i).is_some());
                hits.nth(*times as usize).map_or(Judgement::Kept, |i| Judgement::Broken(trace.rows[i]))
            }
            Demand::Steps { at_least, at_most } => match at_most.and_then(|most| trace.rows.get(most as usize)) {
                Some(row) => Judgement::Broken(*row),
                None if trace.rows.len() >= *at_least as usize => Judgement::Kept,
                None if open => Judgement::Undecided,
                None => Judgement::Broken(last),
            },
            Demand::Within { limit, .. } => self.within(trace, *limit),
            Demand::FourEyes { .. } => self.four_eyes(trace),
        }
    }

    fn within(&self, trace: &Trace<'_>, limit: Limit) -> Judgement {
        let mut since: Option<usize> = None;
        for (i, activity) in trace.activities.iter().enumerate() {
            if Some(*activity) == self.steps[0] {
                since = since.or(Some(i));
            } else if Some(*activity) == self.steps[1] {
                // A second step that nothing waits for is another rule's matter.
                if since.take().is_some_and(|s| trace.at[i] > self.latest(trace.at[s], limit)) {
                    return Judgement::Broken(trace.rows[i]);
                }
            }
        }
        match since {
            None => Judgement::Kept,
            Some(s) if self.as_of.is_some_and(|now| now > self.latest(trace.at[s], limit)) => {
                Judgement::Broken(trace.rows[s])
            }
            // A finished case never takes the step any more; that it must be taken is another rule's matter.
            Some(_) if self.log.is_open(trace.case) => Judgement::Undecided,
            Some(_) => Judgement::Kept,
        }
    }

    /// The last microsecond that is in time.
    fn latest(&self, from: i64, limit: Limit) -> i64 {
        let Days { calendar, zone } = self.days;
        let day = zone.date_of(Instant(from.div_euclid(1_000)));
        let last = match limit {
            Limit::Hours(n) => return from.saturating_add(i64::from(n) * 3_600_000_000),
            Limit::WorkingDays(n) => calendar.nth_working_day_after(day, n),
            Limit::CalendarDays(n) => day.checked_add(i64::from(n).days()).ok(),
        };
        // The day's end belongs to it no more. Beyond the calendar's end nothing is late.
        last.map_or(i64::MAX, |day| zone.end_of_day(day).0.saturating_mul(1_000).saturating_sub(1))
    }

    fn four_eyes(&self, trace: &Trace<'_>) -> Judgement {
        let (mut doers, mut blind): (Vec<Option<u32>>, bool) = (Vec::new(), false);
        for (activity, row) in trace.activities.iter().zip(trace.rows) {
            let actor = self.log.actor(*row);
            if Some(*activity) == self.steps[1] {
                if actor.is_some() && doers.contains(&actor) {
                    return Judgement::Broken(*row);
                }
                blind |= !doers.is_empty() && (actor.is_none() || doers.contains(&None));
            }
            if Some(*activity) == self.steps[0] {
                doers.push(actor);
            }
        }
        if blind { Judgement::Undecided } else { Judgement::Kept }
    }
}
