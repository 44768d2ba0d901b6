//! Partners: what a line of their table registers or changes, by the law that a form is judged by. Contacts say who somebody is:
//! a line may give them, and what the table would do tells that they are given, never what they are.

use super::table::{Cells, Fields, GIVEN, GIVEN_ANEW, Line, Plan, Step};
use super::wording;
use crate::App;
use crate::command::{PartnerCommand, PartnerRoleIn};
use crate::frame::error::AppError;
pub(super) use crate::outages::act::districts;
use crate::partners::act::{Registers, Said, When, faults, moves};
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::ids::*;
use yixian_domain::partner::law::PartnerRule;
use yixian_domain::partner::{Partner, PartnerDetails, PartnerRole, PartnerRoleHeld};
use yixian_domain::refusal::Refusal;
use yixian_domain::time::Date;
use yixian_store::{Conn, org, register, words};

/// Codes of a register and what they stand for, both ways.
pub(super) struct Codes<I> {
    pub by_code: HashMap<String, I>,
    by_id: HashMap<I, String>,
}

impl<I: Copy + Eq + std::hash::Hash> Codes<I> {
    pub fn of(all: impl IntoIterator<Item = (String, I)>) -> Self {
        let by_code: HashMap<String, I> = all.into_iter().collect();
        Codes { by_id: by_code.iter().map(|(code, id)| (*id, code.clone())).collect(), by_code }
    }
    /// The code of what is there; empty for nothing.
    pub fn code(&self, id: Option<I>) -> String {
        id.and_then(|id| self.by_id.get(&id)).cloned().unwrap_or_default()
    }
}

struct Planner<'a> {
    app: &'a App,
    by: By,
    day: Date,
    /// Partners as they are once the lines before are taken.
    by_code: HashMap<String, Partner>,
    credit: HashMap<String, PartnerId>,
    /// Contacts that lines give, as they are.
    contacts: HashMap<WordsId, String>,
    districts: Vec<String>,
    people: Codes<PersonId>,
    units: Codes<UnitId>,
}

/// What the lines of a table of partners do. Whoever may import them may keep all of them.
pub(super) async fn plan(app: &App, actor: &Actor, conn: &mut Conn, lines: Vec<Line>) -> Result<Plan, AppError> {
    let all: Vec<Partner> = register::all(conn).await?;
    let by_code: HashMap<String, Partner> = all.into_iter().map(|p| (p.code.clone(), p)).collect();
    let told = lines.iter().filter(|l| !l.cell("contacts").is_empty()).filter_map(|l| by_code.get(l.cell("code")));
    let ids: Vec<Uuid> = told.filter_map(|p| p.details.contacts.as_ref()).map(|w| w.id.0).collect();
    let mut planner = Planner {
        app,
        by: actor.by(),
        day: app.policies().zone.date_of(app.clock().now()),
        credit: by_code.values().filter_map(|p| Some((p.details.credit_code.clone()?, p.id))).collect(),
        by_code,
        contacts: words::among(conn, &ids).await?,
        districts: districts(app, conn).await?,
        people: Codes::of(org::people(conn).await?.into_iter().map(|p| (p.code, p.id))),
        units: Codes::of(org::units(conn).await?.into_iter().map(|u| (u.code, u.id))),
    };
    Ok(Plan::of(&lines, |c| planner.line(c)))
}

/// The column that a refusal of the law speaks of.
fn column(r: &Refusal) -> &'static str {
    let rules = [PartnerRule::RoleEndsBefore, PartnerRule::RoleTwice, PartnerRule::NoSuchRole];
    if rules.iter().any(|rule| rule.as_str() == r.code()) {
        "roles"
    } else if r.code() == PartnerRule::SameName.as_str() {
        "name"
    } else {
        "code"
    }
}

fn roles_text(roles: &[PartnerRoleHeld]) -> String {
    let one = |r: &PartnerRoleHeld| {
        let to = r.to.map(|to| to.to_string()).unwrap_or_default();
        format!("{}@{}..{to}", r.role.as_str(), r.from)
    };
    roles.iter().map(one).collect::<Vec<_>>().join(";")
}

/// `enterprise@2018-01-02..2018-12-31;community@2018-03-01`: each with its days, the last one open.
fn roles(c: &mut Cells<'_>, text: &str) -> Vec<PartnerRoleHeld> {
    let mut all = Vec::new();
    for part in text.split([';', '；', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
        let (word, days) = part.split_once(['@', '＠']).unwrap_or((part, ""));
        let Some(role) = wording::partner_role(word) else {
            c.not_of("roles", "partner_role", PartnerRole::ALL.iter().map(|r| r.as_str().to_owned()).collect());
            continue;
        };
        let (from, to) = days.split_once("..").or_else(|| days.split_once('至')).unwrap_or((days, ""));
        let to_day = wording::day(to);
        match wording::day(from) {
            Some(from) if to_day.is_some() || to.trim().is_empty() => {
                all.push(PartnerRoleHeld { role, from, to: to_day });
            }
            Some(_) | None => c.not_of("roles", "role_days", vec![format!("{}@2018-01-02..2018-12-31", role.as_str())]),
        }
    }
    all
}

impl Planner<'_> {
    fn line(&mut self, c: &mut Cells<'_>) -> Option<Step> {
        let (code, name) = (c.cell("code"), c.cell("name"));
        let known = self.by_code.get(code).cloned();
        let nothing = PartnerDetails {
            roles: Vec::new(),
            district: None,
            credit_code: None,
            liaison: None,
            contacts: None,
            unit: None,
        };
        let was = known.as_ref().map_or(nothing, |k| k.details.clone());
        let name_en = c.text("name_en", known.as_ref().and_then(|k| k.name().name_en.clone()));
        let mut held = if c.line.has("roles") { roles(c, c.cell("roles")) } else { was.roles.clone() };
        // In another order they are the same.
        if held.len() == was.roles.len() && held.iter().all(|r| was.roles.contains(r)) {
            held.clone_from(&was.roles);
        }
        let liaison =
            c.optional("liaison", was.liaison, |c, _| c.found("liaison", &self.people.by_code, "person").copied());
        let unit = c.optional("unit", was.unit, |c, _| c.found("unit", &self.units.by_code, "unit").copied());
        let said = Said {
            code: code.to_owned(),
            name: name.to_owned(),
            name_en,
            roles: held.iter().map(|r| PartnerRoleIn { role: r.role, from: r.from, to: r.to }).collect(),
            district: c.text("district", was.district.clone()),
            credit: c.text("credit_code", was.credit_code.clone()),
            liaison: liaison.map(|p| p.0),
            unit: unit.map(|u| u.0),
        };
        let id = known.as_ref().map_or_else(|| self.app.mint().uuid(self.app.clock().now()).into(), |k| k.id);
        let of_registers = Registers {
            code_elsewhere: false,
            credit_elsewhere: said.credit.as_ref().and_then(|code| self.credit.get(code)).is_some_and(|p| *p != id),
            district: said.district.as_ref().is_none_or(|d| self.districts.contains(d)),
            liaison: true,
            unit: true,
        };
        let good = c.is_good();
        for f in faults(&said, &of_registers) {
            match f.code {
                "district_unknown" => c.field(f, self.districts.clone()),
                // What could not be read was told.
                "partner_role_needed" if !good => {}
                "partner_role_needed" => {
                    c.field(f, PartnerRole::ALL.iter().map(|r| format!("{}@{}", r.as_str(), self.day)).collect());
                }
                _ => c.field(f, Vec::new()),
            }
        }
        let contacts = Some(c.words("contacts")).filter(|t| !t.is_empty());
        let kept = was.contacts.as_ref().and_then(|w| self.contacts.get(&w.id));
        let anew = contacts.filter(|text| kept.is_none_or(|kept| kept != text));
        if !c.is_good() {
            return None;
        }
        // Words of no record yet stand for those that would be kept.
        let words = match anew {
            Some(_) => Some(Words { id: WordsId(Uuid::nil()), hash: String::new() }),
            None => was.contacts.clone(),
        };
        let when = When { at: self.app.clock().now(), by: &self.by, day: self.day };
        let after = match moves(known.clone(), id, &when, said.clone(), words) {
            Ok(moved) => moved.into_iter().last().map(|m| m.0),
            Err(Refusal::SameAsBefore) => known.clone(),
            Err(r) => {
                c.law(column(&r), r, Vec::new());
                None
            }
        }?;
        let told =
            |text: Option<&str>| c.line.has("contacts").then(|| ("contacts", text.unwrap_or_default().to_owned()));
        let there = was.contacts.as_ref().map(|_| GIVEN);
        let before = known.as_ref().map(|k| {
            let mut fields = self.fields(k);
            fields.extend(told(there));
            fields
        });
        let mut fields = self.fields(&after);
        fields.extend(told(match (anew, there) {
            (Some(_), Some(_)) => Some(GIVEN_ANEW),
            (Some(_), None) => Some(GIVEN),
            (None, there) => there,
        }));
        let command = PartnerCommand::PutPartner {
            partner: id.0,
            code: said.code,
            name: said.name,
            name_en: said.name_en,
            roles: said.roles,
            district: said.district,
            credit_code: said.credit,
            liaison: said.liaison,
            contacts: anew.map(str::to_owned),
            unit: said.unit,
        };
        let step = Step {
            line: c.line.n,
            code: code.to_owned(),
            name: known.as_ref().map_or_else(|| name.to_owned(), |k| k.name().name.clone()),
            before,
            after: fields,
            commands: vec![command.into()],
        };
        if let Some(code) = &was.credit_code {
            self.credit.remove(code);
        }
        self.credit.extend(after.details.credit_code.clone().map(|code| (code, id)));
        self.by_code.insert(after.code.clone(), after);
        Some(step)
    }

    fn fields(&self, p: &Partner) -> Fields {
        let d = &p.details;
        vec![
            ("name", p.name().name.clone()),
            ("name_en", p.name().name_en.clone().unwrap_or_default()),
            ("roles", roles_text(&d.roles)),
            ("district", d.district.clone().unwrap_or_default()),
            ("credit_code", d.credit_code.clone().unwrap_or_default()),
            ("liaison", self.people.code(d.liaison)),
            ("unit", self.units.code(d.unit)),
        ]
    }
}
