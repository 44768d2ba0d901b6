//! Evidence beside a record: the records and figures it names, as forms ask for them and pages show them. Recognitions and publications
//! quote figures alike; whether what was printed holds is told the same way on both.

use super::shown::title;
use crate::door::say::Say;
use crate::door::telling::{question_at, question_words, told_text, unit_name};
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, Kind, beside, choice, or_none};
use crate::form::reading::Reading;
use crate::form::record::Line;
use crate::matters::rows::about_at;
use crate::organisation::ledger::{happened, record_at};
use yixian_app::command::{AboutIn, QuotedIn};
use yixian_app::figures::checked::Checked;
use yixian_app::figures::reading::Missing;
use yixian_app::read::Directory;
use yixian_app::{AppError, FieldError};
use yixian_domain::access::{Ask, may};
use yixian_domain::base::about::{About, AboutKind};
use yixian_domain::base::quoted::Quoted;
use yixian_domain::figure::{Dimension, FigureCode, Part, Told};
use yixian_domain::praise::Verdict;

/// Fields in which records are chosen.
const ABOUT: [&str; 4] = ["about_1", "about_2", "about_3", "about_4"];

/// Fields of a figure that is quoted.
struct Row {
    figure: &'static str,
    period: &'static str,
    as_of: &'static str,
    value: &'static str,
    part: &'static str,
    unit: &'static str,
    programme: &'static str,
    by: &'static str,
    key: &'static str,
}

macro_rules! rows {
    ($($n:literal)+) => {
        [$(Row {
            figure: concat!("figure_", $n),
            period: concat!("period_", $n),
            as_of: concat!("as_of_", $n),
            value: concat!("value_", $n),
            part: concat!("part_", $n),
            unit: concat!("figure_unit_", $n),
            programme: concat!("programme_", $n),
            by: concat!("by_", $n),
            key: concat!("key_", $n),
        }),+]
    };
}

/// Figures that a form takes, at most.
const QUOTED: [Row; 16] = rows!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);

fn about_key(kind: AboutKind, id: impl std::fmt::Display) -> String {
    format!("{}:{id}", kind.as_str())
}

fn about(text: &str) -> Result<AboutIn, FieldError> {
    let read = |(kind, id): (&str, &str)| Some(AboutIn { kind: AboutKind::parse(kind)?, id: id.parse().ok()? });
    text.split_once(':').and_then(read).ok_or_else(|| FieldError::new("about", "about"))
}

/// Records to choose from: what a matter may be about, documents, and what was chosen before, however it is called.
async fn records(web: &Web, v: &Visitor, form: &Form) -> Result<Vec<(String, String)>, AppError> {
    let say = &v.say;
    let mut all = web.app().about_choices(&v.actor, say.is_english()).await?;
    for d in web.app().documents(&v.actor, say.today()).await? {
        all.push((about_key(AboutKind::Document, d.id), title(say, &d)));
    }
    for chosen in ABOUT.map(|field| form.get(field)).into_iter().filter(|c| !c.is_empty()) {
        if let Ok(about) = about(chosen)
            && !all.iter().any(|(key, _)| key == chosen)
        {
            let named = web.app().about_named(&v.actor, about.into(), say.is_english()).await?;
            let kind = say.of("about-kind", about.kind.as_str());
            all.push((chosen.to_owned(), named.filter(|n| !n.name.is_empty()).map_or(kind, |n| n.name)));
        }
    }
    Ok(all)
}

/// Fields of the records it is about.
pub(crate) async fn record_fields(web: &Web, v: &Visitor, form: &Form) -> Result<Vec<Field>, AppError> {
    let choices = or_none(v.say.t("none"), records(web, v, form).await?);
    let fields = ABOUT.into_iter().enumerate().map(|(i, name)| {
        let label = v.say.t1("recognition-record-n", "n", i as i64 + 1);
        let field = Field::new(name, label, Kind::Select(choices.clone())).optional();
        if i == 0 { field.tells("about") } else { field }
    });
    Ok(fields.collect())
}

/// Fields of the records it is about and of the figures it quotes, with so many empty rows behind those that are filled.
pub(crate) async fn fields(web: &Web, v: &Visitor, form: &Form, spare: usize) -> Result<Vec<Field>, AppError> {
    let say = &v.say;
    let mut fields = record_fields(web, v, form).await?;
    let figures: Vec<_> =
        FigureCode::ALL.into_iter().map(|f| (f.as_str().to_owned(), say.t(&f.definition().label_key()))).collect();
    let figures = or_none(say.t("none"), figures);
    let directory = web.app().directory().await?;
    let units = directory.units().filter(|u| u.parent.is_some()).map(|u| (u.code.clone(), unit_name(say, u)));
    let units = or_none(say.t("quoted-whole"), units.collect());
    let programmes = web.app().programmes(&v.actor).await?.into_iter();
    let programmes = programmes.map(|p| (p.code, say.named(&p.details.name, p.details.name_en.as_deref())));
    let programmes = or_none(say.t("none"), programmes.collect());
    let by = or_none(say.t("none"), choice(say, "dimension", Dimension::ALL, Dimension::as_str));
    let filled = QUOTED.iter().rposition(|row| !form.get(row.figure).is_empty()).map_or(0, |last| last + 1);
    for (i, row) in QUOTED.iter().enumerate().take(filled + spare) {
        let which =
            Field::new(row.figure, say.t1("recognition-figure-n", "n", i as i64 + 1), Kind::Select(figures.clone()));
        fields.push(if i == 0 { which.optional().tells("figures") } else { which.optional() });
        fields.extend(beside(
            Field::line(row.period, say.t("quoted-period")).optional(),
            Field::line(row.as_of, say.t("quoted-until")).optional(),
        ));
        fields.extend(beside(
            Field::line(row.value, say.t("quoted-printed")).hint(say.t("quoted-printed-hint")).optional(),
            Field::new(
                row.part,
                say.t("quoted-part"),
                Kind::Select(choice(say, "quoted-part", Part::ALL, Part::as_str)),
            )
            .optional(),
        ));
        fields.extend(beside(
            Field::new(row.unit, say.t("quoted-unit"), Kind::Select(units.clone())).optional(),
            Field::new(row.programme, say.t("quoted-programme"), Kind::Select(programmes.clone())).optional(),
        ));
        fields.extend(beside(
            Field::new(row.by, say.t("quoted-by"), Kind::Select(by.clone())).optional(),
            Field::line(row.key, say.t("quoted-key")).hint(say.t("quoted-key-hint")).optional(),
        ));
    }
    Ok(fields)
}

/// Records as they were chosen.
pub(crate) fn records_in(form: &Form, r: &mut Reading) -> Vec<AboutIn> {
    let chosen = ABOUT.map(|field| form.get(field)).into_iter().filter(|c| !c.is_empty());
    chosen.filter_map(|c| r.take(about(c))).collect()
}

/// Figures as they were typed.
pub(crate) fn quoted_in(form: &Form) -> Vec<QuotedIn> {
    let said = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let filled = QUOTED.iter().filter(|row| !form.get(row.figure).is_empty());
    filled
        .map(|row| QuotedIn {
            figure: form.get(row.figure).to_owned(),
            period: form.get(row.period).to_owned(),
            as_of: form.get(row.as_of).to_owned(),
            value: Some(form.get(row.value).to_owned()),
            part: said(row.part).filter(|part| part != Part::Value.as_str()),
            unit: said(row.unit),
            programme: said(row.programme),
            by: said(row.by),
            key: said(row.key),
        })
        .collect()
}

/// Fills a form with what is there.
pub(crate) fn fill(form: &mut Form, about: &[About], figures: &[Quoted]) {
    for (field, a) in ABOUT.into_iter().zip(about) {
        form.set(field, about_key(a.kind, a.id));
    }
    for (row, q) in QUOTED.iter().zip(figures) {
        form.set(row.figure, q.figure.clone());
        form.set(row.period, q.period.clone());
        form.set(row.as_of, q.as_of.to_string());
        let rest = [
            (row.value, &q.value),
            (row.part, &q.part),
            (row.unit, &q.unit),
            (row.programme, &q.programme),
            (row.by, &q.by),
            (row.key, &q.key),
        ];
        for (name, said) in rest {
            form.set(name, said.clone().unwrap_or_default());
        }
    }
}

/// The first of the fields in which records are chosen: a link names a record by it.
pub(crate) const FIRST_RECORD: &str = ABOUT[0];

/// The records, as lines; what is out of the reader's sight is as if it were not linked.
pub(crate) async fn record_lines(web: &Web, v: &Visitor, about: &[About]) -> Result<Vec<Line>, AppError> {
    let say = &v.say;
    let mut lines = Vec::new();
    for about in about {
        let kind = say.of("about-kind", about.kind.as_str());
        if let Some(named) = web.app().about_named(&v.actor, *about, say.is_english()).await? {
            let name = if named.name.is_empty() { say.t("words-erased") } else { named.name };
            lines.push(Line::to(about_at(about.kind, named.shown_by), name).muted(kind));
        }
    }
    Ok(lines)
}

/// How a quoted number stands: a mark with its shape.
pub(crate) fn verdict_mark(say: &Say, verdict: Verdict) -> (&'static str, String) {
    let class = match verdict {
        Verdict::Agrees => "due-done",
        Verdict::Changed => "due-soon",
        Verdict::Wrong => "due-over",
    };
    (class, say.of("verdict-quoted", verdict.as_str()))
}

/// Why a figure is not told to a reader.
pub(crate) fn missing_words(say: &Say, missing: Missing) -> String {
    say.t(match missing {
        Missing::Unit => "quoted-missing-unit",
        Missing::Programme => "quoted-missing-programme",
        Missing::Denied => "quoted-missing-denied",
    })
}

/// A quoted figure with how it stands, and below it the events that made the difference.
fn checked_lines(say: &Say, directory: &Directory, audits: bool, c: &Checked, lines: &mut Vec<Line>) {
    let q = &c.quoted;
    let printed = q.value.as_ref().map(|value| say.t1("quoted-value", "value", value.clone()));
    let Some(question) = &c.question else {
        lines.push(Line::of(q.figure.clone()).muted(say.t("quoted-unknown")).end(printed.unwrap_or_default()));
        return;
    };
    let d = question.figure.definition();
    let sign = say.of("count-unit", d.unit.as_str());
    let told = |told: Option<Told>| match told {
        Some(told) => format!("{} {sign}", told_text(d, question.part, told)).trim_end().to_owned(),
        None => say.t("figure-nothing"),
    };
    let mut muted = question_words(say, directory, question);
    muted.push(say.t1("quoted-as-of", "at", say.moment(q.as_of)));
    match (c.missing, c.verdict) {
        (Some(missing), _) => muted.push(missing_words(say, missing)),
        (None, None) => {}
        (None, Some(_)) => {
            muted.push(say.t1("quoted-then", "value", told(c.then)));
            muted.push(say.t1("quoted-now", "value", told(c.now)));
        }
    }
    if c.sealed == Some(false) {
        muted.push(say.t("quoted-other-records"));
    }
    let line = Line::to(question_at(question), say.t(&d.label_key())).muted(muted.join(" · "));
    let line = line.end(printed.unwrap_or_default());
    lines.push(match c.verdict {
        Some(verdict) => {
            let (class, words) = verdict_mark(say, verdict);
            line.mark(class, words)
        }
        None => line,
    });
    if c.verdict != Some(Verdict::Changed) {
        return;
    }
    if c.since.is_empty() {
        lines.push(Line::of(say.t("quoted-since-nothing")));
    }
    for e in &c.since {
        let text = format!("↳ {} · {}", say.of_or("record", &e.kind), happened(say, &e.code));
        let href =
            if audits { Some(format!("/admin/ledger?before={}", e.seq + 1)) } else { record_at(&e.kind, e.record) };
        let short: String = e.hash.chars().take(12).collect();
        let muted = say.t2("quoted-since", ("n", e.seq), ("at", say.moment(e.recorded)));
        lines.push(Line { text, href, ..Line::default() }.muted(muted).end(short));
    }
    if c.more {
        lines.push(Line::of(say.t("quoted-since-more")));
    }
}

/// Quoted figures, as lines: each with how it stands.
pub(crate) async fn figure_lines(web: &Web, v: &Visitor, figures: &[Quoted]) -> Result<Vec<Line>, AppError> {
    let checked = web.app().check_quoted(&v.actor, figures).await?;
    let directory = web.app().directory().await?;
    let audits = may(&v.actor, &Ask::Audit).is_ok();
    let mut lines = Vec::new();
    for c in &checked {
        checked_lines(&v.say, &directory, audits, c, &mut lines);
    }
    Ok(lines)
}
