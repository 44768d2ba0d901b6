//! The groups of a dimension as programs and people call them: a key that is stable in addresses and files, and a label.
//! It counts nothing.

use crate::door::say::Say;
use crate::door::telling::{period_words, unit_name};
use yixian_app::read::Directory;
use yixian_domain::document::DocumentKind;
use yixian_domain::figure::{Dimension, Group, Period};
use yixian_domain::outage::NetworkLevel;
use yixian_domain::part::MeasureClass;
use yixian_domain::partner::PartnerRole;
use yixian_domain::visit::VisitType;

/// What stands for records of which it was not said.
const UNSAID: &str = "-";

/// The key of a group: `2018-05`, a code, a name, the code of a unit.
pub fn key(directory: &Directory, group: &Group) -> String {
    match group {
        Group::Month(month) => month.to_string(),
        Group::Code(_, code) => (*code).to_owned(),
        Group::Text(text) => text.to_string(),
        Group::Unit(id) => directory.unit(*id).map_or_else(|| id.to_string(), |u| u.code.clone()),
        Group::Called(called) => called.code.to_string(),
        Group::Unsaid => UNSAID.to_owned(),
    }
}

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
        Group::Code(_, code) => match by {
            Dimension::Level if NetworkLevel::parse(code).is_some() => say.of("network-level", code),
            Dimension::Level => say.of("level", code),
            Dimension::Class if MeasureClass::parse(code).is_some() => say.of("measure-class", code),
            Dimension::Class => say.of("class", code),
            // What sits in a conference and is no role of a partner.
            Dimension::Role if PartnerRole::parse(code).is_none() => say.of("seating", code),
            Dimension::Role => say.of("partner-role", code),
            Dimension::Kind if DocumentKind::parse(code).is_some() => say.of("document-kind", code),
            Dimension::Kind if VisitType::parse(code).is_some() => say.of("visit-type", code),
            Dimension::Kind => say.of("kind", code),
            Dimension::Month
            | Dimension::District
            | Dimension::Host
            | Dimension::Led
            | Dimension::Category
            | Dimension::Programme
            | Dimension::Batch
            | Dimension::Team
            | Dimension::Organisation
            | Dimension::Aspect
            | Dimension::Component
            | Dimension::Department => (*code).to_owned(),
        },
    }
}
