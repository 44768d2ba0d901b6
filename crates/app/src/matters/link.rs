//! The raiser's link: sent to his phone, or shown once to whoever registered the matter; and the code by which he proves
//! that he has the phone. It does not know how a link looks, nor in which words it is sent.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::AppError;
use crate::frame::phrases::{filled, phrases};
use yixian_domain::access::{Actor, Ask, MatterFacts, Voice, may};
use yixian_domain::ids::{By, ContactId, MatterId};
use yixian_store::{matter, words};

/// How the raiser's link may be given by whoever looks at the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkOffer {
    /// He has left a phone to which it can be sent.
    pub to_phone: bool,
    /// It was not shown yet.
    pub to_show: bool,
}

/// What a raiser is told of his own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RaiserTold {
    /// His matter has a number.
    Registered,
    /// It is answered, and he is asked whether it is solved.
    Answered,
    /// It was not put right in time, and we are sorry.
    Overdue,
}

impl App {
    /// Tells whoever raised a matter from outside, and whatever was merged into it, where he has left a phone; gives those who
    /// were told. What cannot be sent is logged.
    pub(crate) async fn tell_raisers(&self, matter: MatterId, what: RaiserTold) -> Vec<MatterId> {
        let mut told = Vec::new();
        if let Err(e) = self.tell_all(matter, what, &mut told).await {
            tracing::warn!(error = %e, %matter, "a raiser was not told");
        }
        told
    }

    async fn tell_all(&self, matter: MatterId, what: RaiserTold, told: &mut Vec<MatterId>) -> Result<(), AppError> {
        let mut waiting = vec![matter];
        while let Some(id) = waiting.pop() {
            let stored = {
                let mut conn = self.store().read().await?;
                waiting.extend(matter::merged_in(&mut conn, id).await?);
                matter::matter(&mut conn, id).await?
            };
            let Some(s) = stored else { continue };
            let By::Raiser(contact) = s.matter.raised.by else { continue };
            let Some(phone) = self.phone_of(contact).await? else { continue };
            let text = match what {
                RaiserTold::Registered => &phrases().registered,
                RaiserTold::Answered => &phrases().answered,
                RaiserTold::Overdue => &phrases().overdue,
            };
            self.send(text, &s, contact, &phone).await?;
            told.push(id);
        }
        Ok(())
    }

    /// Sends the raiser a text with his matter's number and his link.
    async fn send(&self, text: &str, stored: &matter::Stored, contact: ContactId, phone: &str) -> Result<(), AppError> {
        let m = &stored.matter;
        let number = format!("{}-{:04}", self.policies().zone.date_of(m.raised.at).year(), stored.n);
        let door = if m.case.is_some() { "c" } else { "r" };
        let link = format!("{}/{door}/{}", self.public_url().unwrap_or_default(), self.sent_token(m.id, contact));
        self.messages().send(phone, &filled(text, &[("number", &number), ("link", &link)]), real_now().0).await
    }

    /// A matter and its raiser outside, for whoever may give him his link.
    async fn link_to_give(&self, actor: &Actor, id: MatterId) -> Result<(matter::Stored, ContactId), AppError> {
        let stored = matter::matter(&mut self.store().read().await?, id).await?.ok_or(AppError::NotFound("matter"))?;
        let facts = MatterFacts::of(&stored.matter, stored.unit_path.clone());
        let By::Raiser(contact) = stored.matter.raised.by else { return Err(AppError::NotFound("link")) };
        may(actor, &Ask::GiveLink(&facts)).map_err(|_| AppError::NotFound("link"))?;
        Ok((stored, contact))
    }

    /// The secret part of the link that was just shown, for whoever it was shown to.
    pub async fn shown_link(&self, actor: &Actor, id: MatterId) -> Result<String, AppError> {
        let (_, contact) = self.link_to_give(actor, id).await?;
        Ok(self.raiser_token(id, contact))
    }

    /// Sends the raiser his link. Whoever may not give it sends nothing, and is refused when he has that put on record.
    ///
    /// # Errors
    /// Field `phone` where he has left none; [`AppError::MessageNotSent`].
    pub(crate) async fn send_link(&self, actor: &Actor, id: MatterId) -> Result<(), AppError> {
        let (stored, contact) = match self.link_to_give(actor, id).await {
            Err(AppError::NotFound(_)) => return Ok(()),
            found => found?,
        };
        let phone = self.phone_of(contact).await?.ok_or_else(|| AppError::field("phone", "phone"))?;
        self.send(&phrases().link, &stored, contact, &phone).await
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
