//! Who may be given work: a unit that stands, somebody who serves, and where a role is needed one who holds it over the unit.
//! Every door asks here, and the lists that pages offer are made of those of whom this says yes. It does not know what the
//! work is, and not who gives it.

use super::org::{Grant, Person, Role, Unit, UnitPath};
use crate::base::codes::codes;
use crate::base::time::Date;

codes! {
    /// Why somebody or a unit cannot be given work on a day.
    Unfit[5] {
        /// His time in the company is over.
        PersonLeft = "person_left",
        /// His time in the company has not begun.
        PersonNotYet = "person_not_yet",
        /// He does not hold the role over the unit.
        PersonNoRole = "person_no_role",
        /// The unit has ended.
        UnitEnded = "unit_ended",
        /// The unit does not stand yet.
        UnitNotYet = "unit_not_yet",
    }
}

/// Where a day lies in a span of days, both ends included, none open.
fn within(from: Option<Date>, to: Option<Date>, day: Date, before: Unfit, after: Unfit) -> Result<(), Unfit> {
    match (from, to) {
        (Some(from), _) if day < from => Err(before),
        (_, Some(to)) if to < day => Err(after),
        _ => Ok(()),
    }
}

/// Whether a unit may be given work on a day.
///
/// # Errors
/// It does not stand on that day.
pub fn stands(unit: &Unit, day: Date) -> Result<(), Unfit> {
    within(unit.from, unit.to, day, Unfit::UnitNotYet, Unfit::UnitEnded)
}

/// Whether somebody may be given work on a day.
///
/// # Errors
/// He does not serve on that day.
pub fn serves(person: &Person, day: Date) -> Result<(), Unfit> {
    within(person.from, person.to, day, Unfit::PersonNotYet, Unfit::PersonLeft)
}

/// Whether somebody may be given work of a unit for which a role is needed.
///
/// # Errors
/// He does not serve on that day, or holds the role over no unit that contains this one.
pub fn may_hold(person: &Person, grants: &[Grant], role: Role, over: &UnitPath, day: Date) -> Result<(), Unfit> {
    serves(person, day)?;
    let holds = grants.iter().any(|g| g.role == role && g.over.contains(over));
    if holds { Ok(()) } else { Err(Unfit::PersonNoRole) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{PersonId, UnitId};
    use crate::organisation::org::{Level, Specialty, UnitKind};
    use jiff::civil::date;
    use uuid::Uuid;

    fn person(from: Option<Date>, to: Option<Date>) -> Person {
        Person {
            id: PersonId(Uuid::nil()),
            code: "p".into(),
            name: "p".into(),
            unit: UnitId(Uuid::nil()),
            level: Level::Staff,
            specialty: Specialty::General,
            duty: false,
            from,
            to,
        }
    }

    #[test]
    fn days_at_the_edges_serve() {
        let (first, last) = (Some(date(2018, 5, 2)), Some(date(2018, 5, 31)));
        for (from, to, day, want) in [
            (None, None, date(1990, 1, 1), Ok(())),
            (first, last, date(2018, 5, 1), Err(Unfit::PersonNotYet)),
            (first, last, date(2018, 5, 2), Ok(())),
            (first, last, date(2018, 5, 31), Ok(())),
            (first, last, date(2018, 6, 1), Err(Unfit::PersonLeft)),
            (None, last, date(2018, 6, 1), Err(Unfit::PersonLeft)),
            (first, None, date(2018, 5, 1), Err(Unfit::PersonNotYet)),
        ] {
            assert_eq!(serves(&person(from, to), day), want, "{from:?} {to:?} {day}");
            let unit = Unit {
                id: UnitId(Uuid::nil()),
                code: "U".into(),
                name: "U".into(),
                name_en: None,
                kind: UnitKind::Team,
                parent: None,
                path: UnitPath::root("U"),
                from,
                to,
            };
            assert_eq!(stands(&unit, day).is_ok(), want.is_ok());
        }
    }

    #[test]
    fn a_role_counts_over_the_unit_and_below() {
        let cp = UnitPath::root("BJ").child("CP");
        let grants =
            [Grant { role: Role::Handler, over: cp.clone() }, Grant { role: Role::Viewer, over: UnitPath::root("BJ") }];
        let day = date(2018, 5, 2);
        for (over, want) in [
            (cp.clone(), Ok(())),
            (cp.child("CP-01"), Ok(())),
            (UnitPath::root("BJ"), Err(Unfit::PersonNoRole)),
            (UnitPath::root("BJ").child("CPX"), Err(Unfit::PersonNoRole)),
        ] {
            assert_eq!(may_hold(&person(None, None), &grants, Role::Handler, &over, day), want, "{over}");
        }
        let left = person(None, Some(date(2018, 5, 1)));
        assert_eq!(
            may_hold(&left, &grants, Role::Handler, &cp, day),
            Err(Unfit::PersonLeft),
            "what he held counts no more"
        );
    }
}
