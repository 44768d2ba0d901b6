//! What the planner's independent parts say of a plan: the checker, the explanations, the bound, the soft
//! faults, in the shapes a kept plan holds.

use super::document::{Gain, Remark, WhyNot};
use std::collections::HashMap;
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::time::Date;
use yixian_planner::bound::{Bound, Effort, bound};
use yixian_planner::check::check;
use yixian_planner::explain::{self, Reason};
use yixian_planner::fault::Wrong;
use yixian_planner::lint::{Finding, Limits, Rule, lint};
use yixian_planner::model::{Cap, Plan, Request, Value};
use yixian_planner::validate;

pub(crate) struct Verdict {
    pub value: Value,
    pub gains: HashMap<u32, Gain>,
    pub findings: Vec<Finding>,
    pub bound: Bound,
    reasons: HashMap<u32, Reason>,
    missing_pins: Vec<u32>,
}

/// What the planner's indices stand for.
pub(crate) struct Names<'a> {
    pub person: &'a dyn Fn(u32) -> PersonId,
    pub day: &'a dyn Fn(u16) -> Date,
    pub unit: &'a dyn Fn(u32) -> Option<UnitId>,
    /// Who goes in a shift, and when.
    pub shift: &'a dyn Fn(u32) -> (PersonId, Date),
    /// Where a task lies.
    pub place: &'a dyn Fn(u32) -> yixian_domain::ids::PlaceId,
}

/// The verdict on a plan, or its first fault.
pub(crate) fn of(request: &Request, plan: &Plan) -> Result<Verdict, String> {
    // A pin that fits no shift is not a fault of ours: somebody settled what cannot be, and reads so in the plan.
    let wrong = validate::faults(request).into_iter().find(|f| f.what != Wrong::PinFitsNoShift);
    if let Some(f) = wrong {
        return Err(f.to_string());
    }
    let report = check(request, plan);
    if let Some(f) = report.faults.first() {
        return Err(format!("{f:?}"));
    }
    let gains = explain::planned(request, plan)
        .into_iter()
        .map(|p| {
            let v = p.marginal;
            (
                p.task,
                Gain {
                    priority: v.priority,
                    duty: v.duty,
                    weekly: v.weekly,
                    spread: v.spread,
                    stability: v.stability,
                    travel: v.travel + v.fairness,
                },
            )
        })
        .collect();
    let reasons = explain::left_out(request, plan).into_iter().map(|l| (l.task, l.reason)).collect();
    // That a place is hosted by people of one level only is the rule where a company visits its own stations.
    let limits =
        Limits { few_levels: None, few_specialties: None, one_unit_only: None, unseen_unit: None, ..Limits::default() };
    let bound = bound(request, Some(plan), Effort::for_size(request));
    Ok(Verdict {
        bound,
        value: report.value,
        gains,
        findings: lint(request, plan, &limits),
        reasons,
        missing_pins: report.missing_pins,
    })
}

impl Verdict {
    /// Why a task is left out.
    pub fn why(&self, task: u32, names: &Names<'_>) -> WhyNot {
        if self.missing_pins.contains(&task) {
            return WhyNot::Pinned;
        }
        let at = |shift: u32| (names.shift)(shift);
        match self.reasons.get(&task) {
            None => WhyNot::Unknown,
            Some(Reason::RuledOut { .. }) => WhyNot::RuledOut,
            Some(Reason::NobodyMay { .. }) => WhyNot::NobodyFit,
            Some(Reason::NobodyFree { .. }) => WhyNot::NoShift,
            Some(Reason::OutOfReach { .. }) => WhyNot::TooFar,
            Some(Reason::NotWorthIt { shift, road, gain, .. }) => {
                let (person, day) = at(*shift);
                WhyNot::Costs { person, day, minutes: *road, net: gain.total() }
            }
            Some(Reason::Enough { shift, gain, .. }) => {
                let (person, day) = at(*shift);
                WhyNot::Enough { person, day, lacks: -gain.total() }
            }
            Some(Reason::Capped { cap, shift, .. }) => {
                let (person, day) = at(*shift);
                match cap {
                    Cap::LeaderDay => WhyNot::LeaderDay { person, day },
                    Cap::LeaderWeek => WhyNot::LeaderWeek { person, day },
                    Cap::UnitWeek => WhyNot::UnitWeek { person, day },
                    Cap::PlaceWeek => WhyNot::PlaceWeek { person, day },
                    Cap::Break => WhyNot::Lunch { person, day },
                    Cap::Rest => WhyNot::Rest { person, day },
                }
            }
            Some(Reason::Overlooked { shift, road, gain, .. }) => {
                let (person, day) = at(*shift);
                WhyNot::Next { person, day, minutes: *road, net: gain.total() }
            }
            Some(Reason::Displaces { shift, other, costs, gain }) => {
                let (person, day) = at(*shift);
                WhyNot::Instead { person, day, of: (names.place)(*other), minutes: *costs, net: gain.total() }
            }
            Some(Reason::Full { shifts, .. }) => WhyNot::Full { shifts: *shifts },
        }
    }

    /// The soft faults as pages word them.
    pub fn remarks(&self, names: &Names<'_>) -> Vec<Remark> {
        let never = self.bound.impossible.iter().map(|i| Remark {
            code: "duty_impossible".to_owned(),
            person: Some((names.person)(i.leader)),
            unit: None,
            day: None,
            n: i.most.into(),
        });
        never
            .chain(self.findings.iter().map(|f| {
                let code = match f.rule {
                    Rule::CrowdedUnit => "crowded_unit",
                    Rule::OneUnitOnly => "one_unit_only",
                    Rule::LongWait => "long_wait",
                    Rule::FarForLittle => "far_for_little",
                    Rule::FewLevels => "few_levels",
                    Rule::FewSpecialties => "few_specialties",
                    Rule::DutyUnmet => "duty_unmet",
                    Rule::IdleWeek => "idle_week",
                    Rule::ShortRest => "short_rest",
                    Rule::Overlap => "overlap",
                    Rule::UnevenLoad => "uneven_load",
                    Rule::UnseenUnit => "unseen_unit",
                };
                Remark {
                    code: code.to_owned(),
                    person: f.leader.map(|l| (names.person)(l)),
                    unit: f.unit.and_then(|u| (names.unit)(u)),
                    day: f.day.map(|d| (names.day)(d)),
                    n: f.found.round() as i64,
                }
            }))
            .collect()
    }
}
