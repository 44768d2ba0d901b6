//! A clause's page: what it says in each version, everything that cites it, and a warning before it ends.

use super::shown::{citing_line, text_of, title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, Mark, RecordPage, Way};
use axum::extract::{Path, State};
use uuid::Uuid;
use yixian_domain::ids::ClauseId;
use yixian_domain::org::Role;

/// `GET /documents/{id}/clauses/{clause}`
pub async fn page(
    State(web): State<Web>,
    SignedIn { visitor: v, .. }: SignedIn,
    Path((at, clause)): Path<(String, Uuid)>,
) -> Page {
    let found = web.app().clause_page(&v.actor, &at, ClauseId(clause)).await?;
    let (p, clause, say) = (&found.page, found.clause, &v.say);
    let (d, today) = (&p.document, say.today());
    let now = d.clause_on(clause, today);
    let Some((version, last)) = now.or_else(|| d.clause(clause)) else {
        return Err(yixian_app::AppError::NotFound("clause").into());
    };
    let here = format!("/documents/{}/clauses/{clause}", d.id);
    let holding = p.citing(clause).filter(|c| c.holds).count();
    let mut notes = Vec::new();
    if let Some(e) = d.clause_ends.iter().rev().find(|e| e.clause == clause && version.from <= e.on) {
        let why = p.words.get(&e.reason.id).cloned().unwrap_or_else(|| say.t("words-erased"));
        notes.push(("banner-warn", say.t2("clause-ended-on", ("day", say.day(e.on)), ("why", why))));
    }
    let to_come = d.versions.iter().find(|v| v.from > today && v.clause(clause).is_none());
    if let Some(v) = to_come.filter(|_| now.is_some()) {
        notes.push(("banner-warn", say.t2("clause-not-in-next", ("label", v.label.clone()), ("day", say.day(v.from)))));
    }
    if now.is_some() && holding > 0 {
        notes.push(("banner-warn", say.t1("clause-held-n", "n", holding)));
    }
    let cited = p.citing(clause).map(|c| {
        let end = Way::to(say.t("citation-end"), format!("/citations/{}/end", c.citation.id));
        let may_end = c.citation.ended.is_none() && (p.keeps || c.citation.citing.matter().is_some());
        let line = citing_line(say, c);
        if may_end { line.way(end) } else { line }
    });
    let earlier = d.versions.iter().rev().filter_map(|v| Some((v, v.clause(clause)?))).map(|(v, c)| {
        Line::of(text_of(say, &p.words, c)).muted(format!(
            "{} · {}",
            v.label,
            say.t1("since-day", "day", say.day(v.from))
        ))
    });
    let mut ways = Vec::new();
    if now.is_some() {
        if v.actor.is_somewhere(Role::Coordinator) {
            ways.push(Way::first(say.t("clause-cite"), format!("{here}/cite")));
        }
        if p.keeps {
            ways.push(Way::to(say.t("clause-end"), format!("{here}/end")));
        }
    }
    let (class, text) =
        if now.is_some() { ("due-done", say.t("document-in-force")) } else { ("", say.t("document-over")) };
    let said = text_of(say, &p.words, last).lines().map(str::to_owned).collect();
    show(&RecordPage {
        crumbs: vec![(say.t("documents-title"), "/documents".into()), (title(say, d), format!("/documents/{}", d.id))],
        sub: vec![d.reference(version, last)],
        mark: Some(Mark { class, text }),
        ways,
        notes,
        blocks: vec![
            Block::new("text", say.t("clause-text"), Body::Text(said)),
            Block::new("cited", say.t("clause-cited"), Body::Lines(cited.collect())).none(say.t("clause-cited-none")),
            Block::new("versions", say.t("clause-in-versions"), Body::Lines(earlier.collect())),
        ],
        ..RecordPage::new(Frame::of(&web, &v, "documents").await?, say.t1("clause-no", "no", last.no.clone()))
    })
}
