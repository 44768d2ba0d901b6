//! Signing in: passwords, sessions, API tokens, setting up. Secrets are random, shown
//! once, kept as hashes. Hashing passwords costs memory on purpose, so only two run at a time: a
//! flood of sign-ins waits in line instead of eating the machine. Real time throughout; the demo
//! company's clock does not touch sessions.

use crate::App;
use crate::frame::clock::real_now;
use crate::frame::error::{AppError, FieldError};
use crate::frame::mint::hash_secret;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use yixian_domain::access::Actor;
use yixian_domain::access::Voice;
use yixian_domain::ids::{ContactId, MatterId, PersonId};
use yixian_domain::time::{Date, Instant};
use yixian_store::{Conn, StoreError, account, org, words};

/// A session lives at most this long.
pub const SESSION_MS: i64 = 7 * 86_400_000;
/// A session ends after this long without use (a phone's day in the field).
pub const IDLE_MS: i64 = 12 * 3_600_000;
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

/// Whom a credential stands for.
#[derive(Clone, Debug)]
pub struct Known {
    /// The person.
    pub person: PersonId,
    /// As access knows him, with today's roles.
    pub actor: Actor,
    /// His language, where he chose one.
    pub locale: Option<String>,
}

impl App {
    pub(crate) async fn hash(&self, password: String) -> Result<String, AppError> {
        let salt = SaltString::encode_b64(&self.mint().bytes::<16>()).map_err(|e| StoreError::corrupt("salt", e))?;
        let _permit = self.inner.hashing.acquire().await.map_err(|e| StoreError::Halted(e.to_string()))?;
        let hash = tokio::task::spawn_blocking(move || {
            argon2().hash_password(password.as_bytes(), &salt).map(|h| h.to_string())
        })
        .await
        .map_err(|e| StoreError::Halted(e.to_string()))?;
        Ok(hash.map_err(|e| StoreError::corrupt("password", e))?)
    }

    async fn matches(&self, password: String, hash: String) -> Result<bool, AppError> {
        let _permit = self.inner.hashing.acquire().await.map_err(|e| StoreError::Halted(e.to_string()))?;
        Ok(tokio::task::spawn_blocking(move || {
            PasswordHash::new(&hash).is_ok_and(|h| argon2().verify_password(password.as_bytes(), &h).is_ok())
        })
        .await
        .map_err(|e| StoreError::Halted(e.to_string()))?)
    }

    /// Sets a person's password.
    pub async fn set_password(&self, person: PersonId, password: String) -> Result<(), AppError> {
        let code =
            org::person(&mut self.store().read().await?, person).await?.ok_or(AppError::NotFound("person"))?.code;
        check_password(&password, &code)?;
        let hash = self.hash(password).await?;
        self.store().write(async move |tx| tx.set_password(person, &hash).await).await?;
        Ok(())
    }

    /// Signs in by code and password; gives the session's secret. Unknown people cost as much time
    /// as known ones.
    pub async fn sign_in(&self, code: &str, password: String) -> Result<(PersonId, String), AppError> {
        const NOBODY: &str =
            "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        if password.chars().count() > PASSWORD_MAX {
            return Err(AppError::SignInRefused);
        }
        let found = account::password(&mut self.store().read().await?, code).await?;
        let hash = found.as_ref().and_then(|f| f.1.clone()).unwrap_or_else(|| NOBODY.to_owned());
        let good = self.matches(password, hash).await?;
        match found {
            Some((person, Some(_))) if good => Ok((person, self.begin_session(person).await?)),
            _ => Err(AppError::SignInRefused),
        }
    }

    /// Begins a session; gives its secret.
    pub async fn begin_session(&self, person: PersonId) -> Result<String, AppError> {
        let secret = self.mint().secret();
        let hash = hash_secret(&secret);
        let now = real_now();
        self.store()
            .write(async move |tx| tx.put_session(&hash, person, now, Instant(now.0 + SESSION_MS)).await)
            .await?;
        Ok(secret)
    }

    /// Who carries a session's secret or an API token; nobody when it does not live, or when his
    /// time in the company is over. Use of a session is noted once a minute.
    pub async fn known(&self, by: Credential<'_>) -> Result<Option<Known>, AppError> {
        let mut conn = self.store().read().await?;
        let person = match by {
            Credential::Token(secret) => account::token(&mut conn, &hash_secret(secret)).await?,
            Credential::Session(secret) => self.session(&mut conn, hash_secret(secret)).await?,
        };
        let Some(person) = person else { return Ok(None) };
        let Some((from, to, locale)) = account::standing(&mut conn, person).await? else { return Ok(None) };
        if !self.serves(from, to) {
            return Ok(None);
        }
        Ok(Some(Known {
            person,
            actor: Actor::Person { id: person, grants: org::grants(&mut conn, person).await? },
            locale,
        }))
    }

    async fn session(&self, conn: &mut Conn, hash: String) -> Result<Option<PersonId>, AppError> {
        let now = real_now();
        let Some(s) = account::session(conn, &hash).await? else { return Ok(None) };
        if s.expires_at <= now.0 || s.seen_at + IDLE_MS <= now.0 {
            return Ok(None);
        }
        if now.0 - s.seen_at > 60_000 {
            self.store().write(async move |tx| tx.touch_session(&hash, now).await).await?;
        }
        Ok(Some(PersonId(s.person_id)))
    }

    fn serves(&self, from: Option<Date>, to: Option<Date>) -> bool {
        let today = self.policies().zone.date_of(self.clock().now());
        from.is_none_or(|d| d <= today) && to.is_none_or(|d| today <= d)
    }

    /// Whether a secret was that of a session which nobody ended, though it may have run out.
    pub async fn had_session(&self, secret: &str) -> Result<bool, AppError> {
        Ok(account::session(&mut self.store().read().await?, &hash_secret(secret)).await?.is_some())
    }

    /// Ends a session.
    pub async fn end_session(&self, secret: &str) -> Result<(), AppError> {
        let hash = hash_secret(secret);
        Ok(self.store().write(async move |tx| tx.drop_session(&hash).await).await?)
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

    /// Makes an API token; gives its secret, once.
    pub async fn make_token(&self, person: PersonId, label: String) -> Result<String, AppError> {
        let label: String = label.trim().chars().take(80).collect();
        if label.is_empty() {
            return Err(AppError::field("label", "name_needed"));
        }
        let secret = format!("yx_{}", self.mint().secret());
        let hash = hash_secret(&secret);
        let now = real_now();
        self.store().write(async move |tx| tx.put_token(&hash, person, &label, now).await).await?;
        Ok(secret)
    }

    /// One's own API tokens.
    pub async fn tokens(&self, person: PersonId) -> Result<Vec<crate::account::Token>, AppError> {
        let rows = account::tokens(&mut self.store().read().await?, person).await?;
        Ok(rows.into_iter().map(crate::account::Token::from).collect())
    }

    /// Revokes one's own API token.
    pub async fn revoke_token(&self, person: PersonId, token_hash: String) -> Result<bool, AppError> {
        let now = real_now();
        Ok(self.store().write(async move |tx| tx.revoke_token(&token_hash, person, now).await).await?)
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
                tx.set_password(PersonId(person), &hash).await?;
                tx.end_entry_links(account::LinkKind::Setup).await?;
                Ok(PersonId(person))
            })
            .await?;
        self.forget_directory();
        Ok(person)
    }
}
