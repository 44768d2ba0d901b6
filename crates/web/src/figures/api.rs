//! API: figures with their definitions, and the ids that make them.

use crate::door::answer::{Coded, Day, Moment, Text, answers, asked, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::asked;
use crate::figures::groups::{key, label};
use crate::figures::records::{dimension, of_key};
use crate::form::fields::query;
use crate::organisation::api::limit;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::figure as kept;
use yixian_domain::figure::{Basis, Dimension, Distinct, Exclusion, Family, FigureCode, Keys, Shape, Unit};

/// Most ids of a page.
const MOST: usize = 5_000;

choices!(
    "FigureCode" FigureCode,
    "FigureFamily" Family,
    "FigureShape" Shape,
    "FigureDistinct" Distinct,
    "FigureBasis" Basis,
    "FigureExclusion" Exclusion,
    "FigureUnit" Unit,
    "FigureDimension" Dimension,
);

asked! {
    /// The period.
    AskedPeriod {
        "type": "string",
        "description": "2018, 2018-05, 2018-05-17, 2011-07..2011-12; this month when missing"
    }
    /// The instant as of which it is counted.
    AskedInstant {
        "type": "string",
        "description": "As of: RFC 3339, a local date and time, or a day, whose end is meant; now when missing"
    }
    /// A dimension.
    AskedDimension {
        "type": "string",
        "enum": ["month", "district", "host", "led", "level", "tier", "kind", "category", "class", "programme", "batch", "role"],
        "description": "Taken apart by it, as far as a figure names it"
    }
    /// A group of the dimension.
    AskedKey { "type": "string", "description": "With `by`: one group alone" }
    /// Which ids.
    AskedPart { "type": "string", "enum": ["numerator", "denominator"], "default": "numerator" }
    /// The last id seen.
    AfterId { "type": "string", "description": "`next` of the page before: the last id seen" }
    /// How many ids.
    Ids { "type": "integer", "minimum": 1, "maximum": 5000, "default": 50 }
}

answers! {
    /// What a figure means.
    struct FigureDefinition of kept::Definition {
        /// Which.
        code: Coded<FigureCode>,
        /// Stable name in addresses, files and catalogues.
        name: String,
        /// From what.
        family: Coded<Family>,
        /// What sort of number.
        shape: Coded<Shape>,
        /// What the numerator counts.
        numerator: String,
        /// What the denominator counts; only for rates.
        denominator: Option<String>,
        /// By what records are told apart.
        distinct: Coded<Distinct>,
        /// Which date puts a record into the period.
        basis: Coded<Basis>,
        /// What is left out.
        exclusions: Vec<Coded<Exclusion>>,
        /// In what it is counted.
        unit: Coded<Unit>,
        /// Version of this definition, raised whenever its meaning changes.
        version: u16,
    }
}

/// A figure of a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FigureItem {
    /// Which.
    figure: Coded<FigureCode>,
    /// By which dimension it is taken apart; none where it is whole.
    by: Option<Coded<Dimension>>,
    /// The group of the dimension.
    key: Option<String>,
    /// Its name in the reader's language; of a group the group's.
    label: String,
    /// Whether the groups of a dimension add up to the whole.
    additive: bool,
    /// Records counted.
    numerator: usize,
    /// Records among which they are counted; none for counts and measures.
    denominator: Option<usize>,
    /// The number in its unit, not rounded; a rate in per cent. None over nothing.
    value: Option<f64>,
    /// The day, of a figure that is one; none where it is not yet so.
    day: Option<Day>,
    /// First day of what is counted, where the period ends before it.
    in_force_since: Option<Day>,
    /// In what it is counted.
    unit: Coded<Unit>,
    /// How many ids the figure's own address lists.
    ids: usize,
    /// What it means.
    definition: FigureDefinition,
}

/// The figures of a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FigureList {
    /// The period in its shortest way of writing.
    period: Text,
    /// Code of the unit; none for the whole company.
    unit: Option<String>,
    /// What was known then.
    as_of: Moment,
    /// Every figure.
    items: Vec<FigureItem>,
    /// None: all figures stand on one page.
    next: Option<String>,
}

/// `GET /api/v1/figures?period=&unit=&as_of=`
pub async fn list(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<FigureList>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let q = query(uri.query());
    let asked = asked(&web, &v, &q).await?;
    let by = match q.get("by") {
        "" => None,
        text => Some(
            Dimension::parse(text).ok_or_else(|| AppError::Invalid(vec![FieldError::with("by", "dimension", text)]))?,
        ),
    };
    let report = web.app().report_of(&v.actor, asked.period, asked.narrow(), asked.as_of, by).await?;
    let directory = web.app().directory().await?;
    let whole = report.figures.iter().filter(|_| by.is_none()).map(|f| (None, f));
    let groups = report.groups.iter().flat_map(|(g, figures)| figures.iter().map(move |f| (Some(g), f)));
    let items = whole.chain(groups).map(|(group, f)| {
        let d = f.definition();
        FigureItem {
            figure: told(&d.code),
            by: by.as_ref().map(told),
            key: group.map(|g| key(&directory, g)),
            label: match (by, group) {
                (Some(by), Some(g)) => label(&v.say, &directory, by, g),
                _ => v.say.t(&d.label_key()),
            },
            additive: d.is_additive(),
            in_force_since: match f.value {
                kept::Value::NotInForce { since } => Some(told(&since)),
                kept::Value::Count { .. }
                | kept::Value::Share { .. }
                | kept::Value::Measure { .. }
                | kept::Value::Day { .. } => None,
            },
            numerator: f.ids().len(),
            denominator: f.denominator_ids().map(Keys::len),
            value: f.number(),
            day: match f.value {
                kept::Value::Day { day } => told(&day),
                kept::Value::Count { .. }
                | kept::Value::Share { .. }
                | kept::Value::Measure { .. }
                | kept::Value::NotInForce { .. } => None,
            },
            unit: told(&d.unit),
            ids: f.ids().len(),
            definition: told(d),
        }
    });
    Ok(Json(FigureList {
        period: told(&asked.period),
        unit: Some(asked.code).filter(|code| !code.is_empty()),
        as_of: told(&asked.as_of),
        items: items.collect(),
        next: None,
    }))
}

/// The ids behind a figure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FigureIds {
    /// Which figure.
    figure: Coded<FigureCode>,
    /// Whose ids.
    #[schemars(with = "AskedPart")]
    part: &'static str,
    /// The period in its shortest way of writing.
    period: Text,
    /// What was known then.
    as_of: Moment,
    /// How many in all.
    total: usize,
    /// Ids of records; a week of a person is `person@2018-W18`.
    items: Vec<String>,
    /// What each adds to a mean, a median or a sum, in the figure's unit, in the order of `items`; none for counts and shares.
    values: Vec<Option<f64>>,
    /// What to pass as `after` for the next page; none on the last.
    next: Option<String>,
}

/// `GET /api/v1/figures/{code}?period=&unit=&as_of=&part=&after=&limit=`: `after` is the last id
/// seen. A week of a person is `person@2018-W18`.
pub async fn ids(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(code): Path<String>,
    uri: Uri,
) -> Result<Json<FigureIds>, Failure> {
    may(&v.actor, &Ask::RaiseMatter)?;
    let code = FigureCode::parse(&code).ok_or(AppError::NotFound("figure"))?;
    let q = query(uri.query());
    let n = limit(&q, MOST)?;
    let bad = |field: &'static str| AppError::Invalid(vec![FieldError::with(field, "filter", q.get(field))]);
    let asked = asked(&web, &v, &q).await?;
    let by = dimension(&q, code)?;
    let report = web.app().report_of(&v.actor, asked.period, asked.narrow(), asked.as_of, by).await?;
    let (figure, _) = of_key(&q, &report, web.app().directory().await?.as_ref(), code)?;
    let worth = report.values(code, v.say.zone());
    let (part, keys) = match (q.get("part"), figure.denominator_ids()) {
        ("" | "numerator", _) => ("numerator", figure.ids()),
        ("denominator", Some(all)) => ("denominator", all),
        _ => return Err(bad("part").into()),
    };
    let from = match q.get("after") {
        "" => 0,
        last => keys.iter().position(|k| k.to_string() == last).ok_or_else(|| bad("after"))? + 1,
    };
    let items: Vec<String> = keys.iter().skip(from).take(n).map(|k| k.to_string()).collect();
    let values = items.iter().map(|id| worth.get(&id.parse().ok()?).copied()).collect();
    let next = if from + items.len() < keys.len() { items.last().cloned() } else { None };
    Ok(Json(FigureIds {
        figure: told(&code),
        part,
        period: told(&asked.period),
        as_of: told(&asked.as_of),
        total: keys.len(),
        items,
        values: if worth.is_empty() { Vec::new() } else { values },
        next,
    }))
}
