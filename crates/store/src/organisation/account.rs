//! How people and programs sign in: password hashes, sessions, API tokens, links that let somebody
//! in. All are stored as SHA-256 of the secret; a copy of the database opens nothing.
//! It knows no secret, and not what anybody may do.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::days;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::tx::Tx;
use uuid::Uuid;
use yixian_domain::ids::PersonId;
use yixian_domain::time::{Date, Instant};

/// Sessions.
pub(crate) const SESSIONS: Table = table(
    "session",
    "token_hash",
    &[("token_hash", Text), ("person_id", Id), ("created_at", Int), ("seen_at", Int), ("expires_at", Int)],
);

/// API tokens.
pub(crate) const TOKENS_TABLE: Table = table(
    "api_token",
    "token_hash",
    &[("token_hash", Text), ("person_id", Id), ("label", Text), ("created_at", Int), ("revoked_at", Int)],
);

statements! {
    PASSWORD = "SELECT id, password FROM person WHERE code = $1";
    PASSWORD_SET = "UPDATE person SET password = $2 WHERE id = $1";
    ANY_PASSWORD = "SELECT COUNT(*) FROM person WHERE password IS NOT NULL";
    STANDING = "SELECT from_day, to_day, locale FROM person WHERE id = $1";
    LOCALE = "SELECT locale FROM person WHERE id = $1";
    LOCALE_SET = "UPDATE person SET locale = $2 WHERE id = $1";
    SESSION_PUT = "INSERT INTO session (token_hash, person_id, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)";
    SESSION = "SELECT person_id, created_at, seen_at, expires_at FROM session WHERE token_hash = $1";
    SESSION_SEEN = "UPDATE session SET seen_at = $2 WHERE token_hash = $1";
    SESSION_DROP = "DELETE FROM session WHERE token_hash = $1";
    SESSION_DROP_ALL = "DELETE FROM session WHERE person_id = $1";
    SESSION_PURGE = "DELETE FROM session WHERE expires_at < $1";
    TOKEN_PUT = "INSERT INTO api_token (token_hash, person_id, label, created_at) VALUES ($1, $2, $3, $4)";
    TOKEN = "SELECT person_id FROM api_token WHERE token_hash = $1 AND revoked_at IS NULL";
    TOKENS = "SELECT token_hash, label, created_at, revoked_at FROM api_token WHERE person_id = $1 ORDER BY created_at DESC";
    LINK_PUT = "INSERT INTO entry_link (token_hash, kind, person_id, made_at, until) VALUES ($1, $2, $3, $4, $5)";
    LINK = "SELECT kind, person_id FROM entry_link WHERE token_hash = $1 AND spent_at IS NULL AND (until IS NULL OR until > $2)";
    LINK_SPEND = "UPDATE entry_link SET spent_at = $3 WHERE token_hash = $1 AND kind = $2 AND spent_at IS NULL AND (until IS NULL OR until > $3)";
    LINKS_END = "DELETE FROM entry_link WHERE kind = $1 AND spent_at IS NULL";
    LINKS_END_OF = "DELETE FROM entry_link WHERE kind = $1 AND person_id = $2 AND spent_at IS NULL";
    LINKS_PURGE = "DELETE FROM entry_link WHERE until < $1";
    TOKEN_REVOKE = "UPDATE api_token SET revoked_at = $3 WHERE token_hash = $1 AND person_id = $2 AND revoked_at IS NULL";
}

/// What a link lets somebody do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Set his password, once.
    Password,
    /// Set an empty company up.
    Setup,
    /// Sign in, as often as he likes: the demo's.
    Enter,
}

impl LinkKind {
    fn code(self) -> &'static str {
        match self {
            LinkKind::Password => "password",
            LinkKind::Setup => "setup",
            LinkKind::Enter => "enter",
        }
    }
    fn of(code: &str) -> Result<LinkKind, StoreError> {
        [LinkKind::Password, LinkKind::Setup, LinkKind::Enter]
            .into_iter()
            .find(|k| k.code() == code)
            .ok_or_else(|| StoreError::corrupt("entry_link.kind", code))
    }
}

/// A session as kept.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns; instants in milliseconds of real time
pub struct SessionRow {
    pub person_id: Uuid,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
}
columns!(SessionRow { person_id, created_at, seen_at, expires_at });

/// An API token as listed; the secret is shown once, when it is made.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct TokenRow {
    pub token_hash: String,
    pub label: String,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
}
columns!(TokenRow { token_hash, label, created_at, revoked_at });

impl Tx {
    /// Sets a password hash; ends the person's sessions, and what links he had to set one.
    pub async fn set_password(&mut self, person: PersonId, hash: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, PASSWORD_SET, person.0, hash)?;
        exec!(&mut self.conn, SESSION_DROP_ALL, person.0)?;
        exec!(&mut self.conn, LINKS_END_OF, LinkKind::Password.code(), person.0)?;
        Ok(())
    }
    /// Keeps the hash of a link that lets somebody in. One to set a password ends those the person
    /// had before; whatever has run out goes.
    pub async fn put_entry_link(
        &mut self,
        token_hash: &str,
        kind: LinkKind,
        person: Option<PersonId>,
        now: Instant,
        until: Option<Instant>,
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, LINKS_PURGE, now.0)?;
        let person = person.map(|p| p.0);
        if kind == LinkKind::Password {
            exec!(&mut self.conn, LINKS_END_OF, kind.code(), person)?;
        }
        exec!(&mut self.conn, LINK_PUT, token_hash, kind.code(), person, now.0, until.map(|u| u.0))?;
        Ok(())
    }
    /// Spends a link; false when it does not live, which whoever comes second is told.
    pub async fn spend_entry_link(
        &mut self,
        token_hash: &str,
        kind: LinkKind,
        now: Instant,
    ) -> Result<bool, StoreError> {
        Ok(exec!(&mut self.conn, LINK_SPEND, token_hash, kind.code(), now.0)? > 0)
    }
    /// Ends all links of a kind.
    pub async fn end_entry_links(&mut self, kind: LinkKind) -> Result<(), StoreError> {
        exec!(&mut self.conn, LINKS_END, kind.code())?;
        Ok(())
    }
    /// Sets a person's language.
    pub async fn set_locale(&mut self, person: PersonId, locale: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, LOCALE_SET, person.0, locale)?;
        Ok(())
    }
    /// Begins a session; old ones that have expired go.
    pub async fn put_session(
        &mut self,
        token_hash: &str,
        person: PersonId,
        now: Instant,
        expires: Instant,
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, SESSION_PURGE, now.0)?;
        exec!(&mut self.conn, SESSION_PUT, token_hash, person.0, now.0, expires.0)?;
        Ok(())
    }
    /// Notes that a session was used.
    pub async fn touch_session(&mut self, token_hash: &str, now: Instant) -> Result<(), StoreError> {
        exec!(&mut self.conn, SESSION_SEEN, token_hash, now.0)?;
        Ok(())
    }
    /// Ends a session.
    pub async fn drop_session(&mut self, token_hash: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, SESSION_DROP, token_hash)?;
        Ok(())
    }
    /// Keeps an API token's hash.
    pub async fn put_token(
        &mut self,
        token_hash: &str,
        person: PersonId,
        label: &str,
        now: Instant,
    ) -> Result<(), StoreError> {
        exec!(&mut self.conn, TOKEN_PUT, token_hash, person.0, label, now.0)?;
        Ok(())
    }
    /// Revokes one's own API token.
    pub async fn revoke_token(&mut self, token_hash: &str, person: PersonId, now: Instant) -> Result<bool, StoreError> {
        Ok(exec!(&mut self.conn, TOKEN_REVOKE, token_hash, person.0, now.0)? > 0)
    }
}

/// The person with this code and his password hash, if he has one.
pub async fn password(conn: &mut Conn, code: &str) -> Result<Option<(PersonId, Option<String>)>, StoreError> {
    Ok(row!(conn, (Uuid, Option<String>), PASSWORD, code)?.map(|(id, hash)| (PersonId(id), hash)))
}

/// Whether anybody can sign in yet; before that the setup link is printed.
pub async fn anybody(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(row!(conn, (i64,), ANY_PASSWORD)?.is_some_and(|r| r.0 > 0))
}

/// A person's first and last day in the company, and his language.
pub async fn standing(
    conn: &mut Conn,
    person: PersonId,
) -> Result<Option<(Option<Date>, Option<Date>, Option<String>)>, StoreError> {
    let Some((from, to, locale)) = row!(conn, (Option<String>, Option<String>, Option<String>), STANDING, person.0)?
    else {
        return Ok(None);
    };
    let (from, to) = days(from.as_ref(), to.as_ref())?;
    Ok(Some((from, to, locale)))
}

/// A person's language.
pub async fn locale(conn: &mut Conn, person: PersonId) -> Result<Option<String>, StoreError> {
    Ok(row!(conn, (Option<String>,), LOCALE, person.0)?.and_then(|r| r.0))
}

/// A session by its token's hash.
pub async fn session(conn: &mut Conn, token_hash: &str) -> Result<Option<SessionRow>, StoreError> {
    Ok(row!(conn, SessionRow, SESSION, token_hash)?)
}

/// What a link that lives lets in, and whom.
pub async fn entry_link(
    conn: &mut Conn,
    token_hash: &str,
    now: Instant,
) -> Result<Option<(LinkKind, Option<PersonId>)>, StoreError> {
    let Some((kind, person)) = row!(conn, (String, Option<Uuid>), LINK, token_hash, now.0)? else { return Ok(None) };
    Ok(Some((LinkKind::of(&kind)?, person.map(PersonId))))
}

/// The person behind a live API token.
pub async fn token(conn: &mut Conn, token_hash: &str) -> Result<Option<PersonId>, StoreError> {
    Ok(row!(conn, (Uuid,), TOKEN, token_hash)?.map(|r| PersonId(r.0)))
}

/// A person's API tokens.
pub async fn tokens(conn: &mut Conn, person: PersonId) -> Result<Vec<TokenRow>, StoreError> {
    Ok(rows!(conn, TokenRow, TOKENS, person.0)?)
}
