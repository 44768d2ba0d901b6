//! Who should go where: a planner for visits by people with calendars, skills and duties, over days
//! and weeks. The problem is multi-period team orienteering with time windows.
//!
//! A [`model::Request`] goes in, an immutable [`model::Plan`] comes out of [`search::solve`]. The
//! goal is the sum of named [`feature`]s, one file each. What a plan is worth and whether it may be
//! lived is also said by [`check`], which shares no code with the search. [`explain`], [`what_if`],
//! [`bound`] and [`lint`] say why, what else, how much better and what is odd about it.
//!
//! The crate does no IO, knows no clock and takes its chance from a seed.

pub mod bound;
pub mod check;
pub mod compare;
pub mod explain;
pub mod fault;
pub mod feature;
pub mod lint;
pub mod model;
pub mod read;
pub mod search;
mod ticks;
pub mod travel;
pub mod validate;
pub mod what_if;

pub use model::{Plan, Request};
