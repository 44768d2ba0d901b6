//! Households that a service team looks after: what a line registers or changes. Who lives there is given and never told again, as on
//! the roster of members.

use super::partners::Codes;
use super::table::{Cells, Fields, GIVEN, GIVEN_ANEW, Line, Plan, Step};
use super::wording;
use crate::App;
use crate::command::HouseholdCommand;
use crate::frame::error::AppError;
use crate::households::Resident;
use crate::households::command::ResidentIn;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, Denial, may};
use yixian_domain::base::actor::UnitPath;
use yixian_domain::household::{Household, Vulnerability};
use yixian_domain::ids::*;
use yixian_domain::org::{Role, valid_code};
use yixian_domain::partner::{Partner, PartnerRole};
use yixian_store::{Conn, org, register, words};

/// Which they are.
const WHO: [&str; 4] = ["resident", "address", "phone", "vulnerable"];

/// Whether somebody serves the households of any unit.
pub(super) async fn may_serve_any(app: &App, actor: &Actor) -> Result<(), AppError> {
    let directory = app.directory().await?;
    let serves = directory.units().any(|u| may(actor, &Ask::ServeHouseholds(&u.path)).is_ok());
    if serves { Ok(()) } else { Err(Denial::NeedsRole { role: Role::Handler }.into()) }
}

struct Planner<'a> {
    app: &'a App,
    actor: &'a Actor,
    /// Where units stand.
    paths: HashMap<UnitId, UnitPath>,
    known: HashMap<String, Household>,
    /// Who lives in known ones.
    who: HashMap<WordsId, String>,
    units: Codes<UnitId>,
    communities: Codes<PartnerId>,
}

/// What the lines of a table of households do.
pub(super) async fn plan(app: &App, actor: &Actor, conn: &mut Conn, lines: Vec<Line>) -> Result<Plan, AppError> {
    let all: Vec<Household> = register::all(conn).await?;
    let known: HashMap<String, Household> = all.into_iter().map(|h| (h.code.clone(), h)).collect();
    let told = lines.iter().filter_map(|l| known.get(l.cell("code")));
    let ids: Vec<Uuid> = told.filter_map(|h| h.details.personal.as_ref()).map(|w| w.id.0).collect();
    let day = app.policies().zone.date_of(app.clock().now());
    let partners: Vec<Partner> = register::all(conn).await?;
    let communities = partners.into_iter().filter(|p| p.roles_on(day).any(|r| r == PartnerRole::Community));
    let units = org::units(conn).await?;
    let planner = Planner {
        app,
        actor,
        paths: units.iter().map(|u| (u.id, u.path.clone())).collect(),
        who: words::among(conn, &ids).await?,
        known,
        units: Codes::of(units.into_iter().map(|u| (u.code, u.id))),
        communities: Codes::of(communities.map(|p| (p.code, p.id))),
    };
    Ok(Plan::of(&lines, |c| planner.line(c)))
}

impl Planner<'_> {
    fn line(&self, c: &mut Cells<'_>) -> Option<Step> {
        let code = c.cell("code");
        let known = self.known.get(code);
        let was = known.map(|k| &k.details);
        if !valid_code(code) {
            c.fault("code", "code");
        }
        if known.is_some_and(Household::is_erased) {
            c.fault("code", "household_erased_already");
        }
        let unit = match (c.line.has("unit"), was) {
            (false, Some(was)) => Some(was.unit),
            _ => c.found("unit", &self.units.by_code, "unit").copied(),
        };
        let community = c.optional("community", was.and_then(|w| w.community), |c, _| {
            c.found("community", &self.communities.by_code, "community").copied()
        });
        let agreed = c.optional("consent", Some(was.is_some_and(|w| w.consent)), |c, text| {
            let said = wording::yes(text);
            if said.is_none() {
                c.fault("consent", "yes");
            }
            said
        });
        let kept =
            was.and_then(|w| w.personal.as_ref()).and_then(|w| self.who.get(&w.id)).map(|text| Resident::of(text));
        let resident = resident(c, kept.clone());
        for unit in unit.into_iter().chain(was.map(|w| w.unit)) {
            let path = self.paths.get(&unit);
            if path.is_none_or(|p| may(self.actor, &Ask::ServeHouseholds(p)).is_err()) {
                c.fault("unit", "unit");
                break;
            }
        }
        if !c.is_good() {
            return None;
        }
        let (unit, resident, consent) = (unit?, resident?, agreed.unwrap_or_default());
        let anew = kept.as_ref() != Some(&resident);
        let fields = |unit: UnitId, community: Option<PartnerId>, consent: bool, who: &str| -> Fields {
            vec![
                ("unit", self.units.code(Some(unit))),
                ("community", self.communities.code(community)),
                ("consent", if consent { "yes" } else { "no" }.to_owned()),
                ("resident", who.to_owned()),
            ]
        };
        let before = was.map(|w| fields(w.unit, w.community, w.consent, if kept.is_some() { GIVEN } else { "" }));
        let after = fields(unit, community, consent, if anew && kept.is_some() { GIVEN_ANEW } else { GIVEN });
        let command = HouseholdCommand::PutHousehold {
            household: known.map_or_else(|| self.app.mint().uuid(self.app.clock().now()), |k| k.id),
            code: code.to_owned(),
            unit: unit.0,
            community: community.map(|p| p.0),
            consent,
            resident: anew.then_some(ResidentIn {
                name: resident.name,
                address: resident.address,
                phone: resident.phone,
                vulnerable: resident.vulnerable,
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
}

/// Who a line says lives there; a column that is not there leaves what was.
fn resident(c: &mut Cells<'_>, was: Option<Resident>) -> Option<Resident> {
    let was = was.unwrap_or_default();
    let cell = |column: &'static str, was: String| if c.line.has(column) { c.cell(column).to_owned() } else { was };
    let [name, address, phone] =
        [(WHO[0], was.name), (WHO[1], was.address), (WHO[2], was.phone)].map(|(column, was)| cell(column, was));
    let vulnerable = if c.line.has(WHO[3]) { vulnerable(c) } else { was.vulnerable };
    let (said, wrong) = Resident::said(&ResidentIn { name, address, phone, vulnerable });
    let good = wrong.is_empty() && c.is_good();
    for mut f in wrong {
        if f.field == "name" {
            f.field = WHO[0];
        }
        c.field(f, Vec::new());
    }
    good.then_some(said)
}

/// What makes it vulnerable, between commas or blanks.
fn vulnerable(c: &mut Cells<'_>) -> Vec<Vulnerability> {
    let text = c.cell(WHO[3]);
    let parts = text.split([',', '，', '、', ';', '；', ' ']).map(str::trim).filter(|t| !t.is_empty());
    let read: Vec<Option<Vulnerability>> = parts.map(wording::vulnerability).collect();
    if read.contains(&None) {
        c.not_of(WHO[3], "vulnerability", Vulnerability::ALL.iter().map(|v| v.as_str().to_owned()).collect());
    }
    read.into_iter().flatten().collect()
}
