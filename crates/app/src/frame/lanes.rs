//! The line before work that costs much memory: few work at a time, few wait, and whoever would be one too many is told to
//! come back, at once. One network has at most half of the line, so that others find a place. Whoever is known already has a lane of
//! his own, which strangers cannot fill. It does not know what the work is.

use super::error::AppError;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};
use yixian_store::StoreError;

/// Who may be in line at once, those at work included.
const LINE: usize = 24;
/// Of one network.
const OF_ONE: usize = LINE / 2;

/// The lanes.
#[derive(Debug)]
pub(crate) struct Lanes {
    strangers: Semaphore,
    known: Semaphore,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    known: usize,
    strangers: usize,
    of: HashMap<String, usize>,
}

/// A place at work; it is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    _permit: SemaphorePermit<'a>,
    _in_line: InLine<'a>,
}

/// Somebody in line, at work or not yet.
#[derive(Debug)]
struct InLine<'a> {
    lanes: &'a Lanes,
    network: Option<String>,
}

impl Lanes {
    pub(crate) fn new() -> Lanes {
        Lanes { strangers: Semaphore::new(2), known: Semaphore::new(1), line: Mutex::default() }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place: of a stranger from a network, or of somebody who is known.
    pub(crate) async fn enter(&self, network: Option<&str>) -> Result<Place<'_>, AppError> {
        {
            let mut line = self.line();
            match network {
                None if line.known >= LINE => return Err(AppError::Busy),
                None => line.known += 1,
                Some(n) if line.strangers >= LINE || line.of.get(n).is_some_and(|of| *of >= OF_ONE) => {
                    return Err(AppError::Busy);
                }
                Some(n) => {
                    line.strangers += 1;
                    *line.of.entry(n.to_owned()).or_default() += 1;
                }
            }
        }
        // From here on: whoever gives up waiting leaves the line.
        let in_line = InLine { lanes: self, network: network.map(str::to_owned) };
        let lane = if network.is_some() { &self.strangers } else { &self.known };
        let permit = lane.acquire().await.map_err(|e| StoreError::Halted(e.to_string()))?;
        Ok(Place { _permit: permit, _in_line: in_line })
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let mut line = self.lanes.line();
        let Some(network) = &self.network else {
            line.known -= 1;
            return;
        };
        line.strangers -= 1;
        if let Some(of) = line.of.get_mut(network) {
            *of -= 1;
            if *of == 0 {
                line.of.remove(network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn line_up(lanes: &'static Lanes, network: String) -> tokio::task::JoinHandle<()> {
        let waits = tokio::spawn(async move {
            let _place = lanes.enter(Some(&network)).await;
            std::future::pending::<()>().await;
        });
        tokio::task::yield_now().await;
        waits
    }

    #[tokio::test]
    async fn a_line_has_an_end_and_no_network_has_all_of_it() {
        let lanes: &'static Lanes = Box::leak(Box::new(Lanes::new()));
        let mut waiting = Vec::new();
        for _ in 0..OF_ONE {
            waiting.push(line_up(lanes, "a".into()).await);
        }
        assert!(matches!(lanes.enter(Some("a")).await, Err(AppError::Busy)), "a network has half of the line");
        for n in OF_ONE..LINE {
            waiting.push(line_up(lanes, format!("n{n}")).await);
        }
        assert!(matches!(lanes.enter(Some("late")).await, Err(AppError::Busy)), "the line is full");
        drop(lanes.enter(None).await.unwrap());
        for w in waiting {
            w.abort();
            w.await.unwrap_err();
        }
        assert!(lanes.line().of.is_empty() && lanes.line().strangers == 0, "places are given back");
        drop(lanes.enter(Some("a")).await.unwrap());
    }
}
