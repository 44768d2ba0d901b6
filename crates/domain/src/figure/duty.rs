//! The figure of duty 应走访人周: person-weeks done out of those due and not exempt.
//!
//! A week that is still open is neither done nor missed and stays out until it is over; a week already done counts at
//! once. Which weeks make a period is [`super::Period::weeks`]; who stands how is [`crate::duty`].

use super::definition::{Basis, Definition, Distinct, Exclusion, Family, Unit};
use super::{Figure, FigureCode, Frame, Keys};
use crate::duty::{PersonWeek, Standing};

/// The definition of the figure of duty.
pub const FIGURES: &[Definition] = &[Definition::count(
    FigureCode::DutyMet,
    Family::Duty,
    Distinct::PersonWeek,
    Basis::WeekThursday,
    Unit::Times,
    "weeks of persons with a duty in which they were present on a day as long as it is asked",
)
.out_of("weeks of persons with a duty, done or missed")
.without(&[Exclusion::Exempt, Exclusion::OpenWeeks])
.version(2)];

/// The figure over the standings of the frame's weeks, in any order; other weeks are left out.
pub fn figure(standings: &[PersonWeek], frame: &Frame<'_>) -> Figure {
    let (mut done, mut due) = (Vec::new(), Vec::new());
    for row in standings.iter().filter(|row| frame.period.contains(row.week.thursday())) {
        let key = (row.person, row.week);
        match row.standing {
            Standing::Done(_) => {
                done.push(key);
                due.push(key);
            }
            Standing::Missed => due.push(key),
            Standing::Exempt(_) | Standing::Open => {}
        }
    }
    for keys in [&mut done, &mut due] {
        keys.sort_unstable();
        keys.dedup();
    }
    Figure::share(FigureCode::DutyMet, frame, Keys::PersonWeeks(done), Keys::PersonWeeks(due))
}
