//! The raiser's link: sent to his phone, or shown once to whoever registered the matter; and the code by which he proves
//! that he has the phone. It does not know how a link looks, nor in which words it is sent.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::AppError;
use yixian_domain::access::{Actor, Ask, MatterFacts, Voice, may};
use yixian_domain::ids::{By, ContactId, MatterId};
use yixian_domain::matter::LinkGiven;
use yixian_store::{matter, words};

/// How the raiser's link may be given by whoever looks at the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkOffer {
    /// He has left a phone to which it can be sent.
    pub to_phone: bool,
    /// It was not shown yet.
    pub to_show: bool,
}

impl App {
    /// The secret part of the raiser's link, as it is shown or sent, for whoever may give it away.
    async fn link_to_give(&self, actor: &Actor, id: MatterId, how: LinkGiven) -> Result<(String, ContactId), AppError> {
        let stored = matter::matter(&mut self.store().read().await?, id).await?.ok_or(AppError::NotFound("matter"))?;
        let facts = MatterFacts::of(&stored.matter, stored.unit_path.clone());
        let By::Raiser(contact) = stored.matter.raised.by else { return Err(AppError::NotFound("link")) };
        may(actor, &Ask::GiveLink(&facts)).map_err(|_| AppError::NotFound("link"))?;
        Ok(match how {
            LinkGiven::Sent => (self.sent_token(id, contact), contact),
            LinkGiven::Shown => (self.raiser_token(id, contact), contact),
        })
    }

    /// The link that was just shown, for whoever it was shown to.
    pub async fn shown_link(&self, actor: &Actor, id: MatterId) -> Result<String, AppError> {
        Ok(self.link_to_give(actor, id, LinkGiven::Shown).await?.0)
    }

    /// Sends the raiser his link; `text` puts its secret part into words.
    ///
    /// # Errors
    /// Field `phone` where he has left none; [`AppError::MessageNotSent`].
    pub async fn send_link(
        &self,
        actor: &Actor,
        id: MatterId,
        text: impl FnOnce(&str) -> String,
    ) -> Result<(), AppError> {
        let (token, contact) = self.link_to_give(actor, id, LinkGiven::Sent).await?;
        let phone = self.phone_of(contact).await?.ok_or_else(|| AppError::field("phone", "phone"))?;
        self.messages().send(&phone, &text(&token), real_now().0).await
    }

    async fn phone_of(&self, contact: ContactId) -> Result<Option<String>, AppError> {
        Ok(words::contact(&mut self.store().read().await?, contact).await?.and_then(|c| c.1).filter(|p| !p.is_empty()))
    }

    /// The phone to which a raiser may have a code sent, where he has left a mobile one.
    pub async fn raisers_phone(&self, actor: &Actor) -> Result<Option<String>, AppError> {
        let Actor::Raiser { contact, .. } = actor else { return Ok(None) };
        let phone = self.phone_of(*contact).await?;
        Ok(phone.filter(|p| yixian_domain::connection::Phone::parse(p).is_ok_and(|p| p.is_mobile())))
    }

    /// Sends a raiser a code by which he can prove that he speaks for himself.
    pub async fn start_raisers_code(&self, actor: &Actor, text: impl FnOnce(&str) -> String) -> Result<(), AppError> {
        let phone = self.raisers_phone(actor).await?.ok_or_else(|| AppError::field("phone", "phone_not_mobile"))?;
        self.start_phone_code(&phone, text).await
    }

    /// The raiser as he is known once his code is right.
    pub async fn prove_raiser(&self, actor: &Actor, code: &str) -> Result<Actor, AppError> {
        let phone = self.raisers_phone(actor).await?.ok_or_else(|| AppError::field("phone", "phone_not_mobile"))?;
        self.check_phone_code(&phone, code).await?;
        Ok(match actor {
            Actor::Raiser { contact, matter, .. } => {
                Actor::Raiser { contact: *contact, matter: *matter, voice: Voice::Phone }
            }
            other => other.clone(),
        })
    }
}
