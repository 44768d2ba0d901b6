//! The second factor: codes of an authenticator, and eight recovery codes that work once each. A person's secret is made from the
//! company's secret and a number beside him, so that a copy of the database makes no codes. The code of the present half
//! minute is taken, and that before or after it (clocks of phones differ; RFC 6238, 5.2), each once. Who has to have one is a setting; those who have to are led to it and to nothing else.

use crate::App;
use crate::accounts::{Whence, about};
use crate::frame::clock::real_now;
use crate::frame::error::AppError;
use crate::frame::mint::{hmac_bytes, same};
use crate::frame::totp;
use yixian_domain::access::Actor;
use yixian_domain::base::actor::Grant;
use yixian_domain::ids::{By, PersonId};
use yixian_domain::org::Role;
use yixian_domain::settings::SecondFactor;
use yixian_domain::time::Instant;
use yixian_store::account::{Credential, CredentialKind};
use yixian_store::security::Security;
use yixian_store::{StoreError, org, second_factor};

/// Recovery codes of one person.
const RECOVERY_CODES: usize = 8;
/// How long somebody has between password and code.
const HALF_MS: i64 = 5 * 60_000;

/// What somebody takes into his authenticator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What the secret is made from, which the form carries; it tells nothing of it.
    pub nonce: String,
    /// The secret, to be typed.
    pub secret: String,
    /// The same as authenticators read it from a QR code.
    pub uri: String,
}

/// A recovery code as it is compared: however it was typed.
fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).take(32).map(|c| c.to_ascii_uppercase()).collect()
}

impl App {
    fn totp_secret(&self, person: PersonId, nonce: &str) -> [u8; 20] {
        let made = hmac_bytes(&self.inner.secret, format!("totp\n{person}\n{nonce}").as_bytes());
        std::array::from_fn(|i| made[i])
    }

    /// The step of which a code was typed, of those that are taken now.
    fn step_shown(&self, person: PersonId, nonce: &str, typed: &str, now: Instant) -> Option<i64> {
        let (secret, step) = (self.totp_secret(person, nonce), totp::step_of(now));
        [step, step - 1, step + 1].into_iter().find(|at| same(typed, &totp::code(&secret, *at)))
    }

    fn recovery_hash(&self, person: PersonId, code: &str) -> String {
        self.keyed("recovery", &format!("{person}\n{}", plain(code)))
    }

    /// Whether a person has a second factor.
    pub async fn has_second_factor(&self, person: PersonId) -> Result<bool, AppError> {
        Ok(second_factor::of(&mut self.store().read().await?, person).await?.is_some())
    }

    /// Whether the settings want a second factor of somebody with these roles.
    pub fn wants_second_factor(&self, grants: &[Grant]) -> bool {
        match self.policies().settings.second_factor {
            SecondFactor::Off => false,
            SecondFactor::Administrators => grants.iter().any(|g| g.role == Role::Administrator),
            SecondFactor::Everybody => true,
        }
    }

    /// Recovery codes that a person has left.
    pub async fn recovery_codes_left(&self, person: PersonId) -> Result<usize, AppError> {
        let all = yixian_store::account::credentials_of(&mut self.store().read().await?, person).await?;
        Ok(all.iter().filter(|c| c.kind == CredentialKind::Recovery).count())
    }

    /// A secret for a person's authenticator; nothing is kept before he shows that he has it.
    pub async fn offer_second_factor(&self, person: PersonId, nonce: Option<&str>) -> Result<Offer, AppError> {
        let code =
            org::person(&mut self.store().read().await?, person).await?.ok_or(AppError::NotFound("person"))?.code;
        let known =
            nonce.filter(|n| n.len() == 22 && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        let nonce = known.map_or_else(|| self.mint().salt(), str::to_owned);
        let secret = totp::base32(&self.totp_secret(person, &nonce));
        Ok(Offer { uri: format!("otpauth://totp/Yixian:{code}?secret={secret}&issuer=Yixian"), nonce, secret })
    }

    /// Sets a person's second factor, once a code shows that he has it; gives his recovery codes, once.
    pub async fn set_second_factor(&self, person: PersonId, nonce: &str, typed: &str) -> Result<Vec<String>, AppError> {
        let nonce = self.offer_second_factor(person, Some(nonce)).await?.nonce;
        let now = real_now();
        let step =
            self.step_shown(person, &nonce, &plain(typed), now).ok_or_else(|| AppError::field("code", "code_wrong"))?;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| totp::base32(&self.mint().bytes::<5>())).collect();
        let hashes: Vec<String> = codes.iter().map(|c| self.recovery_hash(person, c)).collect();
        let stamp = self.stamp(&Whence::default());
        self.store()
            .write(async move |tx| {
                tx.put_second_factor(person, &nonce, now, step).await?;
                tx.end_credentials_of(person, now, "newer", |c| c.kind == CredentialKind::Recovery).await?;
                for hash in &hashes {
                    let (token_hash, kind) = (hash.clone(), CredentialKind::Recovery);
                    let made_at = now.0;
                    tx.put_credential(&Credential {
                        token_hash,
                        kind,
                        person,
                        label: None,
                        made_at,
                        until: None,
                        seen_at: None,
                    })
                    .await?;
                }
                stamp.tell(tx, "second_factor_set", By::Person(person), Some(person), Security::default()).await
            })
            .await?;
        Ok(codes.into_iter().map(|c| format!("{}-{}", &c[..4], &c[4..])).collect())
    }

    /// Checks a code of a person's authenticator or a recovery code, which is spent in the same step.
    ///
    /// # Errors
    /// Field `code`: `code_wrong`, whatever is wrong with it.
    pub async fn check_second_factor(&self, person: PersonId, typed: &str, whence: &Whence) -> Result<(), AppError> {
        let Some(nonce) = second_factor::of(&mut self.store().read().await?, person).await? else { return Ok(()) };
        let (now, typed) = (real_now(), plain(typed));
        let shown = self.step_shown(person, &nonce, &typed, now);
        let (recovery, stamp) = (self.recovery_hash(person, &typed), self.stamp(whence));
        let good = self
            .store()
            .write(async move |tx| {
                if let Some(step) = shown {
                    return tx.spend_second_step(person, &nonce, step).await;
                }
                let spent = tx.end_credential(&recovery, CredentialKind::Recovery, now, "used").await?.is_some();
                if spent {
                    let told = about(CredentialKind::Recovery.code());
                    stamp.tell(tx, "recovery_code_used", By::Person(person), Some(person), told).await?;
                }
                Ok::<_, StoreError>(spent)
            })
            .await?;
        if good {
            return Ok(());
        }
        self.tell_failure(Some(person), whence).await?;
        Err(AppError::field("code", "code_wrong"))
    }

    /// Ends a person's second factor: his own, or an administrator's doing for one who lost his phone.
    pub async fn end_second_factor(&self, actor: &Actor, person: PersonId) -> Result<bool, AppError> {
        let why = self.may_end(actor, person).await?;
        let (by, now, stamp) = (actor.by(), real_now(), self.stamp(&Whence::default()));
        Ok(self
            .store()
            .write(async move |tx| {
                let ended = tx.end_second_factor(person, now).await?;
                if ended {
                    tx.end_credentials_of(person, now, why, |c| c.kind == CredentialKind::Recovery).await?;
                    let told = Security { why: Some(why.to_owned()), ..Security::default() };
                    stamp.tell(tx, "second_factor_removed", by.clone(), Some(person), told).await?;
                }
                Ok::<_, StoreError>(ended)
            })
            .await?)
    }

    /// What somebody carries whose password was right and whose code is still asked for.
    pub fn half_of(&self, person: PersonId) -> String {
        let until = real_now().0 + HALF_MS;
        format!("{person}.{until}.{}", self.keyed("half", &format!("{person} {until}")))
    }

    /// Who carries it, while it is good.
    pub fn person_of_half(&self, half: &str) -> Option<PersonId> {
        let (person, rest) = half.split_once('.')?;
        let (until, proof) = rest.split_once('.')?;
        let good = real_now().0 <= until.parse::<i64>().ok()?
            && same(proof, &self.keyed("half", &format!("{person} {until}")));
        person.parse().ok().filter(|_| good)
    }
}
