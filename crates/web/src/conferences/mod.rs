//! Joint conferences: the list, a conference, the meeting on one screen, its minutes, and what a member outside signs by its
//! link.

pub mod api;
pub mod conference;
pub mod figure;
pub mod form;
pub mod link;
pub mod list;
pub mod meeting;
pub mod meeting_form;
pub mod minutes;
pub mod partner;
pub mod routes;
pub(crate) mod shown;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "conferences", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
