//! What pages read across slices: the bytes of a photo for those who see a record that uses it, notices. Read models of one
//! slice stand with it; their names are kept here. Nothing here writes but what was read.

pub use crate::frame::timeline::TimelineRow;
pub use crate::matters::{MatterPage, Missing, Offer};
pub use crate::organisation::Directory;
pub use crate::visits::VisitPage;

use crate::App;
use crate::frame::error::AppError;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, MatterFacts, VisitFacts, may};
use yixian_domain::ids::*;
use yixian_domain::time::Instant;
use yixian_store::{file, matter, visit};

impl App {
    /// The bytes of a photo, for those who may see a record that uses it.
    pub async fn photo(&self, actor: &Actor, sha: &str) -> Result<(String, bytes::Bytes), AppError> {
        let mut conn = self.store().read().await?;
        let known = file::file(&mut conn, sha).await?.ok_or(AppError::NotFound("file"))?;
        let mut seen = false;
        for record in file::users(&mut conn, sha).await? {
            seen = seen || self.sees(&mut conn, actor, record).await?;
        }
        if !seen {
            return Err(AppError::NotFound("file"));
        }
        Ok((known.mime, self.photos().bytes(sha).await?))
    }

    async fn sees(&self, conn: &mut yixian_store::Conn, actor: &Actor, record: Uuid) -> Result<bool, AppError> {
        if let Some(s) = matter::matter(conn, MatterId(record)).await? {
            return Ok(may(actor, &Ask::SeeMatter(&MatterFacts::of(&s.matter, s.unit_path.clone()))).is_ok());
        }
        if let Some(s) = visit::visit(conn, VisitId(record)).await? {
            return Ok(may(actor, &Ask::SeeVisit(&VisitFacts::of(&s.visit, s.host_path.clone()))).is_ok());
        }
        Ok(false)
    }

    /// A person's newest notices and how many are unread.
    pub async fn notices(
        &self,
        person: PersonId,
        limit: i64,
    ) -> Result<(Vec<yixian_store::notice::NoticeRow>, i64), AppError> {
        let mut conn = self.store().read().await?;
        Ok((
            yixian_store::notice::list(&mut conn, person, limit).await?,
            yixian_store::notice::unread(&mut conn, person).await?,
        ))
    }

    /// How many of a person's notices are unread.
    pub async fn unread(&self, person: PersonId) -> Result<i64, AppError> {
        Ok(yixian_store::notice::unread(&mut self.store().read().await?, person).await?)
    }

    /// Marks a person's notices as read.
    pub async fn read_notices(&self, person: PersonId) -> Result<(), AppError> {
        let now: Instant = self.clock().now();
        Ok(self.store().write(async move |tx| tx.read_notices(person, now).await).await?)
    }
}
