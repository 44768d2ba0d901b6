//! Service days: the list, the board of a day, a session on a phone, signing in by its code, the roster, pairings.

pub mod act_form;
pub mod api;
pub mod board;
pub mod day_form;
pub mod list;
pub mod pairing;
pub mod poster;
pub mod roster;
pub mod routes;
pub mod session;
pub mod shown;
pub mod sign_in;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "community", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
