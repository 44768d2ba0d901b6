//! The flow on pages. It names figures for how a period is asked, and nothing above.

pub mod asked;
pub mod body;
pub mod compare;
pub mod foreign;
pub mod overview;
pub mod routes;
pub mod rules;
pub mod warning;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words = Words { name: "flow", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
