//! The form of each action on a matter, and its submit. One page for all: the fields differ, the way
//! does not. What cannot be taken comes back with everything that was typed.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::problem::Failure;
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::matters::matter::limit_words;
use crate::matters::rows::number;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use uuid::Uuid;
use yixian_app::command::{AboutIn, DueIn, MatterCommand};
use yixian_app::read::{MatterPage, Missing};
use yixian_app::{AppError, FieldError};
use yixian_domain::base::about::AboutKind;
use yixian_domain::deadline::Promise;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::{MatterAction, TargetChoice, Verdict, Wanted};
use yixian_domain::org::{Person, Role};
use yixian_domain::organisation::work::stands;

#[derive(Template)]
#[template(path = "matters/act.html")]
struct ActPage {
    f: Frame,
    faults: Faults,
    form: Form,
    id: Uuid,
    action: &'static str,
    label: String,
    subject: String,
    number: String,
    words: String,
    /// Unit code and name, those near the matter first.
    units: Vec<(Uuid, String)>,
    handlers: Vec<(Uuid, String)>,
    by_rule: Option<String>,
    asked: Option<(String, String)>,
    physical: bool,
    /// What it may be about, as `partner:…`.
    about: Vec<(String, String)>,
    rev: u32,
}

fn action(name: &str) -> Result<MatterAction, AppError> {
    MatterAction::ALL.into_iter().find(|a| a.as_str() == name).ok_or(AppError::NotFound("page"))
}

/// What the rule in force would give, in words.
fn by_rule(web: &Web, say: &Say, p: &MatterPage) -> Option<String> {
    let policies = web.app().policies();
    let law = policies.law();
    let m = &p.matter;
    let target = law.target(m.kind, &m.raised.category, m.raised.at, &TargetChoice::RuleIfAny).ok()??;
    let deadline = law.deadline(&target, &[], &[]).ok()?;
    let Promise::Limit(limit) = target.promise else { return None };
    Some(say.t2(
        "due-by-rule",
        ("limit", limit_words(say, limit)),
        ("day", deadline.due_date.map(|d| say.day(d)).unwrap_or_default()),
    ))
}

async fn form_page(
    web: &Web,
    v: &Visitor,
    id: MatterId,
    action: MatterAction,
    mut form: Form,
    faults: Faults,
    status: StatusCode,
) -> Page {
    let p = web.app().matter_page(&v.actor, id).await?;
    let say = &v.say;
    // A form that can no longer be used says why, above what was typed.
    let mut faults = faults;
    if let Some(Missing::Denied(why)) = p.offers.iter().find(|o| o.action == action).and_then(|o| o.missing.clone()) {
        return Err(Failure(AppError::Denied(why)));
    }
    if let Some(Missing::Refused(why)) = p.offers.iter().find(|o| o.action == action).and_then(|o| o.missing.clone())
        && !faults.any()
    {
        faults.list.push((String::new(), say.refusal(&why)));
    }
    let directory = web.app().directory().await?;
    let home = directory.unit(p.matter.unit).map(|u| u.path.clone());
    let mut units: Vec<_> = directory
        .units()
        .filter(|u| stands(u, say.today()).is_ok())
        .map(|u| {
            let near = home.as_ref().map_or(0, |h| {
                h.as_str().split('/').zip(u.path.as_str().split('/')).take_while(|(a, b)| a == b).count()
            });
            (std::cmp::Reverse(near), u.path.as_str().to_owned(), u.id.0, unit_name(say, u))
        })
        .collect();
    units.sort();
    let handlers = if matches!(action, MatterAction::Assign | MatterAction::Transfer) {
        let able = match &home {
            Some(home) => web.app().who_may_hold(Role::Handler, home).await?,
            None => Vec::new(),
        };
        let of = |p: &Person| directory.unit(p.unit).map(|u| unit_name(say, u)).unwrap_or_default();
        able.into_iter().map(|p| (p.id.0, format!("{} · {}", p.name, of(&p)))).collect()
    } else {
        Vec::new()
    };
    form.mint(web, &["command_id"]);
    let subject = if p.subject.is_empty() { say.t("words-erased") } else { p.subject.clone() };
    if action == MatterAction::Answer && form.get("words").is_empty() && !faults.any() {
        let how = crate::matters::matter::solution_of(say, &p).map(|s| s.0).unwrap_or_default();
        form.set("words", say.t2("answer-draft", ("subject", subject.clone()), ("how", how)));
    }
    if form.get("unit").is_empty() {
        form.set("unit", p.matter.unit.0.to_string());
    }
    let asked = p.matter.request.as_ref().map(|r| {
        let what = match r.wanted {
            Wanted::Extension { until } => say.t1("asked-extension", "day", say.day(until)),
            Wanted::Pause => say.t("asked-pause"),
        };
        (what, p.words.get(&r.reason.id).cloned().unwrap_or_default())
    });
    let policies = web.app().policies();
    let physical = policies
        .procedures
        .get(&p.matter.procedure)
        .and_then(|pr| pr.category(&p.matter.raised.category))
        .is_some_and(|c| c.physical);
    let about = match action {
        MatterAction::Relate => web.app().about_choices(&v.actor, say.is_english()).await?,
        _ => Vec::new(),
    };
    let page = ActPage {
        about,
        id: id.0,
        action: action.as_str(),
        label: say.of("action", action.as_str()),
        number: number(say, p.matter.raised.at, p.n),
        words: p.words.get(&p.matter.raised.words.id).cloned().unwrap_or_else(|| say.t("erased")),
        units: units.into_iter().map(|(_, _, id, name)| (id, name)).collect(),
        by_rule: by_rule(web, say, &p),
        rev: p.matter.rev,
        f: Frame::of(web, v, "matters").await?,
        subject,
        handlers,
        asked,
        physical,
        form,
        faults,
    };
    show_as(status, &page)
}

/// `GET /matters/{id}/{action}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, name)): Path<(Uuid, String)>,
    uri: Uri,
) -> Page {
    form_page(&web, &v, MatterId(id), action(&name)?, query(uri.query()), Faults::none(), StatusCode::OK).await
}

/// Reads what a form says something is about: `partner:…`, or nothing.
fn about(form: &Form) -> Result<Option<AboutIn>, FieldError> {
    let text = form.get("about");
    if text.is_empty() {
        return Ok(None);
    }
    let read = |(kind, id): (&str, &str)| Some(AboutIn { kind: AboutKind::parse(kind)?, id: id.parse().ok()? });
    text.split_once(':').and_then(read).map(Some).ok_or_else(|| FieldError::new("about", "about"))
}

/// Reads the due choice of a form: `rule`, `5wd`-like chips, or a day.
pub(crate) fn due(form: &Form) -> Result<DueIn, FieldError> {
    Ok(match form.get("due") {
        "" | "rule" => DueIn::Rule,
        "rule_if_any" => DueIn::RuleIfAny,
        "day" => DueIn::Day(form.day("due_day")?),
        limit => DueIn::Limit(limit.to_owned()),
    })
}

fn command(id: Uuid, action: MatterAction, form: &Form, number_to_id: Option<Uuid>) -> Result<MatterCommand, AppError> {
    let mut r = Reading::default();
    let text = |name: &str| form.get(name).to_owned();
    let photos = form.photos("photos");
    let c = match action {
        MatterAction::Assign => {
            let unit = r.take(form.id("unit", "unit"));
            let handler = r.take(form.optional("handler", "person"));
            let due = r.take(due(form));
            MatterCommand::Assign {
                matter: id,
                unit: unit.unwrap_or_default(),
                handler: handler.flatten(),
                due: due.unwrap_or_default(),
                note: text("note"),
            }
        }
        MatterAction::Transfer => {
            let unit = r.take(form.id("unit", "unit"));
            let handler = r.take(form.optional("handler", "person"));
            MatterCommand::Transfer {
                matter: id,
                unit: unit.unwrap_or_default(),
                handler: handler.flatten(),
                reason: text("reason"),
            }
        }
        MatterAction::Merge => MatterCommand::Merge {
            matter: id,
            into: number_to_id.ok_or_else(|| AppError::field("into", "matter"))?,
            reason: text("reason"),
        },
        MatterAction::Separate => MatterCommand::Separate { matter: id, reason: text("reason") },
        MatterAction::Refuse => MatterCommand::Refuse { matter: id, reason: text("reason") },
        MatterAction::Accept => MatterCommand::Accept { matter: id },
        MatterAction::AskExtension => {
            let until = r.take(form.day("until"));
            MatterCommand::AskExtension { matter: id, until: until.unwrap_or_default(), reason: text("reason"), photos }
        }
        MatterAction::AskPause => MatterCommand::AskPause { matter: id, reason: text("reason"), photos, ground: None },
        MatterAction::Decide => {
            let approve = match form.get("approve") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => {
                    r.faults.push(FieldError::new("approve", "decision"));
                    None
                }
            };
            MatterCommand::Decide { matter: id, approve: approve.unwrap_or_default(), note: text("note") }
        }
        MatterAction::Resume => MatterCommand::Resume { matter: id, note: text("note") },
        MatterAction::Advance => MatterCommand::Advance { matter: id, step: text("step"), note: text("note"), photos },
        MatterAction::Submit => MatterCommand::Submit { matter: id, how: text("how"), photos },
        MatterAction::Verify => MatterCommand::Verify { matter: id, note: text("note") },
        MatterAction::Return => MatterCommand::Return { matter: id, reason: text("reason") },
        MatterAction::Answer => MatterCommand::Answer { matter: id, words: text("words") },
        MatterAction::RecordAttempt => MatterCommand::RecordAttempt { matter: id, note: text("note") },
        MatterAction::Rate => {
            let verdict = r.take(form.word::<Verdict>("verdict", "verdict"));
            MatterCommand::Rate { matter: id, verdict: verdict.unwrap_or(Verdict::Partly), words: text("words") }
        }
        MatterAction::Relate => {
            let about = r.take(about(form));
            MatterCommand::Relate { matter: id, about: about.flatten(), reason: text("reason") }
        }
        MatterAction::Comment => {
            let corrects = r.take(form.optional("corrects", "event"));
            MatterCommand::Comment { matter: id, words: text("words"), photos, corrects: corrects.flatten() }
        }
    };
    r.done()?;
    Ok(c)
}

/// `POST /matters/{id}/{action}`
pub async fn submit(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((id, name)): Path<(Uuid, String)>,
    mut form: Form,
) -> Page {
    let action = action(&name)?;
    form.take_photos(&web).await;
    let read = async {
        let into = match action {
            MatterAction::Merge => web.app().matter_by_number(&v.actor, form.get("into")).await?,
            _ => None,
        };
        let seen = form.optional::<u32>("rev", "event").ok().flatten();
        Ok(Read { seen, ..Read::now(command(id, action, &form, into.map(|m| m.0))?) })
    }
    .await;
    match Post::by(&web, &v).send(form, read).await? {
        Posted::Done(_) => to(&format!("/matters/{id}")),
        Posted::Again(Again { mut form, faults, status }) => {
            form.set("rev", "");
            form_page(&web, &v, MatterId(id), action, form, faults, status).await
        }
    }
}
