//! API: a year of supply, and outages.

use super::list::answered;
use super::year;
use crate::door::answer::{Coded, Day, Moment, asked, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::paging::Listed;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;
use yixian_app::{AppError, FieldError};
use yixian_domain::outage::sums::Measured;
use yixian_domain::outage::year::Indexed;
use yixian_domain::outage::{NetworkLevel, Outage, OutageKind};

asked! {
    /// A year.
    YearAsked { "type": "integer", "minimum": 1990, "maximum": 2100, "description": "The present one where it is missing" }
    /// A dimension.
    ByAsked { "type": "string", "enum": ["month", "district", "level", "kind"], "default": "month" }
    /// An instant of knowledge.
    AsOfAsked { "type": "string", "format": "date-time", "description": "As it was known then" }
    /// Days.
    PeriodAsked { "type": "string", "description": "A year, a month or a day: 2018, 2018-05, 2018-05-17, or from one to another" }
    /// A district.
    DistrictAsked { "type": "string", "description": "A district, by its whole name" }
}

choices!("NetworkLevel" NetworkLevel, "OutageKind" OutageKind);

/// An outage.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OutageItem {
    /// Identity.
    id: Uuid,
    /// Its number where it was recorded first, unique.
    code: String,
    /// Power went.
    start: Moment,
    /// Power was back; none while it lasts.
    end: Option<Moment>,
    /// District.
    district: String,
    /// The unit that serves those customers.
    unit: Uuid,
    /// Where in the network it began.
    level: Coded<NetworkLevel>,
    /// Whether it was meant.
    kind: Coded<OutageKind>,
    /// Customers without power.
    customers: u32,
    /// Why, in a few words.
    cause: Option<String>,
    /// It was recorded by mistake and counts nowhere.
    voided: bool,
    /// The file that brought it.
    file: Option<Uuid>,
    /// Its line in that file.
    line: Option<u64>,
    /// When it was first recorded.
    recorded_at: Moment,
    /// Revision, for `If-Match`.
    rev: u32,
}

fn item(o: &Outage) -> OutageItem {
    let f = &o.facts;
    OutageItem {
        id: o.id,
        code: o.code.clone(),
        start: told(&f.start),
        end: told(&f.end),
        district: f.district.clone(),
        unit: f.unit.0,
        level: told(&f.level),
        kind: told(&f.kind),
        customers: f.customers,
        cause: f.cause.clone(),
        voided: o.voided,
        file: o.source.map(|s| s.0),
        line: o.source.map(|s| s.1),
        recorded_at: told(&o.recorded_at),
        rev: o.rev,
    }
}

/// Indices of a group of outages.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IndicesItem {
    /// Outages.
    events: i64,
    /// Those that last.
    open: i64,
    /// Those longer than five minutes.
    sustained: i64,
    /// Customers they interrupted: one customer twice is two.
    interruptions: i64,
    /// Minutes they took from customers.
    customer_minutes: f64,
    /// Minutes without power per customer served.
    saidi_min: Option<f64>,
    /// Interruptions per customer served.
    saifi: Option<f64>,
    /// Minutes per interruption.
    caidi_min: Option<f64>,
    /// Share of the time in which a customer had power, per cent.
    asai: Option<f64>,
}

fn indices(m: &Measured) -> IndicesItem {
    IndicesItem {
        events: m.sums.events,
        open: m.sums.open,
        sustained: m.sums.sustained,
        interruptions: m.sums.interruptions,
        customer_minutes: m.sums.customer_minutes(),
        saidi_min: m.saidi_min(),
        saifi: m.saifi(),
        caidi_min: m.caidi_min(),
        asai: m.asai(),
    }
}

/// A month, a district, a level, a kind, or the whole year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReliabilityRow {
    /// The month (`2018-05`), the district, or a code; `all` for the whole.
    key: String,
    /// Customers served, the mean of its days.
    served: f64,
    /// Of all its outages.
    all: IndicesItem,
    /// Of those on days that were no major event.
    without_major: IndicesItem,
}

fn row(key: String, i: &Indexed) -> ReliabilityRow {
    ReliabilityRow { key, served: i.all.served, all: indices(&i.all), without_major: indices(&i.without) }
}

/// A day that was a major event.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MajorItem {
    /// Which.
    day: Day,
    /// Its SAIDI, minutes.
    saidi_min: f64,
}

/// From when on a day is a major event.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ThresholdItem {
    /// Mean of ln(SAIDI) of the days that told it.
    alpha: f64,
    /// Their sample deviation.
    beta: f64,
    /// exp(alpha + 2.5 beta), minutes.
    t_med: f64,
    /// The first year of those days.
    first_year: i16,
    /// The last.
    last_year: i16,
}

/// A year of supply.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReliabilityAnswer {
    /// Which.
    year: i16,
    /// As it was known then.
    as_of: Moment,
    /// By what the rows are told apart.
    by: String,
    /// From when on a day is a major event.
    threshold: Option<ThresholdItem>,
    /// Those days.
    major_days: Vec<MajorItem>,
    /// The whole year, so far as it is over.
    total: ReliabilityRow,
    /// Each month, district, level or kind.
    rows: Vec<ReliabilityRow>,
}

/// `GET /api/v1/reliability`
pub async fn reliability(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<ReliabilityAnswer>, Failure> {
    let q = query(uri.query());
    let r = year::asked(&web, &v, &q).await?;
    let y = &r.year;
    let by = if q.get("by").is_empty() { "month" } else { q.get("by") };
    let rows: Vec<ReliabilityRow> = match by {
        "month" => y.months.iter().map(|(m, i)| row(format!("{:04}-{:02}", m.year(), m.month()), i)).collect(),
        "district" => y.districts.iter().map(|(d, i)| row(d.clone(), i)).collect(),
        "level" => y.levels.iter().map(|(l, i)| row(l.as_str().to_owned(), i)).collect(),
        "kind" => y.kinds.iter().map(|(k, i)| row(k.as_str().to_owned(), i)).collect(),
        other => {
            let fault = FieldError::with("by", "filter", format!("{other}: month, district, level, kind"));
            return Err(AppError::Invalid(vec![fault]).into());
        }
    };
    Ok(Json(ReliabilityAnswer {
        year: y.year,
        as_of: told(&r.as_of),
        by: by.to_owned(),
        threshold: y.threshold.map(|t| ThresholdItem {
            alpha: t.threshold.alpha,
            beta: t.threshold.beta,
            t_med: t.threshold.t_med,
            first_year: t.first,
            last_year: t.last,
        }),
        major_days: y.major.iter().map(|m| MajorItem { day: told(&m.day), saidi_min: m.saidi_min }).collect(),
        total: row("all".to_owned(), &y.total),
        rows,
    }))
}

/// `GET /api/v1/outages`
pub async fn outages(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<Listed<OutageItem>>, Failure> {
    let (all, next) = answered(&web, &v, &query(uri.query())).await?;
    Ok(Json(Listed { items: all.iter().map(item).collect(), next, total: None, total_is_exact: None }))
}

/// `GET /api/v1/outages/{id}`
pub async fn outage(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
) -> Result<Json<OutageItem>, Failure> {
    Ok(Json(item(&web.app().outage(&v.actor, &at).await?)))
}
