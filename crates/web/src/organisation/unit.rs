//! A unit's form. Code and parent of a unit that exists stay; the law of the tree is the domain's.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{
    Choice, UNIT_KINDS, administers, day_text, days, id_of, mint_missing, own_units, record, saved_or_again, words,
};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::command::OrganisationCommand;
use yixian_app::{AppError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::UnitId;
use yixian_domain::org::{Unit, UnitKind};

#[derive(Template)]
#[template(path = "organisation/unit.html")]
struct UnitPage {
    f: Frame,
    faults: Faults,
    form: Form,
    /// In the path: an id or `new`.
    at: String,
    known: bool,
    parents: Vec<Choice>,
    parent_name: String,
    kinds: Vec<Choice>,
    saved: bool,
}

async fn unit_form(
    web: &Web,
    v: &Visitor,
    at: String,
    known: Option<&Unit>,
    mut form: Form,
    faults: Faults,
    saved: bool,
) -> Result<UnitPage, AppError> {
    mint_missing(web, &mut form, &["command_id", "id"]);
    let directory = web.app().directory().await?;
    let parent = known.and_then(|u| u.parent).and_then(|p| directory.unit(p));
    Ok(UnitPage {
        at,
        known: known.is_some(),
        parents: own_units(v, &directory),
        parent_name: parent.map_or_else(|| v.say.t("unit-no-parent"), |u| unit_name(&v.say, u)),
        kinds: words(&v.say, "unit-kind", &UNIT_KINDS),
        faults,
        form,
        saved,
        f: Frame::of(web, v, "admin").await?,
    })
}

/// `GET /admin/units/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let q = query(uri.query());
    let directory = web.app().directory().await?;
    let page = match record::<UnitId>(&at, "unit")? {
        None => {
            let form = Form::of([("parent", q.get("parent")), ("kind", "team")]);
            unit_form(&web, &v, at, None, form, Faults::none(), false).await?
        }
        Some(id) => {
            let u = directory.unit(id).filter(|u| administers(&v, u)).ok_or(AppError::NotFound("unit"))?;
            let form = Form::of([
                ("id", id.to_string()),
                ("code", u.code.clone()),
                ("name", u.name.clone()),
                ("name_en", u.name_en.clone().unwrap_or_default()),
                ("kind", code_of(u.kind)),
                ("parent", u.parent.map(|p| p.to_string()).unwrap_or_default()),
                ("from", day_text(u.from)),
                ("to", day_text(u.to)),
            ]);
            unit_form(&web, &v, at, Some(u), form, Faults::none(), q.ticked("saved")).await?
        }
    };
    show(&page)
}

async fn command(web: &Web, at: &str, form: &Form) -> Result<OrganisationCommand, AppError> {
    let id = id_of(form, at, "unit")?;
    let mut r = Reading::default();
    let kind = r.take(form.word::<UnitKind>("kind", "kind"));
    let parent = r.take(form.optional::<Uuid>("parent", "unit")).flatten();
    let (from, to) = days(form, &mut r);
    r.done()?;
    let Some(kind) = kind else { return Err(AppError::field("kind", "kind")) };
    // Code and parent of a unit that exists are not asked again: they stay.
    let directory = web.app().directory().await?;
    let known = directory.unit(UnitId(id));
    Ok(OrganisationCommand::PutUnit {
        unit: id,
        code: known.map_or_else(|| form.get("code").to_owned(), |u| u.code.clone()),
        name: form.get("name").to_owned(),
        name_en: Some(form.get("name_en").to_owned()).filter(|n| !n.is_empty()),
        kind,
        parent: known.map_or(parent, |u| u.parent.map(|p| p.0)),
        from,
        to,
    })
}

/// `POST /admin/units/{id}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let read = command(&web, &at, &form).await;
    saved_or_again(&web, &v, "units", form, read, async |form, faults| {
        let directory = web.app().directory().await?;
        let known = record::<UnitId>(&at, "unit")?.and_then(|id| directory.unit(id));
        unit_form(&web, &v, at, known, form, faults, false).await
    })
    .await
}
