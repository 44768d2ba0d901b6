//! Service days: keep the roster and the pairings, call days and plan sessions, sign in, record what is done, ask for opinions; and
//! what pages, figures and communities read of it.

pub(crate) mod act;
pub mod command;
mod figures;
mod link;
mod opinions;
pub(crate) mod personal;
mod read;
pub(crate) mod roster;
mod sign_in;
mod whose;

pub use personal::Personal;
pub use read::{Board, CommunitySession, Leading, Present, SessionPage, Tile};
