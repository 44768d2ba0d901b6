//! Forms of a partner: what it is, another name, the end of a role, counting as another, contacts that go.

use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, choice, or_none};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::organisation::choices::{offered_people, typed_person};
use crate::partners::list::name;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::{PartnerCommand, PartnerRoleIn};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::PartnerId;
use yixian_domain::partner::{Partner, PartnerRole};

const NAME: &str = r#"maxlength="120" autocomplete="off""#;

/// The partner a path names; none for `new`.
async fn known(web: &Web, v: &Visitor, at: &str) -> Result<Option<Partner>, AppError> {
    may(&v.actor, &Ask::KeepPartners)?;
    if at == "new" {
        return Ok(None);
    }
    let id = at.parse().map_err(|_| AppError::NotFound("partner"))?;
    web.app().partner(&v.actor, PartnerId(id)).await.map(Some)
}

async fn filled(web: &Web, v: &Visitor, p: &Partner) -> Result<Form, AppError> {
    let directory = web.app().directory().await?;
    let page = web.app().partner_page(&v.actor, p.id).await?;
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let liaison = p.details.liaison.and_then(|id| directory.person(id));
    let mut form = Form::of([
        ("id", p.id.to_string()),
        ("code", p.code.clone()),
        ("name", p.name().name.clone()),
        ("name_en", text(&p.name().name_en)),
        ("district", text(&p.details.district)),
        ("credit_code", text(&p.details.credit_code)),
        ("liaison", liaison.map(|l| format!("{} ({})", l.name, l.code)).unwrap_or_default()),
        ("unit", p.details.unit.map(|u| u.to_string()).unwrap_or_default()),
        ("contacts", page.contacts.unwrap_or_default()),
        ("rev", p.rev.to_string()),
    ]);
    for r in p.details.roles.iter().filter(|r| r.to.is_none()) {
        form.add("roles", r.role.as_str());
    }
    Ok(form)
}

async fn asked(web: &Web, v: &Visitor, at: &str, mut form: Form, faults: Faults) -> Result<FormPage, AppError> {
    let (say, is_new) = (&v.say, at == "new");
    let directory = web.app().directory().await?;
    form.mint(web, &["command_id", "id"]);
    let units = directory.units().map(|u| (u.id.to_string(), crate::door::telling::unit_name(say, u))).collect();
    let districts = web.app().districts().await?.into_iter().map(|d| (d.clone(), d)).collect();
    let people = offered_people(say, &directory, directory.root());
    let [name, code] =
        beside(Field::line("name", say.t("partner-name")).with(NAME), Field::code(say.t("code"), !is_new));
    let label = if is_new { say.t("partner-new") } else { form.get("name").to_owned() };
    let [district, credit] = beside(
        Field::new("district", say.t("place-district"), Kind::Select(or_none(say.t("partner-whole-city"), districts))),
        Field::line("credit_code", say.t("partner-credit-code")).hint(say.t("partner-credit-code-hint")).optional(),
    );
    let roles = Kind::Many(choice(say, "partner-role", PartnerRole::ALL, PartnerRole::as_str));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("partners-title"), "/partners".into())],
        action: format!("/partners/{at}/edit"),
        back: if is_new { "/partners".into() } else { format!("/partners/{at}") },
        hidden: vec!["id", "rev"],
        fields: vec![
            name,
            code,
            Field::line("name_en", say.t("partner-name-en")).with(NAME).optional(),
            Field::new("roles", say.t("partner-roles"), roles).hint(say.t("partner-roles-hint")),
            Field::new("from", say.t("partner-roles-from"), Kind::Line("date")).optional(),
            district,
            credit,
            Field::new("liaison", say.t("partner-liaison"), Kind::Typed(people)).optional(),
            Field::new("contacts", say.t("partner-contacts"), Kind::Text)
                .hint(say.t("partner-contacts-hint"))
                .optional(),
            Field::new("unit", say.t("partner-unit"), Kind::Select(or_none(say.t("partner-no-unit"), units)))
                .hint(say.t("partner-unit-hint"))
                .optional(),
        ],
        ..FormPage::new(Frame::of(web, v, "partners").await?, label, form, faults)
    })
}

/// `GET /partners/{id}/edit`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let form = match known(&web, &v, &at).await? {
        Some(p) => filled(&web, &v, &p).await?,
        None => Form::default(),
    };
    asked(&web, &v, &at, form, Faults::none()).await?.shown(StatusCode::OK)
}

async fn read(web: &Web, v: &Visitor, before: Option<&Partner>, form: &Form) -> Result<PartnerCommand, AppError> {
    let mut r = Reading::default();
    let directory = web.app().directory().await?;
    let id = r.take(form.id("id", "uuid_v7"));
    let liaison = r.take(typed_person(&directory, form, "liaison")).flatten();
    let unit = r.take(form.optional::<Uuid>("unit", "unit")).flatten();
    let from = r.take(form.optional_day("from")).flatten().unwrap_or_else(|| v.say.today());
    let mut roles: Vec<PartnerRoleIn> = Vec::new();
    // What was ended stays; what is ticked and was not held begins.
    for held in before.iter().flat_map(|p| &p.details.roles) {
        roles.push(PartnerRoleIn { role: held.role, from: held.from, to: held.to });
    }
    for code in form.all("roles") {
        match PartnerRole::parse(code) {
            Some(role) if roles.iter().any(|h| h.role == role && h.to.is_none()) => {}
            Some(role) => roles.push(PartnerRoleIn { role, from, to: None }),
            None => r.faults.push(FieldError::with("roles", "partner_role", code)),
        }
    }
    r.done()?;
    let text = |name: &str| Some(form.get(name).to_owned()).filter(|t| !t.is_empty());
    Ok(PartnerCommand::PutPartner {
        partner: before.map_or(id.unwrap_or_default(), |p| p.id.0),
        code: before.map_or_else(|| form.get("code").to_owned(), |p| p.code.clone()),
        name: form.get("name").to_owned(),
        name_en: text("name_en"),
        roles,
        district: text("district"),
        credit_code: text("credit_code").map(|c| c.to_ascii_uppercase()),
        liaison: liaison.map(|p| p.0),
        contacts: Some(form.get("contacts").to_owned()),
        unit,
    })
}

/// `POST /partners/{id}/edit`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let before = known(&web, &v, &at).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten().filter(|_| before.is_some());
    let command = read(&web, &v, before.as_ref(), &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).minted(&["id"]).send(form, command).await? {
        Posted::Done(receipt) => to(&format!("/partners/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, &at, form, faults).await?.shown(status),
    }
}

/// What may be done to a partner besides changing it, by the last word of the address.
async fn action_form(
    web: &Web,
    v: &Visitor,
    p: &Partner,
    action: &str,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let day = |field, label| Field::new(field, label, Kind::Line("date"));
    let (label, fields) = match action {
        "rename" => (
            say.t("partner-rename"),
            vec![
                Field::line("name", say.t("partner-name")).with(NAME),
                Field::line("name_en", say.t("partner-name-en")).with(NAME).optional(),
                day("from", say.t("partner-name-from")),
            ],
        ),
        "end-role" => {
            let held: Vec<_> = p.details.roles.iter().filter(|r| r.to.is_none()).map(|r| r.role).collect();
            let list = Kind::Choice(choice(say, "partner-role", &held, PartnerRole::as_str));
            (
                say.t("partner-end-role"),
                vec![Field::new("role", say.t("partner-roles"), list), day("to", say.t("partner-role-to"))],
            )
        }
        "merge" => {
            let others = web.app().all_partners(&v.actor).await?;
            let list = others.iter().filter(|o| o.id != p.id && o.merged.is_none());
            let list = list.map(|o| (o.id.to_string(), format!("{} ({})", name(say, o), o.code))).collect();
            (
                say.t("partner-merge"),
                vec![
                    Field::new("into", say.t("partner-into"), Kind::Select(list)),
                    day("from", say.t("partner-merge-from")),
                ],
            )
        }
        "erase-contacts" => (say.t("partner-erase-contacts"), Vec::new()),
        _ => return Err(AppError::NotFound("page")),
    };
    let grave = matches!(action, "merge" | "erase-contacts");
    let page = FormPage {
        sub: Some(name(say, p)),
        hint: grave.then(|| say.of("partner-hint", action)),
        crumbs: vec![(say.t("partners-title"), "/partners".into()), (name(say, p), format!("/partners/{}", p.id))],
        action: format!("/partners/{}/{action}", p.id),
        back: format!("/partners/{}", p.id),
        fields,
        ..FormPage::new(Frame::of(web, v, "partners").await?, label, form, faults)
    };
    Ok(if grave { page.grave() } else { page })
}

/// `GET /partners/{id}/{action}`
pub async fn act_page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
) -> Page {
    let p = known(&web, &v, &at).await?.ok_or(AppError::NotFound("partner"))?;
    let mut form = Form::default();
    let day = v.say.today().to_string();
    form.set("from", day.clone());
    form.set("to", day);
    action_form(&web, &v, &p, &action, form, Faults::none()).await?.shown(StatusCode::OK)
}

fn act_command(p: &Partner, action: &str, form: &Form) -> Result<PartnerCommand, AppError> {
    let mut r = Reading::default();
    let partner = p.id.0;
    let command = match action {
        "rename" => r.take(form.day("from")).map(|from| PartnerCommand::RenamePartner {
            partner,
            name: form.get("name").to_owned(),
            name_en: Some(form.get("name_en").to_owned()).filter(|n| !n.is_empty()),
            from,
        }),
        "end-role" => {
            let role = r.take(form.needed::<PartnerRole>("role", "partner_role"));
            let to = r.take(form.day("to"));
            role.zip(to).map(|(role, to)| PartnerCommand::EndPartnerRole { partner, role, to })
        }
        "merge" => {
            let into = r.take(form.id("into", "partner"));
            let from = r.take(form.day("from"));
            into.zip(from).map(|(into, from)| PartnerCommand::MergePartner { partner, into, from })
        }
        "erase-contacts" => Some(PartnerCommand::ErasePartnerContacts { partner }),
        _ => return Err(AppError::NotFound("page")),
    };
    r.done()?;
    command.ok_or(AppError::NotFound("page"))
}

/// `POST /partners/{id}/{action}`
pub async fn act(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, action)): Path<(String, String)>,
    form: Form,
) -> Page {
    let p = known(&web, &v, &at).await?.ok_or(AppError::NotFound("partner"))?;
    let read = act_command(&p, &action, &form).map(Read::now);
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/partners/{at}")),
        Posted::Again(Again { form, faults, status }) => {
            action_form(&web, &v, &p, &action, form, faults).await?.shown(status)
        }
    }
}
