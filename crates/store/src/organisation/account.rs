//! How people and programs sign in: password hashes; credentials, which are sessions, API tokens and calendar links; links that let
//! somebody in. All are stored as SHA-256 of the secret; a copy of the database opens nothing.
//! It knows no secret, and not what anybody may do. Instants are real time.

use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::engine::named::days;
use crate::engine::table::{
    Kind::{Id, Int, Text},
    Table, table,
};
use crate::journal::rows::{Hashed, Since};
use crate::journal::tx::Tx;
use uuid::Uuid;
use yixian_domain::ids::PersonId;
use yixian_domain::time::{Date, Instant};

/// Credentials.
pub(crate) const TABLE: Table = table(
    "credential",
    "token_hash",
    &[
        ("token_hash", Text),
        ("kind", Text),
        ("person_id", Id),
        ("label", Text),
        ("made_at", Int),
        ("until", Int),
        ("seen_at", Int),
        ("ended_at", Int),
        ("why", Text),
    ],
);

/// What an event says of a credential; its label and when it was last used are its owner's.
pub(crate) const HASH: Hashed = Hashed {
    name: "credential",
    table: "credential",
    key: &[("token_hash", Text)],
    foreign_key: false,
    columns: &[("kind", Text), ("person_id", Id), ("made_at", Int), ("until", Int), ("ended_at", Int)],
    since: Since::Column("made_at"),
};

/// Where credentials lay before they were one table; read from older backups.
pub(crate) static FORMER: [Table; 3] = [
    table(
        "session",
        "token_hash",
        &[("token_hash", Text), ("person_id", Id), ("created_at", Int), ("seen_at", Int), ("expires_at", Int)],
    ),
    table(
        "api_token",
        "token_hash",
        &[("token_hash", Text), ("person_id", Id), ("label", Text), ("created_at", Int), ("revoked_at", Int)],
    ),
    table(
        "calendar_link",
        "token_hash",
        &[("token_hash", Text), ("person_id", Id), ("created_at", Int), ("revoked_at", Int)],
    ),
];

statements! {
    // Codes may differ by case alone: the one that is spelled so comes first.
    PASSWORD = "SELECT id, password FROM person WHERE lower(code) = $2 ORDER BY CASE WHEN code = $1 THEN 0 ELSE 1 END, code LIMIT 1";
    PASSWORD_SET = "UPDATE person SET password = $2 WHERE id = $1";
    ANY_PASSWORD = "SELECT COUNT(*) FROM person WHERE password IS NOT NULL";
    STANDING = "SELECT from_day, to_day, locale FROM person WHERE id = $1";
    LOCALE = "SELECT locale FROM person WHERE id = $1";
    LOCALE_SET = "UPDATE person SET locale = $2 WHERE id = $1";
    PUT = "INSERT INTO credential (token_hash, kind, person_id, label, made_at, until, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $5)";
    LIVE = "SELECT token_hash, kind, person_id, label, made_at, until, seen_at FROM credential WHERE token_hash = $1 AND kind = $2 AND ended_at IS NULL AND (until IS NULL OR until > $3)";
    LIVE_OF = "SELECT token_hash, kind, person_id, label, made_at, until, seen_at FROM credential WHERE person_id = $1 AND ended_at IS NULL ORDER BY made_at DESC, token_hash";
    NOT_ENDED = "SELECT token_hash FROM credential WHERE token_hash = $1 AND ended_at IS NULL";
    SEEN = "UPDATE credential SET seen_at = $2 WHERE token_hash = $1 AND ended_at IS NULL";
    END = "UPDATE credential SET ended_at = $2, why = $3 WHERE token_hash = $1 AND ended_at IS NULL";
    GONE = "SELECT p.id FROM person p WHERE p.to_day < $1 AND (EXISTS (SELECT 1 FROM credential c WHERE c.person_id = p.id AND c.ended_at IS NULL) OR EXISTS (SELECT 1 FROM entry_link l WHERE l.kind = 'password' AND l.person_id = p.id AND l.spent_at IS NULL))";
    LINK_PUT = "INSERT INTO entry_link (token_hash, kind, person_id, made_at, until) VALUES ($1, $2, $3, $4, $5)";
    LINK = "SELECT kind, person_id FROM entry_link WHERE token_hash = $1 AND spent_at IS NULL AND (until IS NULL OR until > $2)";
    LINK_SPEND = "UPDATE entry_link SET spent_at = $3, why = 'used' WHERE token_hash = $1 AND kind = $2 AND spent_at IS NULL AND (until IS NULL OR until > $3)";
    LINKS_OF = "SELECT token_hash, kind, made_at, until FROM entry_link WHERE kind = 'password' AND person_id = $1 AND spent_at IS NULL AND until > $2 ORDER BY made_at DESC";
    LINKS_END = "UPDATE entry_link SET spent_at = $2, why = $3 WHERE kind = $1 AND spent_at IS NULL";
    LINKS_END_OF = "UPDATE entry_link SET spent_at = $3, why = $4 WHERE kind = $1 AND person_id = $2 AND spent_at IS NULL";
}

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// A browser that is signed in.
    Session,
    /// A program's.
    Token,
    /// A calendar program's.
    Calendar,
    /// A recovery code, in place of a code of the authenticator, once.
    Recovery,
}

impl CredentialKind {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            CredentialKind::Session => "session",
            CredentialKind::Token => "token",
            CredentialKind::Calendar => "calendar",
            CredentialKind::Recovery => "recovery",
        }
    }
    fn of(code: &str) -> Result<CredentialKind, StoreError> {
        [CredentialKind::Session, CredentialKind::Token, CredentialKind::Calendar, CredentialKind::Recovery]
            .into_iter()
            .find(|k| k.code() == code)
            .ok_or_else(|| StoreError::corrupt("credential.kind", code))
    }
}

/// A credential that lives.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns; instants in milliseconds of real time
pub struct Credential {
    pub token_hash: String,
    pub kind: CredentialKind,
    pub person: PersonId,
    pub label: Option<String>,
    pub made_at: i64,
    pub until: Option<i64>,
    pub seen_at: Option<i64>,
}

struct CredentialRow {
    token_hash: String,
    kind: String,
    person_id: Uuid,
    label: Option<String>,
    made_at: i64,
    until: Option<i64>,
    seen_at: Option<i64>,
}
columns!(CredentialRow { token_hash, kind, person_id, label, made_at, until, seen_at });

impl TryFrom<CredentialRow> for Credential {
    type Error = StoreError;
    fn try_from(r: CredentialRow) -> Result<Credential, StoreError> {
        Ok(Credential {
            kind: CredentialKind::of(&r.kind)?,
            token_hash: r.token_hash,
            person: PersonId(r.person_id),
            label: r.label,
            made_at: r.made_at,
            until: r.until,
            seen_at: r.seen_at,
        })
    }
}

/// A link to set a password that was not used yet.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the columns
pub struct LinkRow {
    pub token_hash: String,
    pub kind: String,
    pub made_at: i64,
    pub until: Option<i64>,
}
columns!(LinkRow { token_hash, kind, made_at, until });

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

impl Tx {
    /// Sets a password hash; ends all that the person could get in with before: sessions, tokens, calendar links, and what
    /// links he had to set a password. His second factor and its recovery codes stay: they are asked for besides the password.
    pub async fn set_password(&mut self, person: PersonId, hash: &str, now: Instant) -> Result<(), StoreError> {
        exec!(&mut self.conn, PASSWORD_SET, person.0, hash)?;
        self.end_credentials_of(person, now, "password", |c| c.kind != CredentialKind::Recovery).await?;
        self.end_password_links(person, now, "password").await?;
        Ok(())
    }
    /// Keeps the hash of a link that lets somebody in. One to set a password ends those the person had before.
    pub async fn put_entry_link(
        &mut self,
        token_hash: &str,
        kind: LinkKind,
        person: Option<PersonId>,
        now: Instant,
        until: Option<Instant>,
    ) -> Result<(), StoreError> {
        let person = person.map(|p| p.0);
        if kind == LinkKind::Password {
            exec!(&mut self.conn, LINKS_END_OF, kind.code(), person, now.0, "newer")?;
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
    pub async fn end_entry_links(&mut self, kind: LinkKind, now: Instant, why: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, LINKS_END, kind.code(), now.0, why)?;
        Ok(())
    }
    /// Ends a person's links to set a password; gives how many.
    pub async fn end_password_links(&mut self, person: PersonId, now: Instant, why: &str) -> Result<u64, StoreError> {
        Ok(exec!(&mut self.conn, LINKS_END_OF, LinkKind::Password.code(), person.0, now.0, why)?)
    }
    /// Sets a person's language.
    pub async fn set_locale(&mut self, person: PersonId, locale: &str) -> Result<(), StoreError> {
        exec!(&mut self.conn, LOCALE_SET, person.0, locale)?;
        Ok(())
    }
    /// Keeps a credential.
    pub async fn put_credential(&mut self, c: &Credential) -> Result<(), StoreError> {
        let (hash, kind, label) = (c.token_hash.as_str(), c.kind.code(), c.label.as_deref());
        exec!(&mut self.conn, PUT, hash, kind, c.person.0, label, c.made_at, c.until)?;
        self.wrote(&HASH, &values![hash, kind, c.person.0, c.made_at, c.until, None::<i64>])
    }
    /// Notes that a credential was used.
    pub async fn touch_credential(&mut self, token_hash: &str, now: Instant) -> Result<(), StoreError> {
        exec!(&mut self.conn, SEEN, token_hash, now.0)?;
        Ok(())
    }
    /// Ends credentials that live.
    async fn end_credentials(&mut self, all: &[Credential], now: Instant, why: &str) -> Result<(), StoreError> {
        for c in all {
            let hash = c.token_hash.as_str();
            exec!(&mut self.conn, END, hash, now.0, why)?;
            self.wrote(&HASH, &values![hash, c.kind.code(), c.person.0, c.made_at, c.until, now.0])?;
        }
        Ok(())
    }
    /// Ends one credential; gives it when it lived.
    pub async fn end_credential(
        &mut self,
        token_hash: &str,
        kind: CredentialKind,
        now: Instant,
        why: &str,
    ) -> Result<Option<Credential>, StoreError> {
        let found = credential(&mut self.conn, token_hash, kind, now).await?;
        self.end_credentials(found.as_slice(), now, why).await?;
        Ok(found)
    }
    /// Ends those of a person's credentials that are meant; gives the kinds of those that lived.
    pub async fn end_credentials_of(
        &mut self,
        person: PersonId,
        now: Instant,
        why: &str,
        meant: impl Fn(&Credential) -> bool,
    ) -> Result<Vec<CredentialKind>, StoreError> {
        let mut all = credentials_of(&mut self.conn, person).await?;
        all.retain(meant);
        self.end_credentials(&all, now, why).await?;
        Ok(all.iter().map(|c| c.kind).collect())
    }
}

/// The person with this code and his password hash, if he has one.
pub async fn password(conn: &mut Conn, code: &str) -> Result<Option<(PersonId, Option<String>)>, StoreError> {
    Ok(row!(conn, (Uuid, Option<String>), PASSWORD, code, code.to_lowercase())?.map(|(id, hash)| (PersonId(id), hash)))
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

/// A credential of a kind that lives.
pub async fn credential(
    conn: &mut Conn,
    token_hash: &str,
    kind: CredentialKind,
    now: Instant,
) -> Result<Option<Credential>, StoreError> {
    row!(conn, CredentialRow, LIVE, token_hash, kind.code(), now.0)?.map(Credential::try_from).transpose()
}

/// A person's credentials that nobody ended, newest first; some may have run out.
pub async fn credentials_of(conn: &mut Conn, person: PersonId) -> Result<Vec<Credential>, StoreError> {
    rows!(conn, CredentialRow, LIVE_OF, person.0)?.into_iter().map(Credential::try_from).collect()
}

/// Whether a credential is one that nobody ended, though it may have run out.
pub async fn not_ended(conn: &mut Conn, token_hash: &str) -> Result<bool, StoreError> {
    Ok(row!(conn, (String,), NOT_ENDED, token_hash)?.is_some())
}

/// People whose last day was before this one and who could still get in with something.
pub async fn gone(conn: &mut Conn, today: Date) -> Result<Vec<PersonId>, StoreError> {
    Ok(rows!(conn, (Uuid,), GONE, today.to_string())?.into_iter().map(|r| PersonId(r.0)).collect())
}

/// A person's links to set a password that live.
pub async fn links_of(conn: &mut Conn, person: PersonId, now: Instant) -> Result<Vec<LinkRow>, StoreError> {
    Ok(rows!(conn, LinkRow, LINKS_OF, person.0, now.0)?)
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
