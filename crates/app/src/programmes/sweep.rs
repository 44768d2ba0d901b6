//! What time alone brings about in works: a baseline passed by five working days becomes a problem, once; whoever manages is told
//! a week before a permit ends.

use super::act::facts;
use super::command::ProgrammeCommand;
use crate::App;
use crate::frame::error::AppError;
use crate::frame::work::Ctx;
use yixian_domain::access::{Actor, Ask};
use yixian_domain::ids::CommandId;
use yixian_domain::programme::{Programme, Section};
use yixian_domain::time::Date;
use yixian_store::{programme as table, register};

/// Days before the end of a permit at which it is told.
const PERMIT_DAYS: i64 = 7;

/// Sections looked at in one sweep.
const SECTIONS: i64 = 500;

impl App {
    /// Looks at sections whose baseline passed or whose permit ends; what is to be carried out of it.
    pub(crate) async fn sweep_sections(&self) -> Result<Vec<ProgrammeCommand>, AppError> {
        let now = self.clock().now();
        let today = self.policies().zone.date_of(now);
        let upto = today.saturating_add(jiff::Span::new().days(PERMIT_DAYS));
        let due = table::to_look_at(&mut self.store().read().await?, upto, SECTIONS).await?;
        let mut slipped = Vec::new();
        for s in &due {
            self.warn_of_permits(s, today, upto).await?;
            let slips = s.slipping(today).any(|m| {
                let due = m.baseline().max(m.forecast.as_ref().filter(|f| f.approved_by.is_some()).map(|f| f.day));
                let last = |d| self.policies().calendar.nth_working_day_after(d, super::act::SLIPS_AFTER);
                due.and_then(last).is_some_and(|last| last <= today)
            });
            if slips {
                let matter = self.mint().uuid(now);
                slipped.push(ProgrammeCommand::ReconcileSection { section: s.id, matter });
            }
        }
        Ok(slipped)
    }

    async fn warn_of_permits(&self, s: &Section, today: Date, upto: Date) -> Result<(), AppError> {
        let ends = move |s: &Section| {
            let soon = s.permits.iter().filter(|p| !s.warned.contains(&p.kind) && s.counts());
            soon.filter(|p| p.valid_to.is_some_and(|d| today <= d && d <= upto)).map(|p| p.kind).collect::<Vec<_>>()
        };
        if ends(s).is_empty() {
            return Ok(());
        }
        let (id, now, app, policies) = (s.id, self.clock().now(), self.clone(), self.policies());
        let command = CommandId(self.mint().uuid(now));
        self.store()
            .write(async move |tx| {
                tx.under(command, now);
                let mut ctx =
                    Ctx { tx, app: &app, policies: &policies, actor: &Actor::System, at: now, now, if_match: None };
                // Loaded again inside the transaction: another node may have been faster.
                let Some(mut s) = register::one::<Section>(ctx.tx.conn(), id).await? else { return Ok(()) };
                let Some(p) = register::one::<Programme>(ctx.tx.conn(), s.programme).await? else { return Ok(()) };
                let w = facts(&mut ctx, &p, Some(&s)).await?;
                ctx.ask(&Ask::KeepWorks(&w))?;
                for kind in ends(&s) {
                    let before = s.clone();
                    let moved = s.warn_permit(now, kind);
                    s = moved.0;
                    ctx.tx.put_section(&s, Some(&before), &[moved.1]).await?;
                    let notice = app.mint().uuid(now);
                    ctx.tx.put_notice(notice, p.details.manager, "permit_ends", "section", s.id, now).await?;
                }
                Ok::<_, AppError>(())
            })
            .await
    }
}
