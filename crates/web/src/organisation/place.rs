//! A place's form. Who visits it is not known here.

use crate::door::page::Page;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside, or_none};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{
    AREAS, PLACE_KINDS, id_of, known_by, own_units, record, record_form, saved_or_again, words,
};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{OrganisationCommand, PointIn};
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::PlaceId;
use yixian_domain::place::{Area, PlaceKind};

async fn place_form(web: &Web, v: &Visitor, at: &str, form: Form, faults: Faults) -> Result<FormPage, AppError> {
    const LATITUDE: &str = r#"inputmode="decimal" placeholder="40.456700""#;
    const LONGITUDE: &str = r#"inputmode="decimal" placeholder="115.975000""#;
    let say = &v.say;
    let known = at != "new";
    let directory = web.app().directory().await?;
    let districts = web.app().districts().await?;
    let [kind, district] = beside(
        Field::new("kind", say.t("place-kind"), Kind::Select(words(say, "place-kind", &PLACE_KINDS))),
        Field::new("district", say.t("place-district"), Kind::Typed(districts)),
    );
    let area = Field::new("area", say.t("place-area"), Kind::Choice(words(say, "area", &AREAS)));
    let units = Kind::Select(or_none(say.t("place-no-unit"), own_units(v, &directory)));
    let [lat, lon] = beside(
        Field::line("lat", say.t("place-lat")).with(LATITUDE).tells("point").optional(),
        Field::line("lon", say.t("place-lon")).with(LONGITUDE).optional(),
    );
    let [name, code] = known_by(say, say.t("place-name"), say.t("code"), say.t("place-code-hint"), known);
    let page = record_form(web, v, ("places", "places", at), "place-new", form, faults).await?;
    let mut crumbs = vec![(say.t("places-title"), "/places".to_owned())];
    if known {
        crumbs.push((page.here.clone(), format!("/places/{at}")));
    }
    Ok(FormPage {
        here: say.t(if known { "edit" } else { "place-new" }),
        back: if known { format!("/places/{at}") } else { "/places".into() },
        links: if known { vec![(say.t("place-see"), format!("/places/{at}"))] } else { Vec::new() },
        crumbs,
        fields: vec![
            name,
            code,
            kind,
            district,
            area.hint(say.t("place-area-hint")),
            Field::new("unit", say.t("place-unit"), units).hint(say.t("place-unit-hint")).optional(),
            lat,
            lon,
        ],
        ..page
    })
}

async fn stored_place(web: &Web, v: &Visitor, id: PlaceId) -> Result<Form, AppError> {
    let p = web.app().place(&v.actor, id).await?;
    let point = p.point.map(yixian_domain::place::Point::degrees);
    Ok(Form::of([
        ("id", id.to_string()),
        ("code", p.code),
        ("name", p.name),
        ("kind", code_of(p.kind)),
        ("district", p.district),
        ("area", code_of(p.area)),
        ("lat", point.map(|p| format!("{:.6}", p.0)).unwrap_or_default()),
        ("lon", point.map(|p| format!("{:.6}", p.1)).unwrap_or_default()),
        ("unit", p.unit.map(|u| u.to_string()).unwrap_or_default()),
    ]))
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
        Some(id) => stored_place(&web, &v, id).await?,
    };
    let page = place_form(&web, &v, &at, form, Faults::none()).await?;
    FormPage { saved: query(uri.query()).ticked("saved"), ..page }.shown(StatusCode::OK)
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
    let stored = async || match record::<PlaceId>(&at, "place")? {
        Some(id) => stored_place(&web, &v, id).await,
        None => Ok(Form::default()),
    };
    let again = async |form, faults| place_form(&web, &v, &at, form, faults).await;
    saved_or_again(&web, &v, "places", form, read, stored, again).await
}
