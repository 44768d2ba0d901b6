//! A team's page: what it is for, who belongs to it, what lies with it, whom it visited.

use super::shown::{days, line, name, standing};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, Mark, RecordPage, Way};
use crate::matters::matter::who;
use crate::partners::list::line as partner_line;
use crate::partners::partner::matter_lines;
use axum::extract::{Path, State};
use yixian_app::read::Directory;
use yixian_domain::ids::{MatterId, PersonId};
use yixian_domain::team::{Team, TeamEvent};

/// Somebody of the company by name.
fn person(directory: &Directory, id: PersonId) -> String {
    directory.person(id).map(|p| p.name.clone()).unwrap_or_default()
}

/// Who belongs to it, those who lead first, those who left last.
fn members(say: &Say, directory: &Directory, t: &Team, keeps: bool) -> Vec<Line> {
    let mut all: Vec<_> = t.members.iter().collect();
    let gone = |to: Option<yixian_domain::time::Date>| to.is_some_and(|to| to < say.today());
    all.sort_by_key(|m| (gone(m.to), m.post, m.from));
    let shown = all.into_iter().map(|m| {
        let (from, to) = t.days_of(m);
        let unit = directory.person(m.person).and_then(|p| directory.unit(p.unit));
        let unit = unit.map(|u| unit_name(say, u)).unwrap_or_default();
        let line = Line::of(person(directory, m.person))
            .muted(format!("{unit} · {}", days(say, from, to)))
            .end(say.of("team-post", m.post.as_str()));
        if keeps && t.dissolved.is_none() && m.to.is_none() {
            line.way(Way::to(say.t("team-leave"), format!("/teams/{}/members/{}/end", t.id, m.person)))
        } else {
            line
        }
    });
    shown.collect()
}

/// What happened, in words.
fn told(say: &Say, directory: &Directory, event: &TeamEvent) -> String {
    let what = say.of("event", event.code());
    match event {
        TeamEvent::SetUp { .. } | TeamEvent::Changed { .. } => what,
        TeamEvent::Joined { member } => {
            let post = say.of("team-post", member.post.as_str());
            format!("{what}：{} · {post} · {}", person(directory, member.person), say.day(member.from))
        }
        TeamEvent::Left { person: who, to, .. } => format!("{what}：{} · {}", person(directory, *who), say.day(*to)),
        TeamEvent::DissolutionProposed { on } | TeamEvent::Dissolved { on, .. } => format!("{what}：{}", say.day(*on)),
    }
}

/// `GET /teams/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = web.app().team_page(&v.actor, &at).await?;
    let say = &v.say;
    let (t, d) = (&p.row.team, &p.row.team.details);
    let directory = web.app().directory().await?;
    let here = format!("/teams/{}", t.id);
    let mut notes = Vec::new();
    if let Some((on, reason)) = &t.dissolved {
        let why = p.words.get(&reason.id).cloned().unwrap_or_else(|| say.t("words-erased"));
        notes.push(("banner-warn", say.t2("team-dissolved-on", ("day", say.day(*on)), ("why", why))));
    } else if let Some(on) = t.proposed {
        notes.push(("banner-warn", say.t1("team-proposed-on", "day", say.day(on))));
    }
    let mut ways = Vec::new();
    if p.keeps && t.dissolved.is_none() {
        ways.push(Way::first(say.t("team-join"), format!("{here}/members/new")));
        ways.push(Way::to(say.t("edit"), format!("{here}/edit")));
        ways.push(Way::to(say.t("team-dissolve"), format!("{here}/dissolve")));
    }
    let link = |words: String, href: String| Some((words, href));
    let mut facts = vec![(say.t("team-kind"), say.of("team-kind", d.kind.as_str()), None)];
    facts.extend(p.row.programme.as_ref().map(|w| {
        let called = say.named(&w.details.name, w.details.name_en.as_deref());
        (say.t("team-programme"), called, Some(format!("/programmes/{}", w.code)))
    }));
    facts.extend(p.section.as_ref().map(|s| {
        let called = say.named(&s.details.name, s.details.name_en.as_deref());
        (say.t("team-section"), called, Some(format!("/sections/{}", s.id)))
    }));
    facts.extend(
        p.within
            .as_ref()
            .and_then(|w| link(name(say, w), format!("/teams/{}", w.team.id)))
            .map(|(words, href)| (say.t("team-within"), words, Some(href))),
    );
    facts.push((say.t("team-days"), days(say, d.from, t.last_day()), None));
    facts.extend(d.document.as_ref().map(|text| (say.t("team-document"), text.clone(), None)));
    let parents = d.parents.iter().filter_map(|u| directory.unit(*u)).map(|u| unit_name(say, u));
    let parents: Vec<String> = parents.collect();
    facts.push((say.t("team-parents"), parents.join(&say.t("list-separator")), None));
    let bodies = p.bodies.iter().map(|b| {
        let told = say.t2("team-body-visited", ("n", b.times as i64), ("day", say.day(b.last)));
        partner_line(say, &b.partner).muted(told)
    });
    let story = p.story.iter().rev().map(|(_, h)| {
        Line::of(told(say, &directory, &h.event)).muted(who(say, &directory, &h.by)).end(say.moment(h.at))
    });
    let hidden = p.open_in_all - p.open.len();
    let matters = matter_lines(say, &p.open, |m: MatterId| format!("/matters/{m}"));
    let mut open = Block::new("open", say.t("team-open"), Body::Lines(matters)).none(say.t("team-open-none"));
    if hidden > 0 {
        let more = Line::of(say.t1("team-open-hidden", "n", hidden as i64));
        if let Body::Lines(lines) = &mut open.body {
            lines.push(more);
        }
    }
    let lines = members(say, &directory, t, p.keeps);
    let mut blocks = vec![
        Block::new("members", say.t("team-members"), Body::Lines(lines)).none(say.t("team-members-none")),
        open,
        Block::new("bodies", say.t1("team-bodies", "n", p.bodies.len() as i64), Body::Lines(bodies.collect()))
            .none(say.t("team-bodies-none")),
    ];
    if !p.parts.is_empty() {
        let parts = p.parts.iter().map(|r| line(say, r)).collect();
        blocks.insert(0, Block::new("parts", say.t("team-parts"), Body::Lines(parts)));
    }
    blocks.push(Block::new("story", say.t("team-story"), Body::Lines(story.collect())));
    show(&RecordPage {
        crumbs: vec![(say.t("teams-title"), "/teams".into())],
        sub: vec![p.row.unit.code.clone()],
        mark: standing(say, t).map(|(class, text)| Mark { class, text }),
        ways,
        notes,
        blocks,
        facts_title: say.t("team-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "teams").await?, name(say, &p.row))
    })
}
