//! Indicators: how one stands and is taken apart, aspects by departments, the monthly bulletin, the draft of the next version,
//! campaigns. The pages count nothing themselves.

pub mod api;
pub mod bulletin;
pub mod campaign;
mod chart;
pub mod draft;
pub(crate) mod figure;
pub mod form;
pub mod index;
pub mod indicator;
pub mod list;
pub mod matrix;
pub mod routes;
mod shown;
mod task_form;
mod tree;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "indicators", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
