//! Indicators, the versions of how they are taken apart, and campaigns, each a register. It does not know what became of a task.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, some};
use crate::journal::rows::Hashed;
use uuid::Uuid;
use yixian_domain::ids::IndicatorId;
use yixian_domain::indicator::{Breakdown, BreakdownEvent, Campaign, CampaignEvent, Indicator, IndicatorEvent};

impl RecordKind {
    /// Indicators.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Indicator: RecordKind = RecordKind::stored_as("indicator");
    /// How they are taken apart.
    #[allow(non_upper_case_globals)]
    pub const Breakdown: RecordKind = RecordKind::stored_as("breakdown");
    /// Campaigns.
    #[allow(non_upper_case_globals)]
    pub const Campaign: RecordKind = RecordKind::stored_as("campaign");
}

const INDICATOR: [Column<Get<Indicator>>; 6] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("name", Text, |r| r.it.details.name.as_str().into()),
    live("owner_id", Id, |r| r.it.details.owner.0.into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const INDICATOR_TEXT: Hashed = bodies("indicator.body", "indicator");
const INDICATOR_PLAIN: [(&str, Kind); 6] = plain(&INDICATOR);

impl Registered for Indicator {
    const KIND: RecordKind = RecordKind::Indicator;
    const TABLE: Table = table("indicator", "id", &INDICATOR_PLAIN);
    const COLUMNS: &'static [Column<Get<Indicator>>] = &INDICATOR;
    const TEXT: &'static Hashed = &INDICATOR_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &IndicatorEvent) -> &'static str {
        event.code()
    }
}

const BREAKDOWN: [Column<Get<Breakdown>>; 6] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("indicator_id", Id, |r| r.it.indicator.0.into()),
    once("no", Int, |r| i64::from(r.it.no).into()),
    live("effective", Text, |r| r.it.effective().map(|d| d.to_string()).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const BREAKDOWN_TEXT: Hashed = bodies("breakdown.body", "breakdown");
const BREAKDOWN_PLAIN: [(&str, Kind); 6] = plain(&BREAKDOWN);

impl Registered for Breakdown {
    const KIND: RecordKind = RecordKind::Breakdown;
    const TABLE: Table = table("breakdown", "id", &BREAKDOWN_PLAIN);
    const COLUMNS: &'static [Column<Get<Breakdown>>] = &BREAKDOWN;
    const TEXT: &'static Hashed = &BREAKDOWN_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &BreakdownEvent) -> &'static str {
        event.code()
    }
}

const CAMPAIGN: [Column<Get<Campaign>>; 7] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("name", Text, |r| r.it.details.name.as_str().into()),
    live("from_day", Text, |r| r.it.details.from.to_string().into()),
    live("to_day", Text, |r| r.it.details.to.to_string().into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const CAMPAIGN_TEXT: Hashed = bodies("campaign.body", "campaign");
const CAMPAIGN_PLAIN: [(&str, Kind); 7] = plain(&CAMPAIGN);

impl Registered for Campaign {
    const KIND: RecordKind = RecordKind::Campaign;
    const TABLE: Table = table("campaign", "id", &CAMPAIGN_PLAIN);
    const COLUMNS: &'static [Column<Get<Campaign>>] = &CAMPAIGN;
    const TEXT: &'static Hashed = &CAMPAIGN_TEXT;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &CampaignEvent) -> &'static str {
        event.code()
    }
}

/// One indicator by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Indicator>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Every indicator, in the order of codes.
pub async fn list(conn: &mut Conn) -> Result<Vec<Indicator>, StoreError> {
    some(conn, "ORDER BY code", &[]).await
}

/// The newest version of how an indicator is taken apart, draft or not.
pub async fn newest(conn: &mut Conn, of: IndicatorId) -> Result<Option<Breakdown>, StoreError> {
    Ok(some(conn, "WHERE indicator_id = $1 ORDER BY no DESC LIMIT 1", &values![of.0]).await?.pop())
}

/// The version of a number.
pub async fn version(conn: &mut Conn, of: IndicatorId, no: u32) -> Result<Option<Breakdown>, StoreError> {
    Ok(some(conn, "WHERE indicator_id = $1 AND no = $2", &values![of.0, i64::from(no)]).await?.pop())
}

/// One campaign by its code.
pub async fn campaign_by_code(conn: &mut Conn, code: &str) -> Result<Option<Campaign>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Every campaign, the newest first.
pub async fn campaigns(conn: &mut Conn) -> Result<Vec<Campaign>, StoreError> {
    some(conn, "ORDER BY from_day DESC, code", &[]).await
}
