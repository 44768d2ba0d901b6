//! One shift's best tour at given prices, cruder and in a fraction of the time: a fractional knapsack of visits.
//!
//! A tour is as long as its first leg, the shortest legs to all other visits and the shortest way home of all; and, since it goes as far as its
//! farthest visit and back, as the mean of the ways there and back, counted as if the shift had as many visits as it takes; and as any mixture
//! of both. Each of three mixtures bounds, and the number of visits does. Nothing is known of waiting and of the order of visits but the first.

use super::sites::Site;
use crate::model::*;

/// How much the way to the farthest visit counts.
const MIXTURES: [f64; 3] = [0.0, 0.5, 1.0];

/// Room for one shift after the other.
#[derive(Default)]
pub(super) struct Knapsack {
    /// Time, worth, task; the best per tick first.
    items: Vec<(f64, f64, u32)>,
    /// Time and worth of the first items together.
    curve: Vec<(f64, f64)>,
}

impl Knapsack {
    /// An upper bound of what a tour of the shift over the sites is worth, 0 for staying at home, and the tour as shares of visits.
    pub(super) fn best(
        &mut self,
        request: &Request,
        shift: &Shift,
        road: f64,
        sites: &[Site],
    ) -> (f64, Vec<(u32, f64)>) {
        // As many of the dearest as the shift takes, without any road.
        let take = usize::from(shift.most).min(sites.len());
        let mut dear: Vec<(f64, u32)> = sites.iter().map(|s| (s.points, s.task)).collect();
        if take < dear.len() {
            dear.select_nth_unstable_by(take.max(1) - 1, |a, b| b.0.total_cmp(&a.0));
        }
        let sum: f64 = dear[..take].iter().map(|d| d.0).sum();
        let mut best = (sum, dear[..take].iter().map(|d| (d.1, 1.0)).collect());
        for mixture in MIXTURES {
            let (worth, first) = self.mixed(request, shift, road, sites, mixture);
            if worth < best.0 {
                best = (worth, self.shares(first));
            }
        }
        best
    }

    /// The bound of one mixture, and the first visit with the time it leaves.
    fn mixed(
        &mut self,
        request: &Request,
        shift: &Shift,
        road: f64,
        sites: &[Site],
        mixture: f64,
    ) -> (f64, Option<(u32, f64)>) {
        let span = f64::from(shift.ends) - f64::from(shift.starts);
        let near = 1.0 - mixture;
        let far = |s: &Site| mixture * (f64::from(s.there) + f64::from(s.home)) / f64::from(shift.most.max(1));
        self.items.clear();
        self.items.extend(sites.iter().map(|s| {
            let leg = near * f64::from(s.least) + far(s);
            (f64::from(s.service) + leg, s.points - road * leg, s.task)
        }));
        self.items.retain(|i| i.1 > 0.0);
        self.items.sort_unstable_by(|a, b| (b.1 / b.0.max(1e-9)).total_cmp(&(a.1 / a.0.max(1e-9))));
        self.curve.clear();
        let (mut time, mut worth) = (0.0, 0.0);
        self.curve.push((time, worth));
        for item in &self.items {
            (time, worth) = (time + item.0, worth + item.1);
            self.curve.push((time, worth));
            if time > span {
                break;
            }
        }
        let homeward = near * f64::from(sites.iter().map(|s| s.home).min().unwrap_or(0));
        let mut best = (0.0, None);
        for s in sites {
            let leg = request.travel.ticks(shift.from, s.place);
            let Some(begins) = s.begin(request, shift, shift.starts.saturating_add(leg)) else { continue };
            let home = i64::from(begins) + i64::from(s.service) + i64::from(s.home);
            let waits = f64::from(begins) - f64::from(shift.starts) - f64::from(leg);
            let leg = near * f64::from(leg) + far(s);
            let left = span - waits - leg - f64::from(s.service) - homeward;
            if home > i64::from(shift.ends) || left < 0.0 {
                continue;
            }
            let worth = s.points - road * (leg + homeward) + self.rest(left);
            if worth > best.0 {
                best = (worth, Some((s.task, left)));
            }
        }
        best
    }

    /// What the items are worth at most in so much time.
    fn rest(&self, time: f64) -> f64 {
        let i = self.curve.partition_point(|c| c.0 <= time);
        let (t0, w0) = self.curve[i.max(1) - 1];
        self.curve.get(i).map_or(w0, |(t1, w1)| w0 + (w1 - w0) * (time - t0) / (t1 - t0).max(1e-9))
    }

    /// The visits behind the last bound.
    fn shares(&self, first: Option<(u32, f64)>) -> Vec<(u32, f64)> {
        let Some((first, left)) = first else { return Vec::new() };
        let part = |step: &[(f64, f64)]| ((left - step[0].0) / (step[1].0 - step[0].0).max(1e-9)).clamp(0.0, 1.0);
        let rest =
            self.curve.windows(2).zip(&self.items).map(|(step, item)| (item.2, part(step))).take_while(|s| s.1 > 0.0);
        std::iter::once((first, 1.0)).chain(rest).collect()
    }
}
