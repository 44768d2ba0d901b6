//! A request made ready for the search: dense arrays, who may do what as bits, neighbours. Read
//! only and shared by all chains; it knows no plan.

use super::caps::{self, Caps};
pub(super) use super::tour::{Opening, Tour};
use crate::feature::{priority, stability::Slot};
use crate::model::{Request, Ticks, Weights};
use std::sync::OnceLock;

/// No task, no shift.
pub(super) const NONE: u32 = u32::MAX;
/// Neighbours kept per task where there are many.
const NEIGHBOURS: usize = 48;
/// What a whole shift on the road costs at least in the chains' eyes, in usual gains of a visit.
const TIDY: f64 = 0.02;
/// How much more than asked an owed visit weighs in the chains' eyes: the last visits that a leader owes are hard to find, and a walk that
/// looks for them a little longer ends higher. Of the plans seen, the best by the weights asked for is kept.
const OWED: f64 = 1.5;

/// What the search needs to know of a task.
pub(super) struct Job {
    pub(super) place: u32,
    pub(super) service: Ticks,
    pub(super) worth: i64,
    pub(super) unit: u32,
    /// The one window, where there is one.
    only: Option<Opening>,
    /// Where the base plan has it.
    pub(super) base: Option<Base>,
    /// Pinned: must be planned.
    pub(super) must: bool,
}

/// Where the base plan has a task.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) slot: Slot,
    pub(super) begins: Ticks,
}

/// A request made ready.
pub(super) struct Instance<'a> {
    pub(super) request: &'a Request,
    /// What no plan may exceed.
    pub(super) caps: Caps,
    pub(super) jobs: Vec<Job>,
    pub(super) tours: Vec<Tour>,
    /// How many leader-weeks there are.
    pub(super) weeks: usize,
    /// How many weeks.
    pub(super) calendar_weeks: usize,
    /// How many units.
    pub(super) units: usize,
    /// Few enough tasks and shifts to look at all of them every time.
    pub(super) small: bool,
    /// Shifts by leader.
    pub(super) by_leader: Vec<Vec<u32>>,
    /// Shifts by day.
    pub(super) by_day: Vec<Vec<u32>>,
    /// Visits owed by all leaders.
    pub(super) owed: i64,
    /// More than any plan can be worth: what a pinned visit weighs.
    pub(super) beyond: f64,
    /// A usual leg of travel.
    pub(super) usual_leg: Ticks,
    /// What the chains walk by: the request's weights, with at least a little for travel, since of
    /// two plans that are worth the same the one that drives less has more room, and more for what is owed.
    pub(super) guide: Weights,
    /// What keeping the hour can add to a spot.
    pub(super) hour_bonus: f64,
    /// What a usual visit gains.
    pub(super) usual_gain: f64,
    /// What a tick of a shift earns at best, on the average: the price of time.
    pub(super) time_price: f64,
    words: usize,
    fits: Vec<u64>,
    near_places: Vec<OnceLock<Box<[u32]>>>,
    at_place: Vec<Vec<u32>>,
    near: Vec<OnceLock<Box<[u32]>>>,
}

impl<'a> Instance<'a> {
    pub(super) fn new(request: &'a Request) -> Instance<'a> {
        let mut week_ids = std::collections::HashMap::new();
        let mut calendar_ids = std::collections::HashMap::new();
        let mut tours: Vec<Tour> = (0u32..)
            .zip(&request.shifts)
            .map(|(i, s)| {
                let next = week_ids.len() as u32;
                let week = *week_ids.entry((s.leader, s.week)).or_insert(next);
                let next = calendar_ids.len() as u32;
                let calendar_week = *calendar_ids.entry(s.week).or_insert(next);
                let gap = caps::gap(request.caps.breaks.get(&i), s.starts, s.ends);
                Tour {
                    leader: s.leader,
                    day: s.day,
                    week,
                    calendar_week,
                    starts: caps::shortened(gap, s.starts),
                    ends: caps::shortened(gap, s.ends),
                    from: s.from,
                    to: s.to,
                    most: usize::from(s.most),
                    gap,
                    leader_day: 0,
                    until: Ticks::MIN / 2,
                    eves: vec![],
                    night: Ticks::MAX / 2,
                    morrows: vec![],
                }
            })
            .collect();
        let mut jobs: Vec<Job> = request
            .tasks
            .iter()
            .map(|t| Job {
                place: t.place,
                service: t.service,
                worth: priority::points(t),
                unit: t.unit.unwrap_or(NONE),
                only: if let [w] = t.windows[..] {
                    Some(Opening { opens: w.opens, closes: w.closes, hour: false })
                } else {
                    None
                },
                base: None,
                must: false,
            })
            .collect();
        if let Some(base) = &request.base {
            for (shift, stop) in base.stops() {
                let (Some(s), Some(job)) = (request.shifts.get(shift as usize), jobs.get_mut(stop.task as usize))
                else {
                    continue;
                };
                job.base = Some(Base { slot: Slot { shift, leader: s.leader, day: s.day }, begins: stop.begins });
            }
        }
        let mut by_leader = vec![vec![]; request.leaders.len()];
        let mut by_day = vec![vec![]; request.shifts.iter().map(|s| usize::from(s.day) + 1).max().unwrap_or(0)];
        for (i, s) in request.shifts.iter().enumerate() {
            by_leader[s.leader as usize].push(i as u32);
            by_day[usize::from(s.day)].push(i as u32);
        }
        let mut at_place = vec![vec![]; request.travel.places()];
        for (i, t) in request.tasks.iter().enumerate() {
            at_place[t.place as usize].push(i as u32);
        }
        let w = &request.weights;
        let owed: i64 = request.leaders.iter().map(|l| i64::from(l.quota)).sum();
        let beyond = jobs
            .iter()
            .map(|j| {
                (j.worth.unsigned_abs() as f64 + 4.0) * w.priority.abs()
                    + 8.0 * w.stability.abs()
                    + 4.0 * w.spread.abs()
            })
            .sum::<f64>()
            + owed as f64 * w.duty.abs()
            + week_ids.len() as f64 * w.weekly.abs()
            + (jobs.len() * jobs.len()) as f64 * w.fairness.abs()
            + jobs.len() as f64 * w.spare.abs()
            + jobs.len() as f64 * w.surplus.abs()
            + w.travel.abs() * request.shifts.iter().map(|s| f64::from(s.ends - s.starts)).sum::<f64>();
        let units = request.tasks.iter().filter_map(|t| t.unit).map(|u| u as usize + 1).max().unwrap_or(0);
        let mut me = Instance {
            request,
            caps: Caps::new(request, &mut tours, units, &calendar_ids),
            weeks: week_ids.len(),
            calendar_weeks: calendar_ids.len(),
            units,
            small: request.tasks.len() * request.shifts.len() <= 3000,
            words: request.shifts.len().div_ceil(64),
            fits: vec![],
            near_places: (0..request.travel.places()).map(|_| OnceLock::new()).collect(),
            at_place,
            owed,
            near: (0..jobs.len()).map(|_| OnceLock::new()).collect(),
            jobs,
            tours,
            by_leader,
            by_day,
            beyond,
            usual_leg: 0,
            guide: *w,
            hour_bonus: w.stability * 0.25,
            usual_gain: 0.0,
            time_price: 0.0,
        };
        me.match_up();
        me.measure();
        me
    }

    /// Fills the table of what fits where: day, rank, skill, pins, forbids, and there and back in time.
    fn match_up(&mut self) {
        let request = self.request;
        let mut fits = vec![0u64; self.words * self.jobs.len()];
        // Few places are ends of shifts; the way from and to each is looked up once per task.
        let mut ends: Vec<u32> = request.shifts.iter().flat_map(|s| [s.from, s.to]).collect();
        ends.sort_unstable();
        ends.dedup();
        let end_of = |place: u32| ends.binary_search(&place).unwrap_or(0);
        let ends_of: Vec<(usize, usize)> = request.shifts.iter().map(|s| (end_of(s.from), end_of(s.to))).collect();
        let mut ways = vec![(0, 0); ends.len()];
        for (t, task) in request.tasks.iter().enumerate() {
            for (way, &end) in ways.iter_mut().zip(&ends) {
                *way = (request.travel.ticks(end, task.place), request.travel.ticks(task.place, end));
            }
            for window in &task.windows {
                for day in window.first..=window.last.min(self.by_day.len().saturating_sub(1) as u16) {
                    let Some(shifts) = self.by_day.get(usize::from(day)) else { break };
                    for &s in shifts {
                        let shift = &request.shifts[s as usize];
                        let leader = &request.leaders[shift.leader as usize];
                        if leader.rank < task.rank
                            || task.skill.is_some_and(|k| leader.skills >> k & 1 == 0)
                            || shift.most == 0
                        {
                            continue;
                        }
                        let (from, to) = ends_of[s as usize];
                        let tour = &self.tours[s as usize];
                        let mut in_time = false;
                        let mut look = |opens: Ticks, closes: Ticks| {
                            let begins = opens.max(tour.starts + ways[from].0);
                            in_time |= begins <= closes && begins + task.service + ways[to].1 <= tour.ends;
                        };
                        match tour.gap {
                            None => look(window.opens, window.closes),
                            Some(gap) => {
                                let whole = Opening { opens: window.opens, closes: window.closes, hour: false };
                                caps::halves(gap, task.service, whole, |o| look(o.opens, o.closes));
                            }
                        }
                        if in_time {
                            fits[t * self.words + s as usize / 64] |= 1 << (s % 64);
                        }
                    }
                }
            }
        }
        for forbid in &request.forbids {
            for (s, shift) in request.shifts.iter().enumerate() {
                if forbid.leader.is_none_or(|l| l == shift.leader) && forbid.day.is_none_or(|d| d == shift.day) {
                    fits[forbid.task as usize * self.words + s / 64] &= !(1 << (s % 64));
                }
            }
        }
        for pin in &request.pins {
            let t = pin.task as usize;
            let keeps = |s: usize| {
                pin.leader.is_none_or(|l| l == request.shifts[s].leader)
                    && pin.day.is_none_or(|d| d == request.shifts[s].day)
            };
            let stays = self.jobs[t]
                .base
                .map(|b| b.slot.shift as usize)
                .filter(|&s| keeps(s) && fits[t * self.words + s / 64] >> (s % 64) & 1 == 1);
            for s in 0..request.shifts.len() {
                if !keeps(s) || stays.is_some_and(|b| b != s) {
                    fits[t * self.words + s / 64] &= !(1 << (s % 64));
                }
            }
            self.jobs[t].must = true;
        }
        self.fits = fits;
    }

    /// What is usual here, from a sample spread evenly over the tasks.
    fn measure(&mut self) {
        let w = &self.request.weights;
        let n = self.jobs.len();
        let of: Vec<u32> = (0..n).step_by(n / 64 + 1).map(|t| t as u32).filter(|&t| self.fits_any(t)).collect();
        let (mut legs, mut pairs) = (0i64, 0i64);
        for &a in &of {
            if let Some(&b) = self.near(a).get(4) {
                legs += i64::from(self.ticks(self.jobs[a as usize].place, self.jobs[b as usize].place));
                pairs += 1;
            }
        }
        self.usual_leg = (legs / pairs.max(1)).max(1) as Ticks;
        let fitting: Vec<&Job> = (0..n).filter(|&t| self.fits_any(t as u32)).map(|t| &self.jobs[t]).collect();
        let worth: f64 = fitting.iter().map(|j| j.worth as f64).sum::<f64>() * w.priority;
        let owed = (self.owed as f64).min(fitting.len() as f64) * w.duty;
        self.usual_gain = (worth + owed) / fitting.len().max(1) as f64;
        let service: f64 = fitting.iter().map(|j| f64::from(j.service)).sum::<f64>() / fitting.len().max(1) as f64;
        let longest = self.tours.iter().map(|t| t.ends - t.starts).max().unwrap_or(1).max(1);
        self.guide.travel = w.travel.max(TIDY * self.usual_gain / f64::from(longest));
        self.guide.duty *= OWED;
        self.time_price = self.usual_gain / (service + f64::from(self.usual_leg));
    }

    #[inline]
    pub(super) fn ticks(&self, from: u32, to: u32) -> Ticks {
        self.request.travel.ticks(from, to)
    }

    #[inline]
    pub(super) fn fits(&self, task: u32, shift: u32) -> bool {
        self.fits[task as usize * self.words + shift as usize / 64] >> (shift % 64) & 1 == 1
    }

    /// The shifts a task fits, beginning anywhere and once around.
    pub(super) fn shifts_of(&self, task: u32, from: usize) -> impl Iterator<Item = u32> + '_ {
        let row = &self.fits[task as usize * self.words..][..self.words];
        let n = self.words.max(1);
        (0..self.words).map(move |i| (i + from / 64) % n).flat_map(move |i| {
            let mut bits = row[i];
            std::iter::from_fn(move || {
                if bits == 0 {
                    return None;
                }
                let b = bits.trailing_zeros();
                bits &= bits - 1;
                Some(i as u32 * 64 + b)
            })
        })
    }

    /// Whether a task fits any shift.
    pub(super) fn fits_any(&self, task: u32) -> bool {
        self.fits[task as usize * self.words..][..self.words].iter().any(|&w| w != 0)
    }

    /// The ways to begin a task in a shift it fits: its windows of the day, and the base plan's hour
    /// within them first.
    #[inline]
    pub(super) fn openings(&self, task: u32, shift: u32, mut each: impl FnMut(Opening)) {
        let (job, gap) = (&self.jobs[task as usize], self.tours[shift as usize].gap);
        let mut each = |o: Opening| match gap {
            None => each(o),
            Some(gap) => caps::halves(gap, job.service, o, &mut each),
        };
        if let (Some(only), None) = (job.only, job.base) {
            each(only);
            return;
        }
        let held = job.base.filter(|b| b.slot.shift == shift && self.request.weights.stability > 0.0);
        let day = self.tours[shift as usize].day;
        for w in self.request.tasks[task as usize].windows.iter().filter(|w| (w.first..=w.last).contains(&day)) {
            if let Some(b) = held {
                let (opens, closes) =
                    (w.opens.max(b.begins - self.request.same_hour), w.closes.min(b.begins + self.request.same_hour));
                if opens <= closes {
                    each(Opening { opens, closes, hour: true });
                }
            }
            each(Opening { opens: w.opens, closes: w.closes, hour: false });
        }
    }

    /// Other tasks, nearest first: all where there are few, else those of the nearest places.
    pub(super) fn near(&self, task: u32) -> &[u32] {
        self.near[task as usize].get_or_init(|| {
            let place = self.jobs[task as usize].place;
            if self.small {
                let mut all: Vec<(Ticks, u32)> = (0..self.jobs.len() as u32)
                    .filter(|&t| t != task)
                    .map(|t| (self.ticks(place, self.jobs[t as usize].place), t))
                    .collect();
                all.sort_unstable();
                return all.into_iter().map(|x| x.1).collect();
            }
            let mut out: Vec<u32> = self.at_place[place as usize].iter().copied().filter(|&t| t != task).collect();
            for &p in self.near_places(place) {
                if out.len() >= NEIGHBOURS {
                    break;
                }
                out.extend_from_slice(&self.at_place[p as usize]);
            }
            out.into_boxed_slice()
        })
    }

    fn near_places(&self, place: u32) -> &[u32] {
        self.near_places[place as usize].get_or_init(|| {
            let mut all: Vec<(Ticks, u32)> = (0..self.at_place.len() as u32)
                .filter(|&p| p != place && !self.at_place[p as usize].is_empty())
                .map(|p| (self.ticks(place, p), p))
                .collect();
            if all.len() > NEIGHBOURS {
                all.select_nth_unstable(NEIGHBOURS - 1);
                all.truncate(NEIGHBOURS);
            }
            all.sort_unstable();
            all.into_iter().map(|x| x.1).collect()
        })
    }
}
