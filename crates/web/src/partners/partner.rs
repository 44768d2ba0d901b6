//! A partner's page: what it is, what it is owed and owes, what became of it; and its link, given and ended here.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::qr::qr;
use crate::form::record::{Block, Body, Line, RecordPage, Tap, Way};
use crate::matters::matter::{clock_of, who};
use crate::matters::rows::{number, pill};
use crate::partners::list::name;
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{Envelope, PartnerCommand};
use yixian_app::partners::Numbered;
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::*;
use yixian_domain::partner::{Partner, PartnerEvent};

/// Matters as lines, the open ones first.
pub(crate) fn matter_lines(say: &Say, matters: &[Numbered], at: impl Fn(MatterId) -> String) -> Vec<Line> {
    let mut all: Vec<&Numbered> = matters.iter().collect();
    all.sort_by_key(|r| (!r.matter.is_open(), r.matter.due.as_ref().map(|d| d.at), r.n));
    all.into_iter()
        .map(|r| {
            let m = &r.matter;
            let subject = if r.subject.is_empty() { say.t("erased") } else { r.subject.clone() };
            let (kind, stage) = (say.of("kind", m.kind.as_str()), say.of("stage", m.stage.name().as_str()));
            let line =
                Line::to(at(m.id), subject).muted(format!("{kind} · {stage}")).end(number(say, m.raised.at, r.n));
            match pill(say, clock_of(m)) {
                Some(p) => line.mark(p.class, p.text),
                None => line,
            }
        })
        .collect()
}

fn told(say: &Say, event: &PartnerEvent) -> String {
    let what = say.of("event", event.code());
    match event {
        PartnerEvent::Renamed { name } => format!("{what}：{}", name.name),
        PartnerEvent::RoleEnded { role, to } => {
            format!("{what}：{} · {}", say.of("partner-role", role.as_str()), say.day(*to))
        }
        PartnerEvent::Registered { .. }
        | PartnerEvent::Changed { .. }
        | PartnerEvent::Merged { .. }
        | PartnerEvent::LinkGiven
        | PartnerEvent::LinkEnded
        | PartnerEvent::ContactsErased => what,
    }
}

/// The facts of a partner.
async fn facts(web: &Web, say: &Say, p: &Partner) -> Result<Vec<(String, String, Option<String>)>, AppError> {
    let directory = web.app().directory().await?;
    let mut facts = Vec::new();
    for r in &p.details.roles {
        let days = match r.to {
            Some(to) => format!("{} – {}", say.day(r.from), say.day(to)),
            None => say.t1("since-day", "day", say.day(r.from)),
        };
        facts.push((say.of("partner-role", r.role.as_str()), days, None));
    }
    facts.extend(p.details.district.clone().map(|d| (say.t("place-district"), d, None)));
    facts.extend(p.details.credit_code.clone().map(|c| (say.t("partner-credit-code"), c, None)));
    let liaison = p.details.liaison.and_then(|id| directory.person(id));
    facts.extend(liaison.map(|l| (say.t("partner-liaison"), l.name.clone(), None)));
    let unit = p.details.unit.and_then(|id| directory.unit(id));
    facts.extend(unit.map(|u| (say.t("partner-unit"), unit_name(say, u), None)));
    for n in p.names.iter().rev().skip(1) {
        facts.push((say.t("partner-former-name"), format!("{} · {}", n.name, say.day(n.from)), None));
    }
    Ok(facts)
}

/// The page of a partner, of what the register knows; slices above it add what is between it and us.
pub(crate) async fn record(web: &Web, v: &Visitor, id: Uuid) -> Result<RecordPage, AppError> {
    let p = web.app().partner_page(&v.actor, PartnerId(id)).await?;
    let say = &v.say;
    let (partner, directory) = (&p.partner, web.app().directory().await?);
    let mut notes = Vec::new();
    if let Some((into, from)) = partner.merged {
        let into = web.app().partner(&v.actor, into).await?;
        notes.push(("banner-warn", say.t2("partner-merged-into", ("name", name(say, &into)), ("day", say.day(from)))));
    }
    let (mut ways, mut aside) = (Vec::new(), Vec::new());
    if p.keeps && partner.merged.is_none() {
        ways.push(Way::to(say.t("edit"), format!("/partners/{id}/edit")));
        ways.push(Way::to(say.t("partner-rename"), format!("/partners/{id}/rename")));
        ways.push(Way::to(say.t("partner-end-role"), format!("/partners/{id}/end-role")));
        ways.push(Way::to(say.t("partner-merge"), format!("/partners/{id}/merge")));
        let mint = || web.app().mint().uuid(web.app().clock().now());
        let mut link = Vec::new();
        if let Some(token) = web.app().partner_token(&v.actor, partner.id).await? {
            let url = format!("{}/p/{id}/{token}", web.options().public_url);
            link.push(format!(r#"<p class="break">{url}</p>{}"#, qr(&url, 160)));
            aside.push(Block::new("link", say.t("partner-link"), Body::Html(link.join(""))));
            let end = Tap::new(say.t("partner-link-end"), format!("/partners/{id}/link/end"), mint());
            let again = Tap::new(say.t("partner-link-new"), format!("/partners/{id}/link"), mint());
            aside.push(Block::new(
                "link-acts",
                say.t("partner-link-what"),
                Body::Lines(vec![Line::of(say.t("partner-link-hint")).tap(again).tap(end)]),
            ));
        } else {
            let give = Tap::new(say.t("partner-link-give"), format!("/partners/{id}/link"), mint());
            let line = Line::of(say.t("partner-link-hint")).tap(give);
            aside.push(Block::new("link", say.t("partner-link"), Body::Lines(vec![line])));
        }
    }
    if let Some(contacts) = &p.contacts {
        let lines = contacts.lines().map(str::to_owned).collect();
        let erase = Way::to(say.t("partner-erase-contacts"), format!("/partners/{id}/erase-contacts"));
        aside.push(Block::new("contacts", say.t("partner-contacts"), Body::Text(lines)).way(erase));
    }
    let story = p
        .story
        .iter()
        .rev()
        .map(|(_, h)| Line::of(told(say, &h.event)).muted(who(say, &directory, &h.by)).end(say.moment(h.at)));
    Ok(RecordPage {
        crumbs: vec![(say.t("partners-title"), "/partners".into())],
        sub: vec![partner.code.clone(), crate::partners::list::roles(say, partner)],
        ways,
        notes,
        blocks: vec![Block::new("story", say.t("partner-story"), Body::Lines(story.collect()))],
        facts_title: say.t("partner-facts"),
        facts: facts(web, say, partner).await?,
        aside,
        ..RecordPage::new(Frame::of(web, v, "partners").await?, name(say, partner))
    })
}

async fn linked(web: &Web, v: &Visitor, form: &Form, command: PartnerCommand) -> Page {
    may(&v.actor, &Ask::KeepPartners)?;
    let at = format!("/partners/{}", command.record());
    web.execute(&v.actor, form.command_id()?, Envelope { happened_at: None, command: command.into() }, None).await?;
    to(&at)
}

/// `POST /partners/{id}/link`
pub async fn give(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    linked(&web, &v, &form, PartnerCommand::GivePartnerLink { partner: id }).await
}

/// `POST /partners/{id}/link/end`
pub async fn end(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    linked(&web, &v, &form, PartnerCommand::EndPartnerLink { partner: id }).await
}
