//! What the writer keeps of the organisation between its batches: most commands ask for the same few people, units and
//! coordinators. It holds as long as the ledger ends where this writer left it and nothing of the organisation was written since:
//! every change of a unit, a person or a role is an event, whichever node or program wrote it. It does not know what is asked.

use crate::engine::error::StoreError;
use crate::journal::tx::Tx;
use crate::organisation::org;
use std::collections::HashMap;
use yixian_domain::ids::{PersonId, UnitId};
use yixian_domain::org::{Person, Role, Unit, UnitPath};

/// Rows as they were read.
#[derive(Default)]
struct Kept {
    people: HashMap<PersonId, Option<Person>>,
    units: HashMap<UnitId, Option<Unit>>,
    holders: HashMap<(Role, String), Vec<PersonId>>,
}

impl Tx {
    /// A person.
    pub async fn person(&mut self, id: PersonId) -> Result<Option<Person>, StoreError> {
        if let Some(known) = self.keep::<Kept>().people.get(&id) {
            return Ok(known.clone());
        }
        let found = org::person(&mut self.conn, id).await?;
        self.keep::<Kept>().people.insert(id, found.clone());
        Ok(found)
    }

    /// A unit.
    pub async fn unit(&mut self, id: UnitId) -> Result<Option<Unit>, StoreError> {
        if let Some(known) = self.keep::<Kept>().units.get(&id) {
            return Ok(known.clone());
        }
        let found = org::unit(&mut self.conn, id).await?;
        self.keep::<Kept>().units.insert(id, found.clone());
        Ok(found)
    }

    /// Those who hold a role nearest to a unit: its own, else the unit's above, up to the root.
    pub async fn nearest_holders(&mut self, role: Role, path: &UnitPath) -> Result<Vec<PersonId>, StoreError> {
        let key = (role, path.as_str().to_owned());
        if let Some(known) = self.keep::<Kept>().holders.get(&key) {
            return Ok(known.clone());
        }
        let found = org::nearest_holders(&mut self.conn, role, path).await?;
        self.keep::<Kept>().holders.insert(key, found.clone());
        Ok(found)
    }
}
