//! An outage's page: what is known of it, where that came from, what happened to it.

use super::list::lasted;
use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::{digits, unit_name};
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::record::{Block, Body, Line, Mark, RecordPage, Way};
use crate::matters::matter::who;
use axum::extract::{Path, State};
use yixian_app::outages::OutagePage;
use yixian_domain::ids::Words;
use yixian_domain::outage::{OutageEvent, OutageFacts};

/// What a correction changed, field by field.
fn changes(say: &Say, before: &OutageFacts, after: &OutageFacts, unit: &dyn Fn(&OutageFacts) -> String) -> String {
    let end = |f: &OutageFacts| f.end.map_or_else(|| say.t("outage-lasts"), |e| say.moment(e));
    let fields: [(&str, &dyn Fn(&OutageFacts) -> String); 8] = [
        ("outage-start", &|f| say.moment(f.start)),
        ("outage-end", &end),
        ("outage-district", &|f| f.district.clone()),
        ("outage-unit", unit),
        ("outage-level", &|f| say.of("network-level", f.level.as_str())),
        ("outage-kind-label", &|f| say.of("outage-kind", f.kind.as_str())),
        ("outage-customers", &|f| digits(u64::from(f.customers))),
        ("outage-cause", &|f| f.cause.clone().unwrap_or_else(|| say.t("outage-nothing"))),
    ];
    let changed = fields.iter().filter(|(_, of)| of(before) != of(after));
    let told: Vec<String> = changed.map(|(key, of)| format!("{} {} → {}", say.t(key), of(before), of(after))).collect();
    told.join(&say.t("list-separator"))
}

/// What happened to it, the newest first, and the file that brought it.
fn story(say: &Say, p: &OutagePage, directory: &yixian_app::read::Directory) -> Vec<Line> {
    let reason = |w: &Words| p.words.get(&w.id).cloned().unwrap_or_else(|| say.t("words-erased"));
    let unit = |f: &OutageFacts| directory.unit(f.unit).map(|u| unit_name(say, u)).unwrap_or_default();
    let mut all: Vec<Line> = p
        .story
        .iter()
        .rev()
        .map(|s| {
            let what = say.of("event", s.event.code());
            let told = match &s.event {
                OutageEvent::Recorded { .. } => String::new(),
                OutageEvent::Ended { end, .. } => say.moment(*end),
                OutageEvent::Corrected { before, after, reason: why } => {
                    format!("{} · {}", changes(say, before, after, &unit), reason(why))
                }
                OutageEvent::Voided { reason: why, .. } => reason(why),
            };
            let muted: Vec<String> = [told, who(say, directory, &s.by)].into_iter().filter(|t| !t.is_empty()).collect();
            Line::of(what).muted(muted.join(" · ")).end(say.moment(s.recorded_at))
        })
        .collect();
    all.extend(p.file.as_ref().map(|f| {
        let what = say.t2("outage-from-file", ("file", f.name.clone()), ("line", f.line as i64));
        Line::of(what).muted(who(say, directory, &f.by)).end(say.moment(f.at))
    }));
    all
}

/// `GET /outages/{id}`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, Path(at): Path<String>) -> Page {
    let p = web.app().outage_page(&v.actor, &at).await?;
    let (say, o, f) = (&v.say, &p.outage, &p.outage.facts);
    let directory = web.app().directory().await?;
    let here = format!("/outages/{}", o.id);
    let mut ways = Vec::new();
    if p.keeps && !o.voided {
        if f.end.is_none() {
            ways.push(Way::first(say.t("outage-end-it"), format!("{here}/end")));
        }
        ways.push(Way::to(say.t("outage-correct"), format!("{here}/edit")));
        ways.push(Way::to(say.t("outage-void"), format!("{here}/void")));
    }
    let mark = match (o.voided, f.end) {
        (true, _) => Some(Mark { class: "", text: say.t("outage-voided") }),
        (false, None) => Some(Mark { class: "due-over", text: format!("■ {}", say.t("outage-lasts")) }),
        (false, Some(_)) => None,
    };
    let mut notes = Vec::new();
    if o.voided {
        notes.push(("banner-warn", say.t("outage-voided-hint")));
    }
    let day = f.day(say.zone());
    let facts = vec![
        (say.t("outage-start"), say.moment(f.start), None),
        (say.t("outage-end"), f.end.map_or_else(|| say.t("outage-lasts"), |e| say.moment(e)), None),
        (say.t("outage-lasted"), lasted(say, o), None),
        (say.t("outage-district"), f.district.clone(), None),
        (say.t("outage-unit"), directory.unit(f.unit).map(|u| unit_name(say, u)).unwrap_or_default(), None),
        (say.t("outage-level"), say.of("network-level", f.level.as_str()), None),
        (say.t("outage-kind-label"), say.of("outage-kind", f.kind.as_str()), None),
        (say.t("outage-customers"), digits(u64::from(f.customers)), None),
        (say.t("outage-cause"), f.cause.clone().unwrap_or_else(|| say.t("outage-nothing")), None),
        (
            say.t("outage-counts"),
            say.t1("outage-counts-in", "year", day.year().to_string()),
            Some(format!("/reliability?year={}", day.year())),
        ),
    ];
    show(&RecordPage {
        crumbs: vec![(say.t("reliability-title"), "/reliability".into()), (say.t("outages-title"), "/outages".into())],
        sub: vec![o.code.clone()],
        mark,
        ways,
        notes,
        blocks: vec![Block::new("story", say.t("outage-story"), Body::Lines(story(say, &p, &directory)))],
        facts_title: say.t("outage-facts"),
        facts,
        ..RecordPage::new(
            Frame::of(&web, &v, "reliability").await?,
            format!("{} · {}", f.district, say.moment(f.start)),
        )
    })
}
