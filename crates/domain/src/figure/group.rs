//! The dimensions 维度 there are, and what a group of one is called by code. Which figure is taken apart by which, and how
//! facts fall into groups, is none of its business.

use super::conferences::Called;
use crate::base::codes::codes;
use crate::base::ids::UnitId;
use crate::duty::Month;
use crate::organisation::tier::Tier;
use std::sync::Arc;

codes! {
    /// By what a figure is taken apart.
    Dimension {
        /// Month of the period.
        Month = "month",
        /// District 区 of the place, on the day.
        District = "district",
        /// Host 所在单位: the unit that keeps the place, or holds the matter.
        Host = "host",
        /// The unit of whoever led 带队单位, on the day of the visit; of whoever owes the week.
        Led = "led",
        /// Level of whoever led or owes, on that day; of an outage, where in the network it began.
        Level = "level",
        /// Tier 层级 of whoever led or owes, on that day.
        Tier = "tier",
        /// Kind of matter, or primary type of visit.
        Kind = "kind",
        /// Category of the matter.
        Category = "category",
        /// Class of the connection.
        Class = "class",
        /// Works programme.
        Programme = "programme",
        /// Batch of a programme 批次.
        Batch = "batch",
        /// Team of a programme 临时党支部、突击队.
        Team = "team",
        /// As what a partner is worked with, or an organisation sits in a conference.
        Role = "role",
        /// Organisation 单位: member of a conference, owner of what it resolved.
        Organisation = "organisation",
        /// Aspect 方面 of an indicator.
        Aspect = "aspect",
        /// Component 分项 of an indicator that a task moves.
        Component = "component",
        /// Department 部门 that owns the task.
        Department = "department",
        /// Kind of act 行动 on a service day.
        Act = "act",
        /// Item of service 服务项目.
        Item = "item",
    }
}

/// A value of a dimension, in the order in which they are shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A month.
    Month(Month),
    /// One of a closed list, by its place there and its code.
    Code(usize, &'static str),
    /// A name: a district, a category.
    Text(Arc<str>),
    /// A unit.
    Unit(UnitId),
    /// A body with a code and a name.
    Called(Called),
    /// It was not said.
    Unsaid,
}

/// A tier as a group.
pub(super) fn tier(of: Tier) -> Group {
    Group::Code(of as usize, of.as_str())
}
