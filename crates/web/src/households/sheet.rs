//! The done-sheet on the phone: a number for each item, a photo before and one after, done. Everything else may stay empty; what is
//! answered is then what was done, in words. And how whoever lives there confirmed it.

use super::shown::{items, title};
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::{HouseholdCommand, MaterialIn, QuantityIn};
use yixian_app::households::{HouseholdRow, Order};
use yixian_app::{AppError, FieldError};
use yixian_domain::base::fold;
use yixian_domain::base::service::{Quantity, ServiceItem};
use yixian_domain::household::{ConfirmedHow, DoneSheet};
use yixian_domain::ids::MatterId;

const NUMBER: &str = r#"inputmode="numeric" maxlength="4" autocomplete="off""#;

/// An order with its household, for whoever serves it.
async fn of(web: &Web, v: &Visitor, id: Uuid) -> Result<(Order, HouseholdRow), AppError> {
    let (order, row) = web.app().order(&v.actor, MatterId(id)).await?;
    let serves = web.app().serves_households(&v.actor, order.matter.matter.unit).await?;
    if serves { Ok((order, row)) } else { Err(keeping::denied()) }
}

async fn asked(
    web: &Web,
    v: &Visitor,
    (order, row): &(Order, HouseholdRow),
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let item = |i: &ServiceItem| Field::line(i.as_str(), say.of("service-item", i.as_str())).with(NUMBER).optional();
    let mut fields: Vec<Field> = ServiceItem::ALL.iter().map(item).collect();
    fields.push(Field::new("before_photo", say.t("sheet-before"), Kind::Shown("before_photo", "before")).optional());
    let after = Field::new("after_photo", say.t("sheet-after"), Kind::Shown("after_photo", "after"));
    fields.push(after.optional());
    let materials = Field::new("materials", say.t("sheet-materials"), Kind::Text);
    fields.push(materials.hint(say.t("sheet-materials-hint")).optional());
    fields.push(Field::new("next_visit", say.t("sheet-next-visit"), Kind::Line("date")).optional());
    fields.push(Field::new("how", say.t("sheet-how"), Kind::Text).hint(say.t("sheet-how-hint")).optional());
    let id = order.matter.matter.id;
    let here = format!("/households/{}", row.household.id);
    Ok(FormPage {
        button: say.t("sheet-done"),
        sub: Some(format!("{} · {}", title(say, row), order.matter.subject)),
        crumbs: vec![(say.t("household-round"), "/households/round".into()), (title(say, row), here.clone())],
        action: format!("/orders/{id}/sheet"),
        back: here,
        hidden: vec!["id"],
        fields,
        ..FormPage::new(Frame::of(web, v, "households").await?, say.t("done-sheet-title"), form, faults)
    })
}

/// A whole number as people write it.
fn number(text: &str, field: &'static str) -> Result<u32, FieldError> {
    let plain = fold::plain(text).replace([',', ' '], "");
    plain.parse().map_err(|_| FieldError::with(field, "act_number", text))
}

/// A line of materials: what, how many; where the household pays, how much, and why.
fn material(line: &str) -> Result<MaterialIn, FieldError> {
    let fault = || FieldError::with("materials", "sheet_material_line", line);
    let plain = fold::plain(line);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let at = words.iter().skip(1).position(|w| w.parse::<u32>().is_ok()).map(|at| at + 1).ok_or_else(fault)?;
    let charge = words.get(at + 1).copied().unwrap_or_default();
    Ok(MaterialIn {
        item: words[..at].join(" "),
        n: words[at].parse().map_err(|_| fault())?,
        charge: charge.to_owned(),
        reason: words.get(at + 2..).unwrap_or_default().join(" "),
    })
}

fn read(say: &Say, order: &Order, form: &Form) -> Result<HouseholdCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let id = r.take(form.id("id", "uuid_v7"));
    let mut done = Vec::new();
    for item in ServiceItem::ALL {
        let typed = form.get(item.as_str()).trim();
        if !typed.is_empty()
            && let Some(n) = r.take(number(typed, item.as_str()))
        {
            done.push(QuantityIn { item: *item, n });
        }
    }
    let lines = form.get("materials").lines().map(str::trim).filter(|l| !l.is_empty());
    let materials: Vec<MaterialIn> = lines.filter_map(|l| r.take(material(l))).collect();
    let next_visit = r.take(form.optional_day("next_visit")).flatten();
    r.done()?;
    let typed = form.get("how").trim();
    let quantities: Vec<Quantity> = done.iter().map(|q| Quantity { item: q.item, n: q.n }).collect();
    let told = say.t1("sheet-how-default", "items", items(say, &quantities));
    Ok(HouseholdCommand::PutDoneSheet {
        sheet: order.sheet.as_ref().map_or(id.unwrap_or_default(), |s| s.id),
        matter: order.matter.matter.id.0,
        items: done,
        materials,
        before: form.photos("before"),
        after: form.photos("after"),
        how: if typed.is_empty() { told } else { typed.to_owned() },
        next_visit,
    })
}

/// `GET /orders/{id}/sheet`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let of = of(&web, &v, id).await?;
    asked(&web, &v, &of, Form::default(), Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /orders/{id}/sheet`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    mut form: Form,
) -> Page {
    let of = of(&web, &v, id).await?;
    form.take_photos(&web).await;
    let read = read(&v.say, &of.0, &form).map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(_) => to(&format!("/households/{}", of.1.household.id)),
        Posted::Again(Again { form, faults, status }) => {
            asked(&web, &v, &of, form, on_fields(faults)).await?.shown(status)
        }
    }
}

/// What is wrong with all items is told at the first of them, and with the photos at those of before.
fn on_fields(mut faults: Faults) -> Faults {
    for (field, _) in &mut faults.list {
        match field.as_str() {
            "items" => ServiceItem::LineCheck.as_str().clone_into(field),
            "photos" => "before_photo".clone_into(field),
            _ => {}
        }
    }
    faults
}

/// A sheet that is not confirmed yet, for whoever serves the household.
async fn unconfirmed(web: &Web, v: &Visitor, id: Uuid) -> Result<DoneSheet, AppError> {
    let sheet = web.app().done_sheet(&v.actor, id).await?;
    if web.app().serves_households(&v.actor, sheet.unit).await? { Ok(sheet) } else { Err(keeping::denied()) }
}

async fn confirm_form(
    web: &Web,
    v: &Visitor,
    sheet: &DoneSheet,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let here = format!("/households/{}", sheet.household);
    let ways = choice(say, "confirmed-how", ConfirmedHow::ALL, ConfirmedHow::as_str);
    Ok(FormPage {
        sub: Some(items(say, &sheet.details.items)),
        crumbs: vec![(say.t("households-title"), "/households".into())],
        action: format!("/sheets/{}/confirm", sheet.id),
        back: here,
        fields: vec![
            Field::new("how", say.t("sheet-confirmed-how"), Kind::Choice(ways)),
            Field::new("photos", say.t("sheet-signature"), Kind::Photos).optional(),
        ],
        ..FormPage::new(Frame::of(web, v, "households").await?, say.t("sheet-confirm"), form, faults)
    })
}

/// `GET /sheets/{id}/confirm`
pub async fn confirm_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let sheet = unconfirmed(&web, &v, id).await?;
    confirm_form(&web, &v, &sheet, Form::default(), Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /sheets/{id}/confirm`
pub async fn confirm(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    mut form: Form,
) -> Page {
    let sheet = unconfirmed(&web, &v, id).await?;
    form.take_photos(&web).await;
    let how = form.needed::<ConfirmedHow>("how", "needed").map_err(|e| AppError::Invalid(vec![e]));
    let signature = form.photos("photos").into_iter().next();
    let read = how.map(|how| Read::now(HouseholdCommand::ConfirmSheet { sheet: sheet.id, how, signature }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/households/{}", sheet.household)),
        Posted::Again(Again { form, faults, status }) => {
            confirm_form(&web, &v, &sheet, form, faults).await?.shown(status)
        }
    }
}
