//! The demo's temporary organisations: a general branch with six branches for the undergrounding of the core, a commando team at the
//! airport, a joint branch of three companies for coal to electricity; who belongs to them, the party organisations in whose streets
//! the roads lie, and what was given to the teams. How many it comes to is the product's to count. Its chance is its own.

use super::careers::Career;
use super::chance::{Chance, key};
use super::lives::{Put, Step, World};
use super::outing::{Fate, Outing};
use super::topics;
use super::{NOW, day, faulty};
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Ask, may};
use yixian_domain::ids::*;
use yixian_domain::matter::Origin;
use yixian_domain::org::{Level, Role, Unit, UnitKind};
use yixian_domain::partner::{Partner, PartnerDetails, PartnerName, PartnerRole, PartnerRoleHeld};
use yixian_domain::place::PlaceKind;
use yixian_domain::team::law::Around;
use yixian_domain::team::{Membership, Team, TeamDetails, TeamKind, TeamPost};
use yixian_domain::time::{Date, HOUR_MS, Instant, Time};
use yixian_domain::visit::VisitType;

/// Makes the stream of what is told here out of the story's seed.
const STREAM: u64 = 0x5eed_0028;

/// The last day of all of them.
const LAST: Date = Date::constant(2018, 12, 31);
/// Branches of the general branch, and who belongs to it itself and to each of them.
const BRANCHES: usize = 6;
const OF_THE_WHOLE: usize = 6;
const OF_A_BRANCH: usize = 8;
/// Party organisations that were visited.
const BODIES: usize = 17;
/// Matters given to each of the three.
const MATTERS: usize = 6;

/// A team as it is told: its unit, its type, its works, who sends people, how many, its document.
struct Told {
    unit: &'static str,
    kind: TeamKind,
    programme: &'static str,
    parents: &'static [&'static str],
    members: usize,
    document: &'static str,
    from: Date,
}

const TOLD: [Told; 3] = [
    Told {
        unit: "TMP-1",
        kind: TeamKind::GeneralBranch,
        programme: "UG-2018",
        parents: &["CQ", "EC", "CB", "MA"],
        members: OF_THE_WHOLE,
        document: "示范电党〔2018〕6号",
        from: Date::constant(2018, 3, 19),
    },
    Told {
        unit: "TMP-2",
        kind: TeamKind::Commando,
        programme: "AIRPORT-2018",
        parents: &["DX"],
        members: 23,
        document: "示范电党〔2018〕9号",
        from: Date::constant(2018, 4, 2),
    },
    Told {
        unit: "TMP-3",
        kind: TeamKind::JointBranch,
        programme: "COAL-2018",
        parents: &["CP", "SY", "HR"],
        members: 31,
        document: "示范电党〔2018〕11号",
        from: Date::constant(2018, 4, 16),
    },
];

impl World<'_> {
    /// Teams, their members, their visits, their matters; the works are told by the steps that register them.
    pub fn teams(&mut self, works: &[Step], seed: u64) -> Result<Vec<Step>, AppError> {
        let told = works.iter().flat_map(|s| &s.puts);
        let programmes: HashMap<&str, Uuid> = told
            .filter_map(|put| match put {
                Put::Programme { programme, .. } => Some((programme.code.as_str(), programme.id)),
                _ => None,
            })
            .collect();
        let before = std::mem::replace(&mut self.chance, Chance::new(seed ^ STREAM));
        let steps = self.set_up_teams(&programmes);
        self.chance = before;
        steps
    }

    fn set_up_teams(&mut self, programmes: &HashMap<&str, Uuid>) -> Result<Vec<Step>, AppError> {
        let mut steps = Vec::new();
        for told in &TOLD {
            let programme = programmes.get(told.programme).copied().ok_or_else(|| faulty(&told.programme))?;
            let unit = self.company.unit_by_code(told.unit);
            let unit = self.company.unit(unit).ok_or_else(|| faulty(&told.unit))?.clone();
            let by = self.keeper_of_team(&unit)?;
            let mut people = self.people_of(told.parents);
            let at = self.policies.zone.at(told.from, Time::constant(9, 0, 0, 0));
            let whole = self.team((told, programme), &unit, None, (at, &by), &mut people, &mut steps)?;
            if told.kind == TeamKind::GeneralBranch {
                let lead: Vec<PersonId> = whole.members.iter().map(|m| m.person).collect();
                for n in 1..=BRANCHES {
                    let at = at.plus_minutes(30 + n as i64);
                    let branch = self.branch_unit(&unit, n, at, &by, &mut steps);
                    let own = Told { kind: TeamKind::TemporaryBranch, members: OF_A_BRANCH, ..*told };
                    self.team((&own, programme), &branch, Some(&whole), (at, &by), &mut people, &mut steps)?;
                }
                self.visit_bodies(&lead, &by, &mut steps)?;
            }
            self.give(&unit, told.from, &mut steps)?;
        }
        Ok(steps)
    }

    /// Who keeps a team: whoever coordinates for its unit.
    fn keeper_of_team(&self, unit: &Unit) -> Result<By, AppError> {
        let who = self.company.nearest(Role::Coordinator, unit.id).first().copied();
        let who = who.ok_or_else(|| faulty(&"nobody keeps a team"))?;
        may(&self.company.actor(who), &Ask::KeepTeam(&unit.path))?;
        Ok(By::Person(who))
    }

    /// Who may be sent by some companies, heads last so that they lead: their own people, no firm's, who stay.
    fn people_of(&self, companies: &[&str]) -> Vec<PersonId> {
        let mut all: Vec<(bool, PersonId)> = Vec::new();
        for code in companies {
            let company = self.company.unit_by_code(code);
            for m in &self.company.members {
                let of = self.company.unit(m.person.unit);
                let own = of.is_some_and(|u| u.kind != UnitKind::Contractor)
                    && self.company.company_of(m.person.unit) == company;
                if own && m.before.is_none() && m.person.to.is_none() {
                    all.push((m.person.level == Level::UnitHead, m.person.id));
                }
            }
        }
        // The heads of the first company lead.
        let at = all.iter().position(|(head, _)| *head);
        let heads: Vec<_> = all.iter().filter(|(head, _)| *head).copied().collect();
        if at.is_some() {
            all.retain(|(head, _)| !head);
        }
        all.extend(heads.into_iter().rev());
        all.into_iter().map(|(_, id)| id).collect()
    }

    fn branch_unit(&mut self, whole: &Unit, n: usize, at: Instant, by: &By, steps: &mut Vec<Step>) -> Unit {
        let code = format!("{}-{n}", whole.code);
        let unit = Unit {
            id: UnitId(key(&format!("unit {code}"), at)),
            name: format!("架空线入地第{}临时党支部", ["一", "二", "三", "四", "五", "六"][n - 1]),
            name_en: Some(format!("Undergrounding branch {n}")),
            kind: UnitKind::Temporary,
            parent: Some(whole.id),
            path: whole.path.child(&code),
            from: whole.from,
            to: whole.to,
            code,
        };
        steps.push(self.step(at, by.clone(), vec![Put::Unit(Box::new(unit.clone()))]));
        unit
    }

    /// Sets a team up and takes so many of the people into it: who leads first.
    fn team(
        &mut self,
        (told, programme): (&Told, Uuid),
        unit: &Unit,
        within: Option<&Team>,
        (at, by): (Instant, &By),
        people: &mut Vec<PersonId>,
        steps: &mut Vec<Step>,
    ) -> Result<Team, AppError> {
        let details = TeamDetails {
            kind: told.kind,
            programme: Some(programme),
            section: None,
            within: within.map(|w| w.id),
            parents: told.parents.iter().map(|code| self.company.unit_by_code(code)).collect(),
            document: Some(told.document.to_owned()),
            from: told.from,
            to: LAST,
        };
        let around = Around { unit: (unit.from, unit.to), within, parts: &[] };
        let id = key(&format!("team {}", unit.code), at);
        let made = Team::set_up(id, at.plus_minutes(1), by, unit.id, details, &around);
        let (mut team, first) = made.map_err(|e| faulty(&format!("{}: {e}", unit.code)))?;
        let mut events = vec![first];
        for n in 0..told.members {
            let person = people.pop().ok_or_else(|| faulty(&"too few people for a team"))?;
            let post = match (told.kind, n) {
                (TeamKind::Commando, 0) => TeamPost::Captain,
                (TeamKind::Commando, _) => TeamPost::Member,
                (_, 0) => TeamPost::Secretary,
                (_, 1 | 2) => TeamPost::Committee,
                _ => TeamPost::Member,
            };
            let member = Membership { person, post, from: told.from, to: None };
            let (joined, event) = team.join(at.plus_minutes(2), by, member)?;
            team = joined;
            events.push(event);
        }
        let put = Put::Team { team: Box::new(team.clone()), events };
        steps.push(self.step(at.plus_minutes(3), by.clone(), vec![put]));
        Ok(team)
    }

    /// The party organisations of sub-districts and communities in the core, each visited once from the end of March to the end of
    /// April by one of those who lead the general branch.
    fn visit_bodies(&mut self, lead: &[PersonId], by: &By, steps: &mut Vec<Step>) -> Result<(), AppError> {
        let core = self.company.unit_by_code("CQ");
        let near = [PlaceKind::Government, PlaceKind::Community].map(|kind| self.places.near(kind, core).to_vec());
        let mut places: Vec<usize> = near.concat();
        places.retain(|i| self.places.all.get(*i).is_some_and(|p| matches!(p.district.as_str(), "东城区" | "西城区")));
        let leaders: Vec<PersonId> = lead
            .iter()
            .copied()
            .filter(|p| self.company.member(*p).is_some_and(|m| m.roles.contains(&(Role::Leader, core))))
            .collect();
        let registered = self.policies.zone.at(day(2018, 3, 20), Time::constant(10, 0, 0, 0));
        for (n, place) in places.into_iter().take(BODIES).enumerate() {
            let Some(p) = self.places.all.get(place) else { continue };
            let code = format!("DW-{:02}", n + 1);
            let body = if p.kind == PlaceKind::Community { "党委" } else { "党工委" };
            let name = PartnerName { name: format!("{}{body}", p.name), name_en: None, from: day(2018, 1, 2) };
            let (district, kind) = (p.district.clone(), p.kind);
            let details = PartnerDetails {
                roles: vec![PartnerRoleHeld { role: PartnerRole::PartyOrganisation, from: day(2018, 1, 2), to: None }],
                district: Some(district),
                credit_code: None,
                liaison: None,
                contacts: None,
                unit: None,
            };
            let partner = PartnerId(key(&format!("partner {code}"), registered));
            let (partner, event) = Partner::register(partner, registered, by, code, name, details)?;
            let put = Put::Partner { partner: Box::new(partner.clone()), events: vec![event], new: true };
            steps.push(self.step(registered, by.clone(), vec![put]));
            // Two in three days, on working days.
            let mut on = day(2018, 3, 26).saturating_add(jiff::Span::new().days(n as i64 * 32 / (BODIES as i64 - 1)));
            while !self.policies.calendar.is_working(on) {
                on = on.saturating_add(jiff::Span::new().days(if on < day(2018, 4, 25) { 1 } else { -1 }));
            }
            let free: Vec<PersonId> =
                leaders.iter().copied().filter(|l| self.company.here(*l, on) && !self.company.exempt(*l, on)).collect();
            let leader = free.get(n % free.len().max(1)).copied().ok_or_else(|| faulty(&"nobody leads a visit"))?;
            // Mornings and afternoons by turns: two of one day do not meet.
            let start = self.policies.zone.at(on, Time::constant(if n % 2 == 0 { 9 } else { 14 }, 20, 0, 0));
            let planned = start.plus_millis(-24 * HOUR_MS);
            let outing = Outing {
                id: VisitId(self.chance.uuid(planned)),
                leader,
                companions: Vec::new(),
                kind: if kind == PlaceKind::Community { VisitType::Community } else { VisitType::Government },
                place,
                planned,
                start,
                minutes: self.chance.between(120, 165),
                night: false,
                announced: true,
                fate: Fate::Made,
                late_ms: 0,
                findings: 0,
                partner: Some(partner.id),
                demand: false,
                merged: None,
            };
            steps.extend(self.go(&outing)?);
        }
        Ok(())
    }

    /// Matters of the sites that the company gave to a team: put right by whoever handles for its unit.
    fn give(&mut self, unit: &Unit, from: Date, steps: &mut Vec<Step>) -> Result<(), AppError> {
        for n in 0..MATTERS {
            let on = from.saturating_add(jiff::Span::new().days(20 + 17 * n as i64));
            let at = self.policies.zone.at(on, Time::constant(10, 5, 0, 0));
            let at = self.work(at, 5, 200);
            if at >= NOW.plus_millis(-24 * HOUR_MS) {
                continue;
            }
            let Some((place, _)) = self.somewhere(None, &[PlaceKind::ConstructionSite]) else { continue };
            let Some(finding) = self.finding(topics::ON_SITE, place) else { continue };
            let career = Career { stop: None, due: None, unit: Some(unit.id), handler: None, on_time: n % 5 != 3 };
            let mut life = self.raised(&finding, Origin::Staff, Some(place), unit.id, at, false, &career)?;
            steps.extend(self.end(&mut life)?);
        }
        Ok(())
    }
}
