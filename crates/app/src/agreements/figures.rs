//! What figures read of partners and agreements, as they were known at an instant. It counts nothing.

use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::agreement::Agreement;
use yixian_domain::figure::Frame;
use yixian_domain::figure::commitments::{PartnerFact, PartnerFacts};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::partner::Partner;
use yixian_domain::time::{Date, Instant};
use yixian_store::{Conn, register, visit};

impl App {
    /// Partners and agreements of a frame. Of a unit those partners count whose liaison served there, and the agreements it keeps.
    pub(crate) async fn partner_facts(
        &self,
        conn: &mut Conn,
        frame: &Frame<'_>,
        days: u16,
        whole: bool,
        in_scope: impl Fn(UnitId) -> bool,
        serves: impl Fn(PersonId, Date) -> Option<UnitId>,
    ) -> Result<PartnerFacts, AppError> {
        let partners: Vec<Partner> = register::known(conn, frame.as_of).await?;
        if partners.is_empty() {
            return Ok(PartnerFacts::default());
        }
        let agreements: Vec<Agreement> = register::known(conn, frame.as_of).await?;
        let known: HashMap<Uuid, Arc<Partner>> = partners.into_iter().map(|p| (p.id.0, Arc::new(p))).collect();
        let last = frame.period.last();
        let from = frame.from().plus_minutes(-i64::from(days) * 24 * 60);
        let until = frame.until().min(Instant(frame.as_of.0.saturating_add(1)));
        let mut visited: HashMap<Uuid, Vec<Date>> = HashMap::new();
        for (partner, at) in visit::seen(conn, from, until, frame.as_of).await? {
            let day = frame.zone.date_of(at);
            let counts = known.get(&partner.0).map_or(partner, |p| p.counts_as(day.max(last)));
            visited.entry(counts.0).or_default().push(day);
        }
        let counted = known
            .values()
            .filter(|p| whole || p.details.liaison.and_then(|liaison| serves(liaison, last)).is_some_and(&in_scope));
        let counted = counted
            .map(|p| PartnerFact { partner: p.clone(), visited: visited.get(&p.id.0).cloned().unwrap_or_default() });
        let counted = counted.collect();
        let kept = agreements.into_iter().filter(|a| whole || in_scope(a.details.unit));
        Ok(PartnerFacts { counted, agreements: kept.map(Arc::new).collect(), known: Arc::new(known) })
    }
}
