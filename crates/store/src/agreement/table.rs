//! The register of agreements. Who signed each stands in its body and, for whoever asks by a party, as words of a column. It does
//! not know what was promised in them.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::{
    Column,
    Kind::{self, Id, Int, Text},
    Table, live, once, once_beside, plain, table,
};
use crate::journal::event::RecordKind;
use crate::journal::register::{Get, Registered, bodies, some};
use crate::journal::rows::Hashed;
use uuid::Uuid;
use yixian_domain::agreement::{Agreement, AgreementEvent};
use yixian_domain::ids::PartnerId;

impl RecordKind {
    /// Agreements.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Agreement: RecordKind = RecordKind::stored_as("agreement");
}

const COLUMNS: [Column<Get<Agreement>>; 9] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("title", Text, |r| r.it.details.title.as_str().into()),
    live("unit_id", Id, |r| r.it.details.unit.0.into()),
    live("parties", Text, |r| parties(r.it).into()),
    live("signed", Text, |r| r.it.details.signed.to_string().into()),
    live("valid_to", Text, |r| r.it.details.valid_to.map(|d| d.to_string()).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const PLAIN: [(&str, Kind); 9] = plain(&COLUMNS);
const BODY: Hashed = bodies("agreement.body", "agreement");

/// The bodies that signed it, as ids between blanks.
fn parties(a: &Agreement) -> String {
    let ids: Vec<String> = a.details.parties.iter().map(|p| p.0.simple().to_string()).collect();
    format!(" {} ", ids.join(" "))
}

impl Registered for Agreement {
    const KIND: RecordKind = RecordKind::Agreement;
    const TABLE: Table = table("agreement", "id", &PLAIN);
    const TEXT: &'static Hashed = &BODY;
    const COLUMNS: &'static [Column<Get<Self>>] = &COLUMNS;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &AgreementEvent) -> &'static str {
        event.code()
    }
}

/// One agreement by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Agreement>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// The agreements that a body signed, the newest first.
pub async fn of_partner(conn: &mut Conn, partner: PartnerId) -> Result<Vec<Agreement>, StoreError> {
    let like = format!("% {} %", partner.0.simple());
    some(conn, "WHERE parties LIKE $1 ORDER BY signed DESC, code", &values![like]).await
}
