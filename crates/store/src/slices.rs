//! The one list of what there is: kinds of records, tables and how each is held against the ledger, texts. A new slice is a line in each.
//! It knows every slice, and no slice knows it.

use crate::community::table as community;
use crate::connection::{self, facts as connection_facts, phone, table as connections};
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::table::Table;
use crate::flow;
use crate::journal::backup::Loading;
use crate::journal::event::RecordKind;
use crate::journal::register::{self, Registered};
use crate::journal::replay::{Held, Holding};
use crate::journal::rows::{self, Known};
use crate::journal::verify::Fault;
use crate::journal::{file, import, ledger, meta, policy, replay, tx, words};
use crate::matter::{contact, facts as matter_facts, privacy, retention, search, table as matters};
use crate::organisation::{account, notice, org, place, second_factor, security, version};
use crate::outage::{list as outage_lists, sums as outage_sums, table as outages};
use crate::parts;
use crate::planning::{calendar, plan, read, run};
use crate::programme::table as programme;
use crate::visit::{facts as visit_facts, table as visits};
use yixian_domain::agreement::Agreement;
use yixian_domain::community::{Member, Pairing, ServiceDay, Session, SignIn};
use yixian_domain::conference::{Conference, Meeting, Topic};
use yixian_domain::document::{Citation, Document, Recognition};
use yixian_domain::household::{DoneSheet, Household};
use yixian_domain::indicator::{Breakdown, Campaign, Indicator};
use yixian_domain::outage::served::ServedBase;
use yixian_domain::partner::Partner;
use yixian_domain::praise::{Praise, Publication};
use yixian_domain::programme::{Programme, Section};
use yixian_domain::team::Team;

/// Every kind of record that has events.
pub const KINDS: &[RecordKind] = &[
    RecordKind::Unit,
    RecordKind::Person,
    RecordKind::Place,
    RecordKind::Partner,
    RecordKind::Policy,
    RecordKind::Matter,
    RecordKind::Visit,
    RecordKind::Agreement,
    RecordKind::Programme,
    RecordKind::Section,
    RecordKind::Plan,
    RecordKind::Conference,
    RecordKind::Meeting,
    RecordKind::Topic,
    RecordKind::Indicator,
    RecordKind::Breakdown,
    RecordKind::Campaign,
    RecordKind::Document,
    RecordKind::Citation,
    RecordKind::Recognition,
    RecordKind::ServiceDay,
    RecordKind::Member,
    RecordKind::Pairing,
    RecordKind::ServiceSession,
    RecordKind::SignIn,
    RecordKind::Praise,
    RecordKind::Publication,
    RecordKind::Team,
    RecordKind::Household,
    RecordKind::DoneSheet,
    RecordKind::ServedBase,
    RecordKind::Outage,
    RecordKind::OutageFile,
    RecordKind::Security,
    RecordKind::Command,
];

/// Every table that holds something of its own, those that others refer to first, and how its rows are held against the
/// ledger. A backup has all of them.
const HELD: &[(Table, Held)] = &[
    (
        meta::NOTES,
        Held::Not("notes of the program to itself; the check value of the secret is compared at every start"),
    ),
    (org::UNITS_TABLE, Held::By(org::hold_units, &[])),
    (org::PEOPLE_TABLE, Held::By(org::hold_people, &[])),
    (org::GRANTS_TABLE, Held::By(org::hold_grants, &[])),
    (org::EXEMPTIONS_TABLE, Held::By(org::hold_exemptions, &[])),
    (place::TABLE, Held::By(place::hold, &[])),
    (version::PLACES, Held::By(version::hold_places, &[])),
    (version::PEOPLE, Held::By(version::hold_people, &[])),
    (Partner::TABLE, Held::By(register::hold::<Partner>, &[Partner::TEXT])),
    (Conference::TABLE, Held::By(register::hold::<Conference>, &[Conference::TEXT])),
    (Meeting::TABLE, Held::By(register::hold::<Meeting>, &[Meeting::TEXT])),
    (Topic::TABLE, Held::By(register::hold::<Topic>, &[Topic::TEXT])),
    (Indicator::TABLE, Held::By(register::hold::<Indicator>, &[Indicator::TEXT])),
    (Breakdown::TABLE, Held::By(register::hold::<Breakdown>, &[Breakdown::TEXT])),
    (Campaign::TABLE, Held::By(register::hold::<Campaign>, &[Campaign::TEXT])),
    (Document::TABLE, Held::By(register::hold::<Document>, &[Document::TEXT])),
    (Citation::TABLE, Held::By(register::hold::<Citation>, &[Citation::TEXT])),
    (Recognition::TABLE, Held::By(register::hold::<Recognition>, &[Recognition::TEXT])),
    (ServiceDay::TABLE, Held::By(register::hold::<ServiceDay>, &[ServiceDay::TEXT])),
    (Member::TABLE, Held::By(register::hold::<Member>, &[Member::TEXT])),
    (Pairing::TABLE, Held::By(register::hold::<Pairing>, &[Pairing::TEXT])),
    (Session::TABLE, Held::By(register::hold::<Session>, &[Session::TEXT])),
    (SignIn::TABLE, Held::By(register::hold::<SignIn>, &[SignIn::TEXT])),
    (Praise::TABLE, Held::By(register::hold::<Praise>, &[Praise::TEXT])),
    (Publication::TABLE, Held::By(register::hold::<Publication>, &[Publication::TEXT])),
    (visits::TABLE, Held::By(visits::hold, &[&visits::NUMBER, &visits::TEXT])),
    (visits::PAST, Held::Past),
    (visits::PARTIES, Held::By(visits::hold_parties, &[])),
    (Agreement::TABLE, Held::By(register::hold::<Agreement>, &[Agreement::TEXT])),
    (Programme::TABLE, Held::By(register::hold::<Programme>, &[Programme::TEXT])),
    (Section::TABLE, Held::By(register::hold::<Section>, &[Section::TEXT])),
    (programme::MILESTONES, Held::By(programme::hold_milestones, &[])),
    (Team::TABLE, Held::By(register::hold::<Team>, &[Team::TEXT])),
    (Household::TABLE, Held::By(register::hold::<Household>, &[Household::TEXT])),
    (DoneSheet::TABLE, Held::By(register::hold::<DoneSheet>, &[DoneSheet::TEXT])),
    (ServedBase::TABLE, Held::By(register::hold::<ServedBase>, &[ServedBase::TEXT])),
    (outages::TABLE, Held::Rows(&[&outages::HASH])),
    (outage_sums::TABLE, Held::By(outage_sums::hold, &[])),
    (matters::TABLE, Held::By(parts::hold_matters, &[&matters::NUMBER, &matters::TEXT])),
    (matters::PAST, Held::Past),
    (connections::TABLE, Held::By(connection::replay::hold, &[])),
    (connections::PAST, Held::Past),
    (words::WORDS, Held::WithRecords),
    (contact::CONTACTS, Held::By(contact::hold, &[])),
    (phone::TABLE, Held::Not("codes sent to phones, good for minutes")),
    (contact::LINKS, Held::Rows(&[&contact::LINK_HASH])),
    (file::FILES, Held::ByFiles),
    (file::USES, Held::Rows(&[&file::USE_HASH])),
    (ledger::EVENT, Held::Ledger),
    (ledger::SEALS_TABLE, Held::Ledger),
    (meta::RECEIPTS, Held::Rows(&[&meta::RECEIPT])),
    (policy::TABLE, Held::By(policy::hold, &[])),
    (account::TABLE, Held::Rows(&[&account::HASH])),
    (second_factor::TABLE, Held::Rows(&[&second_factor::HASH])),
    (notice::TABLE, Held::Rows(&[&notice::HASH])),
    (plan::TABLE, Held::By(plan::hold, &[])),
    (plan::ADOPTIONS_TABLE, Held::By(plan::hold_adoptions, &[])),
    (plan::VISITS_TABLE, Held::By(plan::hold_visits, &[])),
    (import::TABLE, Held::Rows(&[&import::TAKEN])),
];

/// Tables that no backup has, and why; none of them is held against the ledger.
const APART: &[(&str, &str)] = &[
    ("schema_step", "the schema's steps are the program's"),
    ("matter_search", "the index is made again from the matters"),
    ("plan_run", "searches for plans that are going on; they end with the node that runs them"),
    ("photo_sent", "who sent a photo of late; whoever restores a backup sends what he still has"),
    ("entry_link", "links that let somebody in: one that was spent after the backup would open again"),
];

/// Tables of earlier schemas whose rows a later step moved: backups of those schemas have them.
pub fn former_tables() -> impl Iterator<Item = &'static Table> + Clone {
    account::FORMER.iter()
}

/// Every table of a backup.
pub fn tables() -> impl Iterator<Item = &'static Table> + Clone {
    HELD.iter().map(|(table, _)| table)
}

/// Every table there may be, and what `verify` does with it: a word, or why it does nothing.
pub fn held() -> Vec<(&'static str, Result<&'static str, &'static str>)> {
    let held = HELD.iter().map(|(table, held)| {
        let how = match held {
            Held::Ledger => Ok("ledger"),
            Held::By(..) => Ok("replay"),
            Held::Rows(_) => Ok("rows"),
            Held::WithRecords => Ok("words"),
            Held::Past => Ok("replay"),
            Held::ByFiles => Ok("files"),
            Held::Not(why) => Err(*why),
        };
        (table.name, how)
    });
    held.chain(APART.iter().map(|(name, why)| (*name, Err(*why)))).collect()
}

/// The table of that name.
pub fn table_named(name: &str) -> Option<&'static Table> {
    tables().find(|t| t.name == name)
}

/// Every statement of every aggregate, so that one test can prepare them all on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        account::STATEMENTS,
        calendar::STATEMENTS,
        community::STATEMENTS,
        connection::replay::STATEMENTS,
        connection_facts::STATEMENTS,
        connections::STATEMENTS,
        contact::STATEMENTS,
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
        outage_lists::STATEMENTS,
        outage_sums::STATEMENTS,
        outages::STATEMENTS,
        phone::STATEMENTS,
        place::STATEMENTS,
        privacy::STATEMENTS,
        plan::STATEMENTS,
        run::STATEMENTS,
        policy::STATEMENTS,
        programme::STATEMENTS,
        read::STATEMENTS,
        replay::STATEMENTS,
        register::STATEMENTS,
        retention::STATEMENTS,
        rows::STATEMENTS,
        search::STATEMENTS,
        second_factor::STATEMENTS,
        security::STATEMENTS,
        version::STATEMENTS,
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
        &register::made_texts::<Partner>(),
        &register::made_texts::<Agreement>(),
        &register::made_texts::<Programme>(),
        &register::made_texts::<Section>(),
        &register::made_texts::<Conference>(),
        &register::made_texts::<Meeting>(),
        &register::made_texts::<Topic>(),
        &register::made_texts::<Indicator>(),
        &register::made_texts::<Breakdown>(),
        &register::made_texts::<Campaign>(),
        &register::made_texts::<Document>(),
        &register::made_texts::<Citation>(),
        &register::made_texts::<Recognition>(),
        &register::made_texts::<ServiceDay>(),
        &register::made_texts::<Member>(),
        &register::made_texts::<Pairing>(),
        &register::made_texts::<Session>(),
        &register::made_texts::<SignIn>(),
        &register::made_texts::<Praise>(),
        &register::made_texts::<Publication>(),
        &register::made_texts::<Team>(),
        &register::made_texts::<Household>(),
        &register::made_texts::<DoneSheet>(),
        &register::made_texts::<ServedBase>(),
        &outages::made_texts(),
        &plan::made_texts(),
        &visits::made_texts(),
        &words::made_texts(),
    ]
    .concat()
}

/// Holds the rows of every table against the ledger, and all words that events speak of. One consistent view, as for
/// [`crate::ledger::verify`].
pub async fn verify(conn: &mut Conn) -> Result<Vec<Fault>, StoreError> {
    let mut holding = Holding { known: Known::read(conn).await?, ..Holding::default() };
    for (_, held) in HELD {
        let hashed = match held {
            Held::By(check, hashed) => {
                check(conn, &mut holding).await?;
                hashed
            }
            Held::Rows(hashed) => hashed,
            Held::Ledger | Held::WithRecords | Held::Past | Held::ByFiles | Held::Not(_) => continue,
        };
        for of in *hashed {
            holding.known.hold(conn, of, &mut holding.faults).await?;
        }
    }
    let Holding { mut faults, known } = holding;
    known.end(conn, &mut faults).await?;
    Ok(faults.sorted())
}

impl Loading {
    /// Makes the search index again.
    pub async fn index(&mut self) -> Result<(), StoreError> {
        search::rebuild(&mut self.conn).await
    }
}

/// Makes what was known before anew from the events of all records: of a database whose schema had none, of a company that
/// was written at once. Rows that are right stay as they are.
pub async fn refill_past(conn: &mut Conn) -> Result<(), StoreError> {
    version::refill(conn).await?;
    org::refill_exemptions(conn).await?;
    visits::refill_past(conn).await?;
    parts::refill_matters(conn).await
}
