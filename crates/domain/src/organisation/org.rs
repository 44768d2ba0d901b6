//! Who belongs where: units, people, roles over a subtree. District and unit are separate
//! dimensions (城区供电公司 covers two districts, 亦庄 has a company and is no district), so a
//! unit has no district of its own. This module does not know how anybody signs in.

pub use crate::base::actor::{Grant, Role, UnitPath};

use crate::base::codes::codes;
use crate::base::ids::{PersonId, UnitId};
use crate::base::time::Date;
use serde::{Deserialize, Serialize};

codes! {
    /// What a unit is (domain facts §1.2).
    UnitKind {
        /// The whole company 市公司.
        Company = "company",
        /// A headquarters department 部门.
        Department = "department",
        /// A district company 区供电公司.
        DistrictCompany = "district_company",
        /// A professional company 专业公司.
        ProfessionalCompany = "professional_company",
        /// A supply station 供电所.
        Station = "station",
        /// A team 班组.
        Team = "team",
        /// A temporary unit bound to a site: joint branch, commando team 临时党支部、突击队.
        Temporary = "temporary",
        /// A contractor 施工单位.
        Contractor = "contractor",
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

codes! {
    /// A person's level, which decides his visit duty (domain facts A02).
    Level {
        /// Leadership-team member 班子成员.
        LeadershipTeam = "leadership_team",
        /// Head or deputy of a department 部门负责人.
        DepartmentHead = "department_head",
        /// Head or deputy of a unit 单位负责人.
        UnitHead = "unit_head",
        /// Head of a station or team 站所、班组负责人.
        StationHead = "station_head",
        /// Everybody else.
        Staff = "staff",
    }
}

codes! {
    /// Specialty 专业 (domain facts A04).
    Specialty {
        /// 调控
        Dispatch = "dispatch",
        /// 运检
        Operations = "operations",
        /// 营销
        Marketing = "marketing",
        /// 建设
        Construction = "construction",
        /// 安监
        Safety = "safety",
        /// 物资
        Supplies = "supplies",
        /// 党建
        Party = "party",
        /// 综合
        General = "general",
    }
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
