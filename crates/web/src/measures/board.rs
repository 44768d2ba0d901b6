//! The board of measures: how many of each class stand where, and each of them.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::form::fields::query;
use crate::form::record::{Block, Body, Cell, Line, RecordPage, Table, Way};
use axum::extract::State;
use axum::http::Uri;
use yixian_app::measures::MeasureRow;
use yixian_domain::matter::Stage;
use yixian_domain::part::{MeasureClass, Verdict};

/// Where a measure stands on the board.
pub(crate) fn stands(row: &MeasureRow) -> &'static str {
    let m = &row.measure;
    match (&m.decision, &row.matter.stage) {
        (_, Stage::Refused { .. } | Stage::Merged { .. }) => "rejected",
        (Some(d), _) if d.verdict == Verdict::Rejected => "rejected",
        (None, _) => "proposed",
        (Some(_), _) if !m.taken_over.is_empty() => "spread",
        (Some(_), _) if !m.applied.is_empty() => "applied",
        (Some(_), _) => "adopted",
    }
}

const STAGES: [&str; 5] = ["proposed", "adopted", "applied", "spread", "rejected"];

/// The first words of a measure.
pub(crate) fn title(say: &Say, row: &MeasureRow) -> String {
    if row.subject.is_empty() { say.t("erased") } else { row.subject.clone() }
}

/// `GET /measures`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn, uri: Uri) -> Page {
    let (say, q) = (&v.say, query(uri.query()));
    let all = web.app().measures(&v.actor).await?;
    let directory = web.app().directory().await?;
    let mut heads = vec![say.t("measure-class")];
    heads.extend(STAGES.iter().map(|s| say.of("measure-stage", s)));
    heads.push(say.t("works-all"));
    let cell = |class: MeasureClass, stage: Option<&str>| {
        let n = all.iter().filter(|r| r.measure.class == class && stage.is_none_or(|s| stands(r) == s)).count();
        let of = stage.map(|s| format!("&stage={s}")).unwrap_or_default();
        let cell = Cell::number(n.to_string());
        if n == 0 { cell } else { cell.to(format!("/measures?class={}{of}#list", class.as_str())) }
    };
    let rows = MeasureClass::ALL.iter().map(|class| {
        let mut row = vec![Cell::of(say.of("measure-class", class.as_str()))];
        row.extend(STAGES.iter().map(|s| cell(*class, Some(s))));
        row.push(cell(*class, None));
        row
    });
    let table = Table { heads, rows: rows.collect() };
    let wanted = |r: &&MeasureRow| {
        (q.get("class").is_empty() || r.measure.class.as_str() == q.get("class"))
            && (q.get("stage").is_empty() || stands(r) == q.get("stage"))
    };
    let lines = all.iter().filter(wanted).map(|r| {
        let unit = directory.unit(r.matter.unit).map(|u| unit_name(say, u)).unwrap_or_default();
        let muted = format!("{unit} · {}", say.day(say.zone().date_of(r.matter.raised.at)));
        let class = if stands(r) == "rejected" { "due-over" } else { "" };
        Line::to(format!("/measures/{}", r.matter.id), title(say, r))
            .muted(muted)
            .mark(class, say.of("measure-stage", stands(r)))
            .end(say.of("measure-class", r.measure.class.as_str()))
    });
    show(&RecordPage {
        sub: vec![say.t("measures-hint")],
        ways: vec![Way::first(say.t("measure-new"), "/measures/new")],
        blocks: vec![
            Block::new("board", say.t("measures-board"), Body::Table(table)),
            Block::new("list", say.t("measures-list"), Body::Lines(lines.collect())).none(say.t("measures-none")),
        ],
        ..RecordPage::new(Frame::of(&web, &v, "measures").await?, say.t("measures-title"))
    })
}
