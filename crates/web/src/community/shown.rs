//! How days, sessions, acts and those who came are told, in one place for all pages.

use crate::door::say::Say;
use crate::form::record::Line;
use crate::partners::list::name as community_name;
use yixian_app::command::SheetLineIn;
use yixian_app::community::CommunitySession;
use yixian_domain::community::{Act, ActKind, Member, ServiceDay, Session, SignIn};
use yixian_domain::partner::Partner;

/// A day's name in the reader's language.
pub(crate) fn day_name(say: &Say, d: &ServiceDay) -> String {
    say.named(&d.details.name, d.details.name_en.as_deref())
}

/// Marks as shapes, with their number: told without colour.
pub(crate) fn marks(n: usize) -> String {
    let all = ActKind::ALL.len();
    format!("{}{} {n}/{all}", "●".repeat(n.min(all)), "○".repeat(all.saturating_sub(n)))
}

/// How marks are coloured.
pub(crate) fn marks_class(s: &Session) -> &'static str {
    match s.marks() {
        _ if s.cancelled.is_some() => "",
        5 => "due-done",
        0 => "due-over",
        _ => "due-soon",
    }
}

/// From when to when, on its day.
pub(crate) fn hours(say: &Say, s: &Session) -> String {
    format!("{}–{}", say.time(s.details.starts), say.time(s.details.ends))
}

/// A session as a line.
pub(crate) fn session_line(say: &Say, s: &Session, community: &Partner) -> Line {
    let district = community.details.district.clone().unwrap_or_default();
    let muted = [district, say.day(s.day), hours(say, s)].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
    let line = Line::to(format!("/sessions/{}", s.id), community_name(say, community))
        .muted(muted.join(" · "))
        .end(s.code.clone());
    match s.cancelled {
        Some(_) => line.mark("", say.t("session-is-cancelled")),
        None => line.mark(marks_class(s), marks(s.marks())),
    }
}

/// A member as a line of a figure's records: his code and branch, never who he is.
pub(crate) fn member_line(say: &Say, m: &Member) -> Line {
    let line = Line::of(m.details.branch.clone()).end(m.code.clone());
    if m.details.personal.is_none() { line.muted(say.t("erased")) } else { line }
}

/// A sign-in as a line of a figure's records.
pub(crate) fn sign_in_line(say: &Say, i: &SignIn) -> Line {
    let line =
        Line::to(format!("/sessions/{}", i.session), say.moment(i.came)).muted(say.of("signed-how", i.how.as_str()));
    if i.is_late() { line.mark("due-soon", say.t1("sign-in-late", "at", say.moment(i.entered))) } else { line }
}

/// An act as a line of a figure's records, without what was written of it.
pub(crate) fn act_line(say: &Say, a: &Act, s: &Session, community: &Partner) -> Line {
    let kind = say.of("act-kind", a.did.kind().as_str());
    Line::to(format!("/sessions/{}", s.id), kind).muted(community_name(say, community)).end(say.moment(a.at))
}

/// Ids that follow from one, so that a form that is sent again makes the same records.
pub(crate) fn ids_after(base: uuid::Uuid) -> impl Iterator<Item = uuid::Uuid> {
    (0..).map(move |n: u128| uuid::Uuid::from_u128(base.as_u128().wrapping_add(n)))
}

/// Members as lines of a sheet.
pub(crate) fn sheet(base: uuid::Uuid, members: &[Member]) -> Vec<SheetLineIn> {
    ids_after(base).zip(members).map(|(sign_in, m)| SheetLineIn { sign_in, member: m.id.0 }).collect()
}

/// A session as its own community sees it: what was done, how many came, what became of its opinions. It leads nowhere.
pub(crate) fn own_line(say: &Say, c: &CommunitySession) -> Line {
    let s = &c.session;
    let done: Vec<String> =
        ActKind::ALL.into_iter().filter(|k| s.has_done(*k)).map(|k| say.of("act-kind", k.as_str())).collect();
    let opinions = say.t2("community-opinions", ("n", c.answered as i64), ("of", c.opinions as i64));
    let mut muted = vec![say.t1("session-members-n", "n", c.members as i64)];
    muted.extend((!done.is_empty()).then(|| done.join(&say.t("list-separator"))));
    muted.extend((c.opinions > 0).then_some(opinions));
    let line = Line::of(format!("{} {}", day_name(say, &c.day), say.day(s.day))).muted(muted.join(" · "));
    match s.cancelled {
        Some(_) => line.mark("", say.t("session-is-cancelled")),
        None => line.mark(marks_class(s), marks(s.marks())),
    }
}
