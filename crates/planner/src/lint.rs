//! Soft faults of a plan that may be lived: what a planner would raise an eyebrow at. One rule each, with a code and its own limit. Hard faults
//! are the checker's; what a plan is worth is the features'.

use crate::model::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A rule. The code is stable; words are the doors'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rule {
    /// A unit receives too many delegations in a week.
    #[serde(rename = "V01")]
    CrowdedUnit,
    /// A leader sees a single unit, visit after visit.
    #[serde(rename = "V02")]
    OneUnitOnly,
    /// A leader waits long for a site to open.
    #[serde(rename = "V03")]
    LongWait,
    /// A day's road is out of proportion to its visits.
    #[serde(rename = "V04")]
    FarForLittle,
    /// A unit meets too few levels of leadership.
    #[serde(rename = "V05")]
    FewLevels,
    /// A unit meets too few specialties.
    #[serde(rename = "V06")]
    FewSpecialties,
    /// A leader's duty is not met.
    #[serde(rename = "V07")]
    DutyUnmet,
    /// A leader stays in for a week in which there is a shift.
    #[serde(rename = "V08")]
    IdleWeek,
    /// A late night before an early morning.
    #[serde(rename = "V09")]
    ShortRest,
    /// Two routes of one leader overlap.
    #[serde(rename = "V10")]
    Overlap,
    /// A leader carries much more than the others of the same rank.
    #[serde(rename = "V11")]
    UnevenLoad,
    /// A unit is not visited at all.
    #[serde(rename = "V12")]
    UnseenUnit,
}

/// Limits. A rule whose limit is none is off. Ticks are minutes by default.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// V01: delegations of a unit in a week, the first that is too many.
    pub crowded_unit: Option<u32>,
    /// V02: visits of a leader from which one unit is too few.
    pub one_unit_only: Option<u32>,
    /// V03: ticks of waiting that are still well.
    pub long_wait: Option<Ticks>,
    /// V04: ticks of road per tick of visit, for days with a single visit, that are still well.
    pub far_for_little: Option<f64>,
    /// V05: levels a visited unit should meet.
    pub few_levels: Option<u32>,
    /// V06: specialties a visited unit should meet.
    pub few_specialties: Option<u32>,
    /// V07: missing visits that are still well.
    pub duty_unmet: Option<u32>,
    /// V08: idle weeks of a leader that are still well.
    pub idle_week: Option<u32>,
    /// V09: ticks of rest between two days that are enough.
    pub short_rest: Option<Ticks>,
    /// V10: ticks of overlap that are still well.
    pub overlap: Option<Ticks>,
    /// V11: visits above the mean of the rank that are still well.
    pub uneven_load: Option<f64>,
    /// V12: visits that a unit should get.
    pub unseen_unit: Option<u32>,
    /// Ticks in a day, for rest across midnight.
    pub day: Ticks,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            crowded_unit: Some(5),
            one_unit_only: Some(4),
            long_wait: Some(60),
            far_for_little: Some(2.0),
            few_levels: Some(2),
            few_specialties: Some(2),
            duty_unmet: Some(0),
            idle_week: Some(0),
            short_rest: Some(11 * 60),
            overlap: Some(0),
            uneven_load: Some(8.0),
            unseen_unit: Some(1),
            day: 24 * 60,
        }
    }
}

/// One soft fault: the rule, whom and what it concerns, and the figure against its limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The leader concerned.
    pub leader: Option<u32>,
    /// The unit concerned.
    pub unit: Option<u32>,
    /// The day concerned; of two the second.
    pub day: Option<Day>,
    /// The week concerned.
    pub week: Option<u16>,
    /// The visit concerned.
    pub task: Option<u32>,
    /// The figure.
    pub found: f64,
    /// The limit it breaks.
    pub limit: f64,
}

/// Every soft fault of a plan that passed [`crate::check`], by rule.
pub fn lint(request: &Request, plan: &Plan, limits: &Limits) -> Vec<Finding> {
    let sheet = Sheet::new(request, plan);
    let mut all = Vec::new();
    sheet.units(limits, &mut all);
    sheet.leaders(limits, &mut all);
    sheet.days(limits, &mut all);
    all.sort_by_key(|f| (f.rule, f.leader, f.unit, f.week, f.day, f.task));
    all
}

fn finding(rule: Rule, found: f64, limit: f64) -> Finding {
    Finding { rule, leader: None, unit: None, day: None, week: None, task: None, found, limit }
}

/// A unit's month: delegations by week, levels and specialties met.
#[derive(Default)]
struct Unit {
    weeks: BTreeMap<u16, u32>,
    levels: BTreeSet<u8>,
    specialties: BTreeSet<u8>,
    visits: u32,
}

struct Sheet<'a> {
    request: &'a Request,
    routes: Vec<(&'a Route, &'a Shift)>,
    units: BTreeMap<u32, Unit>,
    visits: Vec<u32>,
    units_of: Vec<BTreeSet<Option<u32>>>,
}

impl<'a> Sheet<'a> {
    fn new(request: &'a Request, plan: &'a Plan) -> Self {
        let routes: Vec<_> =
            plan.routes.iter().filter_map(|r| Some((r, request.shifts.get(r.shift as usize)?))).collect();
        let mut units: BTreeMap<u32, Unit> =
            request.tasks.iter().filter_map(|t| t.unit).map(|u| (u, Unit::default())).collect();
        let (mut visits, mut units_of) = (vec![0; request.leaders.len()], vec![BTreeSet::new(); request.leaders.len()]);
        for (route, shift) in &routes {
            let Some(leader) = request.leaders.get(shift.leader as usize) else { continue };
            for task in route.stops.iter().filter_map(|s| request.tasks.get(s.task as usize)) {
                visits[shift.leader as usize] += 1;
                units_of[shift.leader as usize].insert(task.unit);
                if let Some(unit) = task.unit.and_then(|u| units.get_mut(&u)) {
                    *unit.weeks.entry(shift.week).or_default() += 1;
                    unit.levels.insert(leader.level);
                    unit.specialties.insert(leader.specialty);
                    unit.visits += 1;
                }
            }
        }
        Sheet { request, routes, units, visits, units_of }
    }

    fn units(&self, limits: &Limits, all: &mut Vec<Finding>) {
        for (index, unit) in &self.units {
            let mut say = |rule, found: u32, limit: u32, week| {
                all.push(Finding { unit: Some(*index), week, ..finding(rule, found.into(), limit.into()) })
            };
            if let Some(limit) = limits.crowded_unit {
                unit.weeks
                    .iter()
                    .filter(|(_, n)| **n >= limit)
                    .for_each(|(week, n)| say(Rule::CrowdedUnit, *n, limit, Some(*week)));
            }
            if let Some(limit) = limits.unseen_unit.filter(|limit| unit.visits < *limit) {
                say(Rule::UnseenUnit, unit.visits, limit, None);
            }
            // A unit visited once can meet one level only; what it lacks is a visit.
            let reachable = |limit: u32| limit.min(unit.visits);
            for (rule, limit, met) in [
                (Rule::FewLevels, limits.few_levels, unit.levels.len()),
                (Rule::FewSpecialties, limits.few_specialties, unit.specialties.len()),
            ] {
                if let Some(limit) = limit.filter(|limit| (met as u32) < reachable(*limit)) {
                    say(rule, met as u32, limit, None);
                }
            }
        }
    }

    fn leaders(&self, limits: &Limits, all: &mut Vec<Finding>) {
        let mut by_rank: BTreeMap<u8, (f64, f64)> = BTreeMap::new();
        for (leader, visits) in self.request.leaders.iter().zip(&self.visits) {
            let (sum, n) = by_rank.entry(leader.rank).or_default();
            (*sum, *n) = (*sum + f64::from(*visits), *n + 1.0);
        }
        for (index, leader) in (0u32..).zip(&self.request.leaders) {
            let visits = self.visits[index as usize];
            let mut say =
                |rule, found: f64, limit: f64| all.push(Finding { leader: Some(index), ..finding(rule, found, limit) });
            let units = &self.units_of[index as usize];
            if let Some(limit) =
                limits.one_unit_only.filter(|limit| visits >= *limit && units.len() == 1 && !units.contains(&None))
            {
                say(Rule::OneUnitOnly, visits.into(), limit.into());
            }
            let short = u32::from(leader.quota).saturating_sub(visits);
            if let Some(limit) = limits.duty_unmet.filter(|limit| short > *limit) {
                say(Rule::DutyUnmet, short.into(), limit.into());
            }
            let mean = by_rank.get(&leader.rank).map_or(0.0, |(sum, n)| sum / n);
            if let Some(limit) = limits.uneven_load.filter(|limit| f64::from(visits) - mean > *limit) {
                say(Rule::UnevenLoad, f64::from(visits) - mean, limit);
            }
            if let Some(limit) = limits.idle_week {
                let possible: BTreeSet<u16> =
                    self.request.shifts.iter().filter(|s| s.leader == index && s.most > 0).map(|s| s.week).collect();
                let used: BTreeSet<u16> =
                    self.routes.iter().filter(|(_, s)| s.leader == index).map(|(_, s)| s.week).collect();
                let idle: Vec<u16> = possible.difference(&used).copied().collect();
                if idle.len() as u32 > limit {
                    all.extend(idle.iter().map(|week| Finding {
                        leader: Some(index),
                        week: Some(*week),
                        ..finding(Rule::IdleWeek, idle.len() as f64, limit.into())
                    }));
                }
            }
        }
    }

    fn days(&self, limits: &Limits, all: &mut Vec<Finding>) {
        let mut of_leader: BTreeMap<u32, Vec<(i64, i64, Day)>> = BTreeMap::new();
        for (route, shift) in &self.routes {
            let mut say = |rule, task, found: f64, limit: f64| {
                all.push(Finding {
                    leader: Some(shift.leader),
                    day: Some(shift.day),
                    task,
                    ..finding(rule, found, limit)
                })
            };
            for stop in &route.stops {
                // Who has his break does not wait.
                let pause = self.request.caps.breaks.get(&route.shift);
                let rests = pause.map_or(0, |b| (stop.begins.min(b.to) - stop.arrives.max(b.from)).max(0));
                let waits = stop.begins - stop.arrives - rests;
                if let Some(limit) = limits.long_wait.filter(|limit| waits > *limit) {
                    say(Rule::LongWait, Some(stop.task), waits.into(), limit.into());
                }
            }
            if let ([only], Some(limit)) = (route.stops.as_slice(), limits.far_for_little) {
                let share = f64::from(route.travel) / f64::from((only.leaves - only.begins).max(1));
                if share > limit {
                    say(Rule::FarForLittle, Some(only.task), share, limit);
                }
            }
            let midnight = i64::from(shift.day) * i64::from(limits.day);
            of_leader.entry(shift.leader).or_default().push((
                midnight + i64::from(route.leaves),
                midnight + i64::from(route.returns),
                shift.day,
            ));
        }
        for (leader, mut spans) in of_leader {
            spans.sort_unstable();
            for pair in spans.windows(2) {
                let (rest, day) = (pair[1].0 - pair[0].1, pair[1].2);
                let mut say = |rule, found: i64, limit: Ticks| {
                    all.push(Finding {
                        leader: Some(leader),
                        day: Some(day),
                        ..finding(rule, found as f64, limit.into())
                    })
                };
                match (limits.overlap, limits.short_rest) {
                    (Some(limit), _) if -rest > i64::from(limit) => say(Rule::Overlap, -rest, limit),
                    (_, Some(limit)) if pair[0].2 != day && rest < i64::from(limit) => {
                        say(Rule::ShortRest, rest, limit)
                    }
                    _ => {}
                }
            }
        }
    }
}
