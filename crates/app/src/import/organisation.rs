//! Units, people and places: what a line of their tables makes or changes. A unit waits for its parent, wherever in the table
//! that stands. Nobody sees or changes what lies outside the units he administers.

use super::table::{CsvKind, Fields, Line, Plan, Step};
use super::wording;
use super::{Refused, Why};
use crate::App;
use crate::command::{OrganisationCommand, PointIn, RoleIn};
use crate::organisation::act::check;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::{Person, Role, Specialty, Unit, UnitPath};
use yixian_domain::place::{Place, Point};
use yixian_store::org::{self, name_of};
use yixian_store::{Conn, StoreError, place};

/// What the lines of one of the organisation's tables do.
pub(super) async fn plan(
    app: &App,
    actor: &Actor,
    kind: CsvKind,
    conn: &mut Conn,
    lines: Vec<Line>,
) -> Result<Plan, StoreError> {
    let mut planner = Planner { app, actor, units: Units::new(org::units(conn).await?), steps: Vec::new() };
    let mut refused = Vec::new();
    match kind {
        CsvKind::Units => planner.units(lines, &mut refused),
        CsvKind::People => planner.people(conn, lines, &mut refused).await?,
        CsvKind::Places => planner.places(conn, lines, &mut refused).await?,
        CsvKind::Partners
        | CsvKind::Sections
        | CsvKind::Milestones
        | CsvKind::Resolutions
        | CsvKind::Tasks
        | CsvKind::Members
        | CsvKind::Households
        | CsvKind::Outages => {}
    }
    Ok(Plan { steps: planner.steps, refused })
}

/// Units by code and id, those that a table would make among them.
struct Units {
    all: Vec<Unit>,
    by_code: HashMap<String, usize>,
    by_id: HashMap<UnitId, usize>,
}

impl Units {
    fn new(all: Vec<Unit>) -> Self {
        let mut units = Units { all: Vec::new(), by_code: HashMap::new(), by_id: HashMap::new() };
        for u in all {
            units.add(u);
        }
        units
    }
    fn add(&mut self, u: Unit) {
        self.by_code.insert(u.code.clone(), self.all.len());
        self.by_id.insert(u.id, self.all.len());
        self.all.push(u);
    }
    fn code(&self, code: &str) -> Option<&Unit> {
        self.by_code.get(code).and_then(|i| self.all.get(*i))
    }
    fn id(&self, id: UnitId) -> Option<&Unit> {
        self.by_id.get(&id).and_then(|i| self.all.get(*i))
    }
    fn root(&self) -> Option<&Unit> {
        self.all.iter().find(|u| u.parent.is_none())
    }
    fn code_of(&self, id: Option<UnitId>) -> String {
        id.and_then(|id| self.id(id)).map_or(String::new(), |u| u.code.clone())
    }
    fn named(&self, column: &'static str, code: &str) -> Result<&Unit, Why> {
        self.code(code).ok_or_else(|| Why::Unit { column: column.to_owned(), value: code.to_owned() })
    }
}

struct Planner<'a> {
    app: &'a App,
    actor: &'a Actor,
    units: Units,
    steps: Vec<Step>,
}

impl Planner<'_> {
    fn mint(&self) -> Uuid {
        self.app.mint().uuid(self.app.clock().now())
    }

    fn mine(&self, path: &UnitPath, code: &str) -> Result<(), Why> {
        may(self.actor, &Ask::Administer(path)).map_err(|_| Why::NotYours(code.to_owned()))
    }

    /// Parents before children, in whatever order the table has them.
    fn units(&mut self, mut lines: Vec<Line>, refused: &mut Vec<Refused>) {
        loop {
            let coming: HashSet<String> = lines.iter().map(|l| l.cell("code").to_owned()).collect();
            let waits = |l: &Line| {
                self.units.code(l.cell("parent")).is_none()
                    && coming.contains(l.cell("parent"))
                    && l.cell("parent") != l.cell("code")
            };
            let (later, now): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(waits);
            if now.is_empty() {
                for l in later {
                    refused.push(Refused::new(
                        l.n,
                        Why::Unit { column: "parent".into(), value: l.cell("parent").to_owned() },
                    ));
                }
                return;
            }
            for l in now {
                match self.unit(&l) {
                    Ok(step) => self.steps.push(step),
                    Err(why) => refused.push(Refused::new(l.n, why)),
                }
            }
            lines = later;
        }
    }

    fn unit(&mut self, l: &Line) -> Result<Step, Why> {
        let (code, name) = (l.needed("code")?, l.needed("name")?);
        checked(code, name)?;
        let kind = l.word("kind", wording::unit_kind)?;
        let parent = match l.cell("parent") {
            "" => None,
            p => Some(self.units.named("parent", p)?.clone()),
        };
        let known = self.units.code(code).cloned();
        let stays = |code| Why::Field { field: "parent".into(), code, detail: String::new() };
        let path = match (&known, &parent) {
            (Some(k), p) if k.parent != p.as_ref().map(|p| p.id) => return Err(stays("unit_stays")),
            (Some(k), _) => k.path.clone(),
            (None, Some(p)) => p.path.child(code),
            (None, None) if self.units.root().is_some() => return Err(stays("one_root")),
            (None, None) => UnitPath::root(code),
        };
        self.mine(&path, code)?;
        let name_en = if l.has("name_en") {
            Some(l.cell("name_en").to_owned()).filter(|s| !s.is_empty())
        } else {
            known.as_ref().and_then(|k| k.name_en.clone())
        };
        let u = Unit {
            id: known.as_ref().map_or_else(|| UnitId(self.mint()), |k| k.id),
            code: code.to_owned(),
            name: name.to_owned(),
            name_en,
            kind,
            parent: parent.as_ref().map(|p| p.id),
            path,
            from: known.as_ref().and_then(|k| k.from),
            to: known.as_ref().and_then(|k| k.to),
        };
        let fields = |u: &Unit| -> Fields {
            vec![
                ("name", u.name.clone()),
                ("name_en", u.name_en.clone().unwrap_or_default()),
                ("kind", name_of(u.kind)),
                ("parent", self.units.code_of(u.parent)),
            ]
        };
        let step = Step {
            line: l.n,
            code: code.to_owned(),
            before: known.as_ref().map(fields),
            after: fields(&u),
            name: known.as_ref().map_or(name, |k| k.name.as_str()).to_owned(),
            commands: vec![
                OrganisationCommand::PutUnit {
                    unit: u.id.0,
                    code: u.code.clone(),
                    name: u.name.clone(),
                    name_en: u.name_en.clone(),
                    kind,
                    parent: u.parent.map(|p| p.0),
                    from: u.from,
                    to: u.to,
                }
                .into(),
            ],
        };
        if known.is_none() {
            self.units.add(u);
        }
        Ok(step)
    }

    async fn people(
        &mut self,
        conn: &mut Conn,
        lines: Vec<Line>,
        refused: &mut Vec<Refused>,
    ) -> Result<(), StoreError> {
        let people: HashMap<String, Person> =
            org::people(conn).await?.into_iter().map(|p| (p.code.clone(), p)).collect();
        let mut grants: HashMap<PersonId, Vec<(Role, UnitId)>> = HashMap::new();
        for (person, role, unit) in org::all_grants(conn).await? {
            grants.entry(person).or_default().push((role, unit));
        }
        for l in lines {
            let known = people.get(l.cell("code"));
            let held = known.and_then(|k| grants.get(&k.id)).map_or(&[][..], Vec::as_slice);
            match self.person(&l, known, held) {
                Ok(step) => self.steps.push(step),
                Err(why) => refused.push(Refused::new(l.n, why)),
            }
        }
        Ok(())
    }

    fn person(&self, l: &Line, known: Option<&Person>, held: &[(Role, UnitId)]) -> Result<Step, Why> {
        let (code, name) = (l.needed("code")?, l.needed("name")?);
        checked(code, name)?;
        let unit = self.units.named("unit", l.needed("unit")?)?;
        self.mine(&unit.path, &unit.code)?;
        if let Some(of) = known.and_then(|k| self.units.id(k.unit)) {
            self.mine(&of.path, code)?;
        }
        let level = l.word("level", wording::level)?;
        let specialty = match l.cell("specialty") {
            "" => Specialty::General,
            _ => l.word("specialty", wording::specialty)?,
        };
        let duty = wording::yes(l.cell("duty"))
            .ok_or_else(|| Why::Word { column: "duty".into(), value: l.cell("duty").to_owned() })?;
        let day = |name: &'static str, was: Option<yixian_domain::time::Date>| match l.cell(name) {
            "" => Ok(if l.has(name) { None } else { was }),
            text => wording::day(text)
                .map(Some)
                .ok_or_else(|| Why::Date { column: name.to_owned(), value: text.to_owned() }),
        };
        let (from, to) = (day("from", known.and_then(|k| k.from))?, day("to", known.and_then(|k| k.to))?);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Why::Field { field: "to".into(), code: "ends_before_it_begins", detail: String::new() });
        }
        let roles = if l.has("roles") { Some(self.roles(l.cell("roles"), unit)?) } else { None };
        for (_, over) in roles
            .iter()
            .flatten()
            .filter(|r| !held.contains(r))
            .chain(held.iter().filter(|h| roles.as_ref().is_some_and(|r| !r.contains(h))))
        {
            if let Some(over) = self.units.id(*over) {
                self.mine(&over.path, &over.code)?;
            }
        }
        let p = Person {
            id: known.map_or_else(|| PersonId(self.mint()), |k| k.id),
            code: code.to_owned(),
            name: name.to_owned(),
            unit: unit.id,
            level,
            specialty,
            duty,
            from,
            to,
        };
        let text = |d: Option<yixian_domain::time::Date>| d.map(|d| d.to_string()).unwrap_or_default();
        let fields = |p: &Person, roles: Option<&[(Role, UnitId)]>| -> Fields {
            let mut f = vec![
                ("name", p.name.clone()),
                ("unit", self.units.code_of(Some(p.unit))),
                ("level", name_of(p.level)),
                ("specialty", name_of(p.specialty)),
                ("duty", if p.duty { "yes" } else { "no" }.to_owned()),
                ("from", text(p.from)),
                ("to", text(p.to)),
            ];
            f.extend(roles.map(|r| ("roles", self.roles_text(r))));
            f
        };
        Ok(Step {
            line: l.n,
            code: code.to_owned(),
            before: known.map(|k| fields(k, roles.as_ref().map(|_| held))),
            after: fields(&p, roles.as_deref()),
            name: known.map_or(name, |k| k.name.as_str()).to_owned(),
            commands: vec![
                OrganisationCommand::PutPerson {
                    person: p.id.0,
                    code: p.code.clone(),
                    name: p.name.clone(),
                    unit: p.unit.0,
                    level,
                    specialty,
                    duty,
                    from,
                    to,
                    roles: roles.map(|r| r.into_iter().map(|(role, unit)| RoleIn { role, unit: unit.0 }).collect()),
                }
                .into(),
            ],
        })
    }

    /// `coordinator@CP-CY;handler@CP-CY`; a role without a unit is held over the person's own.
    fn roles(&self, text: &str, own: &Unit) -> Result<Vec<(Role, UnitId)>, Why> {
        let mut out = Vec::new();
        for part in text.split([';', '；', ',', '，', '、', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
            let (word, over) = match part.split_once(['@', '＠']) {
                Some((word, code)) => (word, self.units.named("roles", code.trim())?),
                None => (part, own),
            };
            let role =
                wording::role(word).ok_or_else(|| Why::Word { column: "roles".into(), value: word.to_owned() })?;
            if !out.contains(&(role, over.id)) {
                out.push((role, over.id));
            }
        }
        Ok(out)
    }

    fn roles_text(&self, roles: &[(Role, UnitId)]) -> String {
        let mut all: Vec<String> =
            roles.iter().map(|(r, u)| format!("{}@{}", name_of(*r), self.units.code_of(Some(*u)))).collect();
        all.sort();
        all.join(";")
    }

    async fn places(
        &mut self,
        conn: &mut Conn,
        lines: Vec<Line>,
        refused: &mut Vec<Refused>,
    ) -> Result<(), StoreError> {
        let places = places_by_code(conn).await?;
        for l in lines {
            match self.place(&l, places.get(l.cell("code"))) {
                Ok(step) => self.steps.push(step),
                Err(why) => refused.push(Refused::new(l.n, why)),
            }
        }
        Ok(())
    }

    fn place(&self, l: &Line, known: Option<&Place>) -> Result<Step, Why> {
        let (code, name) = (l.needed("code")?, l.needed("name")?);
        checked(code, name)?;
        let (kind, area) = (l.word("kind", wording::place_kind)?, l.word("area", wording::area)?);
        let district = l.needed("district")?.to_owned();
        let unit = match l.cell("unit") {
            "" => {
                if l.has("unit") {
                    None
                } else {
                    known.and_then(|k| k.unit)
                }
            }
            u => Some(self.units.named("unit", u)?.id),
        };
        for of in [Some(unit), known.map(|k| k.unit)].into_iter().flatten() {
            let over = of.and_then(|u| self.units.id(u)).or_else(|| self.units.root());
            let over =
                over.ok_or_else(|| Why::Field { field: "unit".into(), code: "no_unit_yet", detail: String::new() })?;
            self.mine(&over.path, code)?;
        }
        let point = if l.has("lat") && l.has("lon") { point(l)? } else { known.and_then(|k| k.point) };
        let p = Place {
            id: known.map_or_else(|| self.mint().into(), |k| k.id),
            code: code.to_owned(),
            name: name.to_owned(),
            kind,
            district,
            area,
            point,
            unit,
        };
        let fields = |p: &Place| -> Fields {
            vec![
                ("name", p.name.clone()),
                ("kind", name_of(p.kind)),
                ("district", p.district.clone()),
                ("area", name_of(p.area)),
                (
                    "point",
                    p.point
                        .map(|p| {
                            let (lat, lon) = p.degrees();
                            format!("{lat:.6}, {lon:.6}")
                        })
                        .unwrap_or_default(),
                ),
                ("unit", self.units.code_of(p.unit)),
            ]
        };
        Ok(Step {
            line: l.n,
            code: code.to_owned(),
            before: known.map(fields),
            after: fields(&p),
            name: known.map_or(name, |k| k.name.as_str()).to_owned(),
            commands: vec![
                OrganisationCommand::PutPlace {
                    place: p.id.0,
                    code: p.code.clone(),
                    name: p.name.clone(),
                    kind,
                    district: p.district.clone(),
                    area,
                    point: p.point.map(|p| {
                        let (lat, lon) = p.degrees();
                        PointIn { lat, lon, accuracy_m: None }
                    }),
                    unit: p.unit.map(|u| u.0),
                }
                .into(),
            ],
        })
    }
}

/// Every place by its code.
pub(super) async fn places_by_code(conn: &mut Conn) -> Result<HashMap<String, Place>, StoreError> {
    const PAGE: i64 = 1_000;
    let mut places: HashMap<String, Place> = HashMap::new();
    let mut after = String::new();
    loop {
        let page = place::list(conn, &after, "", "", PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.code);
        places.extend(page.into_iter().map(|p| (p.code.clone(), p)));
    }
    Ok(places)
}

fn checked(code: &str, name: &str) -> Result<(), Why> {
    match check(code, name).into_iter().next() {
        Some(f) => Err(Why::Field { field: f.field.to_owned(), code: f.code, detail: f.detail }),
        None => Ok(()),
    }
}

fn point(l: &Line) -> Result<Option<Point>, Why> {
    let degrees = |name: &'static str| match l.cell(name) {
        "" => Ok(None),
        text => {
            text.parse::<f64>().map(Some).map_err(|_| Why::Number { column: name.to_owned(), value: text.to_owned() })
        }
    };
    match (degrees("lat")?, degrees("lon")?) {
        (None, None) => Ok(None),
        (Some(lat), Some(lon)) => Point::from_degrees(lat, lon)
            .map(Some)
            .ok_or_else(|| Why::Number { column: "lat, lon".into(), value: format!("{lat}, {lon}") }),
        (None, _) => Err(Why::Blank("lat".into())),
        (_, None) => Err(Why::Blank("lon".into())),
    }
}
