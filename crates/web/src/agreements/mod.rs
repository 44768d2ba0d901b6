//! Agreements, commitments, and a partner with all that is between it and us: its page, the sheet to read before a visit.

pub mod agreement;
pub mod api;
pub mod form;
pub mod list;
pub mod partner;
pub mod promise;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "agreements", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
