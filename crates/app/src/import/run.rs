//! A table looked at and applied, whichever register it is of. A preview tells what would be new, what would change field by
//! field, and which lines cannot be taken; applying sends the same commands a form would send, through the one write door, so a
//! second time changes nothing. Who may import what is asked of each register.

use super::decode::Source;
use super::outages::OutagesTaken;
use super::table::{CsvKind, Difference, Plan, Step, Taking, read};
use super::{Refused, Why, households, members, organisation, partners, resolutions, tasks, works};
use crate::App;
use crate::execute::Stopped;
use crate::frame::error::AppError;
use crate::slices::{Command, Envelope};
use futures::future::join_all;
use serde::Serialize;
use yixian_domain::access::{Actor, Ask, Denial, may};
use yixian_domain::ids::CommandId;
use yixian_domain::org::Role;

/// What a table did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// Records made.
    pub new: u64,
    /// Records changed.
    pub changed: u64,
    /// Records that were as the table has them.
    pub unchanged: u64,
    /// Why lines were not taken, by line; of one line there may be several.
    pub refused: Vec<Refused>,
}

impl App {
    /// Whether somebody may import tables of a kind at all: he may send the commands of its form for something. What a line
    /// speaks of is asked line by line.
    pub async fn may_import(&self, actor: &Actor, kind: CsvKind) -> Result<(), AppError> {
        match kind {
            CsvKind::Units | CsvKind::People | CsvKind::Places => Ok(may(actor, &Ask::Audit)?),
            CsvKind::Partners => Ok(may(actor, &Ask::KeepPartners)?),
            CsvKind::Sections => works::may_keep_any(self, actor).await,
            CsvKind::Milestones => works::may_report_any(self, actor).await,
            CsvKind::Resolutions => resolutions::may_keep_any(self, actor).await,
            CsvKind::Tasks => tasks::may_keep_any(self, actor).await,
            CsvKind::Members => members::may_keep_any(self, actor).await,
            CsvKind::Households => households::may_serve_any(self, actor).await,
            CsvKind::Outages if *actor == Actor::System || self.keeps_any_outages(actor).await? => Ok(()),
            CsvKind::Outages => Err(Denial::NeedsRole { role: Role::Coordinator }.into()),
        }
    }

    /// What a table would do; writes nothing.
    pub async fn preview_csv(&self, actor: &Actor, kind: CsvKind, bytes: Vec<u8>) -> Result<Difference, AppError> {
        if kind == CsvKind::Outages {
            return Ok(self.preview_outages(actor, &Source::Bytes(bytes)).await?.0);
        }
        Ok(self.plan_csv(actor, kind, bytes).await?.difference(kind))
    }

    /// Does what the table says. Where good lines are taken by themselves, each is a command of its own; else all of them are
    /// carried out together, and none where one of them cannot be.
    pub async fn apply_csv(&self, actor: &Actor, kind: CsvKind, bytes: Vec<u8>) -> Result<Applied, AppError> {
        if kind == CsvKind::Outages {
            let OutagesTaken { new, ended: changed, unchanged, refused, .. } =
                self.import_outages(actor, &Source::Bytes(bytes), kind.name()).await?;
            return Ok(Applied { new, changed, unchanged, refused });
        }
        let Plan { steps, refused } = self.plan_csv(actor, kind, bytes).await?;
        let mut applied = Applied { refused, ..Applied::default() };
        let (same, steps): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(Step::is_same);
        applied.unchanged = same.len() as u64;
        match kind.taking() {
            // A unit waits for its parent, so units go one by one.
            Taking::GoodLines => self.take_lines(actor, steps, kind == CsvKind::Units, &mut applied).await?,
            Taking::Whole if applied.refused.is_empty() => self.take_whole(actor, steps, &mut applied).await?,
            Taking::Whole => {}
        }
        applied.refused.sort_by_key(|r| r.line);
        Ok(applied)
    }

    async fn take_lines(
        &self,
        actor: &Actor,
        steps: Vec<Step>,
        one_by_one: bool,
        applied: &mut Applied,
    ) -> Result<(), AppError> {
        /// Lines sent together, so that they share flushes to disk.
        const TOGETHER: usize = 64;
        let now = self.clock().now();
        let mut steps = steps.into_iter().peekable();
        while steps.peek().is_some() {
            let sent = steps.by_ref().take(if one_by_one { 1 } else { TOGETHER }).map(|s| async move {
                for command in s.commands {
                    let id = CommandId(self.mint().uuid(now));
                    let done = self.execute(actor, id, Envelope { happened_at: None, command }, None).await;
                    if let Err(e) = done {
                        return (s.line, s.before.is_none(), Err(e));
                    }
                }
                (s.line, s.before.is_none(), Ok(()))
            });
            for (line, is_new, done) in join_all(sent).await {
                match done {
                    Ok(()) if is_new => applied.new += 1,
                    Ok(()) => applied.changed += 1,
                    Err(e @ AppError::Store(_)) => return Err(e),
                    Err(e) => applied.refused.push(Refused::new(line, why(e))),
                }
            }
        }
        Ok(())
    }

    async fn take_whole(&self, actor: &Actor, steps: Vec<Step>, applied: &mut Applied) -> Result<(), AppError> {
        let (mut lines, mut commands): (Vec<u64>, Vec<Command>) = (Vec::new(), Vec::new());
        let (mut new, mut changed) = (0, 0);
        for s in steps {
            *(if s.before.is_none() { &mut new } else { &mut changed }) += 1;
            lines.extend(std::iter::repeat_n(s.line, s.commands.len()));
            commands.extend(s.commands);
        }
        if commands.is_empty() {
            return Ok(());
        }
        match self.execute_all(actor, commands).await {
            Ok(()) => (applied.new, applied.changed) = (new, changed),
            Err(Stopped { at: None, why } | Stopped { why: why @ AppError::Store(_), .. }) => return Err(why),
            // Somebody changed something between looking and writing.
            Err(Stopped { at: Some(at), why: e }) => {
                applied.refused.push(Refused::new(lines.get(at).copied().unwrap_or_default(), why(e)));
            }
        }
        Ok(())
    }

    async fn plan_csv(&self, actor: &Actor, kind: CsvKind, bytes: Vec<u8>) -> Result<Plan, AppError> {
        self.may_import(actor, kind).await?;
        let (lines, mut unread) = read(kind, bytes)?;
        let mut conn = self.store().read().await?;
        let mut plan = match kind {
            CsvKind::Units | CsvKind::People | CsvKind::Places => {
                organisation::plan(self, actor, kind, &mut conn, lines).await?
            }
            CsvKind::Partners => partners::plan(self, actor, &mut conn, lines).await?,
            CsvKind::Sections => works::sections(self, actor, &mut conn, lines).await?,
            CsvKind::Milestones => works::milestones(self, actor, &mut conn, lines).await?,
            CsvKind::Resolutions => resolutions::plan(self, actor, &mut conn, lines).await?,
            CsvKind::Tasks => tasks::plan(self, actor, &mut conn, lines).await?,
            CsvKind::Members => members::plan(self, actor, &mut conn, lines).await?,
            CsvKind::Households => households::plan(self, actor, &mut conn, lines).await?,
            // They are never all in memory.
            CsvKind::Outages => Plan::default(),
        };
        plan.refused.append(&mut unread);
        plan.refused.sort_by_key(|r| r.line);
        Ok(plan)
    }
}

fn why(e: AppError) -> Why {
    match e {
        AppError::Invalid(faults) => match faults.into_iter().next() {
            Some(f) => Why::Field { field: f.field.to_owned(), code: f.code, detail: f.detail },
            None => Why::Other("not valid".into()),
        },
        e => Why::Other(e.to_string()),
    }
}
