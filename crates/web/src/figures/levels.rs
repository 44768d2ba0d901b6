//! Persons, their months, cells of the matrix and receiving units as lines behind a figure. It counts nothing.

use super::asked::Asked;
use crate::door::say::Say;
use crate::door::telling::{period_words, unit_name};
use crate::form::record::Line;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::read::Directory;
use yixian_domain::figure::{Distinct, Facts, Key, Period};
use yixian_domain::ids::{PersonId, UnitId};

/// A key of a figure of levels as a line; none where there is nobody and nothing of it.
pub(super) fn line(
    say: &Say,
    asked: &Asked,
    directory: &Directory,
    facts: &Facts,
    worth: &HashMap<Uuid, f64>,
    distinct: Distinct,
    key: Key,
) -> Option<Line> {
    let unit = |id: UnitId| directory.unit(id).map(|u| unit_name(say, u)).unwrap_or_default();
    let duty = |person: PersonId| format!("/figures/duty_met?{}&person={person}", asked.query(true));
    match key {
        Key::Record(id) if distinct == Distinct::Person => {
            let p = directory.person(PersonId(id))?;
            let made = worth.get(&id).map(|n| format!("{n} {}", say.of("count-unit", "times")));
            Some(Line::to(duty(p.id), p.name.clone()).muted(unit(p.unit)).end(made.unwrap_or_default()))
        }
        Key::Record(id) => {
            let u = directory.unit(UnitId(id))?;
            Some(Line::to(format!("/visits?unit={}", u.code), unit_name(say, u)).end(u.code.clone()))
        }
        Key::PersonMonth(person, month) => {
            let p = directory.person(person)?;
            let asked_of = facts.levels.quotas.iter().map(|q| &q.quota);
            let q = asked_of.clone().find(|q| q.person == person && q.month == month)?;
            let month_words = period_words(say, Period::month(month));
            let muted = format!("{} · {} · {month_words}", unit(q.unit), say.of("level", q.level.as_str()));
            let end = say.t2("levels-of-floor", ("n", q.visits.len()), ("floor", i64::from(q.floor)));
            Some(Line::to(format!("{}&month={month}", duty(person)), p.name.clone()).muted(muted).end(end))
        }
        Key::Cell(c) => {
            let month = period_words(say, Period::month(c.month));
            let what = [say.of("tier", c.tier.as_str()), say.of("specialty", c.specialty.as_str()), month];
            Some(Line::of(unit(c.unit)).muted(what.join(" · ")))
        }
        Key::PersonWeek(..) | Key::Pair(..) => None,
    }
}
