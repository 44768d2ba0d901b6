//! What figures read of matters, kept in memory month by month: moving rows out of the store is nearly all that a page of figures
//! costs. A month is read when somebody first asks for it; after that each event that is new in the ledger says which matter
//! is to be read again. It answers for what is known now and for whole months; everything else is the store's to answer, with
//! the same facts. It counts nothing and does not know what a figure is.

use std::collections::{BTreeMap, HashSet};
use tokio::sync::Mutex;
use uuid::Uuid;
use yixian_domain::duty::Month;
use yixian_domain::figure::{Frame, MatterFact, Period};
use yixian_domain::ids::MatterId;
use yixian_domain::time::{Instant, Zone};
use yixian_store::ledger::{self, RecordKind};
use yixian_store::{Conn, StoreError, facts};

/// Months that are asked for at once, at most.
const MONTHS: usize = 12;
/// Facts that are held, at most: about 60 MB.
const MOST: usize = 300_000;
/// New events after which months are read anew rather than extended.
const NEWS: i64 = 2_000;

/// A month's matters: those raised in it and those due in it.
#[derive(Debug, Default)]
struct Held {
    facts: BTreeMap<MatterId, MatterFact>,
    /// When it was last asked for.
    used: u64,
}

#[derive(Debug, Default)]
struct Months {
    /// Where months begin.
    zone: Option<Zone>,
    held: BTreeMap<Month, Held>,
    /// Number of the last event that was looked at.
    head: i64,
    /// When the newest of what is held became known.
    known: Option<Instant>,
    asked: u64,
}

/// The facts of months, for whoever asks.
#[derive(Debug, Default)]
pub(crate) struct KeptFacts(Mutex<Months>);

impl KeptFacts {
    /// The wanted matters of a period of whole months; nothing where the store has to say what was known at the frame's instant.
    pub(crate) async fn matters(
        &self,
        conn: &mut Conn,
        frame: &Frame<'_>,
        wanted: impl Fn(&MatterFact) -> bool + Sync,
    ) -> Result<Option<Vec<MatterFact>>, StoreError> {
        let months = frame.period.months();
        let whole = months
            .first()
            .zip(months.last())
            .is_some_and(|(first, last)| first.first() == frame.period.first() && last.last() == frame.period.last());
        if !whole || months.len() > MONTHS {
            return Ok(None);
        }
        let mut kept = self.0.lock().await;
        let done = kept.ask(conn, frame, &months, &wanted).await;
        // Whatever was half done is read anew.
        if done.is_err() {
            *kept = Months::default();
        }
        done
    }
}

/// The frame of a month, of all that is known.
fn whole(month: Month, zone: &Zone) -> Result<Frame<'_>, StoreError> {
    let period = Period::new(month.first(), month.last()).map_err(|e| StoreError::corrupt("period", e))?;
    Ok(Frame::new(period, Instant(i64::MAX), zone))
}

impl Months {
    async fn ask(
        &mut self,
        conn: &mut Conn,
        frame: &Frame<'_>,
        months: &[Month],
        wanted: &(impl Fn(&MatterFact) -> bool + Sync),
    ) -> Result<Option<Vec<MatterFact>>, StoreError> {
        if self.zone.as_ref() != Some(frame.zone) {
            *self = Months { zone: Some(frame.zone.clone()), ..Months::default() };
        }
        self.extend(conn, frame.zone).await?;
        if self.known.is_some_and(|known| known > frame.as_of) {
            return Ok(None);
        }
        self.asked += 1;
        for month in months {
            if !self.held.contains_key(month) {
                let read = facts::matters(conn, "", &whole(*month, frame.zone)?).await?;
                let facts = read.into_iter().map(|f| (f.id, f)).collect();
                self.held.insert(*month, Held { facts, used: 0 });
            }
            if let Some(held) = self.held.get_mut(month) {
                held.used = self.asked;
            }
        }
        // What was written while a month was read is in it, and is known since then.
        self.extend(conn, frame.zone).await?;
        let told =
            self.known.is_none_or(|known| known <= frame.as_of) && months.iter().all(|m| self.held.contains_key(m));
        let told = told.then(|| self.of(frame, months, wanted)).transpose()?;
        while self.held.values().map(|h| h.facts.len()).sum::<usize>() > MOST {
            let Some(oldest) = self.held.iter().min_by_key(|(_, h)| h.used).map(|(m, _)| *m) else { break };
            self.held.remove(&oldest);
        }
        Ok(told)
    }

    /// Each matter of the months once: in the month it was raised in, else in the one it is due in.
    fn of(
        &self,
        frame: &Frame<'_>,
        months: &[Month],
        wanted: impl Fn(&MatterFact) -> bool,
    ) -> Result<Vec<MatterFact>, StoreError> {
        let mut all = Vec::new();
        for month in months {
            let Some(held) = self.held.get(month) else { continue };
            let own = whole(*month, frame.zone)?;
            all.extend(
                held.facts
                    .values()
                    .filter(|f| raised_in(f, &own) || !raised_in(f, frame) && !due_before(f, frame, &own))
                    .filter(|f| wanted(f))
                    .cloned(),
            );
        }
        Ok(all)
    }

    async fn begin(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let (head, known) = ledger::newest(conn).await?;
        (self.head, self.known) = (head, Some(known));
        Ok(())
    }

    /// Reads the matters again of which there are new events.
    async fn extend(&mut self, conn: &mut Conn, zone: &Zone) -> Result<(), StoreError> {
        if self.known.is_none() {
            return self.begin(conn).await;
        }
        let news = ledger::news(conn, self.head, NEWS).await?;
        let Some(last) = news.last() else { return Ok(()) };
        if news.len() as i64 >= NEWS {
            self.held.clear();
            return self.begin(conn).await;
        }
        let changed: HashSet<Uuid> =
            news.iter().filter(|e| e.kind == RecordKind::Matter.as_str()).map(|e| e.record).collect();
        let changed: Vec<Uuid> = changed.into_iter().collect();
        let now = if self.held.is_empty() { Vec::new() } else { facts::matters_of(conn, &changed).await? };
        for (month, held) in &mut self.held {
            for id in &changed {
                held.facts.remove(&MatterId(*id));
            }
            let own = whole(*month, zone)?;
            for f in now.iter().filter(|f| raised_in(f, &own) || due_in(f, &own)) {
                held.facts.insert(f.id, f.clone());
            }
        }
        self.head = last.seq;
        self.known = self.known.max(news.iter().map(|e| Instant(e.recorded_at)).max());
        Ok(())
    }
}

fn raised_in(f: &MatterFact, frame: &Frame<'_>) -> bool {
    frame.from() <= f.raised_at && f.raised_at < frame.until()
}

/// As the store reads it: a due date at the end of a month belongs to it, and is read with the next one too.
fn due_in(f: &MatterFact, frame: &Frame<'_>) -> bool {
    f.due_at.is_some_and(|due| frame.from() <= due && due <= frame.until())
}

/// It is due in the frame, in a month before this one.
fn due_before(f: &MatterFact, frame: &Frame<'_>, month: &Frame<'_>) -> bool {
    f.due_at.is_some_and(|due| frame.from() <= due && due <= month.from() && frame.from() < month.from())
}
