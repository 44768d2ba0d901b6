//! The raiser's page: without an account, by an unguessable link. His own words, how it goes, by
//! when, the answer beside his words, his verdict. The guard slows down whoever guesses links.

use crate::door::frame::Frame;
use crate::door::guard::From;
use crate::door::page::{Page, show_as, to};
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::Faults;
use crate::matters::matter::{answer_of, clock_of, solution_of, timeline};
use crate::matters::rows::{Pill, number, pill, stage_class};
use crate::public::proof::{Proof, Said, said};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use yixian_app::AppError;
use yixian_app::command::MatterCommand;
use yixian_domain::access::Actor;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::{MatterAction, Verdict};

#[derive(Template)]
#[template(path = "public/raiser.html")]
struct RaiserPage {
    f: Frame,
    faults: Faults,
    form: Form,
    secret: String,
    number: String,
    stage: String,
    stage_class: &'static str,
    pill: Option<Pill>,
    holder: String,
    due: Option<String>,
    words: String,
    words_at: String,
    photos: Vec<String>,
    after: Vec<String>,
    answer: Option<(String, String)>,
    may_rate: bool,
    verdict: Option<String>,
    entries: Vec<crate::matters::matter::Entry>,
    open: bool,
    /// Not put right yet.
    waiting: bool,
    proof: Proof,
}

async fn actor(web: &Web, secret: &str) -> Result<(Actor, MatterId), AppError> {
    let (matter, contact, voice) = web.app().raiser(secret).await?.ok_or(AppError::NotFound("link"))?;
    let who = Actor::Raiser { contact, matter, voice };
    // A customer's page asks for the last digits of his phone; this door would not.
    if web.app().customer_page(&who).await.is_ok() { Err(AppError::NotFound("link")) } else { Ok((who, matter)) }
}

async fn shown(web: &Web, v: &Visitor, secret: String, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let (actor, id) = actor(web, &secret).await?;
    let p = web.app().matter_page(&actor, id).await?;
    let d = web.app().directory().await?;
    let say = &v.say;
    let m = &p.matter;
    form.mint(web, &["command_id"]);
    let solution = solution_of(say, &p);
    let page = RaiserPage {
        number: number(say, m.raised.at, p.n),
        stage: say.of("stage", m.stage.name().as_str()),
        stage_class: stage_class(m.stage.name()),
        pill: pill(say, clock_of(m)),
        holder: d.unit(m.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
        due: m.due.as_ref().map(|due| say.day(due.day)),
        words: p.words.get(&m.raised.words.id).cloned().unwrap_or_else(|| say.t("erased")),
        words_at: say.moment(m.raised.at),
        photos: m.raised.photos.iter().map(|p| p.as_str().to_owned()).collect(),
        after: solution.map(|s| s.1).unwrap_or_default(),
        answer: answer_of(say, &p),
        may_rate: p.offers.iter().any(|o| o.action == MatterAction::Rate && o.missing.is_none()),
        verdict: m.verdict.map(|x| crate::matters::matter::verdict_words(say, x)),
        entries: timeline(say, &d, &p, true),
        open: m.is_open(),
        waiting: m.clock_runs(),
        proof: Proof::of(web, &actor, &form).await?,
        f: Frame { person: None, ..Frame::plain(web, v) },
        secret,
        form,
        faults,
    };
    show_as(status, &page)
}

/// `GET /r/{secret}`
pub async fn page(State(web): State<Web>, v: Visitor, Path(secret): Path<String>) -> Page {
    shown(&web, &v, secret, Form::default(), Faults::none(), StatusCode::OK).await
}

async fn act(
    web: Web,
    v: Visitor,
    secret: String,
    form: Form,
    command: Result<MatterCommand, AppError>,
    actor: Actor,
) -> Page {
    let read = command.map(Read::now);
    match Post::by(&web, &v).of(&actor).send(form, read).await? {
        Posted::Done(_) => to(&format!("/r/{secret}")),
        Posted::Again(Again { form, faults, status }) => shown(&web, &v, secret, form, faults, status).await,
    }
}

/// `POST /r/{secret}/rate`
pub async fn rate(
    State(web): State<Web>,
    v: Visitor,
    Extension(from): Extension<From>,
    Path(secret): Path<String>,
    form: Form,
) -> Page {
    let (who, id) = actor(&web, &secret).await?;
    let who = match said(&web, &v, from, who, &form).await? {
        Said::By(who) => who,
        Said::Again(status, faults) => return shown(&web, &v, secret, form, faults, status).await,
    };
    let command = form
        .word::<Verdict>("verdict", "verdict")
        .map_err(|e| AppError::Invalid(vec![e]))
        .map(|verdict| MatterCommand::Rate { matter: id.0, verdict, words: form.get("words").to_owned() });
    act(web, v, secret, form, command, who).await
}

/// `POST /r/{secret}/comment`
pub async fn comment(State(web): State<Web>, v: Visitor, Path(secret): Path<String>, form: Form) -> Page {
    let (who, id) = actor(&web, &secret).await?;
    let command = Ok(MatterCommand::Comment {
        matter: id.0,
        words: form.get("words").to_owned(),
        photos: vec![],
        corrects: None,
    });
    act(web, v, secret, form, command, who).await
}

/// `GET /r/{secret}/files/{sha}`
pub async fn file(State(web): State<Web>, Path((secret, sha)): Path<(String, String)>) -> Page {
    let (who, _) = actor(&web, &secret).await?;
    crate::door::files::serve(&web, &who, &sha).await
}
