//! Visits on pages and for programs. They name matters, which they bring home; they know no plan and no figure.

pub mod about;
pub mod answer;
pub mod api;
pub mod cancel;
pub mod findings;
pub mod finish;
pub mod lines;
pub mod list;
pub mod meeting;
pub mod merge;
pub mod places;
pub mod plan;
pub mod routes;
pub mod visit;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "visits", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
