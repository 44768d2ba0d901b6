//! Improvements proposed on the front line 改进提案: proposal → decision → pilot → result → spread. Each is a
//! matter of the kind measure whose procedure has these steps; this is its board and its form.

use crate::door::frame::Frame;
use crate::door::page::{Page, show, to};
use crate::door::say::Lang;
use crate::door::telling::unit_name;
use crate::door::visitor::{SignedIn, Visitor};
use crate::door::web::Web;
use crate::form::fields::Form;
use crate::form::page::{Field, FormPage, Kind};
use crate::form::post::{Again, Post, Posted, Read};
use crate::form::reading::{Faults, Reading};
use crate::matters::rows::number;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::command::MatterCommand;
use yixian_app::matters::MatterFilter;
use yixian_domain::ids::UnitId;
use yixian_domain::matter::{MatterKind, Origin, Stage, StageName};

/// The procedure of proposals; other measures are put right like problems.
const PROCEDURE: &str = "improve";

/// Proposals on the board.
const MOST: i64 = 400;

/// The columns: before a step, the steps of the procedure, after them.
const COLUMNS: [&str; 6] = ["proposed", "decide", "pilot", "result", "spread", "done"];

struct Item {
    id: Uuid,
    title: String,
    meta: Vec<String>,
}

struct Column {
    code: &'static str,
    title: String,
    items: Vec<Item>,
}

#[derive(Template)]
#[template(path = "connections/proposals.html")]
struct Board {
    f: Frame,
    empty: bool,
    columns: Vec<Column>,
}

/// `GET /proposals`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let policies = web.app().policies();
    let ours = policies
        .procedures
        .categories(MatterKind::Measure, say.today())
        .filter(|(p, _)| p.id == PROCEDURE)
        .map(|(_, c)| c.code.clone())
        .collect();
    let filter = MatterFilter { kind: Some(MatterKind::Measure), categories: ours, ..MatterFilter::default() };
    let (list, _) = web.app().matter_list(&v.actor, &filter, MOST).await?;
    let d = web.app().directory().await?;
    let mut columns: Vec<Column> =
        COLUMNS.into_iter().map(|code| Column { code, title: say.of("proposal-stage", code), items: vec![] }).collect();
    for r in &list {
        // A row of a list knows the stage; the step within it stands in the matter.
        let step = match r.stage {
            StageName::InHand => match web.app().matter_page(&v.actor, r.id).await?.matter.stage {
                Stage::InHand { step, .. } => step,
                _ => "decide".into(),
            },
            StageName::Raised
            | StageName::Assigned
            | StageName::Accepted
            | StageName::Returned
            | StageName::Reopened => "proposed".into(),
            StageName::Refused | StageName::Merged => continue,
            StageName::Submitted
            | StageName::SolvedOnTheSpot
            | StageName::Verified
            | StageName::Answered
            | StageName::Closed => "done".into(),
        };
        let unit = d.unit(r.unit).map(|u| unit_name(say, u)).unwrap_or_default();
        let item = Item {
            id: r.id.0,
            title: if r.subject.is_empty() { say.t("words-erased") } else { r.subject.clone() },
            meta: vec![say.of_or("category", &r.category), unit, number(say, r.raised, r.n)],
        };
        if let Some(c) = columns.iter_mut().find(|c| c.code == step) {
            c.items.push(item);
        }
    }
    show(&Board {
        empty: columns.iter().all(|c| c.items.is_empty()),
        columns,
        f: Frame::of(&web, &v, "proposals").await?,
    })
}

async fn form_page(web: &Web, v: &Visitor, mut form: Form, faults: Faults, status: StatusCode) -> Page {
    let say = &v.say;
    form.mint(web, &["command_id", "matter"]);
    let policies = web.app().policies();
    let kinds = policies
        .procedures
        .categories(MatterKind::Measure, say.today())
        .filter(|(p, _)| p.id == PROCEDURE)
        .map(|(_, c)| (c.code.clone(), if say.lang() == Lang::Zh { c.name.clone() } else { c.name_en.clone() }))
        .collect();
    let page = FormPage {
        sub: Some(say.t("proposals-sub")),
        crumbs: vec![(say.t("proposals-title"), "/proposals".into())],
        action: "/proposals/new".into(),
        back: "/proposals".into(),
        hidden: vec!["matter"],
        fields: vec![
            Field::new("category", say.t("proposal-kind"), Kind::Choice(kinds)),
            Field::new("words", say.t("proposal-words"), Kind::Text),
            Field::new("photo", say.t("photo-add"), Kind::Photos),
        ],
        draft: Some("proposal-new".into()),
        ..FormPage::new(Frame::of(web, v, "proposals").await?, say.t("proposals-new"), form, faults)
    };
    page.shown(status)
}

/// `GET /proposals/new`
pub async fn form(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    form_page(&web, &v, Form::default(), Faults::none(), StatusCode::OK).await
}

fn command(form: &Form, unit: Option<UnitId>) -> Result<MatterCommand, AppError> {
    let mut r = Reading::default();
    r.faults.clone_from(&form.faults);
    let matter = r.take(form.id("matter", "uuid_v7")).unwrap_or_default();
    for (name, code) in [("category", "category"), ("words", "words_needed")] {
        if form.get(name).is_empty() {
            r.faults.push(yixian_app::FieldError::new(name, code));
        }
    }
    r.done()?;
    Ok(MatterCommand::RaiseMatter {
        matter,
        kind: MatterKind::Measure,
        origin: Origin::Staff,
        category: form.get("category").to_owned(),
        words: form.get("words").to_owned(),
        place: None,
        unit: unit.map(|u| u.0),
        photos: form.photos("photos"),
        raiser: None,
        about: None,
    })
}

/// `POST /proposals/new`
pub async fn submit(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn, mut form: Form) -> Page {
    form.take_photos(&web).await;
    // His own unit decides and tries it; what others may learn from it, they see on the board.
    let unit = web.app().directory().await?.person(me).map(|p| p.unit);
    let read = command(&form, unit).map(Read::now);
    match Post::by(&web, &v).minted(&["matter"]).send(form, read).await? {
        Posted::Done(receipt) => to(&format!("/matters/{}", receipt.record)),
        Posted::Again(Again { form, faults, status }) => form_page(&web, &v, form, faults, status).await,
    }
}
