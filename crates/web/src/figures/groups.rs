//! The groups of a dimension as programs and people call them: a key that is stable in addresses and files, and a label.
//! It counts nothing.

use crate::door::say::Say;
use crate::door::telling::{code_label, period_words, unit_name};
pub use yixian_app::figures::reading::group_key as key;
use yixian_app::read::Directory;
use yixian_domain::figure::{Dimension, Group, Period};

/// What a reader calls it.
pub fn label(say: &Say, directory: &Directory, by: Dimension, group: &Group) -> String {
    match group {
        Group::Month(month) => period_words(say, Period::month(*month)),
        Group::Unit(id) => directory.unit(*id).map_or_else(|| id.to_string(), |u| unit_name(say, u)),
        Group::Called(called) => say.named(&called.name, called.name_en.as_deref()),
        Group::Unsaid => say.t("dimension-unsaid"),
        Group::Text(text) if by == Dimension::Category => say.of_or("category", text),
        Group::Text(text) if by == Dimension::Batch => {
            text.parse::<i64>().map_or_else(|_| text.to_string(), |n| say.t1("works-batch-n", "n", n))
        }
        Group::Text(text) => text.to_string(),
        Group::Code(_, code) => code_label(say, by, code),
    }
}
