//! Praise and publications as pages read them. Nothing here writes, and nothing is counted.

use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::history::Happened;
use yixian_domain::ids::*;
use yixian_domain::praise::{Praise, PraiseEvent, PraisedBy, Publication, PublicationEvent};
use yixian_domain::time::Instant;
use yixian_store::{praise as table, register, words};

/// A praise with what belongs to it.
#[derive(Debug)]
pub struct PraisePage {
    /// The praise.
    pub praise: Praise,
    /// The reader may change it.
    pub keeps: bool,
    /// The reader may erase who praised and what was said.
    pub erases: bool,
    /// What was said; none where it was erased.
    pub words: Option<String>,
    /// The person who praised: none where it was a body, where it was erased, where the reader is not told.
    pub name: Option<String>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<PraiseEvent>)>,
}

/// A publication with what belongs to it.
#[derive(Debug)]
pub struct PublicationPage {
    /// The publication.
    pub publication: Publication,
    /// The reader may change it.
    pub keeps: bool,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<PublicationEvent>)>,
}

impl App {
    /// Whether somebody keeps the praise of a unit.
    pub async fn keeps_praise(&self, actor: &Actor, unit: UnitId) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(directory.unit(unit).is_some_and(|u| may(actor, &Ask::KeepPraise(&u.path)).is_ok()))
    }

    /// Every praise, the newest first, each with what was said.
    pub async fn praises(&self, actor: &Actor) -> Result<Vec<(Praise, Option<String>)>, AppError> {
        may(actor, &Ask::SeePraise)?;
        let mut conn = self.store().read().await?;
        let all: Vec<Praise> = register::some(&mut conn, "ORDER BY day DESC, code", &[]).await?;
        let ids: Vec<Uuid> = all.iter().map(|p| p.details.words.id.0).collect();
        let mut said = words::among(&mut conn, &ids).await?;
        Ok(all
            .into_iter()
            .map(|p| {
                let said = said.remove(&p.details.words.id);
                (p, said)
            })
            .collect())
    }

    /// A praise by its id or its code, with what belongs to it.
    pub async fn praise_page(&self, actor: &Actor, at: &str) -> Result<PraisePage, AppError> {
        may(actor, &Ask::SeePraise)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => table::by_code(&mut conn, at).await?,
        };
        let praise: Praise = found.ok_or(AppError::NotFound("praise"))?;
        let mut said: HashMap<WordsId, String> = words::of_record(&mut conn, praise.id).await?;
        let story = register::story::<Praise>(&mut conn, praise.id).await?;
        drop(conn);
        let directory = self.directory().await?;
        let unit = directory.unit(praise.details.unit);
        let keeps = unit.is_some_and(|u| may(actor, &Ask::KeepPraise(&u.path)).is_ok());
        let erases = !praise.erased && unit.is_some_and(|u| may(actor, &Ask::ErasePraise(&u.path)).is_ok());
        let name = match &praise.details.from {
            PraisedBy::Contact { name } if praise.names_to(keeps) => said.remove(&name.id),
            PraisedBy::Contact { .. } | PraisedBy::Partner { .. } => None,
        };
        let words = said.remove(&praise.details.words.id);
        Ok(PraisePage { keeps: keeps && !praise.erased, praise, erases, words, name, story })
    }

    /// Every publication, the newest first.
    pub async fn publications(&self, actor: &Actor) -> Result<Vec<Publication>, AppError> {
        may(actor, &Ask::SeePraise)?;
        Ok(register::some(&mut self.store().read().await?, "ORDER BY day DESC, code", &[]).await?)
    }

    /// A publication by its id or its code, with what belongs to it.
    pub async fn publication_page(&self, actor: &Actor, at: &str) -> Result<PublicationPage, AppError> {
        may(actor, &Ask::SeePraise)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => table::publication_by_code(&mut conn, at).await?,
        };
        let publication: Publication = found.ok_or(AppError::NotFound("publication"))?;
        let story = register::story::<Publication>(&mut conn, publication.id).await?;
        drop(conn);
        let keeps = self.keeps_praise(actor, publication.details.unit).await?;
        Ok(PublicationPage { publication, keeps, story })
    }
}
