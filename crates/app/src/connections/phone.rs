//! The phone of a customer without an account: a code shows that it is his, a proof carries that through the form, the
//! last four digits open his page. Codes are kept as keyed hashes, counted per phone, and good for a few minutes.

use crate::App;
use crate::frame::error::{AppError, FieldError};
use crate::frame::mint::{hash_secret, same};
use yixian_domain::base::fold::plain;
use yixian_domain::connection::Phone;
use yixian_domain::ids::ContactId;
use yixian_domain::time::{Instant, MINUTE_MS};
use yixian_store::connection::{self as table, PhoneCode};
use yixian_store::words;

/// How long a code is good.
const CODE_MS: i64 = 10 * MINUTE_MS;
/// How long its proof is good.
const PROOF_MS: i64 = 30 * MINUTE_MS;
/// Least time between two codes to one phone.
const PAUSE_MS: i64 = MINUTE_MS;
/// Codes to one phone on one day.
const PER_DAY: i64 = 5;
/// Wrong codes until another must be asked for.
const TRIES: i64 = 5;

impl App {
    /// Sends a code of six digits; `text` puts it into the customer's words.
    ///
    /// # Errors
    /// [`AppError::TooMany`] within a minute of the last one or beyond five a day; fields `phone`.
    pub async fn start_phone_code(&self, phone: &str, text: impl FnOnce(&str) -> String) -> Result<(), AppError> {
        let phone = mobile(phone)?;
        let now = crate::frame::clock::real_now();
        let key = self.keyed("phone", phone.as_str());
        let day = self.policies().zone.date_of(now).to_string();
        let midnight = self.policies().zone.end_of_day(self.policies().zone.date_of(now));
        let code = format!("{:06}", u32::from_be_bytes(self.mint().bytes::<4>()) % 1_000_000);
        let code_hash = self.keyed("code", &format!("{key}{code}"));
        // Looked at and counted in one step, before it is sent: of many at once one goes on, and a gateway that fails is
        // not asked a hundred times.
        self.store()
            .write(async move |tx| {
                let before = table::phone_code(tx.conn(), &key).await?;
                if let Some(wait) = before.as_ref().map(|b| PAUSE_MS - (now.0 - b.sent_at)).filter(|wait| *wait > 0) {
                    return Err(AppError::TooMany { seconds: wait / 1_000 + 1 });
                }
                let sent = before.filter(|b| b.day == day).map_or(0, |b| b.sent_today);
                if sent >= PER_DAY {
                    return Err(AppError::TooMany { seconds: midnight.since(now) / 1_000 + 1 });
                }
                let (code_hash, day) = (code_hash.clone(), day.clone());
                let row = PhoneCode { code_hash, sent_at: now.0, day, sent_today: sent + 1, tries: 0 };
                Ok(tx.put_phone_code(&key, &row).await?)
            })
            .await?;
        self.messages().send(phone.as_str(), &text(&code), now.0).await
    }

    /// Checks a code, which is spent when it is right; gives the proof that the form carries, so that a code is typed once.
    ///
    /// # Errors
    /// Field `code`: `code_wrong`, `code_expired`.
    pub async fn check_phone_code(&self, phone: &str, code: &str) -> Result<String, AppError> {
        let phone = mobile(phone)?;
        let now = crate::frame::clock::real_now();
        let key = self.keyed("phone", phone.as_str());
        let typed: String = plain(code).chars().filter(|c| !c.is_whitespace()).collect();
        let typed = self.keyed("code", &format!("{key}{typed}"));
        // Looked at and counted in one step, so that tries at the same moment all count.
        let right = self
            .store()
            .write(async move |tx| {
                let row = table::phone_code(tx.conn(), &key).await?;
                let Some(row) = row.filter(|r| now.0 - r.sent_at <= CODE_MS && r.tries < TRIES) else {
                    return Err(AppError::field("code", "code_expired"));
                };
                let right = same(&row.code_hash, &typed);
                tx.phone_code_tried(&key, if right { TRIES } else { row.tries + 1 }).await?;
                Ok(right)
            })
            .await?;
        if !right {
            return Err(AppError::field("code", "code_wrong"));
        }
        Ok(self.proof(phone.as_str(), now.0 + PROOF_MS))
    }

    fn proof(&self, phone: &str, until: i64) -> String {
        format!("{until}.{}", self.keyed("proof", &format!("{phone} {until}")))
    }

    /// Whether a proof is good for a phone at this moment.
    pub fn proves(&self, proof: &str, phone: &str) -> bool {
        let Ok(phone) = Phone::parse(phone) else { return false };
        let Some(until) = proof.split_once('.').and_then(|(until, _)| until.parse::<i64>().ok()) else { return false };
        crate::frame::clock::real_now().0 <= until && same(proof, &self.proof(phone.as_str(), until))
    }

    /// A pass for the customer's page, when the last four digits fit the phone of the link's contact.
    pub async fn customer_pass(&self, secret: &str, last_four: &str) -> Result<Option<String>, AppError> {
        let Some((_, contact, _)) = self.raiser(secret).await? else { return Ok(None) };
        let stored = words::contact(&mut self.store().read().await?, contact).await?.and_then(|c| c.1);
        let typed: String = last_four.chars().filter(char::is_ascii_digit).collect();
        let fits =
            stored.is_some_and(|phone| phone.len() >= 4 && typed.len() == 4 && same(&phone[phone.len() - 4..], &typed));
        Ok(fits.then(|| self.pass(secret, contact)))
    }

    fn pass(&self, secret: &str, contact: ContactId) -> String {
        self.keyed("pass", &format!("{} {contact}", hash_secret(secret)))
    }

    /// Whether a pass opens the page of a link.
    pub async fn customer_pass_ok(&self, secret: &str, pass: &str) -> Result<bool, AppError> {
        Ok(self.raiser(secret).await?.is_some_and(|(_, contact, _)| same(pass, &self.pass(secret, contact))))
    }
}

fn mobile(text: &str) -> Result<Phone, AppError> {
    let phone = Phone::parse(text).map_err(|e| AppError::Invalid(vec![FieldError::value("phone", &e)]))?;
    if phone.is_mobile() { Ok(phone) } else { Err(AppError::field("phone", "phone_not_mobile")) }
}

/// An instant some calendar months away.
pub(crate) fn months_from(zone: &yixian_domain::time::Zone, at: Instant, months: i64) -> Instant {
    let local = zone.local(at);
    let day = local.date().checked_add(jiff::Span::new().months(months)).unwrap_or(local.date());
    zone.at(day, local.time())
}
