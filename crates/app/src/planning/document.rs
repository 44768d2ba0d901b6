//! A plan as it is kept: everything its pages and its adoption need, so that it stays what it was when
//! the company goes on. Times are minutes of the day on which a shift begins; past midnight above 1440.

use super::command::PlanIn;
use super::travel::TravelSource;
use serde::{Deserialize, Serialize};
use yixian_domain::duty::Month;
use yixian_domain::ids::*;
use yixian_domain::org::{Level, Specialty};
use yixian_domain::place::Point;
use yixian_domain::planning::{Part, Shift};
use yixian_domain::time::{Date, Instant};

/// A plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanDoc {
    /// What was asked, with all that had been settled before.
    pub asked: PlanIn,
    /// The month.
    pub month: Month,
    /// First day that could change.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// What was known then.
    pub as_of: Instant,
    /// Everybody who could go, with his shifts.
    pub leaders: Vec<Leader>,
    /// Who goes where.
    pub routes: Vec<Route>,
    /// Places that are left out, the most urgent first.
    pub left: Vec<Left>,
    /// What it is worth.
    pub worth: Worth,
    /// No plan can be worth more than this.
    pub bound: Option<f64>,
    /// Nor likely more than this: a shift would need a better tour than the best that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likely: Option<f64>,
    /// Where the minutes on the road come from.
    pub travel: TravelSource,
    /// How it was found.
    pub search: Search,
    /// Soft faults: code, and what it is about.
    pub remarks: Vec<Remark>,
}

/// Somebody who goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leader {
    /// Who.
    pub person: PersonId,
    /// Level then.
    pub level: Level,
    /// Specialty then.
    pub specialty: Specialty,
    /// Visits owed in the plan's days.
    pub owed: u32,
    /// Visits made in the month before.
    pub made: u32,
    /// When he could go.
    pub shifts: Vec<Shift>,
}

/// One shift's visits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Who.
    pub person: PersonId,
    /// The day on which the shift begins.
    pub day: Date,
    /// Code of the shift's rule.
    pub rule: String,
    /// Leaves his office.
    pub leaves: i32,
    /// Is back.
    pub returns: i32,
    /// Minutes on the road.
    pub travel: i32,
    /// Where he starts.
    pub office: Option<Point>,
    /// In their order.
    pub stops: Vec<Stop>,
}

/// One visit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Where.
    pub place: PlaceId,
    /// The visit that stands in the calendar already, and its revision when the plan was made.
    pub visit: Option<(VisitId, u32)>,
    /// Somebody settled it.
    pub pinned: bool,
    /// Announced.
    pub announced: bool,
    /// Minutes on the road from the stop before.
    pub drive: i32,
    /// Arrival.
    pub arrives: i32,
    /// Begin.
    pub begins: i32,
    /// End.
    pub ends: i32,
    /// What the place is worth.
    pub points: u32,
    /// Why.
    pub parts: Vec<Part>,
    /// What the plan would lose without it, points of the goal; none = not computed.
    #[serde(default)]
    pub gain: Option<Gain>,
}

/// What one visit gives the plan, in points of the goal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// For what it is worth.
    pub priority: f64,
    /// For what the leader owes in all.
    pub duty: f64,
    /// For his week.
    pub weekly: f64,
    /// For another level or specialty at the unit.
    pub spread: f64,
    /// For what people know already.
    pub stability: f64,
    /// Less the minutes on the road, and an uneven load.
    pub travel: f64,
}

impl Gain {
    /// In all.
    pub fn total(&self) -> f64 {
        self.priority + self.duty + self.weekly + self.spread + self.stability + self.travel
    }
}

/// A place that is not in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Left {
    /// Which.
    pub place: PlaceId,
    /// A visit that stands in the calendar and would be called off, with its revision when the plan was made.
    pub visit: Option<(VisitId, u32)>,
    /// What it is worth.
    pub points: u32,
    /// Why it would be worth it.
    pub parts: Vec<Part>,
    /// Why it is left out all the same.
    pub why: WhyNot,
}

/// Why a place is left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum WhyNot {
    /// Nobody knows where it is.
    NoPoint,
    /// Somebody ruled it out.
    RuledOut,
    /// On the days on which it can be seen nobody has a shift.
    NoShift,
    /// Nobody of those who go may go there: level or specialty.
    NobodyFit,
    /// It cannot be reached, seen and left within any shift.
    TooFar,
    /// Somebody settled a leader or a day for it that cannot be.
    Pinned,
    /// None of the shifts in which it could be seen has room.
    Full {
        /// How many they are.
        shifts: u32,
    },
    /// It would have to take the place of another one.
    Instead {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
        /// The other one.
        of: PlaceId,
        /// Minutes it takes, the visit and the road.
        minutes: i32,
        /// What that would give in all.
        net: f64,
    },
    /// It would fit there, and cost more than it gives.
    Costs {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
        /// Minutes more on the road.
        minutes: i32,
        /// What it would give in all, below nothing.
        net: f64,
    },
    /// It would fit there; the leader has all he owes, and beyond that only more urgent places count.
    Enough {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
        /// Points that it would take.
        lacks: f64,
    },
    /// It would fit there, but the leader has as many visits on that day as he may.
    LeaderDay {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
    },
    /// It would fit there, but the leader has as many visits in that week as he may.
    LeaderWeek {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
    },
    /// It would fit there, but its unit receives as many visits in that week as it may.
    UnitWeek {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
    },
    /// It would fit there, but it receives as many visits in that week as it may.
    PlaceWeek {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
    },
    /// It could be made only in somebody's lunch break.
    Lunch {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
    },
    /// It could be made only by somebody who rests after a night.
    Rest {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
    },
    /// It would fit there and give something; the search ended before it found it.
    Next {
        /// With whom.
        person: PersonId,
        /// When.
        day: Date,
        /// Minutes more on the road.
        minutes: i32,
        /// What it would give in all.
        net: f64,
    },
    /// Nobody looked.
    Unknown,
}

impl WhyNot {
    /// As keyed in the catalogues.
    pub fn code(&self) -> &'static str {
        match self {
            WhyNot::NoPoint => "no_point",
            WhyNot::RuledOut => "ruled_out",
            WhyNot::NoShift => "no_shift",
            WhyNot::NobodyFit => "nobody_fit",
            WhyNot::TooFar => "too_far",
            WhyNot::Pinned => "pinned",
            WhyNot::Full { .. } => "full",
            WhyNot::Instead { .. } => "instead",
            WhyNot::Costs { .. } => "costs",
            WhyNot::Enough { .. } => "enough",
            WhyNot::LeaderDay { .. } => "leader_day",
            WhyNot::LeaderWeek { .. } => "leader_week",
            WhyNot::UnitWeek { .. } => "unit_week",
            WhyNot::PlaceWeek { .. } => "place_week",
            WhyNot::Lunch { .. } => "lunch",
            WhyNot::Rest { .. } => "rest",
            WhyNot::Next { .. } => "next",
            WhyNot::Unknown => "unknown",
        }
    }
}

/// What a plan is worth, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // as in the rules' goal
pub struct Worth {
    pub priority: f64,
    pub duty: f64,
    pub weekly: f64,
    pub fairness: f64,
    pub spread: f64,
    pub travel: f64,
    pub stability: f64,
}

impl Worth {
    /// In all.
    pub fn total(&self) -> f64 {
        self.priority + self.duty + self.weekly + self.fairness + self.spread + self.travel + self.stability
    }
    /// The parts by name, in the order pages list them.
    pub fn parts(&self) -> [(&'static str, f64); 7] {
        [
            ("priority", self.priority),
            ("duty", self.duty),
            ("weekly", self.weekly),
            ("spread", self.spread),
            ("fairness", self.fairness),
            ("travel", self.travel),
            ("stability", self.stability),
        ]
    }
}

impl From<yixian_planner::model::Value> for Worth {
    fn from(v: yixian_planner::model::Value) -> Worth {
        Worth {
            priority: v.priority,
            duty: v.duty,
            weekly: v.weekly,
            fairness: v.fairness,
            spread: v.spread,
            travel: v.travel,
            stability: v.stability,
        }
    }
}

/// How a plan was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// Iterations.
    pub iterations: u64,
    /// Milliseconds; 0 where a number of iterations was asked for, so that the same plan is the same text.
    pub ms: u64,
    /// Somebody stopped it early.
    pub stopped: bool,
}

/// A soft fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// As keyed in the catalogues.
    pub code: String,
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// Which unit.
    pub unit: Option<UnitId>,
    /// When.
    pub day: Option<Date>,
    /// How many.
    pub n: i64,
}

/// What lists show of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Visits in it.
    pub visits: usize,
    /// Leaders who could go.
    pub leaders: usize,
    /// Leaders who have all they owe.
    pub duties_met: usize,
    /// What it is worth.
    pub worth: f64,
    /// Points of the places in it.
    pub covered: u64,
    /// Points of all places.
    pub all: u64,
    /// Minutes on the road.
    pub travel: i64,
}

impl PlanDoc {
    /// Every stop with its route.
    pub fn stops(&self) -> impl Iterator<Item = (&Route, &Stop)> {
        self.routes.iter().flat_map(|r| r.stops.iter().map(move |s| (r, s)))
    }

    /// Visits of a leader.
    pub fn visits_of(&self, person: PersonId) -> usize {
        self.routes.iter().filter(|r| r.person == person).map(|r| r.stops.len()).sum()
    }

    /// What lists show.
    pub fn summary(&self) -> Summary {
        let covered: u64 = self.stops().map(|(_, s)| u64::from(s.points)).sum();
        Summary {
            visits: self.stops().count(),
            leaders: self.leaders.len(),
            duties_met: self.leaders.iter().filter(|l| self.visits_of(l.person) as u32 >= l.owed).count(),
            worth: self.worth.total(),
            covered,
            all: covered + self.left.iter().map(|l| u64::from(l.points)).sum::<u64>(),
            travel: self.routes.iter().map(|r| i64::from(r.travel)).sum(),
        }
    }
}

/// A day and a minute that may lie past midnight, as the calendar has them.
pub fn civil(day: Date, minute: i32) -> (Date, yixian_domain::time::Time) {
    let over = minute.div_euclid(1440);
    let m = minute.rem_euclid(1440);
    let time = yixian_domain::time::Time::new((m / 60) as i8, (m % 60) as i8, 0, 0)
        .unwrap_or(yixian_domain::time::Time::midnight());
    (day.saturating_add(jiff::Span::new().days(over)), time)
}
