//! One at a time for each command: what is done outside the store before a command is written, such as a message that is
//! sent, is not done twice because somebody pressed a button twice. It does not know what is done.

use std::hash::{DefaultHasher, Hash, Hasher};
use tokio::sync::{Mutex, MutexGuard};

/// Commands that share a turn wait for each other without need, and do no harm by it.
const TURNS: usize = 64;

/// Turns of commands.
#[derive(Debug)]
pub(crate) struct Turns([Mutex<()>; TURNS]);

impl Turns {
    /// All free.
    pub(crate) fn new() -> Turns {
        Turns(std::array::from_fn(|_| Mutex::new(())))
    }
    /// Waits for the turn of one, and holds it until what this gives is dropped.
    pub(crate) async fn of(&self, one: impl Hash) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        one.hash(&mut hasher);
        #[allow(clippy::cast_possible_truncation)] // below their number
        self.0[(hasher.finish() % TURNS as u64) as usize].lock().await
    }
}
