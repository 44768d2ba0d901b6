//! The briefing: the article as a page, for programs and as a workbook. Every line is what a figure tells with the line's own arguments; here
//! it is only put into words.

pub mod api;
pub mod page;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "briefing", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
