//! Connections for programs: the list of the hall's queue by its filters, one with its case, clocks and
//! near applications. Names, phones and addresses are for the page, where they are masked or asked for.

use crate::door::answer::{Choice, Coded, Day, Fen, Millis, Moment, answers, asked, choices, told};
use crate::door::page::cut;
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::{Listed, limit};
use crate::matters::answer::Matter;
use crate::matters::answer::case::{Clocks, Near, Node};
use crate::matters::answer::deadline::Deadline;
use crate::matters::api::tagged;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::connections as kept;
use yixian_app::connections::{Called, CaseAction, ConnectionRow};
use yixian_app::matters::COUNT_LIMIT;
use yixian_domain::connection::{Class, Flag, Satisfaction};
use yixian_domain::ids::MatterId;
use yixian_domain::matter::StageName;

choices!("CaseAction" CaseAction);

impl Choice for Called {
    const NAME: &'static str = "Called";
    fn codes() -> Vec<&'static str> {
        [Called::Reached, Called::Refused, Called::NotReached].map(Called::as_str).to_vec()
    }
}

asked! {
    /// Which part of the queue.
    Show { "type": "string", "enum": ["all", "overdue", "callback"], "description": "What waits for us when missing" }
}

answers! {
    /// Why a case is looked at: it was handled off the system.
    #[serde(rename_all = "snake_case", tag = "lead")]
    enum Lead of kept::Lead {
        /// Recorded long after it happened.
        LateEntry {
            /// Code of the event.
            event: String,
            /// When it happened.
            happened_at: Millis,
            /// When it was recorded.
            recorded_at: Millis,
        },
        /// The customer remembers another day of application than the system has.
        DateDiffers {
            /// What he said.
            said: Day,
            /// What the system has.
            recorded: Day,
        },
        /// The customer remembers another number of steps.
        StepsDiffer {
            /// What he said.
            said: u8,
            /// What he should have seen.
            recorded: u32,
        },
        /// The customer says he paid.
        Paid {
            /// How much.
            said: Fen,
        },
        /// Somebody named a designer, builder or supplier to him.
        Designated,
    }
}

/// A connection in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConnectionItem {
    /// Identity; it is a matter too.
    id: Uuid,
    /// Running number.
    number: i64,
    /// Class.
    class: Coded<Class>,
    /// District.
    district: String,
    /// How much, kW: `7.5`.
    capacity_kw: String,
    /// Where it is.
    stage: Coded<StageName>,
    /// Code of the step in hand.
    step: Option<String>,
    /// What the hall takes care of.
    flags: Vec<Coded<Flag>>,
    /// The unit that holds it.
    unit: Uuid,
    /// When it was applied for.
    applied_at: Moment,
    /// When it is due; none while its clock stands or where no rule is in force.
    due_at: Option<Moment>,
    /// The clock stands.
    paused: bool,
    /// A three-zero case.
    eligible: bool,
    /// Somebody decided so against the rule.
    overridden: bool,
    /// When it was signed for.
    accepted_at: Option<Moment>,
    /// When the power was on.
    energized_at: Option<Moment>,
    /// When its file was closed.
    archived_at: Option<Moment>,
    /// When the customer withdrew it.
    withdrawn_at: Option<Moment>,
    /// Elapsed calendar days from the application to power on.
    elapsed_days: Option<i64>,
    /// What the customer says of the service.
    satisfaction: Option<Coded<Satisfaction>>,
    /// How the last call-back went.
    call_outcome: Option<Coded<Called>>,
}

impl From<ConnectionRow> for ConnectionItem {
    fn from(r: ConnectionRow) -> Self {
        let m = r.matter;
        ConnectionItem {
            id: m.id.0,
            number: m.n,
            class: told(&r.class),
            district: r.district,
            capacity_kw: r.capacity.to_string(),
            stage: told(&m.stage),
            step: r.step,
            flags: told(&r.flags),
            unit: m.unit.0,
            applied_at: told(&m.raised),
            due_at: told(&m.due),
            paused: m.paused,
            eligible: r.eligible,
            overridden: r.overridden,
            accepted_at: told(&r.accepted),
            energized_at: told(&r.energized),
            archived_at: told(&r.archived),
            withdrawn_at: told(&r.withdrawn),
            elapsed_days: r.elapsed_days,
            satisfaction: told(&r.satisfaction),
            call_outcome: told(&r.called),
        }
    }
}

/// `GET /api/v1/connections?class=&district=&step=&special=&show=&limit=&after=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<ConnectionItem>>, Failure> {
    let q = query(uri.query());
    let limit = limit(&q)?;
    let f = crate::connections::queue::filter(&q, &v)?;
    let (mut rows, total) = web.app().connection_list(&v.actor, &f, limit as i64).await?;
    let more = cut(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|r| r.after(f.order).to_string());
    Ok(Json(Listed {
        items: rows.into_iter().map(ConnectionItem::from).collect(),
        next,
        total: Some(total.min(COUNT_LIMIT)),
        total_is_exact: Some(total <= COUNT_LIMIT),
    }))
}

/// A connection with its case, its clocks and what is near it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConnectionAnswer {
    /// The matter with its case.
    matter: Matter,
    /// Running number.
    number: i64,
    /// The three clocks.
    clocks: Clocks,
    /// The deadline with its explanation.
    deadline: Option<Deadline>,
    /// Other applications of the party or at the address.
    near: Vec<Near>,
    /// Signs that it was handled off the system.
    leads: Vec<Lead>,
    /// What was taken of each limit; from power on.
    nodes: Vec<Node>,
    /// What I may do now.
    actions: Vec<Coded<CaseAction>>,
}

/// `GET /api/v1/connections/{id}`
pub async fn one(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound("connection"))?;
    let p = web.app().connection_page(&v.actor, MatterId(id)).await?;
    let body = ConnectionAnswer {
        matter: told(&p.page.matter),
        number: p.page.n,
        clocks: told(&p.clocks),
        deadline: told(&p.page.deadline),
        near: told(&p.splits),
        leads: told(&p.leads),
        nodes: told(&p.nodes),
        actions: p.offers.iter().filter(|o| o.missing.is_none()).map(|o| told(&o.action)).collect(),
    };
    Ok(tagged(p.page.matter.rev, body))
}
