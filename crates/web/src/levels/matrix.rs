//! The matrix: companies by tier and specialty, month by month, with how many visits came and from when to when. On a narrow
//! screen it is a list of what is missing, which stands beneath the table on a wide one.

use super::board::{figures, levels, sub, ways};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::{period_words, unit_name};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::figures::asked::Asked;
use crate::form::fields::query;
use crate::form::record::{Block, Body, Line, RecordPage, Way};
use crate::programmes::bars::escaped;
use crate::visits::lines;
use axum::extract::State;
use axum::http::Uri;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use yixian_app::read::Directory;
use yixian_domain::duty::Month;
use yixian_domain::figure::Period;
use yixian_domain::figure::levels::{Cell, Matrix};
use yixian_domain::ids::UnitId;
use yixian_domain::org::Specialty;
use yixian_domain::tier::Tier;

fn column(say: &Say, tier: Tier, specialty: Specialty) -> String {
    format!("{} · {}", say.of("tier-short", tier.as_str()), say.of("specialty", specialty.as_str()))
}

/// What a cell is called.
pub(crate) fn called(say: &Say, directory: &Directory, cell: &Cell) -> (String, String) {
    let unit = directory.unit(cell.unit).map(|u| unit_name(say, u)).unwrap_or_default();
    let month = period_words(say, Period::month(cell.month));
    (unit, format!("{} · {month}", column(say, cell.tier, cell.specialty)))
}

/// The rows of a matrix: companies as they stand below one another, each month by month.
fn rows(directory: &Directory, matrix: &Matrix) -> Vec<(UnitId, Month)> {
    let all: BTreeSet<(UnitId, Month)> =
        matrix.expected.iter().chain(matrix.visited.keys()).map(|c| (c.unit, c.month)).collect();
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_cached_key(|(unit, month)| (directory.unit(*unit).map(|u| u.path.clone()), month.first()));
    all
}

fn table(say: &Say, asked: &Asked, directory: &Directory, matrix: &Matrix) -> String {
    let columns: BTreeSet<(Tier, Specialty)> =
        matrix.expected.iter().chain(matrix.visited.keys()).map(|c| (c.tier, c.specialty)).collect();
    let mut out = String::new();
    if columns.is_empty() {
        return out;
    }
    let several = asked.period.months().len() > 1;
    let _ = write!(
        out,
        r#"<div class="table-wrap desk-only" tabindex="0"><table class="table table-dense grid"><thead><tr><th scope="col">{}</th>"#,
        escaped(&say.t("levels-unit"))
    );
    for (tier, specialty) in &columns {
        let _ = write!(out, r#"<th scope="col" class="num">{}</th>"#, escaped(&column(say, *tier, *specialty)));
    }
    out.push_str("</tr></thead><tbody>");
    for (unit, month) in rows(directory, matrix) {
        let name = directory.unit(unit).map(|u| unit_name(say, u)).unwrap_or_default();
        let _ = write!(out, r#"<tr><th scope="row">{}"#, escaped(&name));
        if several {
            let _ = write!(out, "<small>{}</small>", escaped(&period_words(say, Period::month(month))));
        }
        out.push_str("</th>");
        for (tier, specialty) in &columns {
            let cell = Cell { unit, month, tier: *tier, specialty: *specialty };
            let _ = match matrix.visited.get(&cell) {
                Some(seen) => write!(
                    out,
                    r#"<td class="num"><a href="/two-levels/matrix?{}">{}</a><span class="under">{}</span></td>"#,
                    escaped(&format!("{}&cell={cell}#visits", asked.query(false))),
                    seen.visits.len(),
                    if seen.first == seen.last {
                        seen.first.day().to_string()
                    } else {
                        format!("{}–{}", seen.first.day(), seen.last.day())
                    }
                ),
                None if matrix.expected.contains(&cell) => {
                    write!(
                        out,
                        r#"<td class="num"><span class="due due-over">{}</span></td>"#,
                        escaped(&say.t("levels-gap"))
                    )
                }
                None => write!(out, r#"<td class="num muted">·</td>"#),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    let _ = write!(out, r#"<p class="phone-only">{}</p>"#, escaped(&say.t("levels-matrix-narrow")));
    out
}

/// What is missing, a line for each company and month.
fn gaps(say: &Say, asked: &Asked, directory: &Directory, matrix: &Matrix) -> Vec<Line> {
    let mut missing: BTreeMap<(UnitId, Month), Vec<Cell>> = BTreeMap::new();
    for cell in matrix.missing() {
        missing.entry((cell.unit, cell.month)).or_default().push(cell);
    }
    let line = |at: (UnitId, Month)| {
        let cells = missing.get(&at)?;
        let unit = directory.unit(at.0)?;
        let all: Vec<String> = cells.iter().map(|c| column(say, c.tier, c.specialty)).collect();
        let month =
            if asked.period.months().len() > 1 { period_words(say, Period::month(at.1)) } else { String::new() };
        let link = format!("/figures/activities?{}&by=host&key={}", asked.query(true), unit.code);
        let name =
            [unit_name(say, unit), month].iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
        let marked = Line::to(link, name).mark("due-over", say.t1("levels-gaps-n", "n", cells.len()));
        Some(marked.muted(all.join(&say.t("list-separator"))))
    };
    rows(directory, matrix).into_iter().filter_map(line).collect()
}

/// `GET /two-levels/matrix`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let q = query(uri.query());
    let say = &v.say;
    let (asked, levels) = levels(&web, &v, &q).await?;
    let directory = web.app().directory().await?;
    let matrix = &levels.matrix;
    let mut blocks = vec![
        Block::new("matrix", say.t("levels-matrix"), Body::Html(table(say, &asked, &directory, matrix)))
            .none(say.t("levels-matrix-none")),
        Block::new("gaps", say.t("levels-gaps"), Body::Lines(gaps(say, &asked, &directory, matrix)))
            .none(say.t("levels-gaps-none")),
    ];
    if let Some((cell, seen)) = matrix.visited.iter().find(|(cell, _)| cell.to_string() == q.get("cell")) {
        let ids: Vec<_> = seen.visits.iter().map(|id| id.0).collect();
        let visits = lines::of_ids(&web, &v, &ids).await?.into_iter();
        let visits = visits.map(|l| {
            Line::to(format!("/visits/{}", l.id), l.place).muted(format!("{} · {}", l.leader, l.host)).end(l.when)
        });
        let (unit, what) = called(say, &directory, cell);
        blocks.insert(0, Block::new("visits", format!("{unit} · {what}"), Body::Lines(visits.collect())));
    }
    if let Some(unseen) = levels.unseen.as_ref().filter(|f| !f.ids().is_empty()) {
        let units = unseen.ids().records().iter().filter_map(|id| directory.unit(UnitId(*id)));
        let lines = units.map(|u| Line::to(format!("/visits?unit={}", u.code), unit_name(say, u)));
        blocks.push(Block::new("unseen", say.t("levels-unseen"), Body::Lines(lines.collect())));
    }
    let own = asked.query(false);
    let mut ways = ways(say, &asked, "/two-levels/matrix");
    ways.insert(0, Way::to(say.t("levels-burden"), format!("/two-levels/burden?{own}")));
    let whole = figures(say, &asked, &[&levels.missing, &levels.unseen]);
    blocks.insert(0, Block::new("whole", say.t("levels-matrix-facts"), Body::Lines(whole)));
    show(&RecordPage {
        crumbs: vec![(say.t("levels-title"), format!("/two-levels?{own}"))],
        sub: sub(say, &asked, &directory),
        ways,
        blocks,
        ..RecordPage::new(Frame::of(&web, &v, "levels").await?, say.t("levels-matrix"))
    })
}
