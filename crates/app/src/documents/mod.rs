//! Supporting documents with their versions and clauses, who cites them, and what others wrote of our practice. It knows rules,
//! procedures, matters and figures as things that may cite; none of them knows it.

pub(crate) mod act;
mod citers;
pub mod command;
mod figures;
pub(crate) mod keeper;
pub(crate) mod quoting;
mod read;
mod recognise;

pub use citers::{CitedBy, Citer};
pub use read::{CitedClause, ClausePage, DocumentPage, RecognitionPage};
