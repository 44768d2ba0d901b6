//! How a milestone stands against its plan on a day: 提前, 正常, 预警, 滞后. A rule, not a state: nothing is stored of it.

use super::milestone::Milestone;
use super::{Section, SectionState};
use crate::base::codes::codes;
use crate::base::time::Date;

/// Days before a baseline in which the milestone before it should have been reached.
pub const WARNING_DAYS: i32 = 7;

codes! {
    /// How a milestone stands.
    Standing {
        /// 提前: reached, or forecast, before its baseline.
        Ahead = "ahead",
        /// 正常
        OnPlan = "on_plan",
        /// 预警: forecast later than its baseline, or little time left and the one before it not reached.
        Warning = "warning",
        /// 滞后: its baseline passed and it was not reached.
        Late = "late",
    }
}

/// How a milestone stands on a day; `before`: the one before it. None where nothing is planned.
pub fn standing(m: &Milestone, before: Option<&Milestone>, today: Date) -> Option<Standing> {
    let planned = m.baseline()?;
    if let Some(reached) = m.reached() {
        return Some(match reached.cmp(&planned) {
            std::cmp::Ordering::Less => Standing::Ahead,
            std::cmp::Ordering::Equal => Standing::OnPlan,
            std::cmp::Ordering::Greater => Standing::Late,
        });
    }
    if planned < today {
        return Some(Standing::Late);
    }
    let forecast = m.forecast.as_ref().map(|f| f.day);
    // Days are counted only where they decide: most milestones need none.
    let soon = || (planned - today).get_days() <= WARNING_DAYS;
    let waits = before.is_some_and(|b| b.baseline().is_some() && b.reached().is_none());
    Some(match forecast {
        Some(day) if day > planned => Standing::Warning,
        _ if waits && soon() => Standing::Warning,
        Some(day) if day < planned => Standing::Ahead,
        Some(_) | None => Standing::OnPlan,
    })
}

impl Section {
    /// How each of its milestones stands on a day.
    pub fn standings(&self, today: Date) -> Vec<Option<Standing>> {
        let before = std::iter::once(None).chain(self.milestones.iter().map(Some));
        self.milestones.iter().zip(before).map(|(m, before)| standing(m, before, today)).collect()
    }

    /// How it stands as a whole: as the next milestone that is not reached, or as its last one where all are.
    pub fn stands(&self, today: Date) -> Option<Standing> {
        if !matches!(self.state, SectionState::Approved) {
            return None;
        }
        let of = |i: usize| standing(&self.milestones[i], i.checked_sub(1).map(|i| &self.milestones[i]), today);
        let next = self.milestones.iter().position(|m| m.reached().is_none() && m.baseline().is_some());
        match next {
            Some(i) => of(i),
            None => (0..self.milestones.len()).rev().find_map(of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::milestone::{Actual, Baseline, Forecast};
    use super::*;
    use crate::base::ids::By;
    use crate::base::time::Instant;
    use jiff::civil::date;

    fn of(baseline: Option<Date>, forecast: Option<Date>, actual: Option<Date>) -> Milestone {
        let at = Instant(0);
        Milestone {
            baselines: baseline.map(|day| Baseline { day, at, reason: None }).into_iter().collect(),
            forecast: forecast.map(|day| Forecast { day, by: By::Rule, approved_by: None }),
            actual: actual.map(|day| Actual {
                day,
                by: By::Rule,
                at,
                photos: Vec::new(),
                point: None,
                visit: None,
                confirmed: Some((By::Import, at)),
                without_permit: None,
            }),
            ..Milestone::new("start")
        }
    }

    /// The four words, case by case, as the rule says them.
    #[test]
    fn the_four_standings() {
        use Standing::*;
        let (may, on) = (|d| date(2018, 5, d), date(2018, 5, 10));
        let (reached, open) = (of(Some(may(1)), None, Some(may(1))), of(Some(may(1)), None, None));
        for (m, before, expected) in [
            (of(None, None, None), None, None),
            (of(Some(may(20)), None, None), None, Some(OnPlan)),
            (of(Some(may(20)), Some(may(18)), None), None, Some(Ahead)),
            (of(Some(may(20)), Some(may(21)), None), None, Some(Warning)),
            (of(Some(may(9)), None, None), None, Some(Late)),
            (of(Some(may(10)), None, None), None, Some(OnPlan)),
            (of(Some(may(17)), None, None), Some(&open), Some(Warning)),
            (of(Some(may(18)), None, None), Some(&open), Some(OnPlan)),
            (of(Some(may(17)), None, None), Some(&reached), Some(OnPlan)),
            (of(Some(may(20)), None, Some(may(8))), None, Some(Ahead)),
            (of(Some(may(8)), None, Some(may(8))), None, Some(OnPlan)),
            (of(Some(may(7)), None, Some(may(8))), None, Some(Late)),
        ] {
            assert_eq!(standing(&m, before, on), expected, "{m:?}");
        }
    }
}
