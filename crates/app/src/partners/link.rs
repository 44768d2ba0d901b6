//! A partner's link: it opens what is its own, without an account. Its secret is derived from the company's and from how many
//! were given, so that a new one ends the one before; it is stored nowhere.

use crate::App;
use crate::frame::error::AppError;
use crate::frame::secret;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::ids::PartnerId;
use yixian_domain::partner::Partner;
use yixian_store::register;

impl App {
    /// The secret part of a partner's present link, for whoever may give it away; none where there is none.
    pub async fn partner_token(&self, actor: &Actor, id: PartnerId) -> Result<Option<String>, AppError> {
        may(actor, &Ask::KeepPartners)?;
        let p: Partner =
            register::one(&mut self.store().read().await?, id.0).await?.ok_or(AppError::NotFound("partner"))?;
        Ok(p.link_open.then(|| secret::partner(&self.inner.secret, p.id, p.links)))
    }

    /// Who comes by a partner's link; a secret that is good no more opens nothing.
    pub async fn by_partner_link(&self, id: PartnerId, token: &str) -> Result<(Actor, Partner), AppError> {
        let p: Option<Partner> = register::one(&mut self.store().read().await?, id.0).await?;
        let good =
            |p: &Partner| p.link_open && secret::same_text(token, &secret::partner(&self.inner.secret, p.id, p.links));
        match p {
            Some(p) if good(&p) => Ok((Actor::Partner { id: p.id }, p)),
            Some(_) | None => Err(AppError::NotFound("link")),
        }
    }
}
