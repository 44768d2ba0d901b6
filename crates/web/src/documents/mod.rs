//! Supporting documents with their versions and clauses, who cites them, and recognitions of our practice.

pub mod api;
pub mod cite;
pub mod clause;
pub mod document;
pub mod end;
pub(crate) mod evidence;
pub mod form;
pub mod list;
pub mod recognition;
pub mod recognition_form;
pub mod routes;
pub mod shown;
pub mod version;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "documents", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
