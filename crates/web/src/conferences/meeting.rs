//! A meeting on one screen, as it is held: what was resolved last time, the agenda, who is here, what is resolved now in three
//! fields, the minutes.

use super::meeting_form::resolve_fields;
use super::shown::{key, member, moved, name, resolutions, state, state_class, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, Kind};
use crate::form::reading::Faults;
use crate::form::record::{Block, Body, Line, Mark, RecordPage, Tap, Way};
use askama::Template;
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::conferences::MeetingPage;
use yixian_domain::conference::{Attendance, MinutesState};
use yixian_domain::ids::*;

/// The form of a resolution, beside everything else.
#[derive(Template)]
#[template(path = "conferences/resolve.html")]
struct Resolve<'a> {
    f: &'a Frame,
    faults: Faults,
    form: Form,
    fields: Vec<Field>,
    kept: Vec<String>,
    action: String,
    button: String,
}

fn mint(web: &Web) -> Uuid {
    web.app().mint().uuid(web.app().clock().now())
}

/// Who is here: a tap a member while it can be recorded, and one for all.
fn attendance(web: &Web, say: &Say, p: &MeetingPage) -> Vec<Line> {
    let m = &p.meeting;
    let at = format!("/meetings/{}/attendance", m.id);
    let open = p.keeps && m.begun(say.now()) && m.unissued().is_ok();
    let mut lines: Vec<Line> = Vec::new();
    if open && m.attendance.is_empty() {
        let all = Tap::new(say.t("meeting-all-present"), at.clone(), mint(web)).with("member", "all");
        lines.push(Line::of(say.t("meeting-all-present-hint")).tap(all.with("how", "present").primary()));
    }
    for seat in p.conference.seats_on(m.setting.day.day) {
        let who = seat.member;
        let mut line = Line::of(member(say, &p.stands, who));
        let own = m.attendance_of(who);
        let said = own.and_then(|a| p.stands.say(a.reason.as_ref()));
        line = line.muted(said.map_or_else(|| say.of("seating", seat.role.as_str()), str::to_owned));
        if let Some(a) = own {
            let class = match a.how {
                Attendance::Present | Attendance::Proxy => "due-done",
                Attendance::Absent => "due-over",
            };
            line = line.mark(class, say.of("attendance", a.how.as_str()));
        }
        if open {
            for how in [Attendance::Present, Attendance::Proxy] {
                if own.is_none_or(|a| a.how != how) {
                    let tap = Tap::new(say.of("attendance", how.as_str()), at.clone(), mint(web));
                    line = line.tap(tap.with("member", key(who)).with("how", how.as_str()));
                }
            }
            if own.is_none_or(|a| a.how != Attendance::Absent) {
                let href = format!("/meetings/{}/absent?member={}", m.id, key(who));
                line = line.way(Way::to(say.of("attendance", Attendance::Absent.as_str()), href));
            }
        }
        lines.push(line);
    }
    lines
}

/// Topics with what was resolved about each.
fn topics(say: &Say, p: &MeetingPage) -> Vec<Line> {
    let mut lines = Vec::new();
    for t in &p.topics {
        let said = &t.topic.said;
        let title = p.stands.say(Some(&said.title)).map_or_else(|| say.t("erased"), str::to_owned);
        let mut line = Line::of(title).muted(member(say, &p.stands, said.by));
        if let Some((_, no)) = &t.earlier {
            line = line.mark("due-soon", say.t1("topic-again", "no", i64::from(*no)));
        }
        if p.keeps && p.meeting.unissued().is_ok() {
            line = line.way(Way::to(say.t("edit"), format!("/meetings/{}/topic?topic={}", p.meeting.id, t.topic.id)));
        }
        lines.push(line);
        lines.extend(resolutions(say, &p.stands, &t.resolutions, &p.seen));
    }
    lines
}

/// Versions of the minutes with what can be done to the newest.
fn minutes(web: &Web, say: &Say, p: &MeetingPage) -> Vec<Line> {
    let m = &p.meeting;
    let at = |action: &str| format!("/meetings/{}/{action}", m.id);
    let tap = |action: &str| Tap::new(say.of("minutes-do", action), at(action), mint(web));
    let way = |action: &str| Way::to(say.of("minutes-do", action), at(action));
    let mut lines = Vec::new();
    if p.keeps && m.newest().is_none() && m.begun(say.now()) {
        lines.push(Line::of(say.t("minutes-begin")).way(way("draft")));
    }
    for (i, v) in p.versions.iter().enumerate() {
        let when = v.minutes.issued_at.or(v.minutes.circulated_at).map(|at| say.moment(at)).unwrap_or_default();
        let text = say.t1("minutes-version", "n", v.n);
        let mut line = Line::to(format!("/meetings/{}/minutes?version={}", m.id, v.n), text)
            .mark(state_class(Some(&v.minutes)), say.of("minutes", v.minutes.state.as_str()))
            .end(when);
        if let Some(reason) = p.stands.say(v.minutes.reason.as_ref()) {
            line = line.muted(reason);
        }
        if i == 0 && p.keeps {
            line = match v.minutes.state {
                MinutesState::Draft => line.way(way("draft")).tap(tap("circulate").primary()),
                MinutesState::Circulated if p.missing.is_empty() => line.way(way("draft")).tap(tap("issue").primary()),
                MinutesState::Circulated => line.way(way("draft")),
                MinutesState::Issued => line.way(way("amend")).tap(tap("archive")),
                MinutesState::Archived => line.way(way("amend")),
            };
        }
        lines.push(line);
    }
    let Some(newest) = m.newest() else { return lines };
    for s in &newest.signatures {
        let line = Line::of(member(say, &p.stands, s.member)).end(say.moment(s.at));
        let own = matches!(s.by, By::Partner(_));
        let hand = if own { say.t("minutes-by-link") } else { say.t("minutes-by-hand") };
        lines.push(match p.stands.say(s.objection.as_ref()) {
            Some(words) => line.mark("due-over", say.t("minutes-objects")).muted(format!("{words} · {hand}")),
            None if s.objection.is_some() => line.mark("due-over", say.t("minutes-objects")).muted(hand),
            None => line.mark("due-done", say.t("minutes-agrees")).muted(hand),
        });
    }
    if newest.state == MinutesState::Circulated {
        for who in &p.missing {
            let line = Line::of(member(say, &p.stands, *who)).mark("due-wait", say.t("minutes-waits"));
            let href = format!("/meetings/{}/countersign?member={}", m.id, key(*who));
            lines.push(if p.keeps { line.way(Way::to(say.t("minutes-record-word"), href)) } else { line });
        }
    }
    lines
}

/// The three fields, where something can be resolved now.
fn resolve(web: &Web, v: &Visitor, f: &Frame, p: &MeetingPage) -> Result<Option<Block>, AppError> {
    let say = &v.say;
    let m = &p.meeting;
    if !p.keeps || !m.begun(say.now()) || m.unissued().is_err() {
        return Ok(None);
    }
    let title = say.t("meeting-resolve");
    if p.topics.is_empty() {
        return Ok(Some(Block::new("resolve", title, Body::Lines(Vec::new())).none(say.t("meeting-topic-first"))));
    }
    let mut form = Form::default();
    form.mint(web, &["command_id", "id"]);
    form.set("topic", p.topics.last().map(|t| t.topic.id.to_string()).unwrap_or_default());
    let fields = resolve_fields(say, p, true);
    let html = Resolve {
        f,
        faults: Faults::none(),
        form,
        fields,
        kept: Vec::new(),
        action: format!("/meetings/{}/resolve", m.id),
        button: say.t("meeting-resolve"),
    };
    let html = html.render().map_err(|e| AppError::broken("template", e))?;
    let more = Way::to(say.t("meeting-resolve-more"), format!("/meetings/{}/resolve", m.id));
    Ok(Some(Block::new("resolve", title, Body::Html(html)).way(more)))
}

/// `GET /meetings/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let p = web.app().meeting_page(&v.actor, MeetingId(id)).await?;
    let (say, m) = (&v.say, &p.meeting);
    let f = Frame::of(&web, &v, "conferences").await?;
    let mut ways = Vec::new();
    if p.keeps && m.unissued().is_ok() {
        ways.push(Way::first(say.t("topic-new"), format!("/meetings/{id}/topic")));
    }
    if p.keeps && m.attendance.is_empty() {
        ways.push(Way::to(say.t("meeting-change"), format!("/meetings/{id}/plan")));
    }
    if m.newest().is_some() {
        ways.push(Way::to(say.t("minutes-print"), format!("/meetings/{id}/minutes")));
    }
    let mut notes = Vec::new();
    let why = moved(say, &m.setting.day);
    if !why.is_empty() {
        notes.push(("banner-info", why));
    }
    let mut blocks = vec![
        Block::new("before", say.t("meeting-look-back"), Body::Lines(resolutions(say, &p.stands, &p.before, &p.seen)))
            .none(say.t("meeting-nothing-before")),
    ];
    if let Some(agenda) = p.stands.say(m.setting.agenda.as_ref()) {
        let lines = agenda.lines().map(str::to_owned).collect();
        blocks.push(Block::new("agenda", say.t("meeting-agenda"), Body::Text(lines)));
    }
    blocks.push(
        Block::new("topics", say.t("meeting-topics"), Body::Lines(topics(say, &p))).none(say.t("meeting-no-topics")),
    );
    blocks.push(
        Block::new("attendance", say.t("meeting-attendance"), Body::Lines(attendance(&web, say, &p)))
            .none(say.t("conference-no-members")),
    );
    blocks.extend(resolve(&web, &v, &f, &p)?);
    blocks.push(
        Block::new("minutes", say.t("minutes-title"), Body::Lines(minutes(&web, say, &p))).none(say.t("minutes-none")),
    );
    let facts = vec![
        (say.t("meeting-day"), say.moment(m.setting.starts), None),
        (say.t("meeting-place"), m.setting.place.clone(), None),
        (say.t("meeting-chair"), member(say, &p.stands, m.setting.chair), None),
        (say.t("meeting-resolved"), m.resolved.len().to_string(), None),
    ];
    show(&RecordPage {
        crumbs: vec![
            (say.t("conferences-title"), "/conferences".into()),
            (name(say, &p.conference), format!("/conferences/{}", p.conference.id)),
        ],
        sub: vec![name(say, &p.conference)],
        mark: Some(Mark { class: state_class(m.newest()), text: state(say, m) }),
        ways,
        notes,
        blocks,
        facts_title: say.t("meeting-facts"),
        facts,
        ..RecordPage::new(f, title(say, m))
    })
}
