//! What places and people were: each time it was told of one, since when it held and since when that is known. Rows are only
//! added. Figures read the version that held on their day, of those known at their instant; what a row says now is the
//! register's business ([`crate::organisation::place`], [`crate::organisation::org`]).

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::{days, name_of, named};
use crate::engine::table::{
    Kind::{Bool, Id, Int, Text},
    Table, table,
};
use crate::journal::event::EventRow;
use crate::journal::replay::{Checking, Holding};
use crate::journal::tx::Tx;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use yixian_domain::duty::Recorded;
use yixian_domain::figure::{PlaceVersion, Places};
use yixian_domain::ids::{PersonId, PlaceId, UnitId};
use yixian_domain::org::{Level, Person, Specialty};
use yixian_domain::place::Place;
use yixian_domain::time::{Date, Instant, Zone};

/// Versions of places.
pub(crate) const PLACES: Table = table(
    "place_version",
    "place_id, seq",
    &[
        ("place_id", Id),
        ("seq", Int),
        ("known_from", Int),
        ("valid_from", Int),
        ("kind", Text),
        ("district", Text),
        ("area", Text),
        ("unit_id", Id),
    ],
);

/// Versions of people.
pub(crate) const PEOPLE: Table = table(
    "person_version",
    "person_id, seq",
    &[
        ("person_id", Id),
        ("seq", Int),
        ("known_from", Int),
        ("valid_from", Int),
        ("unit_id", Id),
        ("level", Text),
        ("specialty", Text),
        ("duty", Bool),
        ("from_day", Text),
        ("to_day", Text),
    ],
);

statements! {
    PLACE_PUT = "INSERT INTO place_version (place_id, seq, known_from, valid_from, kind, district, area, unit_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (place_id, seq) DO UPDATE SET known_from = excluded.known_from, valid_from = excluded.valid_from, kind = excluded.kind, district = excluded.district, area = excluded.area, unit_id = excluded.unit_id";
    PERSON_PUT = "INSERT INTO person_version (person_id, seq, known_from, valid_from, unit_id, level, specialty, duty, from_day, to_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (person_id, seq) DO UPDATE SET known_from = excluded.known_from, valid_from = excluded.valid_from, unit_id = excluded.unit_id, level = excluded.level, specialty = excluded.specialty, duty = excluded.duty, from_day = excluded.from_day, to_day = excluded.to_day";
    PLACES_KNOWN = "SELECT place_id, seq, known_from, valid_from, kind, district, area, unit_id FROM place_version WHERE known_from <= $1 ORDER BY place_id, valid_from, seq";
    PEOPLE_KNOWN = "SELECT person_id, seq, known_from, valid_from, unit_id, level, specialty, duty, from_day, to_day FROM person_version WHERE known_from <= $1 ORDER BY person_id, seq";
    PERSON_KNOWN = "SELECT person_id, seq, known_from, valid_from, unit_id, level, specialty, duty, from_day, to_day FROM person_version WHERE known_from <= $1 AND person_id = $2 ORDER BY seq";
    PLACES_DROP = "DELETE FROM place_version";
    PEOPLE_DROP = "DELETE FROM person_version";
    // CROSS JOIN keeps SQLite to this order: places and people are few, and each one's events lie in an index.
    TOLD_OF_PLACES = "SELECT e.seq, e.kind, e.record_id, e.rev, e.code, e.happened_at, e.recorded_at, e.late, e.actor, e.command_id, e.body, e.prev, e.hash, e.version FROM place p CROSS JOIN event e WHERE e.record_id = p.id AND e.code IN ('place_made', 'place_changed')";
    TOLD_OF_PEOPLE = "SELECT e.seq, e.kind, e.record_id, e.rev, e.code, e.happened_at, e.recorded_at, e.late, e.actor, e.command_id, e.body, e.prev, e.hash, e.version FROM person p CROSS JOIN event e WHERE e.record_id = p.id AND e.code IN ('person_made', 'person_changed')";
}

#[derive(PartialEq)]
struct PlaceRow {
    place_id: Uuid,
    seq: i64,
    known_from: i64,
    valid_from: i64,
    kind: String,
    district: String,
    area: String,
    unit_id: Option<Uuid>,
}
columns!(PlaceRow { place_id, seq, known_from, valid_from, kind, district, area, unit_id });

#[derive(PartialEq)]
struct PersonRow {
    person_id: Uuid,
    seq: i64,
    known_from: i64,
    valid_from: i64,
    unit_id: Uuid,
    level: String,
    specialty: String,
    duty: bool,
    from_day: Option<String>,
    to_day: Option<String>,
}
columns!(PersonRow { person_id, seq, known_from, valid_from, unit_id, level, specialty, duty, from_day, to_day });

impl PlaceRow {
    fn of(p: &Place, seq: i64, known: i64, valid: Instant) -> PlaceRow {
        PlaceRow {
            place_id: p.id.0,
            seq,
            known_from: known,
            valid_from: valid.0,
            kind: name_of(p.kind),
            district: p.district.clone(),
            area: name_of(p.area),
            unit_id: p.unit.map(|u| u.0),
        }
    }
    async fn put(&self, conn: &mut Conn) -> Result<(), StoreError> {
        exec!(
            conn,
            PLACE_PUT,
            self.place_id,
            self.seq,
            self.known_from,
            self.valid_from,
            &self.kind,
            &self.district,
            &self.area,
            self.unit_id
        )?;
        Ok(())
    }
}

impl PersonRow {
    async fn put(&self, conn: &mut Conn) -> Result<(), StoreError> {
        exec!(
            conn,
            PERSON_PUT,
            self.person_id,
            self.seq,
            self.known_from,
            self.valid_from,
            self.unit_id,
            &self.level,
            &self.specialty,
            self.duty,
            self.from_day.as_deref(),
            self.to_day.as_deref()
        )?;
        Ok(())
    }
}

impl Tx {
    /// Notes what a place is from an instant on; the event that tells it comes next.
    pub(crate) async fn put_place_version(&mut self, p: &Place, valid: Instant) -> Result<(), StoreError> {
        PlaceRow::of(p, self.seq + 1, self.recorded_at.0, valid).put(&mut self.conn).await
    }
    /// Notes what a person is from an instant on; the event that tells it comes next.
    pub(crate) async fn put_person_version(&mut self, p: &Person, valid: Instant) -> Result<(), StoreError> {
        let row = PersonRow {
            person_id: p.id.0,
            seq: self.seq + 1,
            known_from: self.recorded_at.0,
            valid_from: valid.0,
            unit_id: p.unit.0,
            level: name_of(p.level),
            specialty: name_of(p.specialty),
            duty: p.duty,
            from_day: p.from.map(|d| d.to_string()),
            to_day: p.to.map(|d| d.to_string()),
        };
        row.put(&mut self.conn).await
    }
}

#[derive(Deserialize)]
struct PlaceTold {
    place: Place,
}

#[derive(Deserialize)]
struct PersonTold {
    unit: UnitId,
    level: Level,
    specialty: Specialty,
    duty: bool,
    from: Option<Date>,
    to: Option<Date>,
}

/// The versions that events of places tell, by place and event.
async fn told_of_places(conn: &mut Conn) -> Result<BTreeMap<(Uuid, i64), PlaceRow>, StoreError> {
    let events = rows!(conn, EventRow, TOLD_OF_PLACES)?;
    // One that cannot be read is told where records are held.
    let read = |e: &EventRow| {
        Some(PlaceRow::of(&e.read::<PlaceTold>().ok()?.place, e.seq, e.recorded_at, Instant(e.happened_at)))
    };
    Ok(events.iter().filter_map(read).map(|r| ((r.place_id, r.seq), r)).collect())
}

/// The same of people.
async fn told_of_people(conn: &mut Conn) -> Result<BTreeMap<(Uuid, i64), PersonRow>, StoreError> {
    let events = rows!(conn, EventRow, TOLD_OF_PEOPLE)?;
    let read = |e: &EventRow| {
        let told: PersonTold = e.read().ok()?;
        Some(PersonRow {
            person_id: e.record_id,
            seq: e.seq,
            known_from: e.recorded_at,
            valid_from: e.happened_at,
            unit_id: told.unit.0,
            level: name_of(told.level),
            specialty: name_of(told.specialty),
            duty: told.duty,
            from_day: told.from.map(|d| d.to_string()),
            to_day: told.to.map(|d| d.to_string()),
        })
    };
    Ok(events.iter().filter_map(read).map(|r| ((r.person_id, r.seq), r)).collect())
}

/// Makes the versions of places and people anew from their events.
pub(crate) async fn refill(conn: &mut Conn) -> Result<(), StoreError> {
    exec!(&mut *conn, PLACES_DROP)?;
    for row in told_of_places(conn).await?.into_values() {
        row.put(conn).await?;
    }
    exec!(&mut *conn, PEOPLE_DROP)?;
    for row in told_of_people(conn).await?.into_values() {
        row.put(conn).await?;
    }
    Ok(())
}

/// Tells what is missing, what was made up and what differs.
fn compare<R: PartialEq>(
    table: &str,
    told: BTreeMap<(Uuid, i64), R>,
    kept: Vec<((Uuid, i64), R)>,
    holding: &mut Holding,
) {
    let mut kept: HashMap<(Uuid, i64), R> = kept.into_iter().collect();
    for (key, want) in told {
        match kept.remove(&key) {
            Some(row) if row == want => {}
            Some(_) => holding.faults.add(0, format!("{table} of {} is not what its event says", key.0)),
            None => holding.faults.add(0, format!("{table} of {} by event {} is missing", key.0, key.1)),
        }
    }
    for (id, seq) in kept.into_keys() {
        holding.faults.add(0, format!("{table} of {id} by event {seq}: no event knows it"));
    }
}

/// Every version of a place is what an event says.
pub(crate) fn hold_places<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let told = told_of_places(conn).await?;
        let kept = rows!(conn, PlaceRow, PLACES_KNOWN, i64::MAX)?;
        let kept = kept.into_iter().map(|r| ((r.place_id, r.seq), r)).collect();
        compare("place_version", told, kept, holding);
        Ok(())
    })
}

/// Every version of a person is what an event says.
pub(crate) fn hold_people<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let told = told_of_people(conn).await?;
        let kept = rows!(conn, PersonRow, PEOPLE_KNOWN, i64::MAX)?;
        let kept = kept.into_iter().map(|r| ((r.person_id, r.seq), r)).collect();
        compare("person_version", told, kept, holding);
        Ok(())
    })
}

/// What was known of places at an instant.
pub async fn places(conn: &mut Conn, known: Instant) -> Result<Places, StoreError> {
    let mut all = Places::default();
    for r in rows!(conn, PlaceRow, PLACES_KNOWN, known.0)? {
        let version = PlaceVersion {
            valid_from: Instant(r.valid_from),
            kind: named("place kind", &r.kind)?,
            district: r.district.into(),
            area: named("area", &r.area)?,
            unit: r.unit_id.map(UnitId),
        };
        all.add(PlaceId(r.place_id), version);
    }
    Ok(all)
}

/// The posts of people as they were known at an instant, in the order of their records; of one person, where one is named.
pub async fn recorded(
    conn: &mut Conn,
    person: Option<PersonId>,
    known: Instant,
    zone: &Zone,
) -> Result<HashMap<PersonId, Vec<Recorded>>, StoreError> {
    let rows = match person {
        Some(p) => rows!(conn, PersonRow, PERSON_KNOWN, known.0, p.0)?,
        None => rows!(conn, PersonRow, PEOPLE_KNOWN, known.0)?,
    };
    let mut all: HashMap<PersonId, Vec<Recorded>> = HashMap::new();
    for r in rows {
        let (from, to) = days(r.from_day.as_ref(), r.to_day.as_ref())?;
        all.entry(PersonId(r.person_id)).or_default().push(Recorded {
            on: zone.date_of(Instant(r.valid_from)),
            unit: UnitId(r.unit_id),
            level: named("level", &r.level)?,
            specialty: named("specialty", &r.specialty)?,
            duty: r.duty,
            from,
            to,
        });
    }
    Ok(all)
}
