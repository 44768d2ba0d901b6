//! The sweep: what time alone brings about. Reminders when 50 % and 80 % of the working time are
//! gone, overdue at the due instant, the ladder of escalation after it, closing by silence. It looks
//! at the state and writes what is missing, with the instant at which it fell due as happened-at, so
//! that after an outage it writes the same events as it would have written in time. Deadlines are
//! swept, never one timer each.

use super::RaiserTold;
use super::act;
use super::rungs::{Rung, What, rungs};
use crate::App;
use crate::frame::error::AppError;
use crate::frame::work::Ctx;
use yixian_domain::access::Actor;
use yixian_domain::ids::{CommandId, MatterId};
use yixian_domain::time::{HOUR_MS, Instant};
use yixian_store::matter as table;

/// How long after the due instant a raiser is still told that it is late, milliseconds: after an outage nobody is told what he has
/// long known.
const STILL_NEWS: i64 = 7 * 24 * HOUR_MS;

impl App {
    /// Sweeps matters until none is due; how many were looked at.
    pub(crate) async fn sweep_matters(&self) -> Result<usize, AppError> {
        let mut swept = 0;
        loop {
            let now = self.clock().now();
            let due = table::due_for_sweep(&mut self.store().read().await?, now, 500).await?;
            if due.is_empty() {
                return Ok(swept);
            }
            swept += due.len();
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
        let late = self
            .store()
            .write(async move |tx| {
                tx.under(command, now);
                // Loaded again inside the transaction: another node or a person may have been faster.
                let Some(stored) = table::matter(tx.conn(), id).await? else { return Ok(false) };
                let actor = Actor::System;
                let mut ctx = Ctx { tx, app: &app, policies: &policies, actor: &actor, at: now, now, if_match: None };
                let mut m = stored.matter;
                if m.silent_at(&policies.law()).is_some_and(|at| at <= now) {
                    let moved = m.close_by_silence(&policies.law(), now)?;
                    act::update(&mut ctx, moved).await?;
                    return Ok(false);
                }
                let mut late = false;
                let mut events = Vec::new();
                if m.clock_runs() {
                    let mut due: Vec<Rung> = rungs(&policies, &m)?.into_iter().filter(|r| r.at <= now).collect();
                    due.sort_by_key(|r| r.at);
                    for r in due {
                        late |= r.what == What::Remind(100) && now.since(r.at) < STILL_NEWS;
                        let moved = match r.what {
                            What::Remind(share) => m.remind(r.at, share),
                            What::Escalate(rung) => m.escalate(r.at, rung),
                        };
                        events.extend(moved.events);
                        m = moved.matter;
                    }
                }
                act::update(&mut ctx, yixian_domain::matter::Moved { matter: m, events }).await?;
                Ok::<_, AppError>(late)
            })
            .await?;
        if late && self.public_url().is_some() {
            let app = self.clone();
            tokio::spawn(async move { app.tell_and_note(id, RaiserTold::Overdue).await });
        }
        Ok(())
    }
}
