//! The form of an outage: recorded, or corrected with a reason.

use crate::door::frame::Frame;
use crate::door::keeping;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind, beside, choice};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::command::{OutageCommand, OutageIn};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Ask;
use yixian_domain::base::fold;
use yixian_domain::outage::{NetworkLevel, Outage, OutageKind};
use yixian_domain::time::Instant;

const NUMBER: &str = r#"inputmode="numeric" maxlength="12" autocomplete="off""#;

/// Units whose outages somebody keeps.
pub(super) async fn units(web: &Web, v: &Visitor) -> Result<Vec<(String, String)>, AppError> {
    keeping::units(web, v, |path| Ask::KeepOutages(path)).await
}

/// The outage of an address, for whoever keeps it.
pub(super) async fn kept(web: &Web, v: &Visitor, at: &str) -> Result<Outage, AppError> {
    let o = web.app().outage(&v.actor, at).await?;
    if web.app().keeps_outages(&v.actor, o.facts.unit).await? { Ok(o) } else { Err(keeping::denied()) }
}

/// A moment as its field holds it: local, to the minute.
pub(super) fn local(say: &Say, at: Instant) -> String {
    let t = say.zone().local(at);
    let seconds = if t.second() == 0 { String::new() } else { format!(":{:02}", t.second()) };
    format!("{}T{:02}:{:02}{seconds}", t.date(), t.hour(), t.minute())
}

/// The moment of a field, as people write it; none where nothing was written.
pub(super) fn moment(say: &Say, form: &Form, name: &'static str) -> Result<Option<Instant>, FieldError> {
    let text = form.get(name).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = || {
        let (date, time) = text.split_once(['T', ' ', '\u{3000}'])?;
        Some(say.zone().at(fold::day(date)?, fold::time(time)?))
    };
    read().map(Some).ok_or_else(|| FieldError::with(name, "moment", text))
}

async fn asked(
    web: &Web,
    v: &Visitor,
    before: Option<&Outage>,
    mut form: Form,
    faults: Faults,
) -> Result<FormPage, AppError> {
    let say = &v.say;
    form.mint(web, &["command_id", "id"]);
    let districts = web.app().districts().await?.into_iter().map(|d| (d.clone(), d)).collect();
    let mut fields = vec![Field::code(say.t("outage-code"), before.is_some()).hint(say.t("outage-code-hint"))];
    fields.extend(beside(
        Field::new("start", say.t("outage-start"), Kind::Line("datetime-local")),
        Field::new("end", say.t("outage-end"), Kind::Line("datetime-local")).hint(say.t("outage-end-hint")).optional(),
    ));
    fields.extend(beside(
        Field::new("district", say.t("outage-district"), Kind::Select(districts)),
        Field::new("unit", say.t("outage-unit"), Kind::Select(units(web, v).await?)),
    ));
    fields.push(Field::new(
        "level",
        say.t("outage-level"),
        Kind::Choice(choice(say, "network-level", NetworkLevel::ALL, NetworkLevel::as_str)),
    ));
    fields.push(Field::new(
        "kind",
        say.t("outage-kind-label"),
        Kind::Choice(choice(say, "outage-kind", OutageKind::ALL, OutageKind::as_str)),
    ));
    fields.push(Field::line("customers", say.t("outage-customers")).with(NUMBER));
    fields.push(
        Field::line("cause", say.t("outage-cause"))
            .with(r#"maxlength="60" autocomplete="off""#)
            .hint(say.t("outage-cause-hint"))
            .optional(),
    );
    if before.is_some() {
        fields.push(Field::new("reason", say.t("outage-reason"), Kind::Text));
    }
    let at = before.map(|o| format!("/outages/{}", o.id));
    let mut crumbs =
        vec![(say.t("reliability-title"), "/reliability".to_owned()), (say.t("outages-title"), "/outages".to_owned())];
    crumbs.extend(before.zip(at.clone()).map(|(o, at)| (o.code.clone(), at)));
    Ok(FormPage {
        button: say.t("save"),
        crumbs,
        action: at.as_ref().map_or_else(|| "/outages/new".to_owned(), |at| format!("{at}/edit")),
        back: at.unwrap_or_else(|| "/outages".into()),
        hidden: vec!["id", "rev"],
        fields,
        ..FormPage::new(
            Frame::of(web, v, "reliability").await?,
            say.t(if before.is_some() { "outage-correct" } else { "outage-new" }),
            form,
            faults,
        )
    })
}

/// A moment as a command takes it; what cannot be read goes on as it was written, so that its fault is told with all others.
pub(super) fn sent(say: &Say, form: &Form, name: &'static str) -> String {
    match moment(say, form, name) {
        Ok(at) => at.map(|at| at.to_string()).unwrap_or_default(),
        Err(_) => form.get(name).to_owned(),
    }
}

/// A whole number as people write it; what is none is one that no law takes, so that its fault is told with all others.
pub(super) fn number(form: &Form, name: &'static str) -> i64 {
    let plain = fold::plain(form.get(name)).replace([',', ' '], "");
    plain.parse().unwrap_or(-1)
}

/// What a form says.
fn read(say: &Say, form: &Form) -> Result<(Uuid, OutageIn), AppError> {
    let mut r = Reading { faults: form.faults.clone() };
    let id = r.take(form.id("id", "uuid_v7"));
    let unit = r.take(form.id("unit", "unit"));
    let level = r.take(form.word("level", "network_level"));
    let kind = r.take(form.word("kind", "outage_kind"));
    r.done()?;
    let said = OutageIn {
        start: sent(say, form, "start"),
        end: Some(sent(say, form, "end")).filter(|text| !text.is_empty()),
        district: form.get("district").to_owned(),
        unit: unit.unwrap_or_default(),
        level: level.unwrap_or(NetworkLevel::Medium),
        kind: kind.unwrap_or(OutageKind::Unplanned),
        customers: number(form, "customers"),
        cause: Some(form.get("cause").to_owned()),
    };
    Ok((id.unwrap_or_default(), said))
}

/// `GET /outages/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    units(&web, &v).await?;
    let form = Form::of([("start", local(&v.say, v.say.now())), ("level", "medium".to_owned())]);
    asked(&web, &v, None, form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /outages/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, form: Form) -> Page {
    units(&web, &v).await?;
    let code = form.get("code").trim().to_owned();
    let read =
        read(&v.say, &form).map(|(outage, facts)| Read::now(OutageCommand::RecordOutage { outage, code, facts }));
    match Post::by(&web, &v).minted(&["id"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/outages/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, None, form, faults).await?.shown(status),
    }
}

/// `GET /outages/{id}/edit`
pub async fn edit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let o = kept(&web, &v, &at).await?;
    let f = &o.facts;
    let form = Form::of([
        ("id", o.id.to_string()),
        ("rev", o.rev.to_string()),
        ("code", o.code.clone()),
        ("start", local(&v.say, f.start)),
        ("end", f.end.map(|e| local(&v.say, e)).unwrap_or_default()),
        ("district", f.district.clone()),
        ("unit", f.unit.to_string()),
        ("level", f.level.as_str().to_owned()),
        ("kind", f.kind.as_str().to_owned()),
        ("customers", f.customers.to_string()),
        ("cause", f.cause.clone().unwrap_or_default()),
    ]);
    asked(&web, &v, Some(&o), form, Faults::none()).await?.shown(StatusCode::OK)
}

/// `POST /outages/{id}/edit`
pub async fn change(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    form: Form,
) -> Page {
    let o = kept(&web, &v, &at).await?;
    let seen = form.optional::<u32>("rev", "event").ok().flatten();
    let reason = form.get("reason").to_owned();
    let read = read(&v.say, &form)
        .map(|(_, facts)| Read { seen, ..Read::now(OutageCommand::CorrectOutage { outage: o.id, facts, reason }) });
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/outages/{}", o.id)),
        Posted::Again(Again { form, faults, status }) => asked(&web, &v, Some(&o), form, faults).await?.shown(status),
    }
}
