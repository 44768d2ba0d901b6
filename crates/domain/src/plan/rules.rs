//! The policy of planning as data. Every fault of a file is told, not the first only.

use crate::base::codes::codes;
use crate::base::time::{Date, Time};
use crate::law::calendar::DayKind;
use crate::matter::MatterKind;
use crate::organisation::org::Level;
use crate::organisation::place::{Area, Place, PlaceKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a place is worth. Points only compare with each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// Every place.
    pub base: u32,
    /// Each open matter whose kind has no number of its own.
    pub open: u32,
    /// Each overdue one, on top.
    pub overdue: u32,
    /// And for each full week it has been late.
    pub overdue_week: u32,
    /// Most that the lateness of one place's matters gives.
    pub overdue_most: u32,
    /// Each promise of a visit that was kept and not seen again.
    pub promise: u32,
    /// Days without a visit that count nothing.
    pub absence_free_days: u32,
    /// Each full week beyond them.
    pub absence_week: u32,
    /// Most that absence gives.
    pub absence_most: u32,
    /// Nobody was ever there.
    pub never: u32,
    /// Open matters by kind.
    #[serde(default)]
    pub kinds: BTreeMap<MatterKind, u32>,
    /// Risk by kind of place.
    #[serde(default)]
    pub risk: BTreeMap<PlaceKind, u32>,
    /// Risk by area.
    #[serde(default)]
    pub area: BTreeMap<Area, u32>,
}

/// A special campaign 专项: extra points for some places on some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Special {
    /// Stable code.
    pub code: String,
    /// Name.
    pub name: String,
    /// English name.
    #[serde(default)]
    pub name_en: String,
    /// Kinds of places; empty = every kind.
    #[serde(default)]
    pub kinds: Vec<PlaceKind>,
    /// Districts; empty = every district.
    #[serde(default)]
    pub districts: Vec<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Points.
    pub points: u32,
}

impl Special {
    /// Whether it speaks of this place and of one of these days.
    pub fn holds(&self, place: &Place, first: Date, last: Date) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&place.kind))
            && (self.districts.is_empty() || self.districts.contains(&place.district))
            && self.from <= last
            && first <= self.to
    }
}

codes! {
    /// Which days.
    Days {
        /// Worked days, make-up workdays too.
        Working = "working",
        /// Weekends and holidays.
        Rest = "rest",
        /// Weekends that belong to no public holiday.
        Weekend = "weekend",
        /// Every day.
        Any = "any",
    }
}

impl Days {
    /// Whether a day of that kind is one of them.
    pub fn has(self, kind: &DayKind) -> bool {
        match self {
            Days::Working => kind.is_working(),
            Days::Rest => !kind.is_working(),
            Days::Weekend => *kind == DayKind::WeekendOff,
            Days::Any => true,
        }
    }
}

fn minute(t: Time) -> u16 {
    t.hour() as u16 * 60 + t.minute() as u16
}

/// Minutes of the day from `from` to `to`; what ends before it begins ends on the next day.
fn span(from: Time, to: Time) -> (u16, u16) {
    let (a, b) = (minute(from), minute(to));
    (a, if b <= a { b + 1440 } else { b })
}

/// When a kind of place can be seen, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Kinds of places.
    pub kinds: Vec<PlaceKind>,
    /// Days.
    pub days: Days,
    /// Earliest start.
    pub from: Time,
    /// Latest start; before `from` = on the next day.
    pub to: Time,
    /// Length of a visit.
    pub minutes: u16,
    /// Announced, or without notice.
    #[serde(default = "yes")]
    pub announced: bool,
}

fn yes() -> bool {
    true
}

impl Window {
    /// Earliest and latest start, minutes of the day; past midnight above 1440.
    pub fn minutes(&self) -> (u16, u16) {
        span(self.from, self.to)
    }
}

/// When leaders of some levels go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftRule {
    /// Stable code.
    pub code: String,
    /// Levels.
    pub levels: Vec<Level>,
    /// Days.
    pub days: Days,
    /// Days of the week, Monday = 1; empty = any.
    #[serde(default)]
    pub weekdays: Vec<i8>,
    /// Leaves not before.
    pub from: Time,
    /// Back by; before `from` = on the next day.
    pub to: Time,
    /// Most visits of one shift.
    pub visits: u16,
    /// Shifts a week in ordinary months.
    pub a_week: u8,
    /// Shifts a week in campaign months.
    pub in_campaign: u8,
}

impl ShiftRule {
    /// Leaves not before and is back by, minutes of the day; past midnight above 1440.
    pub fn minutes(&self) -> (u16, u16) {
        span(self.from, self.to)
    }
}

/// Who may go to a kind of place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Kinds of places.
    pub kinds: Vec<PlaceKind>,
    /// This level or higher.
    #[serde(default)]
    pub level: Option<Level>,
    /// This specialty.
    #[serde(default)]
    pub specialty: Option<crate::organisation::org::Specialty>,
}

/// What a good plan is, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Each visit up to what a leader owes.
    pub quota: u32,
    /// Cost of each visit of a leader beyond that: only a place that is worth more is visited all the same.
    #[serde(default = "surplus")]
    pub surplus: u32,
    /// Each week of a leader with at least one visit.
    pub week: u32,
    /// Each minute on the road, thousandths of a point.
    pub travel_permille: u32,
    /// Each visit that stays as it is in the plan this one begins from.
    pub keep: u32,
    /// Another specialty or level at a unit.
    pub spread: u32,
    /// Cost of each delegation that a unit has to bear in one week from the fifth on.
    pub spare: u32,
    /// Cost of each pair of visits of one leader, thousandths: an even load has the fewest.
    pub fairness_permille: u32,
}

fn surplus() -> u32 {
    60
}

/// What nobody is asked to bear: neither leaders nor those they visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitRules {
    /// Most visits of a leader on one day.
    pub day: u16,
    /// Most of them in one night.
    pub night: u16,
    /// Most visits of a leader in one week.
    pub week: u16,
    /// Most of a day and of a night where fewer visits are wished.
    pub fewer_day: u16,
    /// Most of a week where fewer visits are wished.
    pub fewer_week: u16,
    /// Most visits that a station or team receives in one week.
    pub station_week: u16,
    /// Most visits that one place receives in one week.
    pub place_week: u16,
    /// Begin of the lunch break, in which nobody visits and nobody has to drive.
    pub lunch_from: Time,
    /// Its end; the same as its begin = none.
    pub lunch_to: Time,
    /// On the day after a visit by night no visit begins before; midnight = no rest.
    pub rested: Time,
}

impl Default for LimitRules {
    fn default() -> Self {
        LimitRules {
            day: 3,
            night: 2,
            week: 6,
            fewer_day: 2,
            fewer_week: 5,
            station_week: 8,
            place_week: 3,
            lunch_from: Time::constant(12, 0, 0, 0),
            lunch_to: Time::constant(13, 0, 0, 0),
            rested: Time::constant(12, 0, 0, 0),
        }
    }
}

impl LimitRules {
    /// As they are where fewer visits are wished.
    #[must_use]
    pub fn fewer(self) -> LimitRules {
        LimitRules {
            day: self.day.min(self.fewer_day),
            night: self.night.min(self.fewer_day),
            week: self.week.min(self.fewer_week),
            ..self
        }
    }

    /// Most visits of a shift that ends at this minute of its day.
    pub fn of_shift(&self, to: u16) -> u16 {
        if to > 1440 { self.night } else { self.day }
    }

    /// The lunch break, minutes of the day.
    pub fn lunch(&self) -> Option<(u16, u16)> {
        let (from, to) = (minute(self.lunch_from), minute(self.lunch_to));
        (from < to).then_some((from, to))
    }

    /// The earliest begin after a night, minute of the day.
    pub fn rested(&self) -> Option<u16> {
        Some(minute(self.rested)).filter(|m| *m > 0)
    }
}

/// How fast one drives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speed {
    /// Road ÷ straight line, percent.
    pub detour_percent: u32,
    /// Kilometres an hour.
    pub km_h: u32,
}

/// Minutes on the road.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravelRules {
    /// Minutes to park and walk, once a leg.
    pub parking: u16,
    /// In the city.
    pub urban: Speed,
    /// In the plain.
    pub suburban: Speed,
    /// In the mountains.
    pub remote: Speed,
    /// An OSRM- or Valhalla-compatible table service, plain http.
    #[serde(default)]
    pub table: Option<String>,
}

impl TravelRules {
    /// The speed of an area.
    pub fn of(&self, area: Area) -> Speed {
        match area {
            Area::Urban => self.urban,
            Area::Suburban => self.suburban,
            Area::Remote => self.remote,
        }
    }
}

/// How long the search may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Offered.
    pub seconds: u16,
    /// Most that anybody may ask for.
    pub most_seconds: u16,
}

/// The policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanningRules {
    /// What places are worth.
    pub points: Points,
    /// Special campaigns.
    #[serde(default)]
    pub special: Vec<Special>,
    /// When places can be seen.
    pub window: Vec<Window>,
    /// When leaders go.
    pub shift: Vec<ShiftRule>,
    /// Who may go where.
    #[serde(default)]
    pub need: Vec<Need>,
    /// What a good plan is.
    pub goal: Goal,
    /// What no plan asks of anybody.
    #[serde(default)]
    pub limit: LimitRules,
    /// Minutes on the road.
    pub travel: TravelRules,
    /// How long the search may take.
    pub budget: Budget,
}

/// Something in the file that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanningFault {
    /// A kind of place without a window, or with two.
    #[error("{kind:?} has {n} windows; it needs exactly one")]
    Windows {
        /// Which.
        kind: PlaceKind,
        /// How many.
        n: usize,
    },
    /// Two rows with one code.
    #[error("{0} stands twice")]
    Twice(String),
    /// A special campaign ends before it begins.
    #[error("special campaign {0} ends before it begins")]
    Backwards(String),
    /// A number that makes no sense.
    #[error("{0} is out of bounds")]
    Bounds(String),
}

/// Every kind of place.
pub(super) const KINDS: [PlaceKind; 8] = [
    PlaceKind::ConstructionSite,
    PlaceKind::Installation,
    PlaceKind::Station,
    PlaceKind::Street,
    PlaceKind::Village,
    PlaceKind::Community,
    PlaceKind::Government,
    PlaceKind::Customer,
];

impl PlanningRules {
    /// The window of a kind of place. [`PlanningRules::faults`] sees to it that there is one.
    pub fn window(&self, kind: PlaceKind) -> Option<&Window> {
        self.window.iter().find(|w| w.kinds.contains(&kind))
    }

    /// Everything that is wrong.
    pub fn faults(&self) -> Vec<PlanningFault> {
        let mut out = Vec::new();
        for kind in KINDS {
            let n = self.window.iter().flat_map(|w| &w.kinds).filter(|k| **k == kind).count();
            if n != 1 {
                out.push(PlanningFault::Windows { kind, n });
            }
        }
        let mut bounds = |bad: bool, what: String| {
            if bad {
                out.push(PlanningFault::Bounds(what));
            }
        };
        for w in &self.window {
            bounds(!(5..=600).contains(&w.minutes), format!("minutes of the window of {:?}", w.kinds));
        }
        for s in &self.shift {
            bounds(s.visits == 0 || s.visits > 20, format!("visits of shift {}", s.code));
            bounds(s.a_week.max(s.in_campaign) > 7, format!("shifts a week of {}", s.code));
            bounds(s.weekdays.iter().any(|d| !(1..=7).contains(d)), format!("weekdays of shift {}", s.code));
        }
        for (name, speed) in
            [("urban", self.travel.urban), ("suburban", self.travel.suburban), ("remote", self.travel.remote)]
        {
            bounds(
                !(1..=200).contains(&speed.km_h) || !(100..=500).contains(&speed.detour_percent),
                format!("travel {name}"),
            );
        }
        bounds(self.travel.parking > 120, "travel parking".into());
        bounds(
            self.budget.seconds == 0
                || self.budget.seconds > self.budget.most_seconds
                || self.budget.most_seconds > 3600,
            "budget".into(),
        );
        let l = &self.limit;
        for (name, most) in [("day", l.day), ("night", l.night), ("week", l.week), ("fewer_day", l.fewer_day)] {
            bounds(!(1..=50).contains(&most), format!("limit {name}"));
        }
        for (name, most) in
            [("fewer_week", l.fewer_week), ("station_week", l.station_week), ("place_week", l.place_week)]
        {
            bounds(!(1..=200).contains(&most), format!("limit {name}"));
        }
        bounds(l.lunch_to < l.lunch_from, "limit lunch".into());
        let p = &self.points;
        let all = [
            p.base,
            p.open,
            p.overdue,
            p.overdue_week,
            p.overdue_most,
            p.promise,
            p.absence_week,
            p.absence_most,
            p.never,
        ];
        let large = |n: &u32| *n > 10_000;
        bounds(
            all.iter().chain(p.kinds.values()).chain(p.risk.values()).chain(p.area.values()).any(large),
            "points".into(),
        );
        bounds(self.special.iter().any(|s| large(&s.points)), "points of a special campaign".into());
        let g = &self.goal;
        bounds(
            [g.quota, g.surplus, g.week, g.travel_permille, g.keep, g.spread, g.spare, g.fairness_permille]
                .iter()
                .any(large),
            "goal".into(),
        );
        out.extend(self.special.iter().filter(|s| s.to < s.from).map(|s| PlanningFault::Backwards(s.code.clone())));
        for codes in
            [self.special.iter().map(|s| &s.code).collect::<Vec<_>>(), self.shift.iter().map(|s| &s.code).collect()]
        {
            for (i, code) in codes.iter().enumerate() {
                if codes[..i].contains(code) {
                    out.push(PlanningFault::Twice((*code).clone()));
                }
            }
        }
        out
    }
}
