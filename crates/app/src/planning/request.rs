//! The planner's request from the company's facts, and back from its indices to people and places.
//!
//! - A visit that somebody planned by hand is pinned: its leader, day and hour stay.
//! - A visit that came of an earlier plan stays where it is unless something speaks against it.
//! - A place that was seen in this month, or that somebody plans to see, is not offered again.

use super::command::{ChangeIn, PlanIn};
use super::document::{Left, WhyNot};
use super::facts::Facts;
use super::limits::{Asking, Counted};
use super::travel::{self, Spot, TravelSource};
use crate::App;
use crate::frame::error::AppError;
use std::collections::{BTreeMap, HashMap, HashSet};
use yixian_domain::access::{Actor, Ask, VisitFacts, may};
use yixian_domain::duty::{Exemption, IsoWeek, Month, Post, Reason};
use yixian_domain::ids::*;
use yixian_domain::org::{Specialty, UnitKind};
use yixian_domain::place::{Area, Place};
use yixian_domain::planning::{self, Evidence, Part, PartKind, PlanningRules, Priority, Shift, Window};
use yixian_domain::time::{Date, Time};
use yixian_planner::model;

/// A task and what it stands for.
pub(crate) struct TaskOf {
    pub place: PlaceId,
    pub visit: Option<(VisitId, u32)>,
    /// What may be called off when it has no room: visits of an earlier plan, and what somebody ruled out.
    pub loose: bool,
    pub pinned: bool,
    pub announced: bool,
    pub priority: Priority,
}

/// A leader and what he owes.
pub(crate) struct LeaderOf {
    pub person: yixian_domain::org::Person,
    pub owed: u32,
    pub made: u32,
}

/// A request with what its indices mean.
pub(crate) struct Built {
    pub request: model::Request,
    pub first: Date,
    pub tasks: Vec<TaskOf>,
    pub leaders: Vec<LeaderOf>,
    /// Parallel to the request's.
    pub shifts: Vec<Shift>,
    /// What could not even be asked for.
    pub left: Vec<Left>,
    pub travel: TravelSource,
    pub points: Vec<yixian_domain::place::Point>,
    /// By the numbers of the request.
    pub units: Vec<UnitId>,
}

/// A visit that people know, where it stands.
#[derive(Clone, Copy)]
struct Standing {
    leader: PersonId,
    day: Date,
    begin: Option<i32>,
}

fn minute(t: Time) -> i32 {
    i32::from(t.hour()) * 60 + i32::from(t.minute())
}

/// Days after the first.
fn index(first: Date, day: Date) -> Option<u16> {
    u16::try_from(day.since(first).ok()?.get_days()).ok()
}

/// Every day from the first to the last.
fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |d| d.tomorrow().ok()).take_while(move |d| *d <= last)
}

/// A window of a kind of place as stretches of days without a gap.
fn windows(w: &Window, first: Date, last: Date, open: impl Fn(Date) -> bool) -> Vec<model::Window> {
    let (opens, closes) = w.minutes();
    let mut out: Vec<model::Window> = Vec::new();
    for (i, _) in days(first, last).enumerate().filter(|(_, d)| open(*d)) {
        match out.last_mut() {
            Some(last) if usize::from(last.last) + 1 == i => last.last = i as u16,
            _ => {
                out.push(model::Window { first: i as u16, last: i as u16, opens: opens.into(), closes: closes.into() })
            }
        }
    }
    out
}

/// What a person settled, by place and leader.
#[derive(Default)]
struct Settled {
    pins: HashMap<PlaceId, (Option<PersonId>, Option<Date>)>,
    forbids: Vec<(PlaceId, Option<PersonId>, Option<Date>)>,
    closed: Vec<(PlaceId, Date, Date)>,
    away: Vec<Exemption>,
    urgent: HashMap<PlaceId, u32>,
    shifts: Vec<(PersonId, Date)>,
}

impl Settled {
    /// The later word holds: who moves a visit has it moved, whatever was pinned before.
    fn of(changes: &[ChangeIn]) -> Settled {
        let mut s = Settled::default();
        for c in changes {
            match c {
                ChangeIn::Pin { place, leader, day } => {
                    let place = PlaceId(*place);
                    s.forbids.retain(|f| f.0 != place);
                    s.pins.insert(place, (leader.map(PersonId), *day));
                }
                ChangeIn::Forbid { place, leader, day } => {
                    let place = PlaceId(*place);
                    s.pins.remove(&place);
                    s.forbids.push((place, leader.map(PersonId), *day));
                }
                ChangeIn::Closed { place, from, to } => s.closed.push((PlaceId(*place), *from, *to)),
                ChangeIn::Away { leader, from, to } => {
                    s.away.push(Exemption { person: PersonId(*leader), from: *from, to: *to, reason: Reason::Other })
                }
                ChangeIn::Urgent { place, points } => *s.urgent.entry(PlaceId(*place)).or_default() += points,
                ChangeIn::Shift { leader, day } => s.shifts.push((PersonId(*leader), *day)),
            }
        }
        s
    }
    fn is_closed(&self, place: PlaceId, day: Date) -> bool {
        self.closed.iter().any(|(p, a, b)| *p == place && *a <= day && day <= *b)
    }
}

/// A shift of a leader on a day that the rules would not have chosen: in the hours of the day rule of his level, or of
/// the night rule for what begins in the evening.
fn shift_on(
    rules: &PlanningRules,
    leader: &yixian_domain::org::Person,
    day: Date,
    begin: Option<i32>,
) -> Option<Shift> {
    let night = begin.is_some_and(|b| b >= 20 * 60);
    let of_level = |r: &&planning::ShiftRule| r.levels.contains(&leader.level);
    let late = |r: &&planning::ShiftRule| r.minutes().1 > 1440;
    let rule = rules
        .shift
        .iter()
        .filter(of_level)
        .find(|r| late(r) == night)
        .or_else(|| rules.shift.iter().find(|r| late(r) == night))?;
    let (from, to) = rule.minutes();
    Some(Shift { person: leader.id, day, rule: rule.code.clone(), from, to, visits: rule.visits })
}

pub(crate) struct Asked<'a> {
    pub plan: &'a PlanIn,
    pub first: Date,
    pub actor: &'a Actor,
    /// Where the plan this one begins from has places: leader, day, begin.
    pub base: Vec<(PlaceId, PersonId, Date, i32)>,
}

pub(crate) async fn build(app: &App, facts: Facts, ask: Asked<'_>) -> Result<Built, AppError> {
    let policies = app.policies();
    let (rules, settings) = (&policies.planning, &policies.settings);
    let (month, first): (Month, Date) = (ask.plan.month, ask.first);
    let last = month.last();
    let settled = Settled::of(&ask.plan.changes);
    let kind = |d: Date| policies.calendar.kind(d);
    let place_of: HashMap<PlaceId, &Place> = facts.places.iter().map(|p| (p.id, p)).collect();
    let leader_at: HashMap<PersonId, usize> = facts.leaders.iter().enumerate().map(|(i, p)| (p.id, i)).collect();
    let exemptions: Vec<Exemption> = facts.exemptions.iter().copied().chain(settled.away.iter().copied()).collect();
    let away = |p: PersonId, d: Date| exemptions.iter().any(|e| e.person == p && e.from <= d && d <= e.to);

    // Visits that stand in the calendar: by hand, of an earlier plan, or not for this reader's eyes.
    let mut hard: Vec<(&yixian_store::plan::Known, Standing)> = Vec::new();
    let mut soft: Vec<(&yixian_store::plan::Known, Standing)> = Vec::new();
    let mut taken: HashSet<PlaceId> = HashSet::new();
    let mut busy: HashSet<(PersonId, Date)> = HashSet::new();
    let mut counted = Counted::default();
    for k in &facts.planned {
        let plan = &k.visit.plan;
        if !leader_at.contains_key(&plan.leader) && !place_of.contains_key(&plan.place) {
            continue;
        }
        // After midnight it belongs to the shift of the evening before.
        let begin = plan.from.map(minute);
        let (day, begin) = match begin {
            Some(m) if m < 4 * 60 && plan.day > first => (plan.day.yesterday().unwrap_or(plan.day), Some(m + 1440)),
            b => (plan.day, b),
        };
        let standing = Standing { leader: plan.leader, day, begin };
        // What is planned by hand without notice is not for a plan that others read, whoever asks for it.
        let seen = VisitFacts::of(&k.visit, k.host_path.clone());
        taken.insert(plan.place);
        if seen.secret && !k.adopted
            || may(ask.actor, &Ask::SeeVisit(&seen)).is_err()
            || !leader_at.contains_key(&plan.leader)
            || !place_of.contains_key(&plan.place)
        {
            busy.insert((plan.leader, day));
            counted.leader(plan.leader, day);
            counted.place(plan.place, place_of.get(&plan.place).and_then(|p| p.unit), day);
            if begin.is_some_and(|b| b >= minute(settings.night_from)) {
                counted.nights.insert((plan.leader, day));
            }
        } else if k.adopted {
            soft.push((k, standing));
        } else {
            hard.push((k, standing));
        }
    }

    for (person, days) in &facts.went {
        days.iter().filter(|d| **d < first).for_each(|d| counted.leader(*person, *d));
    }
    for (place, day) in facts.seen.iter().filter(|(_, d)| **d < first) {
        counted.place(*place, place_of.get(place).and_then(|p| p.unit), *day);
    }
    let limit = if ask.plan.fewer { rules.limit.fewer() } else { rules.limit };

    // Shifts: what the rules give over the whole month, so that a plan from its middle on has the same ones; then those
    // that known visits need, in place of others of the same week.
    let wanted_days: Vec<(PersonId, Date, Option<i32>)> = soft
        .iter()
        .chain(&hard)
        .map(|(_, s)| (s.leader, s.day, s.begin))
        .chain(ask.base.iter().map(|(_, p, d, b)| (*p, *d, Some(*b))))
        .filter(|(_, d, _)| *d >= first && *d <= last)
        .collect();
    let mut leaders = Vec::new();
    let mut shifts: Vec<Shift> = Vec::new();
    for (turn, person) in facts.leaders.iter().enumerate() {
        let post = Post {
            person: person.id,
            unit: person.unit,
            level: person.level,
            duty: true,
            from: person.from,
            to: person.to,
        };
        let mut own: BTreeMap<Date, Shift> =
            planning::shifts(&post, &exemptions, rules, settings, kind, month.first(), last, turn)
                .into_iter()
                .filter(|s| s.day >= first)
                .map(|s| (s.day, s))
                .collect();
        let known: HashMap<Date, Option<i32>> =
            wanted_days.iter().filter(|w| w.0 == person.id && !away(person.id, w.1)).map(|w| (w.1, w.2)).collect();
        for (day, begin) in &known {
            let night = |s: &Shift| s.to > 1440;
            let wants_night = begin.is_some_and(|b| b >= 20 * 60);
            if own.get(day).is_some_and(|s| night(s) == wants_night) {
                continue;
            }
            let Some(shift) = shift_on(rules, person, *day, *begin) else { continue };
            let spare = own
                .values()
                .rev()
                .find(|s| {
                    s.rule == shift.rule && IsoWeek::of(s.day) == IsoWeek::of(*day) && !known.contains_key(&s.day)
                })
                .map(|s| s.day);
            if let Some(spare) = spare {
                own.remove(&spare);
            }
            own.insert(*day, shift);
        }
        let extra = settled
            .shifts
            .iter()
            .filter(|s| s.0 == person.id)
            .map(|s| s.1)
            .chain(settled.pins.values().filter(|p| p.0 == Some(person.id)).filter_map(|p| p.1));
        for day in extra.filter(|d| *d >= first && *d <= last && !away(person.id, *d)) {
            if let Some(shift) = shift_on(rules, person, day, None) {
                own.entry(day).or_insert(shift);
            }
        }
        own.retain(|day, _| !busy.contains(&(person.id, *day)));
        // Whoever is out at night, on a visit that is not for the reader's eyes, rests all the same.
        for (day, shift) in &mut own {
            if day.yesterday().is_ok_and(|eve| counted.nights.contains(&(person.id, eve)))
                && let Some(rested) = limit.rested()
            {
                shift.from = shift.from.max(rested.min(shift.to));
            }
        }
        let own: Vec<Shift> = own.into_values().collect();
        let made = facts.made.get(&person.id).copied().unwrap_or(0);
        let went = facts.went.get(&person.id).map_or(&[][..], Vec::as_slice);
        let open: Vec<Shift> =
            own.iter().filter(|s| !went.iter().any(|d| IsoWeek::of(*d) == IsoWeek::of(s.day))).cloned().collect();
        let campaign = settings.campaign_months.contains(&month.number());
        leaders.push(LeaderOf {
            owed: planning::owed(person.level, month, settings, made, if campaign { &own } else { &open }),
            made,
            person: person.clone(),
        });
        shifts.extend(own);
    }
    let shift_at: HashMap<(PersonId, Date), usize> =
        shifts.iter().enumerate().map(|(i, s)| ((s.person, s.day), i)).collect();

    // Tasks: known visits first, then every other place.
    let mut spots: Vec<Spot> = Vec::new();
    let mut spot_of: HashMap<PlaceId, u32> = HashMap::new();
    let mut by_hand_at: Vec<(usize, i32, i32)> = Vec::new();
    let mut tasks: Vec<TaskOf> = Vec::new();
    let mut asked: Vec<model::Task> = Vec::new();
    let mut left: Vec<Left> = Vec::new();
    let mut pins: Vec<model::Pin> = Vec::new();
    let mut forbids: Vec<model::Forbid> = Vec::new();
    let mut stands: Vec<Option<(usize, i32)>> = Vec::new();
    let mut units: HashMap<UnitId, u32> = HashMap::new();
    let mut districts: HashMap<&str, u32> = HashMap::new();
    let base_of: HashMap<PlaceId, (PersonId, Date, i32)> =
        ask.base.iter().map(|(p, l, d, b)| (*p, (*l, *d, *b))).collect();

    let candidates = soft
        .iter()
        .map(|k| (k.0.visit.plan.place, Some((k, false))))
        .chain(hard.iter().map(|k| (k.0.visit.plan.place, Some((k, true)))))
        .chain(facts.places.iter().filter(|p| !taken.contains(&p.id)).map(|p| (p.id, None)));
    for (id, known) in candidates {
        let (Some(place), Some(priority)) = (place_of.get(&id), facts.priorities.get(&id)) else { continue };
        let visit = known.map(|(k, _)| (k.0.visit.id, k.0.visit.rev));
        let by_hand = known.is_some_and(|(_, hard)| hard);
        let mut priority = priority.clone();
        if let Some(points) = settled.urgent.get(&id).filter(|p| **p > 0) {
            priority.parts.insert(0, Part { kind: PartKind::Special, points: *points, of: Evidence::Rule });
            priority.points += points;
        }
        let seen = facts.seen.contains_key(&id)
            && visit.is_none()
            && !settled.urgent.contains_key(&id)
            && !settled.pins.contains_key(&id);
        if seen {
            continue;
        }
        let leave = |why: WhyNot, priority: Priority| Left {
            place: id,
            visit: visit.filter(|_| !by_hand || why == WhyNot::RuledOut),
            points: priority.points,
            parts: priority.parts,
            why,
        };
        let (Some(window), Some(point)) = (rules.window(place.kind), place.point) else {
            left.push(leave(WhyNot::NoPoint, priority));
            continue;
        };
        if settled.forbids.iter().any(|f| f.0 == id && f.1.is_none() && f.2.is_none()) {
            left.push(leave(WhyNot::RuledOut, priority));
            continue;
        }
        let mut open = windows(window, first, last, |d| window.days.has(&kind(d)) && !settled.is_closed(id, d));
        let pin = settled.pins.get(&id).copied();
        let (opens, closes) = window.minutes();
        // Where people settled a day, that day it is, whatever the rule says of such days.
        let mut also = |day: Date, opens: i32, closes: i32| {
            if !settled.is_closed(id, day)
                && let Some(i) = index(first, day).filter(|_| day <= last)
            {
                open.push(model::Window { first: i, last: i, opens, closes });
            }
        };
        if let Some(day) = pin.and_then(|p| p.1) {
            also(day, opens.into(), closes.into());
        }
        let task = tasks.len() as u32;
        let mut stand = None;
        if let Some((k, hard)) = known {
            let s = k.1;
            if let Some(shift) = shift_at.get(&(s.leader, s.day)) {
                match s.begin {
                    Some(b) => also(
                        s.day,
                        if hard { b } else { b.min(opens.into()) },
                        if hard { b + 15 } else { b.max(closes.into()) },
                    ),
                    // Without an hour: when such places can be seen, where the shift has those hours at all.
                    None if opens < shifts[*shift].to && closes > shifts[*shift].from => {
                        also(s.day, opens.into(), closes.into())
                    }
                    None => also(s.day, shifts[*shift].from.into(), shifts[*shift].to.into()),
                }
                let begin = s.begin.unwrap_or_else(|| i32::from(opens));
                stand = Some((*shift, begin));
                if hard {
                    by_hand_at.push((*shift, begin, begin + 15 + i32::from(window.minutes)));
                    // What was settled by hand is kept feasible: the shift gives way.
                    let service = i32::from(window.minutes);
                    let own = &mut shifts[*shift];
                    let lunch = limit.lunch().filter(|(a, b)| own.from < *b && *a < own.to).map_or(0, |(a, b)| b - a);
                    let road = 120 + i32::from(lunch);
                    own.from = own.from.min((begin - road).max(0) as u16);
                    own.to = own.to.max((begin + 15 + service + road).min(2 * 1440) as u16);
                    if s.begin.is_none() {
                        // At any hour: the day was long enough for it without lunch.
                        own.to += lunch;
                    }
                    own.visits += 1;
                }
            }
        } else if let Some((l, d, b)) = base_of.get(&id) {
            stand = shift_at.get(&(*l, *d)).map(|s| (*s, *b));
        }
        if open.is_empty() {
            left.push(leave(WhyNot::NoShift, priority));
            continue;
        }
        let pinned = match (pin, known) {
            (Some((leader, day)), _) => {
                let leader = leader.and_then(|l| leader_at.get(&l)).map(|i| *i as u32);
                let day = day.and_then(|d| index(first, d));
                if leader.is_some() || day.is_some() {
                    pins.push(model::Pin { task, leader, day });
                }
                true
            }
            (None, Some((k, true))) if stand.is_some() => {
                pins.push(model::Pin {
                    task,
                    leader: leader_at.get(&k.1.leader).map(|i| *i as u32),
                    day: index(first, k.1.day),
                });
                true
            }
            _ => by_hand && stand.is_some(),
        };
        for f in settled.forbids.iter().filter(|f| f.0 == id) {
            forbids.push(model::Forbid {
                task,
                leader: f.1.and_then(|l| leader_at.get(&l)).map(|i| *i as u32),
                day: f.2.and_then(|d| index(first, d)),
            });
        }
        let need = rules.need.iter().find(|n| n.kinds.contains(&place.kind));
        let next = units.len() as u32;
        let unit = place.unit.map(|u| *units.entry(u).or_insert(next));
        let next = districts.len() as u32;
        let spot = *spot_of.entry(id).or_insert_with(|| {
            spots.push(Spot { point, area: place.area, code: place.code.clone() });
            spots.len() as u32 - 1
        });
        asked.push(model::Task {
            name: place.code.clone(),
            place: spot,
            priority: priority
                .parts
                .iter()
                .map(|p| model::Part { name: p.kind.as_str().to_owned(), points: p.points as i32 })
                .collect(),
            service: window.minutes.into(),
            windows: open,
            skill: need.and_then(|n| n.specialty).map(skill),
            rank: need.and_then(|n| n.level).map_or(0, planning::rank),
            unit,
            district: Some(*districts.entry(&place.district).or_insert(next)),
        });
        stands.push(stand);
        let announced = known.map_or(window.announced, |(k, _)| k.0.visit.plan.announced);
        tasks.push(TaskOf { place: id, visit, loose: !by_hand, pinned, announced, priority });
    }

    // Offices, one per unit that has leaders.
    let mut office_at: HashMap<UnitId, Option<u32>> = HashMap::new();
    for l in &leaders {
        office_at.entry(l.person.unit).or_insert_with(|| {
            facts.offices.get(&l.person.unit).map(|point| {
                spots.push(Spot { point: *point, area: Area::Urban, code: String::new() });
                spots.len() as u32 - 1
            })
        });
    }
    let weeks: Vec<IsoWeek> = {
        let mut all: Vec<IsoWeek> = shifts.iter().map(|s| IsoWeek::of(s.day)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut model_shifts = Vec::new();
    let mut renumber: Vec<Option<u32>> = vec![None; shifts.len()];
    let mut kept_shifts = Vec::new();
    for (i, s) in shifts.iter().enumerate() {
        let leader = leader_at[&s.person];
        let Some(office) = office_at.get(&leaders[leader].person.unit).copied().flatten() else { continue };
        renumber[i] = Some(model_shifts.len() as u32);
        model_shifts.push(model::Shift {
            name: format!("{} {}", leaders[leader].person.code, s.day),
            leader: leader as u32,
            day: index(first, s.day).unwrap_or(0),
            week: weeks.iter().position(|w| *w == IsoWeek::of(s.day)).unwrap_or(0) as u16,
            starts: s.from.into(),
            ends: s.to.into(),
            from: office,
            to: office,
            most: s.visits,
        });
        kept_shifts.push(s.clone());
    }

    let caps = {
        let directory = app.directory().await?;
        let crowded =
            |unit: &UnitId| directory.unit(*unit).is_some_and(|u| matches!(u.kind, UnitKind::Station | UnitKind::Team));
        let asking = Asking {
            limit: &limit,
            night: minute(settings.night_from),
            first,
            weeks: &weeks,
            shifts: &kept_shifts,
            model: &model_shifts,
            tasks: &asked,
            pins: &pins,
            by_hand: by_hand_at.iter().filter_map(|(s, from, to)| Some((renumber[*s]?, *from, *to))).collect(),
            counted: &counted,
        };
        asking.caps(units.iter().filter(|(unit, _)| crowded(unit)).map(|(unit, n)| (*unit, *n)), &spot_of)
    };

    // What people know already, as the plan this one begins from.
    let mut by_shift: BTreeMap<u32, Vec<model::Stop>> = BTreeMap::new();
    for (task, stand) in stands.iter().enumerate() {
        if let Some(shift) = stand.and_then(|(s, b)| Some((renumber[s]?, b))) {
            let service = asked[task].service;
            by_shift.entry(shift.0).or_default().push(model::Stop {
                task: task as u32,
                arrives: shift.1,
                begins: shift.1,
                leaves: shift.1 + service,
            });
        }
    }
    let base = (!by_shift.is_empty()).then(|| model::Plan {
        routes: by_shift
            .into_iter()
            .map(|(shift, mut stops)| {
                stops.sort_by_key(|s| (s.begins, s.task));
                let (leaves, returns) = (stops[0].arrives, stops[stops.len() - 1].leaves);
                model::Route { shift, stops, leaves, returns, travel: 0 }
            })
            .collect(),
        value: model::Value::default(),
    });
    let points = spots.iter().map(|s| s.point).collect();
    let (matrix, source) = travel::minutes(app, &rules.travel, spots).await?;
    let room = |p: PersonId| {
        let own = kept_shifts.iter().filter(|s| s.person == p);
        own.map(|s| u32::from(s.visits.min(limit.of_shift(s.to)))).sum::<u32>()
    };
    let (g, w) = (rules.goal, ask.plan.weights);
    let of = |points: u32, percent: u16| f64::from(points) * f64::from(percent) / 100.0;
    let request = model::Request {
        tasks: asked,
        leaders: leaders
            .iter()
            .map(|l| model::Leader {
                name: l.person.code.clone(),
                rank: planning::rank(l.person.level),
                skills: 1 << skill(l.person.specialty),
                level: planning::rank(l.person.level),
                specialty: skill(l.person.specialty), // More than his shifts hold he cannot be asked for; that he owes it the plan still says.
                quota: l.owed.min(room(l.person.id)).min(1_000) as u16,
            })
            .collect(),
        shifts: model_shifts,
        travel: yixian_planner::travel::Travel::Matrix(matrix),
        weights: model::Weights {
            priority: of(1, w.priority),
            duty: of(g.quota, w.duty),
            surplus: of(g.surplus, w.duty) * if ask.plan.fewer { FEWER } else { 1.0 },
            weekly: of(g.week, w.duty),
            fairness: of(g.fairness_permille, w.fairness) / 1000.0,
            spread: of(g.spread, w.spread),
            spare: of(g.spare, w.spread),
            travel: of(g.travel_permille, w.travel) / 1000.0,
            stability: if base.is_some() { of(g.keep, w.keep) } else { 0.0 },
        },
        pins,
        forbids,
        base,
        same_hour: 60,
        caps,
    };
    let mut numbered: Vec<(u32, UnitId)> = units.into_iter().map(|(u, n)| (n, u)).collect();
    numbered.sort_unstable();
    let units = numbered.into_iter().map(|(_, u)| u).collect();
    Ok(Built { units, request, first, tasks, leaders, shifts: kept_shifts, left, travel: source, points })
}

/// How much dearer a visit beyond what is owed is where fewer visits are wished.
const FEWER: f64 = 5.0;

/// A specialty as a bit.
fn skill(s: Specialty) -> u8 {
    use Specialty::*;
    match s {
        Dispatch => 0,
        Operations => 1,
        Marketing => 2,
        Construction => 3,
        Safety => 4,
        Supplies => 5,
        Party => 6,
        General => 7,
    }
}
