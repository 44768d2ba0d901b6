//! The organisation on pages and for programs. It is the lowest slice and names no other.

pub mod answer;
pub mod api;
pub mod choices;
pub mod erase;
pub mod ledger;
pub mod overview;
pub mod person;
pub mod place;
pub mod routes;
pub mod security;
pub mod unit;
pub mod ways;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "organisation", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
