//! A praise: what was said, by whom, for which records.

use super::shown::title;
use crate::documents::evidence;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, Mark, RecordPage, Way};
use crate::matters::matter::who;
use crate::partners::list::name;
use axum::extract::{Path, State};
use yixian_domain::praise::{PraiseEvent, PraisedBy};

/// `GET /praise/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = web.app().praise_page(&v.actor, &at).await?;
    let say = &v.say;
    let (praise, d) = (&p.praise, &p.praise.details);
    let directory = web.app().directory().await?;
    let words = p.words.clone().unwrap_or_else(|| say.t("words-erased"));
    let records = evidence::record_lines(&web, &v, &d.about).await?;
    let photos = d.photos.iter().map(|f| (f.as_str().to_owned(), say.t("praise-file"))).collect();
    let (from, from_at) = match &d.from {
        PraisedBy::Partner { partner } => {
            let named = web.app().partner_names(&[partner.0]).await?.remove(&partner.0);
            (named.map_or_else(|| say.t("erased"), |n| name(say, &n)), Some(format!("/partners/{partner}")))
        }
        PraisedBy::Contact { .. } => {
            let unsaid = if praise.erased { "erased" } else { "praise-name-kept" };
            (p.name.clone().unwrap_or_else(|| say.t(unsaid)), None)
        }
    };
    let story = p.story.iter().rev().map(|(_, h)| {
        let what = match &h.event {
            PraiseEvent::Recorded { .. } | PraiseEvent::Changed { .. } => say.of("event", h.event.code()),
            PraiseEvent::Erased { .. } => say.t("praise-erased"),
        };
        Line::of(what).muted(who(say, &directory, &h.by)).end(say.moment(h.at))
    });
    let mut facts = vec![
        (say.t("praise-from"), from, from_at),
        (say.t("praise-channel"), say.of("praise-channel", d.channel.as_str()), None),
        (say.t("praise-day"), say.day(d.day), None),
        (say.t("praise-recorded-by"), who(say, &directory, &praise.recorded_by), None),
    ];
    facts.extend(directory.unit(d.unit).map(|u| (say.t("praise-unit"), unit_name(say, u), None)));
    facts.extend(d.file.as_ref().map(|f| (say.t("praise-file-hash"), f.as_str().to_owned(), None)));
    let mut ways = Vec::new();
    if p.keeps {
        ways.push(Way::first(say.t("edit"), format!("/praise/{}/edit", praise.id)));
    }
    if p.erases {
        ways.push(Way::to(say.t("praise-erase"), format!("/praise/{}/erase", praise.id)));
    }
    let mark = if d.consent {
        Mark { class: "due-done", text: say.t("praise-may-be-published") }
    } else {
        Mark { class: "", text: say.t("praise-inside-only") }
    };
    show(&RecordPage {
        crumbs: vec![(say.t("praise-title"), "/praise".into())],
        sub: vec![praise.code.clone()],
        mark: Some(mark),
        ways,
        blocks: vec![
            Block::new("words", say.t("praise-words"), Body::Text(words.lines().map(str::to_owned).collect())),
            Block::new("records", say.t("praise-records"), Body::Lines(records)).none(say.t("praise-records-unseen")),
            Block::new("file", say.t("praise-file"), Body::Photos("/files/".into(), photos)),
            Block::new("story", say.t("document-story"), Body::Lines(story.collect())),
        ],
        facts_title: say.t("document-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "praise").await?, title(say, praise))
    })
}
