//! Praise, and what was printed about us, on pages and for programs. It counts nothing: quoted figures are held against the records by those
//! who count.

pub mod api;
pub mod form;
pub mod list;
pub mod page;
pub mod publication;
pub mod publication_form;
pub mod routes;
pub mod shown;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "praise", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
