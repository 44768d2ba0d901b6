//! Praise and publications, each a register.

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
use yixian_domain::praise::{Praise, PraiseEvent, Publication, PublicationEvent};

impl RecordKind {
    /// That somebody thanked us.
    #[allow(non_upper_case_globals)] // a kind among others, wherever it is declared
    pub const Praise: RecordKind = RecordKind::stored_as("praise");
    /// What was printed about us.
    #[allow(non_upper_case_globals)]
    pub const Publication: RecordKind = RecordKind::stored_as("publication");
}

const PRAISE: [Column<Get<Praise>>; 7] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("channel", Text, |r| r.it.details.channel.as_str().into()),
    live("unit_id", Id, |r| r.it.details.unit.0.into()),
    live("day", Text, |r| r.it.details.day.to_string().into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const PRAISE_PLAIN: [(&str, Kind); 7] = plain(&PRAISE);
const PRAISE_TEXT: Hashed = bodies("praise.body", "praise");

impl Registered for Praise {
    const KIND: RecordKind = RecordKind::Praise;
    const TABLE: Table = table("praise", "id", &PRAISE_PLAIN);
    const COLUMNS: &'static [Column<Get<Praise>>] = &PRAISE;
    const TEXT: &'static Hashed = &PRAISE_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &PraiseEvent) -> &'static str {
        event.code()
    }
}

const PUBLICATION: [Column<Get<Publication>>; 6] = [
    once_beside("id", Id, |r| r.it.id.into()),
    once("code", Text, |r| r.it.code.as_str().into()),
    live("unit_id", Id, |r| r.it.details.unit.0.into()),
    live("day", Text, |r| r.it.details.day.to_string().into()),
    live("rev", Int, |r| i64::from(r.it.rev).into()),
    live("body", Text, |r| r.body.into()),
];
const PUBLICATION_PLAIN: [(&str, Kind); 6] = plain(&PUBLICATION);
const PUBLICATION_TEXT: Hashed = bodies("publication.body", "publication");

impl Registered for Publication {
    const KIND: RecordKind = RecordKind::Publication;
    const TABLE: Table = table("publication", "id", &PUBLICATION_PLAIN);
    const COLUMNS: &'static [Column<Get<Publication>>] = &PUBLICATION;
    const TEXT: &'static Hashed = &PUBLICATION_TEXT;

    fn id(&self) -> Uuid {
        self.id
    }
    fn code_of(event: &PublicationEvent) -> &'static str {
        event.code()
    }
}

/// One praise by its code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Praise>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}

/// One publication by its code.
pub async fn publication_by_code(conn: &mut Conn, code: &str) -> Result<Option<Publication>, StoreError> {
    Ok(some(conn, "WHERE code = $1", &values![code]).await?.pop())
}
