//! Administration: units as a tree, people with their roles, places, exemptions, the ledger. Each
//! form is one command; a record made here carries the id minted when its form was shown, so that a
//! double submit makes one record.

use super::figures::digits;
use super::rows::unit_name;
use super::sign_in::person;
use super::{Faults, Page, Reading, cut, show, show_as, to};
use crate::form::{Form, query};
use crate::frame::Frame;
use crate::say::Say;
use crate::visitor::Visitor;
use crate::{Entry, Web};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use std::collections::HashMap;
use std::str::FromStr;
use uuid::Uuid;
use yixian_app::command::{Envelope, OrganisationCommand, PointIn, RoleIn};
use yixian_app::read::Directory;
use yixian_app::store::ledger::{Head, Verification, actor_from};
use yixian_app::store::org::name_of;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::{By, CommandId, PersonId, PlaceId, UnitId};
use yixian_domain::org::{Level, Role, Specialty, Unit, UnitKind};
use yixian_domain::place::{Area, PlaceKind};
use yixian_domain::time::Date;

/// People and events on a page.
const PAGE: usize = 50;
/// Blank rows to give further roles without JavaScript.
const BLANK_ROLES: usize = 2;

const UNIT_KINDS: [UnitKind; 8] = [
    UnitKind::Company,
    UnitKind::Department,
    UnitKind::DistrictCompany,
    UnitKind::ProfessionalCompany,
    UnitKind::Station,
    UnitKind::Team,
    UnitKind::Temporary,
    UnitKind::Contractor,
];
const LEVELS: [Level; 5] =
    [Level::LeadershipTeam, Level::DepartmentHead, Level::UnitHead, Level::StationHead, Level::Staff];
const SPECIALTIES: [Specialty; 8] = [
    Specialty::Dispatch,
    Specialty::Operations,
    Specialty::Marketing,
    Specialty::Construction,
    Specialty::Safety,
    Specialty::Supplies,
    Specialty::Party,
    Specialty::General,
];
const PLACE_KINDS: [PlaceKind; 8] = [
    PlaceKind::ConstructionSite,
    PlaceKind::Installation,
    PlaceKind::Station,
    PlaceKind::Street,
    PlaceKind::Village,
    PlaceKind::Community,
    PlaceKind::Government,
    PlaceKind::Customer,
];
const AREAS: [Area; 3] = [Area::Urban, Area::Suburban, Area::Remote];

type Choice = (String, String);

fn words<T: serde::Serialize + Copy>(say: &Say, family: &str, all: &[T]) -> Vec<Choice> {
    all.iter()
        .map(|x| {
            let n = name_of(x);
            let w = say.of(family, &n);
            (n, w)
        })
        .collect()
}

fn administers(v: &Visitor, u: &Unit) -> bool {
    may(&v.actor, &Ask::Administer(&u.path)).is_ok()
}

fn choice(say: &Say, u: &Unit, top: usize) -> Choice {
    (u.id.to_string(), format!("{}{}", "　".repeat(u.path.depth().saturating_sub(top)), unit_name(say, u)))
}

/// Units the reader administers, indented below the highest of them.
fn own_units(v: &Visitor, directory: &Directory) -> Vec<Choice> {
    let own: Vec<&Unit> = directory.units().filter(|u| administers(v, u)).collect();
    let top = own.iter().map(|u| u.path.depth()).min().unwrap_or(1);
    own.into_iter().map(|u| choice(&v.say, u, top)).collect()
}

fn mint(web: &Web) -> Uuid {
    web.app().mint().uuid(web.app().clock().now())
}

/// The record a path names; none for `new`.
fn record<T: FromStr>(text: &str, what: &'static str) -> Result<Option<T>, AppError> {
    if text == "new" { Ok(None) } else { text.parse().map(Some).map_err(|_| AppError::NotFound(what)) }
}

struct UnitLine {
    id: Uuid,
    name: String,
    code: String,
    kind: String,
    people: usize,
    deep: usize,
}

struct Group {
    head: UnitLine,
    below: Vec<UnitLine>,
}

struct PersonLine {
    id: Uuid,
    name: String,
    code: String,
    unit: String,
    what: String,
    roles: String,
    duty: bool,
}

#[derive(Template)]
#[template(path = "admin.html")]
struct AdminPage {
    f: Frame,
    form: Form,
    root: Option<UnitLine>,
    groups: Vec<Group>,
    unit_count: usize,
    people: Vec<PersonLine>,
    people_count: usize,
    units: Vec<Choice>,
    next: Option<String>,
    exempt: Vec<(Uuid, String, String, String)>,
}

/// A reason in words; what somebody wrote himself stays as he wrote it.
fn exempt_reason(say: &Say, reason: &str) -> String {
    if matches!(reason, "leave" | "business_trip") { say.of("exempt", reason) } else { reason.to_owned() }
}

/// `GET /admin`
pub async fn page(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    person(&v)?;
    may(&v.actor, &Ask::Audit)?;
    let form = query(uri.query());
    let directory = web.app().directory().await?;
    let say = &v.say;
    let own: Vec<&Unit> = directory.units().filter(|u| administers(&v, u)).collect();
    let count = |u: &Unit| {
        directory.people().filter(|p| directory.unit(p.unit).is_some_and(|of| u.path.contains(&of.path))).count()
    };
    let top = own.iter().map(|u| u.path.depth()).min().unwrap_or(1);
    let line = |u: &Unit| UnitLine {
        id: u.id.0,
        name: unit_name(say, u),
        code: u.code.clone(),
        kind: say.of("unit-kind", &name_of(u.kind)),
        people: count(u),
        deep: u.path.depth().saturating_sub(top).min(5),
    };
    // The highest unit stands alone when there is one; those below it, or the highest ones, are groups.
    let tops = own.iter().filter(|u| u.path.depth() == top).count();
    let root = own.iter().find(|u| tops == 1 && u.path.depth() == top);
    let level = if root.is_some() { top + 1 } else { top };
    let mut groups: Vec<Group> = Vec::new();
    for u in own.iter().filter(|u| root.is_none_or(|r| r.id != u.id)) {
        match groups.last_mut() {
            Some(g) if u.path.depth() > level => g.below.push(line(u)),
            _ => groups.push(Group { head: line(u), below: Vec::new() }),
        }
    }

    let mut roles: HashMap<PersonId, Vec<String>> = HashMap::new();
    for (who, role, over) in web.app().roles(&v.actor).await? {
        let over = directory.unit(over).map(|u| unit_name(say, u)).unwrap_or_default();
        roles.entry(who).or_default().push(say.t2(
            "role-over",
            ("role", say.of("role", &name_of(role))),
            ("unit", over),
        ));
    }
    let chosen = form.get("unit").parse::<UnitId>().ok().and_then(|u| directory.unit(u));
    let q = form.get("q").to_lowercase();
    let mut people: Vec<_> = directory
        .people()
        .filter(|p| {
            let Some(of) = directory.unit(p.unit) else { return false };
            administers(&v, of)
                && chosen.is_none_or(|u| u.path.contains(&of.path))
                && (q.is_empty() || p.name.to_lowercase().contains(&q) || p.code.to_lowercase().contains(&q))
        })
        .collect();
    people.sort_by(|a, b| a.code.cmp(&b.code));
    let people_count = people.len();
    people.retain(|p| p.code.as_str() > form.get("after"));
    let more = cut(&mut people, PAGE);
    let next =
        people.last().filter(|_| more).map(|p| format!("/admin?{}#people", form.query_with(&[("after", &p.code)])));
    let today = say.today();
    let exempt = web
        .app()
        .exemptions(&v.actor, today, today)
        .await?
        .into_iter()
        .filter_map(|(who, from, to, why)| {
            let p = directory.person(who)?;
            directory.unit(p.unit).filter(|u| administers(&v, u))?;
            let days = say.t2("period-days", ("from", say.day(from)), ("to", say.day(to)));
            Some((who.0, p.name.clone(), days, exempt_reason(say, &why)))
        })
        .collect();
    let page = AdminPage {
        root: root.map(|u| line(u)),
        groups,
        unit_count: own.len(),
        people: people
            .into_iter()
            .map(|p| PersonLine {
                id: p.id.0,
                name: p.name.clone(),
                code: p.code.clone(),
                unit: directory.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
                what: format!(
                    "{} · {}",
                    say.of("level", &name_of(p.level)),
                    say.of("specialty", &name_of(p.specialty))
                ),
                roles: roles.get(&p.id).map(|r| r.join(&say.t("list-separator"))).unwrap_or_default(),
                duty: p.duty,
            })
            .collect(),
        people_count,
        units: own_units(&v, &directory),
        next,
        exempt,
        form,
        f: Frame::of(&web, &v, "admin").await?,
    };
    show(&page)
}

#[derive(Template)]
#[template(path = "admin_unit.html")]
struct UnitPage {
    f: Frame,
    faults: Faults,
    form: Form,
    /// In the path: an id or `new`.
    at: String,
    command_id: Uuid,
    known: bool,
    parents: Vec<Choice>,
    parent_name: String,
    kinds: Vec<Choice>,
    saved: bool,
}

async fn unit_form(
    web: &Web,
    v: &Visitor,
    at: String,
    known: Option<&Unit>,
    form: Form,
    faults: Faults,
    saved: bool,
) -> Result<UnitPage, AppError> {
    let directory = web.app().directory().await?;
    let parent = known.and_then(|u| u.parent).and_then(|p| directory.unit(p));
    Ok(UnitPage {
        at,
        command_id: mint(web),
        known: known.is_some(),
        parents: own_units(v, &directory),
        parent_name: parent.map_or_else(|| v.say.t("unit-no-parent"), |u| unit_name(&v.say, u)),
        kinds: words(&v.say, "unit-kind", &UNIT_KINDS),
        faults,
        form,
        saved,
        f: Frame::of(web, v, "admin").await?,
    })
}

fn day_text(d: Option<Date>) -> String {
    d.map(|d| d.to_string()).unwrap_or_default()
}

/// `GET /admin/units/{id}`
pub async fn unit_page(State(web): State<Web>, v: Visitor, Path(at): Path<String>, uri: Uri) -> Page {
    person(&v)?;
    may(&v.actor, &Ask::Audit)?;
    let q = query(uri.query());
    let directory = web.app().directory().await?;
    let page = match record::<UnitId>(&at, "unit")? {
        None => {
            let form = Form::of([
                ("id", mint(&web).to_string()),
                ("parent", q.get("parent").to_owned()),
                ("kind", "team".to_owned()),
            ]);
            unit_form(&web, &v, at, None, form, Faults::none(), false).await?
        }
        Some(id) => {
            let u = directory.unit(id).filter(|u| administers(&v, u)).ok_or(AppError::NotFound("unit"))?;
            let form = Form::of([
                ("id", id.to_string()),
                ("code", u.code.clone()),
                ("name", u.name.clone()),
                ("name_en", u.name_en.clone().unwrap_or_default()),
                ("kind", name_of(u.kind)),
                ("parent", u.parent.map(|p| p.to_string()).unwrap_or_default()),
                ("from", day_text(u.from)),
                ("to", day_text(u.to)),
            ]);
            unit_form(&web, &v, at, Some(u), form, Faults::none(), q.ticked("saved")).await?
        }
    };
    show(&page)
}

/// Two days in their order.
fn days(form: &Form, r: &mut Reading) -> (Option<Date>, Option<Date>) {
    let from = r.take(form.optional("from", "day")).flatten();
    let to = r.take(form.optional("to", "day")).flatten();
    if from.zip(to).is_some_and(|(a, b): (Date, Date)| b < a) {
        r.faults.push(FieldError::new("to", "ends_before_it_begins"));
    }
    (from, to)
}

fn id_of(form: &Form, at: &str, what: &'static str) -> Result<Uuid, AppError> {
    match record::<Uuid>(at, what)? {
        Some(id) => Ok(id),
        None => form.get("id").parse().map_err(|_| AppError::field("command_id", "command_id")),
    }
}

async fn carry_out(web: &Web, v: &Visitor, form: &Form, command: OrganisationCommand) -> Result<(), AppError> {
    let id: CommandId = form.command_id()?;
    web.app().execute(&v.actor, id, Envelope { happened_at: None, command: command.into() }, None).await?;
    Ok(())
}

/// To the record that was saved; else its form again, with everything typed and what is wrong.
async fn saved_or_again<P: Template>(
    v: &Visitor,
    records: &str,
    done: Result<Uuid, AppError>,
    again: impl AsyncFnOnce(Faults) -> Result<P, AppError>,
) -> Page {
    match done {
        Ok(id) => to(&format!("/admin/{records}/{id}?saved=1")),
        Err(e) => {
            let (status, faults) = Faults::from_error(&v.say, e)?;
            show_as(status, &again(faults).await?)
        }
    }
}

async fn save_unit(web: &Web, v: &Visitor, at: &str, form: &Form) -> Result<Uuid, AppError> {
    let id = id_of(form, at, "unit")?;
    let mut r = Reading::default();
    let kind = r.take(form.word::<UnitKind>("kind", "kind"));
    let parent = r.take(form.optional::<Uuid>("parent", "unit")).flatten();
    let (from, to) = days(form, &mut r);
    r.done()?;
    let Some(kind) = kind else { return Err(AppError::field("kind", "kind")) };
    // Code and parent of a unit that exists are not asked again: they stay.
    let directory = web.app().directory().await?;
    let known = directory.unit(UnitId(id));
    let command = OrganisationCommand::PutUnit {
        unit: id,
        code: known.map_or_else(|| form.get("code").to_owned(), |u| u.code.clone()),
        name: form.get("name").to_owned(),
        name_en: Some(form.get("name_en").to_owned()).filter(|n| !n.is_empty()),
        kind,
        parent: known.map_or(parent, |u| u.parent.map(|p| p.0)),
        from,
        to,
    };
    carry_out(web, v, form, command).await?;
    Ok(id)
}

/// `POST /admin/units/{id}`
pub async fn unit_submit(State(web): State<Web>, v: Visitor, Path(at): Path<String>, form: Form) -> Page {
    person(&v)?;
    may(&v.actor, &Ask::Audit)?;
    let done = save_unit(&web, &v, &at, &form).await;
    saved_or_again(&v, "units", done, async |faults| {
        let directory = web.app().directory().await?;
        let known = record::<UnitId>(&at, "unit")?.and_then(|id| directory.unit(id));
        unit_form(&web, &v, at, known, form, faults, false).await
    })
    .await
}

struct RoleRow {
    role: String,
    unit: String,
    extra: Option<Choice>,
}

#[derive(Template)]
#[template(path = "admin_person.html")]
struct PersonPage {
    f: Frame,
    faults: Faults,
    form: Form,
    at: String,
    command_id: Uuid,
    exempt_command_id: Uuid,
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
    form: Form,
    faults: Faults,
    saved: bool,
) -> Result<PersonPage, AppError> {
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
        command_id: mint(web),
        exempt_command_id: mint(web),
        known: id.is_some_and(|id| directory.person(id).is_some()),
        units,
        levels: words(say, "level", &LEVELS),
        specialties: words(say, "specialty", &SPECIALTIES),
        role_words: words(say, "role", &Role::ALL),
        roles,
        exempt,
        exempt_faults: Faults::none(),
        exempt_form: Form::default(),
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
        ("level", name_of(p.level)),
        ("specialty", name_of(p.specialty)),
        ("from", day_text(p.from)),
        ("to", day_text(p.to)),
        ("duty", if p.duty { "1" } else { "" }.to_owned()),
    ];
    for (_, role, over) in web.app().roles(&v.actor).await?.into_iter().filter(|r| r.0 == id) {
        fields.push(("role", name_of(role)));
        fields.push(("role_unit", over.to_string()));
    }
    Ok(Form::of(fields))
}

/// `GET /admin/people/{id}`
pub async fn person_page(State(web): State<Web>, v: Visitor, Path(at): Path<String>, uri: Uri) -> Page {
    person(&v)?;
    may(&v.actor, &Ask::Audit)?;
    let q = query(uri.query());
    let form = match record::<PersonId>(&at, "person")? {
        None => Form::of([
            ("id", mint(&web).to_string()),
            ("unit", q.get("unit").to_owned()),
            ("level", "staff".to_owned()),
            ("specialty", "general".to_owned()),
        ]),
        Some(id) => stored_person(&web, &v, id).await?,
    };
    show(&person_form(&web, &v, at, form, Faults::none(), q.ticked("saved")).await?)
}

async fn save_person(web: &Web, v: &Visitor, at: &str, form: &Form) -> Result<Uuid, AppError> {
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
    let command = OrganisationCommand::PutPerson {
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
    };
    carry_out(web, v, form, command).await?;
    Ok(id)
}

/// `POST /admin/people/{id}`
pub async fn person_submit(State(web): State<Web>, v: Visitor, Path(at): Path<String>, form: Form) -> Page {
    person(&v)?;
    may(&v.actor, &Ask::Audit)?;
    let done = save_person(&web, &v, &at, &form).await;
    saved_or_again(&v, "people", done, async |faults| person_form(&web, &v, at, form, faults, false).await).await
}

#[derive(Template)]
#[template(path = "admin_link.html")]
struct LinkPage {
    f: Frame,
    name: String,
    id: Uuid,
    url: String,
    days: i64,
}

/// `POST /admin/people/{id}/link`: a link to set a password, shown once; it works once.
pub async fn person_link(State(web): State<Web>, v: Visitor, Path(id): Path<PersonId>, _form: Form) -> Page {
    person(&v)?;
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
pub async fn person_exempt(State(web): State<Web>, v: Visitor, Path(id): Path<PersonId>, form: Form) -> Page {
    person(&v)?;
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
    let done = match read() {
        Ok(c) => carry_out(&web, &v, &form, c).await.map(|()| id.0),
        Err(e) => Err(e),
    };
    saved_or_again(&v, "people", done, async |mut faults| {
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

#[derive(Template)]
#[template(path = "admin_place.html")]
struct PlacePage {
    f: Frame,
    faults: Faults,
    form: Form,
    at: String,
    command_id: Uuid,
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
    form: Form,
    faults: Faults,
    saved: bool,
) -> Result<PlacePage, AppError> {
    let directory = web.app().directory().await?;
    Ok(PlacePage {
        known: at != "new",
        at,
        command_id: mint(web),
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
pub async fn place_page(State(web): State<Web>, v: Visitor, Path(at): Path<String>, uri: Uri) -> Page {
    person(&v)?;
    may(&v.actor, &Ask::Audit)?;
    let form = match record::<PlaceId>(&at, "place")? {
        None => Form::of([
            ("id", mint(&web).to_string()),
            ("kind", "construction_site".to_owned()),
            ("area", "urban".to_owned()),
        ]),
        Some(id) => {
            let p = web.app().place(&v.actor, id).await?;
            let point = p.point.map(yixian_domain::place::Point::degrees);
            Form::of([
                ("id", id.to_string()),
                ("code", p.code),
                ("name", p.name),
                ("kind", name_of(p.kind)),
                ("district", p.district),
                ("area", name_of(p.area)),
                ("lat", point.map(|p| format!("{:.6}", p.0)).unwrap_or_default()),
                ("lon", point.map(|p| format!("{:.6}", p.1)).unwrap_or_default()),
                ("unit", p.unit.map(|u| u.to_string()).unwrap_or_default()),
            ])
        }
    };
    show(&place_form(&web, &v, at, form, Faults::none(), query(uri.query()).ticked("saved")).await?)
}

async fn save_place(web: &Web, v: &Visitor, at: &str, form: &Form) -> Result<Uuid, AppError> {
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
    let command = OrganisationCommand::PutPlace {
        place: id,
        code,
        name: form.get("name").to_owned(),
        kind,
        district: form.get("district").to_owned(),
        area,
        point,
        unit,
    };
    carry_out(web, v, form, command).await?;
    Ok(id)
}

/// `POST /admin/places/{id}`
pub async fn place_submit(State(web): State<Web>, v: Visitor, Path(at): Path<String>, form: Form) -> Page {
    person(&v)?;
    may(&v.actor, &Ask::Audit)?;
    let done = save_place(&web, &v, &at, &form).await;
    saved_or_again(&v, "places", done, async |faults| place_form(&web, &v, at, form, faults, false).await).await
}

struct EventLine {
    seq: i64,
    what: String,
    kind: String,
    href: Option<String>,
    who: String,
    happened: String,
    recorded: String,
    late: bool,
    hash: String,
}

#[derive(Template)]
#[template(path = "admin_ledger.html")]
struct LedgerPage {
    f: Frame,
    head: Head,
    events_n: String,
    sealed_n: String,
    sealed_at: Option<String>,
    checked: Option<Verification>,
    events: Vec<EventLine>,
    before: Option<i64>,
    first: bool,
}

/// `GET /admin/ledger`; with `verify=1` everything is recomputed.
pub async fn ledger(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    person(&v)?;
    let q = query(uri.query());
    let before = q.get("before").parse::<i64>().ok();
    let found = web.app().ledger_page(&v.actor, before, PAGE as i64).await?;
    let checked = if q.ticked("verify") { Some(web.app().audit(&v.actor).await?) } else { None };
    let directory = web.app().directory().await?;
    let say = &v.say;
    let who = |text: &str| match actor_from(text) {
        Some(By::Person(p)) => directory.person(p).map_or_else(|| say.t("erased"), |p| p.name.clone()),
        Some(By::Raiser(_)) => say.t("by-raiser"),
        Some(By::Import) => say.t("by-import"),
        Some(By::Rule) | None => say.t("by-rule"),
    };
    let events: Vec<EventLine> = found
        .events
        .iter()
        .map(|e| EventLine {
            seq: e.seq,
            what: say.of_or("happened", &e.code),
            kind: say.of_or("record", &e.kind),
            href: match e.kind.as_str() {
                "matter" => Some(format!("/matters/{}", e.record_id)),
                "visit" => Some(format!("/visits/{}", e.record_id)),
                "unit" => Some(format!("/admin/units/{}", e.record_id)),
                "person" => Some(format!("/admin/people/{}", e.record_id)),
                "place" => Some(format!("/places/{}", e.record_id)),
                _ => None,
            },
            who: who(&e.actor),
            happened: say.moment_ms(e.happened_at),
            recorded: say.moment_ms(e.recorded_at),
            late: e.late,
            hash: e.hash.chars().take(12).collect(),
        })
        .collect();
    let page = LedgerPage {
        sealed_at: found
            .head
            .sealed_at
            .map(|at| say.t2("ledger-sealed-when", ("at", say.moment_ms(at)), ("n", found.head.seal))),
        events_n: digits(found.head.events as u64),
        sealed_n: digits(found.head.sealed_to as u64),
        before: events.last().map(|e| e.seq).filter(|n| *n > 1),
        head: found.head,
        checked,
        events,
        first: before.is_none(),
        f: Frame::of(&web, &v, "ledger").await?,
    };
    show_as(StatusCode::OK, &page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say::{Catalogues, Lang};

    #[test]
    fn every_word_of_the_organisation_exists_in_every_language() {
        let zone = yixian_domain::time::Zone::parse("Asia/Shanghai").expect("a zone");
        let says = Catalogues::built_in();
        for lang in Lang::ALL {
            let say = says.say(lang, zone.clone(), yixian_domain::time::Instant(0));
            let all = [
                words(&say, "unit-kind", &UNIT_KINDS),
                words(&say, "level", &LEVELS),
                words(&say, "specialty", &SPECIALTIES),
                words(&say, "place-kind", &PLACE_KINDS),
                words(&say, "area", &AREAS),
                words(&say, "role", &Role::ALL),
            ];
            for (name, word) in all.into_iter().flatten() {
                assert!(!word.contains('⟨'), "{name}: {word}");
            }
        }
    }

    #[test]
    fn a_path_names_a_record_or_a_new_one() {
        assert_eq!(record::<UnitId>("new", "unit").ok(), Some(None));
        assert!(matches!(record::<UnitId>("../etc", "unit"), Err(AppError::NotFound("unit"))));
    }
}
