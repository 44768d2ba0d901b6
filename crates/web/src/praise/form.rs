//! Forms of a praise: what it is, and erasing who praised and what was said. A link names the record it is for.

use super::shown::title;
use crate::documents::evidence;
use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, beside, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::partners::list::{name, offered, typed};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use yixian_app::AppError;
use yixian_app::command::PraiseCommand;
use yixian_app::praise::PraisePage;
use yixian_domain::access::{Ask, Denial};
use yixian_domain::org::Role;
use yixian_domain::praise::{Channel, PraisedBy};

const NAME: &str = r#"maxlength="120" autocomplete="off""#;

/// Units whose praise somebody keeps.
pub(super) async fn units(web: &Web, v: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    keeping::units(web, v, |path| Ask::KeepPraise(path)).await
}

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&PraisePage>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let partners = offered(say, &web.app().all_partners(&v.actor).await?);
    let mut fields = Vec::new();
    fields.extend(beside(
        Field::line("name", say.t("praise-name")).with(NAME).hint(say.t("praise-name-hint")).optional(),
        Field::new("partner", say.t("praise-partner"), Kind::Typed(partners)).optional(),
    ));
    let channels = choice(say, "praise-channel", Channel::ALL, Channel::as_str);
    fields.push(Field::new("channel", say.t("praise-channel"), Kind::Choice(channels)));
    fields.extend(beside(
        Field::new("day", say.t("praise-day"), Kind::Line("date")),
        Field::code(say.t("code"), before.is_some()),
    ));
    fields.push(Field::new("words", say.t("praise-words"), Kind::Text).hint(say.t("praise-words-hint")));
    fields.push(Field::new("unit", say.t("praise-unit"), Kind::Select(units(web, v).await?)));
    fields.extend(evidence::record_fields(web, v, &form).await?);
    fields.push(Field::new("photos", say.t("praise-file"), Kind::Photos).optional());
    fields.push(Field::line("file", say.t("praise-file-hash")).hint(say.t("praise-file-hash-hint")).optional());
    fields.push(Field::new("shows_person", say.t("praise-shows-person"), Kind::Tick));
    fields.push(Field::new("consent", say.t("praise-consent"), Kind::Tick).hint(say.t("praise-consent-hint")));
    let at = before.map(|p| format!("/praise/{}", p.praise.id));
    Ok(FormPage {
        button: say.t("save"),
        crumbs: vec![(say.t("praise-title"), "/praise".into())],
        action: at.as_ref().map_or_else(|| "/praise/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/praise".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "praise").await?,
            before.map_or_else(|| say.t("praise-new"), |p| title(say, &p.praise)),
            form,
            faults,
        )
    })
}

async fn read(web: &Web, v: &Visitor, before: Option<&PraisePage>, form: &Form) -> Result<PraiseCommand, AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let partners = web.app().all_partners(&v.actor).await?;
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let day = r.take(form.day("day"));
    let channel = r.take(form.needed::<Channel>("channel", "kind"));
    let partner = r.take(typed(&partners, form, "partner")).flatten();
    let about = evidence::records_in(form, &mut r);
    r.done()?;
    let text = |field: &str| form.get(field).to_owned();
    Ok(PraiseCommand::PutPraise {
        praise: before.map_or(id.unwrap_or_default(), |p| p.praise.id),
        code: before.map_or_else(|| text("code"), |p| p.praise.code.clone()),
        partner: partner.map(|p| p.0),
        name: Some(text("name")),
        channel: channel.unwrap_or(Channel::InPerson),
        day: day.unwrap_or_default(),
        words: Some(text("words")),
        file: Some(text("file")),
        photos: form.photos("photos"),
        shows_person: form.ticked("shows_person"),
        consent: form.ticked("consent"),
        unit: unit.unwrap_or_default(),
        about,
    })
}

/// The praise of an address, for whoever keeps it.
async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<PraisePage, AppError> {
    let p = web.app().praise_page(&v.actor, at).await?;
    if p.keeps { Ok(p) } else { Err(keeping::denied()) }
}

/// `GET /praise/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    units(&web, &v).await?;
    let q = query(uri.query());
    let today = v.say.today();
    // A code that nobody has, to be replaced by the house's own where it has one.
    let fresh = web.app().mint().uuid(v.say.now()).simple().to_string();
    let code = format!("DZ-{}-{}", today.to_string().replace('-', ""), &fresh[fresh.len() - 4..]);
    let form = Form::of([
        ("day", today.to_string()),
        ("code", code.to_uppercase()),
        ("channel", Channel::InPerson.as_str().to_owned()),
        (evidence::FIRST_RECORD, q.get("about").to_owned()),
        ("unit", q.get("unit").to_owned()),
    ]);
    asked(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /praise/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, mut form: Form) -> Page {
    units(&web, &v).await?;
    form.take_photos(&web).await;
    let read = read(&web, &v, None, &form).await.map(Read::now);
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/praise/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /praise/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = kept(&web, &v, &at).await?;
    let (praise, d) = (&p.praise, &p.praise.details);
    let tick = |on: bool| if on { "1".to_owned() } else { String::new() };
    let mut form = Form::of([
        ("id", praise.id.to_string()),
        ("rev", praise.rev.to_string()),
        ("code", praise.code.clone()),
        ("name", p.name.clone().unwrap_or_default()),
        ("channel", d.channel.as_str().to_owned()),
        ("day", d.day.to_string()),
        ("words", p.words.clone().unwrap_or_default()),
        ("unit", d.unit.to_string()),
        ("file", d.file.as_ref().map(|f| f.as_str().to_owned()).unwrap_or_default()),
        ("shows_person", tick(d.shows_person)),
        ("consent", tick(d.consent)),
    ]);
    if let PraisedBy::Partner { partner } = &d.from {
        let named = web.app().partner_names(&[partner.0]).await?.remove(&partner.0);
        form.set("partner", named.map(|n| format!("{} ({})", name(&v.say, &n), n.code)).unwrap_or_default());
    }
    evidence::fill(&mut form, &d.about, &[]);
    asked(&web, &v, Some(&p), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /praise/{id}/edit`
pub async fn change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    mut form: Form,
) -> Page {
    let p = kept(&web, &v, &at).await?;
    form.take_photos(&web).await;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let read = read(&web, &v, Some(&p), &form).await.map(|c| Read { seen, ..Read::now(c) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/praise/{}", p.praise.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&p), form, faults).await?.shown(status),
    }
}

/// The praise of an address, for whoever may erase it.
async fn erases(web: &Web, v: &Visitor, at: &str) -> Result<PraisePage, AppError> {
    let p = web.app().praise_page(&v.actor, at).await?;
    if p.erases { Ok(p) } else { Err(AppError::Denied(Denial::NeedsRole { role: Role::Administrator })) }
}

async fn erase_form(
    web: &Web,
    v: &Visitor,
    p: &PraisePage,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id"]);
    let here = format!("/praise/{}", p.praise.id);
    Ok(FormPage {
        button: say.t("praise-erase"),
        crumbs: vec![(say.t("praise-title"), "/praise".into()), (title(say, &p.praise), here.clone())],
        action: format!("{here}/erase"),
        back: here,
        fields: vec![Field::new("what", say.t("praise-erase-what"), Kind::Fixed(say.t("praise-erase-hint")))],
        ..FormPage::new(Frame::of(web, v, "praise").await?, say.t("praise-erase"), form, faults).grave()
    })
}

/// `GET /praise/{id}/erase`
pub async fn erase_page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = erases(&web, &v, &at).await?;
    erase_form(&web, &v, &p, Form::default(), Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /praise/{id}/erase`
pub async fn erase(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let p = erases(&web, &v, &at).await?;
    let read = Ok(Read::now(PraiseCommand::ErasePraise { praise: p.praise.id }));
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/praise/{}", p.praise.id)),
        Posted::Again(Again { form, faults, status }) => erase_form(&web, &v, &p, form, faults).await?.shown(status),
    }
}
