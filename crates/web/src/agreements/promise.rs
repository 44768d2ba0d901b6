//! The form of a commitment: who promised whom what, by when; on a visit or in an agreement.

use super::agreement::names;
use super::list::title;
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::say::Lang;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, choice, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::{offered, typed};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{AboutIn, AgreementCommand};
use yixian_domain::access::{Ask, Denial, VisitFacts, may};
use yixian_domain::base::about::AboutKind;
use yixian_domain::ids::{PartnerId, UnitId, VisitId};
use yixian_domain::matter::MatterKind;
use yixian_domain::org::Role;
use yixian_domain::part::Direction;

/// What it is promised about.
struct On {
    about: AboutIn,
    /// Where it lies, and what it is called.
    at: String,
    called: String,
    section: &'static str,
    list: (String, String),
    partners: Vec<PartnerId>,
    unit: UnitId,
}

async fn on_visit(web: &Web, v: &Visitor, id: Uuid) -> Result<On, AppError> {
    let p = web.app().visit_page(&v.actor, VisitId(id)).await?;
    let directory = web.app().directory().await?;
    let host = directory.unit(p.visit.plan.host).ok_or(AppError::NotFound("unit"))?.path.clone();
    may(&v.actor, &Ask::NoteMeeting(&VisitFacts::of(&p.visit, host)))?;
    Ok(On {
        about: AboutIn { kind: AboutKind::Visit, id },
        at: format!("/visits/{id}"),
        called: p.place.name.clone(),
        section: "visits",
        list: (v.say.t("nav-visits"), "/visits".into()),
        partners: p.visit.plan.partner.into_iter().collect(),
        unit: p.visit.plan.host,
    })
}

async fn in_agreement(web: &Web, v: &Visitor, at: &str) -> Result<On, AppError> {
    let a = web.app().agreement(&v.actor, at).await?;
    if !web.app().keeps_agreements(&v.actor, a.details.unit).await? {
        return Err(AppError::Denied(Denial::NeedsRole { role: Role::Coordinator }));
    }
    Ok(On {
        about: AboutIn { kind: AboutKind::Agreement, id: a.id },
        at: format!("/agreements/{}", a.id),
        called: title(&v.say, &a),
        section: "agreements",
        list: (v.say.t("agreements-title"), "/agreements".into()),
        partners: a.details.parties.clone(),
        unit: a.details.unit,
    })
}

async fn asked(web: &Web, v: &Visitor, on: &On, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "matter"]);
    let partner = if on.partners.is_empty() {
        let all = web.app().all_partners(&v.actor).await?;
        Field::new("partner", say.t("commitment-partner"), Kind::Typed(offered(say, &all)))
    } else {
        Field::new("partner", say.t("commitment-partner"), Kind::Select(names(web, say, &on.partners).await?))
    };
    let directory = web.app().directory().await?;
    let units = directory.units().map(|u| (u.id.to_string(), unit_name(say, u))).collect();
    let own = directory.unit(on.unit).map(|u| unit_name(say, u)).unwrap_or_default();
    let policies = web.app().policies();
    let procedure = policies.procedures.in_force(MatterKind::Commitment, say.today());
    let zh = say.lang() == Lang::Zh;
    let categories: Vec<_> = procedure
        .map(|p| p.categories.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|c| (c.code.clone(), if zh { c.name.clone() } else { c.name_en.clone() }))
        .collect();
    Ok(FormPage {
        sub: Some(on.called.clone()),
        hint: Some(say.t("commitment-hint")),
        button: say.t("commitment-make"),
        crumbs: vec![on.list.clone(), (on.called.clone(), on.at.clone())],
        action: format!("{}/commitment", on.at),
        back: on.at.clone(),
        hidden: vec!["matter"],
        fields: vec![
            Field::new(
                "direction",
                say.t("commitment-direction"),
                Kind::Choice(choice(say, "direction", Direction::ALL, Direction::as_str)),
            ),
            partner,
            Field::new("words", say.t("commitment-words"), Kind::Text),
            Field::new("category", say.t("commitment-category"), Kind::Choice(categories)),
            Field::new("due", say.t("commitment-due"), Kind::Line("date")),
            Field::new("unit", say.t("commitment-unit"), Kind::Select(or_none(own, units))).optional(),
        ],
        ..FormPage::new(Frame::of(web, v, on.section).await?, say.t("commitment-new"), form, faults)
    })
}

async fn read(web: &Web, v: &Visitor, on: &On, form: &Form) -> Result<AgreementCommand, AppError> {
    let mut r = Reading::default();
    let matter = r.take(form.id("matter", "uuid_v7"));
    let direction = r.take(form.needed::<Direction>("direction", "direction"));
    let partner = if on.partners.is_empty() {
        let all = web.app().all_partners(&v.actor).await?;
        r.take(typed(&all, form, "partner")).flatten().map(|p| p.0)
    } else {
        r.take(form.optional::<Uuid>("partner", "partner")).flatten()
    };
    let unit = r.take(form.optional::<Uuid>("unit", "unit")).flatten();
    let due = r.take(form.optional_day("due")).flatten();
    r.done()?;
    Ok(AgreementCommand::MakeCommitment {
        matter: matter.unwrap_or_default(),
        about: on.about,
        partner,
        direction: direction.unwrap_or(Direction::Ours),
        category: form.get("category").to_owned(),
        words: form.get("words").to_owned(),
        unit,
        due,
    })
}

async fn shown(web: &Web, v: &Visitor, on: &On) -> Page {
    let form = Form::of([("direction", Direction::Ours.as_str().to_owned()), ("category", "coordination".to_owned())]);
    asked(web, v, on, form, Faults::none()).await?.shown(StatusCode::OK)
}

async fn sent(web: &Web, v: &Visitor, on: &On, form: Form) -> Page {
    let read = read(web, v, on, &form).await.map(Read::now);
    match Post::by(web, v).minted(&["matter"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/matters/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(web, v, on, form, faults).await?.shown(status),
    }
}

/// `GET /visits/{id}/commitment`
pub async fn visit_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(id): Path<Uuid>) -> Page {
    shown(&web, &v, &on_visit(&web, &v, id).await?).await
}

/// `POST /visits/{id}/commitment`
pub async fn visit_submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    form: Form,
) -> Page {
    sent(&web, &v, &on_visit(&web, &v, id).await?, form).await
}

/// `GET /agreements/{id}/commitment`
pub async fn agreement_page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Page {
    shown(&web, &v, &in_agreement(&web, &v, &at).await?).await
}

/// `POST /agreements/{id}/commitment`
pub async fn agreement_submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    sent(&web, &v, &in_agreement(&web, &v, &at).await?, form).await
}
