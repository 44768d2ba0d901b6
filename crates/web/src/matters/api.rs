//! Matters for programs: a list by the filters of the page with a cursor, one with its timeline.

use crate::door::answer::{Choice, Coded, Moment, asked, told};
use crate::door::page::cut;
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::{Listed, limit};
use crate::matters::answer::deadline::Deadline;
use crate::matters::answer::{Matter, MatterEvent};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::matters::{COUNT_LIMIT, MatterRow, Requested};
use yixian_domain::connection::PaperKind;
use yixian_domain::ids::{MatterId, WordsId};
use yixian_domain::matter::{MatterAction, MatterKind, Origin, StageName};

asked! {
    /// Whose matters.
    Handler { "type": "string", "enum": ["me"], "description": "`me`: those that I handle" }
    /// How the list is ordered.
    Order { "type": "string", "enum": ["due"], "description": "By due date, open ones only; newest first when missing" }
    /// Words to be found.
    Words { "type": "string", "maxLength": 100, "description": "Words of the matter" }
}

impl Choice for Requested {
    const NAME: &'static str = "Requested";
    fn codes() -> Vec<&'static str> {
        [Requested::Extension, Requested::Pause].map(Requested::as_str).to_vec()
    }
}

/// A matter in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MatterItem {
    /// Identity.
    id: Uuid,
    /// Running number.
    number: i64,
    /// What was raised.
    kind: Coded<MatterKind>,
    /// Category code of the procedure.
    category: String,
    /// How it came.
    origin: Coded<Origin>,
    /// Where it is.
    stage: Coded<StageName>,
    /// The unit that holds it.
    unit: Uuid,
    /// Where it lies.
    place: Option<Uuid>,
    /// First words.
    subject: String,
    /// When it was raised.
    raised_at: Moment,
    /// When it is due; none while its clock stands or where nothing is promised.
    due_at: Option<Moment>,
    /// The due date may still move: a request is open, or a day counted has no final calendar yet.
    provisional: bool,
    /// When it was put right.
    solved_at: Option<Moment>,
    /// When it was closed.
    closed_at: Option<Moment>,
    /// Put right where it was found.
    on_the_spot: bool,
    /// The clock stands.
    paused: bool,
    /// What somebody asks for and nobody has decided.
    request: Option<Coded<Requested>>,
    /// Rungs of the ladder it has gone up.
    escalated: u32,
    /// How often it came back.
    reopened: u32,
}

impl From<MatterRow> for MatterItem {
    fn from(r: MatterRow) -> Self {
        MatterItem {
            id: r.id.0,
            number: r.n,
            kind: told(&r.kind),
            category: r.category,
            origin: told(&r.origin),
            stage: told(&r.stage),
            unit: r.unit.0,
            place: told(&r.place),
            subject: r.subject,
            raised_at: told(&r.raised),
            due_at: told(&r.due),
            provisional: r.provisional,
            solved_at: told(&r.solved),
            closed_at: told(&r.closed),
            on_the_spot: r.on_the_spot,
            paused: r.paused,
            request: told(&r.request),
            escalated: r.escalated,
            reopened: r.reopened,
        }
    }
}

/// `GET /api/v1/matters?stage=&kind=&unit=&text=…&limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<MatterItem>>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let filter = crate::matters::list::filter(&web, &q, v.person, v.say.now()).await?;
    let (mut rows, total) = web.app().matter_list(&v.actor, &filter, limit as i64).await?;
    let more = cut(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|r| r.after().to_string());
    Ok(Json(Listed {
        items: rows.into_iter().map(MatterItem::from).collect(),
        next,
        total: Some(total.min(COUNT_LIMIT)),
        total_is_exact: Some(total <= COUNT_LIMIT),
    }))
}

/// One thing that happened, as the ledger has it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TimelineEntry {
    /// Its number in the ledger.
    seq: i64,
    /// Its number in the record.
    rev: i64,
    /// Stable code.
    code: String,
    /// When it happened.
    happened_at: Moment,
    /// When it was recorded.
    recorded_at: Moment,
    /// Recorded later than is allowed.
    late: bool,
    /// Who, as the ledger names him.
    actor: String,
    /// What.
    event: MatterEvent,
    /// Hash of the ledger up to here, hexadecimal.
    hash: String,
}

/// A matter with its words, its timeline, and what may be done now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MatterAnswer {
    /// The matter.
    matter: Matter,
    /// Running number.
    number: i64,
    /// Its words by their keys; erased ones are missing.
    words: BTreeMap<Uuid, String>,
    /// What happened, oldest first.
    timeline: Vec<TimelineEntry>,
    /// The deadline with its explanation.
    deadline: Option<Deadline>,
    /// What I may do now.
    actions: Vec<Coded<MatterAction>>,
}

/// Words by their keys.
pub(crate) fn words(of: &HashMap<WordsId, String>) -> BTreeMap<Uuid, String> {
    of.iter().map(|(id, text)| (id.0, text.clone())).collect()
}

/// An answer with the record's revision as its tag.
pub fn tagged(rev: u32, body: impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{rev}\"")) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}

/// `GET /api/v1/matters/{id}`: the matter, its words, its timeline, what may be done now.
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("matter"))?;
    let p = web.app().matter_page(&v.actor, MatterId(id)).await?;
    let timeline = p.timeline.iter().map(|t| TimelineEntry {
        seq: t.seq,
        rev: t.rev,
        code: t.code.clone(),
        happened_at: told(&t.happened),
        recorded_at: told(&t.recorded),
        late: t.late,
        actor: t.actor.clone(),
        event: told(&t.event),
        hash: t.hash.clone(),
    });
    let body = MatterAnswer {
        matter: told(&p.matter),
        number: p.n,
        words: words(&p.words),
        timeline: timeline.collect(),
        deadline: told(&p.deadline),
        actions: p.offers.iter().filter(|o| o.missing.is_none()).map(|o| told(&o.action)).collect(),
    };
    Ok(tagged(p.matter.rev, body))
}

/// Personal data as they are, as far as I had them shown.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Disclosed {
    /// Name.
    name: Option<String>,
    /// Credit code of a firm.
    credit_code: Option<String>,
    /// Phone.
    phone: Option<String>,
    /// Address.
    address: Option<String>,
    /// Photos of papers.
    papers: Vec<DisclosedPaper>,
}

/// A photo of a paper.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DisclosedPaper {
    /// Which paper.
    kind: Coded<PaperKind>,
    /// Where it can be had for a few minutes.
    url: String,
}

/// `GET /api/v1/matters/{id}/disclosed`
pub async fn disclosed(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Disclosed>, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("matter"))?;
    let d = web.app().disclosed_to(&v.actor, MatterId(id)).await?;
    let papers = d.papers.iter().map(|(kind, photo, pass)| DisclosedPaper {
        kind: told(kind),
        url: format!("/files/{}?pass={pass}", photo.as_str()),
    });
    Ok(Json(Disclosed {
        papers: papers.collect(),
        name: d.name,
        credit_code: d.credit_code,
        phone: d.phone,
        address: d.address,
    }))
}
