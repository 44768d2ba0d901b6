//! The register of teams. A company has few: what is asked of members is asked of the bodies. It knows the progress of sections,
//! for those whose works are handed over; it does not decide what becomes of them.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Bool, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, some};
use crate::journal::rows::Hashed;
use uuid::Uuid;
use yixian_domain::ids::UnitId;
use yixian_domain::team::{Team, TeamEvent};

impl RecordKind {
    /// Temporary branches and commando teams.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Team: RecordKind = RecordKind::stored_as("team");
}

const COLUMNS: [Column<Get<Team>>; 11] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("unit_id", Id, |r| r.it.unit.0.into()),
    live("kind", Text, |r| r.it.details.kind.as_str().into()),
    live("programme_id", Id, |r| r.it.details.programme.into()),
    live("section_id", Id, |r| r.it.details.section.into()),
    live("within_id", Id, |r| r.it.details.within.into()),
    live("from_day", Text, |r| r.it.details.from.to_string().into()),
    live("last_day", Text, |r| r.it.last_day().to_string().into()),
    live("waits", Bool, |r| (r.it.proposed.is_none() && r.it.dissolved.is_none()).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const PLAIN: [(&str, Kind); 11] = plain(&COLUMNS);
const BODY: Hashed = bodies("team.body", "team");

impl Registered for Team {
    const KIND: RecordKind = RecordKind::Team;
    const TABLE: Table = table("team", "id", &PLAIN);
    const TEXT: &'static Hashed = &BODY;
    const COLUMNS: &'static [Column<Get<Self>>] = &COLUMNS;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &TeamEvent) -> &'static str {
        event.code()
    }
}

/// The team that a unit is.
pub async fn of_unit(conn: &mut Conn, unit: UnitId) -> Result<Option<Team>, StoreError> {
    Ok(some(conn, "WHERE unit_id = $1", &values![unit.0]).await?.pop())
}

/// The teams that are part of one.
pub async fn parts(conn: &mut Conn, id: Uuid) -> Result<Vec<Team>, StoreError> {
    some(conn, "WHERE within_id = $1 ORDER BY id", &values![id]).await
}

/// Teams of which nobody has said yet that their works are handed over: the one section, or all of the programme's that count.
pub async fn handed_over(conn: &mut Conn) -> Result<Vec<Team>, StoreError> {
    let rest = "WHERE waits AND (EXISTS (SELECT 1 FROM section s WHERE s.id = team.section_id AND s.progress = 'handed_over') \
        OR section_id IS NULL AND EXISTS (SELECT 1 FROM section s WHERE s.programme_id = team.programme_id AND s.progress = 'handed_over') \
        AND NOT EXISTS (SELECT 1 FROM section s WHERE s.programme_id = team.programme_id \
        AND s.progress NOT IN ('handed_over', 'cancelled', 'split', 'merged'))) ORDER BY id";
    some(conn, rest, &[]).await
}
