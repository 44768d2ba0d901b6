//! Sections of works and their milestones: what a line drafts, changes, plans, forecasts and reports, by the law that a form is
//! judged by. A programme that somebody does not see is none to him. Baselines of a section go together, whichever lines
//! they stand on; what was reached needs a point, as on every other way.

use super::organisation::places_by_code;
use super::partners::{Codes, districts};
use super::table::{Cells, Fields, Line, Plan, Step, parts};
use super::wording;
use crate::App;
use crate::command::{BaselineIn, ItemIn, PointIn, ProgrammeCommand, ServesIn};
use crate::frame::error::AppError;
use crate::frame::policy::Policies;
use crate::programmes::act::{Registers, Said, faults, moves, same_road};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, Denial, WorksFacts, may};
use yixian_domain::ids::*;
use yixian_domain::org::{Role, UnitPath};
use yixian_domain::partner::Partner;
use yixian_domain::place::Point;
use yixian_domain::programme::law::{Evidence, LONGEST, WorksRule};
use yixian_domain::programme::milestone::START;
use yixian_domain::programme::*;
use yixian_domain::refusal::Refusal;
use yixian_domain::time::{Date, Instant};
use yixian_store::{Conn, org, register};

/// Largest number of households or kilowatts of one section.
const MOST: u32 = 10_000_000;

/// Every programme, every section, and what access needs to know of them.
struct Works {
    programmes: Arc<HashMap<Uuid, Arc<Programme>>>,
    sections: Arc<Vec<Arc<Section>>>,
    owners: HashMap<UnitId, UnitPath>,
}

impl Works {
    async fn load(app: &App, conn: &mut Conn) -> Result<Works, AppError> {
        let known = app.inner.kept_works.now(conn).await?;
        let owners = org::units(conn).await?.into_iter().map(|u| (u.id, u.path)).collect();
        Ok(Works { programmes: known.programmes, sections: known.sections, owners })
    }
    /// None where the owner is not known: then nobody may.
    fn facts(&self, p: &Programme, s: Option<&Section>) -> Option<WorksFacts> {
        Some(WorksFacts::of(self.owners.get(&p.details.owner)?.clone(), p, s))
    }
}

fn nobodys(actor: &Actor) -> AppError {
    match actor {
        Actor::Person { .. } => Denial::NeedsRole { role: Role::Coordinator }.into(),
        Actor::Raiser { .. } | Actor::Partner { .. } | Actor::System | Actor::Anonymous => Denial::SignIn.into(),
    }
}

/// Whether somebody keeps the works of any programme.
pub(super) async fn may_keep_any(app: &App, actor: &Actor) -> Result<(), AppError> {
    if *actor == Actor::System {
        return Ok(());
    }
    let works = Works::load(app, &mut app.store().read().await?).await?;
    let keeps = |p: &Arc<Programme>| works.facts(p, None).is_some_and(|w| may(actor, &Ask::KeepWorks(&w)).is_ok());
    if works.programmes.values().any(keeps) { Ok(()) } else { Err(nobodys(actor)) }
}

/// Whether somebody reports what is reached of any section.
pub(super) async fn may_report_any(app: &App, actor: &Actor) -> Result<(), AppError> {
    if *actor == Actor::System {
        return Ok(());
    }
    let works = Works::load(app, &mut app.store().read().await?).await?;
    let reports = |s: &Arc<Section>| {
        let w = works.programmes.get(&s.programme).and_then(|p| works.facts(p, Some(s)));
        w.is_some_and(|w| may(actor, &Ask::ReportWorks(&w)).is_ok())
    };
    if works.sections.iter().any(reports) { Ok(()) } else { Err(nobodys(actor)) }
}

struct Planner<'a> {
    app: &'a App,
    actor: &'a Actor,
    policies: Arc<Policies>,
    at: Instant,
    by: By,
    today: Date,
    works: Works,
    programmes: Codes<Uuid>,
    /// Sections as they are once the lines before are taken.
    sections: HashMap<Uuid, Section>,
    by_code: HashMap<String, Uuid>,
    at_place: HashMap<PlaceId, Vec<Uuid>>,
    places: Codes<PlaceId>,
    partners: Codes<PartnerId>,
    districts: Vec<String>,
}

impl<'a> Planner<'a> {
    async fn new(app: &'a App, actor: &'a Actor, conn: &mut Conn) -> Result<Planner<'a>, AppError> {
        let works = Works::load(app, conn).await?;
        let (policies, at) = (app.policies(), app.clock().now());
        let partners: Vec<Partner> = register::all(conn).await?;
        let sections: HashMap<Uuid, Section> = works.sections.iter().map(|s| (s.id, (**s).clone())).collect();
        let mut at_place: HashMap<PlaceId, Vec<Uuid>> = HashMap::new();
        for (place, id) in sections.values().filter_map(|s| Some((s.details.place?, s.id))) {
            at_place.entry(place).or_default().push(id);
        }
        Ok(Planner {
            app,
            actor,
            at,
            by: actor.by(),
            today: policies.zone.date_of(at),
            programmes: Codes::of(works.programmes.values().map(|p| (p.code.clone(), p.id))),
            by_code: sections.values().map(|s| (s.code.clone(), s.id)).collect(),
            sections,
            at_place,
            places: Codes::of(places_by_code(conn).await?.into_iter().map(|(code, p)| (code, p.id))),
            partners: Codes::of(partners.into_iter().map(|p| (p.code, p.id))),
            districts: districts(app, conn).await?,
            works,
            policies,
        })
    }

    fn sees(&self, p: &Programme, s: Option<&Section>) -> bool {
        self.works.facts(p, s).is_some_and(|w| may(self.actor, &Ask::SeeWorks(&w)).is_ok())
    }
    fn keeps(&self, p: &Programme, s: Option<&Section>) -> bool {
        self.works.facts(p, s).is_some_and(|w| may(self.actor, &Ask::KeepWorks(&w)).is_ok())
    }
    fn reports(&self, p: &Programme, s: Option<&Section>) -> bool {
        self.works.facts(p, s).is_some_and(|w| may(self.actor, &Ask::ReportWorks(&w)).is_ok())
    }

    fn of(&self, id: Uuid) -> Option<Arc<Programme>> {
        self.works.programmes.get(&id).cloned()
    }

    fn registers(&self, id: Uuid, p: &Programme, d: &SectionDetails) -> Registers {
        let there = d.place.and_then(|at| self.at_place.get(&at)).into_iter().flatten();
        let other = |s: &&Section| {
            s.details.place == d.place && self.of(s.programme).is_some_and(|of| same_road(id, p, s, &of))
        };
        Registers {
            code_elsewhere: false,
            district: self.districts.contains(&d.district),
            rural: self.policies.areas.has_villages(&d.district),
            place: true,
            road_twice: there.filter_map(|id| self.sections.get(id)).any(|s| other(&s)),
            contractor: true,
            supervisor: true,
        }
    }

    /// Judges what is said of a section as its form would be; tells what would happen to it.
    fn judge(&self, c: &mut Cells<'_>, id: Uuid, p: &Programme, said: &Said) {
        let kinds = self.policies.milestones.of(p.details.kind);
        for f in faults(p, kinds, said, &self.registers(id, p, &said.details)) {
            match f.code {
                "district_unknown" => c.field(f, self.districts.clone()),
                // Numbers beyond what there can be were told with their span.
                "batch" | "households" | "length" => {}
                _ => c.field(f, Vec::new()),
            }
        }
    }

    fn take(&mut self, s: Section) {
        if let Some(place) = s.details.place {
            let there = self.at_place.entry(place).or_default();
            if !there.contains(&s.id) {
                there.push(s.id);
            }
        }
        self.by_code.insert(s.code.clone(), s.id);
        self.sections.insert(s.id, s);
    }

    fn section(&mut self, c: &mut Cells<'_>) -> Option<Step> {
        let code = c.cell("code");
        let known = self.by_code.get(code).and_then(|id| self.sections.get(id)).cloned();
        let programme = c.found("programme", &self.programmes.by_code, "programme").copied().and_then(|id| self.of(id));
        let programme = programme.filter(|p| {
            let sees = self.sees(p, None);
            if !sees {
                c.fault("programme", "programme");
            } else if !self.keeps(p, None) {
                c.fault("programme", "not_yours");
            }
            sees
        });
        if let Some(k) = &known {
            let own = self.of(k.programme);
            if !own.as_ref().is_some_and(|p| self.sees(p, Some(k))) {
                c.fault("code", "code_taken");
                return None;
            }
            if !own.as_ref().is_some_and(|p| self.keeps(p, Some(k))) {
                c.fault("code", "not_yours");
            }
            if programme.as_ref().is_some_and(|p| p.id != k.programme) {
                let stays = own.map(|p| p.code.clone()).into_iter().collect();
                c.not_of("programme", "section_stays", stays);
            }
        }
        let was = known.as_ref().map(|k| &k.details);
        let metres_now = known.as_ref().and_then(|k| k.metres(LengthKind::Route, self.today));
        let items_now: Vec<ItemIn> =
            known.iter().flat_map(|k| &k.items).map(|i| ItemIn { kind: i.kind, planned: i.planned }).collect();
        let by_code = |c: &mut Cells<'_>, column, was: Option<PartnerId>| {
            c.optional(column, was, |c, _| c.found(column, &self.partners.by_code, "partner").copied())
        };
        let details = SectionDetails {
            name: c.cell("name").to_owned(),
            name_en: c.text("name_en", was.and_then(|d| d.name_en.clone())),
            place: c.optional("place", was.and_then(|d| d.place), |c, _| {
                c.found("place", &self.places.by_code, "place").copied()
            }),
            district: c.cell("district").to_owned(),
            batch: c
                .number("batch", 1..=255, was.map(|d| d.batch.into()))
                .and_then(|n| u8::try_from(n).ok())
                .unwrap_or(1),
            terrain: c
                .optional("terrain", was.map(|d| d.terrain), |c, word| {
                    let terrain = wording::terrain(word);
                    if terrain.is_none() {
                        c.not_of("terrain", "word", Terrain::ALL.iter().map(|t| t.as_str().to_owned()).collect());
                    }
                    terrain
                })
                .unwrap_or(Terrain::Plain),
            contractor: by_code(c, "contractor", was.and_then(|d| d.contractor)),
            supervisor: by_code(c, "supervisor", was.and_then(|d| d.supervisor)),
            households: c.number("households", 1..=MOST, was.and_then(|d| d.households)),
            capacity_kw: c.number("capacity_kw", 0..=MOST, was.and_then(|d| d.capacity_kw)),
            serves: was.and_then(|d| d.serves.clone()),
        };
        let metres = c.number("metres", 1..=LONGEST, metres_now);
        let items = c.optional("items", Some(items_now.clone()), |c, text| Some(items(c, text))).unwrap_or_default();
        if known.is_some() {
            // What was measured is measured anew by a survey, with its day; an empty cell says nothing of it.
            if metres.is_some() && metres != metres_now {
                c.not_of("metres", "length_stays", metres_now.iter().map(u32::to_string).collect());
            }
            if !items.is_empty() && items != items_now {
                c.not_of(
                    "items",
                    "items_stay",
                    Some(items_text(&items_now)).filter(|t| !t.is_empty()).into_iter().collect(),
                );
            }
        }
        let p = programme?;
        let id = known.as_ref().map_or_else(|| self.app.mint().uuid(self.at), |k| k.id);
        let said = Said { code: code.to_owned(), details, metres, items, baselines: Vec::new() };
        self.judge(c, id, &p, &said);
        if !c.is_good() {
            return None;
        }
        let kinds = self.policies.milestones.of(p.details.kind);
        let after = match moves(known.clone(), id, (self.at, &self.by), &p, kinds, said.clone()) {
            Ok(moved) => moved.into_iter().last().map(|m| m.0),
            Err(Refusal::SameAsBefore) => known.clone(),
            Err(r) => {
                c.law("code", r, Vec::new());
                None
            }
        }?;
        let command = put(&after, said.metres.filter(|_| known.is_none()), said.items, Vec::new());
        let step = Step {
            line: c.line.n,
            code: code.to_owned(),
            name: known.as_ref().unwrap_or(&after).details.name.clone(),
            before: known.as_ref().map(|k| self.fields(k)),
            after: self.fields(&after),
            commands: vec![command.into()],
        };
        self.take(after);
        Some(step)
    }

    fn fields(&self, s: &Section) -> Fields {
        let d = &s.details;
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        // A new one is measured from the first day of its programme.
        let metres =
            s.lengths.iter().rev().find(|l| l.kind == LengthKind::Route && l.from <= self.today).or(s.lengths.first());
        let items: Vec<ItemIn> = s.items.iter().map(|i| ItemIn { kind: i.kind, planned: i.planned }).collect();
        vec![
            ("name", d.name.clone()),
            ("name_en", d.name_en.clone().unwrap_or_default()),
            ("programme", self.programmes.code(Some(s.programme))),
            ("district", d.district.clone()),
            ("batch", d.batch.to_string()),
            ("terrain", d.terrain.as_str().to_owned()),
            ("place", self.places.code(d.place)),
            ("contractor", self.partners.code(d.contractor)),
            ("supervisor", self.partners.code(d.supervisor)),
            ("households", number(d.households)),
            ("capacity_kw", number(d.capacity_kw)),
            ("metres", number(metres.map(|l| l.metres))),
            ("items", items_text(&items)),
        ]
    }
}

/// The form of a section as it is, with what is new.
fn put(s: &Section, metres: Option<u32>, items: Vec<ItemIn>, baselines: Vec<BaselineIn>) -> ProgrammeCommand {
    let d = s.details.clone();
    ProgrammeCommand::PutSection {
        section: s.id,
        programme: s.programme,
        code: s.code.clone(),
        name: d.name,
        name_en: d.name_en,
        place: d.place.map(|p| p.0),
        district: d.district,
        batch: d.batch,
        terrain: d.terrain,
        contractor: d.contractor.map(|p| p.0),
        supervisor: d.supervisor.map(|p| p.0),
        households: d.households,
        capacity_kw: d.capacity_kw,
        serves: d.serves.map(|s| ServesIn { name: s.name, day: s.day }),
        metres,
        items,
        baselines,
    }
}

fn items_text(items: &[ItemIn]) -> String {
    items.iter().map(|i| format!("{}:{}", i.kind.as_str(), i.planned)).collect::<Vec<_>>().join(";")
}

/// `well:12;pole:30`: which parts and how many.
fn items(c: &mut Cells<'_>, text: &str) -> Vec<ItemIn> {
    let mut all: Vec<ItemIn> = Vec::new();
    for part in parts(text) {
        let (word, n) = part.split_once([':', '：', '=']).unwrap_or((part, ""));
        match (wording::item(word), n.trim().parse::<u32>().ok().filter(|n| *n > 0 && *n <= MOST)) {
            (Some(kind), Some(planned)) if !all.iter().any(|i| i.kind == kind) => all.push(ItemIn { kind, planned }),
            _ => c.not_of("items", "items_form", ItemKind::ALL.iter().map(|k| format!("{}:12", k.as_str())).collect()),
        }
    }
    all
}

/// What the lines of a table of sections do.
pub(super) async fn sections(app: &App, actor: &Actor, conn: &mut Conn, lines: Vec<Line>) -> Result<Plan, AppError> {
    let mut planner = Planner::new(app, actor, conn).await?;
    Ok(Plan::of(&lines, |c| planner.section(c)))
}

/// What the lines of a table of milestones do: section by section, each in the order of its works.
pub(super) async fn milestones(
    app: &App,
    actor: &Actor,
    conn: &mut Conn,
    mut lines: Vec<Line>,
) -> Result<Plan, AppError> {
    let mut planner = Planner::new(app, actor, conn).await?;
    let mut first: HashMap<String, u64> = HashMap::new();
    for l in &lines {
        first.entry(l.cell("section").to_owned()).or_insert(l.n);
    }
    lines.sort_by_cached_key(|l| (first.get(l.cell("section")).copied(), planner.position(l), l.n));
    let mut plan = Plan::default();
    // Baselines of a section go in one command, with the first line that gives one: where that stands.
    let mut planned: HashMap<Uuid, (usize, Vec<BaselineIn>)> = HashMap::new();
    let mut seen: HashMap<(Uuid, String), u64> = HashMap::new();
    for line in &lines {
        let mut c = Cells::of(line);
        let found = planner.milestone(&mut c);
        if let Some((section, m, _, _)) = &found
            && let Some(first) = seen.insert((*section, m.clone()), line.n)
        {
            // By its code and by its name.
            c.twice(first);
        }
        let Some((section, _, step, baseline)) = found else {
            plan.take(line.n, c.faults(), None);
            continue;
        };
        let at = plan.steps.len();
        plan.take(line.n, c.faults(), Some(step));
        if let Some(day) = baseline.filter(|_| plan.steps.len() > at) {
            planned.entry(section).or_insert((at, Vec::new())).1.push(day);
        }
    }
    for (section, (at, baselines)) in planned {
        if let Some(s) = planner.sections.get(&section) {
            plan.steps[at].commands.insert(0, put(s, None, Vec::new(), baselines).into());
        }
    }
    Ok(plan)
}

/// The column that the law speaks of when a day is reported.
fn reported(r: &Refusal) -> &'static str {
    if r.code() == WorksRule::EvidenceMissing.as_str() {
        "lat"
    } else if r.code() == WorksRule::PermitNeeded.as_str() {
        "without_permit"
    } else {
        "reached"
    }
}

/// A milestone that a line speaks of: its section, its code, the step, and the baseline that it gives.
type OfMilestone = (Uuid, String, Step, Option<BaselineIn>);

impl Planner<'_> {
    fn kinds(&self, p: &Programme) -> &[MilestoneKind] {
        self.policies.milestones.of(p.details.kind)
    }

    /// The milestone of a word: its code, or its name in either language.
    fn named<'k>(kinds: &'k [MilestoneKind], word: &str) -> Option<&'k MilestoneKind> {
        kinds
            .iter()
            .find(|k| k.code.eq_ignore_ascii_case(word) || k.name == word || k.name_en.eq_ignore_ascii_case(word))
    }

    /// Where the milestone of a line comes in its works; what is none comes last.
    fn position(&self, l: &Line) -> usize {
        let s = self.by_code.get(l.cell("section")).and_then(|id| self.sections.get(id));
        let Some(p) = s.and_then(|s| self.of(s.programme)) else { return usize::MAX };
        let kinds = self.kinds(&p);
        let of = Planner::named(kinds, l.cell("milestone"));
        of.and_then(|k| kinds.iter().position(|o| o.code == k.code)).unwrap_or(usize::MAX)
    }

    fn milestone(&mut self, c: &mut Cells<'_>) -> Option<OfMilestone> {
        let (baseline, forecast, reached) = (c.day("baseline"), c.day("forecast"), c.day("reached"));
        let point = point(c);
        let unread = point.is_none() && !(c.cell("lat").is_empty() && c.cell("lon").is_empty());
        let without = c.words("without_permit");
        let s = c.found("section", &self.by_code, "section").copied().and_then(|id| self.sections.get(&id)).cloned()?;
        let p = self.of(s.programme)?;
        if !self.sees(&p, Some(&s)) {
            c.fault("section", "section");
            return None;
        }
        let Some(kind) = Planner::named(self.kinds(&p), c.cell("milestone")).cloned() else {
            c.not_of("milestone", "milestone", self.kinds(&p).iter().map(|k| k.code.clone()).collect());
            return None;
        };
        let code = kind.code;
        let fields = |s: &Section, without: &str| -> Fields {
            let m = s.milestone(&code);
            let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
            vec![
                ("baseline", day(m.and_then(Milestone::baseline))),
                ("forecast", day(m.and_then(|m| m.forecast.as_ref()).map(|f| f.day))),
                ("reached", day(m.and_then(|m| m.actual.as_ref()).map(|a| a.day))),
                ("without_permit", without.to_owned()),
            ]
        };
        let before = fields(&s, "");
        let m = s.milestone(&code).cloned();
        let (keeps, reports) = (self.keeps(&p, Some(&s)), self.reports(&p, Some(&s)));
        let was = |d: Option<Date>| d.map(|d| d.to_string()).into_iter().collect::<Vec<_>>();
        let (at, by) = (self.at, self.by.clone());
        let (mut now, mut commands, mut planned, mut flagged) = (s.clone(), Vec::new(), None, "");
        let old = m.as_ref().and_then(Milestone::baseline);
        if let Some(day) = baseline.filter(|d| Some(*d) != old) {
            match now.clone().plan(at, &by, vec![(code.clone(), day)]) {
                _ if !keeps => c.fault("baseline", "not_yours"),
                Ok(moved) => {
                    now = moved.0;
                    planned = Some(BaselineIn { milestone: code.clone(), day });
                    let baselines = planned.iter().cloned().collect();
                    let said = Said {
                        code: now.code.clone(),
                        details: now.details.clone(),
                        metres: None,
                        items: Vec::new(),
                        baselines,
                    };
                    self.judge(c, now.id, &p, &said);
                }
                Err(r) => c.law("baseline", r, was(old)),
            }
        }
        if let Some(day) = forecast.filter(|d| m.as_ref().and_then(|m| m.forecast.as_ref()).map(|f| f.day) != Some(*d))
        {
            match now.clone().forecast(at, &by, &code, day) {
                _ if !reports => c.fault("forecast", "not_yours"),
                Ok(moved) => {
                    now = moved.0;
                    let section = now.id;
                    commands.push(ProgrammeCommand::ForecastMilestone { section, milestone: code.clone(), day }.into());
                }
                Err(r) => c.law("forecast", r, Vec::new()),
            }
        }
        let old = m.as_ref().and_then(|m| m.actual.as_ref()).map(|a| a.day);
        if let Some(day) = reached.filter(|d| Some(*d) != old) {
            let shown =
                Evidence { point: point.and_then(|p| Point::from_degrees(p.lat, p.lon)), ..Evidence::default() };
            let why = Some(without).filter(|t| !t.is_empty());
            let words = why.map(|_| Words { id: WordsId(Uuid::nil()), hash: String::new() });
            match now.clone().report(at, &by, &code, day, (self.today, p.details.year), shown, words) {
                _ if !reports => c.fault("reached", "not_yours"),
                Ok(moved) => {
                    now = moved.0;
                    flagged = without;
                    commands.push(
                        ProgrammeCommand::ReportMilestone {
                            section: now.id,
                            milestone: code.clone(),
                            day,
                            photos: Vec::new(),
                            point,
                            visit: None,
                            without_permit: without.to_owned(),
                        }
                        .into(),
                    );
                }
                // A point that cannot be read was told as that.
                Err(r) if r.code() == WorksRule::EvidenceMissing.as_str() && unread => {}
                Err(r) => {
                    let from = if r.code() == WorksRule::EnergizedBeforeStart.as_str() { START } else { &code };
                    let allowed = was(now.milestone(from).and_then(|m| m.actual.as_ref()).map(|a| a.day));
                    c.law(reported(&r), r, allowed);
                }
            }
        }
        let after = fields(&now, flagged);
        let step = Step {
            line: c.line.n,
            code: format!("{} {code}", s.code),
            name: s.details.name.clone(),
            before: Some(before),
            after,
            commands,
        };
        let id = s.id;
        if c.is_good() {
            self.take(now);
        }
        Some((id, code.clone(), step, planned))
    }
}

/// Where it was seen: both degrees or none.
fn point(c: &mut Cells<'_>) -> Option<PointIn> {
    let mut degrees = |column: &'static str, most: f64| {
        let text = c.cell(column);
        let n = text.parse::<f64>().ok().filter(|n| n.is_finite() && n.abs() <= most);
        if n.is_none() && !text.is_empty() {
            c.not_of(column, "number", vec![format!("-{most}–{most}")]);
        }
        n
    };
    let (lat, lon) = (degrees("lat", 90.0), degrees("lon", 180.0));
    for (given, other) in [("lat", "lon"), ("lon", "lat")] {
        if !c.cell(given).is_empty() && c.cell(other).is_empty() {
            c.fault(other, "blank");
        }
    }
    lat.zip(lon).map(|(lat, lon)| PointIn { lat, lon, accuracy_m: None })
}
