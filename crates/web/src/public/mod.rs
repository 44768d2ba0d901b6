//! Pages for whoever has no account and holds a link, or applies. They name the slices whose records they show.

pub mod apply;
pub mod customer;
pub mod partner;
pub(crate) mod proof;
pub mod raiser;
pub mod routes;
