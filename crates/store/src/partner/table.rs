//! The register of partners. It does not know what is promised or met about.

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
use yixian_domain::partner::{Partner, PartnerEvent, PartnerRole};

impl RecordKind {
    /// Partners.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Partner: RecordKind = RecordKind::stored_as("partner");
}

const COLUMNS: [Column<Get<Partner>>; 12] = [
    once_beside("id", Id, |r| r.it.id.0.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("name", Text, |r| r.it.name().name.as_str().into()),
    live("name_en", Text, |r| r.it.name().name_en.as_deref().into()),
    live("roles", Text, |r| roles(r.it).into()),
    live("district", Text, |r| r.it.details.district.as_deref().into()),
    live("credit_code", Text, |r| r.it.details.credit_code.as_deref().into()),
    live("liaison_id", Id, |r| r.it.details.liaison.map(|p| p.0).into()),
    live("unit_id", Id, |r| r.it.details.unit.map(|u| u.0).into()),
    live("merged_into", Id, |r| r.it.merged.map(|(p, _)| p.0).into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const TEXT: Hashed = bodies("partner.body", "partner");
const PLAIN: [(&str, Kind); 12] = plain(&COLUMNS);

/// Its roles, whenever held, as words between blanks: ` enterprise media `.
fn roles(p: &Partner) -> String {
    let mut all: Vec<&str> = p.details.roles.iter().map(|r| r.role.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    format!(" {} ", all.join(" "))
}

impl Registered for Partner {
    const KIND: RecordKind = RecordKind::Partner;
    const TABLE: Table = table("partner", "id", &PLAIN);
    const TEXT: &'static Hashed = &TEXT;
    const COLUMNS: &'static [Column<Get<Partner>>] = &COLUMNS;

    fn id(&self) -> Uuid {
        self.id.0
    }
    fn code_of(event: &PartnerEvent) -> &'static str {
        event.code()
    }
}

/// One partner by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Partner>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// One partner by its credit code.
pub async fn by_credit_code(conn: &mut Conn, code: &str) -> Result<Option<Partner>, StoreError> {
    Ok(some(conn, "WHERE credit_code = $1", &values![code]).await?.pop())
}

/// Partners after a code, by a part of name or code, by role and by district; what is empty does not filter.
pub async fn list(
    conn: &mut Conn,
    after: &str,
    text: &str,
    role: Option<PartnerRole>,
    district: &str,
    limit: i64,
) -> Result<Vec<Partner>, StoreError> {
    let text = text.to_ascii_lowercase();
    let like = format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
    let role = role.map_or_else(|| "%".to_owned(), |r| format!("% {} %", r.as_str()));
    some(
        conn,
        "WHERE code > $1 AND ($2 = '' OR lower(name) LIKE $3 ESCAPE '!' OR lower(code) LIKE $3 ESCAPE '!') \
         AND roles LIKE $4 AND ($5 = '' OR district = $5) ORDER BY code LIMIT $6",
        &values![after, &text, &like, &role, district, limit],
    )
    .await
}
