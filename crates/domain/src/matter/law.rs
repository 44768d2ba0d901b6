//! The books in force, and what they say: the target of something raised, its deadline, whether an instant may be told so
//! late. It does not know what may happen to a matter ([`super::moves`]).

use super::pause::{Extension, Pause};
use crate::base::refusal::Refusal;
use crate::base::time::{Instant, Zone};
use crate::case::eligible::EligibilityBook;
use crate::law::calendar::{WorkingCalendar, WorkingHours};
use crate::law::deadline::{self, Deadline, DeadlineError, Promise, RestDayEnd, RuleRef, StartEvent, Terms};
use crate::law::kind::MatterKind;
use crate::law::procedure::Procedures;
use crate::law::rules::RuleBook;
use crate::law::settings::Settings;
use crate::law::target::{CHOSEN, Due, Target};
use serde::{Deserialize, Serialize};

/// What the law reads: the versions in force. Borrowed, so that one decision never sees two.
#[derive(Clone, Copy, Debug)]
pub struct Law<'a> {
    /// Working calendar.
    pub calendar: &'a WorkingCalendar,
    /// Zone in which days begin and end.
    pub zone: &'a Zone,
    /// Limit rules.
    pub rules: &'a RuleBook,
    /// Who is a 三零 customer.
    pub eligibility: &'a EligibilityBook,
    /// Procedures.
    pub procedures: &'a Procedures,
    /// Office hours.
    pub hours: WorkingHours,
    /// Configured numbers.
    pub settings: &'a Settings,
}

/// How the target of a matter is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetChoice {
    /// The rule in force; it is refused where there is none.
    Rule,
    /// The rule in force, or no deadline where there is none.
    RuleIfAny,
    /// No deadline, whatever the rules: another system raised it and promised nothing.
    Nothing,
    /// What a coordinator chose or another system promised.
    Promise(Promise),
}

impl Law<'_> {
    /// The target for something raised at `start`.
    pub fn target(
        &self,
        kind: MatterKind,
        category: &str,
        start: Instant,
        choice: &TargetChoice,
    ) -> Result<Option<Target>, Refusal> {
        let day = self.zone.date_of(start);
        Ok(Some(match choice {
            TargetChoice::Rule | TargetChoice::RuleIfAny => {
                match self.rules.in_force(&self.settings.jurisdiction, kind, category, day) {
                    Some(row) => Target { start, rule: row.reference(), promise: Promise::Limit(row.limit) },
                    None if *choice == TargetChoice::RuleIfAny => return Ok(None),
                    None => return Err(Refusal::NoRule),
                }
            }
            TargetChoice::Nothing => return Ok(None),
            TargetChoice::Promise(promise) => {
                match promise {
                    Promise::Day(due) if *due < day => return Err(Refusal::DueBeforeStart { start: day }),
                    Promise::Instant(due) if *due < start => return Err(Refusal::DueBeforeStart { start: day }),
                    Promise::Day(_) | Promise::Instant(_) | Promise::Limit(_) => {}
                }
                let rule = RuleRef { rule_set: CHOSEN.into(), row: promise.to_string(), source: String::new() };
                Target { start, rule, promise: *promise }
            }
        }))
    }

    /// What a target promised, promised again from an instant: a limit runs anew; a day that lies ahead stands, and one that has
    /// passed gives as many days as it gave at first.
    pub fn promised_again(&self, before: &Target, at: Instant) -> Promise {
        let today = self.zone.date_of(at);
        let ahead = match before.promise {
            Promise::Limit(_) => return before.promise,
            Promise::Day(day) => day,
            Promise::Instant(due) => self.zone.date_of(due),
        };
        if ahead > today {
            return before.promise;
        }
        let given = self.zone.date_of(before.start).until(ahead).map_or(1, |span| i64::from(span.get_days()).max(1));
        Promise::Day(today.saturating_add(jiff::Span::new().days(given)))
    }

    /// The deadline of a target with its explanation; suspended while a pause runs.
    pub fn deadline(&self, target: &Target, pauses: &[Pause], extensions: &[Extension]) -> Result<Deadline, Refusal> {
        let pauses: Vec<_> = pauses
            .iter()
            .map(|p| deadline::Pause {
                from: p.from,
                to: p.to,
                reason: p.reason.id.to_string(),
                approver: p.approved_by.reference(),
            })
            .collect();
        let extensions: Vec<_> = extensions
            .iter()
            .map(|e| deadline::Extension {
                promise: Promise::Day(e.until),
                approver: e.approved_by.reference(),
                approved_at: e.at,
            })
            .collect();
        Deadline::compute(&Terms {
            start: StartEvent { code: "raised".into(), at: target.start },
            rule: target.rule.clone(),
            promise: target.promise,
            calendar: self.calendar,
            zone: self.zone,
            pauses: &pauses,
            extensions: &extensions,
            rest_day_end: RestDayEnd::default(),
        })
        .map_err(|e| match e {
            DeadlineError::DueBeforeStart { start, .. } => Refusal::DueBeforeStart { start },
            other => Refusal::NoDeadline { why: other.to_string() },
        })
    }

    pub(crate) fn due(
        &self,
        target: &Target,
        pauses: &[Pause],
        extensions: &[Extension],
    ) -> Result<Option<Due>, Refusal> {
        let d = self.deadline(target, pauses, extensions)?;
        Ok(d.due.zip(d.due_date).map(|(at, day)| Due {
            at,
            day,
            provisional: d.provisional,
            calendar: self.calendar.label(),
        }))
    }

    /// Whether a command may claim to have happened at `at` when it arrives at `now`.
    pub fn timely(&self, at: Instant, now: Instant) -> Result<(), Refusal> {
        const SKEW_MS: i64 = 5 * 60_000;
        const DAY_MS: i64 = 86_400_000;
        let days = i64::from(self.settings.late_entry_days);
        if at.0 > now.0 + SKEW_MS {
            Err(Refusal::InTheFuture { at })
        } else if at.0 < now.0 - days * DAY_MS {
            Err(Refusal::TooLongAgo { at, days })
        } else {
            Ok(())
        }
    }
}
