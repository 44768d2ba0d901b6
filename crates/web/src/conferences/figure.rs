//! How the records behind a figure of conferences are told: organisations, meetings, topics and members at meetings.

use crate::door::say::Say;
use crate::form::record::Line;
use uuid::Uuid;
use yixian_domain::figure::Key;
use yixian_domain::figure::conferences::Sittings;

fn organisation(say: &Say, s: &Sittings, id: Uuid) -> (String, String) {
    let called = s.name(id);
    (say.named(&called.name, called.name_en.as_deref()), called.code.to_string())
}

fn meeting(say: &Say, s: &Sittings, id: Uuid) -> (String, String) {
    let Some(m) = s.meetings.iter().find(|m| m.id == id) else { return (String::new(), String::new()) };
    let day = say.day(say.zone().date_of(m.starts));
    (say.t2("meeting-title", ("no", i64::from(m.no)), ("day", day)), m.conference.to_string())
}

fn told(href: Option<String>, name: String, code: String, what: String) -> Line {
    Line { href, ..Line::of(name).muted(what).end(code) }
}

/// A key of such a figure.
pub(crate) fn line(say: &Say, s: &Sittings, key: Key) -> Option<Line> {
    Some(match key {
        Key::Pair(member, at) => {
            let ((name, code), (meeting, conference)) = (organisation(say, s, member), meeting(say, s, at));
            told(Some(format!("/meetings/{at}")), name, code, format!("{meeting} · {conference}"))
        }
        Key::Record(id) if s.called.contains_key(&id) => {
            let (name, code) = organisation(say, s, id);
            let roles: Vec<String> = s
                .seats
                .iter()
                .filter(|seat| seat.organisation == id)
                .map(|seat| say.of("seating", seat.role.as_str()))
                .collect();
            told(None, name, code, roles.join(&say.t("list-separator")))
        }
        Key::Record(id) if s.meetings.iter().any(|m| m.id == id) => {
            let (name, what) = meeting(say, s, id);
            told(Some(format!("/meetings/{id}")), name, String::new(), what)
        }
        Key::Record(id) => {
            let at: Vec<_> = s.topics.iter().filter(|t| t.first == id).collect();
            let first = at.iter().min_by_key(|t| t.starts)?;
            let (name, _) = meeting(say, s, first.meeting);
            let what = say.t1("topic-times", "n", at.len());
            told(Some(format!("/meetings/{}", first.meeting)), name, String::new(), what)
        }
        Key::PersonWeek(..) | Key::PersonMonth(..) | Key::Cell(_) => return None,
    })
}
