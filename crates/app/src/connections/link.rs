//! The link of a new application: for whoever has just proven the phone it was made with, and by message to
//! that phone. The last four digits still open it.

use crate::App;
use crate::frame::error::AppError;
use yixian_domain::ids::{By, MatterId};
use yixian_store::{matter, words};

impl App {
    /// The secret of the customer's link, for the holder of a proof of the phone the application names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] without such an application or with the proof of another phone.
    pub async fn customer_link(&self, id: MatterId, proof: &str) -> Result<String, AppError> {
        let mut conn = self.store().read().await?;
        let stored = matter::matter(&mut conn, id)
            .await?
            .filter(|s| s.matter.case.is_some())
            .ok_or(AppError::NotFound("connection"))?;
        let By::Raiser(contact) = stored.matter.raised.by else { return Err(AppError::NotFound("connection")) };
        let phone =
            words::contact(&mut conn, contact).await?.and_then(|c| c.1).filter(|phone| self.proves(proof, phone));
        phone.map(|_| self.sent_token(id, contact)).ok_or(AppError::NotFound("connection"))
    }

    /// Sends a text to a phone whose proof is at hand.
    pub async fn tell(&self, phone: &str, proof: &str, text: &str) -> Result<(), AppError> {
        if !self.proves(proof, phone) {
            return Err(AppError::NotFound("phone"));
        }
        self.messages().send(phone, text, crate::frame::clock::real_now().0).await
    }
}
