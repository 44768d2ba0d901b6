//! Caps as the search counts them, and a shift's time without its break: the search knows no breaks, since in a time that leaves them out a
//! drive is as long as it is and a visit lies before the break or after it. It knows no plan.

use super::tour::{Opening, Tour};
use crate::model::{Break, Request, Ticks};
use std::collections::HashMap;

/// No cap.
const NONE: u16 = u16::MAX;

/// Most visits by what they are counted by; empty where nothing is capped.
#[derive(Default)]
pub(super) struct Caps {
    /// Whether anything is capped or rests.
    pub(super) any: bool,
    /// By [`Tour::leader_day`].
    pub(super) leader_day: Vec<u16>,
    /// By [`Tour::week`].
    pub(super) leader_week: Vec<u16>,
    /// By unit and [`Tour::calendar_week`].
    pub(super) unit_week: Vec<u16>,
    /// By place and [`Tour::calendar_week`].
    pub(super) place_week: Vec<u16>,
}

impl Caps {
    /// The caps of a request; numbers its leaders' days and says which tours bear on another one's rest.
    pub(super) fn new(request: &Request, tours: &mut [Tour], units: usize, weeks: &HashMap<u16, u32>) -> Caps {
        let asked = &request.caps;
        let mut me = Caps {
            any: !(asked.leader_day.is_empty()
                && asked.leader_week.is_empty()
                && asked.unit_week.is_empty()
                && asked.place_week.is_empty()
                && asked.rest.is_empty()),
            ..Caps::default()
        };
        if !me.any {
            return me;
        }
        let of = |cap: Option<&u16>| cap.copied().unwrap_or(NONE);
        let mut days = HashMap::new();
        for (tour, shift) in tours.iter_mut().zip(&request.shifts) {
            let next = days.len() as u32;
            tour.leader_day = *days.entry((shift.leader, shift.day)).or_insert_with(|| {
                me.leader_day.push(of(asked.leader_day.get(&(shift.leader, shift.day))));
                next
            });
            let week = tour.week as usize;
            me.leader_week.resize(me.leader_week.len().max(week + 1), NONE);
            me.leader_week[week] = of(asked.leader_week.get(&(shift.leader, shift.week)));
        }
        if !asked.unit_week.is_empty() {
            me.unit_week = by_week(units, weeks, |unit, week| of(asked.unit_week.get(&(unit, week))));
        }
        if !asked.place_week.is_empty() {
            me.place_week =
                by_week(request.travel.places(), weeks, |place, week| of(asked.place_week.get(&(place, week))));
        }
        let mut by_day: HashMap<(u32, u16), Vec<u32>> = HashMap::new();
        for (i, shift) in (0u32..).zip(&request.shifts) {
            by_day.entry((shift.leader, shift.day)).or_default().push(i);
        }
        for ((leader, day), until) in asked.rest.iter().filter(|r| r.0.1 > 0) {
            let none = Vec::new();
            let of = |day: u16| by_day.get(&(*leader, day)).unwrap_or(&none);
            // Whoever cannot begin too early, or not by night, bears on nobody.
            let early: Vec<u32> =
                of(*day).iter().copied().filter(|s| request.shifts[*s as usize].starts < *until).collect();
            let nights: Vec<u32> =
                of(*day - 1).iter().copied().filter(|s| request.shifts[*s as usize].ends >= asked.night).collect();
            for &s in &early {
                let tour = &mut tours[s as usize];
                tour.until = shortened(tour.gap, *until);
                tour.eves.clone_from(&nights);
            }
            for &s in &nights {
                let tour = &mut tours[s as usize];
                tour.night = shortened(tour.gap, asked.night);
                tour.morrows.clone_from(&early);
            }
        }
        me
    }
}

fn by_week(n: usize, weeks: &HashMap<u16, u32>, cap: impl Fn(u32, u16) -> u16) -> Vec<u16> {
    let mut out = vec![NONE; n * weeks.len()];
    for (week, at) in weeks {
        for i in 0..n {
            out[i * weeks.len() + *at as usize] = cap(i as u32, *week);
        }
    }
    out
}

/// The break that bears on a stretch of time.
pub(super) fn gap(pause: Option<&Break>, starts: Ticks, ends: Ticks) -> Option<Break> {
    pause.copied().filter(|b| b.from < b.to && starts < b.to && b.from < ends)
}

/// A time with the break left out; within the break it is its begin.
#[inline]
pub(super) fn shortened(gap: Option<Break>, t: Ticks) -> Ticks {
    match gap {
        Some(b) if t >= b.to => t - (b.to - b.from),
        Some(b) if t > b.from => b.from,
        _ => t,
    }
}

/// The time of which this one is what is left without the break; its begin belongs to what comes after it.
#[inline]
pub(super) fn lengthened(gap: Option<Break>, t: Ticks) -> Ticks {
    match gap {
        Some(b) if t >= b.from => t + (b.to - b.from),
        _ => t,
    }
}

/// When a drive arrives that begins now.
pub(super) fn arrives(gap: Option<Break>, now: Ticks, drive: Ticks) -> Ticks {
    match gap {
        Some(b) if drive > 0 && now < b.to && now + drive > b.from => now + drive + b.to - now.max(b.from),
        _ => now + drive,
    }
}

/// The openings before and after the break, in the time without it.
#[inline]
pub(super) fn halves(gap: Break, service: Ticks, o: Opening, mut each: impl FnMut(Opening)) {
    // Nothing of no length lies on the break's begin, so that what begins there comes after it.
    let closes = o.closes.min(gap.from - service.max(1));
    if o.opens <= closes {
        each(Opening { closes, ..o });
    }
    let opens = o.opens.max(gap.to);
    if opens <= o.closes {
        let gap = Some(gap);
        each(Opening { opens: shortened(gap, opens), closes: shortened(gap, o.closes), ..o });
    }
}
