//! What if: settle something about a plan and search again from it. A visit pinned, moved or ruled out,
//! a place closed, a leader away, somewhere urgent, one shift more, other weights, or simply
//! from today. The plan that comes of it is another plan; this one stays as it is.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::post::{Again, again};
use crate::form::reading::{Faults, Reading};
use crate::planning::plans as shared;
use crate::planning::plans::{WEIGHTS, name_of};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{ChangeIn, PlanIn};
use yixian_app::planning::PlanPage;
use yixian_app::{AppError, FieldError};
use yixian_domain::ids::*;
use yixian_domain::time::Date;

/// What can be settled, in the order of the form.
const WHAT: [&str; 10] = ["pin", "forbid", "closed", "away", "urgent", "shift", "fewer", "usual", "weights", "replan"];

/// Seconds a search from a known plan is offered.
const SECONDS: u16 = 5;

#[derive(Template)]
#[template(path = "planning/change.html")]
struct ChangePage {
    f: Frame,
    faults: Faults,
    form: Form,
    plan: Uuid,
    number: String,
    first: Date,
    last: Date,
    whats: Vec<(&'static str, String)>,
    leaders: Vec<(Uuid, String)>,
    places: Vec<(String, String)>,
    weights: Vec<(&'static str, String, u16)>,
    settled: Vec<String>,
    most: u16,
}

/// What was settled before, in words.
async fn settled(web: &Web, v: &Visitor, changes: &[ChangeIn]) -> Result<Vec<String>, AppError> {
    let directory = web.app().directory().await?;
    let say = &v.say;
    let places: Vec<Uuid> = changes
        .iter()
        .filter_map(|c| match c {
            ChangeIn::Pin { place, .. }
            | ChangeIn::Forbid { place, .. }
            | ChangeIn::Closed { place, .. }
            | ChangeIn::Urgent { place, .. } => Some(*place),
            _ => None,
        })
        .collect();
    let names = web.app().place_names(&places).await?;
    let place = |id: &Uuid| names.get(id).cloned().unwrap_or_default();
    let who = |id: &Option<Uuid>| id.map(|p| name_of(&directory, PersonId(p)));
    let join = |parts: Vec<Option<String>>| parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Ok(changes
        .iter()
        .map(|c| match c {
            ChangeIn::Pin { place: p, leader, day } => {
                join(vec![Some(say.t("what-pin")), Some(place(p)), who(leader), day.map(|d| say.day(d))])
            }
            ChangeIn::Forbid { place: p, leader, day } => {
                join(vec![Some(say.t("what-forbid")), Some(place(p)), who(leader), day.map(|d| say.day(d))])
            }
            ChangeIn::Closed { place: p, from, to } => join(vec![
                Some(say.t("what-closed")),
                Some(place(p)),
                Some(format!("{}–{}", say.day(*from), say.day(*to))),
            ]),
            ChangeIn::Away { leader, from, to } => join(vec![
                Some(say.t("what-away")),
                who(&Some(*leader)),
                Some(format!("{}–{}", say.day(*from), say.day(*to))),
            ]),
            ChangeIn::Urgent { place: p, points } => join(vec![
                Some(say.t("what-urgent")),
                Some(place(p)),
                Some(say.t1("planning-points", "n", i64::from(*points))),
            ]),
            ChangeIn::Shift { leader, day } => {
                join(vec![Some(say.t("what-shift")), who(&Some(*leader)), Some(say.day(*day))])
            }
        })
        .collect())
}

async fn form_page(web: &Web, v: &Visitor, kept: PlanPage, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let (say, app) = (&v.say, web.app());
    form.mint(web, &["command_id", "new"]);
    if form.get("what").is_empty() {
        form.set("what", "pin");
    }
    let first = kept.doc.first.max(say.today());
    for (name, value) in [
        ("from", first.to_string()),
        ("to", kept.doc.last.to_string()),
        ("points", "50".to_owned()),
        ("seconds", SECONDS.to_string()),
    ] {
        if form.get(name).is_empty() {
            form.set(name, value);
        }
    }
    let directory = app.directory().await?;
    let leaders = kept
        .doc
        .leaders
        .iter()
        .map(|l| {
            let unit = directory
                .person(l.person)
                .and_then(|p| directory.unit(p.unit))
                .map(|u| unit_name(say, u))
                .unwrap_or_default();
            (l.person.0, format!("{} · {unit}", name_of(&directory, l.person)))
        })
        .collect();
    let place = form.get("place").to_owned();
    let known = match place.parse::<Uuid>() {
        Ok(id) => app.place(&v.actor, PlaceId(id)).await.ok(),
        Err(_) => None,
    };
    // A place is typed by its code or a part of its name; what was found is a list to choose from.
    let text = form.get("place_text").to_owned();
    let mut places: Vec<(String, String)> = Vec::new();
    if let Some(p) = &known {
        places.push((p.id.to_string(), format!("{} · {}", p.district, p.name)));
    }
    if !text.is_empty() {
        for p in app.places(&v.actor, "", &text, "", 10).await? {
            if known.as_ref().is_none_or(|k| k.id != p.id) {
                places.push((p.id.to_string(), format!("{} · {}", p.district, p.name)));
            }
        }
    }
    let w = kept.doc.asked.weights;
    let weights = WEIGHTS
        .iter()
        .zip([w.priority, w.duty, w.travel, w.spread, w.fairness, w.keep])
        .map(|(name, before)| (*name, say.of("plan-weight", name), form.get(name).parse().unwrap_or(before)))
        .collect();
    let page = ChangePage {
        f: Frame::of(web, v, "planning").await?,
        plan: kept.row.id,
        number: shared::number(&kept.row),
        first,
        last: kept.doc.last,
        whats: WHAT
            .iter()
            .filter(|w| **w != if kept.doc.asked.fewer { "fewer" } else { "usual" })
            .map(|w| (*w, say.of("what", w)))
            .collect(),
        leaders,
        places,
        weights,
        settled: settled(web, v, &kept.doc.asked.changes).await?,
        most: app.policies().planning.budget.most_seconds,
        faults,
        form,
    };
    show_as(status, &page)
}

/// `GET /planning/plans/{id}/change`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    uri: Uri,
) -> Page {
    let kept = web.app().plan(&v.actor, id).await?;
    form_page(&web, &v, kept, query(uri.query()), Faults::none(), StatusCode::OK).await
}

fn asked(v: &Visitor, form: &Form, kept: &PlanPage, new: Uuid) -> Result<PlanIn, AppError> {
    let mut r = Reading::default();
    let what = form.get("what");
    let needs_place = matches!(what, "pin" | "forbid" | "closed" | "urgent");
    let needs_leader = matches!(what, "away" | "shift");
    let place = if needs_place { r.take(form.id("place", "place")).unwrap_or_default() } else { Uuid::nil() };
    let leader = r.take(form.optional::<Uuid>("leader", "person")).flatten();
    let day = r.take(form.optional_day("day")).flatten();
    if needs_leader && leader.is_none() {
        r.faults.push(FieldError::new("leader", "person"));
    }
    if what == "shift" && day.is_none() {
        r.faults.push(FieldError::new("day", "day"));
    }
    let span = matches!(what, "closed" | "away");
    let first = kept.doc.first.max(v.say.today());
    let (from, until) = if span {
        (r.take(form.day("from")).unwrap_or(first), r.take(form.day("to")).unwrap_or(kept.doc.last))
    } else {
        (first, kept.doc.last)
    };
    let points = if what == "urgent" {
        r.take(form.needed::<u32>("points", "plan_points").map_err(|e| FieldError { detail: "1000".into(), ..e }))
            .unwrap_or(0)
    } else {
        0
    };
    let seconds = r.take(form.optional::<u16>("seconds", "plan_seconds")).flatten().unwrap_or(SECONDS);
    let weights = if what == "weights" { shared::weights(&mut r, form) } else { kept.doc.asked.weights };
    let changes = match what {
        "pin" => vec![ChangeIn::Pin { place, leader, day }],
        "forbid" => vec![ChangeIn::Forbid { place, leader, day }],
        "closed" => vec![ChangeIn::Closed { place, from, to: until }],
        "away" => vec![ChangeIn::Away { leader: leader.unwrap_or_default(), from, to: until }],
        "urgent" => vec![ChangeIn::Urgent { place, points }],
        "shift" => vec![ChangeIn::Shift { leader: leader.unwrap_or_default(), day: day.unwrap_or(first) }],
        "fewer" | "usual" | "weights" | "replan" => Vec::new(),
        _ => {
            r.faults.push(FieldError::new("what", "plan_what"));
            Vec::new()
        }
    };
    r.done()?;
    Ok(PlanIn {
        plan: new,
        unit: kept.row.unit.0,
        month: kept.doc.month,
        from: (what == "replan").then_some(v.say.today()),
        base: Some(kept.row.id),
        changes,
        weights,
        fewer: what == "fewer" || what != "usual" && kept.doc.asked.fewer,
        seconds: Some(seconds),
        iterations: None,
        seed: kept.doc.asked.seed,
    })
}

/// `POST /planning/plans/{id}/change`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    mut form: Form,
) -> Page {
    let app = web.app();
    let kept = app.plan(&v.actor, id).await?;
    if !form.get("step").is_empty() {
        return form_page(&web, &v, kept, form, Faults::none(), StatusCode::OK).await;
    }
    // Buttons beside a visit carry no ids of their own; the whole form does.
    if !form.get("what").is_empty() {
        form.mint(&web, &["command_id", "new"]);
    }
    let done = async {
        let new = form.id("new", "uuid_v7").map_err(|e| AppError::Invalid(vec![e]))?;
        let asked = asked(&v, &form, &kept, new)?;
        app.begin_plan(&v.actor, form.command_id()?, asked).await?;
        Ok(new)
    }
    .await;
    match done {
        Ok(new) => to(&format!("/planning/plans/{new}")),
        Err(e) => {
            let Again { form, faults, status } = again(&v.say, form, &["new"], Faults::from_error, e)?;
            form_page(&web, &v, kept, form, faults, status).await
        }
    }
}
