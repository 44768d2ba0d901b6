//! Agreements as pages read them, and a partner with all that is between it and us. Nothing here writes.

use crate::App;
use crate::frame::error::AppError;
use crate::partners::Numbered;
use crate::visits::{VisitFilter, VisitRow};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::agreement::{Agreement, AgreementEvent};
use yixian_domain::base::history::Happened;
use yixian_domain::ids::*;
use yixian_domain::matter::MatterKind;
use yixian_domain::partner::Partner;
use yixian_domain::time::Instant;
use yixian_store::{agreement as table, matter, register, words};

/// Visits of a partner that are shown.
const VISITS: i64 = 40;

/// An agreement with what belongs to it.
#[derive(Debug)]
pub struct AgreementPage {
    /// The agreement.
    pub agreement: Agreement,
    /// The reader may change and end it, and promise in it.
    pub keeps: bool,
    /// Its words by key.
    pub words: HashMap<WordsId, String>,
    /// What was promised in it, of what the reader may see.
    pub commitments: Vec<Numbered>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<AgreementEvent>)>,
}

/// All that is between a partner and us, of what a reader may see.
#[derive(Debug)]
pub struct PartnerStory {
    /// The partner.
    pub partner: Partner,
    /// Visits, the latest first.
    pub visits: Vec<VisitRow>,
    /// What it asked for.
    pub demands: Vec<Numbered>,
    /// What we promised it.
    pub ours: Vec<Numbered>,
    /// What it promised us.
    pub theirs: Vec<Numbered>,
    /// Agreements it signed, the newest first.
    pub agreements: Vec<Agreement>,
}

impl App {
    /// Every agreement, those that end next first, then those without a last day, then those that hold no more.
    pub async fn agreements(&self, actor: &Actor) -> Result<Vec<Agreement>, AppError> {
        may(actor, &Ask::SeeAgreements)?;
        let today = self.policies().zone.date_of(self.clock().now());
        let mut all: Vec<Agreement> = register::some(&mut self.store().read().await?, "ORDER BY code", &[]).await?;
        all.sort_by_key(|a| (!a.in_force(today), a.days_left(today).unwrap_or(i32::MAX), a.code.clone()));
        Ok(all)
    }

    /// Some agreements by their ids, of what somebody may see.
    pub async fn agreements_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Agreement>, AppError> {
        may(actor, &Ask::SeeAgreements)?;
        let mut all = register::among::<Agreement>(&mut self.store().read().await?, ids).await?;
        Ok(ids.iter().filter_map(|id| all.remove(id)).collect())
    }

    /// The agreement of an address: its id or its code.
    pub async fn agreement(&self, actor: &Actor, at: &str) -> Result<Agreement, AppError> {
        may(actor, &Ask::SeeAgreements)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => table::by_code(&mut conn, at).await?,
        };
        found.ok_or(AppError::NotFound("agreement"))
    }

    /// Whether somebody keeps the agreements of a unit.
    pub async fn keeps_agreements(&self, actor: &Actor, unit: UnitId) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(directory.unit(unit).is_some_and(|u| may(actor, &Ask::KeepAgreement(&u.path)).is_ok()))
    }

    /// An agreement with what belongs to it.
    pub async fn agreement_page(&self, actor: &Actor, at: &str) -> Result<AgreementPage, AppError> {
        let agreement = self.agreement(actor, at).await?;
        let keeps = self.keeps_agreements(actor, agreement.details.unit).await?;
        let mut conn = self.store().read().await?;
        let words = words::of_record(&mut conn, agreement.id).await?;
        let commitments = matter::about(&mut conn, agreement.id).await?;
        let story = register::story::<Agreement>(&mut conn, agreement.id).await?;
        drop(conn);
        let commitments = self.seen_of(actor, commitments).await?;
        Ok(AgreementPage { agreement, keeps, words, commitments, story })
    }

    /// Agreements that a partner signed, the newest first, for itself and for whoever sees it.
    pub async fn agreements_of(&self, actor: &Actor, id: PartnerId) -> Result<Vec<Agreement>, AppError> {
        may(actor, &Ask::SeePartner(Some(id)))?;
        Ok(table::of_partner(&mut self.store().read().await?, id).await?)
    }

    /// A partner with all that is between it and us.
    pub async fn partner_story(&self, actor: &Actor, id: PartnerId) -> Result<PartnerStory, AppError> {
        let partner = self.partner(actor, id).await?;
        let filter = VisitFilter { partner: Some(id), newest: true, ..VisitFilter::default() };
        let mut visits = self.visit_list(actor, &filter, VISITS).await?;
        visits.truncate(VISITS as usize);
        let mut conn = self.store().read().await?;
        let raised = matter::raised_by(&mut conn, &By::Partner(id)).await?;
        let owed = matter::owned_by(&mut conn, id).await?;
        let agreements = table::of_partner(&mut conn, id).await?;
        drop(conn);
        let promised = |m: &Numbered| m.matter.kind == MatterKind::Commitment;
        let (ours, demands) = self.seen_of(actor, raised).await?.into_iter().partition(promised);
        let theirs = self.seen_of(actor, owed).await?.into_iter().filter(promised).collect();
        let agreements = if may(actor, &Ask::SeeAgreements).is_ok() { agreements } else { Vec::new() };
        Ok(PartnerStory { partner, visits, demands, ours, theirs, agreements })
    }
}
