//! What figures read of household service, as it was known at an instant. It counts nothing.

use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::base::about::AboutKind;
use yixian_domain::figure::households::{HouseholdFacts, OrderFact, last_of};
use yixian_domain::figure::{Frame, MatterFact};
use yixian_domain::ids::UnitId;
use yixian_domain::matter::MatterKind;
use yixian_store::{Conn, household as table, matter};

impl App {
    /// Done-sheets of a frame by units, with the orders among the matters of the frame.
    pub(crate) async fn household_facts(
        &self,
        conn: &mut Conn,
        frame: &Frame<'_>,
        matters: &[MatterFact],
        wanted: impl Fn(UnitId) -> bool,
    ) -> Result<HouseholdFacts, AppError> {
        // Who ordered again may be known behind the period only.
        let days = (frame.period.first(), last_of(frame.period.last()));
        let sheets = table::sheets_known(conn, days, frame.as_of).await?;
        let wishes = matters.iter().filter(|m| m.kind == MatterKind::Wish);
        let ids: Vec<Uuid> = wishes.clone().map(|m| m.id.0).chain(sheets.iter().map(|s| s.matter.0)).collect();
        let raised = matter::raised_about(conn, &ids, AboutKind::Household).await?;
        let orders = wishes.filter(|m| raised.contains_key(&m.id)).filter_map(OrderFact::of).collect();
        let mut facts = HouseholdFacts::of(&sheets, orders, |m| raised.get(&m).map(|at| frame.zone.date_of(*at)));
        facts.sheets.retain(|s| wanted(s.unit));
        Ok(facts)
    }
}
