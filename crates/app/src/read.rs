//! What pages read across slices: the bytes of a photo for those who see a record that uses it, notices. Read models of one
//! slice stand with it; their names are kept here. Nothing here writes but what was read.

pub use crate::frame::timeline::TimelineRow;
pub use crate::matters::{MatterPage, Missing, Offer};
pub use crate::organisation::Directory;
pub use crate::visits::VisitPage;

use crate::App;
use crate::frame::error::AppError;
use crate::frame::photos::sender_of;
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, MatterFacts, VisitFacts, WorksFacts, may};
use yixian_domain::agreement::Agreement;
use yixian_domain::community::Session;
use yixian_domain::document::Document;
use yixian_domain::household::DoneSheet;
use yixian_domain::ids::*;
use yixian_domain::praise::Praise;
use yixian_domain::programme::{Programme, Section};
use yixian_domain::time::Instant;
use yixian_store::{file, matter, org, register, visit};

/// A photo to be served.
#[derive(Clone, Debug)]
pub struct Photo {
    /// Its type.
    pub mime: String,
    /// Its bytes.
    pub bytes: bytes::Bytes,
    /// It is a paper that says who somebody is: nothing keeps it on the way.
    pub personal: bool,
}

impl App {
    /// The bytes of a photo, for those who may see a record that uses it.
    /// A personal paper needs more: to handle the matter, or a pass that was given for a purpose.
    pub async fn photo(&self, actor: &Actor, sha: &str, pass: Option<&str>) -> Result<Photo, AppError> {
        let mut conn = self.store().read().await?;
        let known = file::file(&mut conn, sha).await?.ok_or(AppError::NotFound("file"))?;
        if known.erased_at.is_some() {
            return Err(AppError::NotFound("file"));
        }
        let (mut seen, mut personal) = (false, false);
        for record in file::users(&mut conn, sha).await? {
            let (sees, is_paper) = self.sees(&mut conn, actor, record, sha, pass).await?;
            (seen, personal) = (seen || sees, personal || is_paper);
        }
        if !seen {
            return Err(AppError::NotFound("file"));
        }
        Ok(Photo { mime: known.mime, bytes: self.photos().bytes(sha).await?, personal })
    }

    /// Whether somebody may have a record use a photo: nobody else's record uses it yet, the record has it already, he sent it,
    /// or he sees it in a record.
    pub(crate) async fn may_name_photo(
        &self,
        conn: &mut yixian_store::Conn,
        actor: &Actor,
        sha: &str,
        record: Uuid,
    ) -> Result<bool, AppError> {
        let users = file::users(conn, sha).await?;
        if users.is_empty()
            || users.contains(&record)
            || matches!(actor, Actor::System)
            || file::sent_by(conn, sha, &sender_of(actor)).await?
        {
            return Ok(true);
        }
        for user in users {
            if self.sees(conn, actor, user, sha, None).await?.0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether he may see a photo as a record uses it, and whether it is a personal paper there.
    async fn sees(
        &self,
        conn: &mut yixian_store::Conn,
        actor: &Actor,
        record: Uuid,
        sha: &str,
        pass: Option<&str>,
    ) -> Result<(bool, bool), AppError> {
        if let Some(s) = matter::matter(conn, MatterId(record)).await? {
            let personal = s.matter.case.as_ref().is_some_and(|c| c.personal_photos().any(|p| p.as_str() == sha));
            let facts = MatterFacts::of(&s.matter, s.unit_path);
            let sees = may(actor, &Ask::SeeMatter(&facts)).is_ok();
            return Ok((sees && (!personal || self.sees_papers(actor, &facts, sha, pass)), personal));
        }
        if let Some(s) = visit::visit(conn, VisitId(record)).await? {
            return Ok((may(actor, &Ask::SeeVisit(&VisitFacts::of(&s.visit, s.host_path.clone()))).is_ok(), false));
        }
        if register::one::<Agreement>(conn, record).await?.is_some() {
            return Ok((may(actor, &Ask::SeeAgreements).is_ok(), false));
        }
        if register::one::<Praise>(conn, record).await?.is_some() {
            return Ok((may(actor, &Ask::SeePraise).is_ok(), false));
        }
        if register::one::<Document>(conn, record).await?.is_some() {
            return Ok((may(actor, &Ask::SeeDocuments).is_ok(), false));
        }
        if let Some(s) = register::one::<Session>(conn, record).await? {
            let Some(host) = org::unit(conn, s.details.host).await? else { return Ok((false, false)) };
            return Ok((may(actor, &Ask::RunSession(&host.path, None)).is_ok(), false));
        }
        // Photos of a home are for those who serve it.
        if let Some(s) = register::one::<DoneSheet>(conn, record).await? {
            let Some(unit) = org::unit(conn, s.unit).await? else { return Ok((false, false)) };
            return Ok((may(actor, &Ask::ServeHouseholds(&unit.path)).is_ok(), false));
        }
        if let Some(s) = register::one::<Section>(conn, record).await? {
            let Some(p) = register::one::<Programme>(conn, s.programme).await? else { return Ok((false, false)) };
            let Some(owner) = org::unit(conn, p.details.owner).await? else { return Ok((false, false)) };
            let works = WorksFacts {
                owner: owner.path,
                manager: p.details.manager,
                contractor: s.details.contractor,
                supervisor: s.details.supervisor,
            };
            return Ok((may(actor, &Ask::SeeWorks(&works)).is_ok(), false));
        }
        Ok((false, false))
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
