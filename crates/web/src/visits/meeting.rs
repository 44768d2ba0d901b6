//! Notes of a visit to a partner: whom they met, what was spoken of, what load is expected.

use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::{name, offered, typed};
use crate::visits::about::{about, faults_of};
use crate::visits::cancel::form_of;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::VisitCommand;
use yixian_app::read::VisitPage;
use yixian_domain::access::{Ask, VisitFacts, may};
use yixian_domain::ids::VisitId;

/// The visit, for whoever may note what was spoken of there.
async fn noted(web: &Web, v: &Visitor, id: Uuid) -> Result<VisitPage, AppError> {
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    let directory = web.app().directory().await?;
    let host = directory.unit(p.visit.plan.host).ok_or(AppError::NotFound("unit"))?.path.clone();
    may(&v.actor, &Ask::NoteMeeting(&VisitFacts::of(&p.visit, host)))?;
    Ok(p)
}

async fn asked(web: &Web, v: &Visitor, p: &VisitPage, form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let say = &v.say;
    let partners = web.app().all_partners(&v.actor).await?;
    let about = about(say, &*web.app().directory().await?, p);
    let partner = match p.visit.plan.partner {
        Some(id) => {
            let named = partners.iter().find(|b| b.id == id).map(|b| name(say, b)).unwrap_or_default();
            Field::new("partner_is", say.t("visit-partner-who"), Kind::Fixed(named))
        }
        None => Field::new("partner", say.t("visit-partner-who"), Kind::Typed(offered(say, &partners))).optional(),
    };
    Ok(FormPage {
        sub: Some(format!("{} · {}", about.place, about.kind)),
        button: say.t("save"),
        draft: Some(format!("visit-meeting-{}", p.visit.id)),
        fields: vec![
            partner,
            Field::new("met", say.t("visit-met"), Kind::Text).hint(say.t("visit-met-hint")).optional(),
            Field::new("topics", say.t("visit-topics"), Kind::Text).optional(),
            Field::line("load_kw", say.t("visit-load-kw")).with(r#"inputmode="numeric""#).optional(),
        ],
        ..form_of(web, v, &about, "meeting", form, faults).await?
    })
}

/// `GET /visits/{id}/meeting`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    let p = noted(&web, &v, id).await?;
    let mut form = Form::default();
    if let Some(m) = &p.visit.meeting {
        for (field, words) in [("met", &m.met), ("topics", &m.topics)] {
            let text = words.as_ref().and_then(|w| p.words.get(&w.id)).cloned().unwrap_or_default();
            form.set(field, text);
        }
        form.set("load_kw", m.load_kw.map(|kw| kw.to_string()).unwrap_or_default());
    }
    asked(&web, &v, &p, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /visits/{id}/meeting`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    let p = noted(&web, &v, id).await?;
    let mut r = Reading::default();
    let partners = web.app().all_partners(&v.actor).await?;
    let partner = r.take(typed(&partners, &form, "partner")).flatten();
    let load_kw = r.take(form.optional::<u32>("load_kw", "load_kw")).flatten();
    let command = VisitCommand::NoteMeeting {
        visit: id,
        partner: partner.map(|p| p.0),
        met: form.get("met").to_owned(),
        topics: form.get("topics").to_owned(),
        load_kw,
    };
    let read = r.done().map(|()| Read::now(command));
    match Post::by(&web, &v).told(faults_of).send(form, read).await? {
        Posted::Done(_) => to(&format!("/visits/{id}")),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, &p, form, faults).await?.shown(status),
    }
}
