//! Leaders' calendars: the shifts in which they can go, and how many visits they still owe.

use super::PlanningRules;
use super::rules::ShiftRule;
use crate::base::ids::PersonId;
use crate::base::time::Date;
use crate::duty::{self, Exemption, IsoWeek, Month, Post};
use crate::law::calendar::DayKind;
use crate::law::settings::Settings;
use crate::organisation::org::Level;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One outing of one leader: he leaves not before, is back by, and sees at most so many places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Who.
    pub person: PersonId,
    /// The day on which it begins.
    pub day: Date,
    /// Code of its rule.
    pub rule: String,
    /// Leaves not before, minute of the day.
    pub from: u16,
    /// Back by, minute of the day; past midnight above 1440.
    pub to: u16,
    /// Most visits.
    pub visits: u16,
}

/// How high a level is: 0 for staff, 4 for the leadership team.
pub fn rank(level: Level) -> u8 {
    match level {
        Level::LeadershipTeam => 4,
        Level::DepartmentHead => 3,
        Level::UnitHead => 2,
        Level::StationHead => 1,
        Level::Staff => 0,
    }
}

/// The days of a rule within a week, evenly chosen of those that are free; `turn` moves the choice, so that not
/// everybody goes on Monday.
fn chosen(free: &[Date], wanted: usize, turn: usize) -> Vec<Date> {
    let n = free.len();
    let take = wanted.min(n);
    let mut days: Vec<Date> = (0..take).map(|k| free[(turn + k * n / take.max(1)) % n]).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The shifts of a post from `first` to `last`, both included. `turn` is any number that differs among leaders.
///
/// No shift lies on an exempt day, outside of the post, or on a day its rule does not name. Two shifts of one leader
/// never lie on one day: rules that name weekdays choose first, the others take what is left.
pub fn shifts(
    post: &Post,
    exemptions: &[Exemption],
    rules: &PlanningRules,
    settings: &Settings,
    kind: impl Fn(Date) -> DayKind,
    first: Date,
    last: Date,
    turn: usize,
) -> Vec<Shift> {
    let mut out: BTreeMap<Date, Shift> = BTreeMap::new();
    let in_post = |d: Date| post.duty && post.from.is_none_or(|a| a <= d) && post.to.is_none_or(|b| d <= b);
    let exempt = |d: Date| exemptions.iter().any(|e| e.person == post.person && e.from <= d && d <= e.to);
    let mut own: Vec<&ShiftRule> = rules.shift.iter().filter(|r| r.levels.contains(&post.level)).collect();
    own.sort_by_key(|r| r.weekdays.is_empty());
    let mut week = IsoWeek::of(first);
    while week.monday() <= last {
        for rule in &own {
            let free: Vec<Date> = week
                .days()
                .filter(|d| first <= *d && *d <= last && in_post(*d) && !exempt(*d) && !out.contains_key(d))
                .filter(|d| {
                    rule.days.has(&kind(*d))
                        && (rule.weekdays.is_empty() || rule.weekdays.contains(&d.weekday().to_monday_one_offset()))
                })
                .collect();
            // A week may lie in two months; what a campaign asks holds for the month of its first free day.
            let campaign = free.first().is_some_and(|d| settings.campaign_months.contains(&Month::of(*d).number()));
            let wanted = usize::from(if campaign { rule.in_campaign } else { rule.a_week });
            if free.is_empty() {
                continue;
            }
            let (from, to) = rule.minutes();
            for day in chosen(&free, wanted, turn) {
                out.insert(
                    day,
                    Shift { person: post.person, day, rule: rule.code.clone(), from, to, visits: rule.visits },
                );
            }
        }
        let next = week.next();
        if next == week {
            break;
        }
        week = next;
    }
    out.into_values().collect()
}

/// Visits a leader still owes in a month of which `made` are made already: the campaign floor where there is one, else
/// one a week in which he has a shift.
pub fn owed(level: Level, month: Month, settings: &Settings, made: u32, shifts: &[Shift]) -> u32 {
    let floor = if settings.campaign_months.contains(&month.number()) { duty::floor(level, settings) } else { None };
    match floor {
        Some(n) => u32::from(n).saturating_sub(made),
        None => {
            let mut weeks: Vec<IsoWeek> = shifts.iter().map(|s| IsoWeek::of(s.day)).collect();
            weeks.sort_unstable();
            weeks.dedup();
            weeks.len() as u32
        }
    }
}
