//! Figures of connections: facts of every connection with power on, kept in memory, and what is counted of them. Knows no
//! case by name.

use crate::App;
use crate::frame::error::AppError;
use crate::organisation::Directory;
use std::sync::Arc;
use yixian_domain::access::{Actor, Ask, may};
use yixian_domain::figure::connections::{Breakdown, ConnectionFact, breakdown};
use yixian_domain::figure::{Frame, Period};
use yixian_domain::ids::*;
use yixian_domain::org::UnitPath;
use yixian_domain::time::Instant;
use yixian_store::{Conn, connection as table};

/// Connections with power on, and the event up to which they were read.
#[derive(Debug, Default)]
pub(crate) struct Connected {
    touched: i64,
    facts: Arc<Vec<ConnectionFact>>,
}

impl App {
    /// Figures of connections of a unit's subtree (the whole company when none), broken down, each with its ids.
    pub async fn connection_figures(
        &self,
        actor: &Actor,
        period: Period,
        unit: Option<UnitId>,
        as_of: Instant,
    ) -> Result<Breakdown, AppError> {
        let directory = self.directory().await?;
        let conn = &mut self.store().read().await?;
        let facts = self.connection_facts(conn, &directory, actor, unit, as_of).await?;
        Ok(breakdown(&facts, &Frame::new(period, as_of, &self.policies().zone)))
    }

    pub(crate) async fn connection_facts(
        &self,
        conn: &mut Conn,
        directory: &Directory,
        actor: &Actor,
        unit: Option<UnitId>,
        as_of: Instant,
    ) -> Result<Arc<Vec<ConnectionFact>>, AppError> {
        let path = match unit {
            Some(id) => directory.unit(id).ok_or(AppError::NotFound("unit"))?.path.clone(),
            None => directory.root().map_or_else(|| UnitPath::from_stored("/"), |u| u.path.clone()),
        };
        may(actor, &Ask::SeeFigures(&path))?;
        let mut all = self.connections_connected(conn).await?;
        // What has changed since is taken as it was known then, or was not known yet.
        let then = table::facts_then(conn, as_of).await?;
        if !then.is_empty() {
            let of = |f: &ConnectionFact| then.binary_search_by_key(&f.id, |t| t.0).ok().map(|at| &then[at].1);
            let unchanged = all.iter().filter(|f| of(f).is_none()).cloned();
            let mut facts: Vec<ConnectionFact> =
                unchanged.chain(then.iter().filter_map(|(_, fact)| fact.clone())).collect();
            facts.sort_by_key(|f| f.id);
            all = Arc::new(facts);
        }
        if unit.is_none() {
            return Ok(all);
        }
        let below = |f: &&ConnectionFact| directory.unit(f.unit).is_some_and(|u| path.contains(&u.path));
        Ok(Arc::new(all.iter().filter(below).cloned().collect()))
    }

    /// Every connection with power on, as figures read it, in the order of ids. Kept in memory; each time only what was
    /// written since the last is read, here or on another node.
    async fn connections_connected(&self, conn: &mut Conn) -> Result<Arc<Vec<ConnectionFact>>, AppError> {
        // Whoever waits here may hold a connection; whoever is inside has his own and waits for none.
        let mut kept = self.inner.connected.lock().await;
        let since = table::facts_since(conn, kept.touched).await?;
        let mut new = Vec::new();
        for (touched, fact) in since {
            kept.touched = touched;
            match kept.facts.binary_search_by_key(&fact.id, |f| f.id) {
                Ok(at) if kept.facts[at] == fact => {}
                Ok(at) => Arc::make_mut(&mut kept.facts)[at] = fact,
                Err(_) => new.push(fact),
            }
        }
        if !new.is_empty() {
            let facts = Arc::make_mut(&mut kept.facts);
            facts.extend(new);
            // What was there is in order already, and what is new mostly comes behind it.
            facts.sort_by_key(|f| f.id);
        }
        Ok(kept.facts.clone())
    }
}
