//! Units, people, their roles and exemptions. It does not know what anybody may do.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
pub use crate::engine::named::name_of;
use crate::engine::named::{day, days, named};
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, following, inserted, live, names, once, once_beside, places, plain, replaced, table,
};
use crate::engine::value::Value;
use crate::journal::event::{EventRow, RecordKind};
use crate::journal::replay::{Checking, Holding, records, words_by_id};
use crate::journal::tx::Tx;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;
use uuid::Uuid;
use yixian_domain::ids::{PersonId, UnitId, Words};
use yixian_domain::org::{Grant, Level, Person, Role, Specialty, Unit, UnitKind, UnitPath};
use yixian_domain::time::{Date, Instant};

#[allow(non_upper_case_globals)] // kinds among others, wherever they are declared
impl RecordKind {
    /// Units.
    pub const Unit: RecordKind = RecordKind::stored_as("unit");
    /// People.
    pub const Person: RecordKind = RecordKind::stored_as("person");
}

/// How a unit tells a column.
type UnitGet = for<'r> fn(&'r Unit) -> Value<'r>;

const UNIT_COLUMNS: [Column<UnitGet>; 9] = [
    once_beside("id", Id, |u| u.id.0.into()),
    once("code", Text, |u| u.code.as_str().into()),
    live("name", Text, |u| u.name.as_str().into()),
    live("name_en", Text, |u| u.name_en.as_deref().into()),
    live("kind", Text, |u| name_of(u.kind).into()),
    once("parent", Id, |u| u.parent.map(|p| p.0).into()),
    once("path", Text, |u| u.path.as_str().into()),
    live("from_day", Text, |x| x.from.map(|d| d.to_string()).into()),
    live("to_day", Text, |x| x.to.map(|d| d.to_string()).into()),
];
const UNIT_PLAIN: [(&str, Kind); 9] = plain(&UNIT_COLUMNS);

/// Units.
pub(crate) const UNITS_TABLE: Table = table("unit", "id", &UNIT_PLAIN);

/// How a person tells a column.
type PersonGet = for<'r> fn(&'r Person) -> Value<'r>;

const PERSON_COLUMNS: [Column<PersonGet>; 11] = [
    once_beside("id", Id, |p| p.id.0.into()),
    once("code", Text, |p| p.code.as_str().into()),
    live("name", Text, |p| p.name.as_str().into()),
    live("unit_id", Id, |p| p.unit.0.into()),
    live("level", Text, |p| name_of(p.level).into()),
    live("specialty", Text, |p| name_of(p.specialty).into()),
    live("duty", Bool, |p| p.duty.into()),
    live("from_day", Text, |x| x.from.map(|d| d.to_string()).into()),
    live("to_day", Text, |x| x.to.map(|d| d.to_string()).into()),
    // Set by whoever keeps the account.
    once_beside("password", Text, |_| None::<&str>.into()),
    once_beside("locale", Text, |_| None::<&str>.into()),
];
const PERSON_PLAIN: [(&str, Kind); 11] = plain(&PERSON_COLUMNS);

/// People.
pub(crate) const PEOPLE_TABLE: Table = table("person", "id", &PERSON_PLAIN);

static UNIT_PUT: LazyLock<String> = LazyLock::new(|| {
    let (names, places, replaced) = (names(&UNIT_COLUMNS), places(UNIT_COLUMNS.len(), 1), replaced(&UNIT_COLUMNS));
    format!("INSERT INTO unit ({names}) VALUES {places} ON CONFLICT (id) DO UPDATE SET {replaced}")
});
static PERSON_PUT: LazyLock<String> = LazyLock::new(|| {
    let (names, places, replaced) =
        (names(&PERSON_COLUMNS), places(PERSON_COLUMNS.len(), 1), replaced(&PERSON_COLUMNS));
    format!("INSERT INTO person ({names}) VALUES {places} ON CONFLICT (id) DO UPDATE SET {replaced}")
});

/// Texts that are made once, for the prepare-everything test.
pub(crate) fn made_texts() -> Vec<(&'static str, &'static str)> {
    vec![("org::UNIT_PUT", UNIT_PUT.as_str()), ("org::PERSON_PUT", PERSON_PUT.as_str())]
}

/// Roles.
pub(crate) const GRANTS_TABLE: Table =
    table("role_grant", "person_id, role, unit_id", &[("person_id", Id), ("role", Text), ("unit_id", Id)]);

/// Exemptions.
pub(crate) const EXEMPTIONS_TABLE: Table = table(
    "exemption",
    "id",
    &[("id", Id), ("person_id", Id), ("from_day", Text), ("to_day", Text), ("reason", Text), ("known_from", Int)],
);

statements! {
    UNITS = "SELECT id, code, name, name_en, kind, parent, path, from_day, to_day FROM unit ORDER BY path";
    ROOT = "SELECT id, code, name, name_en, kind, parent, path, from_day, to_day FROM unit WHERE parent IS NULL ORDER BY path LIMIT 1";
    UNIT = "SELECT id, code, name, name_en, kind, parent, path, from_day, to_day FROM unit WHERE id = $1";
    UNIT_BY_CODE = "SELECT id, code, name, name_en, kind, parent, path, from_day, to_day FROM unit WHERE code = $1";
    PEOPLE = "SELECT id, code, name, unit_id, level, specialty, duty, from_day, to_day FROM person ORDER BY code";
    PERSON = "SELECT id, code, name, unit_id, level, specialty, duty, from_day, to_day FROM person WHERE id = $1";
    PERSON_BY_CODE = "SELECT id, code, name, unit_id, level, specialty, duty, from_day, to_day FROM person WHERE code = $1";
    GRANTS = "SELECT g.role, u.path FROM role_grant g JOIN unit u ON u.id = g.unit_id WHERE g.person_id = $1";
    GRANTS_ALL = "SELECT g.person_id, g.role, g.unit_id FROM role_grant g";
    GRANT_PUT = "INSERT INTO role_grant (person_id, role, unit_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    GRANT_DROP = "DELETE FROM role_grant WHERE person_id = $1";
    EXEMPTIONS = "SELECT person_id, from_day, to_day, reason FROM exemption WHERE to_day >= $1 AND from_day <= $2 AND known_from <= $3";
    EXEMPTION_PUT = "INSERT INTO exemption (id, person_id, from_day, to_day, reason, known_from) VALUES ($1, $2, $3, $4, $5, $6)";
    EXEMPTION_KNOWN = "UPDATE exemption SET known_from = $2 WHERE id = $1";
    PERSON_ERASE = "UPDATE person SET name = $2 WHERE id = $1";
    REASONS_ERASE = "UPDATE exemption SET reason = '' WHERE person_id = $1";
    EXEMPTIONS_ALL = "SELECT id, person_id, from_day, to_day, reason, known_from FROM exemption ORDER BY id";
    EVENTS_OF_PEOPLE = "SELECT seq, kind, record_id, rev, code, happened_at, recorded_at, late, actor, command_id, body, prev, hash, version FROM event WHERE kind = 'person' ORDER BY record_id, rev";
    HOLDERS = "SELECT g.person_id, u.path FROM role_grant g JOIN unit u ON u.id = g.unit_id WHERE g.role = $1 AND substr(CAST($2 AS TEXT), 1, length(u.path)) = u.path";
}

struct UnitRow {
    id: Uuid,
    code: String,
    name: String,
    name_en: Option<String>,
    kind: String,
    parent: Option<Uuid>,
    path: String,
    from_day: Option<String>,
    to_day: Option<String>,
}
columns!(UnitRow { id, code, name, name_en, kind, parent, path, from_day, to_day });

struct PersonRow {
    id: Uuid,
    code: String,
    name: String,
    unit_id: Uuid,
    level: String,
    specialty: String,
    duty: bool,
    from_day: Option<String>,
    to_day: Option<String>,
}
columns!(PersonRow { id, code, name, unit_id, level, specialty, duty, from_day, to_day });

impl TryFrom<UnitRow> for Unit {
    type Error = StoreError;
    fn try_from(r: UnitRow) -> Result<Unit, StoreError> {
        let (from, to) = days(r.from_day.as_ref(), r.to_day.as_ref())?;
        Ok(Unit {
            id: UnitId(r.id),
            code: r.code,
            name: r.name,
            name_en: r.name_en,
            kind: named::<UnitKind>("unit kind", &r.kind)?,
            parent: r.parent.map(UnitId),
            path: UnitPath::from_stored(r.path),
            from,
            to,
        })
    }
}

impl TryFrom<PersonRow> for Person {
    type Error = StoreError;
    fn try_from(r: PersonRow) -> Result<Person, StoreError> {
        let (from, to) = days(r.from_day.as_ref(), r.to_day.as_ref())?;
        Ok(Person {
            id: PersonId(r.id),
            code: r.code,
            name: r.name,
            unit: UnitId(r.unit_id),
            level: named::<Level>("level", &r.level)?,
            specialty: named::<Specialty>("specialty", &r.specialty)?,
            duty: r.duty,
            from,
            to,
        })
    }
}

impl Tx {
    /// Writes a unit. Code, parent and path are set once.
    pub async fn put_unit(&mut self, u: &Unit) -> Result<(), StoreError> {
        self.forget_kept();
        self.conn.execute(UNIT_PUT.as_str(), &inserted(&UNIT_COLUMNS, |get| get(u))).await.map(drop)
    }
    /// Writes a person as he is from an instant on. The code is set once.
    pub async fn put_person(&mut self, p: &Person, from: Instant) -> Result<(), StoreError> {
        self.forget_kept();
        self.conn.execute(PERSON_PUT.as_str(), &inserted(&PERSON_COLUMNS, |get| get(p))).await?;
        self.put_person_version(p, from).await
    }
    /// Replaces a person's roles.
    pub async fn put_grants(&mut self, person: PersonId, grants: &[(Role, UnitId)]) -> Result<(), StoreError> {
        self.forget_kept();
        exec!(&mut self.conn, GRANT_DROP, person.0)?;
        for (role, unit) in grants {
            exec!(&mut self.conn, GRANT_PUT, person.0, name_of(*role), unit.0)?;
        }
        Ok(())
    }
    /// Writes an exemption from visit duty.
    pub async fn put_exemption(
        &mut self,
        id: Uuid,
        person: PersonId,
        from: Date,
        to: Date,
        reason: &str,
    ) -> Result<(), StoreError> {
        let known = self.recorded_at.0;
        exec!(&mut self.conn, EXEMPTION_PUT, id, person.0, from.to_string(), to.to_string(), reason, known)?;
        Ok(())
    }
}

impl Tx {
    /// Erases what says who a person is: his name and the reasons of his exemptions, as words and in their rows. `name`
    /// stands where the name stood.
    pub async fn erase_person(&mut self, person: PersonId, name: &str) -> Result<(), StoreError> {
        let at = self.recorded_at;
        self.erase_words(person.0, at).await?;
        self.forget_kept();
        exec!(&mut self.conn, PERSON_ERASE, person.0, name)?;
        exec!(&mut self.conn, REASONS_ERASE, person.0)?;
        Ok(())
    }
}

/// What the ledger says of a unit.
pub fn unit_told(u: &Unit) -> serde_json::Value {
    json!({ "unit": u })
}

/// What the ledger says of a person. The name stays out of it, for it can be erased: `name` are the words that hold it.
/// `roles`: what he holds from now on; none when the command left them as they were.
pub fn person_told(p: &Person, name: &Words, roles: Option<&[(Role, UnitId)]>) -> serde_json::Value {
    json!({ "code": p.code, "unit": p.unit, "level": p.level, "specialty": p.specialty, "duty": p.duty, "from": p.from, "to": p.to,
        "name": name, "roles": roles.map(|all| all.iter().map(|(r, u)| json!({ "role": r, "unit": u })).collect::<Vec<_>>()) })
}

/// What the ledger says of an exemption; the reason stays out of it as a name does.
pub fn exemption_told(id: Uuid, from: Date, to: Date, reason: &Words) -> serde_json::Value {
    json!({ "exemption": id, "from": from, "to": to, "reason": reason })
}

#[derive(Deserialize)]
struct UnitIs {
    unit: Unit,
}

/// Every unit is what its last event says.
pub(crate) fn hold_units<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        records(conn, &UNITS_TABLE, &[], &mut holding.faults, |_, events| {
            let told: UnitIs = events.last()?.read().ok()?;
            Some(following(&UNIT_COLUMNS, |get| get(&told.unit)).into())
        })
        .await
    })
}

/// A person as an event tells him. Names are told since there are words for them.
#[derive(Deserialize)]
struct PersonIs {
    code: String,
    unit: UnitId,
    level: Level,
    specialty: Specialty,
    duty: bool,
    from: Option<Date>,
    to: Option<Date>,
    #[serde(default)]
    name: Option<Words>,
    #[serde(default)]
    roles: Option<Vec<RoleIs>>,
}

#[derive(Deserialize)]
struct RoleIs {
    role: Role,
    unit: UnitId,
}

/// An exemption as an event tells it; before there were words for the reason it had no id.
#[derive(Deserialize)]
struct ExemptionIs {
    from: Date,
    to: Date,
    #[serde(default)]
    exemption: Option<Uuid>,
    #[serde(default)]
    reason: Option<Words>,
}

/// Whether a person's event says of an exemption.
const EXEMPTED: &str = "exempted";

/// The last event that says all of a person.
fn last_of(events: &[EventRow]) -> Option<PersonIs> {
    events.iter().rfind(|e| e.code != EXEMPTED)?.read().ok()
}

/// Every person is what his last event says, and is called what its words say.
pub(crate) fn hold_people<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        records(conn, &PEOPLE_TABLE, &[], &mut holding.faults, |id, events| {
            let told = last_of(events)?;
            let p = Person {
                id: PersonId(id),
                code: told.code,
                name: String::new(),
                unit: told.unit,
                level: told.level,
                specialty: told.specialty,
                duty: told.duty,
                from: told.from,
                to: told.to,
            };
            let mut want = following(&PERSON_COLUMNS, |get| get(&p));
            want.remove("name");
            Some(want.into())
        })
        .await?;
        for (id, events) in people_told(conn).await? {
            let named = last_of(&events).and_then(|told| told.name);
            let (Some(words), Some(person)) = (named, person(conn, PersonId(id)).await?) else { continue };
            // Words that are missing were told with their event; erased ones say nothing.
            if words_by_id(conn, words.id.0).await?.flatten().is_some_and(|name| name != person.name) {
                let seq = events.last().map_or(0, |e| e.seq);
                holding.faults.add(seq, format!("the row of person {id} is not what its events give: name"));
            }
        }
        Ok(())
    })
}

/// Every role is held by an event, and every role that events gave is there.
pub(crate) fn hold_grants<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut held: HashMap<Uuid, BTreeSet<(String, Uuid)>> = HashMap::new();
        for (person, role, unit) in rows!(&mut *conn, (Uuid, String, Uuid), GRANTS_ALL)? {
            held.entry(person).or_default().insert((role, unit));
        }
        for (id, events) in people_told(conn).await? {
            let given = events.iter().rev().filter(|e| e.code != EXEMPTED).find_map(|e| {
                let roles = e.read::<PersonIs>().ok()?.roles?;
                Some((e.seq, roles.into_iter().map(|r| (name_of(r.role), r.unit.0)).collect()))
            });
            let (seq, given): (i64, BTreeSet<_>) = given.unwrap_or_default();
            let held = held.remove(&id).unwrap_or_default();
            for (role, unit) in held.difference(&given) {
                holding
                    .faults
                    .add(seq, format!("role_grant: nobody gave person {id} the role {role} over unit {unit}"));
            }
            for (role, unit) in given.difference(&held) {
                let what = format!("role_grant: the role {role} over unit {unit} of person {id} is missing");
                holding.faults.add(seq, what);
            }
        }
        for id in held.keys() {
            holding.faults.add(0, format!("role_grant: nobody gave person {id} a role"));
        }
        Ok(())
    })
}

/// Every exemption is what an event says, and every one that events say is there.
pub(crate) fn hold_exemptions<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut found: HashMap<Uuid, Vec<Exemption>> = HashMap::new();
        for (id, person, from, to, reason, known) in
            rows!(&mut *conn, (Uuid, Uuid, String, String, String, i64), EXEMPTIONS_ALL)?
        {
            found.entry(person).or_default().push((id, from, to, reason, known));
        }
        for (person, events) in people_told(conn).await? {
            let mut rows = found.remove(&person).unwrap_or_default();
            let told = events.iter().filter(|e| e.code == EXEMPTED);
            let mut told: Vec<(i64, i64, ExemptionIs)> =
                told.filter_map(|e| Some((e.seq, e.recorded_at, e.read().ok()?))).collect();
            // Those that have an id first, so that an older event does not take theirs.
            told.sort_by_key(|(.., e)| e.exemption.is_none());
            for (seq, recorded, e) in told {
                let days = (e.from.to_string(), e.to.to_string());
                let is = |r: &Exemption| e.exemption.map_or_else(|| (&r.1, &r.2) == (&days.0, &days.1), |id| id == r.0);
                let Some(at) = rows.iter().position(is) else {
                    let what = format!("exemption of person {person} from {} to {} is missing", days.0, days.1);
                    holding.faults.add(seq, what);
                    continue;
                };
                let (id, from, to, reason, known) = rows.swap_remove(at);
                let kept = match &e.reason {
                    Some(words) => words_by_id(conn, words.id.0).await?.flatten(),
                    None => None,
                };
                if (&from, &to, known) != (&days.0, &days.1, recorded) || kept.is_some_and(|kept| kept != reason) {
                    holding.faults.add(seq, format!("exemption {id} of person {person} is not what its event says"));
                }
            }
            for (id, ..) in rows {
                holding.faults.add(0, format!("exemption {id} of person {person} was never recorded"));
            }
        }
        for (id, ..) in found.into_values().flatten() {
            holding.faults.add(0, format!("exemption {id} is of nobody"));
        }
        Ok(())
    })
}

/// An exemption's row: its id, days, reason and since when it is known.
type Exemption = (Uuid, String, String, String, i64);

/// Notes since when each exemption is known, from the events.
pub(crate) async fn refill_exemptions(conn: &mut Conn) -> Result<(), StoreError> {
    let mut rows: Vec<_> = rows!(&mut *conn, (Uuid, Uuid, String, String, String, i64), EXEMPTIONS_ALL)?;
    for (person, events) in people_told(conn).await? {
        for e in events.iter().filter(|e| e.code == EXEMPTED) {
            let Ok(told) = e.read::<ExemptionIs>() else { continue };
            let days = (told.from.to_string(), told.to.to_string());
            let is = |r: &(Uuid, Uuid, String, String, String, i64)| match told.exemption {
                Some(id) => id == r.0,
                None => person == r.1 && (&r.2, &r.3) == (&days.0, &days.1),
            };
            if let Some(at) = rows.iter().position(is) {
                let (id, ..) = rows.swap_remove(at);
                exec!(&mut *conn, EXEMPTION_KNOWN, id, e.recorded_at)?;
            }
        }
    }
    Ok(())
}

/// The events of each person, in their order.
async fn people_told(conn: &mut Conn) -> Result<BTreeMap<Uuid, Vec<EventRow>>, StoreError> {
    let mut all: BTreeMap<Uuid, Vec<EventRow>> = BTreeMap::new();
    for e in rows!(conn, EventRow, EVENTS_OF_PEOPLE)? {
        all.entry(e.record_id).or_default().push(e);
    }
    Ok(all)
}

/// Every unit, parents before children.
pub async fn units(conn: &mut Conn) -> Result<Vec<Unit>, StoreError> {
    rows!(conn, UnitRow, UNITS)?.into_iter().map(Unit::try_from).collect()
}

/// The unit above all others, once there is one.
pub async fn root(conn: &mut Conn) -> Result<Option<Unit>, StoreError> {
    row!(conn, UnitRow, ROOT)?.map(Unit::try_from).transpose()
}

/// One unit.
pub async fn unit(conn: &mut Conn, id: UnitId) -> Result<Option<Unit>, StoreError> {
    row!(conn, UnitRow, UNIT, id.0)?.map(Unit::try_from).transpose()
}

/// One unit by its code.
pub async fn unit_by_code(conn: &mut Conn, code: &str) -> Result<Option<Unit>, StoreError> {
    row!(conn, UnitRow, UNIT_BY_CODE, code)?.map(Unit::try_from).transpose()
}

/// Everybody.
pub async fn people(conn: &mut Conn) -> Result<Vec<Person>, StoreError> {
    rows!(conn, PersonRow, PEOPLE)?.into_iter().map(Person::try_from).collect()
}

/// One person.
pub async fn person(conn: &mut Conn, id: PersonId) -> Result<Option<Person>, StoreError> {
    row!(conn, PersonRow, PERSON, id.0)?.map(Person::try_from).transpose()
}

/// One person by his code.
pub async fn person_by_code(conn: &mut Conn, code: &str) -> Result<Option<Person>, StoreError> {
    row!(conn, PersonRow, PERSON_BY_CODE, code)?.map(Person::try_from).transpose()
}

/// A person's roles.
pub async fn grants(conn: &mut Conn, person: PersonId) -> Result<Vec<Grant>, StoreError> {
    rows!(conn, (String, String), GRANTS, person.0)?
        .into_iter()
        .map(|(role, path)| Ok(Grant { role: named("role", &role)?, over: UnitPath::from_stored(path) }))
        .collect()
}

/// Everybody's roles, as (person, role, unit).
pub async fn all_grants(conn: &mut Conn) -> Result<Vec<(PersonId, Role, UnitId)>, StoreError> {
    rows!(conn, (Uuid, String, Uuid), GRANTS_ALL)?
        .into_iter()
        .map(|(p, role, u)| Ok((PersonId(p), named("role", &role)?, UnitId(u))))
        .collect()
}

/// Exemptions that touch the days `from..=to`, as (person, from, to, reason), of those known at an instant.
pub async fn exemptions(
    conn: &mut Conn,
    from: Date,
    to: Date,
    known: Instant,
) -> Result<Vec<(PersonId, Date, Date, String)>, StoreError> {
    rows!(conn, (Uuid, String, String, String), EXEMPTIONS, from.to_string(), to.to_string(), known.0)?
        .into_iter()
        .map(|(p, a, b, why)| Ok((PersonId(p), day("exemption", &a)?, day("exemption", &b)?, why)))
        .collect()
}

/// Who holds a role over a unit, of those the ones nearest to it: its own people before those of
/// the unit above.
pub async fn nearest_holders(conn: &mut Conn, role: Role, over: &UnitPath) -> Result<Vec<PersonId>, StoreError> {
    let all = rows!(conn, (Uuid, String), HOLDERS, name_of(role), over.as_str())?;
    let nearest = all.iter().map(|r| r.1.len()).max();
    Ok(all.into_iter().filter(|r| Some(r.1.len()) == nearest).map(|r| PersonId(r.0)).collect())
}
