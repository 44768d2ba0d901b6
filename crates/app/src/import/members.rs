//! Members of the roster: what a line puts on it or changes. Who somebody is, is given and never told again: what the table would do
//! says that it is given, and no message quotes it.

use super::partners::Codes;
use super::table::{Cells, Fields, GIVEN, GIVEN_ANEW, Line, Plan, Step};
use crate::App;
use crate::command::{CommunityCommand, PersonalIn};
use crate::community::Personal;
use crate::community::roster::{Said, faults};
use crate::frame::error::AppError;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, Denial, may};
use yixian_domain::base::actor::UnitPath;
use yixian_domain::community::{Member, MemberDetails};
use yixian_domain::ids::*;
use yixian_domain::org::Role;
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_store::{Conn, org, register, words};

/// Whether somebody keeps the roster of any unit.
pub(super) async fn may_keep_any(app: &App, actor: &Actor) -> Result<(), AppError> {
    let keeps = *actor == Actor::System || app.keeps_service_days(actor, None).await?;
    if keeps { Ok(()) } else { Err(Denial::NeedsRole { role: Role::Coordinator }.into()) }
}

struct Planner<'a> {
    app: &'a App,
    actor: &'a Actor,
    /// Where units stand.
    paths: HashMap<UnitId, UnitPath>,
    members: HashMap<String, Member>,
    /// Who known members are.
    who: HashMap<WordsId, String>,
    units: Codes<UnitId>,
    people: Codes<PersonId>,
    communities: Codes<PartnerId>,
}

/// What the lines of a table of members do.
pub(super) async fn plan(app: &App, actor: &Actor, conn: &mut Conn, lines: Vec<Line>) -> Result<Plan, AppError> {
    let all: Vec<Member> = register::all(conn).await?;
    let members: HashMap<String, Member> = all.into_iter().map(|m| (m.code.clone(), m)).collect();
    let told = lines.iter().filter_map(|l| members.get(l.cell("code")));
    let ids: Vec<Uuid> = told.filter_map(|m| m.details.personal.as_ref()).map(|w| w.id.0).collect();
    let day = app.policies().zone.date_of(app.clock().now());
    let partners: Vec<Partner> = register::all(conn).await?;
    let communities = partners.into_iter().filter(|p| p.roles_on(day).any(|r| r == PartnerRole::Community));
    let units = org::units(conn).await?;
    let mut planner = Planner {
        app,
        actor,
        paths: units.iter().map(|u| (u.id, u.path.clone())).collect(),
        who: words::among(conn, &ids).await?,
        members,
        units: Codes::of(units.into_iter().map(|u| (u.code, u.id))),
        people: Codes::of(org::people(conn).await?.into_iter().map(|p| (p.code, p.id))),
        communities: Codes::of(communities.map(|p| (p.code, p.id))),
    };
    Ok(Plan::of(&lines, |c| planner.line(c)))
}

impl Planner<'_> {
    fn line(&mut self, c: &mut Cells<'_>) -> Option<Step> {
        let code = c.cell("code");
        let known = self.members.get(code).cloned();
        let was = known.as_ref().map(|k| &k.details);
        let branch = match (c.line.has("branch"), was) {
            (false, Some(was)) => was.branch.clone(),
            _ => c.cell("branch").to_owned(),
        };
        let unit = match (c.line.has("unit"), was) {
            (false, Some(was)) => Some(was.unit),
            _ => c.found("unit", &self.units.by_code, "unit").copied(),
        };
        let person = c.optional("person", was.and_then(|w| w.person), |c, _| {
            c.found("person", &self.people.by_code, "person").copied()
        });
        let community = c.optional("community", was.and_then(|w| w.community), |c, _| {
            c.found("community", &self.communities.by_code, "community").copied()
        });
        let of = |unit: UnitId| Said {
            code: code.to_owned(),
            branch: branch.clone(),
            unit: unit.0,
            person: person.map(|p| p.0),
            community: community.map(|p| p.0),
        };
        for f in faults(&of(unit.unwrap_or(UnitId(Uuid::nil())))) {
            c.field(f, Vec::new());
        }
        let kept = was.and_then(|w| w.personal.as_ref()).and_then(|w| self.who.get(&w.id));
        let personal = Self::personal(c, kept.map(|text| Personal::of(text)));
        for unit in unit.into_iter().chain(was.map(|w| w.unit)) {
            let path = self.paths.get(&unit);
            if path.is_none_or(|p| may(self.actor, &Ask::KeepServiceDays(p)).is_err()) {
                c.fault("unit", "unit");
                break;
            }
        }
        if !c.is_good() {
            return None;
        }
        let (unit, personal) = (unit?, personal?);
        let anew = kept.is_none_or(|kept| Personal::of(kept) != personal);
        let said = of(unit);
        let fields = |d: &MemberDetails, who: &str| -> Fields {
            vec![
                ("branch", d.branch.clone()),
                ("unit", self.units.code(Some(d.unit))),
                ("person", self.people.code(d.person)),
                ("community", self.communities.code(d.community)),
                ("name", who.to_owned()),
            ]
        };
        let there = if kept.is_some() { GIVEN } else { "" };
        let before = was.map(|w| fields(w, there));
        let details = MemberDetails { branch: said.branch.trim().to_owned(), unit, person, community, personal: None };
        let after = fields(&details, if anew && kept.is_some() { GIVEN_ANEW } else { GIVEN });
        let id = known.as_ref().map_or_else(|| self.app.mint().uuid(self.app.clock().now()), |k| k.id.0);
        let command = CommunityCommand::ListMember {
            member: id,
            code: said.code,
            branch: said.branch,
            unit: said.unit,
            person: said.person,
            community: said.community,
            personal: anew.then_some(PersonalIn {
                name: personal.name,
                last_four: personal.last_four,
                staff_number: personal.staff_number,
            }),
        };
        Some(Step {
            line: c.line.n,
            code: code.to_owned(),
            name: code.to_owned(),
            before,
            after,
            commands: vec![command.into()],
        })
    }

    /// Who a line says he is; a column that is not there leaves what was.
    fn personal(c: &mut Cells<'_>, was: Option<Personal>) -> Option<Personal> {
        let was = was.unwrap_or_default();
        let cell = |column: &'static str, was: String| if c.line.has(column) { c.cell(column).to_owned() } else { was };
        let said = PersonalIn {
            name: cell("name", was.name),
            last_four: cell("last_four", was.last_four),
            staff_number: cell("staff_number", was.staff_number),
        };
        let (personal, wrong) = Personal::said(&said);
        let good = wrong.is_empty();
        for f in wrong {
            let example = if f.code == "last_four" { vec!["0427".to_owned()] } else { Vec::new() };
            c.field(f, example);
        }
        good.then_some(personal)
    }
}
