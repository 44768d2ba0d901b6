//! The index of reliability and tariff transparency 0–8 from its parts. Duration and frequency are those of the outages recorded
//! in a year, unless others are typed; the rest is yes or no. It writes nothing: what comes out is recorded as a reading.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::{Form, query};
use crate::form::record::{Block, Body, Cell, RecordPage, Table};
use crate::programmes::bars::escaped;
use axum::extract::State;
use axum::http::Uri;
use std::fmt::Write;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::Actor;
use yixian_domain::figure::{Figure, FigureCode, Period};
use yixian_domain::indicator::{IndexParts, reliability_index};

/// The parts that are so or not, in the order of the method.
const PARTS: [&str; 6] = ["records", "monitors", "restores", "regulator", "deterrent", "tariffs"];
/// From so many hours or times a year on nothing is scored, and hours are minutes by mistake.
const GATE: f64 = 100.0;

/// Hours and times per customer of a year, as far as outages of it are recorded.
async fn counted(web: &Web, actor: &Actor, period: Period) -> Result<[Option<f64>; 2], AppError> {
    let report = web.app().report(actor, period, None, web.app().clock().now()).await?;
    let n = |code| report.get(code).and_then(Figure::number);
    Ok([n(FigureCode::Saidi).map(|minutes| minutes / 60.0), n(FigureCode::Saifi)])
}

/// A number that was typed; none where nothing was.
fn typed(q: &Form, field: &'static str) -> Result<Option<f64>, FieldError> {
    match q.get(field).trim() {
        "" => Ok(None),
        text => match text.parse::<f64>() {
            Ok(n) if n.is_finite() && n >= 0.0 => Ok(Some(n)),
            Ok(_) | Err(_) => Err(FieldError::with(field, "decimal", text)),
        },
    }
}

/// What is wrong with hours: as many as there were minutes, or more than can be scored.
fn not_hours(hours: f64, counted: Option<f64>) -> bool {
    hours >= GATE || counted.is_some_and(|own| own > 0.05 && (hours - own * 60.0).abs() < own * 6.0)
}

fn form(say: &Say, q: &Form, year: &str, faults: &[FieldError]) -> String {
    let mut out = String::from(r#"<form class="form" method="get" action="/indicators/reliability-index">"#);
    for f in faults {
        let _ = write!(out, r#"<p class="banner banner-bad" role="alert">{}</p>"#, escaped(&say.invalid(f)));
    }
    for (field, label) in [("year", "index-year"), ("saidi", "index-saidi"), ("saifi", "index-saifi")] {
        let value = if field == "year" { year } else { q.get(field) };
        let _ = write!(
            out,
            r#"<div class="field"><label for="{field}">{}</label><input id="{field}" name="{field}" value="{}" inputmode="decimal" autocomplete="off"></div>"#,
            escaped(&say.t(label)),
            escaped(value)
        );
    }
    for part in PARTS {
        let on = if q.get(part).is_empty() { "" } else { " checked" };
        let _ = write!(
            out,
            r#"<label class="tick"><input type="checkbox" name="{part}" value="1"{on}> {}</label>"#,
            escaped(&say.of("index", part))
        );
    }
    let _ = write!(out, r#"<button class="btn btn-primary">{}</button></form>"#, escaped(&say.t("index-compute")));
    out
}

/// `GET /indicators/reliability-index`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let (say, q) = (&v.say, query(uri.query()));
    let year = if q.get("year").is_empty() { say.today().year().to_string() } else { q.get("year").to_owned() };
    let mut faults = Vec::new();
    // What outages give is shown to whoever may see figures of the whole company.
    let own = match year.parse::<Period>() {
        Ok(period) => counted(&web, &v.actor, period).await.unwrap_or_default(),
        Err(_) => {
            faults.push(FieldError::with("year", "date", &year));
            [None, None]
        }
    };
    let mut read = |field| {
        typed(&q, field).unwrap_or_else(|f| {
            faults.push(f);
            None
        })
    };
    let (hours, times) = (read("saidi"), read("saifi"));
    if let Some(hours) = hours.filter(|h| not_hours(*h, own[0])) {
        faults.push(FieldError::with("saidi", "saidi_minutes", hours));
    }
    let so = |part: &str| !q.get(part).is_empty();
    let parts = hours.or(own[0]).zip(times.or(own[1])).map(|(saidi_h, saifi)| IndexParts {
        records_all: so("records"),
        saidi_h,
        saifi,
        monitors: so("monitors"),
        restores: so("restores"),
        regulator: so("regulator"),
        deterrent: so("deterrent"),
        tariffs: so("tariffs"),
    });
    let mut rows = Vec::new();
    if let Some(parts) = parts.filter(|_| faults.is_empty()) {
        rows.push(vec![Cell::of(say.t("index-saidi")), Cell::number(format!("{:.3}", parts.saidi_h))]);
        rows.push(vec![Cell::of(say.t("index-saifi")), Cell::number(format!("{:.3}", parts.saifi))]);
        let points = reliability_index(&parts);
        rows.push(vec![
            Cell::of(say.t("index-points")).under(say.t("index-points-under")),
            Cell::number(format!("{points} / 8")).marked(if points > 0 { "due-done" } else { "due-over" }),
        ]);
    }
    let heads = vec![say.t("index-part"), say.t("index-value")];
    show(&RecordPage {
        crumbs: vec![(say.t("indicators-title"), "/indicators".into())],
        sub: vec![say.t("index-hint")],
        blocks: vec![
            Block::new("parts", say.t("index-parts"), Body::Html(form(say, &q, &year, &faults))),
            Block::new("result", say.t("index-points"), Body::Table(Table { heads, rows })).none(say.t("index-none")),
        ],
        ..RecordPage::new(Frame::of(&web, &v, "indicators").await?, say.t("index-title"))
    })
}

#[cfg(test)]
mod tests {
    use super::not_hours;

    #[test]
    fn minutes_are_not_taken_for_hours() {
        // 0.78 h are 46.8 minutes.
        assert!(not_hours(46.8, Some(0.78)) && not_hours(47.0, Some(0.78)));
        assert!(!not_hours(0.78, Some(0.78)) && !not_hours(12.0, Some(0.78)) && !not_hours(47.0, None));
        assert!(not_hours(100.0, None));
    }
}
