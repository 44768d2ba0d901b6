//! Visit duty 一线工作日 / 一线工作月: who owed a visit in which week or campaign month, and whether he made it.
//!
//! The weekly law: one finished visit in the ISO week, as leader or as companion with a duty role. The campaign law:
//! so many of them in the month, by level. Both are computed from plain values (posts, exemptions, finished visits);
//! nothing is stored, so nothing can drift.
//!
//! ```text
//! weekly    Done(visits) > Exempt(reason) > Open (week not over) > Missed      the first that holds
//! campaign  NoFloor | Met | Open { short_by } | Short { by }
//! ```
//!
//! Choices where the rule book is silent:
//! - *A week belongs to a post* on each day on which the post was in force with the duty flag. Whoever had no such day
//!   owes nothing and gets no row. Whoever entered or left mid-week owes the week when at least one working day in
//!   post is not covered by an exemption: a Friday is enough to go.
//! - *A visit counts on the local day of its check-in*, and only when its bearer was in a post with duty on that day.
//!   A visit over several days counts once, in the week and month in which it began; it belongs whole to that day.
//! - *Presence is of a day*: somebody's visits of one day count when they last as long as configured together. One
//!   without a point and without a photo shows no presence; what is shorter, or shows none, is an activity and nothing else.
//!   Where no presence is asked (nought minutes), any finished visit counts.
//! - *Who went although exempt has done it*, also in a week without a working day.
//! - *A campaign counts duty bearers*, because a second leader is recorded as a companion with a duty role. Whoever
//!   changed post mid-month keeps every visit made in a post that had a floor; the floor is that of the last such post
//!   in the month. Visits made in a post without a floor are listed and not counted.
//! - *A merged visit* is not a fact of its own: its bearers belong to the visit it was merged into.
//! - *Two posts in force on one day*: the one that began later holds; of two that began together the higher level.
//!
//! This module deliberately does not know what time it is, how a calendar is made (it asks whether a day is worked),
//! or how visits are stored.

mod campaign;
mod post;
mod quota;
mod span;
mod weekly;

use crate::base::codes::codes;
use std::cmp::Reverse;
use std::collections::HashMap;

use crate::base::ids::{PersonId, UnitId, VisitId};
use crate::base::time::{Date, Instant};
use crate::law::settings::SettingsKnown;
use crate::organisation::org::Level;

pub use campaign::{Campaign, CampaignStanding, campaigns, floor};
pub use post::{Recorded, posts, specialty_on};
pub(crate) use quota::median;
pub use quota::{Quota, QuotaSpread, quotas, spread};
pub use span::{IsoWeek, Month, SpanError};
pub use weekly::{Exempt, PersonWeek, Standing, weekly};

/// A post 职务: what a person is from a day to a day, both included. A person may have several in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Post {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub unit: UnitId,
    /// Level in this post.
    pub level: Level,
    /// Whether the post owes front-line visits.
    pub duty: bool,
    /// First day; none = always.
    pub from: Option<Date>,
    /// Last day; none = still.
    pub to: Option<Date>,
}

impl Post {
    /// Whether it was in force on a day.
    pub fn covers(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    fn reaches(&self, first: Date, last: Date) -> bool {
        self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| first <= to)
    }
}

codes! {
    /// Why somebody did not have to go.
    Reason {
        /// Leave 休假.
        Leave = "leave",
        /// Business trip 出差.
        BusinessTrip = "business_trip",
        /// Something else that was approved.
        Other = "other",
    }
}

/// Days on which a person does not have to go, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exemption {
    /// Who.
    pub person: PersonId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Why.
    pub reason: Reason,
}

/// A finished visit as duty sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedVisit {
    /// Identity.
    pub id: VisitId,
    /// Local day of the check-in.
    pub day: Date,
    /// When it was finished; later than as-of counts as not finished.
    pub finished: Instant,
    /// Length from check-in to finish, minutes.
    pub minutes: u32,
    /// It has a point or a photo.
    pub evident: bool,
    /// The leader and the companions with a duty role.
    pub bearers: Vec<PersonId>,
}

/// What duty is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Posts, in any order.
    pub posts: &'a [Post],
    /// Exemptions, in any order; they may overlap.
    pub exemptions: &'a [Exemption],
    /// Finished visits, in any order; the same id twice counts once.
    pub visits: &'a [FinishedVisit],
}

/// The same inputs, found by person.
struct ByPerson<'a> {
    /// Ascending by person; each person's posts in an order that does not depend on the input's.
    people: Vec<(PersonId, Vec<&'a Post>)>,
    exemptions: HashMap<PersonId, Vec<&'a Exemption>>,
    /// Each person's visits on days of enough presence, ascending by day and id, each once.
    visits: HashMap<PersonId, Vec<(Date, VisitId)>>,
}

impl<'a> ByPerson<'a> {
    fn of(inputs: &Inputs<'a>, settings: &SettingsKnown<'_>, as_of: Instant) -> Self {
        let mut posts: Vec<&Post> = inputs.posts.iter().collect();
        in_order_of_force(&mut posts);
        let mut people: Vec<(PersonId, Vec<&Post>)> = Vec::new();
        for post in posts {
            match people.last_mut() {
                Some((person, own)) if *person == post.person => own.push(post),
                _ => people.push((post.person, vec![post])),
            }
        }
        let mut exemptions: HashMap<PersonId, Vec<&Exemption>> = HashMap::new();
        for exemption in inputs.exemptions {
            exemptions.entry(exemption.person).or_default().push(exemption);
        }
        let mut made: HashMap<PersonId, Vec<(Date, VisitId, u32)>> = HashMap::new();
        let counted =
            |v: &&FinishedVisit| v.finished <= as_of && (v.evident || settings.on(v.day).duty_min_minutes == 0);
        for visit in inputs.visits.iter().filter(counted) {
            for bearer in &visit.bearers {
                made.entry(*bearer).or_default().push((visit.day, visit.id, visit.minutes));
            }
        }
        let visits = made.into_iter().map(|(person, own)| (person, on_days_of_presence(own, settings))).collect();
        Self { people, exemptions, visits }
    }

    /// The person's visits from one day to another, both included.
    fn visits_between(&self, person: PersonId, first: Date, last: Date) -> &[(Date, VisitId)] {
        let own = self.visits.get(&person).map_or(&[][..], Vec::as_slice);
        let begin = own.partition_point(|(day, _)| *day < first);
        let end = own.partition_point(|(day, _)| *day <= last);
        own.get(begin..end).unwrap_or(&[])
    }

    /// The approved reason for the day; of several the first in the order of [`Reason`].
    fn exempt_on(&self, person: PersonId, day: Date) -> Option<Reason> {
        let own = self.exemptions.get(&person)?;
        own.iter().filter(|e| e.from <= day && day <= e.to).map(|e| e.reason).min()
    }
}

/// The post that holds comes first, so that [`post_on`] takes the first that covers the day.
fn in_order_of_force(posts: &mut [&Post]) {
    posts.sort_by_key(|p| (p.person, Reverse(p.from), p.level, !p.duty, p.to));
}

/// The visits of those days on which they last as long as the day asks, together; ascending, each once.
fn on_days_of_presence(mut own: Vec<(Date, VisitId, u32)>, settings: &SettingsKnown<'_>) -> Vec<(Date, VisitId)> {
    own.sort_unstable();
    own.dedup_by_key(|(day, id, _)| (*day, *id));
    let present = |day: &[(Date, VisitId, u32)]| {
        let minutes = day.iter().fold(0u32, |sum, (_, _, minutes)| sum.saturating_add(*minutes));
        day.first().is_some_and(|(on, ..)| minutes >= u32::from(settings.on(*on).duty_min_minutes))
    };
    let days = own.chunk_by(|a, b| a.0 == b.0).filter(|day| present(day));
    days.flatten().map(|(day, id, _)| (*day, *id)).collect()
}

/// The post with duty that was in force on the day.
fn post_on<'a>(posts: &[&'a Post], day: Date) -> Option<&'a Post> {
    posts.iter().find(|post| post.covers(day)).filter(|post| post.duty).copied()
}

#[cfg(test)]
mod tests;
