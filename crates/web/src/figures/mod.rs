//! Figures on pages and for programs. It lists records of matters, visits and connections; it counts nothing.

pub mod api;
pub mod asked;
pub mod connections;
pub mod groups;
mod levels;
pub mod records;
pub mod report;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "figures", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
