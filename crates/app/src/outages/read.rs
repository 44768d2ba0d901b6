//! Outages as pages read them, and a year of them. Nothing here writes.

use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::ids::*;
use yixian_domain::outage::served::ServedBase;
use yixian_domain::outage::year::{
    Counted, MajorDay, Told, YEARS_BEFORE, Year, YearThreshold, first_of, last_of, major_days,
};
use yixian_domain::outage::{Outage, OutageEvent, OutageFileEvent};
use yixian_domain::time::{Date, Instant};
use yixian_store::outage::{self as table, Grain};
use yixian_store::{Conn, ledger, register, words};

pub use yixian_store::outage::Filter as OutageFilter;

/// Something that happened to an outage.
#[derive(Debug)]
pub struct OutageStep {
    /// When it happened.
    pub at: Instant,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// Who.
    pub by: By,
    /// What.
    pub event: OutageEvent,
}

/// The file that brought an outage.
#[derive(Debug)]
pub struct OutageFile {
    /// What it is called.
    pub name: String,
    /// Line of the outage there.
    pub line: u64,
    /// When it was taken over.
    pub at: Instant,
    /// Who did so.
    pub by: By,
}

/// An outage with what belongs to it.
#[derive(Debug)]
pub struct OutagePage {
    /// The outage.
    pub outage: Outage,
    /// The reader may end, correct and void it.
    pub keeps: bool,
    /// Its words by key.
    pub words: HashMap<WordsId, String>,
    /// The file that brought it.
    pub file: Option<OutageFile>,
    /// What happened to it.
    pub story: Vec<OutageStep>,
}

/// A year of the company, or of a unit.
#[derive(Debug)]
pub struct Reliability {
    /// The unit; the whole company when none.
    pub unit: Option<UnitId>,
    /// The year.
    pub year: Year,
    /// Years there is anything to say of, the newest first.
    pub years: Vec<i16>,
    /// As of when.
    pub as_of: Instant,
}

/// What was known of outages at an instant, for a year and those before it.
struct Known {
    days: yixian_domain::outage::year::Days,
    threshold: Option<YearThreshold>,
    major: Vec<MajorDay>,
    months: Vec<Counted>,
    by_day: Vec<Counted>,
}

impl App {
    /// Outages, the newest beginning first.
    pub async fn outages(&self, actor: &Actor, filter: &OutageFilter, limit: i64) -> Result<Vec<Outage>, AppError> {
        may(actor, &Ask::SeeOutages)?;
        Ok(table::list(&mut self.store().read().await?, filter, limit).await?)
    }

    /// The outage of an address: its id or its number.
    pub async fn outage(&self, actor: &Actor, at: &str) -> Result<Outage, AppError> {
        may(actor, &Ask::SeeOutages)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => table::outage(&mut conn, id).await?,
            Err(_) => table::by_codes(&mut conn, &[at]).await?.pop(),
        };
        found.ok_or(AppError::NotFound("outage"))
    }

    /// Some outages by their ids, in the order in which they are asked for.
    pub async fn outages_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Outage>, AppError> {
        may(actor, &Ask::SeeOutages)?;
        let mut conn = self.store().read().await?;
        let mut found = Vec::new();
        for id in ids {
            found.extend(table::outage(&mut conn, *id).await?);
        }
        Ok(found)
    }

    /// Whether somebody keeps the outages of a unit.
    pub async fn keeps_outages(&self, actor: &Actor, unit: UnitId) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(directory.unit(unit).is_some_and(|u| may(actor, &Ask::KeepOutages(&u.path)).is_ok()))
    }

    /// Whether somebody keeps the outages of any unit.
    pub async fn keeps_any_outages(&self, actor: &Actor) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(directory.units().any(|u| may(actor, &Ask::KeepOutages(&u.path)).is_ok()))
    }

    /// An outage with what belongs to it.
    pub async fn outage_page(&self, actor: &Actor, at: &str) -> Result<OutagePage, AppError> {
        let outage = self.outage(actor, at).await?;
        let keeps = self.keeps_outages(actor, outage.facts.unit).await?;
        let mut conn = self.store().read().await?;
        let words = words::of_record(&mut conn, outage.id).await?;
        let by = |actor: &str| ledger::actor_from(actor).unwrap_or(By::Import);
        let file = match outage.source {
            None => None,
            Some((file, line)) => table::file(&mut conn, file).await?.map(|(row, event)| {
                let OutageFileEvent::Taken { file: name, .. } = event;
                OutageFile { name, line, at: outage.recorded_at, by: by(&row.actor) }
            }),
        };
        let story = table::story(&mut conn, outage.id).await?.into_iter().map(|(row, event)| OutageStep {
            at: Instant(row.happened_at),
            recorded_at: Instant(row.recorded_at),
            by: by(&row.actor),
            event,
        });
        Ok(OutagePage { story: story.collect(), outage, keeps, words, file })
    }

    /// Customers served, by district.
    pub async fn served_bases(&self, actor: &Actor) -> Result<Vec<ServedBase>, AppError> {
        may(actor, &Ask::SeeOutages)?;
        let mut all: Vec<ServedBase> = register::all(&mut self.store().read().await?).await?;
        all.sort_by(|a, b| (&a.district, a.id).cmp(&(&b.district, b.id)));
        Ok(all)
    }

    /// A year of supply; as it was known at an instant, where one is given.
    pub async fn reliability(
        &self,
        actor: &Actor,
        year: i16,
        unit: Option<UnitId>,
        as_of: Option<Instant>,
    ) -> Result<Reliability, AppError> {
        may(actor, &Ask::SeeOutages)?;
        let directory = self.directory().await?;
        let path = unit.map(|id| directory.unit(id).ok_or(AppError::NotFound("unit"))).transpose()?.map(|u| &u.path);
        let wanted = |u: UnitId| path.is_none_or(|p| directory.unit(u).is_some_and(|u| p.contains(&u.path)));
        let policies = self.policies();
        let (zone, now) = (&policies.zone, self.clock().now());
        let as_of = as_of.map_or(now, |at| at.min(now));
        let mut conn = self.store().read().await?;
        let bases: Vec<ServedBase> = register::known(&mut conn, as_of).await?;
        let first = table::first_day(&mut conn).await?;
        let Known { days, threshold, major, mut months, mut by_day } =
            self.known_year(&mut conn, year, as_of, &bases).await?;
        drop(conn);
        months.retain(|c| wanted(c.cell.unit));
        by_day.retain(|c| wanted(c.cell.unit));
        let own: Vec<&ServedBase> = bases.iter().filter(|b| wanted(b.unit)).collect();
        let told = Told { days: &days, bases: &bases, months: &months, by_day: &by_day, as_of, zone };
        let this = zone.date_of(now).year();
        let since = first.map_or(this, Date::year).min(this);
        let years = (since..=this).rev().collect();
        Ok(Reliability { unit, year: Year::with(year, threshold, major, &told, &own), years, as_of })
    }

    /// What is kept is what is known now; before that it is recomputed from the outages and what happened to them since.
    async fn known_year(
        &self,
        conn: &mut Conn,
        year: i16,
        as_of: Instant,
        bases: &[ServedBase],
    ) -> Result<Known, AppError> {
        let (first, last) = (first_of(year.saturating_sub(YEARS_BEFORE)), last_of(year));
        if table::newest(conn).await?.is_some_and(|newest| newest > as_of) {
            let all = table::known_sums(conn, (first, last), as_of, &self.policies().zone).await?;
            let days = table::days_of(&all);
            let (threshold, major) = major_days(&days, bases, year);
            return Ok(Known { days, threshold, major, months: all.clone(), by_day: all });
        }
        let days = table::days(conn, first, last).await?;
        let months = table::sums(conn, Grain::Month, first_of(year), last).await?;
        let mut by_day = Vec::new();
        let (threshold, major) = major_days(&days, bases, year);
        for m in &major {
            by_day.extend(table::sums(conn, Grain::Day, m.day, m.day).await?);
        }
        Ok(Known { days, threshold, major, months, by_day })
    }
}
