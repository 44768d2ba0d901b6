//! Who should go where: makes plans from what the company knows, compares them, turns one into visits.
//! A plan is searched for by `yixian-planner`, passed by its independent checker before anybody sees
//! it, and kept as it is; a person adopts it. Adopting plans, moves and calls off visits through the
//! same use cases as a hand does, in one transaction.

pub(crate) mod act;
mod adopt;
pub mod calendar;
pub(crate) mod command;
pub mod compare;
pub mod document;
mod facts;
mod http;
mod limits;
mod list;
mod make;
mod read;
mod request;
pub mod runs;
pub mod travel;
mod verdict;

pub use adopt::type_of;
pub use list::{Adoption, PlanRow, PlannedVisit};
pub(crate) use make::{Made, announce, make};
pub use read::{PlanPage, Ranked};
pub use travel::TravelSource;
