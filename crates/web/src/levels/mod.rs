//! The two levels that lead: the board of tier × month with its quotas, the matrix of who came to whom, what stations and places
//! bear. It counts nothing itself.

pub mod api;
pub mod board;
pub mod burden;
pub mod matrix;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "levels", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
