//! The search box's page. It names matters and visits for how their rows are shown, and nothing above.

pub mod page;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "search", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
