//! What figures read of supply, as it was known at an instant. It counts nothing.

use crate::App;
use crate::frame::error::AppError;
use std::sync::Arc;
use yixian_domain::figure::Frame;
use yixian_domain::figure::supply::{MOST_LISTED, OutageFact, SupplyFacts};
use yixian_domain::ids::UnitId;
use yixian_domain::outage::served::ServedBase;
use yixian_domain::outage::sums::{Cell, Sums};
use yixian_store::outage::{self as table, Grain};
use yixian_store::{Conn, register};

impl App {
    /// The supply of a frame, of units that are wanted. The outages themselves are read where they are few enough to be listed.
    pub(crate) async fn supply_facts(
        &self,
        conn: &mut Conn,
        frame: &Frame<'_>,
        wanted: impl Fn(UnitId) -> bool,
    ) -> Result<SupplyFacts, AppError> {
        let bases: Vec<ServedBase> = register::known(conn, frame.as_of).await?;
        let days = (frame.period.first(), frame.period.last());
        let then = table::newest(conn).await?.is_some_and(|newest| newest > frame.as_of);
        let whole = days.0 == days.0.first_of_month() && days.1 == days.1.last_of_month();
        let mut sums = match (then, whole) {
            (true, _) => table::known_sums(conn, days, frame.as_of, frame.zone).await?,
            (false, true) => table::sums(conn, Grain::Month, days.0, days.1).await?,
            (false, false) => table::sums(conn, Grain::Day, days.0, days.1).await?,
        };
        sums.retain(|c| wanted(c.cell.unit));
        let counted: Sums = sums.iter().map(|c| c.sums).sum();
        let outages = if (1..=MOST_LISTED).contains(&counted.sustained) {
            let listed = table::known(conn, days, frame.as_of, frame.zone).await?;
            let own = listed.into_iter().filter(|(_, f)| wanted(f.unit));
            own.map(|(id, f)| OutageFact { id, day: f.day(frame.zone), cell: Cell::of(&f), sums: Sums::of(&f) })
                .collect()
        } else {
            Vec::new()
        };
        let bases = bases.into_iter().filter(|b| wanted(b.unit)).map(Arc::new).collect();
        Ok(SupplyFacts { sums, bases, outages })
    }
}
