//! Outages and what they say of the supply: a year at a glance, the list, an outage with its history, its forms, customers served.

pub mod act;
pub mod api;
mod chart;
pub mod form;
pub mod list;
pub mod outage;
pub mod routes;
pub mod served;
pub mod year;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "outages", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
