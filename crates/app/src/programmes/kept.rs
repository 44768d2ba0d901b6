//! Works kept in memory: reading sections is nearly all that a page of them costs. They are read when somebody first asks; after
//! that each event that is new in the ledger says which section is to be read again. It answers for what is known now; what was
//! known before is replayed from the events.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::Mutex;
use uuid::Uuid;
use yixian_domain::programme::{Programme, Section};
use yixian_domain::time::Instant;
use yixian_store::ledger::{self, RecordKind};
use yixian_store::{Conn, StoreError, register};

/// New events after which all is read anew rather than extended.
const NEWS: i64 = 2_000;

/// Programmes and sections as they are known at an instant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Programmes by id.
    pub programmes: Arc<HashMap<Uuid, Arc<Programme>>>,
    /// Sections, in the order of ids.
    pub sections: Arc<Vec<Arc<Section>>>,
    /// The sections of each programme, in the order of their codes.
    by_programme: Arc<HashMap<Uuid, Arc<Vec<Arc<Section>>>>>,
}

impl Known {
    fn of(programmes: Vec<Programme>, sections: Vec<Section>) -> Known {
        let mut sections: Vec<Arc<Section>> = sections.into_iter().map(Arc::new).collect();
        sections.sort_by_key(|s| s.id);
        let programmes = programmes.into_iter().map(|p| (p.id, Arc::new(p))).collect();
        let mut known = Known { programmes: Arc::new(programmes), ..Known::default() };
        known.hold(sections);
        known
    }

    fn hold(&mut self, sections: Vec<Arc<Section>>) {
        let mut by_programme: HashMap<Uuid, Vec<Arc<Section>>> = HashMap::new();
        for s in &sections {
            by_programme.entry(s.programme).or_default().push(s.clone());
        }
        for own in by_programme.values_mut() {
            own.sort_by(|a, b| a.code.cmp(&b.code));
        }
        self.by_programme = Arc::new(by_programme.into_iter().map(|(id, own)| (id, Arc::new(own))).collect());
        self.sections = Arc::new(sections);
    }

    /// The sections of a programme, in the order of their codes.
    pub fn of_programme(&self, id: Uuid) -> Arc<Vec<Arc<Section>>> {
        self.by_programme.get(&id).cloned().unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct Kept {
    /// Number of the last event that was looked at, and when the newest was recorded; none before somebody asks.
    head: Option<(i64, Instant)>,
    now: Known,
}

/// The works, for whoever asks.
#[derive(Debug, Default)]
pub(crate) struct KeptWorks(Mutex<Kept>);

impl KeptWorks {
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
        Ok(Known::of(register::known(conn, at).await?, register::known(conn, at).await?))
    }
}

impl Kept {
    async fn read(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        self.head = Some(ledger::newest(conn).await?);
        self.now = Known::of(register::all(conn).await?, register::all(conn).await?);
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
        let (programmes, sections) = (of(RecordKind::Programme), of(RecordKind::Section));
        if !programmes.is_empty() {
            let mut all: HashMap<Uuid, Arc<Programme>> = (*self.now.programmes).clone();
            all.extend(register::among(conn, &programmes).await?.into_iter().map(|(id, p)| (id, Arc::new(p))));
            self.now.programmes = Arc::new(all);
        }
        if !sections.is_empty() {
            let mut all: BTreeMap<Uuid, Arc<Section>> = self.now.sections.iter().map(|s| (s.id, s.clone())).collect();
            all.extend(register::among(conn, &sections).await?.into_iter().map(|(id, s)| (id, Arc::new(s))));
            self.now.hold(all.into_values().collect());
        }
        let newest = news.iter().map(|e| Instant(e.recorded_at)).fold(newest, Instant::max);
        self.head = Some((last.seq, newest));
        Ok(())
    }
}
