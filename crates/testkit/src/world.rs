//! A small company with the repository's own rules: enough to raise, plan and go. Ids and instants
//! are counted, never random, so that two engines can be held against each other.

use serde::Deserialize;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;
use yixian_domain::calendar::{CalendarBook, WorkingCalendar, WorkingHours};
use yixian_domain::connection::eligible::{EligibilityBook, EligibilityComplete, EligibilityRow};
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::{Level, Person, Role, Specialty, Unit, UnitKind, UnitPath};
use yixian_domain::place::{Area, Place, PlaceKind, Point};
use yixian_domain::procedure::{Procedure, Procedures};
use yixian_domain::rules::{Complete, RuleBook, RuleRow, Within};
use yixian_domain::settings::Settings;
use yixian_domain::time::{Instant, Zone};
use yixian_store::ledger::{self, RecordKind};
use yixian_store::{Store, StoreError, Tx, org, place};

/// The rules under `rules/`, `procedures/` and `calendars/`.
#[derive(Debug)]
pub struct Rules {
    /// Working calendar.
    pub calendar: WorkingCalendar,
    /// Zone.
    pub zone: Zone,
    /// Who is a 三零 customer.
    pub eligibility: EligibilityBook,
    /// Office hours.
    pub hours: WorkingHours,
    /// Procedures.
    pub procedures: Procedures,
    /// Limit rules.
    pub rules: RuleBook,
    /// Numbers.
    pub settings: Settings,
}

#[derive(Deserialize)]
struct SettingsFile {
    zone: Zone,
    hours: WorkingHours,
    settings: Settings,
}
#[derive(Deserialize)]
struct ProceduresFile {
    procedure: Vec<Procedure>,
}
#[derive(Deserialize)]
struct LimitsFile {
    limit: Vec<RuleRow>,
    #[serde(default)]
    within: Vec<Within>,
    #[serde(default)]
    complete: Vec<Complete>,
}
#[derive(Deserialize)]
struct EligibilityFile {
    split_months: u32,
    #[serde(default)]
    complete: Vec<EligibilityComplete>,
    eligibility: Vec<EligibilityRow>,
}

impl Rules {
    /// Reads them.
    pub fn read() -> Rules {
        let s: SettingsFile = toml::from_str(include_str!("../../../rules/settings.toml")).expect("settings");
        let book: CalendarBook = toml::from_str(include_str!("../../../calendars/cn.toml")).expect("calendar");
        let procedures = [
            include_str!("../../../procedures/problems.toml"),
            include_str!("../../../procedures/improvement.toml"),
            include_str!("../../../procedures/resident.toml"),
            include_str!("../../../procedures/non-resident.toml"),
            include_str!("../../../procedures/three-zero.toml"),
            include_str!("../../../procedures/temporary.toml"),
            include_str!("../../../procedures/high-voltage-single.toml"),
            include_str!("../../../procedures/high-voltage-dual.toml"),
        ];
        let procedures = procedures
            .into_iter()
            .flat_map(|text| toml::from_str::<ProceduresFile>(text).expect("procedures").procedure)
            .collect();
        let l: LimitsFile = toml::from_str(include_str!("../../../rules/limits.toml")).expect("limits");
        let c: LimitsFile =
            toml::from_str(include_str!("../../../rules/connections.toml")).expect("limits of connections");
        let e: EligibilityFile = toml::from_str(include_str!("../../../rules/eligibility.toml")).expect("eligibility");
        let rows = l.limit.into_iter().chain(c.limit).collect();
        Rules {
            calendar: book.latest().expect("a calendar"),
            zone: s.zone,
            procedures: Procedures::new(procedures).expect("procedures"),
            hours: s.hours,
            eligibility: EligibilityBook::new(e.eligibility, e.split_months, &e.complete).expect("eligibility"),
            rules: RuleBook::new(rows, c.within, &c.complete).expect("limits"),
            settings: s.settings,
        }
    }
    /// As the domain reads them.
    pub fn law(&self) -> Law<'_> {
        Law {
            calendar: &self.calendar,
            zone: &self.zone,
            rules: &self.rules,
            eligibility: &self.eligibility,
            procedures: &self.procedures,
            hours: self.hours,
            settings: &self.settings,
        }
    }
}

/// The id with this number.
pub fn id(n: u64) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n))
}

/// So many minutes after 2018-05-02 09:00 in Beijing.
pub fn at(minutes: i64) -> Instant {
    Instant(1_525_222_800_000 + minutes * 60_000)
}

/// A company in a store.
#[derive(Debug)]
pub struct World {
    /// Its rules.
    pub rules: Rules,
    /// Units: the company, two district companies, a station of the first, a team of the station.
    pub units: Vec<Unit>,
    /// People: coordinator, leader, handler, verifier, viewer of the second district company.
    pub people: Vec<Person>,
    /// Places, one per unit.
    pub places: Vec<Place>,
    next: AtomicU64,
}

const UNITS: [(&str, &str, Option<usize>, UnitKind); 5] = [
    ("BJ", "市公司", None, UnitKind::Company),
    ("CP", "昌平公司", Some(0), UnitKind::DistrictCompany),
    ("CP-01", "昌平一所", Some(1), UnitKind::Station),
    ("CP-01-A", "一班", Some(2), UnitKind::Team),
    ("HD", "海淀公司", Some(0), UnitKind::DistrictCompany),
];
const PEOPLE: [(&str, &str, usize, Role, usize); 5] = [
    ("c1", "协调员", 0, Role::Coordinator, 0),
    ("l1", "领导", 0, Role::Leader, 0),
    ("h1", "处理人", 2, Role::Handler, 1),
    ("v1", "验收人", 1, Role::Verifier, 1),
    ("w1", "海淀看客", 4, Role::Viewer, 4),
];

impl World {
    /// The company, not written anywhere yet.
    pub fn new() -> World {
        let mut units: Vec<Unit> = Vec::new();
        for (i, (code, name, parent, kind)) in UNITS.into_iter().enumerate() {
            let path = parent.map_or_else(|| UnitPath::root(code), |p| units[p].path.child(code));
            let parent = parent.map(|p| units[p].id);
            units.push(Unit {
                id: UnitId(id(100 + i as u64)),
                code: code.into(),
                name: name.into(),
                name_en: None,
                kind,
                parent,
                path,
                from: None,
                to: None,
            });
        }
        let people = PEOPLE
            .into_iter()
            .enumerate()
            .map(|(i, (code, name, unit, _, _))| Person {
                id: PersonId(id(200 + i as u64)),
                code: code.into(),
                name: name.into(),
                unit: units[unit].id,
                level: if code == "l1" { Level::LeadershipTeam } else { Level::Staff },
                specialty: Specialty::Operations,
                duty: code == "l1",
                from: None,
                to: None,
            })
            .collect();
        let places = units
            .iter()
            .enumerate()
            .map(|(i, u)| Place {
                id: PlaceId(id(300 + i as u64)),
                code: format!("P-{i:03}"),
                name: format!("{}工地 Site_{i}%", u.name),
                kind: PlaceKind::ConstructionSite,
                district: if i == 4 { "海淀区".into() } else { "昌平区".into() },
                area: Area::Suburban,
                point: Point::from_degrees(40.2 + i as f64 / 100.0, 116.2),
                unit: Some(u.id),
            })
            .collect();
        World { rules: Rules::read(), units, people, places, next: AtomicU64::new(10_000) }
    }

    /// Writes units, people with their roles, and places.
    pub async fn write(&self, store: &Store) {
        let (units, people, places) = (self.units.clone(), self.people.clone(), self.places.clone());
        store
            .write(async move |tx| {
                for u in &units {
                    tx.put_unit(u).await?;
                }
                for (p, (_, _, _, role, over)) in people.iter().zip(PEOPLE) {
                    tx.put_person(p, Instant(0)).await?;
                    tx.put_grants(p.id, &[(role, units[over].id)]).await?;
                }
                for p in &places {
                    tx.put_place(p, Instant(0)).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .expect("the company is written");
    }

    /// Tells the ledger of the company, for tests that hold rows against it.
    pub async fn tell(&self, store: &Store) {
        let (units, people, places) = (self.units.clone(), self.people.clone(), self.places.clone());
        store
            .write(async move |tx| {
                tx.under(CommandId(id(u64::MAX >> 2)), at(0));
                let mut events = Vec::new();
                events.extend(units.iter().map(|u| (RecordKind::Unit, u.id.0, "unit_made", org::unit_told(u))));
                for (n, (p, (_, _, _, role, over))) in people.iter().zip(PEOPLE).enumerate() {
                    let words = tx.keep_words(p.id.0, WordsId(id(80_000 + n as u64)), "salt".into(), p.name.clone());
                    let told = org::person_told(p, &words, Some(&[(role, units[over].id)]));
                    events.push((RecordKind::Person, p.id.0, "person_made", told));
                }
                events.extend(places.iter().map(|p| (RecordKind::Place, p.id.0, "place_made", place::told(p))));
                for (kind, record, code, body) in events {
                    let body = ledger::canonical(&body)?;
                    let (happened_at, by, version) = (at(0), By::Rule, None);
                    tx.append(ledger::NewEvent { kind, record, code, happened_at, by, body, version }).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .expect("the ledger is told");
        // The rows were written before their events.
        let refilled = store.write(async |tx| yixian_store::replay::refill_past(tx.conn()).await).await;
        refilled.expect("versions are those of the events");
    }

    /// Another id.
    pub fn mint(&self) -> Uuid {
        id(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Raises a problem at a place of the unit and writes it, under a command of its own.
    pub async fn raise(
        &self,
        tx: &mut Tx,
        matter: Uuid,
        unit: usize,
        text: &str,
        when: Instant,
    ) -> Result<(Matter, i64), StoreError> {
        tx.under(CommandId(id(u64::MAX >> 1)), when);
        let words = tx.put_words(matter, WordsId(Uuid::from_u128(matter.as_u128() ^ (1 << 90))), "salt", text).await?;
        let by = By::Person(self.people[1].id);
        let raised = Raised {
            by: by.clone(),
            recorded_by: by,
            at: when,
            words,
            category: "service".into(),
            place: Some(self.places[unit].id),
            visit: None,
            photos: vec![],
            owner: None,
        };
        let raise = Raise {
            id: MatterId(matter),
            kind: MatterKind::Problem,
            origin: Origin::Staff,
            raised,
            unit: self.units[unit].id,
            part: None,
            about: None,
        };
        let moved = Matter::raise(&self.rules.law(), raise, &TargetChoice::RuleIfAny)
            .map_err(|e| StoreError::corrupt("law", e))?;
        let subject: String = text.chars().take(80).collect();
        let n = tx
            .insert_matter(&moved.matter, &moved.events, &subject, text, moved.matter.due.as_ref().map(|d| d.at))
            .await?;
        Ok((moved.matter, n))
    }
}

impl Default for World {
    fn default() -> Self {
        World::new()
    }
}
