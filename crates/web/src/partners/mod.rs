//! Partners: the register, a partner's page, its forms, and the page that opens by its link.

pub mod api;
pub mod form;
pub mod link;
pub mod list;
pub mod partner;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "partners", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
