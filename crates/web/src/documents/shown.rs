//! How a document, a clause, a recognition and what cites are shown, the same on every page.

use crate::door::say::Say;
use crate::form::record::Line;
use crate::matters::matter::limit_words;
use crate::matters::rows::number;
use yixian_app::documents::{CitedBy, Citer};
use yixian_domain::document::{Citing, Clause, Document, Recognition};
use yixian_domain::ids::ClauseId;
use yixian_domain::time::Date;

/// A document's title in the reader's language, in its marks.
pub(crate) fn title(say: &Say, d: &Document) -> String {
    say.t1("document-named", "title", say.named(&d.details.title, d.details.title_en.as_deref()))
}

/// A number, or that it is to be checked.
pub(crate) fn numbered(say: &Say, number: Option<&str>) -> String {
    number.map_or_else(|| say.t("document-to-be-checked"), str::to_owned)
}

/// How a document stands on a day: a mark with its shape.
pub(crate) fn standing(say: &Say, d: &Document, day: Date) -> (&'static str, String) {
    if d.in_force(day) {
        return ("due-done", say.t("document-in-force"));
    }
    let begun = d.versions.iter().any(|v| v.from <= day);
    let words = match (d.versions.is_empty(), begun) {
        (true, _) => "document-without-version",
        (false, false) => "document-to-come",
        (false, true) if d.ended.as_ref().is_some_and(|(on, _)| *on <= day) => "document-ended",
        (false, true) => "document-over",
    };
    ("", say.t(words))
}

/// A document as a line, as it stands on a day.
pub(crate) fn line(say: &Say, d: &Document, day: Date) -> Line {
    let said = &d.details;
    let version = d.version_on(day).map(|v| format!("{} {}", v.label, say.t1("since-day", "day", say.day(v.from))));
    let mut muted = vec![say.of("document-kind", said.kind.as_str()), numbered(say, said.number.as_deref())];
    muted.extend(version);
    if said.demo {
        muted.push(say.t("document-demo"));
    }
    let (class, text) = standing(say, d, day);
    Line::to(format!("/documents/{}", d.id), title(say, d))
        .muted(muted.join(" · "))
        .end(d.code.clone())
        .mark(class, text)
}

/// Where a clause is shown.
pub(crate) fn clause_at(d: &Document, clause: ClauseId) -> String {
    format!("/documents/{}/clauses/{clause}", d.id)
}

/// A clause as a line among those of other documents.
pub(crate) fn clause_line(say: &Say, d: &Document, clause: ClauseId) -> Line {
    let no = d.clause(clause).map(|(_, c)| c.no.clone()).unwrap_or_default();
    let text = format!("{} {}", title(say, d), say.t1("clause-no", "no", no));
    Line::to(clause_at(d, clause), text).end(d.code.clone())
}

/// A recognition's title in the reader's language.
pub(crate) fn recognition_title(say: &Say, r: &Recognition) -> String {
    say.t1("document-named", "title", say.named(&r.details.title, r.details.title_en.as_deref()))
}

/// A recognition as a line.
pub(crate) fn recognition_line(say: &Say, r: &Recognition) -> Line {
    let d = &r.details;
    let muted = format!("{} · {}", d.issuer, say.day(d.day));
    let line = Line::to(format!("/recognitions/{}", r.id), recognition_title(say, r)).muted(muted).end(r.code.clone());
    if d.number.is_none() { line.mark("due-soon", say.t("document-number-to-be-checked")) } else { line }
}

/// What cites, in words, and where it is shown.
fn citer(say: &Say, c: &CitedBy) -> (String, Option<String>) {
    match (&c.citer, &c.citation.citing) {
        (Citer::Rule(Some(r)), _) => {
            let source = if r.source.is_empty() { r.id.clone() } else { r.source.clone() };
            (format!("{source} · {}", limit_words(say, r.limit)), None)
        }
        (Citer::Step(Some(s)), Citing::Step { procedure, .. }) => {
            let step = say.named(&s.name, Some(&s.name_en));
            (format!("{} · {step}", say.of_or("procedure", procedure)), None)
        }
        (Citer::Step(Some(s)), _) => (say.named(&s.name, Some(&s.name_en)), None),
        (Citer::Matter(Some(m)), _) => {
            let subject = if m.subject.is_empty() { say.t("words-erased") } else { m.subject.clone() };
            (format!("{} {subject}", number(say, m.raised, m.n)), Some(format!("/matters/{}", m.id)))
        }
        (Citer::Matter(None), _) => (say.t("citing-unseen"), None),
        (Citer::Figure(Some(code)), _) => {
            (say.t(&code.definition().label_key()), Some(format!("/figures/{}", code.as_str())))
        }
        (Citer::Rule(None) | Citer::Step(None) | Citer::Figure(None), citing) => {
            (say.t1("citing-gone", "key", citing.key()), None)
        }
    }
}

/// What cites, as a line.
pub(crate) fn citing_line(say: &Say, c: &CitedBy) -> Line {
    let (text, href) = citer(say, c);
    let kind = say.of("citing", c.citation.citing.kind().as_str());
    let since = match c.citation.ended {
        Some(on) => say.t2("citing-from-to", ("from", say.day(c.citation.since)), ("to", say.day(on))),
        None => say.t1("since-day", "day", say.day(c.citation.since)),
    };
    let line = Line { text, href, ..Line::default() }.muted(format!("{kind} · {since}"));
    let line = match &c.reference {
        Some(reference) => line.end(reference.clone()),
        None => line,
    };
    match (c.citation.cites(say.today()), c.holds) {
        (false, _) => line.mark("", say.t("citing-over")),
        (true, true) => line.mark("due-soon", say.t("citing-holds")),
        (true, false) => line.mark("due-ok", say.t("citing-rests")),
    }
}

/// The text of a clause, by the words that are still there.
pub(crate) fn text_of(
    say: &Say,
    words: &std::collections::HashMap<yixian_domain::ids::WordsId, String>,
    clause: &Clause,
) -> String {
    words.get(&clause.text.id).cloned().unwrap_or_else(|| say.t("words-erased"))
}
