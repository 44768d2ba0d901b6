//! The one write door. A command is carried out once per id: the same id with the same content
//! gives the receipt of the first time, with other content it is a conflict. Load, decide, write
//! and the receipt are one transaction; the receipt is given when it is durable.

use crate::App;
use crate::command::{Command, ContactIn, Envelope, PlanCommand};
use crate::error::{AppError, FieldError};
use crate::mint;
use crate::policy::Policies;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::ids::*;
use yixian_domain::matter::Law;
use yixian_domain::time::Instant;
use yixian_store::Tx;
use yixian_store::ledger::{canonical, sha256};

/// What the caller gets: proof of what was recorded, echoing id and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Receipt {
    /// The command's id.
    pub command: Uuid,
    /// SHA-256 of the command's canonical JSON.
    pub sha256: String,
    /// The record it acted on.
    pub record: Uuid,
    /// The record's revision afterwards, where it has one.
    pub rev: Option<u32>,
    /// The record's running number, where it got one.
    pub number: Option<i64>,
    /// When it was recorded, milliseconds of the business clock.
    pub recorded_at: i64,
}

/// What a use case works with.
pub(crate) struct Ctx<'a> {
    pub tx: &'a mut Tx,
    pub app: &'a App,
    pub policies: &'a Policies,
    pub actor: &'a Actor,
    /// When it happened.
    pub at: Instant,
    /// When it is recorded.
    pub now: Instant,
    /// What the caller last saw of the record.
    pub if_match: Option<u32>,
}

/// What a use case tells for the receipt.
pub(crate) struct Done {
    pub rev: Option<u32>,
    pub number: Option<i64>,
    /// The record, where it is another than the command's: a doubled application.
    pub record: Option<Uuid>,
}

impl Ctx<'_> {
    pub fn law(&self) -> Law<'_> {
        self.policies.law()
    }
    pub fn by(&self) -> By {
        self.actor.by()
    }
    pub fn ask(&self, ask: &Ask<'_>) -> Result<(), AppError> {
        Ok(may(self.actor, ask)?)
    }

    /// Keeps words of a record; blank ones are none.
    pub fn words(&mut self, record: Uuid, text: &str) -> Result<Option<Words>, AppError> {
        // PostgreSQL keeps no NUL in a text, and nobody types one.
        let text = text.replace('\0', "");
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if text.chars().count() > MAX_WORDS {
            return Err(AppError::Invalid(vec![FieldError::with("words", "words_too_long", MAX_WORDS)]));
        }
        let id = WordsId(self.app.mint().uuid(self.now));
        let salt = self.app.mint().salt();
        Ok(Some(self.tx.keep_words(record, id, salt, text.to_owned())))
    }

    /// Keeps words that must not be missing.
    pub fn needed_words(&mut self, field: &'static str, record: Uuid, text: &str) -> Result<Words, AppError> {
        self.words(record, text)?.ok_or_else(|| AppError::field(field, "words_needed"))
    }

    /// Checks content addresses and notes that the record uses them.
    pub async fn photos(&mut self, record: Uuid, photos: &[String]) -> Result<Vec<FileRef>, AppError> {
        if photos.len() > MAX_PHOTOS {
            return Err(AppError::Invalid(vec![FieldError::with("photos", "too_many_photos", MAX_PHOTOS)]));
        }
        let mut out = Vec::new();
        for p in photos {
            let file: FileRef =
                p.parse().map_err(|_| AppError::Invalid(vec![FieldError::with("photos", "photo_unknown", p)]))?;
            if !self.tx.use_file(&file, record).await? {
                return Err(AppError::Invalid(vec![FieldError::with("photos", "photo_unknown", p)]));
            }
            if !out.contains(&file) {
                out.push(file);
            }
        }
        Ok(out)
    }

    /// Keeps the contact of an outside raiser and makes his link findable.
    pub async fn contact(&mut self, matter: MatterId, c: &ContactIn) -> Result<ContactId, AppError> {
        let mut faults = Vec::new();
        if c.name.trim().is_empty() && c.phone.trim().is_empty() {
            faults.push(FieldError::new("raiser", "contact_needed"));
        }
        let phone: String = c.phone.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let callable =
            (7..=15).contains(&phone.len()) && phone.trim_start_matches('+').bytes().all(|b| b.is_ascii_digit());
        if !phone.is_empty() && !callable {
            faults.push(FieldError::new("phone", "phone"));
        }
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let id = ContactId(self.app.mint().uuid(self.now));
        let text = |s: &str| Some(s.trim().to_owned()).filter(|s| !s.is_empty());
        self.tx.put_contact(id, matter, text(&c.name).as_deref(), text(&phone).as_deref()).await?;
        let token = self.app.raiser_token(matter, id);
        self.tx.put_link(&mint::hash_secret(&token), matter, id).await?;
        Ok(id)
    }
}

/// Longest text a person may write in one field, characters.
pub const MAX_WORDS: usize = 10_000;
/// Photos one command may carry.
pub const MAX_PHOTOS: usize = 12;

impl App {
    /// The secret part of a raiser's link; derived, so it can be shown again and is not stored.
    pub fn raiser_token(&self, matter: MatterId, contact: ContactId) -> String {
        crate::secret::raiser(&self.inner.secret, matter, contact)
    }

    /// Carries out a command once.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: CommandId,
        envelope: Envelope,
        if_match: Option<u32>,
    ) -> Result<Receipt, AppError> {
        let now = self.clock().now();
        let at = match &envelope.happened_at {
            None => now,
            Some(text) => Instant::parse(text).map_err(|_| AppError::field("happened_at", "instant"))?,
        };
        if id.0.get_version_num() != 7 {
            return Err(AppError::field("command_id", "uuid_v7"));
        }
        let sha = content(actor, &envelope)?;
        let policies = self.policies();
        // A plan is searched for before the writer is troubled: that takes seconds, writing it does not.
        let ready = match &envelope.command {
            Command::Plan(PlanCommand::MakePlan(asked))
                if yixian_store::writer::receipt(&mut self.store().read().await?, id).await?.is_none() =>
            {
                Some(crate::planning::make(self, actor, asked).await?)
            }
            _ => None,
        };
        // Others see the search as going on until what it found is durable.
        let _going = ready.as_ref().map(|made| made.going.clone());
        let (app, actor, wants) = (self.clone(), actor.clone(), matches!(envelope.command, Command::Organisation(_)));
        let receipt = self
            .store()
            .write(async move |tx| {
                if let Some((before, receipt)) = tx.receipt(id).await? {
                    if before != sha {
                        return Err(AppError::IdReused);
                    }
                    return serde_json::from_str(&receipt)
                        .map_err(|e| yixian_store::StoreError::corrupt("receipt", e).into());
                }
                // After the receipt: what was once recorded is acknowledged again however late the repeat.
                policies.law().timely(at, now)?;
                let mut ctx = Ctx { tx, app: &app, policies: &policies, actor: &actor, at, now, if_match };
                carry_out(&mut ctx, id, &sha, envelope.command.clone(), ready.as_ref()).await
            })
            .await?;
        if wants {
            self.forget_directory();
        }
        Ok(receipt)
    }
}

/// Hash of who asks for what.
fn content(actor: &Actor, envelope: &Envelope) -> Result<String, AppError> {
    Ok(sha256(format!("{}\n{}", yixian_store::ledger::actor_text(&actor.by()), canonical(envelope)?).as_bytes()))
}

/// Runs a command and leaves its receipt.
async fn carry_out(
    ctx: &mut Ctx<'_>,
    id: CommandId,
    sha: &str,
    command: Command,
    ready: Option<&crate::planning::Made>,
) -> Result<Receipt, AppError> {
    ctx.tx.under(id, ctx.now);
    let record = command.record();
    let done = run(ctx, command, ready).await?;
    let receipt = Receipt {
        command: id.0,
        sha256: sha.to_owned(),
        record: done.record.unwrap_or(record),
        rev: done.rev,
        number: done.number,
        recorded_at: ctx.now.0,
    };
    ctx.tx.carried_out(sha, &yixian_store::ledger::actor_text(&ctx.actor.by()), &canonical(&receipt)?).await?;
    Ok(receipt)
}

/// Carries out a command of the system's within a larger job, all or nothing with the rest of it.
pub(crate) async fn within(
    tx: &mut Tx,
    app: &App,
    id: CommandId,
    now: Instant,
    command: Command,
) -> Result<Receipt, AppError> {
    let envelope = Envelope { happened_at: None, command };
    let (policies, sha) = (app.policies(), content(&Actor::System, &envelope)?);
    let mut ctx = Ctx { tx, app, policies: &policies, actor: &Actor::System, at: now, now, if_match: None };
    carry_out(&mut ctx, id, &sha, envelope.command, None).await
}

async fn run(ctx: &mut Ctx<'_>, command: Command, ready: Option<&crate::planning::Made>) -> Result<Done, AppError> {
    match command {
        Command::Visit(c) => crate::visits::run(ctx, c).await,
        Command::Plan(c) => crate::planning::run(ctx, c, ready).await,
        Command::Matter(c) => crate::matters::run(ctx, c).await,
        Command::Connection(c) => crate::connections::act::run(ctx, c).await,
        Command::Organisation(c) => crate::organisation::run(ctx, c).await,
    }
}
