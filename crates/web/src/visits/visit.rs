//! A visit: planned (check in), on site (record what is found, each closed on the spot or to be put
//! right by a deadline), finished (summary), called off or counted with another. The words a person
//! typed come back whatever goes wrong.

use crate::door::frame::Frame;
use crate::door::page::{Page, show_as, to};
use crate::door::say::Say;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::post::{Again, Post, Posted, Read, again};
use crate::form::reading::{Faults, Reading};
use crate::matters::rows::{self, Row};
use crate::visits::about::{About, about, counts, faults_of, goes, happened_at, local, minted, point};
use crate::visits::findings::{FindingForm, OPEN_HERE, finding_command, finding_form};
use crate::visits::list as visits;
use crate::visits::list::{Line, names};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::{Envelope, VisitCommand};
use yixian_app::matters::LinkOffer;
use yixian_app::matters::MatterRow;
use yixian_app::read::{Directory, VisitPage};
use yixian_app::visits::{VisitFilter, VisitStage};
use yixian_domain::access::{Ask, VisitFacts, may};
use yixian_domain::ids::{By, CommandId, MatterId, VisitId};
use yixian_domain::refusal::Refusal;
use yixian_domain::visit::{VisitEvent, VisitState, VisitType};

/// Lines of a place's history.
const HISTORY: i64 = 6;

struct Moment {
    when: String,
    iso: String,
    who: String,
    what: String,
    href: Option<String>,
    late: Option<String>,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "visits/visit.html")]
struct VisitHtml {
    f: Frame,
    faults: Faults,
    form: Form,
    about: About,
    start: Option<String>,
    finding: Option<FindingForm>,
    finish: bool,
    may_cancel: bool,
    findings: Vec<Row>,
    counts: String,
    photos: Vec<String>,
    open_here: Vec<Row>,
    history: Vec<Line>,
    timeline: Vec<Moment>,
    summary: Option<String>,
    outcome: Option<(String, Option<Uuid>)>,
    done: Option<String>,
    link: Option<(Uuid, String, LinkOffer)>,
    kept_words: Option<String>,
    now_local: String,
    partner: PartnerCard,
}

/// Who is visited, and what was spoken of.
struct PartnerCard {
    /// Name and address of the partner.
    partner: Option<(String, String)>,
    /// Code and address of the session of a service day to which it went along.
    session: Option<(String, String)>,
    sensitivity: Option<String>,
    /// What, and the words.
    said: Vec<(String, String)>,
    /// The reader may note what was spoken of.
    notes: bool,
    /// He may say what was promised.
    promises: bool,
}

impl PartnerCard {
    fn shows(&self) -> bool {
        self.partner.is_some()
            || self.session.is_some()
            || self.sensitivity.is_some()
            || !self.said.is_empty()
            || self.notes
    }
}

async fn partner_card(web: &Web, v: &Visitor, p: &VisitPage) -> Result<PartnerCard, AppError> {
    let say = &v.say;
    let plan = &p.visit.plan;
    let directory = web.app().directory().await?;
    let notes = directory
        .unit(plan.host)
        .is_some_and(|u| may(&v.actor, &Ask::NoteMeeting(&VisitFacts::of(&p.visit, u.path.clone()))).is_ok());
    let partner = match plan.partner {
        Some(id) => web.app().partner_names(&[id.0]).await?.remove(&id.0),
        None => None,
    };
    let session = match plan.kind {
        VisitType::Community => web.app().session_of_visit(&v.actor, p.visit.id, plan.day).await?,
        _ => None,
    };
    let mut said = Vec::new();
    if let Some(m) = &p.visit.meeting {
        for (label, words) in [("visit-met", &m.met), ("visit-topics", &m.topics)] {
            let text = words.as_ref().map(|w| p.words.get(&w.id).cloned().unwrap_or_else(|| say.t("words-erased")));
            said.extend(text.map(|text| (say.t(label), text)));
        }
        said.extend(m.load_kw.map(|kw| (say.t("visit-load"), format!("{kw} kW"))));
    }
    let open = !matches!(p.visit.state, VisitState::Cancelled { .. } | VisitState::Merged { .. });
    Ok(PartnerCard {
        partner: partner.map(|p| (crate::partners::list::name(say, &p), format!("/partners/{}", p.id))),
        session: session.map(|(s, _)| (s.code, format!("/sessions/{}", s.id))),
        sensitivity: plan.sensitivity.map(|s| say.of("sensitivity", s.as_str())),
        said,
        notes: notes && open,
        promises: notes && open && p.visit.state != VisitState::Planned,
    })
}

fn timeline(say: &Say, directory: &Directory, p: &VisitPage) -> Vec<Moment> {
    let found: HashMap<MatterId, &MatterRow> = p.findings.iter().map(|m| (m.id, m)).collect();
    p.timeline
        .iter()
        .map(|t| {
            let (mut href, mut class) = (None, "tl-done");
            let what = match &t.event {
                VisitEvent::Planned { .. } => say.t("visit-event-planned"),
                VisitEvent::Rescheduled { leader, day, from } => {
                    let hour = from.map(|t| format!(" {:02}:{:02}", t.hour(), t.minute())).unwrap_or_default();
                    format!(
                        "{} · {} · {}{hour}",
                        say.t("visit-event-rescheduled"),
                        names(say, directory, [*leader]),
                        say.day(*day)
                    )
                }
                VisitEvent::Started { .. } => say.t("visit-event-started"),
                VisitEvent::FindingRecorded { matter } => match found.get(matter) {
                    Some(m) => {
                        href = Some(format!("/matters/{}", m.id));
                        say.t1("visit-event-found", "what", m.subject.clone())
                    }
                    None => say.t("visit-event-found-something"),
                },
                VisitEvent::MeetingNoted { .. } => say.t("visit-event-meeting"),
                VisitEvent::WordsErased => say.t("visit-event-words-erased"),
                VisitEvent::Finished { .. } => say.t("visit-event-finished"),
                VisitEvent::Cancelled { .. } => {
                    class = "tl-bad";
                    say.t("visit-event-cancelled")
                }
                VisitEvent::Merged { into } => {
                    href = Some(format!("/visits/{into}"));
                    say.t("visit-event-merged")
                }
            };
            let at = t.happened;
            Moment {
                when: say.moment(at),
                iso: say.iso(at),
                who: match &t.by {
                    By::Person(id) => names(say, directory, [*id]),
                    By::Import => say.t("by-import"),
                    _ => say.t("by-rule"),
                },
                what,
                href,
                class,
                late: t.late.then(|| say.t1("visit-late", "at", say.moment(t.recorded))),
            }
        })
        .collect()
}

/// The page of a visit in whatever state it is, with a form that could not be taken.
pub(super) async fn page_of(web: &Web, v: &Visitor, id: Uuid, form: Form, faults: Faults, status: StatusCode) -> Page {
    let (say, app) = (&v.say, web.app());
    let mut p = app.visit_page(&v.actor, VisitId(id)).await?;
    p.open_here.sort_by_key(crate::matters::rows::urgency);
    p.open_here.truncate(OPEN_HERE);
    let directory = app.directory().await?;
    let planned = p.visit.state == VisitState::Planned;
    let on_site = matches!(p.visit.state, VisitState::OnSite { .. });
    let may_cancel = directory
        .unit(p.visit.plan.host)
        .is_some_and(|u| may(&v.actor, &Ask::CancelVisit(&VisitFacts::of(&p.visit, u.path.clone()))).is_ok());
    let finding = if on_site && p.mine { Some(finding_form(web, v, &p, &form, &faults).await?) } else { None };
    let filter = VisitFilter { place: Some(p.place.id), newest: true, ..VisitFilter::default() };
    let mut before = app.visit_list(&v.actor, &filter, HISTORY).await?;
    before.retain(|r| r.id.0 != id && r.stage != VisitStage::Planned);

    // What was just recorded, and the link for whoever raised it.
    let raised = form.optional::<Uuid>("raised", "matter").ok().flatten();
    let done = raised
        .and_then(|m| p.findings.iter().find(|f| f.id.0 == m))
        .map(|m| say.t1("visit-recorded", "what", m.subject.clone()));
    let mut link = None;
    if let Some(m) = raised.filter(|_| done.is_some()) {
        let offer = app.matter_page(&v.actor, MatterId(m)).await?.link;
        link = offer.map(|offer| (m, minted(web, say, &Form::default(), "command_id"), offer));
    }
    let (summary, outcome) = match &p.visit.state {
        VisitState::Finished { summary, .. } => {
            (summary.as_ref().map(|w| p.words.get(&w.id).cloned().unwrap_or_else(|| say.t("words-erased"))), None)
        }
        VisitState::Cancelled { reason, .. } => {
            (None, Some((p.words.get(&reason.id).cloned().unwrap_or_else(|| say.t("words-erased")), None)))
        }
        VisitState::Merged { into, .. } => (None, Some((say.t("visit-merged-into"), Some(into.0)))),
        _ => (None, None),
    };
    // A finding that came too late for its visit: its words must not vanish with the form.
    let kept_words =
        (faults.any() && finding.is_none()).then(|| form.get("words").to_owned()).filter(|w| !w.is_empty());
    let page = VisitHtml {
        start: (planned && p.mine).then(|| minted(web, say, &form, "command_id")),
        about: about(say, &directory, &p),
        finish: on_site && p.mine,
        may_cancel: may_cancel && !matches!(p.visit.state, VisitState::Cancelled { .. } | VisitState::Merged { .. }),
        counts: counts(say, &p.findings),
        findings: rows::rows(web, say, &p.findings).await?,
        photos: p.visit.photos.iter().map(|f| f.as_str().to_owned()).collect(),
        open_here: rows::rows(web, say, &p.open_here).await?,
        history: visits::lines(web, say, &before).await?,
        timeline: timeline(say, &directory, &p),
        now_local: local(say, say.now()),
        partner: partner_card(web, v, &p).await?,
        f: Frame::of(web, v, "visits").await?,
        form,
        faults,
        finding,
        summary,
        outcome,
        done,
        link,
        kept_words,
    };
    show_as(status, &page)
}

/// `GET /visits/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    uri: Uri,
) -> Page {
    let q = query(uri.query());
    let mut form = Form::default();
    form.set("raised", q.get("raised"));
    page_of(&web, &v, id, form, Faults::none(), StatusCode::OK).await
}

/// `POST /visits/{id}/start`
pub async fn start(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    mut form: Form,
) -> Page {
    goes(&web, &v, id).await?;
    form.take_photos(&web).await;
    match form.command_id() {
        Ok(command) => check_in(&web, &v, id, command, form).await,
        Err(e) => {
            let (status, faults) = faults_of(&v.say, e)?;
            page_of(&web, &v, id, form, faults, status).await
        }
    }
}

/// Checks in, and goes to the visit; shows it with what is wrong when that is not possible.
pub(super) async fn check_in(web: &Web, v: &Visitor, id: Uuid, command: CommandId, form: Form) -> Page {
    let done = async {
        let mut r = Reading { faults: form.faults.clone() };
        let at = r.take(happened_at(&v.say, &form)).flatten();
        r.done()?;
        let announced = match form.get("announced") {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let start =
            VisitCommand::StartVisit { visit: id, point: point(&form), photos: form.photos("photos"), announced };
        web.app().execute(&v.actor, command, Envelope { happened_at: at, command: start.into() }, None).await
    }
    .await;
    match done {
        // Begun already, perhaps from another window: that is what was wanted.
        Ok(_) | Err(AppError::Refused(Refusal::VisitNotAtThisState { state: "on_site" })) => {
            to(&format!("/visits/{id}"))
        }
        Err(e) => {
            let Again { form, faults, status } = again(&v.say, form, &[], faults_of, e)?;
            page_of(web, v, id, form, faults, status).await
        }
    }
}

/// `POST /visits/{id}/findings`
pub async fn finding(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<Uuid>,
    mut form: Form,
) -> Page {
    goes(&web, &v, id).await?;
    form.take_photos(&web).await;
    let at = happened_at(&v.say, &form).map_err(|e| AppError::Invalid(vec![e]));
    let read = match (finding_command(&form, &*web.app().directory().await?, id), at) {
        (Err(AppError::Invalid(mut all)), Err(AppError::Invalid(more))) => {
            all.extend(more);
            Err(AppError::Invalid(all))
        }
        (command, at) => command.and_then(|c| Ok(Read::at(at?, c))),
    };
    match Post::by(&web, &v).minted(&["matter"]).told(faults_of).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/visits/{id}?raised={}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => page_of(&web, &v, id, form, faults, status).await,
    }
}
