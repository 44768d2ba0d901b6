//! The link of a session, which its code shows: it opens the session's page for whoever has it. Its secret is derived from the
//! company's and from how many were given, and stored nowhere.

use super::whose::{host, lead};
use crate::App;
use crate::frame::error::AppError;
use crate::frame::secret;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::community::Session;
use yixian_domain::ids::SessionId;
use yixian_domain::partner::Partner;
use yixian_store::register;

impl App {
    /// Whether a secret is that of a session's present link.
    pub(crate) fn opens_session(&self, session: &Session, secret: &str) -> bool {
        secret::same_text(secret, &secret::session(&self.inner.secret, session.id, session.links))
    }

    /// The secret part of a session's link, for whoever runs it.
    pub async fn session_token(&self, actor: &Actor, session: &Session) -> Result<Option<String>, AppError> {
        let mut conn = self.store().read().await?;
        let path = host(&mut conn, session).await?;
        let lead = lead(&mut conn, session).await?;
        let runs = may(actor, &Ask::RunSession(&path, lead)).is_ok() && session.cancelled.is_none();
        Ok(runs.then(|| secret::session(&self.inner.secret, session.id, session.links)))
    }

    /// The session that a link opens, with its community; a secret that is good no more opens nothing.
    pub async fn by_session_link(&self, id: SessionId, secret: &str) -> Result<(Session, Partner), AppError> {
        let mut conn = self.store().read().await?;
        let session: Option<Session> = register::one(&mut conn, id.0).await?;
        let session = session.filter(|s| self.opens_session(s, secret)).ok_or(AppError::NotFound("link"))?;
        let community = register::one(&mut conn, session.details.community.0).await?;
        Ok((session, community.ok_or(AppError::NotFound("partner"))?))
    }
}
