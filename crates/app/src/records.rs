//! What pages read beside lists: the records behind a figure by their ids, what administration
//! shows, the newest of the ledger. Nothing here writes, and a record outside the actor's sight is
//! left out rather than told.

use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, MatterFacts, VisitFacts, may};
use yixian_domain::ids::{MatterId, PersonId, PlaceId, UnitId, VisitId};
use yixian_domain::org::Role;
use yixian_domain::place::Place;
use yixian_domain::time::Date;
use yixian_store::ledger::{self, EventRow};
use yixian_store::{account, matter, org, place, visit};

/// The newest of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerPage {
    /// How far it is written and sealed.
    pub head: ledger::Head,
    /// Events, newest first.
    pub events: Vec<EventRow>,
}

/// Days from one to another, with why.
pub type Exempted = (PersonId, Date, Date, String);

impl App {
    /// Matters by id, as lists show them, in the order of the ids.
    pub async fn matters_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<matter::ListRow>, AppError> {
        let mut conn = self.store().read().await?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(s) = matter::matter(&mut conn, MatterId(*id)).await? else { continue };
            if may(actor, &Ask::SeeMatter(&MatterFacts::of(&s.matter, s.unit_path.clone()))).is_ok() {
                rows.push(s.into_row());
            }
        }
        Ok(rows)
    }

    /// Visits by id, as lists show them, in the order of the ids.
    pub async fn visits_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<visit::ListRow>, AppError> {
        let mut conn = self.store().read().await?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(s) = visit::visit(&mut conn, VisitId(*id)).await? else { continue };
            if may(actor, &Ask::SeeVisit(&VisitFacts::of(&s.visit, s.host_path.clone()))).is_ok() {
                rows.push(s.into_row());
            }
        }
        Ok(rows)
    }

    /// Places by id, in the order of the ids.
    pub async fn places_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Place>, AppError> {
        may(actor, &Ask::RaiseMatter)?;
        let mut conn = self.store().read().await?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.extend(place::place(&mut conn, PlaceId(*id)).await?);
        }
        Ok(rows)
    }

    /// The revision of a unit, a person or a place, for whoever administers anything.
    pub async fn rev_of(&self, actor: &Actor, record: Uuid) -> Result<i64, AppError> {
        may(actor, &Ask::Audit)?;
        Ok(yixian_store::ledger::rev_of(&mut self.store().read().await?, record).await?)
    }

    /// Everybody's roles, in the order people, role, unit; for those who administer anything.
    pub async fn roles(&self, actor: &Actor) -> Result<Vec<(PersonId, Role, UnitId)>, AppError> {
        may(actor, &Ask::Audit)?;
        let mut all = org::all_grants(&mut self.store().read().await?).await?;
        all.sort_by_key(|(person, role, unit)| (*person, *role, *unit));
        Ok(all)
    }

    /// Exemptions that touch the days, newest first; for those who administer anything.
    pub async fn exemptions(&self, actor: &Actor, from: Date, to: Date) -> Result<Vec<Exempted>, AppError> {
        may(actor, &Ask::Audit)?;
        let mut all = org::exemptions(&mut self.store().read().await?, from, to, self.clock().now()).await?;
        all.sort_by(|a, b| (b.1, b.2, a.0).cmp(&(a.1, a.2, b.0)));
        Ok(all)
    }

    /// The ledger's events before one, newest first, with how far it is sealed.
    pub async fn ledger_page(&self, actor: &Actor, before: Option<i64>, limit: i64) -> Result<LedgerPage, AppError> {
        may(actor, &Ask::Audit)?;
        let mut conn = self.store().read().await?;
        let head = ledger::head(&mut conn).await?;
        let end = before.unwrap_or(head.events + 1).clamp(1, head.events + 1);
        // Numbers have no gaps, so that the page before an event is a range.
        let mut events = ledger::page(&mut conn, (end - 1 - limit).max(0), limit.min(end - 1)).await?;
        events.retain(|e| e.seq < end);
        events.reverse();
        Ok(LedgerPage { head, events })
    }

    /// Recomputes the ledger and the rows for somebody who may.
    pub async fn audit(&self, actor: &Actor) -> Result<ledger::Verification, AppError> {
        may(actor, &Ask::Audit)?;
        self.verify_database().await
    }

    /// Whether a person signs in by password; people who only ever used a link do not yet.
    pub async fn has_password(&self, person: PersonId) -> Result<bool, AppError> {
        let mut conn = self.store().read().await?;
        let code = org::person(&mut conn, person).await?.ok_or(AppError::NotFound("person"))?.code;
        Ok(account::password(&mut conn, &code).await?.is_some_and(|p| p.1.is_some()))
    }

    /// Whether the actor may hand out a link that lets somebody in as this person: only who
    /// administers everything the person holds, else a part's administrator could become the
    /// whole's.
    pub async fn may_let_in(&self, actor: &Actor, person: PersonId) -> Result<(), AppError> {
        let mut conn = self.store().read().await?;
        let p = org::person(&mut conn, person).await?.ok_or(AppError::NotFound("person"))?;
        let unit = org::unit(&mut conn, p.unit).await?.ok_or(AppError::NotFound("unit"))?;
        may(actor, &Ask::Administer(&unit.path))?;
        for g in org::grants(&mut conn, person).await? {
            may(actor, &Ask::Administer(&g.over))?;
        }
        Ok(())
    }
}
