//! API: the board of tiers, the matrix, the burden.

use super::board::levels;
use crate::door::answer::{Coded, Day, Moment, Text, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::read::Directory;
use yixian_domain::access::{Ask, may};
use yixian_domain::figure::levels::Bears;
use yixian_domain::figure::{Figure, FigureCode, Keys};
use yixian_domain::ids::UnitId;
use yixian_domain::org::{Level, Specialty};
use yixian_domain::tier::Tier;

choices!("Tier" Tier);

/// A figure of a row.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Number {
    /// Which.
    figure: Coded<FigureCode>,
    /// Records counted.
    numerator: usize,
    /// Records among which they are counted.
    denominator: Option<usize>,
    /// The number in its unit, not rounded; none over nothing.
    value: Option<f64>,
}

fn number(f: &Figure) -> Number {
    Number {
        figure: told(&f.code),
        numerator: f.ids().len(),
        denominator: f.denominator_ids().map(Keys::len),
        value: f.number(),
    }
}

/// A tier in a month.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardRow {
    /// The month; none over the whole period.
    month: Option<String>,
    /// The tier; none over all.
    tier: Option<Coded<Tier>>,
    /// Persons owing, duty met, activities, median per person, nights, remote share, findings per visit, on the spot, put right.
    figures: Vec<Number>,
}

/// A role with its quota.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleItem {
    /// The role.
    role: Coded<Level>,
    /// Of whom the floor is asked.
    persons: usize,
    /// Who reached it.
    met: usize,
    /// Fewest visits.
    min: usize,
    /// Median of the visits.
    median: f64,
    /// Most visits.
    max: usize,
}

/// What the heads of a unit led.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LedItem {
    /// Code of the unit.
    unit: String,
    /// Activities.
    activities: usize,
}

/// The board.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BoardAnswer {
    /// The period in its shortest way of writing.
    period: Text,
    /// Code of the unit; none for the whole company.
    unit: Option<String>,
    /// What was known then.
    as_of: Moment,
    /// Rows by month and tier.
    items: Vec<BoardRow>,
    /// Quotas of the campaign months.
    quota: Option<Number>,
    /// Role by role.
    roles: Vec<RoleItem>,
    /// What the heads of each unit led.
    led: Vec<LedItem>,
}

fn code(directory: &Directory, id: UnitId) -> String {
    directory.unit(id).map_or_else(|| id.to_string(), |u| u.code.clone())
}

/// `GET /api/v1/two-levels?period=&unit=&as_of=`
pub async fn board(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<BoardAnswer>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let (asked, levels) = levels(&web, &v, &query(uri.query())).await?;
    let directory = web.app().directory().await?;
    let row = |r: &yixian_app::figures::levels::Row| BoardRow {
        month: r.month.map(|m| m.to_string()),
        tier: r.tier.as_ref().map(told),
        figures: r.figures.iter().map(number).collect(),
    };
    let roles = levels.roles.iter().map(|r| RoleItem {
        role: told(&r.level),
        persons: r.persons,
        met: r.met,
        min: r.min,
        median: r.median,
        max: r.max,
    });
    let led = levels.led.iter().map(|(id, visits)| LedItem { unit: code(&directory, *id), activities: visits.len() });
    Ok(Json(BoardAnswer {
        period: told(&asked.period),
        unit: Some(asked.code).filter(|code| !code.is_empty()),
        as_of: told(&asked.as_of),
        items: levels.rows.iter().map(row).collect(),
        quota: levels.quota.as_ref().map(number),
        roles: roles.collect(),
        led: led.collect(),
    }))
}

/// A cell of the matrix.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CellItem {
    /// Code of the company that receives.
    unit: String,
    /// The month.
    month: String,
    /// The tier that came, or might have.
    tier: Coded<Tier>,
    /// The specialty.
    specialty: Coded<Specialty>,
    /// Visits; none is a gap.
    visits: usize,
    /// Day of the first.
    first: Option<Day>,
    /// Day of the last.
    last: Option<Day>,
    /// Somebody owed who might have gone there.
    expected: bool,
}

/// The matrix.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MatrixAnswer {
    /// The period in its shortest way of writing.
    period: Text,
    /// Code of the unit; none for the whole company.
    unit: Option<String>,
    /// What was known then.
    as_of: Moment,
    /// Cells with visits and empty ones that somebody might have filled.
    items: Vec<CellItem>,
    /// Empty cells among those that somebody might have filled.
    missing: Option<Number>,
    /// Units at which nobody was.
    unseen: Option<Number>,
    /// Codes of those units.
    unseen_units: Vec<String>,
}

/// `GET /api/v1/two-levels/matrix?period=&unit=&as_of=`
pub async fn matrix(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<MatrixAnswer>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let (asked, levels) = levels(&web, &v, &query(uri.query())).await?;
    let directory = web.app().directory().await?;
    let cells: std::collections::BTreeSet<_> =
        levels.matrix.expected.iter().chain(levels.matrix.visited.keys()).collect();
    let item = |c: &yixian_domain::figure::levels::Cell| {
        let seen = levels.matrix.visited.get(c);
        CellItem {
            unit: code(&directory, c.unit),
            month: c.month.to_string(),
            tier: told(&c.tier),
            specialty: told(&c.specialty),
            visits: seen.map_or(0, |s| s.visits.len()),
            first: seen.map(|s| told(&s.first)),
            last: seen.map(|s| told(&s.last)),
            expected: levels.matrix.expected.contains(c),
        }
    };
    let unseen = levels.unseen.as_ref().map(|f| f.ids().records()).unwrap_or_default();
    Ok(Json(MatrixAnswer {
        period: told(&asked.period),
        unit: Some(asked.code).filter(|code| !code.is_empty()),
        as_of: told(&asked.as_of),
        items: cells.into_iter().map(item).collect(),
        missing: levels.missing.as_ref().map(number),
        unseen: levels.unseen.as_ref().map(number),
        unseen_units: unseen.iter().map(|id| code(&directory, UnitId(*id))).collect(),
    }))
}

/// A week above what is borne.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BurdenItem {
    /// The ISO week.
    week: String,
    /// Code of the station or team, or of the unit that keeps the place.
    unit: Option<String>,
    /// The place; none where it is the station or team.
    place: Option<Uuid>,
    /// Visits of that week.
    visits: Vec<Uuid>,
    /// How many are borne.
    most: u16,
}

/// A company's stations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CompanyItem {
    /// Code of the company.
    unit: String,
    /// Its stations and teams that keep places.
    stations: usize,
    /// Those with a week above what they bear.
    over: usize,
}

/// What is borne.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BurdenAnswer {
    /// The period in its shortest way of writing.
    period: Text,
    /// Code of the unit; none for the whole company.
    unit: Option<String>,
    /// What was known then.
    as_of: Moment,
    /// Weeks above what is borne.
    items: Vec<BurdenItem>,
    /// Company by company.
    companies: Vec<CompanyItem>,
    /// The share of all stations.
    overburdened: Option<Number>,
}

/// `GET /api/v1/two-levels/burden?period=&unit=&as_of=`
pub async fn burden(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<BurdenAnswer>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let (asked, levels) = levels(&web, &v, &query(uri.query())).await?;
    let directory = web.app().directory().await?;
    let item = |b: &yixian_domain::figure::levels::Burden| BurdenItem {
        week: b.week.to_string(),
        unit: b.keeper.map(|u| code(&directory, u)),
        place: match b.bears {
            Bears::Place(place) => Some(place.0),
            Bears::Unit(_) => None,
        },
        visits: b.visits.iter().map(|id| id.0).collect(),
        most: b.most,
    };
    let company = |c: &yixian_domain::figure::levels::CompanyBurden| CompanyItem {
        unit: code(&directory, c.company),
        stations: c.stations,
        over: c.over,
    };
    Ok(Json(BurdenAnswer {
        period: told(&asked.period),
        unit: Some(asked.code).filter(|code| !code.is_empty()),
        as_of: told(&asked.as_of),
        items: levels.burdens.iter().map(item).collect(),
        companies: levels.companies.iter().map(company).collect(),
        overburdened: levels.overburdened.as_ref().map(number),
    }))
}
