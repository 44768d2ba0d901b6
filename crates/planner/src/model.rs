//! What is asked and what is answered: tasks, leaders, shifts, wishes; routes and their worth.
//!
//! Everything refers to everything by its index in the request (`u32`); names are for people and
//! change nothing. Times are whole ticks of any length (minutes for a month, tenths of a unit of
//! distance for the literature's files), counted within a day; a night may run past its end.

pub use crate::ticks::{Day, Ticks};
use crate::travel::Travel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All that a plan is made from.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Visits worth doing, each at most once.
    pub tasks: Vec<Task>,
    /// Who goes.
    pub leaders: Vec<Leader>,
    /// When they may go: each shift becomes at most one route.
    pub shifts: Vec<Shift>,
    /// The time between places.
    pub travel: Travel,
    /// What counts how much.
    pub weights: Weights,
    /// Visits a person has settled.
    pub pins: Vec<Pin>,
    /// Visits a person has ruled out.
    pub forbids: Vec<Forbid>,
    /// What people already know; changes against it cost [`Weights::stability`].
    pub base: Option<Plan>,
    /// How far from the base plan's begin a visit still keeps its hour.
    pub same_hour: Ticks,
    /// What no plan may exceed, whatever it would gain.
    pub caps: Caps,
}

/// What no plan may exceed: neither leaders nor those they visit are overrun. Who does not stand in a list has no cap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// Most visits of a leader on a day, all shifts together.
    pub leader_day: BTreeMap<(u32, Day), u16>,
    /// Most visits of a leader in a week.
    pub leader_week: BTreeMap<(u32, u16), u16>,
    /// Most visits that a unit receives in a week.
    pub unit_week: BTreeMap<(u32, u16), u16>,
    /// Most visits that a place receives in a week.
    pub place_week: BTreeMap<(u32, u16), u16>,
    /// By shift: a stretch in which nobody visits and nobody has to drive. A drive that meets it goes on after it.
    pub breaks: BTreeMap<u32, Break>,
    /// A visit that begins from here on is a visit by night.
    pub night: Ticks,
    /// By leader and day: the earliest begin of a visit on that day, where he visits by night on the day before.
    pub rest: BTreeMap<(u32, Day), Ticks>,
}

/// A stretch of a shift without work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    /// Begin.
    pub from: Ticks,
    /// End; not before the begin.
    pub to: Ticks,
}

/// Which cap bars a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// The leader's day has as many visits as it may.
    LeaderDay,
    /// The leader's week has.
    LeaderWeek,
    /// The unit's week has.
    UnitWeek,
    /// The place's week has.
    PlaceWeek,
    /// It could be made only in the break.
    Break,
    /// The leader rests after a night, or would have none after this one.
    Rest,
}

/// A visit worth doing once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What people call it.
    pub name: String,
    /// Where: an index into the places of [`Travel`].
    pub place: u32,
    /// Why it is worth a visit; the priority is the sum of the parts.
    pub priority: Vec<Part>,
    /// How long a visit takes.
    pub service: Ticks,
    /// When it may begin; at least one.
    pub windows: Vec<Window>,
    /// The specialty needed, a bit of [`Leader::skills`].
    pub skill: Option<u8>,
    /// The lowest rank that may go.
    pub rank: u8,
    /// The unit visited, for spread and for sparing it; numbered from 0 without gaps.
    pub unit: Option<u32>,
    /// The district it lies in; for words only.
    pub district: Option<u32>,
}

impl Task {
    /// The sum of the priority's parts.
    pub fn worth(&self) -> i64 {
        self.priority.iter().map(|p| i64::from(p.points)).sum()
    }
}

/// One reason to go, and what it adds to the priority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What for: open matters, risk, a promise, a campaign.
    pub name: String,
    /// Points, of any sign; the sum over a task is not negative.
    pub points: i32,
}

/// When a visit may begin: on any of the days, between the two times, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Earliest begin.
    pub opens: Ticks,
    /// Latest begin.
    pub closes: Ticks,
}

/// A person who owes visits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// What people call him or her.
    pub name: String,
    /// Rank; compared with [`Task::rank`].
    pub rank: u8,
    /// Specialties, one bit each.
    pub skills: u64,
    /// Level of leadership, for the spread over units; below 64.
    pub level: u8,
    /// The own specialty, for the spread over units; below 64.
    pub specialty: u8,
    /// Visits owed over the horizon.
    pub quota: u16,
}

/// A stretch of one leader's day in which one route may be driven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// What people call it.
    pub name: String,
    /// Whose.
    pub leader: u32,
    /// On which day.
    pub day: Day,
    /// In which week, for weekly coverage and for sparing units.
    pub week: u16,
    /// Leaves the first place not before.
    pub starts: Ticks,
    /// Is at the last place not after.
    pub ends: Ticks,
    /// The first place.
    pub from: u32,
    /// The last place.
    pub to: u32,
    /// Most visits.
    pub most: u16,
}

/// What the features weigh. All times a power of two changes no plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Per point of priority covered.
    pub priority: f64,
    /// Per owed visit that is planned.
    pub duty: f64,
    /// Cost of each visit of a leader beyond what is owed: only a place that is worth more is visited all the same.
    pub surplus: f64,
    /// Per leader and week with at least one visit.
    pub weekly: f64,
    /// Per pair of visits of one leader (n visits are n(n−1)/2 pairs): an even load has the fewest.
    pub fairness: f64,
    /// Per unit and level, and per unit and specialty, that meet at least once.
    pub spread: f64,
    /// Per visit of one unit in one week from the fifth on.
    pub spare: f64,
    /// Per tick of travel.
    pub travel: f64,
    /// Per visit of the base plan that stays as it was. A quarter each: same leader; same day; both;
    /// both and a begin within [`Request::same_hour`] of the base plan's.
    pub stability: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Weights {
            priority: 1.0,
            duty: 40.0,
            surplus: 0.0,
            weekly: 40.0,
            fairness: 0.0,
            spread: 0.0,
            spare: 0.0,
            travel: 0.05,
            stability: 0.0,
        }
    }
}

/// A visit that a person has settled: to a leader, a day or both. It is planned before all others,
/// and where the base plan already has it in keeping with the pin, it stays in that shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The visit.
    pub task: u32,
    /// Only this leader.
    pub leader: Option<u32>,
    /// Only this day.
    pub day: Option<Day>,
}

/// A visit that a person has ruled out: for a leader, a day, a leader on a day, or (neither) at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forbid {
    /// The visit.
    pub task: u32,
    /// With this leader.
    pub leader: Option<u32>,
    /// On this day.
    pub day: Option<Day>,
}

/// Who goes where: routes by ascending shift, none empty. Never changed once made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The routes.
    pub routes: Vec<Route>,
    /// What it is worth.
    pub value: Value,
}

impl Plan {
    /// The stops with their shifts.
    pub fn stops(&self) -> impl Iterator<Item = (u32, &Stop)> {
        self.routes.iter().flat_map(|r| r.stops.iter().map(|s| (r.shift, s)))
    }
}

/// One shift's visits in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Which shift.
    pub shift: u32,
    /// At least one.
    pub stops: Vec<Stop>,
    /// When the route leaves its first place: just in time for the first visit.
    pub leaves: Ticks,
    /// When it is back.
    pub returns: Ticks,
    /// Time on the road.
    pub travel: Ticks,
}

/// One visit and its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Which task.
    pub task: u32,
    /// Arrival.
    pub arrives: Ticks,
    /// Begin of the visit: not before arrival; later where the site opens later, or to keep the base
    /// plan's hour.
    pub begins: Ticks,
    /// Its end, and departure.
    pub leaves: Ticks,
}

/// The worth of a plan, feature by feature, weights included; the total is the objective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// Priority covered.
    pub priority: f64,
    /// Owed visits planned, less the cost of those beyond.
    pub duty: f64,
    /// Weeks with a visit.
    pub weekly: f64,
    /// Uneven load, not positive.
    pub fairness: f64,
    /// Levels and specialties over units, less what units are not spared.
    pub spread: f64,
    /// Time on the road, not positive.
    pub travel: f64,
    /// What people already know and what stays true.
    pub stability: f64,
}

impl Value {
    /// The objective.
    pub fn total(&self) -> f64 {
        self.priority + self.duty + self.weekly + self.fairness + self.spread + self.travel + self.stability
    }
}
