//! A person's form: roles, the link to a first password, exemption from duty. What a role may is the domain's.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{
    Choice, LEVELS, SPECIALTIES, administers, choice, day_text, days, id_of, mint_missing, own_units, record,
    saved_or_again, words,
};
use crate::organisation::overview::exempt_reason;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Uri;
use uuid::Uuid;
use yixian_app::command::{OrganisationCommand, RoleIn};
use yixian_app::links::Entry;
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::{Level, Role, Specialty};

/// Blank rows to give further roles without JavaScript.
const BLANK_ROLES: usize = 2;

struct RoleRow {
    role: String,
    unit: String,
    extra: Option<Choice>,
}

#[derive(Template)]
#[template(path = "organisation/person.html")]
struct PersonPage {
    f: Frame,
    faults: Faults,
    form: Form,
    at: String,
    known: bool,
    units: Vec<Choice>,
    levels: Vec<Choice>,
    specialties: Vec<Choice>,
    role_words: Vec<Choice>,
    roles: Vec<RoleRow>,
    exempt: Vec<(String, String)>,
    exempt_faults: Faults,
    exempt_form: Form,
    access: Access,
    saved: bool,
}

/// How somebody gets in.
#[derive(Clone, Copy, Default)]
struct Access {
    may_link: bool,
    has_password: bool,
}

async fn person_form(
    web: &Web,
    v: &Visitor,
    at: String,
    mut form: Form,
    faults: Faults,
    saved: bool,
) -> Result<PersonPage, AppError> {
    mint_missing(web, &mut form, &["command_id", "id"]);
    let mut exempt_form = Form::default();
    mint_missing(web, &mut exempt_form, &["command_id"]);
    let directory = web.app().directory().await?;
    let say = &v.say;
    let units = own_units(v, &directory);
    let id = record::<PersonId>(&at, "person")?;
    let mut roles: Vec<RoleRow> = form
        .all("role")
        .zip(form.all("role_unit"))
        .filter(|(r, _)| !r.is_empty())
        .map(|(role, unit)| {
            // A role over a unit of somebody else's stays visible, and stays.
            let foreign = unit.parse::<UnitId>().ok().and_then(|u| directory.unit(u)).filter(|u| !administers(v, u));
            RoleRow {
                role: role.to_owned(),
                unit: unit.to_owned(),
                extra: foreign.map(|u| choice(say, u, u.path.depth())),
            }
        })
        .collect();
    for _ in 0..BLANK_ROLES {
        roles.push(RoleRow { role: String::new(), unit: form.get("unit").to_owned(), extra: None });
    }
    let (mut exempt, mut access) = (Vec::new(), Access::default());
    if let Some(id) = id.filter(|id| directory.person(*id).is_some()) {
        let today = say.today();
        let (first, last) =
            (today.saturating_sub(jiff::Span::new().years(2)), today.saturating_add(jiff::Span::new().years(2)));
        exempt = web
            .app()
            .exemptions(&v.actor, first, last)
            .await?
            .into_iter()
            .filter(|e| e.0 == id)
            .map(|(_, a, b, why)| {
                (say.t2("period-days", ("from", say.day(a)), ("to", say.day(b))), exempt_reason(say, &why))
            })
            .collect();
        access = Access {
            may_link: web.app().may_let_in(&v.actor, id).await.is_ok(),
            has_password: web.app().has_password(id).await?,
        };
    }
    Ok(PersonPage {
        at,
        known: id.is_some_and(|id| directory.person(id).is_some()),
        units,
        levels: words(say, "level", &LEVELS),
        specialties: words(say, "specialty", &SPECIALTIES),
        role_words: words(say, "role", &Role::ALL),
        roles,
        exempt,
        exempt_faults: Faults::none(),
        exempt_form,
        access,
        saved,
        faults,
        form,
        f: Frame::of(web, v, "admin").await?,
    })
}

async fn stored_person(web: &Web, v: &Visitor, id: PersonId) -> Result<Form, AppError> {
    let directory = web.app().directory().await?;
    let p = directory.person(id).ok_or(AppError::NotFound("person"))?;
    directory.unit(p.unit).filter(|u| administers(v, u)).ok_or(AppError::NotFound("person"))?;
    let mut fields = vec![
        ("id", id.to_string()),
        ("code", p.code.clone()),
        ("name", p.name.clone()),
        ("unit", p.unit.to_string()),
        ("level", code_of(p.level)),
        ("specialty", code_of(p.specialty)),
        ("from", day_text(p.from)),
        ("to", day_text(p.to)),
        ("duty", if p.duty { "1" } else { "" }.to_owned()),
    ];
    for (_, role, over) in web.app().roles(&v.actor).await?.into_iter().filter(|r| r.0 == id) {
        fields.push(("role", code_of(role)));
        fields.push(("role_unit", over.to_string()));
    }
    Ok(Form::of(fields))
}

/// `GET /admin/people/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let q = query(uri.query());
    let form = match record::<PersonId>(&at, "person")? {
        None => Form::of([("unit", q.get("unit")), ("level", "staff"), ("specialty", "general")]),
        Some(id) => stored_person(&web, &v, id).await?,
    };
    show(&person_form(&web, &v, at, form, Faults::none(), q.ticked("saved")).await?)
}

async fn command(web: &Web, at: &str, form: &Form) -> Result<OrganisationCommand, AppError> {
    let id = id_of(form, at, "person")?;
    let mut r = Reading::default();
    let unit = r.take(form.id("unit", "unit"));
    let level = r.take(form.word::<Level>("level", "level"));
    let specialty = r.take(form.word::<Specialty>("specialty", "specialty"));
    let (from, to) = days(form, &mut r);
    let mut roles: Vec<RoleIn> = Vec::new();
    for (role, over) in form.all("role").zip(form.all("role_unit")).filter(|(role, _)| !role.is_empty()) {
        let one = Form::of([("role", role), ("unit", over)]);
        if let (Some(role), Some(unit)) = (r.take(one.word::<Role>("role", "role")), r.take(one.id("unit", "unit"))) {
            let given = RoleIn { role, unit };
            if !roles.contains(&given) {
                roles.push(given);
            }
        }
    }
    r.done()?;
    let (Some(unit), Some(level), Some(specialty)) = (unit, level, specialty) else {
        return Err(AppError::field("unit", "unit"));
    };
    let directory = web.app().directory().await?;
    let code = directory.person(PersonId(id)).map_or_else(|| form.get("code").to_owned(), |p| p.code.clone());
    Ok(OrganisationCommand::PutPerson {
        person: id,
        code,
        name: form.get("name").to_owned(),
        unit,
        level,
        specialty,
        duty: form.ticked("duty"),
        from,
        to,
        roles: Some(roles),
    })
}

/// `POST /admin/people/{id}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let read = command(&web, &at, &form).await;
    saved_or_again(&web, &v, "people", form, read, async |form, faults| {
        person_form(&web, &v, at, form, faults, false).await
    })
    .await
}

#[derive(Template)]
#[template(path = "organisation/link.html")]
struct LinkPage {
    f: Frame,
    name: String,
    id: Uuid,
    url: String,
    days: i64,
}

/// `POST /admin/people/{id}/link`: a link to set a password, shown once; it works once.
pub async fn link(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<PersonId>,
    _form: Form,
) -> Page {
    web.app().may_let_in(&v.actor, id).await?;
    let name = web.app().directory().await?.person(id).map(|p| p.name.clone()).ok_or(AppError::NotFound("person"))?;
    let path = web.link(Entry::Password(id)).await?;
    show(&LinkPage {
        f: Frame::of(&web, &v, "admin").await?,
        name,
        id: id.0,
        url: format!("{}{path}", web.options().public_url),
        days: i64::from(web.options().password_link_days),
    })
}

/// `POST /admin/people/{id}/exempt`
pub async fn exempt(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<PersonId>,
    form: Form,
) -> Page {
    may(&v.actor, &Ask::Audit)?;
    let read = || -> Result<OrganisationCommand, AppError> {
        let mut r = Reading::default();
        let (from, to) = (r.take(form.day("from")), r.take(form.day("to")));
        let reason = match form.get("why") {
            "" => {
                r.faults.push(FieldError::new("why", "words_needed"));
                String::new()
            }
            "other" if form.get("reason").is_empty() => {
                r.faults.push(FieldError::new("reason", "words_needed"));
                String::new()
            }
            "other" => form.get("reason").to_owned(),
            known => known.to_owned(),
        };
        r.done()?;
        let (Some(from), Some(to)) = (from, to) else { return Err(AppError::field("from", "day")) };
        Ok(OrganisationCommand::Exempt { person: id.0, from, to, reason })
    };
    let read = read();
    saved_or_again(&web, &v, "people", form, read, async |mut form, mut faults| {
        mint_missing(&web, &mut form, &["command_id"]);
        // The person's own form has days too; messages lead to these.
        for (field, _) in faults.list.iter_mut().filter(|f| matches!(f.0.as_str(), "from" | "to")) {
            field.insert_str(0, "ex-");
        }
        let stored = stored_person(&web, &v, id).await?;
        let mut page = person_form(&web, &v, id.to_string(), stored, Faults::none(), false).await?;
        (page.exempt_faults, page.exempt_form) = (faults, form);
        Ok(page)
    })
    .await
}
