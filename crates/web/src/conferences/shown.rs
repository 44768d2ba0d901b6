//! How members, days, matters and minutes of a conference are shown and chosen.

use crate::door::say::Say;
use crate::form::fields::Form;
use crate::form::page::Choice;
use crate::form::record::Line;
use crate::matters::matter::clock_of;
use crate::matters::rows::{number, pill};
use std::collections::HashSet;
use uuid::Uuid;
use yixian_app::FieldError;
use yixian_app::command::MemberIn;
use yixian_app::conferences::Stands;
use yixian_app::partners::Numbered;
use yixian_domain::calendar::DayKind;
use yixian_domain::conference::{Conference, Meeting, MeetingDay, Member, Minutes, MinutesState};
use yixian_domain::ids::*;
use yixian_domain::part::Part;
use yixian_domain::time::Date;

/// The conference's name in the reader's language.
pub(crate) fn name(say: &Say, c: &Conference) -> String {
    say.named(&c.details.name, c.details.name_en.as_deref())
}

/// A member's name in the reader's language.
pub(crate) fn member(say: &Say, stands: &Stands, m: Member) -> String {
    match stands.names.get(&m) {
        Some(n) if !n.name.is_empty() => say.named(&n.name, n.name_en.as_deref()),
        Some(_) | None => say.t("conference-unknown"),
    }
}

/// A member as a form carries it: `partner:…`, `unit:…`.
pub(crate) fn key(m: Member) -> String {
    match m {
        Member::Partner(id) => format!("partner:{id}"),
        Member::Unit(id) => format!("unit:{id}"),
    }
}

/// The member a text names.
pub(crate) fn parse(text: &str) -> Option<MemberIn> {
    let (kind, id) = text.split_once(':')?;
    let id: Uuid = id.parse().ok()?;
    match kind {
        "partner" => Some(MemberIn::Partner(id)),
        "unit" => Some(MemberIn::Unit(id)),
        _ => None,
    }
}

/// The member of a field.
pub(crate) fn read(form: &Form, field: &'static str) -> Result<MemberIn, FieldError> {
    parse(form.get(field)).ok_or_else(|| FieldError::new(field, "member"))
}

/// The member of a field that may be empty.
pub(crate) fn read_or_none(form: &Form, field: &'static str) -> Result<Option<MemberIn>, FieldError> {
    if form.get(field).is_empty() { Ok(None) } else { read(form, field).map(Some) }
}

/// Those who sit in it on a day, to choose from.
pub(crate) fn seated(say: &Say, c: &Conference, stands: &Stands, day: Date) -> Vec<Choice> {
    c.seats_on(day).map(|s| (key(s.member), member(say, stands, s.member))).collect()
}

/// A meeting's title.
pub(crate) fn title(say: &Say, m: &Meeting) -> String {
    say.t2("meeting-title", ("no", i64::from(m.no)), ("day", say.day(m.setting.day.day)))
}

/// Why a meeting is not on its regular day; empty where it is.
pub(crate) fn moved(say: &Say, day: &MeetingDay) -> String {
    let Some((from, why)) = &day.moved else { return String::new() };
    let why = match why {
        DayKind::Holiday(name) | DayKind::LocalRest(name) => say.named(&name.zh, Some(&name.en)),
        DayKind::WeekendOff | DayKind::Working | DayKind::MakeUp(_) | DayKind::LocalWork(_) => say.t("meeting-weekend"),
    };
    say.t2("meeting-moved", ("day", say.day(*from)), ("why", why))
}

/// Where the newest version of the minutes is, in words.
pub(crate) fn state(say: &Say, m: &Meeting) -> String {
    m.newest().map_or_else(|| say.t("minutes-none"), |v| say.of("minutes", v.state.as_str()))
}

/// The class of a mark for it.
pub(crate) fn state_class(v: Option<&Minutes>) -> &'static str {
    match v.map(|v| v.state) {
        None => "due-ok",
        Some(MinutesState::Draft) => "due-wait",
        Some(MinutesState::Circulated) => "due-soon",
        Some(MinutesState::Issued | MinutesState::Archived) => "due-done",
    }
}

/// Resolutions as lines, each with who owns it and where it stands; those that the reader may open lead there.
pub(crate) fn resolutions(say: &Say, stands: &Stands, all: &[Numbered], seen: &HashSet<MatterId>) -> Vec<Line> {
    all.iter().map(|r| resolution(say, stands, r, seen)).collect()
}

fn resolution(say: &Say, stands: &Stands, r: &Numbered, seen: &HashSet<MatterId>) -> Line {
    let m = &r.matter;
    let subject = if r.subject.is_empty() { say.t("erased") } else { r.subject.clone() };
    let owner = m.part.as_deref().and_then(Part::resolution).map(|p| member(say, stands, p.owner));
    let stage = say.of("stage", m.stage.name().as_str());
    let muted: Vec<String> = owner.into_iter().chain([stage]).collect();
    let line = if seen.contains(&m.id) { Line::to(format!("/matters/{}", m.id), subject) } else { Line::of(subject) };
    let line = line.muted(muted.join(" · ")).end(number(say, m.raised.at, r.n));
    match pill(say, clock_of(m)) {
        Some(p) => line.mark(p.class, p.text),
        None => line,
    }
}
