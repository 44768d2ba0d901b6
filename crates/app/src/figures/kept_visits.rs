//! What figures read of visits, kept in memory month by month, with what places and people were: as [`super::kept`] does for
//! matters. A month is read when somebody first asks for it; after that each event that is new in the ledger says which visit is
//! to be read again, and one of a place, a person or a unit has everything read anew. It answers for what is known now and for
//! whole months; everything else is the store's to answer, with the same facts. It counts nothing.

use super::Careers;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tokio::sync::Mutex;
use uuid::Uuid;
use yixian_domain::duty::Month;
use yixian_domain::figure::{Frame, Period, Places, VisitFact};
use yixian_domain::ids::VisitId;
use yixian_domain::time::{Instant, Zone};
use yixian_store::ledger::{self, RecordKind};
use yixian_store::{Conn, StoreError, facts};

/// Months that are asked for at once, at most.
const MONTHS: usize = 12;
/// Visits that are held, at most: about 50 MB.
const MOST: usize = 150_000;
/// New events after which all is read anew rather than extended.
const NEWS: i64 = 2_000;

/// Visits of a period with what they were told by.
pub(super) struct Known {
    pub visits: Vec<VisitFact>,
    pub places: Arc<Places>,
    pub careers: Arc<Careers>,
}

#[derive(Debug, Default)]
struct Held {
    visits: BTreeMap<VisitId, VisitFact>,
    /// When it was last asked for.
    used: u64,
}

#[derive(Debug, Default)]
struct Months {
    /// Where days begin.
    zone: Option<Zone>,
    /// Number of the last event that was looked at, and when the newest was recorded; none before somebody asks.
    head: Option<(i64, Instant)>,
    places: Arc<Places>,
    careers: Arc<Careers>,
    held: BTreeMap<Month, Held>,
    asked: u64,
}

/// The visits of months, for whoever asks.
#[derive(Debug, Default)]
pub(crate) struct KeptVisits(Mutex<Months>);

impl KeptVisits {
    /// The visits of a period of whole months and a week around it; nothing where the store has to say what was known at the
    /// frame's instant.
    pub(super) async fn known(&self, conn: &mut Conn, frame: &Frame<'_>) -> Result<Option<Known>, StoreError> {
        let months = frame.period.months();
        let whole = months
            .first()
            .zip(months.last())
            .is_some_and(|(first, last)| first.first() == frame.period.first() && last.last() == frame.period.last());
        if !whole || months.len() > MONTHS {
            return Ok(None);
        }
        let mut kept = self.0.lock().await;
        let done = kept.ask(conn, frame, &months).await;
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
    async fn ask(&mut self, conn: &mut Conn, frame: &Frame<'_>, months: &[Month]) -> Result<Option<Known>, StoreError> {
        if self.zone.as_ref() != Some(frame.zone) {
            *self = Months { zone: Some(frame.zone.clone()), ..Months::default() };
        }
        self.extend(conn, frame.zone).await?;
        if self.head.is_some_and(|(_, known)| known > frame.as_of) {
            return Ok(None);
        }
        self.asked += 1;
        for month in months {
            if !self.held.contains_key(month) {
                let careers = self.careers.clone();
                let post = |leader, day| careers.on(leader, day);
                let read = facts::visits(conn, "", &whole(*month, frame.zone)?, &self.places, post).await?;
                let visits = read.into_iter().map(|v| (v.id, v)).collect();
                self.held.insert(*month, Held { visits, used: 0 });
            }
            if let Some(held) = self.held.get_mut(month) {
                held.used = self.asked;
            }
        }
        // What was written while a month was read is in it, and is known since then.
        self.extend(conn, frame.zone).await?;
        let told = self.head.is_some_and(|(_, known)| known <= frame.as_of)
            && months.iter().all(|m| self.held.contains_key(m));
        let known = told.then(|| {
            // A week around a month lies in its neighbour too.
            let mut seen = HashSet::new();
            let all = months.iter().filter_map(|m| self.held.get(m)).flat_map(|h| h.visits.values());
            let visits = all.filter(|v| months.len() == 1 || seen.insert(v.id)).cloned().collect();
            Known { visits, places: self.places.clone(), careers: self.careers.clone() }
        });
        while self.held.values().map(|h| h.visits.len()).sum::<usize>() > MOST {
            let Some(oldest) = self.held.iter().min_by_key(|(_, h)| h.used).map(|(m, _)| *m) else { break };
            self.held.remove(&oldest);
        }
        Ok(known)
    }

    /// Forgets the months, and reads what places and people were.
    async fn begin(&mut self, conn: &mut Conn, zone: &Zone) -> Result<(), StoreError> {
        self.held.clear();
        self.head = Some(ledger::newest(conn).await?);
        self.places = Arc::new(facts::places(conn, Instant(i64::MAX)).await?);
        self.careers = Arc::new(Careers::read(conn, Instant(i64::MAX), zone).await?);
        Ok(())
    }

    /// Reads the visits again of which there are new events.
    async fn extend(&mut self, conn: &mut Conn, zone: &Zone) -> Result<(), StoreError> {
        if self.head.is_none() {
            self.begin(conn, zone).await?;
        }
        let Some((head, newest)) = self.head else { return Ok(()) };
        let news = ledger::news(conn, head, NEWS).await?;
        let Some(last) = news.last() else { return Ok(()) };
        let ground = [RecordKind::Place, RecordKind::Person, RecordKind::Unit].map(RecordKind::as_str);
        if news.len() as i64 >= NEWS || news.iter().any(|e| ground.contains(&e.kind.as_str())) {
            return self.begin(conn, zone).await;
        }
        let changed: HashSet<Uuid> =
            news.iter().filter(|e| e.kind == RecordKind::Visit.as_str()).map(|e| e.record).collect();
        let changed: Vec<Uuid> = changed.into_iter().collect();
        if !changed.is_empty() && !self.held.is_empty() {
            let careers = self.careers.clone();
            let post = |leader, day| careers.on(leader, day);
            let now = facts::visits_of(conn, &changed, zone, &self.places, post).await?;
            for (month, held) in &mut self.held {
                for id in &changed {
                    held.visits.remove(&VisitId(*id));
                }
                let own = whole(*month, zone)?;
                held.visits.extend(now.iter().filter(|v| facts::lies_in(v, &own)).map(|v| (v.id, v.clone())));
            }
        }
        let newest = news.iter().map(|e| Instant(e.recorded_at)).fold(newest, Instant::max);
        self.head = Some((last.seq, newest));
        Ok(())
    }
}
