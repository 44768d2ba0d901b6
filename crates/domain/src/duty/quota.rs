//! The quota of a campaign month: of those who held a role long enough, who reached its floor. It adds nothing to the standings of
//! [`super::Campaign`] but how many days the role was held; whoever held it for fewer is neither counted nor blamed.

use super::{Campaign, Month, Post, post_on};
use crate::base::ids::{PersonId, UnitId, VisitId};
use crate::base::time::Date;
use crate::law::settings::SettingsKnown;
use crate::organisation::org::Level;

/// Somebody of whom a floor is asked in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Who.
    pub person: PersonId,
    /// Which month.
    pub month: Month,
    /// His role.
    pub level: Level,
    /// His unit in that role, on its last day in the month.
    pub unit: UnitId,
    /// Working days of the month in the role.
    pub days: u16,
    /// Visits asked.
    pub floor: u16,
    /// Visits that count.
    pub visits: Vec<VisitId>,
}

impl Quota {
    /// Whether the floor is reached.
    pub fn met(&self) -> bool {
        self.visits.len() >= usize::from(self.floor)
    }
}

/// The floors asked in campaign months, in the order of the standings: of those who held the role of their standing on as many
/// working days as the settings of the month's first day say.
pub fn quotas(
    posts: &[Post],
    campaigns: &[Campaign],
    settings: &SettingsKnown<'_>,
    working: impl Fn(Date) -> bool,
) -> Vec<Quota> {
    let mut months: Vec<(Month, Vec<Date>)> = Vec::new();
    let mut all = Vec::new();
    for c in campaigns {
        let Some(floor) = c.floor else { continue };
        if !months.iter().any(|(month, _)| *month == c.month) {
            months.push((c.month, c.month.days().filter(|day| working(*day)).collect()));
        }
        let worked = months.iter().find(|(month, _)| *month == c.month).map_or(&[][..], |(_, days)| days);
        let mut own: Vec<&Post> = posts.iter().filter(|p| p.person == c.person).collect();
        super::in_order_of_force(&mut own);
        let held = worked.iter().filter_map(|day| post_on(&own, *day)).filter(|p| p.level == c.level);
        let (days, last) = held.fold((0u16, None), |(n, _), post| (n.saturating_add(1), Some(post.unit)));
        let Some(unit) = last.filter(|_| days >= settings.on(c.month.first()).quota_min_days) else { continue };
        let (person, month, level) = (c.person, c.month, c.level);
        all.push(Quota { person, month, level, unit, days, floor, visits: c.visits.clone() });
    }
    all
}

/// How a role stands with its quota.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuotaSpread {
    /// The role.
    pub level: Level,
    /// Of whom it is asked.
    pub persons: usize,
    /// Who reached it.
    pub met: usize,
    /// Fewest visits of one of them.
    pub min: usize,
    /// Median of their visits.
    pub median: f64,
    /// Most visits of one of them.
    pub max: usize,
}

/// Each role with persons of whom a floor is asked, in the order of the levels.
pub fn spread(quotas: &[Quota]) -> Vec<QuotaSpread> {
    let of = |level: &Level| {
        let own: Vec<&Quota> = quotas.iter().filter(|q| q.level == *level).collect();
        let mut counts: Vec<usize> = own.iter().map(|q| q.visits.len()).collect();
        counts.sort_unstable();
        let (min, max) = (*counts.first()?, *counts.last()?);
        let met = own.iter().filter(|q| q.met()).count();
        Some(QuotaSpread { level: *level, persons: own.len(), met, min, median: median(&counts)?, max })
    };
    Level::ALL.iter().filter_map(of).collect()
}

/// The median of ascending numbers; none of none.
pub(crate) fn median(sorted: &[usize]) -> Option<f64> {
    let (below, above) = (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    Some(f64::midpoint(*below as f64, *above as f64))
}
