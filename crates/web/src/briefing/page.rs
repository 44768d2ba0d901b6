//! The article as a page: one table, each line with its number, what it was asked with, and the way to its records. A line that the reader may
//! not see says so; a claim is marked as one.

use crate::documents::evidence::missing_words;
use crate::door::frame::Frame;
use crate::door::page::{Page, show, show_as};
use crate::door::say::Say;
use crate::door::telling::{question_at, question_words, told_text};
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::figures::asked::instant;
use crate::form::fields::{Form, query};
use crate::form::reading::Faults;
use askama::Template;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use yixian_app::briefing::{Briefed, BriefingLine};
use yixian_app::export::{Cell, XlsxTable};
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError};
use yixian_domain::briefing::{Both, Claim};
use yixian_domain::figure::Told;

/// A line as shown.
struct Row {
    label: String,
    /// None over nothing, or where the reader may not see it.
    value: Option<String>,
    sign: String,
    /// Why there is no value.
    nothing: String,
    /// Where its records and its definition are.
    href: Option<String>,
    /// Period, unit, group.
    asked: String,
    known: String,
    /// What is claimed, by whom.
    claim: Option<(String, String)>,
}

/// Lines under a heading.
struct Section {
    title: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "briefing/page.html")]
struct BriefingPage {
    f: Frame,
    faults: Faults,
    form: Form,
    title: String,
    year: String,
    as_of: String,
    sections: Vec<Section>,
    claims: usize,
    xlsx: String,
}

pub(super) fn both(say: &Say, text: &Both) -> String {
    if say.is_english() { text.en.clone() } else { text.zh.clone() }
}

fn claimed(say: &Say, c: &Claim) -> (String, String) {
    (both(say, &c.said), say.t2("briefing-claimed", ("source", both(say, &c.source)), ("day", say.day(c.day))))
}

fn row(say: &Say, directory: &Directory, l: &BriefingLine) -> Row {
    let claim = l.line.claim.as_ref().map(|c| claimed(say, c));
    let label = both(say, &l.line.label);
    let Some(reading) = &l.reading else {
        let nothing = say.t("briefing-claim-alone");
        let (asked, known) = (String::new(), String::new());
        return Row { label, value: None, sign: String::new(), nothing, href: None, asked, known, claim };
    };
    let q = &reading.question;
    let d = q.figure.definition();
    Row {
        label,
        value: reading.told().map(|told| told_text(d, q.part, told)),
        sign: say.of("count-unit", d.unit.as_str()),
        nothing: match reading.figure {
            Err(missing) => missing_words(say, missing),
            Ok(_) if reading.not_in_force() => say.t("briefing-not-in-force"),
            Ok(_) => say.t("figure-nothing"),
        },
        href: Some(question_at(q)),
        asked: question_words(say, directory, q).join(" · "),
        known: say.moment(q.as_of),
        claim,
    }
}

fn sections(say: &Say, directory: &Directory, briefed: &Briefed) -> Vec<Section> {
    let mut all: Vec<Section> = Vec::new();
    for l in &briefed.lines {
        if let Some(head) = &l.line.head {
            all.push(Section { title: both(say, head), rows: Vec::new() });
        }
        let row = row(say, directory, l);
        match all.last_mut() {
            Some(section) => section.rows.push(row),
            None => all.push(Section { title: String::new(), rows: vec![row] }),
        }
    }
    all
}

/// Year and upper bound of an address: every fault at once.
pub(super) fn asked(say: &Say, q: &Form) -> Result<(Option<i16>, Option<yixian_domain::time::Instant>), AppError> {
    let mut faults = Vec::new();
    let year = match q.get("period").trim() {
        "" => None,
        text => {
            let year = text.parse::<i16>().ok().filter(|y| text.len() == 4 && (1900..=2999).contains(y));
            if year.is_none() {
                faults.push(FieldError::with("period", "briefing_year", text));
            }
            year
        }
    };
    let upper = match q.get("as_of").trim() {
        "" => None,
        text => {
            let at = instant(say, text);
            if at.is_none() {
                faults.push(FieldError::new("as_of", "instant"));
            }
            at
        }
    };
    if faults.is_empty() { Ok((year, upper)) } else { Err(AppError::Invalid(faults)) }
}

async fn briefed(web: &Web, v: &Visitor, q: &Form) -> Result<Briefed, AppError> {
    let (year, upper) = asked(&v.say, q)?;
    web.app().briefing(&v.actor, year, upper).await
}

/// `GET /briefing?period=2018&as_of=2018-09-30`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let (say, form) = (&v.say, query(uri.query()));
    let f = Frame::of(&web, &v, "briefing").await?;
    let found = match briefed(&web, &v, &form).await {
        Ok(found) => found,
        Err(e) => {
            let (status, faults) = Faults::from_error(say, e)?;
            let page = BriefingPage {
                title: say.t("briefing-title"),
                year: form.get("period").to_owned(),
                as_of: form.get("as_of").to_owned(),
                sections: Vec::new(),
                claims: 0,
                xlsx: String::new(),
                faults,
                form,
                f,
            };
            return show_as(status, &page);
        }
    };
    let directory = web.app().directory().await?;
    show(&BriefingPage {
        title: both(say, &found.briefing.name),
        year: found.briefing.year.to_string(),
        as_of: say.moment(found.upper),
        sections: sections(say, &directory, &found),
        claims: found.lines.iter().filter(|l| l.line.claim.is_some()).count(),
        xlsx: format!("/briefing/xlsx?{}", form.query_with(&[])),
        faults: Faults::none(),
        form,
        f,
    })
}

/// The heads of the workbook's columns.
const COLUMNS: [&str; 8] = ["head", "label", "value", "unit", "asked", "known", "figure", "claim"];

/// The briefing as a workbook: numbers as numbers, not rounded.
///
/// # Errors
/// Where the workbook cannot be written.
pub fn table(say: &Say, directory: &Directory, found: &Briefed) -> Result<Vec<u8>, AppError> {
    let heads = COLUMNS.map(|c| say.of("briefing-column", c)).to_vec();
    let broken = |e: yixian_app::export::TableError| AppError::Store(std::io::Error::other(e.to_string()).into());
    let mut table = XlsxTable::new(&say.t("briefing-title"), heads).map_err(broken)?;
    let mut head = String::new();
    for l in &found.lines {
        if let Some(new) = &l.line.head {
            head = both(say, new);
        }
        let shown = row(say, directory, l);
        let value = match l.reading.as_ref().and_then(yixian_app::figures::reading::Reading::told) {
            Some(Told::Number(n)) => Cell::Number(n),
            Some(Told::Day(day)) => Cell::text(day.to_string()),
            None => Cell::text(shown.nothing),
        };
        let claim = shown.claim.map(|(said, who)| format!("{} {said}（{who}）", say.t("briefing-claim")));
        table
            .row(&[
                Cell::text(head.clone()),
                Cell::text(shown.label),
                value,
                Cell::text(shown.sign),
                Cell::text(shown.asked),
                Cell::text(shown.known),
                Cell::text(l.reading.as_ref().map_or("", |r| r.question.figure.as_str())),
                claim.map_or(Cell::Empty, Cell::text),
            ])
            .map_err(broken)?;
    }
    table.bytes().map_err(broken)
}

/// `GET /briefing/xlsx`
pub async fn workbook(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let found = briefed(&web, &v, &query(uri.query())).await?;
    let directory = web.app().directory().await?;
    let bytes = table(&v.say, &directory, &found)?;
    let name = format!("attachment; filename=\"briefing-{}.xlsx\"", found.briefing.year);
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
