//! What a shift sees of the visits it reaches, at the present prices.

use super::days::{Days, begin};
use crate::model::*;

/// Visits that share a way there and back at most.
const SHARED: u16 = 6;

/// A task as a shift sees it.
#[derive(Clone, Copy)]
pub(super) struct Site {
    pub(super) task: u32,
    pub(super) place: u32,
    /// What a visit is worth at the present prices, not below 0.
    pub(super) points: f64,
    pub(super) service: Ticks,
    /// The shortest leg to it from another task of the day.
    pub(super) least: Ticks,
    /// The shortest ways there from the shift's first place and back to its last.
    pub(super) there: Ticks,
    pub(super) home: Ticks,
    /// The window of the day, where it is one only.
    only: Option<(Ticks, Ticks)>,
}

impl Site {
    /// The earliest begin of a visit after an arrival.
    #[inline]
    pub(super) fn begin(&self, request: &Request, shift: &Shift, arrives: Ticks) -> Option<Ticks> {
        match self.only {
            Some((opens, closes)) => (arrives <= closes).then(|| arrives.max(opens)),
            None => begin(&request.tasks[self.task as usize], shift.day, arrives),
        }
    }

    /// Points per tick, the way there and back shared by as many visits as usually share it.
    fn rate(&self, shift: &Shift) -> f64 {
        let share = f64::from(shift.most.clamp(1, SHARED));
        self.points
            / (f64::from(self.service) + f64::from(self.least) + (f64::from(self.there) + f64::from(self.home)) / share)
                .max(1.0)
    }
}

/// Leaves the visits that earn most per tick; whether that are all.
pub(super) fn likeliest(shift: &Shift, sites: &mut Vec<Site>, most: usize) -> bool {
    if sites.len() <= most {
        return true;
    }
    sites.select_nth_unstable_by(most, |a, b| b.rate(shift).total_cmp(&a.rate(shift)));
    sites.truncate(most);
    sites.sort_unstable_by_key(|s| s.task);
    false
}

/// All tasks that a shift reaches. `points` below 0 count as 0, which only raises a bound.
pub(super) fn sites(request: &Request, days: &Days, index: u32, points: &dyn Fn(u32) -> f64, into: &mut Vec<Site>) {
    into.clear();
    let (shift, tasks) = (&request.shifts[index as usize], &days.shifts[index as usize]);
    let Some(least) = days.least.get(&shift.day) else { return };
    let (there, back) = (&days.home[&(shift.from, true)], &days.home[&(shift.to, false)]);
    into.extend(tasks.iter().map(|t| {
        let task = &request.tasks[*t as usize];
        let mut windows = task.windows.iter().filter(|w| w.first <= shift.day && shift.day <= w.last);
        let only = windows.next().filter(|_| windows.next().is_none()).map(|w| (w.opens, w.closes));
        let (there, home) = (there[task.place as usize], back[task.place as usize]);
        Site {
            task: *t,
            place: task.place,
            points: points(*t).max(0.0),
            service: task.service,
            least: least[*t as usize],
            there,
            home,
            only,
        }
    }));
}
