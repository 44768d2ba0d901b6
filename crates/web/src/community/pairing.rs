//! Party organisations that registered with those of communities: the list, one registered, one ended.

use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, show, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Line, ListPage, Way};
use crate::partners::list::{name, offered, typed};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::command::CommunityCommand;
use yixian_app::{AppError, FieldError};
use yixian_domain::partner::{Partner, PartnerRole};

/// `GET /service-days/pairings`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let keeps = web.app().keeps_service_days(&v.actor, None).await?;
    let all = web.app().pairings(&v.actor).await?;
    let lines = all.iter().map(|(p, ours, theirs)| {
        let line = Line::of(format!("{} — {}", name(say, ours), name(say, theirs))).muted(say.t1(
            "pairing-from",
            "day",
            say.day(p.from),
        ));
        match p.to {
            Some(to) => line.mark("", say.t1("pairing-ended-on", "day", say.day(to))),
            None if keeps => line.way(Way::to(say.t("pairing-end"), format!("/service-days/pairings/{}/end", p.id))),
            None => line,
        }
    });
    let ways =
        if keeps { vec![Way::first(say.t("pairing-new"), "/service-days/pairings/new/edit")] } else { Vec::new() };
    show(&ListPage {
        lines: lines.collect(),
        title: say.t("pairings-title"),
        hint: say.t("pairings-hint"),
        ways,
        at: "/service-days/pairings",
        form: Form::default(),
        asked: Vec::new(),
        notes: Vec::new(),
        none: say.t("pairings-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "service-days").await?,
    })
}

async fn with_role(web: &Web, v: &Visitor, roles: &[PartnerRole]) -> Result<Vec<Partner>, AppError> {
    let mut all = web.app().all_partners(&v.actor).await?;
    all.retain(|p| p.roles_on(v.say.today()).any(|r| roles.contains(&r)));
    Ok(all)
}

const THEIRS: [PartnerRole; 2] = [PartnerRole::PartyOrganisation, PartnerRole::Community];

async fn admitted(web: &Web, v: &Visitor, at: &str, action: &str) -> Result<(), AppError> {
    match (at, action) {
        ("new", "edit") => {}
        ("new", _) => return Err(AppError::NotFound("page")),
        (_, "end") => {}
        _ => return Err(AppError::NotFound("page")),
    }
    if web.app().keeps_service_days(&v.actor, None).await? { Ok(()) } else { Err(keeping::denied()) }
}

async fn asked(
    web: &Web,
    v: &Visitor,
    (at, action): (&str, &str),
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let day = |name, label| Field::new(name, label, Kind::Line("date"));
    let (label, fields) = if action == "end" {
        (say.t("pairing-end"), vec![day("to", say.t("pairing-last-day"))])
    } else {
        let ours = offered(say, &with_role(web, v, &[PartnerRole::PartyOrganisation]).await?);
        let theirs = offered(say, &with_role(web, v, &THEIRS).await?);
        let fields = vec![
            Field::new("ours", say.t("pairing-ours"), Kind::Typed(ours)),
            Field::new("theirs", say.t("pairing-theirs"), Kind::Typed(theirs)),
            day("from", say.t("pairing-first-day")),
        ];
        (say.t("pairing-new"), fields)
    };
    Ok(FormPage {
        crumbs: vec![
            (say.t("service-days-title"), "/service-days".into()),
            (say.t("pairings-title"), "/service-days/pairings".into()),
        ],
        action: format!("/service-days/pairings/{at}/{action}"),
        back: "/service-days/pairings".into(),
        hidden: vec!["id"],
        fields,
        ..FormPage::new(Frame::of(web, v, "service-days").await?, label, form, faults)
    })
}

/// `GET /service-days/pairings/{id}/{action}`
pub async fn form(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
) -> Page {
    admitted(&web, &v, &at, &action).await?;
    let day = v.say.today().to_string();
    let form = Form::of([("from", day.clone()), ("to", day)]);
    asked(&web, &v, (&at, &action), form, Faults::none()).await?.shown(StatusCode::OK)
}

async fn read(web: &Web, v: &Visitor, at: &str, action: &str, form: &Form) -> Result<CommunityCommand, AppError> {
    let mut r = Reading::default();
    if action == "end" {
        let pairing = at.parse().map_err(|_| AppError::NotFound("pairing"))?;
        let to = r.take(form.day("to"));
        r.done()?;
        return to.map(|to| CommunityCommand::EndPairing { pairing, to }).ok_or(AppError::NotFound("page"));
    }
    let all = web.app().all_partners(&v.actor).await?;
    let mut named = |field: &'static str| {
        let found = r.take(typed(&all, form, field)).flatten();
        if found.is_none() && form.get(field).trim().is_empty() {
            r.faults.push(FieldError::new(field, "partner_needed"));
        }
        found.map(|p| p.0).unwrap_or_default()
    };
    let (ours, theirs) = (named("ours"), named("theirs"));
    let from = r.take(form.day("from"));
    let pairing = r.take(form.id("id", "uuid_v7"));
    r.done()?;
    let from = from.ok_or_else(|| AppError::field("from", "day"))?;
    Ok(CommunityCommand::RegisterPairing { pairing: pairing.unwrap_or_default(), ours, theirs, from })
}

/// `POST /service-days/pairings/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    form: Form,
) -> Page {
    admitted(&web, &v, &at, &action).await?;
    let command = read(&web, &v, &at, &action, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, command).await? {
        Posted::Done(_) => to("/service-days/pairings"),
        Posted::Again(Again { form, faults, status }) => {
            asked(&web, &v, (&at, &action), form, faults).await?.shown(status)
        }
    }
}
