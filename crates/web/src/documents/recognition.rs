//! What was written of our practice: the list, and a page with the records and figures that show it.

use super::evidence;
use super::shown::{numbered, recognition_line, recognition_title};
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::record::{Block, Body, Line, ListPage, Mark, RecordPage, Way};
use crate::matters::matter::who;
use axum::extract::{Path, State};
use yixian_domain::access::{Ask, may};
use yixian_domain::document::RecognitionEvent;

/// `GET /recognitions`
pub async fn list(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let all = web.app().recognitions(&v.actor).await?;
    let directory = web.app().directory().await?;
    let keeps = directory.units().any(|u| may(&v.actor, &Ask::KeepDocument(&u.path)).is_ok());
    let to_check = all.iter().filter(|r| r.details.number.is_none()).count();
    let mut ways = vec![Way::to(say.t("documents-title"), "/documents")];
    if keeps {
        ways.insert(0, Way::first(say.t("recognition-new"), "/recognitions/new"));
    }
    show(&ListPage {
        lines: all.iter().map(|r| recognition_line(say, r)).collect(),
        title: say.t("recognitions-title"),
        hint: say.t("recognitions-hint"),
        ways,
        at: "/recognitions",
        form: Form::default(),
        asked: Vec::new(),
        notes: if to_check > 0 {
            vec![("banner-warn", say.t1("recognitions-to-check", "n", to_check))]
        } else {
            vec![]
        },
        none: say.t("recognitions-none"),
        next: None,
        first: None,
        f: Frame::of(&web, &v, "documents").await?,
    })
}

/// `GET /recognitions/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = web.app().recognition_page(&v.actor, &at).await?;
    let say = &v.say;
    let (r, d) = (&p.recognition, &p.recognition.details);
    let directory = web.app().directory().await?;
    let practice = p.words.get(&d.practice.id).cloned().unwrap_or_else(|| say.t("words-erased"));
    let records = evidence::record_lines(&web, &v, &d.about).await?;
    let figures = evidence::figure_lines(&web, &v, &d.figures).await?;
    let story = p.story.iter().rev().map(|(_, h)| {
        let what = match &h.event {
            RecognitionEvent::Registered { .. } | RecognitionEvent::Changed { .. } => say.of("event", h.event.code()),
        };
        Line::of(what).muted(who(say, &directory, &h.by)).end(say.moment(h.at))
    });
    let mut facts = vec![
        (say.t("document-issuer"), d.issuer.clone(), None),
        (say.t("document-number"), numbered(say, d.number.as_deref()), None),
        (say.t("recognition-day"), say.day(d.day), None),
    ];
    facts.extend(d.clause.clone().map(|c| (say.t("recognition-clause"), c, None)));
    facts.extend(directory.unit(d.unit).map(|u| (say.t("recognition-unit"), unit_name(say, u), None)));
    let unchecked = d.number.is_none();
    show(&RecordPage {
        crumbs: vec![
            (say.t("documents-title"), "/documents".into()),
            (say.t("recognitions-title"), "/recognitions".into()),
        ],
        sub: vec![r.code.clone()],
        mark: unchecked.then(|| Mark { class: "due-soon", text: say.t("document-number-to-be-checked") }),
        ways: if p.keeps { vec![Way::first(say.t("edit"), format!("/recognitions/{}/edit", r.id))] } else { vec![] },
        blocks: vec![
            Block::new(
                "practice",
                say.t("recognition-practice"),
                Body::Text(practice.lines().map(str::to_owned).collect()),
            ),
            Block::new("records", say.t("recognition-records"), Body::Lines(records)),
            Block::new("figures", say.t("recognition-figures"), Body::Lines(figures)),
            Block::new("story", say.t("document-story"), Body::Lines(story.collect())),
        ],
        facts_title: say.t("document-facts"),
        facts,
        ..RecordPage::new(Frame::of(&web, &v, "documents").await?, recognition_title(say, r))
    })
}
