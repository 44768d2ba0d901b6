//! What each shift can reach on its day, and how long the ways are at least.

use super::parts;
use crate::model::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What each shift can reach, and the ways there.
pub(super) struct Days {
    /// By shift: the tasks that fit some tour of it.
    pub(super) shifts: Vec<Vec<u32>>,
    /// By leader: visits that the shifts allow at most.
    pub(super) most: Vec<u32>,
    /// By task: the shortest leg to it on any day.
    pub(super) leg: Vec<Ticks>,
    /// By day and by task: the shortest leg to it from another task of the day.
    pub(super) least: HashMap<Day, Vec<Ticks>>,
    /// Shortest ways over tasks' places, by end of a shift and whether outward: by place.
    pub(super) home: BTreeMap<(u32, bool), Vec<Ticks>>,
}

impl Days {
    pub(super) fn new(request: &Request, threads: usize) -> Days {
        let mut days = Days {
            shifts: Vec::new(),
            most: vec![0; request.leaders.len()],
            leg: Vec::new(),
            least: HashMap::new(),
            home: BTreeMap::new(),
        };
        let ends: BTreeSet<(u32, bool)> = request.shifts.iter().flat_map(|s| [(s.from, true), (s.to, false)]).collect();
        let ends: Vec<(u32, bool)> = ends.into_iter().collect();
        let ways = parts::ask(threads, ends.len() as u32, |(): &mut (), i| {
            shortest(request, ends[i as usize].0, ends[i as usize].1)
        });
        days.home = ends.into_iter().zip(ways).collect();
        let mut wishes: HashMap<u32, (Vec<&Pin>, Vec<&Forbid>)> = HashMap::new();
        request.pins.iter().for_each(|p| wishes.entry(p.task).or_default().0.push(p));
        request.forbids.iter().for_each(|f| wishes.entry(f.task).or_default().1.push(f));
        for shift in &request.shifts {
            let leader = &request.leaders[shift.leader as usize];
            let (there, back) = (&days.home[&(shift.from, true)], &days.home[&(shift.to, false)]);
            let fits = |index: u32, t: &Task| {
                let wished = wishes.get(&index).is_none_or(|(pins, forbids)| {
                    pins.iter()
                        .all(|p| p.leader.is_none_or(|l| l == shift.leader) && p.day.is_none_or(|d| d == shift.day))
                        && !forbids
                            .iter()
                            .any(|f| f.leader.is_none_or(|l| l == shift.leader) && f.day.is_none_or(|d| d == shift.day))
                });
                let arrives = shift.starts.saturating_add(there[t.place as usize]);
                wished
                    && shift.most > 0
                    && leader.rank >= t.rank
                    && t.skill.is_none_or(|s| leader.skills >> s & 1 == 1)
                    && begin(t, shift.day, arrives).is_some_and(|b| {
                        b.saturating_add(t.service).saturating_add(back[t.place as usize]) <= shift.ends
                    })
            };
            days.shifts.push((0u32..).zip(&request.tasks).filter(|(i, t)| fits(*i, t)).map(|(i, _)| i).collect());
        }
        let mut weeks: BTreeMap<(u32, u16), u32> = BTreeMap::new();
        for (shift, tasks) in request.shifts.iter().zip(&days.shifts) {
            *weeks.entry((shift.leader, shift.week)).or_default() += tasks.len().min(shift.most.into()) as u32;
        }
        for (week, visits) in weeks {
            days.most[week.0 as usize] +=
                request.caps.leader_week.get(&week).map_or(visits, |cap| visits.min(u32::from(*cap)));
        }
        let mut by_day: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
        for (shift, tasks) in request.shifts.iter().zip(&days.shifts) {
            by_day.entry(shift.day).or_default().extend(tasks);
        }
        days.leg = vec![Ticks::MAX; request.tasks.len()];
        for (day, mut tasks) in by_day {
            tasks.sort_unstable();
            tasks.dedup();
            let place = |t: u32| request.tasks[t as usize].place;
            let least = |t: u32| {
                tasks.iter().filter(|i| **i != t).map(|i| request.travel.ticks(place(*i), place(t))).min().unwrap_or(0)
            };
            let mut legs = vec![0; request.tasks.len()];
            for t in &tasks {
                legs[*t as usize] = least(*t);
                days.leg[*t as usize] = days.leg[*t as usize].min(legs[*t as usize]);
            }
            days.least.insert(day, legs);
        }
        days.leg.iter_mut().filter(|l| **l == Ticks::MAX).for_each(|l| *l = 0);
        days
    }
}

/// The earliest begin of a visit on a day after an arrival.
pub(super) fn begin(task: &Task, day: Day, arrives: Ticks) -> Option<Ticks> {
    task.windows
        .iter()
        .filter(|w| w.first <= day && day <= w.last && w.closes >= arrives)
        .map(|w| arrives.max(w.opens))
        .min()
}

/// Shortest ways from (or to) a place over all places, by Dijkstra: no detour over other visits is shorter.
fn shortest(request: &Request, home: u32, outward: bool) -> Vec<Ticks> {
    // Only places of tasks can lie on a tour.
    let mut left: Vec<(Ticks, u32)> = request.tasks.iter().map(|t| (Ticks::MAX, t.place)).collect();
    left.sort_unstable();
    left.dedup();
    let mut ways = vec![Ticks::MAX; request.travel.places()];
    let mut next = Some((0, home));
    while let Some((way, i)) = next.filter(|n| n.0 < Ticks::MAX) {
        ways[i as usize] = way;
        // One pass shortens what can be shortened, forgets what is done and finds the next.
        next = None;
        left.retain_mut(|(best, j)| {
            if *j == i {
                return false;
            }
            let leg = if outward { request.travel.ticks(i, *j) } else { request.travel.ticks(*j, i) };
            *best = (*best).min(way.saturating_add(leg));
            if next.is_none_or(|n| (*best, *j) < n) {
                next = Some((*best, *j));
            }
            true
        });
    }
    ways
}
