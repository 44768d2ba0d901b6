//! Everything that is written down: one SQL text for SQLite and PostgreSQL. Three storeys, and a list on top:
//!
//! - [`engine`]: the two engines behind one face, values, tables as data, schema steps. Names no slice.
//! - [`journal`]: one writer per node that commits whatever waits as one durable batch, sealed in the ledger; words, files,
//!   backup, replay. Names no slice.
//! - a folder per slice, each of which knows only those before it: `organisation`, `partner`, `matter`, `connection`, `visit`,
//!   `agreement`, `programme`, `conference`, `indicator`, `document`, `community`, `team`, `outage`, `planning`, `flow`. A slice has its columns in
//!   `table`, its lists in `list`, what figures read in `facts`.
//! - `parts` says what is written beside a matter, [`slices`] what there is.
//!
//! The store does not decide anything: use cases load, the domain decides, the store writes rows and events in one
//! transaction. It never reads the clock; instants come with the command.

/// The two engines, and what knows nothing of what is written.
#[macro_use]
pub mod engine {
    #[macro_use]
    pub mod value;
    #[macro_use]
    pub mod db;
    pub(crate) mod canonical;
    pub mod error;
    pub(crate) mod held;
    pub(crate) mod migrate;
    pub(crate) mod named;
    pub(crate) mod pulse;
    pub mod sqlite;
    pub mod table;
    pub mod tables;
}

/// The ledger and all that is written for every kind of record.
pub mod journal {
    pub mod backup;
    pub mod event;
    pub mod file;
    pub mod import;
    pub mod ledger;
    pub mod meta;
    pub(crate) mod past;
    pub mod policy;
    pub mod register;
    pub mod replay;
    pub(crate) mod rows;
    pub mod search;
    pub mod tx;
    pub mod verify;
    pub mod words;
    pub mod writer;
}

/// Units, people, places, and what is theirs.
pub mod organisation {
    pub mod account;
    mod kept;
    pub mod notice;
    pub mod org;
    pub mod place;
    pub mod second_factor;
    pub mod security;
    pub mod version;
}

/// Partners.
pub mod partner {
    pub(crate) mod table;

    pub use table::{by_code, by_credit_code, list};
}

/// Matters. Their lists are asked for with a filter that may ask for a part of them, so that what lists parts is named here.
pub mod matter {
    pub(crate) mod contact;
    pub mod export;
    pub(crate) mod facts;
    pub(crate) mod list;
    pub(crate) mod privacy;
    pub mod retention;
    pub(crate) mod search;
    pub(crate) mod table;

    pub use crate::connection::list::{
        ConnectionRow, Connections, Filter, connections, count, list, list_texts, plans,
    };
    pub use list::{COUNT_LIMIT, ListRow, Order};
    pub use privacy::privacy_events;
    pub use table::{
        Numbered, Stored, about, due_for_sweep, followers, id_of_number, known, matter, merged_in, of_kind, on_visit,
        open_of_unit, owned_by, raised_about, raised_by,
    };
}

/// Connections.
pub mod connection {
    pub(crate) mod facts;
    pub(crate) mod list;
    pub(crate) mod phone;
    pub(crate) mod replay;
    pub(crate) mod table;

    pub use facts::{LeadRow, facts_since, facts_then, leads};
    pub use phone::{PhoneCode, phone_code};
    pub use table::{keys, near, twin};
}

/// Visits.
pub mod visit {
    pub(crate) mod facts;
    pub(crate) mod list;
    pub(crate) mod table;

    pub use facts::{Went, seen, went};
    pub use list::{Filter, ListRow, last_seen, list, list_texts};
    pub use table::{Stored, planned_for, visit};
}

/// Agreements.
pub mod agreement {
    pub(crate) mod table;

    pub use table::{by_code, of_partner};
}

/// Works programmes.
pub mod programme {
    pub(crate) mod table;

    pub use table::{
        by_code, milestones_by_id, programmes, section_by_code, sections, sections_at, sections_of_partner, to_look_at,
    };
}

/// Joint conferences.
pub mod conference {
    pub(crate) mod table;

    pub use table::{by_code, list, meeting_before, meetings, topics, topics_of};
}

/// Indicators, how they are taken apart, campaigns.
pub mod indicator {
    pub(crate) mod table;

    pub use table::{by_code, campaign_by_code, campaigns, list, newest, version};
}
/// Supporting documents, who cites them, recognitions.
pub mod document {
    pub(crate) mod table;

    pub use table::{
        by_code, by_number, citations_by, citations_of, citations_of_clause, cited_already, recognition_by_code,
    };
}
/// Service days, their sessions, who signed in, the roster.
pub mod community {
    pub(crate) mod table;

    pub use table::{
        day_by_code, days, member_by_code, members, pairings, pairings_with, session_by_code, sessions_in,
        sessions_known, sessions_of, sessions_on, sign_ins_at, sign_ins_known, sign_ins_of, who,
    };
}
/// Praise and publications.
pub mod praise {
    pub(crate) mod table;

    pub use table::{by_code, publication_by_code};
}
/// Temporary branches and commando teams.
pub mod team {
    pub(crate) mod table;

    pub use table::{handed_over, of_unit, parts};
}
/// Households that service teams look after, and done-sheets.
pub mod household {
    pub(crate) mod table;

    pub use table::{after, by_code, promised_by, sheet_of, sheets_in, sheets_known};
}

/// Outages.
pub mod outage {
    pub(crate) mod list;
    pub(crate) mod sums;
    pub(crate) mod table;

    pub use list::{Filter, days_of, known, known_sums, list, list_texts, newest};
    pub use sums::{Grain, days, first_day, sums};
    pub use table::{by_codes, file, outage, served, story};
}

/// Plans of visits.
pub mod planning {
    pub(crate) mod calendar;
    pub(crate) mod plan;
    pub(crate) mod read;
    pub(crate) mod run;
}

pub mod flow;
mod parts;
pub mod slices;

pub use engine::db::{Conn, Db, Engine};
pub use engine::error::StoreError;
pub use engine::migrate::migrate_to;
pub use engine::{db, error, sqlite, tables, value};
pub use journal::tx::Tx;
pub use journal::writer::Store;
pub use journal::{file, import, policy, register};
pub use matter::{export, retention};
pub use organisation::{account, notice, org, place, second_factor, security};
pub use slices::statements;

/// Backups.
pub mod backup {
    pub use crate::engine::table::Table;
    pub use crate::journal::backup::{CHUNK, Loading, Sink, Snapshot, schema};
    pub use crate::slices::{former_tables, table_named, tables};
}

/// The columns figures are computed from.
pub mod facts {
    pub use crate::matter::facts::{matters, matters_of, stages, tasks};
    pub use crate::organisation::version::{places, recorded};
    pub use crate::visit::facts::{Held, lies_in, visits, visits_of};
}

/// The ledger: audit trail, job queue and process-mining log at once. Every event is hashed over
/// its canonical JSON (RFC 8785 for what we use: sorted ASCII keys, whole numbers, no white space)
/// together with the hash of the record's event before it; every commit batch is sealed over the
/// hashes of its events and the seal before it. [`ledger::verify`] recomputes everything and names the
/// event that was altered, dropped or reordered. `docs/ledger.md` gives the format so that
/// anybody can write another verifier; one in Python lies under `tools/`.
pub mod ledger {
    pub use crate::engine::canonical::canonical;
    pub use crate::journal::event::{
        EventRow, GENESIS, NEWEST, NewEvent, RecordKind, SealRow, actor_from, actor_text, sha256,
    };
    pub use crate::journal::ledger::{
        Head, News, between, head, last_at, newest, news, page, recorded, rev_of, seals, timeline,
    };
    pub use crate::journal::verify::{Fault, Verification, Verifier, verify, verify_to_head};
}

/// Plans, what planning reads, and leaders' calendars.
pub mod plan {
    pub use crate::planning::calendar::feed;
    pub use crate::planning::plan::{Adoption, NewPlan, PlanRow, adoptions, body, list, plan, superseded, visits_of};
    pub use crate::planning::read::{Known, MatterRow, last_visits, matters, places, planned};
    pub use crate::planning::run::{RunRow, run, runs};
}

/// Rows held against the ledger.
pub mod replay {
    pub use crate::slices::{refill_past, verify};
}

/// Search.
pub mod search {
    pub use crate::journal::search::{Terms, query, tokens};
    pub use crate::matter::search::{renew, text, texts};
}

/// Words and contacts.
pub mod words {
    pub use crate::journal::words::{WordsRow, among, hash, intact, of_record};
    pub use crate::matter::contact::{
        ContactRow, ContactWords, contact, credit_code, link, matters_of_caller, newest_link,
    };
}

/// The writer.
pub mod writer {
    pub use crate::journal::meta::{meta, receipt};
    pub use crate::journal::tx::Tx;
    pub use crate::journal::writer::Store;
}
