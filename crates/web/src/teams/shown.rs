//! A team as lines and headings say it.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::form::record::Line;
use yixian_app::teams::TeamRow;
use yixian_domain::team::Team;
use yixian_domain::time::Date;

/// What a team is called.
pub(crate) fn name(say: &Say, r: &TeamRow) -> String {
    unit_name(say, &r.unit)
}

/// From one day to another.
pub(crate) fn days(say: &Say, from: Date, to: Date) -> String {
    format!("{} – {}", say.day(from), say.day(to))
}

/// How it stands where that is not plain: to be dissolved, dissolved, over, to come.
pub(crate) fn standing(say: &Say, t: &Team) -> Option<(&'static str, String)> {
    let today = say.today();
    if t.dissolved.as_ref().is_some_and(|(on, _)| *on < today) {
        return Some(("", say.t("team-dissolved")));
    }
    if t.last_day() < today {
        return Some(("", say.t("team-over")));
    }
    if today < t.details.from {
        return Some(("", say.t("team-to-come")));
    }
    let proposed = t.proposed.is_some() && t.dissolved.is_none();
    proposed.then(|| ("due-soon", say.t("team-to-dissolve")))
}

/// A team as a line.
pub(crate) fn line(say: &Say, r: &TeamRow) -> Line {
    let t = &r.team;
    let programme = r.programme.as_ref().map(|p| say.named(&p.details.name, p.details.name_en.as_deref()));
    let members = t.members_on(say.today().clamp(t.details.from, t.last_day())).count();
    let muted = [
        Some(say.of("team-kind", t.details.kind.as_str())),
        programme,
        Some(say.t1("team-members-n", "n", members as i64)),
        Some(days(say, t.details.from, t.last_day())),
    ];
    let muted: Vec<String> = muted.into_iter().flatten().collect();
    let line = Line::to(format!("/teams/{}", t.id), name(say, r)).muted(muted.join(" · ")).end(r.unit.code.clone());
    match standing(say, t) {
        Some((class, text)) => line.mark(class, text),
        None => line,
    }
}
