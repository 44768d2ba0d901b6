//! Everything that is written down: one SQL text for SQLite and PostgreSQL, one file per
//! aggregate. All writes go through one writer per node that commits whatever waits as one
//! durable batch ([`writer`]); SQLite answers the writer and short reads on their own threads
//! ([`sqlite`]); every batch is sealed in the ledger ([`ledger`]). The store does not
//! decide anything: use cases load, the domain decides, the store writes rows and events in one
//! transaction. It never reads the clock; instants come with the command.

#[macro_use]
pub mod value;
#[macro_use]
pub mod db;
pub mod account;
pub mod backup;
mod canonical;
pub mod connection;
pub mod error;
pub mod export;
pub mod facts;
pub mod file;
pub mod flow;
mod held;
pub mod import;
pub mod ledger;
pub mod matter;
mod migrate;
pub mod notice;
pub mod org;
pub mod place;
pub mod plan;
pub mod policy;
pub mod replay;
pub mod search;
pub mod sqlite;
pub mod tables;
pub mod visit;
pub mod words;
pub mod writer;

pub use db::{Conn, Db, Engine};
pub use error::StoreError;
pub use migrate::migrate_to;
pub use writer::{Store, Tx};

/// Every statement of every aggregate, so that one test can prepare them all on both engines.
pub fn statements() -> Vec<(&'static str, &'static str)> {
    [
        account::STATEMENTS,
        connection::STATEMENTS,
        export::STATEMENTS,
        facts::STATEMENTS,
        file::STATEMENTS,
        flow::STATEMENTS,
        import::STATEMENTS,
        ledger::STATEMENTS,
        matter::STATEMENTS,
        notice::STATEMENTS,
        org::STATEMENTS,
        place::STATEMENTS,
        plan::STATEMENTS,
        policy::STATEMENTS,
        replay::STATEMENTS,
        search::STATEMENTS,
        visit::STATEMENTS,
        words::STATEMENTS,
        writer::STATEMENTS,
        &words::made_texts(),
    ]
    .concat()
}
