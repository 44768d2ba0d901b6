//! The sweep: what time alone brings about. Reminders when 50 % and 80 % of the working time are
//! gone, overdue at the due instant, the ladder of escalation after it, closing by silence. It looks
//! at the state and writes what is missing, with the instant at which it fell due as happened-at, so
//! that after an outage it writes the same events as it would have written in time. Deadlines are
//! swept, never one timer each.

use crate::App;
use crate::error::AppError;
use crate::execute::Ctx;
use crate::matters;
use crate::policy::Policies;
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, MatterId};
use yixian_domain::matter::Matter;
use yixian_domain::time::Instant;
use yixian_store::matter as table;

/// What falls due on a running clock, beyond what was done already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rung {
    pub at: Instant,
    pub what: What,
}

/// A reminder share or a rung of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Remind(u8),
    Escalate(u8),
}

/// The rungs of a matter that are still to come or to be caught up on.
pub(crate) fn rungs(policies: &Policies, m: &Matter) -> Result<Vec<Rung>, AppError> {
    let law = policies.law();
    let (Some(target), Some(due)) = (&m.target, &m.due) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    if m.reminded < 80 {
        let deadline = law.deadline(target, &m.pauses, &m.extensions)?;
        for share in [50, 80] {
            if m.reminded < share
                && let Some(at) = deadline.share_gone_at(share, &policies.calendar, policies.hours)
            {
                out.push(Rung { at, what: What::Remind(share) });
            }
        }
    }
    if m.reminded < 100 {
        out.push(Rung { at: due.at, what: What::Remind(100) });
    }
    for (i, days) in policies.settings.escalation_working_days.iter().enumerate() {
        let rung = i as u8 + 1;
        if m.escalated < rung
            && let Some(day) = policies.calendar.nth_working_day_after(due.day, *days)
        {
            out.push(Rung { at: policies.zone.end_of_day(day), what: What::Escalate(rung) });
        }
    }
    Ok(out)
}

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Matters looked at.
    pub matters: usize,
}

impl App {
    /// Sweeps until nothing is due. Called before the first request is served and every minute.
    pub async fn sweep(&self) -> Result<Swept, AppError> {
        self.refresh_policies().await?;
        let mut swept = Swept::default();
        loop {
            let now = self.clock().now();
            let due = table::due_for_sweep(&mut self.store().read().await?, now, 500).await?;
            if due.is_empty() {
                return Ok(swept);
            }
            swept.matters += due.len();
            let jobs = due.into_iter().map(|id| self.sweep_one(id, now));
            for done in futures::future::join_all(jobs).await {
                done?;
            }
        }
    }

    async fn sweep_one(&self, id: MatterId, now: Instant) -> Result<(), AppError> {
        let app = self.clone();
        let policies = self.policies();
        let command = CommandId(self.mint().uuid(now));
        self.store()
            .write(async move |tx| {
                tx.under(command, now);
                // Loaded again inside the transaction: another node or a person may have been faster.
                let Some(stored) = table::matter(tx.conn(), id).await? else { return Ok(()) };
                let actor = Actor::System;
                let mut ctx = Ctx { tx, app: &app, policies: &policies, actor: &actor, at: now, now, if_match: None };
                let mut m = stored.matter;
                if m.silent_at(&policies.law()).is_some_and(|at| at <= now) {
                    let moved = m.close_by_silence(&policies.law(), now)?;
                    matters::update(&mut ctx, moved).await?;
                    return Ok(());
                }
                let mut events = Vec::new();
                if m.clock_runs() {
                    let mut due: Vec<Rung> = rungs(&policies, &m)?.into_iter().filter(|r| r.at <= now).collect();
                    due.sort_by_key(|r| r.at);
                    for r in due {
                        let moved = match r.what {
                            What::Remind(share) => m.remind(r.at, share),
                            What::Escalate(rung) => m.escalate(r.at, rung),
                        };
                        events.extend(moved.events);
                        m = moved.matter;
                    }
                }
                matters::update(&mut ctx, yixian_domain::matter::Moved { matter: m, events }).await?;
                Ok::<_, AppError>(())
            })
            .await
    }
}
