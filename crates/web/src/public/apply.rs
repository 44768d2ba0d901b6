//! Applying for power 报装: without an account, on a phone, also without JavaScript. One form in four
//! numbered parts, then one page to confirm what it will take, when and for how much. Everything typed
//! comes back with every answer; the phone is proven by a code once and stays proven.

use crate::connections::words::{capacities, eligible_reasons, kilowatts, uses};
use crate::door::frame::Frame;
use crate::door::guard::From;
use crate::door::page::{Page, show_as};
use crate::door::say::Lang;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::page::Picture;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::matters::matter::{limit_words, rule_words};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use yixian_app::command::{ApplicationIn, ConnectionCommand, PaperIn};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Actor;
use yixian_domain::connection::area::Areas;
use yixian_domain::connection::{ApplicantKind, Capacity, FirmSize, PaperKind, Phone, Use, ValueFault, Voltage};
use yixian_domain::matter::Origin;

/// Papers asked for: which, field of the upload, field of what is kept.
const PAPERS: [(PaperKind, &str, &str); 3] = [
    (PaperKind::Identity, "photo_identity", "kept_identity"),
    (PaperKind::Licence, "photo_licence", "kept_licence"),
    (PaperKind::Premises, "photo_premises", "kept_premises"),
];

/// Whether a paper is asked of an applicant: a firm's licence is read from its credit code.
fn asked_of(kind: PaperKind, applicant: ApplicantKind) -> bool {
    match kind {
        PaperKind::Licence => false,
        PaperKind::Identity => applicant == ApplicantKind::Person,
        _ => true,
    }
}

/// A district with its streets.
struct District {
    name: String,
    streets: Vec<String>,
}

struct Paper {
    label: String,
    file_name: &'static str,
    kept_name: &'static str,
    kept: Vec<String>,
}

#[derive(Template)]
#[template(path = "public/apply.html")]
struct ApplyPage {
    f: Frame,
    faults: Faults,
    form: Form,
    districts: Vec<District>,
    uses: Vec<Picture>,
    capacities: Vec<Picture>,
    sizes: Vec<(String, String)>,
    papers: Vec<Paper>,
    /// A code was sent just now.
    sent: bool,
    /// A code was sent before.
    asked: bool,
    proven: bool,
}

#[derive(Template)]
#[template(path = "public/confirm.html")]
struct ConfirmPage {
    f: Frame,
    faults: Faults,
    class: String,
    steps_n: String,
    promised: Option<String>,
    cost: String,
    stations: Vec<String>,
    never: Vec<String>,
    later: Vec<String>,
    reasons: Vec<String>,
    facts: Vec<(String, String)>,
    kept: Vec<(String, String)>,
    rule: String,
}

fn value(field: &'static str, e: &ValueFault) -> FieldError {
    FieldError::with(field, e.code(), e.detail())
}

async fn form_page(web: &Web, v: &Visitor, mut form: Form, faults: Faults, status: StatusCode, sent: bool) -> Page {
    let say = &v.say;
    form.mint(web, &["command_id", "connection"]);
    let areas = &web.app().policies().areas;
    let page = ApplyPage {
        districts: web
            .app()
            .districts()
            .await?
            .into_iter()
            .map(|name| District { streets: areas.streets(&name).map(str::to_owned).collect(), name })
            .collect(),
        uses: uses(say),
        capacities: capacities(say),
        sizes: [FirmSize::Small, FirmSize::Medium, FirmSize::Large]
            .into_iter()
            .map(|z| (z.as_str().to_owned(), say.of("firm-size", z.as_str())))
            .collect(),
        papers: PAPERS
            .into_iter()
            .filter(|p| p.0 != PaperKind::Licence)
            .map(|(kind, file_name, kept_name)| Paper {
                label: say.of("paper", kind.as_str()),
                file_name,
                kept_name,
                kept: form.photos(kept_name),
            })
            .collect(),
        sent,
        asked: sent || !form.get("code").is_empty() || faults.bad("code"),
        proven: !form.get("proof").is_empty(),
        f: Frame::plain(web, v),
        faults,
        form,
    };
    show_as(status, &page)
}

/// `GET /apply`
pub async fn page(State(web): State<Web>, v: Visitor, uri: Uri) -> Page {
    // A link may open the form with a district; nothing personal belongs into an address.
    let mut form = Form::default();
    form.set("district", query(uri.query()).get("district"));
    form_page(&web, &v, form, Faults::none(), StatusCode::OK, false).await
}

/// What was typed as the command has it; every fault, not the first only.
fn application(form: &Form, areas: &Areas) -> Result<ApplicationIn, Vec<FieldError>> {
    let mut r = Reading::default();
    let applicant = r.take(form.word::<ApplicantKind>("applicant", "applicant")).unwrap_or(ApplicantKind::Person);
    let purpose = r.take(form.word::<Use>("use", "use"));
    let capacity = match form.get("capacity_kw") {
        "" => form.get("capacity"),
        typed => typed,
    };
    if capacity.is_empty() {
        r.faults.push(FieldError::new("capacity", "capacity"));
    } else {
        r.take(
            Capacity::parse(capacity)
                .map_err(|e| value(if form.get("capacity_kw").is_empty() { "capacity" } else { "capacity_kw" }, &e)),
        );
    }
    for (name, code) in [("name", "name_needed"), ("district", "district_needed"), ("address", "address_needed")] {
        if form.get(name).is_empty() {
            r.faults.push(FieldError::new(name, code));
        }
    }
    r.take(Phone::parse(form.get("phone")).map_err(|e| value("phone", &e)));
    let firm = applicant == ApplicantKind::Firm;
    if firm {
        r.take(
            yixian_domain::connection::CreditCode::parse(form.get("credit_code")).map_err(|e| value("credit_code", &e)),
        );
    }
    let text = |name: &str| form.get(name).to_owned();
    // Another district may have been chosen after the street.
    let street = areas.streets(form.get("district")).find(|s| *s == form.get("street")).unwrap_or_default().to_owned();
    let papers = PAPERS
        .into_iter()
        .map(|(kind, _, kept)| PaperIn { kind, photos: form.photos(kept) })
        .filter(|p| asked_of(p.kind, applicant) || !p.photos.is_empty())
        .collect();
    let purpose_or = purpose.unwrap_or(Use::Other);
    let a = ApplicationIn {
        origin: Origin::Web,
        reference: None,
        applicant,
        name: text("name"),
        phone: text("phone"),
        proof: Some(text("proof")).filter(|p| !p.is_empty()),
        credit_code: firm.then(|| text("credit_code")),
        size: form.word("size", "applicant").unwrap_or(if firm { FirmSize::Small } else { FirmSize::Unknown }),
        district: text("district"),
        street,
        address: text("address"),
        setting: None,
        purpose: purpose_or,
        capacity: capacity.to_owned(),
        voltage: Voltage::Low,
        dual: false,
        temporary: purpose_or == Use::Building,
        important: false,
        exclusions: vec![],
        flags: vec![],
        papers,
        words: String::new(),
        place: None,
        unit: None,
    };
    if r.faults.is_empty() { Ok(a) } else { Err(r.faults) }
}

async fn send_code(web: &Web, v: &Visitor, from: From, form: Form) -> Page {
    let too_often = |form| async move {
        form_page(
            web,
            v,
            form,
            Faults::of(&v.say, &[FieldError::new("phone", "code_too_often")]),
            StatusCode::TOO_MANY_REQUESTS,
            false,
        )
        .await
    };
    if web.inner.limits.code(from.0).is_err() {
        return too_often(form).await;
    }
    let sent =
        web.app().start_phone_code(form.get("phone"), |code| v.say.t1("apply-code-sms", "code", code.to_owned())).await;
    match sent {
        Ok(()) => form_page(web, v, form, Faults::none(), StatusCode::OK, true).await,
        Err(AppError::TooMany { .. }) => too_often(form).await,
        Err(AppError::MessageNotSent(why)) => {
            tracing::warn!(why, "a code was not sent");
            form_page(
                web,
                v,
                form,
                Faults::of(&v.say, &[FieldError::new("phone", "code_not_sent")]),
                StatusCode::SERVICE_UNAVAILABLE,
                false,
            )
            .await
        }
        Err(e) => {
            let (status, faults) = Faults::from_error(&v.say, e)?;
            form_page(web, v, form, faults, status, false).await
        }
    }
}

/// Proves the phone by the code once; the proof goes with the form from then on.
async fn prove(web: &Web, form: &mut Form) -> Result<(), FieldError> {
    if Phone::parse(form.get("phone")).is_err() || web.app().proves(form.get("proof"), form.get("phone")) {
        return Ok(());
    }
    form.set("proof", "");
    if form.get("code").is_empty() {
        return Err(FieldError::new("code", "code_needed"));
    }
    let checked = web.app().check_phone_code(form.get("phone"), form.get("code")).await;
    match checked {
        Ok(proof) => {
            form.set("proof", proof);
            Ok(())
        }
        Err(AppError::Invalid(mut f)) if !f.is_empty() => Err(f.swap_remove(0)),
        Err(_) => Err(FieldError::new("code", "code_wrong")),
    }
}

fn yuan(say: &crate::door::say::Say, m: Option<yixian_domain::connection::Money>) -> String {
    m.map_or_else(|| say.t("confirm-cost-plan"), |m| say.t1("confirm-cost-yuan", "n", m.to_string()))
}

async fn confirm(web: &Web, v: &Visitor, form: Form, a: &ApplicationIn) -> Page {
    let say = &v.say;
    let p = match web.app().connection_preview(&Actor::Anonymous, a).await {
        Ok(p) => p,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            return form_page(web, v, form, faults, status, false).await;
        }
    };
    let name = |zh: &str, en: &str| if say.lang() == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    let stations: Vec<String> = p.visible.iter().map(|s| name(&s.name, &s.name_en)).collect();
    let paper = |k: PaperKind| say.of("paper", k.as_str());
    let (given, later): (Vec<_>, Vec<_>) = a.papers.iter().partition(|p| !p.photos.is_empty());
    let mut never: Vec<String> = given.iter().map(|p| paper(p.kind)).collect();
    if a.applicant == ApplicantKind::Firm {
        never.push(paper(PaperKind::Licence));
    }
    let mut facts = vec![
        (say.t("apply-name"), a.name.clone()),
        (say.t("fact-phone"), a.phone.clone()),
        (
            say.t("fact-address"),
            [a.district.as_str(), &a.street, &a.address]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        ),
        (say.t("fact-use"), say.of("use", a.purpose.as_str())),
        (say.t("fact-capacity"), kilowatts(say, &a.capacity)),
    ];
    if let Some(code) = &a.credit_code {
        facts.insert(1, (say.t("fact-credit-code"), code.clone()));
    }
    let page = ConfirmPage {
        class: say.of("class", p.class.as_str()),
        steps_n: say.t1("confirm-steps-n", "n", stations.len() as i64),
        promised: p.due.as_ref().map(|d| say.day(d.day)),
        cost: yuan(say, p.cost),
        reasons: if p.eligibility.stands() || a.purpose == Use::Home {
            vec![]
        } else {
            eligible_reasons(say, &p.eligibility.reasons)
        },
        later: later.iter().map(|p| paper(p.kind)).collect(),
        kept: form
            .fields()
            .iter()
            .filter(|(k, _)| !matches!(k.as_str(), "go" | "csrf"))
            .cloned()
            .chain([("csrf".to_owned(), v.form_token.clone())])
            .collect(),
        rule: p
            .limits
            .iter()
            .find(|l| matches!(l.step.as_str(), "whole" | "handled"))
            .map(|l| say.t1("confirm-rule", "rule", format!("{} · {}", rule_words(&l.rule), limit_words(say, l.limit))))
            .unwrap_or_default(),
        f: Frame::plain(web, v),
        faults: Faults::none(),
        stations,
        never,
        facts,
    };
    show_as(StatusCode::OK, &page)
}

async fn send(web: &Web, v: &Visitor, form: Form, a: ApplicationIn) -> Page {
    let (phone, proof) = (a.phone.clone(), form.get("proof").to_owned());
    let connection = form.id("connection", "uuid_v7").map_err(|e| AppError::Invalid(vec![e]));
    let read = connection
        .map(|connection| Read::now(ConnectionCommand::ApplyConnection { connection, application: Box::new(a) }));
    match Post::by(web, v).of(&Actor::Anonymous).minted(&["connection"]).send(form, read).await? {
        Posted::Done(receipt) => {
            let id = yixian_domain::ids::MatterId(receipt.record);
            crate::public::customer::opened(web, v, id, &phone, &proof).await
        }
        Posted::Again(Again { form, faults, status }) => form_page(web, v, form, faults, status, false).await,
    }
}

/// `POST /apply`: sends a code, shows what it will take, or applies.
pub async fn submit(State(web): State<Web>, v: Visitor, Extension(from): Extension<From>, mut form: Form) -> Page {
    if web.inner.limits.apply(from.0).is_err() {
        let faults = Faults { list: vec![(String::new(), v.say.t("error-too-many"))] };
        return form_page(&web, &v, form, faults, StatusCode::TOO_MANY_REQUESTS, false).await;
    }
    let go = form.get("go").to_owned();
    match go.as_str() {
        "code" => return send_code(&web, &v, from, form).await,
        "edit" => return form_page(&web, &v, form, Faults::none(), StatusCode::OK, false).await,
        _ => {}
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    // Whoever has proven no phone leaves nothing on our disk.
    let proven = prove(&web, &mut form).await;
    if proven.is_ok() {
        form.take_photos(&web).await;
    } else if form.files.iter().any(|(_, file)| !file.bytes.is_empty()) {
        form.faults.push(FieldError::new("photo", "photo_after_code"));
    }
    let mut faults = form.faults.clone();
    faults.extend(proven.err());
    let read = application(&form, &web.app().policies().areas);
    match read {
        Ok(a) if faults.is_empty() && go == "send" => send(&web, &v, form, a).await,
        Ok(a) if faults.is_empty() => confirm(&web, &v, form, &a).await,
        Ok(_) => {
            let shown = Faults::of(&v.say, &faults);
            form_page(&web, &v, form, shown, status, false).await
        }
        Err(more) => {
            faults.extend(more);
            let shown = Faults::of(&v.say, &faults);
            form_page(&web, &v, form, shown, status, false).await
        }
    }
}
