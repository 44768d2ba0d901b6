//! The customer's page 客户进度: by an unguessable link and the last four digits of his phone. Two big
//! stations, who has it and how to call them, the promised day with its count, whose time it was, what
//! was paid, his papers, his word on the service. Nothing personal stands in an address, a title or a
//! cache; a link or digits that are not known cost the guesser time.

use crate::connections::words::{Span, kilowatts, shares, strip};
use crate::door::frame::Frame;
use crate::door::guard::From;
use crate::door::page::{Page, show_as};
use crate::door::problem::Failure;
use crate::door::say::{Lang, Say};
use crate::door::telling::unit_name;
use crate::door::visitor::{Visitor, cookie};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::matters::matter::{Entry, Explained, Story, clock_of, explain, story};
use crate::matters::rows::{Pill, number, pill};
use crate::public::proof::{Proof, Said, said};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use yixian_app::command::ConnectionCommand;
use yixian_app::connections::{CustomerPage, StepState};
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Actor;
use yixian_domain::connection::{ApplicantKind, Case, Complaint, PaperKind, Phone, Satisfaction};
use yixian_domain::ids::MatterId;
use yixian_domain::matter::Stage;
use yixian_domain::procedure::Step;

/// The cookie that remembers the last digits were right; for pages below `/c/` only.
pub const COOKIE: &str = "yx_c";

struct Station {
    name: String,
    class: &'static str,
    at: Option<String>,
    note: Option<String>,
}
struct Part {
    by: &'static str,
    words: String,
    value: String,
}
struct PaperRow {
    code: String,
    label: String,
    given: bool,
    photos: Vec<String>,
    first: bool,
}

#[derive(Template)]
#[template(path = "public/key.html")]
struct KeyPage {
    f: Frame,
    faults: Faults,
    secret: String,
    typed: String,
}

#[derive(Template)]
#[template(path = "public/customer.html")]
struct Shown {
    f: Frame,
    faults: Faults,
    form: Form,
    secret: String,
    number: String,
    what: String,
    fresh: bool,
    pill: Option<Pill>,
    ended: Option<String>,
    verdict: Option<String>,
    stations: Vec<Station>,
    may_rate: bool,
    proof: Proof,
    verdicts: Vec<(&'static str, String)>,
    reasons: Vec<(&'static str, String)>,
    holder: String,
    holder_person: Option<String>,
    phone: Option<(String, String)>,
    due: Option<String>,
    explained: Explained,
    elapsed: String,
    spans: Vec<Span>,
    spans_alt: String,
    legend: Vec<Part>,
    paid: String,
    saved: Option<String>,
    never: Vec<String>,
    papers: Vec<PaperRow>,
    may_add: bool,
    kept: Vec<String>,
    entries: Vec<Entry>,
    /// Id of the problem that "not satisfied" would open.
    problem: String,
}

/// Who is at the door.
enum Door {
    /// The link is known and the last digits were right.
    Open(Actor, MatterId),
    /// The link is known.
    Locked,
    /// It is not.
    Unknown(Response),
}

async fn door(web: &Web, from: From, headers: &HeaderMap, secret: &str) -> Result<Door, Failure> {
    let Some((matter, contact, voice)) = web.app().raiser(secret).await? else {
        // Guessing is slow for whoever guesses.
        let status = if web.inner.limits.unknown_link(from.0).is_err() {
            StatusCode::TOO_MANY_REQUESTS
        } else {
            StatusCode::NOT_FOUND
        };
        return Ok(Door::Unknown(status.into_response()));
    };
    let passed = match cookie(headers, COOKIE) {
        Some(pass) => web.app().customer_pass_ok(secret, pass).await?,
        None => false,
    };
    Ok(if passed { Door::Open(Actor::Raiser { contact, matter, voice }, matter) } else { Door::Locked })
}

fn with_pass(web: &Web, mut response: Response, pass: &str) -> Response {
    let secure = if web.options().tls { "; Secure" } else { "" };
    if let Ok(value) =
        HeaderValue::from_str(&format!("{COOKIE}={pass}; Path=/c/; HttpOnly; SameSite=Lax; Max-Age=2592000{secure}"))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Straight to his page, for who has just applied and proven his phone; the link goes to the phone too.
pub(crate) async fn opened(web: &Web, v: &Visitor, id: MatterId, phone: &str, proof: &str) -> Page {
    let secret = web.app().customer_link(id, proof).await?;
    let link = format!("{}/c/{secret}", web.options().public_url);
    if let Err(e) = web.app().tell(phone, proof, &v.say.t1("customer-sms", "link", link)).await {
        tracing::warn!(error = %e, "a link was not sent");
    }
    let last = Phone::parse(phone).map(|p| p.last_four().to_owned()).unwrap_or_default();
    let response = Redirect::to(&format!("/c/{secret}?fresh=1")).into_response();
    Ok(match web.app().customer_pass(&secret, &last).await? {
        Some(pass) => with_pass(web, response, &pass),
        None => response,
    })
}

fn locked(web: &Web, v: &Visitor, secret: String, typed: String, faults: Faults, status: StatusCode) -> Page {
    show_as(status, &KeyPage { f: Frame { path: String::new(), ..Frame::plain(web, v) }, faults, secret, typed })
}

/// The big stations. What happens unseen between two of them belongs to the one it leads to.
fn stations(say: &Say, p: &CustomerPage, steps: &[Step], case: &Case) -> Vec<Station> {
    let name = |s: &Step| if say.lang() == Lang::Zh { s.name.clone() } else { s.name_en.clone() };
    let over = case.energized.is_some() || case.withdrawn.is_some();
    let now = p.stations.iter().position(|s| s.state != StepState::Done).filter(|_| !over);
    let doing = case.step().and_then(|r| steps.iter().find(|s| s.code == r.code));
    p.stations
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let here = now == Some(i);
            Station {
                name: name(&s.step),
                class: if s.state == StepState::Done {
                    "st-done"
                } else if here {
                    "st-now"
                } else {
                    ""
                },
                at: s.to.filter(|_| s.state == StepState::Done).map(|t| say.moment(t)),
                note: doing.filter(|d| here && d.code != s.step.code).map(name),
            }
        })
        .collect()
}

async fn shown(
    web: &Web,
    v: &Visitor,
    who: &Actor,
    secret: String,
    mut form: Form,
    faults: Faults,
    status: StatusCode,
    fresh: bool,
) -> Page {
    let p = web.app().customer_page(who).await?;
    let d = web.app().directory().await?;
    let say = &v.say;
    let m = &p.matter;
    let policies = web.app().policies();
    let steps = policies.procedures.get(&m.procedure).map(|x| x.steps.clone()).unwrap_or_default();
    let case = m.case.as_deref().ok_or(AppError::NotFound("connection"))?;
    form.mint(web, &["command_id"]);
    let legend: Vec<Part> =
        shares(say, &p.clocks).into_iter().map(|(by, words, value)| Part { by, words, value }).collect();
    let mut never: Vec<String> =
        case.papers.iter().filter(|p| p.at.is_some()).map(|p| say.of("paper", p.kind.as_str())).collect();
    if case.asked.applicant == ApplicantKind::Firm && !never.contains(&say.of("paper", "licence")) {
        never.push(say.of("paper", "licence"));
    }
    let holder_person = p.person.filter(|_| !p.with_customer).and_then(|h| d.person(h)).map(|h| h.name.clone());
    let page = Shown {
        number: number(say, m.raised.at, p.n),
        what: format!(
            "{} · {}",
            say.of("use", case.asked.purpose.as_str()),
            kilowatts(say, &case.asked.capacity.to_string())
        ),
        pill: pill(say, clock_of(m)),
        ended: match &m.stage {
            Stage::Refused { .. } if case.withdrawn.is_some() => Some(say.t("customer-ended-withdrawn")),
            Stage::Refused { .. } => Some(say.t("customer-ended-refused")),
            _ => None,
        },
        verdict: case.rating.as_ref().map(|r| say.of("satisfaction", r.satisfaction.as_str())),
        stations: stations(say, &p, &steps, case),
        may_rate: p.may_rate && case.rating.is_none(),
        proof: Proof::of(web, who, &form).await?,
        verdicts: Satisfaction::ALL.iter().map(|s| (s.as_str(), say.of("satisfaction", s.as_str()))).collect(),
        reasons: Complaint::ALL.iter().map(|c| (c.as_str(), say.of("complaint", c.as_str()))).collect(),
        holder: if p.with_customer {
            say.t("customer-with-you")
        } else {
            d.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default()
        },
        phone: Some(&p.hotline).filter(|n| !n.is_empty()).map(|n| {
            (
                say.t1("customer-call", "phone", n.clone()),
                format!("tel:{}", n.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>()),
            )
        }),
        due: m.due.as_ref().map(|due| say.day(due.day)),
        explained: explain(say, p.deadline.as_ref()),
        elapsed: say.t1("clock-days", "n", p.clocks.days.d1_elapsed),
        spans: strip(&p.clocks),
        spans_alt: legend.iter().map(|l| format!("{} {}", l.words, l.value)).collect::<Vec<_>>().join(", "),
        legend,
        paid: match &case.cost {
            Some(cost) => say.t1("yuan", "n", cost.paid.to_string()),
            None if case.class.is_free() => say.t1("yuan", "n", "0"),
            None => say.t("customer-paid-unknown"),
        },
        // A claim is nobody's promise to a customer.
        saved: case
            .cost
            .as_ref()
            .filter(|c| !c.counterfactual.is_claim() && c.saving().0 > 0)
            .map(|c| say.t1("customer-saved", "n", c.saving().to_string())),
        papers: {
            let mut first = true;
            case.papers
                .iter()
                .map(|x| PaperRow {
                    code: x.kind.as_str().to_owned(),
                    label: say.of("paper", x.kind.as_str()),
                    given: x.at.is_some(),
                    photos: x.photos.iter().map(|f| f.as_str().to_owned()).collect(),
                    first: x.at.is_none() && std::mem::take(&mut first),
                })
                .collect()
        },
        may_add: p.may_add_paper,
        kept: form.photos("photos"),
        problem: match form.get("problem") {
            "" => web.app().mint().uuid(say.now()).to_string(),
            sent => sent.to_owned(),
        },
        entries: story(
            say,
            &d,
            &Story { rows: &p.timeline, words: &p.words, steps: &steps, of_case: true, only_visible: true },
        ),
        f: Frame { path: format!("/c/{secret}"), ..Frame::plain(web, v) },
        holder_person,
        never,
        secret,
        form,
        faults,
        fresh,
    };
    show_as(status, &page)
}

/// `GET /c/{secret}`
pub async fn page(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    uri: Uri,
) -> Page {
    match door(&web, from, &headers, &secret).await? {
        Door::Open(who, _) => {
            shown(
                &web,
                &v,
                &who,
                secret,
                Form::default(),
                Faults::none(),
                StatusCode::OK,
                query(uri.query()).ticked("fresh"),
            )
            .await
        }
        Door::Locked => locked(&web, &v, secret, String::new(), Faults::none(), StatusCode::OK),
        Door::Unknown(r) => Ok(r),
    }
}

/// `POST /c/{secret}`: the last four digits.
pub async fn unlock(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    form: Form,
) -> Page {
    if let Door::Unknown(r) = door(&web, from, &headers, &secret).await? {
        return Ok(r);
    }
    let typed: String = form.get("last4").chars().filter(char::is_ascii_digit).take(4).collect();
    let fault = |code| Faults::of(&v.say, &[FieldError::new("last4", code)]);
    if web.inner.limits.digits_try(from.0, &yixian_app::mint::hash_secret(&secret)).is_err() {
        let mut page = locked(&web, &v, secret, typed, fault("last4_tries"), StatusCode::TOO_MANY_REQUESTS)?;
        page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("300"));
        return Ok(page);
    }
    match web.app().customer_pass(&secret, &typed).await? {
        Some(pass) => Ok(with_pass(&web, Redirect::to(&format!("/c/{secret}")).into_response(), &pass)),
        None => locked(&web, &v, secret, typed, fault("last4"), StatusCode::UNPROCESSABLE_ENTITY),
    }
}

async fn act(
    web: &Web,
    v: &Visitor,
    who: &Actor,
    secret: String,
    form: Form,
    command: Result<ConnectionCommand, Vec<FieldError>>,
) -> Page {
    let read = command.map_err(AppError::Invalid).map(Read::now);
    match Post::by(web, v).of(who).minted(&["problem"]).send(form, read).await? {
        Posted::Done(_) => crate::door::page::to(&format!("/c/{secret}")),
        Posted::Again(Again { form, faults, status }) => shown(web, v, who, secret, form, faults, status, false).await,
    }
}

/// `POST /c/{secret}/rate`
pub async fn rate(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    form: Form,
) -> Page {
    let (who, id) = match door(&web, from, &headers, &secret).await? {
        Door::Open(who, id) => (who, id),
        Door::Locked => return locked(&web, &v, secret, String::new(), Faults::none(), StatusCode::UNAUTHORIZED),
        Door::Unknown(r) => return Ok(r),
    };
    let who = match said(&web, &v, from, who.clone(), &form).await? {
        Said::By(who) => who,
        Said::Again(status, faults) => return shown(&web, &v, &who, secret, form, faults, status, false).await,
    };
    let mut faults = Vec::new();
    let verdict = Satisfaction::parse(form.get("verdict"));
    if verdict.is_none() {
        faults.push(FieldError::new("verdict", "satisfaction"));
    }
    let reasons: Vec<Complaint> = form.all("reason").filter_map(Complaint::parse).collect();
    if verdict == Some(Satisfaction::Not) && reasons.is_empty() {
        faults.push(FieldError::new("verdict", "complaint"));
    }
    let command = match verdict {
        Some(satisfaction) if faults.is_empty() => Ok(ConnectionCommand::RateConnection {
            connection: id.0,
            satisfaction,
            words: form.get("words").to_owned(),
            reasons: if satisfaction == Satisfaction::Not { reasons } else { vec![] },
            // Minted with the form, so that sending twice is the same content.
            problem: (satisfaction == Satisfaction::Not).then(|| form.get("problem").parse().ok()).flatten(),
        }),
        _ => Err(faults),
    };
    act(&web, &v, &who, secret, form, command).await
}

/// `POST /c/{secret}/papers`
pub async fn papers(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path(secret): Path<String>,
    mut form: Form,
) -> Page {
    let (who, id) = match door(&web, from, &headers, &secret).await? {
        Door::Open(who, id) => (who, id),
        Door::Locked => return locked(&web, &v, secret, String::new(), Faults::none(), StatusCode::UNAUTHORIZED),
        Door::Unknown(r) => return Ok(r),
    };
    form.take_photos(&web).await;
    let mut faults = form.faults.clone();
    let kind = PaperKind::parse(form.get("paper"));
    if kind.is_none() {
        faults.push(FieldError::new("paper", "paper"));
    }
    let command = match kind {
        Some(kind) if faults.is_empty() => {
            Ok(ConnectionCommand::AddPaper { connection: id.0, kind, photos: form.photos("photos") })
        }
        _ => Err(faults),
    };
    act(&web, &v, &who, secret, form, command).await
}

/// `GET /c/{secret}/files/{sha}`
pub async fn file(
    State(web): State<Web>,
    Extension(from): Extension<From>,
    headers: HeaderMap,
    Path((secret, sha)): Path<(String, String)>,
) -> Page {
    match door(&web, from, &headers, &secret).await? {
        Door::Open(who, _) => crate::door::files::serve(&web, &who, &sha).await,
        Door::Locked => Ok(StatusCode::NOT_FOUND.into_response()),
        Door::Unknown(r) => Ok(r),
    }
}
