//! The organisation as pages read it: names of units and people, places. Nothing here writes.

use crate::App;
use crate::frame::error::AppError;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::ids::*;
use yixian_domain::org::{Grant, Person, Role, Unit, UnitPath};
use yixian_domain::organisation::work;
use yixian_domain::place::Place;
use yixian_store::{org, place};

/// Names of units and people; a snapshot of a few seconds.
#[derive(Debug, Default)]
pub struct Directory {
    units: HashMap<UnitId, Unit>,
    order: Vec<UnitId>,
    people: HashMap<PersonId, Person>,
}

/// How old a snapshot may be; another node may have changed a name.
const FRESH: Duration = Duration::from_secs(5);

impl Directory {
    /// A unit.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id)
    }
    /// The root unit.
    pub fn root(&self) -> Option<&Unit> {
        self.units().find(|u| u.parent.is_none())
    }
    /// Every unit, parents before children.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.order.iter().filter_map(|id| self.units.get(id))
    }
    /// A person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }
    /// Everybody.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }
}

impl App {
    /// Units and people.
    pub async fn directory(&self) -> Result<Arc<Directory>, AppError> {
        self.store().db().nobody_holds();
        if let Ok(cached) = self.inner.directory.read()
            && let Some((at, d)) = cached.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(d.clone());
        }
        let mut conn = self.store().read().await?;
        let units = org::units(&mut conn).await?;
        let people = org::people(&mut conn).await?;
        let d = Arc::new(Directory {
            order: units.iter().map(|u| u.id).collect(),
            units: units.into_iter().map(|u| (u.id, u)).collect(),
            people: people.into_iter().map(|p| (p.id, p)).collect(),
        });
        if let Ok(mut cached) = self.inner.directory.write() {
            *cached = Some((Moment::now(), d.clone()));
        }
        Ok(d)
    }

    /// Who may be given work today for which a role is needed, in a unit or one below it, by name.
    pub async fn who_may_hold(&self, role: Role, under: &UnitPath) -> Result<Vec<Person>, AppError> {
        let (directory, today) = (self.directory().await?, self.policies().zone.date_of(self.clock().now()));
        let mut grants: HashMap<PersonId, Vec<Grant>> = HashMap::new();
        for (person, role, unit) in org::all_grants(&mut self.store().read().await?).await? {
            let Some(over) = directory.unit(unit).map(|u| u.path.clone()) else { continue };
            grants.entry(person).or_default().push(Grant { role, over });
        }
        let units: Vec<&Unit> = directory.units().filter(|u| under.contains(&u.path)).collect();
        let may = |p: &&Person| {
            let held = grants.get(&p.id).map_or(&[][..], Vec::as_slice);
            units.iter().any(|u| work::may_hold(p, held, role, &u.path, today).is_ok())
        };
        let mut able: Vec<Person> = directory.people().filter(may).cloned().collect();
        able.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
        Ok(able)
    }

    pub(crate) fn forget_directory(&self) {
        if let Ok(mut cached) = self.inner.directory.write() {
            *cached = None;
        }
    }

    /// Places by code, name or district.
    pub async fn places(
        &self,
        actor: &Actor,
        after: &str,
        text: &str,
        district: &str,
        limit: i64,
    ) -> Result<Vec<Place>, AppError> {
        may(actor, &Ask::RaiseMatter)?;
        Ok(place::list(&mut self.store().read().await?, after, text, district, limit).await?)
    }

    /// Names of places, for lists the actor already may see.
    pub async fn place_names(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, AppError> {
        Ok(place::names(&mut self.store().read().await?, ids).await?)
    }

    /// One place.
    pub async fn place(&self, actor: &Actor, id: PlaceId) -> Result<Place, AppError> {
        may(actor, &Ask::RaiseMatter)?;
        place::place(&mut self.store().read().await?, id).await?.ok_or(AppError::NotFound("place"))
    }

    /// Districts in use.
    pub async fn districts(&self) -> Result<Vec<String>, AppError> {
        let known = place::districts(&mut self.store().read().await?).await?;
        // A company without places yet has the districts of its table of streets.
        Ok(if known.is_empty() { self.policies().areas.districts().map(str::to_owned).collect() } else { known })
    }
}
