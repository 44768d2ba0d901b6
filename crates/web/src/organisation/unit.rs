//! A unit's form. Code and parent of a unit that exists stay; the law of the tree is the domain's.

use crate::door::page::Page;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside, or_none};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{
    NAME, UNIT_KINDS, administers, day_text, days, from_to, id_of, own_units, record, record_form, saved_or_again,
    words,
};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::OrganisationCommand;
use yixian_app::{AppError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::UnitId;
use yixian_domain::org::{Unit, UnitKind};

async fn unit_form(
    web: &Web,
    v: &Visitor,
    at: &str,
    known: Option<&Unit>,
    form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    let directory = web.app().directory().await?;
    let parent = if let Some(unit) = known {
        let above = unit.parent.and_then(|p| directory.unit(p));
        Kind::Fixed(above.map_or_else(|| say.t("unit-no-parent"), |u| unit_name(say, u)))
    } else {
        Kind::Select(or_none(say.t("choose"), own_units(v, &directory)))
    };
    let given = known.is_some();
    let hint = |new: &str| say.t(if given { "stays" } else { new });
    let [from, to] = from_to(say.t("unit-from"), say.t("unit-to"));
    let [name, name_en] = beside(
        Field::line("name", say.t("unit-name")).with(NAME),
        Field::line("name_en", say.t("unit-name-en")).with(r#"maxlength="120" lang="en""#).optional(),
    );
    let [code, parent] = beside(
        Field::code(say.t("code"), given).hint(hint("code-hint")),
        Field::new("parent", say.t("unit-parent"), parent).hint(hint("unit-parent-hint")),
    );
    let kind = Field::new("kind", say.t("unit-kind"), Kind::Select(words(say, "unit-kind", &UNIT_KINDS)));
    Ok(FormPage {
        links: match known {
            Some(_) => vec![
                (say.t("unit-its-people"), format!("/admin?unit={at}#people")),
                (say.t("unit-below"), format!("/admin/units/new?parent={at}")),
            ],
            None => Vec::new(),
        },
        fields: vec![name, name_en, code, parent, kind, from, to],
        ..record_form(web, v, ("admin", "units", at), "unit-new", form, faults).await?
    })
}

fn stored_unit(u: &Unit) -> Form {
    Form::of([
        ("id", u.id.to_string()),
        ("code", u.code.clone()),
        ("name", u.name.clone()),
        ("name_en", u.name_en.clone().unwrap_or_default()),
        ("kind", code_of(u.kind)),
        ("parent", u.parent.map(|p| p.to_string()).unwrap_or_default()),
        ("from", day_text(u.from)),
        ("to", day_text(u.to)),
    ])
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
            unit_form(&web, &v, &at, None, form, Faults::none()).await?
        }
        Some(id) => {
            let u = directory.unit(id).filter(|u| administers(&v, u)).ok_or(AppError::NotFound("unit"))?;
            unit_form(&web, &v, &at, Some(u), stored_unit(u), Faults::none()).await?
        }
    };
    FormPage { saved: q.ticked("saved"), ..page }.shown(StatusCode::OK)
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
    let stored = async || {
        let directory = web.app().directory().await?;
        Ok(record::<UnitId>(&at, "unit")?.and_then(|id| directory.unit(id)).map(stored_unit).unwrap_or_default())
    };
    saved_or_again(&web, &v, "units", form, read, stored, async |form, faults| {
        let directory = web.app().directory().await?;
        let known = record::<UnitId>(&at, "unit")?.and_then(|id| directory.unit(id));
        unit_form(&web, &v, &at, known, form, faults).await
    })
    .await
}
