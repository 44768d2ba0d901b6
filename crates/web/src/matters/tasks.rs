//! The responsible unit's desk: its matters by due date, piled by what they wait for.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::count;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::matters::rows::{Row, rows};
use askama::Template;
use axum::extract::State;
use yixian_app::matters::{MatterFilter, MatterOrder};
use yixian_domain::matter::StageName;

struct Pile {
    key: &'static str,
    href: String,
    count: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "matters/tasks.html")]
struct TasksPage {
    f: Frame,
    piles: Vec<Pile>,
}

/// Rows of a pile shown before "all".
const SHOWN: i64 = 25;

/// `GET /tasks`
pub async fn page(State(web): State<Web>, SignedIn { person: me, visitor: v }: SignedIn) -> Page {
    let directory = web.app().directory().await?;
    let unit = directory.person(me).and_then(|p| directory.unit(p.unit));
    let code = unit.map(|u| u.code.clone()).unwrap_or_default();
    let path = unit.map(|u| u.path.clone());
    let mut piles = Vec::new();
    for (key, stages) in [
        ("tasks-accept", vec![StageName::Assigned]),
        ("tasks-doing", vec![StageName::Accepted, StageName::InHand, StageName::Returned]),
        ("tasks-verify", vec![StageName::Submitted]),
    ] {
        let query: String = stages.iter().map(|s| format!("&stage={}", s.as_str())).collect();
        let filter = MatterFilter { stages, unit: path.clone(), order: MatterOrder::Due, ..MatterFilter::default() };
        let (mut list, total) = web.app().matter_list(&v.actor, &filter, SHOWN).await?;
        list.truncate(SHOWN as usize);
        piles.push(Pile {
            key,
            href: format!("/matters?order=due&unit={code}{query}"),
            count: count(&v.say, total),
            rows: rows(&web, &v.say, &list).await?,
        });
    }
    show(&TasksPage { f: Frame::of(&web, &v, "tasks").await?, piles })
}
