//! Use case of recognitions: what was written of our practice, with the records and figures that show it.

use super::command::{Needs, QuotedIn};
use super::keeper::{keeper, some};
use super::quoting::quoted;
use crate::frame::error::{AppError, FieldError, fail};
use crate::frame::work::{Ctx, Done};
use crate::matters::command::AboutIn;
use uuid::Uuid;
use yixian_domain::base::about::About;
use yixian_domain::base::fold::blank;
use yixian_domain::document::{Recognition, RecognitionDetails};
use yixian_domain::ids::UnitId;
use yixian_domain::org::valid_code;
use yixian_domain::time::Date;
use yixian_store::document as table;

/// What a form says of a recognition.
pub(super) struct Said {
    pub code: String,
    pub title: String,
    pub title_en: Option<String>,
    pub issuer: String,
    pub number: Option<String>,
    pub day: Date,
    pub clause: Option<String>,
    pub practice: Option<String>,
    pub unit: Uuid,
    pub about: Vec<AboutIn>,
    pub figures: Vec<QuotedIn>,
}

pub(super) async fn put(ctx: &mut Ctx<'_>, needs: Needs, id: Uuid, s: Said) -> Result<Done, AppError> {
    let known = ctx.known::<Recognition>(id).await?;
    let before = if known { Some(ctx.record::<Recognition>(id, "recognition").await?) } else { None };
    if let Some(b) = &before {
        keeper(ctx, needs, b.details.unit).await?;
    }
    let unit = keeper(ctx, needs, UnitId(s.unit)).await?;
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, field: &'static str, code: &'static str| {
        if wrong {
            faults.push(FieldError::new(field, code));
        }
    };
    fault(!valid_code(&s.code), "code", "code");
    let other = table::recognition_by_code(ctx.tx.conn(), &s.code).await?;
    fault(other.is_some_and(|r| r.id != id), "code", "code_taken");
    fault(before.as_ref().is_some_and(|b| b.code != s.code), "code", "code_stays");
    fault(blank(&s.title), "title", "name_needed");
    fault(blank(&s.issuer), "issuer", "document_issuer");
    fault(s.practice.as_deref().map_or(before.is_none(), blank), "practice", "words_needed");
    let zone = &ctx.policies.zone;
    let figures = s.figures.into_iter().filter_map(|q| quoted(q, zone, &mut faults)).collect();
    fail(faults)?;
    let said = match s.practice.as_deref() {
        Some(text) => ctx.words(id, text)?,
        None => None,
    };
    let practice = said.or_else(|| before.as_ref().map(|b| b.details.practice.clone()));
    let practice = practice.ok_or_else(|| AppError::field("practice", "words_needed"))?;
    let mut about: Vec<About> = Vec::new();
    for a in s.about.into_iter().map(About::from) {
        if !about.contains(&a) {
            about.push(a);
        }
    }
    let details = RecognitionDetails {
        title: s.title.trim().to_owned(),
        title_en: some(s.title_en),
        issuer: s.issuer.trim().to_owned(),
        number: some(s.number),
        day: s.day,
        clause: some(s.clause),
        practice,
        unit: unit.id,
        about,
        figures,
    };
    let (at, by) = (ctx.at, ctx.by());
    match before {
        Some(b) => ctx.keep(b.change(at, &by, details)?, false).await,
        None => ctx.keep(Recognition::register(id, at, &by, s.code, details)?, true).await,
    }
}
