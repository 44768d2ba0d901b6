//! API: the briefing, each line with the arguments with which `yixian figures` gives the same number. The command line prints the same lines.

use super::page::asked as read;
use crate::door::answer::{Coded, Day, Moment, asked, choices, told};
use crate::door::problem::Failure;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use schemars::JsonSchema;
use serde::Serialize;
use yixian_app::briefing::{Briefed, BriefingLine};
use yixian_app::figures::reading::Reading;
use yixian_domain::briefing::{Both, Claim};
use yixian_domain::figure::{Dimension, FigureCode, Keys, Part, Told, Unit};

choices! {
    "FigurePart" Part,
}

asked! {
    /// The year of a template.
    AskedYear { "type": "string", "description": "A year, 2018; the template's own when missing" }
}

/// A text in both languages.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InBoth {
    /// In the company's language.
    zh: String,
    /// In English.
    en: String,
}

fn in_both(text: &Both) -> InBoth {
    InBoth { zh: text.zh.clone(), en: text.en.clone() }
}

/// What was said and not computed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClaimItem {
    /// What was said.
    said: InBoth,
    /// Who said it.
    source: InBoth,
    /// On which day.
    day: Day,
}

/// A line.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BriefingItem {
    /// Heading that begins with it.
    head: Option<InBoth>,
    /// What it is called.
    label: InBoth,
    /// Code of the figure; none of a claim alone.
    figure: Option<Coded<FigureCode>>,
    /// What of it.
    part: Option<Coded<Part>>,
    /// Its period.
    period: Option<String>,
    /// Code of the unit it is narrowed to.
    narrowed: Option<String>,
    /// Code of the works programme it is narrowed to.
    programme: Option<String>,
    /// Dimension.
    by: Option<Coded<Dimension>>,
    /// Value of the dimension.
    key: Option<String>,
    /// As of.
    as_of: Option<Moment>,
    /// Records of the numerator.
    numerator: Option<usize>,
    /// Records of the denominator.
    denominator: Option<usize>,
    /// What the part tells, not rounded; none over nothing, of a day, and where the reader may not see it.
    value: Option<f64>,
    /// The day, of a figure that is one.
    day: Option<Day>,
    /// In what it is counted.
    unit: Option<Coded<Unit>>,
    /// What is claimed.
    claim: Option<ClaimItem>,
}

/// The briefing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BriefingAnswer {
    /// Name of the template.
    name: InBoth,
    /// Its year.
    year: i16,
    /// Nothing later than this is told.
    as_of: Moment,
    /// Its lines.
    lines: Vec<BriefingItem>,
}

fn claim(c: &Claim) -> ClaimItem {
    ClaimItem { said: in_both(&c.said), source: in_both(&c.source), day: told(&c.day) }
}

fn line(l: &BriefingLine) -> BriefingItem {
    let q = l.reading.as_ref().map(|r| &r.question);
    let f = l.reading.as_ref().and_then(|r| r.figure());
    let read = l.reading.as_ref().and_then(Reading::told);
    BriefingItem {
        head: l.line.head.as_ref().map(in_both),
        label: in_both(&l.line.label),
        figure: q.map(|q| told(&q.figure)),
        part: q.map(|q| told(&q.part)),
        period: q.map(|q| q.period.to_string()),
        narrowed: q.and_then(|q| q.unit.clone()),
        programme: q.and_then(|q| q.programme.clone()),
        by: q.and_then(|q| q.by.as_ref()).map(|(by, _)| told(by)),
        key: q.and_then(|q| q.by.as_ref()).map(|(_, key)| key.clone()),
        as_of: q.map(|q| told(&q.as_of)),
        numerator: f.map(|f| f.ids().len()),
        denominator: f.and_then(|f| f.denominator_ids()).map(Keys::len),
        value: match read {
            Some(Told::Number(n)) => Some(n),
            Some(Told::Day(_)) | None => None,
        },
        day: match read {
            Some(Told::Day(day)) => Some(told(&day)),
            Some(Told::Number(_)) | None => None,
        },
        unit: q.map(|q| told(&q.figure.definition().unit)),
        claim: l.line.claim.as_ref().map(claim),
    }
}

/// The briefing as it is answered.
pub fn answer(found: &Briefed) -> BriefingAnswer {
    BriefingAnswer {
        name: in_both(&found.briefing.name),
        year: found.briefing.year,
        as_of: told(&found.upper),
        lines: found.lines.iter().map(line).collect(),
    }
}

/// `GET /api/v1/briefing?period=2018&as_of=`
pub async fn briefing(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    uri: Uri,
) -> Result<Json<BriefingAnswer>, Failure> {
    let (year, upper) = read(&v.say, &query(uri.query())).map_err(Failure)?;
    Ok(Json(answer(&web.app().briefing(&v.actor, year, upper).await?)))
}
