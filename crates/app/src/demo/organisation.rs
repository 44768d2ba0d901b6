//! The company: units, people with posts and roles, exemptions. Roles are held the way the product
//! wants them: over a unit and everything below it, so that each case has somebody who may act.

use super::chance::{Chance, key};
use super::names::Names;
use super::{FOUNDED, Part, day};
use std::collections::HashMap;
use yixian_domain::access::Actor;
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::{Grant, Level, Person, Role, Specialty, Unit, UnitKind, UnitPath};
use yixian_domain::time::Date;

/// The eighteen departments of the headquarters.
const DEPARTMENTS: [(&str, &str, &str, Specialty); 18] = [
    ("OFF", "办公室", "General Office", Specialty::General),
    ("DEV", "发展策划部", "Development Planning", Specialty::Construction),
    ("FIN", "财务资产部", "Finance and Assets", Specialty::General),
    ("SAF", "安全监察质量部", "Safety and Quality", Specialty::Safety),
    ("OPS", "运维检修部", "Operations and Maintenance", Specialty::Operations),
    ("CON", "建设部", "Construction", Specialty::Construction),
    ("MKT", "营销部", "Marketing", Specialty::Marketing),
    ("SCI", "科技信通部", "Science and Telecoms", Specialty::Operations),
    ("SUP", "物资部", "Supplies", Specialty::Supplies),
    ("AUD", "审计部", "Audit", Specialty::General),
    ("LAW", "经济法律部", "Legal Affairs", Specialty::General),
    ("HRD", "人力资源部", "Human Resources", Specialty::General),
    ("PTY", "党建工作部", "Party Work", Specialty::Party),
    ("DIS", "纪委办公室", "Discipline Office", Specialty::Party),
    ("UNI", "工会", "Labour Union", Specialty::Party),
    ("RET", "离退休工作部", "Retired Staff", Specialty::General),
    ("DSP", "电力调度控制中心", "Dispatch Centre", Specialty::Dispatch),
    ("LOG", "后勤工作部", "Logistics", Specialty::Supplies),
];

/// District companies: not one to one with districts.
const COMPANIES: [(&str, &str, &str); 16] = [
    ("CQ", "城区供电公司", "Core District Power"),
    ("CY", "朝阳供电公司", "Chaoyang Power"),
    ("HD", "海淀供电公司", "Haidian Power"),
    ("FT", "丰台供电公司", "Fengtai Power"),
    ("SJ", "石景山供电公司", "Shijingshan Power"),
    ("YZ", "亦庄供电公司", "Yizhuang Power"),
    ("TZ", "通州供电公司", "Tongzhou Power"),
    ("CP", "昌平供电公司", "Changping Power"),
    ("SY", "顺义供电公司", "Shunyi Power"),
    ("DX", "大兴供电公司", "Daxing Power"),
    ("FS", "房山供电公司", "Fangshan Power"),
    ("MT", "门头沟供电公司", "Mentougou Power"),
    ("HR", "怀柔供电公司", "Huairou Power"),
    ("PG", "平谷供电公司", "Pinggu Power"),
    ("MY", "密云供电公司", "Miyun Power"),
    ("YQ", "延庆供电公司", "Yanqing Power"),
];

const PROFESSIONAL: [(&str, &str, &str, Specialty); 8] = [
    ("MA", "检修分公司", "Maintenance Company", Specialty::Operations),
    ("CB", "电缆分公司", "Cable Company", Specialty::Operations),
    ("EC", "工程建设分公司", "Engineering Company", Specialty::Construction),
    ("CS", "客户服务中心", "Customer Service Centre", Specialty::Marketing),
    ("IT", "信息通信分公司", "Information and Telecoms", Specialty::Operations),
    ("MS", "物资分公司", "Materials Company", Specialty::Supplies),
    ("RI", "电力科学研究院", "Power Research Institute", Specialty::Safety),
    ("EI", "经济技术研究院", "Economics Institute", Specialty::Construction),
];

/// The party members' service team of 西城; it has nobody of its own, its company's people serve in it.
pub(super) const SERVICE_TEAM: &str = "CQ-FWD";
/// Teams of a district company; each has the first two at least.
const TEAMS: [&str; 4] = ["配电运维班", "营业电费班", "配电抢修班", "业扩班"];
const TITLES: [Specialty; 8] = [
    Specialty::Operations,
    Specialty::Marketing,
    Specialty::Construction,
    Specialty::Safety,
    Specialty::Dispatch,
    Specialty::Party,
    Specialty::Supplies,
    Specialty::General,
];

/// A person with his roles.
pub(super) struct Member {
    /// As he is at the end.
    pub person: Person,
    /// As he was before his post changed, and the day of the change.
    pub before: Option<(Person, Date)>,
    pub roles: Vec<(Role, UnitId)>,
}

/// An approved exemption from visit duty.
pub(super) struct Exempted {
    pub person: PersonId,
    pub from: Date,
    pub to: Date,
    pub reason: &'static str,
}

/// Units and people.
pub(super) struct Company {
    pub units: Vec<Unit>,
    pub members: Vec<Member>,
    pub exemptions: Vec<Exempted>,
    /// Positions of those who owe visits, by level: leadership first.
    pub leaders: Vec<usize>,
    /// The administrator.
    pub administrator: PersonId,
    place_of: HashMap<PersonId, usize>,
    unit_at: HashMap<UnitId, usize>,
    near: HashMap<(Role, UnitId), Vec<PersonId>>,
}

struct Maker<'a> {
    chance: &'a mut Chance,
    names: &'a mut Names,
    units: Vec<Unit>,
    members: Vec<Member>,
}

impl Maker<'_> {
    fn unit(
        &mut self,
        parent: Option<UnitId>,
        code: &str,
        name: &str,
        name_en: Option<&str>,
        kind: UnitKind,
    ) -> UnitId {
        let above = parent.and_then(|p| self.units.iter().find(|u| u.id == p));
        let path = above.map_or_else(|| UnitPath::root(code), |u| u.path.child(code));
        let (from, to) = match kind {
            UnitKind::Temporary => (Some(day(2018, 3, 19)), Some(day(2018, 12, 31))),
            _ => (None, None),
        };
        let id = UnitId(self.chance.uuid(FOUNDED));
        self.units.push(Unit {
            id,
            code: code.to_owned(),
            name: name.to_owned(),
            name_en: name_en.map(str::to_owned),
            kind,
            parent,
            path,
            from,
            to,
        });
        id
    }

    fn person(
        &mut self,
        unit: UnitId,
        level: Level,
        specialty: Specialty,
        duty: bool,
        roles: &[(Role, UnitId)],
    ) -> PersonId {
        let id = PersonId(self.chance.uuid(FOUNDED));
        let name = self.names.person(self.chance);
        let from = duty.then(|| day(self.chance.between(2014, 2017) as i16, self.chance.between(1, 12) as i8, 1));
        let code = format!("{}{:04}", if duty { "L" } else { "S" }, self.members.len() + 1);
        let person = Person { id, code, name, unit, level, specialty, duty, from, to: None };
        self.members.push(Member { person, before: None, roles: roles.to_vec() });
        id
    }

    fn staff(&mut self, unit: UnitId, specialty: Specialty, roles: &[(Role, UnitId)]) -> PersonId {
        self.person(unit, Level::Staff, specialty, false, roles)
    }

    fn title(&mut self) -> Specialty {
        self.chance.any(&TITLES).copied().unwrap_or(Specialty::General)
    }
}

/// What a part of the story needs of the headquarters and of the professional companies.
const FEW: [&str; 4] = ["OFF", "SAF", "MKT", "EC"];

/// Sets up the service team, where its company is told of.
fn service_team(units: &mut Vec<Unit>) {
    let Some(above) = units.iter().find(|u| u.code == "CQ") else { return };
    let team = Unit {
        id: UnitId(key(&format!("unit {SERVICE_TEAM}"), FOUNDED)),
        code: SERVICE_TEAM.to_owned(),
        name: "西城党员服务队".to_owned(),
        name_en: Some("Xicheng service team".to_owned()),
        kind: UnitKind::Team,
        parent: Some(above.id),
        path: above.path.child(SERVICE_TEAM),
        from: None,
        to: None,
    };
    units.push(team);
}

/// Makes the company, or the part of it that is told.
pub(super) fn make(chance: &mut Chance, names: &mut Names, part: Option<&Part>) -> Company {
    let told = |code: &str| part.is_none_or(|p| code == p.district || FEW.contains(&code));
    let mut m = Maker { chance, names, units: Vec::new(), members: Vec::new() };
    let root = m.unit(None, "DP", "示范电力公司", Some("Demo Power Company"), UnitKind::Company);
    for specialty in [
        Specialty::General,
        Specialty::General,
        Specialty::Operations,
        Specialty::Marketing,
        Specialty::Construction,
        Specialty::Safety,
        Specialty::Party,
        Specialty::Supplies,
        Specialty::Dispatch,
    ] {
        m.person(root, Level::LeadershipTeam, specialty, true, &[(Role::Leader, root), (Role::Viewer, root)]);
    }
    let administrator = m.staff(root, Specialty::General, &[(Role::Administrator, root)]);
    for (code, name, name_en, specialty) in DEPARTMENTS.into_iter().filter(|d| told(d.0)) {
        let d = m.unit(Some(root), code, name, Some(name_en), UnitKind::Department);
        for _ in 0..2 {
            m.person(d, Level::DepartmentHead, specialty, true, &[(Role::Leader, root), (Role::Viewer, root)]);
        }
        m.staff(d, specialty, &[(Role::Coordinator, d)]);
        m.staff(d, specialty, &[(Role::Handler, d)]);
        m.staff(d, specialty, &[(Role::Handler, d)]);
        m.staff(d, specialty, &[(Role::Verifier, d)]);
        match code {
            // The company's own supervision: whatever has no unit of its own comes here.
            "OFF" => {
                for _ in 0..3 {
                    m.staff(d, specialty, &[(Role::Coordinator, root)]);
                }
            }
            "SAF" => {
                for _ in 0..2 {
                    m.staff(d, specialty, &[(Role::Verifier, root)]);
                }
            }
            _ => {}
        }
    }
    for (i, (code, name, name_en)) in COMPANIES.into_iter().enumerate().filter(|(_, c)| told(c.0)) {
        let c = m.unit(Some(root), code, name, Some(name_en), UnitKind::DistrictCompany);
        company_people(&mut m, c, None);
        for n in 1..=3 + i % 2 {
            let place = m.names.station(m.chance);
            let s = m.unit(Some(c), &format!("{code}-S{n}"), &place, None, UnitKind::Station);
            station_people(&mut m, s, c, &[Specialty::Operations, Specialty::Marketing], n <= 3);
        }
        for (n, team) in TEAMS.into_iter().enumerate().take(2 + i % 3) {
            let t = m.unit(
                Some(c),
                &format!("{code}-T{}", n + 1),
                &format!("{}{team}", name.trim_end_matches("供电公司")),
                None,
                UnitKind::Team,
            );
            let desk = team.contains("营业") || team.contains("业扩");
            station_people(&mut m, t, c, &[if desk { Specialty::Marketing } else { Specialty::Operations }], false);
        }
    }
    for (code, name, name_en, specialty) in PROFESSIONAL.into_iter().filter(|p| told(p.0)) {
        let c = m.unit(Some(root), code, name, Some(name_en), UnitKind::ProfessionalCompany);
        company_people(&mut m, c, Some(specialty));
        for n in 1..=2 {
            let t = m.unit(
                Some(c),
                &format!("{code}-T{n}"),
                &format!("{}{}班", name.trim_end_matches("分公司"), ["一", "二"][n - 1]),
                None,
                UnitKind::Team,
            );
            station_people(&mut m, t, c, &[specialty], false);
        }
        if code == "EC" {
            for n in 1..=14 {
                let firm = super::names::builder(n - 1);
                let t = m.unit(
                    Some(c),
                    &format!("CT-{n:02}"),
                    &format!("{firm}有限公司（施工{n}标）"),
                    None,
                    UnitKind::Contractor,
                );
                m.staff(t, Specialty::Construction, &[(Role::Handler, t)]);
            }
            for (n, name) in
                ["核心区架空线入地临时党总支", "新机场配套电网党员突击队", "煤改电联合党支部"].into_iter().enumerate()
            {
                m.unit(Some(c), &format!("TMP-{}", n + 1), name, None, UnitKind::Temporary);
            }
        }
    }
    let (mut units, mut members) = (m.units, m.members);
    service_team(&mut units);
    change_posts(&mut members);
    let mut exemptions = exemptions(chance, &members);
    exemptions.retain(|e| part.is_none_or(|p| p.first <= e.from));
    Company::of(units, members, exemptions, administrator)
}

fn company_people(m: &mut Maker<'_>, c: UnitId, specialty: Option<Specialty>) {
    for _ in 0..3 {
        let s = match specialty {
            Some(s) => s,
            None => m.title(),
        };
        m.person(c, Level::UnitHead, s, true, &[(Role::Leader, c), (Role::Viewer, c)]);
    }
    for role in [
        Role::Coordinator,
        Role::Coordinator,
        Role::Handler,
        Role::Handler,
        Role::Handler,
        Role::Verifier,
        Role::Verifier,
    ] {
        let s = match specialty {
            Some(s) => s,
            None => m.title(),
        };
        m.staff(c, s, &[(role, c)]);
    }
}

fn station_people(m: &mut Maker<'_>, s: UnitId, c: UnitId, trades: &[Specialty], duty: bool) {
    let specialty = m.chance.any(trades).copied().unwrap_or(Specialty::Operations);
    if duty {
        m.person(s, Level::StationHead, specialty, true, &[(Role::Leader, c)]);
    }
    m.staff(s, specialty, &[(Role::Handler, s)]);
    m.staff(s, specialty, &[(Role::Handler, s)]);
}

/// Some posts begin or end within the campaign month.
fn change_posts(members: &mut [Member]) {
    let heads: Vec<usize> =
        members.iter().enumerate().filter(|(_, m)| m.person.level == Level::UnitHead).map(|(i, _)| i).collect();
    let stations: Vec<usize> =
        members.iter().enumerate().filter(|(_, m)| m.person.level == Level::StationHead).map(|(i, _)| i).collect();
    for (i, on) in [(7, day(2018, 5, 14)), (19, day(2018, 5, 21))] {
        // Head of a station until the change, then deputy head of the company.
        if let Some(m) = heads.get(i).and_then(|i| members.get_mut(*i)) {
            let before = Person { level: Level::StationHead, ..m.person.clone() };
            m.before = Some((before, on));
            m.person.from = Some(on);
        }
    }
    for (i, on) in [(3, day(2018, 5, 7)), (11, day(2018, 5, 16)), (24, day(2018, 5, 23))] {
        // Without duty until the change.
        if let Some(m) = stations.get(i).and_then(|i| members.get_mut(*i)) {
            let before = Person { level: Level::Staff, duty: false, from: None, ..m.person.clone() };
            m.before = Some((before, on));
            m.person.from = Some(on);
        }
    }
    for (i, last) in [(30, day(2018, 5, 18)), (45, day(2018, 5, 25)), (58, day(2018, 7, 31))] {
        if let Some(m) = heads.get(i).and_then(|i| members.get_mut(*i)) {
            m.person.to = Some(last);
        }
    }
}

fn exemptions(chance: &mut Chance, members: &[Member]) -> Vec<Exempted> {
    let mut out = Vec::new();
    let leaders: Vec<PersonId> = members.iter().filter(|m| m.person.duty).map(|m| m.person.id).collect();
    let mut exempt = |chance: &mut Chance, n: usize, spans: &[(Date, Date)]| {
        for person in chance.some(&leaders, n) {
            let Some((from, to)) = chance.any(spans).copied() else { continue };
            let reason = chance.word(&["leave", "business_trip", "business_trip", "party_school"]);
            out.push(Exempted { person, from, to, reason });
        }
    };
    exempt(
        chance,
        16,
        &[
            (day(2018, 5, 7), day(2018, 5, 13)),
            (day(2018, 5, 14), day(2018, 5, 18)),
            (day(2018, 5, 21), day(2018, 5, 27)),
            (day(2018, 5, 9), day(2018, 5, 11)),
        ],
    );
    exempt(
        chance,
        40,
        &[
            (day(2018, 6, 11), day(2018, 6, 17)),
            (day(2018, 7, 2), day(2018, 7, 8)),
            (day(2018, 7, 16), day(2018, 7, 29)),
            (day(2018, 8, 6), day(2018, 8, 12)),
            (day(2018, 8, 20), day(2018, 8, 26)),
            (day(2018, 9, 3), day(2018, 9, 9)),
            (day(2018, 9, 17), day(2018, 9, 23)),
        ],
    );
    out
}

impl Company {
    fn of(units: Vec<Unit>, members: Vec<Member>, exemptions: Vec<Exempted>, administrator: PersonId) -> Company {
        let place_of = members.iter().enumerate().map(|(i, m)| (m.person.id, i)).collect();
        let unit_at: HashMap<UnitId, usize> = units.iter().enumerate().map(|(i, u)| (u.id, i)).collect();
        let mut leaders: Vec<usize> =
            members.iter().enumerate().filter(|(_, m)| m.person.duty).map(|(i, _)| i).collect();
        leaders.sort_by_key(|i| members.get(*i).map(|m| m.person.level));
        let mut near = HashMap::new();
        for role in [Role::Coordinator, Role::Handler, Role::Verifier] {
            for u in &units {
                let mut deepest = 0;
                let mut who = Vec::new();
                for m in &members {
                    for (_, over) in m.roles.iter().filter(|(r, _)| *r == role) {
                        let Some(over) = unit_at.get(over).and_then(|i| units.get(*i)) else { continue };
                        let depth = over.path.depth();
                        if over.path.contains(&u.path) && depth >= deepest {
                            if depth > deepest {
                                who.clear();
                                deepest = depth;
                            }
                            who.push(m.person.id);
                        }
                    }
                }
                near.insert((role, u.id), who);
            }
        }
        Company { units, members, exemptions, leaders, administrator, place_of, unit_at, near }
    }

    /// Those who hold a role nearest to a unit, as the product finds them.
    pub fn nearest(&self, role: Role, unit: UnitId) -> &[PersonId] {
        self.near.get(&(role, unit)).map_or(&[], Vec::as_slice)
    }
    /// A person with his roles.
    pub fn member(&self, id: PersonId) -> Option<&Member> {
        self.place_of.get(&id).and_then(|i| self.members.get(*i))
    }
    /// A unit.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.unit_at.get(&id).and_then(|i| self.units.get(*i))
    }
    /// The unit with a code; the root when there is none.
    pub fn unit_by_code(&self, code: &str) -> UnitId {
        let found = self.units.iter().find(|u| u.code == code).or(self.units.first());
        found.map_or(UnitId(uuid::Uuid::nil()), |u| u.id)
    }
    /// Stations of a company.
    pub fn stations_of(&self, company: UnitId) -> Vec<UnitId> {
        self.units.iter().filter(|u| u.parent == Some(company) && u.kind == UnitKind::Station).map(|u| u.id).collect()
    }
    /// Units right below a company whose trade a category is; none where the company itself sees to it.
    pub fn desks(&self, company: UnitId, category: &str) -> Vec<UnitId> {
        let teams: &[&str] = match category {
            "equipment" | "line" => &["配电运维班", "配电抢修班"],
            "outage" => &["配电抢修班"],
            "safety" => &["配电运维班"],
            "wish" => &["配电抢修班", "营业电费班"],
            "meter" | "bill" => &["营业电费班"],
            "service" => &["营业电费班", "业扩班"],
            // Permits, supplies, contractors and complaints about them are not a team's.
            _ => return Vec::new(),
        };
        let fits = |u: &&Unit| match u.kind {
            // A station does all trades of its villages or streets.
            UnitKind::Station => true,
            UnitKind::Team => teams.iter().any(|t| u.name.ends_with(t)),
            _ => false,
        };
        self.units.iter().filter(|u| u.parent == Some(company)).filter(fits).map(|u| u.id).collect()
    }
    /// Whether a category is what the firms on a site put right themselves.
    pub fn for_builders(category: &str) -> bool {
        matches!(category, "safety" | "management" | "equipment" | "line")
    }
    /// The firm that builds at a place.
    pub fn builder(&self, place: usize) -> Option<UnitId> {
        let firms: Vec<&Unit> = self.units.iter().filter(|u| u.kind == UnitKind::Contractor).collect();
        firms.get(place % firms.len().max(1)).map(|u| u.id)
    }
    /// The chairman, and a head of the department of a code.
    pub fn heads(&self, department: &str) -> [Option<PersonId>; 2] {
        let of = |unit: UnitId, level: Level| {
            self.members.iter().find(|m| m.person.unit == unit && m.person.level == level).map(|m| m.person.id)
        };
        [of(self.root(), Level::LeadershipTeam), of(self.unit_by_code(department), Level::DepartmentHead)]
    }
    /// The company a unit belongs to: itself, or the one above it that lies right below the root.
    pub fn company_of(&self, unit: UnitId) -> UnitId {
        let mut at = unit;
        while let Some(u) = self.unit(at)
            && u.path.depth() > 2
            && let Some(above) = u.parent
        {
            at = above;
        }
        at
    }
    /// The root.
    pub fn root(&self) -> UnitId {
        self.unit_by_code("DP")
    }
    /// A person as the rules of access see him.
    pub fn actor(&self, id: PersonId) -> Actor {
        let grants = self.member(id).map_or_else(Vec::new, |m| {
            m.roles
                .iter()
                .filter_map(|(role, over)| self.unit(*over).map(|u| Grant { role: *role, over: u.path.clone() }))
                .collect()
        });
        Actor::Person { id, grants }
    }
    /// Whether somebody is in his post on a day.
    pub fn here(&self, id: PersonId, on: Date) -> bool {
        self.member(id).is_some_and(|m| m.person.to.is_none_or(|to| on <= to))
    }
    /// Whether somebody is exempt from duty on a day.
    pub fn exempt(&self, id: PersonId, on: Date) -> bool {
        self.exemptions.iter().any(|e| e.person == id && e.from <= on && on <= e.to)
    }
}
