//! Improvement measures: the board by class and stage, a measure with both samples of what it brought, its forms.

pub mod act;
pub mod api;
pub mod board;
pub mod measure;
pub mod propose;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "measures", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
