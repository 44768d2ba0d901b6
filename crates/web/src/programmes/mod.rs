//! Works: programmes with their grids and bars, a section with its milestones, what is reported and confirmed, by people of the
//! company and by those outside through their link.

pub mod act;
pub mod api;
pub mod bars;
pub mod calendar;
pub mod form;
pub mod link;
pub mod list;
pub mod programme;
pub mod routes;
pub mod section;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "programmes", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
