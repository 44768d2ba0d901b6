//! What is written of a matter, whichever kind it is: its row, what its kind adds beside it (the only list of parts), its
//! events and what it is found by, always together; and how all of it is held against the events. It decides nothing, and
//! knows no column.

use crate::connection::table as connection;
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::journal::event::EventRow;
use crate::journal::past::History;
use crate::journal::replay::{Checking, Holding, Replayed, happened, records, refill};
use crate::journal::tx::Tx;
use crate::matter::search::INDEX;
use crate::matter::table as matter;
use uuid::Uuid;
use yixian_domain::ids::MatterId;
use yixian_domain::matter::{Happened, Matter, MatterEvent};
use yixian_domain::time::Instant;

impl Tx {
    /// Writes the rows that kinds of matters have beside the matter's own; `n` is the number of one that is new.
    async fn put_parts(&mut self, m: &Matter, n: Option<i64>) -> Result<(), StoreError> {
        self.put_case(m, n).await
    }

    /// Tells the parts how late something of their matter was recorded.
    async fn parts_were_late(&mut self, id: MatterId, late_ms: i64) -> Result<(), StoreError> {
        self.case_was_late(id, late_ms).await
    }

    /// Writes a new matter with its first events; gives its number. `next_at`: when the sweep has
    /// to look at it next. `text`: what search finds it by.
    pub async fn insert_matter(
        &mut self,
        m: &Matter,
        events: &[Happened<MatterEvent>],
        subject: &str,
        text: &str,
        next_at: Option<Instant>,
    ) -> Result<i64, StoreError> {
        let n = self.put_matter(m, subject, next_at).await?;
        self.put_parts(m, Some(n)).await?;
        self.claim(m.id.0).await?;
        self.append_matter(m.id, events).await?;
        self.find_by(&INDEX, n, text, true);
        Ok(n)
    }

    /// Writes a changed matter with the events that changed it.
    pub async fn update_matter(
        &mut self,
        m: &Matter,
        events: &[Happened<MatterEvent>],
        next_at: Option<Instant>,
    ) -> Result<(), StoreError> {
        self.change_matter(m, next_at, !events.is_empty()).await?;
        self.put_parts(m, None).await?;
        self.append_matter(m.id, events).await?;
        if events.iter().any(|h| h.event.sought().is_some()) {
            self.find_matter_anew(m.id).await?;
        }
        Ok(())
    }

    /// Appends events of a matter whose row says already what they bring about.
    pub async fn append_matter(&mut self, id: MatterId, events: &[Happened<MatterEvent>]) -> Result<(), StoreError> {
        self.put_events(id, events).await?;
        match self.lateness(events.iter().map(|h| h.at)) {
            0 => Ok(()),
            late => self.parts_were_late(id, late).await,
        }
    }
}

/// The matter that events give, and what was known of it and its parts before.
fn told(id: Uuid, events: &[EventRow]) -> Option<(Matter, Vec<History>)> {
    let all: Vec<Happened<MatterEvent>> = happened(events)?;
    let mut matter: Option<Matter> = None;
    let (mut own, mut case) = (History::begin(&matter::DATED), History::begin(&connection::DATED));
    for (h, row) in all.iter().zip(events) {
        let m = match &mut matter {
            Some(m) => {
                m.apply(h);
                m
            }
            none => none.insert(Matter::replay(MatterId(id), std::iter::once(h))?),
        };
        own.push(row, Some(matter::dated_of(m)));
        case.push(row, connection::dated_of(m));
    }
    Some((matter?, [own, case].into_iter().filter(|h| !h.is_empty()).collect()))
}

fn replayed(id: Uuid, events: &[EventRow]) -> Option<Replayed> {
    let (matter, histories) = told(id, events)?;
    Some(Replayed { row: matter::columns(&matter), histories })
}

/// Every matter is what its events give, and so is what was known of it and its parts before.
pub(crate) fn hold_matters<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(async move {
        let tables = &[&matter::DATED, &connection::DATED];
        records(conn, &matter::TABLE, tables, &mut holding.faults, replayed).await
    })
}

/// Makes what was known of matters and their parts anew from their events.
pub(crate) async fn refill_matters(conn: &mut Conn) -> Result<(), StoreError> {
    refill(conn, &matter::TABLE, |id, events| Some(told(id, events)?.1)).await
}
