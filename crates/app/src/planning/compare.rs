//! Two plans side by side: which visits stay, move, come and go, and what that is worth.

use super::document::{PlanDoc, Route, Stop, Summary};
use serde::Serialize;
use std::collections::HashMap;
use yixian_domain::ids::*;
use yixian_domain::time::Date;

/// Where a visit stands in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct At {
    /// With whom.
    pub person: PersonId,
    /// When.
    pub day: Date,
    /// Minute of the day.
    pub begins: i32,
}

impl At {
    fn of(r: &Route, s: &Stop) -> At {
        At { person: r.person, day: r.day, begins: s.begins }
    }
}

/// What became of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is not in the other plan.
    Dropped,
    /// It goes with somebody else.
    Leader,
    /// On another day.
    Day,
    /// At another hour.
    Hour,
    /// It was not in the first plan.
    Added,
}

impl Fate {
    /// As keyed in the catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            Fate::Dropped => "dropped",
            Fate::Leader => "leader",
            Fate::Day => "day",
            Fate::Hour => "hour",
            Fate::Added => "added",
        }
    }
}

/// A visit that is not the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where to.
    pub place: PlaceId,
    /// What became of it.
    pub fate: Fate,
    /// In the first plan.
    pub before: Option<At>,
    /// In the second.
    pub after: Option<At>,
    /// What the place is worth.
    pub points: u32,
}

/// Two plans compared.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Visits of the first plan whose day had not begun when the second was made.
    pub comparable: usize,
    /// Of them with the same leader on the same day, whatever the hour.
    pub kept: usize,
    /// What differs, by fate and day.
    pub differences: Vec<Difference>,
    /// Worth, part by part: name, first, second.
    pub worth: Vec<(&'static str, f64, f64)>,
    /// The first.
    pub before: Summary,
    /// The second.
    pub after: Summary,
}

/// Minutes that make another hour.
const HOUR: i32 = 60;

/// Compares two plans of one unit. Days that the second could not change any more are left out.
pub fn compare(a: &PlanDoc, b: &PlanDoc) -> Comparison {
    let later: HashMap<PlaceId, (At, u32)> = b.stops().map(|(r, s)| (s.place, (At::of(r, s), s.points))).collect();
    let earlier: HashMap<PlaceId, At> = a.stops().map(|(r, s)| (s.place, At::of(r, s))).collect();
    let mut differences = Vec::new();
    let (mut comparable, mut kept) = (0, 0);
    for (r, s) in a.stops().filter(|(r, _)| r.day >= b.first) {
        comparable += 1;
        let before = At::of(r, s);
        let (fate, after) = match later.get(&s.place) {
            None => (Some(Fate::Dropped), None),
            Some((at, _)) => {
                let same = at.person == before.person && at.day == before.day;
                kept += usize::from(same);
                let fate = if at.person != before.person {
                    Some(Fate::Leader)
                } else if at.day != before.day {
                    Some(Fate::Day)
                } else if (at.begins - before.begins).abs() >= HOUR {
                    Some(Fate::Hour)
                } else {
                    None
                };
                (fate, Some(*at))
            }
        };
        if let Some(fate) = fate {
            differences.push(Difference { place: s.place, fate, before: Some(before), after, points: s.points });
        }
    }
    for (place, (at, points)) in &later {
        if !earlier.contains_key(place) {
            differences.push(Difference {
                place: *place,
                fate: Fate::Added,
                before: None,
                after: Some(*at),
                points: *points,
            });
        }
    }
    differences.sort_by_key(|d| (d.fate, d.before.or(d.after).map(|x| (x.day, x.person, x.begins)), d.place));
    let worth = a.worth.parts().into_iter().zip(b.worth.parts()).map(|((name, x), (_, y))| (name, x, y)).collect();
    Comparison { comparable, kept, differences, worth, before: a.summary(), after: b.summary() }
}
