//! Lists of matters: what can be asked for, and a row with its values typed. Does not know how a row is found, nor what a page
//! shows of it.

use crate::App;
use crate::frame::codes::value_of;
use crate::frame::error::AppError;
use yixian_domain::access::{self, Actor};
use yixian_domain::ids::*;
use yixian_domain::matter::{MatterKind, Origin, StageName};
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;
use yixian_store::matter as table;

/// Up to here a list is counted exactly; above it, it counts one more.
pub const COUNT_LIMIT: i64 = table::COUNT_LIMIT;

/// How a list is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatterOrder {
    /// Newest first.
    #[default]
    Newest,
    /// By due date, open ones only.
    Due,
}

/// Where a list goes on: after the row with this sort value and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// What the list is sorted by.
    pub key: i64,
    /// Running number.
    pub n: i64,
}

impl std::fmt::Display for After {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.key, self.n)
    }
}

impl std::str::FromStr for After {
    type Err = std::num::ParseIntError;
    /// As it is written in addresses: `1538352000000.731`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (key, n) = text.split_once('.').unwrap_or((text, ""));
        Ok(After { key: key.parse()?, n: n.parse()? })
    }
}

/// What a list shows. Empty means no filter.
#[derive(Clone, Debug, Default)]
pub struct MatterFilter {
    /// Stages.
    pub stages: Vec<StageName>,
    /// Kind.
    pub kind: Option<MatterKind>,
    /// All kinds but this.
    pub but: Option<MatterKind>,
    /// Categories; any when empty.
    pub categories: Vec<String>,
    /// Origin.
    pub origin: Option<Origin>,
    /// A unit and everything below it.
    pub unit: Option<UnitPath>,
    /// Place.
    pub place: Option<PlaceId>,
    /// Found on this visit.
    pub visit: Option<VisitId>,
    /// Handler.
    pub handler: Option<PersonId>,
    /// Raised or recorded by this person.
    pub mine: Option<PersonId>,
    /// Due before.
    pub due_before: Option<Instant>,
    /// Overdue at this instant: due, and the clock still runs.
    pub overdue_at: Option<Instant>,
    /// A request waits for a decision.
    pub requested: bool,
    /// Only open ones.
    pub open: bool,
    /// Raised in `[from, to)`.
    pub raised: Option<(Instant, Instant)>,
    /// Words.
    pub text: String,
    /// Order.
    pub order: MatterOrder,
    /// Where to go on.
    pub after: Option<After>,
}

impl From<&MatterFilter> for table::Filter {
    fn from(f: &MatterFilter) -> Self {
        table::Filter {
            stages: f.stages.clone(),
            kind: f.kind,
            but: f.but,
            categories: f.categories.clone(),
            origin: f.origin,
            unit: f.unit.clone(),
            place: f.place,
            visit: f.visit,
            handler: f.handler,
            mine: f.mine,
            due_before: f.due_before,
            overdue_at: f.overdue_at,
            requested: f.requested,
            open: f.open,
            raised: f.raised,
            connections: None,
            text: f.text.clone(),
            also: Vec::new(),
            order: match f.order {
                MatterOrder::Newest => table::Order::Newest,
                MatterOrder::Due => table::Order::Due,
            },
            after: f.after.map(|a| (a.key, a.n)),
        }
    }
}

/// What somebody asks for that has to be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requested {
    /// More time.
    Extension,
    /// To stop the clock.
    Pause,
}

impl Requested {
    /// As stored and as keyed in the catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            Requested::Extension => "extension",
            Requested::Pause => "pause",
        }
    }
}

/// A matter in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatterRow {
    /// Identity.
    pub id: MatterId,
    /// Running number.
    pub n: i64,
    /// Kind.
    pub kind: MatterKind,
    /// Category.
    pub category: String,
    /// How it came.
    pub origin: Origin,
    /// Where it is.
    pub stage: StageName,
    /// The unit that holds it.
    pub unit: UnitId,
    /// Where it lies.
    pub place: Option<PlaceId>,
    /// First words.
    pub subject: String,
    /// When it was raised.
    pub raised: Instant,
    /// When it is due.
    pub due: Option<Instant>,
    /// What a list by due date is sorted by; without a due date, the end of time.
    pub due_key: i64,
    /// The due date may still move: a request is open or the clock stands.
    pub provisional: bool,
    /// When it was put right.
    pub solved: Option<Instant>,
    /// When it was closed.
    pub closed: Option<Instant>,
    /// Put right where it was found.
    pub on_the_spot: bool,
    /// The clock stands.
    pub paused: bool,
    /// What somebody asks for.
    pub request: Option<Requested>,
    /// Rungs of the ladder it has gone up.
    pub escalated: u32,
    /// How often it came back.
    pub reopened: u32,
}

impl MatterRow {
    /// Where a list goes on after this row.
    pub fn after(&self) -> After {
        After { key: self.due_key, n: self.n }
    }
}

impl TryFrom<table::ListRow> for MatterRow {
    type Error = AppError;
    fn try_from(r: table::ListRow) -> Result<Self, AppError> {
        Ok(MatterRow {
            id: MatterId(r.id),
            n: r.n,
            kind: value_of("kind", &r.kind)?,
            category: r.category,
            origin: value_of("origin", &r.origin)?,
            stage: value_of("stage", &r.stage)?,
            unit: UnitId(r.unit_id),
            place: r.place_id.map(PlaceId),
            subject: r.subject,
            raised: Instant(r.raised_at),
            due: r.due_at.map(Instant),
            due_key: r.due_sort,
            provisional: r.provisional,
            solved: r.solved_at.map(Instant),
            closed: r.closed_at.map(Instant),
            on_the_spot: r.on_the_spot,
            paused: r.paused,
            request: r.request.as_deref().map(|code| value_of("request", code)).transpose()?,
            escalated: u32::try_from(r.escalated).unwrap_or(0),
            reopened: u32::try_from(r.reopened).unwrap_or(0),
        })
    }
}

/// Rows of the store as pages see them.
pub(crate) fn typed(rows: Vec<table::ListRow>) -> Result<Vec<MatterRow>, AppError> {
    rows.into_iter().map(MatterRow::try_from).collect()
}

impl App {
    /// A list of matters the actor may see, with its count (exact up to [`COUNT_LIMIT`]).
    pub async fn matter_list(
        &self,
        actor: &Actor,
        filter: &MatterFilter,
        limit: i64,
    ) -> Result<(Vec<MatterRow>, i64), AppError> {
        let filter = self.asked_for(actor, filter).await?;
        let mut conn = self.store().read().await?;
        let (rows, count) = table::list(&mut conn, &access::scope(actor), &filter, limit).await?;
        Ok((typed(rows)?, count))
    }

    /// How many matters of a filter the actor may see (exact up to [`COUNT_LIMIT`]).
    pub async fn matter_count(&self, actor: &Actor, filter: &MatterFilter) -> Result<i64, AppError> {
        let filter = self.asked_for(actor, filter).await?;
        let mut conn = self.store().read().await?;
        Ok(table::count(&mut conn, &access::scope(actor), &filter).await?)
    }

    /// A filter as the store reads it, with what its text names otherwise than by words.
    async fn asked_for(&self, actor: &Actor, filter: &MatterFilter) -> Result<table::Filter, AppError> {
        let also = self.found_otherwise(actor, &filter.text).await?;
        Ok(table::Filter { also, ..filter.into() })
    }

    /// Matters by id, as lists show them, in the order of the ids.
    pub async fn matter_rows(&self, actor: &Actor, ids: &[MatterId]) -> Result<Vec<MatterRow>, AppError> {
        let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
        typed(self.matters_by_id(actor, &ids).await?)
    }
}
