//! The coordinator's inbox: what waits for a decision, an answer, a verification, a push. Assigning as
//! suggested is one tap.

use crate::door::frame::Frame;
use crate::door::page::{Page, show};
use crate::door::telling::unit_name;
use crate::door::visitor::SignedIn;
use crate::door::web::Web;
use crate::matters::rows::{Row, rows};
use askama::Template;
use axum::extract::State;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::matters::{MatterFilter, MatterOrder};
use yixian_domain::matter::{MatterAction, StageName};

struct Pile {
    key: &'static str,
    href: String,
    count: String,
    over: bool,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "matters/inbox.html")]
struct InboxPage {
    f: Frame,
    piles: Vec<Pile>,
    /// Matter → (command id, unit id, unit name): what one tap would do.
    suggested: HashMap<Uuid, (Uuid, Uuid, String)>,
}

/// Rows of a pile shown before "all".
const SHOWN: i64 = 8;

/// `GET /inbox`
pub async fn page(State(web): State<Web>, SignedIn { visitor: v, .. }: SignedIn) -> Page {
    let say = &v.say;
    let stages = |s: &[StageName]| MatterFilter { stages: s.to_vec(), ..MatterFilter::default() };
    let wanted: [(&'static str, &str, MatterFilter); 5] = [
        ("inbox-new", "stage=raised&stage=reopened", stages(&[StageName::Raised, StageName::Reopened])),
        ("inbox-requests", "requested=1", MatterFilter { requested: true, ..MatterFilter::default() }),
        ("inbox-verify", "stage=solved_on_the_spot", stages(&[StageName::SolvedOnTheSpot])),
        ("inbox-answer", "stage=verified&stage=refused", stages(&[StageName::Verified, StageName::Refused])),
        (
            "inbox-overdue",
            "overdue=1&order=due",
            MatterFilter { overdue_at: Some(say.now()), order: MatterOrder::Due, ..MatterFilter::default() },
        ),
    ];
    let directory = web.app().directory().await?;
    let mut piles = Vec::new();
    let mut suggested = HashMap::new();
    for (key, query, filter) in wanted {
        let (mut list, total) = web.app().matter_list(&v.actor, &filter, SHOWN).await?;
        list.truncate(SHOWN as usize);
        if key == "inbox-new" {
            for m in &list {
                let unit = directory.unit(m.unit);
                if let Some(u) = unit
                    && u.parent.is_some()
                    && m.stage == StageName::Raised
                    && web.app().may_act(&v.actor, MatterAction::Assign, m.id).await?
                {
                    suggested.insert(m.id.0, (web.app().mint().uuid(say.now()), u.id.0, unit_name(say, u)));
                }
            }
        }
        piles.push(Pile {
            key,
            href: format!("/matters?{query}"),
            count: crate::door::telling::count(say, total),
            over: key == "inbox-overdue" && total > 0,
            rows: rows(&web, say, &list).await?,
        });
    }
    show(&InboxPage { f: Frame::of(&web, &v, "inbox").await?, piles, suggested })
}
