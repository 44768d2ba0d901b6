//! Form of a team: the temporary unit that it is, the works it is for, its days, who sends people.

use super::shown::name;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, choice, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::TeamCommand;
use yixian_app::teams::TeamRow;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Ask;
use yixian_domain::org::UnitKind;
use yixian_domain::team::TeamKind;

/// Fields in which the units that send people are chosen.
const PARENTS: [&str; 4] = ["parent_1", "parent_2", "parent_3", "parent_4"];

/// The team of an address, for whoever keeps it.
pub(super) async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<TeamRow, AppError> {
    let row = web.app().team(&v.actor, at).await?;
    if web.app().keeps_team(&v.actor, row.unit.id).await? { Ok(row) } else { Err(keeping::denied()) }
}

/// Whoever coordinates nowhere has no team to set up.
async fn admit(web: &Web, v: &Visitor) -> Result<(), AppError> {
    keeping::units(web, v, |path| Ask::KeepTeam(path)).await.map(|_| ())
}

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&TeamRow>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let directory = web.app().directory().await?;
    let unit = match before {
        Some(row) => Field::new("unit", say.t("team-unit"), Kind::Fixed(name(say, row))),
        None => {
            let free = web.app().units_for_teams(&v.actor).await?;
            let free = free.iter().map(|u| (u.id.to_string(), unit_name(say, u))).collect();
            Field::new("unit", say.t("team-unit"), Kind::Select(free)).hint(say.t("team-unit-hint"))
        }
    };
    let works = web.app().programmes(&v.actor).await?;
    let works = works.iter().map(|p| {
        let called = say.named(&p.details.name, p.details.name_en.as_deref());
        (p.id.to_string(), format!("{called} ({})", p.code))
    });
    let wholes =
        web.app().teams(&v.actor).await?.into_iter().filter(|r| {
            r.team.details.kind == TeamKind::GeneralBranch && before.is_none_or(|b| b.team.id != r.team.id)
        });
    let wholes = wholes.map(|r| (r.team.id.to_string(), name(say, &r))).collect();
    let sends = directory.units().filter(|u| !matches!(u.kind, UnitKind::Temporary | UnitKind::Team));
    let sends: Vec<_> = sends.map(|u| (u.id.to_string(), unit_name(say, u))).collect();
    let kinds = choice(say, "team-kind", TeamKind::ALL, TeamKind::as_str);
    let mut fields = vec![unit, Field::new("kind", say.t("team-kind"), Kind::Choice(kinds))];
    fields.extend(beside(
        Field::new("from", say.t("team-from"), Kind::Line("date")),
        Field::new("to", say.t("team-to"), Kind::Line("date")),
    ));
    fields.push(Field::new("programme", say.t("team-programme"), Kind::Select(works.collect())));
    fields.push(Field::line("section", say.t("team-section")).hint(say.t("team-section-hint")).optional());
    fields.push(
        Field::new("within", say.t("team-within"), Kind::Select(or_none(say.t("team-within-none"), wholes)))
            .hint(say.t("team-within-hint"))
            .optional(),
    );
    for (i, parent) in PARENTS.into_iter().enumerate() {
        let list = or_none(say.t("team-parent-none"), sends.clone());
        let field = Field::new(parent, say.t1("team-parent-n", "n", i as i64 + 1), Kind::Select(list));
        fields.push(if i == 0 { field.tells("parents") } else { field.optional() });
    }
    fields.push(Field::line("document", say.t("team-document")).hint(say.t("team-document-hint")).optional());
    let at = before.map(|r| format!("/teams/{}", r.team.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("teams-title"), "/teams".into())],
        action: at.as_ref().map_or_else(|| "/teams/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/teams".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "teams").await?,
            before.map_or_else(|| say.t("team-new"), |r| name(say, r)),
            form,
            faults,
        )
    })
}

async fn read(web: &Web, before: Option<&TeamRow>, form: &Form) -> Result<TeamCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = match before {
        Some(row) => Some(row.unit.id.0),
        None => r.take(form.id("unit", "unit")),
    };
    let kind = r.take(form.needed::<TeamKind>("kind", "team_kind"));
    let programme = r.take(form.optional::<Uuid>("programme", "programme")).flatten();
    let within = r.take(form.optional::<Uuid>("within", "team")).flatten();
    let (from, to) = (r.take(form.day("from")), r.take(form.day("to")));
    let code = form.get("section").trim();
    let section = if code.is_empty() { None } else { web.app().section_of_code(code).await? };
    if section.is_none() && !code.is_empty() {
        r.faults.push(FieldError::new("section", "team_section"));
    }
    let parents: Vec<Uuid> =
        PARENTS.into_iter().filter_map(|field| r.take(form.optional::<Uuid>(field, "unit")).flatten()).collect();
    r.done()?;
    Ok(TeamCommand::PutTeam {
        team: before.map_or(id.unwrap_or_default(), |r| r.team.id),
        unit: unit.unwrap_or_default(),
        kind: kind.unwrap_or(TeamKind::TemporaryBranch),
        programme,
        section,
        within,
        parents,
        document: Some(form.get("document").to_owned()),
        from: from.unwrap_or_default(),
        to: to.unwrap_or_default(),
    })
}

/// `GET /teams/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    admit(&web, &v).await?;
    let form = Form::of([("from", v.say.today().to_string()), ("kind", TeamKind::TemporaryBranch.as_str().to_owned())]);
    asked(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /teams/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    admit(&web, &v).await?;
    let read = read(&web, None, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/teams/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /teams/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let row = kept(&web, &v, &at).await?;
    let p = web.app().team_page(&v.actor, &at).await?;
    let d = &row.team.details;
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let mut form = Form::of([
        ("id", row.team.id.to_string()),
        ("rev", row.team.rev.to_string()),
        ("kind", d.kind.as_str().to_owned()),
        ("programme", text(d.programme)),
        ("section", p.section.map(|s| s.code).unwrap_or_default()),
        ("within", text(d.within)),
        ("document", d.document.clone().unwrap_or_default()),
        ("from", d.from.to_string()),
        ("to", d.to.to_string()),
    ]);
    for (field, unit) in PARENTS.into_iter().zip(&d.parents) {
        form.set(field, unit.to_string());
    }
    asked(&web, &v, Some(&row), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /teams/{id}/edit`
pub async fn change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let row = kept(&web, &v, &at).await?;
    let read = read(&web, Some(&row), &form).await.map(Read::now);
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/teams/{}", row.team.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&row), form, faults).await?.shown(status),
    }
}
