//! A leader's visits for his own calendar program. What an entry says is the door's; how it is
//! written down is the report's ([`yixian_report::ical`]).

use crate::App;
use crate::frame::error::AppError;
use yixian_domain::access::{Actor, Ask, VisitFacts, may};
use yixian_domain::ids::PersonId;
use yixian_domain::place::Place;
use yixian_domain::time::Date;
use yixian_store::account::CredentialKind;
use yixian_store::place;
use yixian_store::plan::{self as table, Known};

pub use yixian_report::ical::{Entry, When, calendar};

/// Days back and ahead that a feed holds.
const BACK: i32 = 31;
const AHEAD: i32 = 120;

impl App {
    /// Whose feed a link opens, and his visits, called-off ones too.
    pub async fn calendar_feed(&self, secret: &str) -> Result<(PersonId, Vec<(Known, Place)>), AppError> {
        let mut conn = self.store().read().await?;
        let (person, _) =
            self.carrier(&mut conn, secret, CredentialKind::Calendar).await?.ok_or(AppError::NotFound("calendar"))?;
        let today = self.policies().zone.date_of(self.clock().now());
        let (from, to) =
            (today.saturating_sub(jiff::Span::new().days(BACK)), today.saturating_add(jiff::Span::new().days(AHEAD)));
        let mut out = Vec::new();
        for k in table::feed(&mut conn, person, from, to).await? {
            if let Some(at) = place::place(&mut conn, k.visit.plan.place).await? {
                out.push((k, at));
            }
        }
        Ok((person, out))
    }

    /// A leader's visits of some days, those the actor may see.
    pub async fn leader_visits(
        &self,
        actor: &Actor,
        person: PersonId,
        from: Date,
        to: Date,
    ) -> Result<Vec<(Known, Place)>, AppError> {
        let mut conn = self.store().read().await?;
        let mut out = Vec::new();
        for k in table::feed(&mut conn, person, from, to).await? {
            if may(actor, &Ask::SeeVisit(&VisitFacts::of(&k.visit, k.host_path.clone()))).is_ok()
                && let Some(at) = place::place(&mut conn, k.visit.plan.place).await?
            {
                out.push((k, at));
            }
        }
        Ok(out)
    }
}
