//! The register of places: sixteen districts, building sites, stations, offices, customers,
//! communities, villages and streets, each with a point inside the city's extent. District and unit
//! are separate: 城区 answers for two districts, 亦庄 for a part of 大兴. It knows where in the city each
//! kind of place can lie and how many customers live where; not what happens there.

use super::chance::Chance;
use super::ground::{Ground, SITES};
use super::names::Names;
use super::organisation::Company;
use super::{FOUNDED, Size};
use std::collections::HashMap;
use std::ops::Range;
use yixian_domain::ids::{PlaceId, UnitId};
use yixian_domain::place::{Area, Place, PlaceKind, Point};

/// A district: name, code, company, its share of the building sites, how many customers it has (in
/// proportion, about as many as it has residents), how many roads get their lines underground, how it
/// lies, its middle and how far it reaches (micro-degrees of latitude and longitude).
pub(super) struct District {
    pub name: &'static str,
    pub code: &'static str,
    pub company: &'static str,
    share: u32,
    pub customers: u32,
    roads: usize,
    area: Area,
    middle: (i64, i64),
    reach: (i64, i64),
}

const fn district(
    name: &'static str,
    code: &'static str,
    company: &'static str,
    (share, customers, roads): (u32, u32, usize),
    area: Area,
    middle: (i64, i64),
    reach: (i64, i64),
) -> District {
    District { name, code, company, share, customers, roads, area, middle, reach }
}

/// The sixteen districts.
pub(super) static DISTRICTS: [District; 16] = [
    district("东城区", "DC", "CQ", (110, 82, 35), Area::Urban, (39_917_000, 116_416_000), (25_000, 22_000)),
    district("西城区", "XC", "CQ", (120, 118, 45), Area::Urban, (39_912_000, 116_364_000), (26_000, 22_000)),
    district("朝阳区", "CY", "CY", (300, 360, 8), Area::Urban, (39_950_000, 116_505_000), (60_000, 60_000)),
    district("海淀区", "HD", "HD", (260, 336, 6), Area::Urban, (40_020_000, 116_260_000), (70_000, 70_000)),
    district("丰台区", "FT", "FT", (200, 210, 5), Area::Urban, (39_838_000, 116_280_000), (40_000, 80_000)),
    district("石景山区", "SJ", "SJ", (80, 59, 2), Area::Urban, (39_922_000, 116_185_000), (28_000, 30_000)),
    district("门头沟区", "MT", "MT", (95, 33, 0), Area::Remote, (39_985_000, 115_850_000), (80_000, 220_000)),
    district("房山区", "FS", "FS", (180, 119, 0), Area::Suburban, (39_705_000, 115_980_000), (100_000, 170_000)),
    district("通州区", "TZ", "TZ", (260, 158, 0), Area::Suburban, (39_800_000, 116_720_000), (110_000, 100_000)),
    district("顺义区", "SY", "SY", (170, 117, 0), Area::Suburban, (40_150_000, 116_720_000), (90_000, 130_000)),
    district("昌平区", "CP", "CP", (210, 211, 0), Area::Suburban, (40_200_000, 116_200_000), (90_000, 150_000)),
    district("大兴区", "DX", "DX", (240, 180, 0), Area::Suburban, (39_650_000, 116_400_000), (110_000, 110_000)),
    district("怀柔区", "HR", "HR", (90, 41, 0), Area::Remote, (40_550_000, 116_600_000), (200_000, 120_000)),
    district("平谷区", "PG", "PG", (85, 46, 0), Area::Remote, (40_170_000, 117_120_000), (90_000, 110_000)),
    district("密云区", "MY", "MY", (95, 50, 0), Area::Remote, (40_520_000, 116_950_000), (150_000, 180_000)),
    district("延庆区", "YQ", "YQ", (110, 35, 0), Area::Remote, (40_500_000, 116_050_000), (130_000, 180_000)),
];

/// Which of the districts are told of.
pub(super) fn told(size: &Size) -> Range<usize> {
    match size.part.and_then(|p| DISTRICTS.iter().position(|d| d.code == p.district)) {
        Some(i) => i..i + 1,
        None => 0..DISTRICTS.len(),
    }
}

/// A district that is told of, likelier the more customers it has.
pub(super) fn by_customers(chance: &mut Chance, size: &Size) -> usize {
    let told = told(size);
    let weights: Vec<u32> = DISTRICTS.get(told.clone()).unwrap_or(&[]).iter().map(|d| d.customers).collect();
    told.start + chance.weighted(&weights)
}

/// Every place, and where to find which.
pub(super) struct Places {
    pub all: Vec<Place>,
    /// What each is, in the same order.
    grounds: Vec<Ground>,
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
    grounds: Vec<Ground>,
    company_of: HashMap<PlaceId, UnitId>,
}

impl Maker<'_> {
    fn put(&mut self, d: &District, ground: Ground, prefix: &str, name: String) -> usize {
        let kind = ground.kind();
        self.grounds.push(ground);
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

    /// Building sites; so many of them in proportion are the programme's roads, each in its district.
    fn sites(&mut self, n: usize, roads: bool) -> Vec<usize> {
        let weights: Vec<u32> = self.districts.iter().map(|d| d.share).collect();
        let mut here: Vec<usize> = (0..n)
            // Every district gets one before chance decides.
            .map(|i| if i < self.districts.len() { i } else { self.chance.weighted(&weights) })
            .collect();
        let mut left: Vec<usize> =
            self.districts.iter().map(|d| if roads { (d.roads * n).div_ceil(Size::FULL.sites) } else { 0 }).collect();
        // The roads are not the first of their district alone.
        self.chance.shuffle(&mut here);
        let mut of: HashMap<usize, usize> = HashMap::new();
        for i in &here {
            *of.entry(*i).or_default() += 1;
        }
        let mut out = Vec::new();
        for i in here {
            let Some(d) = self.districts.get(i) else { continue };
            let sites = of.entry(i).or_insert(1);
            let road = left.get(i).is_some_and(|l| self.chance.below(*sites) < *l);
            *sites = sites.saturating_sub(1);
            let ground = if road {
                left[i] -= 1;
                Ground::Undergrounding
            } else {
                SITES[self.chance.weighted(&Ground::shares(d.area))]
            };
            let name = self.names.site(self.chance, ground, d.area);
            out.push(self.put(d, ground, "S", name));
        }
        out
    }
}

/// Makes the register.
pub(super) fn make(chance: &mut Chance, names: &mut Names, company: &Company, size: &Size) -> Places {
    let districts = DISTRICTS.get(told(size)).unwrap_or(&[]);
    let (all, grounds, company_of) = (Vec::new(), Vec::new(), HashMap::new());
    let mut m = Maker { chance, names, company, districts, all, grounds, company_of };
    let sites = m.sites(size.sites, true);
    m.sites(size.spare_sites, false);
    let mut communities = Vec::new();
    for i in 0..size.communities {
        let Some(d) = districts.get(i % districts.len()) else { continue };
        let name = m.names.community(m.chance);
        communities.push(m.put(d, Ground::Community, "C", name));
    }
    let everybody: usize = districts.iter().map(|d| d.customers as usize).sum();
    for d in districts {
        for office in ["人民政府", "城市管理委员会", "住房和城乡建设委员会", "发展和改革委员会"]
        {
            m.put(d, Ground::Government, "G", format!("{}{office}", d.name));
        }
        for _ in 0..2 {
            let name = m.names.street(m.chance);
            m.put(d, Ground::Government, "G", format!("{name}街道办事处"));
        }
        // Nine for a district of middle size.
        for _ in 0..(9 * districts.len() * d.customers as usize / everybody.max(1)).max(4) {
            let name = m.names.customer(m.chance, d.area);
            m.put(d, Ground::Customer, "U", name);
        }
        for ground in [Ground::Substation, Ground::Substation, Ground::SwitchRoom, Ground::SwitchRoom, Ground::Overhead]
        {
            let name = m.names.installation(m.chance, ground, d.area);
            m.put(d, ground, "I", name);
        }
        for _ in 0..3 {
            let name = m.names.street(m.chance);
            m.put(d, Ground::Street, "R", name);
        }
        if d.area != Area::Urban {
            for _ in 0..5 {
                let name = m.names.village(m.chance);
                m.put(d, Ground::Village, "V", name);
            }
        }
        let station = m.names.street(m.chance);
        m.put(d, Ground::Hall, "B", format!("{station}营业厅"));
        let station = m.names.street(m.chance);
        m.put(d, Ground::Depot, "B", format!("{station}供电所"));
    }
    let (all, grounds, company_of) = (m.all, m.grounds, m.company_of);
    let mut kinds: HashMap<(PlaceKind, UnitId), Vec<usize>> = HashMap::new();
    let mut by_kind: HashMap<PlaceKind, Vec<usize>> = HashMap::new();
    for (i, p) in all.iter().enumerate() {
        by_kind.entry(p.kind).or_default().push(i);
        if let Some(c) = company_of.get(&p.id) {
            kinds.entry((p.kind, *c)).or_default().push(i);
        }
    }
    Places { all, grounds, sites, communities, kinds, by_kind, company_of }
}

impl Places {
    /// What a place is.
    pub fn ground(&self, place: usize) -> Ground {
        self.grounds.get(place).copied().unwrap_or(Ground::Customer)
    }
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
