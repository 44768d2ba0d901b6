//! Who belongs where: units, people, roles over a subtree. District and unit are separate
//! dimensions (城区供电公司 covers two districts, 亦庄 has a company and is no district), so a
//! unit has no district of its own. This module does not know how anybody signs in.

use crate::ids::{PersonId, UnitId};
use crate::time::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a unit is (domain facts §1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// The whole company 市公司.
    Company,
    /// A headquarters department 部门.
    Department,
    /// A district company 区供电公司.
    DistrictCompany,
    /// A professional company 专业公司.
    ProfessionalCompany,
    /// A supply station 供电所.
    Station,
    /// A team 班组.
    Team,
    /// A temporary unit bound to a site: joint branch, commando team 临时党支部、突击队.
    Temporary,
    /// A contractor 施工单位.
    Contractor,
}

/// Where a unit stands in the tree: codes from the root, `/BJ/CP/CP-01/`. A unit contains
/// another when its path is a prefix of the other's; the trailing slash makes that exact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitPath(String);

impl UnitPath {
    /// The path of a root unit.
    pub fn root(code: &str) -> Self {
        UnitPath(format!("/{code}/"))
    }
    /// The path of a child.
    #[must_use]
    pub fn child(&self, code: &str) -> Self {
        UnitPath(format!("{}{code}/", self.0))
    }
    /// As stored.
    pub fn from_stored(s: impl Into<String>) -> Self {
        UnitPath(s.into())
    }
    /// The text of the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether `other` is this unit or lies below it.
    pub fn contains(&self, other: &UnitPath) -> bool {
        other.0.starts_with(&self.0)
    }
    /// Depth, 1 for a root.
    pub fn depth(&self) -> usize {
        self.0.matches('/').count().saturating_sub(1)
    }
}

impl fmt::Display for UnitPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Identity.
    pub id: UnitId,
    /// Short stable code, unique in the company; letters, digits, `-`, `_`.
    pub code: String,
    /// Name in the company's language.
    pub name: String,
    /// English name, where there is one.
    pub name_en: Option<String>,
    /// What it is.
    pub kind: UnitKind,
    /// The unit above.
    pub parent: Option<UnitId>,
    /// Place in the tree.
    pub path: UnitPath,
    /// First day it exists.
    pub from: Option<Date>,
    /// Last day it exists.
    pub to: Option<Date>,
}

/// Whether `code` may name a unit or place: 1–32 letters, digits, `-`, `_`, `.`.
/// Anything else would break paths and links.
pub fn valid_code(code: &str) -> bool {
    (1..=32).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// A person's level, which decides his visit duty (domain facts A02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Leadership-team member 班子成员.
    LeadershipTeam,
    /// Head or deputy of a department 部门负责人.
    DepartmentHead,
    /// Head or deputy of a unit 单位负责人.
    UnitHead,
    /// Head of a station or team 站所、班组负责人.
    StationHead,
    /// Everybody else.
    Staff,
}

/// Specialty 专业 (domain facts A04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Specialty {
    /// 调控
    Dispatch,
    /// 运检
    Operations,
    /// 营销
    Marketing,
    /// 建设
    Construction,
    /// 安监
    Safety,
    /// 物资
    Supplies,
    /// 党建
    Party,
    /// 综合
    General,
}

/// A person of the company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// Staff number or short code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// The unit he belongs to.
    pub unit: UnitId,
    /// Level.
    pub level: Level,
    /// Specialty.
    pub specialty: Specialty,
    /// Whether he owes front-line visits.
    pub duty: bool,
    /// First day in this post.
    pub from: Option<Date>,
    /// Last day in this post.
    pub to: Option<Date>,
}

/// A role, always held over a unit and everything below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Units, people, places, rules.
    Administrator,
    /// Inbox: assigns, transfers, merges, refuses, plans, decides, answers.
    Coordinator,
    /// Goes on visits and records what is found.
    Leader,
    /// Puts matters right for his unit.
    Handler,
    /// Accepts or returns what others put right.
    Verifier,
    /// Reads.
    Viewer,
}

impl Role {
    /// Every role, in the order pages list them.
    pub const ALL: [Role; 6] =
        [Role::Administrator, Role::Coordinator, Role::Leader, Role::Handler, Role::Verifier, Role::Viewer];
}

/// A role over a subtree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What he may do.
    pub role: Role,
    /// Over which subtree.
    pub over: UnitPath,
}
