//! Tables of our registers imported: upload, see what would change, apply. One page for every register; it names none of
//! their slices.

pub mod page;
pub mod routes;

use crate::door::say::Words;

/// Its words.
pub const WORDS: Words =
    Words { name: "import", zh: include_str!("words.zh-CN.ftl"), en: include_str!("words.en.ftl") };
