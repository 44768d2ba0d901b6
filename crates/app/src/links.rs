//! Links that let somebody in: to set a password, to set an empty company up, to enter the demo.
//! They are rows, so a restart or a second node knows them; only the hash of the secret is kept.
//! Looking at one changes nothing; a link that works once is checked and spent in one step with
//! what it is for. Real time throughout.

use crate::App;
use crate::accounts::{Whence, about, check_password};
use crate::frame::clock::real_now;
use crate::frame::error::AppError;
use crate::frame::mint::hash_secret;
use yixian_domain::ids::{By, PersonId};
use yixian_store::account::{self, LinkKind};
use yixian_store::{StoreError, org};

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Signs in as a person, as often as he likes; the demo's, until another process begins.
    Person(PersonId),
    /// Sets a person's password; works once, and until there is a newer one or another password.
    Password(PersonId),
    /// Sets an empty company up; works until somebody has.
    Setup,
}

impl Entry {
    fn kind(self) -> (LinkKind, Option<PersonId>) {
        match self {
            Entry::Person(p) => (LinkKind::Enter, Some(p)),
            Entry::Password(p) => (LinkKind::Password, Some(p)),
            Entry::Setup => (LinkKind::Setup, None),
        }
    }
    fn of(kind: LinkKind, person: Option<PersonId>) -> Option<Entry> {
        match (kind, person) {
            (LinkKind::Enter, Some(p)) => Some(Entry::Person(p)),
            (LinkKind::Password, Some(p)) => Some(Entry::Password(p)),
            (LinkKind::Setup, None) => Some(Entry::Setup),
            _ => None,
        }
    }
}

impl App {
    /// Makes a link; gives its secret, once. One to set a password lives for some days.
    pub async fn make_link(&self, entry: Entry, password_days: u16, by: By) -> Result<String, AppError> {
        let secret = self.mint().secret();
        let (hash, now, (kind, person)) = (hash_secret(&secret), real_now(), entry.kind());
        let until = matches!(entry, Entry::Password(_)).then(|| now.plus_minutes(i64::from(password_days) * 24 * 60));
        let stamp = self.stamp(&Whence::default());
        self.store()
            .write(async move |tx| {
                tx.put_entry_link(&hash, kind, person, now, until).await?;
                if let Entry::Password(_) = entry {
                    stamp.tell(tx, "link_made", by.clone(), person, about("password")).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        Ok(secret)
    }

    /// What a link opens, while it lives.
    pub async fn link(&self, secret: &str) -> Result<Option<Entry>, AppError> {
        let mut conn = self.store().read().await?;
        let found = account::entry_link(&mut conn, &hash_secret(secret), real_now()).await?;
        let Some(entry) = found.and_then(|(kind, person)| Entry::of(kind, person)) else { return Ok(None) };
        // Nobody gets in for whom the company is over.
        Ok(match entry {
            Entry::Person(p) | Entry::Password(p) if !self.is_here(&mut conn, p).await? => None,
            entry => Some(entry),
        })
    }

    /// Sets the password of the person a link is for, and spends the link. A password that may not
    /// be set spends nothing; of several at once, one is taken.
    pub async fn set_password_by_link(
        &self,
        secret: &str,
        password: String,
        whence: &Whence,
    ) -> Result<PersonId, AppError> {
        let Some(Entry::Password(person)) = self.link(secret).await? else { return Err(AppError::NotFound("link")) };
        let code =
            org::person(&mut self.store().read().await?, person).await?.ok_or(AppError::NotFound("person"))?.code;
        check_password(&password, &code)?;
        let (hash, link, stamp) = (self.hash(password).await?, hash_secret(secret), self.stamp(whence));
        self.store()
            .write(async move |tx| {
                if !tx.spend_entry_link(&link, LinkKind::Password, real_now()).await? {
                    return Err(AppError::NotFound("link"));
                }
                tx.set_password(person, &hash, real_now()).await?;
                Ok(stamp.tell(tx, "password_set", By::Person(person), Some(person), about("link")).await?)
            })
            .await?;
        Ok(person)
    }

    /// Ends the links that sign in: those of a process that is gone. The demo's live while it runs.
    pub async fn end_enter_links(&self) -> Result<(), AppError> {
        Ok(self.store().write(async |tx| tx.end_entry_links(LinkKind::Enter, real_now(), "restart").await).await?)
    }
}
