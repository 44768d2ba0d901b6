//! Planning a visit, and the visit nobody planned: `?now=1` plans it for today and starts it at
//! once. Places and people are found by a small search step inside the form, so that it works
//! without JavaScript; nothing typed is lost by it.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::choice;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::{offered, typed};
use crate::visits::list::indented;
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{CompanionIn, VisitCommand};
use yixian_app::visits::VisitFilter;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Denial;
use yixian_domain::ids::{CommandId, PersonId, PlaceId};
use yixian_domain::org::{Person, Role};
use yixian_domain::organisation::work::serves;
use yixian_domain::place::Place;
use yixian_domain::visit::{Sensitivity, VisitType};

/// Matches a search step shows.
const FOUND: i64 = 10;

/// Recent places offered before anybody searches.
const RECENT: usize = 6;

struct Choice {
    id: Uuid,
    text: String,
    on: bool,
    bears: bool,
    duty: bool,
}

#[derive(Template)]
#[template(path = "visits/plan.html")]
struct PlanPage {
    f: Frame,
    faults: Faults,
    form: Form,
    now: bool,
    places: Vec<Choice>,
    places_title: String,
    no_place: bool,
    kinds: Vec<(&'static str, String)>,
    units: Vec<(Uuid, String, bool)>,
    leaders: Vec<(Uuid, String, bool)>,
    people: Vec<Choice>,
    no_people: bool,
    partners: Vec<String>,
    sensitivities: Vec<(String, String)>,
}

/// Whether he may plan at all: leaders their own, coordinators their unit's.
fn planner(v: &Visitor) -> Result<(), AppError> {
    if v.actor.is_somewhere(Role::Leader) || v.actor.is_somewhere(Role::Coordinator) {
        Ok(())
    } else {
        Err(Denial::NeedsRole { role: Role::Leader }.into())
    }
}

fn place_text(p: &Place) -> String {
    format!("{} · {}", p.district, p.name)
}

async fn form_page(web: &Web, me: PersonId, v: &Visitor, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    planner(v)?;
    let (say, app) = (&v.say, web.app());
    form.mint(web, &["command_id", "start_id", "visit"]);
    let today = say.today();
    if form.get("day").is_empty() {
        form.set("day", today.to_string());
    }
    let directory = app.directory().await?;

    let chosen = form.optional::<Uuid>("place", "place").ok().flatten();
    let text = form.get("place_text").to_owned();
    let mut places = Vec::new();
    let mut no_place = false;
    let places_title = if text.is_empty() {
        let mut recent: Vec<PlaceId> = Vec::new();
        let mine = VisitFilter { person: Some(me), newest: true, ..VisitFilter::default() };
        for r in app.visit_list(&v.actor, &mine, 40).await? {
            if !recent.contains(&r.place) && recent.len() < RECENT {
                recent.push(r.place);
            }
        }
        for id in recent {
            places.push(app.place(&v.actor, id).await?);
        }
        say.t("visit-places-recent")
    } else {
        places = app.places(&v.actor, "", &text, "", FOUND).await?;
        no_place = places.is_empty();
        say.t("visit-places-found")
    };
    if let Some(id) = chosen
        && !places.iter().any(|p| p.id.0 == id)
        && let Ok(p) = app.place(&v.actor, PlaceId(id)).await
    {
        places.insert(0, p);
    }
    // One match is the answer; whoever searched for it need not tap it too.
    let only = (places.len() == 1 && !text.is_empty()).then(|| places[0].id.0);
    let places = places
        .iter()
        .map(|p| Choice {
            id: p.id.0,
            text: place_text(p),
            on: chosen.or(only) == Some(p.id.0),
            bears: false,
            duty: false,
        })
        .collect();

    let companions: Vec<Uuid> = form.all("companion").filter_map(|s| s.parse().ok()).collect();
    let duties: Vec<Uuid> = form.all("duty").filter_map(|s| s.parse().ok()).collect();
    let who = form.get("person_text").to_owned();
    let mut people: Vec<&Person> = companions.iter().filter_map(|c| directory.person(PersonId(*c))).collect();
    let mut no_people = false;
    if !who.is_empty() {
        let mut found: Vec<&Person> = directory
            .people()
            .filter(|p| {
                serves(p, today).is_ok()
                    && p.id != me
                    && !companions.contains(&p.id.0)
                    && (p.name.contains(&who) || p.code.eq_ignore_ascii_case(&who))
            })
            .collect();
        found.sort_by(|a, b| (a.name.len(), &a.code).cmp(&(b.name.len(), &b.code)));
        no_people = found.is_empty();
        people.extend(found.into_iter().take(FOUND as usize));
    }
    let unit_of =
        |p: &Person| directory.unit(p.unit).map(|u| crate::door::telling::unit_name(say, u)).unwrap_or_default();
    let people = people
        .into_iter()
        .map(|p| Choice {
            id: p.id.0,
            text: format!("{} · {}", p.name, unit_of(p)),
            on: companions.contains(&p.id.0),
            bears: p.duty,
            duty: duties.contains(&p.id.0),
        })
        .collect();

    let leads: Option<Uuid> = form.optional("leader", "person").ok().flatten();
    let mut leaders = Vec::new();
    if v.actor.is_somewhere(Role::Coordinator) && form.get("now").is_empty() {
        let mut all: Vec<&Person> =
            directory.people().filter(|p| p.duty && serves(p, today).is_ok() && p.id != me).collect();
        all.sort_by_key(|p| (directory.unit(p.unit).map(|u| u.path.clone()), p.level, p.code.clone()));
        if let Some(own) = directory.person(me) {
            all.insert(0, own);
        }
        leaders =
            all.into_iter().map(|p| (p.id.0, format!("{} · {}", p.name, unit_of(p)), leads == Some(p.id.0))).collect();
    }
    let host: Option<Uuid> = form.optional("host", "unit").ok().flatten();
    let page = PlanPage {
        now: !form.get("now").is_empty(),
        kinds: VisitType::ALL.into_iter().map(|k| (k.as_str(), say.of("visit-type", k.as_str()))).collect(),
        units: indented(say, &directory).into_iter().map(|(id, _, name)| (id.0, name, host == Some(id.0))).collect(),
        f: Frame::of(web, v, "visits").await?,
        form,
        faults,
        places,
        places_title,
        no_place,
        leaders,
        people,
        no_people,
        partners: offered(say, &app.all_partners(&v.actor).await?),
        sensitivities: choice(say, "sensitivity", Sensitivity::ALL, Sensitivity::as_str),
    };
    show_as(status, &page)
}

/// `GET /visits/new`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, uri: Uri) -> Page {
    form_page(&web, me, &v, query(uri.query()), Faults::none(), StatusCode::OK).await
}

async fn command(web: &Web, v: &Visitor, form: &Form, me: PersonId) -> Result<VisitCommand, AppError> {
    let mut r = Reading::default();
    let visit = r.take(form.id("visit", "uuid_v7"));
    let place = r.take(form.id("place", "place"));
    let host = r.take(form.optional::<Uuid>("host", "unit")).flatten();
    let leader = r.take(form.optional::<Uuid>("leader", "person")).flatten().unwrap_or(me.0);
    let day = if form.get("now").is_empty() { r.take(form.day("day")) } else { Some(v.say.today()) };
    let from = r.take(form.optional_time("from")).flatten();
    let kind = if form.get("kind").is_empty() { None } else { r.take(form.word::<VisitType>("kind", "kind")) };
    let partners = web.app().all_partners(&v.actor).await?;
    let partner = r.take(typed(&partners, form, "partner")).flatten();
    let sensitivity = r.take(form.optional::<Sensitivity>("sensitivity", "sensitivity")).flatten();
    let duties: Vec<&str> = form.all("duty").collect();
    let mut companions = Vec::new();
    for text in form.all("companion").filter(|t| !t.is_empty()) {
        match text.parse() {
            Ok(person) => companions.push(CompanionIn { person, duty: duties.contains(&text) }),
            Err(_) => r.faults.push(FieldError::new("companions", "person")),
        }
    }
    r.done()?;
    let place = place.unwrap_or_default();
    let kind = match kind {
        Some(k) => k,
        None => yixian_app::planning::type_of(
            web.app().place(&v.actor, PlaceId(place)).await.map_err(|_| AppError::field("place", "place"))?.kind,
        ),
    };
    Ok(VisitCommand::PlanVisit {
        visit: visit.unwrap_or_default(),
        kind,
        place,
        host,
        leader,
        companions,
        day: day.unwrap_or(v.say.today()),
        from,
        purpose: form.get("purpose").to_owned(),
        announced: form.get("announced") != "0",
        partner: partner.map(|p| p.0),
        sensitivity,
    })
}

/// `POST /visits/new`
pub async fn submit(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, form: Form) -> Page {
    planner(&v)?;
    if !form.get("step").is_empty() {
        return form_page(&web, me, &v, form, Faults::none(), StatusCode::OK).await;
    }
    let read = command(&web, &v, &form, me).await.map(Read::now);
    let start = form.get("start_id").to_owned();
    // The visit nobody planned begins with the same form: what was typed of its beginning is kept for it.
    let beginning = (!form.get("now").is_empty()).then(|| form.clone());
    match Post::by(&web, &v).minted(&["start_id", "visit"]).send(form, read).await? {
        Posted::Done(receipt) => match beginning {
            Some(mut form) => {
                // The plan's id is spent.
                form.set("command_id", start.as_str());
                let id = start.parse().map(CommandId).map_err(|_| AppError::field("command_id", "uuid_v7"))?;
                crate::visits::visit::check_in(&web, &v, receipt.record, id, form).await
            }
            None => to(&format!("/visits/{}", receipt.record)),
        },
        Posted::Again(Again { form, faults, status }) => form_page(&web, me, &v, form, faults, status).await,
    }
}
