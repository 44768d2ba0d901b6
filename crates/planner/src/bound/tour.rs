//! One shift's best tour at given prices, label by label: an upper bound of the orienteering problem with time windows, all but exact.
//!
//! A label is a visit's end, the worth so far, the number of visits and the visit before; labels are extended in order of time over real
//! legs. Relaxed is only that a visit may be made again, though not right after the one that followed it (two-cycle elimination,
//! Christofides, Mingozzi, Toth 1981). A label ends where what is still [ahead](Ahead) cannot lift it above the best tour known. Cost grows with
//! the square of the visits: a long day over a whole city is for [`super::knapsack`], or for its likeliest visits.

use super::sites::Site;
use crate::model::*;

/// Numbers of visits that are told apart; more are not counted.
const FEW: usize = 8;
/// Most units of time in a shift: ends are rounded down to a unit.
const UNITS: i64 = 1 << 15;
/// Most grains of time in what is ahead.
const GRAINS: i64 = 2048;
/// No such label or visit.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Label {
    ends: Ticks,
    worth: f64,
    /// Position among the shift's sites.
    node: u32,
    /// The visit before.
    before: u32,
    parent: u32,
    /// Visits so far, where they count.
    count: u16,
}

/// The best two that come from different visits: worth and the visit before.
type Slot = [(f64, u32); 2];

/// Room for one tour after the other, so that nothing is allocated anew.
#[derive(Default)]
pub(super) struct Tour {
    labels: Vec<Label>,
    /// By position and count: the best that is already extended, which ends no later than what comes.
    at: Vec<Slot>,
    queue: Vec<Vec<u32>>,
    ahead: Ahead,
}

impl Tour {
    /// An upper bound of what a tour of the shift over the sites is worth, 0 for staying at home, and the tasks of the relaxed tour (a task may
    /// stand twice). `known` is what some tour is surely worth. None after so many extensions.
    pub(super) fn best(
        &mut self,
        request: &Request,
        shift: &Shift,
        road: f64,
        sites: &[Site],
        known: f64,
        limit: u64,
    ) -> Option<(f64, Vec<u32>)> {
        let (m, span) = (sites.len(), i64::from(shift.ends) - i64::from(shift.starts));
        let most = usize::from(shift.most).min(m);
        let unit = (span / UNITS).max(1);
        let counts = if most <= FEW { most } else { 0 };
        // Uncounted visits that take no time would go on for ever.
        if counts == 0 && sites.iter().any(|s| i64::from(s.service) + i64::from(s.least) < unit) {
            return None;
        }
        self.ahead.fill(sites, span, road, counts);
        let (mut best, mut last) = (known.max(0.0), NONE);
        self.labels.clear();
        self.at.clear();
        self.at.resize(m * counts.max(1), [(f64::NEG_INFINITY, NONE); 2]);
        let buckets = (span / unit) as usize;
        self.queue.iter_mut().for_each(Vec::clear);
        self.queue.resize_with(self.queue.len().max(buckets + 1), Vec::new);
        let mut spent = 0;
        let visit =
            |tour: &mut Tour, now: usize, best: f64, i: u32, arrives: Ticks, worth: f64, from: &Label, parent: u32| {
                let site = &sites[i as usize];
                let Some(begins) = site.begin(request, shift, arrives) else { return };
                let ends = begins + site.service;
                let left = i64::from(shift.ends) - i64::from(ends);
                let (worth, count) = (worth + site.points, if counts > 0 { from.count + 1 } else { 0 });
                if left < i64::from(site.home)
                    || worth + tour.ahead.most(counts - usize::from(count), left, site.home) <= best
                {
                    return;
                }
                let bucket = (((i64::from(ends) - i64::from(shift.starts)) / unit) as usize).clamp(now, buckets);
                let label = Label {
                    ends: shift.starts + (bucket as i64 * unit) as Ticks,
                    worth,
                    node: i,
                    before: from.node,
                    parent,
                    count,
                };
                if !tour.outdone(&label, counts) {
                    tour.queue[bucket].push(tour.labels.len() as u32);
                    tour.labels.push(label);
                }
            };
        let start = Label { ends: shift.starts, worth: 0.0, node: NONE, before: NONE, parent: NONE, count: 0 };
        for (i, site) in (0u32..).zip(sites) {
            let leg = request.travel.ticks(shift.from, site.place);
            visit(self, 0, best, i, shift.starts.saturating_add(leg), -road * f64::from(leg), &start, NONE);
        }
        for now in 0..=buckets {
            let mut next = 0;
            while let Some(&id) = self.queue[now].get(next) {
                next += 1;
                let label = self.labels[id as usize];
                let site = &sites[label.node as usize];
                let left = i64::from(shift.ends) - i64::from(label.ends);
                let more = counts.saturating_sub(label.count.into());
                if self.outdone(&label, counts) || label.worth + self.ahead.most(more, left, site.home) <= best {
                    continue;
                }
                offer(
                    &mut self.at[label.node as usize * counts.max(1) + usize::from(label.count.max(1) - 1)],
                    (label.worth, label.before),
                );
                let home = request.travel.ticks(site.place, shift.to);
                let worth = label.worth - road * f64::from(home);
                if worth > best && label.ends.saturating_add(home) <= shift.ends {
                    (best, last) = (worth, id);
                }
                if counts > 0 && more == 0 {
                    continue;
                }
                spent += m as u64;
                if spent > limit {
                    return None;
                }
                for (j, to) in (0u32..).zip(sites) {
                    if j != label.node
                        && j != label.before
                        && left >= i64::from(to.service) + i64::from(to.least) + i64::from(to.home)
                    {
                        let leg = request.travel.ticks(site.place, to.place);
                        visit(self, now, best, j, label.ends + leg, label.worth - road * f64::from(leg), &label, id);
                    }
                }
            }
        }
        let mut tasks = Vec::new();
        while let Some(label) = self.labels.get(last as usize) {
            tasks.push(sites[label.node as usize].task);
            last = label.parent;
        }
        Some((best, tasks))
    }

    /// Whether a label that came the same way, or two that came different ways, ended no later, with no more visits, and are worth as much.
    fn outdone(&self, label: &Label, counts: usize) -> bool {
        let mut other = NONE;
        for slot in &self.at[label.node as usize * counts.max(1)..][..usize::from(label.count.max(1))] {
            for (_, before) in slot.iter().take_while(|one| one.0 >= label.worth) {
                if *before == label.before || other != NONE && other != *before {
                    return true;
                }
                other = *before;
            }
        }
        false
    }
}

/// Keeps the best, and the best that came from another visit.
fn offer(slot: &mut Slot, one: (f64, u32)) {
    if one.0 > slot[0].0 {
        if one.1 != slot[0].1 {
            slot[1] = slot[0];
        }
        slot[0] = one;
    } else if one.1 != slot[0].1 && one.0 > slot[1].0 {
        slot[1] = one;
    }
}

/// What further visits can add at most: knapsacks of whole visits, by number and time. A tour's rest is at least as long as the way home; as
/// the shortest legs to its visits and the shortest way home of all; and as half of both.
#[derive(Default)]
struct Ahead {
    grain: i64,
    road: f64,
    homeward: i64,
    /// By halves of the shortest legs that count, by visits and by grains.
    sack: [Vec<Vec<f64>>; 3],
    /// The last with whole legs and a last visit's own way home.
    gate: Vec<Vec<f64>>,
}

impl Ahead {
    fn fill(&mut self, sites: &[Site], span: i64, road: f64, counts: usize) {
        (self.grain, self.road) = ((span / GRAINS).max(1), road);
        self.homeward = sites.iter().map(|s| i64::from(s.home)).min().unwrap_or(0);
        let (cap, rows) = ((span / self.grain) as usize, counts.max(1));
        for (half, sack) in (0i64..).zip(&mut self.sack) {
            let time = |s: &Site| ((2 * i64::from(s.service) + half * i64::from(s.least)) / (2 * self.grain)) as usize;
            let mut items: Vec<(usize, f64)> =
                sites.iter().map(|s| (time(s), s.points - road * half as f64 / 2.0 * f64::from(s.least))).collect();
            items.retain(|i| i.1 > 0.0 && i.0 <= cap);
            items.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            sack.resize_with(sack.len().max(rows), Vec::new);
            for row in &mut sack[..rows] {
                row.clear();
                row.resize(cap + 1, 0.0);
            }
            let mut alike = (usize::MAX, 0);
            for (time, value) in items {
                alike = if alike.0 == time { (time, alike.1 + 1) } else { (time, 1) };
                // As many of one length as ever fit.
                if alike.1 * time > cap || counts > 0 && alike.1 > counts {
                    continue;
                }
                if counts == 0 {
                    for i in (time..=cap).rev() {
                        sack[0][i] = sack[0][i].max(sack[0][i - time] + value);
                    }
                }
                for row in (0..counts).rev() {
                    let (fewer, row) = sack.split_at_mut(row);
                    raise(&mut row[0][time..], fewer.last().map(Vec::as_slice), value);
                }
            }
        }
        let mut gates = vec![f64::NEG_INFINITY; cap + 1];
        for s in sites {
            let time = ((i64::from(s.service) + i64::from(s.least) + i64::from(s.home)) / self.grain) as usize;
            if let Some(gate) = gates.get_mut(time) {
                *gate = gate.max(s.points - road * f64::from(s.least + s.home));
            }
        }
        self.gate.resize_with(self.gate.len().max(rows), Vec::new);
        for (row, gate) in self.gate.iter_mut().enumerate().take(rows) {
            gate.clear();
            gate.resize(cap + 1, f64::NEG_INFINITY);
            let fewer = if counts == 0 { Some(&self.sack[2][0]) } else { row.checked_sub(1).map(|r| &self.sack[2][r]) };
            for (time, value) in gates.iter().enumerate().filter(|g| g.1.is_finite()) {
                raise(&mut gate[time..], fewer.map(Vec::as_slice), *value);
            }
        }
    }

    /// What a tour can still add after a visit, with so many visits and ticks left and so long a way home, which is paid for.
    #[inline]
    fn most(&self, more: usize, left: i64, home: Ticks) -> f64 {
        let (row, now) = (more.max(1) - 1, -self.road * f64::from(home));
        let at = |row: &[f64], ticks: i64| row[((ticks / self.grain) as usize).min(row.len() - 1)];
        let mut most = at(&self.gate[row], left.max(0));
        for (half, sack) in (0i64..2).zip(&self.sack) {
            let twice = 2 * left - (2 - half) * i64::from(home) - half * self.homeward;
            if twice < 0 {
                return now;
            }
            let paid = self.road / 2.0 * ((2 - half) as f64 * f64::from(home) + half as f64 * self.homeward as f64);
            most = most.min(at(&sack[row], twice / 2) - paid);
        }
        most.max(now)
    }
}

/// Raises each to what a visit more makes of fewer visits.
fn raise(to: &mut [f64], fewer: Option<&[f64]>, value: f64) {
    match fewer {
        Some(fewer) => to.iter_mut().zip(fewer).for_each(|(to, fewer)| *to = to.max(fewer + value)),
        None => to.iter_mut().for_each(|to| *to = to.max(value)),
    }
}
