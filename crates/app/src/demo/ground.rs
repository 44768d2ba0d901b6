//! What a place is to the people who work there: an undergrounding road, a village that gets heat pumps, a substation, a
//! service hall. It says where in the city such a place can be and what it looks like. It does not know which places
//! there are, nor what is found there.

use super::pictures::Scene;
use yixian_domain::place::{Area, PlaceKind};

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ground {
    /// 架空线入地: a road whose overhead lines go underground.
    Undergrounding,
    /// 煤改电: a village whose stoves are replaced.
    CoalVillage,
    /// 输变电: a substation and its lines being built.
    Grid,
    /// 小区配网改造.
    Estate,
    /// 业扩配套: what a large customer's connection needs of the grid.
    Supply,
    /// 电缆沟道.
    Duct,
    /// 线路改造.
    Line,
    /// 充电站.
    Charging,
    Substation,
    SwitchRoom,
    /// A line in service.
    Overhead,
    /// 营业厅.
    Hall,
    /// 供电所.
    Depot,
    Community,
    Village,
    Street,
    Government,
    Customer,
}

/// Every building site.
pub(super) const SITES: [Ground; 8] = [
    Ground::Undergrounding,
    Ground::CoalVillage,
    Ground::Grid,
    Ground::Estate,
    Ground::Supply,
    Ground::Duct,
    Ground::Line,
    Ground::Charging,
];

impl Ground {
    /// What the register calls it.
    pub fn kind(self) -> PlaceKind {
        match self {
            g if SITES.contains(&g) => PlaceKind::ConstructionSite,
            Ground::Substation | Ground::SwitchRoom | Ground::Overhead => PlaceKind::Installation,
            Ground::Hall | Ground::Depot => PlaceKind::Station,
            Ground::Community => PlaceKind::Community,
            Ground::Village => PlaceKind::Village,
            Ground::Street => PlaceKind::Street,
            Ground::Government => PlaceKind::Government,
            _ => PlaceKind::Customer,
        }
    }

    /// Whether the utility builds here.
    pub fn is_site(self) -> bool {
        self.kind() == PlaceKind::ConstructionSite
    }

    /// What a picture taken on arrival shows.
    pub fn scene(self) -> Scene {
        match self {
            Ground::Undergrounding | Ground::Street => Scene::Road,
            Ground::Duct => Scene::Trench,
            Ground::CoalVillage | Ground::Village => Scene::Village,
            Ground::Line | Ground::Overhead => Scene::Pole,
            Ground::Substation | Ground::SwitchRoom => Scene::Switchgear,
            Ground::Estate | Ground::Community => Scene::Transformer,
            Ground::Customer => Scene::Meter,
            Ground::Hall | Ground::Government => Scene::Hall,
            Ground::Grid | Ground::Supply | Ground::Charging => Scene::Gate,
            Ground::Depot => Scene::Stores,
        }
    }

    /// How many of a hundred building sites of such a district are this, in the order of [`SITES`]. Lines go underground in
    /// the inner city, beside what a district's programme says; stoves are replaced where there are villages.
    pub fn shares(area: Area) -> [u32; 8] {
        match area {
            Area::Urban => [0, 0, 14, 32, 22, 16, 6, 10],
            Area::Suburban => [0, 18, 20, 16, 16, 12, 12, 6],
            Area::Remote => [0, 28, 14, 10, 12, 4, 26, 6],
        }
    }
}
