//! Temporary branches and commando teams: the register, a team with who belongs to it and what lies with it, its forms.

pub mod api;
pub mod dissolve;
pub mod form;
pub mod list;
pub mod member;
pub mod routes;
pub mod shown;
pub mod team;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words = Words { name: "teams", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
