//! The register of places: sixteen districts, building sites, stations, offices, customers,
//! communities, villages and streets, each with a point inside the city's extent. District and unit
//! are separate: 城区 answers for two districts, 亦庄 for a part of 大兴.

use super::chance::Chance;
use super::names::Names;
use super::organisation::Company;
use super::{FOUNDED, Size};
use std::collections::HashMap;
use std::ops::Range;
use yixian_domain::ids::{PlaceId, UnitId};
use yixian_domain::place::{Area, Place, PlaceKind, Point};

/// A district: name, code, company, its share of the building sites, how it lies, its middle and
/// how far it reaches (micro-degrees of latitude and longitude).
pub(super) struct District {
    pub name: &'static str,
    pub code: &'static str,
    pub company: &'static str,
    share: u32,
    area: Area,
    middle: (i64, i64),
    reach: (i64, i64),
}

const fn district(
    name: &'static str,
    code: &'static str,
    company: &'static str,
    share: u32,
    area: Area,
    middle: (i64, i64),
    reach: (i64, i64),
) -> District {
    District { name, code, company, share, area, middle, reach }
}

/// The sixteen districts.
pub(super) static DISTRICTS: [District; 16] = [
    district("东城区", "DC", "CQ", 110, Area::Urban, (39_917_000, 116_416_000), (25_000, 22_000)),
    district("西城区", "XC", "CQ", 120, Area::Urban, (39_912_000, 116_364_000), (26_000, 22_000)),
    district("朝阳区", "CY", "CY", 300, Area::Urban, (39_950_000, 116_505_000), (60_000, 60_000)),
    district("海淀区", "HD", "HD", 260, Area::Urban, (40_020_000, 116_260_000), (70_000, 70_000)),
    district("丰台区", "FT", "FT", 200, Area::Urban, (39_838_000, 116_280_000), (40_000, 80_000)),
    district("石景山区", "SJ", "SJ", 80, Area::Urban, (39_922_000, 116_185_000), (28_000, 30_000)),
    district("门头沟区", "MT", "MT", 95, Area::Remote, (39_985_000, 115_850_000), (80_000, 220_000)),
    district("房山区", "FS", "FS", 180, Area::Suburban, (39_705_000, 115_980_000), (100_000, 170_000)),
    district("通州区", "TZ", "TZ", 260, Area::Suburban, (39_800_000, 116_720_000), (110_000, 100_000)),
    district("顺义区", "SY", "SY", 170, Area::Suburban, (40_150_000, 116_720_000), (90_000, 130_000)),
    district("昌平区", "CP", "CP", 210, Area::Suburban, (40_200_000, 116_200_000), (90_000, 150_000)),
    district("大兴区", "DX", "DX", 240, Area::Suburban, (39_650_000, 116_400_000), (110_000, 110_000)),
    district("怀柔区", "HR", "HR", 90, Area::Remote, (40_550_000, 116_600_000), (200_000, 120_000)),
    district("平谷区", "PG", "PG", 85, Area::Remote, (40_170_000, 117_120_000), (90_000, 110_000)),
    district("密云区", "MY", "MY", 95, Area::Remote, (40_520_000, 116_950_000), (150_000, 180_000)),
    district("延庆区", "YQ", "YQ", 110, Area::Remote, (40_500_000, 116_050_000), (130_000, 180_000)),
];

/// Which of the districts are told of.
pub(super) fn told(size: &Size) -> Range<usize> {
    match size.part.and_then(|p| DISTRICTS.iter().position(|d| d.code == p.district)) {
        Some(i) => i..i + 1,
        None => 0..DISTRICTS.len(),
    }
}

/// Every place, and where to find which.
pub(super) struct Places {
    pub all: Vec<Place>,
    /// Building sites that somebody will visit.
    pub sites: Vec<usize>,
    /// The communities of the community day.
    pub communities: Vec<usize>,
    kinds: HashMap<(PlaceKind, UnitId), Vec<usize>>,
    by_kind: HashMap<PlaceKind, Vec<usize>>,
    company_of: HashMap<PlaceId, UnitId>,
}

struct Maker<'a> {
    chance: &'a mut Chance,
    names: &'a mut Names,
    company: &'a Company,
    districts: &'static [District],
    all: Vec<Place>,
    company_of: HashMap<PlaceId, UnitId>,
}

impl Maker<'_> {
    fn put(&mut self, d: &District, kind: PlaceKind, prefix: &str, name: String) -> usize {
        let n = self.all.len() + 1;
        let mut off = |reach: i64| {
            // Two draws make the middle likelier than the rim.
            i64::midpoint(self.chance.between(-reach, reach), self.chance.between(-reach, reach))
        };
        let point = Point { lat: (d.middle.0 + off(d.reach.0)) as i32, lon: (d.middle.1 + off(d.reach.1)) as i32 };
        let own = if d.code == "DX" && self.chance.percent(25) { "YZ" } else { d.company };
        let company = self.company.unit_by_code(own);
        let below = self.company.stations_of(company);
        let unit = match kind {
            PlaceKind::Village | PlaceKind::Station => self.chance.any(&below).copied(),
            PlaceKind::Government | PlaceKind::Community | PlaceKind::Customer => None,
            _ if self.chance.percent(25) => self.chance.any(&below).copied(),
            _ => None,
        };
        let area = if d.area == Area::Suburban && kind == PlaceKind::Village && self.chance.percent(12) {
            Area::Remote
        } else {
            d.area
        };
        let id = PlaceId(self.chance.uuid(FOUNDED));
        self.company_of.insert(id, company);
        self.all.push(Place {
            id,
            code: format!("{}-{prefix}{n:04}", d.code),
            name,
            kind,
            district: d.name.to_owned(),
            area,
            point: Some(point),
            unit: Some(unit.unwrap_or(company)),
        });
        n - 1
    }

    fn sites(&mut self, n: usize) -> Vec<usize> {
        let weights: Vec<u32> = self.districts.iter().map(|d| d.share).collect();
        (0..n)
            .filter_map(|i| {
                // Every district gets one before chance decides.
                let d =
                    self.districts.get(if i < self.districts.len() { i } else { self.chance.weighted(&weights) })?;
                let name = self.names.site(self.chance, d.area == Area::Urban, d.area == Area::Remote);
                Some(self.put(d, PlaceKind::ConstructionSite, "S", name))
            })
            .collect()
    }
}

/// Makes the register.
pub(super) fn make(chance: &mut Chance, names: &mut Names, company: &Company, size: &Size) -> Places {
    let districts = DISTRICTS.get(told(size)).unwrap_or(&[]);
    let mut m = Maker { chance, names, company, districts, all: Vec::new(), company_of: HashMap::new() };
    let sites = m.sites(size.sites);
    m.sites(size.spare_sites);
    let mut communities = Vec::new();
    for i in 0..size.communities {
        let Some(d) = districts.get(i % districts.len()) else { continue };
        let name = m.names.community(m.chance);
        communities.push(m.put(d, PlaceKind::Community, "C", name));
    }
    for d in districts {
        for office in ["人民政府", "城市管理委员会", "住房和城乡建设委员会", "发展和改革委员会"]
        {
            m.put(d, PlaceKind::Government, "G", format!("{}{office}", d.name));
        }
        for _ in 0..2 {
            let name = m.names.street(m.chance);
            m.put(d, PlaceKind::Government, "G", format!("{name}街道办事处"));
        }
        for _ in 0..9 {
            let name = m.names.customer(m.chance);
            m.put(d, PlaceKind::Customer, "U", name);
        }
        for _ in 0..5 {
            let name = m.names.installation(m.chance);
            m.put(d, PlaceKind::Installation, "I", name);
        }
        for _ in 0..3 {
            let name = m.names.street(m.chance);
            m.put(d, PlaceKind::Street, "R", name);
        }
        if d.area != Area::Urban {
            for _ in 0..5 {
                let name = m.names.village(m.chance);
                m.put(d, PlaceKind::Village, "V", name);
            }
        }
        let station = m.names.street(m.chance);
        m.put(d, PlaceKind::Station, "B", format!("{station}营业厅"));
        let station = m.names.street(m.chance);
        m.put(d, PlaceKind::Station, "B", format!("{station}供电所"));
    }
    let (all, company_of) = (m.all, m.company_of);
    let mut kinds: HashMap<(PlaceKind, UnitId), Vec<usize>> = HashMap::new();
    let mut by_kind: HashMap<PlaceKind, Vec<usize>> = HashMap::new();
    for (i, p) in all.iter().enumerate() {
        by_kind.entry(p.kind).or_default().push(i);
        if let Some(c) = company_of.get(&p.id) {
            kinds.entry((p.kind, *c)).or_default().push(i);
        }
    }
    Places { all, sites, communities, kinds, by_kind, company_of }
}

impl Places {
    /// Places of a kind.
    pub fn of(&self, kind: PlaceKind) -> &[usize] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }
    /// Places of a kind that a company answers for.
    pub fn near(&self, kind: PlaceKind, company: UnitId) -> &[usize] {
        self.kinds.get(&(kind, company)).map_or(&[], Vec::as_slice)
    }
    /// The company that answers for a place, itself or through one of its stations.
    pub fn company(&self, place: &Place) -> Option<UnitId> {
        self.company_of.get(&place.id).copied()
    }
}
