//! The one write door. A command is carried out once per id: the same id with the same content
//! gives the receipt of the first time, with other content it is a conflict. Load, decide, write
//! and the receipt are one transaction; the receipt is given when it is durable.

use crate::App;
use crate::frame::error::AppError;
use crate::frame::work::Ctx;
use crate::matters::RaiserTold;
use crate::planning::{self, command::PlanIn};
use crate::slices::{self, Command, Envelope, MatterCommand, PlanCommand, Ready};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::ids::*;
use yixian_domain::matter::LinkGiven;
use yixian_domain::time::Instant;
use yixian_store::ledger::{canonical, sha256};
use yixian_store::{StoreError, Tx};

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

impl App {
    /// The secret part of the link that is sent to the raiser's phone.
    pub(crate) fn sent_token(&self, matter: MatterId, contact: ContactId) -> String {
        crate::frame::secret::sent(&self.inner.secret, matter, contact)
    }

    /// The secret part of a raiser's link that is shown to somebody of the company; derived, and not stored.
    pub fn raiser_token(&self, matter: MatterId, contact: ContactId) -> String {
        crate::frame::secret::raiser(&self.inner.secret, matter, contact)
    }

    /// Carries out a command once.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: CommandId,
        envelope: Envelope,
        if_match: Option<u32>,
    ) -> Result<Receipt, AppError> {
        let erases = slices::erases(&envelope.command);
        let told = self.public_url().and(slices::told(&envelope.command));
        let sends = slices::sends_link(&envelope.command);
        let _turn = if sends.is_some() { Some(self.inner.sending.of(id.0).await) } else { None };
        // Sent again, it tells nobody again.
        let (told, sends) = match (told, sends) {
            (None, None) => (None, None),
            _ if yixian_store::writer::receipt(&mut self.store().read().await?, id).await?.is_some() => (None, None),
            first => first,
        };
        if let Some(matter) = sends {
            self.send_link(actor, matter).await?;
        }
        let receipt = self.write_once(actor, id, envelope, if_match).await?;
        if let Some((matter, what)) = told {
            // A gateway may be slow; whoever answered does not wait for it.
            let app = self.clone();
            tokio::spawn(async move { app.tell_and_note(matter, what).await });
        }
        if erases {
            self.scrub().await?;
        }
        Ok(receipt)
    }

    /// Tells raisers. That they were told is an event of the matter: silence counts from there, whoever could not be told of
    /// an answer is not closed by it, and whoever registered it sees that the message went out.
    pub(crate) async fn tell_and_note(&self, matter: MatterId, what: RaiserTold) {
        for id in self.tell_raisers(matter, what).await {
            let command = MatterCommand::GiveLink { matter: id.0, how: LinkGiven::Sent }.into();
            let of = CommandId(self.mint().uuid(self.clock().now()));
            let noted = self.write_once(&Actor::System, of, Envelope { happened_at: None, command }, None).await;
            if let Err(e) = noted {
                tracing::warn!(error = %e, matter = %id, "that a raiser was told was not noted");
            }
        }
    }

    /// Carries out a command once, and leaves it to the caller to scrub files where it erases: who erases many records does
    /// so once for all of them.
    pub(crate) async fn write_once(
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
        let known = async || yixian_store::writer::receipt(&mut self.store().read().await?, id).await;
        // Others see the search as going on until what it found is durable: `ready` lives until then.
        let ready = match &envelope.command {
            c if slices::prepares(c) && known().await?.is_none() => {
                slices::prepare(self, actor, c).await?.map(Arc::new)
            }
            _ => None,
        };
        let _going = ready.clone();
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
                carry_out(&mut ctx, id, &sha, envelope.command.clone(), ready.as_deref()).await
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
    ready: Option<&Ready>,
) -> Result<Receipt, AppError> {
    ctx.tx.under(id, ctx.now);
    let record = command.record();
    let done = slices::run(ctx, command, ready).await?;
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

/// One of several commands was refused, so that none was carried out: which, and why.
#[derive(Debug)]
pub(crate) struct Stopped {
    /// Its place among them; none where the store is why.
    pub at: Option<usize>,
    pub why: AppError,
}

impl From<StoreError> for Stopped {
    fn from(e: StoreError) -> Stopped {
        Stopped { at: None, why: e.into() }
    }
}

impl App {
    /// Carries out commands in their order, all of them or none. They are such as need no making ready and tell nobody outside.
    pub(crate) async fn execute_all(&self, actor: &Actor, commands: Vec<Command>) -> Result<(), Stopped> {
        let now = self.clock().now();
        let policies = self.policies();
        let mut all = Vec::new();
        for (at, command) in commands.into_iter().enumerate() {
            let envelope = Envelope { happened_at: None, command };
            let sha = content(actor, &envelope).map_err(|why| Stopped { at: Some(at), why })?;
            all.push((CommandId(self.mint().uuid(now)), sha, envelope.command));
        }
        let wants = all.iter().any(|(_, _, c)| matches!(c, Command::Organisation(_)));
        let (app, actor) = (self.clone(), actor.clone());
        self.store()
            .write(async move |tx| {
                let mut ctx = Ctx { tx, app: &app, policies: &policies, actor: &actor, at: now, now, if_match: None };
                for (at, (id, sha, command)) in all.iter().enumerate() {
                    let done = carry_out(&mut ctx, *id, sha, command.clone(), None).await;
                    done.map_err(|why| Stopped { at: Some(at), why })?;
                }
                Ok::<(), Stopped>(())
            })
            .await?;
        if wants {
            self.forget_directory();
        }
        Ok(())
    }
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

impl App {
    /// Begins to make a plan and comes back at once; [`App::plan_run`] tells how far it is, and what went wrong. Asked for
    /// the same one again it does nothing.
    pub async fn begin_plan(&self, actor: &Actor, id: CommandId, asked: PlanIn) -> Result<(), AppError> {
        let Some(announced) = planning::announce(self, actor, &asked).await? else { return Ok(()) };
        let (app, actor) = (self.clone(), actor.clone());
        tokio::spawn(async move {
            let envelope = Envelope { happened_at: None, command: PlanCommand::MakePlan(asked).into() };
            let made = app.execute(&actor, id, envelope, None).await;
            announced.over(&app, made.err());
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Opening;
    use crate::frame::clock::Clock;
    use crate::frame::mint::Mint;
    use crate::frame::policy::PolicySource;
    use yixian_testkit::{Engine, Fresh};

    #[tokio::test(flavor = "multi_thread")]
    async fn all_of_several_commands_are_carried_out_or_none() {
        for engine in Engine::ALL {
            let fresh = Fresh::new(engine).await;
            let opening = Opening {
                db: fresh.db().await,
                folder: fresh.folder(),
                clock: Clock::At(Instant(1_525_226_400_000)),
                mint: Mint::random(),
                policies: PolicySource::Embedded,
            };
            let app = App::open(opening).await.expect("it opens");
            let put = |n: u128, code: &str| -> Command {
                let body = serde_json::json!({ "do": "put_partner", "partner": Uuid::from_u128(n), "code": code, "name": code,
                    "roles": [{ "role": "media", "from": "2018-01-02" }] });
                let envelope: Envelope = serde_json::from_value(body).expect("a command");
                envelope.command
            };
            let codes = async || -> Vec<String> {
                app.all_partners(&Actor::System).await.expect("partners").into_iter().map(|p| p.code).collect()
            };
            let before = app.verify().await.expect("verified").events;
            // The last one wants a code that the first has.
            let stopped = app.execute_all(&Actor::System, vec![put(1, "A"), put(2, "B"), put(3, "A")]).await;
            let stopped = stopped.expect_err("refused");
            assert!(matches!(&stopped.why, AppError::Invalid(f) if f[0].code == "code_taken"), "{stopped:?}");
            assert_eq!(
                (stopped.at, codes().await.len(), app.verify().await.expect("verified").events),
                (Some(2), 0, before)
            );
            app.execute_all(&Actor::System, vec![put(1, "A"), put(2, "B")]).await.expect("carried out");
            assert_eq!(codes().await, ["A", "B"]);
            assert!(app.verify().await.expect("verified").ok);
            app.close().await;
        }
    }
}
