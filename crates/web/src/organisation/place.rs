//! A place's form. Who visits it is not known here.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{
    AREAS, Choice, PLACE_KINDS, id_of, mint_missing, own_units, record, saved_or_again, words,
};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::command::{OrganisationCommand, PointIn};
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::PlaceId;
use yixian_domain::place::{Area, PlaceKind};

#[derive(Template)]
#[template(path = "organisation/place.html")]
struct PlacePage {
    f: Frame,
    faults: Faults,
    form: Form,
    at: String,
    known: bool,
    units: Vec<Choice>,
    kinds: Vec<Choice>,
    areas: Vec<Choice>,
    districts: Vec<String>,
    saved: bool,
}

async fn place_form(
    web: &Web,
    v: &Visitor,
    at: String,
    mut form: Form,
    faults: Faults,
    saved: bool,
) -> Result<PlacePage, AppError> {
    mint_missing(web, &mut form, &["command_id", "id"]);
    let directory = web.app().directory().await?;
    Ok(PlacePage {
        known: at != "new",
        at,
        units: own_units(v, &directory),
        kinds: words(&v.say, "place-kind", &PLACE_KINDS),
        areas: words(&v.say, "area", &AREAS),
        districts: web.app().districts().await?,
        faults,
        form,
        saved,
        f: Frame::of(web, v, "places").await?,
    })
}

/// `GET /admin/places/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let form = match record::<PlaceId>(&at, "place")? {
        None => Form::of([("kind", "construction_site"), ("area", "urban")]),
        Some(id) => {
            let p = web.app().place(&v.actor, id).await?;
            let point = p.point.map(yixian_domain::place::Point::degrees);
            Form::of([
                ("id", id.to_string()),
                ("code", p.code),
                ("name", p.name),
                ("kind", code_of(p.kind)),
                ("district", p.district),
                ("area", code_of(p.area)),
                ("lat", point.map(|p| format!("{:.6}", p.0)).unwrap_or_default()),
                ("lon", point.map(|p| format!("{:.6}", p.1)).unwrap_or_default()),
                ("unit", p.unit.map(|u| u.to_string()).unwrap_or_default()),
            ])
        }
    };
    show(&place_form(&web, &v, at, form, Faults::none(), query(uri.query()).ticked("saved")).await?)
}

async fn command(web: &Web, v: &Visitor, at: &str, form: &Form) -> Result<OrganisationCommand, AppError> {
    let id = id_of(form, at, "place")?;
    let mut r = Reading::default();
    let kind = r.take(form.word::<PlaceKind>("kind", "kind"));
    let area = r.take(form.word::<Area>("area", "area"));
    let unit = r.take(form.optional::<Uuid>("unit", "unit")).flatten();
    let lat = r.take(form.optional::<f64>("lat", "point")).flatten();
    let lon = r.take(form.optional::<f64>("lon", "point")).flatten();
    let point = match (lat, lon) {
        (Some(lat), Some(lon)) => Some(PointIn { lat, lon, accuracy_m: None }),
        (None, None) => None,
        (None, _) => {
            r.faults.push(FieldError::new("lat", "point"));
            None
        }
        (_, None) => {
            r.faults.push(FieldError::new("lon", "point"));
            None
        }
    };
    r.done()?;
    let (Some(kind), Some(area)) = (kind, area) else { return Err(AppError::field("kind", "kind")) };
    let code =
        if at == "new" { form.get("code").to_owned() } else { web.app().place(&v.actor, PlaceId(id)).await?.code };
    Ok(OrganisationCommand::PutPlace {
        place: id,
        code,
        name: form.get("name").to_owned(),
        kind,
        district: form.get("district").to_owned(),
        area,
        point,
        unit,
    })
}

/// `POST /admin/places/{id}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let read = command(&web, &v, &at, &form).await;
    saved_or_again(&web, &v, "places", form, read, async |form, faults| {
        place_form(&web, &v, at, form, faults, false).await
    })
    .await
}
