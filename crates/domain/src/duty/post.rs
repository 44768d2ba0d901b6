//! Which posts a person held, from what was recorded of him. It does not know who recorded it, or why.

use super::Post;
use crate::base::ids::{PersonId, UnitId};
use crate::base::time::Date;
use crate::organisation::org::{Level, Specialty};

/// A person's post as it was recorded on a day: so it is from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The day of the record.
    pub on: Date,
    /// Unit.
    pub unit: UnitId,
    /// Level.
    pub level: Level,
    /// Specialty. It makes no other post.
    pub specialty: Specialty,
    /// Whether the post owes front-line visits.
    pub duty: bool,
    /// First day; none = always.
    pub from: Option<Date>,
    /// Last day; none = still.
    pub to: Option<Date>,
}

/// The posts of a person, one after the other, from his records in their order.
///
/// Another unit, level or duty is another post. It begins on the day of its record, or on its first day where that is
/// later, and the post before ends on the day before. What was recorded earlier on the day on which a post begins, and a
/// post told ahead that had not begun by then, never was: the later record corrects it.
pub fn posts(person: PersonId, records: &[Recorded]) -> Vec<Post> {
    let mut posts: Vec<(Date, Post)> = Vec::new();
    for r in records {
        let mut post = Post { person, unit: r.unit, level: r.level, duty: r.duty, from: r.from, to: r.to };
        let same = |p: &Post| (p.unit, p.level, p.duty) == (r.unit, r.level, r.duty);
        let begins = r.from.map_or(r.on, |from| from.max(r.on));
        let corrects = |on: Date| on == r.on && begins == r.on;
        while posts.len() > 1
            && posts
                .last()
                .is_some_and(|(on, p)| !same(p) && (corrects(*on) || p.from.is_some_and(|from| from >= begins)))
        {
            posts.pop();
        }
        let first = posts.len() == 1;
        match posts.last_mut() {
            Some((_, last)) if same(last) => {
                last.to = r.to;
                if first {
                    last.from = r.from;
                }
            }
            Some((on, last)) if first && corrects(*on) => *last = post,
            Some((_, last)) => {
                let eve = begins.yesterday().unwrap_or(begins);
                last.to = Some(last.to.map_or(eve, |to| to.min(eve)));
                post.from = Some(begins);
                posts.push((r.on, post));
            }
            None => posts.push((r.on, post)),
        }
    }
    posts.into_iter().map(|(_, post)| post).collect()
}

/// The specialty of a person on a day: as it was recorded last by then, else as it was recorded first; none without a record.
pub fn specialty_on(records: &[Recorded], day: Date) -> Option<Specialty> {
    records.iter().rfind(|r| r.on <= day).or(records.first()).map(|r| r.specialty)
}
