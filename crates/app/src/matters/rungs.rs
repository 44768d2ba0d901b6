//! What time alone brings about of a matter, and when: reminders, overdue, the ladder of escalation, the end of silence.
//! Reads the state only; who writes it is the sweep.

use crate::frame::error::AppError;
use crate::frame::policy::Policies;
use yixian_domain::ids::By;
use yixian_domain::matter::Matter;
use yixian_domain::time::Instant;

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

/// The next instant at which the sweep has something to do: a reminder, the due instant, a rung of
/// the ladder, the end of silence.
pub(crate) fn next_look(policies: &Policies, m: &Matter) -> Result<Option<Instant>, AppError> {
    let law = policies.law();
    if let Some(at) = m.silent_at(&law) {
        return Ok(Some(at));
    }
    if !m.clock_runs() || m.raised.by == By::Import {
        return Ok(None);
    }
    Ok(rungs(policies, m)?.into_iter().map(|r| r.at).min())
}
