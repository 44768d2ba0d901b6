//! Connections to the grid on pages and for programs. A connection is a matter, so it names matters; it knows no
//! figure and no flow.

pub mod act;
pub mod api;
pub mod case;
pub mod leads;
pub mod queue;
pub mod routes;
pub mod take;
pub mod words;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "connections", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
