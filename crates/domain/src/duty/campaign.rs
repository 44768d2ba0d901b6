//! The campaign month 一线工作月: one standing per person and month, against the floor of his level.

use serde::Serialize;

use super::{ByPerson, Inputs, Month, Post, post_on};
use crate::base::ids::{PersonId, VisitId};
use crate::base::time::{Date, Instant, Zone};
use crate::law::settings::{Settings, SettingsKnown};
use crate::organisation::org::Level;

/// How a person stands with a campaign month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum CampaignStanding {
    /// His level has no floor.
    NoFloor,
    /// The floor is reached; also before the month is over.
    Met,
    /// The month is not over and so many visits are missing.
    Open {
        /// Missing visits, at least 1.
        short_by: u32,
    },
    /// The month is over and so many visits were missing.
    Short {
        /// Missing visits, at least 1.
        by: u32,
    },
}

/// One row of the campaign sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Campaign {
    /// Who.
    pub person: PersonId,
    /// Which month.
    pub month: Month,
    /// The level whose floor holds: of the last post with a floor in the month, else of the last post.
    pub level: Level,
    /// Visits owed; none for levels without a floor.
    pub floor: Option<u16>,
    /// Visits that count: with a floor those made in a post that had one, without a floor all. By day.
    pub visits: Vec<VisitId>,
    /// Visits made on a day in a post without a floor, by somebody who had a floor on other days.
    pub not_counted: Vec<VisitId>,
    /// How he stands.
    pub standing: CampaignStanding,
}

impl Campaign {
    /// Visits that count.
    pub fn count(&self) -> u32 {
        u32::try_from(self.visits.len()).unwrap_or(u32::MAX)
    }
}

/// The visits a level owes in a campaign month.
pub fn floor(level: Level, settings: &Settings) -> Option<u16> {
    match level {
        Level::LeadershipTeam => Some(settings.campaign_floor_leadership),
        Level::DepartmentHead | Level::UnitHead => Some(settings.campaign_floor_heads),
        Level::StationHead | Level::Staff => None,
    }
}

/// The standing of everybody with a duty in those of the given months that are campaign months by the settings in force on
/// their first day, and that did not begin before there were floors; ascending by person, then in the order of `months`. `zone` is where months end.
pub fn campaigns(
    inputs: &Inputs<'_>,
    settings: &SettingsKnown<'_>,
    months: &[Month],
    as_of: Instant,
    zone: &Zone,
) -> Vec<Campaign> {
    let by_person = ByPerson::of(inputs, settings, as_of);
    let since = settings.newest().campaign_since;
    let months: Vec<(Month, bool)> = months
        .iter()
        .filter(|month| since.is_none_or(|since| since <= month.first()))
        .filter(|month| settings.on(month.first()).campaign_months.contains(&month.number()))
        .map(|month| (*month, zone.end_of_day(month.last()) <= as_of))
        .collect();
    let mut rows = Vec::new();
    for (person, posts) in &by_person.people {
        for (month, over) in &months {
            let settings = settings.on(month.first());
            let Some(level) = level_in(posts, *month, settings) else { continue };
            let floor = floor(level, settings);
            let mut visits = Vec::new();
            let mut not_counted = Vec::new();
            for (day, id) in by_person.visits_between(*person, month.first(), month.last()) {
                match post_on(posts, *day) {
                    Some(post) if floor.is_none() || self::floor(post.level, settings).is_some() => visits.push(*id),
                    Some(_) => not_counted.push(*id),
                    None => {}
                }
            }
            let made = u32::try_from(visits.len()).unwrap_or(u32::MAX);
            let standing = match floor.map(|floor| u32::from(floor).saturating_sub(made)) {
                None => CampaignStanding::NoFloor,
                Some(0) => CampaignStanding::Met,
                Some(by) if *over => CampaignStanding::Short { by },
                Some(short_by) => CampaignStanding::Open { short_by },
            };
            rows.push(Campaign { person: *person, month: *month, level, floor, visits, not_counted, standing });
        }
    }
    rows
}

/// The level of the last day with a floor, else of the last day in a post with duty; none without such a day.
fn level_in(posts: &[&Post], month: Month, settings: &Settings) -> Option<Level> {
    let mut last = None;
    let days = std::iter::successors(Some(month.last()), |day: &Date| day.yesterday().ok());
    for day in days.take_while(|day| *day >= month.first()) {
        if let Some(post) = post_on(posts, day) {
            if floor(post.level, settings).is_some() {
                return Some(post.level);
            }
            last = last.or(Some(post.level));
        }
    }
    last
}
