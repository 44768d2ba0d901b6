//! Matters: what somebody is owed an answer to. What may be asked, carrying it out, what time brings about, and what pages
//! read of it. Knows the organisation; does not know what a kind adds, such as the case of a connection.

pub(crate) mod act;
pub(crate) mod command;
mod disclosure;
mod link;
pub(crate) mod list;
mod read;
pub(crate) mod rungs;
pub(crate) mod sweep;

pub use disclosure::{Contact, DataOf, Disclosed, DoneWith, PrivacyEvent, WouldErase};
pub use link::LinkOffer;
pub(crate) use link::RaiserTold;
pub use list::{After, COUNT_LIMIT, MatterFilter, MatterOrder, MatterRow, Requested};
pub use read::{MatterPage, MergedIn, Missing, Offer};
