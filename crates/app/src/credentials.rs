//! What somebody can get in with: his sessions, API tokens, calendar links and links to set a password. Their owner sees and ends
//! his own, an administrator those of whom he may let in; secrets are shown once, when they are made. What becomes of them is
//! told in the log of security, which administrators read here.

use crate::App;
use crate::accounts::{IDLE_MS, Stamp, Whence, about};
use crate::frame::clock::real_now;
use crate::frame::error::AppError;
use crate::frame::mint::hash_secret;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::ids::{By, PersonId};
use yixian_domain::time::{Date, Instant, Time};
use yixian_store::account::{self, Credential, CredentialKind};
use yixian_store::security::{self, Security};
use yixian_store::{StoreError, Tx};

/// Longest life of an API token, days, and the usual one.
pub const TOKEN_DAYS: i64 = 365;
/// Lives of an API token that may be chosen, days.
pub const TOKEN_LIVES: [i64; 3] = [30, 90, TOKEN_DAYS];
const DAY_MS: i64 = 86_400_000;
/// Lines of the log of security on a page.
const LINES: i64 = 200;

/// What a way in is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayKind {
    /// A browser that is signed in.
    Session,
    /// A program's token.
    Token,
    /// A calendar program's link.
    Calendar,
    /// A link to set a password.
    Password,
    /// A recovery code of the second factor: none is a way in by itself, and none is listed.
    Recovery,
}

impl WayKind {
    /// Stable code, as keyed in the catalogues.
    pub fn as_str(self) -> &'static str {
        match self {
            WayKind::Session => CredentialKind::Session.code(),
            WayKind::Token => CredentialKind::Token.code(),
            WayKind::Calendar => CredentialKind::Calendar.code(),
            WayKind::Password => "password",
            WayKind::Recovery => CredentialKind::Recovery.code(),
        }
    }
}

/// A way in that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Hash of its secret, by which it is ended; it opens nothing.
    pub hash: String,
    /// What it is.
    pub kind: WayKind,
    /// What it is for, in its owner's words.
    pub label: Option<String>,
    /// When it was made, real time.
    pub made: Instant,
    /// When it ends by itself.
    pub until: Option<Instant>,
    /// When it was last used, to some minutes.
    pub seen: Option<Instant>,
}

impl From<Credential> for Way {
    fn from(c: Credential) -> Way {
        Way {
            kind: match c.kind {
                CredentialKind::Session => WayKind::Session,
                CredentialKind::Token => WayKind::Token,
                CredentialKind::Calendar => WayKind::Calendar,
                CredentialKind::Recovery => WayKind::Recovery,
            },
            hash: c.token_hash,
            label: c.label,
            made: Instant(c.made_at),
            until: c.until.map(Instant),
            seen: c.seen_at.map(Instant),
        }
    }
}

/// A line of the log of security.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityLine {
    /// Number of the event.
    pub seq: i64,
    /// What happened, as keyed in the catalogues.
    pub code: String,
    /// When.
    pub at: Instant,
    /// Who did it.
    pub by: Option<By>,
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// What was made, used or ended.
    pub what: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// From which network: a keyed hash, the same for the same network.
    pub network: Option<String>,
}

impl Stamp {
    /// Tells that credentials were ended, an event for each kind of them.
    async fn tell_ends(
        &self,
        tx: &mut Tx,
        by: &By,
        person: PersonId,
        ended: &[CredentialKind],
        why: &str,
    ) -> Result<(), StoreError> {
        for kind in [CredentialKind::Session, CredentialKind::Token, CredentialKind::Calendar] {
            let n = ended.iter().filter(|k| **k == kind).count() as u64;
            if n > 0 {
                let told = Security { why: Some(why.to_owned()), n: Some(n), ..about(kind.code()) };
                self.tell(tx, "credential_ended", by.clone(), Some(person), told).await?;
            }
        }
        Ok(())
    }
}

impl App {
    /// Makes a credential of a kind; gives its secret, once.
    async fn make_credential(
        &self,
        person: PersonId,
        kind: CredentialKind,
        label: Option<String>,
        until: Option<Instant>,
        secret: String,
    ) -> Result<String, AppError> {
        let (token_hash, now, stamp) = (hash_secret(&secret), real_now(), self.stamp(&Whence::default()));
        let made =
            Credential { token_hash, kind, person, label, made_at: now.0, until: until.map(|u| u.0), seen_at: None };
        self.store()
            .write(async move |tx| {
                let by = By::Person(person);
                if kind == CredentialKind::Calendar {
                    // A calendar has one link.
                    let before = tx.end_credentials_of(person, now, "newer", |c| c.kind == kind).await?;
                    stamp.tell_ends(tx, &by, person, &before, "newer").await?;
                }
                tx.put_credential(&made).await?;
                stamp.tell(tx, "credential_made", by, Some(person), about(kind.code())).await
            })
            .await?;
        Ok(secret)
    }

    /// Makes an API token that lives so many days; gives its secret, once.
    pub async fn make_token(&self, person: PersonId, label: String, days: i64) -> Result<String, AppError> {
        let label: String = label.trim().chars().take(80).collect();
        if label.is_empty() {
            return Err(AppError::field("label", "name_needed"));
        }
        let days = days.clamp(1, TOKEN_DAYS);
        let secret = format!("yx_{}", self.mint().secret());
        let until = Instant(real_now().0 + days * DAY_MS);
        self.make_credential(person, CredentialKind::Token, Some(label), Some(until), secret).await
    }

    /// Makes a leader's calendar link; gives its secret, once. An earlier link of his ends.
    pub async fn make_calendar_link(&self, person: PersonId) -> Result<String, AppError> {
        let secret = self.mint().secret();
        self.make_credential(person, CredentialKind::Calendar, None, None, secret).await
    }

    /// Ends a leader's calendar link.
    pub async fn revoke_calendar_link(&self, person: PersonId) -> Result<bool, AppError> {
        let ended = self.end_some(person, By::Person(person), "owner", |c| c.kind == CredentialKind::Calendar).await?;
        Ok(!ended.is_empty())
    }

    /// Since when a leader has a calendar link.
    pub async fn calendar_link(&self, person: PersonId) -> Result<Option<Instant>, AppError> {
        Ok(self.ways_in(person).await?.into_iter().find(|w| w.kind == WayKind::Calendar).map(|w| w.made))
    }

    /// What a person can get in with now, newest first of each kind.
    pub async fn ways_in(&self, person: PersonId) -> Result<Vec<Way>, AppError> {
        let (mut conn, now) = (self.store().read().await?, real_now());
        let mut all: Vec<Way> = account::credentials_of(&mut conn, person)
            .await?
            .into_iter()
            .filter(|c| c.kind != CredentialKind::Recovery)
            .filter(|c| c.until.is_none_or(|until| now.0 < until))
            .filter(|c| c.kind != CredentialKind::Session || now.0 < c.seen_at.unwrap_or(c.made_at) + IDLE_MS)
            .map(Way::from)
            .collect();
        let links = account::links_of(&mut conn, person, now).await?;
        all.extend(links.into_iter().map(|l| Way {
            hash: l.token_hash,
            kind: WayKind::Password,
            label: None,
            made: Instant(l.made_at),
            until: l.until.map(Instant),
            seen: None,
        }));
        all.sort_by_key(|w| w.kind as u8);
        Ok(all)
    }

    async fn end_some(
        &self,
        person: PersonId,
        by: By,
        why: &'static str,
        meant: impl Fn(&Credential) -> bool + Clone + Send + Sync + 'static,
    ) -> Result<Vec<CredentialKind>, AppError> {
        let (now, stamp) = (real_now(), self.stamp(&Whence::default()));
        Ok(self
            .store()
            .write(async move |tx| {
                let ended = tx.end_credentials_of(person, now, why, meant.clone()).await?;
                stamp.tell_ends(tx, &by, person, &ended, why).await?;
                Ok::<_, StoreError>(ended)
            })
            .await?)
    }

    /// Whether the actor may see and end what a person gets in with: his own, or who may let him in.
    pub(crate) async fn may_end(&self, actor: &Actor, person: PersonId) -> Result<&'static str, AppError> {
        if actor.person() == Some(person) {
            return Ok("owner");
        }
        self.may_let_in(actor, person).await?;
        Ok("administrator")
    }

    /// Ends one way in; false when there is no such any more. Who used it last comes after him who ends it.
    pub async fn end_way(&self, actor: &Actor, person: PersonId, hash: String) -> Result<bool, AppError> {
        let why = self.may_end(actor, person).await?;
        let meant = hash.clone();
        if !self.end_some(person, actor.by(), why, move |c| c.token_hash == meant).await?.is_empty() {
            return Ok(true);
        }
        let links = account::links_of(&mut self.store().read().await?, person, real_now()).await?;
        // A person has one link at a time.
        if !links.iter().any(|l| l.token_hash == hash) {
            return Ok(false);
        }
        self.end_link(person, actor.by(), why).await
    }

    /// Ends a person's link to set a password, and tells it.
    async fn end_link(&self, person: PersonId, by: By, why: &'static str) -> Result<bool, AppError> {
        let (now, stamp) = (real_now(), self.stamp(&Whence::default()));
        Ok(self
            .store()
            .write(async move |tx| {
                let ended = tx.end_password_links(person, now, why).await? > 0;
                if ended {
                    let told = Security { why: Some(why.to_owned()), ..about("password") };
                    stamp.tell(tx, "link_ended", by.clone(), Some(person), told).await?;
                }
                Ok::<_, StoreError>(ended)
            })
            .await?)
    }

    /// Ends all a person can get in with, but for the session he asks in; gives how many they were.
    pub async fn end_ways(&self, actor: &Actor, person: PersonId, but: Option<String>) -> Result<usize, AppError> {
        let why = self.may_end(actor, person).await?;
        let ended = self
            .end_some(person, actor.by(), why, move |c| {
                c.kind != CredentialKind::Recovery && Some(&c.token_hash) != but.as_ref()
            })
            .await?;
        Ok(ended.len() + usize::from(self.end_link(person, actor.by(), why).await?))
    }

    /// Ends what people still have whose last day is over, so that nothing works again should they come back.
    pub(crate) async fn end_ways_of_leavers(&self) -> Result<(), AppError> {
        let today = self.policies().zone.date_of(self.clock().now());
        let gone = account::gone(&mut self.store().read().await?, today).await?;
        for person in gone {
            self.end_some(person, By::Rule, "left", |_| true).await?;
            self.end_link(person, By::Rule, "left").await?;
        }
        Ok(())
    }

    /// Tells that somebody took data out of the house.
    pub async fn tell_export(&self, actor: &Actor, what: &'static str) -> Result<(), AppError> {
        let (by, stamp) = (actor.by(), self.stamp(&Whence::default()));
        let person = actor.person();
        self.store().write(async move |tx| stamp.tell(tx, "exported", by.clone(), person, about(what)).await).await?;
        Ok(())
    }

    /// The log of security of some days, newest first: of one person, or of all whom the actor administers. What is about
    /// nobody we know is for who administers the whole company.
    pub async fn security_log(
        &self,
        actor: &Actor,
        person: Option<PersonId>,
        from: Date,
        to: Date,
    ) -> Result<Vec<SecurityLine>, AppError> {
        may(actor, &Ask::Audit)?;
        let directory = self.directory().await?;
        let sees = |p: Option<PersonId>| {
            let unit = match p {
                Some(p) => directory.person(p).and_then(|p| directory.unit(p.unit)),
                None => directory.units().find(|u| u.parent.is_none()),
            };
            unit.is_some_and(|u| may(actor, &Ask::Administer(&u.path)).is_ok())
        };
        let zone = self.policies().zone.clone();
        let (from, to) = (zone.at(from, Time::midnight()), zone.end_of_day(to));
        let record = person.map(|p| security::record_of(Some(p)));
        let rows = security::list(&mut self.store().read().await?, record, from, to, LINES).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let told: Security = row.read()?;
            let about = told.person.map(PersonId);
            if sees(about) {
                lines.push(SecurityLine {
                    seq: row.seq,
                    code: row.code,
                    at: Instant(row.happened_at),
                    by: yixian_store::ledger::actor_from(&row.actor),
                    person: about,
                    what: told.what,
                    why: told.why,
                    network: told.network,
                });
            }
        }
        Ok(lines)
    }
}
