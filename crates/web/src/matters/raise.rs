//! Raising a matter that was not found on a visit: by staff, at the counter, from a hotline.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::say::Lang;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{ContactIn, MatterCommand};
use yixian_app::read::Directory;
use yixian_domain::matter::{MatterKind, Origin};

#[derive(Template)]
#[template(path = "matters/raise.html")]
struct RaisePage {
    f: Frame,
    faults: Faults,
    form: Form,
    kinds: Vec<(String, String, Vec<(String, String)>)>,
    origins: Vec<(&'static str, String)>,
    places: Vec<(Uuid, String)>,
    people: Vec<String>,
    units: Vec<(Uuid, String)>,
    open_raiser: bool,
}

/// Places found shown as chips.
const FOUND: i64 = 12;

async fn form_page(web: &Web, v: &Visitor, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let say = &v.say;
    form.mint(web, &["command_id", "matter"]);
    let policies = web.app().policies();
    let kinds = MatterKind::ALL
        .into_iter()
        .filter(|k| *k != MatterKind::Connection && !k.needs_part())
        .filter_map(|k| {
            let name = yixian_app::code_of(k);
            let categories: Vec<(String, String)> = policies
                .procedures
                .categories(k, say.today())
                .map(|(_, c)| (c.code.clone(), if say.lang() == Lang::Zh { c.name.clone() } else { c.name_en.clone() }))
                .collect();
            (!categories.is_empty()).then(|| (name.clone(), say.of("kind", &name), categories))
        })
        .collect();
    let mut places = Vec::new();
    if !form.get("place_text").is_empty() {
        places = web
            .app()
            .places(&v.actor, "", form.get("place_text"), "", FOUND)
            .await?
            .into_iter()
            .map(|p| (p.id.0, format!("{} · {}", p.district, p.name)))
            .collect();
    }
    if let Ok(Some(id)) = form.optional::<Uuid>("place", "place")
        && !places.iter().any(|(p, _)| *p == id)
        && let Ok(p) = web.app().place(&v.actor, yixian_domain::ids::PlaceId(id)).await
    {
        places.insert(0, (id, format!("{} · {}", p.district, p.name)));
    }
    let directory = web.app().directory().await?;
    let own = v.person.and_then(|p| directory.person(p)).and_then(|p| directory.unit(p.unit));
    let page = RaisePage {
        open_raiser: ["raiser_person", "raiser_name", "raiser_phone", "raiser", "phone"]
            .iter()
            .any(|k| !form.get(k).is_empty() || faults.bad(k)),
        people: crate::organisation::choices::offered_people(say, &directory, own),
        units: directory
            .units()
            .map(|u| (u.id.0, format!("{}{}", "　".repeat(u.path.depth().saturating_sub(1)), unit_name(say, u))))
            .collect(),
        origins: [Origin::Staff, Origin::Counter, Origin::Hotline12345, Origin::Hotline95598]
            .into_iter()
            .map(|o| match o {
                Origin::Counter => "counter",
                Origin::Hotline12345 => "hotline12345",
                Origin::Hotline95598 => "hotline95598",
                _ => "staff",
            })
            .map(|n| (n, say.of("origin", n)))
            .collect(),
        f: Frame::of(web, v, "matters").await?,
        kinds,
        places,
        form,
        faults,
    };
    show_as(status, &page)
}

/// `GET /matters/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    form_page(&web, &v, query(uri.query()), Faults::none(), StatusCode::OK).await
}

fn command(form: &Form, directory: &Directory) -> Result<MatterCommand, AppError> {
    let mut r = Reading::default();
    let matter = r.take(form.id("matter", "uuid_v7"));
    // The category's chip says its kind too: `problem/equipment`.
    let (kind, category) = form.get("category").split_once('/').unwrap_or_default();
    let mut of_kind = Form::default();
    of_kind.set("kind", kind);
    let kind = r.take(
        of_kind.word::<MatterKind>("category", "category").or_else(|_| of_kind.word::<MatterKind>("kind", "category")),
    );
    let origin = r.take(form.word::<Origin>("origin", "origin"));
    let place = r.take(form.optional("place", "place"));
    let unit = r.take(form.optional("unit", "unit"));
    if form.get("words").is_empty() {
        r.faults.push(yixian_app::FieldError::new("words", "words_needed"));
    }
    let person = r.take(crate::organisation::choices::typed_person(directory, form, "raiser_person")).flatten();
    let raiser = ContactIn {
        name: form.get("raiser_name").to_owned(),
        phone: form.get("raiser_phone").to_owned(),
        person: person.map(|p| p.0),
    };
    let c = MatterCommand::RaiseMatter {
        matter: matter.unwrap_or_default(),
        kind: kind.unwrap_or(MatterKind::Problem),
        origin: origin.unwrap_or(Origin::Staff),
        category: category.to_owned(),
        words: form.get("words").to_owned(),
        place: place.flatten(),
        unit: unit.flatten(),
        photos: form.photos("photos"),
        raiser: Some(raiser).filter(|c| *c != ContactIn::default()),
        about: None,
    };
    r.done()?;
    Ok(c)
}

/// `POST /matters/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, mut form: Form) -> Page {
    form.take_photos(&web).await;
    if form.get("search") == "place" {
        return form_page(&web, &v, form, Faults::none(), StatusCode::OK).await;
    }
    let read = command(&form, &*web.app().directory().await?).map(Read::now);
    match Post::by(&web, &v).minted(&["matter"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/matters/{}?registered=1", receipt.record)),
        Posted::Again(Again { form, faults, status }) => form_page(&web, &v, form, faults, status).await,
    }
}
