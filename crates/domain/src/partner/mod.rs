//! Partners 相关方: the governments, firms, contractors, communities, party bodies and media the company works with. One
//! register for all of them: a name with its history, roles with their days, who of ours keeps the contact, and where it
//! is a contractor with people in our tree, its unit. It does not know what is promised, planned or met about.

pub mod access;
pub mod law;

use crate::base::codes::codes;
use crate::base::history::{Happened, Recorded};
use crate::base::ids::*;
use crate::base::time::{Date, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// As what we work with it.
    PartnerRole {
        /// 市级政府部门
        GovernmentCity = "government_city",
        /// 区级政府部门
        GovernmentDistrict = "government_district",
        /// 街道、乡镇
        Subdistrict = "subdistrict",
        /// 企业
        Enterprise = "enterprise",
        /// 施工单位
        ConstructionUnit = "construction_unit",
        /// 监理单位
        Supervisor = "supervisor",
        /// 设计单位
        Designer = "designer",
        /// 社区
        Community = "community",
        /// 党组织
        PartyOrganisation = "party_organisation",
        /// 媒体
        Media = "media",
    }
}

impl PartnerRole {
    /// Whether it is a government.
    pub fn is_government(self) -> bool {
        matches!(self, PartnerRole::GovernmentCity | PartnerRole::GovernmentDistrict | PartnerRole::Subdistrict)
    }
}

/// A name, since a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerName {
    /// In the company's language.
    pub name: String,
    /// English, where there is one.
    pub name_en: Option<String>,
    /// First day.
    pub from: Date,
}

/// A role over days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerRoleHeld {
    /// Which.
    pub role: PartnerRole,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

impl PartnerRoleHeld {
    /// Whether it holds on a day.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// What a partner is, besides its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerDetails {
    /// Roles, each over days.
    pub roles: Vec<PartnerRoleHeld>,
    /// District 区; none for one of the whole city.
    pub district: Option<String>,
    /// Unified credit code 统一社会信用代码.
    pub credit_code: Option<String>,
    /// Who of ours keeps the contact.
    pub liaison: Option<PersonId>,
    /// Names, posts and phones there, as words: they can be erased.
    pub contacts: Option<Words>,
    /// Its unit in our tree, where it has one.
    pub unit: Option<UnitId>,
}

/// A partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Identity; it outlives names and mergers.
    pub id: PartnerId,
    /// Short stable code.
    pub code: String,
    /// Names, oldest first; one at least.
    pub names: Vec<PartnerName>,
    /// The rest.
    #[serde(flatten)]
    pub details: PartnerDetails,
    /// Counts as another from a day on.
    pub merged: Option<(PartnerId, Date)>,
    /// How many links were given; the last one is good, unless it was ended.
    pub links: u32,
    /// The last link is good.
    pub link_open: bool,
    /// When the last thing happened to it.
    pub last_at: Instant,
    /// Number of events so far.
    pub rev: u32,
}

/// What happens to a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(missing_docs)] // fields carry the names of the partner's own
pub enum PartnerEvent {
    Registered { code: String, name: PartnerName, details: PartnerDetails },
    Changed { details: PartnerDetails },
    Renamed { name: PartnerName },
    RoleEnded { role: PartnerRole, to: Date },
    Merged { into: PartnerId, from: Date },
    LinkGiven,
    LinkEnded,
    ContactsErased,
}

impl PartnerEvent {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PartnerEvent::Registered { .. } => "partner_registered",
            PartnerEvent::Changed { .. } => "partner_changed",
            PartnerEvent::Renamed { .. } => "partner_renamed",
            PartnerEvent::RoleEnded { .. } => "partner_role_ended",
            PartnerEvent::Merged { .. } => "partner_merged",
            PartnerEvent::LinkGiven => "partner_link_given",
            PartnerEvent::LinkEnded => "partner_link_ended",
            PartnerEvent::ContactsErased => "partner_contacts_erased",
        }
    }
}

impl Recorded for Partner {
    type Event = PartnerEvent;

    fn begin(id: Uuid, first: &Happened<PartnerEvent>) -> Option<Partner> {
        let PartnerEvent::Registered { code, name, details } = &first.event else { return None };
        Some(Partner {
            id: PartnerId(id),
            code: code.clone(),
            names: vec![name.clone()],
            details: details.clone(),
            merged: None,
            links: 0,
            link_open: false,
            last_at: first.at,
            rev: 1,
        })
    }

    fn apply(&mut self, h: &Happened<PartnerEvent>) {
        self.rev += 1;
        self.last_at = self.last_at.max(h.at);
        match &h.event {
            PartnerEvent::Registered { .. } => {}
            PartnerEvent::Changed { details } => self.details = details.clone(),
            PartnerEvent::Renamed { name } => {
                self.names.retain(|n| n.from != name.from);
                self.names.push(name.clone());
                self.names.sort_by_key(|n| n.from);
            }
            PartnerEvent::RoleEnded { role, to } => {
                let open = self.details.roles.iter_mut().filter(|r| r.role == *role && r.covers(*to));
                open.for_each(|r| r.to = Some(*to));
            }
            PartnerEvent::Merged { into, from } => {
                self.merged = Some((*into, *from));
                self.link_open = false;
            }
            PartnerEvent::LinkGiven => {
                self.links += 1;
                self.link_open = true;
            }
            PartnerEvent::LinkEnded => self.link_open = false,
            PartnerEvent::ContactsErased => self.details.contacts = None,
        }
    }
}

impl Partner {
    /// Its name on a day: the newest that had begun, else its first.
    pub fn name_on(&self, day: Date) -> &PartnerName {
        self.names.iter().rev().find(|n| n.from <= day).unwrap_or(&self.names[0])
    }

    /// Its newest name.
    pub fn name(&self) -> &PartnerName {
        &self.names[self.names.len() - 1]
    }

    /// The roles it has on a day.
    pub fn roles_on(&self, day: Date) -> impl Iterator<Item = PartnerRole> + '_ {
        self.details.roles.iter().filter(move |r| r.covers(day)).map(|r| r.role)
    }

    /// As which partner it counts on a day.
    pub fn counts_as(&self, day: Date) -> PartnerId {
        self.merged.filter(|(_, from)| *from <= day).map_or(self.id, |(into, _)| into)
    }

    /// Whether anybody is to go there: it has a role on that day and counts as itself.
    pub fn is_active(&self, day: Date) -> bool {
        self.counts_as(day) == self.id && self.roles_on(day).next().is_some()
    }
}
