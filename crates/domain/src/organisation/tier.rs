//! Tiers 层级: the two levels of headquarters and what lies below them. A tier is derived from a level and the kind of its unit, both
//! as they were on a day, and stored nowhere. It does not know who anybody is.

use super::org::{Level, UnitKind};
use crate::base::codes::codes;

codes! {
    /// Where in the company somebody works 层级.
    Tier[3] {
        /// Headquarters of the company 市公司本部: its leadership and departments.
        Headquarters = "headquarters",
        /// Office of a unit below it 二级单位机关.
        Unit = "unit",
        /// Stations and teams 站所班组.
        Station = "station",
    }
}

impl Tier {
    /// The tier of a level in a unit of a kind. The unit decides; only the head of a station counts with the stations also
    /// where he is kept in the office above it.
    pub fn of(level: Level, kind: UnitKind) -> Tier {
        match (kind, level) {
            (UnitKind::Company | UnitKind::Department, _) => Tier::Headquarters,
            (UnitKind::Station | UnitKind::Team | UnitKind::Temporary | UnitKind::Contractor, _)
            | (_, Level::StationHead) => Tier::Station,
            (UnitKind::DistrictCompany | UnitKind::ProfessionalCompany, _) => Tier::Unit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_decides_and_the_head_of_a_station_is_of_the_stations() {
        use {Level as L, UnitKind as K};
        for (kind, level, tier) in [
            (K::Company, L::LeadershipTeam, Tier::Headquarters),
            (K::Department, L::DepartmentHead, Tier::Headquarters),
            (K::Department, L::Staff, Tier::Headquarters),
            (K::DistrictCompany, L::UnitHead, Tier::Unit),
            // The leadership and a department of a district company are of its office.
            (K::DistrictCompany, L::LeadershipTeam, Tier::Unit),
            (K::ProfessionalCompany, L::DepartmentHead, Tier::Unit),
            (K::ProfessionalCompany, L::Staff, Tier::Unit),
            (K::DistrictCompany, L::StationHead, Tier::Station),
            (K::Station, L::StationHead, Tier::Station),
            (K::Team, L::Staff, Tier::Station),
            (K::Temporary, L::UnitHead, Tier::Station),
        ] {
            assert_eq!(Tier::of(level, kind), tier, "{kind:?} {level:?}");
        }
    }
}
