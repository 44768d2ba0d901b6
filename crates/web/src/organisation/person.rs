//! A person's form: roles, the link to a first password, exemption from duty. What a role may is the domain's.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, OneOf, beside, or_none};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{
    LEVELS, NAME, SPECIALTIES, administers, choice, day_text, days, from_to, id_of, known_by, own_units, record,
    record_form, saved_or_again, words,
};
use crate::organisation::overview::exempt_reason;
use crate::organisation::ways::{WayLine, lines};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{OrganisationCommand, RoleIn};
use yixian_app::links::Entry;
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError, code_of};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::{Level, Role, Specialty};

/// Blank rows to give further roles without JavaScript.
const BLANK_ROLES: usize = 2;

/// Below the form of somebody who is known: how he gets in, and when he owes no visits.
#[derive(Template)]
#[template(path = "organisation/person.html")]
struct Known<'a> {
    f: &'a Frame,
    at: PersonId,
    has_password: bool,
    may_link: bool,
    second_factor: bool,
    ways: Vec<WayLine>,
    /// Where each is ended.
    base: String,
    exempt: Vec<(String, String)>,
    faults: Faults,
    form: Form,
    asked: Vec<Field>,
    /// No photos are asked for.
    kept: Vec<String>,
}

/// The roles of a form, and blank rows for more.
fn role_rows(v: &Visitor, directory: &Directory, form: &Form) -> Vec<[OneOf; 2]> {
    let say = &v.say;
    let roles = or_none(say.t("role-none"), words(say, "role", &Role::ALL));
    let units = own_units(v, directory);
    let given = form.all("role").zip(form.all("role_unit")).filter(|(role, _)| !role.is_empty());
    let blank = std::iter::repeat_n(("", form.get("unit")), BLANK_ROLES);
    given
        .chain(blank)
        .zip(1_i64..)
        .map(|((role, unit), nth)| {
            // A role over a unit of somebody else's stays visible, and stays.
            let foreign = unit.parse::<UnitId>().ok().and_then(|u| directory.unit(u)).filter(|u| !administers(v, u));
            let extra = foreign.map(|u| choice(say, u, u.path.depth()));
            let over = extra.into_iter().chain(units.iter().cloned()).collect();
            let one = |name, label: &str, list, chosen: &str| OneOf {
                name,
                label: say.t1(label, "n", nth),
                list,
                chosen: chosen.to_owned(),
            };
            [one("role", "role-nth", roles.clone(), role), one("role_unit", "role-unit-nth", over, unit)]
        })
        .collect()
}

/// The days on which somebody owes no visits, and the form to add some.
async fn known(web: &Web, v: &Visitor, at: PersonId, mut form: Form, mut faults: Faults) -> Result<String, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    // The person's own form has days too; messages lead to these.
    for (field, _) in faults.list.iter_mut().filter(|f| matches!(f.0.as_str(), "from" | "to")) {
        field.insert_str(0, "ex-");
    }
    let years = jiff::Span::new().years(2);
    let (first, last) = (say.today().saturating_sub(years), say.today().saturating_add(years));
    let exempt = web.app().exemptions(&v.actor, first, last).await?.into_iter().filter(|e| e.0 == at);
    let day = |name, id, label: &str| Field::new(name, say.t(label), Kind::Line("date")).known_as(id);
    let [from, to] = beside(day("from", "ex-from", "exempt-from"), day("to", "ex-to", "exempt-to"));
    let may_link = web.app().may_let_in(&v.actor, at).await.is_ok();
    let why = ["leave", "business_trip", "other"].map(|why| (why.to_owned(), say.of("exempt", why))).to_vec();
    let page = Known {
        f: &Frame::of(web, v, "admin").await?,
        at,
        has_password: web.app().has_password(at).await?,
        may_link,
        second_factor: may_link && web.app().has_second_factor(at).await?,
        base: format!("/admin/people/{at}/credentials"),
        ways: if may_link { lines(say, web.app().ways_in(at).await?, v.credential.as_deref()) } else { Vec::new() },
        exempt: exempt
            .map(|(_, a, b, why)| {
                (say.t2("period-days", ("from", say.day(a)), ("to", say.day(b))), exempt_reason(say, &why))
            })
            .collect(),
        asked: vec![
            from,
            to,
            Field::new("why", say.t("exempt-why"), Kind::Choice(why)),
            Field::line("reason", say.t("exempt-reason")).hint(say.t("exempt-other-hint")).with(NAME),
        ],
        kept: Vec::new(),
        faults,
        form,
    };
    page.render().map_err(|e| AppError::broken("template", e))
}

async fn person_form(web: &Web, v: &Visitor, at: &str, form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let say = &v.say;
    let directory = web.app().directory().await?;
    let given = record::<PersonId>(at, "person")?.is_some_and(|id| directory.person(id).is_some());
    let [name, code] = known_by(say, say.t("person-name"), say.t("person-code"), String::new(), given);
    let units = Kind::Select(or_none(say.t("choose"), own_units(v, &directory)));
    let [level, specialty] = beside(
        Field::new("level", say.t("person-level"), Kind::Select(words(say, "level", &LEVELS))),
        Field::new("specialty", say.t("person-specialty"), Kind::Select(words(say, "specialty", &SPECIALTIES))),
    );
    let [from, to] = from_to(say.t("person-from"), say.t("person-to"));
    let roles = Field::new("role", say.t("person-roles"), Kind::Roles(role_rows(v, &directory, &form)));
    Ok(FormPage {
        fields: vec![
            name,
            code,
            Field::new("unit", say.t("person-unit"), units),
            level,
            specialty,
            Field::new("duty", say.t("person-duty"), Kind::Tick).hint(say.t("person-duty-hint")),
            from,
            to,
            roles.hint(say.t("person-roles-hint")).tells("roles"),
        ],
        ..record_form(web, v, ("admin", "people", at), "person-new", form, faults).await?
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
    let below = match record::<PersonId>(&at, "person")? {
        Some(id) => known(&web, &v, id, Form::default(), Faults::none()).await?,
        None => String::new(),
    };
    let page = person_form(&web, &v, &at, form, Faults::none()).await?;
    FormPage { saved: q.ticked("saved"), below, ..page }.shown(StatusCode::OK)
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
    let stored = async || match record::<PersonId>(&at, "person")? {
        Some(id) => stored_person(&web, &v, id).await,
        None => Ok(Form::default()),
    };
    saved_or_again(&web, &v, "people", form, read, stored, async |form, faults| {
        let below = match record::<PersonId>(&at, "person")? {
            Some(id) if web.app().directory().await?.person(id).is_some() => {
                known(&web, &v, id, Form::default(), Faults::none()).await?
            }
            _ => String::new(),
        };
        Ok(FormPage { below, ..person_form(&web, &v, &at, form, faults).await? })
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
    let path = web.link(Entry::Password(id), v.actor.by()).await?;
    show(&LinkPage {
        f: Frame::of(&web, &v, "admin").await?,
        name,
        id: id.0,
        url: format!("{}{path}", web.options().public_url),
        days: i64::from(web.options().password_link_days),
    })
}

/// `POST /admin/people/{id}/second-factor/off`: for one who lost phone and recovery codes.
pub async fn second_factor_off(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<PersonId>,
    _form: Form,
) -> Page {
    web.app().may_let_in(&v.actor, id).await?;
    web.app().end_second_factor(&v.actor, id).await?;
    to(&format!("/admin/people/{id}?saved=1"))
}

/// `POST /admin/people/{id}/credentials/{hash}/end`
pub async fn end_one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, hash)): Path<(PersonId, String)>,
    _form: Form,
) -> Page {
    web.app().may_let_in(&v.actor, id).await?;
    web.app().end_way(&v.actor, id, hash).await?;
    to(&format!("/admin/people/{id}?saved=1"))
}

/// `POST /admin/people/{id}/credentials/end`: whoever has lost a phone is signed out of it.
pub async fn end_all(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<PersonId>,
    _form: Form,
) -> Page {
    web.app().may_let_in(&v.actor, id).await?;
    web.app().end_ways(&v.actor, id, v.credential.clone()).await?;
    to(&format!("/admin/people/{id}?saved=1"))
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
    saved_or_again(
        &web,
        &v,
        "people",
        form,
        read,
        async || Ok(Form::default()),
        async |form, faults| {
            let below = known(&web, &v, id, form, faults).await?;
            let stored = stored_person(&web, &v, id).await?;
            Ok(FormPage { below, ..person_form(&web, &v, &id.to_string(), stored, Faults::none()).await? })
        },
    )
    .await
}
