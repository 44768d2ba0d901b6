//! Household service on pages and for programs: the register, a household with what was done and promised there, the round of the day,
//! the done-sheet on the phone. Who lives in a household is shown to those who serve it alone; programs are never told.

pub mod api;
pub mod form;
pub mod list;
pub mod page;
pub mod routes;
pub mod sheet;
pub mod shown;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "households", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
