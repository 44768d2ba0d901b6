//! The doors: pages that do the whole job without JavaScript, the JSON API, the raiser's link. One
//! route table ([`routes::table`]) builds the router, the OpenAPI document and the authorisation
//! matrix. A request in one breath: route → visitor (who, language) → form or JSON parsed into a
//! [`yixian_app::command::Command`] → `App::execute` → page or redirect. This crate never names
//! SQL and decides nothing: access and law are the domain's.
//!
//! `door` and `form` are the bottom and name no slice; one folder per slice above them; [`slices`] lists them,
//! and [`router`] and [`openapi`] are made from that list.

pub mod door;
pub mod form;

pub mod account;
pub mod agreements;
pub mod briefing;
pub mod community;
pub mod conferences;
pub mod connections;
pub mod documents;
pub mod figures;
pub mod flow;
pub mod households;
pub mod import;
pub mod indicators;
pub mod levels;
pub mod matters;
pub mod measures;
pub mod organisation;
pub mod outages;
pub mod partners;
pub mod planning;
pub mod praise;
pub mod programmes;
pub mod public;
pub mod search;
pub mod teams;
pub mod visits;

pub mod openapi;
pub mod router;
pub mod slices;

pub use crate::door::web::{Options, Web};
pub use crate::door::{assets, guard, install, measure, say, serve, tls, visitor};
pub use crate::router as routes;
pub use yixian_app::links::Entry;
