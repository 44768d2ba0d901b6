//! The weekly duty 一线工作日: one standing per person and ISO week.

use crate::base::codes::codes;
use serde::Serialize;

use super::{ByPerson, Inputs, IsoWeek, Reason, post_on};
use crate::base::ids::{PersonId, VisitId};
use crate::base::time::{Date, Instant, Zone};
use crate::law::settings::SettingsKnown;

codes! {
    /// Why a week was not owed.
    Exempt {
        /// None of the days in post was worked, e.g. 1–7 October 2018 (全周无工作日).
        NoWorkingDay = "no_working_day",
        /// Leave 休假 covers every working day in post. Where several reasons cover the week together, the week bears
        /// the one of its first working day.
        Leave = "leave",
        /// Business trip 出差.
        BusinessTrip = "business_trip",
        /// Something else that was approved.
        Other = "other",
    }
}

impl From<Reason> for Exempt {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Leave => Self::Leave,
            Reason::BusinessTrip => Self::BusinessTrip,
            Reason::Other => Self::Other,
        }
    }
}

/// How a person stands with a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing", content = "of")]
pub enum Standing {
    /// He went: these visits, by day.
    Done(Vec<VisitId>),
    /// He did not have to.
    Exempt(Exempt),
    /// The week is over and he did not go.
    Missed,
    /// He has not gone yet and the week is not over.
    Open,
}

/// One row of the duty sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonWeek {
    /// Who.
    pub person: PersonId,
    /// Which week.
    pub week: IsoWeek,
    /// How he stands.
    pub standing: Standing,
}

struct Week {
    iso: IsoWeek,
    /// Each day, and whether it is worked.
    days: Vec<(Date, bool)>,
    over: bool,
}

/// The standing of everybody with a duty in the given weeks, ascending by person, then in the order of `weeks`.
///
/// `working` says whether a day is worked; `zone` is where weeks end. Whoever was in no post with duty on any day of a
/// week has no row for it, and nobody has one for a week that began before the duty was in force. How long a visit has to
/// last is what was in force on its day.
pub fn weekly(
    inputs: &Inputs<'_>,
    working: impl Fn(Date) -> bool,
    settings: &SettingsKnown<'_>,
    weeks: &[IsoWeek],
    as_of: Instant,
    zone: &Zone,
) -> Vec<PersonWeek> {
    let by_person = ByPerson::of(inputs, settings, as_of);
    let since = settings.newest().duty_since;
    // Asked once per week, not once per person.
    let looked_up = |week: &IsoWeek| Week {
        iso: *week,
        days: week.days().map(|day| (day, working(day))).collect(),
        over: zone.end_of_day(week.sunday()) <= as_of,
    };
    let owed = |week: &&IsoWeek| since.is_none_or(|since| since <= week.monday());
    let weeks: Vec<Week> = weeks.iter().filter(owed).map(looked_up).collect();
    let mut rows = Vec::new();
    for (person, posts) in &by_person.people {
        for Week { iso: week, days, over } in &weeks {
            if !posts.iter().any(|post| post.reaches(week.monday(), week.sunday())) {
                continue;
            }
            let mut in_post = days.iter().filter(|(day, _)| post_on(posts, *day).is_some()).peekable();
            if in_post.peek().is_none() {
                continue;
            }
            let done: Vec<VisitId> = by_person
                .visits_between(*person, week.monday(), week.sunday())
                .iter()
                .filter(|(day, _)| post_on(posts, *day).is_some())
                .map(|(_, id)| *id)
                .collect();
            let standing = if done.is_empty() {
                let worked = in_post.filter(|(_, worked)| *worked).map(|(day, _)| *day);
                match exempt(&by_person, *person, worked) {
                    Some(reason) => Standing::Exempt(reason),
                    None if *over => Standing::Missed,
                    None => Standing::Open,
                }
            } else {
                Standing::Done(done)
            };
            rows.push(PersonWeek { person: *person, week: *week, standing });
        }
    }
    rows
}

/// The reason that covers all of the working days, if one does.
fn exempt(by_person: &ByPerson<'_>, person: PersonId, mut worked: impl Iterator<Item = Date>) -> Option<Exempt> {
    let Some(first) = worked.next() else {
        return Some(Exempt::NoWorkingDay);
    };
    let reason = by_person.exempt_on(person, first)?;
    worked.all(|day| by_person.exempt_on(person, day).is_some()).then(|| reason.into())
}
