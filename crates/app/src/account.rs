//! What a person of the company is told: his notices, typed. Does not know who writes a notice nor in which words it is read.

use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::ids::*;
use yixian_domain::time::Instant;
use yixian_store::notice::NoticeRow as Stored;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A matter.
    Matter(MatterId),
    /// A visit.
    Visit(VisitId),
    /// A plan.
    Plan(Uuid),
    /// A team.
    Team(Uuid),
    /// A kind of record that this version does not know.
    Other(Uuid),
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    /// Identity.
    pub id: Uuid,
    /// What happened, as keyed in the catalogues.
    pub code: String,
    /// What it is about.
    pub about: About,
    /// When.
    pub at: Instant,
    /// When it was read.
    pub read: Option<Instant>,
}

impl From<Stored> for NoticeRow {
    fn from(r: Stored) -> Self {
        NoticeRow {
            id: r.id,
            code: r.code,
            about: match r.record_kind.as_str() {
                "matter" => About::Matter(MatterId(r.record_id)),
                "visit" => About::Visit(VisitId(r.record_id)),
                "plan" => About::Plan(r.record_id),
                "team" => About::Team(r.record_id),
                _ => About::Other(r.record_id),
            },
            at: Instant(r.at),
            read: r.read_at.map(Instant),
        }
    }
}

impl App {
    /// A person's newest notices and how many are unread.
    pub async fn notice_list(&self, person: PersonId, limit: i64) -> Result<(Vec<NoticeRow>, i64), AppError> {
        let (rows, unread) = self.notices(person, limit).await?;
        Ok((rows.into_iter().map(NoticeRow::from).collect(), unread))
    }
}
