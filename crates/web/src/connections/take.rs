//! The hall takes an application 受理: at the counter, by phone, from a hotline with its reference. The
//! same command as the customer's own; who takes it answers for the phone.

use crate::connections::words::uses;
use crate::door::frame::Frame;
use crate::door::page::{Page, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::{Field, FormPage, Kind, choice, or_none, voltages, yes_no};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use yixian_app::command::{ApplicationIn, ConnectionCommand, PaperIn};
use yixian_app::{AppError, FieldError};
use yixian_domain::connection::eligible::Exclusion;
use yixian_domain::connection::{ApplicantKind, Capacity, FirmSize, Flag, PaperKind, Setting, Use, Voltage};
use yixian_domain::matter::Origin;

/// How it came, as commands name it.
const ORIGINS: [&str; 5] = ["counter", "staff", "web", "hotline12345", "hotline95598"];

fn fields(say: &Say, districts: Vec<String>, streets: Vec<String>) -> Vec<Field> {
    let t = |key: &str| say.t(key);
    let line = |name, key: &str, input| Field::new(name, t(key), Kind::Line(input));
    vec![
        Field::new(
            "origin",
            t("intake-channel"),
            Kind::Choice(ORIGINS.iter().map(|o| ((*o).to_owned(), say.of("intake-by", o))).collect()),
        ),
        line("reference", "intake-reference", "text").hint(t("intake-reference-hint")).optional(),
        Field::new("flags", t("intake-flags"), Kind::Many(choice(say, "flag", Flag::ALL, Flag::as_str)))
            .hint(t("intake-flags-hint"))
            .optional(),
        Field::new(
            "applicant",
            t("apply-who"),
            Kind::Choice(choice(say, "applicant", ApplicantKind::ALL, ApplicantKind::as_str)),
        ),
        line("name", "apply-name", "text"),
        line("credit_code", "apply-credit-code", "text").hint(t("apply-credit-code-hint")).optional(),
        Field::new("size", t("intake-size"), Kind::Choice(choice(say, "firm-size", FirmSize::ALL, FirmSize::as_str)))
            .optional(),
        line("phone", "fact-phone", "tel"),
        Field::new(
            "district",
            t("filter-district"),
            Kind::Select(or_none(String::new(), districts.into_iter().map(|d| (d.clone(), d)).collect())),
        ),
        Field::new("street", t("intake-street"), Kind::Typed(streets)).optional(),
        line("address", "apply-address", "text"),
        Field::new("setting", t("intake-setting"), Kind::Choice(choice(say, "setting", Setting::ALL, Setting::as_str)))
            .hint(t("intake-setting-hint"))
            .optional(),
        Field::new("use", t("apply-use"), Kind::Pictures(uses(say))),
        line("capacity", "field-capacity-kw", "text").hint(t("apply-kw-hint")),
        Field::new("voltage", t("field-voltage"), Kind::Choice(voltages())).optional(),
        Field::new("dual", t("field-dual"), Kind::Choice(yes_no(say))).optional(),
        Field::new("temporary", t("intake-temporary"), Kind::Choice(yes_no(say))).optional(),
        Field::new("important", t("intake-important"), Kind::Choice(yes_no(say))).optional(),
        Field::new(
            "exclusions",
            t("intake-exclusions"),
            Kind::Many(choice(say, "reason", Exclusion::ALL, Exclusion::as_str)),
        )
        .hint(t("intake-exclusions-hint"))
        .optional(),
        Field::new("words", t("field-said-words"), Kind::Text).optional(),
        Field::new("photo", t("intake-paper"), Kind::Photos),
    ]
}

async fn form_page(web: &Web, v: &Visitor, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let say = &v.say;
    form.mint(web, &["command_id", "connection"]);
    for (name, value) in [("origin", "counter"), ("applicant", "firm"), ("size", "small"), ("voltage", "0.4kV")] {
        if form.get(name).is_empty() {
            form.set(name, value);
        }
    }
    let districts = web.app().districts().await?;
    let areas = &web.app().policies().areas;
    let mut streets: Vec<String> = districts.iter().flat_map(|d| areas.streets(d)).map(str::to_owned).collect();
    streets.sort();
    streets.dedup();
    let page = FormPage {
        button: say.t("intake-go"),
        crumbs: vec![(say.t("nav-connections"), "/connections".into())],
        action: "/connections/new".into(),
        back: "/connections".into(),
        hidden: vec!["connection"],
        fields: fields(say, districts, streets),
        draft: Some("connection-new".into()),
        ..FormPage::new(Frame::of(web, v, "connections").await?, say.t("intake-title"), form, faults)
    };
    page.shown(status)
}

/// `GET /connections/new`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    form_page(&web, &v, query(uri.query()), Faults::none(), StatusCode::OK).await
}

fn application(form: &Form) -> Result<ApplicationIn, AppError> {
    let mut r = Reading::default();
    r.faults.clone_from(&form.faults);
    let text = |name: &str| form.get(name).to_owned();
    let origin = r.take(form.word::<Origin>("origin", "origin")).unwrap_or(Origin::Counter);
    let applicant = r.take(form.word::<ApplicantKind>("applicant", "applicant")).unwrap_or(ApplicantKind::Firm);
    let purpose = r.take(form.word::<Use>("use", "use")).unwrap_or(Use::Other);
    let voltage = r.take(form.word::<Voltage>("voltage", "voltage")).unwrap_or(Voltage::Low);
    r.take(Capacity::parse(form.get("capacity")).map_err(|e| FieldError::with("capacity", e.code(), e.detail())));
    r.take(
        yixian_domain::connection::Phone::parse(form.get("phone"))
            .map_err(|e| FieldError::with("phone", e.code(), e.detail())),
    );
    for (name, code) in [("name", "name_needed"), ("district", "district_needed"), ("address", "address_needed")] {
        if form.get(name).is_empty() {
            r.faults.push(FieldError::new(name, code));
        }
    }
    let firm = applicant == ApplicantKind::Firm;
    let credit_code = Some(text("credit_code")).filter(|c| firm && !c.is_empty());
    if firm {
        r.take(
            yixian_domain::connection::CreditCode::parse(form.get("credit_code"))
                .map_err(|e| FieldError::with("credit_code", e.code(), e.detail())),
        );
    }
    let yes = |name: &str| form.get(name) == "yes";
    let first = if firm { PaperKind::Licence } else { PaperKind::Identity };
    let a = ApplicationIn {
        origin,
        reference: Some(text("reference")).filter(|t| !t.is_empty()),
        applicant,
        name: text("name"),
        phone: text("phone"),
        proof: None,
        credit_code,
        size: form.word("size", "applicant").unwrap_or(FirmSize::Unknown),
        district: text("district"),
        street: text("street"),
        address: text("address"),
        setting: form.word("setting", "setting").ok(),
        purpose,
        capacity: text("capacity"),
        voltage,
        dual: yes("dual"),
        temporary: yes("temporary") || purpose == Use::Building,
        important: yes("important"),
        exclusions: form.all("exclusions").filter_map(Exclusion::parse).collect(),
        flags: form.all("flags").filter_map(Flag::parse).collect(),
        papers: vec![
            PaperIn { kind: first, photos: form.photos("photos") },
            PaperIn { kind: PaperKind::Premises, photos: vec![] },
        ],
        words: text("words"),
        place: None,
        unit: None,
    };
    r.done()?;
    Ok(a)
}

/// `POST /connections/new`
pub async fn submit(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, mut form: Form) -> Page {
    form.take_photos(&web).await;
    let read = form.id("connection", "uuid_v7").map_err(|e| AppError::Invalid(vec![e])).and_then(|connection| {
        let application = Box::new(application(&form)?);
        Ok(Read::now(ConnectionCommand::ApplyConnection { connection, application }))
    });
    match Post::by(&web, &v).minted(&["connection"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/connections/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => form_page(&web, &v, form, faults, status).await,
    }
}
