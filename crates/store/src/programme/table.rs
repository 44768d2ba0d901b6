//! Programmes, sections and their milestones. A section is one record with its body; its milestones have rows of their own beside
//! it, so that anybody can count them with SQL. It does not know what a figure is.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, some};
use crate::journal::replay::{Checking, Holding, page};
use crate::journal::rows::Hashed;
use crate::journal::tx::Tx;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use yixian_domain::base::history::Happened;
use yixian_domain::programme::{LengthKind, Programme, ProgrammeEvent, Section, SectionEvent};
use yixian_domain::time::Date;

impl RecordKind {
    /// Programmes.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Programme: RecordKind = RecordKind::stored_as("programme");
    /// Sections.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Section: RecordKind = RecordKind::stored_as("section");
}

const PROGRAMME: [Column<Get<Programme>>; 9] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("name", Text, |r| r.it.details.name.as_str().into()),
    live("year", Int, |r| i64::from(r.it.details.year).into()),
    live("kind", Text, |r| r.it.details.kind.as_str().into()),
    live("owner_id", Id, |r| r.it.details.owner.0.into()),
    live("manager_id", Id, |r| r.it.details.manager.0.into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const PROGRAMME_PLAIN: [(&str, Kind); 9] = plain(&PROGRAMME);
const PROGRAMME_TEXT: Hashed = bodies("programme.body", "programme");

impl Registered for Programme {
    const KIND: RecordKind = RecordKind::Programme;
    const TABLE: Table = table("programme", "id", &PROGRAMME_PLAIN);
    const TEXT: &'static Hashed = &PROGRAMME_TEXT;
    const COLUMNS: &'static [Column<Get<Programme>>] = &PROGRAMME;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &ProgrammeEvent) -> &'static str {
        event.code()
    }
}

const SECTION: [Column<Get<Section>>; 15] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    once("programme_id", Id, |r| r.it.programme.into()),
    once("road_id", Id, |r| r.it.road.into()),
    live("name", Text, |r| r.it.details.name.as_str().into()),
    live("district", Text, |r| r.it.details.district.as_str().into()),
    live("batch", Int, |r| i64::from(r.it.details.batch).into()),
    live("place_id", Id, |r| r.it.details.place.map(|p| p.0).into()),
    live("contractor_id", Id, |r| r.it.details.contractor.map(|p| p.0).into()),
    live("supervisor_id", Id, |r| r.it.details.supervisor.map(|p| p.0).into()),
    live("progress", Text, |r| r.it.progress().as_str().into()),
    live("route_metres", Int, |r| r.it.metres(LengthKind::Route, Date::MAX).map(i64::from).into()),
    live("next_look", Text, |r| next_look(r.it).map(|d| d.to_string()).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const SECTION_PLAIN: [(&str, Kind); 15] = plain(&SECTION);
const SECTION_TEXT: Hashed = bodies("section.body", "section");

/// The first day whose passing may have to be told: a baseline that was not reached, a permit that ends.
fn next_look(s: &Section) -> Option<Date> {
    let waits = s.slipping(Date::MAX).filter_map(|m| {
        let promised = m.forecast.as_ref().filter(|f| f.approved_by.is_some()).map(|f| f.day);
        m.baseline().max(promised)
    });
    let permits = s.permits.iter().filter(|p| !s.warned.contains(&p.kind)).filter_map(|p| p.valid_to);
    waits.chain(permits).min().filter(|_| s.counts())
}

impl Registered for Section {
    const KIND: RecordKind = RecordKind::Section;
    const TABLE: Table = table("section", "id", &SECTION_PLAIN);
    const TEXT: &'static Hashed = &SECTION_TEXT;
    const COLUMNS: &'static [Column<Get<Section>>] = &SECTION;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &SectionEvent) -> &'static str {
        event.code()
    }
}

/// Milestones, as the bodies of sections say them.
pub(crate) const MILESTONES: Table = table(
    "milestone",
    "section_id, position",
    &[
        ("id", Id),
        ("section_id", Id),
        ("position", Int),
        ("code", Text),
        ("baseline", Text),
        ("forecast", Text),
        ("actual", Text),
        ("confirmed", Bool),
    ],
);

statements! {
    MILESTONE_PUT = "INSERT INTO milestone (id, section_id, position, code, baseline, forecast, actual, confirmed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (section_id, position) DO UPDATE SET baseline = excluded.baseline, forecast = excluded.forecast, actual = excluded.actual, confirmed = excluded.confirmed";
    MILESTONES_OF = "SELECT id, section_id, position, code, baseline, forecast, actual, confirmed FROM milestone WHERE section_id > $1 AND section_id <= $2 ORDER BY section_id, position";
}

#[derive(Debug, PartialEq)]
struct MilestoneRow {
    id: Uuid,
    section_id: Uuid,
    position: i64,
    code: String,
    baseline: Option<String>,
    forecast: Option<String>,
    actual: Option<String>,
    confirmed: bool,
}
columns!(MilestoneRow { id, section_id, position, code, baseline, forecast, actual, confirmed });

fn rows_of(s: &Section) -> Vec<MilestoneRow> {
    let day = |d: Option<Date>| d.map(|d| d.to_string());
    s.milestone_ids()
        .enumerate()
        .map(|(i, (id, m))| MilestoneRow {
            id,
            section_id: s.id,
            position: i as i64,
            code: m.code.clone(),
            baseline: day(m.baseline()),
            forecast: day(m.forecast.as_ref().map(|f| f.day)),
            actual: day(m.actual.as_ref().map(|a| a.day)),
            confirmed: m.reached().is_some(),
        })
        .collect()
}

impl Tx {
    /// Writes a section and those of its milestones that differ from what they were.
    pub async fn put_section(
        &mut self,
        s: &Section,
        before: Option<&Section>,
        events: &[Happened<SectionEvent>],
    ) -> Result<(), StoreError> {
        self.put_record(s, events, before.is_none()).await?;
        let known = before.map(rows_of).unwrap_or_default();
        for r in rows_of(s).into_iter().filter(|r| !known.contains(r)) {
            exec!(
                &mut self.conn,
                MILESTONE_PUT,
                r.id,
                r.section_id,
                r.position,
                &r.code,
                r.baseline,
                r.forecast,
                r.actual,
                r.confirmed
            )?;
        }
        Ok(())
    }
}

/// The milestones of each section are what the section says, which was held against its events.
pub(crate) fn hold_milestones<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let mut after = Uuid::nil();
        loop {
            let rows: Vec<(Uuid, Map<String, Json>)> = page(conn, &Section::TABLE, after).await?;
            let upto = rows.last().map_or(Uuid::max(), |r| r.0);
            let mut found: BTreeMap<Uuid, Vec<MilestoneRow>> = BTreeMap::new();
            for r in rows!(&mut *conn, MilestoneRow, MILESTONES_OF, after, upto)? {
                found.entry(r.section_id).or_default().push(r);
            }
            for (id, row) in rows {
                let body = row.get("body").and_then(Json::as_str).unwrap_or_default();
                // One that cannot be read was told already.
                let Ok(s) = serde_json::from_str::<Section>(body) else { continue };
                if found.remove(&id).unwrap_or_default() != rows_of(&s) {
                    holding.faults.add(0, format!("milestone of section {id} is not what the section says"));
                }
            }
            for id in found.keys() {
                holding.faults.add(0, format!("milestone speaks of section {id}, which is not there"));
            }
            if upto.is_max() {
                return Ok(());
            }
            after = upto;
        }
    })
}

/// One programme by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Programme>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// One section by its code.
pub async fn section_by_code(conn: &mut Conn, code: &str) -> Result<Option<Section>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Every programme, the newest year first.
pub async fn programmes(conn: &mut Conn) -> Result<Vec<Programme>, StoreError> {
    some(conn, "ORDER BY year DESC, code", &[]).await
}

/// The sections of a programme, in the order of their codes.
pub async fn sections(conn: &mut Conn, programme: Uuid) -> Result<Vec<Section>, StoreError> {
    some(conn, "WHERE programme_id = $1 ORDER BY code", &values![programme]).await
}

/// The sections that a body outside builds or supervises.
pub async fn sections_of_partner(conn: &mut Conn, partner: Uuid) -> Result<Vec<Section>, StoreError> {
    some(conn, "WHERE contractor_id = $1 OR supervisor_id = $1 ORDER BY code", &values![partner]).await
}

/// Sections at a place.
pub async fn sections_at(conn: &mut Conn, place: Uuid) -> Result<Vec<Section>, StoreError> {
    some(conn, "WHERE place_id = $1 ORDER BY code", &values![place]).await
}

/// Sections of which something may have to be told by a day.
pub async fn to_look_at(conn: &mut Conn, upto: Date, limit: i64) -> Result<Vec<Section>, StoreError> {
    some(conn, "WHERE next_look <= $1 ORDER BY next_look, code LIMIT $2", &values![upto.to_string(), limit]).await
}

/// The section and position of milestones by their keys.
pub async fn milestones_by_id(conn: &mut Conn, ids: &[Uuid]) -> Result<HashMap<Uuid, (Uuid, usize)>, StoreError> {
    let text = "SELECT id, section_id, position FROM milestone WHERE id IN ({ids})";
    let rows = conn.fetch_among::<(Uuid, Uuid, i64)>(text, ids).await?;
    Ok(rows.into_iter().map(|(id, section, at)| (id, (section, usize::try_from(at).unwrap_or(0)))).collect())
}
