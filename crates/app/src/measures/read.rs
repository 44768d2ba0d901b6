//! Measures as pages read them. Nothing here writes.

use crate::App;
use crate::frame::error::AppError;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, MatterFacts, may};
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, MatterKind};
use yixian_domain::measure::{Effect, effect};
use yixian_domain::part::{Measure, Part};
use yixian_domain::programme::Section;
use yixian_store::{matter, words};

/// A measure on the board.
#[derive(Debug)]
pub struct MeasureRow {
    /// Its running number.
    pub n: i64,
    /// First words of it.
    pub subject: String,
    /// The matter.
    pub matter: Matter,
    /// What it carries.
    pub measure: Measure,
}

/// A measure with both samples of its effect.
#[derive(Debug)]
pub struct MeasurePage {
    /// The measure.
    pub row: MeasureRow,
    /// What it brought.
    pub effect: Effect,
    /// Sections by id: those it is applied to and those it is compared with.
    pub sections: HashMap<Uuid, Arc<Section>>,
    /// The reader may decide it.
    pub decides: bool,
    /// The reader may apply it, put it into another class.
    pub applies: bool,
    /// The reader sees the matter itself.
    pub sees: bool,
    /// Its words by key.
    pub words: HashMap<WordsId, String>,
}

impl App {
    /// The board: every measure with a class, whatever its unit, newest first.
    pub async fn measures(&self, actor: &Actor) -> Result<Vec<MeasureRow>, AppError> {
        may(actor, &Ask::ReadMeasures)?;
        let all = matter::of_kind(&mut self.store().read().await?, MatterKind::Measure).await?;
        let row = |r: matter::Numbered| {
            let measure = r.matter.part.as_deref().and_then(Part::measure)?.clone();
            Some(MeasureRow { n: r.n, subject: r.subject, matter: r.matter, measure })
        };
        Ok(all.into_iter().rev().filter_map(row).collect())
    }

    /// One measure with what it brought.
    pub async fn measure_page(&self, actor: &Actor, id: MatterId) -> Result<MeasurePage, AppError> {
        may(actor, &Ask::ReadMeasures)?;
        let mut conn = self.store().read().await?;
        let stored = matter::matter(&mut conn, id).await?.ok_or(AppError::NotFound("matter"))?;
        let measure = stored.matter.part.as_deref().and_then(Part::measure).cloned();
        let measure = measure.ok_or(AppError::NotFound("matter"))?;
        let all = self.inner.kept_works.now(&mut conn).await?.sections;
        let words = words::of_record(&mut conn, id.0).await?;
        drop(conn);
        let applied: BTreeSet<Uuid> = measure.applied.iter().map(|a| a.section).collect();
        let effect = effect(&applied, all.iter().map(|s| &**s));
        let facts = MatterFacts::of(&stored.matter, stored.unit_path.clone());
        let row = MeasureRow { n: stored.n, subject: stored.subject, matter: stored.matter, measure };
        Ok(MeasurePage {
            decides: may(actor, &Ask::DecideMeasure(&facts)).is_ok(),
            applies: may(actor, &Ask::ApplyMeasure(&facts)).is_ok(),
            sees: may(actor, &Ask::SeeMatter(&facts)).is_ok(),
            sections: all.iter().map(|s| (s.id, s.clone())).collect(),
            row,
            effect,
            words,
        })
    }
}
