//! Matters on pages and for programs. It knows the organisation below it and no connection, visit or plan.

pub mod act;
pub mod answer;
pub mod api;
pub mod erase;
pub mod export;
pub mod inbox;
pub mod link;
pub mod list;
pub mod matter;
pub mod privacy;
pub mod raise;
pub mod retention;
pub mod routes;
pub mod rows;
pub mod show;
pub mod tasks;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "matters", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
