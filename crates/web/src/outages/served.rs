//! Customers served: how many in each district, since when, and the form that says it anew.

use super::form::{number, units};
use crate::door::frame::Frame;
use crate::door::page::{Page, show, to};
use crate::door::telling::{digits, unit_name};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::form::record::{Block, Body, Cell, RecordPage, Table, Way};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use yixian_app::AppError;
use yixian_app::command::OutageCommand;

/// `GET /outages/served`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let bases = web.app().served_bases(&v.actor).await?;
    let directory = web.app().directory().await?;
    let keeps = web.app().keeps_any_outages(&v.actor).await?;
    let heads = ["outage-district", "outage-unit", "served-since", "served-customers"].map(|k| say.t(k)).to_vec();
    let rows = bases.iter().flat_map(|b| {
        let unit = directory.unit(b.unit).map(|u| unit_name(say, u)).unwrap_or_default();
        b.steps.iter().rev().map(move |s| {
            vec![
                Cell::of(b.district.clone()),
                Cell::of(unit.clone()),
                Cell::of(say.day(s.from)),
                Cell::number(digits(u64::from(s.customers))),
            ]
        })
    });
    let today: u64 = bases.iter().filter_map(|b| b.on(say.today())).map(u64::from).sum();
    let ways = if keeps { vec![Way::first(say.t("served-new"), "/outages/served/new")] } else { Vec::new() };
    show(&RecordPage {
        crumbs: vec![(say.t("reliability-title"), "/reliability".into())],
        sub: vec![say.t("served-hint")],
        ways,
        blocks: vec![
            Block::new("served", say.t("served-title"), Body::Table(Table { heads, rows: rows.collect() }))
                .none(say.t("served-none")),
        ],
        facts_title: say.t("served-today"),
        facts: vec![(say.t("served-all"), digits(today), None)],
        ..RecordPage::new(Frame::of(&web, &v, "reliability").await?, say.t("served-title"))
    })
}

async fn asked(web: &Web, v: &Visitor, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let districts = web.app().districts().await?.into_iter().map(|d| (d.clone(), d)).collect();
    let mut fields = Vec::from(beside(
        Field::new("district", say.t("outage-district"), Kind::Select(districts)),
        Field::new("unit", say.t("outage-unit"), Kind::Select(units(web, v).await?)),
    ));
    fields.extend(beside(
        Field::new("from", say.t("served-since"), Kind::Line("date")).hint(say.t("served-since-hint")),
        Field::line("customers", say.t("served-customers"))
            .with(r#"inputmode="numeric" maxlength="12" autocomplete="off""#),
    ));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![
            (say.t("reliability-title"), "/reliability".into()),
            (say.t("served-title"), "/outages/served".into()),
        ],
        action: "/outages/served/new".into(),
        back: "/outages/served".into(),
        hidden: vec!["id"],
        fields,
        ..FormPage::new(Frame::of(web, v, "reliability").await?, say.t("served-new"), form, faults)
    })
}

/// `GET /outages/served/new`
pub async fn form(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    units(&web, &v).await?;
    let mut form = query(uri.query());
    form.set("from", v.say.today().to_string());
    asked(&web, &v, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /outages/served/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    units(&web, &v).await?;
    let mut r = Reading { faults: form.faults.clone() };
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let from = r.take(form.day("from"));
    let customers = number(&form, "customers");
    let district = form.get("district").to_owned();
    let read = r.done().map(|()| {
        Read::now(OutageCommand::PutServed {
            served: id.unwrap_or_default(),
            unit: unit.unwrap_or_default(),
            district,
            from: from.unwrap_or_default(),
            customers,
        })
    });
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(_) => to("/outages/served"),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, form, faults).await?.shown(status),
    }
}
