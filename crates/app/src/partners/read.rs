//! Partners as pages read them. Nothing here writes.

use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::history::Happened;
use yixian_domain::ids::*;
use yixian_domain::matter::Matter;
use yixian_domain::partner::{Partner, PartnerEvent, PartnerRole};
use yixian_domain::time::Instant;
use yixian_store::matter::Numbered;
use yixian_store::{matter, partner as table, register, words};

/// Which partners are asked for; what is empty does not filter.
#[derive(Clone, Debug, Default)]
pub struct PartnerFilter<'a> {
    /// After this code.
    pub after: &'a str,
    /// A part of name or code.
    pub text: &'a str,
    /// With this role, whenever held.
    pub role: Option<PartnerRole>,
    /// In this district.
    pub district: &'a str,
}

/// A partner with what belongs to it.
#[derive(Debug)]
pub struct PartnerPage {
    /// The partner.
    pub partner: Partner,
    /// Names, posts and phones there; none where there are none or the reader may not see them.
    pub contacts: Option<String>,
    /// The reader may see contacts and change the register.
    pub keeps: bool,
    /// Matters it is owed an answer to.
    pub raised: Vec<Numbered>,
    /// Matters it is to put right.
    pub owed: Vec<Numbered>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<PartnerEvent>)>,
}

impl App {
    /// Partners in the order of their codes.
    pub async fn partners(
        &self,
        actor: &Actor,
        filter: &PartnerFilter<'_>,
        limit: i64,
    ) -> Result<Vec<Partner>, AppError> {
        may(actor, &Ask::SeePartner(None))?;
        let mut conn = self.store().read().await?;
        Ok(table::list(&mut conn, filter.after, filter.text, filter.role, filter.district, limit).await?)
    }

    /// Every partner, for lists to choose from.
    pub async fn all_partners(&self, actor: &Actor) -> Result<Vec<Partner>, AppError> {
        may(actor, &Ask::SeePartner(None))?;
        Ok(register::some(&mut self.store().read().await?, "ORDER BY code", &[]).await?)
    }

    /// One partner.
    pub async fn partner(&self, actor: &Actor, id: PartnerId) -> Result<Partner, AppError> {
        may(actor, &Ask::SeePartner(Some(id)))?;
        register::one(&mut self.store().read().await?, id.0).await?.ok_or(AppError::NotFound("partner"))
    }

    /// One partner with what belongs to it. Matters outside the reader's sight are left out.
    pub async fn partner_page(&self, actor: &Actor, id: PartnerId) -> Result<PartnerPage, AppError> {
        let partner = self.partner(actor, id).await?;
        let keeps = may(actor, &Ask::KeepPartners).is_ok();
        let mut conn = self.store().read().await?;
        let contacts = match &partner.details.contacts {
            Some(w) if keeps => words::of_record(&mut conn, id.0).await?.remove(&w.id),
            Some(_) | None => None,
        };
        let raised = matter::raised_by(&mut conn, &By::Partner(id)).await?;
        let owed = matter::owned_by(&mut conn, id).await?;
        let story = register::story::<Partner>(&mut conn, id.0).await?;
        drop(conn);
        let raised = self.seen_of(actor, raised).await?;
        let owed = self.seen_of(actor, owed).await?;
        Ok(PartnerPage { partner, contacts, keeps, raised, owed, story })
    }

    /// Of some matters those that somebody may see.
    pub(crate) async fn seen_of(&self, actor: &Actor, matters: Vec<Numbered>) -> Result<Vec<Numbered>, AppError> {
        let directory = self.directory().await?;
        let sees = |m: &Matter| {
            let path = directory.unit(m.unit).map(|u| u.path.clone());
            path.is_some_and(|path| {
                may(actor, &Ask::SeeMatter(&yixian_domain::access::MatterFacts::of(m, path))).is_ok()
            })
        };
        Ok(matters.into_iter().filter(|m| sees(&m.matter)).collect())
    }

    /// Names of partners by id, as they are now.
    pub async fn partner_names(&self, ids: &[Uuid]) -> Result<std::collections::HashMap<Uuid, Partner>, AppError> {
        Ok(register::among(&mut self.store().read().await?, ids).await?)
    }
}
