//! Forms of a household: what it is, an order for it, erasing who lives there.

use super::shown::title;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::{name, offered, typed};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::{AboutIn, ContactIn, HouseholdCommand, MatterCommand, ResidentIn};
use yixian_app::households::HouseholdPage;
use yixian_domain::access::{Ask, Denial};
use yixian_domain::base::about::AboutKind;
use yixian_domain::household::Vulnerability;
use yixian_domain::matter::{MatterKind, Origin};
use yixian_domain::org::Role;
use yixian_domain::partner::PartnerRole;

const NAME: &str = r#"maxlength="60" autocomplete="off""#;
const ADDRESS: &str = r#"maxlength="120" autocomplete="off""#;
const PHONE: &str = r#"inputmode="tel" maxlength="20" autocomplete="off""#;
/// The category of an order.
const WISH: &str = "wish";

async fn units(web: &Web, v: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    keeping::units(web, v, |path| Ask::ServeHouseholds(path)).await
}

async fn communities(web: &Web, v: &Visitor) -> Result<Vec<yixian_domain::partner::Partner>, AppError> {
    let mut all = web.app().all_partners(&v.actor).await?;
    all.retain(|p| p.roles_on(v.say.today()).any(|r| r == PartnerRole::Community));
    Ok(all)
}

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&HouseholdPage>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let mut fields = Vec::new();
    fields.extend(beside(
        Field::line("name", say.t("household-name")).with(NAME),
        Field::line("phone", say.t("household-phone")).with(PHONE).optional(),
    ));
    fields.push(Field::line("address", say.t("household-address")).with(ADDRESS).hint(say.t("household-hint")));
    let flags = choice(say, "vulnerability", Vulnerability::ALL, Vulnerability::as_str);
    fields.push(Field::new("vulnerable", say.t("household-vulnerable"), Kind::Many(flags)).optional());
    fields.extend(beside(
        Field::new("unit", say.t("household-unit"), Kind::Select(units(web, v).await?)),
        Field::code(say.t("code"), before.is_some()),
    ));
    let known = offered(say, &communities(web, v).await?);
    fields.push(Field::new("community", say.t("household-community"), Kind::Typed(known)).optional());
    fields.push(Field::new("consent", say.t("household-consent"), Kind::Tick).hint(say.t("household-consent-hint")));
    let at = before.map(|p| format!("/households/{}", p.row.household.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("households-title"), "/households".into())],
        action: at.as_ref().map_or_else(|| "/households/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/households".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "households").await?,
            before.map_or_else(|| say.t("household-new"), |p| title(say, &p.row)),
            form,
            faults,
        )
    })
}

async fn read(
    web: &Web,
    v: &Visitor,
    before: Option<&HouseholdPage>,
    form: &Form,
) -> Result<HouseholdCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let community = r.take(typed(&communities(web, v).await?, form, "community")).flatten();
    r.done()?;
    let text = |field: &str| form.get(field).to_owned();
    let own = before.map(|p| &p.row.household);
    Ok(HouseholdCommand::PutHousehold {
        household: own.map_or(id.unwrap_or_default(), |h| h.id),
        code: own.map_or_else(|| text("code"), |h| h.code.clone()),
        unit: unit.unwrap_or_default(),
        community: community.map(|p| p.0),
        consent: form.ticked("consent"),
        resident: Some(ResidentIn {
            name: text("name"),
            address: text("address"),
            phone: text("phone"),
            vulnerable: form.all("vulnerable").filter_map(Vulnerability::parse).collect(),
        }),
    })
}

/// The household of an address, for whoever serves it.
async fn served(web: &Web, v: &Visitor, at: &str) -> Result<HouseholdPage, AppError> {
    let p = web.app().household_page(&v.actor, at).await?;
    if p.serves { Ok(p) } else { Err(keeping::denied()) }
}

/// `GET /households/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    asked(&web, &v, None, Form::default(), Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /households/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    units(&web, &v).await?;
    let read = read(&web, &v, None, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/households/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /households/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = served(&web, &v, &at).await?;
    let h = &p.row.household;
    let resident = p.row.resident.clone().unwrap_or_default();
    let mut form = Form::of([
        ("id", h.id.to_string()),
        ("rev", h.rev.to_string()),
        ("code", h.code.clone()),
        ("name", resident.name),
        ("address", resident.address),
        ("phone", resident.phone),
        ("unit", h.details.unit.to_string()),
        ("consent", if h.details.consent { "1".to_owned() } else { String::new() }),
    ]);
    for flag in resident.vulnerable {
        form.add("vulnerable", flag.as_str());
    }
    if let Some(community) = h.details.community {
        let named = web.app().partner_names(&[community.0]).await?.remove(&community.0);
        form.set("community", named.map(|n| format!("{} ({})", name(&v.say, &n), n.code)).unwrap_or_default());
    }
    asked(&web, &v, Some(&p), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /households/{id}/edit`
pub async fn change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = served(&web, &v, &at).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = read(&web, &v, Some(&p), &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/households/{}", p.row.household.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&p), form, faults).await?.shown(status),
    }
}

async fn small(
    web: &Web,
    v: &Visitor,
    p: &HouseholdPage,
    (what, label): (&str, String),
    fields: Vec<Field>,
    (mut form, faults): (Form, Faults),
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let here = format!("/households/{}", p.row.household.id);
    Ok(FormPage {
        crumbs: vec![(say.t("households-title"), "/households".into()), (title(say, &p.row), here.clone())],
        action: format!("{here}/{what}"),
        back: here,
        hidden: vec!["id"],
        fields,
        ..FormPage::new(Frame::of(web, v, "households").await?, label, form, faults)
    })
}

/// The household of an address, for whoever may erase who lives there.
async fn erases(web: &Web, v: &Visitor, at: &str) -> Result<HouseholdPage, AppError> {
    let p = web.app().household_page(&v.actor, at).await?;
    if p.erases { Ok(p) } else { Err(AppError::Denied(Denial::NeedsRole { role: Role::Administrator })) }
}

async fn erase_form(
    web: &Web,
    v: &Visitor,
    p: &HouseholdPage,
    form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    let fields = vec![Field::new("what", say.t("household-erase-what"), Kind::Fixed(say.t("household-erase-hint")))];
    Ok(small(web, v, p, ("erase", say.t("household-erase")), fields, (form, faults)).await?.grave())
}

/// `GET /households/{id}/erase`
pub async fn erase_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = erases(&web, &v, &at).await?;
    erase_form(&web, &v, &p, Form::default(), Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /households/{id}/erase`
pub async fn erase(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = erases(&web, &v, &at).await?;
    let read = Ok(Read::now(HouseholdCommand::EraseHousehold { household: p.row.household.id }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/households/{}", p.row.household.id)),
        Posted::Again(Again { form, faults, status }) => erase_form(&web, &v, &p, form, faults).await?.shown(status),
    }
}

async fn order_form(
    web: &Web,
    v: &Visitor,
    p: &HouseholdPage,
    form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    let mut fields = vec![Field::new("words", say.t("order-words"), Kind::Text)];
    fields.push(Field::new("resident", say.t("order-of-resident"), Kind::Tick).hint(say.t("order-of-resident-hint")));
    small(web, v, p, ("order", say.t("order-new")), fields, (form, faults)).await
}

/// `GET /households/{id}/order`
pub async fn order_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = served(&web, &v, &at).await?;
    order_form(&web, &v, &p, Form::default(), Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /households/{id}/order`
pub async fn order(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = served(&web, &v, &at).await?;
    let h = &p.row.household;
    // Raised by whoever lives there, it is answered to him, by his link where he has a phone.
    let contact = |r: &yixian_app::households::Resident| ContactIn {
        name: r.name.clone(),
        phone: r.phone.clone(),
        ..ContactIn::default()
    };
    let raiser = p.row.resident.as_ref().filter(|_| form.ticked("resident")).map(contact);
    let read = form.id("id", "uuid_v7").map_err(|e| AppError::Invalid(vec![e])).map(|matter| {
        Read::now(MatterCommand::RaiseMatter {
            matter,
            kind: MatterKind::Wish,
            origin: Origin::Staff,
            category: WISH.to_owned(),
            words: form.get("words").to_owned(),
            place: None,
            unit: Some(h.details.unit.0),
            photos: Vec::new(),
            raiser,
            about: Some(AboutIn { kind: AboutKind::Household, id: h.id }),
        })
    });
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/matters/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => order_form(&web, &v, &p, form, faults).await?.shown(status),
    }
}
