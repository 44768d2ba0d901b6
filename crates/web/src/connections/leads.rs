//! Audit leads 稽核线索: cases whose entries came long after what they tell, or whose customers remember
//! another day of application than the system has (体外循环). Leads only: somebody has to look.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::matters::rows::number;
use askama::Template;
use axum::extract::State;
use yixian_domain::ids::MatterId;

/// Leads on the page.
const MOST: i64 = 200;

struct Row {
    id: MatterId,
    number: String,
    text: String,
    unit: String,
}

#[derive(Template)]
#[template(path = "connections/leads.html")]
struct Leads {
    f: Frame,
    rows: Vec<Row>,
}

/// `GET /connections/leads`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let d = web.app().directory().await?;
    let rows = web
        .app()
        .connection_leads(&v.actor, MOST)
        .await?
        .into_iter()
        .map(|l| {
            let late = (l.late_ms > 0).then(|| say.t1("leads-late", "span", say.span(l.late_ms)));
            let said = l.said.map(|day| {
                say.t2(
                    "lead-date-differs",
                    ("said", say.day(day)),
                    ("recorded", say.day(say.zone().date_of(l.applied))),
                )
            });
            Row {
                id: l.id,
                number: number(say, l.applied, l.n),
                unit: d.unit(l.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
                text: [late, said].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            }
        })
        .collect();
    show(&Leads { f: Frame::of(&web, &v, "connections").await?, rows })
}
