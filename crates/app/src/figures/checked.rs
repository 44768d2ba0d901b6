//! Quoted figures held against what was recorded: as of the instant they were quoted as of, and as known now. Where the two differ, the
//! events recorded between that made the difference are found by halving the ledger: no figure has to know which of its events count.

use crate::App;
use crate::figures::reading::{Missing, Reading};
use crate::frame::error::AppError;
use crate::ledger::LedgerEvent;
use std::collections::HashSet;
use uuid::Uuid;
use yixian_domain::access::Actor;
use yixian_domain::base::quoted::Quoted;
use yixian_domain::figure::{Figure, Keys, Printed, Question, Told};
use yixian_domain::praise::{Verdict, judge};
use yixian_domain::time::Instant;
use yixian_store::ledger;

/// Events that are told of one figure, at most.
const MOST_EVENTS: usize = 20;
/// How often a figure is computed to find them, at most.
const MOST_READINGS: u32 = 60;

/// A quoted figure with what became of it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// As it was quoted.
    pub quoted: Quoted,
    /// What it asks; none where this version knows no such figure.
    pub question: Option<Question>,
    /// How it stands; none where nothing was printed, or whoever asks may not see the figure.
    pub verdict: Option<Verdict>,
    /// What was known at the instant it was quoted as of.
    pub then: Option<Told>,
    /// What is known now.
    pub now: Option<Told>,
    /// The events recorded since that made the difference, where it has changed.
    pub since: Vec<LedgerEvent>,
    /// There are more of them than are told.
    pub more: bool,
    /// Whether it is still counted from what it was counted from when the quotation was recorded; none where that was not kept.
    pub sealed: Option<bool>,
    /// Why there is no answer.
    pub missing: Option<Missing>,
}

impl Checked {
    fn unread(quoted: &Quoted) -> Checked {
        Checked {
            quoted: quoted.clone(),
            question: None,
            verdict: None,
            then: None,
            now: None,
            since: Vec::new(),
            more: false,
            sealed: None,
            missing: None,
        }
    }
}

/// Records that are in one of two figures and not in the other.
fn differing(a: Option<&Figure>, b: Option<&Figure>) -> HashSet<Uuid> {
    let of = |f: Option<&Figure>, keys: fn(&Figure) -> Option<&Keys>| -> HashSet<Uuid> {
        f.and_then(keys).map(|k| k.records().iter().copied().collect()).unwrap_or_default()
    };
    let numerator = |f| of(f, |f| Some(f.ids()));
    let denominator = |f| of(f, Figure::denominator_ids);
    let mut all: HashSet<Uuid> = numerator(a).symmetric_difference(&numerator(b)).copied().collect();
    all.extend(denominator(a).symmetric_difference(&denominator(b)));
    all
}

impl App {
    /// Holds quoted figures against the records, in their order.
    pub async fn check_quoted(&self, actor: &Actor, quoted: &[Quoted]) -> Result<Vec<Checked>, AppError> {
        let now = self.clock().now();
        let questions: Vec<Option<Question>> = quoted.iter().map(|q| Question::of(q).ok()).collect();
        let then = self.readings(actor, &questions.iter().flatten().cloned().collect::<Vec<_>>()).await?;
        let later: Vec<Question> = questions.iter().flatten().map(|q| q.as_of(now.max(q.as_of))).collect();
        let later = self.readings(actor, &later).await?;
        let mut read = then.into_iter().zip(later);
        let mut all = Vec::new();
        for (quoted, question) in quoted.iter().zip(questions) {
            let mut checked = Checked::unread(quoted);
            if let Some(question) = question
                && let Some((then, later)) = read.next()
            {
                self.held_against(actor, &mut checked, &then, &later).await?;
                checked.question = Some(question);
            }
            all.push(checked);
        }
        Ok(all)
    }

    async fn held_against(
        &self,
        actor: &Actor,
        c: &mut Checked,
        then: &Reading,
        now: &Reading,
    ) -> Result<(), AppError> {
        if let Err(missing) = then.figure {
            c.missing = Some(missing);
            return Ok(());
        }
        (c.then, c.now) = (then.told(), now.told());
        c.sealed = c.quoted.hash.as_ref().map(|hash| then.hash().as_ref() == Some(hash));
        let printed = c.quoted.value.as_deref().and_then(Printed::parse);
        c.verdict = printed.map(|printed| judge(printed, c.then, c.now));
        if c.verdict == Some(Verdict::Changed) {
            (c.since, c.more) = self.what_made(actor, then).await?;
        }
        Ok(())
    }

    /// The events recorded since a reading that changed what it is counted from. What the mere passing of time changes has none.
    async fn what_made(&self, actor: &Actor, then: &Reading) -> Result<(Vec<LedgerEvent>, bool), AppError> {
        let q = &then.question;
        let (head, newest) = ledger::newest(&mut self.store().read().await?).await?;
        if newest <= q.as_of {
            return Ok((Vec::new(), false));
        }
        let known = ledger::last_at(&mut self.store().read().await?, 0, head, q.as_of).await?;
        let last = self.reading(actor, &q.as_of(newest)).await?;
        let mut found: Vec<LedgerEvent> = Vec::new();
        let mut readings = 0;
        // Stretches of the ledger with the figure before and after each, the earliest on top.
        let mut todo = vec![(known, then.clone(), head, last)];
        while let Some((from, before, to, after)) = todo.pop() {
            if before.same(&after) {
                continue;
            }
            if found.len() >= MOST_EVENTS || readings >= MOST_READINGS {
                return Ok((found, true));
            }
            let mut conn = self.store().read().await?;
            let first = ledger::recorded(&mut conn, from + 1).await?.unwrap_or(newest);
            let once = ledger::last_at(&mut conn, from, to, first).await?;
            if once >= to {
                // One instant: of what was recorded then, what is of the records that came or went.
                let events = ledger::between(&mut conn, from, to, MOST_EVENTS as i64 * 10).await?;
                let records = differing(before.figure(), after.figure());
                let own = events.iter().any(|e| records.contains(&e.record_id));
                let made = events.into_iter().filter(|e| !own || records.contains(&e.record_id));
                found.extend(made.map(LedgerEvent::from));
                continue;
            }
            let middle = ledger::recorded(&mut conn, from + (to - from) / 2).await?.unwrap_or(first);
            let mut mid = ledger::last_at(&mut conn, from, to, middle).await?;
            if mid >= to {
                mid = ledger::last_at(&mut conn, from, to, Instant(middle.0 - 1)).await?;
            }
            let at = ledger::recorded(&mut conn, mid).await?.unwrap_or(first);
            drop(conn);
            readings += 1;
            let between = self.reading(actor, &q.as_of(at)).await?;
            todo.push((mid, between.clone(), to, after));
            todo.push((from, before, mid, between));
        }
        let more = found.len() > MOST_EVENTS;
        found.truncate(MOST_EVENTS);
        Ok((found, more))
    }
}
