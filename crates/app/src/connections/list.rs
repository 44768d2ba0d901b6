//! Lists of connections: the hall's queue and the cases to call back, as typed rows. Does not know how a row is found.

use crate::App;
use crate::frame::codes::value_of;
use crate::frame::error::AppError;
use crate::matters::{After, MatterFilter, MatterRow};
use yixian_domain::access::{self, Actor};
use yixian_domain::connection::{Capacity, Class, Flag, Satisfaction};
use yixian_domain::time::Instant;
use yixian_store::matter as table;

/// How a list of connections is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionOrder {
    /// As the matter's filter says.
    #[default]
    AsMatters,
    /// As the hall takes them: special needs first, then by due date; open ones only.
    Queue,
}

/// What a list shows: of connections alone, beside what can be asked of any matter. Empty means no filter.
#[derive(Clone, Debug, Default)]
pub struct ConnectionFilter {
    /// What can be asked of any matter.
    pub matter: MatterFilter,
    /// Class.
    pub class: Option<Class>,
    /// District.
    pub district: Option<String>,
    /// Step in hand.
    pub step: Option<String>,
    /// Only those with a special need.
    pub special: bool,
    /// Only those whose customer may still be called: neither reached nor refusing to talk.
    pub to_call: bool,
    /// Order.
    pub order: ConnectionOrder,
}

impl From<&ConnectionFilter> for table::Filter {
    fn from(f: &ConnectionFilter) -> Self {
        let mut filter = table::Filter::from(&f.matter);
        filter.connections = Some(table::Connections {
            class: f.class,
            district: f.district.clone(),
            step: f.step.clone(),
            special: f.special,
            to_call: f.to_call,
        });
        if f.order == ConnectionOrder::Queue {
            filter.order = table::Order::Queue;
        }
        filter
    }
}

/// How the last call-back went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Called {
    /// Reached.
    Reached,
    /// He did not want to talk.
    Refused,
    /// Nobody answered.
    NotReached,
}

impl Called {
    /// As stored and as keyed in the catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            Called::Reached => "reached",
            Called::Refused => "refused",
            Called::NotReached => "not_reached",
        }
    }
}

/// A connection in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    /// The matter.
    pub matter: MatterRow,
    /// Class.
    pub class: Class,
    /// District.
    pub district: String,
    /// How much.
    pub capacity: Capacity,
    /// Step in hand.
    pub step: Option<String>,
    /// What the hall takes care of.
    pub flags: Vec<Flag>,
    /// What the queue is sorted by.
    pub rank: i64,
    /// A 三零 case.
    pub eligible: bool,
    /// Somebody decided so against the rule.
    pub overridden: bool,
    /// Signed for.
    pub accepted: Option<Instant>,
    /// Power on.
    pub energized: Option<Instant>,
    /// Archived.
    pub archived: Option<Instant>,
    /// Withdrawn.
    pub withdrawn: Option<Instant>,
    /// Elapsed calendar days D1.
    pub elapsed_days: Option<i64>,
    /// What the customer says of the service.
    pub satisfaction: Option<Satisfaction>,
    /// How the last call-back went.
    pub called: Option<Called>,
}

impl ConnectionRow {
    /// Where a list in this order goes on after this row.
    pub fn after(&self, order: ConnectionOrder) -> After {
        match order {
            ConnectionOrder::AsMatters => self.matter.after(),
            ConnectionOrder::Queue => After { key: self.rank, n: self.matter.n },
        }
    }
}

impl TryFrom<table::ConnectionRow> for ConnectionRow {
    type Error = AppError;
    fn try_from(r: table::ConnectionRow) -> Result<Self, AppError> {
        Ok(ConnectionRow {
            matter: r.matter.try_into()?,
            class: value_of("class", &r.class)?,
            district: r.district,
            capacity: Capacity::watts(r.capacity),
            step: r.step,
            flags: r.flags.split_whitespace().map(|code| value_of("flag", code)).collect::<Result<_, _>>()?,
            rank: r.rank,
            eligible: r.eligible,
            overridden: r.overridden,
            accepted: r.accepted_at.map(Instant),
            energized: r.energized_at.map(Instant),
            archived: r.archived_at.map(Instant),
            withdrawn: r.withdrawn_at.map(Instant),
            elapsed_days: r.d1,
            satisfaction: r.satisfaction.as_deref().map(|code| value_of("satisfaction", code)).transpose()?,
            called: r.call_outcome.as_deref().map(|code| value_of("call outcome", code)).transpose()?,
        })
    }
}

impl App {
    /// A list of connections the actor may see, with its count (exact up to [`crate::matters::COUNT_LIMIT`]).
    pub async fn connection_list(
        &self,
        actor: &Actor,
        filter: &ConnectionFilter,
        limit: i64,
    ) -> Result<(Vec<ConnectionRow>, i64), AppError> {
        let mut conn = self.store().read().await?;
        let (rows, count) = table::connections(&mut conn, &access::scope(actor), &filter.into(), limit).await?;
        Ok((rows.into_iter().map(ConnectionRow::try_from).collect::<Result<_, _>>()?, count))
    }
}
