//! What stands around every page: the route and who may try it, the visitor, the frame, words, errors, the accept loop. It
//! names no slice.

pub mod answer;
pub mod assets;
pub mod commands;
pub mod errors;
pub mod files;
pub mod frame;
pub mod guard;
pub mod health;
pub mod install;
pub(crate) mod keeping;
pub mod limits;
pub mod measure;
pub mod nav;
pub mod page;
pub mod problem;
pub mod route;
pub mod routes;
pub mod say;
pub mod serve;
pub mod session;
pub mod telling;
pub mod tls;
pub mod upload;
pub mod visitor;
pub mod web;

use crate::door::say::Words;

/// Common words, and what errors say.
pub const WORDS: [Words; 2] = [
    Words { name: "common", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") },
    Words { name: "errors", zh: include_str!("errors.zh-CN.ftl"), en: include_str!("errors.en.ftl") },
];
