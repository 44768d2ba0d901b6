//! Holds the rows of connections against their matters, which were held against their events before. It does not know what
//! else is checked.

use crate::connection::table::{TABLE, columns};
use crate::engine::db::Conn;
use crate::engine::error::StoreError;
use crate::journal::replay::{Checking, Holding, page, same};
use crate::journal::verify::Faults;
use crate::matter::table::matter;
use std::collections::HashMap;
use uuid::Uuid;
use yixian_domain::ids::MatterId;

statements! {
    LATE = "SELECT record_id, MAX(recorded_at - happened_at) FROM event WHERE kind = 'matter' AND late AND record_id > $1 AND record_id <= $2 GROUP BY record_id";
}

/// A connection's row is what its matter's case gives; the matter itself was checked before.
pub(crate) fn hold<'a>(conn: &'a mut Conn, holding: &'a mut Holding) -> Checking<'a> {
    Box::pin(rows_of_cases(conn, &mut holding.faults))
}

async fn rows_of_cases(conn: &mut Conn, faults: &mut Faults) -> Result<(), StoreError> {
    let mut after = Uuid::nil();
    loop {
        let rows = page(conn, &TABLE, after).await?;
        let Some(last) = rows.last().map(|r| r.0) else { return Ok(()) };
        let late: HashMap<Uuid, i64> = rows!(&mut *conn, (Uuid, i64), LATE, after, last)?.into_iter().collect();
        for (id, row) in rows {
            let stored = matter(conn, MatterId(id)).await?;
            let mut want = stored.as_ref().and_then(|s| columns(&s.matter));
            if let (Some(want), Some(stored)) = (&mut want, &stored) {
                want.insert("n".into(), stored.n.into());
                want.insert("late_ms".into(), late.get(&id).copied().unwrap_or_default().into());
            }
            let differs: Vec<String> = match &want {
                None => vec!["it is no connection".into()],
                Some(want) => want.iter().filter(|(k, v)| !same(k, row.get(*k), v)).map(|(k, _)| k.clone()).collect(),
            };
            if !differs.is_empty() {
                faults.add(0, format!("the row of connection {id} is not what its case gives: {}", differs.join(", ")));
            }
        }
        after = last;
    }
}
