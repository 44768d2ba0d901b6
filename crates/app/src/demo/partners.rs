//! The firms and governments of the demo's joint conference: the fourteen contractors, which own a unit in the tree, two
//! firms without one, four governments. Each has a link. It does not know what they meet about.

use super::FOUNDED;
use super::lives::{Put, Step, World};
use super::names;
use crate::frame::error::AppError;
use yixian_domain::ids::*;
use yixian_domain::partner::{Partner, PartnerDetails, PartnerName, PartnerRole, PartnerRoleHeld};
use yixian_domain::time::Date;

/// Firms without a unit of their own: the first leaves, the second comes later.
const WITHOUT_UNIT: [(&str, &str); 2] = [("GC-15", "通远市政工程有限公司"), ("GC-16", "明合管网建设有限公司")];

const GOVERNMENTS: [(&str, &str, PartnerRole, Option<&str>); 4] = [
    ("ZF-01", "市重大项目建设指挥部办公室", PartnerRole::GovernmentCity, None),
    ("ZF-02", "市住房和城乡建设委员会", PartnerRole::GovernmentCity, None),
    ("ZF-03", "通州区住房和城乡建设委员会", PartnerRole::GovernmentDistrict, Some("通州")),
    ("ZF-04", "通州区城市管理委员会", PartnerRole::GovernmentDistrict, Some("通州")),
];

/// The contractor that got another name, by its place, with the name and its first day.
const RENAMED: (usize, &str, Date) = (4, "建设集团有限公司", Date::constant(2018, 5, 2));

/// Who meets.
pub(super) struct Bodies {
    /// Contractors in the order of their lots, those without a unit last.
    pub firms: Vec<Partner>,
    /// Governments.
    pub governments: Vec<Partner>,
}

impl World<'_> {
    /// Registers them, on the register's first day.
    pub fn partners(&mut self, steps: &mut Vec<Step>) -> Result<Bodies, AppError> {
        let mut firms = Vec::new();
        for lot in 0..14 {
            let unit = self.company.unit_by_code(&format!("CT-{:02}", lot + 1));
            let name = format!("{}有限公司", names::builder(lot));
            firms.push(self.partner(steps, &format!("GC-{:02}", lot + 1), &name, ROLE, None, Some(unit))?);
        }
        for (code, name) in WITHOUT_UNIT {
            firms.push(self.partner(steps, code, name, ROLE, None, None)?);
        }
        let (lot, suffix, from) = RENAMED;
        let by = By::Person(self.company.administrator);
        let at = self.policies.zone.at(from, yixian_domain::time::Time::constant(9, 30, 0, 0));
        if let Some(firm) = firms.get_mut(lot) {
            let name = format!("{}{suffix}", names::builder(lot));
            let (renamed, h) = firm.clone().rename(at, &by, PartnerName { name, name_en: None, from })?;
            *firm = renamed;
            let put = Put::Partner { partner: Box::new(firm.clone()), events: vec![h], new: false };
            steps.push(self.step(at.plus_millis(3_000), by, vec![put]));
        }
        let mut governments = Vec::new();
        for (code, name, role, district) in GOVERNMENTS {
            governments.push(self.partner(steps, code, name, role, district, None)?);
        }
        Ok(Bodies { firms, governments })
    }

    fn partner(
        &mut self,
        steps: &mut Vec<Step>,
        code: &str,
        name: &str,
        role: PartnerRole,
        district: Option<&str>,
        unit: Option<UnitId>,
    ) -> Result<Partner, AppError> {
        let by = By::Person(self.company.administrator);
        // After the units and the people.
        let at = FOUNDED.plus_minutes(90 + steps.len() as i64);
        let from = self.policies.zone.date_of(at);
        let details = PartnerDetails {
            roles: vec![PartnerRoleHeld { role, from, to: None }],
            district: district.map(str::to_owned),
            credit_code: None,
            liaison: None,
            contacts: None,
            unit,
        };
        let id = PartnerId(self.chance.uuid(at));
        let name = PartnerName { name: name.to_owned(), name_en: None, from };
        let (partner, first) = Partner::register(id, at, &by, code.to_owned(), name, details)?;
        let (partner, link) = partner.give_link(at, &by)?;
        let put = Put::Partner { partner: Box::new(partner.clone()), events: vec![first, link], new: true };
        steps.push(self.step(at.plus_millis(2_000), by, vec![put]));
        Ok(partner)
    }
}

const ROLE: PartnerRole = PartnerRole::ConstructionUnit;
