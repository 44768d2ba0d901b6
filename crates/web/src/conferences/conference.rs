//! A conference: who sits in it, its calendar of meetings, what is open of what it resolved, by organisation.

use super::shown::{key, member, moved, name, resolutions, state, state_class, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Way};
use axum::extract::{Path, State};
use std::collections::BTreeMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::conferences::ConferencePage;
use yixian_domain::conference::{Attendance, Member};
use yixian_domain::ids::*;
use yixian_domain::part::Part;

fn seats(say: &Say, p: &ConferencePage) -> Vec<Line> {
    let id = p.conference.id;
    p.seats
        .iter()
        .map(|s| {
            let seat = &s.seat;
            let mut muted = vec![say.of("seating", seat.role.as_str())];
            muted.extend(p.stands.say(seat.holder.as_ref()).map(str::to_owned));
            muted.extend(p.stands.say(seat.deputy.as_ref()).map(|d| say.t1("seat-deputy-is", "name", d)));
            let days = match seat.to {
                Some(to) => format!("{} – {}", say.day(seat.from), say.day(to)),
                None => say.t1("since-day", "day", say.day(seat.from)),
            };
            let who = member(say, &p.stands, seat.member);
            let line = match seat.member {
                Member::Partner(id) => Line::to(format!("/partners/{id}"), who),
                Member::Unit(_) => Line::of(who),
            };
            let line = line.muted(muted.join(" · ")).end(days);
            let line = if seat.covers(say.today()) { line } else { line.mark("", say.t("seat-not-now")) };
            if p.keeps && seat.to.is_none() {
                let at = format!("member={}", key(seat.member));
                line.way(Way::to(say.t("edit"), format!("/conferences/{id}/member?{at}")))
                    .way(Way::to(say.t("seat-end"), format!("/conferences/{id}/end-member?{at}")))
            } else {
                line
            }
        })
        .collect()
}

/// What is open by organisation: how many, how many are overdue, how old the oldest is.
fn by_organisation(say: &Say, p: &ConferencePage) -> Table {
    let mut all: BTreeMap<Member, (usize, usize, i64)> = BTreeMap::new();
    for r in &p.open {
        let Some(part) = r.matter.part.as_deref().and_then(Part::resolution) else { continue };
        let own = all.entry(part.owner).or_default();
        own.0 += 1;
        let over = r.matter.clock_runs() && r.matter.due.as_ref().is_some_and(|d| d.at < say.now());
        own.1 += usize::from(over);
        own.2 = own.2.max(say.now().since(r.matter.raised.at));
    }
    let mut rows: Vec<(Member, (usize, usize, i64))> = all.into_iter().collect();
    rows.sort_by_key(|(m, (n, over, _))| (std::cmp::Reverse((*over, *n)), *m));
    Table {
        heads: ["conference-organisation", "conference-open", "conference-overdue", "conference-oldest"]
            .map(|k| say.t(k))
            .to_vec(),
        rows: rows
            .into_iter()
            .map(|(m, (n, over, age))| {
                let over = if over > 0 { Cell::number(over.to_string()).marked("due-over") } else { Cell::number("0") };
                vec![
                    Cell::of(member(say, &p.stands, m)),
                    Cell::number(n.to_string()),
                    over,
                    Cell::number(say.t1("days-n", "n", age / 86_400_000)),
                ]
            })
            .collect(),
    }
}

fn meetings(say: &Say, p: &ConferencePage) -> Vec<Line> {
    p.meetings
        .iter()
        .map(|m| {
            let mut muted = vec![say.time(m.setting.starts), m.setting.place.clone()];
            if m.attendance.is_empty() {
                muted.push(say.t("meeting-nobody-recorded"));
            } else {
                let came = m.attendance.iter().filter(|a| a.how != Attendance::Absent).count();
                let invited = p.conference.seats_on(m.setting.day.day).count();
                muted.push(say.t2("meeting-came", ("n", came), ("of", invited)));
            }
            muted.push(say.t1("meeting-resolved-n", "n", m.resolved.len()));
            muted.extend(Some(moved(say, &m.setting.day)).filter(|t| !t.is_empty()));
            Line::to(format!("/meetings/{}", m.id), title(say, m))
                .muted(muted.join(" · "))
                .mark(state_class(m.newest()), state(say, m))
        })
        .collect()
}

/// `GET /conferences/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let p = web.app().conference_page(&v.actor, ConferenceId(id)).await?;
    let (say, c, directory) = (&v.say, &p.conference, web.app().directory().await?);
    let mut ways = Vec::new();
    if p.keeps && c.dissolved.is_none() {
        ways.push(Way::first(say.t("meeting-plan"), format!("/conferences/{id}/meeting")));
        ways.push(Way::to(say.t("seat-new"), format!("/conferences/{id}/member")));
        ways.push(Way::to(say.t("edit"), format!("/conferences/{id}/edit")));
        ways.push(Way::to(say.t("conference-dissolve"), format!("/conferences/{id}/dissolve")));
    }
    let mut notes = Vec::new();
    if let Some(on) = c.dissolved {
        notes.push(("banner-info", say.t1("conference-dissolved-on", "day", say.day(on))));
    }
    if let Some(next) = &p.next {
        let text = say.t1("conference-next", "day", say.day(next.day));
        let why = moved(say, next);
        notes.push(("banner-info", if why.is_empty() { text } else { format!("{text} {why}") }));
    }
    let unit = directory.unit(c.details.convener);
    let secretary = directory.person(c.details.secretary);
    let mut facts = vec![
        (say.t("conference-basis"), c.details.basis.clone(), None),
        (say.t("conference-convener"), unit.map(|u| unit_name(say, u)).unwrap_or_default(), None),
        (say.t("conference-secretary"), secretary.map(|p| p.name.clone()).unwrap_or_default(), None),
        (say.t("conference-set-up"), say.day(c.details.set_up), None),
    ];
    if let Some(cadence) = c.details.cadence {
        let when = format!(
            "{} {:02}:{:02}",
            say.of("weekday", cadence.weekday.as_str()),
            cadence.time.hour(),
            cadence.time.minute()
        );
        facts.push((say.t("conference-cadence"), when, None));
    }
    facts.push((
        say.t("conference-resolutions"),
        say.t2("conference-open-of", ("n", p.open.len()), ("of", p.resolutions)),
        None,
    ));
    let blocks = vec![
        Block::new("by-organisation", say.t("conference-by-organisation"), Body::Table(by_organisation(say, &p)))
            .none(say.t("conference-none-open")),
        Block::new(
            "open",
            say.t("conference-open-resolutions"),
            Body::Lines(resolutions(say, &p.stands, &p.open, &p.seen)),
        ),
        Block::new("meetings", say.t("conference-meetings"), Body::Lines(meetings(say, &p)))
            .none(say.t("conference-no-meetings")),
        Block::new("members", say.t("conference-members"), Body::Lines(seats(say, &p)))
            .none(say.t("conference-no-members")),
    ];
    show(&RecordPage {
        crumbs: vec![(say.t("conferences-title"), "/conferences".into())],
        sub: vec![c.code.clone()],
        ways,
        notes,
        blocks,
        facts_title: say.t("conference-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "conferences").await?, name(say, c))
    })
}

/// Who keeps the books of the conference a path names; none for `new`.
pub(crate) async fn kept(
    web: &Web,
    v: &crate::door::visitor::Visitor,
    at: &str,
) -> Result<Option<yixian_domain::conference::Conference>, AppError> {
    if at == "new" {
        return Ok(None);
    }
    let id = at.parse().map_err(|_| AppError::NotFound("conference"))?;
    web.app().kept_conference(&v.actor, ConferenceId(id)).await.map(Some)
}
