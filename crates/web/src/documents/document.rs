//! A document's page: what a version says, clause by clause, who rests on it, and what a new version left behind.

use super::shown::{citing_line, clause_at, numbered, standing, text_of, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::record::{Block, Body, Cell, Line, Mark, RecordPage, Table, Way};
use crate::matters::matter::who;
use axum::extract::{Path, State};
use axum::http::Uri;
use yixian_app::documents::DocumentPage;
use yixian_domain::document::{Document, DocumentEvent, Version};

/// The version that is looked at: the one asked for, else the one that holds, else the latest.
fn looked_at<'d>(d: &'d Document, asked: &str, say: &Say) -> Option<&'d Version> {
    let named = d.versions.iter().find(|v| v.label == asked);
    named.or_else(|| d.version_on(say.today())).or(d.versions.last())
}

/// The days of a version: its first, and its last as it came out.
fn days(say: &Say, d: &Document, v: &Version) -> String {
    match d.last_day(v) {
        Some(last) => format!("{} – {}", say.day(v.from), say.day(last)),
        None => say.t1("since-day", "day", say.day(v.from)),
    }
}

/// The clauses of a version, each with how many rest on it.
fn clauses(say: &Say, p: &DocumentPage, v: &Version) -> Table {
    let today = say.today();
    let rows = v.clauses.iter().map(|c| {
        let cited = p.citing(c.id).filter(|by| by.citation.cites(today)).count();
        let end = p.document.clause_ends.iter().find(|e| e.clause == c.id && v.from <= e.on);
        let no = Cell::of(c.no.clone()).to(clause_at(&p.document, c.id));
        let text = Cell::of(text_of(say, &p.words, c));
        let text = match end {
            Some(e) => text.under(say.t1("clause-ends-on", "day", say.day(e.on))),
            None => text,
        };
        vec![no, text, Cell::number(cited.to_string())]
    });
    Table { heads: ["clause", "clause-text", "clause-cited-by"].map(|k| say.t(k)).to_vec(), rows: rows.collect() }
}

/// `GET /documents/{id}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path(at): Path<String>,
    uri: Uri,
) -> Page {
    let p = web.app().document_page(&v.actor, &at).await?;
    let say = &v.say;
    let (d, today) = (&p.document, say.today());
    let directory = web.app().directory().await?;
    let here = format!("/documents/{}", d.id);
    let looked = looked_at(d, query(uri.query()).get("version"), say);
    let words = |id| p.words.get(id).cloned().unwrap_or_else(|| say.t("words-erased"));

    let mut notes = Vec::new();
    if d.details.demo {
        notes.push(("banner-warn", say.t("document-demo-note")));
    }
    if let Some((on, reason)) = &d.ended {
        notes.push(("banner-warn", say.t2("document-ended-on", ("day", say.day(*on)), ("why", words(&reason.id)))));
    }
    // A version that is to come shows already what it will leave behind.
    let then = d.versions.last().map_or(today, |v| v.from.max(today));
    let left = p.left_behind(then);
    if !left.is_empty() {
        notes.push(("banner-warn", say.t1("document-left-behind-n", "n", left.len())));
    }
    let left: Vec<Line> = left
        .into_iter()
        .map(|c| {
            let no = d.clause(c.citation.clause).map(|(_, c)| c.no.clone()).unwrap_or_default();
            let end = Way::to(say.t("citation-end"), format!("/citations/{}/end", c.citation.id));
            let line = citing_line(say, c).end(say.t1("clause-no", "no", no));
            if p.keeps { line.way(end) } else { line }
        })
        .collect();

    let versions = d.versions.iter().rev().map(|v| {
        let held = d.version_on(today).is_some_and(|now| now.label == v.label);
        let href = format!("{here}?{}", query(None).query_with(&[("version", &v.label)]));
        let line = Line::to(href, v.label.clone()).muted(days(say, d, v));
        let line = match &v.file {
            Some(file) => line.end(format!("SHA-256 {}…", &file.as_str()[..12])),
            None => line,
        };
        if held { line.mark("due-done", say.t("document-in-force")) } else { line }
    });
    let cited: Vec<Line> =
        p.citations.iter().filter(|c| c.citation.cites(today)).map(|c| citing_line(say, c)).collect();
    let story = p.story.iter().rev().map(|(_, h)| {
        let of = say.of("event", h.event.code());
        let what = match &h.event {
            DocumentEvent::VersionPut { version } => format!("{of} {}", version.label),
            DocumentEvent::Registered { .. }
            | DocumentEvent::Changed { .. }
            | DocumentEvent::ClauseEnded { .. }
            | DocumentEvent::Ended { .. } => of,
        };
        Line::of(what).muted(who(say, &directory, &h.by)).end(say.moment(h.at))
    });
    let photos = looked.map(|v| v.photos.iter().map(|f| (f.as_str().to_owned(), v.label.clone())).collect());

    let mut ways = Vec::new();
    if p.keeps && d.ended.is_none() {
        ways.push(Way::first(say.t("version-new"), format!("{here}/version")));
        if let Some(v) = looked {
            let label = query(None).query_with(&[("label", &v.label)]);
            ways.push(Way::to(say.t1("version-edit", "label", v.label.clone()), format!("{here}/version?{label}")));
        }
        ways.push(Way::to(say.t("edit"), format!("{here}/edit")));
        ways.push(Way::to(say.t("document-end"), format!("{here}/end")));
    }
    let mut facts = vec![
        (say.t("document-number"), numbered(say, d.details.number.as_deref()), None),
        (say.t("document-issuer"), d.details.issuer.clone(), None),
        (say.t("document-kind"), say.of("document-kind", d.details.kind.as_str()), None),
    ];
    facts.extend(directory.unit(d.details.unit).map(|u| (say.t("document-unit"), unit_name(say, u), None)));
    let (class, text) = standing(say, d, today);
    let title_of_clauses = looked.map_or_else(
        || say.t("clauses"),
        |v| say.t2("clauses-of", ("label", v.label.clone()), ("days", days(say, d, v))),
    );
    show(&RecordPage {
        crumbs: vec![(say.t("documents-title"), "/documents".into())],
        sub: vec![d.code.clone()],
        mark: Some(Mark { class, text }),
        ways,
        notes,
        blocks: vec![
            Block::new("left", say.t("document-left-behind"), Body::Lines(left)),
            Block::new(
                "clauses",
                title_of_clauses,
                Body::Table(looked.map(|v| clauses(say, &p, v)).unwrap_or_default()),
            )
            .none(say.t("clauses-none")),
            Block::new("cited", say.t("document-cited-by"), Body::Lines(cited)).none(say.t("clause-cited-none")),
            Block::new("pages", say.t("version-pages"), Body::Photos("/files/".into(), photos.unwrap_or_default())),
            Block::new("story", say.t("document-story"), Body::Lines(story.collect())),
        ],
        facts_title: say.t("document-facts"),
        facts,
        aside: vec![
            Block::new("versions", say.t("versions"), Body::Lines(versions.collect())).none(say.t("versions-none")),
        ],
        ..RecordPage::new(Frame::of(&web, &v, "documents").await?, title(say, d))
    })
}
