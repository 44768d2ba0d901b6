//! Households as pages see them. Who lives in one, only those read who serve it. Nothing here writes.

use super::act::ordered_by;
use super::personal::Resident;
use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::base::history::Happened;
use yixian_domain::household::{DoneSheet, Household, HouseholdEvent};
use yixian_domain::ids::*;
use yixian_domain::matter::{Matter, StageName};
use yixian_domain::time::{Date, Instant};
use yixian_store::matter::Numbered;
use yixian_store::{Conn, household as table, matter, register, words};

/// A household, with who lives there where the reader may know.
#[derive(Clone, Debug)]
pub struct HouseholdRow {
    /// The household.
    pub household: Household,
    /// Who lives there; none where it was erased, and for a reader who does not serve it.
    pub resident: Option<Resident>,
}

/// An order with its done-sheet.
#[derive(Clone, Debug)]
pub struct Order {
    /// The matter.
    pub matter: Numbered,
    /// What was done, once it was.
    pub sheet: Option<DoneSheet>,
}

/// A household with what belongs to it.
#[derive(Debug)]
pub struct HouseholdPage {
    /// The household.
    pub row: HouseholdRow,
    /// Its orders that the reader may see, the newest first.
    pub orders: Vec<Order>,
    /// What was done there, the newest first, whoever may see the orders.
    pub sheets: Vec<DoneSheet>,
    /// The reader serves it: he may change it and record how a sheet was confirmed.
    pub serves: bool,
    /// The reader may erase who lives there.
    pub erases: bool,
    /// Words of it and of its sheets, for whoever serves it.
    pub words: HashMap<WordsId, String>,
    /// What happened to it, with when that was recorded.
    pub story: Vec<(Instant, Happened<HouseholdEvent>)>,
}

/// A stop of a team's round: a household with why somebody goes there.
#[derive(Clone, Debug)]
pub struct Stop {
    /// Where.
    pub row: HouseholdRow,
    /// Its orders in hand.
    pub orders: Vec<Numbered>,
    /// The visit that was promised, where it is due.
    pub promised: Option<Date>,
}

/// Households for outside the team.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// Those that agreed, with who lives there.
    pub rows: Vec<HouseholdRow>,
    /// How many were left out, because they did not agree or were erased.
    pub left_out: usize,
}

/// Orders that somebody is to go to: given to a unit, not yet put right.
fn in_hand(m: &Matter) -> bool {
    matches!(m.stage.name(), StageName::Assigned | StageName::InHand)
}

async fn residents(conn: &mut Conn, all: &[Household]) -> Result<HashMap<Uuid, Resident>, AppError> {
    let of: HashMap<Uuid, Uuid> = all.iter().filter_map(|h| Some((h.details.personal.as_ref()?.id.0, h.id))).collect();
    let ids: Vec<Uuid> = of.keys().copied().collect();
    let kept = words::among(conn, &ids).await?;
    Ok(kept.iter().filter_map(|(w, text)| Some((*of.get(&w.0)?, Resident::of(text)))).collect())
}

impl App {
    /// Whether somebody serves the households of a unit.
    pub async fn serves_households(&self, actor: &Actor, unit: UnitId) -> Result<bool, AppError> {
        let directory = self.directory().await?;
        Ok(directory.unit(unit).is_some_and(|u| may(actor, &Ask::ServeHouseholds(&u.path)).is_ok()))
    }

    /// With who lives there, of those that the reader serves.
    async fn household_rows(&self, actor: &Actor, all: Vec<Household>) -> Result<Vec<HouseholdRow>, AppError> {
        let directory = self.directory().await?;
        let serves = |h: &&Household| {
            directory.unit(h.details.unit).is_some_and(|u| may(actor, &Ask::ServeHouseholds(&u.path)).is_ok())
        };
        let served: Vec<Household> = all.iter().filter(serves).cloned().collect();
        let mut known = residents(&mut self.store().read().await?, &served).await?;
        Ok(all.into_iter().map(|household| HouseholdRow { resident: known.remove(&household.id), household }).collect())
    }

    /// Households after a code.
    pub async fn households(&self, actor: &Actor, after: &str, limit: i64) -> Result<Vec<HouseholdRow>, AppError> {
        may(actor, &Ask::SeeHouseholds)?;
        let all = table::after(&mut self.store().read().await?, after, limit).await?;
        self.household_rows(actor, all).await
    }

    /// Some households without who lives there: what a figure counts tells nobody who that is.
    pub async fn households_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Household>, AppError> {
        may(actor, &Ask::SeeHouseholds)?;
        Ok(register::among(&mut self.store().read().await?, ids).await?.into_values().collect())
    }

    /// Some done-sheets, each with its household.
    pub async fn sheets_by_id(&self, actor: &Actor, ids: &[Uuid]) -> Result<Vec<(DoneSheet, Household)>, AppError> {
        may(actor, &Ask::SeeHouseholds)?;
        let mut conn = self.store().read().await?;
        let sheets: Vec<DoneSheet> = register::among(&mut conn, ids).await?.into_values().collect();
        let homes: Vec<Uuid> = sheets.iter().map(|s| s.household).collect();
        let homes: HashMap<Uuid, Household> = register::among(&mut conn, &homes).await?.into_iter().collect();
        Ok(sheets.into_iter().filter_map(|s| Some((s.clone(), homes.get(&s.household)?.clone()))).collect())
    }

    /// A household by its id or its code.
    pub async fn household(&self, actor: &Actor, at: &str) -> Result<Household, AppError> {
        may(actor, &Ask::SeeHouseholds)?;
        let mut conn = self.store().read().await?;
        let found = match at.parse::<Uuid>() {
            Ok(id) => register::one(&mut conn, id).await?,
            Err(_) => table::by_code(&mut conn, at).await?,
        };
        found.ok_or(AppError::NotFound("household"))
    }

    /// A household with what belongs to it.
    pub async fn household_page(&self, actor: &Actor, at: &str) -> Result<HouseholdPage, AppError> {
        let household = self.household(actor, at).await?;
        let id = household.id;
        let directory = self.directory().await?;
        let unit = directory.unit(household.details.unit);
        let serves = unit.is_some_and(|u| may(actor, &Ask::ServeHouseholds(&u.path)).is_ok());
        let erases = !household.is_erased() && unit.is_some_and(|u| may(actor, &Ask::EraseHousehold(&u.path)).is_ok());
        let mut conn = self.store().read().await?;
        let sheets = table::sheets_in(&mut conn, id).await?;
        let about = matter::about(&mut conn, id).await?;
        let story = register::story::<Household>(&mut conn, id).await?;
        let mut said = HashMap::new();
        if serves {
            for s in &sheets {
                said.extend(words::of_record(&mut conn, s.id).await?);
            }
        }
        drop(conn);
        let mut orders: Vec<Order> = self
            .seen_of(actor, about)
            .await?
            .into_iter()
            .filter(|m| ordered_by(&m.matter).is_some())
            .map(|m| Order { sheet: sheets.iter().find(|s| s.matter == m.matter.id).cloned(), matter: m })
            .collect();
        orders.reverse();
        let row = self.household_rows(actor, vec![household]).await?.pop().ok_or(AppError::NotFound("household"))?;
        Ok(HouseholdPage { row, orders, sheets, serves, erases, words: said, story })
    }

    /// An order with its household, for whoever fills in its sheet.
    pub async fn order(&self, actor: &Actor, id: MatterId) -> Result<(Order, HouseholdRow), AppError> {
        let mut conn = self.store().read().await?;
        let stored = matter::matter(&mut conn, id).await?.ok_or(AppError::NotFound("matter"))?;
        let found = ordered_by(&stored.matter).ok_or(AppError::NotFound("matter"))?;
        let sheet = table::sheet_of(&mut conn, id).await?;
        let about = matter::about(&mut conn, found).await?;
        drop(conn);
        let own = about.into_iter().filter(|m| m.matter.id == id).collect();
        let matter = self.seen_of(actor, own).await?.pop().ok_or(AppError::NotFound("matter"))?;
        let household = self.household(actor, &found.to_string()).await?;
        let row = self.household_rows(actor, vec![household]).await?.pop().ok_or(AppError::NotFound("household"))?;
        Ok((Order { matter, sheet }, row))
    }

    /// A done-sheet with the unit that did it.
    pub async fn done_sheet(&self, actor: &Actor, id: Uuid) -> Result<DoneSheet, AppError> {
        may(actor, &Ask::SeeHouseholds)?;
        let found = register::one(&mut self.store().read().await?, id).await?;
        found.ok_or(AppError::NotFound("sheet"))
    }

    /// The round of a day: where the units that somebody serves have orders in hand, or promised to come by that day. By address, so
    /// that those of one lane follow each other; an erased household is gone to no more.
    pub async fn household_round(&self, actor: &Actor, day: Date) -> Result<Vec<Stop>, AppError> {
        may(actor, &Ask::SeeHouseholds)?;
        let directory = self.directory().await?;
        let served = directory.units().filter(|u| may(actor, &Ask::ServeHouseholds(&u.path)).is_ok()).map(|u| u.id);
        let served: Vec<UnitId> = served.collect();
        let mut conn = self.store().read().await?;
        let mut orders: HashMap<Uuid, Vec<Numbered>> = HashMap::new();
        for unit in served {
            for m in matter::open_of_unit(&mut conn, unit).await?.into_iter().filter(|m| in_hand(&m.matter)) {
                if let Some(household) = ordered_by(&m.matter) {
                    orders.entry(household).or_default().push(m);
                }
            }
        }
        let promised = table::promised_by(&mut conn, day).await?;
        let promised: HashMap<Uuid, Date> =
            promised.into_iter().filter_map(|s| Some((s.household, s.details.next_visit?))).collect();
        let mut ids: Vec<Uuid> = orders.keys().chain(promised.keys()).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let all: Vec<Household> = register::among(&mut conn, &ids).await?.into_values().collect();
        drop(conn);
        let mut stops = Vec::new();
        for row in self.household_rows(actor, all).await? {
            // Who does not serve it does not go there.
            if row.resident.is_none() {
                continue;
            }
            let id = row.household.id;
            let own = self.seen_of(actor, orders.remove(&id).unwrap_or_default()).await?;
            let promised = promised.get(&id).copied();
            if !own.is_empty() || promised.is_some() {
                stops.push(Stop { row, orders: own, promised });
            }
        }
        let key = |s: &Stop| (s.row.resident.as_ref().map(|r| r.address.clone()), s.row.household.code.clone());
        stops.sort_by_cached_key(key);
        Ok(stops)
    }

    /// Households that somebody serves, for outside the team: those that agreed; the others are counted alone.
    pub async fn export_households(&self, actor: &Actor) -> Result<Export, AppError> {
        may(actor, &Ask::SeeHouseholds)?;
        let mut all = register::all::<Household>(&mut self.store().read().await?).await?;
        let directory = self.directory().await?;
        all.retain(|h| {
            directory.unit(h.details.unit).is_some_and(|u| may(actor, &Ask::ServeHouseholds(&u.path)).is_ok())
        });
        all.sort_by(|a, b| a.code.cmp(&b.code));
        let agreed: Vec<Household> = all.iter().filter(|h| h.may_leave()).cloned().collect();
        let left_out = all.len() - agreed.len();
        self.tell_export(actor, "households").await?;
        Ok(Export { rows: self.household_rows(actor, agreed).await?, left_out })
    }
}
