//! Signing in: passwords, sessions, setting up. Secrets are random, shown once, kept as hashes. Hashing passwords costs memory on
//! purpose, so only few run at a time, and few wait: a flood of sign-ins is told to come back instead of eating the machine. Real
//! time throughout; the demo company's clock does not touch sessions. What happens here is told in the log of security.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::{AppError, FieldError};
use crate::frame::mint::hash_secret;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use std::collections::HashMap;
use yixian_domain::access::Actor;
use yixian_domain::access::Voice;
use yixian_domain::base::fold::plain;
use yixian_domain::ids::{By, CommandId, ContactId, MatterId, PersonId};
use yixian_domain::time::{Date, Instant};
use yixian_store::account::CredentialKind;
use yixian_store::security::Security;
use yixian_store::{Conn, StoreError, Tx, account, org, second_factor, words};

/// A session lives at most this long.
pub const SESSION_MS: i64 = 7 * 86_400_000;
/// A session ends after this long without use (a phone's day in the field).
pub const IDLE_MS: i64 = 12 * 3_600_000;
/// Use of a credential is noted when it was noted this long ago.
pub(crate) const SEEN_MS: i64 = 5 * 60_000;
/// Failed sign-ins of one account, and of all, that the ledger is told of in a minute.
const FAILURES: (u32, u32) = (3, 30);
/// Shortest password, characters.
pub const PASSWORD_MIN: usize = 12;
/// Longest password, characters.
pub const PASSWORD_MAX: usize = 256;

/// Passwords everybody tries first, and words of the trade.
const COMMON: [&str; 24] = [
    "123456789012",
    "1234567890123",
    "111111111111",
    "000000000000",
    "password1234",
    "passwordpassword",
    "qwertyuiop12",
    "qwertyuiopas",
    "abcdefghijkl",
    "abc123abc123",
    "iloveyou1234",
    "administrator",
    "adminadminadmin",
    "welcome12345",
    "woaini1314520",
    "5201314520131",
    "a12345678910",
    "guowang12345",
    "stategrid123",
    "beijing12345",
    "dianli123456",
    "yixianyixian",
    "changemenow1",
    "letmein12345",
];

/// Argon2id with 46 MiB, one pass, one lane (the first choice of the OWASP list).
fn argon2() -> Argon2<'static> {
    let params = Params::new(46 * 1024, 1, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether a password may be set.
pub fn check_password(password: &str, code: &str) -> Result<(), AppError> {
    let n = password.chars().count();
    let low = password.to_lowercase();
    let wrong = if n < PASSWORD_MIN {
        Some(FieldError::with("password", "password_short", PASSWORD_MIN))
    } else if n > PASSWORD_MAX {
        Some(FieldError::with("password", "password_long", PASSWORD_MAX))
    } else if COMMON.contains(&low.as_str())
        || low.chars().all(|c| low.starts_with(c))
        || (code.len() > 3 && low.contains(&code.to_lowercase()))
    {
        Some(FieldError::new("password", "password_common"))
    } else {
        None
    };
    wrong.map_or(Ok(()), |w| Err(AppError::Invalid(vec![w])))
}

/// What somebody shows at the door.
#[derive(Clone, Copy, Debug)]
pub enum Credential<'a> {
    /// A session's secret.
    Session(&'a str),
    /// An API token.
    Token(&'a str),
}

/// From where somebody wants to get in, as far as the door tells it.
#[derive(Clone, Debug, Default)]
pub struct Whence {
    /// The network.
    pub network: Option<String>,
    /// The secret of the session that this browser had: it ends when another begins.
    pub before: Option<String>,
    /// He signed in before: on this device, or he is signed in.
    pub known: bool,
}

/// What the events of one job have in common.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    command: CommandId,
    /// Business time.
    now: Instant,
    network: Option<String>,
}

impl Stamp {
    /// Tells something in the log of security, under a command of its own.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        code: &'static str,
        by: By,
        person: Option<PersonId>,
        told: Security,
    ) -> Result<(), StoreError> {
        tx.under(self.command, self.now);
        let told = Security { person: person.map(|p| p.0), network: self.network.clone(), ..told };
        tx.tell_security(code, by, self.now, told).await
    }
}

/// A password in one spelling of those that look alike (NFKC, as RFC 8265 has it for what a width changes); blanks stay.
fn plain_password(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    typed.nfkc().collect()
}

/// Something of a kind.
pub(crate) fn about(what: &str) -> Security {
    Security { what: Some(what.to_owned()), ..Security::default() }
}

/// How many failed sign-ins were told in this minute.
#[derive(Debug, Default)]
pub(crate) struct Failures {
    minute: i64,
    all: u32,
    of: HashMap<Option<PersonId>, u32>,
}

impl Failures {
    /// Whether one more is told: a stranger cannot fill the ledger.
    fn tells(&mut self, now: Instant, of: Option<PersonId>) -> bool {
        if self.minute != now.0 / 60_000 {
            *self = Failures { minute: now.0 / 60_000, ..Failures::default() };
        }
        let own = self.of.entry(of).or_default();
        let told = *own < FAILURES.0 && self.all < FAILURES.1;
        *own += u32::from(told);
        self.all += u32::from(told);
        told
    }
}

/// Whom a credential stands for.
#[derive(Clone, Debug)]
pub struct Known {
    /// The person.
    pub person: PersonId,
    /// As access knows him, with today's roles.
    pub actor: Actor,
    /// His language, where he chose one.
    pub locale: Option<String>,
    /// The settings want a second factor of him, and he has none: he sets one before anything else.
    pub must_enrol: bool,
}

impl App {
    /// What the events of a job have in common.
    pub(crate) fn stamp(&self, whence: &Whence) -> Stamp {
        let now = self.clock().now();
        let network = whence.network.as_deref().map(|n| self.keyed("network", n)[..12].to_owned());
        Stamp { command: CommandId(self.mint().uuid(now)), now, network }
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String, AppError> {
        let password = plain_password(&password);
        let salt = SaltString::encode_b64(&self.mint().bytes::<16>()).map_err(|e| StoreError::corrupt("salt", e))?;
        let _place = self.inner.hashing.enter(None).await?;
        let hash = tokio::task::spawn_blocking(move || {
            argon2().hash_password(password.as_bytes(), &salt).map(|h| h.to_string())
        })
        .await
        .map_err(|e| StoreError::Halted(e.to_string()))?;
        Ok(hash.map_err(|e| StoreError::corrupt("password", e))?)
    }

    async fn matches(&self, password: String, hash: String, whence: &Whence) -> Result<bool, AppError> {
        let stranger = (!whence.known).then(|| whence.network.as_deref().unwrap_or_default());
        let _place = self.inner.hashing.enter(stranger).await?;
        Ok(tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|h| argon2().verify_password(password.as_bytes(), &h).is_ok())
        })
        .await
        .map_err(|e| StoreError::Halted(e.to_string()))?)
    }

    /// Sets a person's password, by his own hand; ends all he could get in with before.
    pub async fn set_password(&self, person: PersonId, password: String, whence: &Whence) -> Result<(), AppError> {
        let code =
            org::person(&mut self.store().read().await?, person).await?.ok_or(AppError::NotFound("person"))?.code;
        check_password(&password, &code)?;
        let (hash, stamp) = (self.hash(password).await?, self.stamp(whence));
        self.store()
            .write(async move |tx| {
                tx.set_password(person, &hash, real_now()).await?;
                stamp.tell(tx, "password_changed", By::Person(person), Some(person), Security::default()).await
            })
            .await?;
        Ok(())
    }

    /// Who has this code and password, as long as he serves. Unknown people cost as much time as known ones.
    pub async fn check_sign_in(&self, code: &str, password: String, whence: &Whence) -> Result<PersonId, AppError> {
        const NOBODY: &str =
            "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        if password.chars().count() > PASSWORD_MAX {
            return Err(AppError::SignInRefused);
        }
        let (found, here) = {
            let mut conn = self.store().read().await?;
            let found = account::password(&mut conn, &plain(code)).await?;
            let here = match &found {
                Some((person, _)) => self.is_here(&mut conn, *person).await?,
                None => false,
            };
            (found, here)
        };
        let hash = found.as_ref().and_then(|f| f.1.clone()).unwrap_or_else(|| NOBODY.to_owned());
        // As another keyboard writes it; passwords of before were kept as they were typed.
        let usual = plain_password(&password);
        let mut good = self.matches(usual.clone(), hash.clone(), whence).await?;
        if !good && usual != password {
            good = self.matches(password, hash, whence).await?;
        }
        match &found {
            Some((person, Some(_))) if good && here => Ok(*person),
            _ => {
                self.tell_failure(found.map(|f| f.0), whence).await?;
                Err(AppError::SignInRefused)
            }
        }
    }

    pub(crate) async fn tell_failure(&self, person: Option<PersonId>, whence: &Whence) -> Result<(), AppError> {
        let told = match self.inner.failures.lock() {
            Ok(mut f) => f.tells(real_now(), person),
            Err(poisoned) => poisoned.into_inner().tells(real_now(), person),
        };
        if told {
            let stamp = self.stamp(whence);
            self.store()
                .write(async move |tx| stamp.tell(tx, "sign_in_failed", By::Rule, person, Security::default()).await)
                .await?;
        }
        Ok(())
    }

    /// Signs in by code and password; gives the session's secret. Whoever has a second factor is asked for its code first.
    pub async fn sign_in(&self, code: &str, password: String, whence: &Whence) -> Result<(PersonId, String), AppError> {
        let person = self.check_sign_in(code, password, whence).await?;
        if self.has_second_factor(person).await? {
            return Err(AppError::SecondStep { half: self.half_of(person) });
        }
        Ok((person, self.begin_session(person, whence).await?))
    }

    /// Begins a session of somebody who serves; gives its secret. The one this browser had ends.
    pub async fn begin_session(&self, person: PersonId, whence: &Whence) -> Result<String, AppError> {
        if !self.is_here(&mut self.store().read().await?, person).await? {
            return Err(AppError::SignInRefused);
        }
        let secret = self.mint().secret();
        let (hash, stamp, now) = (hash_secret(&secret), self.stamp(whence), real_now());
        let before = whence.before.as_deref().map(hash_secret);
        self.store()
            .write(async move |tx| {
                if let Some(before) = &before {
                    tx.end_credential(before, CredentialKind::Session, now, "again").await?;
                }
                tx.put_credential(&account::Credential {
                    token_hash: hash.clone(),
                    kind: CredentialKind::Session,
                    person,
                    label: None,
                    made_at: now.0,
                    until: Some(now.0 + SESSION_MS),
                    seen_at: None,
                })
                .await?;
                stamp.tell(tx, "signed_in", By::Person(person), Some(person), Security::default()).await
            })
            .await?;
        Ok(secret)
    }

    /// Who carries a session's secret or an API token; nobody when it does not live, or when his
    /// time in the company is over.
    pub async fn known(&self, by: Credential<'_>) -> Result<Option<Known>, AppError> {
        let (secret, kind) = match by {
            Credential::Token(secret) => (secret, CredentialKind::Token),
            Credential::Session(secret) => (secret, CredentialKind::Session),
        };
        let mut conn = self.store().read().await?;
        let Some((person, locale)) = self.carrier(&mut conn, secret, kind).await? else { return Ok(None) };
        let grants = org::grants(&mut conn, person).await?;
        let must_enrol = kind == CredentialKind::Session
            && self.wants_second_factor(&grants)
            && second_factor::of(&mut conn, person).await?.is_none();
        Ok(Some(Known { person, actor: Actor::Person { id: person, grants }, locale, must_enrol }))
    }

    /// Whose credential a secret is, and his language, while it lives and he serves. That it was used is noted every few minutes.
    pub(crate) async fn carrier(
        &self,
        conn: &mut Conn,
        secret: &str,
        kind: CredentialKind,
    ) -> Result<Option<(PersonId, Option<String>)>, AppError> {
        let (now, hash) = (real_now(), hash_secret(secret));
        let Some(c) = account::credential(conn, &hash, kind, now).await? else { return Ok(None) };
        let seen = c.seen_at.unwrap_or(c.made_at);
        if kind == CredentialKind::Session && seen + IDLE_MS <= now.0 {
            return Ok(None);
        }
        let standing = account::standing(conn, c.person).await?;
        let Some((_, _, locale)) = standing.filter(|(from, to, _)| self.serves(*from, *to)) else { return Ok(None) };
        if now.0 - seen > SEEN_MS {
            self.store().write(async move |tx| tx.touch_credential(&hash, now).await).await?;
        }
        Ok(Some((c.person, locale)))
    }

    pub(crate) async fn is_here(&self, conn: &mut Conn, person: PersonId) -> Result<bool, AppError> {
        Ok(account::standing(conn, person).await?.is_some_and(|(from, to, _)| self.serves(from, to)))
    }

    pub(crate) fn serves(&self, from: Option<Date>, to: Option<Date>) -> bool {
        let today = self.policies().zone.date_of(self.clock().now());
        from.is_none_or(|d| d <= today) && to.is_none_or(|d| today <= d)
    }

    /// Whether a secret was that of a session which nobody ended, though it may have run out.
    pub async fn had_session(&self, secret: &str) -> Result<bool, AppError> {
        Ok(account::not_ended(&mut self.store().read().await?, &hash_secret(secret)).await?)
    }

    /// Ends a session, because its owner signs out.
    pub async fn end_session(&self, secret: &str, whence: &Whence) -> Result<(), AppError> {
        let (hash, stamp, now) = (hash_secret(secret), self.stamp(whence), real_now());
        self.store()
            .write(async move |tx| {
                let Some(c) = tx.end_credential(&hash, CredentialKind::Session, now, "signed_out").await? else {
                    return Ok(());
                };
                stamp.tell(tx, "signed_out", By::Person(c.person), Some(c.person), Security::default()).await
            })
            .await?;
        Ok(())
    }

    /// A person as an actor, with today's roles; nobody when his time in the company is over.
    pub async fn actor(&self, person: PersonId) -> Result<Actor, AppError> {
        let mut conn = self.store().read().await?;
        let here = org::person(&mut conn, person).await?.is_some_and(|p| self.serves(p.from, p.to));
        if !here {
            return Ok(Actor::Anonymous);
        }
        Ok(Actor::Person { id: person, grants: org::grants(&mut conn, person).await? })
    }

    /// The raiser behind a link's secret, and how the link reached him.
    pub async fn raiser(&self, secret: &str) -> Result<Option<(MatterId, ContactId, Voice)>, AppError> {
        let known = words::link(&mut self.store().read().await?, &hash_secret(secret)).await?;
        Ok(known.map(|(matter, contact)| {
            let sent = secret == self.sent_token(matter, contact);
            (matter, contact, if sent { Voice::SentLink } else { Voice::ShownLink })
        }))
    }

    /// Whether anybody can sign in yet.
    pub async fn is_set_up(&self) -> Result<bool, AppError> {
        Ok(account::anybody(&mut self.store().read().await?).await?)
    }

    /// A person's language.
    pub async fn locale(&self, person: PersonId) -> Result<Option<String>, AppError> {
        Ok(account::locale(&mut self.store().read().await?, person).await?)
    }

    /// Sets a person's language.
    pub async fn set_locale(&self, person: PersonId, locale: String) -> Result<(), AppError> {
        Ok(self.store().write(async move |tx| tx.set_locale(person, &locale).await).await?)
    }
}

/// The first person of an empty company, made through the setup link.
#[derive(Clone, Debug)]
pub struct FirstPerson {
    /// Name of the company.
    pub company: String,
    /// Code of the company's root unit.
    pub company_code: String,
    /// His name.
    pub name: String,
    /// His code, with which he signs in.
    pub code: String,
    /// His password.
    pub password: String,
}

impl App {
    /// Sets an empty company up: root unit and an administrator who coordinates too. Works once: of
    /// several at once, one does it all and the others find it done. Links for it end.
    pub async fn set_up(&self, first: FirstPerson) -> Result<PersonId, AppError> {
        use crate::command::{OrganisationCommand, RoleIn};
        use crate::execute::within;
        use yixian_domain::ids::CommandId;
        use yixian_domain::org::{Level, Role, Specialty, UnitKind};
        if self.is_set_up().await? {
            return Err(AppError::SignInRefused);
        }
        check_password(&first.password, &first.code)?;
        let hash = self.hash(first.password.clone()).await?;
        let now = self.clock().now();
        // A job may be run twice: what it is to make is decided before.
        let [unit, unit_command, person, person_command] = std::array::from_fn(|_| self.mint().uuid(now));
        let app = self.clone();
        let person = self
            .store()
            .write(async move |tx| {
                if account::anybody(tx.conn()).await? {
                    return Err(AppError::SignInRefused);
                }
                let FirstPerson { company, company_code, name, code, .. } = first.clone();
                let existing = org::root(tx.conn()).await?;
                let unit = existing.as_ref().map_or(unit, |u| u.id.0);
                if existing.is_none() {
                    let command = OrganisationCommand::PutUnit {
                        unit,
                        code: company_code,
                        name: company,
                        name_en: None,
                        kind: UnitKind::Company,
                        parent: None,
                        from: None,
                        to: None,
                    };
                    within(tx, &app, CommandId(unit_command), now, command.into()).await?;
                }
                let person = org::person_by_code(tx.conn(), &code).await?.map_or(person, |p| p.id.0);
                let roles = [Role::Administrator, Role::Coordinator].map(|role| RoleIn { role, unit }).to_vec();
                let command = OrganisationCommand::PutPerson {
                    person,
                    code,
                    name,
                    unit,
                    level: Level::Staff,
                    specialty: Specialty::General,
                    duty: false,
                    from: None,
                    to: None,
                    roles: Some(roles),
                };
                within(tx, &app, CommandId(person_command), now, command.into()).await?;
                tx.set_password(PersonId(person), &hash, real_now()).await?;
                tx.end_entry_links(account::LinkKind::Setup, real_now(), "used").await?;
                let by = By::Person(PersonId(person));
                let told = Security { person: Some(person), ..about("setup") };
                tx.tell_security("password_set", by, now, told).await?;
                Ok(PersonId(person))
            })
            .await?;
        self.forget_directory();
        Ok(person)
    }
}
