//! Forms of an agreement: what it is, and its end.

use super::list::title;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::{name, offered, typed};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::AgreementCommand;
use yixian_domain::access::Ask;
use yixian_domain::agreement::Agreement;

const NAME: &str = r#"maxlength="120" autocomplete="off""#;

/// Fields in which parties are typed.
const PARTIES: [&str; 4] = ["party_1", "party_2", "party_3", "party_4"];

/// Units whose agreements somebody keeps.
async fn units(web: &Web, v: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    keeping::units(web, v, |path| Ask::KeepAgreement(path)).await
}

/// The agreement of an address, for whoever keeps it.
async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<Agreement, AppError> {
    let a = web.app().agreement(&v.actor, at).await?;
    if web.app().keeps_agreements(&v.actor, a.details.unit).await? { Ok(a) } else { Err(keeping::denied()) }
}

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&Agreement>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let list = offered(say, &web.app().all_partners(&v.actor).await?);
    let [label, code] =
        beside(Field::line("title", say.t("agreement-title")).with(NAME), Field::code(say.t("code"), before.is_some()));
    let mut fields = vec![label, code, Field::line("title_en", say.t("agreement-title-en")).with(NAME).optional()];
    for (i, party) in PARTIES.into_iter().enumerate() {
        let field = Field::new(party, say.t1("agreement-party-n", "n", i as i64 + 1), Kind::Typed(list.clone()));
        fields.push(if i == 0 { field.tells("parties") } else { field.optional() });
    }
    fields.push(Field::new("ours", say.t("agreement-ours"), Kind::Tick).hint(say.t("agreement-ours-hint")));
    fields.push(Field::new("unit", say.t("agreement-unit"), Kind::Select(units(web, v).await?)));
    fields.push(Field::new("scope", say.t("agreement-scope"), Kind::Text).optional());
    fields.extend(beside(
        Field::new("signed", say.t("agreement-signed"), Kind::Line("date")),
        Field::new("valid_to", say.t("agreement-valid-to"), Kind::Line("date")).optional(),
    ));
    fields.push(Field::new("photos", say.t("agreement-file"), Kind::Photos).optional());
    let at = before.map(|a| format!("/agreements/{}", a.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("agreements-title"), "/agreements".into())],
        action: at.as_ref().map_or_else(|| "/agreements/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/agreements".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "agreements").await?,
            before.map_or_else(|| say.t("agreement-new"), |a| title(say, a)),
            form,
            faults,
        )
    })
}

async fn read(web: &Web, v: &Visitor, before: Option<&Agreement>, form: &Form) -> Result<AgreementCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let partners = web.app().all_partners(&v.actor).await?;
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let signed = r.take(form.day("signed"));
    let valid_to = r.take(form.optional_day("valid_to")).flatten();
    let parties: Vec<_> =
        PARTIES.into_iter().filter_map(|field| r.take(typed(&partners, form, field)).flatten()).collect();
    r.done()?;
    Ok(AgreementCommand::PutAgreement {
        agreement: before.map_or(id.unwrap_or_default(), |a| a.id),
        code: before.map_or_else(|| form.get("code").to_owned(), |a| a.code.clone()),
        title: form.get("title").to_owned(),
        title_en: Some(form.get("title_en").to_owned()),
        parties: parties.into_iter().map(|p| p.0).collect(),
        ours: form.ticked("ours"),
        unit: unit.unwrap_or_default(),
        scope: Some(form.get("scope").to_owned()),
        signed: signed.unwrap_or_default(),
        valid_to,
        photos: form.photos("photos"),
    })
}

/// `GET /agreements/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    units(&web, &v).await?;
    let form = Form::of([("signed", v.say.today().to_string()), ("ours", "1".to_owned())]);
    asked(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /agreements/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, mut form: Form) -> Page {
    units(&web, &v).await?;
    form.take_photos(&web).await;
    let read = read(&web, &v, None, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/agreements/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /agreements/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let a = kept(&web, &v, &at).await?;
    let d = &a.details;
    let p = web.app().agreement_page(&v.actor, &at).await?;
    let partners = web.app().all_partners(&v.actor).await?;
    let scope = d.scope.as_ref().and_then(|w| p.words.get(&w.id)).cloned().unwrap_or_default();
    let mut form = Form::of([
        ("id", a.id.to_string()),
        ("rev", a.rev.to_string()),
        ("code", a.code.clone()),
        ("title", d.title.clone()),
        ("title_en", d.title_en.clone().unwrap_or_default()),
        ("ours", if d.ours { "1".to_owned() } else { String::new() }),
        ("unit", d.unit.to_string()),
        ("scope", scope),
        ("signed", d.signed.to_string()),
        ("valid_to", d.valid_to.map(|to| to.to_string()).unwrap_or_default()),
    ]);
    for (field, id) in PARTIES.into_iter().zip(&d.parties) {
        let named = partners.iter().find(|p| p.id == *id).map(|p| format!("{} ({})", name(&v.say, p), p.code));
        form.set(field, named.unwrap_or_default());
    }
    asked(&web, &v, Some(&a), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /agreements/{id}/edit`
pub async fn change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    mut form: Form,
) -> Page {
    let a = kept(&web, &v, &at).await?;
    form.take_photos(&web).await;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = read(&web, &v, Some(&a), &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/agreements/{}", a.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&a), form, faults).await?.shown(status),
    }
}

async fn end_form(web: &Web, v: &Visitor, a: &Agreement, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let here = format!("/agreements/{}", a.id);
    Ok(FormPage {
        crumbs: vec![(say.t("agreements-title"), "/agreements".into()), (title(say, a), here.clone())],
        action: format!("{here}/end"),
        back: here,
        fields: vec![
            Field::new("on", say.t("agreement-end-on"), Kind::Line("date")).hint(say.t("agreement-end-hint")),
            Field::new("reason", say.t("agreement-end-why"), Kind::Text),
        ],
        ..FormPage::new(Frame::of(web, v, "agreements").await?, say.t("agreement-end"), form, faults).grave()
    })
}

/// `GET /agreements/{id}/end`
pub async fn end_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let a = kept(&web, &v, &at).await?;
    let form = Form::of([("on", v.say.today().to_string())]);
    end_form(&web, &v, &a, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /agreements/{id}/end`
pub async fn end(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let a = kept(&web, &v, &at).await?;
    let mut r = Reading::default();
    let on = r.take(form.day("on"));
    let reason = form.get("reason").to_owned();
    let read = r
        .done()
        .map(|()| Read::now(AgreementCommand::EndAgreement { agreement: a.id, on: on.unwrap_or_default(), reason }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/agreements/{}", a.id)),
        Posted::Again(Again { form, faults, status }) => end_form(&web, &v, &a, form, faults).await?.shown(status),
    }
}
