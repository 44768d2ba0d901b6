//! What tests of several crates need and no user ever does: a fresh SQLite folder, a fresh
//! PostgreSQL database, a demo company. It does not know what is tested. Panics are its way of saying no: a test
//! that cannot have its database has failed, not been skipped.

#![allow(clippy::missing_panics_doc)] // every function may: that is how a test ends

mod cluster;
mod demo;
mod engine;
pub mod limits;
mod world;

pub use cluster::{Cluster, postgres, stop_and_start};
pub use demo::{demo, demo_into};
pub use engine::{Engine, Fresh};
pub use world::{Rules, World, at, id};
