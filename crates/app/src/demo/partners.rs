//! The demo's partners: the firms that build, each with its unit in the tree, two that have none, who supervises, governments.
//! Their keys follow from their codes, so that whoever tells of them finds them. It knows nothing of what they do.

use super::chance::key;
use super::lives::{Put, Step};
use super::names;
use super::organisation::Company;
use super::places::Places;
use crate::frame::error::AppError;
use std::collections::HashMap;
use yixian_domain::ids::*;
use yixian_domain::org::{Role, UnitKind};
use yixian_domain::partner::{Partner, PartnerDetails, PartnerName, PartnerRole, PartnerRoleHeld};
use yixian_domain::place::PlaceKind;
use yixian_domain::time::{Date, Instant, Time, Zone};

/// The register begins.
const BEGINS: Date = Date::constant(2018, 1, 2);

/// The partners of the demo.
pub(super) struct Partners {
    /// Firms that build; the first fourteen have a unit.
    pub contractors: Vec<Partner>,
    /// Who supervises.
    pub supervisors: Vec<Partner>,
    /// Governments.
    pub governments: Vec<Partner>,
}

fn one(
    at: Instant,
    by: &By,
    code: &str,
    name: &str,
    role: PartnerRole,
    unit: Option<UnitId>,
) -> Option<(Partner, Put)> {
    let id = PartnerId(key(&format!("partner {code}"), at));
    let name = PartnerName { name: name.to_owned(), name_en: None, from: BEGINS };
    let roles = vec![PartnerRoleHeld { role, from: BEGINS, to: None }];
    let details = PartnerDetails { roles, district: None, credit_code: None, liaison: None, contacts: None, unit };
    let (partner, event) = Partner::register(id, at, by, code.to_owned(), name, details).ok()?;
    let (partner, link) = partner.give_link(at, by).ok()?;
    let put = Put::Partner { partner: Box::new(partner.clone()), events: vec![event, link], new: true };
    Some((partner, put))
}

/// The contractor that got another name, by its place, with its last words and the first day.
const RENAMED: (usize, &str, Date) = (4, "建设集团有限公司", Date::constant(2018, 5, 2));

/// Registers them; one of them is called otherwise later.
pub(super) fn make(company: &Company, at: Instant, zone: &Zone) -> Result<(Partners, Vec<Step>), AppError> {
    let by = By::Person(company.administrator);
    let mut all = Partners { contractors: Vec::new(), supervisors: Vec::new(), governments: Vec::new() };
    let mut puts = Vec::new();
    let mut take = |into: &mut Vec<Partner>, made: Option<(Partner, Put)>| {
        if let Some((partner, put)) = made {
            into.push(partner);
            puts.push(put);
        }
    };
    let units: Vec<UnitId> = company.units.iter().filter(|u| u.kind == UnitKind::Contractor).map(|u| u.id).collect();
    for n in 0..16 {
        let name = match n {
            14 => "通捷市政工程有限公司".to_owned(),
            15 => "正阳电力检修有限公司".to_owned(),
            n => format!("{}有限公司", names::builder(n)),
        };
        let code = format!("GC-{:02}", n + 1);
        let role = PartnerRole::ConstructionUnit;
        take(&mut all.contractors, one(at, &by, &code, &name, role, units.get(n).copied()));
    }
    for (n, name) in ["北方工程监理有限公司", "信达电力监理有限公司"].into_iter().enumerate() {
        let code = format!("JL-{:02}", n + 1);
        take(&mut all.supervisors, one(at, &by, &code, name, PartnerRole::Supervisor, None));
    }
    let governments = [
        ("ZF-CG", "市城市管理委员会", PartnerRole::GovernmentCity),
        ("ZF-ZJ", "市住房和城乡建设委员会", PartnerRole::GovernmentCity),
        ("ZF-JT", "市公安局公安交通管理局", PartnerRole::GovernmentCity),
        ("ZF-TZ", "通州区人民政府", PartnerRole::GovernmentDistrict),
    ];
    for (code, name, role) in governments {
        take(&mut all.governments, one(at, &by, code, name, role, None));
    }
    let command = CommandId(key("partners of the demo", at));
    let mut steps = vec![Step { recorded: at, command, by: by.clone(), puts }];
    let (lot, suffix, from) = RENAMED;
    if let Some(firm) = all.contractors.get_mut(lot) {
        let at = zone.at(from, Time::constant(9, 30, 0, 0));
        let name = PartnerName { name: format!("{}{suffix}", names::builder(lot)), name_en: None, from };
        let (renamed, event) = firm.clone().rename(at, &by, name)?;
        *firm = renamed;
        let put = Put::Partner { partner: Box::new(firm.clone()), events: vec![event], new: false };
        let command = CommandId(key("a partner of the demo renamed", at));
        steps.push(Step { recorded: at, command, by, puts: vec![put] });
    }
    Ok((all, steps))
}

/// A partner for each office and each customer that is a place: governments of districts, sub-districts, firms. By place.
pub(super) fn of_places(company: &Company, places: &Places, at: Instant) -> (HashMap<usize, Partner>, Step) {
    let by = By::Person(company.administrator);
    let (mut all, mut puts) = (HashMap::new(), Vec::new());
    for (i, place) in places.all.iter().enumerate() {
        let (code, role) = match place.kind {
            PlaceKind::Government if place.name.contains("街道") => ("JD", PartnerRole::Subdistrict),
            PlaceKind::Government => ("ZF", PartnerRole::GovernmentDistrict),
            PlaceKind::Customer => ("QY", PartnerRole::Enterprise),
            _ => continue,
        };
        let code = format!("{code}-{:04}", i + 1);
        let unit = company.company_of(place.unit.unwrap_or_else(|| company.root()));
        let details = PartnerDetails {
            roles: vec![PartnerRoleHeld { role, from: BEGINS, to: None }],
            district: Some(place.district.clone()),
            credit_code: None,
            // Who has work in hand for the district's company keeps the contact.
            liaison: company.nearest(Role::Handler, unit).first().copied(),
            contacts: None,
            unit: None,
        };
        let id = PartnerId(key(&format!("partner {code}"), at));
        let name = PartnerName { name: place.name.clone(), name_en: None, from: BEGINS };
        let Ok((partner, event)) = Partner::register(id, at, &by, code, name, details) else { continue };
        puts.push(Put::Partner { partner: Box::new(partner.clone()), events: vec![event], new: true });
        all.insert(i, partner);
    }
    (all, Step { recorded: at, command: CommandId(key("partners of the places", at)), by, puts })
}
