//! The words tables of our registers may use: column names and values in Chinese or English, from
//! `maps/tables.toml`. Stable codes always count. This module does not know what the words are for.

use crate::frame::codes::value_of;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use yixian_domain::household::Vulnerability;
use yixian_domain::org::{Level, Role, Specialty, UnitKind};
use yixian_domain::outage::{NetworkLevel, OutageKind};
use yixian_domain::partner::PartnerRole;
use yixian_domain::place::{Area, PlaceKind};
use yixian_domain::programme::{ItemKind, Terrain};
use yixian_domain::time::{Date, Instant, Time, Zone};

type Table = BTreeMap<String, Vec<String>>;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Table, column: other names.
    columns: BTreeMap<String, Table>,
    /// Sort of value, code: other words.
    values: BTreeMap<String, Table>,
    day: Day,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    between: String,
    after: String,
}

// It comes with the program and a test reads it: what is not readable leaves the stable codes.
static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../../../maps/tables.toml")).unwrap_or_default());

/// A column: its stable name, and whether a table must have it.
pub(crate) struct Column {
    pub name: &'static str,
    pub needed: bool,
}

const fn needed(name: &'static str) -> Column {
    Column { name, needed: true }
}
const fn optional(name: &'static str) -> Column {
    Column { name, needed: false }
}

/// Columns of a table of units.
pub(crate) const UNITS: &[Column] =
    &[needed("code"), needed("name"), optional("name_en"), needed("kind"), needed("parent")];

/// Columns of a table of people.
pub(crate) const PEOPLE: &[Column] = &[
    needed("code"),
    needed("name"),
    needed("unit"),
    needed("level"),
    needed("specialty"),
    needed("duty"),
    optional("roles"),
    optional("from"),
    optional("to"),
];

/// Columns of a table of places.
pub(crate) const PLACES: &[Column] = &[
    needed("code"),
    needed("name"),
    needed("kind"),
    needed("district"),
    needed("area"),
    optional("lat"),
    optional("lon"),
    optional("unit"),
];

/// Columns of a table of partners.
pub(crate) const PARTNERS: &[Column] = &[
    needed("code"),
    needed("name"),
    optional("name_en"),
    optional("roles"),
    optional("district"),
    optional("credit_code"),
    optional("liaison"),
    optional("unit"),
    optional("contacts"),
];

/// Columns of a table of members of the roster.
pub(crate) const MEMBERS: &[Column] = &[
    needed("code"),
    optional("name"),
    optional("last_four"),
    optional("staff_number"),
    optional("branch"),
    optional("unit"),
    optional("person"),
    optional("community"),
];

/// Columns of a table of households.
pub(crate) const HOUSEHOLDS: &[Column] = &[
    needed("code"),
    optional("resident"),
    optional("address"),
    optional("phone"),
    optional("vulnerable"),
    optional("unit"),
    optional("community"),
    optional("consent"),
];

/// Columns of a table of sections of works.
pub(crate) const SECTIONS: &[Column] = &[
    needed("programme"),
    needed("code"),
    needed("name"),
    optional("name_en"),
    needed("district"),
    optional("batch"),
    optional("terrain"),
    optional("place"),
    optional("contractor"),
    optional("supervisor"),
    optional("households"),
    optional("capacity_kw"),
    optional("metres"),
    optional("items"),
];

/// Columns of a table of milestones of sections.
pub(crate) const MILESTONES: &[Column] = &[
    needed("section"),
    needed("milestone"),
    optional("baseline"),
    optional("forecast"),
    optional("reached"),
    optional("lat"),
    optional("lon"),
    optional("without_permit"),
];

/// Columns of a table of resolutions of joint conferences.
pub(crate) const RESOLUTIONS: &[Column] = &[
    needed("conference"),
    needed("meeting"),
    needed("topic"),
    needed("text"),
    needed("owner"),
    optional("person"),
    optional("helpers"),
    needed("due"),
    optional("test"),
];

/// Columns of a table of tasks of an indicator.
pub(crate) const TASKS: &[Column] = &[
    needed("indicator"),
    needed("aspect"),
    optional("aspect_name"),
    optional("aspect_name_en"),
    optional("aspect_parent"),
    optional("aspect_weight"),
    optional("component"),
    needed("code"),
    needed("title"),
    needed("weight"),
    needed("owner"),
    optional("helpers"),
    needed("due"),
    optional("deliverable"),
    optional("evidence"),
];

/// Why there is a draft that begins with a table.
pub(crate) fn reason_of_a_table() -> &'static str {
    "按导入的任务分解表 / as the imported table has it"
}

/// Columns of a table of outages.
pub(crate) const OUTAGES: &[Column] = &[
    needed("code"),
    needed("start"),
    optional("end"),
    needed("district"),
    needed("unit"),
    needed("level"),
    needed("kind"),
    needed("customers"),
    optional("cause"),
];

/// The names a column may have in a table: its stable name first.
pub(crate) fn names(table: &str, column: &'static str) -> impl Iterator<Item = &'static str> {
    let also = WORDS.columns.get(table).and_then(|t| t.get(column));
    std::iter::once(column).chain(also.into_iter().flatten().map(String::as_str))
}

/// A word without what people vary: case, blanks, hyphens.
fn plain(word: &str) -> String {
    word.trim().to_lowercase().chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '/')).collect()
}

/// The code a word stands for.
fn code(sort: &str, word: &str) -> Option<&'static str> {
    let word = plain(word);
    let found = WORDS.values.get(sort)?.iter().find(|(code, words)| {
        // Yes and no are words like the others, and empty ones too.
        plain(code) == word || words.iter().any(|w| plain(w) == word)
    });
    found.map(|(code, _)| code.as_str())
}

fn value<T: serde::de::DeserializeOwned>(sort: &'static str, word: &str) -> Option<T> {
    value_of(sort, code(sort, word)?).ok()
}

/// What makes a household need us more than others.
pub(crate) fn vulnerability(word: &str) -> Option<Vulnerability> {
    value("vulnerability", word)
}

pub(crate) fn unit_kind(word: &str) -> Option<UnitKind> {
    value("unit_kind", word)
}

pub(crate) fn level(word: &str) -> Option<Level> {
    value("level", word)
}

pub(crate) fn specialty(word: &str) -> Option<Specialty> {
    value("specialty", word)
}

pub(crate) fn role(word: &str) -> Option<Role> {
    value("role", word)
}

pub(crate) fn place_kind(word: &str) -> Option<PlaceKind> {
    value("place_kind", word)
}

pub(crate) fn area(word: &str) -> Option<Area> {
    value("area", word)
}

pub(crate) fn partner_role(word: &str) -> Option<PartnerRole> {
    value("partner_role", word)
}

pub(crate) fn terrain(word: &str) -> Option<Terrain> {
    value("terrain", word)
}

pub(crate) fn item(word: &str) -> Option<ItemKind> {
    value("item", word)
}

pub(crate) fn network_level(word: &str) -> Option<NetworkLevel> {
    value("network_level", word)
}

pub(crate) fn outage_kind(word: &str) -> Option<OutageKind> {
    value("outage_kind", word)
}

/// Yes or no; nothing is no.
pub(crate) fn yes(word: &str) -> Option<bool> {
    code("yes", word).map(|code| code == "yes")
}

/// A day, as people write it.
pub(crate) fn day(text: &str) -> Option<Date> {
    let text = text.trim().trim_end_matches(|c| WORDS.day.after.contains(c));
    let parts: Vec<&str> = text.split(|c| WORDS.day.between.contains(c)).collect();
    let [y, m, d] = parts.as_slice() else { return None };
    Date::new(y.trim().parse().ok()?, m.trim().parse().ok()?, d.trim().parse().ok()?).ok()
}

/// A time of a day, as people write it, with or without a zone of its own: `2018-05-01 08:30`, `2018/5/1 8:30:15`,
/// `2018-05-01T08:30:00+08:00`.
pub(crate) fn moment(text: &str, zone: &Zone) -> Option<Instant> {
    let text = text.trim();
    if let Ok(at) = Instant::parse(text) {
        return Some(at);
    }
    let (date, time) = text.split_once([' ', 'T', '\u{3000}'])?;
    let parts: Vec<i8> = time.trim().split([':', '：']).map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match parts.as_slice() {
        [h, m] => (*h, *m, 0),
        [h, m, s] => (*h, *m, *s),
        _ => return None,
    };
    Some(zone.at(day(date)?, Time::new(hour, minute, second, 0).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::codes::code_of as name_of;

    #[test]
    fn the_file_is_readable_and_names_only_columns_there_are() {
        let words: Words = toml::from_str(include_str!("../../../../maps/tables.toml")).expect("readable");
        for (table, columns) in [
            ("units", UNITS),
            ("people", PEOPLE),
            ("places", PLACES),
            ("partners", PARTNERS),
            ("sections", SECTIONS),
            ("milestones", MILESTONES),
            ("resolutions", RESOLUTIONS),
            ("tasks", TASKS),
            ("outages", OUTAGES),
            ("members", MEMBERS),
            ("households", HOUSEHOLDS),
        ] {
            let named: Vec<_> = words.columns[table].keys().map(String::as_str).collect();
            let mut known: Vec<_> = columns.iter().map(|c| c.name).collect();
            known.sort_unstable();
            assert_eq!(named, known);
        }
        assert_eq!((yes("√"), yes(" "), yes("无")), (Some(true), Some(false), Some(false)));
        assert_eq!(names("people", "code").nth(1), Some("工号"));
    }

    #[test]
    fn every_stable_code_is_a_word() {
        for (kinds, of) in [
            (
                vec![
                    "company",
                    "department",
                    "district_company",
                    "professional_company",
                    "station",
                    "team",
                    "temporary",
                    "contractor",
                ],
                (|w: &str| unit_kind(w).map(name_of)) as fn(&str) -> Option<String>,
            ),
            (vec!["leadership_team", "department_head", "unit_head", "station_head", "staff"], |w| {
                level(w).map(name_of)
            }),
            (
                vec!["dispatch", "operations", "marketing", "construction", "safety", "supplies", "party", "general"],
                |w| specialty(w).map(name_of),
            ),
            (vec!["administrator", "coordinator", "leader", "handler", "verifier", "viewer"], |w| role(w).map(name_of)),
            (
                vec![
                    "construction_site",
                    "installation",
                    "station",
                    "street",
                    "village",
                    "community",
                    "government",
                    "customer",
                ],
                |w| place_kind(w).map(name_of),
            ),
            (vec!["urban", "suburban", "remote"], |w| area(w).map(name_of)),
        ] {
            for word in kinds {
                assert_eq!(of(word).as_deref(), Some(word));
            }
        }
        assert!(NetworkLevel::ALL.iter().all(|l| network_level(l.as_str()) == Some(*l)));
        assert!(OutageKind::ALL.iter().all(|k| outage_kind(k.as_str()) == Some(*k)));
        assert_eq!(
            (network_level("10 kV"), network_level("220千伏"), outage_kind("限电")),
            (Some(NetworkLevel::Medium), Some(NetworkLevel::High), Some(OutageKind::LoadShedding))
        );
        assert!(Vulnerability::ALL.iter().all(|v| vulnerability(v.as_str()) == Some(*v)));
        for role in PartnerRole::ALL {
            assert_eq!(partner_role(role.as_str()), Some(*role));
        }
        for (terrain_, item_) in Terrain::ALL.iter().zip(ItemKind::ALL) {
            assert_eq!((terrain(terrain_.as_str()), item(item_.as_str())), (Some(*terrain_), Some(*item_)));
        }
        assert!(ItemKind::ALL.iter().all(|i| item(i.as_str()) == Some(*i)));
        assert_eq!(
            (unit_kind("区供电公司"), level(" 班子成员 "), role("协调员")),
            (Some(UnitKind::DistrictCompany), Some(Level::LeadershipTeam), Some(Role::Coordinator))
        );
        assert_eq!((unit_kind("银行"), yes("maybe")), (None, None));
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let may = Date::constant(2018, 5, 1);
        for text in ["2018-05-01", "2018/5/1", "2018.5.1", " 2018年5月1日 "] {
            assert_eq!(day(text), Some(may), "{text}");
        }
        for text in ["", "2018", "2018-02-30", "1/5/2018x", "五月"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let zone = Zone::parse("Asia/Shanghai").expect("a zone");
        let at = Instant::parse("2018-05-01T08:30:00+08:00").expect("an instant");
        for text in
            ["2018-05-01 08:30", "2018/5/1 8:30:00", "2018年5月1日 8：30", "2018-05-01T08:30", "2018-05-01T00:30:00Z"]
        {
            assert_eq!(moment(text, &zone), Some(at), "{text}");
        }
        for text in
            ["", "2018-05-01", "8:30", "2018-05-01 25:00", "2018-05-01 08:60", "2018-05-01 8", "2018-05-01 1:2:3:4"]
        {
            assert_eq!(moment(text, &zone), None, "{text}");
        }
    }
}
