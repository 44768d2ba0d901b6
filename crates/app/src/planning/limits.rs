//! The limits of the rules as the planner's caps: what leaders and those they visit bear in the plan's days and weeks, less what is settled
//! there without the planner. It does not plan, and reads nothing.

use std::collections::{HashMap, HashSet};
use yixian_domain::duty::IsoWeek;
use yixian_domain::ids::*;
use yixian_domain::planning::{LimitRules, Shift};
use yixian_domain::time::Date;
use yixian_planner::model;

/// What was visited in the weeks of the plan already, or is going to be without being told.
#[derive(Default)]
pub(super) struct Counted {
    leaders: HashMap<(PersonId, IsoWeek), u16>,
    units: HashMap<(UnitId, IsoWeek), u16>,
    places: HashMap<(PlaceId, IsoWeek), u16>,
    pub(super) nights: HashSet<(PersonId, Date)>,
}

impl Counted {
    pub(super) fn leader(&mut self, person: PersonId, day: Date) {
        *self.leaders.entry((person, IsoWeek::of(day))).or_default() += 1;
    }
    pub(super) fn place(&mut self, place: PlaceId, unit: Option<UnitId>, day: Date) {
        *self.places.entry((place, IsoWeek::of(day))).or_default() += 1;
        if let Some(unit) = unit {
            *self.units.entry((unit, IsoWeek::of(day))).or_default() += 1;
        }
    }
}

/// What the limits of the rules are asked of.
pub(super) struct Asking<'a> {
    pub(super) limit: &'a LimitRules,
    pub(super) night: i32,
    pub(super) first: Date,
    pub(super) weeks: &'a [IsoWeek],
    pub(super) shifts: &'a [Shift],
    /// Parallel to the shifts.
    pub(super) model: &'a [model::Shift],
    pub(super) tasks: &'a [model::Task],
    pub(super) pins: &'a [model::Pin],
    /// Visits planned by hand: shift, earliest begin and latest end.
    pub(super) by_hand: Vec<(u32, i32, i32)>,
    pub(super) counted: &'a Counted,
}

impl Asking<'_> {
    /// The limits as caps: less what is counted already, and never below what people settled themselves.
    pub(super) fn caps(
        &self,
        units: impl Iterator<Item = (UnitId, u32)>,
        spots: &HashMap<PlaceId, u32>,
    ) -> model::Caps {
        let mut caps = model::Caps { night: self.night, ..model::Caps::default() };
        let left = |limit: u16, gone: Option<&u16>| limit.saturating_sub(gone.copied().unwrap_or(0));
        for (i, (s, of)) in (0u32..).zip(self.shifts.iter().zip(self.model)) {
            caps.leader_day.insert((of.leader, of.day), self.limit.of_shift(s.to));
            let gone = self.counted.leaders.get(&(s.person, IsoWeek::of(s.day)));
            caps.leader_week.insert((of.leader, of.week), left(self.limit.week, gone));
            let by_hand = || self.by_hand.iter().filter(|v| v.0 == i);
            if let Some((from, to)) = self.limit.lunch().map(|(a, b)| (i32::from(a), i32::from(b)))
                && by_hand().all(|v| v.2 <= from || to <= v.1)
            {
                caps.breaks.insert(i, model::Break { from, to });
            }
            if let Some(rested) = self.limit.rested().map(i32::from)
                && i32::from(s.from) < rested
                && by_hand().all(|v| rested <= v.1)
            {
                caps.rest.insert((of.leader, of.day), rested);
            }
        }
        for (week, n) in self.weeks.iter().zip(0u16..) {
            for (place, spot) in spots {
                let gone = self.counted.places.get(&(*place, *week));
                caps.place_week.insert((*spot, n), left(self.limit.place_week, gone));
            }
        }
        for (unit, i) in units {
            for (week, n) in self.weeks.iter().zip(0u16..) {
                let gone = self.counted.units.get(&(unit, *week));
                caps.unit_week.insert((i, n), left(self.limit.station_week, gone));
            }
        }
        self.settled(&mut caps);
        caps
    }

    /// Raises caps to what people settled: their visits stand, whatever the limits say of them.
    fn settled(&self, caps: &mut model::Caps) {
        let mut counts = model::Caps::default();
        let mut seen = HashSet::new();
        for pin in self.pins.iter().filter(|p| seen.insert(p.task)) {
            let (Some(day), Some(task)) = (pin.day, self.tasks.get(pin.task as usize)) else { continue };
            let date = self.first.saturating_add(jiff::Span::new().days(i32::from(day)));
            let Some(week) = self.weeks.iter().position(|w| *w == IsoWeek::of(date)).map(|w| w as u16) else {
                continue;
            };
            if let Some(leader) = pin.leader {
                *counts.leader_day.entry((leader, day)).or_default() += 1;
                *counts.leader_week.entry((leader, week)).or_default() += 1;
            }
            *counts.place_week.entry((task.place, week)).or_default() += 1;
            if let Some(unit) = task.unit {
                *counts.unit_week.entry((unit, week)).or_default() += 1;
            }
        }
        for (all, own) in [
            (&mut caps.leader_day, &counts.leader_day),
            (&mut caps.leader_week, &counts.leader_week),
            (&mut caps.place_week, &counts.place_week),
            (&mut caps.unit_week, &counts.unit_week),
        ] {
            for (key, n) in own {
                if let Some(most) = all.get_mut(key) {
                    *most = (*most).max(*n);
                }
            }
        }
    }
}
