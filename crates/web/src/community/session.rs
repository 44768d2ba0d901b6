//! A session on a phone: five large buttons for the five acts, who came, what was done, what became of the opinions, and the code by
//! which people sign in.

use super::shown::{day_name, hours, marks, marks_class};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::qr::qr;
use crate::form::record::{Block, Body, Line, Mark, RecordPage, Tap, Way};
use crate::matters::matter::who;
use crate::partners::list::name as community_name;
use crate::partners::partner::matter_lines;
use askama::Template;
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::community::SessionPage;
use yixian_domain::community::{ActKind, Did, Session};
use yixian_domain::ids::SessionId;

struct Button {
    href: String,
    label: String,
    done: bool,
}

#[derive(Template)]
#[template(path = "community/acts.html")]
struct Buttons {
    list: Vec<Button>,
}

/// Where people sign in.
pub(super) fn link(web: &Web, s: &Session, token: &str) -> String {
    format!("{}/s/{}/{token}", web.options().public_url, s.id)
}

fn mint(web: &Web) -> Uuid {
    web.app().mint().uuid(web.app().clock().now())
}

/// What was done, in words; what a household needs only for those who go there.
fn told(say: &Say, p: &SessionPage, did: &Did) -> String {
    let words = did.words().map(|w| p.words.get(&w.id).cloned().unwrap_or_else(|| say.t("erased")));
    let words = words.filter(|_| p.runs || p.keeps).unwrap_or_default();
    let said = match did {
        Did::Works { .. } | Did::Household { .. } => String::new(),
        Did::Publicity { reached, .. } => say.t1("act-reached-n", "n", i64::from(*reached)),
        Did::Repairs { items, .. } => {
            let one = |q: &yixian_domain::community::Quantity| {
                format!("{} × {}", say.of("service-item", q.item.as_str()), q.n)
            };
            items.iter().map(one).collect::<Vec<_>>().join(&say.t("list-separator"))
        }
        Did::Opinions { matters } => say.t1("act-opinions-n", "n", matters.len() as i64),
    };
    [said, words].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn acts(say: &Say, p: &SessionPage, directory: &yixian_app::read::Directory) -> Vec<Line> {
    let s = &p.session;
    let line = |a: &yixian_domain::community::Act| {
        let kind = say.of("act-kind", a.did.kind().as_str());
        let by = format!("{} {}", who(say, directory, &a.by), say.moment(a.at));
        let line = match &a.did {
            Did::Works { section, .. } => Line::to(format!("/sections/{section}"), kind),
            Did::Household { .. } | Did::Publicity { .. } | Did::Repairs { .. } | Did::Opinions { .. } => {
                Line::of(kind)
            }
        };
        let line = line.muted(told(say, p, &a.did)).end(by);
        match a.voided {
            Some(_) => line.mark("", say.t("act-voided")),
            None if p.runs && s.cancelled.is_none() => {
                line.way(Way::to(say.t("act-void"), format!("/sessions/{}/void-act?record={}", s.id, a.id)))
            }
            None => line,
        }
    };
    s.acts.iter().map(line).collect()
}

fn present(web: &Web, say: &Say, p: &SessionPage) -> Vec<Line> {
    let s = &p.session;
    let line = |(n, i): (usize, &yixian_app::community::Present)| {
        let who = match (&i.name, &i.member) {
            (Some(name), _) => name.clone(),
            (None, Some(_)) if p.runs || p.keeps => say.t("erased"),
            (None, Some(_)) => say.t1("session-member-nth", "n", n as i64 + 1),
            (None, None) => say.t("sign-in-guest"),
        };
        let mut muted: Vec<String> = i.member.iter().map(|m| m.details.branch.clone()).collect();
        muted.push(say.of("signed-how", i.sign_in.how.as_str()));
        muted.extend(i.sign_in.left.map(|left| say.t1("sign-in-left-at", "at", say.time(left))));
        let line = Line::of(who).muted(muted.join(" · ")).end(say.time(i.sign_in.came));
        if i.sign_in.voided.is_some() {
            return line.mark("", say.t("sign-in-is-voided"));
        }
        let line = if i.sign_in.is_late() {
            line.mark("due-soon", say.t1("sign-in-late", "at", say.moment(i.sign_in.entered)))
        } else {
            line
        };
        if !p.runs || s.cancelled.is_some() {
            return line;
        }
        let void = Way::to(say.t("act-void"), format!("/sessions/{}/void-sign-in?record={}", s.id, i.sign_in.id));
        match i.sign_in.left {
            Some(_) => line.way(void),
            None => {
                let out = Tap::new(say.t("session-sign-out"), format!("/sessions/{}/sign-out", s.id), mint(web));
                line.tap(out.with("record", i.sign_in.id)).way(void)
            }
        }
    };
    p.present.iter().enumerate().map(line).collect()
}

/// Five large buttons; a kind that was done is marked.
fn buttons(say: &Say, s: &Session) -> Result<String, AppError> {
    let one = |kind: ActKind| Button {
        href: format!("/sessions/{}/{}", s.id, kind.as_str()),
        label: say.of("act-kind", kind.as_str()),
        done: s.has_done(kind),
    };
    let list = ActKind::ALL.into_iter().map(one).collect();
    Buttons { list }.render().map_err(|e| AppError::broken("template", e))
}

async fn built(web: &Web, v: &Visitor, id: Uuid) -> Result<RecordPage, AppError> {
    let say = &v.say;
    let p = web.app().session_page(&v.actor, SessionId(id)).await?;
    let s = &p.session;
    let directory = web.app().directory().await?;
    let at = format!("/sessions/{id}");
    let open = s.cancelled.is_none();
    let mut blocks = Vec::new();
    if p.runs && open {
        blocks.push(Block::new("do", say.t("session-acts-do"), Body::Html(buttons(say, s)?)));
    }
    let mut came = Block::new("present", say.t("session-present"), Body::Lines(present(web, say, &p)))
        .none(say.t("session-nobody"));
    if p.runs && open {
        came = came.way(Way::to(say.t("session-sign-in"), format!("{at}/sign-in")));
        came = came.way(Way::to(say.t("session-sheet"), format!("{at}/sheet")));
    }
    blocks.push(
        Block::new("acts", say.t("session-acts"), Body::Lines(acts(say, &p, &directory)))
            .none(say.t("session-no-acts")),
    );
    blocks.push(came);
    let lines = matter_lines(say, &p.opinions, |m| format!("/matters/{m}"));
    blocks.push(Block::new("opinions", say.t("session-opinions"), Body::Lines(lines)));
    let mut aside = Vec::new();
    if let Some(token) = web.app().session_token(&v.actor, s).await? {
        let url = link(web, s, &token);
        let html = format!(r#"<p class="break">{url}</p>{}"#, qr(&url, 160));
        aside.push(
            Block::new("code", say.t("session-code"), Body::Html(html))
                .way(Way::to(say.t("session-poster"), format!("{at}/poster"))),
        );
    }
    let mut ways = Vec::new();
    if p.keeps && open {
        ways.push(Way::to(say.t("edit"), format!("{at}/edit")));
        ways.push(Way::to(say.t("session-cancel"), format!("{at}/cancel")));
        ways.push(Way::to(say.t("session-new-link"), format!("{at}/link")));
    }
    if p.keeps {
        ways.push(Way::to(say.t("session-erase-words"), format!("{at}/erase-words")));
    }
    let lead = p.lead.as_ref().map(|(m, name)| name.clone().unwrap_or_else(|| m.code.clone()));
    let mut facts = vec![
        (say.t("session-community"), community_name(say, &p.community), Some(format!("/partners/{}", p.community.id))),
        (say.t("place-district"), p.community.details.district.clone().unwrap_or_default(), None),
        (say.t("session-host"), directory.unit(s.details.host).map(|u| unit_name(say, u)).unwrap_or_default(), None),
        (say.t("session-hours"), hours(say, s), None),
    ];
    facts.extend(lead.map(|lead| (say.t("session-lead"), lead, None)));
    facts.extend(
        s.details
            .visit
            .map(|visit| (say.t("session-visit"), say.t("session-visit-see"), Some(format!("/visits/{visit}")))),
    );
    let cancelled = s.cancelled.as_ref().map(|reason| {
        let why = p.words.get(&reason.id).cloned().unwrap_or_default();
        ("banner-warn", say.t1("session-cancelled-why", "why", why))
    });
    let mark = if open {
        Mark { class: marks_class(s), text: marks(s.marks()) }
    } else {
        Mark { class: "", text: say.t("session-is-cancelled") }
    };
    Ok(RecordPage {
        crumbs: vec![
            (say.t("service-days-title"), "/service-days".into()),
            (day_name(say, &p.day), format!("/service-days/{}", p.day.id)),
        ],
        sub: vec![say.day(s.day), hours(say, s), s.code.clone()],
        mark: Some(mark),
        ways,
        notes: cancelled.into_iter().collect(),
        blocks,
        facts_title: say.t("session-facts"),
        facts,
        aside,
        ..RecordPage::new(Frame::of(web, v, "service-days").await?, community_name(say, &p.community))
    })
}

/// `GET /sessions/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    show(&built(&web, &v, id).await?)
}
