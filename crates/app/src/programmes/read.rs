//! Works as pages read them. Nothing here writes.

use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use crate::partners::Numbered;
use crate::visits::{VisitFilter, VisitRow};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, WorksFacts, may};
use yixian_domain::base::history::Happened;
use yixian_domain::figure::visits::Night;
use yixian_domain::ids::*;
use yixian_domain::programme::{Programme, Section, SectionEvent};
use yixian_domain::time::Instant;
use yixian_store::{matter, programme as table, register, words};

/// Visits to a section that are looked at.
const VISITS: i64 = 500;

/// A programme with its sections.
#[derive(Debug)]
pub struct Works {
    /// The programme.
    pub programme: Programme,
    /// Its sections, by code.
    pub sections: Arc<Vec<Arc<Section>>>,
    /// The reader may plan, change and approve.
    pub keeps: bool,
}

/// A section with what belongs to it.
#[derive(Debug)]
pub struct SectionPage {
    /// The section.
    pub section: Section,
    /// Its programme.
    pub programme: Programme,
    /// The reader may plan, change and approve.
    pub keeps: bool,
    /// The reader may report what was reached.
    pub reports: bool,
    /// The reader may confirm what another reported.
    pub confirms: bool,
    /// Matters about it that the reader may see.
    pub matters: Vec<Numbered>,
    /// Visits to its place that the reader may see, the latest first, and whether somebody was there at night 夜查.
    pub visits: Vec<(VisitRow, bool)>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<SectionEvent>)>,
    /// Its words by key.
    pub words: std::collections::HashMap<WordsId, String>,
}

/// What a key of a figure of works stands for.
#[derive(Debug)]
pub struct WorksKey {
    /// The key: a road's, a section's, a milestone's.
    pub key: Uuid,
    /// The section.
    pub section: Section,
    /// Its programme.
    pub programme: Programme,
    /// Which of its milestones.
    pub milestone: Option<usize>,
}

/// What access needs to know of works.
fn works_facts(directory: &Directory, p: &Programme, s: Option<&Section>) -> Result<WorksFacts, AppError> {
    let owner = directory.unit(p.details.owner).ok_or(AppError::NotFound("unit"))?.path.clone();
    Ok(WorksFacts::of(owner, p, s))
}

impl App {
    /// What keys of figures of works stand for, in their order, of what somebody sees.
    pub async fn works_by_key(&self, actor: &Actor, keys: &[Uuid]) -> Result<Vec<WorksKey>, AppError> {
        let mut conn = self.store().read().await?;
        let milestones = table::milestones_by_id(&mut conn, keys).await?;
        let ids: Vec<Uuid> = keys.iter().copied().chain(milestones.values().map(|m| m.0)).collect();
        let sections = register::among::<Section>(&mut conn, &ids).await?;
        let of: Vec<Uuid> = sections.values().map(|s| s.programme).collect();
        let programmes = register::among::<Programme>(&mut conn, &of).await?;
        drop(conn);
        let directory = self.directory().await?;
        let mut all = Vec::new();
        for key in keys {
            let (id, milestone) = milestones.get(key).map_or((*key, None), |m| (m.0, Some(m.1)));
            let Some(section) = sections.get(&id) else { continue };
            let Some(programme) = programmes.get(&section.programme) else { continue };
            if may(actor, &Ask::SeeWorks(&works_facts(&directory, programme, Some(section))?)).is_ok() {
                let (section, programme) = (section.clone(), programme.clone());
                all.push(WorksKey { key: *key, section, programme, milestone });
            }
        }
        Ok(all)
    }

    /// The programmes that somebody sees, the newest year first.
    pub async fn programmes(&self, actor: &Actor) -> Result<Vec<Programme>, AppError> {
        let all = table::programmes(&mut self.store().read().await?).await?;
        let directory = self.directory().await?;
        let mut seen = Vec::new();
        for p in all {
            if may(actor, &Ask::SeeWorks(&works_facts(&directory, &p, None)?)).is_ok() {
                seen.push(p);
            }
        }
        Ok(seen)
    }

    /// The section of a code, whoever asks: codes are painted on sites.
    pub async fn section_of_code(&self, code: &str) -> Result<Option<Uuid>, AppError> {
        Ok(table::section_by_code(&mut self.store().read().await?, code).await?.map(|s| s.id))
    }

    /// Whether somebody may register programmes of some unit.
    pub fn may_register_works(&self, actor: &Actor) -> bool {
        actor.is_somewhere(yixian_domain::org::Role::Coordinator)
    }

    /// A programme by its id or its code, with its sections; as it was known at an instant, where one is given.
    pub async fn works(&self, actor: &Actor, at: &str, known: Option<Instant>) -> Result<Works, AppError> {
        let mut conn = self.store().read().await?;
        let programme = match at.parse::<Uuid>() {
            Ok(id) => register::one::<Programme>(&mut conn, id).await?,
            Err(_) => table::by_code(&mut conn, at).await?,
        };
        let programme = programme.ok_or(AppError::NotFound("programme"))?;
        let known = match known {
            None => self.inner.kept_works.now(&mut conn).await?,
            Some(at) => self.inner.kept_works.known(&mut conn, at).await?,
        };
        let sections = known.of_programme(programme.id);
        drop(conn);
        let w = works_facts(&*self.directory().await?, &programme, None)?;
        may(actor, &Ask::SeeWorks(&w))?;
        Ok(Works { keeps: may(actor, &Ask::KeepWorks(&w)).is_ok(), programme, sections })
    }

    /// A section with what belongs to it.
    pub async fn section_page(&self, actor: &Actor, id: Uuid) -> Result<SectionPage, AppError> {
        let mut conn = self.store().read().await?;
        let section: Section = register::one(&mut conn, id).await?.ok_or(AppError::NotFound("section"))?;
        let programme: Programme =
            register::one(&mut conn, section.programme).await?.ok_or(AppError::NotFound("programme"))?;
        drop(conn);
        let w = works_facts(&*self.directory().await?, &programme, Some(&section))?;
        may(actor, &Ask::SeeWorks(&w))?;
        let mut conn = self.store().read().await?;
        let matters = matter::about(&mut conn, id).await?;
        let story = register::story::<Section>(&mut conn, id).await?;
        let words = words::of_record(&mut conn, id).await?;
        drop(conn);
        Ok(SectionPage {
            visits: self.visits_to_works(actor, &section).await?,
            keeps: may(actor, &Ask::KeepWorks(&w)).is_ok(),
            reports: may(actor, &Ask::ReportWorks(&w)).is_ok(),
            confirms: may(actor, &Ask::ConfirmWorks(&w)).is_ok(),
            matters: self.seen_of(actor, matters).await?,
            section,
            programme,
            story,
            words,
        })
    }

    /// Visits to the place of a section, and whether each was there at night by the hours in force on its day.
    async fn visits_to_works(&self, actor: &Actor, s: &Section) -> Result<Vec<(VisitRow, bool)>, AppError> {
        let Some(place) = s.details.place else { return Ok(Vec::new()) };
        let filter = VisitFilter { place: Some(place), newest: true, ..VisitFilter::default() };
        let rows = self.visit_list(actor, &filter, VISITS).await?;
        let (policies, now) = (self.policies(), self.clock().now());
        let known = policies.settings_book.known(now);
        let at_night = |v: &VisitRow| {
            let night = |from| Night::of(known.on(policies.zone.date_of(from)));
            v.started.is_some_and(|from| night(from).overlaps(&policies.zone, from, v.finished.unwrap_or(now)))
        };
        let shown = rows.into_iter().take(VISITS as usize);
        Ok(shown.map(|v| (at_night(&v), v)).map(|(night, v)| (v, night)).collect())
    }

    /// The sections that a body outside works on, as it sees them.
    pub async fn sections_of_partner(&self, actor: &Actor, id: PartnerId) -> Result<Vec<Section>, AppError> {
        may(actor, &Ask::SeePartner(Some(id)))?;
        let all = table::sections_of_partner(&mut self.store().read().await?, id.0).await?;
        Ok(all.into_iter().filter(Section::counts).collect())
    }
}
