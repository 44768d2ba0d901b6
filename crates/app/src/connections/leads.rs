//! Off-system handling 体外循环 and the three clocks explained: what a case's own history shows to whoever audits it. Judges
//! nobody.

use crate::App;
use crate::frame::error::AppError;
use crate::frame::timeline::TimelineRow;
use serde::Serialize;
use std::collections::HashSet;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::connection::clock::{self, Clocks, Node};
use yixian_domain::connection::*;
use yixian_domain::ids::*;
use yixian_domain::matter::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::{Date, Instant};
use yixian_store::{StoreError, connection as table};

/// Why a case is looked at: off-system handling 体外循环.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "lead")]
pub enum Lead {
    /// Recorded long after it happened.
    LateEntry {
        /// Code of the event.
        event: String,
        /// When it happened.
        happened_at: Instant,
        /// When it was recorded.
        recorded_at: Instant,
    },
    /// The customer remembers another day of application than the system has.
    DateDiffers {
        /// What he said.
        said: Date,
        /// What the system has.
        recorded: Date,
    },
    /// The customer remembers another number of steps.
    StepsDiffer {
        /// What he said.
        said: u8,
        /// What he should have seen.
        recorded: u32,
    },
    /// The customer says he paid.
    Paid {
        /// Fen.
        said: Money,
    },
    /// Somebody named a designer, builder or supplier to him (三指定).
    Designated,
}

/// `yixian connection explain`: the three clocks with every interval named.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// `2018-0731`.
    pub case: String,
    /// Matter.
    pub id: MatterId,
    /// Class.
    pub class: Class,
    /// Where it is.
    pub stage: StageName,
    /// Procedure and version it keeps.
    pub procedure: ProcedureRef,
    /// Limits it keeps, in force on the day of its application.
    pub limits: Vec<CaseLimit>,
    /// Why "no rule in force" where it is so.
    pub no_rule: bool,
    /// Application.
    pub applied: Instant,
    /// Signed for.
    pub accepted: Option<Instant>,
    /// Power on.
    pub energized: Option<Instant>,
    /// Archived.
    pub archived: Option<Instant>,
    /// The clocks.
    #[serde(flatten)]
    pub clocks: Clocks,
    /// What was taken of each limit.
    pub nodes: Vec<Node>,
    /// All nodes within their limits.
    pub on_time: Option<bool>,
    /// Steps the customer sees.
    pub visible_steps: u32,
    /// Calendar it was counted with.
    pub calendar: String,
    /// Off-system handling.
    pub leads: Vec<Lead>,
}

/// A case on the list of leads.
#[derive(Clone, Debug, Serialize)]
pub struct LeadRow {
    /// Matter.
    pub id: MatterId,
    /// Running number.
    pub n: i64,
    /// Unit that holds it.
    pub unit: UnitId,
    /// When it was applied for.
    pub applied: Instant,
    /// Longest lag between happening and recording, milliseconds; 0 within the time allowed.
    pub late_ms: i64,
    /// The day the customer remembers, where it is another.
    pub said: Option<Date>,
}

impl App {
    /// Cases whose entries were late, the latest first, or whose customers remember another day, the newest first; of the
    /// units whose figures the actor may see. `limit`: most of either.
    pub async fn connection_leads(&self, actor: &Actor, limit: i64) -> Result<Vec<LeadRow>, AppError> {
        let directory = self.directory().await?;
        let mut seen: Vec<UnitPath> =
            directory.units().map(|u| u.path.clone()).filter(|p| may(actor, &Ask::SeeFigures(p)).is_ok()).collect();
        seen.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        // A unit below one that is seen is seen with it.
        seen.dedup_by(|below, above| above.contains(below));
        let (late, other_day) = table::leads(&mut self.store().read().await?, &seen, limit).await?;
        let both: HashSet<_> = late.iter().map(|r| r.id).collect();
        let rows = late.into_iter().chain(other_day.into_iter().filter(|r| !both.contains(&r.id)));
        Ok(rows
            .map(|r| LeadRow {
                id: MatterId(r.id),
                n: r.n,
                unit: UnitId(r.unit_id),
                applied: Instant(r.applied_at),
                late_ms: r.late_ms,
                said: r.said_applied.and_then(|d| d.parse().ok()),
            })
            .collect())
    }

    /// The three clocks of a case with every interval named.
    pub async fn explain_connection(&self, actor: &Actor, id: MatterId) -> Result<Explained, AppError> {
        let page = self.matter_page(actor, id).await?;
        let policies = self.policies();
        let law = policies.law();
        let m = &page.matter;
        let case = m.connection()?;
        let clocks = m.clocks(&law, self.clock().now()).map_err(contradiction)?;
        // Counted again from the history, not read from what was written beside the case.
        let measured = case.energized.map(|at| m.measured(&law, at)).transpose()?;
        let year = policies.zone.date_of(m.raised.at).year();
        Ok(Explained {
            case: format!("{year}-{:04}", page.n),
            id,
            class: case.class,
            stage: m.stage.name(),
            procedure: m.procedure.clone(),
            limits: case.limits.clone(),
            no_rule: case.limits.is_empty(),
            applied: m.raised.at,
            accepted: case.accepted,
            energized: case.energized,
            archived: case.archived,
            clocks,
            nodes: measured.as_ref().map(|x| x.nodes.clone()).unwrap_or_default(),
            on_time: measured.as_ref().and_then(clock::Measured::on_time),
            visible_steps: m.visible_steps(&law),
            calendar: policies.calendar.label(),
            leads: leads_of(m, &page.timeline, &law),
        })
    }
}

pub(super) fn contradiction(e: clock::ClockFault) -> AppError {
    AppError::Store(StoreError::corrupt("history of a connection", e))
}

/// Off-system handling that a case's own history shows.
pub(super) fn leads_of(m: &Matter, timeline: &[TimelineRow<MatterEvent>], law: &Law<'_>) -> Vec<Lead> {
    let mut out: Vec<Lead> = timeline
        .iter()
        .filter(|t| t.late)
        .map(|t| Lead::LateEntry { event: t.code.clone(), happened_at: t.happened, recorded_at: t.recorded })
        .collect();
    let Some(case) = m.case.as_deref() else { return out };
    if let Some((_, CallOutcome::Reached { steps, paid, designated, .. })) = &case.calls.ended {
        out.extend(
            case.calls.other_day().map(|said| Lead::DateDiffers { said, recorded: law.zone.date_of(m.raised.at) }),
        );
        let visible = m.visible_steps(law);
        out.extend(
            steps.filter(|said| u32::from(*said) != visible).map(|said| Lead::StepsDiffer { said, recorded: visible }),
        );
        let expected = case.cost.as_ref().map_or(Money(0), |c| c.paid);
        out.extend(
            paid.filter(|said| *said != expected && case.class == Class::ThreeZero).map(|said| Lead::Paid { said }),
        );
        if *designated {
            out.push(Lead::Designated);
        }
    }
    out
}
