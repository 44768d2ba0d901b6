//! What may be said of an outage, whoever says it: a form, a program or a line of a file.

use super::{Outage, OutageEvent, OutageFacts};
use crate::base::codes::codes;
use crate::base::ids::Words;
use crate::base::refusal::Refusal;
use crate::base::time::Instant;

/// Characters of a cause.
pub const MAX_CAUSE: usize = 60;
/// Longer than this no outage lasts: a year was mistyped.
const LONGEST_MS: i64 = 366 * 86_400_000;
/// Clocks may differ by this much before something counts as lying in the future.
const SKEW_MS: i64 = 5 * 60_000;

codes! {
    /// What cannot be so.
    OutageFault {
        /// It ends before it starts.
        EndsBefore = "outage_ends_before",
        /// It lasts longer than a year.
        LastsTooLong = "outage_lasts_too_long",
        /// It starts in the future.
        StartsInFuture = "outage_starts_in_future",
        /// It ends in the future.
        EndsInFuture = "outage_ends_in_future",
        /// More customers are interrupted than are served there.
        MoreThanServed = "outage_more_than_served",
        /// Nobody has said how many are served there on that day.
        NobodyServed = "outage_nobody_served",
        /// The cause is longer than a few words.
        CauseTooLong = "outage_cause_too_long",
    }
}

impl OutageFault {
    /// The field it is a fault of.
    pub fn field(self) -> &'static str {
        match self {
            OutageFault::EndsBefore | OutageFault::LastsTooLong | OutageFault::EndsInFuture => "end",
            OutageFault::StartsInFuture => "start",
            OutageFault::MoreThanServed => "customers",
            OutageFault::NobodyServed => "district",
            OutageFault::CauseTooLong => "cause",
        }
    }
}

codes! {
    /// Why not.
    OutageRule {
        /// It was voided.
        Voided = "outage_is_voided",
        /// It ended already.
        NotOpen = "outage_not_open",
    }
}

/// Everything that cannot be so. `served`: the customers of its district and unit on its day.
pub fn faults(facts: &OutageFacts, served: Option<u32>, now: Instant) -> Vec<OutageFault> {
    use OutageFault as F;
    let latest = now.plus_millis(SKEW_MS);
    let told = [
        (facts.start > latest, F::StartsInFuture),
        (facts.end.is_some_and(|end| end < facts.start), F::EndsBefore),
        (facts.lasted_ms().is_some_and(|ms| ms > LONGEST_MS), F::LastsTooLong),
        (facts.end.is_some_and(|end| end > latest), F::EndsInFuture),
        (served.is_none_or(|s| s == 0), F::NobodyServed),
        (served.is_some_and(|s| s > 0 && facts.customers > s), F::MoreThanServed),
        (facts.cause.as_ref().is_some_and(|c| c.chars().count() > MAX_CAUSE), F::CauseTooLong),
    ];
    told.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
}

impl Outage {
    fn stands(&self) -> Result<(), Refusal> {
        if self.voided { Err(Refusal::rule(OutageRule::Voided, self.code.as_str())) } else { Ok(()) }
    }

    fn then(mut self, at: Instant, facts: OutageFacts, event: OutageEvent) -> (Outage, OutageEvent) {
        self.voided = matches!(event, OutageEvent::Voided { .. });
        self.facts = facts;
        self.changed_at = at;
        self.rev += 1;
        (self, event)
    }

    /// Power is back.
    pub fn end(self, at: Instant, end: Instant) -> Result<(Outage, OutageEvent), Refusal> {
        self.stands()?;
        if let Some(ended) = self.facts.end {
            return Err(if ended == end {
                Refusal::SameAsBefore
            } else {
                Refusal::rule(OutageRule::NotOpen, self.code.as_str())
            });
        }
        let before = self.facts.clone();
        let after = OutageFacts { end: Some(end), ..before.clone() };
        Ok(self.then(at, after, OutageEvent::Ended { before, end }))
    }

    /// What was recorded was not so.
    pub fn correct(self, at: Instant, after: OutageFacts, reason: Words) -> Result<(Outage, OutageEvent), Refusal> {
        self.stands()?;
        if self.facts == after {
            return Err(Refusal::SameAsBefore);
        }
        let before = self.facts.clone();
        Ok(self.then(at, after.clone(), OutageEvent::Corrected { before, after, reason }))
    }

    /// It was none.
    pub fn void(self, at: Instant, reason: Words) -> Result<(Outage, OutageEvent), Refusal> {
        self.stands()?;
        let before = self.facts.clone();
        Ok(self.then(at, before.clone(), OutageEvent::Voided { before, reason }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NetworkLevel, OutageKind};
    use super::*;
    use crate::base::ids::{UnitId, WordsId};
    use uuid::Uuid;

    const NOW: Instant = Instant(1_000 * 3_600_000);

    fn facts(start_h: i64, end_h: Option<i64>, customers: u32) -> OutageFacts {
        OutageFacts {
            start: Instant(start_h * 3_600_000),
            end: end_h.map(|h| Instant(h * 3_600_000)),
            district: "海淀区".into(),
            unit: UnitId(Uuid::nil()),
            level: NetworkLevel::Medium,
            kind: OutageKind::Unplanned,
            customers,
            cause: None,
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        use OutageFault as F;
        assert_eq!(faults(&facts(1, Some(3), 10), Some(10), NOW), []);
        assert_eq!(faults(&facts(1, Some(1), 0), Some(10), NOW), [], "a moment that touched nobody is an outage");
        assert_eq!(faults(&facts(3, Some(1), 11), Some(10), NOW), [F::EndsBefore, F::MoreThanServed]);
        assert_eq!(faults(&facts(1, None, 1), None, NOW), [F::NobodyServed]);
        assert_eq!(faults(&facts(1, None, 1), Some(0), NOW), [F::NobodyServed]);
        let ahead = faults(&facts(1_001, Some(1_002), 1), Some(10), NOW);
        assert_eq!(ahead, [F::StartsInFuture, F::EndsInFuture]);
        let wordy = OutageFacts { cause: Some("树".repeat(MAX_CAUSE + 1)), ..facts(1, None, 1) };
        assert_eq!(faults(&wordy, Some(10), NOW), [F::CauseTooLong]);
    }

    #[test]
    fn what_is_voided_stays_so_and_what_ended_ends_once() {
        let words = || Words { id: WordsId(Uuid::nil()), hash: String::new() };
        let made = Outage {
            id: Uuid::nil(),
            code: "T1".into(),
            facts: facts(1, None, 5),
            voided: false,
            source: None,
            recorded_at: Instant(0),
            changed_at: Instant(0),
            rev: 0,
        };
        let Ok((ended, event)) = made.end(NOW, Instant(7_200_000)) else { panic!("not ended") };
        assert_eq!(event.before().map(|f| f.end), Some(None));
        assert_eq!(ended.clone().end(NOW, Instant(7_200_000)), Err(Refusal::SameAsBefore));
        let again = ended.clone().end(NOW, Instant(9_000_000));
        assert!(matches!(again, Err(Refusal::Rule { .. })), "{again:?}");
        assert_eq!(ended.clone().correct(NOW, ended.facts.clone(), words()), Err(Refusal::SameAsBefore));
        let Ok((fixed, _)) = ended.correct(NOW, facts(1, Some(2), 6), words()) else { panic!("not corrected") };
        assert_eq!((fixed.facts.customers, fixed.rev), (6, 2));
        let Ok((gone, _)) = fixed.void(NOW, words()) else { panic!("not voided") };
        assert!(gone.voided && gone.clone().void(NOW, words()).is_err());
        assert!(gone.correct(NOW, facts(1, Some(2), 7), words()).is_err());
    }
}
