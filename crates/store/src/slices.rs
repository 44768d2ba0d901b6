//! The one list of what there is: kinds of records, tables, texts, and how rows are replayed. A new slice is a line in each.
//! It knows every slice, and no slice knows it.

use crate::connection::{self, facts as connection_facts, phone, table as connections};
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::Table;
use crate::flow;
use crate::journal::backup::Loading;
use crate::journal::event::RecordKind;
use crate::journal::replay::{Faults, happened, records};
use crate::journal::verify::Fault;
use crate::journal::{file, import, ledger, meta, policy, replay, tx, words};
use crate::matter::{contact, export, facts as matter_facts, search, table as matters};
use crate::organisation::{account, facts as place_facts, notice, org, place};
use crate::planning::{calendar, plan, read};
use crate::visit::{facts as visit_facts, table as visits};
use yixian_domain::ids::{MatterId, VisitId};
use yixian_domain::matter::Matter;
use yixian_domain::visit::Visit;

/// Every kind of record that has events.
pub const KINDS: &[RecordKind] = &[
    RecordKind::Unit,
    RecordKind::Person,
    RecordKind::Place,
    RecordKind::Policy,
    RecordKind::Matter,
    RecordKind::Visit,
    RecordKind::Plan,
];

/// Every table that holds something of its own, those that others refer to first. The search index
/// is made again from the matters; the schema's steps are the program's. Links that let somebody in
/// (`entry_link`) stay behind on purpose: one that was spent after the backup would open again.
pub const TABLES: &[Table] = &[
    meta::NOTES,
    org::UNITS_TABLE,
    org::PEOPLE_TABLE,
    org::GRANTS_TABLE,
    org::EXEMPTIONS_TABLE,
    place::TABLE,
    visits::TABLE,
    visits::PARTIES,
    matters::TABLE,
    connections::TABLE,
    words::WORDS,
    contact::CONTACTS,
    phone::TABLE,
    contact::LINKS,
    file::FILES,
    file::USES,
    ledger::EVENT,
    ledger::SEALS_TABLE,
    meta::RECEIPTS,
    policy::TABLE,
    account::SESSIONS,
    account::TOKENS_TABLE,
    notice::TABLE,
    plan::TABLE,
    plan::ADOPTIONS_TABLE,
    plan::VISITS_TABLE,
    calendar::TABLE,
    import::TABLE,
];

/// The table of that name.
pub fn table_named(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|t| t.name == name)
}

/// Every statement of every aggregate, so that one test can prepare them all on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        account::STATEMENTS,
        calendar::STATEMENTS,
        connection::replay::STATEMENTS,
        connection_facts::STATEMENTS,
        connections::STATEMENTS,
        contact::STATEMENTS,
        export::STATEMENTS,
        file::STATEMENTS,
        flow::STATEMENTS,
        import::STATEMENTS,
        tx::STATEMENTS,
        ledger::STATEMENTS,
        matter_facts::STATEMENTS,
        matters::STATEMENTS,
        meta::STATEMENTS,
        notice::STATEMENTS,
        org::STATEMENTS,
        phone::STATEMENTS,
        place::STATEMENTS,
        place_facts::STATEMENTS,
        plan::STATEMENTS,
        policy::STATEMENTS,
        read::STATEMENTS,
        replay::STATEMENTS,
        search::STATEMENTS,
        visit_facts::STATEMENTS,
        visits::STATEMENTS,
        words::STATEMENTS,
        &connections::made_texts(),
        &contact::made_texts(),
        &import::made_texts(),
        &ledger::made_texts(),
        &matters::made_texts(),
        &org::made_texts(),
        &place::made_texts(),
        &plan::made_texts(),
        &visits::made_texts(),
        &words::made_texts(),
    ]
    .concat()
}

/// Checks every matter, every visit, what stands beside them, and all words they speak of. One consistent view, as for
/// [`crate::ledger::verify`].
pub async fn verify(conn: &mut Conn) -> Result<Vec<Fault>, StoreError> {
    let mut faults = Faults::default();
    records(conn, &matters::TABLE, &mut faults, |id, events| {
        let all = happened(events)?;
        Some(matters::columns(&Matter::replay(MatterId(id), &all)?))
    })
    .await?;
    records(conn, &visits::TABLE, &mut faults, |id, events| {
        let all = happened(events)?;
        Some(visits::columns(&Visit::replay(VisitId(id), &all)?))
    })
    .await?;
    connection::replay::hold(conn, &mut faults).await?;
    Ok(faults.sorted())
}

impl Loading {
    /// Makes the search index again.
    pub async fn index(&mut self) -> Result<(), StoreError> {
        search::rebuild(&mut self.conn).await
    }
}
