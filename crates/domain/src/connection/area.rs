//! Districts with their streets and towns, and which of them count as rural. Customers choose a street, not an area: caps
//! that differ by area follow from it. It knows no address below the street.

use super::Setting;
use serde::Deserialize;

/// A district.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct District {
    /// Its name, as the register of places has it.
    pub name: String,
    /// Streets that count as urban.
    #[serde(default)]
    pub urban: Vec<String>,
    /// Streets and towns that count as rural.
    #[serde(default)]
    pub rural: Vec<String>,
}

impl District {
    /// Every street and town.
    pub fn streets(&self) -> impl Iterator<Item = &str> {
        self.urban.iter().chain(&self.rural).map(String::as_str)
    }
}

/// A name that stands twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” stands twice")]
pub struct AreaTwice(pub String);

/// All districts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas(Vec<District>);

impl Areas {
    /// Checks that no district, and no street of a district, stands twice.
    pub fn new(all: Vec<District>) -> Result<Self, Vec<AreaTwice>> {
        let mut faults = Vec::new();
        for (i, d) in all.iter().enumerate() {
            if all[..i].iter().any(|o| o.name == d.name) {
                faults.push(AreaTwice(d.name.clone()));
            }
            let streets: Vec<&str> = d.streets().collect();
            faults.extend(
                streets
                    .iter()
                    .enumerate()
                    .filter(|(j, s)| streets[..*j].contains(s))
                    .map(|(_, s)| AreaTwice(format!("{} {s}", d.name))),
            );
        }
        if faults.is_empty() { Ok(Self(all)) } else { Err(faults) }
    }

    /// Names of the districts.
    pub fn districts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|d| d.name.as_str())
    }

    /// Streets of a district; none of one that is not listed.
    pub fn streets(&self, district: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |d| d.name == district).flat_map(District::streets)
    }

    /// Whether a district has villages: streets that are rural.
    pub fn has_villages(&self, district: &str) -> bool {
        self.0.iter().any(|d| d.name == district && !d.rural.is_empty())
    }

    /// The area of a street; what is not listed is urban.
    pub fn setting(&self, district: &str, street: &str) -> Setting {
        let rural = self.0.iter().any(|d| d.name == district && d.rural.iter().any(|r| r == street));
        if rural { Setting::Rural } else { Setting::Urban }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_street_says_its_area() {
        let d = |name: &str, urban: &[&str], rural: &[&str]| District {
            name: name.into(),
            urban: urban.iter().map(|s| (*s).into()).collect(),
            rural: rural.iter().map(|s| (*s).into()).collect(),
        };
        let areas =
            Areas::new(vec![d("朝阳区", &["三里屯街道", "东风地区"], &[]), d("房山区", &["东风街道"], &["十渡镇"])])
                .expect("areas");
        for (district, street, want) in [
            ("房山区", "十渡镇", Setting::Rural),
            ("房山区", "东风街道", Setting::Urban),
            ("朝阳区", "十渡镇", Setting::Urban),
            ("朝阳区", "", Setting::Urban),
        ] {
            assert_eq!(areas.setting(district, street), want, "{district} {street}");
        }
        assert_eq!(areas.streets("房山区").collect::<Vec<_>>(), ["东风街道", "十渡镇"]);
        let twice = Areas::new(vec![d("a", &["x"], &["x"]), d("a", &[], &[])]).expect_err("twice");
        assert_eq!(twice, [AreaTwice("a x".into()), AreaTwice("a".into())]);
    }
}
