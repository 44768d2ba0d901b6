//! Rows of matters and deadline pills, the same on every page: colour, shape and words together.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::visitor::Visitor;
use crate::door::web::Web;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::matters::{MatterRow, Requested};
use yixian_domain::base::about::AboutKind;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::StageName;
use yixian_domain::time::Instant;

/// A deadline as shown: class, then shape and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pill {
    /// `due-ok`, `due-soon`, `due-over`, `due-wait`, `due-done`.
    pub class: &'static str,
    /// `■ 超 2 天`
    pub text: String,
}

/// What a pill is told from.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// When it was raised.
    pub raised: Instant,
    /// When it is due.
    pub due: Option<Instant>,
    /// When it was put right.
    pub solved: Option<Instant>,
    /// Closed.
    pub closed: bool,
    /// Paused.
    pub paused: bool,
    /// Refused or merged: nothing is due any more.
    pub withdrawn: bool,
}

impl Clock {
    /// Of a matter in a list.
    pub fn of(m: &MatterRow) -> Clock {
        Clock {
            raised: m.raised,
            due: m.due,
            solved: m.solved,
            closed: m.stage == StageName::Closed,
            paused: m.paused,
            withdrawn: matches!(m.stage, StageName::Refused | StageName::Merged),
        }
    }
}

const DAY_MS: i64 = 86_400_000;

/// The pill of a matter; none where nothing is promised.
pub fn pill(say: &Say, c: Clock) -> Option<Pill> {
    if c.closed {
        return Some(Pill { class: "due-done", text: format!("✓ {}", say.t("due-closed")) });
    }
    if c.withdrawn {
        return None;
    }
    if c.paused {
        return Some(Pill { class: "due-wait", text: format!("‖ {}", say.t("due-paused")) });
    }
    let due = c.due?;
    if let Some(solved) = c.solved {
        return Some(if solved <= due {
            Pill { class: "due-done", text: format!("✓ {}", say.t("due-solved-in-time")) }
        } else {
            Pill {
                class: "due-over",
                text: format!("■ {}", say.t1("due-solved-late", "span", say.span(solved.since(due)))),
            }
        });
    }
    let left = due.since(say.now());
    Some(if left <= 0 {
        Pill { class: "due-over", text: format!("■ {}", say.t1("due-over", "span", say.span(left))) }
    } else if left <= DAY_MS || left * 4 <= due.since(c.raised) {
        Pill { class: "due-soon", text: format!("▲ {}", say.t1("due-soon", "span", say.span(left))) }
    } else {
        Pill { class: "due-ok", text: format!("○ {}", say.t1("due-left", "span", say.span(left))) }
    })
}

/// CSS class of a stage.
pub fn stage_class(stage: StageName) -> &'static str {
    match stage {
        StageName::Raised | StageName::Reopened => "stage-new",
        StageName::Assigned | StageName::Accepted | StageName::InHand | StageName::Returned => "stage-doing",
        StageName::Submitted | StageName::SolvedOnTheSpot => "stage-check",
        StageName::Verified | StageName::Refused => "stage-answer",
        StageName::Answered | StageName::Merged => "stage-confirm",
        StageName::Closed => "stage-closed",
    }
}

/// A matter in a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Id.
    pub id: Uuid,
    /// Running number with the year it was raised: `2018-0731`.
    pub number: String,
    /// First words.
    pub subject: String,
    /// Stage in words.
    pub stage: String,
    /// Class of the stage.
    pub stage_class: &'static str,
    /// Holding unit.
    pub unit: String,
    /// Place.
    pub place: String,
    /// Category in words.
    pub category: String,
    /// Deadline.
    pub pill: Option<Pill>,
    /// Overdue.
    pub over: bool,
    /// Overlays and marks in words.
    pub escalated: bool,
    /// A request waits: `extension` or `pause`.
    pub request: Option<&'static str>,
    /// On the spot.
    pub on_the_spot: bool,
    /// Reopened so often.
    pub reopened: i64,
    /// What it adds to the figure whose records are shown.
    pub worth: Option<String>,
    /// Key to continue a list after this row.
    pub key: String,
}

/// The page of what something is about: the record's own, and of a topic its meeting's.
pub fn about_at(kind: AboutKind, shown_by: Uuid) -> String {
    let page = match kind {
        AboutKind::Partner => "partners",
        AboutKind::Matter => "matters",
        AboutKind::Visit => "visits",
        AboutKind::Agreement => "agreements",
        AboutKind::Programme => "programmes",
        AboutKind::Section => "sections",
        AboutKind::Conference => "conferences",
        AboutKind::Topic => "meetings",
        AboutKind::Document => "documents",
        AboutKind::Session => "sessions",
        AboutKind::Team => "teams",
        AboutKind::Household => "households",
        // An aspect has no page of its own.
        AboutKind::Aspect => return "/".into(),
    };
    format!("/{page}/{shown_by}")
}

/// The number people use.
pub fn number(say: &Say, raised: Instant, n: i64) -> String {
    format!("{}-{n:04}", say.zone().date_of(raised).year())
}

/// Rows ready to be shown.
pub async fn rows(web: &Web, say: &Say, list: &[MatterRow]) -> Result<Vec<Row>, AppError> {
    let directory = web.app().directory().await?;
    let mut ids: Vec<Uuid> = list.iter().filter_map(|r| r.place).map(|p| p.0).collect();
    ids.sort();
    ids.dedup();
    let places: HashMap<Uuid, String> = web.app().place_names(&ids).await?;
    Ok(list
        .iter()
        .map(|r| {
            let p = pill(say, Clock::of(r));
            Row {
                id: r.id.0,
                number: number(say, r.raised, r.n),
                subject: if r.subject.is_empty() { say.t("words-erased") } else { r.subject.clone() },
                stage: say.of("stage", r.stage.as_str()),
                stage_class: stage_class(r.stage),
                unit: directory.unit(r.unit).map(|u| unit_name(say, u)).unwrap_or_default(),
                place: r.place.and_then(|p| places.get(&p.0).cloned()).unwrap_or_default(),
                category: say.of_or("category", &r.category),
                over: p.as_ref().is_some_and(|p| p.class == "due-over") && r.solved.is_none(),
                pill: p,
                escalated: r.escalated > 0 && r.stage != StageName::Closed,
                request: r.request.map(Requested::as_str),
                on_the_spot: r.on_the_spot,
                reopened: r.reopened.into(),
                worth: None,
                key: r.after().to_string(),
            }
        })
        .collect())
}

/// Matters by id, ready to be shown: those of them that the visitor may see, in the order of the ids.
pub async fn of_ids(web: &Web, v: &Visitor, ids: &[Uuid]) -> Result<Vec<Row>, AppError> {
    let ids: Vec<MatterId> = ids.iter().copied().map(MatterId).collect();
    rows(web, &v.say, &web.app().matter_rows(&v.actor, &ids).await?).await
}

/// What is not put right yet comes first, by when it is due.
pub fn urgency(m: &MatterRow) -> (bool, i64) {
    (m.solved.is_some(), m.due_key)
}
