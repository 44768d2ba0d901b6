//! Plans of visits on pages and for programs. It names visits; it searches nothing itself.

pub mod answer;
pub mod api;
pub mod change;
pub mod compare;
pub mod day;
pub mod plan;
pub mod plans;
pub mod priorities;
pub mod routes;
pub mod week;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "planning", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
