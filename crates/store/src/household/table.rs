//! Households and done-sheets, each a register. What was done stands in the body of its sheet; who lives in a household lies with the
//! words.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, known_some, some};
use crate::journal::rows::Hashed;
use uuid::Uuid;
use yixian_domain::household::{DoneSheet, Household, HouseholdEvent, SheetEvent};
use yixian_domain::ids::MatterId;
use yixian_domain::time::{Date, Instant};

impl RecordKind {
    /// Households that are served.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Household: RecordKind = RecordKind::stored_as("household");
    /// What was done in a household.
    #[allow(non_upper_case_globals)]
    pub const DoneSheet: RecordKind = RecordKind::stored_as("done_sheet");
}

const HOUSEHOLD: [Column<Get<Household>>; 7] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("unit_id", Id, |r| r.it.details.unit.0.into()),
    live("community_id", Id, |r| r.it.details.community.map(|p| p.0).into()),
    live("personal_id", Id, |r| r.it.details.personal.as_ref().map(|w| w.id.0).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const HOUSEHOLD_PLAIN: [(&str, Kind); 7] = plain(&HOUSEHOLD);
const HOUSEHOLD_TEXT: Hashed = bodies("household.body", "household");

impl Registered for Household {
    const KIND: RecordKind = RecordKind::Household;
    const TABLE: Table = table("household", "id", &HOUSEHOLD_PLAIN);
    const COLUMNS: &'static [Column<Get<Household>>] = &HOUSEHOLD;
    const TEXT: &'static Hashed = &HOUSEHOLD_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &HouseholdEvent) -> &'static str {
        event.code()
    }
}

const SHEET: [Column<Get<DoneSheet>>; 8] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("matter_id", Id, |r| r.it.matter.0.into()),
    once("household_id", Id, |r| r.it.household.into()),
    once("unit_id", Id, |r| r.it.unit.0.into()),
    once("day", Text, |r| r.it.details.day.to_string().into()),
    live("next_visit", Text, |r| r.it.details.next_visit.map(|d| d.to_string()).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const SHEET_PLAIN: [(&str, Kind); 8] = plain(&SHEET);
const SHEET_TEXT: Hashed = bodies("done_sheet.body", "done_sheet");

impl Registered for DoneSheet {
    const KIND: RecordKind = RecordKind::DoneSheet;
    const TABLE: Table = table("done_sheet", "id", &SHEET_PLAIN);
    const COLUMNS: &'static [Column<Get<DoneSheet>>] = &SHEET;
    const TEXT: &'static Hashed = &SHEET_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &SheetEvent) -> &'static str {
        event.code()
    }
}

/// One household by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Household>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// Households after a code.
pub async fn after(conn: &mut Conn, after: &str, limit: i64) -> Result<Vec<Household>, StoreError> {
    some(conn, "WHERE code > $1 ORDER BY code LIMIT $2", &values![after, limit]).await
}

/// The done-sheet of an order.
pub async fn sheet_of(conn: &mut Conn, matter: MatterId) -> Result<Option<DoneSheet>, StoreError> {
    Ok(some(conn, "WHERE matter_id = $1", &values![matter.0]).await?.pop())
}

/// Done-sheets of a household, the newest first.
pub async fn sheets_in(conn: &mut Conn, household: Uuid) -> Result<Vec<DoneSheet>, StoreError> {
    some(conn, "WHERE household_id = $1 ORDER BY day DESC, id DESC", &values![household]).await
}

/// Done-sheets on the days of a span, as they were known at an instant. A sheet's day stays.
pub async fn sheets_known(
    conn: &mut Conn,
    (first, last): (Date, Date),
    at: Instant,
) -> Result<Vec<DoneSheet>, StoreError> {
    let days = [first.to_string(), last.to_string()];
    known_some(conn, "WHERE day >= $1 AND day <= $2 ORDER BY id", &values![&days[0], &days[1]], at).await
}

/// The last sheet of each household where a visit was promised for a day or earlier, and nobody was there since.
pub async fn promised_by(conn: &mut Conn, day: Date) -> Result<Vec<DoneSheet>, StoreError> {
    let rest = "WHERE next_visit <= $1 AND NOT EXISTS (SELECT 1 FROM done_sheet l WHERE l.household_id = done_sheet.household_id \
        AND (l.day > done_sheet.day OR l.day = done_sheet.day AND l.id > done_sheet.id)) ORDER BY id";
    some(conn, rest, &values![day.to_string()]).await
}
