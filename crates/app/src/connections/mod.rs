//! Connections: the case that a matter of this kind carries. Commands and carrying them out, lists, pages, figures, audit
//! leads, the phone's codes and the customer's link. Knows matters and the organisation; neither visits nor plans.

pub(crate) mod act;
mod apply;
pub(crate) mod command;
mod figures;
mod leads;
mod link;
mod list;
pub mod phone;
mod read;
pub(crate) mod typed;

pub(crate) use figures::Connected;
pub use leads::{Explained, Lead, LeadRow};
pub use list::{Called, ConnectionFilter, ConnectionOrder, ConnectionRow};
pub use read::{CaseOffer, ConnectionPage, CustomerPage, Preview, Station, StepState};
pub use yixian_domain::connection::actions::CaseAction;
