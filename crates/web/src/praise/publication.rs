//! What was printed about us: the list, and a page on which each quoted figure is held against the records as of then and as of now.

use super::shown::{publication_line, publication_title};
use crate::documents::evidence;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::record::{Block, Body, Line, ListPage, RecordPage, Way};
use crate::matters::matter::who;
use axum::extract::{Path, State};
use yixian_domain::access::{Ask, may};
use yixian_domain::praise::PublicationEvent;

/// `GET /publications`
pub async fn list(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let all = web.app().publications(&v.actor).await?;
    let directory = web.app().directory().await?;
    let keeps = directory.units().any(|u| may(&v.actor, &Ask::KeepPraise(&u.path)).is_ok());
    let mut ways = vec![Way::to(say.t("praise-title"), "/praise")];
    if keeps {
        ways.insert(0, Way::first(say.t("publication-new"), "/publications/new"));
    }
    show(&ListPage {
        lines: all.iter().map(|p| publication_line(say, p)).collect(),
        title: say.t("publications-title"),
        hint: say.t("publications-hint"),
        ways,
        at: "/publications",
        form: Form::default(),
        asked: Vec::new(),
        notes: Vec::new(),
        none: say.t("publications-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "praise").await?,
    })
}

/// `GET /publications/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = web.app().publication_page(&v.actor, &at).await?;
    let say = &v.say;
    let (publication, d) = (&p.publication, &p.publication.details);
    let directory = web.app().directory().await?;
    let records = evidence::record_lines(&web, &v, &d.about).await?;
    let figures = evidence::figure_lines(&web, &v, &d.figures).await?;
    let story = p.story.iter().rev().map(|(_, h)| {
        let what = match &h.event {
            PublicationEvent::Registered { .. } | PublicationEvent::Changed { .. } => say.of("event", h.event.code()),
        };
        Line::of(what).muted(who(say, &directory, &h.by)).end(say.moment(h.at))
    });
    let mut facts =
        vec![(say.t("publication-outlet"), d.outlet.clone(), None), (say.t("publication-day"), say.day(d.day), None)];
    facts.extend(d.url.as_ref().map(|url| (say.t("publication-url"), url.clone(), Some(url.clone()))));
    facts.extend(d.file.as_ref().map(|f| (say.t("praise-file-hash"), f.as_str().to_owned(), None)));
    facts.extend(directory.unit(d.unit).map(|u| (say.t("publication-unit"), unit_name(say, u), None)));
    let edit = format!("/publications/{}/edit", publication.id);
    show(&RecordPage {
        crumbs: vec![(say.t("praise-title"), "/praise".into()), (say.t("publications-title"), "/publications".into())],
        sub: vec![publication.code.clone(), say.t("publication-checked")],
        ways: if p.keeps { vec![Way::first(say.t("edit"), edit)] } else { vec![] },
        blocks: vec![
            Block::new("figures", say.t("publication-figures"), Body::Lines(figures))
                .none(say.t("publication-figures-none")),
            Block::new("records", say.t("recognition-records"), Body::Lines(records)),
            Block::new("story", say.t("document-story"), Body::Lines(story.collect())),
        ],
        facts_title: say.t("document-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "praise").await?, publication_title(say, publication))
    })
}
