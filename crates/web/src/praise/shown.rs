//! How a praise and a publication are shown, the same on every page.

use crate::door::say::Say;
use crate::form::record::Line;
use yixian_domain::praise::{Praise, Publication};

/// The first words of a praise.
const SHORT: usize = 40;

/// A praise's title: the way and the day.
pub(crate) fn title(say: &Say, p: &Praise) -> String {
    format!("{} · {}", say.of("praise-channel", p.details.channel.as_str()), say.day(p.details.day))
}

/// A praise as a line, with what was said as far as it fits.
pub(crate) fn line(say: &Say, p: &Praise, words: Option<&str>) -> Line {
    let said = words.map_or_else(|| say.t("words-erased"), str::to_owned);
    let mut short: String = said.chars().take(SHORT).collect();
    if said.chars().count() > SHORT {
        short.push('…');
    }
    let line = Line::to(format!("/praise/{}", p.id), short.replace('\n', " ")).muted(title(say, p)).end(p.code.clone());
    if p.details.consent { line.mark("due-done", say.t("praise-may-be-published")) } else { line }
}

/// A publication's title in the reader's language, in its marks.
pub(crate) fn publication_title(say: &Say, p: &Publication) -> String {
    say.t1("document-named", "title", say.named(&p.details.title, p.details.title_en.as_deref()))
}

/// A publication as a line.
pub(crate) fn publication_line(say: &Say, p: &Publication) -> Line {
    let d = &p.details;
    let quotes = say.t1("publication-quotes-n", "n", d.figures.len());
    Line::to(format!("/publications/{}", p.id), publication_title(say, p))
        .muted(format!("{} · {} · {quotes}", d.outlet, say.day(d.day)))
        .end(p.code.clone())
}
