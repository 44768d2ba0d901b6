//! Rows of matters and deadline pills, the same on every page: colour, shape and words together.

use crate::door::say::Say;
use crate::door::telling::unit_name;
use crate::door::web::Web;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_app::AppError;
use yixian_app::store::matter::ListRow;
use yixian_domain::ids::UnitId;
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
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    /// Raised at.
    pub raised_at: i64,
    /// Due at.
    pub due_at: Option<i64>,
    /// Put right at.
    pub solved_at: Option<i64>,
    /// Closed.
    pub closed: bool,
    /// Paused.
    pub paused: bool,
    /// Refused or merged: nothing is due any more.
    pub withdrawn: bool,
}

const DAY_MS: i64 = 86_400_000;

/// The pill of a matter; none where nothing is promised.
pub fn pill(say: &Say, c: Clock) -> Option<Pill> {
    let now = say.now().0;
    if c.closed {
        return Some(Pill { class: "due-done", text: format!("✓ {}", say.t("due-closed")) });
    }
    if c.withdrawn {
        return None;
    }
    if c.paused {
        return Some(Pill { class: "due-wait", text: format!("‖ {}", say.t("due-paused")) });
    }
    let due = c.due_at?;
    if let Some(solved) = c.solved_at {
        return Some(if solved <= due {
            Pill { class: "due-done", text: format!("✓ {}", say.t("due-solved-in-time")) }
        } else {
            Pill {
                class: "due-over", text: format!("■ {}", say.t1("due-solved-late", "span", say.span(solved - due)))
            }
        });
    }
    let left = due - now;
    Some(if left <= 0 {
        Pill { class: "due-over", text: format!("■ {}", say.t1("due-over", "span", say.span(left))) }
    } else if left <= DAY_MS || left * 4 <= due - c.raised_at {
        Pill { class: "due-soon", text: format!("▲ {}", say.t1("due-soon", "span", say.span(left))) }
    } else {
        Pill { class: "due-ok", text: format!("○ {}", say.t1("due-left", "span", say.span(left))) }
    })
}

/// CSS class of a stage.
pub fn stage_class(stage: &str) -> &'static str {
    match stage {
        "raised" | "reopened" => "stage-new",
        "assigned" | "accepted" | "in_hand" | "returned" => "stage-doing",
        "submitted" | "solved_on_the_spot" => "stage-check",
        "verified" | "refused" => "stage-answer",
        "answered" | "merged" => "stage-confirm",
        _ => "stage-closed",
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
    pub request: Option<String>,
    /// On the spot.
    pub on_the_spot: bool,
    /// Reopened so often.
    pub reopened: i64,
    /// Key to continue a list after this row.
    pub key: String,
}

/// The number people use.
pub fn number(say: &Say, raised_at: i64, n: i64) -> String {
    format!("{}-{n:04}", say.zone().date_of(Instant(raised_at)).year())
}

/// Rows ready to be shown.
pub async fn rows(web: &Web, say: &Say, list: &[ListRow]) -> Result<Vec<Row>, AppError> {
    let directory = web.app().directory().await?;
    let mut ids: Vec<Uuid> = list.iter().filter_map(|r| r.place_id).collect();
    ids.sort();
    ids.dedup();
    let places: HashMap<Uuid, String> = web.app().place_names(&ids).await?;
    Ok(list
        .iter()
        .map(|r| {
            let p = pill(
                say,
                Clock {
                    raised_at: r.raised_at,
                    due_at: r.due_at,
                    solved_at: r.solved_at,
                    closed: r.stage == "closed",
                    paused: r.paused,
                    withdrawn: r.stage == "refused" || r.stage == "merged",
                },
            );
            Row {
                id: r.id,
                number: number(say, r.raised_at, r.n),
                subject: if r.subject.is_empty() { say.t("words-erased") } else { r.subject.clone() },
                stage: say.of("stage", &r.stage),
                stage_class: stage_class(&r.stage),
                unit: directory.unit(UnitId(r.unit_id)).map(|u| unit_name(say, u)).unwrap_or_default(),
                place: r.place_id.and_then(|p| places.get(&p).cloned()).unwrap_or_default(),
                category: say.of_or("category", &r.category),
                over: p.as_ref().is_some_and(|p| p.class == "due-over") && r.solved_at.is_none(),
                pill: p,
                escalated: r.escalated > 0 && r.stage != "closed",
                request: r.request.clone(),
                on_the_spot: r.on_the_spot,
                reopened: r.reopened,
                key: format!("{}.{}", r.due_sort, r.n),
            }
        })
        .collect())
}

/// What is not put right yet comes first, by when it is due.
pub fn urgency(m: &ListRow) -> (bool, i64) {
    (m.solved_at.is_some(), m.due_sort)
}
