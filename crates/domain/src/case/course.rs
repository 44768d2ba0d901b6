//! How a case runs: who had it and when, what its clocks say, what each step promises. It does not know its matter: of that
//! it is [`Told`] what it needs.

use super::clock::{self, ClockFault, Clocks, Holder, Holding, Measure, Measured, Node, Stop};
use super::record::Case;
use crate::base::time::{HOUR_MS, Instant};
use crate::law::deadline::Promise;
use crate::law::limit::{Limit, LimitUnit};
use crate::law::procedure::{Condition, Needs, Procedure, Step};
use crate::law::rules::{HANDLED, LimitStart, WHOLE};
use crate::law::target::Target;

/// The holder's name of the time before a case is signed for.
pub const INTAKE: &str = "intake";

/// What a case is told of its matter.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// When it was raised.
    pub raised_at: Instant,
    /// Its procedure.
    pub procedure: Option<&'a Procedure>,
    /// Its approved pauses.
    pub stops: Vec<Stop>,
    /// What clocks are counted with.
    pub measure: Measure<'a>,
}

/// What a step that begins makes of the deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// The deadline stays.
    Stays,
    /// The customer has the case: the target stays, nothing is due.
    Customers,
    /// The step brings its own; none where no rule is in force.
    Own(Option<Target>),
}

impl Case {
    /// Whether a step is gone through in this case.
    pub fn goes_through(&self, step: &Step) -> bool {
        match step.only {
            None => true,
            Some(Condition::Works) => self.works != Some(false),
            Some(Condition::Important) => self.asked.important,
        }
    }

    /// Whether what a step must leave in the record is there.
    pub fn has(&self, needs: Needs) -> bool {
        match needs {
            Needs::Survey => self.works.is_some(),
            Needs::Scheme => self.scheme.is_some(),
        }
    }

    /// Who had the case, from when to when.
    pub fn holdings(&self, told: &Told<'_>) -> Vec<Holding> {
        let holder = |code: &str| told.procedure.and_then(|p| p.step(code)).map_or(Holder::Utility, |s| s.holder);
        let intake = |from, to| Holding { holder: Holder::Utility, step: INTAKE.to_owned(), from, to };
        let mut out = vec![intake(told.raised_at, self.accepted.or(self.withdrawn))];
        // Signed for, and the first step begins in the same breath; a transfer in between leaves the case with the utility.
        if let (Some(accepted), Some(first)) = (self.accepted, self.steps.first())
            && first.from > accepted
        {
            out.push(intake(accepted, Some(first.from)));
        }
        out.extend(self.steps.iter().map(|s| Holding {
            holder: holder(&s.code),
            step: s.code.clone(),
            from: s.from,
            to: s.to,
        }));
        out
    }

    /// How many steps the customer sees.
    pub fn visible_steps(&self, procedure: Option<&Procedure>) -> u32 {
        let steps = procedure.map_or(&[][..], |p| &p.steps);
        steps.iter().filter(|s| s.visible && self.goes_through(s)).count() as u32
    }

    /// The three clocks, up to power on or to `now`.
    pub fn clocks(&self, told: &Told<'_>, now: Instant) -> Result<Clocks, ClockFault> {
        self.clocks_to(told, self.energized.or(self.withdrawn), now)
    }

    fn clocks_to(&self, told: &Told<'_>, end: Option<Instant>, now: Instant) -> Result<Clocks, ClockFault> {
        let (holdings, visible) = (self.holdings(told), self.visible_steps(told.procedure));
        clock::clocks(&told.measure, told.raised_at, end, now, &holdings, &told.stops, visible)
    }

    /// What a step that begins at `at` makes of the deadline: that of its own node where the whole has none; nothing is
    /// due while the customer has it.
    pub fn term(&self, told: &Told<'_>, step: &Step, at: Instant) -> Result<Term, ClockFault> {
        if self.limit(WHOLE).is_some() {
            return Ok(Term::Stays);
        }
        if step.holder == Holder::Customer {
            return Ok(Term::Customers);
        }
        if let Some(l) = self.limit(HANDLED) {
            if !self.holdings(told).iter().any(|h| h.holder == Holder::Customer) {
                return Ok(Term::Stays);
            }
            let used = self.clocks(told, at)?.days.d5_handled;
            let left = u32::try_from(i64::from(l.limit.n()) - used).unwrap_or(0).max(1);
            let limit = Limit::new(left, l.limit.unit()).unwrap_or(l.limit);
            return Ok(Term::Own(Some(Target { start: at, rule: l.rule.clone(), promise: Promise::Limit(limit) })));
        }
        Ok(Term::Own(self.limit(step.limit_key()).map(|l| {
            let start = match l.start {
                LimitStart::Application => told.raised_at,
                LimitStart::Acceptance => self.accepted.unwrap_or(at),
                LimitStart::Step => at,
            };
            Target { start, rule: l.rule.clone(), promise: Promise::Limit(l.limit) }
        })))
    }

    /// The clocks as they stand beside the case from power on at `at`.
    pub fn measure(&self, told: &Told<'_>, at: Instant) -> Result<Measured, ClockFault> {
        let (m, zone) = (&told.measure, told.measure.zone);
        let c = self.clocks_to(told, Some(at), at)?;
        let used = |limit: Limit, from: Instant, to: Instant| match limit.unit() {
            LimitUnit::WorkingDays => clock::net_working_days(m, from, to, &told.stops),
            LimitUnit::CalendarDays => {
                zone.date_of(to).since(zone.date_of(from)).map_or(0, |s| i64::from(s.get_days()))
            }
            LimitUnit::Hours => (to.since(from) + HOUR_MS - 1) / HOUR_MS,
        };
        let nodes = self
            .limits
            .iter()
            .filter_map(|l| {
                let used = match l.step.as_str() {
                    WHOLE => used(l.limit, told.raised_at, at),
                    HANDLED => c.days.d5_handled,
                    step => {
                        let procedure = told.procedure?;
                        let run = self
                            .steps
                            .iter()
                            .find(|r| procedure.steps.iter().any(|s| s.code == r.code && s.limit_key() == step))?;
                        let from = match l.start {
                            LimitStart::Application => told.raised_at,
                            LimitStart::Acceptance => self.accepted?,
                            LimitStart::Step => run.from,
                        };
                        used(l.limit, from, run.to.unwrap_or(at))
                    }
                };
                Some(Node {
                    step: l.step.clone(),
                    limit: l.limit,
                    used,
                    on_time: used <= i64::from(l.limit.n()),
                    row: l.rule.row.clone(),
                })
            })
            .collect();
        Ok(Measured {
            days: c.days,
            handled_minutes: c.handled_minutes,
            whole_minutes: c.whole_minutes,
            visible_steps: self.visible_steps(told.procedure),
            nodes,
            calendar: m.calendar.label(),
        })
    }
}
