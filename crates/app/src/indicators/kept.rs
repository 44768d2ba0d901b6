//! Indicators kept in memory: reading ten thousand tasks out of the store is nearly all that a page of them costs. They are read
//! when somebody first asks; after that each event that is new in the ledger says what is to be read again. It answers for what
//! is known now; what was known before is read from the events and from what was kept of the matters.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::Mutex;
use uuid::Uuid;
use yixian_domain::figure::MatterFact;
use yixian_domain::ids::MatterId;
use yixian_domain::indicator::{Breakdown, Indicator};
use yixian_domain::matter::MatterKind;
use yixian_domain::time::Instant;
use yixian_store::ledger::{self, RecordKind};
use yixian_store::{Conn, StoreError, facts, register};

/// New events after which all is read anew rather than extended.
const NEWS: i64 = 2_000;

/// Indicators as they are known at an instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Indicators, in the order of their codes.
    pub indicators: Arc<Vec<Indicator>>,
    /// Every version of how they are taken apart.
    pub breakdowns: Arc<Vec<Breakdown>>,
    /// Tasks, by the matter that each is.
    pub tasks: Arc<HashMap<MatterId, MatterFact>>,
}

impl Known {
    fn of(mut indicators: Vec<Indicator>, breakdowns: Vec<Breakdown>, tasks: Vec<MatterFact>) -> Known {
        indicators.sort_by(|a, b| a.code.cmp(&b.code));
        let tasks = tasks.into_iter().map(|t| (t.id, t)).collect();
        Known { indicators: Arc::new(indicators), breakdowns: Arc::new(breakdowns), tasks: Arc::new(tasks) }
    }
}

#[derive(Debug, Default)]
struct Kept {
    /// Number of the last event that was looked at, and when the newest was recorded; none before somebody asks.
    head: Option<(i64, Instant)>,
    now: Known,
}

/// Indicators, for whoever asks.
#[derive(Debug, Default)]
pub(crate) struct KeptIndicators(Mutex<Kept>);

impl KeptIndicators {
    /// What is known now.
    pub async fn now(&self, conn: &mut Conn) -> Result<Known, StoreError> {
        self.known(conn, Instant(i64::MAX)).await
    }

    /// What was known at an instant.
    pub async fn known(&self, conn: &mut Conn, at: Instant) -> Result<Known, StoreError> {
        let mut kept = self.0.lock().await;
        let done = kept.extend(conn).await;
        // Whatever was half done is read anew.
        if done.is_err() {
            *kept = Kept::default();
        }
        done?;
        if kept.head.is_some_and(|(_, newest)| newest <= at) {
            return Ok(kept.now.clone());
        }
        drop(kept);
        read(conn, at).await
    }
}

async fn read(conn: &mut Conn, at: Instant) -> Result<Known, StoreError> {
    let indicators: Vec<Indicator> = register::known(conn, at).await?;
    if indicators.is_empty() {
        return Ok(Known::default());
    }
    Ok(Known::of(indicators, register::known(conn, at).await?, facts::tasks(conn, at).await?))
}

impl Kept {
    async fn read(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        self.head = Some(ledger::newest(conn).await?);
        let tasks = facts::tasks(conn, Instant(i64::MAX)).await?;
        self.now = Known::of(register::all(conn).await?, register::all(conn).await?, tasks);
        Ok(())
    }

    /// Reads those again of which there are new events.
    async fn extend(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let Some((head, newest)) = self.head else {
            self.read(conn).await?;
            // What was written meanwhile is looked at again.
            return Box::pin(self.extend(conn)).await;
        };
        let news = ledger::news(conn, head, NEWS).await?;
        let Some(last) = news.last() else { return Ok(()) };
        if news.len() as i64 >= NEWS {
            return self.read(conn).await;
        }
        let of = |kind: RecordKind| -> Vec<Uuid> {
            let ids: HashSet<Uuid> = news.iter().filter(|e| e.kind == kind.as_str()).map(|e| e.record).collect();
            ids.into_iter().collect()
        };
        if !of(RecordKind::Indicator).is_empty() {
            let mut all: Vec<Indicator> = register::all(conn).await?;
            all.sort_by(|a, b| a.code.cmp(&b.code));
            self.now.indicators = Arc::new(all);
        }
        if !of(RecordKind::Breakdown).is_empty() {
            self.now.breakdowns = Arc::new(register::all(conn).await?);
        }
        let changed = of(RecordKind::Matter);
        // A company without indicators has no tasks to look for.
        if !changed.is_empty() && !self.now.indicators.is_empty() {
            let mut read = facts::matters_of(conn, &changed).await?;
            read.retain(|m| m.kind == MatterKind::Task);
            if !read.is_empty() {
                let mut all = (*self.now.tasks).clone();
                all.extend(read.into_iter().map(|t| (t.id, t)));
                self.now.tasks = Arc::new(all);
            }
        }
        let newest = news.iter().map(|e| Instant(e.recorded_at)).fold(newest, Instant::max);
        self.head = Some((last.seq, newest));
        Ok(())
    }
}
